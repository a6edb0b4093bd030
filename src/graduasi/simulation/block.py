"""A block of households, month by month: without help, and as policies treat it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graduasi.income import HISTORY
from graduasi.policy.roster import FRESH
from graduasi.projection.statistics import HOUSEHOLD
from graduasi.simulation.arms import Arms, Deliveries
from graduasi.simulation.records import Records
from graduasi.simulation.reference import EVERYBODY, Reference, ReferenceSpells, Weighted
from graduasi.simulation.treated import Treated
from graduasi.simulation.years import ReferenceYears

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import ModelDraw
    from graduasi.policy.lanes import Lanes
    from graduasi.policy.offer import Offer
    from graduasi.policy.roster import Roster
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Index = NDArray[np.intp]

POOR_FIRST, POOR_LAST, SUSTAINED_LAST = (
    HOUSEHOLD.index(name) for name in ("poor_first", "poor_last", "sustained_last")
)


class Block:
    """Households of a block, at a month whose state is recorded and whose payments have not been made."""

    def __init__(
        self, task: Task, block: slice, model: ModelDraw, lanes: Lanes, offers: Sequence[Offer], records: Records
    ) -> None:
        self.task, self.block, self.model, self.lanes, self.offers = task, block, model, lanes, offers
        self.records = records
        first = 0 if records.years is None else -HISTORY
        luck = model.process.begin(lanes.streams, block, first=first, copy=block.start // task.records)
        self.everybody = Weighted(
            stratum=task.stratum[block], weights=task.weights[:, block], squared=task.squared[block]
        )
        self.years: ReferenceYears | None = None
        if records.years is not None:
            self.years = ReferenceYears(task, block, luck, records.years, self.everybody)
        self.reference = Reference(task, block, luck, model)
        self.spells = ReferenceSpells(self.reference.below(), records.months, sustained=task.settings.sustained)
        self.treated: Treated | None = None
        records.poor_records[:] += [start.size for start in self.spells.start]
        self.record()

    @property
    def month(self) -> int:
        """The month that the block has come to."""
        return self.reference.luck.month

    def treat(self, rosters: Sequence[Roster], parents: Sequence[Index] | None) -> None:
        """Take in who is enrolled. parents : what the segments of each policy were before; None at month 0."""
        arms = Arms.of(self.task, self.block, [roster.segments for roster in rosters])
        if not arms.row.size:
            return
        before = np.full(arms.row.size, FRESH)
        if parents is not None and self.treated is not None:
            ends = [np.searchsorted(own.segments.row, (self.block.start, self.block.stop)) for own in rosters]
            parent = np.concatenate([own[low:high] for own, (low, high) in zip(parents, ends, strict=True)])
            before = np.where(parent >= 0, parent + self.treated.arms.shift[arms.policy], FRESH)
        dose = np.array([roster.dose for roster in rosters])
        deliveries = Deliveries(arms, self.offers, dose, self.lanes, self.block)
        self.treated = Treated(self, arms, deliveries, self.treated, before)

    def ratios(self, rosters: Sequence[Roster]) -> list[Floats]:
        """What help multiplies welfare by, of the block's segments, one array a policy."""
        if self.treated is None:
            return [np.empty(0) for _ in rosters]
        ratio = self.treated.ratio()
        return [ratio[self.treated.arms.policy == policy] for policy in range(len(rosters))]

    def record(self) -> None:
        """Add this month's state of everybody, and what policies change of it."""
        month, spells, luck = self.month, self.spells, self.reference.luck
        spells.count(month, self.everybody)
        self._gaps()
        bins = luck.bins() if self.reference.flows is None else None
        if bins is not None:
            self.records.months.survey(month, bins, self.everybody.stratum, self.everybody.weights)
        else:
            self._survey()
        if self.records.amounts is not None:
            everybody = self.everybody
            self.records.amounts.reference(self.reference.states(EVERYBODY), everybody.stratum, everybody.weights)
        if self.records.households.size:
            self._households()

    def walk(self, to: int) -> None:
        """Go on to a month: payments, then the state of the next month, and so on."""
        while self.month < to:
            if self.treated is not None:
                self.treated.pay()
            self.reference.advance(self.month + 1)
            self.spells.step(self.reference.below())
            if self.years is not None:
                self.years.add(self.reference.welfare(EVERYBODY))
            self.record()
            if self.treated is not None:
                self.treated.state()

    def end(self) -> None:
        """Make the payments of the last month."""
        if self.treated is not None:
            self.treated.pay()

    def _gaps(self) -> None:
        task, poor = self.task, self.spells.poor
        by_line = [np.flatnonzero(line) for line in poor]
        line = np.repeat(np.arange(len(by_line)), [own.size for own in by_line])
        rows = np.concatenate(by_line)
        gap = np.maximum(1.0 - self.reference.welfare(rows) / task.lines[line], 0.0)
        power = np.array([gap, gap * gap])
        amounts = [
            grid.snap(weight[rows] * power) for grid, weight in zip(task.grids, self.everybody.weights, strict=True)
        ]
        self.records.months.gaps(self.month, line, self.everybody.stratum[rows], amounts)

    def _survey(self) -> None:
        """The re-measured headcount where chances have no bins."""
        chance = self.reference.luck.chance_below(EVERYBODY, self.reference.ratio(EVERYBODY))
        values = [
            grid.snap(weight * chance)[None]
            for grid, weight in zip(self.task.grids, self.everybody.weights, strict=True)
        ]
        nobody = np.zeros(chance.shape[1], dtype=np.intp)
        self.records.months.measure(self.month, nobody, self.everybody.stratum, values, ("remeasured",))

    def _households(self) -> None:
        """One for every household that is poor first or last, or out for good, without help, on the first line."""
        spells, table = self.spells, self.records.households[0]
        share = 1.0 / self.task.settings.copies
        record = np.arange(self.block.start, self.block.stop) % self.task.records
        if self.month == 0:
            table[POOR_FIRST, record[spells.poor[0]]] += share
        if self.month == self.task.months:
            table[POOR_LAST, record[spells.poor[0]]] += share
            table[SUSTAINED_LAST, record[spells.start[0][spells.trackers[0].sustained]]] += share
