"""Amounts of every household, such as mean welfare or bins of it, added up month by month for each policy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from graduasi.errors import InputError
from graduasi.fields import tuple_of
from graduasi.projection.amounts import Amounts
from graduasi.projection.intervals import SimulationVariance
from graduasi.projection.states import MonthState
from graduasi.projection.statistics import UNITS, Statistic
from graduasi.simulation.task import RANDOM_GROUPS
from graduasi.simulation.weights import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

HEADROOM = 2.0**10  # times the largest line that a mean amount of money may be, for sums that are still exact


class AmountRecorder:
    """Weighted sums of amounts: of everybody without a programme, and what each policy changes.

    Sums are on grids of binary fractions, so that blocks may come in any order.

    Parameters
    ----------
    statistics : records with an `amount`. units : names of the weights' axis. lines : amounts, shape (line,).
    everybody : households, and persons where sizes are known, that the population stands for, shape (unit,).
    policies, periods, strata : numbers of policies, of periods of the clock, and of strata (stratum of tables x
        random group). months_a_period : 1, or 12 where periods are years.
    """

    def __init__(
        self,
        statistics: Statistic | Sequence[Statistic],
        *,
        lines: Floats,
        everybody: Floats,
        policies: int,
        periods: int,
        strata: int,
        months_a_period: int = 1,
    ) -> None:
        self.statistics = tuple_of(
            "AmountRecorder", "statistics", Statistic, statistics, "statistics, or one alone"
        )
        for statistic in self.statistics:
            if statistic.amount is None:
                raise InputError(
                    f"AmountRecorder.statistics must have an amount; got {statistic.name!r} without one"
                )
        self.lines, self.strata = np.asarray(lines, dtype=np.float64), strata
        self.policies, self.months_a_period = policies, months_a_period
        self.units = UNITS[: len(everybody)]
        most = float(np.max(everybody))
        money = Grid.below(most * float(self.lines.max()) * HEADROOM)
        self.grids = [money if each.unit == "currency" else Grid.below(most) for each in self.statistics]
        # By statistic, shape (unit, policy, period, line, label, stratum); one line where it is of none.
        self.totals = [
            np.zeros(
                (
                    len(self.units_of(each)),
                    policies,
                    periods,
                    self._lines(each),
                    max(len(each.labels), 1),
                    strata,
                )
            )
            for each in self.statistics
        ]

    def units_of(self, statistic: Statistic) -> tuple[str, ...]:
        """Return the units in which a statistic is told here."""
        return tuple(unit for unit in self.units if unit in statistic.counted)

    def reference(self, states: Sequence[MonthState], stratum: Rows, weights: Floats) -> None:
        """Add the households of a block without a programme. states : one a line; weights : shape (unit, row)."""
        self._add(np.zeros(stratum.size, dtype=np.intp), states, None, stratum, weights)

    def treated(
        self,
        policy: Rows,
        states: Sequence[MonthState],
        without: Sequence[MonthState],
        stratum: Rows,
        weights: Floats,
    ) -> None:
        """Add what policies change for the treated of a block: the same rows with help, and without it.

        policy : position of each segment's policy, shape (row,).
        """
        self._add(policy, states, without, stratum, weights)

    def close(self) -> None:
        """Give every policy what everybody adds without it."""
        for totals in self.totals:
            totals[:, 1:] += totals[:, :1]

    def _lines(self, statistic: Statistic) -> int:
        return self.lines.size if statistic.by_line else 1

    def _add(
        self,
        policy: Rows,
        states: Sequence[MonthState],
        without: Sequence[MonthState] | None,
        stratum: Rows,
        weights: Floats,
    ) -> None:
        for statistic, totals, grid in zip(self.statistics, self.totals, self.grids, strict=True):
            for line in range(self._lines(statistic)):
                amount = amounts(statistic, states[line])
                if without is not None:
                    amount = amount - amounts(statistic, without[line])
                own = totals[:, :, states[line].month // self.months_a_period, line]
                label: Rows | int = 0
                row: Rows | slice = slice(None)
                if statistic.labels:
                    label, row = np.nonzero(amount)  # of bins, a household is in one
                cell = policy[row] * self.strata + stratum[row]
                amount = amount[label, row]
                for place, unit in enumerate(self.units_of(statistic)):
                    weighted = grid.snap(weights[self.units.index(unit)][row] * amount)
                    own[place] += self._by_policy(weighted, label, cell, own.shape[2])

    def _by_policy(self, values: Floats, label: Rows | int, cell: Rows, labels: int) -> Floats:
        """Sum of values by policy and stratum, which are a cell, and label, shape (policy, label, stratum)."""
        cells = self.policies * self.strata
        # labels (2,), policies (3,), strata (8,) -> place in a sum of 2 x 3 x 8
        sums = np.bincount(label * cells + cell, weights=values, minlength=labels * cells)
        by_label = sums.reshape(labels, self.policies, self.strata)
        return np.asarray(by_label.transpose(1, 0, 2), dtype=np.float64)


def amounts(statistic: Statistic, state: MonthState) -> Floats:
    """Return what each household adds, shape (label, row); one label where the statistic has none.

    Raises InputError where the statistic's function gives another shape, or no finite numbers.
    """
    assert statistic.amount is not None
    try:
        found = np.asarray(statistic.amount(state), dtype=np.float64)
    except KeyError as missing:
        have = ", ".join(map(repr, state.stocks)) or "none here"
        need = f"stocks of the model, {have}, in {statistic.name!r}"
        raise InputError(f"Statistic.amount must read {need}; got {missing.args[0]!r}") from missing
    labels, rows = len(statistic.labels), state.welfare.size
    shape = (labels, rows) if labels else (rows,)
    if found.shape != shape:
        raise InputError(f"Statistic.amount must give shape {shape}, in {statistic.name!r}; got {found.shape}")
    if not math.isfinite(found.sum()):
        raise InputError(f"Statistic.amount must give finite numbers, in {statistic.name!r}; got {found!r}")
    return found if labels else found[None]


def states_at(
    lines: Floats, month: int, welfare: Floats, members: Floats, stocks: Mapping[str, Floats]
) -> list[MonthState]:
    """Return the state of households in a month at each line; arrays have shape (row,)."""
    return [
        MonthState(month=month, line=line, welfare=welfare, members=members, poor=welfare < line, stocks=stocks)
        for line in lines.tolist()
    ]


class GatheredAmounts:
    """Amounts of all draws, added in the order of the draws.

    shares : each random group's share of everybody, shape (unit, random group), and unsampled : the share of
        everybody that is not in the sample; where records are no sample, shares is None.
    row_of : the row of tables of each stratum of tables, shape (stratum of tables,); rows of their own where None.
    """

    def __init__(
        self,
        recorder: AmountRecorder,
        draws: int,
        everybody: Mapping[str, float],
        *,
        shares: Floats | None = None,
        unsampled: float = 1.0,
        row_of: Rows | None = None,
    ) -> None:
        strata = recorder.strata // RANDOM_GROUPS
        self._to_row = np.eye(strata) if row_of is None else np.eye(int(row_of.max()) + 1)[row_of]
        self.recorder, self.everybody = recorder, dict(everybody)
        self.shares, self.unsampled = shares, unsampled
        rows = self._to_row.shape[1]
        self.values = [np.zeros((draws, *each.shape[:-1], rows)) for each in recorder.totals]
        self.luck = [SimulationVariance() for _ in recorder.totals]
        self.luck_of_effect = [SimulationVariance() for _ in recorder.totals]
        self.draw = 0

    def add(self, totals: Sequence[Floats]) -> None:
        """Take in the totals of the next draw, closed, by statistic as in `AmountRecorder.totals`."""
        for place, each in enumerate(totals):
            strata = each.reshape(*each.shape[:-1], -1, RANDOM_GROUPS)
            self.values[place][self.draw] = strata.sum(axis=-1) @ self._to_row
            by_random_group = strata.sum(axis=-2)
            self.luck[place].add(by_random_group)
            self.luck_of_effect[place].add(by_random_group - by_random_group[:, :1])
        self.draw += 1

    def amounts(self) -> tuple[Amounts, ...]:
        """Return the amounts of every statistic."""
        return tuple(
            Amounts(
                statistic=statistic,
                units=self.recorder.units_of(statistic),
                everybody=self.everybody,
                values=values,
                luck=self._luck(luck, values),
                sampling=self._sampling(statistic, luck, values),
                luck_of_effect=self._luck(effect, values),
                sampling_of_effect=self._sampling(statistic, effect, values),
            )
            for statistic, values, luck, effect in zip(
                self.recorder.statistics, self.values, self.luck, self.luck_of_effect, strict=True
            )
        )

    def _luck(self, luck: SimulationVariance, values: Floats) -> Floats:
        variance = luck.variance()
        return variance if variance.ndim else np.zeros(values.shape[1:-1])

    def _sampling(self, statistic: Statistic, luck: SimulationVariance, values: Floats) -> Floats:
        if self.shares is None:
            return np.zeros(values.shape[1:-1])
        own = [self.recorder.units.index(unit) for unit in self.recorder.units_of(statistic)]
        return luck.sampling(self.shares[own][:, None, None, None, None, :]) * self.unsampled
