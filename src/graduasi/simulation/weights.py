"""Exact sums: weights on a grid of binary fractions, so that a total does not depend on the order of adding."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BITS = 50  # of 53: sums of signed parts stay exact too


@frozen(kw_only=True)
class Grid:
    """Multiples of `step`, a power of two so small that `total` is 2**50 of them."""

    step: float

    @classmethod
    def below(cls, total: float) -> Grid:
        """The grid for sums up to `total`."""
        return cls(step=2.0 ** (math.ceil(math.log2(max(total, 1e-300))) - BITS))

    def snap(self, values: Floats) -> Floats:
        """The nearest multiples."""
        return np.asarray(np.rint(values * (1.0 / self.step)) * self.step, dtype=np.float64)
