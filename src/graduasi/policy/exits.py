"""When a household leaves a programme. `EXITS` is the registry of rules: a new one is a class and a line here."""

from __future__ import annotations

from abc import ABC
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen

from graduasi.fields import LONGEST_RUN, count, money, number, text
from graduasi.interventions.schedule import as_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graduasi.policy.registry import RegistryView

    Index = NDArray[np.intp]

NEVER = 2**15 - 1  # a month after every horizon
ROUNDED = 6  # decimals of a month


@frozen(kw_only=True)
class ExitRule(ABC):
    """A rule that ends a household's time in a programme; the first that says so holds."""

    kind: ClassVar[str]
    needs_reviews: ClassVar[bool]

    def check(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Refuse a population without the columns that the rule reads; by default it reads none."""
        del columns

    def month_out(self, view: RegistryView, month_in: Index) -> Index:
        """Return the first month without payments, where enrolment tells it, shape (unit,); NEVER elsewhere."""
        del view
        return np.full(month_in.shape, NEVER)

    def leaves(self, view: RegistryView, month: int) -> NDArray[np.bool_]:
        """Return who leaves at a review, by what the registry sees then, shape (unit,)."""
        del month
        return np.zeros(view.row.size, dtype=bool)


@frozen(kw_only=True)
class TimeLimit(ExitRule):
    """After so many months."""

    kind: ClassVar[str] = "time_limit"
    needs_reviews: ClassVar[bool] = False

    months: int = count("months in the programme", unit="months", at_least=1, at_most=LONGEST_RUN)

    def month_out(self, view: RegistryView, month_in: Index) -> Index:
        """Return the month of enrolment and the limit."""
        del view
        return month_in + self.months


@frozen(kw_only=True)
class AgedOut(ExitRule):
    """When whom the programme is for has grown past an age."""

    kind: ClassVar[str] = "aged_out"
    needs_reviews: ClassVar[bool] = False

    column: str = text("column with an age in years at month 0")
    age: float = number("age from which nobody is paid for", unit="years", low=0, most=200, uncertain=False)

    def check(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Refuse a population without the column of ages."""
        as_numbers(columns, self.column, "AgedOut.column")

    def month_out(self, view: RegistryView, month_in: Index) -> Index:
        """Return the first month in which the age is reached."""
        age = as_numbers(view.columns, self.column, "AgedOut.column")
        # ages in twelfths of a year are not exact: 12 x (18 - 17 7/12) is 5.000000000000007, and 5 months
        months = np.round((self.age - age) * 12.0, ROUNDED)
        month = np.ceil(np.clip(months, 0.0, NEVER)).astype(np.intp)
        return np.maximum(month, month_in)


@frozen(kw_only=True)
class ObservedAbove(ExitRule):
    """When the registry sees welfare at or above a mark, at a review."""

    kind: ClassVar[str] = "observed_above"
    needs_reviews: ClassVar[bool] = True

    amount: float = money("the mark", per="person per month", above_zero=True, uncertain=False)

    def leaves(self, view: RegistryView, month: int) -> NDArray[np.bool_]:
        """Return who is seen at or above the mark."""
        del month
        return np.asarray(view.amounts >= self.amount)


EXITS: dict[str, type[ExitRule]] = {rule.kind: rule for rule in (TimeLimit, AgedOut, ObservedAbove)}
