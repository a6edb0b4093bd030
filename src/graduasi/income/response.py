"""Response: what a household turns help into (DESIGN, equations of section 3). Concave, without a trap.

Deviations from the household's own path c0, in money per household; C is its long-run level.

    F(K)  = (r / gamma) (3 C)^(1-gamma) K^gamma         its slope is r at K = 3 C, and is never above delta / s
    g     = c0 [ lambda (exp(h) - 1) + q ] + F(K0 + dK) - F(K0)
    dL'   = dL + (1 - omega(x)) x - mu dL               omega(x) = omega (1 - exp(-x / C))
    dK'   = (1 - delta) dK + s g + omega(x) x + assets kept
    c     = c0 + (1 - s) g + mu dL                      and never below a floor share of c0
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.evidence import constant, prior, source_of
from graduasi.fields import number, share
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Level = Floats | float
    Months = NDArray[np.int64]

LOSS_LEFT = 0.5  # of the stock after a loss
NEVER = 2.0**31  # months
RAREST = 1e-300  # chance below which nothing is ever lost


@frozen(kw_only=True)
class ConcaveTechnology:
    """F: what productive assets earn."""

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


@frozen(kw_only=True)
class Saving:
    """How gains and payments are split between use and assets."""

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
        "shift of the saving door from which no asset is sold; below it the sold share falls in proportion",
        unit="share",
        low=0.001,
        high=1,
        noun="a share",
        source=source_of("saving shift without sales"),
        default=constant("saving shift without sales"),
    )
    door_on_gains: Value = share(
        "how much of the saving door's shift also moves s; the evidence fits omega alone", default=0.0
    )
    floor: Value = share("lowest consumption, as a share of that without help", default=0.5)


class HouseholdResponse:
    """The stocks of touched households, month by month; see the module's equations."""

    def __init__(
        self,
        technology: ConcaveTechnology,
        saving: Saving,
        long_run: Floats,
        keys: NDArray[np.uint64],
        streams: Streams,
    ) -> None:
        self.long_run = long_run
        self.liquid = np.zeros_like(long_run)
        self.added = np.zeros_like(long_run)  # dK
        self._keys, self._streams = keys, streams
        self._gained = np.zeros_like(long_run)
        self._loss_months: Months = np.empty((4, 0), dtype=np.int64)
        self._technology, self._saving = technology, saving
        self._return = as_number(technology.monthly_return)
        self._curvature = as_number(technology.curvature)
        self._own = as_number(technology.own_assets)
        chance = as_number(technology.loss_chance)
        total = as_number(technology.depreciation)
        self._left = 1.0 - max(total - chance * LOSS_LEFT, 0.0)
        self._loss_chance = chance
        self._saved = as_number(saving.saved)
        self._invested = as_number(saving.invested)
        self._sold, self._kept_at = as_number(saving.sold), as_number(saving.kept_at)
        self._spent = as_number(saving.spent)
        self._floor = as_number(saving.floor)
        self._door_on_gains = as_number(saving.door_on_gains)
        self._steepest = total / self._saved if self._saved > 0 else np.inf
        self._own_product = float(self.product(np.array([self._own]))[0])
        self._labour = max(1.0 - self._own_product, 0.0)
        self._no_assets = -self._own * long_run
        self._active = False

    def product(self, assets: Floats) -> Floats:
        """F(K) / C at K / C = `assets`: concave; linear with slope delta / s below the bound."""
        r, gamma = self._return, self._curvature
        if r == 0.0:
            return np.zeros_like(assets)
        steepest = self._steepest
        try:
            bend = 3.0 * (r / steepest) ** (1.0 / (1.0 - gamma)) if steepest > 0 else np.inf
        except OverflowError:  # beyond all assets that there are
            bend = np.inf
        if not np.isfinite(bend):
            return steepest * assets
        scale = r / gamma * 3.0 ** (1.0 - gamma)
        curved = steepest * bend + scale * (np.maximum(assets, bend) ** gamma - bend**gamma)
        return np.where(assets < bend, steepest * assets, curved) if bend > 0 else scale * assets**gamma

    def consume(self, without: Floats, *, skill: Level, gain: Level, cover: Level) -> tuple[Floats, Level]:
        """Consumption this month and what insurance paid, shapes (piece,) [currency per household]."""
        gained = without * (self._labour * np.expm1(skill) + gain)
        if self._active:
            gained += (self.product(self._own + self.added / self.long_run) - self._own_product) * self.long_run
        self._gained = gained
        consumed = without + (1.0 - self._saved) * gained
        consumed += self._spent * self.liquid
        paid: Level = 0.0
        if _flows(cover):
            paid = cover * np.maximum(self.long_run - without, 0.0)
            consumed += paid
        return np.maximum(consumed, self._floor * without), paid

    def receive(self, *, cash: Level, assets: Level, saving: Level, month: int) -> None:
        """Payments of this month, after its state; stocks of the next."""
        self.liquid *= 1.0 - self._spent
        self.added *= self._left
        self._lose(month)
        share: Level = self._saved
        if self._door_on_gains:
            share = np.clip(share + self._door_on_gains * saving, 0.0, 1.0)
        self.added += share * self._gained
        if _flows(cash):
            into = np.clip(self._invested + saving, 0.0, 1.0)
            into = into * -np.expm1(-np.maximum(cash, 0.0) / self.long_run) * cash
            self.liquid += cash - into
            self.added += into
        if _flows(assets):
            sold = self._sold * np.clip(1.0 - np.asarray(saving) / self._kept_at, 0.0, 1.0) * assets
            self.liquid += sold
            self.added += assets - sold
        np.maximum(self.added, self._no_assets, out=self.added)
        self._active = self._active or bool(self.added.any())

    def _lose(self, month: int) -> None:
        """Halve the added assets of those whose loss falls in this month."""
        if self._loss_chance < RAREST:
            return
        if month == 0:
            self._loss_months = self._losses(np.full(self._keys.size, -1), self._keys, 0)
        last = self._loss_months[-1]
        hit = np.flatnonzero((self._loss_months == month).any(axis=0))
        if hit.size:
            self.added[hit] *= LOSS_LEFT
        spent = hit[last[hit] == month]
        if spent.size:
            self._loss_months[:, spent] = self._losses(last[spent], self._keys[spent], month + 1)

    def _losses(self, after: Months, keys: NDArray[np.uint64], step: int) -> Months:
        """The next four months of loss after `after`, shape (4, piece): waits are geometric."""
        uniform = (self._streams.words(keys, "asset loss", step) + 0.5) * 2.0**-32
        if self._loss_chance >= 1.0:
            waits = np.zeros(uniform.shape, dtype=np.int64)
        else:
            waits = np.minimum(np.log(uniform) / np.log1p(-self._loss_chance), NEVER).astype(np.int64)
        return after + np.cumsum(waits + 1, axis=0)


def _flows(level: Level) -> bool:
    """Whether anything passes through a door."""
    return level != 0.0 if isinstance(level, float) else bool(level.any())
