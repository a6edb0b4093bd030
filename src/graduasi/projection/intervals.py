"""From draws to intervals: the luck part is that of the real number of households, not of the records.

A record stands for w households and is given one luck, so the luck in a simulated total has the variance
V_sim ~ sum w^2 p (1-p) where that of real households is V_real ~ sum w p (1-p): smaller by the mean weight of the
records to which the event happens. V_sim is estimated from eight parts of the households, chosen by the hash of
their ids: within a draw they share every uncertain input, so what differs between them beyond their lasting
differences is luck (a two-way analysis of variance). Draws are then moved towards their mean so that their
variance is V_total - V_sim + V_real.

Where the records are a sample, its error is added: a normal number a draw, of variance V_sampling from the lasting
differences of the same eight parts, which are random groups of the sample (Wolter 2007, chapter 2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVEL = 0.9
UNSEEN_TAIL = 2.0  # degrees of freedom where draws say nothing of the tail beyond them


class SimulationVariance:
    """V_sim of every recorded total, gathered draw by draw; the last axis given to `add` is the part."""

    def __init__(self) -> None:
        self.draws = 0
        self._sum: Floats | None = None
        self._squares: Floats | None = None
        self._totals: Floats | None = None
        self._parts = 0

    def add(self, by_part: Floats) -> None:
        """Take in a draw's totals by part, shape (..., part)."""
        residual = by_part - by_part.mean(axis=-1, keepdims=True)
        if self._sum is None or self._squares is None or self._totals is None:
            self._parts = by_part.shape[-1]
            self._sum, self._squares = np.zeros_like(residual), np.zeros_like(residual)
            self._totals = np.zeros(residual.shape[:-1])
        self._sum += residual
        self._squares += residual**2
        self._totals += by_part.sum(axis=-1)
        self.draws += 1

    def variance(self) -> Floats:
        """Variance of a total that is due to simulated luck, shape (...); NaN with one draw."""
        if self._sum is None or self._squares is None or self.draws < 2:
            return np.array(np.nan)
        spread = (self._squares - self._sum**2 / self.draws) / (self.draws - 1)
        part = spread.mean(axis=-1) * self._parts / (self._parts - 1)
        variance: Floats = np.maximum(part * self._parts, 0.0)
        return variance

    def sampling(self, shares: Floats) -> Floats:
        """Variance of a total over samples of records, shape (...), with the sampled share taken as small.

        shares : each part's share of everybody, shape broadcast against the totals by part. What a part has beyond
        its share is what the ratio to a known number of everybody leaves to the sample.
        """
        if self._sum is None or self._totals is None:
            return np.array(np.nan)
        totals = self._totals[..., None] / self.draws
        beyond = self._sum / self.draws + totals / self._parts - shares * totals
        return between_groups(beyond, self.variance() / self.draws if self.draws > 1 else 0.0)


def between_groups(beyond: Floats, luck: Floats | float) -> Floats:
    """Variance of a total from what its random groups have beyond their shares, widened for their few degrees.

    beyond : shape (..., part); luck : variance of the total that simulated luck leaves in its mean, shape (...).
    """
    variance = (beyond**2).sum(axis=-1) * beyond.shape[-1] / (beyond.shape[-1] - 1)
    return np.asarray(np.maximum(variance - luck, 0.0) * student(beyond.shape[-1]), dtype=np.float64)


def student(groups: int) -> float:
    """Widen a variance for the degrees of freedom that its groups leave: t over z at 95%, squared."""
    from scipy.special import ndtri, stdtrit

    return float(stdtrit(groups - 1, (1 + LEVEL) / 2) / ndtri((1 + LEVEL) / 2)) ** 2


