"""The observed cross-section of one distribution group: normal scores to log welfare, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.measures.ranks import weighted_median

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

FLOOR = 0.01  # of the median: where zero and negative welfare stand on the log scale


@frozen(kw_only=True, eq=False)
class Marginal:
    """G of one group: log welfare against normal score, linear between households, flat beyond the ends.

    welfare : the same amounts as `log_welfare`, to the last bit as given.
    """

    welfare: Floats
    log_welfare: Floats
    score: Floats

    @classmethod
    def of(cls, welfare: Floats, weight: Floats, score: Floats, order: Rows) -> Marginal:
        """The distribution of households with these normal scores."""
        if not weight.any():
            weight = np.ones_like(weight)
        order = order[weight[order] > 0]  # who stands for nobody leaves no mark
        ordered = welfare[order]
        median = weighted_median(ordered, weight[order])
        floor = FLOOR * median if median > 0 else FLOOR * max(float(ordered[-1]), 1e-300)
        amounts = np.maximum(ordered, floor)
        return cls(welfare=amounts, log_welfare=np.log(amounts), score=score[order])

    def log_quantile(self, score: Floats) -> Floats:
        """log G^-1(Phi(score))."""
        return np.interp(score, self.score, self.log_welfare)

    def score_of(self, log_amount: Floats) -> Floats:
        """Phi^-1(G(amount)); minus infinity at or below the lowest welfare, infinity above the highest."""
        return np.interp(log_amount, self.log_welfare, self.score, left=-np.inf, right=np.inf)
