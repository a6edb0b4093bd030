"""Poverty measures: pure functions of welfare, a line and weights. Poor means welfare < line.

welfare : array, shape (household,) [currency per person per month, or any other money].
line : one amount, or an array of shape (household,) with each household's own line; above 0.
weights : array, shape (household,), persons or households that each stands for; ones where None.
Every function raises InputError for values that are not finite, negative weights, and lines of zero or below.
Zero and negative welfare count as they are: a gap may exceed one.
"""

from __future__ import annotations

import numpy as np

from graduasi._typing import ArrayLike, Bools, Floats
from graduasi.errors import InputError
from graduasi.measures.checks import above_line, all_positive, finite, log_ratio, number, weighted


def _gaps(measure: str, welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    """Relative gaps, 0 above the line, and weights; gaps of households without weight are 0."""
    values, weight = weighted(measure, welfare, weights)
    amount = above_line(measure, line, values.size)
    return 1.0 - relative(values, amount, weight), weight


def relative(values: Floats, amount: Floats, weight: Floats | Bools) -> Floats:
    """Welfare / line of the poor who count (weight above 0), which is below 1; 1 for the others."""
    poor = (values < amount) & (weight > 0)
    with np.errstate(over="ignore"):
        return np.divide(values, amount, out=np.ones(values.size), where=poor)


def _mean(values: Floats, weight: Floats) -> float:
    # One order of adding above and below: where values are at most 1, so is their mean, to the last digit.
    return float((weight * values).sum() / weight.sum())


def headcount(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Share of the population below the line, P0; zero and negative welfare is below it."""
    values, weight = weighted("headcount", welfare, weights)
    poor = values < above_line("headcount", line, values.size)
    return _mean(poor.astype(np.float64), weight)


def fgt(welfare: ArrayLike, line: ArrayLike, alpha: float, weights: ArrayLike | None = None) -> float:
    """Mean of ((line - welfare) / line)^alpha over the poor, zero for the others.

    Foster, Greer and Thorbecke (1984), Econometrica 52, equation 3. alpha : at least 0; 0 is the headcount.
    Zero welfare is a gap of 1, negative of more than 1.
    """
    number("fgt", "alpha", alpha, 0)
    return _fgt("fgt", welfare, line, alpha, weights)


def _fgt(measure: str, welfare: ArrayLike, line: ArrayLike, alpha: float, weights: ArrayLike | None) -> float:
    if alpha == 0:
        return headcount(welfare, line, weights)
    gap, weight = _gaps(measure, welfare, line, weights)
    with np.errstate(over="ignore", invalid="ignore"):
        return finite(measure, _mean(gap**alpha, weight))


def poverty_gap(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> float:
    """P1: mean gap as a share of the line; zero welfare is a gap of 1, negative of more."""
    return _fgt("poverty_gap", welfare, line, 1, weights)


def poverty_severity(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> float:
    """P2: mean squared gap; zero welfare is a gap of 1, negative of more."""
    return _fgt("poverty_severity", welfare, line, 2, weights)


def income_gap_ratio(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean gap of the poor, P1 / P0; 0 where nobody is poor. Zero welfare is a gap of 1, negative of more."""
    gap, weight = _gaps("income_gap_ratio", welfare, line, weights)
    among = float((weight * (gap > 0)).sum())
    with np.errstate(over="ignore"):
        return finite("income_gap_ratio", (weight * gap).sum() / among) if among > 0 else 0.0


def watts(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean log of line / welfare over the poor (Watts 1968); refuses welfare of zero or below."""
    values, weight = weighted("watts", welfare, weights)
    amount = above_line("watts", line, values.size)
    all_positive("watts", values, weight, "since the measure is infinite there")
    poor = (values < amount) & (weight > 0)
    return _mean(log_ratio(amount, np.where(poor, values, amount)), weight)


def sen(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> float:
    """H [I + (1 - I) G_p], with I the income gap ratio and G_p the Gini of welfare / line among the poor.

    Sen (1976), Econometrica 44, in the form for a large population. Refuses negative welfare among the poor,
    where the Gini among them has no bounds.
    """
    from graduasi.measures.inequality import gini

    values, weight = weighted("sen", welfare, weights)
    lines = relative(values, above_line("sen", line, values.size), weight)
    poor = lines < 1.0
    if (lines[poor] < 0).any():
        raise InputError(f"sen.welfare must be at least 0 among the poor; got {values[poor].min()}")
    share = headcount(lines, 1.0, weight)
    if share == 0:
        return 0.0
    ratio = income_gap_ratio(lines, 1.0, weight)
    among = gini(lines[poor], weight[poor] / weight[poor].sum()) if lines[poor].any() else 0.0
    return share * (ratio + (1.0 - ratio) * among)


def sen_shorrocks_thon(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> float:
    """P1 (1 + G_g), with G_g the Gini of gaps of the whole population.

    Shorrocks (1995), Econometrica 63; the decomposition of Osberg and Xu (2000): headcount x mean gap of the poor
    x (1 + Gini of gaps). Zero welfare is a gap of 1, negative of more.
    """
    from graduasi.measures.inequality import gini

    gap, weight = _gaps("sen_shorrocks_thon", welfare, line, weights)
    with np.errstate(over="ignore"):
        mean = finite("sen_shorrocks_thon", _mean(gap, weight))
        return finite("sen_shorrocks_thon", mean * (1.0 + gini(gap, weight))) if mean > 0 else 0.0
