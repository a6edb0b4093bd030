"""Positions along the axes of a projection's arrays, by name; unknown names are refused with those that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.errors import NotAvailableError
from graduasi.fields import as_tuple
from graduasi.projection.statistics import FLOWS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graduasi.population import PovertyLine


@frozen(kw_only=True, eq=False)
class AxisIndex:
    """Positions by name along the axes of `Projection.values` and its like."""

    policies: tuple[str, ...]
    programmes: tuple[str, ...]
    units: tuple[str, ...]
    groups: tuple[str, ...]
    lines: tuple[PovertyLine, ...]
    last: int
    start: str

    def policy(self, name: str) -> int:
        """Position of a policy."""
        return _position("policy", name, self.policies)

    def programme(self, name: str) -> int:
        """Position of a programme."""
        return _position("programme", name, self.programmes)

    def unit(self, name: str) -> int:
        """Position of households or persons."""
        unknown = name == "persons" and name not in self.units
        return _position("unit", name, self.units, ": household sizes are not known" if unknown else "")

    def group(self, name: str) -> int:
        """Position of a group of the population."""
        return _position("group", name, self.groups)

    def flow(self, name: str) -> int:
        """Position of a flow of money."""
        return _position("flow", name, FLOWS)

    def line(self, label: str | None) -> int:
        """Position of a line by its label; the first where none is named."""
        return 0 if label is None else _position("line", label, tuple(line.label for line in self.lines))

    def month(self, month: int | None) -> int:
        """A month of the horizon; the last where none is named."""
        return self.last if month is None else whole_in("Projection.month", month, self.last)

    def months(self, months: int | Iterable[int]) -> tuple[int, ...]:
        """Months of the horizon, one alone or several."""
        given = as_tuple(int, months)
        return tuple(self.month(month) for month in (given if isinstance(given, tuple) else (given,)))

    def label(self, line: str | None) -> str:
        """Label of a line; of the first where none is named."""
        return self.lines[self.line(line)].label

    def date(self, month: int) -> str:
        """Calendar month of a month of the horizon, such as '2024-12'."""
        year, first = (int(part) for part in self.start.split("-"))
        count = year * 12 + first - 1 + month
        return f"{count // 12:04d}-{count % 12 + 1:02d}"


def whole_in(name: str, value: int, last: int) -> int:
    """Return a period of the horizon; refuse what is none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 0 <= value <= last:
        raise NotAvailableError(f"{name} must be a whole number in [0, {last}]; got {value!r}")
    return int(value)


def _position(what: str, name: str, known: tuple[str, ...], extra: str = "") -> int:
    if name not in known:
        have = ", ".join(repr(item) for item in known)
        raise NotAvailableError(f"Projection has no {what} {name!r}{extra}; it has {have}")
    return known.index(name)
