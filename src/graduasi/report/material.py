"""What a report shows, and how it is gathered from a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from graduasi.fields import as_tuple
from graduasi.projection import Projection
from graduasi.simulation import Swing, one_at_a_time, uncertain_inputs
from graduasi.simulation.inputs import input_names
from graduasi.uncertain import Uncertain

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from graduasi.population import Population, PovertyLine
    from graduasi.scenario import Scenario
    from graduasi.simulation.simulate import Progress


def _months(given: int | Iterable[int]) -> tuple[int, ...]:
    return as_tuple(int, given)  # type: ignore[no-any-return]


@frozen(kw_only=True, eq=False)
class Material:
    """Everything that a report shows.

    at : the months that it answers for. naive : the benchmark, or None. variants : label and projection of each.
    inputs : every uncertain input by name, with its distribution (None where it is the population's fan).
    """

    title: str
    projection: Projection
    at: tuple[int, ...] = attrs.field(converter=_months)
    naive: Projection | None = None
    swings: tuple[Swing, ...] = ()
    variants: tuple[tuple[str, Projection], ...] = ()
    inputs: Mapping[str, Uncertain | None] = attrs.field(factory=dict)
    assumptions: tuple[str, ...] = ()


def gather(
    scenario: Scenario, *, executor: Executor | None = None, progress: Progress = True, draws: int | None = None
) -> Material:
    """Run a scenario and everything that its report compares it with.

    progress : as in `simulate`; a function hears of each run in turn, and stops the whole by returning False.
    """
    from graduasi.study import naive_benchmark

    population = scenario.build()
    policies = scenario.policy_objects()
    projection = scenario.run(executor=executor, progress=progress, draws=draws, population=population)
    naive = None
    if scenario.report.benchmark and any(policy.programmes for policy in policies):
        naive = naive_benchmark(
            population,
            scenario.model,
            policies,
            lines=scenario.lines[:1],
            months=scenario.months,
            draws=max(projection.draws // 2, 1),
            seed=scenario.seed,
            start=scenario.start,
            sustained=scenario.sustained,
            executor=executor,
            progress=progress,
        )
    return Material(
        title=scenario.title,
        projection=projection,
        at=scenario.answers_at,
        naive=naive,
        swings=_swings(scenario, population, executor, progress),
        variants=tuple(
            (variant.label, _few(scenario.with_changes(variant), projection.draws, executor, progress))
            for variant in scenario.variants
        ),
        inputs=input_names(population, scenario.model, policies),
        assumptions=scenario.assumptions,
    )


def _few(scenario: Scenario, most: int, executor: Executor | None, progress: Progress) -> Projection:
    draws = min(most, max(2 * scenario.report.sensitivity_draws, 2))
    told = progress if callable(progress) else False
    return scenario.run(executor=executor, progress=told, draws=draws, lines=scenario.lines[:1])


def _swings(
    scenario: Scenario, population: Population, executor: Executor | None, progress: Progress
) -> tuple[Swing, ...]:
    """The tornado: the headcount without a policy, and what the last policy adds."""
    from tqdm.auto import tqdm

    draws = scenario.report.sensitivity_draws
    if draws == 0:
        return ()
    policies = scenario.policy_objects()
    chosen = (policies[0], policies[-1]) if len(policies) > 1 else policies
    first, last = scenario.answers_at[0], scenario.answers_at[-1]

    def run(fixed: Mapping[str, float], lines: tuple[PovertyLine, ...] = scenario.lines[:1]) -> Projection:
        return scenario.run(
            executor=executor,
            progress=progress if callable(progress) else False,
            draws=draws,
            population=population,
            policies=chosen,
            lines=lines,
            fixed=fixed,
        )

    def poor(projection: Projection) -> float:
        return projection.interval("poor", projection.policies[0], month=first).mean

    def added(projection: Projection) -> float:
        return projection.interval("additional_sustained", projection.policies[-1], month=last).mean

    outcomes = {f"Truly poor families at month {first}, without a policy": poor}
    if len(chosen) > 1:
        outcomes[f"Additional sustained exits at month {last}: {chosen[-1].name}"] = added
    names = uncertain_inputs(population, scenario.model, chosen)
    bar = tqdm(names, desc="what it depends on", unit="input", disable=progress is not True)
    swings = one_at_a_time(run, names, outcomes, reported=lambda _: iter(bar))
    if len(scenario.lines) > 1:
        low, high = (pick(scenario.lines, key=lambda line: line.amount) for pick in (min, max))
        medians = dict.fromkeys(names, 0.5)
        ends = [run(medians, (line,)) for line in (low, scenario.lines[0], high)]
        swings += [
            Swing(
                name=f"the line ({low.amount:,.0f} to {high.amount:,.0f})",
                outcome=outcome,
                low=read(ends[0]),
                middle=read(ends[1]),
                high=read(ends[2]),
            )
            for outcome, read in outcomes.items()
        ]
    return tuple(sorted(swings, key=lambda swing: -swing.width))
