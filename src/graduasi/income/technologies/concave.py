"""Concave technology, without a trap. C is a household's long-run income a month.

F(K) = (r / gamma) (3 C)^(1-gamma) K^gamma         its slope is r at K = 3 C, and is never above delta / s
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from graduasi.evidence import constant, prior, source_of
from graduasi.fields import number, share
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

AT = 3.0  # months of income at which the marginal return is stated


@frozen(kw_only=True)
class ConcaveTechnology:
    """What productive assets earn; see the module's equation."""

    kind: ClassVar[str] = "concave"

    monthly_return: Value = number(
        "r: marginal return at three months of income",
        unit="share per month",
        low=0,
        most=10.0,
        default=prior("return to capital"),
    )
    curvature: Value = number(
        "gamma: exponent of assets",
        unit="exponent",
        low=0,
        high=1,
        least=0.01,
        most=0.99,
        noun="an exponent",
        source=source_of("curvature of capital"),
        default=constant("curvature of capital"),
    )
    own_assets: Value = number(
        "K0: productive assets before help",
        unit="months of long-run income",
        low=0,
        most=1e4,
        source=source_of("own assets"),
        default=constant("own assets"),
    )
    depreciation: Value = share(
        "delta: loss of assets a month, the mean of rare losses included",
        unit="share per month",
        source=source_of("depreciation of assets"),
        default=constant("depreciation of assets"),
    )
    loss_chance: Value = share(
        "chance a month that half of the added assets is lost (illness, death of an animal, theft)",
        unit="share per month",
        source=source_of("chance of a loss of assets"),
        default=constant("chance of a loss of assets"),
    )

    def prepare(self, saved: float) -> ConcaveDraw:
        """Return one draw; its slope is bounded by what keeps assets from growing for ever."""
        depreciation = as_number(self.depreciation)
        return ConcaveDraw(
            monthly_return=as_number(self.monthly_return),
            curvature=as_number(self.curvature),
            own_assets=as_number(self.own_assets),
            depreciation=depreciation,
            loss_chance=as_number(self.loss_chance),
            steepest=depreciation / saved if saved > 0 else np.inf,
        )


@frozen(kw_only=True)
class ConcaveDraw:
    """One draw. steepest : bound of the slope, delta / s."""

    monthly_return: float
    curvature: float
    own_assets: float
    depreciation: float
    loss_chance: float
    steepest: float
    own_at_risk: ClassVar[bool] = False

    def product(self, assets: Floats) -> Floats:
        """F(K) / C at K / C = `assets`: concave; linear with slope delta / s below the bound."""
        r, gamma, steepest = self.monthly_return, self.curvature, self.steepest
        if r == 0.0:
            return np.zeros_like(assets)
        try:
            bend = AT * (r / steepest) ** (1.0 / (1.0 - gamma)) if steepest > 0 else np.inf
        except OverflowError:  # beyond all assets that there are
            bend = np.inf
        if not np.isfinite(bend):
            return steepest * assets
        scale = r / gamma * AT ** (1.0 - gamma)
        curved = steepest * bend + scale * (np.maximum(assets, bend) ** gamma - bend**gamma)
        return np.where(assets < bend, steepest * assets, curved) if bend > 0 else scale * assets**gamma
