"""`simulate`: months x policies x draws, in blocks, on one core or on any executor."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from graduasi import checks
from graduasi.errors import Cancelled, InputError, MemoryLimitError
from graduasi.fields import refuse, tuple_of
from graduasi.policy import Policy
from graduasi.policy.consistency import check_known, check_offers
from graduasi.policy.roster import offers_of
from graduasi.population import Population, PovertyLine
from graduasi.projection import Projection
from graduasi.projection.consistency import check_names
from graduasi.projection.statistics import Statistic
from graduasi.simulation.asked import asked_for
from graduasi.simulation.couriers import results
from graduasi.simulation.draw import DrawResult
from graduasi.simulation.gathered import Gathered, group_names
from graduasi.simulation.inputs import input_names, programme_names, resolve_all
from graduasi.simulation.memory import available
from graduasi.simulation.need import RunSize
from graduasi.simulation.task import BLOCK, Settings, Task, prepare
from graduasi.uncertain import InputSampler, Posterior, check_inputs, uncertainties

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import IncomeModel

    Floats = NDArray[np.float64]

Progress = bool | Callable[[int, int], object]
NOTHING = "nothing"
MIDDLE = (0.5, 0.75)  # a doubtful amount may be 0 at its median, which opens no channel


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
    copies: int = 1,
    statistics: str | Statistic | Sequence[str | Statistic] = (),
    years: bool = False,
    fixed: Mapping[str, float] | None = None,
    posterior: Posterior | None = None,
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
    copies : of every record, each with its own luck and its part of the weight: less luck in the results.
    statistics : further ones to record: names of `graduasi.projection.EXAMPLES`, or records of one's own.
    years : also keep the clock of years, told by mean welfare of twelve months; see docs/estimands.md.
    fixed : uncertain inputs by name, each at a probability in (0, 1) instead of being drawn.
    posterior : joint draws of some of the inputs: each draw takes one of its rows whole.
    held : the old name of `fixed`.
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
    if not (hasattr(model, "prepare") and hasattr(model, "channels")):
        raise refuse("simulate", "model", "an income model", model)
    policies = _with_reference(policies)
    lines = tuple_of("simulate", "lines", PovertyLine, lines)
    _check_names(policies)
    _check(population, policies, lines, months=months, draws=draws, start=start, sustained=sustained, block=block)
    _whole("copies", copies, 1)
    if not isinstance(years, bool):
        raise refuse("simulate", "years", "True or False", years)
    inputs, fixed = input_names(population, model, policies), _renamed(fixed, held)
    check_inputs("simulate", inputs, fixed, posterior)
    task = prepare(
        population,
        model,
        policies,
        settings=Settings(
            lines=np.array([line.amount for line in lines]),
            months=months,
            seed=seed,
            sustained=sustained,
            block=block,
            copies=copies,
            households=households,
            years=years,
            recorded=asked_for(statistics, years=years),
        ),
        sampler=InputSampler(inputs=inputs, fixed=dict(fixed), posterior=posterior),
    )
    _check_texts(task, population)
    _check_posterior(task)
    for probability in MIDDLE:
        _check_offers(task, population, probability)
    _check_memory(task, draws)
    gathered = Gathered(task, population, draws)
    with closing(results(task, draws, executor, workers)) as made:
        for result in _reported(made, draws, progress):
            gathered.add(result)
    return gathered.projection(lines, start)


def _with_reference(policies: Policy | Sequence[Policy]) -> tuple[Policy, ...]:
    """The policies with the reference first."""
    given = tuple_of("simulate", "policies", Policy, policies)
    plain = [policy for policy in given if not policy.every_programme]
    reference = plain[0] if plain else Policy(name=NOTHING)
    ordered = (reference, *(policy for policy in given if policy is not reference))
    names = [policy.name for policy in ordered]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"simulate.policies must have names of their own; got {name!r} twice")
    return ordered


def _whole(name: str, value: object, at_least: int) -> None:
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
    checks.month("simulate", "start", start)
    if not lines:
        raise InputError("simulate.lines must be at least one PovertyLine; got none: there is no default line")
    labels = [line.label for line in lines]
    for line in lines:
        population.check_line(line)
        if labels.count(line.label) > 1:
            raise InputError(f"simulate.lines must have labels of their own; got {line.label!r} twice")
    if (
        population.members is None
        and population.assumed_members is None
        and any(p.every_programme for p in policies)
    ):
        _ = population.sizes  # says what to do


def _check_names(policies: tuple[Policy, ...]) -> None:
    """One name, one thing: registries and uncertain inputs that share a name must be the same."""
    registries: dict[str, object] = {}
    inputs: dict[str, object] = {}
    for policy in policies:
        for programme in policy.every_programme:
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


def _check_texts(task: Task, population: Population) -> None:
    """Names that no table or figure could show are refused before the run, not after it."""
    check_names("policies", tuple(policy.name for policy in task.policies), least=1, owner="simulate")
    check_names("programmes", programme_names(task.policies), least=0, owner="simulate")
    check_names("by", group_names(population), least=1, owner="simulate")
    check_names("inputs", tuple(task.sampler.inputs), least=0, owner="simulate")


def _renamed(fixed: Mapping[str, float] | None, held: Mapping[str, float] | None) -> Mapping[str, float]:
    """The fixed inputs, whichever name they were given by."""
    if held is not None:
        if fixed is not None:
            raise InputError("simulate.held must be left out where fixed is given: it is its old name")
        warnings.warn(
            "simulate.held is now simulate.fixed; the old name goes in 0.3", DeprecationWarning, stacklevel=3
        )
        return held
    return {} if fixed is None else fixed


def _check_offers(task: Task, population: Population, probability: float) -> None:
    """Refuse programmes that do not fit the population or the model, with inputs at a probability."""
    model, policies = resolve_all(task.model, task.policies, task.sampler.values(lambda _: probability))
    offers = offers_of(policies, task.months)
    check_offers(policies, offers, model.channels)
    check_known(offers, columns=population.columns, keys=population.keys, members=task.sizes[: task.records])


def _check_posterior(task: Task) -> None:
    """Refuse before the run a posterior with values that the fields of its inputs do not take."""
    if task.sampler.posterior is None:
        return
    medians = task.sampler.values(lambda _: 0.5)
    for ends in task.sampler.posterior.ends():
        try:
            resolve_all(task.model, task.policies, medians | ends)
        except InputError as error:
            raise InputError(f"simulate.posterior must have values that every field takes: {error}") from error


def _check_memory(task: Task, draws: int) -> None:
    """Refuse early what would not fit."""
    size = RunSize(
        draws=draws,
        policies=len(task.policies),
        months=task.months,
        lines=task.lines.size,
        households=task.size,
        strata=task.strata,
        units=len(task.weights),
        years=task.settings.years,
        recorded=task.settings.recorded,
    )
    need, have = size.whole, available()
    if have is not None and need > have:
        raise MemoryLimitError(
            f"the results of this run need about {need / 2**30:,.1f} GiB and {have / 2**30:,.1f} GiB are free: "
            f"use fewer draws, policies, lines, months or groups{_or_fewer(task)}"
        )


def _or_fewer(task: Task) -> str:
    """What else of a run takes memory, in words."""
    asked = [
        (task.settings.copies > 1, "copies"),
        (bool(task.settings.recorded.amounts), "statistics"),
        (task.settings.years, "no years"),
    ]
    words = [word for is_asked, word in asked if is_asked]
    return f", or {', '.join(words)}" if words else ""


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
