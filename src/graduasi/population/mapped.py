"""Which column is what, and in which units; what is wrong with that is told with the faults of the table."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from graduasi.lines import PovertyLine
from graduasi.population.faults import shown
from graduasi.population.units import PER, PERIODS, SCALES, WEIGHTS_OF


@frozen(kw_only=True, eq=False)
class Mapped:
    """Which column is what, and in which units: the arguments of `Population.from_frame`."""

    welfare: str
    currency: str
    id: str
    members: str | None
    assumed_members: float | None
    weight: str | None
    weight_of: str
    period: str
    per: str
    scale: str | None
    children: str | None
    price_index: str | None
    region: str | None
    region_lines: Mapping[str, float] | None
    line: PovertyLine | None
    groups: str | None
    strata: str | None
    clusters: str | None
    composition: tuple[str, ...]
    columns: tuple[str, ...]
    kind: str

    def faults(self) -> list[str]:
        """What is wrong with the arguments themselves."""
        found = []
        for name, value, choices in (
            ("kind", self.kind, ("consumption", "income")),
            ("period", self.period, tuple(PERIODS)),
            ("per", self.per, PER),
            ("weight_of", self.weight_of, WEIGHTS_OF),
        ):
            if not isinstance(value, str) or value not in choices:
                found.append(f"{name} must be one of {', '.join(map(repr, choices))}; got {shown(value)}")
        if not isinstance(self.currency, str) or not self.currency.strip():
            found.append(f"currency must be a text that is not empty; got {shown(self.currency)}")
        if self.members is not None and self.assumed_members is not None:
            found.append("assumed_members must be left out where members is given")
        if self.assumed_members is not None and not _above_zero(self.assumed_members):
            found.append(f"assumed_members must be a number above 0; got {shown(self.assumed_members)}")
        if self.per != "person" and self.members is None:
            found.append(f"members must be given where welfare is per {self.per}; got none")
        if self.weight_of == "person" and self.members is None:
            found.append("members must be given where weights are of persons; got none")
        if (self.per == "adult equivalent") != (self.scale is not None):
            found.append(
                "scale must be given where welfare is per adult equivalent, and nowhere else; got "
                f"{self.scale!r} per {self.per}"
            )
        if self.scale in SCALES[2:] and self.children is None:
            found.append(f"children must be given for the scale {self.scale!r}; got none")
        for name, columns in (("composition", self.composition), ("columns", self.columns)):
            if not _is_list(columns):
                found.append(f"{name} must be a tuple of names of columns; got {shown(columns)}")
        return found + self._place_faults()

    def names(self, columns: Any) -> tuple[Any, ...]:
        """Names of columns; none where they are no tuple or list, which is a fault of its own."""
        return tuple(columns) if _is_list(columns) else ()

    def has_lines(self) -> bool:
        """Whether welfare can be told at the prices of `line`."""
        return isinstance(self.region_lines, Mapping) and isinstance(self.line, PovertyLine)

    def codes(self) -> list[Any]:
        """Columns that are codes, and read as text."""
        given = (self.id, self.region, self.groups, self.strata, self.clusters)
        return [name for name in given if isinstance(name, str)]

    def numbers(self) -> list[Any]:
        """Columns that are read as numbers, or as they are."""
        given = (self.welfare, self.members, self.weight, self.children, self.scale, self.price_index)
        further = (*self.names(self.composition), *self.names(self.columns))
        return [name for name in (*given, *further) if isinstance(name, str)]

    def _place_faults(self) -> list[str]:
        found = []
        line: Any = self.line
        if line is not None and not isinstance(line, PovertyLine):
            return [f"line must be a PovertyLine; got {shown(line)}"]
        if self.line is not None and self.line.currency != self.currency:
            found.append(f"line must be in {self.currency}; got {self.line.currency}")
        if (self.region is None) != (self.region_lines is None):
            found.append("region and region_lines must be given together; got one of them")
        if self.region_lines is not None:
            if self.line is None:
                found.append("line must be given where region_lines are: the one at whose prices welfare is told")
            if self.price_index is not None:
                found.append("price_index must be left out where region_lines are given: both are prices")
            lines: Any = self.region_lines
            if not isinstance(lines, Mapping):
                return [*found, f"region_lines must map regions to money; got {shown(lines)}"]
            for name, amount in self.region_lines.items():
                if not _above_zero(amount):
                    found.append(f"region_lines must be money above 0; got {shown(amount)} for {shown(name)}")
        return found


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _above_zero(value: Any) -> bool:
    plain = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_ | np.timedelta64)
    return plain and bool(0 < value < np.inf)
