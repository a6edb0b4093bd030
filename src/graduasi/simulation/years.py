"""The clock of years beside that of months: who is poor by the mean welfare of twelve months; years are disjoint.

Year 0 is the history, months -11 to 0. It is lived by luck alone, with stocks at their start: nobody has been
helped before month 0, and stocks that move without help too begin to move there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.income import HISTORY
from graduasi.projection.statistics import MONTHS_OF_A_YEAR
from graduasi.simulation.recorders import states_at
from graduasi.simulation.reference import EVERYBODY, ReferenceSpells
from graduasi.simulation.spells import SPELLS, YearClock

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import Luck
    from graduasi.projection.states import MonthState
    from graduasi.simulation.arms import Arms
    from graduasi.simulation.records import YearRecords
    from graduasi.simulation.reference import Weighted
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int32]
    Bools = NDArray[np.bool_]
    Index = NDArray[np.intp]

SUSTAINED = 2  # years out in a row that make an exit sustained


class ReferenceYears:
    """Years of a block without help. spells : by year, of those that are poor in year 0."""

    def __init__(self, task: Task, block: slice, luck: Luck, records: YearRecords, everybody: Weighted) -> None:
        """Live through the history; `luck` comes to month 0."""
        self.task, self.records, self.everybody = task, records, everybody
        self.members, self.clock, self.year = task.sizes[block], YearClock(task.lines), 0
        for month in range(-HISTORY, 1):
            luck.advance(month)
            poor = self.clock.add(luck.welfare(EVERYBODY))
        assert poor is not None
        self.spells = ReferenceSpells(poor, records.totals, sustained=SUSTAINED)
        self._record()

    def add(self, welfare: Floats) -> None:
        """Take in a month's welfare, shape (household,)."""
        poor = self.clock.add(welfare)
        if poor is not None:
            self.year += 1
            self.spells.step(poor)
            self._record()

    def states(self, rows: Index | slice) -> list[MonthState]:
        """Return the state of rows in the last whole year, at each line."""
        return self.states_with(self.clock.mean[rows], self.members[rows])

    def states_with(self, mean: Floats, members: Floats) -> list[MonthState]:
        """Return the state of households of a mean welfare in the last whole year, at each line."""
        return states_at(self.task.lines, MONTHS_OF_A_YEAR * self.year, mean, members, {})

    def _record(self) -> None:
        self.spells.count(self.year, self.everybody)
        self.records.amounts.reference(self.states(EVERYBODY), self.everybody.stratum, self.everybody.weights)


class TreatedYears:
    """Years of treated segments; a fresh one takes over what the running year has added up without help."""

    def __init__(self, years: ReferenceYears, arms: Arms, rows: Index, at: Index | slice) -> None:
        """rows : those of the segments, once each; at : the segment's place among them."""
        self.years, self.arms, self.at = years, arms, at
        self.clock = years.clock.take(arms.row)
        self.spells = years.spells.spells(arms.row)
        self._followed = years.spells.follow(rows)

    def go_on(self, old: TreatedYears, known: Index, before: Index) -> None:
        """Let segments `known` go on from segments `before` of `old`."""
        self.clock.put(known, old.clock, before)
        for name in (*SPELLS, "poor"):
            getattr(self.spells, name)[:, known] = getattr(old.spells, name)[:, before]

    def add(self, welfare: Floats, unpaid: Counts, paid: Bools) -> None:
        """Take in a month's welfare, shape (segment,).

        unpaid : months since the last payment before this month. paid : who is paid in it.
        """
        poor = self.clock.add(welfare)
        if poor is None:
            return
        years, arms, totals = self.years, self.arms, self.years.records.totals
        self.spells.step(poor)
        stays = self.spells.sustained
        alone = stays & (unpaid >= SUSTAINED * MONTHS_OF_A_YEAR) & ~paid
        now = totals.codes.encode(self.spells.state(stays, alone))
        pair = totals.codes.pairs(now, years.spells.codes(self._followed)[:, self.at])
        totals.change(years.year, pair, totals.changed, arms.policy, arms.stratum, arms.weights, arms.squared)
        states = years.states_with(self.clock.mean, arms.members)
        years.records.amounts.treated(arms.policy, states, years.states(arms.row), arms.stratum, arms.weights)
