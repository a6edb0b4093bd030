"""Two technologies with a fixed cost: a poverty trap. A scenario beside the default, never the default.

    F(K) / C = max(a_L k^g_L, a_H k^g_H - E),   k = K / C, in months of a household's long-run income C

Losses strike assets before help too, so households move between the two without help: the reference path has
stocks. Carter and Barrett (2006), "The economics of poverty traps and persistent poverty", Journal of Development
Studies 42(2), give the form; the default numbers are an illustration, fitted to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import number, share
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ILLUSTRATION = "illustration: fitted to nothing"


@frozen(kw_only=True)
class TwoTechnologies:
    """What productive assets earn with a low technology, and with a high one that has a fixed cost."""

    kind: ClassVar[str] = "two_technologies"
    illustration: ClassVar[bool] = True

    low_return: Value = number(
        "a_L", unit="share of long-run income", low=0, most=10.0, source=ILLUSTRATION, default=0.12
    )
    low_curvature: Value = number(
        "g_L", unit="exponent", low=0, high=1, least=0.01, most=0.99, source=ILLUSTRATION, default=0.3
    )
    high_return: Value = number(
        "a_H", unit="share of long-run income", low=0, most=10.0, source=ILLUSTRATION, default=0.24
    )
    high_curvature: Value = number(
        "g_H", unit="exponent", low=0, high=1, least=0.01, most=0.99, source=ILLUSTRATION, default=0.5
    )
    fixed_cost: Value = number(
        "E: fixed cost of the high technology a month",
        unit="share of long-run income",
        low=0,
        most=100.0,
        source=ILLUSTRATION,
        default=0.36,
    )
    own_assets: Value = number(
        "K0: productive assets before help",
        unit="months of long-run income",
        low=0,
        most=1e4,
        source=ILLUSTRATION,
        default=3.0,
    )
    depreciation: Value = share(
        "delta: loss of assets a month, the mean of rare losses included",
        unit="share per month",
        source=ILLUSTRATION,
        default=0.021,
    )
    loss_chance: Value = share(
        "chance a month that half of all productive assets is lost",
        unit="share per month",
        source=ILLUSTRATION,
        default=0.006,
    )

    def prepare(self, saved: float) -> TwoTechnologiesDraw:
        """Return one draw."""
        del saved
        return TwoTechnologiesDraw(
            low=(as_number(self.low_return), as_number(self.low_curvature)),
            high=(as_number(self.high_return), as_number(self.high_curvature)),
            fixed_cost=as_number(self.fixed_cost),
            own_assets=as_number(self.own_assets),
            depreciation=as_number(self.depreciation),
            loss_chance=as_number(self.loss_chance),
        )


@frozen(kw_only=True)
class TwoTechnologiesDraw:
    """One draw. low, high : scale and exponent of each technology."""

    low: tuple[float, float]
    high: tuple[float, float]
    fixed_cost: float
    own_assets: float
    depreciation: float
    loss_chance: float
    own_at_risk: ClassVar[bool] = True

    def product(self, assets: Floats) -> Floats:
        """F(K) / C at K / C = `assets`."""
        (a_low, g_low), (a_high, g_high) = self.low, self.high
        return np.maximum(a_low * assets**g_low, a_high * assets**g_high - self.fixed_cost)

    def switch(self) -> float:
        """Assets above which the high technology earns more, in months of long-run income; see Raises.

        Raises InputError where the high technology never earns more below 1e9 months of income.
        """
        from scipy.optimize import brentq

        (a_low, g_low), (a_high, g_high) = self.low, self.high

        def more(log_assets: float) -> float:
            assets = float(np.exp(log_assets))
            return float(a_high * assets**g_high - self.fixed_cost - a_low * assets**g_low)

        ends = -30.0, 20.7
        if not more(ends[0]) < 0.0 < more(ends[1]):
            raise InputError(
                "TwoTechnologies.fixed_cost must let each technology earn more at some assets; "
                f"got {self.fixed_cost:g}"
            )
        return float(np.exp(brentq(more, *ends)))
