"""The replaceable parts of a household economy beside its process: what assets earn, and what help is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

from graduasi.income.protocol import BehaviourDraw

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


class Behaviour(Protocol):
    """A frozen description of a behaviour."""

    kind: ClassVar[str]
    channels: ClassVar[frozenset[str]]

    def prepare(self, technology: Technology) -> BehaviourDraw:
        """One draw with a technology; every number must be resolved."""
