"""Chronic and transient poverty, and poverty with a cut-off in time; arguments as in `panel`.

Means over time are over the periods in which a household was observed; those never observed are left out.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures import checks
from graduasi.measures.checks import finite, number
from graduasi.measures.dynamics.panel import gaps


@frozen(kw_only=True)
class ChronicTransient:
    """total = chronic + transient, all FGT(alpha)."""

    total: float
    chronic: float
    transient: float


@frozen(kw_only=True)
class EquallyDistributed:
    """total = gap + inequality + transient; chronic = gap + inequality; all are gaps, as shares of the line."""

    total: float
    chronic: float
    transient: float
    gap: float
    inequality: float


@frozen(kw_only=True)
class DurationAdjusted:
    """Share that is chronically poor, their mean share of time in poverty, and the measure."""

    headcount: float
    duration: float
    fgt: float


def _depths(gap: Floats, alpha: float) -> Floats:
    powered: Floats = gap if alpha == 1 else gap**alpha
    return powered


def _spread(measure: str, values: Floats) -> Floats:
    """Variance over time of each household, with T - 1, over T; 0 for one period."""
    seen = (~np.isnan(values)).sum(axis=1)
    if not (seen > 1).any():
        raise InputError(f"{measure}.correct must be False where nobody was observed twice; got True")
    centre = np.nanmean(values, axis=1, keepdims=True)
    squares: Floats = np.nansum((values - centre) ** 2, axis=1)
    squares /= np.maximum(seen - 1, 1) * seen
    return squares


def jalan_ravallion(
    welfare: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    alpha: float = 2,
    correct: bool = False,
) -> ChronicTransient:
    """Chronic poverty is that of mean welfare over time; transient is the rest of the mean FGT(alpha) over time.

    Jalan and Ravallion (1998, Journal of Comparative Economics 26; 2000, Journal of Development Studies 36). Means
    are of welfare / line, so that lines may differ. alpha : at least 1, where transient poverty cannot be negative.
    correct : take the bias of few periods off chronic poverty, by the second-order term alpha (alpha - 1) / (2 T) x
        variance of welfare / line over time x mean gap^(alpha - 2) of those with mean welfare below the line
        (Duclos, Araar and Giles 2010, Journal of Development Economics 91; as their package DASP does), and keep it
        within 0 and the total. None at alpha 1. For alpha below 2 the term grows without bound just under the line,
        so there it is at most a household's own chronic poverty.
    """
    number("jalan_ravallion", "alpha", alpha, 1)
    checks.flag("jalan_ravallion", "correct", correct)
    relative, gap, share = gaps("jalan_ravallion", welfare, line, weights)
    with np.errstate(over="ignore", invalid="ignore"):
        total = finite("jalan_ravallion", (share * np.nanmean(_depths(gap, alpha), axis=1)).sum())
    mean_gap = np.maximum(1.0 - np.nanmean(relative, axis=1), 0.0)
    chronic = float((share * mean_gap**alpha).sum())
    if correct:
        spread = _spread("jalan_ravallion", relative)
        poor = mean_gap > 0
        bias = alpha * (alpha - 1) / 2 * mean_gap[poor] ** (alpha - 2) * spread[poor]
        if alpha < 2:
            bias = np.minimum(bias, mean_gap[poor] ** alpha)
        chronic = min(max(chronic - float((share[poor] * bias).sum()), 0.0), total)
    return ChronicTransient(total=total, chronic=chronic, transient=total - chronic)


def duclos_araar_giles(
    welfare: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    alpha: float = 2,
    correct: bool = False,
) -> EquallyDistributed:
    """Poverty as the equally-distributed-equivalent gap: the gap that, had by all at all times, gives FGT(alpha).

    Duclos, Araar and Giles (2010), Journal of Development Economics 91. With G_i = (mean over time of
    gap^alpha)^(1 / alpha): total = (mean of G_i^alpha)^(1 / alpha); transient = mean of G_i less the mean gap over
    time, the cost of variability; gap = mean gap; inequality = total - mean of G_i, the cost of unequal lives.
    alpha : at least 1; at 1 only the gap is left.
    correct : G_i of few periods is too low; add (alpha - 1) / (2 T alpha^2) x variance over time of gap^alpha x
        (its mean)^(1 / alpha - 2) (the second-order term, as their package DASP does). It moves poverty from
        inequality to transient; the total and the gap stay. Kept so that chronic poverty is not below 0.
    """
    number("duclos_araar_giles", "alpha", alpha, 1)
    checks.flag("duclos_araar_giles", "correct", correct)
    _, gap, share = gaps("duclos_araar_giles", welfare, line, weights)
    # Each over its largest, so that powers of tiny gaps neither vanish nor overflow.
    largest = np.nanmax(gap, axis=1)
    depth = _depths(gap / np.where(largest > 0, largest, 1.0)[:, None], alpha)
    mean_depth = np.nanmean(depth, axis=1)
    equivalent = largest * mean_depth ** (1 / alpha)
    top = float(equivalent.max()) or 1.0
    total = top * float((share * (equivalent / top) ** alpha).sum() ** (1 / alpha))
    mean_gap = float((share * np.nanmean(gap, axis=1)).sum())
    if correct:
        spread = _spread("duclos_araar_giles", depth / np.where(mean_depth > 0, mean_depth, 1.0)[:, None])
        equivalent *= 1 + (alpha - 1) / (2 * alpha**2) * spread
    transient = min(max(float((share * equivalent).sum()) - mean_gap, 0.0), total)
    return EquallyDistributed(
        total=total,
        chronic=total - transient,
        transient=transient,
        gap=mean_gap,
        inequality=total - transient - mean_gap,
    )


def duration_adjusted(
    welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None, *, tau: float, alpha: float = 0
) -> DurationAdjusted:
    """FGT over time of the chronically poor: those poor in a share of at least `tau` of the periods observed.

    Foster (2009), A class of chronic poverty measures, in Addison, Hulme and Kanbur, Poverty Dynamics, chapter 3.
    fgt : mean over households and time of gap^alpha of the chronically poor, 0 for the others; at alpha 0 it is
    headcount x duration, at 1 the duration-adjusted gap. duration : NaN where nobody is chronically poor.
    tau : in (0, 1]; as it goes to 0 the measure is the mean FGT over time.
    """
    number("duration_adjusted", "alpha", alpha, 0)
    checks.share("duration_adjusted", "tau", tau, "a share in (0, 1]", 0.0, 1.0)
    relative, gap, share = gaps("duration_adjusted", welfare, line, weights)
    seen = (~np.isnan(relative)).sum(axis=1)
    times = (relative < 1).sum(axis=1)
    chronic = (times >= tau * seen * (1 - 1e-12)) & (times > 0)
    # All sums add the same households in the same order, 0 for those left out: what is smaller for each household
    # is then smaller in the sum, whatever the rounding, and no share passes 1.
    chronically = np.where(chronic, share, 0.0)
    held, spent = chronically.sum(), (chronically * (times / seen)).sum()
    with np.errstate(over="ignore", invalid="ignore"):
        deep = spent if alpha == 0 else (chronically * np.nanmean(gap**alpha, axis=1)).sum()
    return DurationAdjusted(
        headcount=float(held / share.sum()),
        duration=float(spent / held) if held > 0 else float("nan"),
        fgt=finite("duration_adjusted", deep / share.sum()),
    )
