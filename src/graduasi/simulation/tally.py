"""Sums of what happened, by policy, month and line: written by the walk through the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.projection.statistics import FLOWS, HOUSEHOLD, MEASURES, PLACE, STATISTICS
from graduasi.simulation.task import HASH_GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graduasi.income import Luck
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]


class Tally:
    """The sums of one draw.

    totals : shape (unit, policy, month, line, statistic, cell), cell = stratum x 8 + part.
    squares : shape (policy, month, line, statistic): families times families, for the mean weight of an event.
    flows : shape (policy, month, flow) [currency]. covered : what insurance paid, shape (policy, programme, month),
    programmes in the order of their names. households : shape (policy, number, household), or without
    households where no table of them was asked for. seen : weight by score, shape (unit, month, stratum, score).
    """

    def __init__(self, task: Task, cell_count: int) -> None:
        self.task = task
        units, policies, months = len(task.weights), len(task.policies), task.months + 1
        lines, cells = task.lines.size, task.strata * HASH_GROUPS
        self.cells = cells
        self.totals = np.zeros((units, policies, months, lines, len(STATISTICS), cells))
        self.squares = np.zeros((policies, months, lines, len(STATISTICS)))
        self.flows = np.zeros((policies, months, len(FLOWS)))
        most = max(len(policy.programmes) for policy in task.policies)
        self.covered = np.zeros((policies, most, months))
        self.seen = np.zeros((units, months, task.strata, cell_count // task.groups))
        self.households = np.zeros((policies, len(HOUSEHOLD), task.size if task.households else 0))

    def change(
        self,
        policy: int,
        month: int,
        kind: NDArray[np.unsignedinteger[Any]],
        counts: NDArray[np.int8],
        cell: Rows,
        weights: Floats,
        squared: Floats,
        first: int = 0,
    ) -> None:
        """Add events. kind : row of `counts`, shape (line, piece), of lines from `first`.

        counts : what a piece of each kind adds to every statistic, shape (kind, statistic); cell, squared : by
        piece; weights : shape (unit, piece). Sums are on the grid, so that products with them are exact.
        """
        lines, pieces = kind.shape
        present = np.flatnonzero(np.bincount(kind.ravel(), minlength=counts.shape[0]))
        found = present.size
        short = np.zeros(counts.shape[0], dtype=np.intp)
        short[present] = np.arange(found) * self.cells
        place = short[kind]
        place += cell
        place += (np.arange(lines) * (found * self.cells))[:, None]
        flat = place.ravel()
        effect = counts[present].T.astype(np.float64)

        def sums(weight: Floats) -> Floats:
            by_line = weight if lines == 1 else np.broadcast_to(weight, (lines, pieces)).ravel()
            total = np.bincount(flat, weights=by_line, minlength=lines * found * self.cells)
            return np.asarray(effect @ total.reshape(lines, found, self.cells), dtype=np.float64)

        own = slice(first, first + lines)
        self.squares[policy, month, own] += sums(squared).sum(axis=-1)
        for unit, weight in enumerate(weights):
            self.totals[unit, policy, month, own] += sums(weight)

    def measure(self, policy: int, month: int, cell: Rows, values: Sequence[Floats]) -> None:
        """Add gap, severity and re-measured on the grid, an array a unit, shape (measure, line, row)."""
        lines = self.task.lines.size
        start = np.arange(len(MEASURES) * lines).reshape(len(MEASURES), lines, 1) * self.cells
        code = (start + cell).ravel()
        first = PLACE[MEASURES[0]]
        for unit, value in enumerate(values):
            sums = np.bincount(code, weights=value.ravel(), minlength=len(MEASURES) * lines * self.cells)
            by_line = sums.reshape(len(MEASURES), lines, self.cells).transpose(1, 0, 2)
            self.totals[unit, policy, month, :, first : first + len(MEASURES)] += by_line

    def gaps(self, month: int, line: Rows, cell: Rows, values: Sequence[Floats]) -> None:
        """Add gap and severity without a programme on the grid, an array a unit, shape (2, row)."""
        lines = self.task.lines.size
        code = line * self.cells + cell
        code = np.concatenate([code, code + lines * self.cells])
        first = PLACE[MEASURES[0]]
        for unit, value in enumerate(values):
            sums = np.bincount(code, weights=value.ravel(), minlength=2 * lines * self.cells)
            by_line = sums.reshape(2, lines, self.cells).transpose(1, 0, 2)
            self.totals[unit, 0, month, :, first : first + 2] += by_line

    def close(self, luck: Luck) -> None:
        """Turn weights by score into re-measured headcounts, and give every policy the totals of the first."""
        task = self.task
        for month in range(task.months + 1):
            for line in range(task.lines.size):
                chance = luck.seen_poor(month, line).reshape(task.groups, -1)[task.group_of]
                by_stratum = (self.seen[:, month] * chance).sum(axis=2)
                self.totals[:, 0, month, line, PLACE["remeasured"], ::HASH_GROUPS] += by_stratum
        for name in ("reached", "reached_poor"):
            self.totals[:, :, 1:, :, PLACE[name]] = self.totals[:, :, :1, :, PLACE[name]]
        remeasured = self.totals[:, :, :, :, PLACE["remeasured"]]
        by_stratum = remeasured.reshape(*remeasured.shape[:-1], task.strata, HASH_GROUPS).sum(axis=-1)
        remeasured[...] = 0.0
        remeasured[..., ::HASH_GROUPS] = by_stratum
        self.totals[:, 1:] += self.totals[:, :1]
        self.squares[1:] += self.squares[:1]
        self.households[1:] += self.households[:1]
