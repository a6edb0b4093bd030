"""The clock of years: poor by the mean welfare of twelve months, years disjoint, year 0 before any help."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import pytest
from scipy.special import ndtri
from small_world import LINE, fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.income.processes.log_income import LogIncomeProcess
from graduasi.income.technologies.two_technologies import TwoTechnologies
from graduasi.policy.programme import Review
from graduasi.projection import RECORDED, MonthState, Statistic
from graduasi.projection.part import first_draws
from graduasi.simulation.spells import YearClock

EVENTS = {"exits": "", "sustained": "_sustained", "self_reliant": "_self_reliant"}


def mixed() -> list[gr.Policy]:
    cash = programme("cash", gr.CashTransfer(amount=40.0, payments=9))
    grant = programme(
        "grant", gr.CapitalGrant(amount=300.0), gr.SkillsTraining(), rollout=gr.Rollout(start=2, households=50.0)
    )
    looks = programme(
        "looks", gr.CashTransfer(amount=60.0, payments=30), eligibility=gr.Eligibility(below=90.0),
        review=Review(every=6),
    )  # fmt: skip
    return [policy("cash", cash), policy("both", cash, grant), policy("looks", looks)]


MODELS = {
    "ranks": gr.HouseholdEconomy(),
    "stocks without help": gr.HouseholdEconomy(technology=TwoTechnologies()),
    "log income": gr.HouseholdEconomy(process=LogIncomeProcess()),
}


@pytest.fixture(scope="module", params=MODELS)
def pair(request: Any) -> tuple[gr.Projection, gr.Projection]:
    world: dict[str, Any] = {"model": MODELS[request.param], "months": 36, "draws": 2}
    crowd = people(40, grouped=True)
    return run(crowd, mixed(), **world), run(crowd, mixed(), years=True, block=23, **world)


def by_year(result: gr.Projection, name: str, **where: Any) -> Any:
    return result.data[f"{name}_by_year"].sel(where)


def test_months_keep_every_bit(pair: tuple[gr.Projection, gr.Projection]) -> None:
    without, with_ = pair
    for field in attrs.fields(type(without)):
        value = getattr(without, field.name)
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, getattr(with_, field.name), err_msg=field.name)


def test_entries_less_exits_are_the_change_of_the_headcount(pair: tuple[gr.Projection, gr.Projection]) -> None:
    result = pair[1]
    poor = by_year(result, "poor")
    change = poor - poor.sel(year=0)
    np.testing.assert_array_equal(by_year(result, "entries") - by_year(result, "exits"), change)
    assert list(poor.year) == [0, 1, 2, 3]
    assert float(by_year(result, "reentries").sum()) > 0
    assert float(by_year(result, "sustained").sum()) > 0
    assert (by_year(result, "sustained").sel(year=[0, 1]) == 0.0).all()  # two years out
    assert (by_year(result, "sustained") <= by_year(result, "exits")).all()
    assert (by_year(result, "self_reliant") <= by_year(result, "sustained")).all()


@pytest.mark.parametrize("name", EVENTS)
def test_helped_less_hurt_is_the_difference(pair: tuple[gr.Projection, gr.Projection], name: str) -> None:
    result, ending = pair[1], EVENTS[name]
    gross = by_year(result, name)
    for mix in ("cash", "both", "looks"):
        helped, hurt = (by_year(result, f"{kind}{ending}", policy=mix) for kind in ("helped", "hurt"))
        difference = gross.sel(policy=mix) - gross.sel(policy="nothing")
        np.testing.assert_array_equal(helped - hurt, difference)
        np.testing.assert_array_equal(by_year(result, f"additional{ending}", policy=mix), difference)
        own = result.series(name, mix, clock="year").minus("nothing")
        np.testing.assert_array_equal(own.simulated, difference.sel(unit="households", line="line").sum("by"))


def test_averted_household_years_are_the_sum_of_the_differences(
    pair: tuple[gr.Projection, gr.Projection],
) -> None:
    """Helped and hurt exits, and prevented and caused entries, on the same clock."""
    result = pair[1]
    poor, entries, exits = (by_year(result, name) for name in ("poor", "entries", "exits"))
    averted = (poor.sel(policy="nothing") - poor).sum("year")
    prevented = entries.sel(policy="nothing") - entries
    gained = exits - exits.sel(policy="nothing")
    found = (gained + prevented).sum("year").transpose(*averted.dims)
    np.testing.assert_array_equal(found, averted)
    assert float(averted.sel(policy="both").sum()) > 0


def test_gaps_fall_with_help_and_agree_in_money(pair: tuple[gr.Projection, gr.Projection]) -> None:
    result = pair[1]
    money, gap = by_year(result, "gap_money"), by_year(result, "gap", unit="persons")
    amount = result.data["line_amount"]
    np.testing.assert_allclose(money, (12 * gap * amount).transpose(*money.dims), atol=1e-6)
    assert (money.sel(policy="both", year=3).sum("by") <= money.sel(policy="nothing", year=3).sum("by")).all()
    effect = result.series("gap_money", "both", clock="year").minus("nothing").at(3).interval()
    assert effect.mean < 0.0


def test_no_help_in_year_0_and_zero_doses_leave_every_bit() -> None:
    none = policy("none", programme("none", gr.CashTransfer(amount=0.0, payments=9)))
    result = run(people(60), [none, *mixed()], months=26, draws=2, years=True)
    assert result.years is not None
    names = [name for name in result.years.statistics.names if not name.startswith("reached")]
    for name in (*names, "gap", "gap_money"):
        own = by_year(result, name)
        np.testing.assert_array_equal(own.sel(policy="none"), own.sel(policy="nothing"), err_msg=name)
        np.testing.assert_array_equal(own.sel(policy="both", year=0), own.sel(policy="nothing", year=0))


def test_a_year_is_the_mean_of_its_months() -> None:
    """Where welfare never moves, a year is poor where each of its months is."""
    still = fixed_model(error=0.0, permanent=1.0, transitory=0.0)
    result = run(people(60), [], model=still, months=24, draws=2, years=True)
    months = result.data["poor"].sel(month=[0, 12, 24]).rename(month="year")
    np.testing.assert_array_equal(by_year(result, "poor"), months)
    clock = YearClock(np.array([2.0, 3.0]))
    found = [clock.add(np.array([0.5, 1.0, 4.0]) * (1 + month % 12)) for month in range(24)]
    assert [poor is not None for poor in found] == [month in (11, 23) for month in range(24)]
    np.testing.assert_array_equal(clock.mean, [3.25, 6.5, 26.0])


def test_the_stipend_of_the_year_before_is_no_means_of_ones_own() -> None:
    short = policy("short", programme("short", gr.CashTransfer(amount=400.0, payments=12)))
    long = policy("long", programme("long", gr.CashTransfer(amount=400.0, payments=40)))
    result = run(people(80), [short, long], model=fixed_model(), months=36, draws=2, years=True)
    own = by_year(result, "self_reliant", unit="households").sum("by")
    assert (own.sel(policy="long") == 0.0).all()
    assert (own.sel(policy="short", year=2) == 0.0).all()
    assert (own.sel(policy="short", year=3) > 0.0).all()


@pytest.mark.parametrize("process", [
    LogIncomeProcess(persistence=0.6),
    fixed_model(error=0.0).process,
], ids=["log income", "ranks"])  # fmt: skip
def test_the_yearly_headcount_stays_and_is_that_of_the_closed_form(process: Any) -> None:
    """Log-normal welfare that stays log-normal: every year has the same headcount, history included."""
    size = 1500
    welfare = np.exp(4.9 + 0.6 * ndtri((np.arange(size) + 0.5) / size))
    crowd = gr.Population(
        ids=np.char.mod("h%05d", np.arange(size)), welfare=welfare, weight=np.ones(size), members=np.ones(size)
    )
    model = attrs.evolve(fixed_model(), process=process)
    result = run(crowd, [], model=model, lines=[LINE], months=24, draws=8, years=True)
    share = by_year(result, "poor", unit="households", policy="nothing", line="line").sum("by") / size
    expected, error = yearly_headcount(process, math.log(LINE.amount))
    mean, spread = share.mean("draw"), math.sqrt(expected * (1 - expected) / (8 * size) + error**2)
    assert (abs(mean - expected) < 3.0 * spread).all(), (mean.values, expected, spread)
    assert expected < float(result.data["poor"].sel(unit="households").mean("draw").max()) / size


def yearly_headcount(process: Any, log_line: float) -> tuple[float, float]:
    """P(mean of twelve log-normal months < line) by its own draws, and their standard error."""
    rng = np.random.default_rng(5)
    if isinstance(process, LogIncomeProcess):
        permanent, persistent, transitory, rho = 0.0, 1.0, 0.0, 0.6 ** (1 / 12)
    else:
        permanent, persistent, transitory, rho = 0.4, 0.8 * 0.6, 0.2 * 0.6, 0.74 ** (1 / 12)
    draws = 100_000
    m, p = rng.standard_normal(draws), rng.standard_normal(draws)
    total = np.zeros(draws)
    for _ in range(12):
        p = rho * p + math.sqrt(1 - rho * rho) * rng.standard_normal(draws)
        e = rng.standard_normal(draws)
        z = math.sqrt(permanent) * m + math.sqrt(persistent) * p + math.sqrt(transitory) * e
        total += np.exp(4.9 + 0.6 * z)
    poor = float((total / 12 < math.exp(log_line)).mean())
    return poor, math.sqrt(poor * (1 - poor) / draws)


def test_reviews_go_on_with_the_running_year() -> None:
    """A policy that looks again, and neither admits nor removes anybody, is the one that never looks."""
    plain = programme("pay", gr.CashTransfer(amount=60.0, payments=30), eligibility=gr.Eligibility(below=90.0))
    looks = attrs.evolve(plain, review=Review(every=6, fills=False))
    one, other = (run(people(60), [policy("p", p)], months=30, draws=2, years=True) for p in (plain, looks))
    for name in [*other.years.statistics.names, "gap", "gap_money"]:  # type: ignore[union-attr]
        np.testing.assert_array_equal(by_year(one, name), by_year(other, name), err_msg=name)


def test_years_are_told_by_name() -> None:
    result = run(people(60, grouped=True), mixed(), months=26, draws=3, years=True)
    series = result.series("poor", "both", clock="year")
    assert repr(series) == "Series(poor under both, households, line line, years 0 to 2, 3 draws)"
    assert series.at().months == (2,)
    assert series.at(1).interval().mean > 0
    assert sum(series.by(group).simulated for group in result.groups) == pytest.approx(series.simulated)
    share = series.at(2) / result.series("poor", "nothing", clock="year").at(2)
    assert 0 < share.interval().mean < 1
    table = result.monthly(clock="year")
    assert list(table.columns) == ["policy", "line", "unit", "statistic", "year", "date", "mean", "low", "high"]
    own = table.query("policy == 'both' and statistic == 'poor' and line == 'line' and unit == 'households'")
    np.testing.assert_array_equal(own["mean"], series.mean())
    assert list(own["date"]) == ["2023-12", "2024-12", "2025-12"]
    cut = first_draws(result, 2)
    assert cut.series("gap", "both", clock="year").draws.shape == (2, 3)
    assert cut.data["poor_by_year"].attrs == {
        "meaning": "mean true welfare of the year below the line: added up over years, household-years of poverty",
        "unit": "count",
        "clock": "year",
    }
    asks = (
        (lambda: series.at(3), "Projection.year must be a whole number in [0, 2]; got 3"),
        (lambda: series.at(2).at(1), "Series.at.year must be one of year 2; got 1"),
        (series.interval, "Series.interval must be of one year; got years 0 to 2: take .at(year) first"),
        (lambda: series.minus(result.series("poor", "nothing")), "Series.minus must be of series of one clock; got 'year' and 'month'"),
        (lambda: result.series("poor", "both", clock="week"), "Projection.series.clock must be one of 'month', 'year'; got 'week'"),
        (lambda: run(people(20), draws=1).series("poor", "nothing", clock="year"), "Projection has no clock of years; ask for it: simulate(years=True)"),
        (lambda: run(people(20), draws=1, years=1), "simulate.years must be True or False; got 1"),
        (result.to_json, "Projection.to_json has no place for the clock of years; got a run with years=True"),
    )  # fmt: skip
    for ask, message in asks:
        with pytest.raises(gr.GraduasiError) as caught:
            ask()
        assert str(caught.value) == message
    assert result.years is not None
    with pytest.raises(gr.InputError) as caught:
        attrs.evolve(result, years=attrs.evolve(result.years, values=result.years.values[:, :, :, :2]))
    assert str(caught.value).startswith("Projection.years.values.shape must be (3, 2, 4, 3, 2, ")


def mean_of_year(state: MonthState) -> Any:
    return state.welfare


def test_statistics_of_ones_own_follow_the_clock_of_years() -> None:
    own = [
        Statistic(name="mean_welfare", meaning="mean of the year", unit="currency", clock="year",
                  amount=mean_of_year, mean=True, by_line=False),
        Statistic(name="first_year_out", meaning="out since this year", clock="year", flag=lambda s: s.out_for == 1),
    ]  # fmt: skip
    result = run(people(60), mixed(), months=26, draws=2, years=True, statistics=[*own, "mean_welfare"])
    monthly = result.data["mean_welfare"]
    for year in (1, 2):
        months = monthly.sel(month=slice(12 * year - 11, 12 * year)).mean("month")
        np.testing.assert_allclose(by_year(result, "mean_welfare", year=year), months, rtol=1e-9)
    assert (by_year(result, "first_year_out", year=1) == by_year(result, "exits", year=1)).all()
    assert result.statistics is RECORDED


def test_growth_runs_backwards_through_the_history() -> None:
    """Where luck never moves, each year's mean welfare is the year's before times one and the growth."""
    still = fixed_model(error=0.0, permanent=1.0, transitory=0.0, growth=0.07)
    own = Statistic(
        name="mean_welfare",
        meaning="",
        unit="currency",
        clock="year",
        amount=mean_of_year,
        mean=True,
        by_line=False,
    )
    result = run(people(40), [], model=still, months=24, draws=2, years=True, statistics=[own, "mean_welfare"])
    mean = by_year(result, "mean_welfare", unit="persons").sum("by")
    np.testing.assert_allclose(mean[..., 1:], 1.07 * mean[..., :-1].values, rtol=1e-6)
    first = result.data["mean_welfare"].sel(unit="persons", month=0).sum("by")
    history = np.mean(1.07 ** (np.arange(-11, 1) / 12))
    np.testing.assert_allclose(mean.sel(year=0), first * history, rtol=1e-6)


def test_tables_and_pages_take_years_and_further_statistics() -> None:
    result = run(people(40), mixed(), months=13, draws=2, years=True, statistics=["near_poor", "welfare_bins"])
    assert "near_poor" in set(result.monthly()["statistic"])
    assert "welfare_bins: from 0 lines" in set(result.monthly()["statistic"])
    assert len(result.summary()) == 4
    assert "<table" in result._repr_html_()
    again = attrs.evolve(result)
    np.testing.assert_array_equal(again.data["poor_by_year"], result.data["poor_by_year"])
