"""Sums of what happened, by policy, month and line: written by the walk through the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.projection.statistics import FLOWS, PLACE, STATISTICS
from graduasi.simulation.task import HASH_GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from graduasi.income import Luck
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]


class Tally:
    """The sums of one draw.

    totals : shape (unit, policy, month, line, statistic, cell), cell = group x 8 + part.
    squares : shape (policy, month, line, statistic): families times families, for the mean weight of an event.
    flows : shape (policy, month, flow) [currency]. seen : weight by score, shape (unit, month, score cell).
    """

    def __init__(self, task: Task, cell_count: int) -> None:
        self.task = task
        units, policies, months = len(task.weights), len(task.policies), task.months + 1
        lines, cells = task.lines.size, task.groups * HASH_GROUPS
        self.cells = cells
        self.totals = np.zeros((units, policies, months, lines, len(STATISTICS), cells))
        self.squares = np.zeros((policies, months, lines, len(STATISTICS)))
        self.flows = np.zeros((policies, months, len(FLOWS)))
        self.seen = np.zeros((units, months, cell_count))

    def count(
        self,
        policy: int,
        month: int,
        line: int,
        found: Mapping[str, Sequence[tuple[Rows, float]]],
        cell: Rows,
        weights: Floats,
        squared: Floats,
    ) -> None:
        """Add events. found : for each statistic, lists of rows and their sign; the rest by row."""
        names = list(found)
        lists = [
            (place, rows, sign) for place, name in enumerate(names) for rows, sign in found[name] if rows.size
        ]
        if not lists:
            return
        rows = np.concatenate([item[1] for item in lists])
        place = np.repeat([item[0] for item in lists], [item[1].size for item in lists])
        sign = np.repeat([item[2] for item in lists], [item[1].size for item in lists])
        code = place * self.cells + cell[rows]
        at = [PLACE[name] for name in names]
        size = len(names) * self.cells
        for unit, weight in enumerate(weights):
            sums = np.bincount(code, weights=weight[rows] * sign, minlength=size)
            self.totals[unit, policy, month, line, at] += sums.reshape(len(names), self.cells)
        self.squares[policy, month, line, at] += np.bincount(
            place, weights=squared[rows] * sign, minlength=len(names)
        )

    def measure(
        self, policy: int, month: int, line: int, name: str, rows_cell: Rows, values: Sequence[Floats]
    ) -> None:
        """Add amounts on the grid, one array a unit."""
        for unit, value in enumerate(values):
            self.totals[unit, policy, month, line, PLACE[name]] += np.bincount(
                rows_cell, weights=value, minlength=self.cells
            )

    def close(self, luck: Luck) -> None:
        """Turn weights by score into re-measured headcounts, and give every policy the totals of the first."""
        task = self.task
        for month in range(task.months + 1):
            for line in range(task.lines.size):
                chance = luck.seen_poor(month, line).reshape(task.groups, -1)
                by_group = (self.seen[:, month].reshape(len(task.weights), task.groups, -1) * chance).sum(
                    axis=2
                )
                self.totals[:, 0, month, line, PLACE["remeasured"], ::HASH_GROUPS] += by_group
        self.totals[:, 1:] += self.totals[:, :1]
        self.squares[1:] += self.squares[:1]
