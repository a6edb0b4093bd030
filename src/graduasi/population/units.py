"""Units of welfare: periods, whom it is of, equivalence scales; all become money per person per month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# How many of the period are in a month; "day of 30" is the registry's month of thirty days.
PERIODS = {
    "day": 365 / 12,
    "day of 30": 30.0,
    "week": 365 / 84,
    "month": 1.0,
    "quarter": 1 / 3,
    "year": 1 / 12,
}
PER = ("person", "household", "adult equivalent")
SCALES = ("per_capita", "square_root", "oecd", "oecd_modified")
WEIGHTS_OF = ("household", "person")


def equivalent_adults(scale: str, members: Floats, children: Floats | None) -> Floats:
    """Adult equivalents of each household, shape (household,).

    "per_capita": members. "square_root": their square root (OECD 2011). "oecd": 1 for the first adult, .7 for each
    other and .5 for each child (OECD 1982, "Oxford"). "oecd_modified": 1, .5 and .3 (Hagenaars et al. 1994).
    children : members under 14 years; the last two scales need them, and count at least one adult.
    """
    if scale == "per_capita":
        return members
    if scale == "square_root":
        return np.sqrt(members)
    young = np.zeros(members.size) if children is None else children
    adult, child = (0.7, 0.5) if scale == "oecd" else (0.5, 0.3)
    adults = np.maximum(members - young, 1.0)
    return np.asarray(1.0 + adult * (adults - 1.0) + child * (members - adults), dtype=np.float64)


def suspicion(median: float, line: float) -> str:
    """What looks wrong about a median of welfare beside a poverty line; empty where nothing does."""
    ratio = median / line
    if ratio > 30:
        return (
            f"the median of welfare is {ratio:,.0f} times the line: money of a year or of a whole household, or a "
            "line per day? Welfare and line must both be per person per month"
        )
    if 0 < ratio < 1 / 30:
        return (
            f"the median of welfare is 1/{1 / ratio:,.0f} of the line: money of a day, or in thousands? Welfare "
            "and line must both be per person per month"
        )
    return ""
