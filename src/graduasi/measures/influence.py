"""Influence functions: what one more unit of a household's weight would add to a measure.

Each function takes welfare, weights and the arguments of its measure, and returns an array, shape (household,): the
derivative of the weighted measure to each weight (Deville 1999, Survey Methodology 25; Demnati and Rao 2004). It is
exact for the library's own measures, ties included, except where a quantile, or a headcount under a line that
moves, needs a density. Weighted influences of a measure that has no unit in the weights add up to zero.
"""

from __future__ import annotations

import numpy as np

from graduasi._typing import Bools, Floats
from graduasi.errors import InputError
from graduasi.measures.checks import log_ratio
from graduasi.measures.inequality import AT_LIMIT
from graduasi.measures.poverty import relative
from graduasi.measures.ranks import Levels, middles, weighted_quantile

DENSITIES = ("sample", "convey")


def mean(values: Floats, weight: Floats) -> Floats:
    """Of the mean."""
    total = weight.sum()
    return np.asarray((values - (weight * values).sum() / total) / total, dtype=np.float64)


def ratio(values: Floats, weight: Floats, denominator: Floats) -> Floats:
    """Of the ratio of two totals."""
    below = (weight * denominator).sum()
    return np.asarray((values - (weight * values).sum() / below * denominator) / below, dtype=np.float64)


def density(values: Floats, weight: Floats, at: float, rule: str) -> float:
    """Density of welfare by Gauss kernels.

    rule : "sample", width .79 (quartile range) n^(-1/5) with n the effective number of households (Kish), after
        Silverman (1986, equation 3.29), but never wider than the standard deviation would give; "convey", standard
        deviation x (sum of weights)^(-1/5), as R's convey (after Osier 2009): it depends on the scale of weights.
    """
    total = weight.sum()
    middle = (weight * values).sum() / total
    spread = float(np.sqrt((weight * (values - middle) ** 2).sum() / total))
    if rule == "convey":
        width = spread * total**-0.2
    else:
        quartiles = weighted_quantile(values, weight, 0.75) - weighted_quantile(values, weight, 0.25)
        range_ = min(quartiles / 1.349, spread) if quartiles > 0 else spread
        width = 1.06 * range_ * (total**2 / (weight**2).sum()) ** -0.2
    if not width > 0:
        raise InputError("estimate.welfare must not all be equal where a density is needed")
    kernels = np.exp(-(((at - values) / width) ** 2) / 2.0)
    return float((weight * kernels).sum() / (total * width * np.sqrt(2.0 * np.pi)))


def quantile(values: Floats, weight: Floats, share: float, rule: str) -> Floats:
    """Of a quantile: (share - 1{x <= q}) / (N f(q))."""
    at = weighted_quantile(values, weight, share)
    height = density(values, weight, at, rule)
    if not height > 0:
        raise InputError(f"estimate.quantile {share:g} lies where the density is 0; use method='bootstrap'")
    return np.asarray((share - (values <= at)) / (weight.sum() * height), dtype=np.float64)


def fgt(values: Floats, weight: Floats, line: Floats, alpha: float) -> Floats:
    """Of FGT(alpha) at fixed lines."""
    return mean(_powers(values, line, alpha), weight)


def fgt_slope(values: Floats, weight: Floats, line: Floats, alpha: float, rule: str) -> float:
    """How FGT(alpha) moves with one line for all: a density at alpha 0, else alpha E[gap^(alpha-1) x / line^2]."""
    if alpha == 0:
        return density(values, weight, float(line[0]), rule)
    steep = _powers(values, line, alpha - 1.0) * relative(values, line, values < line) / line
    return float(alpha * (weight * steep).sum() / weight.sum())


def _powers(values: Floats, line: Floats, alpha: float) -> Floats:
    poor = values < line
    gap = np.where(poor, 1.0 - relative(values, line, poor), 1.0)
    return np.where(poor, gap**alpha, 0.0)


def income_gap_ratio(values: Floats, weight: Floats, line: Floats) -> Floats:
    """Of P1 / P0."""
    poor = (values < line).astype(np.float64)
    if not (weight * poor).any():
        return np.zeros(values.size)
    return ratio(_powers(values, line, 1.0), weight, poor)


def watts(values: Floats, weight: Floats, line: Floats) -> Floats:
    """Of the Watts index at fixed lines."""
    poor = (values < line) & (weight > 0)
    return mean(log_ratio(line, np.where(poor, values, line)), weight)


