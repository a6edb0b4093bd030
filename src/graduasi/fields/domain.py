"""What a number or a text may be at all: intervals, and characters that can be written down."""

from __future__ import annotations

import math
import re
from typing import Protocol, runtime_checkable

from attrs import frozen

LARGE = 1e18  # national budgets in small money are below it, and its square is far from overflow
SMALL = 1e-6  # money that must be above zero
LONGEST_RUN = 1_200  # months
TAIL = 1e-9  # of a distribution: how far out a soft end is looked at
LONGEST_TEXT = 10_000  # characters
SHOWN = 2_000  # characters of a value in a message
MONTH = "[12][0-9]{3}-(0[1-9]|1[0-2])"  # a calendar month
MONTH_NOUN = "a month such as '2023-12'"

# Control characters, halves of surrogate pairs, and code points that are no characters: no page can hold them.
_PLANES = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_SURROGATES = f"{chr(0xD800)}-{chr(0xDFFF)}"
_NONE = f"{_SURROGATES}{chr(0xFDD0)}-{chr(0xFDEF)}{_PLANES}"
UNWRITABLE = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f{_NONE}]")
UNWRITABLE_IN_NOTES = re.compile(f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f{_NONE}]")


def show(value: object, most: int = SHOWN) -> str:
    """A value as a message shows it, never longer than `most` characters."""
    if isinstance(value, int) and abs(value) >= 10**most:
        return f"a whole number of more than {most} digits"
    if isinstance(value, str | bytes):
        value = value[: most + 1]
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits inside, or too deep
        return f"a {type(value).__name__}"
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def _figure(number: float) -> str:
    """An end of a domain: whole numbers in full."""
    return str(number) if isinstance(number, int) else f"{number:g}"


def unwritable(value: str, *, lines: bool = False) -> str | None:
    """What a text must be that no page could hold; None where it can. lines : line ends and tabs are allowed."""
    if len(value) > LONGEST_TEXT:
        return f"a text of at most {LONGEST_TEXT:,} characters"
    if (UNWRITABLE_IN_NOTES if lines else UNWRITABLE).search(value):
        return "a text without control characters"
    return None


@runtime_checkable
class Doubtful(Protocol):
    """A value with doubt: it knows its quantiles and the ends of its support."""

    def quantile(self, u: float) -> float:
        """Value at probability `u` in (0, 1)."""

    def support(self) -> tuple[float, float]:
        """Smallest and largest value that can be drawn (infinite where there is no end)."""


@frozen(kw_only=True)
class Domain:
    """An interval of numbers; an open end is excluded.

    A soft end is set for the arithmetic, far from what is meant: a distribution may reach beyond it with a chance
    of `TAIL` at most. Across any other end no draw may go.
    """

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    low_soft: bool = False
    high_soft: bool = False

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside; NaN never does."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return bool(above and below and (isinstance(value, int) or math.isfinite(value)))

    def takes(self, value: Doubtful) -> bool:
        """Whether the draws of a distribution stay inside."""
        low, high = value.support()
        if self.low_soft and low < self.low < high:
            low = value.quantile(TAIL)
        if self.high_soft and low < self.high < high:
            high = value.quantile(1.0 - TAIL)
        return self.covers(low, high)

    def covers(self, low: float, high: float) -> bool:
        """Whether a distribution with this support stays inside (an infinite end of support is open)."""
        if low == high:
            return self.holds(low)
        above = low > self.low or (low == self.low and (not self.low_open or low == 0.0))
        below = high < self.high or high == self.high
        return above and below

    def words(self) -> str:
        """The interval as an error message names it."""
        if math.isinf(self.low) and math.isinf(self.high):
            return "finite"
        if math.isinf(self.high):
            return f"{'above' if self.low_open else 'at least'} {_figure(self.low)}"
        if math.isinf(self.low):
            return f"{'below' if self.high_open else 'at most'} {_figure(self.high)}"
        left, right = "(" if self.low_open else "[", ")" if self.high_open else "]"
        return f"in {left}{_figure(self.low)}, {_figure(self.high)}{right}"
