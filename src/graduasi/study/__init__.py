"""An analysis as data: `study(scenario)` runs it with its benchmark, variants and sensitivity.

The room and its one verb have the same name, so the room can be called: `gr.study(scenario)` is
`graduasi.study.study(scenario)`, whichever of the two was loaded first.
"""

from __future__ import annotations

import sys
from concurrent.futures import Executor
from types import ModuleType

from graduasi.scenario import Scenario
from graduasi.simulation.simulate import Progress
from graduasi.study.analysis import study
from graduasi.study.answer import schema as answer_schema
from graduasi.study.findings import Findings, InputUsed, Variation, findings
from graduasi.study.made import Made
from graduasi.study.naive import naive_benchmark
from graduasi.study.quantity import Blank, Chance, Money, Quantity
from graduasi.study.sensitivity import Swing, one_at_a_time, uncertain_inputs

__all__ = [
    "Blank",
    "Chance",
    "Findings",
    "InputUsed",
    "Made",
    "Money",
    "Quantity",
    "Swing",
    "Variation",
    "answer_schema",
    "findings",
    "naive_benchmark",
    "one_at_a_time",
    "study",
    "uncertain_inputs",
]


class _Room(ModuleType):
    """This module, which can be called: importing the room puts it where the function would stand."""

    def __call__(
        self,
        scenario: Scenario,
        *,
        executor: Executor | None = None,
        progress: Progress = True,
        draws: int | None = None,
        command: str = "",
    ) -> Findings:
        """Run a scenario and everything that it is compared with; see `graduasi.study.study`."""
        return study(scenario, executor=executor, progress=progress, draws=draws, command=command)


sys.modules[__name__].__class__ = _Room
