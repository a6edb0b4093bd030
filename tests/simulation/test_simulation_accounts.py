"""Laws of money and of exits: what is paid is received, entries less exits balance, groups add up."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from small_world import (
    CASH,
    GRANT,
    LINE,
    LOWER,
    REACH,
    few,
    fixed_model,
    mixes,
    people,
    policy,
    populations,
    programme,
    run,
    same_values,
    told,
)

import graduasi as gr
from graduasi.projection import RECORDED
from graduasi.projection.tables import compare_rows, total_cost

# Programmes drawn at random may reach no one, which is said as a warning.
pytestmark = pytest.mark.filterwarnings("ignore::graduasi.GraduasiWarning")

# --- 4: more cash ----------------------------------------------------------------------------------------------


@few
@given(
    population=populations,
    less=st.floats(0.0, 500.0),
    more=st.floats(0.0, 2000.0),
    payments=st.integers(1, 12),
    model=st.sampled_from([fixed_model(), fixed_model(growth=-0.05), fixed_model(error=0.0)]),
)
def test_more_cash_never_lowers_consumption(
    population: gr.Population, less: float, more: float, payments: int, model: gr.HouseholdEconomy
) -> None:
    policies = [
        policy(name, programme("cash", gr.CashTransfer(amount=amount, payments=payments)))
        for name, amount in (("less", less), ("more", less + more))
    ]
    result = run(population, policies, model=model)
    scale = float(1e-9 * told(result, "flow", flow_name="without").max())
    gain = {name: told(result, "flow", flow_name="gain", policy=name) for name in ("less", "more")}
    assert (gain["less"] >= -scale).all()
    assert (gain["more"] >= gain["less"] - scale).all()
    for statistic in ("poor", "gap", "severity", "remeasured"):
        nothing, some, most = (told(result, statistic, policy=name) for name in ("nothing", "less", "more"))
        assert (most <= some + 1e-9).all(), statistic
        assert (some <= nothing + 1e-9).all(), statistic
    assert (told(result, "hurt") == 0).all()


# --- 5: money --------------------------------------------------------------------------------------------------


@settings(few, max_examples=30)
@given(population=populations, mix=mixes(), model=st.sampled_from([gr.HouseholdEconomy(), fixed_model()]))
def test_what_is_paid_is_received_and_no_budget_is_exceeded(
    population: gr.Population, mix: gr.Policy, model: gr.HouseholdEconomy
) -> None:
    result = run(population, [mix], model=model)
    transfers = told(result, "cost", policy="mix", component="transfer").sum("programme")
    received = told(result, "flow", policy="mix", flow_name="received")
    np.testing.assert_allclose(received, transfers, rtol=1e-9, atol=1e-6)
    assert (result.costs_by_draw >= 0).all()
    for each in mix.programmes:
        if each.budget is not None:
            cost = told(result, "cost", policy="mix", programme=each.name).sum(["component", "month"])
            assert (cost <= each.budget.amount * (1 + 1e-12)).all()


@few
@given(
    amount=st.floats(0.01, 1000.0),
    payments=st.integers(1, 20),
    every=st.integers(1, 5),
    start=st.integers(0, 14),
    monthly=st.sampled_from([None, 8.0]),
)
def test_no_instalment_is_paid_twice(
    amount: float, payments: int, every: int, start: int, monthly: float | None
) -> None:
    """Every family gets its instalments at enrolment and `every` months after, `payments` at most."""
    cash = programme(
        "cash",
        gr.CashTransfer(amount=amount, payments=payments, every=every),
        rollout=gr.Rollout(start=start, households=30.0, monthly=monthly),
    )
    result = run(people(60, 2), [policy("cash", cash)], draws=1)
    groups = [30.0] if monthly is None else [8.0, 8.0, 8.0, 6.0]
    expected = np.zeros(15)
    for wait, families in enumerate(groups):
        paid = [start + wait + every * count for count in range(payments)]
        for month in paid:
            if month <= 14:
                expected[month] += amount * families
    received = told(result, "flow", draw=0, policy="cash", flow_name="received")
    np.testing.assert_allclose(received, expected, rtol=1e-9, atol=1e-9)
    enrolled = sum(families for wait, families in enumerate(groups) if start + wait <= 14)
    assert told(result, "enrolled", draw=0, policy="cash", programme="cash") == enrolled
    reached = told(result, "reached", draw=0, policy="cash", unit="households", month=14, line="line")
    assert reached.sum() == enrolled


def test_prorating_gives_everybody_the_same_less() -> None:
    """10 families, 100 each, money for half of it: 50 each, in the path too."""
    population = people(60, 2)
    rest = {"rollout": gr.Rollout(households=10.0)}
    halved = programme(
        "cash", gr.CashTransfer(amount=100.0), budget=gr.Budget(amount=500.0, when_short="prorate"), **rest
    )
    half = programme("cash", gr.CashTransfer(amount=50.0), **rest)
    one, other = run(population, [policy("p", halved)]), run(population, [policy("p", half)])
    np.testing.assert_array_equal(one.enrolled, other.enrolled)
    np.testing.assert_allclose(total_cost(one, "p"), 500.0, rtol=1e-11)
    np.testing.assert_allclose(one.values, other.values, rtol=1e-9, atol=1e-9)


# --- 6: accounts of who is poor --------------------------------------------------------------------------------


@settings(few, max_examples=25)
@given(
    population=populations,
    mix=mixes(),
    sustained=st.sampled_from([1, 3, 12]),
    model=st.sampled_from([gr.HouseholdEconomy(), fixed_model(growth=0.1), fixed_model(growth=-0.3)]),
)
def test_accounts_balance(
    population: gr.Population, mix: gr.Policy, sustained: int, model: gr.HouseholdEconomy
) -> None:
    result = run(population, [mix], model=model, sustained=sustained)
    poor, entries, exits = (told(result, name) for name in ("poor", "entries", "exits"))
    same_values(entries - exits, poor - poor.sel(month=0))
    for event in RECORDED.events:
        effect, under, without = (
            event.differences,
            *(told(result, event.name, policy=p) for p in ("mix", "nothing")),
        )
        assert effect is not None
        helped, hurt = (told(result, name) for name in (effect.helped, effect.hurt))
        same_values((helped - hurt).sel(policy="mix"), under - without)
        same_values(told(result, effect.additional), helped - hurt)
        for each in (helped, hurt):
            assert (each.sel(policy="nothing") == 0).all()
            assert (each >= 0).all()
            assert (each.sel(month=0) == 0).all()
    # Month 0 is the state before any payment.
    same_values(poor.sel(month=0, policy="nothing"), poor.sel(month=0, policy="mix"))
    for name in ("entries", "exits", "reentries", "sustained", "self_reliant"):
        assert (told(result, name, month=0) == 0).all()


@settings(few, max_examples=25)
@given(population=populations, mix=mixes(), sustained=st.sampled_from([1, 3, 12]))
def test_self_reliant_exits_are_sustained(population: gr.Population, mix: gr.Policy, sustained: int) -> None:
    result = run(population, [mix], sustained=sustained)
    alone, stayed = told(result, "self_reliant"), told(result, "sustained")
    same_values(alone.sel(policy="nothing"), stayed.sel(policy="nothing"))  # without programmes nobody is paid
    assert (alone <= stayed).all()
    helped, hurt = told(result, "helped_self_reliant"), told(result, "hurt_self_reliant")
    assert (hurt >= told(result, "hurt_sustained")).all()  # who loses a sustained exit loses this one
    assert (helped <= told(result, "helped_sustained")).all()


def test_helped_less_hurt_is_the_difference_in_every_table() -> None:
    """A payment in the window takes self-reliance away: helped, hurt and the effect tell one story."""
    paid = policy("paid", programme("paid", gr.CashTransfer(amount=300.0, payments=9)))
    result = run(people(120, 6), [paid], draws=3)
    rows = compare_rows(result, "paid", "nothing", "line")
    table = {row["exit"]: row for row in rows if row["month"] == 14}
    for exit_, statistic in (("gross", "exits"), ("sustained", "sustained"), ("self_reliant", "self_reliant")):
        own, without = (result.series(statistic, name).at(14).interval().mean for name in ("paid", "nothing"))
        row = table[exit_]
        assert row["helped"] - row["hurt"] == pytest.approx(own - without, abs=1e-9)
        assert row["additional"] == pytest.approx(own - without, abs=1e-9)
        name = "additional" if exit_ == "gross" else f"additional_{exit_}"
        assert result.interval(name, "paid", month=14).mean == pytest.approx(own - without, abs=1e-9)
    assert table["self_reliant"]["additional"] < 0


def test_a_pension_that_never_ends_sustains_everybody_and_frees_no_one() -> None:
    pension = policy("pension", programme("pension", gr.CashTransfer(amount=1e5, payments=30)))
    result = run(people(80, 4), [pension], months=24)
    poor0 = told(result, "poor", policy="pension", month=0)
    assert (poor0.sum("by") > 0).all()
    same_values(told(result, "sustained", policy="pension", month=24), poor0)
    assert (told(result, "self_reliant", policy="pension", month=list(range(12, 25))) == 0).all()
    lost = told(result, "hurt_self_reliant", policy="pension")
    same_values(lost, told(result, "self_reliant", policy="nothing"))
    assert (told(result, "sustained", policy="nothing", month=24) > 0).any()


def test_a_sustained_exit_takes_twelve_months_out() -> None:
    """Cash that lifts everybody from month 1 to 13 or so: nobody is sustained before month 12."""
    pension = policy("pension", programme("pension", gr.CashTransfer(amount=1e5, payments=30)))
    result = run(people(80, 4), [pension], months=14)
    stayed = told(result, "sustained", policy="pension")
    assert (stayed.sel(month=list(range(12))) == 0).all()
    same_values(stayed.sel(month=12), told(result, "poor", policy="pension", month=0))


@few
@given(population=populations, mix=mixes())
def test_sustained_over_one_month_is_a_gross_exit(population: gr.Population, mix: gr.Policy) -> None:
    result = run(population, [mix], sustained=1)
    same_values(told(result, "sustained"), told(result, "exits"))
    same_values(told(result, "helped_sustained"), told(result, "helped"))


@few
@given(population=populations, mix=mixes())
def test_statistics_stay_within_their_bounds(population: gr.Population, mix: gr.Policy) -> None:
    result = run(population, [mix])
    poor, exits = told(result, "poor"), told(result, "exits")
    units = xr.DataArray([result.totals[unit] for unit in result.units], dims="unit")
    # Gaps are sums of differences of up to a unit's whole weight: that much is left where all who were poor are out.
    rounding = 1e-12 * units
    for name in ("gap", "severity", "remeasured"):
        assert (told(result, name) >= -rounding).all(), name
    assert (told(result, "severity") <= told(result, "gap") + rounding).all()
    assert (told(result, "gap") <= poor + rounding).all()
    assert (told(result, "entries") <= poor).all()
    assert (told(result, "reentries") <= poor.sel(month=0)).all()
    assert (told(result, "sustained") <= exits).all()
    assert (exits <= poor.sel(month=0)).all()
    assert (told(result, "reached_anyway") <= told(result, "reached_poor")).all()
    assert (told(result, "reached_poor") <= told(result, "reached")).all()
    assert (poor.sel(line="lower") <= poor.sel(line="line")).all()
    for name in REACH:
        assert (told(result, name, policy="nothing") == 0).all()
    assert (poor.sum("by") <= units).all()
    assert (told(result, "remeasured").sum("by") <= units * (1 + 1e-12)).all()


def test_lines_are_followed_one_by_one() -> None:
    """A line's totals are the same whichever other lines are followed."""
    population, mix = people(120, 6), [policy("a", CASH, GRANT)]
    both, alone = run(population, mix), run(population, mix, lines=[LOWER])
    swapped = run(population, mix, lines=[LOWER, LINE])
    for name in RECORDED.names:
        same_values(told(both, name, line="lower"), told(alone, name, line="lower"))
        for line in ("lower", "line"):
            same_values(told(both, name, line=line), told(swapped, name, line=line))


