"""The treated segments of a block along the path with help, and what policies change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from graduasi._typing import Scalar
from graduasi.income import Flows
from graduasi.projection.statistics import HOUSEHOLD
from graduasi.simulation.recorders import states_at
from graduasi.simulation.spells import SPELLS
from graduasi.simulation.years import TreatedYears

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.channels import Level, Transfers
    from graduasi.income import ModelDraw
    from graduasi.simulation.arms import Arms, Deliveries, Handed
    from graduasi.simulation.records import Records
    from graduasi.simulation.reference import Reference, ReferenceSpells
    from graduasi.simulation.spells import SpellTracker
    from graduasi.simulation.task import Task
    from graduasi.simulation.years import ReferenceYears

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Index = NDArray[np.intp]

UNPAID = np.int32(2**30)  # months: nobody has paid yet
POOR_LAST, SUSTAINED_LAST, REACHED = (HOUSEHOLD.index(name) for name in ("poor_last", "sustained_last", "reached"))


class Surroundings(Protocol):
    """What treated segments read of their block."""

    task: Task
    model: ModelDraw
    reference: Reference
    spells: ReferenceSpells
    records: Records
    block: slice
    years: ReferenceYears | None


class Treated:
    """Segments of all policies: stocks, spells and flows, at the block's month."""

    def __init__(
        self, block: Surroundings, arms: Arms, deliveries: Deliveries, old: Treated | None, parent: Index
    ) -> None:
        """parent : place of each segment among `old`'s, shape (segment,); -1 where no policy has reached it."""
        self.block, self.arms, self._deliveries = block, arms, deliveries
        reference, model = block.reference, block.model
        self.rows = np.unique(arms.row)
        place = np.searchsorted(self.rows, arms.row)
        whole = place.size == self.rows.size and bool((place == np.arange(place.size)).all())
        self.at: Index | slice = slice(None) if whole else place
        self._level = reference.luck.level(self.rows)
        self._followed = block.spells.follow(self.rows)
        self._here = reference.here(self.rows, self._level)
        self._base = self._without()
        fresh = parent < 0
        here = self._here.take(self.at)
        stocks = model.first(here) if reference.stocks is None else reference.stocks[:, arms.row]
        spells = block.spells.spells(arms.row)
        self._unpaid = np.full(arms.row.size, UNPAID)
        welfare = self._base[self.at].copy()
        gained = np.zeros(arms.row.size)
        if reference.flows is not None:
            gained = gained + _of(reference.flows.gained, arms.row)
        self._years = None if block.years is None else TreatedYears(block.years, arms, self.rows, self.at)
        if old is not None:
            known, before = np.flatnonzero(~fresh), parent[~fresh]
            stocks[:, known] = old.stocks[:, before]
            for name in (*SPELLS, "poor"):
                getattr(spells, name)[:, known] = getattr(old.spells, name)[:, before]
            self._unpaid[known] = old._unpaid[before]
            welfare[known] = old.flows.welfare[before]
            gained[known] = _of(old.flows.gained, before)
            if self._years is not None and old._years is not None:
                self._years.go_on(old._years, known, before)
        self.stocks: Floats = stocks
        self.spells: SpellTracker = spells
        self.flows: Flows = Flows(welfare=welfare, gained=gained)
        self._insured: Floats | float = 0.0 if old is None else _moved(old._insured, parent)
        self._got: Transfers
        self._handed: list[Handed]
        self._got, self._handed = deliveries.month(self.month)
        self._reach(fresh)

    @property
    def month(self) -> int:
        """The block's month."""
        return self.block.reference.luck.month

    def ratio(self) -> Floats:
        """What help multiplies welfare without help by, shape (segment,)."""
        return self.flows.welfare / self._base[self.at]

    def state(self) -> None:
        """Come to the block's month: welfare with what is in force, and the record of it."""
        block, arms = self.block, self.arms
        self._here = block.reference.here(self.rows, self._level)
        self._base = self._without()
        self._got, self._handed = self._deliveries.month(self.month)
        self.flows = block.model.consume(self._here.take(self.at), self.stocks, self._got)
        self._insured = self.flows.insured * arms.members
        if self._got.flows("insured_share"):
            paid = np.broadcast_to(self._insured, arms.row.shape)
            block.records.books.insure(self.month, arms, self._handed, paid)
        self._unpaid += 1
        self._record()
        if self._years is not None:
            self._years.add(self.flows.welfare, self._unpaid, self._paid())
        if block.records.amounts is not None:
            stocks = dict(zip(block.model.stocks, self.stocks, strict=True))
            states = states_at(block.task.lines, self.month, self.flows.welfare, arms.members, stocks)
            without = block.reference.states(arms.row)
            block.records.amounts.treated(arms.policy, states, without, arms.stratum, arms.weights)

    def pay(self) -> None:
        """Make this month's payments; stocks become those of the next month."""
        block, arms, books = self.block, self.arms, self.block.records.books
        without = self._base[self.at]
        received = (self._got["cash"] + self._got["assets"]) * arms.members + self._insured
        gain = (self.flows.welfare - without) * arms.members
        books.flow(self.month, arms, np.broadcast_to(received, gain.shape), gain, without * arms.members)
        books.charge(self.month, arms, self._handed)
        self._unpaid[self._paid()] = 0
        here = self._here.take(self.at)
        self.stocks = block.model.receive(here, self.stocks, self.flows, self._got)

    def _paid(self) -> Bools:
        """Return who is paid this month, shape (segment,); insurance is a payment."""
        now = (np.asarray(self._got["cash"]) > 0.0) | (np.asarray(self._insured) > 0.0)
        return np.broadcast_to(now, self._unpaid.shape)

    def _reach(self, fresh: Bools) -> None:
        """Who is reached, and who of them is truly poor first: counted once, for the whole horizon."""
        if not fresh.any():
            return
        arms, records = self.arms, self.block.records
        if records.households.size:
            record, part = self._of_records()
            table = records.households[:, REACHED]
            np.add.at(table, (arms.policy[fresh], record[fresh]), part[fresh])
        clocks = [(records.months, self.spells)]
        if records.years is not None and self._years is not None:
            clocks.append((records.years.totals, self._years.spells))
        policy, stratum = arms.policy[fresh], arms.stratum[fresh]
        for totals, spells in clocks:
            first = spells.poor_first[:, fresh]
            totals.reach(first, policy, stratum, arms.weights[:, fresh], arms.squared[fresh])

    def _record(self) -> None:
        task, block, arms, totals = self.block.task, self.block, self.arms, self.block.records.months
        welfare = self.flows.welfare
        self.spells.step(welfare < task.lines[:, None])
        stays = self.spells.sustained
        alone = stays & (self._unpaid >= task.settings.sustained) & ~self._paid()
        now = totals.codes.encode(self.spells.state(stays, alone))
        without = _columns(block.spells.codes(self._followed), self.at)
        pair = totals.codes.pairs(now, without)
        totals.change(self.month, pair, totals.changed, arms.policy, arms.stratum, arms.weights, arms.squared)
        if block.records.households.size and self.month == task.months:
            self._households(stays[0])
        changed = np.flatnonzero(welfare != self._base[self.at])
        if changed.size:
            self._amounts(changed)

    def _without(self) -> Floats:
        """Welfare without help of the rows this month, shape (row,)."""
        reference = self.block.reference
        return self._here.welfare if reference.flows is None else reference.welfare(self.rows)

    def _amounts(self, changed: Index) -> None:
        """Gaps and the re-measured headcount, where help changed welfare."""
        task, block, arms = self.block.task, self.block, self.arms
        luck, lines = block.reference.luck, task.lines[:, None]
        which, used, back = self._used(changed)
        rows, place = self.rows[used], changed if isinstance(self.at, slice) else self.at[which]
        welfare = self.flows.welfare[which]
        without = np.maximum(1.0 - self._base[used] / lines, 0.0)
        gap = np.maximum(1.0 - welfare / lines, 0.0)
        seen_without = luck.chance_below(rows, block.reference.ratio(rows))
        seen = luck.chance_below(self.rows[place], welfare / self._here.welfare[place])
        gap_without = _columns(without, back)
        differences = np.array(
            [gap - gap_without, gap * gap - gap_without * gap_without, seen - _columns(seen_without, back)]
        )
        weighted = [
            grid.snap(weight[which] * differences) for grid, weight in zip(task.grids, arms.weights, strict=True)
        ]
        block.records.months.measure(self.month, arms.policy[which], arms.stratum[which], weighted)

    def _used(self, changed: Index) -> tuple[Index | slice, Index | slice, Index | slice]:
        """Return the changed segments, the rows that they stand on, and where each stands among those rows."""
        if changed.size == self.arms.row.size:
            return slice(None), slice(None), self.at
        if isinstance(self.at, slice):
            return changed, changed, slice(None)
        # changed segments on rows (4, 7, 4) -> rows (4, 7), back (0, 1, 0)
        place = self.at[changed]
        marked = np.zeros(self.rows.size, dtype=bool)
        marked[place] = True
        return changed, np.flatnonzero(marked), (np.cumsum(marked) - 1)[place]

    def _households(self, stays: Bools) -> None:
        """What each policy changes for each household at the last month."""
        block, arms = self.block, self.arms
        record, part = self._of_records()
        without = block.spells.spells(arms.row)
        poor = self.spells.poor[0].astype(float) - without.poor[0]
        change = stays.astype(float) - without.sustained[0]
        for number, amount in ((POOR_LAST, poor), (SUSTAINED_LAST, change)):
            table = block.records.households[:, number]
            np.add.at(table, (arms.policy, record), amount * part)

    def _of_records(self) -> tuple[Index, Floats]:
        """Return the record of each segment, and the part of it that the segment is, shape (segment,)."""
        task, arms = self.block.task, self.arms
        rows = arms.row + self.block.block.start
        return rows % task.records, arms.weight / task.weights[0][rows] / task.settings.copies


def _columns(array: NDArray[Scalar], at: Index | slice) -> NDArray[Scalar]:
    """array[:, at], as NumPy does it fastest."""
    return array[:, at] if isinstance(at, slice) else array.take(at, axis=1)


def _of(level: Level, rows: Index) -> Level:
    """The rows of a level that may be one number for all."""
    return level if isinstance(level, float) else level[rows]


def _moved(level: Level, parent: Index) -> Level:
    """The level of segments by what they were before; 0 for those that were none."""
    if isinstance(level, float) or not level.size:
        return 0.0
    return np.where(parent >= 0, level[np.maximum(parent, 0)], 0.0)
