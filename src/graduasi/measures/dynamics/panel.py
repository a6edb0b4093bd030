"""Panels: what every measure of dynamics is given.

welfare : array, shape (household, period) [money a person and period]; NaN: not observed. Periods are evenly
    spaced.
line : above 0; one amount; or of shape (period,), a line a period; (household, 1), one a household; or (household,
    period). A flat array is always one a period, so that a square panel has one reading.
weights : array, shape (household,), the same in all periods; ones where None.

Poor means welfare < line. Zero and negative welfare count as they are: a gap may exceed one.
"""

from __future__ import annotations

import numpy as np

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures.checks import array, floats, heavy

MOST_LINES = 1e100  # lines: what is further has a square that is no float


def observed(measure: str, welfare: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Welfare, shape (household, period), with NaN where it is missing; and weights, shape (household,)."""
    given = floats(f"{measure}.welfare", welfare)
    if given.ndim != 2 or given.size == 0:
        raise InputError(
            f"{measure}.welfare must be an array of shape (household, period); got shape {given.shape}"
        )
    values = given
    infinite = np.isinf(values)
    if infinite.any():
        row, column = (int(place) for place in np.argwhere(infinite)[0])
        raise InputError(
            f"{measure}.welfare must be finite, or NaN where not observed; "
            f"got {values[row, column]} at household {row}, period {column} ({infinite.sum()} in all)"
        )
    if np.isnan(values).all():
        raise InputError(f"{measure}.welfare must be observed somewhere; got NaN throughout")
    if weights is None:
        return values, np.ones(len(values))
    weight = heavy(measure, weights, len(values))
    if not weight[~np.isnan(values).all(axis=1)].sum() > 0:
        raise InputError(f"{measure}.weights must not all be 0 where welfare is observed")
    return values, weight


def amounts(measure: str, name: str, value: object, shape: tuple[int, ...]) -> Floats:
    """A line or a cut, above 0, broadcast to (household, period)."""
    given = array(f"{measure}.{name}", value)
    if given.dtype.kind not in "iuf":
        raise InputError(f"{measure}.{name} must be money above 0; got {value!r}")
    households, periods = shape
    if given.shape not in {(), (periods,), (households, 1), shape}:
        raise InputError(
            f"{measure}.{name} must be one amount, or of shape ({periods},), ({households}, 1) or "
            f"({households}, {periods}); got shape {given.shape}"
        )
    bad = ~(np.isfinite(given) & (given > 0))
    if bad.any():
        more = f" ({bad.sum()} in all)" if given.ndim else ""
        raise InputError(f"{measure}.{name} must be money above 0; got {given[bad][0]}{more}")
    return np.broadcast_to(given.astype(np.float64), shape)


def gaps(
    measure: str, welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Welfare / line and relative gaps (0 above the line, NaN where not observed), and shares of households.

    Households never observed are left out.
    """
    values, weight = observed(measure, welfare, weights)
    with np.errstate(over="ignore"):
        relative = values / amounts(measure, "line", line, values.shape)
    far = np.abs(relative) > MOST_LINES
    if far.any():
        raise InputError(
            f"{measure}.welfare must be at most {MOST_LINES:g} lines in size; "
            f"got {values[far][0]:g} ({far.sum()} in all)"
        )
    seen = ~np.isnan(values).all(axis=1)
    relative, weight = relative[seen], weight[seen]
    return relative, np.maximum(1.0 - relative, 0.0), weight / weight.sum()
