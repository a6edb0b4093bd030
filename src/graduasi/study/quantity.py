"""Cells of a finding: numbers with their doubt and unit, not yet words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from graduasi.projection import Interval


@frozen(kw_only=True)
class Quantity:
    """A number with its interval, as a face will show it.

    low, high : ends of the 90% interval; None where the number has none by nature, NaN where one draw gives none.
    error : the simulation's own error, one standard error; 0 where it is not told.
    digits : significant digits; None for three as families are counted, without decimals from a hundred on.
    """

    value: float
    low: float | None = None
    high: float | None = None
    error: float = 0.0
    unit: str = "households"
    digits: int | None = None

    @classmethod
    def of(cls, interval: Interval, unit: str = "households") -> Quantity:
        """A mean over draws with its interval and Monte Carlo error."""
        return cls(
            value=interval.mean,
            low=interval.low,
            high=interval.high,
            error=interval.monte_carlo_error,
            unit=unit,
        )

    @property
    def holds_zero(self) -> bool:
        """Whether zero lies inside the interval (or nothing is known)."""
        return not ((self.low or 0.0) > 0 or (self.high or 0.0) < 0)


@frozen(kw_only=True)
class Money:
    """An amount of money."""

    amount: float
    currency: str


@frozen(kw_only=True)
class Chance:
    """A probability over draws, with the chance of what no draw has shown (`projection.intervals`)."""

    probability: float
    unseen: float


@frozen(kw_only=True)
class Blank:
    """No number, and why; without a reason where there is nothing to say."""

    why: str = ""


Cell = Quantity | Money | Chance | Blank | str | int


def known(quantity: Quantity) -> Quantity | Blank:
    """The quantity, or a blank where it is not a number."""
    return Blank() if math.isnan(quantity.value) else quantity
