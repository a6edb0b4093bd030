"""The naive benchmark: every policy gives the households that it reaches the pooled mean effect of the trials.

None of the four structural models that this project tried predicted trials better than this out of sample, so a
projection is shown beside it. The policies are the same, and so are the households reached and their luck; the
model is `PooledEffect`, with the same process of welfare without help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graduasi.evidence import POOLED
from graduasi.income import HouseholdEconomy, PooledEffect
from graduasi.simulation.simulate import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from graduasi.policy import Policy
    from graduasi.population import Population, PovertyLine
    from graduasi.projection import Projection
    from graduasi.simulation.simulate import Progress
    from graduasi.uncertain import Uncertain


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
    """Return a projection in which the households that each policy reaches simply gain the pooled effect."""
    return simulate(
        population,
        PooledEffect(process=model.process, gain=effect),
        policies,
        lines=lines,
        months=months,
        draws=draws,
        seed=seed,
        start=start,
        sustained=sustained,
        executor=executor,
        progress=progress,
    )
