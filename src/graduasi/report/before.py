"""What was called `report.gather` and `report.Material` in 0.1, until 0.3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from graduasi.study import Findings, Swing, Variation, findings, study

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from graduasi.projection import Projection
    from graduasi.scenario import Scenario
    from graduasi.simulation.simulate import Progress
    from graduasi.uncertain import Uncertain


def gather(
    scenario: Scenario, *, executor: Executor | None = None, progress: Progress = True, draws: int | None = None
) -> Findings:
    """Run a scenario and everything that its report compares it with; now `gr.study`."""
    return study(scenario, executor=executor, progress=progress, draws=draws)


def Material(  # noqa: N802 - it was a class
    *,
    title: str,
    projection: Projection,
    at: int | Iterable[int],
    naive: Projection | None = None,
    swings: Sequence[Swing] = (),
    variants: Sequence[tuple[str, Projection]] = (),
    inputs: Mapping[str, Uncertain | None] | None = None,
    assumptions: Sequence[str] = (),
) -> Findings:
    """Draw up findings of runs that are there already; now `graduasi.study.findings`."""
    return findings(
        projection,
        title=title,
        at=at,
        benchmark=naive,
        swings=swings,
        variations=[Variation(label=label, result=result) for label, result in variants],
        inputs=inputs,
        assumptions=assumptions,
    )
