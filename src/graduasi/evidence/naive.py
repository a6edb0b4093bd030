"""The naive benchmark: every policy gives the families that it reaches the pooled mean effect of the trials.

No structural model of programmes has yet predicted trials better than this out of sample, so a projection is
shown beside it. The families reached are those of the policy itself, under the same luck; their consumption is
higher by one share, drawn once a draw, from the month after enrolment on and for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from graduasi.income import HouseholdEconomy, Saving
from graduasi.interventions import Coaching
from graduasi.policy import Policy, Programme
from graduasi.simulation import simulate
from graduasi.uncertain import Uncertain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from graduasi.population import Population, PovertyLine
    from graduasi.projection import Projection

POOLED = Uncertain.effect(
    mean=0.08,
    se=0.037,
    between=0.09,
    name="pooled effect of a full package",
    source="prototype of the project (2026): mean effect on consumption of full graduation packages, with the "
    "spread between programmes; its standard error is taken as that of six programmes, .09 / sqrt(6)",
)


def naive_policies(policies: Sequence[Policy], effect: Uncertain = POOLED) -> tuple[Policy, ...]:
    """The same policies, whose widest programme carries the pooled effect and the others nothing."""
    return tuple(evolve(policy, programmes=_carried(policy, effect)) for policy in policies)


def _carried(policy: Policy, effect: Uncertain) -> tuple[Programme, ...]:
    if not policy.programmes:
        return ()
    quotas = [
        float("inf") if programme.rollout.families is None else programme.rollout.families
        for programme in policy.programmes
    ]
    widest = policy.programmes[quotas.index(max(quotas))]
    gain = Coaching(gain=effect, ramp_months=0.0, retained=1.0, saving=0.0, visits=1)
    return (evolve(widest, interventions=(gain,), budget=None),)


def naive_benchmark(
    population: Population,
    model: HouseholdEconomy,
    policies: Sequence[Policy],
    *,
    lines: Sequence[PovertyLine],
    months: int,
    draws: int,
    seed: int,
    start: str = "2023-12",
    sustained: int = 12,
    executor: Executor | None = None,
    progress: bool = True,
    effect: Uncertain = POOLED,
) -> Projection:
    """A projection in which each policy's families simply gain the pooled effect; costs in it mean nothing."""
    plain = evolve(model, saving=Saving(saved=0.0, spent=0.0, floor=0.0))
    return simulate(
        population,
        plain,
        naive_policies(policies, effect),
        lines=lines,
        months=months,
        draws=draws,
        seed=seed,
        start=start,
        sustained=sustained,
        executor=executor,
        progress=progress,
    )
