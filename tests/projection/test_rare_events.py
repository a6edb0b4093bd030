"""Intervals of events that may happen to nobody, and tables that say what `interval` says."""

from __future__ import annotations

import attrs
import numpy as np
import pandas as pd
import pytest
from tests.simulation.small_world import LINE, fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.projection import ADDITIONAL, RECORDED
from graduasi.projection.axes import AXES, at
from graduasi.projection.tables import compare_rows, frame


def with_poor(families: float) -> gr.Projection:
    """Exactly `families` households of five are poor at month 0, in every draw."""
    poor = np.array([50.0, 60.0])
    population = gr.Population(
        ids=list("abcdef"),
        welfare=np.append(poor, [150.0, 180.0, 250.0, 400.0]),
        weight=np.append(np.full(2, families / 2), np.ones(4)),
        members=np.full(6, 5.0),
    )
    model = fixed_model(error=0.0, permanent=1.0)
    return run(population, model=model, lines=[LINE], months=2, draws=4)


@pytest.mark.parametrize(("families", "holds"), [(2.0, True), (2.9, True), (3.1, False)])
@pytest.mark.parametrize(("unit", "size"), [("households", 1.0), ("persons", 5.0)])
def test_an_interval_reaches_zero_where_the_event_may_not_happen(
    families: float, holds: bool, unit: str, size: float
) -> None:
    """Poisson: not one of 2.9 families with a chance of .055, of 3.1 with .045; whatever is counted."""
    result = with_poor(families)
    interval = result.interval("poor", "nothing", month=0, unit=unit)
    assert interval.mean == pytest.approx(families * size)
    assert interval.high == pytest.approx(families * size)
    assert interval.low == (0.0 if holds else pytest.approx(families * size))
    assert interval.holds_zero == holds
    row = result.monthly().query(f"statistic == 'poor' and month == 0 and unit == '{unit}'").iloc[0]
    assert row["low"] == interval.low


@pytest.fixture(scope="module")
def result() -> gr.Projection:
    cash = programme("cash", gr.CashTransfer(amount=400.0, payments=9), rollout=gr.Rollout(households=60.0))
    grant = programme("grant", gr.CapitalGrant(amount=700.0, delivery=30.0))
    return run(people(90), [policy("cash", cash), policy("both", cash, grant)], draws=5)


@pytest.fixture(scope="module")
def monthly(result: gr.Projection) -> pd.DataFrame:
    return result.monthly()


@pytest.mark.parametrize("statistic", RECORDED.told)
def test_monthly_says_what_interval_says(result: gr.Projection, monthly: pd.DataFrame, statistic: str) -> None:
    table = monthly[(monthly["policy"] == "both") & (monthly["statistic"] == statistic)]
    assert len(table) == 2 * 2 * 15
    for row in table[table["month"].isin([0, 14])].to_dict("records"):
        interval = result.interval(statistic, "both", month=row["month"], line=row["line"], unit=row["unit"])
        assert (row["mean"], row["low"], row["high"]) == pytest.approx((interval.mean, interval.low, interval.high))


def test_summary_and_compare_say_what_interval_says(result: gr.Projection) -> None:
    table = result.summary(line="lower").set_index("policy")
    for name in result.policies:
        row = table.loc[name]
        for month in (12, 14):
            for statistic in ("poor", "exits", "sustained", "self_reliant", *ADDITIONAL, "entries", "remeasured"):
                interval = result.interval(statistic, name, month=month, line="lower")
                ends = (row[f"{statistic}_{month}{end}"] for end in ("", "_low", "_high"))
                assert tuple(ends) == pytest.approx((interval.mean, interval.low, interval.high)), statistic
            persons = result.series("poor", name, line="lower", unit="persons").at(month).draws
            below = (persons / result.totals["persons"] < 0.001).mean()
            assert row[f"chance_below_0.1_percent_{month}"] == pytest.approx(below)
    assert table.loc["cash", "remeasured_0"] == result.interval("remeasured", "cash", month=0, line="lower").mean
    compared = (
        frame(compare_rows(result, "both", "nothing", result.index.label(None)))
        .query("month == 13")
        .set_index("exit")
    )
    for exit_, statistic in zip(("gross", "sustained", "self_reliant"), ADDITIONAL, strict=True):
        interval = result.interval(statistic, "both", month=13)
        ends = (compared.loc[exit_, f"additional{end}"] for end in ("", "_low", "_high"))
        assert tuple(ends) == pytest.approx((interval.mean, interval.low, interval.high))