def rescale(
    draws: Floats, luck: Floats | float, event_weight: Floats | float, sampling: Floats | float = 0.0
) -> Floats:
    """Return draws with the luck of real households and the error of the sample.

    draws : shape (draw, ...); luck, event_weight, sampling : shape (...).
    """
    if draws.shape[0] < 2:
        return draws
    mean = draws.mean(axis=0)
    total = draws.var(axis=0, ddof=1)
    # The total's variance has a sampling error of its own: one standard error of it is kept, so that an interval
    # does not close where luck by chance seems to be all that there is.
    kept = 1.0 - np.sqrt(2.0 / draws.shape[0])
    simulated = np.where(np.isfinite(luck), np.minimum(luck, total) * kept, 0.0)
    real = simulated / np.where(np.asarray(event_weight) > 0, event_weight, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(total > 0, np.sqrt(np.maximum(total - simulated + real, 0.0) / total), 1.0)
    rescaled: Floats = mean + (draws - mean) * factor
    if np.any(sampling):
        rescaled = rescaled + np.multiply.outer(_scores(draws.shape[0]), np.sqrt(sampling))
    return rescaled


def _scores(number: int) -> Floats:
    """Normal scores of variance one; draws come in no order, so these are independent of them."""
    from scipy.special import ndtri

    score = ndtri((np.arange(number) + 0.5) / number)
    return np.asarray(score / score.std(ddof=1), dtype=np.float64)


def chance_of_none(draws: Floats, luck: Floats | float) -> Floats:
    """Probability that an event happens to no real household at all, from totals of records.

    The expected number in each draw is the total, moved towards the mean by the part of its variance that is
    simulated luck (the best linear predictor); events of many households are then Poisson. draws : shape
    (draw, ...); luck : shape (...), as what is returned.
    """
    return np.asarray(np.exp(-expected(draws, luck)).mean(axis=0), dtype=np.float64)


def expected(draws: Floats, luck: Floats | float) -> Floats:
    """Expected number in each draw, at least 0: simulated luck taken out. Shapes as of `chance_of_none`."""
    total = draws.var(axis=0, ddof=1) if draws.shape[0] > 1 else np.zeros(draws.shape[1:])
    simulated = np.where(np.isfinite(luck), np.minimum(luck, total), 0.0)
    kept = 1.0 - simulated / np.where(total > 0, total, 1.0)
    mean = draws.mean(axis=0)
    return np.asarray(np.maximum(mean + (draws - mean) * kept, 0.0), dtype=np.float64)


def bounds(rescaled: Floats, raw: Floats, level: float, none: Floats | float) -> tuple[Floats, Floats]:
    """Ends of the interval of rescaled draws, shapes (...); draws have shape (draw, ...).

    The quantiles, further from the mean by the Monte Carlo error that simulated luck leaves in it (what rescaling
    took from the variance, over the draws), added in squares: an event that few heavy records met in few draws is
    known no better than that. An interval always holds its mean.
    none : probability that the event happens to no household at all. Rescaled draws come close to zero without
        reaching it, so the interval is made to hold zero where that probability exceeds its tail.
    """
    from scipy.special import ndtri

    tail = (1 - level) / 2
    mean = rescaled.mean(axis=0)
    low, high = np.quantile(rescaled, [tail, 1 - tail], axis=0)
    taken = np.maximum(raw.var(axis=0, ddof=1) - rescaled.var(axis=0, ddof=1), 0.0)
    reach = float(ndtri(1 - tail)) * np.sqrt(taken / raw.shape[0])
    low = mean - np.hypot(np.maximum(mean - low, 0.0), reach)
    high = mean + np.hypot(np.maximum(high - mean, 0.0), reach)
    low = np.where((raw >= 0).all(axis=0), np.maximum(low, 0.0), low)
    missing = np.asarray(none) > tail
    return np.where(missing, np.minimum(low, 0.0), low), np.where(missing, np.maximum(high, 0.0), high)


@frozen(kw_only=True)
class Interval:
    """A mean over draws with its interval and Monte Carlo error."""

    mean: float
    low: float
    high: float
    monte_carlo_error: float

    @classmethod
    def of(cls, draws: Floats, level: float = LEVEL, *, none: float = 0.0, raw: Floats | None = None) -> Interval:
        """Of draws that are rescaled, shape (draw,); without an interval where there is one draw.

        none : probability that there is no such event at all, see `bounds`. raw : the draws as simulated, from
            which the Monte Carlo error is taken; the same where it is None.
        """
        mean = float(draws.mean())
        if draws.size < 2:
            return cls(mean=mean, low=np.nan, high=np.nan, monte_carlo_error=np.nan)
        simulated = draws if raw is None else raw
        low, high = bounds(draws, simulated, level, none)
        error = float(simulated.std(ddof=1) / np.sqrt(draws.size))
        return cls(mean=mean, low=float(low), high=float(high), monte_carlo_error=error)

    def __str__(self) -> str:
        return f"{self.mean:,.3g} ({self.low:,.3g} to {self.high:,.3g})"

    @property
    def holds_zero(self) -> bool:
        """Whether zero lies inside (or nothing is known)."""
        return not (self.low > 0 or self.high < 0)


def chance_below_one(draws: Floats, event_weight: float) -> float:
    """Probability that not one real household is left, from totals of records that stand for several.

    In each draw the households left are Poisson with the draw's own total; totals near zero are not moved towards
    the mean, since few households have little luck. Where records are heavy, the households that each stands for
    beyond its own are still unknown where none is poor: with a Jeffreys prior for a Poisson rate of records, the
    chance that none of them is poor is (mean weight)^(-1/2), and no draw is given more. draws : shape (draw,).
    """
    most = max(event_weight, 1.0) ** -0.5
    return float(np.minimum(np.exp(-draws), most).mean())


def chance_unseen(draws: Floats, threshold: float) -> float:
    """Chance that a further draw would be on a side of the threshold on which no draw is.

    Three over the number of draws at most (the rule of three); less where all draws are far from the threshold,
    by Student's distribution of their logarithms, with the two degrees of freedom of tails that nobody has seen.
    draws : shape (draw,), at least 0.
    """
    from scipy.special import stdtr

    number = draws.size
    most = min(3.0 / number, 1.0)
    if number < 3 or (draws <= 0).any():
        return most
    logs = np.log(draws)
    distance = abs(float(np.log(threshold) - logs.mean()))
    spread = float(logs.std(ddof=1)) * np.sqrt(1.0 + 1.0 / number)
    beyond = float(stdtr(UNSEEN_TAIL, -distance / spread)) if spread > 0 else 0.0
    return min(beyond, most)


def ratio_of_sums(part: Floats, whole: Floats, level: float = LEVEL) -> Interval:
    """A share as a ratio of sums over draws; draws count by what stands below the line of the fraction.

    Its interval is between the quantiles of the draws' own ratios, each weighted by its `whole`, so that a draw
    with next to nobody in it says next to nothing; its Monte Carlo error is that of a ratio (delta method).
    Everything is NaN where nobody is in any draw. part, whole : shape (draw,).
    """
    total = float(whole.sum())
    if total <= 0:
        return Interval(mean=np.nan, low=np.nan, high=np.nan, monte_carlo_error=np.nan)
    mean = float(part.sum()) / total
    if part.size < 2:
        return Interval(mean=mean, low=np.nan, high=np.nan, monte_carlo_error=np.nan)
    held = whole > 0
    ratio, weight = part[held] / whole[held], whole[held]
    order = np.argsort(ratio, kind="stable")
    ratio, weight = ratio[order], weight[order]
    middle = (np.cumsum(weight) - weight / 2) / total
    tail = (1 - level) / 2
    low, high = np.interp([tail, 1 - tail], middle, ratio)
    error = float((part - mean * whole).std(ddof=1)) / (np.sqrt(part.size) * total / part.size)
    return Interval(
        mean=mean, low=min(float(low), mean), high=max(float(high), mean), monte_carlo_error=float(error)
    )
