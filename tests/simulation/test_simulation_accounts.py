"""Laws of money and of exits: what is paid is received, entries less exits balance, groups add up."""

from __future__ import annotations

import numpy as np
import pytest
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
    told,
)

import graduasi as gr
from graduasi.policy.enrolment import COMPONENTS
from graduasi.projection.statistics import FLOWS
from graduasi.projection.tables import total_cost

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
    gain = result.flows[..., FLOWS.index("gain")]
    scale = 1e-9 * result.flows[..., FLOWS.index("without")].max()
    assert (gain[:, 1] >= -scale).all()
    assert (gain[:, 2] >= gain[:, 1] - scale).all()
    for statistic in ("poor", "gap", "severity", "remeasured"):
        held = told(result, statistic)
        assert (held[:, :, 2] <= held[:, :, 1] + 1e-9).all(), statistic
        assert (held[:, :, 1] <= held[:, :, 0] + 1e-9).all(), statistic
    assert (told(result, "hurt") == 0).all()


# --- 5: money --------------------------------------------------------------------------------------------------


@settings(few, max_examples=30)
@given(population=populations, mix=mixes(), model=st.sampled_from([gr.HouseholdEconomy(), fixed_model()]))
def test_what_is_paid_is_received_and_no_budget_is_exceeded(
    population: gr.Population, mix: gr.Policy, model: gr.HouseholdEconomy
) -> None:
    result = run(population, [mix], model=model)
    transfers = result.costs_by_draw[:, 1, :, COMPONENTS.index("transfer")].sum(axis=1)
    received = result.flows[:, 1, :, FLOWS.index("received")]
    np.testing.assert_allclose(received, transfers, rtol=1e-9, atol=1e-6)
    assert (result.costs_by_draw >= 0).all()
    for each in mix.programmes:
        if each.budget is not None:
            cost = result.costs_by_draw[:, 1, result.programmes.index(each.name)].sum(axis=(1, 2))
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
        rollout=gr.Rollout(start=start, families=30.0, monthly=monthly),
    )
    result = run(people(60, 2), [policy("cash", cash)], draws=1)
    groups = [30.0] if monthly is None else [8.0, 8.0, 8.0, 6.0]
    expected = np.zeros(15)
    for wait, families in enumerate(groups):
        paid = [start + wait + every * count for count in range(payments)]
        for month in paid:
            if month <= 14:
                expected[month] += amount * families
    received = result.flows[0, 1, :, FLOWS.index("received")]
    np.testing.assert_allclose(received, expected, rtol=1e-9, atol=1e-9)
    enrolled = sum(families for wait, families in enumerate(groups) if start + wait <= 14)
    assert result.enrolled[0, 1, 0] == enrolled
    assert told(result, "reached", 1)[0, 0, -1, 0].sum() == enrolled


def test_prorating_gives_everybody_the_same_less() -> None:
    """10 families, 100 each, money for half of it: 50 each, in the path too."""
    population = people(60, 2)
    rest = {"rollout": gr.Rollout(families=10.0)}
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
    np.testing.assert_array_equal(entries - exits, poor - poor[:, :, :, :1])
    np.testing.assert_array_equal(
        told(result, "helped", 1) - told(result, "hurt", 1), exits[:, :, 1] - exits[:, :, 0]
    )
    for name in ("sustained", "self_reliant"):
        stayed = told(result, name)
        helped, hurt = told(result, f"helped_{name}", 1), told(result, f"hurt_{name}", 1)
        np.testing.assert_array_equal(helped - hurt, stayed[:, :, 1] - stayed[:, :, 0])
    for name in ("helped", "hurt", "helped_sustained", "hurt_sustained", "helped_self_reliant"):
        assert (told(result, name, 0) == 0).all()
        assert (told(result, name) >= 0).all()
    # Month 0 is the state before any payment.
    np.testing.assert_array_equal(poor[:, :, 0, 0], poor[:, :, 1, 0])
    for name in ("entries", "exits", "reentries", "sustained", "self_reliant", "helped", "hurt"):
        assert (told(result, name)[:, :, :, 0] == 0).all()


@settings(few, max_examples=25)
@given(population=populations, mix=mixes(), sustained=st.sampled_from([1, 3, 12]))
def test_self_reliant_exits_are_sustained(population: gr.Population, mix: gr.Policy, sustained: int) -> None:
    result = run(population, [mix], sustained=sustained)
    alone, stayed = told(result, "self_reliant"), told(result, "sustained")
    np.testing.assert_array_equal(alone[:, :, 0], stayed[:, :, 0])  # without programmes nobody is paid
    assert (alone <= stayed).all()
    helped, hurt = told(result, "helped_self_reliant", 1), told(result, "hurt_self_reliant", 1)
    assert (hurt >= told(result, "hurt_sustained", 1)).all()  # who loses a sustained exit loses this one
    assert (helped <= told(result, "helped_sustained", 1)).all()


def test_helped_less_hurt_is_the_difference_in_every_table() -> None:
    """A payment in the window takes self-reliance away: helped, hurt and the effect tell one story."""
    paid = policy("paid", programme("paid", gr.CashTransfer(amount=300.0, payments=9)))
    result = run(people(120, 6), [paid], draws=3)
    table = result.compare("paid", "nothing").query("month == 14").set_index("exit")
    for exit_, statistic in (("gross", "exits"), ("sustained", "sustained"), ("self_reliant", "self_reliant")):
        own, without = (result.series(statistic, name)[:, 14].mean() for name in ("paid", "nothing"))
        row = table.loc[exit_]
        assert row["helped"] - row["hurt"] == pytest.approx(own - without, abs=1e-9)
        assert row["additional"] == pytest.approx(own - without, abs=1e-9)
        name = "additional" if exit_ == "gross" else f"additional_{exit_}"
        assert result.series(name, "paid")[:, 14].mean() == pytest.approx(own - without, abs=1e-9)
    assert table.loc["self_reliant", "additional"] < 0


