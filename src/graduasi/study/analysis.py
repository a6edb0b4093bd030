"""`study`: run a scenario and everything that its answer is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from graduasi.fields import refuse
from graduasi.scenario import Scenario
from graduasi.simulation.inputs import input_names
from graduasi.study.findings import Findings, Variation, findings
from graduasi.study.made import made_of
from graduasi.study.naive import naive_benchmark
from graduasi.study.progress import WholeProgress
from graduasi.study.sensitivity import Swing, one_at_a_time, uncertain_inputs

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from graduasi.policy import Policy
    from graduasi.population import Population, PovertyLine
    from graduasi.projection import Projection
    from graduasi.simulation.simulate import Progress


def study(
    scenario: Scenario,
    *,
    executor: Executor | None = None,
    progress: Progress = True,
    draws: int | None = None,
    command: str = "",
) -> Findings:
    """Run a scenario, its benchmark, its variants and its sensitivity, and return what is found as data.

    Parameters
    ----------
    scenario : a Scenario; its `report` says which months are answered for and what is spent on the rest.
    executor : any `concurrent.futures` executor; findings do not depend on it.
    progress : True shows a bar. A function is called after each draw of any run with the draws done and those of
        all runs together; where it returns False the work stops. What it raises passes through, and stops it too.
    draws : outer draws, in place of the scenario's.
    command : what was called, for the record of how it was made.

    Raises
    ------
    ScenarioError, with paths, for what the scenario says and cannot be; MemoryLimitError before work that would not
    fit in memory; Cancelled where `progress` has stopped it.
    """
    if not isinstance(scenario, Scenario):
        raise refuse("study", "scenario", "a Scenario", scenario)
    population = scenario.build()
    work = _Work(scenario=scenario, population=population, executor=executor, draws=draws or scenario.draws)
    with WholeProgress(progress, work.total()) as whole:
        result = work.run(whole, draws=draws, population=population)
        return findings(
            result,
            title=scenario.title,
            at=scenario.answers_at,
            benchmark=work.benchmark(whole),
            swings=work.swings(whole),
            variations=work.variations(whole),
            inputs=input_names(population, scenario.model, scenario.policy_objects()),
            assumptions=scenario.assumptions,
            made=made_of(result, scenario, command),
        )


@frozen(kw_only=True, eq=False)
class _Work:
    """The runs of one study."""

    scenario: Scenario
    population: Population
    executor: Executor | None
    draws: int

    @property
    def chosen(self) -> tuple[Policy, ...]:
        """Policies of the tornado: the first and the last."""
        policies = self.scenario.policy_objects()
        return (policies[0], policies[-1]) if len(policies) > 1 else policies

    @property
    def benchmark_draws(self) -> int:
        """Draws of the benchmark; 0 where there is none."""
        wanted = self.scenario.report.benchmark and any(mix.programmes for mix in self.scenario.policies)
        return max(self.draws // 2, 1) if wanted else 0

    @property
    def variant_draws(self) -> int:
        """Draws of each variant: few."""
        return min(self.draws, max(2 * self.scenario.report.sensitivity_draws, 2))

    @property
    def ends(self) -> tuple[PovertyLine, ...]:
        """The lowest line, the first and the highest, where there are several."""
        lines = self.scenario.lines
        low, high = (pick(lines, key=lambda line: line.amount) for pick in (min, max))
        return (low, lines[0], high) if len(lines) > 1 else ()

    def names(self) -> tuple[str, ...]:
        """Uncertain inputs of the tornado."""
        return uncertain_inputs(self.population, self.scenario.model, self.chosen)

    def total(self) -> int:
        """Draws of all runs together."""
        bars = 1 + 2 * len(self.names()) + len(self.ends)
        return (
            self.draws
            + self.benchmark_draws
            + self.scenario.report.sensitivity_draws * bars
            + self.variant_draws * len(self.scenario.variants)
        )

    def run(
        self,
        whole: WholeProgress,
        *,
        draws: int | None,
        population: Population | None = None,
        scenario: Scenario | None = None,
        policies: tuple[Policy, ...] | None = None,
        lines: tuple[PovertyLine, ...] | None = None,
        fixed: Mapping[str, float] | None = None,
    ) -> Projection:
        """Run the scenario, or another one, with what is given in the place of what it says."""
        return (scenario or self.scenario).run(
            executor=self.executor,
            progress=whole.of_a_run(),
            draws=draws,
            population=population,
            policies=policies,
            lines=lines,
            fixed=fixed,
        )

    def benchmark(self, whole: WholeProgress) -> Projection | None:
        """Run the naive benchmark at the first line, where the scenario wants it and somebody is helped."""
        scenario = self.scenario
        if not self.benchmark_draws or not hasattr(scenario.model, "process"):
            return None
        return naive_benchmark(
            self.population,
            scenario.model,
            scenario.policy_objects(),
            lines=scenario.lines[:1],
            months=scenario.months,
            draws=self.benchmark_draws,
            seed=scenario.seed,
            start=scenario.start,
            sustained=scenario.sustained,
            executor=self.executor,
            progress=whole.of_a_run(),
        )

    def variations(self, whole: WholeProgress) -> tuple[Variation, ...]:
        """Run each variant at its first line, with few draws."""
        found = []
        for variant in self.scenario.variants:
            other = self.scenario.with_changes(variant)
            result = self.run(whole, scenario=other, draws=self.variant_draws, lines=other.lines[:1])
            found.append(Variation(label=variant.label, result=result))
        return tuple(found)

    def swings(self, whole: WholeProgress) -> tuple[Swing, ...]:
        """The tornado: the headcount without a policy, and what the last policy adds; the widest swing first."""
        draws, chosen = self.scenario.report.sensitivity_draws, self.chosen
        if draws == 0:
            return ()
        first, last = self.scenario.answers_at[0], self.scenario.answers_at[-1]

        def run(fixed: Mapping[str, float], lines: tuple[PovertyLine, ...] = self.scenario.lines[:1]) -> Projection:
            return self.run(
                whole, draws=draws, population=self.population, policies=chosen, lines=lines, fixed=fixed
            )

        def poor(result: Projection) -> float:
            return result.interval("poor", result.policies[0], month=first).mean

        def added(result: Projection) -> float:
            return result.interval("additional_sustained", result.policies[-1], month=last).mean

        outcomes = {f"Truly poor families at month {first}, without a policy": poor}
        if len(chosen) > 1:
            outcomes[f"Additional sustained exits at month {last}: {chosen[-1].name}"] = added
        names = self.names()
        swings = one_at_a_time(run, names, outcomes)
        if self.ends:
            low, middle, high = (run(dict.fromkeys(names, 0.5), (line,)) for line in self.ends)
            lowest, _, highest = self.ends
            swings += [
                Swing(
                    name=f"the line ({lowest.amount:,.0f} to {highest.amount:,.0f})",
                    outcome=outcome,
                    low=read(low),
                    middle=read(middle),
                    high=read(high),
                )
                for outcome, read in outcomes.items()
            ]
        return tuple(sorted(swings, key=lambda swing: -swing.width))
