"""Inequality measures: pure functions of welfare and weights; see `poverty` for shapes and errors."""

from __future__ import annotations

import numpy as np

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures.checks import (
    all_positive,
    choice,
    finite,
    log_ratio,
    number,
    scaled,
    share,
    unit_of,
    weighted,
)
from graduasi.measures.ranks import ascending, middles, running

CONVENTIONS = ("population", "sample", "convey")
SIDES = ("divided", "laeken")
AT_LIMIT = 1e-6  # of a parameter to its limit


def _mean(measure: str, values: Floats, weight: Floats) -> float:
    unit = unit_of(values)
    mean = unit * float((values / unit * weight).sum() / weight.sum())
    if not mean > 0:
        raise InputError(f"{measure}.welfare must have a mean above 0; got {mean:g}")
    return mean


def _not_negative(measure: str, values: Floats, weight: Floats) -> None:
    bad = (values < 0) & (weight > 0)
    if bad.any():
        raise InputError(f"{measure}.welfare must be at least 0; got {values[bad].min()}")


def _counted(values: Floats, weight: Floats, mean: float) -> tuple[Floats, Floats, Floats]:
    """Shares, welfare / mean and welfare of households that count; no copies where all do."""
    counts = weight > 0
    if not counts.all():
        values, weight = values[counts], weight[counts]
    with np.errstate(under="ignore", over="ignore"):
        return weight / weight.sum(), values / mean, values


def gini(welfare: ArrayLike, weights: ArrayLike | None = None, *, convention: str = "population") -> float:
    """Gini coefficient: one less twice the area under the Lorenz curve of straight pieces.

    convention : "population" treats weights as persons, so that replicating everybody changes nothing (the
        World Bank's, and that of R's laeken); "sample" multiplies it by n / (n - 1), n being the number of
        households that count; "convey" is that of R's convey: sum of (2 r - 1) w x, over sum of w x sum of w x,
        less 1, with r the running sum of weights, one's own included. It depends on the scale of the weights and
        is too large where they are not 1.

    Zero welfare is allowed; negative welfare is, too, but the measure may then exceed one. The mean must be
    above 0.
    """
    choice("gini", "convention", convention, CONVENTIONS)
    values, weight = ascending(*weighted("gini", welfare, weights))
    values = scaled(values)
    mean = _mean("gini", values, weight)
    total = weight.sum()
    if convention == "convey":
        rank = np.cumsum(weight)
        return float(((2.0 * rank - 1.0) * weight * values).sum() / (mean * total**2) - 1.0)
    result = float(2.0 * (weight * values * middles(weight)).sum() / (mean * total**2) - 1.0)
    if convention == "sample":
        count = int((weight > 0).sum())
        return result * count / (count - 1) if count > 1 else 0.0
    return result


