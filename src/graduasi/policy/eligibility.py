"""Who may be offered a programme: rules on the registry's view, and on known columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from graduasi._typing import Columns
from graduasi.errors import InputError
from graduasi.fields import LARGE, PART, Part, count, money, number, refuse, several, text, unwritable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.policy.registry import RegistryView


@frozen(kw_only=True)
class Condition:
    """A rule on a column that the population carries; give exactly one of the three."""

    column: str = text("name of the column")
    at_least: float | None = number("lowest value", unit="of the column", default=None, uncertain=False)
    at_most: float | None = number("highest value", unit="of the column", default=None, uncertain=False)
    equals: str | float | bool | None = attrs.field(
        default=None, metadata={PART: Part(meaning="the value: a text, a number, or true or false")}
    )

    @equals.validator
    def _is_plain(self, _: object, value: object) -> None:
        need = None
        if isinstance(value, str):
            need = unwritable(value)
        elif isinstance(value, int | float | np.integer | np.floating):
            need = None if -LARGE <= value <= LARGE else "a finite number"
        elif value is not None:
            need = "a text, a number, or true or false"
        if need is not None:
            raise refuse("Condition", "equals", need, value)

    def __attrs_post_init__(self) -> None:
        given = [value for value in (self.at_least, self.at_most, self.equals) if value is not None]
        if len(given) != 1:
            raise InputError(
                f"Condition must have exactly one of at_least, at_most, equals; got {len(given)} "
                f"for column {self.column!r}"
            )

    def holds(self, columns: Columns) -> NDArray[np.bool_]:
        """Which households meet it, shape (household,)."""
        if self.column not in columns:
            have = ", ".join(repr(name) for name in columns) or "none"
            raise InputError(f"Condition.column must be a column of the population ({have}); got {self.column!r}")
        values = columns[self.column]
        if self.equals is None and values.dtype.kind not in "biuf":
            raise InputError(
                "Condition.column must be a column of numbers where it has at_least or at_most; "
                f"got {self.column!r}"
            )
        if self.at_least is not None:
            return np.asarray(values >= self.at_least)
        if self.at_most is not None:
            return np.asarray(values <= self.at_most)
        return np.asarray(values == self.equals)


@frozen(kw_only=True)
class Eligibility:
    """Who may be offered the programme; by default everybody.

    below : the registry's view of welfare must be below this [currency per person per month].
    decile_at_most : the household must be in this tenth of the registry's view or a poorer one (Indonesia's
    *desil*).
    conditions : all must hold.
    """

    below: float | None = money(
        "the registry sees less than this",
        per="person per month",
        above_zero=True,
        default=None,
        uncertain=False,
    )
    decile_at_most: int | None = count(
        "highest tenth of households by the registry's view, 1 for the poorest",
        unit="tenths",
        at_least=1,
        at_most=10,
        default=None,
    )
    conditions: tuple[Condition, ...] = several("rules on known columns; all must hold", Condition)

    def holds(self, view: RegistryView) -> NDArray[np.bool_]:
        """Who is eligible, shape (unit,)."""
        eligible = np.ones(view.row.size, dtype=bool)
        if self.below is not None:
            eligible &= view.amounts < self.below
        if self.decile_at_most is not None:
            eligible &= view.deciles <= self.decile_at_most
        for condition in self.conditions:
            eligible &= condition.holds(view.columns)
        return eligible
