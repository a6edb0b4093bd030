"""Where the blocks of a draw write what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.projection.statistics import MONTHS_OF_A_YEAR
from graduasi.simulation.books import Books
from graduasi.simulation.recorders import AmountRecorder
from graduasi.simulation.task import RANDOM_GROUPS
from graduasi.simulation.totals import Totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class YearRecords:
    """Counts and amounts on the clock of years."""

    totals: Totals
    amounts: AmountRecorder


@frozen(kw_only=True, eq=False)
class Records:
    """The record of one draw.

    months : counts and amounts on the clock of months. amounts : those that the run was asked for beside them.
    years : the clock of years, where the run has it. books : ledger and flows. households : shape (policy, number,
    record), without records where nobody asked. poor_records : poor at month 0, shape (line,).
    """

    months: Totals
    amounts: AmountRecorder | None
    years: YearRecords | None
    books: Books
    households: Floats
    poor_records: Floats


def recorder_of(task: Task) -> AmountRecorder:
    """Return the recorder of the amounts that a run was asked for, on the clock of months."""
    return AmountRecorder(
        task.settings.recorded.amounts,
        lines=task.lines,
        everybody=task.weights.sum(axis=1),
        policies=len(task.policies),
        periods=task.months + 1,
        strata=task.strata * RANDOM_GROUPS,
    )


def years_of(task: Task) -> YearRecords:
    """Return the records of the clock of years."""
    amounts = AmountRecorder(
        task.settings.recorded.yearly_amounts,
        lines=task.lines,
        everybody=task.weights.sum(axis=1),
        policies=len(task.policies),
        periods=task.years,
        strata=task.strata * RANDOM_GROUPS,
        months_a_period=MONTHS_OF_A_YEAR,
    )
    return YearRecords(
        totals=Totals(task, task.settings.recorded.yearly, periods=task.years, bins=0), amounts=amounts
    )
