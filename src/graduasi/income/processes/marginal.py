"""The observed cross-section of one group as a distribution: scores of ranks, quantiles, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

FLOOR = 0.01  # of the median: where zero and negative welfare stand on the log scale


def scores(welfare: Floats, weight: Floats, order: Rows) -> Floats:
    """Normal scores of mid-ranks, shape (household,): Phi^-1 of the weight below plus half of the weight tied.

    order : rows by rising welfare. A household of weight zero takes the rank that its welfare would have.
    """
    from scipy.special import ndtri

    ordered = welfare[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] > ordered[:-1]]))
    shares = weight[order] if weight.any() else np.ones(welfare.size)  # a group of weightless records alone
    cumulated = np.concatenate([[0.0], np.cumsum(shares)])
    through = cumulated[np.append(first[1:], welfare.size)]
    middle = (cumulated[first] + through) / 2 / cumulated[-1]
    # A mid-rank of exactly 0 or 1 happens only for weightless records at an end.
    score = ndtri(np.clip(middle, 2.0**-53, 1 - 2.0**-53))
    found = np.empty(welfare.size)
    found[order] = np.repeat(score, np.diff(np.append(first, welfare.size)))
    return found


@frozen(kw_only=True, eq=False)
class Marginal:
    """G of one group: log welfare against normal score, linear between households, flat beyond the ends."""

    log_welfare: Floats
    score: Floats

    @classmethod
    def of(cls, welfare: Floats, weight: Floats, score: Floats, order: Rows) -> Marginal:
        """The distribution of households whose `score` is that of `scores`."""
        if weight.any():
            order = order[weight[order] > 0]  # who stands for nobody leaves no mark
        ordered = welfare[order]
        cumulated = np.cumsum(weight[order])
        median = ordered[np.searchsorted(cumulated, cumulated[-1] / 2)]
        floor = FLOOR * median if median > 0 else FLOOR * max(float(ordered[-1]), 1e-300)
        return cls(log_welfare=np.log(np.maximum(ordered, floor)), score=score[order])

    def log_quantile(self, score: Floats) -> Floats:
        """log G^-1(Phi(score))."""
        return np.interp(score, self.score, self.log_welfare)

    def score_of(self, log_amount: Floats) -> Floats:
        """Phi^-1(G(amount)); minus infinity at or below the lowest welfare, infinity above the highest."""
        return np.interp(log_amount, self.log_welfare, self.score, left=-np.inf, right=np.inf)
