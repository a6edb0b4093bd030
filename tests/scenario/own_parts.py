"""A user's own parts, one of each kind, as somebody outside the library would write them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from attrs import frozen

from graduasi.channels import CHANNELS
from graduasi.fields import count, money, number, open_part, share
from graduasi.income import PROCESSES, Flows, Luck, Observed
from graduasi.income.protocol import Words
from graduasi.interventions import Amount, Intervention, Schedule
from graduasi.policy import ExitRule, Targeting
from graduasi.uncertain import Value, as_number


@frozen(kw_only=True)
class StillProcess:
    """Welfare stays what was observed, times a common growth factor a month."""

    kind: ClassVar[str] = "still"
    stationary: ClassVar[bool] = True

    monthly: Value = number("common growth factor", unit="factor per month", low=0.5, high=2.0, default=1.0)

    def prepare(self, cross: Any) -> StillDraw:
        return StillDraw(cross=cross, monthly=as_number(self.monthly))


@frozen(kw_only=True, eq=False)
class StillDraw:
    cross: Any
    monthly: float
    knot: ClassVar[int] = 6
    bin_count: ClassVar[int] = 0

    def begin(self, streams: Any, block: slice, *, first: int = 0, copy: int = 0) -> StillLuck:
        return StillLuck(self, Words(streams, self.cross.keys[block], copy), block, first)

    def chances(self, month: int, line: int) -> Any:
        del month, line
        return np.empty(0)

    def observe(self, scores: Any, error_share: float, noise: Any, month: int) -> Observed:
        del month
        seen = scores + np.float32(error_share) * noise
        return Observed(order=seen, amount=lambda order: np.exp(order.astype(np.float64)))


class StillLuck(Luck):
    def __init__(self, draw: StillDraw, words: Words, block: slice, first: int) -> None:
        self.draw, self.words, self._month = draw, words, first
        self._start = draw.cross.welfare[block]

    @property
    def month(self) -> int:
        return self._month

    def advance(self, to: int) -> None:
        self._month = max(self._month, to)

    def below(self) -> Any:
        return self.welfare(slice(None)) < self.draw.cross.lines[:, None]

    def welfare(self, rows: Any) -> Any:
        return self._start[rows] * self.draw.monthly**self._month

    def level(self, rows: Any) -> Any:
        return self._start[rows].copy()

    def chance_below(self, rows: Any, ratio: Any = None) -> Any:
        welfare = self.welfare(rows) * (1.0 if ratio is None else ratio)
        return (welfare < self.draw.cross.lines[:, None]).astype(np.float64)

    def scores(self) -> Any:
        return np.log(self.welfare(slice(None))).astype(np.float32)


@frozen(kw_only=True)
class LinearTechnology:
    """Assets earn one rate, however many there are."""

    kind: ClassVar[str] = "linear"

    rate: Value = share("income from a unit of assets a month", unit="share per month", default=0.02)

    def prepare(self, saved: float) -> LinearDraw:
        del saved
        return LinearDraw(rate=as_number(self.rate))


@frozen(kw_only=True)
class LinearDraw:
    rate: float
    own_assets: ClassVar[float] = 3.0
    depreciation: ClassVar[float] = 0.03
    loss_chance: ClassVar[float] = 0.0
    own_at_risk: ClassVar[bool] = False

    def product(self, assets: Any) -> Any:
        return self.rate * assets


@frozen(kw_only=True)
class SpendAtOnce:
    """What is handed over is eaten in the month after."""

    kind: ClassVar[str] = "spend_at_once"
    channels: ClassVar[frozenset[str]] = frozenset({"cash", "assets"})

    wasted: Value = share("share that is lost", default=0.0)

    def prepare(self, technology: Any) -> SpendDraw:
        del technology
        return SpendDraw(kept=1.0 - as_number(self.wasted))


@frozen(kw_only=True)
class SpendDraw:
    kept: float
    stocks: ClassVar[tuple[str, ...]] = ("purse",)
    purposes: ClassVar[tuple[str, ...]] = ()
    reference_needs_stocks: ClassVar[bool] = False

    def first(self, here: Any) -> Any:
        return np.zeros((1, here.welfare.size))

    def consume(self, here: Any, stocks: Any, got: Any) -> Flows:
        del got
        return Flows(welfare=here.welfare + stocks[0])

    def receive(self, here: Any, stocks: Any, flows: Any, got: Any) -> Any:
        del stocks, flows
        return np.broadcast_to(self.kept * (got["cash"] + got["assets"]), (1, here.welfare.size)).copy()


@frozen(kw_only=True)
class NothingHelps:
    """A model in which help changes nothing."""

    kind: ClassVar[str] = "nothing_helps"
    stationary: ClassVar[bool] = True
    channels: ClassVar[frozenset[str]] = frozenset(CHANNELS)

    process: Any = open_part("without help", PROCESSES, needs=("prepare",), default=StillProcess)

    def prepare(self, cross: Any) -> Any:
        return NothingDraw(process=self.process.prepare(cross))


@frozen(kw_only=True, eq=False)
class NothingDraw:
    process: Any
    channels: ClassVar[frozenset[str]] = frozenset(CHANNELS)
    stocks: ClassVar[tuple[str, ...]] = ()
    purposes: ClassVar[tuple[str, ...]] = ()
    reference_needs_stocks: ClassVar[bool] = False

    def first(self, here: Any) -> Any:
        return np.zeros((0, here.welfare.size))

    def consume(self, here: Any, stocks: Any, got: Any) -> Flows:
        del stocks, got
        return Flows(welfare=here.welfare.copy())

    def receive(self, here: Any, stocks: Any, flows: Any, got: Any) -> Any:
        del here, flows, got
        return stocks


@frozen(kw_only=True)
class Gift(Intervention):
    """Money, once."""

    kind: ClassVar[str] = "gift"

    worth: Value = money("given once", per="household")

    def schedule(self, months: int) -> Schedule:
        given = np.zeros(months + 1)
        given[0] = as_number(self.worth)
        return Schedule(amounts=[Amount(channel="cash", by_month=given)], delivery=np.zeros(months + 1))


@frozen(kw_only=True)
class AfterTwice(ExitRule):
    """After twice so many months."""

    kind: ClassVar[str] = "after_twice"
    needs_reviews: ClassVar[bool] = False

    months: int = count("half of the months", unit="months", at_least=1, at_most=60)

    def month_out(self, view: Any, month_in: Any) -> Any:
        del view
        return month_in + 2 * self.months


@frozen(kw_only=True)
class InOrder(Targeting):
    """In the order of the table."""

    kind: ClassVar[str] = "in_order"

    def rank(self, view: Any, lanes: Any, programme: str) -> Any:
        del lanes, programme
        return view.row.astype(np.float64)


PARTS = (StillProcess, LinearTechnology, SpendAtOnce, NothingHelps, Gift, AfterTwice, InOrder)
