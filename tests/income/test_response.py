"""Response: nothing in, nothing out; concave technology; stocks by their closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import graduasi as gr
from graduasi.channels import NOTHING, Transfers
from graduasi.income.behaviours.saving import ADDED, LIQUID, LOSS, SavingDraw
from graduasi.income.protocol import Flows, Here
from graduasi.streams import Streams, hash_ids

Floats = NDArray[np.float64]

GAIN = Transfers({"income_gain": 0.1})


class Household:
    """Rows whose long-run level is 100, month by month, through the behaviour alone."""

    def __init__(self, size: int = 3, *, technology: Any = None, **saving: Any) -> None:
        given_technology = {"monthly_return": 0.028, "loss_chance": 0.0} | (technology or {})
        given_saving = {"saved": 0.37, "invested": 0.4, "sold": 0.43} | saving
        self.draw: SavingDraw = gr.Saving(**given_saving).prepare(gr.ConcaveTechnology(**given_technology))
        self.month, self.level = 0, np.full(size, 100.0)
        self.keys, self.streams = hash_ids([str(number) for number in range(size)]), Streams(seed=1)
        self.flows = Flows(welfare=self.level)
        self.stocks = self.draw.first(self.here(self.level))

    @property
    def liquid(self) -> Floats:
        return self.stocks[LIQUID]

    @property
    def added(self) -> Floats:
        return self.stocks[ADDED]

    def here(self, without: Floats) -> Here:
        words = {name: self.streams.words(self.keys, name, self.month)[0] for name in self.draw.purposes}
        return Here(month=self.month, welfare=without, level=self.level, words=words)

    def consume(self, without: Floats | None = None, got: Transfers = NOTHING) -> Floats:
        self.without = self.level if without is None else without
        self.flows = self.draw.consume(self.here(self.without), self.stocks, got)
        return self.flows.welfare

    def receive(self, **got: Any) -> None:
        here = self.here(self.level)
        self.stocks = self.draw.receive(here, self.stocks, self.flows, Transfers(got) if got else NOTHING)
        self.month += 1


def test_no_help_leaves_consumption_as_it_is() -> None:
    each = Household()
    for month in range(30):
        without = np.array([80.0 + month / 3, 90.1, 0.3])
        assert each.consume(without).tobytes() == without.tobytes()
        assert each.flows.insured == 0.0
        each.receive()
        assert not each.stocks.any()


def test_the_steps_leave_what_they_are_given_alone() -> None:
    """Pure functions: stocks and welfare go in, new ones come out."""
    each = Household(technology={"loss_chance": 0.5})
    each.receive(cash=np.full(3, 50.0), assets=np.full(3, 20.0))
    stocks, without = each.stocks.copy(), np.array([80.0, 90.0, 100.0])
    before = without.copy()
    got = Transfers({"income_gain": 0.1, "insured_share": 0.5, "cash": np.full(3, 10.0)})
    flows = each.draw.consume(each.here(without), each.stocks, got)
    each.draw.receive(each.here(without), each.stocks, flows, got)
    assert each.stocks.tobytes() == stocks.tobytes()
    assert without.tobytes() == before.tobytes()


def product(assets: Floats, technology: Any = None, saved: float = 0.37) -> Floats:
    given = {"monthly_return": 0.028, "loss_chance": 0.0} | (technology or {})
    return gr.ConcaveTechnology(**given).prepare(saved).product(assets)


def test_technology() -> None:
    """F is concave, its slope is r at three months of income and never above delta / s; F(0) = 0."""
    assets = np.linspace(0.0, 20.0, 4001)
    earned = product(assets)
    slope = np.diff(earned) / np.diff(assets)
    assert earned[0] == 0.0
    assert (np.diff(slope) <= 1e-9).all()
    assert slope.max() <= 0.021 / 0.37 * (1 + 1e-9)
    assert (product(np.array([3.001])) - product(np.array([2.999])))[0] / 0.002 == pytest.approx(0.028, rel=1e-4)
    assert slope[0] == pytest.approx(0.021 / 0.37)


def test_technology_at_its_ends() -> None:
    assets = np.array([0.0, 1.0, 4.0])
    assert product(assets, {"monthly_return": 0.0}).tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(product(assets, saved=0.0), 0.028 / 0.61 * 3.0**0.39 * assets**0.61)
    # A return so high that the bound holds everywhere.
    np.testing.assert_allclose(product(assets, {"monthly_return": 0.9, "curvature": 0.99}), 0.021 / 0.37 * assets)


def test_two_technologies_meet_where_the_high_one_begins_to_earn_more() -> None:
    draw = gr.income.TwoTechnologies().prepare(0.37)
    at = draw.switch()
    low, high = at * (1 - 1e-6), at * (1 + 1e-6)
    np.testing.assert_allclose(draw.product(np.array([low])), 0.12 * low**0.3)
    np.testing.assert_allclose(draw.product(np.array([high])), 0.24 * high**0.5 - 0.36)
    with pytest.raises(gr.InputError) as caught:
        gr.income.TwoTechnologies(high_return=0.0).prepare(0.37).switch()
    assert str(caught.value) == (
        "TwoTechnologies.fixed_cost must let each technology earn more at some assets; got 0.36"
    )


def test_a_steady_gain_fills_assets_to_their_steady_state() -> None:
    """Without returns: dK -> s g / (1 - (1 - delta)), from below, by the closed form of a geometric sum."""
    each = Household(technology={"monthly_return": 0.0, "own_assets": 0.0})
    for month in range(400):
        np.testing.assert_allclose(each.consume(got=GAIN), 100.0 + 0.63 * 10.0)
        np.testing.assert_allclose(each.added, 0.37 * 10.0 * (1 - 0.979**month) / 0.021)
        each.receive()
    np.testing.assert_allclose(each.added, 0.37 * 10.0 / 0.021, rtol=1e-3)


def test_a_payment_is_invested_and_spent_from_the_buffer() -> None:
    each = Household(technology={"monthly_return": 0.0})
    each.receive(cash=300.0)
    invested = 0.4 * (1 - np.exp(-3.0)) * 300.0
    np.testing.assert_allclose(each.added, invested)
    np.testing.assert_allclose(each.liquid, 300.0 - invested)
    spent = 0.0
    for _ in range(1, 60):
        spent += each.consume()[0] - 100.0
        each.receive()
    assert spent == pytest.approx((300.0 - invested) * (1 - 0.914**59))


@pytest.mark.parametrize(
    ("saving", "kept"),
    [(0.0, 0.57), (0.4, 1.0), (-0.1, 0.57), (np.array([0.0, 0.25, 0.1]), [0.57, 1.0, 1 - 0.43 * 0.6])],
)
def test_assets_are_sold_where_little_coaching_holds_them(saving: Any, kept: Any) -> None:
    each = Household(technology={"monthly_return": 0.0})
    each.receive(assets=np.full(3, 200.0), saving=saving)
    np.testing.assert_allclose(each.added, 200.0 * np.asarray(kept) * np.ones(3))
    np.testing.assert_allclose(each.liquid, 200.0 - each.added)


def test_the_saving_channel_can_move_what_is_saved_of_gains() -> None:
    each = Household(technology={"monthly_return": 0.0}, channel_on_gains=1.0)
    each.consume(got=GAIN)
    each.receive(saving=0.25)
    np.testing.assert_allclose(each.added, (0.37 + 0.25) * 10.0)


@given(cash=st.floats(0.0, 5000.0), more=st.floats(0.0, 5000.0), without=st.floats(1.0, 300.0))
def test_more_cash_never_lowers_resources(cash: float, more: float, without: float) -> None:
    stocks = []
    for amount in (cash, cash + more):
        each = Household(1)
        each.receive(cash=amount)
        consumed = each.consume(np.array([without]))
        stocks.append((each.liquid[0], each.added[0], consumed[0]))
    assert all(after >= before - 1e-9 for before, after in zip(*stocks, strict=True))


def test_floor_repayments_and_assets_never_below_nothing() -> None:
    each = Household(floor=0.5)
    each.receive(cash=-5000.0)
    np.testing.assert_allclose(each.consume(), 50.0)
    for _ in range(1, 40):
        each.consume(got=Transfers({"skill": -1.0, "income_gain": -0.9}))
        each.receive()
    assert (each.added >= -3.0 * 100.0 - 1e-9).all()


def test_insurance_makes_good_a_share_of_a_bad_month_up_to_its_ceiling() -> None:
    each = Household()
    without = np.array([60.0, 100.0, 140.0])
    np.testing.assert_allclose(each.consume(without, Transfers({"insured_share": 0.5})), [80.0, 100.0, 140.0])
    np.testing.assert_allclose(each.flows.insured, [20.0, 0.0, 0.0])
    capped = Transfers({"insured_share": 0.5, "insured_most": 15.0})
    np.testing.assert_allclose(each.consume(without, capped), [75.0, 100.0, 140.0])
    np.testing.assert_allclose(each.flows.insured, [15.0, 0.0, 0.0])
    np.testing.assert_allclose(each.consume(without, Transfers({"insured_share": 1.5}))[0], 100.0)


def test_losses_come_at_their_rate_and_halve_what_was_added() -> None:
    size, months = 4000, 50
    each = Household(size, technology={"monthly_return": 0.0, "loss_chance": 0.02, "depreciation": 0.01})
    assert each.draw.purposes == (LOSS,)
    each.stocks[ADDED] += 64.0
    for _ in range(months):
        each.receive()
    halvings = np.round(-np.log2(each.added / 64.0))
    expected = 0.02 * months
    assert halvings.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / size))
    assert halvings.var() == pytest.approx(expected * 0.98, rel=0.15)


def test_losses_of_every_month() -> None:
    each = Household(technology={"monthly_return": 0.0, "loss_chance": 1.0, "depreciation": 0.5})
    each.stocks[ADDED] += 64.0
    for _ in range(9):
        each.receive()
    np.testing.assert_allclose(each.added, 64.0 / 2**9)


def test_parts_have_what_a_model_needs_of_them() -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.HouseholdEconomy(process=3)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "HouseholdEconomy.process must be an object with kind, stationary, prepare, such as RankProcess(); got 3"
    )
    with pytest.warns(DeprecationWarning, match="HouseholdEconomy.luck is now process; the old name goes"):
        old = gr.HouseholdEconomy(luck=gr.RankProcess(error_share=0.2))  # type: ignore[call-arg]
    assert old == gr.HouseholdEconomy(process=gr.RankProcess(error_share=0.2))


def test_what_a_grant_in_kind_earns() -> None:
    """Half a month of income in assets, none sold: (1 - s) (F(K0 + dK) - F(K0)) C, above the bound on the slope."""
    each = Household(sold=0.0)
    without = np.full(3, 80.0)
    each.consume(without)
    each.receive(assets=np.full(3, 50.0))
    earned = 0.028 / 0.61 * 3.0**0.39 * (3.5**0.61 - 3.0**0.61) * 100.0
    np.testing.assert_allclose(each.consume(without), 80.0 + 0.63 * earned, rtol=1e-12)
