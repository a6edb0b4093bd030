"""Sums of what happened, by policy, month and line: written by the draw through the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from graduasi.projection.states import SpellState
from graduasi.simulation.spells import DENSE, StateCodes
from graduasi.simulation.task import RANDOM_GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graduasi._typing import Codes
    from graduasi.income import ProcessDraw
    from graduasi.projection.statistics import StatisticSet
    from graduasi.simulation.spells import CountTable
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Index = NDArray[np.intp]
    Bools = NDArray[np.bool_]

AMOUNTS = ("gap", "severity", "remeasured")
GAPS = ("gap", "severity")


class Totals:
    """The sums of one draw on one clock.

    totals : shape (unit, policy, period, line, statistic, stratum), stratum = stratum of tables x random groups +
    random group. squares : shape (policy, period, line, statistic): households times households, for the mean
    weight of an event. seen : weight by score, shape (unit, period, stratum of tables, score bin).
    Policies after the first hold what they change, until `close`.
    """

    def __init__(self, task: Task, statistics: StatisticSet, *, periods: int, bins: int) -> None:
        self.task, self.statistics = task, statistics
        codes = StateCodes(statistics=statistics)
        self.codes, self.counted, self.changed, self.reached = codes, codes.counted, codes.changed, codes.reached
        units, self.policies = len(task.weights), len(task.policies)
        lines, self.strata = task.lines.size, task.strata * RANDOM_GROUPS
        names = len(statistics.names)
        self.totals = np.zeros((units, self.policies, periods, lines, names, self.strata))
        self.squares = np.zeros((self.policies, periods, lines, names))
        self.seen = np.zeros((units, periods, task.strata, bins // task.groups))

    def count(self, period: int, line: int, kind: Codes, stratum: Index, weights: Floats, squared: Floats) -> None:
        """Add households without a programme at one line, by the code of their state.

        kind, stratum, squared : shape (row,); weights : shape (unit, row). Sums are on the grid, so they are exact.
        """
        present, flat = _occurring(kind, self.counted.size, self.strata)
        # codes that occur (3,), strata (8,) -> place in a sum of 3 x 8
        flat += stratum
        effect = self.counted.rows(present).T.astype(np.float64)

        def sums(weight: Floats) -> Floats:
            total = np.bincount(flat, weights=weight, minlength=present.size * self.strata)
            return np.asarray(effect @ total.reshape(present.size, self.strata), dtype=np.float64)

        self.squares[0, period, line] += sums(squared).sum(axis=-1)
        for unit, weight in enumerate(weights):
            self.totals[unit, 0, period, line] += sums(weight)

    def change(
        self,
        period: int,
        kind: Codes,
        counts: CountTable,
        policy: Index,
        stratum: Index,
        weights: Floats,
        squared: Floats,
    ) -> None:
        """Add what policies change. kind : code of `counts`, shape (line, segment).

        counts : what a segment of each code adds to every statistic; policy, stratum, squared : by segment;
        weights : shape (unit, segment).
        """
        lines, segments = kind.shape
        cells = self.policies * self.strata
        present, place = _occurring(kind, counts.size, cells)
        found = present.size
        # lines (2,), codes that occur (3,), policies (5,), strata (8,) -> place in a sum of 2 x 3 x 5 x 8
        place += policy * self.strata + stratum
        place += (np.arange(lines) * (found * cells))[:, None]
        flat = place.ravel()
        effect = counts.rows(present).T.astype(np.float64)

        def sums(weight: Floats) -> Floats:
            by_line = weight if lines == 1 else np.broadcast_to(weight, (lines, segments)).ravel()
            total = np.bincount(flat, weights=by_line, minlength=lines * found * cells)
            by_code = effect @ total.reshape(lines, found, cells)  # (line, statistic, policy x stratum)
            by_policy = by_code.reshape(lines, effect.shape[0], self.policies, self.strata)
            return np.asarray(by_policy.transpose(2, 0, 1, 3), dtype=np.float64)

        self.squares[:, period] += sums(squared).sum(axis=-1)
        for unit, weight in enumerate(weights):
            self.totals[unit, :, period] += sums(weight)

    def reach(self, first: Bools, policy: Index, stratum: Index, weights: Floats, squared: Floats) -> None:
        """Add who is reached, for the whole horizon. first : poor in period 0, shape (line, segment)."""
        nothing = SpellState.without_spell(first.shape, poor=False)
        codes = self.codes.encode(evolve(nothing, poor_first=first, poor=first))
        self.change(0, codes, self.reached, policy, stratum, weights, squared)

    def measure(
        self, period: int, policy: Index, stratum: Index, values: Sequence[Floats], names: tuple[str, ...] = AMOUNTS
    ) -> None:
        """Add amounts that policies change on the grid, an array a unit, shape (name, line, row), by `names`."""
        lines, cells = self.task.lines.size, self.policies * self.strata
        start = np.arange(len(names) * lines).reshape(len(names), lines, 1) * cells
        code = (start + (policy * self.strata + stratum)).ravel()
        at = self.statistics.indices(names)
        for unit, value in enumerate(values):
            sums = np.bincount(code, weights=value.ravel(), minlength=len(names) * lines * cells)
            by_name = sums.reshape(len(names), lines, self.policies, self.strata).transpose(2, 1, 0, 3)
            self.totals[unit, :, period][:, :, at] += by_name

    def gaps(
        self, period: int, line: Index, stratum: Index, values: Sequence[Floats], names: tuple[str, ...] = GAPS
    ) -> None:
        """Add amounts of the poor without a programme on the grid, an array a unit, shape (name, row)."""
        lines = self.task.lines.size
        code = line * self.strata + stratum
        code = np.concatenate([code + number * lines * self.strata for number in range(len(names))])
        at = self.statistics.indices(names)
        for unit, value in enumerate(values):
            sums = np.bincount(code, weights=value.ravel(), minlength=len(names) * lines * self.strata)
            by_line = sums.reshape(len(names), lines, self.strata).transpose(1, 0, 2)
            self.totals[unit, 0, period][:, at] += by_line

    def survey(self, period: int, bins: Index, stratum: Index, weights: Floats) -> None:
        """Add the weights of everybody without a programme by the bin of their chance to be seen below a line."""
        seen = self.seen[:, period]
        # strata of tables (2,), bins (1025,) -> place in 2 x 1025; a process counts bins by distribution
        place = stratum // RANDOM_GROUPS * seen.shape[-1] + bins % seen.shape[-1]
        for unit, weight in enumerate(weights):
            seen[unit] += np.bincount(place, weights=weight, minlength=seen[unit].size).reshape(seen[unit].shape)

    def close(self, process: ProcessDraw | None) -> None:
        """Turn weights by score into re-measured headcounts, and give every policy the totals of the first."""
        if process is not None:
            self._close_survey(process)
        for each in self.statistics.reaches:
            if not each.monthly:
                place = self.statistics.index(each.name)
                own = self.totals[:, :, :, :, place]
                own[:, :, 1:] = own[:, :, :1]
                self.squares[:, 1:, :, place] = self.squares[:, :1, :, place]
        self.totals[:, 1:] += self.totals[:, :1]
        self.squares[1:] += self.squares[:1]

    def _close_survey(self, process: ProcessDraw) -> None:
        """Re-measured headcounts stand in the first random group: their luck is not estimated from groups."""
        task, remeasured = self.task, self.statistics.index("remeasured")
        if self.seen.shape[-1]:
            for month in range(self.seen.shape[1]):
                for line in range(task.lines.size):
                    chance = process.chances(month, line).reshape(task.groups, -1)[task.group_of]
                    by_stratum = (self.seen[:, month] * chance).sum(axis=2)
                    self.totals[:, 0, month, line, remeasured, ::RANDOM_GROUPS] += by_stratum
        seen = self.totals[:, :, :, :, remeasured]
        whole = seen.reshape(*seen.shape[:-1], task.strata, RANDOM_GROUPS).sum(axis=-1)
        seen[...] = 0.0
        seen[..., ::RANDOM_GROUPS] = whole


def _occurring(kind: Codes, size: int, step: int = 1) -> tuple[Codes, Index]:
    """Return the codes that occur, in order, and each household's place among them, times `step`."""
    if size > DENSE:
        present, place = np.unique(kind, return_inverse=True)
        return present, place.reshape(kind.shape).astype(np.intp) * step
    present = np.flatnonzero(np.bincount(kind.ravel(), minlength=size)).astype(np.uint32)
    short = np.zeros(size, dtype=np.intp)
    short[present] = np.arange(present.size) * step
    return present, short[kind]