def test_a_pension_that_never_ends_sustains_everybody_and_frees_no_one() -> None:
    pension = policy("pension", programme("pension", gr.CashTransfer(amount=1e5, payments=30)))
    result = run(people(80, 4), [pension], months=24)
    poor0 = told(result, "poor", 1)[:, :, 0]
    assert (poor0.sum(axis=-1) > 0).all()
    np.testing.assert_array_equal(told(result, "sustained", 1)[:, :, 24], poor0)
    assert (told(result, "self_reliant", 1)[:, :, 12:] == 0).all()
    np.testing.assert_array_equal(told(result, "hurt_self_reliant", 1), told(result, "self_reliant", 0))
    assert (told(result, "sustained", 0)[:, :, 24] > 0).any()


def test_a_sustained_exit_takes_twelve_months_out() -> None:
    """Cash that lifts everybody from month 1 to 13 or so: nobody is sustained before month 12."""
    pension = policy("pension", programme("pension", gr.CashTransfer(amount=1e5, payments=30)))
    result = run(people(80, 4), [pension], months=14)
    stayed = told(result, "sustained", 1)
    assert (stayed[:, :, :12] == 0).all()
    np.testing.assert_array_equal(stayed[:, :, 12], told(result, "poor", 1)[:, :, 0])


@few
@given(population=populations, mix=mixes())
def test_sustained_over_one_month_is_a_gross_exit(population: gr.Population, mix: gr.Policy) -> None:
    result = run(population, [mix], sustained=1)
    np.testing.assert_array_equal(told(result, "sustained"), told(result, "exits"))
    np.testing.assert_array_equal(told(result, "helped_sustained"), told(result, "helped"))


@few
@given(population=populations, mix=mixes())
def test_statistics_stay_within_their_bounds(population: gr.Population, mix: gr.Policy) -> None:
    result = run(population, [mix])
    poor, exits = told(result, "poor"), told(result, "exits")
    units = np.array([result.totals[unit] for unit in result.units])
    # Gaps are sums of differences of up to a unit's whole weight: that much is left where all who were poor are out.
    rounding = 1e-12 * units[:, None, None, None, None]
    for name in ("gap", "severity", "remeasured"):
        assert (told(result, name) >= -rounding).all(), name
    assert (told(result, "severity") <= told(result, "gap") + rounding).all()
    assert (told(result, "gap") <= poor + rounding).all()
    assert (told(result, "entries") <= poor).all()
    assert (told(result, "reentries") <= poor[:, :, :, :1]).all()
    assert (told(result, "sustained") <= exits).all()
    assert (exits <= poor[:, :, :, :1]).all()
    assert (told(result, "reached_anyway") <= told(result, "reached_poor")).all()
    assert (told(result, "reached_poor") <= told(result, "reached")).all()
    assert (poor[..., 1, :] <= poor[..., 0, :]).all()  # the second line is lower
    for name in REACH:
        assert (told(result, name, 0) == 0).all()
    assert (poor.sum(axis=-1) <= units[:, None, None, None]).all()
    assert (told(result, "remeasured").sum(axis=-1) <= units[:, None, None, None] * (1 + 1e-12)).all()


def test_lines_are_followed_one_by_one() -> None:
    """A line's totals are the same whichever other lines are followed."""
    population, mix = people(120, 6), [policy("a", CASH, GRANT)]
    both, alone = run(population, mix), run(population, mix, lines=[LOWER])
    np.testing.assert_array_equal(both.values[..., 1, :, :], alone.values[..., 0, :, :])
    swapped = run(population, mix, lines=[LOWER, LINE])
    np.testing.assert_array_equal(both.values[..., ::-1, :, :], swapped.values)


def test_groups_add_up_to_the_whole() -> None:
    result = run(people(120, 6, grouped=True), [policy("a", CASH, GRANT)])
    assert result.groups == ("east", "west")
    total = result.series("poor", "a")[:, 5]
    by = result.by("poor", month=5)
    mean = by.query("policy == 'a' and line == 'line'")["value"].sum()
    np.testing.assert_allclose(mean, total.mean(), rtol=1e-12)


def test_after_one_payment_who_is_sustained_is_self_reliant() -> None:
    """The last payment is in month 0, and nobody is sustained before the months without one have passed."""
    lump = policy("lump", programme("lump", gr.CashTransfer(amount=2000.0)))
    result = run(people(120, 6), [lump], months=8, sustained=3)
    alone, stayed = told(result, "self_reliant", 1), told(result, "sustained", 1)
    np.testing.assert_array_equal(alone, stayed)
    assert (alone[:, :, 8].sum(axis=-1) > told(result, "sustained", 0)[:, :, 8].sum(axis=-1)).all()
    assert (told(result, "hurt_self_reliant", 1) == 0).all()


def test_help_that_lifts_everybody_leaves_no_gap() -> None:
    """Gap, severity and, but for a grid of scores, the re-measured headcount come to nothing."""
    pension = policy("pension", programme("pension", gr.CashTransfer(amount=1e6, payments=30)))
    result = run(people(120, 6), [pension], months=6)
    for name in ("gap", "severity"):
        assert (told(result, name, 0)[:, :, 6].sum(axis=-1) > 0.1).all()
        np.testing.assert_allclose(told(result, name, 1)[:, :, 1:], 0.0, atol=1e-9)
    without, under = (told(result, "remeasured", at)[:, :, 1:].sum(axis=-1) for at in (0, 1))
    assert (np.abs(under) < 0.01 * without).all()
