"""Tables of one draw of the process on ranks: quantiles, thresholds, and what a survey would see."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from graduasi.income.processes.marginal import Marginal
from graduasi.income.protocol import HISTORY, CrossSection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Index = NDArray[np.intp]

END, STEPS = 8.0, 64  # tables run over scores from -END to END, STEPS a unit
GRID = np.linspace(-END, END, int(2 * END * STEPS) + 1)
FINE = np.linspace(-END, END, GRID.size * 4 - 3)
BISECTIONS = 33  # float32 scores have 32 bits


@frozen(kw_only=True, eq=False, slots=False)
class RankTables:
    """Tables of one draw.

    observed : z_obs, shape (household,). true : T on the grid of scores, shape (distribution, score).
    loadings : square roots of a, b, c. rho : monthly persistence. growth : of months from -HISTORY, shape (month,).
    even_score : Phi^-1(G) at even steps of log welfare from `log_low`, shape (distribution, step); the steps of a
        distribution run over its own welfare, so that distributions leave each other alone.
    """

    cross: CrossSection
    marginals: tuple[Marginal, ...]
    observed: Singles
    true: Floats
    error_share: float
    loadings: tuple[float, float, float]
    rho: float
    growth: Floats
    even_score: Floats
    log_low: Floats
    log_step: Floats

    @property
    def bin_count(self) -> int:
        """Scores times distributions."""
        return GRID.size * self.cross.distributions

    @property
    def one_distribution(self) -> bool:
        """Whether scores rank all households alike."""
        return self.cross.distributions == 1

    def growth_at(self, month: int) -> float:
        """Common level of welfare, 1 at month 0."""
        return float(self.growth[month + HISTORY])

    def true_welfare(self, z: Singles, code: Index | None) -> Floats:
        """T by linear interpolation between the grid's scores, shape of `z`; code : distribution of each."""
        place = (np.clip(z, -END, END).astype(np.float64) + END) * STEPS
        left = np.minimum(place.astype(np.intp), GRID.size - 2)
        place -= left
        if code is not None:
            left += code * GRID.size
        low, high = np.take(self.true, left), np.take(self.true, left + 1)
        return np.minimum(low + place * (high - low), high)

    @cached_property
    def thresholds(self) -> Singles:
        """Least score whose welfare is not below the line, shape (month from -HISTORY, line, distribution).

        Bisected over float32 of `true_welfare` itself, so that score < threshold means welfare < line, exactly.
        """
        shape = self.growth.size, self.cross.lines.size, self.cross.distributions
        growth, line = self.growth[:, None, None], self.cross.lines[:, None]
        code = None if self.one_distribution else np.broadcast_to(np.arange(shape[2]), shape)
        below = np.full(shape, _ordinal(-END) - 1)
        above = np.full(shape, _ordinal(END) + 1)
        for _ in range(BISECTIONS):
            middle = (below + above) >> 1
            poor = self.true_welfare(_single(middle), code) * growth < line
            below, above = np.where(poor, middle, below), np.where(poor, above, middle)
        threshold = _single(above)
        threshold[below == _ordinal(END)] = np.inf  # everybody is below
        threshold[above <= _ordinal(-END)] = -np.inf
        return threshold

    def chances(self, month: int, line: int) -> Floats:
        """P(a new survey sees less than the line | true score) on the grid, shape (distribution x score,)."""
        from scipy.special import ndtr

        amount = math.log(self.cross.lines[line] / self.growth_at(month))
        centre = np.array([marginal.score_of(np.array(amount)) for marginal in self.marginals])[:, None]
        noise = math.sqrt(self.error_share)
        mean = math.sqrt(1.0 - self.error_share) * GRID
        if noise == 0.0:
            return (mean < centre).astype(np.float64).ravel()
        return np.asarray(ndtr((centre - mean) / noise), dtype=np.float64).ravel()

    def score_of(self, log_amount: Floats, code: Index | None) -> Floats:
        """Phi^-1(G(amount)) from a table that is even in the logarithm, for amounts that help has moved.

        Infinite beyond a distribution's ends, as `Marginal.score_of` has it.
        """
        own: Any = 0 if code is None else code
        low, step, table = self.log_low[own], self.log_step[own], self.even_score
        place = (log_amount - low) * (1.0 / step)
        last = table.shape[1] - 1
        outside = place.size > 0 and (place.min() < -1e-6 or place.max() > last + 1e-6)
        beyond = np.flatnonzero((place < -1e-6) | (place > last + 1e-6)) if outside else np.empty(0, dtype=np.intp)
        ends = np.copysign(np.inf, place.flat[beyond])
        np.clip(place, 0.0, table.shape[1] - 1.000001, out=place)
        left = place.astype(np.intp)
        place -= left
        if code is not None:
            left = left + code * table.shape[1]
        start = np.take(table, left)
        score = np.asarray(start + place * (np.take(table, left + 1) - start), dtype=np.float64)
        if outside:
            score.flat[beyond] = ends
        return score

    def nearest(self, z: Singles, code: Index | None) -> Index:
        """Nearest score of the grid, by distribution, shape (household,)."""
        place = np.clip(z, -END, END)
        place += np.float32(END + 0.5 / STEPS)
        place *= np.float32(STEPS)
        nearest = place.astype(np.intp)
        return nearest if code is None else nearest + code * GRID.size

    def observed_amount(self, scores: Singles) -> Floats:
        """G^-1(Phi(score)) in each household's distribution, shape (household,)."""
        amount = np.empty(scores.size)
        for code, marginal in enumerate(self.marginals):
            inside = self.cross.distribution == code if len(self.marginals) > 1 else slice(None)
            amount[inside] = np.exp(marginal.log_quantile(scores[inside].astype(np.float64)))
        return amount


def _ordinal(score: float) -> int:
    """Place of a float32 among all float32 numbers in rising order."""
    bits = int(np.array([score], dtype=np.float32).view(np.int32)[0])
    return bits if bits >= 0 else -(bits & 0x7FFFFFFF)


def _single(ordinal: NDArray[np.int64]) -> Singles:
    """The float32 at a place; see `_ordinal`."""
    size = np.abs(ordinal).astype(np.uint32)
    bits = np.where(ordinal < 0, size | np.uint32(0x80000000), size).astype(np.uint32)
    return bits.view(np.float32)