def test_groups_add_up_to_the_whole() -> None:
    result = run(people(120, 6, grouped=True), [policy("a", CASH, GRANT)])
    assert result.groups == ("east", "west")
    whole = result.series("poor", "a").at(5)
    groups = [whole.by(group).interval().mean for group in result.groups]
    np.testing.assert_allclose(sum(groups), whole.interval().mean, rtol=1e-12)


def test_after_one_payment_who_is_sustained_is_self_reliant() -> None:
    """The last payment is in month 0, and nobody is sustained before the months without one have passed."""
    lump = policy("lump", programme("lump", gr.CashTransfer(amount=2000.0)))
    result = run(people(120, 6), [lump], months=8, sustained=3)
    alone, stayed = (told(result, name, policy="lump") for name in ("self_reliant", "sustained"))
    same_values(alone, stayed)
    without = told(result, "sustained", policy="nothing", month=8)
    assert (alone.sel(month=8).sum("by") > without.sum("by")).all()
    assert (told(result, "hurt_self_reliant", policy="lump") == 0).all()


def test_help_that_lifts_everybody_leaves_no_gap() -> None:
    """Gap, severity and, but for a grid of scores, the re-measured headcount come to nothing."""
    pension = policy("pension", programme("pension", gr.CashTransfer(amount=1e6, payments=30)))
    result, after = run(people(120, 6), [pension], months=6), [1, 2, 3, 4, 5, 6]
    for name in ("gap", "severity"):
        assert (told(result, name, policy="nothing", month=6).sum("by") > 0.1).all()
        np.testing.assert_allclose(told(result, name, policy="pension", month=after), 0.0, atol=1e-9)
    seen = told(result, "remeasured", month=after).sum("by")
    without, under = (seen.sel(policy=name) for name in ("nothing", "pension"))
    assert (np.abs(under) < 0.01 * without).all()
