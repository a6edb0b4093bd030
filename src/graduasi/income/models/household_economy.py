"""The default income model: a process, a technology and a behaviour; each can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from graduasi.channels import Transfers
from graduasi.fields import describe, open_part, renamed
from graduasi.income.behaviours import BEHAVIOURS
from graduasi.income.behaviours.saving import Saving
from graduasi.income.parts import Behaviour, Technology
from graduasi.income.processes import PROCESSES
from graduasi.income.processes.ranks import RankProcess
from graduasi.income.protocol import BehaviourDraw, CrossSection, Flows, Here, IncomeProcess, ProcessDraw
from graduasi.income.technologies import TECHNOLOGIES
from graduasi.income.technologies.concave import ConcaveTechnology
from graduasi.shown import brief, card, summary_line
from graduasi.uncertain import at_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@renamed(luck="process", saving="behaviour")
@frozen(kw_only=True)
class HouseholdEconomy:
    """Welfare without help moves by a process; help becomes skills, assets and a buffer."""

    kind: ClassVar[str] = "household_economy"

    process: IncomeProcess = open_part(
        "how welfare moves without help", PROCESSES, needs=("kind", "stationary", "prepare"), default=RankProcess
    )
    technology: Technology = open_part(
        "what assets earn", TECHNOLOGIES, needs=("kind", "prepare"), default=ConcaveTechnology
    )
    behaviour: Behaviour = open_part(
        "how gains and payments are split between use and assets",
        BEHAVIOURS,
        needs=("kind", "channels", "prepare"),
        default=Saving,
    )

    def __repr__(self) -> str:
        return summary_line("HouseholdEconomy", *map(brief, self._parts()))

    def _repr_html_(self) -> str:
        rows = [
            [f"{type(part).__name__}.{name}", spec.meaning, brief(getattr(part, name)), spec.unit]
            for part in self._parts()
            for name, spec, _ in describe(type(part))
        ]
        return card(
            "HouseholdEconomy", ("input", "meaning", "value", "unit"), rows, "Doubt: median (90% interval)."
        )

    def _parts(self) -> tuple[IncomeProcess, Technology, Behaviour]:
        return self.process, self.technology, self.behaviour

    @property
    def stationary(self) -> bool:
        """Whether the process is stationary, and no stock moves without help (every number at its median)."""
        known = at_quantile(self, 0.5)
        return self.process.stationary and not known.behaviour.prepare(known.technology).reference_needs_stocks

    @property
    def channels(self) -> frozenset[str]:
        """The channels that the behaviour knows."""
        return self.behaviour.channels

    def prepare(self, cross: CrossSection) -> HouseholdEconomyDraw:
        """Return one draw of the model."""
        return HouseholdEconomyDraw(
            process=self.process.prepare(cross),
            behaviour=self.behaviour.prepare(self.technology),
            channels=self.channels,
        )


@frozen(kw_only=True, eq=False)
class HouseholdEconomyDraw:
    """One draw of a household economy."""

    process: ProcessDraw
    behaviour: BehaviourDraw
    channels: frozenset[str]

    @property
    def stocks(self) -> tuple[str, ...]:
        """Names of what help moves."""
        return self.behaviour.stocks

    @property
    def purposes(self) -> tuple[str, ...]:
        """Purposes of the random words that a step reads."""
        return self.behaviour.purposes

    @property
    def reference_needs_stocks(self) -> bool:
        """Whether stocks move without help too."""
        return self.behaviour.reference_needs_stocks

    def first(self, here: Here) -> Floats:
        """Return stocks before any help, shape (stock, row)."""
        return self.behaviour.first(here)

    def consume(self, here: Here, stocks: Floats, got: Transfers) -> Flows:
        """Return what the month brings."""
        return self.behaviour.consume(here, stocks, got)

    def receive(self, here: Here, stocks: Floats, flows: Flows, got: Transfers) -> Floats:
        """Return stocks of the next month, shape (stock, row)."""
        return self.behaviour.receive(here, stocks, flows, got)
