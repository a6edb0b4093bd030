"""Saving: what a household turns help into, beside its path without help.

Deviations from the household's own path c0, in money per person; C is its long-run level.

    g     = c0 [ lambda (exp(h) - 1) + q ] + F(K0 + dK) - F(K0)
    dL'   = dL + (1 - omega(x)) x - mu dL               omega(x) = omega (1 - exp(-x / C))
    dK'   = (1 - delta) dK + s g + omega(x) x + assets kept
    c     = c0 + (1 - s) g + mu dL                      and never below a floor share of c0

A loss takes half of dK, or of K0 + dK where assets before help are at risk too.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from graduasi.channels import CHANNELS, Level, Transfers
from graduasi.evidence import constant, prior, source_of
from graduasi.fields import number, renamed, share
from graduasi.income.parts import Technology, TechnologyDraw
from graduasi.income.protocol import Flows, Here, strikes
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LOSS_LEFT = 0.5  # of the assets at risk after a loss
LOSS = "asset loss"
LIQUID, ADDED = 0, 1  # rows of the stocks


@renamed(door_on_gains="channel_on_gains")
@frozen(kw_only=True)
class Saving:
    """How gains and payments are split between use and assets."""

    kind: ClassVar[str] = "saving"
    channels: ClassVar[frozenset[str]] = frozenset(CHANNELS)

    saved: Value = share(
        "s: saved share of an income gain",
        default=prior("saved share of gains"),
    )
    invested: Value = share(
        "omega: invested share of a large payment",
        default=prior("invested share"),
    )
    spent: Value = share(
        "mu: share of the liquid buffer spent a month",
        unit="share per month",
        source=source_of("spent share of the buffer"),
        default=constant("spent share of the buffer"),
    )
    sold: Value = share(
        "share of a grant in kind that is sold at once where nobody coaches",
        default=prior("sold share of assets"),
    )
    kept_at: Value = number(
        "shift of the saving channel from which no asset is sold; below it the sold share falls in proportion",
        unit="share",
        low=0.001,
        high=1,
        noun="a share",
        source=source_of("saving shift without sales"),
        default=constant("saving shift without sales"),
    )
    channel_on_gains: Value = share(
        "how much of the saving channel's shift also moves s; the evidence fits omega alone", default=0.0
    )
    floor: Value = share("lowest consumption, as a share of that without help", default=0.5)

    def prepare(self, technology: Technology) -> SavingDraw:
        """Return one draw with a technology."""
        saved = as_number(self.saved)
        return SavingDraw(
            technology=technology.prepare(saved),
            saved=saved,
            invested=as_number(self.invested),
            spent=as_number(self.spent),
            sold=as_number(self.sold),
            kept_at=as_number(self.kept_at),
            channel_on_gains=as_number(self.channel_on_gains),
            floor=as_number(self.floor),
        )


@frozen(kw_only=True, slots=False)
class SavingDraw:
    """One draw; stocks are the liquid buffer dL and added assets dK [currency per person]."""

    technology: TechnologyDraw
    saved: float
    invested: float
    spent: float
    sold: float
    kept_at: float
    channel_on_gains: float
    floor: float

    stocks: ClassVar[tuple[str, ...]] = ("liquid", "added_assets")

    @property
    def purposes(self) -> tuple[str, ...]:
        """Losses, where there are any."""
        return (LOSS,) if self.technology.loss_chance > 0.0 else ()

    @property
    def reference_needs_stocks(self) -> bool:
        """Whether assets before help are at risk."""
        return self.technology.own_at_risk and self.technology.loss_chance > 0.0

    @cached_property
    def _own_product(self) -> float:
        return float(self.technology.product(np.array([self.technology.own_assets]))[0])

    def first(self, here: Here) -> Floats:
        """Return zeros, shape (stock, row)."""
        return np.zeros((len(self.stocks), here.welfare.size))

    def consume(self, here: Here, stocks: Floats, got: Transfers) -> Flows:
        """Return this month's consumption, the gain of income that it comes from, and what insurance paid."""
        labour = max(1.0 - self._own_product, 0.0)
        gained = here.welfare * (labour * np.expm1(got["skill"]) + got["income_gain"])
        if stocks[ADDED].any():
            assets = self.technology.own_assets + stocks[ADDED] / here.level
            np.maximum(assets, 0.0, out=assets)  # rounding: all of them lost may be a little less than none
            gained += (self.technology.product(assets) - self._own_product) * here.level
        welfare = here.welfare + (1.0 - self.saved) * gained
        welfare += self.spent * stocks[LIQUID]
        insured: Level = 0.0
        if got.flows("insured_share"):
            insured = np.minimum(got["insured_share"], 1.0) * np.maximum(here.level - here.welfare, 0.0)
            if "insured_most" in got.levels:
                insured = np.minimum(insured, got["insured_most"])
            welfare += insured
        return Flows(welfare=np.maximum(welfare, self.floor * here.welfare), gained=gained, insured=insured)

    def receive(self, here: Here, stocks: Floats, flows: Flows, got: Transfers) -> Floats:
        """Return the stocks of the next month: losses, what is saved of gains, and this month's payments."""
        technology, saving = self.technology, got["saving"]
        chance, own = technology.loss_chance, technology.own_assets * here.level
        liquid = (1.0 - self.spent) * stocks[LIQUID]
        added = (1.0 - max(technology.depreciation - chance * (1.0 - LOSS_LEFT), 0.0)) * stocks[ADDED]
        if chance > 0.0:
            lost = np.flatnonzero(strikes(here.words[LOSS], chance))
            at_risk = added[lost] + own[lost] if technology.own_at_risk else added[lost]
            added[lost] -= (1.0 - LOSS_LEFT) * at_risk
        share: Level = self.saved
        if self.channel_on_gains:
            share = np.clip(share + self.channel_on_gains * saving, 0.0, 1.0)
        added += share * flows.gained
        if got.flows("cash"):
            cash = got["cash"]
            into = np.clip(self.invested + saving, 0.0, 1.0)
            into = into * -np.expm1(-np.maximum(cash, 0.0) / here.level) * cash
            liquid += cash - into
            added += into
        if got.flows("assets"):
            assets = got["assets"]
            sold = self.sold * np.clip(1.0 - np.asarray(saving) / self.kept_at, 0.0, 1.0) * assets
            liquid += sold
            added += assets - sold
        np.maximum(added, -own, out=added)
        return np.array([liquid, added])
