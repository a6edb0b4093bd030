"""`simulate`: months x policies x draws, in blocks, on one core or on any executor."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import Cancelled, InputError, MemoryLimitError
from graduasi.fields import refuse, tuple_of
from graduasi.policy import Policy
from graduasi.population import Population, PovertyLine
from graduasi.projection import Projection
from graduasi.projection.consistency import check_names
from graduasi.simulation.gathered import Gathered, group_names
from graduasi.simulation.memory import available
from graduasi.simulation.task import BLOCK, RANDOM_GROUPS, Task, prepare
from graduasi.simulation.walk import DrawResult, input_names, programme_names, run_draw
from graduasi.uncertain import uncertainties

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import IncomeModel

    Floats = NDArray[np.float64]

Progress = bool | Callable[[int, int], object]
NOTHING = "nothing"


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
    gathered = Gathered(task, draws)
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
    check_names("groups", group_names(task.population), least=1, owner="simulate")
    check_names("inputs", tuple(input_names(task.population, task.model, task.policies)), least=0, owner="simulate")


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
    totals = (
        len(task.weights)
        * len(task.policies)
        * (task.months + 1)
        * task.lines.size
        * len(task.statistics.names)
        * 8
    )
    need = totals * task.groups * (draws + 4 * RANDOM_GROUPS)
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
