"""The pooled effect as a model: whoever is enrolled gains one share of income, drawn once a draw, for good.

None of the structural models that this project tried predicted trials better than the mean of the trials, so a
projection is shown beside this one. Any channel that opens reaches a household, from the month after on; payments
change nothing beyond the pooled effect, which holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from graduasi.channels import CHANNELS, Transfers
from graduasi.evidence import POOLED
from graduasi.fields import effect, open_part
from graduasi.income.processes import PROCESSES
from graduasi.income.processes.ranks import RankProcess
from graduasi.income.protocol import CrossSection, Flows, Here, IncomeProcess, ProcessDraw
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST = -0.5  # nobody loses more than this share of welfare, as with the floor of `Saving`


@frozen(kw_only=True)
class PooledEffect:
    """A process of welfare without help, and one effect for everybody who is reached."""

    kind: ClassVar[str] = "pooled_effect"
    channels: ClassVar[frozenset[str]] = frozenset(CHANNELS)

    process: IncomeProcess = open_part(
        "how welfare moves without help", PROCESSES, needs=("kind", "stationary", "prepare"), default=RankProcess
    )
    gain: Value = effect("gain of welfare of whoever is reached", unit="share of welfare", default=POOLED)

    @property
    def stationary(self) -> bool:
        """Whether the process is."""
        return self.process.stationary

    def prepare(self, cross: CrossSection) -> PooledEffectDraw:
        """Return one draw of the model."""
        return PooledEffectDraw(process=self.process.prepare(cross), gain=max(as_number(self.gain), LEAST))


@frozen(kw_only=True, eq=False)
class PooledEffectDraw:
    """One draw. The stock is 1 where a household has been reached, else 0."""

    process: ProcessDraw
    gain: float

    channels: ClassVar[frozenset[str]] = frozenset(CHANNELS)
    stocks: ClassVar[tuple[str, ...]] = ("reached",)
    purposes: ClassVar[tuple[str, ...]] = ()
    reference_needs_stocks: ClassVar[bool] = False

    def first(self, here: Here) -> Floats:
        """Return that nobody has been reached, shape (stock, row)."""
        return np.zeros((1, here.welfare.size))

    def consume(self, here: Here, stocks: Floats, got: Transfers) -> Flows:
        """Return welfare, higher by the effect where help came before this month."""
        del got
        gained = here.welfare * (self.gain * stocks[0])
        return Flows(welfare=here.welfare + gained, gained=gained)

    def receive(self, here: Here, stocks: Floats, flows: Flows, got: Transfers) -> Floats:
        """Return who has been reached by now, shape (stock, row)."""
        del flows
        return np.maximum(stocks, _reached(here, got))


def _reached(here: Here, got: Transfers) -> Floats:
    """1 where any channel is open, shape (row,)."""
    reached = np.zeros(here.welfare.size)
    for channel in got.levels:
        reached[np.broadcast_to(np.asarray(got[channel]) != 0.0, reached.shape)] = 1.0
    return reached
