"""Spells of households at a line, period by period; and what each state, or pair of states, counts as."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import Codes, Unsigned
from graduasi.projection.states import SpellState
from graduasi.projection.statistics import EVERYBODY, MONTHS_OF_A_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.projection.statistics import Statistic, StatisticSet

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Table = NDArray[np.int8]

SPELLS = ("out", "out_for", "was_out", "again")  # what a tracker remembers
DENSE = 2**12  # codes; of more, only those that occur are looked up


class SpellTracker:
    """Who is out, for how many periods in a row, and who is poor again, along one path; arrays of one shape.

    A period is a month, or a year: the same rules, each in its own clock. sustained : periods out in a row that
    make an exit sustained.
    """

    def __init__(self, poor: Bools, *, sustained: int) -> None:
        self.periods = sustained
        self.poor_first = self.poor = poor
        self.out = np.zeros(poor.shape, dtype=bool)
        self.out_for = np.zeros(poor.shape, dtype=np.int32)
        self.was_out = np.zeros(poor.shape, dtype=bool)
        self.again = np.zeros(poor.shape, dtype=bool)

    def step(self, poor: Bools) -> None:
        """Take in a period."""
        self.poor = poor
        self.out = self.poor_first & ~poor
        self.again = self.was_out & poor
        self.was_out |= self.out
        self.out_for += 1
        self.out_for *= self.out

    def take(self, at: NDArray[np.intp]) -> SpellTracker:
        """Return the spells of some columns, arrays of shape (line, row)."""
        tracker = SpellTracker(self.poor_first[:, at], sustained=self.periods)
        tracker.poor = self.poor[:, at]
        for name in SPELLS:
            setattr(tracker, name, getattr(self, name)[:, at])
        return tracker

    @property
    def sustained(self) -> Bools:
        """Whether each household has been out in each of the last periods."""
        return np.asarray(self.out_for >= self.periods, dtype=np.bool_)

    def state(self, sustained: Bools, self_reliant: Bools) -> SpellState:
        """Return the state of this period."""
        return SpellState(
            poor_first=self.poor_first,
            poor=self.poor,
            out=self.out,
            out_for=self.out_for,
            again=self.again,
            sustained=sustained,
            self_reliant=self_reliant,
        )


class YearClock:
    """Mean welfare of each year of twelve months, and whether it is below the line; years are disjoint.

    The year that ends at month 12 k is year k; year 0 is the history of months -11 to 0. mean : of the last whole
    year, shape (row,).
    """

    mean: Floats

    def __init__(self, lines: Floats) -> None:
        self.lines = lines
        self._sum: Floats | None = None
        self._months = 0

    def add(self, welfare: Floats) -> Bools | None:
        """Take in a month's welfare, shape (row,); return who is poor at a year's end, shape (line, row)."""
        if self._sum is None:
            self._sum = welfare.astype(np.float64)
        else:
            self._sum += welfare
        self._months += 1
        if self._months < MONTHS_OF_A_YEAR:
            return None
        self.mean, self._sum, self._months = self._sum / MONTHS_OF_A_YEAR, None, 0
        # rows (3,), lines (2,) -> below (2, 3)
        return np.asarray(self.mean < self.lines[:, None], dtype=np.bool_)

    def take(self, at: NDArray[np.intp]) -> YearClock:
        """Return the clock of some rows, with what the running year has added up so far."""
        clock = YearClock(self.lines)
        clock._months = self._months
        clock._sum = None if self._sum is None else self._sum[at]
        return clock

    def put(self, at: NDArray[np.intp], other: YearClock, rows: NDArray[np.intp]) -> None:
        """Take over at rows `at` what rows `rows` of another clock have added up of the running year."""
        if self._sum is not None and other._sum is not None:
            self._sum[at] = other._sum[rows]


@frozen(kw_only=True, eq=False)
class CountTable:
    """What a household of each code adds to every statistic. size : number of codes.

    rows : the table's rows of some codes, shape (code, statistic); made when asked for: codes of pairs are many.
    """

    size: int
    rows: Callable[[Codes], Table]


@frozen(kw_only=True, eq=False)
class StateCodes:
    """Codes of spell states, one bit a statistic that counts by state, and the tables that follow from them."""

    statistics: StatisticSet

    @property
    def states(self) -> int:
        """Number of codes."""
        return 1 << len(self.statistics.flags)

    def encode(self, state: SpellState) -> Codes:
        """Return the code of each household's state."""
        kind = _holding(len(self.statistics.flags))
        code = np.zeros(state.poor.shape, dtype=kind)
        for bit, statistic in enumerate(self.statistics.flags):
            flag = _flag(statistic, state)
            code |= (flag.view(np.uint8) if kind == np.uint8 else flag.astype(kind)) * kind(1 << bit)
        return code

    def pairs(self, now: Codes, without: Codes) -> Codes:
        """Return the code of each pair of states, under a policy and without it."""
        code = now.astype(_holding(2 * len(self.statistics.flags)))
        code *= code.dtype.type(self.states)
        code |= without
        return code

    def entered(self) -> Codes:
        """Return the code of who is poor and was not in period 0, shape (1,)."""
        return self.encode(SpellState.without_spell((1,), poor=True))

    @property
    def counted(self) -> CountTable:
        """What a household without a programme adds, by its state."""
        return _table(self.states, self._counted)

    @property
    def changed(self) -> CountTable:
        """What a policy changes, by the pair of states under it and without it."""
        return _table(self.states**2, self._changed)

    @property
    def reached(self) -> CountTable:
        """What a reached household adds for the whole horizon, by its state at month 0."""
        return _table(self.states, self._reached)

    def _has(self, codes: Codes) -> Bools:
        """Return the bits of each code, shape (code, flag)."""
        wide = codes.astype(np.uint64)[:, None]
        bits = np.arange(len(self.statistics.flags), dtype=np.uint64)
        return np.asarray((wide >> bits) & np.uint64(1), dtype=np.bool_)

    def _empty(self, codes: Codes) -> Table:
        return np.zeros((codes.size, len(self.statistics.names)), dtype=np.int8)

    def _counted(self, codes: Codes) -> Table:
        table, flags = self._empty(codes), self.statistics.flags
        table[:, self.statistics.indices(each.name for each in flags)] = self._has(codes)
        return table

    def _changed(self, codes: Codes) -> Table:
        statistics = self.statistics
        wide = codes.astype(np.uint64)
        now, without = self._has(wide // np.uint64(self.states)), self._has(wide % np.uint64(self.states))
        table = self._empty(codes)
        names = [each.name for each in statistics.flags]
        table[:, statistics.indices(names)] = now.astype(np.int8) - without.astype(np.int8)
        for event in statistics.events:
            at, effect = names.index(event.name), event.differences
            assert effect is not None
            table[:, statistics.index(effect.helped)] = now[:, at] & ~without[:, at]
            table[:, statistics.index(effect.hurt)] = without[:, at] & ~now[:, at]
        for statistic in statistics.reaches:
            if statistic.monthly:
                table[:, statistics.index(statistic.name)] = self._reach(statistic, without)
        return table

    def _reached(self, codes: Codes) -> Table:
        table, has = self._empty(codes), self._has(codes)
        for statistic in self.statistics.reaches:
            if not statistic.monthly:
                table[:, self.statistics.index(statistic.name)] = self._reach(statistic, has)
        return table

    def _reach(self, statistic: Statistic, has: Bools) -> Bools:
        """Return whether a reached household counts, by the bits of its state without the policy, shape (code,)."""
        if statistic.reach == EVERYBODY:
            return np.ones(has.shape[0], dtype=np.bool_)
        return has[:, [each.name for each in self.statistics.flags].index(str(statistic.reach))]


def _holding(bits: int) -> type[Unsigned]:
    """Return the smallest unsigned integer with as many bits."""
    return next(kind for kind in (np.uint8, np.uint16, np.uint32, np.uint64) if bits <= 8 * kind(0).itemsize)


def _flag(statistic: Statistic, state: SpellState) -> Bools:
    assert statistic.flag is not None
    return statistic.flag(state)


def _table(size: int, rows: Callable[[Codes], Table]) -> CountTable:
    """Return a table whose rows are computed once where the codes are few."""
    if size > DENSE:
        return CountTable(size=size, rows=rows)
    dense = rows(np.arange(size, dtype=np.uint32))
    return CountTable(size=size, rows=lambda codes: dense[codes])
