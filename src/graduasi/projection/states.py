"""The state that a statistic reads: a household's spell at a line, or its welfare in a month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Counts = NDArray[np.int32]


@frozen(kw_only=True, eq=False)
class SpellState:
    """Spells of households at one line, or several, in one period of a clock; arrays of one shape.

    Spells are followed from period 0 for households that are poor then.

    Parameters
    ----------
    poor_first, poor : poor in period 0, and in this period.
    out : poor in period 0 and not now. out_for : periods in a row that a household has been out.
    again : poor now, after being out in some period.
    sustained : out in each of the last periods, as many as make an exit sustained.
    self_reliant : sustained, and on its own means in those periods.
    """

    poor_first: Bools
    poor: Bools
    out: Bools
    out_for: Counts
    again: Bools
    sustained: Bools
    self_reliant: Bools

    @classmethod
    def without_spell(cls, shape: tuple[int, ...], *, poor: bool) -> SpellState:
        """Return the state of households that were not poor in period 0, poor now or not."""
        no = np.zeros(shape, dtype=bool)
        return cls(
            poor_first=no,
            poor=np.full(shape, poor),
            out=no,
            out_for=np.zeros(shape, dtype=np.int32),
            again=no,
            sustained=no,
            self_reliant=no,
        )


@frozen(kw_only=True, eq=False)
class MonthState:
    """Welfare of households in one month; arrays have shape (row,).

    Parameters
    ----------
    month : of the horizon. line : amount of the poverty line [currency per person per month].
    welfare : true welfare [currency per person per month]. members : persons of a household.
    poor : whether welfare is below the line. chance_below : chance that a new survey sees welfare below the line;
        None but for the re-measured headcount.
    stocks : what help moves, by name, as the model holds it: money per person [currency].

    Statistics of years read the same: welfare is the mean of twelve months, `month` the last of them; no stocks.
    """

    month: int
    line: float
    welfare: Floats
    members: Floats
    poor: Bools
    chance_below: Floats | None = None
    stocks: Mapping[str, Floats] = field(factory=dict)