def _ranks(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Weight below each household, and welfare above it; of ties half."""
    levels = Levels.of(values)
    people = levels.mass(weight)
    money = people * levels.value
    above = money.sum() - np.cumsum(money) + money / 2.0
    return levels.households(middles(people)), levels.households(above)


def gini(values: Floats, weight: Floats) -> Floats:
    """Of the Gini coefficient, 2 A / (N Y) - 1 with A = sum of w x (weight below); Langel and Tille (2013)."""
    total, money = weight.sum(), (weight * values).sum()
    below, above = _ranks(values, weight)
    area = (weight * values * below).sum()
    return np.asarray(
        2.0 / (total * money) * (values * below + above - area / total - area * values / money), dtype=np.float64
    )


def sen_shorrocks_thon(values: Floats, weight: Floats, line: Floats) -> Floats:
    """Of P1 (1 + G) = 2 A / N^2, A being that of the gaps."""
    total = weight.sum()
    gap = _powers(values, line, 1.0)
    below, above = _ranks(gap, weight)
    area = (weight * gap * below).sum()
    return np.asarray(2.0 / total**2 * (gap * below + above - 2.0 * area / total), dtype=np.float64)


def sen(values: Floats, weight: Floats, line: Floats) -> Floats:
    """Of Sen's index = sum over the poor of w (1 - 2 x) / N + 2 A / (N N_p), x being welfare / line."""
    poor = values < line
    heavy = np.where(poor, weight, 0.0)
    total, among = weight.sum(), heavy.sum()
    if among == 0:
        return np.zeros(values.size)
    x = np.where(poor, relative(values, line, poor), 0.0)
    below, above = _ranks(x, heavy)
    area = (heavy * x * below).sum()
    first = mean(np.where(poor, 1.0 - 2.0 * x, 0.0), weight)
    slope = np.where(poor, x * below + above - area / among, 0.0)
    return np.asarray(first + 2.0 / (total * among) * (slope - area / total), dtype=np.float64)


def generalised_entropy(values: Floats, weight: Floats, alpha: float) -> Floats:
    """Of GE(alpha); its limits at 0 and 1 (Biewen and Jenkins 2006, OBES 68)."""
    total = weight.sum()
    x, counts = _relative(values, weight)
    if abs(alpha) < AT_LIMIT:
        logs = np.log(np.where(counts, x, 1.0))
        return np.asarray((x - 1.0 - logs + (weight * logs).sum() / total) / total, dtype=np.float64)
    if abs(alpha - 1.0) < AT_LIMIT:
        pieces = x * np.log(np.where(x > 0, x, 1.0))
        return np.asarray((pieces - (weight * pieces).sum() / total * x - x + 1.0) / total, dtype=np.float64)
    return _moment(x, counts, weight, alpha)[1] / (alpha * (alpha - 1.0))


def _relative(values: Floats, weight: Floats) -> tuple[Floats, Bools]:
    """Welfare over its mean, 1 where a household does not count, and who counts."""
    counts = weight > 0
    return np.where(counts, values / ((weight * values).sum() / weight.sum()), 1.0), counts


def _moment(x: Floats, counts: Bools, weight: Floats, power: float) -> tuple[float, Floats]:
    """Mean of (x / mean)^power, and its influence."""
    total = weight.sum()
    raised = np.where(counts, x, 1.0) ** power
    level = float((weight * raised).sum() / total)
    return level, (raised + (power - 1.0) * level - power * level * x) / total


def atkinson(values: Floats, weight: Floats, epsilon: float) -> Floats:
    """Of the Atkinson index (Biewen and Jenkins 2006)."""
    if abs(epsilon - 1.0) < AT_LIMIT:
        x, counts = _relative(values, weight)
        logs = np.log(np.where(counts, x, 1.0))
        kept = float(np.exp((weight * logs).sum() / weight.sum()))
        return kept * generalised_entropy(values, weight, 0.0)
    power = 1.0 - epsilon
    level, slope = _moment(*_relative(values, weight), weight, power)
    return np.asarray(-(level ** (1.0 / power - 1.0)) / power * slope, dtype=np.float64)


def share_ratio(values: Floats, weight: Floats, low: float, high: float) -> Floats:
    """Of welfare of the richest `high` over that of the poorest `low` (Langel and Tille 2011, Metrika 73).

    What the poorest share p hold is p N q - sum of w (q - x)+ at the quantile q; its derivative needs no density.
    """
    total = weight.sum()
    poorest, slope = _held(values, weight, total, low)
    others, other_slope = _held(values, weight, total, 1.0 - high)
    rich = float((weight * values).sum()) - others
    return (values - other_slope - rich / poorest * slope) / poorest


def _held(values: Floats, weight: Floats, total: float, share: float) -> tuple[float, Floats]:
    at = weighted_quantile(values, weight, share)
    slope = share * at - np.maximum(at - values, 0.0)
    return float((weight * slope).sum()), slope
