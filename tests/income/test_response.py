"""Response: nothing in, nothing out; concave technology; stocks by their closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from graduasi.income.response import HouseholdResponse
from hypothesis import given
from hypothesis import strategies as st

import graduasi as gr
from graduasi.streams import Streams, hash_ids

NONE: dict[str, Any] = {"skill": 0.0, "gain": 0.0, "cover": 0.0}


def response(size: int = 3, *, long_run: float = 100.0, technology: Any = None, **saving: Any) -> HouseholdResponse:
    given_technology = {"monthly_return": 0.028, "loss_chance": 0.0} | (technology or {})
    given_saving = {"saved": 0.37, "invested": 0.4, "sold": 0.43} | saving
    return gr.HouseholdEconomy(
        technology=gr.ConcaveTechnology(**given_technology), saving=gr.Saving(**given_saving)
    ).respond(np.full(size, long_run), hash_ids([str(number) for number in range(size)]), Streams(seed=1))


def receive(each: HouseholdResponse, month: int, cash: Any = 0.0, assets: Any = 0.0, saving: Any = 0.0) -> None:
    each.receive(cash=cash, assets=assets, saving=saving, month=month)


def test_no_help_leaves_consumption_as_it_is() -> None:
    each = response()
    for month in range(30):
        without = np.array([80.0 + month / 3, 90.1, 0.3])
        consumed, paid = each.consume(without, **NONE)
        assert consumed.tobytes() == without.tobytes()
        assert paid == 0.0
        receive(each, month)


def test_technology() -> None:
    """F is concave, its slope is r at three months of income and never above delta / s; F(0) = 0."""
    each = response()
    assets = np.linspace(0.0, 20.0, 4001)
    product = each.product(assets)
    slope = np.diff(product) / np.diff(assets)
    assert product[0] == 0.0
    assert (np.diff(slope) <= 1e-9).all()
    assert slope.max() <= 0.021 / 0.37 * (1 + 1e-9)
    assert (each.product(np.array([3.001])) - each.product(np.array([2.999])))[0] / 0.002 == pytest.approx(
        0.028, rel=1e-4
    )
    assert slope[0] == pytest.approx(0.021 / 0.37)


def test_technology_at_its_ends() -> None:
    assets = np.array([0.0, 1.0, 4.0])
    assert response(technology={"monthly_return": 0.0}).product(assets).tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(response(saved=0.0).product(assets), 0.028 / 0.61 * 3.0**0.39 * assets**0.61)
    # A return so high that the bound holds everywhere.
    np.testing.assert_allclose(
        response(technology={"monthly_return": 0.9, "curvature": 0.99}).product(assets), 0.021 / 0.37 * assets
    )


def test_a_steady_gain_fills_assets_to_their_steady_state() -> None:
    """Without returns: dK -> s g / (1 - (1 - delta)), from below, by the closed form of a geometric sum."""
    each = response(technology={"monthly_return": 0.0, "own_assets": 0.0})
    without = np.full(3, 100.0)
    for month in range(400):
        consumed, _ = each.consume(without, skill=0.0, gain=0.1, cover=0.0)
        np.testing.assert_allclose(consumed, 100.0 + 0.63 * 10.0)
        np.testing.assert_allclose(each.added, 0.37 * 10.0 * (1 - 0.979**month) / 0.021)
        receive(each, month)
    np.testing.assert_allclose(each.added, 0.37 * 10.0 / 0.021, rtol=1e-3)


def test_a_payment_is_invested_and_spent_from_the_buffer() -> None:
    each = response(technology={"monthly_return": 0.0})
    receive(each, 0, cash=300.0)
    invested = 0.4 * (1 - np.exp(-3.0)) * 300.0
    np.testing.assert_allclose(each.added, invested)
    np.testing.assert_allclose(each.liquid, 300.0 - invested)
    spent = 0.0
    for month in range(1, 60):
        consumed, _ = each.consume(np.full(3, 100.0), **NONE)
        spent += consumed[0] - 100.0
        receive(each, month)
    assert spent == pytest.approx((300.0 - invested) * (1 - 0.914**59))


@pytest.mark.parametrize(
    ("saving", "kept"),
    [(0.0, 0.57), (0.4, 1.0), (-0.1, 0.57), (np.array([0.0, 0.25, 0.1]), [0.57, 1.0, 1 - 0.43 * 0.6])],
)
def test_assets_are_sold_where_little_coaching_holds_them(saving: Any, kept: Any) -> None:
    each = response(technology={"monthly_return": 0.0})
    receive(each, 0, assets=np.full(3, 200.0), saving=saving)
    np.testing.assert_allclose(each.added, 200.0 * np.asarray(kept) * np.ones(3))
    np.testing.assert_allclose(each.liquid, 200.0 - each.added)


def test_the_saving_door_can_move_what_is_saved_of_gains() -> None:
    each = response(technology={"monthly_return": 0.0}, door_on_gains=1.0)
    each.consume(np.full(3, 100.0), skill=0.0, gain=0.1, cover=0.0)
    receive(each, 1, saving=0.25)
    np.testing.assert_allclose(each.added, (0.37 + 0.25) * 10.0)


@given(cash=st.floats(0.0, 5000.0), more=st.floats(0.0, 5000.0), without=st.floats(1.0, 300.0))
def test_more_cash_never_lowers_resources(cash: float, more: float, without: float) -> None:
    stocks = []
    for amount in (cash, cash + more):
        each = response(1)
        receive(each, 0, cash=amount)
        consumed, _ = each.consume(np.array([without]), **NONE)
        stocks.append((each.liquid[0], each.added[0], consumed[0]))
    assert all(after >= before - 1e-9 for before, after in zip(*stocks, strict=True))


def test_floor_repayments_and_assets_never_below_nothing() -> None:
    each = response(floor=0.5)
    receive(each, 0, cash=-5000.0)
    consumed, _ = each.consume(np.full(3, 100.0), **NONE)
    np.testing.assert_allclose(consumed, 50.0)
    for month in range(1, 40):
        each.consume(np.full(3, 100.0), skill=-1.0, gain=-0.9, cover=0.0)
        receive(each, month)
    assert (each.added >= -3.0 * 100.0 - 1e-9).all()


def test_insurance_makes_good_a_share_of_a_bad_month() -> None:
    each = response()
    consumed, paid = each.consume(np.array([60.0, 100.0, 140.0]), skill=0.0, gain=0.0, cover=0.5)
    np.testing.assert_allclose(paid, [20.0, 0.0, 0.0])
    np.testing.assert_allclose(consumed, [80.0, 100.0, 140.0])


def test_losses_come_at_their_rate_and_halve_what_was_added() -> None:
    size, months = 4000, 50
    each = response(size, technology={"monthly_return": 0.0, "loss_chance": 0.02, "depreciation": 0.01})
    each.added += 64.0
    for month in range(months):
        receive(each, month)
    halvings = np.round(-np.log2(each.added / 64.0))
    expected = 0.02 * months
    assert halvings.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected / size))
    assert halvings.var() == pytest.approx(expected * 0.98, rel=0.15)


def test_losses_of_every_month() -> None:
    each = response(technology={"monthly_return": 0.0, "loss_chance": 1.0, "depreciation": 0.5})
    each.added += 64.0
    for month in range(9):
        receive(each, month)
    np.testing.assert_allclose(each.added, 64.0 / 2**9)


def test_parts_are_of_their_kind() -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.HouseholdEconomy(luck=3)  # type: ignore[arg-type]
    assert str(caught.value) == "HouseholdEconomy.luck must be a RankLuck; got 3"


def test_what_a_grant_in_kind_earns() -> None:
    """Half a month of income in assets, none sold: (1 - s) (F(K0 + dK) - F(K0)) C, above the bound on the slope."""
    each = response(sold=0.0)
    without = np.full(3, 80.0)
    each.consume(without, **NONE)
    receive(each, 0, assets=np.full(3, 50.0))
    earned = 0.028 / 0.61 * 3.0**0.39 * (3.5**0.61 - 3.0**0.61) * 100.0
    np.testing.assert_allclose(each.consume(without, **NONE)[0], 80.0 + 0.63 * earned, rtol=1e-12)
