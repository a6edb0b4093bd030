"""The households that policies touch: their spells without help, response, and what the policy changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.policy.enrolment import cover_level, door_levels
from graduasi.simulation.spells import SpellTracker
from graduasi.simulation.weights import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import IncomeModel
    from graduasi.income.protocol import BlockLuck
    from graduasi.policy.enrolment import Pieces
    from graduasi.simulation.spells import StateCodes
    from graduasi.simulation.task import Task
    from graduasi.simulation.totals import Totals
    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Rows = NDArray[np.intp]

NEVER = np.int32(2**30)


def _columns(array: NDArray[Any], at: Rows | slice) -> NDArray[Any]:
    """array[:, at], as NumPy does it fastest."""
    return array[:, at] if isinstance(at, slice) else array.take(at, axis=1)


class WithoutHelp:
    """The touched records of a block along the path without help, computed once for all policies."""

    def __init__(self, task: Task, rows: Rows, block: BlockLuck, codes: StateCodes) -> None:
        self.task, self.rows, self.block, self.codes = task, rows, block, codes
        self.lines = task.lines[:, None]
        self.welfare = block.welfare(rows)
        self.spells = SpellTracker(self.welfare < self.lines, sustained=task.sustained)
        self.state = codes.encode(self.spells.state(self.spells.out, self.spells.out))
        self.gap = np.maximum(1.0 - self.welfare / self.lines, 0.0)
        self.seen = block.seen_below(rows)

    def step(self) -> None:
        """The next month."""
        self.welfare = self.block.welfare(self.rows)
        self.spells.step(self.welfare < self.lines)
        stays = self.spells.sustained
        self.state = self.codes.encode(self.spells.state(stays, stays))
        self.gap = np.maximum(1.0 - self.welfare / self.lines, 0.0)
        self.seen = self.block.seen_below(self.rows)


class Touched:
    """The pieces of one policy in one block."""

    def __init__(
        self,
        task: Task,
        part: slice,
        policy: int,
        pieces: Pieces,
        model: IncomeModel,
        without: WithoutHelp,
        streams: Streams,
        tally: Totals,
    ) -> None:
        self.task, self.policy, self.pieces, self.base, self.tally = task, policy, pieces, without, tally
        self.size = pieces.row.size
        rows = pieces.row - part.start
        self.place = np.searchsorted(without.rows, rows)
        whole = rows.size == without.rows.size and bool((self.place == np.arange(rows.size)).all())
        self.at: Rows | slice = slice(None) if whole else self.place
        keys = task.keys[pieces.row]
        self.members = task.sizes[pieces.row]
        weights = [pieces.weight]
        if len(task.grids) > 1:
            weights.append(task.grids[1].snap(pieces.weight * self.members))
        self.weights = np.array(weights)
        self.squared = task.squared_grid.snap(pieces.weight * task.weights[0][pieces.row])
        self.cell = task.cell[pieces.row]
        self.response = model.respond(without.block.long_run(rows) * self.members, keys, streams)
        self.completes = [
            (streams.uniforms(keys, f"completion: {item.programme}, {place}") < schedule.completion).astype(float)
            if schedule.completion < 1.0
            else None
            for item in pieces.enrolments
            for place, schedule in enumerate(item.schedules)
        ]
        self.spells = SpellTracker(_columns(without.spells.poor_first, self.at), sustained=task.sustained)
        self.unpaid_for = np.full(self.size, NEVER)
        largest = float(sum(item.costs[0].max(initial=0.0) for item in pieces.enrolments))
        self.paid_grid = Grid.below(max(largest, 1.0) * 4.0)
        self.flow_grid = Grid.below(max(largest, 1.0) * 2.0**16)

    def month(self, month: int) -> None:
        """State of the month, then its payments."""
        doors = door_levels(self.pieces, month, self.members, self.completes)
        person = self.base.welfare[self.at]
        without = person * self.members
        cash, assets = doors["cash"], doors["assets"]
        received = cash + assets
        if month:
            consumed, paid = self.response.consume(
                without, skill=doors["skill"], gain=doors["gain"], cover=doors["cover"]
            )
            received = received + paid
            if not isinstance(paid, float):
                self._charge(month, paid, doors["cover"])
            self._pay(cash, paid)
            # Where nothing changed, the person's welfare is left as it was, to the last bit.
            welfare = np.where(consumed == without, person, consumed / self.members)
            self._flow(month, received, consumed - without, without)
            self._record(month, welfare)
        else:
            self._pay(cash, 0.0)
            self._flow(month, received, np.zeros(self.size), without)
            self._reach()
        self.response.receive(cash=cash, assets=assets, saving=doors["saving"], month=month)

    def _pay(self, cash: Floats | float, paid: Floats | float) -> None:
        """Months since the last payment through the cash door; insurance counts as one."""
        self.unpaid_for += 1
        if not (isinstance(cash, float) and isinstance(paid, float)) or cash > 0.0 or paid > 0.0:
            now = (np.asarray(cash) > 0.0) | (np.asarray(paid) > 0.0)
            self.unpaid_for[np.broadcast_to(now, self.size)] = 0

    def _flow(self, month: int, received: Floats | float, gain: Floats, without: Floats) -> None:
        flows = self.tally.flows[self.policy, month]
        if not isinstance(received, float) or received != 0.0:
            flows[0] += self.paid_grid.snap(self.weights[0] * received).sum()
        amounts = np.array([gain, without])
        amounts *= self.weights[0]
        flows[1:] += self.flow_grid.snap(amounts).sum(axis=1)

    def _charge(self, month: int, paid: Floats, cover: Floats | float) -> None:
        """Put what insurance paid on the ledger of the programmes that cover, by their shares in the cover."""
        for position in range(len(self.pieces.enrolments)):
            level = cover_level(self.pieces, position, month)
            with np.errstate(invalid="ignore", divide="ignore"):
                share = np.where(np.asarray(cover) > 0.0, level / np.asarray(cover), 0.0)
            amount = self.paid_grid.snap(self.weights[0] * paid * share).sum()
            self.tally.covered[self.policy, position, month] += amount

    def _reach(self) -> None:
        """Who is reached at some month, and who of them is truly poor at month 0."""
        state = _columns(self.base.state, self.at)
        self.tally.change(self.policy, 0, state, self.tally.reached, self.cell, self.weights, self.squared)

    def _record(self, month: int, welfare: Floats) -> None:
        task, base, at = self.task, self.base, self.at
        self.spells.step(welfare < base.lines)
        stays = self.spells.sustained
        alone = stays & (self.unpaid_for >= task.sustained)
        codes = self.tally.codes
        pair = codes.pairs(codes.encode(self.spells.state(stays, alone)), _columns(base.state, at))
        self.tally.change(self.policy, month, pair, self.tally.changed, self.cell, self.weights, self.squared)
        if task.households and month == task.months:
            self._households(stays[0], base.spells.sustained[0, at])
        changed = np.flatnonzero(welfare != base.welfare[at])
        if changed.size == self.size:
            self._amounts(month, slice(None), at, welfare)
        elif changed.size:
            self._amounts(month, changed, self.place[changed], welfare[changed])

    def _households(self, stays: Bools, stays_without: Bools) -> None:
        """What the policy changes for each household at the last month, and how much of it is reached."""
        rows = self.pieces.row
        part = self.pieces.weight / self.task.weights[0][rows]
        poor = self.spells.poor[0].astype(float) - self.base.spells.poor[0, self.at]
        table = self.tally.households[self.policy]
        for number, change in ((1, poor), (2, stays.astype(float) - stays_without), (3, np.ones(rows.size))):
            np.add.at(table[number], rows, change * part)

    def _amounts(self, month: int, changed: Rows | slice, at: Rows | slice, welfare: Floats) -> None:
        """Gaps and the re-measured headcount, where help changed welfare."""
        task, base = self.task, self.base
        gap = np.maximum(1.0 - welfare / base.lines, 0.0)
        gap_without = _columns(base.gap, at)
        differences = np.array(
            [
                gap - gap_without,
                gap * gap - gap_without * gap_without,
                base.block.seen_below(base.rows[at], welfare / base.welfare[at]) - _columns(base.seen, at),
            ]
        )
        weighted = [
            grid.snap(weight[changed] * differences) for grid, weight in zip(task.grids, self.weights, strict=True)
        ]
        self.tally.measure(self.policy, month, self.cell[changed], weighted)
