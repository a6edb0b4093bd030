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
from graduasi.projection.statistics import UNITS, Statistic
from graduasi.simulation.task import RANDOM_GROUPS
from graduasi.simulation.weights import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.projection.states import MonthState

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
    policies, months, strata : numbers of policies, of the last month, and of strata (group x random group).
    """

    def __init__(
        self,
        statistics: Statistic | Sequence[Statistic],
        *,
        lines: Floats,
        everybody: Floats,
        policies: int,
        months: int,
        strata: int,
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
        self.units = UNITS[: len(everybody)]
        most = float(np.max(everybody))
        money = Grid.below(most * float(self.lines.max()) * HEADROOM)
        self.grids = [money if each.unit == "currency" else Grid.below(most) for each in self.statistics]
        # By statistic, shape (unit, policy, month, line, label, stratum); one line where it is of none.
        self.totals = [
            np.zeros(
                (
                    len(self.units_of(each)),
                    policies,
                    months + 1,
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
        self._add(0, states, None, stratum, weights)

    def treated(
        self,
        policy: int,
        states: Sequence[MonthState],
        without: Sequence[MonthState],
        stratum: Rows,
        weights: Floats,
    ) -> None:
        """Add what a policy changes for the treated of a block: the same rows under it, and without it."""
        self._add(policy, states, without, stratum, weights)

    def close(self) -> None:
        """Give every policy what everybody adds without it."""
        for totals in self.totals:
            totals[:, 1:] += totals[:, :1]

    def _lines(self, statistic: Statistic) -> int:
        return self.lines.size if statistic.by_line else 1

    def _add(
        self,
        policy: int,
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
                own = totals[:, policy, states[line].month, line]
                for place, unit in enumerate(self.units_of(statistic)):
                    weighted = grid.snap(weights[self.units.index(unit)] * amount)
                    own[place] += _by_stratum(weighted, stratum, self.strata)


def amounts(statistic: Statistic, state: MonthState) -> Floats:
    """Return what each household adds, shape (label, row); one label where the statistic has none.

    Raises InputError where the statistic's function gives another shape, or no finite numbers.
    """
    assert statistic.amount is not None
    found = np.asarray(statistic.amount(state), dtype=np.float64)
    labels, rows = len(statistic.labels), state.welfare.size
    shape = (labels, rows) if labels else (rows,)
    if found.shape != shape:
        raise InputError(f"Statistic.amount must give shape {shape}, in {statistic.name!r}; got {found.shape}")
    if not math.isfinite(found.sum()):
        raise InputError(f"Statistic.amount must give finite numbers, in {statistic.name!r}; got {found!r}")
    return found if labels else found[None]


def _by_stratum(values: Floats, stratum: Rows, strata: int) -> Floats:
    """Sum of values, shape (label, row), by stratum, shape (label, stratum)."""
    labels = values.shape[0]
    # labels (2,), strata (8,) -> place in a sum of 2 x 8
    place = (np.arange(labels)[:, None] * strata + stratum).ravel()
    sums = np.bincount(place, weights=values.ravel(), minlength=labels * strata)
    return np.asarray(sums.reshape(labels, strata), dtype=np.float64)


class GatheredAmounts:
    """Amounts of all draws, added in the order of the draws.

    shares : each random group's share of everybody, shape (unit, random group), and unsampled : the share of
        everybody that is not in the sample; where records are no sample, shares is None.
    """

    def __init__(
        self,
        recorder: AmountRecorder,
        draws: int,
        everybody: Mapping[str, float],
        *,
        shares: Floats | None = None,
        unsampled: float = 1.0,
    ) -> None:
        self.recorder, self.everybody = recorder, dict(everybody)
        self.shares, self.unsampled = shares, unsampled
        groups = recorder.strata // RANDOM_GROUPS
        self.values = [np.zeros((draws, *each.shape[:-1], groups)) for each in recorder.totals]
        self.luck = [SimulationVariance() for _ in recorder.totals]
        self.luck_of_effect = [SimulationVariance() for _ in recorder.totals]
        self.draw = 0

    def add(self, totals: Sequence[Floats]) -> None:
        """Take in the totals of the next draw, closed, by statistic as in `AmountRecorder.totals`."""
        for place, each in enumerate(totals):
            strata = each.reshape(*each.shape[:-1], -1, RANDOM_GROUPS)
            self.values[place][self.draw] = strata.sum(axis=-1)
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
