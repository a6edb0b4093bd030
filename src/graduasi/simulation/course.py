"""A household's course at a line, month by month, as bits; and what each state, or pair of states, counts as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.projection.statistics import COUNTS, HELPED, HURT, PLACE, STATISTICS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Table = NDArray[np.int8]

# One bit a count, in the order of COUNTS.
BITS = np.array([1 << place for place in range(len(COUNTS))], dtype=np.uint8)
POOR, ENTERED, OUT, AGAIN, STAYS, ALONE = BITS
STATES = 1 << len(COUNTS)
COUNT_PLACES = [PLACE[name] for name in COUNTS]


class Course:
    """Who is out, for how many months in a row, and who is poor again, along one path; arrays of one shape."""

    def __init__(self, poor: Bools) -> None:
        self.poor0 = self.poor = poor
        self.out = np.zeros(poor.shape, dtype=bool)
        self.out_for = np.zeros(poor.shape, dtype=np.int32)
        self.was_out = np.zeros(poor.shape, dtype=bool)
        self.again = np.zeros(poor.shape, dtype=bool)

    def step(self, poor: Bools) -> None:
        """Take in a month."""
        self.poor = poor
        self.out = self.poor0 & ~poor
        self.again = self.was_out & poor
        self.was_out |= self.out
        self.out_for += 1
        self.out_for *= self.out

    def state(self, stays: Bools, alone: Bools) -> NDArray[np.uint8]:
        """The month's state as bits."""
        state: NDArray[np.uint8] = self.poor.view(np.uint8) * POOR
        entered = self.poor & ~self.poor0
        flags = (entered, ENTERED), (self.out, OUT), (self.again, AGAIN), (stays, STAYS), (alone, ALONE)
        for flag, bit in flags:
            state |= flag.view(np.uint8) * bit
        return state


def _has() -> Bools:
    """Which bits each state has, shape (state, count)."""
    return np.asarray((np.arange(STATES, dtype=np.uint8)[:, None] & BITS) != 0, dtype=np.bool_)


def _counted() -> Table:
    table = np.zeros((STATES, len(STATISTICS)), dtype=np.int8)
    table[:, COUNT_PLACES] = _has()
    return table


def _reached() -> Table:
    table = np.zeros((2, len(STATISTICS)), dtype=np.int8)
    table[:, PLACE["reached"]] = 1
    table[1, PLACE["reached_poor"]] = 1
    return table


def _pairs() -> Table:
    now, without = np.repeat(_has(), STATES, axis=0), np.tile(_has(), (STATES, 1))
    table = np.zeros((STATES * STATES, len(STATISTICS)), dtype=np.int8)
    table[:, COUNT_PLACES] = now.astype(np.int8) - without.astype(np.int8)
    out, stays, alone = (COUNTS.index(name) for name in ("exits", "sustained", "self_reliant"))
    effects = [out, stays, alone]
    table[:, [PLACE[name] for name in HELPED]] = (now & ~without)[:, effects]
    table[:, [PLACE[name] for name in HURT]] = (without & ~now)[:, effects]
    table[:, PLACE["reached_anyway"]] = without[:, out]
    return table


# What a household adds to every statistic, shapes (kind, statistic): by its state; by its state under a policy
# (times STATES) and without it; by whether the reached are poor at month 0.
COUNTED, PAIRS, REACHED = _counted(), _pairs(), _reached()
