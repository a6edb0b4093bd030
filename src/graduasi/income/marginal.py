"""The observed cross-section of one group as a distribution: scores of ranks, quantiles, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FLOOR = 0.01  # of the median: where zero and negative welfare stand on the log scale


def scores(welfare: Floats, weight: Floats) -> Floats:
    """Normal scores of mid-ranks, shape (household,): Phi^-1 of the weight below plus half of the weight tied.

    A household of weight zero takes the rank that its welfare would have.
    """
    from scipy.special import ndtri

    order = np.argsort(welfare, kind="stable")
    values, first = np.unique(welfare[order], return_index=True)
    cumulated = np.concatenate([[0.0], np.cumsum(weight[order])])
    below = cumulated[first]
    through = cumulated[np.append(first[1:], welfare.size)]
    middle = (below + through) / 2 / cumulated[-1]
    # A mid-rank of exactly 0 or 1 happens only for weightless records at an end.
    safe = np.clip(middle, 2.0**-53, 1 - 2.0**-53)
    return np.asarray(ndtri(safe)[np.searchsorted(values, welfare)], dtype=np.float64)


@frozen(kw_only=True, eq=False)
class Marginal:
    """G of one group: log welfare against normal score, linear between households, flat beyond the ends."""

    log_welfare: Floats
    score: Floats

    @classmethod
    def of(cls, welfare: Floats, weight: Floats, score: Floats) -> Marginal:
        """The distribution of households whose `score` is that of `scores`."""
        order = np.argsort(welfare, kind="stable")
        cumulated = np.cumsum(weight[order])
        median = welfare[order][np.searchsorted(cumulated, cumulated[-1] / 2)]
        floor = FLOOR * median if median > 0 else FLOOR * max(float(welfare.max()), 1e-300)
        return cls(log_welfare=np.log(np.maximum(welfare[order], floor)), score=score[order])

    def log_quantile(self, score: Floats) -> Floats:
        """log G^-1(Phi(score))."""
        return np.interp(score, self.score, self.log_welfare)

    def score_of(self, log_amount: Floats) -> Floats:
        """Phi^-1(G(amount)); minus infinity at or below the lowest welfare, infinity above the highest."""
        return np.interp(log_amount, self.log_welfare, self.score, left=-np.inf, right=np.inf)
