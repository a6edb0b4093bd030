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
from graduasi.simulation.task import RANDOM_GROUPS, Task
from graduasi.simulation.walk import DrawResult, programme_names
from graduasi.version import VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEW_DRAWS, FEW_RECORDS = 50, 30


def group_names(population: Population) -> tuple[str, ...]:
    """Return the names of a population's groups, `all` where it has none."""
    return ("all",) if population.groups is None else tuple(map(str, np.unique(population.groups)))


class Gathered:
    """Results of all draws, added in the order of the draws."""

    def __init__(self, task: Task, draws: int) -> None:
        units, policies, months = len(task.weights), len(task.policies), task.months + 1
        lines, statistics = task.lines.size, len(task.statistics.names)
        self.task, self.statistics = task, task.statistics
        differences = task.statistics.differences
        self.helped = task.statistics.indices(each.helped for each in differences)
        self.hurt = task.statistics.indices(each.hurt for each in differences)
        self.remeasured = task.statistics.index("remeasured")
        self.programmes = programme_names(task.policies)
        self.values = np.zeros((draws, units, policies, months, lines, statistics, task.groups))
        self.costs = np.zeros((draws, policies, len(self.programmes), len(COMPONENTS), months))
        self.enrolled = np.zeros((draws, policies, len(self.programmes)))
        self.flows = np.zeros((draws, policies, months, len(FLOWS)))
        self.poor_records = np.zeros((draws, lines))
        self.inputs: dict[str, list[float]] = {}
        self.luck = SimulationVariance()
        self.households = np.zeros((policies, len(HOUSEHOLD), task.size if task.households else 0))
        self.squares = np.zeros((policies, months, lines, len(task.statistics.told)))
        self.draw = 0

    def add(self, result: DrawResult) -> None:
        """Take in the next draw."""
        shape = (*result.totals.shape[:-1], self.task.groups, RANDOM_GROUPS)
        cells = result.totals.reshape(shape)
        self.values[self.draw] = cells.sum(axis=-1)
        by_part = cells.sum(axis=-2)
        additional = by_part[..., self.helped, :] - by_part[..., self.hurt, :]
        by_part[..., self.remeasured, :] = 0.0
        self.luck.add(np.concatenate([by_part, additional], axis=-2))
        events = result.squares[..., self.helped] + result.squares[..., self.hurt]
        self.squares += np.concatenate([result.squares, events], axis=-1)
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
        task, population = self.task, self.task.population
        events = self.values[:, 0].sum(axis=(0, -1))
        events = np.concatenate([events, events[..., self.helped] + events[..., self.hurt]], axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            event_weight = np.where(events > 0, self.squares / events, np.nan)
            # Where an event never happened: its mean weight at other months, or else that of all records.
            other = self.squares.sum(axis=1, keepdims=True) / events.sum(axis=1, keepdims=True)
            overall = float(task.squared.sum() / task.weights[0].sum())
            event_weight = np.where(np.isfinite(event_weight), event_weight, np.where(other > 0, other, overall))
        units = UNITS[: len(task.weights)]
        luck = self.luck.variance()
        notes = (*population.notes, *self._warnings(lines, event_weight))
        return Projection(
            policies=tuple(policy.name for policy in task.policies),
            programmes=self.programmes,
            lines=lines,
            groups=group_names(population),
            units=units,
            start=start,
            sustained_months=task.sustained,
            seed=task.seed,
            version=VERSION,
            kind=population.kind,
            currency=population.currency,
            totals={unit: float(weight.sum()) for unit, weight in zip(units, task.weights, strict=True)},
            notes=notes,
            values=self.values,
            luck=np.zeros((len(units), *self.squares.shape)) if luck.ndim == 0 else luck,
            event_weight=event_weight,
            sampling=self._sampling(),
            costs_by_draw=self.costs,
            enrolled=self.enrolled,
            flows=self.flows,
            inputs={name: np.array(drawn) for name, drawn in self.inputs.items()},
            poor_records=self.poor_records,
            statistics=self.statistics,
            household_ids=population.ids if task.households else None,
            household_values=self.households / max(self.draw, 1),
        )

    def _sampling(self) -> Floats:
        """Variance of each total over samples of records, shape as the luck's; 0 where they are no sample."""
        task = self.task
        families = float(task.weights[0].sum())
        if not task.population.sampled:
            return np.zeros((len(task.weights), *self.squares.shape))
        # Weights that add up to no more than the records are relative: the sample is then a small one of many.
        unsampled = 1.0 - task.size / families if families > task.size * 1.001 else 1.0
        part = task.cell % RANDOM_GROUPS
        held = np.array([np.bincount(part, weights=weight, minlength=RANDOM_GROUPS) for weight in task.weights])
        shares = held / held.sum(axis=1, keepdims=True)
        found = self.luck.sampling(shares[:, None, None, None, None, :]) * unsampled
        parts = self._remeasured_parts()
        beyond = parts - shares[:, None, None, None, :] * parts.sum(axis=-1, keepdims=True)
        found[..., self.remeasured] = between_groups(beyond, 0.0) * unsampled
        return found

    def _remeasured_parts(self) -> Floats:
        """Who decides the re-measured headcount, by part, shape (unit, policy, month, line, part).

        A new survey ranks households by the sample's own distribution, so it sees as many below a line as the
        sample has below some level of welfare. Who stands below that level in the sample, whatever the luck of
        each, carries the sampling variance of that number (its influence function).
        """
        task = self.task
        part = task.cell % RANDOM_GROUPS
        number = self.values[..., self.remeasured, :].mean(axis=0)  # (unit, policy, month, line, group)
        parts = np.zeros((*number.shape[:-1], RANDOM_GROUPS))
        order = np.argsort(task.population.welfare, kind="stable")
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
        words = []
        if self.draw < FEW_DRAWS:
            draws = "1 draw has no intervals" if self.draw == 1 else f"{self.draw} draws: intervals are rough below"
            words.append(f"only {draws}" + ("" if self.draw == 1 else f" {FEW_DRAWS}"))
        median = self.task.population.median
        told = ((line.label, suspicion(median, line.amount)) for line in lines)
        words += [f"at {label!r} {doubt}" for label, doubt in told if doubt]
        for line, records in zip(lines, self.poor_records.mean(axis=0), strict=True):
            if records < FEW_RECORDS:
                words.append(
                    f"only {records:.0f} records are truly poor at {line.label} in a draw: use a larger "
                    "population or more draws before reading single families off this table"
                )
        place = self.statistics.index("reached")
        families = self.values[:, 0, :, 0, 0, place].sum(axis=-1).mean(axis=0)
        for policy, number, weight in zip(self.task.policies, families, event_weight[:, 0, 0, place], strict=True):
            if 0 < number < FEW_RECORDS * weight:
                words.append(
                    f"policy {policy.name!r} reaches about {number / weight:.0f} records in a draw: what a few "
                    "households do decides its numbers; give a file or a population with more, lighter records"
                )
        for at, policy in enumerate(self.task.policies):
            for programme in policy.programmes:
                reached = self.enrolled[:, at, self.programmes.index(programme.name)]
                if not reached.any():
                    words.append(f"programme {programme.name!r} of policy {policy.name!r} reached no one")
                    warnings.warn(words[-1], GraduasiWarning, stacklevel=4)
        return words
