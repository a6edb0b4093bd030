"""Statistics that a run is asked for: those of the examples, and anybody's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from small_world import LINE, LOWER, fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.income.technologies.two_technologies import TwoTechnologies
from graduasi.policy.programme import Review
from graduasi.projection import EXAMPLES, STATISTICS, MonthState, SpellState, Statistic

NAMES = [each.name for each in EXAMPLES]


def poor_here(state: MonthState) -> Any:
    return state.poor.astype(float)


def gap_here(state: MonthState) -> Any:
    return np.maximum(1.0 - state.welfare / state.line, 0.0)


def just_out(state: SpellState) -> Any:
    return state.out_for == 1


def mixed() -> list[gr.Policy]:
    cash = programme("cash", gr.CashTransfer(amount=40.0, payments=9))
    grant = programme(
        "grant", gr.CapitalGrant(amount=300.0), gr.SkillsTraining(), rollout=gr.Rollout(start=2, households=50.0)
    )
    looks = programme("looks", gr.CashTransfer(amount=60.0, payments=30), review=Review(every=6))
    return [policy("cash", cash), policy("both", cash, grant), policy("looks", looks)]


OWN = [
    Statistic(name="poor_again", meaning="welfare below one line", amount=poor_here),
    Statistic(name="gap_again", meaning="gap", unit="share", amount=gap_here),
    Statistic(name="just_out", meaning="out since this month", flag=just_out, event="fresh exit"),
]


@pytest.fixture(scope="module")
def result() -> gr.Projection:
    return run(people(60, grouped=True), mixed(), months=13, draws=2, statistics=[*NAMES, *OWN])


def test_an_amount_of_the_poor_is_the_headcount_to_the_last_bit(result: gr.Projection) -> None:
    for axis in ({"unit": "households"}, {"unit": "persons"}):
        np.testing.assert_array_equal(result.data["poor_again"].sel(axis), result.data["poor"].sel(axis))
    np.testing.assert_allclose(result.data["gap_again"], result.data["gap"], rtol=1e-9, atol=1e-9)


def test_the_gap_in_money_is_the_gap_of_persons_times_the_line(result: gr.Projection) -> None:
    for line in (LINE, LOWER):
        gap = result.data["gap"].sel(unit="persons", line=line.label)
        np.testing.assert_allclose(result.data["gap_money"].sel(line=line.label), gap * line.amount, atol=1e-6)


def test_bins_hold_everybody_and_the_near_poor(result: gr.Projection) -> None:
    bins, label = result.data["welfare_bins"], "welfare_bins_label"
    everybody = [result.totals[unit] for unit in result.units]
    whole = bins.sum([label, "by"]).transpose(..., "unit")
    np.testing.assert_allclose(whole, np.broadcast_to(everybody, whole.shape), rtol=1e-12)
    below = bins.sel({label: ["from 0 lines", "from 0.5 lines"]}).sum(label)
    np.testing.assert_array_equal(below.transpose(*result.data["poor"].dims), result.data["poor"])
    near = bins.sel({label: ["from 0 lines", "from 0.5 lines", "from 1 lines"]}).sum(label)
    np.testing.assert_array_equal(near.transpose(*result.data["near_poor"].dims), result.data["near_poor"])


def test_mean_welfare_of_one_household_is_its_welfare() -> None:
    """What the flows of the reached say of everybody, when everybody is reached from month 0."""
    cash = policy("cash", programme("cash", gr.CashTransfer(amount=40.0, payments=9)))
    result = run(people(40), [cash], months=6, draws=2, statistics="mean_welfare")
    flows = result.data["flow"].sel(policy="cash")
    persons = result.totals["persons"]
    plain = result.data["mean_welfare"].sel(policy="nothing", unit="persons").sum("by")
    np.testing.assert_allclose(flows.sel(flow_name="without") / persons, plain, rtol=1e-9)
    helped = result.data["mean_welfare"].sel(policy="cash", unit="persons").sum("by")
    np.testing.assert_allclose(flows.sel(flow_name="gain") / persons, helped - plain, rtol=1e-6, atol=1e-9)


def test_assets_are_those_that_help_added() -> None:
    grant = policy("grant", programme("grant", gr.CapitalGrant(amount=300.0)))
    result = run(people(40), [grant], months=3, draws=2, model=fixed_model(), statistics="mean_assets")
    assets = result.data["mean_assets"].sum("by")
    assert (assets.sel(policy="nothing") == 0.0).all()
    # 43% of a grant in kind is sold at once where nobody coaches; gains of a month are not saved yet.
    np.testing.assert_allclose(assets.sel(policy="grant")[:, 1], 0.57 * 300.0, rtol=0.02)
    assert (assets.sel(policy="grant")[:, 0] == 0.0).all()


def test_assets_that_losses_take_without_help_are_recorded() -> None:
    risky = gr.HouseholdEconomy(technology=TwoTechnologies())
    lost = run(people(40), months=12, draws=2, model=risky, statistics="mean_assets").data["mean_assets"]
    assert (lost.sel(month=0) == 0.0).all()
    assert (lost.sel(month=12) < 0.0).all()


def test_flags_of_ones_own_count_and_are_told_with_their_effects(result: gr.Projection) -> None:
    exits = result.data["exits"]
    just = result.data["just_out"]
    assert 0 < float(just.sum()) < float(exits.sum())
    np.testing.assert_array_equal(just.sel(month=1), exits.sel(month=1))  # who is out at month 1 has just left
    for name in ("cash", "both", "looks"):
        effect = result.data["additional_just_out"].sel(policy=name)
        difference = just.sel(policy=name) - just.sel(policy="nothing")
        np.testing.assert_allclose(effect, difference, atol=1e-9)
        own = result.series("just_out", name).minus("nothing")
        assert own.statistic == "additional_just_out"


@pytest.mark.parametrize("how", ["blocks", "threads", "order"])
def test_sums_keep_every_bit(result: gr.Projection, how: str) -> None:
    own: dict[str, Any] = {"months": 13, "draws": 2, "statistics": [*NAMES, *OWN]}
    if how == "threads":
        with ThreadPoolExecutor(2) as pool:
            other = run(people(60, grouped=True), mixed(), executor=pool, **own)
    elif how == "blocks":
        other = run(people(60, grouped=True), mixed(), block=23, **own)
    else:
        own["statistics"] = [*reversed(OWN[:2]), OWN[2], *reversed(NAMES)]
        other = run(people(60, grouped=True), mixed(), **own)
    for name, variable in result.data.items():
        np.testing.assert_array_equal(variable, other.data[name], err_msg=str(name))


def test_what_is_always_recorded_may_be_asked_for_again() -> None:
    plain, asked = run(people(30), draws=2), run(people(30), draws=2, statistics=["poor", "gap", STATISTICS[1]])
    assert asked.amounts == ()
    assert asked.statistics is plain.statistics
    np.testing.assert_array_equal(plain.values, asked.values)


def test_an_amount_has_an_interval_with_the_luck_of_its_own_difference(result: gr.Projection) -> None:
    effect = result.series("mean_welfare", "both").minus("nothing").at(13)
    assert effect.interval().low > 0.0
    luck = next(each for each in result.amounts if each.statistic.name == "mean_welfare")
    assert (luck.luck_of_effect[:, 1:] <= luck.luck[:, 1:]).mean() > 0.9  # the same luck on both sides falls out


@pytest.mark.parametrize(("given", "message"), [
    ("rich", "simulate.statistics must be Statistic records, or names among near_poor, mean_welfare, mean_assets, gap_money, welfare_bins; got 'rich'"),
    ([3], "simulate.statistics must be Statistic records, or names among near_poor, mean_welfare, mean_assets, gap_money, welfare_bins; got 3"),
    (3, "simulate.statistics must be names or Statistic records, or one alone; got 3"),
    (["near_poor", "near_poor"], "simulate.statistics must have names of their own; got 'near_poor' twice"),
    (Statistic(name="poor", meaning="", amount=poor_here), "simulate.statistics must have names of their own; got 'poor' twice"),
    (Statistic(name="helped", meaning="", amount=poor_here), "simulate.statistics must have names of their own; got 'helped' twice"),
    (Statistic(name="bare", meaning=""), "simulate.statistics must have a flag, a reach or an amount; got 'bare' without one"),
    (Statistic(name="late", meaning="", clock="year", amount=poor_here), "simulate.statistics must be of months unless years=True; got 'late' of the clock of years"),
])  # fmt: skip
def test_what_cannot_be_asked_for(given: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        run(people(20), draws=1, statistics=given)
    assert str(caught.value) == message


def test_stocks_that_a_model_does_not_have_are_refused() -> None:
    from graduasi.income.models.pooled_effect import PooledEffect

    with pytest.raises(gr.InputError) as caught:
        run(people(20), draws=1, model=PooledEffect(), statistics="mean_assets")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "Statistic.amount must read stocks of the model, 'reached', in 'mean_assets'; got 'added_assets'"
    )
