"""Welfare of the same households along the doubt about their distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Band:
    """welfare : at the centre, shape (household,). tails : at probability .05 and .95; None where nothing is in
    doubt.

    Ranks never change along the band, only amounts.
    """

    welfare: Floats
    tails: tuple[Floats, Floats] | None = None

    def at(self, probability: float) -> Floats:
        """Return welfare at a probability of the doubt, shape (household,).

        Log welfare moves linearly with the normal score of `probability` between the two tails and the centre,
        and beyond them.
        """
        if self.tails is None:
            return self.welfare
        from scipy.special import ndtri

        score = float(ndtri(probability)) / float(ndtri(0.95))
        outer = self.tails[1] if score > 0 else self.tails[0]
        ratio = np.log(outer / self.welfare)
        moved = self.welfare * np.exp(abs(score) * ratio)
        order = np.argsort(self.welfare, kind="stable")
        moved[order] = np.maximum.accumulate(moved[order])  # ranks stay, beyond the two tails too
        return np.asarray(moved, dtype=np.float64)
