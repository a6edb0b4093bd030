"""The households that a policy touches: response, and what differs from the same households without help."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.policy.enrolment import door_levels
from graduasi.simulation.task import HASH_GROUPS
from graduasi.simulation.weights import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import IncomeModel
    from graduasi.income.protocol import BlockLuck
    from graduasi.policy.enrolment import Pieces
    from graduasi.simulation.tally import Tally
    from graduasi.simulation.task import Task
    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

NEVER = np.int32(2**30)


class _Course:
    """Months out in a row, and whether ever out, of pieces along one path; shapes (line, piece)."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.out_for = np.zeros(shape, dtype=np.int32)
        self.was_out = np.zeros(shape, dtype=bool)
        self.again = np.zeros(shape, dtype=bool)

    def step(self, poor0: Bools, poor: Bools) -> Bools:
        """Take in a month; returns who is out."""
        out = poor0 & ~poor
        self.again = self.was_out & poor
        self.was_out |= out
        self.out_for += 1
        self.out_for *= out
        return out


class Touched:
    """The pieces of one policy in one block."""

    def __init__(
        self,
        task: Task,
        part: slice,
        policy: int,
        pieces: Pieces,
        model: IncomeModel,
        block: BlockLuck,
        streams: Streams,
        tally: Tally,
    ) -> None:
        self.task, self.policy, self.pieces, self.block, self.tally = task, policy, pieces, block, tally
        self.size = pieces.row.size
        if not self.size:
            return
        self.rows = pieces.row - part.start
        keys = task.keys[pieces.row]
        self.members = task.sizes[pieces.row]
        weights = [pieces.weight]
        if len(task.grids) > 1:
            weights.append(task.grids[1].snap(pieces.weight * self.members))
        self.weights = np.array(weights)
        self.squared = task.squared_grid.snap(pieces.weight * task.weights[0][pieces.row])
        self.cell = task.cell[pieces.row]
        self.response = model.respond(block.long_run(self.rows) * self.members, keys, streams)
        self.completes = [
            (streams.uniforms(keys, f"completion: {item.programme}, {place}") < schedule.completion).astype(
                float
            )
            if schedule.completion < 1.0
            else np.ones(self.size)
            for item in pieces.enrolments
            for place, schedule in enumerate(item.schedules)
        ]
        shape = (task.lines.size, self.size)
        self.poor0 = np.zeros(shape, dtype=bool)
        self.with_help, self.without_help = _Course(shape), _Course(shape)
        self.unpaid_for = np.full(self.size, NEVER)
        largest = float(sum(item.costs[0].max(initial=0.0) for item in pieces.enrolments))
        self.flow_grid = Grid.below(max(largest, 1.0) * 2.0**16)
        self.all = np.arange(self.size)

    def month(self, month: int) -> None:
        """State of the month, then its payments."""
        doors = door_levels(self.pieces, month, self.members, self.completes)
        person = self.block.welfare(self.rows)
        without = person * self.members
        consumed, paid = without, np.zeros(self.size)
        if month:
            consumed, paid = self.response.consume(
                without, skill=doors["skill"], gain=doors["gain"], cover=doors["cover"]
            )
        cash = doors["cash"]
        self.unpaid_for += 1
        self.unpaid_for[(cash > 0.0) | (paid > 0.0)] = 0
        self._record(month, without / self.members, consumed / self.members)
        self._flow(month, cash + doors["assets"] + paid, consumed - without, without)
        self.response.receive(cash=cash, assets=doors["assets"], saving=doors["saving"], month=month)

    def _flow(self, month: int, received: Floats, gain: Floats, without: Floats) -> None:
        flows = self.tally.flows[self.policy, month]
        for place, amount in enumerate((received, gain, without)):
            flows[place] += self.flow_grid.snap(self.weights[0] * amount).sum()

    def _record(self, month: int, without: Floats, consumed: Floats) -> None:
        task = self.task
        lines = task.lines[:, None]
        poor_without, poor = without < lines, consumed < lines
        if month == 0:
            self.poor0 = poor_without
        out = self.with_help.step(self.poor0, poor)
        out_without = self.without_help.step(self.poor0, poor_without)
        stays = self.with_help.out_for >= task.sustained
        stays_without = self.without_help.out_for >= task.sustained
        alone = stays & (self.unpaid_for >= task.sustained)
        again, again_without = self.with_help.again, self.without_help.again
        for line in range(task.lines.size):
            poor0 = self.poor0[line]
            better, worse = _differ(out[line], out_without[line])
            longer, shorter = _differ(stays[line], stays_without[line])
            freed, bound = _differ(alone[line], stays_without[line])
            more, fewer = _differ(poor[line], poor_without[line])
            found = {
                "poor": [(more, 1.0), (fewer, -1.0)],
                "entries": [(more[~poor0[more]], 1.0), (fewer[~poor0[fewer]], -1.0)],
                "exits": [(better, 1.0), (worse, -1.0)],
                "helped": [(better, 1.0)],
                "hurt": [(worse, 1.0)],
                "sustained": [(longer, 1.0), (shorter, -1.0)],
                "helped_sustained": [(longer, 1.0)],
                "hurt_sustained": [(shorter, 1.0)],
                "self_reliant": [(freed, 1.0), (bound, -1.0)],
                "helped_self_reliant": [(freed, 1.0)],
                "hurt_self_reliant": [(bound[~stays[line][bound]], 1.0)],
                "reached": [(self.all, 1.0)],
                "reached_poor": [(np.flatnonzero(poor0), 1.0)],
                "reached_anyway": [(np.flatnonzero(out_without[line]), 1.0)],
            }
            back, not_back = _differ(again[line], again_without[line])
            found["reentries"] = [(back, 1.0), (not_back, -1.0)]
            self.tally.count(self.policy, month, line, found, self.cell, self.weights, self.squared)
            self._amounts(month, line, without, consumed)

    def _amounts(self, month: int, line: int, without: Floats, consumed: Floats) -> None:
        """Gaps and the re-measured headcount, where help changed welfare."""
        changed = np.flatnonzero(consumed != without)
        if not changed.size:
            return
        task = self.task
        cell = self.cell[changed]
        amount = task.lines[line]
        gap = np.maximum(1.0 - consumed[changed] / amount, 0.0)
        gap_without = np.maximum(1.0 - without[changed] / amount, 0.0)
        rows = self.rows[changed]
        ratio = consumed[changed] / without[changed]
        seen = self.block.seen_below(rows, line, ratio) - self.block.seen_below(
            rows, line, np.ones(rows.size)
        )
        differences = {
            "gap": gap - gap_without,
            "severity": gap * gap - gap_without * gap_without,
            "remeasured": seen,
        }
        for name, difference in differences.items():
            weighted = [
                grid.snap(weight[changed] * difference)
                for grid, weight in zip(task.grids, self.weights, strict=True)
            ]
            where = cell // HASH_GROUPS * HASH_GROUPS if name == "remeasured" else cell
            self.tally.measure(self.policy, month, line, name, where, weighted)


def _differ(under: Bools, without: Bools) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pieces for which it holds under the policy only, and without it only."""
    differs = np.flatnonzero(under != without)
    up = under[differs]
    return differs[up], differs[~up]
