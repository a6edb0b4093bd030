"""A stationary first-order path at knots six months apart, with bridges between them.

Knots are drawn for everybody, and the months between them by a bridge, so that a household that jumps to a knot is
the one that would have walked there, bit for bit. With k months left to the next knot, whose value is P, and
v = 1 - rho^2 (the variance of a month's news):

    p_t | p_t-1, P  has mean  rho (1 - rho^2k) / (1 - rho^2(k+1)) p_t-1 + rho^k v / (1 - rho^2(k+1)) P
                    and variance  v (1 - rho^2k) / (1 - rho^2(k+1))

History before month 0 runs backwards from the start: such a path is reversible.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graduasi.income.protocol import HISTORY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.streams import Streams

    Singles = NDArray[np.float32]

KNOT = 6  # months between knots
ORIGIN = 2 * KNOT  # months before month 0 from which the steps of the streams are counted
KNOTS_A_CALL = 4
Weights = tuple[np.float32, np.float32, np.float32]


class BridgedPath:
    """p_t = rho p_t-1 + sqrt(1 - rho^2) n_t for the households of a block, times `loading`.

    value : this month's, shape (household,). `news` gives a month's second normal, for who needs one.
    """

    def __init__(
        self, streams: Streams, keys: NDArray[np.uint64], copy: int, *, rho: float, loading: float, start: Singles
    ) -> None:
        self.month, self.value = 0, start
        self._streams, self._keys, self._copy = streams, keys, copy
        self._start: Singles | None = start.copy()
        self._pair: tuple[int, Singles] = -1, start[None]
        self._knots: tuple[int, Singles] = -1, start[None]
        over = rho**KNOT
        self._over = np.float32(over)
        self._spread = np.float32(loading * math.sqrt(max(1.0 - over * over, 0.0)))
        self._weights = {left: _weights(rho, loading, left) for left in range(1, KNOT)}
        self._ahead: Singles | None = None  # the next knot, once it is needed

    def begin(self, first: int) -> None:
        """Stand at month `first`, 0 or -HISTORY."""
        if first == 0:
            self._start = None
            return
        assert first == -HISTORY
        news = self._streams.normals(self._keys, "earlier knots", copy=self._copy)
        ahead = self._ahead = self._step(self.value, news[0])
        self.value = self._step(ahead, news[1])
        self.month = -ORIGIN
        self.advance(first)

    def advance(self, to: int) -> None:
        """Go on to a month; a jump gives the bits of a walk."""
        while self.month < to:
            end = self.month - self.month % KNOT + KNOT
            ahead = self._next_knot() if self._ahead is None else self._ahead
            if to >= end:  # every way leads through the knot
                self.month, self.value, self._ahead = end, ahead, None
            else:
                self._ahead = ahead
                self._bridge(end, ahead)

    def news(self) -> Singles:
        """A normal of this month that the path has not used, shape (household,)."""
        return np.asarray(self._normals(self.month)[1])

    def _normals(self, month: int) -> Singles:
        """A month's normals, shape (2, household); one call of the stream serves two months."""
        step, second = divmod(month + ORIGIN, 2)
        if self._pair[0] != step:
            self._pair = step, self._streams.normals(self._keys, "monthly", step=step, copy=self._copy)
        return self._pair[1][2 * second : 2 * second + 2]

    def _next_knot(self) -> Singles:
        """The value at the knot after the present one, where the path stands."""
        if self.month < 0:
            assert self._start is not None
            start, self._start = self._start, None
            return start
        step, row = divmod(self.month // KNOT, KNOTS_A_CALL)
        if self._knots[0] != step:
            self._knots = step, self._streams.normals(self._keys, "knots", step=step, copy=self._copy)
        return self._step(self.value, self._knots[1][row])

    def _step(self, value: Singles, news: Singles) -> Singles:
        """The value six months from `value`, later or earlier."""
        there = value * self._over
        there += self._spread * news
        return there

    def _bridge(self, end: int, ahead: Singles) -> None:
        """Go on by a month on the way to the knot at month `end`."""
        self.month += 1
        before, after, spread = self._weights[end - self.month]
        self.value *= before
        self.value += after * ahead
        self.value += spread * self._normals(self.month)[0]


def _weights(rho: float, loading: float, left: int) -> Weights:
    """Weights of the value before and of the knot after, and the spread, with so many months left to the knot."""
    whole = 1.0 - rho ** (2 * left + 2)
    if whole == 0.0:  # a part that never changes
        return np.float32(left / (left + 1)), np.float32(1 / (left + 1)), np.float32(0.0)
    news, rest = 1.0 - rho * rho, 1.0 - rho ** (2 * left)
    before, after = rho * rest / whole, rho**left * news / whole
    return np.float32(before), np.float32(after), np.float32(loading * math.sqrt(news * rest / whole))
