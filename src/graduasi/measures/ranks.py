"""Rank weighted households by a value: levels of equal value, fractional ranks, quantiles, shares of the lowest.

Households of equal value are one level, so that no result depends on the order of rows. Nothing is checked here:
callers have finite values and weights of at least 0, which do not all vanish.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from graduasi._typing import Array, Floats, Rows, Scalar

ROUNDING = 1e-12  # of a share: a share that a sum of weights misses by rounding is that share
END = 2.0**-53  # distance of a fractional rank from 0 and 1 that its normal score keeps


def running(amounts: Floats) -> Floats:
    """Return sums from 0 up to each amount, and through it: one more than amounts."""
    # amounts (3,) [1, 2, 1] -> (4,) [0, 1, 3, 4]
    return np.concatenate([[0.0], np.cumsum(amounts)])


def middles(weight: Floats) -> Floats:
    """Return the weight before each household in this order, with half of its own."""
    # weight (3,) [1, 2, 1] -> (3,) [.5, 2, 3.5]
    return np.cumsum(weight) - weight / 2


def ascending(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return values and weights by rising value, ties in any order."""
    order = np.argsort(values)
    return values[order], weight[order]


@frozen(kw_only=True, eq=False)
class Levels:
    """The distinct values of households, rising.

    order : rows by rising value, shape (household,). last : position in that order of the last household of each
    level, shape (level,). value : shape (level,).
    """

    order: Rows
    last: Rows
    value: Array

    @classmethod
    def of(cls, values: Array, order: Rows | None = None) -> Levels:
        """Find the levels of values; `order` where they are sorted already."""
        # values (4,) [5, 2, 5, 9] -> order [1, 0, 2, 3], last [0, 2, 3], value [2, 5, 9]
        order = np.argsort(values) if order is None else order
        ordered = values[order]
        last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
        return cls(order=order, last=last, value=ordered[last])

    def households(self, of_level: NDArray[Scalar]) -> NDArray[Scalar]:
        """Return what each household's level has, shape (household,)."""
        # of_level (3,) [a, b, c] -> (4,) [b, a, b, c]
        given = np.empty(self.order.size, dtype=of_level.dtype)
        given[self.order] = np.repeat(of_level, np.diff(self.last, prepend=-1))
        return given

    def mass(self, weight: Floats) -> Floats:
        """Return the weight at each level, shape (level,), added up in the order of rows."""
        # weight (4,) [1, 1, 2, 1] -> (3,) [1, 3, 1]
        level = self.households(np.arange(self.last.size))
        return np.bincount(level, weights=weight, minlength=self.last.size).astype(np.float64, copy=False)

    def through(self, weight: Floats) -> Floats:
        """Return the weight below and at each level, shape (level,)."""
        # weight (4,) [1, 1, 2, 1] -> (3,) [1, 4, 5]
        return np.cumsum(weight[self.order])[self.last]


def fractional_ranks(values: Array, weight: Floats) -> Floats:
    """Return the share of the weight below each household, with half of its equals, shape (household,)."""
    # values (4,) [5, 2, 5, 9], weight all 1 -> (4,) [.5, .125, .5, .875]
    levels = Levels.of(values)
    return levels.households(middles(levels.mass(weight)) / weight.sum())


def deciles(values: Array, weight: Floats, count: int = 10) -> Rows:
    """Return the decile of each household, 1 for the lowest, shape (household,); or its group of `count`.

    A household is in the group that holds the middle of its level's weight: households of equal value are together.
    """
    # values (3,) [2, 5, 9], weight all 1, count 2 -> middles [1/6, 1/2, 5/6] -> (3,) [1, 1, 2]
    inside = np.ceil(fractional_ranks(values, weight) * count * (1 - ROUNDING)).astype(np.intp)
    return np.clip(inside, 1, count)


def normal_scores(values: Array, weight: Floats, order: Rows | None = None) -> Floats:
    """Return the standard normal quantile of each household's fractional rank, shape (household,).

    A household of weight 0 takes the rank that its value would have; where no household has weight, all count
    alike. order : rows by rising value, where they are sorted already.
    """
    from scipy.special import ndtri

    levels = Levels.of(values, order)
    through = np.append(0.0, levels.through(weight if weight.any() else np.ones(values.size)))
    # values (3,) [2, 5, 5], weight [1, 1, 0] -> through [0, 1, 2] -> middle (2,) [.25, .75]
    middle = (through[:-1] + through[1:]) / 2 / through[-1]
    # A rank of exactly 0 or 1 happens only for weightless households at an end.
    return levels.households(ndtri(np.clip(middle, END, 1 - END)))


def weighted_quantile(values: Floats, weight: Floats, share: float) -> float:
    """Return the smallest value at or below which a share of the weight lies (R's type 1)."""
    # values (3,) [9, 2, 5], weight all 1, share .5 -> running [1, 2, 3], 1.5 is reached at 5
    order = np.argsort(values)
    through = np.cumsum(weight[order])
    counts = np.flatnonzero(weight[order] > 0)
    at = int(np.searchsorted(through, share * through[-1] * (1 - ROUNDING), side="left"))
    return float(values[order[min(max(at, counts[0]), counts[-1])]])


def weighted_median(values: Floats, weight: Floats) -> float:
    """Return the smallest value at or below which half of the weight lies."""
    return weighted_quantile(values, weight, 0.5)


def share_among_lowest(values: Array, weight: Floats, share: float) -> Floats:
    """Return the part of each household that is in the lowest `share` of the weight, shape (household,).

    Households of equal value are in it with one part of each.
    """
    # values (4,) [5, 2, 5, 9], weight all 1, share .5 -> the lowest 2 of 4 -> (4,) [.5, 1, .5, 0]
    levels = Levels.of(values)
    mass = levels.mass(weight)
    before = np.cumsum(mass) - mass
    inside = np.clip(share * weight.sum() - before, 0.0, mass)
    return levels.households(np.divide(inside, mass, out=np.zeros(mass.size), where=mass > 0))
