"""The naive benchmark: every policy gives the families that it reaches the pooled mean effect of the trials.

None of the four structural models that this project tried predicted trials better than this out of sample, so a
projection is shown beside it. The families reached are those of the policy itself, under the same luck; their
consumption is higher by one share, drawn once a draw, from the month after enrolment on and for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import evolve, frozen

from graduasi.evidence import POOLED
from graduasi.fields import tuple_of
from graduasi.income import CrossSection, HouseholdEconomy, Luck, RankLuck
from graduasi.interventions import Intervention, Schedule
from graduasi.policy import Policy
from graduasi.simulation.simulate import simulate
from graduasi.uncertain import Uncertain, Value, certain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from graduasi.population import Population, PovertyLine
    from graduasi.projection import Projection
    from graduasi.simulation.simulate import Progress
    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Level = Floats | float


@frozen(kw_only=True)
class Reached(Intervention):
    """What another intervention pays and costs, with a mark in place of its effects: the family is reached."""

    kind: ClassVar[str] = "reached"

    plan: Intervention

    def schedule(self, months: int) -> Schedule:
        """The other's schedule; the gain door says 1 from the month after enrolment on."""
        given = self.plan.schedule(months)
        nothing = np.zeros(months + 1)
        mark = np.ones(months + 1)
        mark[0] = 0.0
        return evolve(given, skill=nothing, gain=mark, saving=nothing, cover=nothing, completion=1.0)


class PooledResponse:
    """Consumption is higher by one share for whoever is reached, however many interventions reach it."""

    def __init__(self, effect: float) -> None:
        self.effect = effect

    def consume(self, without: Floats, *, skill: Level, gain: Level, cover: Level) -> tuple[Floats, Level]:
        """Consumption this month."""
        del skill, cover
        return without * (1.0 + self.effect * (np.asarray(gain) > 0.0)), 0.0

    def receive(self, *, cash: Level, assets: Level, saving: Level, month: int) -> None:
        """Payments change nothing beyond the pooled effect, which holds them."""


@frozen(kw_only=True)
class PooledEconomy:
    """The luck of a household economy, and the pooled effect in place of its response."""

    luck: RankLuck
    effect: Value

    def prepare(self, cross: CrossSection) -> Luck:
        """The luck of one draw."""
        return self.luck.prepare(cross)

    def respond(self, long_run: Floats, keys: NDArray[np.uint64], streams: Streams) -> PooledResponse:
        """The pooled effect."""
        del long_run, keys, streams
        return PooledResponse(certain(self.effect))


def naive_policies(policies: Policy | Sequence[Policy]) -> tuple[Policy, ...]:
    """The same policies and programmes, so that the same families are reached, with marks in place of effects."""
    return tuple(
        Policy(
            name=policy.name,
            programmes=[
                evolve(each, interventions=[Reached(plan=plan) for plan in each.interventions])
                for each in policy.programmes
            ],
        )
        for policy in tuple_of("naive_policies", "policies", Policy, policies)
    )


def naive_benchmark(
    population: Population,
    model: HouseholdEconomy,
    policies: Policy | Sequence[Policy],
    *,
    lines: PovertyLine | Sequence[PovertyLine],
    months: int,
    draws: int,
    seed: int,
    start: str = "2023-12",
    sustained: int = 12,
    executor: Executor | None = None,
    progress: Progress = True,
    effect: Uncertain = POOLED,
) -> Projection:
    """A projection in which the families that each policy reaches simply gain the pooled effect."""
    return simulate(
        population,
        PooledEconomy(luck=model.luck, effect=effect),
        naive_policies(policies),
        lines=lines,
        months=months,
        draws=draws,
        seed=seed,
        start=start,
        sustained=sustained,
        executor=executor,
        progress=progress,
    )
