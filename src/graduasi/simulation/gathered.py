"""Results of all draws, added in the order of the draws, and the projection that they make."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from graduasi.errors import GraduasiWarning
from graduasi.policy.enrolment import COMPONENTS
from graduasi.population import Population, PovertyLine
from graduasi.population.units import suspicion
from graduasi.projection import Projection, SimulationVariance
from graduasi.projection.intervals import between_groups
from graduasi.projection.statistics import FLOWS, HOUSEHOLD, UNITS
from graduasi.projection.years import Years
from graduasi.simulation.draw import DrawResult
from graduasi.simulation.inputs import programme_names
from graduasi.simulation.recorders import AmountRecorder, GatheredAmounts
from graduasi.simulation.records import recorder_of, years_of
from graduasi.simulation.task import RANDOM_GROUPS, Task
from graduasi.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from graduasi.income import IncomeModel
    from graduasi.projection.statistics import StatisticSet

    Floats = NDArray[np.float64]

FEW_DRAWS, FEW_RECORDS = 50, 30
DRIFTS = "does not keep the headcount where it is"


def group_names(population: Population) -> tuple[str, ...]:
    """Return the names of the rows of tables by group, `all` where a population has no labels `by`."""
    return ("all",) if population.by is None else tuple(map(str, np.unique(population.by)))


def _collapsed(by_stratum: Floats, code: NDArray[np.intp], count: int) -> Floats:
    """Sums over strata of one code, shape (..., count) from (..., stratum)."""
    if count == code.size:
        return by_stratum[..., np.argsort(code)]
    found = np.zeros((*by_stratum.shape[:-1], count))
    for stratum, each in enumerate(code.tolist()):
        found[..., each] += by_stratum[..., stratum]
    return found


class GatheredCounts:
    """Counts of one clock, added in the order of the draws.

    values : shape (draw, unit, policy, period, line, statistic, row of tables); squares : shape (policy, period,
    line, told).
    """

    def __init__(self, task: Task, statistics: StatisticSet, periods: int, draws: int) -> None:
        self.task, self.statistics, self.draw = task, statistics, 0
        frame = len(task.policies), periods, task.lines.size
        names = len(statistics.names)
        self._helped = statistics.indices(each.helped for each in statistics.differences)
        self._hurt = statistics.indices(each.hurt for each in statistics.differences)
        self._without_luck = [statistics.index(name) for name in ("remeasured",) if name in statistics.names]
        self.values = np.zeros((draws, len(task.weights), *frame, names, task.rows))
        self.squares = np.zeros((*frame, len(statistics.told)))
        self._luck = SimulationVariance()

    def add(self, totals: Floats, squares: Floats) -> Floats:
        """Take in the next draw; return its totals by stratum of tables, see `Totals`."""
        cells = totals.reshape(*totals.shape[:-1], self.task.strata, RANDOM_GROUPS)
        by_stratum = np.asarray(cells.sum(axis=-1))
        self.values[self.draw] = _collapsed(by_stratum, self.task.row_of, self.task.rows)
        by_part = cells.sum(axis=-2)
        additional = by_part[..., self._helped, :] - by_part[..., self._hurt, :]
        by_part[..., self._without_luck, :] = 0.0
        self._luck.add(np.concatenate([by_part, additional], axis=-2))
        events = squares[..., self._helped] + squares[..., self._hurt]
        self.squares += np.concatenate([squares, events], axis=-1)
        self.draw += 1
        return by_stratum

    def luck(self) -> Floats:
        """Variance of each total that is simulated luck, shape (unit, policy, period, line, told)."""
        luck = self._luck.variance()
        return np.zeros((len(self.task.weights), *self.squares.shape)) if luck.ndim == 0 else luck

    def sampling(self, shares: Floats | None, unsampled: float) -> Floats:
        """Variance of each total over samples of records, shape as the luck's; 0 where they are no sample."""
        if shares is None:
            return np.zeros((len(self.task.weights), *self.squares.shape))
        return self._luck.sampling(shares[:, None, None, None, None, :]) * unsampled

    def event_weight(self) -> Floats:
        """Mean households of a record to which each event happens, shape (policy, period, line, told)."""
        events = self.values[:, 0].sum(axis=(0, -1))
        events = np.concatenate([events, events[..., self._helped] + events[..., self._hurt]], axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            weight = np.where(events > 0, self.squares / events, np.nan)
            # Where an event never happened: its mean weight in other periods, or else that of all records. Squares
            # of a record's parts leave a step of the grid where the event happens to nobody in any period.
            ever = events.sum(axis=1, keepdims=True)
            other = np.where(ever > 0, self.squares.sum(axis=1, keepdims=True) / ever, 0.0)
            overall = float(self.task.squared.sum() / self.task.weights[0].sum())
            return np.where(np.isfinite(weight), weight, np.where(other > 0, other, overall))


def model_notes(model: IncomeModel) -> Iterator[str]:
    """Yield what a reader must know of an income model: that it drifts, that its numbers are an illustration."""
    if not model.stationary and not getattr(getattr(model, "process", None), "grows", False):
        yield (
            f"the income model {DRIFTS}: without a policy its headcount moves by itself, growth apart, so compare "
            "policies with each other, not months"
        )
    parts = [model, *(getattr(model, name, None) for name in ("process", "technology", "behaviour"))]
    for part in parts:
        if getattr(part, "illustration", False):
            yield f"{type(part).__name__} is an illustration: its numbers are fitted to nothing"


class Gathered:
    """Results of all draws, added in the order of the draws."""

    def __init__(self, task: Task, population: Population, draws: int) -> None:
        units, policies, months = len(task.weights), len(task.policies), task.months + 1
        lines = task.lines.size
        self.task, self.population, self.statistics = task, population, task.statistics
        self.remeasured = task.statistics.index("remeasured")
        self.remeasured_by_distribution = np.zeros((units, policies, months, lines, task.groups))
        self.programmes = programme_names(task.policies)
        self.counts = GatheredCounts(task, task.statistics, months, draws)
        self.costs = np.zeros((draws, policies, len(self.programmes), len(COMPONENTS), months))
        self.enrolled = np.zeros((draws, policies, len(self.programmes)))
        self.flows = np.zeros((draws, policies, months, len(FLOWS)))
        self.poor_records = np.zeros((draws, lines))
        self.inputs: dict[str, list[float]] = {}
        self.households = np.zeros((policies, len(HOUSEHOLD), task.records if task.settings.households else 0))
        self.draw = 0
        self.totals = {unit: float(weight.sum()) for unit, weight in zip(UNITS[:units], task.weights, strict=True)}
        self._shares, self._unsampled = self._sample()
        self.amounts = None if not task.settings.recorded.amounts else self._amounts(recorder_of(task), draws)
        self.years: tuple[GatheredCounts, GatheredAmounts] | None = None
        if task.settings.years:
            yearly = self._amounts(years_of(task).amounts, draws)
            self.years = GatheredCounts(task, task.settings.recorded.yearly, task.years, draws), yearly

    def add(self, result: DrawResult) -> None:
        """Take in the next draw."""
        by_stratum = self.counts.add(result.totals, result.squares)
        remeasured = by_stratum[..., self.remeasured, :]
        self.remeasured_by_distribution += _collapsed(remeasured, self.task.group_of, self.task.groups)
        if self.amounts is not None:
            self.amounts.add(result.amounts)
        if self.years is not None and result.years is not None:
            counts, amounts = self.years
            counts.add(result.years.totals, result.years.squares)
            amounts.add(result.years.amounts)
        self.costs[self.draw] = result.costs
        self.enrolled[self.draw] = result.enrolled
        self.flows[self.draw] = result.flows
        self.poor_records[self.draw] = result.poor_records
        for name, value in result.inputs.items():
            self.inputs.setdefault(name, []).append(value)
        self.households += result.households
        self.draw += 1

    def projection(self, lines: tuple[PovertyLine, ...], start: str) -> Projection:
        """The projection, with a word on what is thin."""
        task, population = self.task, self.population
        event_weight = self.counts.event_weight()
        notes = (*population.notes, *self._warnings(lines, event_weight))
        return Projection(
            policies=tuple(policy.name for policy in task.policies),
            programmes=self.programmes,
            lines=lines,
            groups=group_names(population),
            units=tuple(self.totals),
            start=start,
            sustained_months=task.settings.sustained,
            seed=task.settings.seed,
            version=VERSION,
            kind=population.kind,
            currency=population.currency,
            totals=self.totals,
            notes=notes,
            values=self.counts.values,
            luck=self.counts.luck(),
            event_weight=event_weight,
            sampling=self._sampling(),
            costs_by_draw=self.costs,
            enrolled=self.enrolled,
            flows=self.flows,
            inputs={name: np.array(drawn) for name, drawn in self.inputs.items()},
            poor_records=self.poor_records,
            statistics=self.statistics,
            household_ids=population.ids if task.settings.households else None,
            household_values=self.households / max(self.draw, 1),
            amounts=() if self.amounts is None else self.amounts.amounts(),
            years=self._years(),
        )

    def _amounts(self, recorder: AmountRecorder, draws: int) -> GatheredAmounts:
        return GatheredAmounts(
            recorder,
            draws,
            self.totals,
            shares=self._shares,
            unsampled=self._unsampled,
            row_of=self.task.row_of,
        )

    def _years(self) -> Years | None:
        if self.years is None:
            return None
        counts, amounts = self.years
        return Years(
            statistics=counts.statistics,
            values=counts.values,
            luck=counts.luck(),
            event_weight=counts.event_weight(),
            sampling=counts.sampling(self._shares, self._unsampled),
            amounts=amounts.amounts(),
        )

    def _sample(self) -> tuple[Floats | None, float]:
        """Each random group's share of everybody, shape (unit, part), None where records are no sample; and the
        share of everybody that is not in the sample."""
        task = self.task
        if not self.population.sampled:
            return None, 1.0
        families = float(task.weights[0].sum())
        # Weights that add up to no more than the records are relative: the sample is then a small one of many.
        unsampled = 1.0 - task.records / families if families > task.records * 1.001 else 1.0
        part = task.stratum % RANDOM_GROUPS
        held = np.array([np.bincount(part, weights=weight, minlength=RANDOM_GROUPS) for weight in task.weights])
        return held / held.sum(axis=1, keepdims=True), unsampled

    def _sampling(self) -> Floats:
        """Variance of each total over samples of records, shape as the luck's; 0 where they are no sample."""
        found = self.counts.sampling(self._shares, self._unsampled)
        if self._shares is not None:
            parts = self._remeasured_parts()
            beyond = parts - self._shares[:, None, None, None, :] * parts.sum(axis=-1, keepdims=True)
            found[..., self.remeasured] = between_groups(beyond, 0.0) * self._unsampled
        return found

    def _remeasured_parts(self) -> Floats:
        """Who decides the re-measured headcount, by part, shape (unit, policy, month, line, part).

        A new survey ranks households by the sample's own distribution, so it sees as many below a line as the
        sample has below some level of welfare. Who stands below that level in the sample, whatever the luck of
        each, carries the sampling variance of that number (its influence function).
        """
        task = self.task
        part = task.stratum % RANDOM_GROUPS
        number = self.remeasured_by_distribution / self.draw  # (unit, policy, month, line, distribution group)
        parts = np.zeros((*number.shape[:-1], RANDOM_GROUPS))
        order = np.argsort(np.tile(self.population.welfare, task.settings.copies), kind="stable")
        for group in range(task.groups):
            own = order[task.group[order] == group]
            member = np.arange(RANDOM_GROUPS)[:, None] == part[own]
            for unit, weights in enumerate(task.weights):
                reached = np.concatenate([[0.0], np.cumsum(weights[own])])
                for each, mask in enumerate(member):
                    below = np.concatenate([[0.0], np.cumsum(weights[own] * mask)])
                    parts[unit, ..., each] += np.interp(number[unit, ..., group], reached, below)
        return parts

    def _warnings(self, lines: tuple[PovertyLine, ...], event_weight: Floats) -> list[str]:
        words = list(model_notes(self.task.model))
        if self.draw < FEW_DRAWS:
            draws = "1 draw has no intervals" if self.draw == 1 else f"{self.draw} draws: intervals are rough below"
            words.append(f"only {draws}" + ("" if self.draw == 1 else f" {FEW_DRAWS}"))
        median = self.population.median
        told = ((line.label, suspicion(median, line.amount)) for line in lines)
        words += [f"at {label!r} {doubt}" for label, doubt in told if doubt]
        for line, records in zip(lines, self.poor_records.mean(axis=0), strict=True):
            if records < FEW_RECORDS:
                words.append(
                    f"only {records:.0f} records are truly poor at {line.label} in a draw: use a larger "
                    "population or more draws before reading single families off this table"
                )
        place = self.statistics.index("reached")
        families = self.counts.values[:, 0, :, 0, 0, place].sum(axis=-1).mean(axis=0)
        for policy, number, weight in zip(self.task.policies, families, event_weight[:, 0, 0, place], strict=True):
            records = number / (weight * self.task.settings.copies)
            if 0 < records < FEW_RECORDS:
                words.append(
                    f"policy {policy.name!r} reaches about {records:.0f} records in a draw: what a few "
                    "households do decides its numbers; give a file or a population with more, lighter records"
                )
        for at, policy in enumerate(self.task.policies):
            for programme in policy.programmes:  # one that waits for its rule may not be needed
                reached = self.enrolled[:, at, self.programmes.index(programme.name)]
                if not reached.any():
                    words.append(f"programme {programme.name!r} of policy {policy.name!r} reached no one")
                    warnings.warn(words[-1], GraduasiWarning, stacklevel=4)
        return words
