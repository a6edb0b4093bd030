"""Sums of what happened, by policy, month and line: written by the draw through the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.projection.statistics import FLOWS, HOUSEHOLD
from graduasi.simulation.spells import DENSE, StateCodes
from graduasi.simulation.task import RANDOM_GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graduasi.income import Luck
    from graduasi.simulation.spells import CountTable
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

AMOUNTS = ("gap", "severity", "remeasured")
GAPS = ("gap", "severity")


class Totals:
    """The sums of one draw.

    totals : shape (unit, policy, month, line, statistic, stratum), stratum = group x random groups + random group.
    squares : shape (policy, month, line, statistic): households times households, for the mean weight of an event.
    flows : shape (policy, month, flow) [currency]. covered : what insurance paid, shape (policy, programme, month),
    programmes in the order of their names. households : shape (policy, number, household), or without
    households where no table of them was asked for. seen : weight by score, shape (unit, month, score bin).
    """

    def __init__(self, task: Task, cell_count: int) -> None:
        self.task, self.statistics = task, task.statistics
        codes = StateCodes(statistics=task.statistics)
        self.codes, self.counted, self.changed, self.reached = codes, codes.counted, codes.changed, codes.reached
        units, policies, months = len(task.weights), len(task.policies), task.months + 1
        lines, strata = task.lines.size, task.groups * RANDOM_GROUPS
        self.strata = strata
        self.totals = np.zeros((units, policies, months, lines, len(self.statistics.names), strata))
        self.squares = np.zeros((policies, months, lines, len(self.statistics.names)))
        self.flows = np.zeros((policies, months, len(FLOWS)))
        most = max(len(policy.programmes) for policy in task.policies)
        self.covered = np.zeros((policies, most, months))
        self.seen = np.zeros((units, months, cell_count))
        self.households = np.zeros((policies, len(HOUSEHOLD), task.size if task.households else 0))

    def change(
        self,
        policy: int,
        month: int,
        kind: NDArray[np.unsignedinteger[Any]],
        counts: CountTable,
        stratum: Rows,
        weights: Floats,
        squared: Floats,
        first: int = 0,
    ) -> None:
        """Add events. kind : code of `counts`, shape (line, segment), of lines from `first`.

        counts : what a segment of each code adds to every statistic; stratum, squared : by segment;
        weights : shape (unit, segment). Sums are on the grid, so that products with them are exact.
        """
        lines, segments = kind.shape
        present, place = _occurring(kind, counts.size)
        found = present.size
        # lines (2,), codes that occur (3,), strata (8,) -> place in a sum of 2 x 3 x 8
        place *= self.strata
        place += stratum
        place += (np.arange(lines) * (found * self.strata))[:, None]
        flat = place.ravel()
        effect = counts.rows(present).T.astype(np.float64)

        def sums(weight: Floats) -> Floats:
            by_line = weight if lines == 1 else np.broadcast_to(weight, (lines, segments)).ravel()
            total = np.bincount(flat, weights=by_line, minlength=lines * found * self.strata)
            return np.asarray(effect @ total.reshape(lines, found, self.strata), dtype=np.float64)

        own = slice(first, first + lines)
        self.squares[policy, month, own] += sums(squared).sum(axis=-1)
        for unit, weight in enumerate(weights):
            self.totals[unit, policy, month, own] += sums(weight)

    def measure(
        self,
        policy: int,
        month: int,
        stratum: Rows,
        values: Sequence[Floats],
        names: tuple[str, ...] = AMOUNTS,
    ) -> None:
        """Add amounts on the grid, an array a unit, shape (name, line, row), in the order of `names`."""
        lines = self.task.lines.size
        start = np.arange(len(names) * lines).reshape(len(names), lines, 1) * self.strata
        code = (start + stratum).ravel()
        at = self.statistics.indices(names)
        for unit, value in enumerate(values):
            sums = np.bincount(code, weights=value.ravel(), minlength=len(names) * lines * self.strata)
            by_line = sums.reshape(len(names), lines, self.strata).transpose(1, 0, 2)
            self.totals[unit, policy, month][:, at] += by_line

    def gaps(
        self, month: int, line: Rows, stratum: Rows, values: Sequence[Floats], names: tuple[str, ...] = GAPS
    ) -> None:
        """Add amounts of the poor without a programme on the grid, an array a unit, shape (name, row)."""
        lines = self.task.lines.size
        code = line * self.strata + stratum
        code = np.concatenate([code + number * lines * self.strata for number in range(len(names))])
        at = self.statistics.indices(names)
        for unit, value in enumerate(values):
            sums = np.bincount(code, weights=value.ravel(), minlength=len(names) * lines * self.strata)
            by_line = sums.reshape(len(names), lines, self.strata).transpose(1, 0, 2)
            self.totals[unit, 0, month][:, at] += by_line

    def close(self, luck: Luck) -> None:
        """Turn weights by score into re-measured headcounts, and give every policy the totals of the first."""
        task, remeasured = self.task, self.statistics.index("remeasured")
        for month in range(task.months + 1):
            for line in range(task.lines.size):
                chance = luck.seen_poor(month, line).reshape(task.groups, -1)
                by_group = (self.seen[:, month].reshape(len(task.weights), task.groups, -1) * chance).sum(axis=2)
                self.totals[:, 0, month, line, remeasured, ::RANDOM_GROUPS] += by_group
        for each in self.statistics.reaches:
            if not each.monthly:
                own = self.totals[:, :, :, :, self.statistics.index(each.name)]
                own[:, :, 1:] = own[:, :, :1]
        seen = self.totals[:, :, :, :, remeasured]
        whole = seen.reshape(*seen.shape[:-1], task.groups, RANDOM_GROUPS).sum(axis=-1)
        seen[...] = 0.0
        seen[..., ::RANDOM_GROUPS] = whole
        self.totals[:, 1:] += self.totals[:, :1]
        self.squares[1:] += self.squares[:1]
        self.households[1:] += self.households[:1]


def _occurring(kind: NDArray[np.unsignedinteger[Any]], size: int) -> tuple[NDArray[Any], Rows]:
    """Return the codes that occur, in order, and the place of each household's among them, shape of `kind`."""
    if size > DENSE:
        present, place = np.unique(kind, return_inverse=True)
        return present, place.reshape(kind.shape).astype(np.intp)
    present = np.flatnonzero(np.bincount(kind.ravel(), minlength=size))
    short = np.zeros(size, dtype=np.intp)
    short[present] = np.arange(present.size)
    return present, short[kind]