def test_without_months_a_summary_answers_for_the_year_and_the_end(result: gr.Projection) -> None:
    def months(table: list[str]) -> list[str]:
        return [name for name in table if name.startswith("exits_") and name.count("_") == 1]

    assert months(list(result.summary().columns)) == ["exits_12", "exits_14"]
    assert months(list(run(people(50), months=7).summary().columns)) == ["exits_7"]
    assert months(list(run(people(50), months=12).summary().columns)) == ["exits_12"]
    anyway = [name for name in result.targeting().columns if name.startswith("share") and name[-1].isdigit()]
    assert anyway == ["share_leaving_anyway_by_12", "share_leaving_anyway_by_14"]


def test_who_leaves_anyway_by_the_year_and_the_end() -> None:
    """Where everybody is reached, these are the exits without any programme, over those poor at month 0."""
    every = policy("all", programme("all", gr.CashTransfer(amount=50.0)))
    found = run(people(90), [every], draws=5)
    row = found.targeting().query("line == 'line'").iloc[0]
    poor = found.series("poor", "nothing").at(0).draws.sum()
    for month in (12, 14):
        exits = found.series("exits", "nothing").at(month).draws.sum()
        assert row[f"share_leaving_anyway_by_{month}"] == pytest.approx(exits / poor)


def test_one_draw_has_no_ends() -> None:
    table = run(people(50), draws=1, months=2).monthly()
    assert table["low"].isna().all()
    assert table["high"].isna().all()
    assert table["mean"].notna().all()


def sustained(result: gr.Projection, helped: list[float], hurt: list[float], luck: float = 0.0) -> gr.Projection:
    """A made-up projection: who is out for good through a policy, and who is not because of it, draw by draw."""
    values = result.values.copy()
    for name, draws in (("helped_sustained", helped), ("hurt_sustained", hurt)):
        values[at(AXES["values"], statistic=result.statistics.index(name))] = np.array(draws).reshape(
            -1, 1, 1, 1, 1, 1
        )
    return attrs.evolve(
        result,
        values=values,
        luck=np.full_like(result.luck, luck),
        event_weight=np.full_like(result.event_weight, 5.0),
        sampling=np.zeros_like(result.sampling),
    )


def test_exits_for_a_billion_are_the_exits_over_the_cost(result: gr.Projection) -> None:
    """The cost is the same in every draw, so that both intervals are of one shape."""
    made = sustained(result, [20.0, 28.0, 24.0, 32.0, 26.0], [0.0] * 5, luck=9.0)
    row = made.summary().set_index("policy").loc["cash"]
    interval = made.interval("additional_sustained", "cash", month=14)
    assert 0 < interval.low < interval.mean < interval.high
    cost = 60.0 * 400.0 * 9
    name = "additional_sustained_per_billion"
    for end, value in (("", interval.mean), ("_low", interval.low), ("_high", interval.high)):
        assert row[f"{name}{end}"] == pytest.approx(value / cost * 1e9)
    assert row["cost_per_additional_sustained"] == pytest.approx(cost / 26.0)
    assert row["why_blank"] == ""


@pytest.mark.parametrize(
    ("helped", "hurt", "why"),
    [
        ([0.0] * 5, [20.0, 28.0, 24.0, 32.0, 26.0], "adds no sustained exits"),
        ([20.0] * 5, [20.0] * 5, "adds no sustained exits"),
        (
            [20.0, 0.0, 20.0, 0.0, 20.0],
            [0.0, 15.0, 0.0, 15.0, 0.0],
            "interval of additional sustained exits holds 0",
        ),
    ],
)
def test_no_price_where_exits_are_not_above_zero(
    result: gr.Projection, helped: list[float], hurt: list[float], why: str
) -> None:
    row = sustained(result, helped, hurt).summary().set_index("policy").loc["cash"]
    assert np.isnan(row["cost_per_additional_sustained"])
    assert row["why_blank"] == why


def test_one_in_a_thousand_is_not_below_it() -> None:
    population = gr.Population(
        ids=list("abcd"), welfare=np.array([50.0, 150.0, 200.0, 300.0]), weight=np.array([1.0, 333.0, 333.0, 333.0]),
        members=np.ones(4),
    )  # fmt: skip
    model = fixed_model(error=0.0, permanent=1.0)
    table = run(population, model=model, lines=[LINE], months=1, draws=2).summary()
    assert table["poor_1"].tolist() == [1.0]
    assert table["chance_below_0.1_percent_1"].tolist() == [0.0]
