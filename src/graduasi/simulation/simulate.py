"""`simulate`: months x policies x draws, in blocks, on one core or on any executor."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import Cancelled, GraduasiWarning, InputError, MemoryLimitError
from graduasi.fields import refuse, tuple_of
from graduasi.policy import Policy
from graduasi.policy.enrolment import COMPONENTS
from graduasi.population import Population, PovertyLine
from graduasi.population.units import suspicion
from graduasi.projection import LuckVariance, Projection
from graduasi.projection.consistency import check_names
from graduasi.projection.doubt import between_groups
from graduasi.projection.statistics import FLOWS, HELPED, HOUSEHOLD, HURT, PLACE, STATISTICS, UNITS
from graduasi.simulation.memory import available
from graduasi.simulation.task import BLOCK, HASH_GROUPS, Task, prepare
from graduasi.simulation.walk import DrawResult, input_names, programme_names, run_draw
from graduasi.uncertain import uncertainties
from graduasi.version import VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import IncomeModel

    Floats = NDArray[np.float64]

Progress = bool | Callable[[int, int], object]
NOTHING = "nothing"
FEW_DRAWS, FEW_RECORDS = 50, 30


def simulate(
    population: Population,
    model: IncomeModel,
    policies: Policy | Sequence[Policy],
    *,
    lines: PovertyLine | Sequence[PovertyLine],
    months: int,
    draws: int = 100,
    seed: int,
    start: str = "2023-12",
    sustained: int = 12,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress = True,
    block: int = BLOCK,
    held: Mapping[str, float] | None = None,
    households: bool = False,
) -> Projection:
    """Project what happens under each policy, for the same households under the same luck.

    policies : one, or several; the first without programmes is the reference that effects are measured against, and
        a policy named "nothing" is put first where there is none.
    lines : one, or several that are followed side by side; the first is the headline.
    months : last month; month 0 is the state before any payment.
    draws : outer draws of everything uncertain, each with its own luck.
    seed : of every random stream, 0 to 2**64 - 1. start : calendar month of month 0, such as "2023-12".
    sustained : consecutive months out that make an exit sustained.
    executor : any `concurrent.futures` executor; results do not depend on it, nor on `block`. workers : how many
        tasks to hand it at a time; its own number of workers where it is not given.
    progress : True shows a bar. A function is called in this thread after each draw, with the draws done and all
        draws; where it returns False the run stops. What it raises passes through, and stops the run too.
    held : uncertain inputs by name, held at a probability in (0, 1) instead of being drawn.
    households : also keep a table of the households, with their ids; it never enters the JSON.

    Raises InputError for what does not fit together, MemoryLimitError before work that would not fit in memory,
    Cancelled where `progress` has stopped the run.
    """
    if not (isinstance(progress, bool) or callable(progress)):
        raise refuse("simulate", "progress", "True, False or a function", progress)
    if workers is not None:
        _whole("workers", workers, 1)
    if executor is not None and not hasattr(executor, "submit"):
        raise refuse("simulate", "executor", "an executor of concurrent.futures", executor)
    if held is not None and not isinstance(held, Mapping):
        raise refuse("simulate", "held", "a table of names and probabilities", held)
    if not hasattr(model, "prepare"):
        raise refuse("simulate", "model", "an income model", model)
    policies = _with_reference(policies)
    lines = tuple_of("simulate", "lines", PovertyLine, lines)
    _check_names(policies)
    _check(population, policies, lines, months=months, draws=draws, start=start, sustained=sustained, block=block)
    task = prepare(
        population,
        model,
        policies,
        lines=np.array([line.amount for line in lines]),
        months=months,
        seed=seed,
        sustained=sustained,
        block=block,
        held=dict(held or {}),
        households=households,
    )
    _check_texts(task)
    _check_held(task)
    _check_memory(task, draws)
    gathered = _Gathered(task, draws)
    with closing(_results(task, draws, executor, workers)) as results:
        for result in _reported(results, draws, progress):
            gathered.add(result)
    return gathered.projection(lines, start)


def _with_reference(policies: Policy | Sequence[Policy]) -> tuple[Policy, ...]:
    """The policies with the reference first."""
    given = tuple_of("simulate", "policies", Policy, policies)
    plain = [policy for policy in given if not policy.programmes]
    reference = plain[0] if plain else Policy(name=NOTHING)
    ordered = (reference, *(policy for policy in given if policy is not reference))
    names = [policy.name for policy in ordered]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"simulate.policies must have names of their own; got {name!r} twice")
    return ordered


def _whole(name: str, value: Any, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < at_least:
        raise refuse("simulate", name, f"a whole number at least {at_least}", value)


def _check(
    population: Population,
    policies: tuple[Policy, ...],
    lines: tuple[PovertyLine, ...],
    *,
    months: int,
    draws: int,
    start: str,
    sustained: int,
    block: int,
) -> None:
    if not isinstance(population, Population):
        raise refuse("simulate", "population", "a Population", population)
    _whole("months", months, 1)
    _whole("draws", draws, 1)
    _whole("sustained", sustained, 1)
    _whole("block", block, 1)
    if not isinstance(start, str) or not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", start):
        raise refuse("simulate", "start", "a month such as '2023-12'", start)
    if not lines:
        raise InputError("simulate.lines must be at least one PovertyLine; got none: there is no default line")
    labels = [line.label for line in lines]
    for line in lines:
        population.check_line(line)
        if labels.count(line.label) > 1:
            raise InputError(f"simulate.lines must have labels of their own; got {line.label!r} twice")
    if population.members is None and population.assumed_members is None and any(p.programmes for p in policies):
        _ = population.sizes  # says what to do


def _check_names(policies: tuple[Policy, ...]) -> None:
    """One name, one thing: registries and uncertain inputs that share a name must be the same."""
    registries: dict[str, object] = {}
    inputs: dict[str, object] = {}
    for policy in policies:
        for programme in policy.programmes:
            registry = programme.registry
            if registries.setdefault(registry.name, registry) != registry:
                raise InputError(
                    f"Registry.name must be its own where registries differ; got {registry.name!r} twice, "
                    f"in programme {programme.name!r} of policy {policy.name!r}"
                )
            for name, value in uncertainties(programme, f"programme {programme.name}"):
                if inputs.setdefault(name, value) != value:
                    raise InputError(
                        f"Uncertain.name must be its own where distributions differ; got {name!r} twice, "
                        f"in programme {programme.name!r} of policy {policy.name!r}"
                    )


def _check_texts(task: Task) -> None:
    """Names that no table or figure could show are refused before the run, not after it."""
    check_names("policies", tuple(policy.name for policy in task.policies), least=1, owner="simulate")
    check_names("programmes", programme_names(task.policies), least=0, owner="simulate")
    check_names("groups", _groups(task.population), least=1, owner="simulate")
    check_names("inputs", tuple(input_names(task.population, task.model, task.policies)), least=0, owner="simulate")


def _groups(population: Population) -> tuple[str, ...]:
    return ("all",) if population.groups is None else tuple(map(str, np.unique(population.groups)))


def _check_held(task: Task) -> None:
    known = input_names(task.population, task.model, task.policies)
    for name, probability in task.held.items():
        if name not in known:
            raise InputError(
                f"simulate.held must name uncertain inputs ({', '.join(sorted(known)) or 'there are none'}); "
                f"got {name!r}"
            )
        if not 0 < probability < 1:
            raise refuse("simulate", f"held[{name!r}]", "a probability in (0, 1)", probability)


def _check_memory(task: Task, draws: int) -> None:
    """Refuse early what would not fit."""
    totals = len(task.weights) * len(task.policies) * (task.months + 1) * task.lines.size * len(STATISTICS) * 8
    need = totals * task.groups * (draws + 4 * HASH_GROUPS)
    have = available()
    if have is not None and need > have:
        raise MemoryLimitError(
            f"the results of this run need about {need / 2**30:,.1f} GiB and {have / 2**30:,.1f} GiB are free: "
            "use fewer draws, policies, lines, months or groups"
        )


def _results(
    task: Task, draws: int, executor: Executor | None, workers: int | None
) -> Generator[DrawResult, None, None]:
    """Results in the order of the draws, whoever makes them; those still waiting are called off at the end."""
    if executor is None:
        for draw in range(draws):
            yield run_draw(task, draw)
        return
    ahead = 2 * (workers or getattr(executor, "_max_workers", None) or 8)
    pending = {draw: executor.submit(run_draw, task, draw) for draw in range(min(ahead, draws))}
    try:
        for draw in range(draws):
            result = pending.pop(draw).result()
            if draw + ahead < draws:
                pending[draw + ahead] = executor.submit(run_draw, task, draw + ahead)
            yield result
    finally:
        for future in pending.values():
            future.cancel()


def _reported(results: Iterator[DrawResult], draws: int, progress: Progress) -> Iterator[DrawResult]:
    if callable(progress):
        for done, result in enumerate(results, start=1):
            answer = progress(done, draws)
            if isinstance(answer, bool | np.bool_) and not answer:
                raise Cancelled(
                    f"simulate.progress returned False after {done} of {draws} draws: the run was stopped"
                )
            yield result
    elif progress:
        from tqdm.auto import tqdm

        with tqdm(results, total=draws, desc="simulating", unit="draw") as bar:
            yield from bar
    else:
        yield from results


class _Gathered:
    """Results of all draws, added in the order of the draws."""

    def __init__(self, task: Task, draws: int) -> None:
        units, policies, months = len(task.weights), len(task.policies), task.months + 1
        lines, statistics = task.lines.size, len(STATISTICS)
        self.task = task
        self.programmes = programme_names(task.policies)
        self.values = np.zeros((draws, units, policies, months, lines, statistics, task.groups))
        self.costs = np.zeros((draws, policies, len(self.programmes), len(COMPONENTS), months))
        self.enrolled = np.zeros((draws, policies, len(self.programmes)))
        self.flows = np.zeros((draws, policies, months, len(FLOWS)))
        self.poor_records = np.zeros((draws, lines))
        self.inputs: dict[str, list[float]] = {}
        self.luck = LuckVariance()
        self.households = np.zeros((policies, len(HOUSEHOLD), task.size if task.households else 0))
        self.squares = np.zeros((policies, months, lines, statistics + len(HELPED)))
        self.draw = 0

    def add(self, result: DrawResult) -> None:
        """Take in the next draw."""
        shape = (*result.totals.shape[:-1], self.task.groups, HASH_GROUPS)
        cells = result.totals.reshape(shape)
        self.values[self.draw] = cells.sum(axis=-1)
        by_part = cells.sum(axis=-2)
        helped = [PLACE[name] for name in HELPED]
        hurt = [PLACE[name] for name in HURT]
        additional = by_part[..., helped, :] - by_part[..., hurt, :]
        by_part[..., PLACE["remeasured"], :] = 0.0
        self.luck.add(np.concatenate([by_part, additional], axis=-2))
        events = result.squares[..., helped] + result.squares[..., hurt]
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
        helped = [PLACE[name] for name in HELPED]
        hurt = [PLACE[name] for name in HURT]
        events = np.concatenate([events, events[..., helped] + events[..., hurt]], axis=-1)
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
            groups=_groups(population),
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
        part = task.cell % HASH_GROUPS
        held = np.array([np.bincount(part, weights=weight, minlength=HASH_GROUPS) for weight in task.weights])
        shares = held / held.sum(axis=1, keepdims=True)
        found = self.luck.sampling(shares[:, None, None, None, None, :]) * unsampled
        parts = self._remeasured_parts()
        beyond = parts - shares[:, None, None, None, :] * parts.sum(axis=-1, keepdims=True)
        found[..., PLACE["remeasured"]] = between_groups(beyond, 0.0) * unsampled
        return found

    def _remeasured_parts(self) -> Floats:
        """Who decides the re-measured headcount, by part, shape (unit, policy, month, line, part).

        A new survey ranks households by the sample's own distribution, so it sees as many below a line as the
        sample has below some level of welfare. Who stands below that level in the sample, whatever the luck of
        each, carries the sampling variance of that number (its influence function).
        """
        task = self.task
        part = task.cell % HASH_GROUPS
        number = self.values[..., PLACE["remeasured"], :].mean(axis=0)  # (unit, policy, month, line, group)
        parts = np.zeros((*number.shape[:-1], HASH_GROUPS))
        order = np.argsort(task.population.welfare, kind="stable")
        for group in range(task.groups):
            own = order[task.group[order] == group]
            member = np.arange(HASH_GROUPS)[:, None] == part[own]
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
        place = PLACE["reached"]
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
