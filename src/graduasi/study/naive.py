"""The naive benchmark: every policy gives the households that it reaches the pooled mean effect of the trials.

None of the four structural models that this project tried predicted trials better than this out of sample, so a
projection is shown beside it. The policies are the same, and so are the households reached and their luck; the
model is `PooledEffect`, with the same process of welfare without help. The pooled effect starts the month after
enrolment, whenever a programme's own would, and for those too who do not complete it: programmes carry a mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import evolve, frozen

from graduasi.errors import NotAvailableError
from graduasi.evidence import POOLED
from graduasi.fields import tuple_of
from graduasi.income import IncomeModel, PooledEffect
from graduasi.interventions import Intervention, Schedule
from graduasi.interventions.schedule import Amount
from graduasi.policy import Policy
from graduasi.simulation.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from graduasi.policy import Programme
    from graduasi.population import Population, PovertyLine
    from graduasi.projection import Projection
    from graduasi.simulation.simulate import Progress
    from graduasi.uncertain import Uncertain


@frozen(kw_only=True)
class Mark(Intervention):
    """That a household is reached, from the month after enrolment on; it hands over nothing and costs nothing."""

    kind: ClassVar[str] = "mark"

    def schedule(self, months: int) -> Schedule:
        """Return an open channel: to the pooled effect it is all one which, and how far."""
        return Schedule(
            amounts=[Amount(channel="saving", by_month=np.ones(months + 1))], delivery=np.zeros(months + 1)
        )


def marked(policy: Policy) -> Policy:
    """Return the policy with a mark in each of its programmes."""

    def with_mark(programme: Programme) -> Programme:
        return evolve(programme, interventions=[*programme.interventions, Mark()])

    return evolve(
        policy,
        programmes=[with_mark(each) for each in policy.programmes],
        adaptive=tuple(evolve(rule, programme=with_mark(rule.programme)) for rule in policy.adaptive),
    )


def naive_benchmark(
    population: Population,
    model: IncomeModel,
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
    """Return a projection in which the households that each policy reaches simply gain the pooled effect.

    Raises NotAvailableError for a model that has no process of welfare without help of its own.
    """
    process = getattr(model, "process", None)
    if process is None:
        raise NotAvailableError(
            f"the benchmark needs a model with a process of welfare without help; {type(model).__name__} has none"
        )
    return simulate(
        population,
        PooledEffect(process=process, gain=effect),
        [marked(policy) for policy in tuple_of("naive_benchmark", "policies", Policy, policies)],
        lines=lines,
        months=months,
        draws=draws,
        seed=seed,
        start=start,
        sustained=sustained,
        executor=executor,
        progress=progress,
    )