def theil(welfare: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Theil T: mean of (x / mean) log(x / mean); zero welfare adds 0 (its limit), negative is refused."""
    return _entropy("theil", welfare, 1.0, weights)


def mean_log_deviation(welfare: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean of log(mean / x), Theil L; refuses welfare of zero or below."""
    return _entropy("mean_log_deviation", welfare, 0.0, weights)


def generalised_entropy(welfare: ArrayLike, alpha: float, weights: ArrayLike | None = None) -> float:
    """GE(alpha) (Cowell 1980; Shorrocks 1980); 0 is the mean log deviation, 1 the Theil index.

    Zero welfare is refused for alpha <= 0, where the measure is infinite; negative welfare always. Within 1e-6 of
    0 and 1 the limits are used: the formula loses all its digits there.
    """
    number("generalised_entropy", "alpha", alpha, -np.finfo(float).max)
    return _entropy("generalised_entropy", welfare, alpha, weights)


def _entropy(measure: str, welfare: ArrayLike, alpha: float, weights: ArrayLike | None) -> float:
    values, weight = weighted(measure, welfare, weights)
    if alpha <= 0:
        all_positive(measure, values, weight, f"since the measure is infinite there at alpha {alpha:g}")
    else:
        _not_negative(measure, values, weight)
    mean = _mean(measure, values, weight)
    part, ratio, counted = _counted(values, weight, mean)
    if abs(alpha) < AT_LIMIT and (counted > 0).all():
        return float((part * log_ratio(mean, counted)).sum())
    if abs(alpha - 1) < AT_LIMIT:
        logs = np.log(np.where(ratio > 0, ratio, 1.0))
        return float((part * ratio * logs).sum())
    with np.errstate(all="ignore"):
        return finite(measure, ((part * ratio**alpha).sum() - 1.0) / (alpha * (alpha - 1.0)))


def atkinson(welfare: ArrayLike, epsilon: float, weights: ArrayLike | None = None) -> float:
    """One less the equally-distributed-equivalent welfare over the mean (Atkinson 1970, JET 2).

    epsilon : aversion, at least 0, where it is 0. Zero welfare is refused for epsilon >= 1, negative always.

    Within 1e-6 of 1 the limit is used.
    """
    number("atkinson", "epsilon", epsilon, 0)
    values, weight = weighted("atkinson", welfare, weights)
    if epsilon >= 1:
        all_positive("atkinson", values, weight, f"since one zero makes the measure 1 at epsilon {epsilon:g}")
    else:
        _not_negative("atkinson", values, weight)
    mean = _mean("atkinson", values, weight)
    part, ratio, counted = _counted(values, weight, mean)
    if abs(epsilon - 1) < AT_LIMIT and (counted > 0).all():
        return float(1.0 - np.exp(-(part * log_ratio(mean, counted)).sum()))
    power = 1.0 - epsilon
    with np.errstate(all="ignore"):
        level = float((part * ratio**power).sum())
    return 1.0 - (level ** (1.0 / power) if 0 < level < np.inf else _in_logs(part, mean, counted, power))


def _in_logs(part: Floats, mean: float, counted: Floats, power: float) -> float:
    """(Mean of (x / mean)^power)^(1 / power) of a negative power whose terms are no floats."""
    logs = -log_ratio(mean, counted)
    lowest = logs.min()
    with np.errstate(all="ignore"):
        others = (part * np.exp(power * (logs - lowest))).sum()
        return float(np.exp(lowest) * others ** (1.0 / power))


def lorenz(welfare: ArrayLike, weights: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Points of the Lorenz curve: shares of the population and of welfare, shapes (household + 1,), from 0.

    Zero welfare is allowed; with negative welfare the curve dips below 0. The mean must be above 0.
    """
    return _lorenz("lorenz", welfare, weights)


def _lorenz(measure: str, welfare: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    values, weight = ascending(*weighted(measure, welfare, weights))
    _mean(measure, values, weight)
    values = scaled(values)
    people = running(weight) / weight.sum()
    held = running(weight * values) / (weight * values).sum()
    return people, held


def quantile_share_ratio(
    welfare: ArrayLike, weights: ArrayLike | None = None, *, quantile: float = 0.2, convention: str = "divided"
) -> float:
    """Welfare of the richest `quantile` over that of the poorest (S80/S20 at .2).

    convention : "divided", by the Lorenz curve: a household on the edge is divided between the two sides, so that
        both hold the same number of persons; "laeken", as R's laeken 0.5 `qsr`: welfare of all above the upper
        quantile over that of all at or below the lower one, a quantile being the first welfare whose running share
        of weights is above it. Households on the edge, and their ties, then go to one side whole.

    Zero and negative welfare count as they are, while the poorest hold more than nothing; else refused.
    """
    share("quantile_share_ratio", "quantile", quantile, "a share in (0, 0.5]", 0.0, 0.5)
    choice("quantile_share_ratio", "convention", convention, SIDES)
    if convention == "divided":
        return _ends("quantile_share_ratio", welfare, weights, quantile, quantile)
    values, weight = ascending(*weighted("quantile_share_ratio", welfare, weights))
    values = scaled(values)
    through = np.cumsum(weight) / weight.sum()
    at = np.searchsorted(through, [quantile, 1.0 - quantile], side="right")
    if at[1] >= values.size:
        raise InputError(
            f"quantile_share_ratio.quantile must be at least 1e-15 for convention 'laeken'; got {quantile!r}"
        )
    low, high = values[at]
    poorest = float((weight * values)[values <= low].sum())
    if not poorest > 0:
        raise InputError(
            f"quantile_share_ratio.welfare must leave the poorest {quantile:g} something; got {poorest:g}"
        )
    return finite("quantile_share_ratio", float((weight * values)[values > high].sum()) / poorest)


def palma(welfare: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Welfare of the richest tenth over that of the poorest four tenths (Palma 2011).

    A household on the edge is divided. Zero and negative welfare count as they are, while the poorest hold more
    than nothing; else refused.
    """
    return _ends("palma", welfare, weights, 0.4, 0.1)


def _ends(measure: str, welfare: ArrayLike, weights: ArrayLike | None, low: float, high: float) -> float:
    """Welfare of the richest `high` over that of the poorest `low`."""
    values, weight = ascending(*weighted(measure, welfare, weights))
    _mean(measure, values, weight)
    values = scaled(values)
    poorest = _held(values, weight, low)
    if not poorest > 0:
        raise InputError(f"{measure}.welfare must leave the poorest {low:g} something; got {poorest:g}")
    # From the top down: 1 less a share that is nearly 1 has no digits left.
    return finite(measure, _held(values[::-1], weight[::-1], high) / poorest)


def _held(values: Floats, weight: Floats, part: float) -> float:
    """Welfare of the first `part` of the population in this order, over its weight; the edge is divided."""
    people = running(weight) / weight.sum()
    held = running(weight * values) / weight.sum()
    return float(np.interp(part, people, held))
