"""The replaceable parts of a household economy beside its process: what assets earn, and what help is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from graduasi.channels import Transfers
from graduasi.income.protocol import Flows, Here

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class TechnologyDraw(Protocol):
    """What assets earn in one draw. Assets and products are in months of a household's long-run income."""

    @property
    def own_assets(self) -> float:
        """K0 / C: productive assets before help."""

    @property
    def depreciation(self) -> float:
        """Loss of assets a month, the mean of rare losses included."""

    @property
    def loss_chance(self) -> float:
        """Chance a month that a part of the assets at risk is lost."""

    @property
    def own_at_risk(self) -> bool:
        """Whether losses strike assets before help too, so that these move without help."""

    def product(self, assets: Floats) -> Floats:
        """F(K) / C at K / C = `assets`."""


class Technology(Protocol):
    """A frozen description of a technology."""

    kind: ClassVar[str]

    def prepare(self, saved: float) -> TechnologyDraw:
        """One draw, for households that save so much of a gain; every number must be resolved."""


class BehaviourDraw(Protocol):
    """What households make of help in one draw; see `ModelDraw` for what the members mean."""

    @property
    def stocks(self) -> tuple[str, ...]:
        """Names of what help moves."""

    @property
    def purposes(self) -> tuple[str, ...]:
        """Purposes of the random words that a step reads."""

    @property
    def reference_needs_stocks(self) -> bool:
        """Whether stocks move without help too."""

    def first(self, here: Here) -> Floats:
        """Return stocks before any help, shape (stock, row)."""

    def consume(self, here: Here, stocks: Floats, got: Transfers) -> Flows:
        """Return what the month brings."""

    def receive(self, here: Here, stocks: Floats, flows: Flows, got: Transfers) -> Floats:
        """Return the stocks of the next month, shape (stock, row)."""


class Behaviour(Protocol):
    """A frozen description of a behaviour."""

    kind: ClassVar[str]
    channels: ClassVar[frozenset[str]]

    def prepare(self, technology: Technology) -> BehaviourDraw:
        """One draw with a technology; every number must be resolved."""
