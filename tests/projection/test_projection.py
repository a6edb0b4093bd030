"""What a projection says, its tables, and JSON both ways."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi.projection import RECORDED, Interval, SimulationVariance, rescale
from graduasi.projection.intervals import chance_below_one, chance_of_none, chance_unseen, ratio_of_sums, student
from graduasi.projection.tables import compare_rows, frame, group_rows, total_cost

CASH = programme("cash", gr.CashTransfer(amount=400.0, payments=14), rollout=gr.Rollout(households=60.0))
GRANT = programme("grant", gr.CapitalGrant(amount=900.0, delivery=30.0, start_up=50.0))


@pytest.fixture(scope="module")
def projection() -> gr.Projection:
    return run(
        people(150, grouped=True), [policy("cash", CASH), policy("both", CASH, GRANT)], draws=4, households=True
    )


def total(projection: gr.Projection, statistic: str, policy: str, month: int, line: str = "line") -> Any:
    where = {"unit": "households", "policy": policy, "month": month, "line": line}
    return projection.data[statistic].sel(where).sum("by").to_numpy()


def compared(projection: gr.Projection, policy: str, against: str, line: str = "line") -> Any:
    return frame(compare_rows(projection, policy, against, line))


def test_summary(projection: gr.Projection) -> None:
    table = projection.summary(line="lower", at=(12, 14))
    assert table["policy"].tolist() == ["nothing", "cash", "both"]
    assert set(table["line"]) == {"lower"}
    assert set(table["unit"]) == {"households"}
    row = table.iloc[1]
    assert row["poor_0"] == pytest.approx(total(projection, "poor", "cash", 0, "lower").mean())
    assert row["cost"] == pytest.approx(60.0 * 400.0 * 14)
    assert row["cost_low"] <= row["cost"] * (1 + 1e-12)
    assert table["why_blank"][0] == "no cost"
    assert math.isnan(table["cost_per_additional_sustained"][0])
    for name in ("additional", "additional_sustained", "additional_self_reliant"):
        assert table[f"{name}_14"][0] == 0.0
    assert {"poor_12", "poor_14"} <= set(projection.summary().columns)


def test_a_price_is_blank_where_the_interval_holds_zero(projection: gr.Projection) -> None:
    for row in projection.summary(at=(14,)).to_dict("records")[1:]:
        holds = projection.interval("additional_sustained", row["policy"], month=14).holds_zero
        assert math.isnan(row["cost_per_additional_sustained"]) == holds
        assert (row["why_blank"] == "interval of additional sustained exits holds 0") == holds


def test_monthly(projection: gr.Projection) -> None:
    table = projection.monthly()
    assert len(table) == 3 * 2 * 2 * len(RECORDED.told) * 15
    row = table.query(
        "policy == 'both' and line == 'line' and unit == 'persons' and statistic == 'poor' and month == 13"
    ).iloc[0]
    assert row["date"] == "2025-01"
    where = {"unit": "persons", "policy": "both", "month": 13, "line": "line"}
    assert row["mean"] == pytest.approx(projection.data["poor"].sel(where).sum("by").mean())
    assert row["low"] <= row["mean"] <= row["high"]


def test_compare(projection: gr.Projection) -> None:
    against = compared(projection, "both", "nothing")
    row = against.query("exit == 'sustained' and month == 14").iloc[0]
    assert row["helped"] - row["hurt"] == pytest.approx(row["additional"])
    assert row["additional"] == pytest.approx(
        (total(projection, "sustained", "both", 14) - total(projection, "sustained", "nothing", 14)).mean()
    )
    other = compared(projection, "both", "cash", "lower").query("exit == 'gross' and month == 10").iloc[0]
    assert math.isnan(other["helped"])
    assert other["additional"] == pytest.approx(
        (total(projection, "exits", "both", 10, "lower") - total(projection, "exits", "cash", 10, "lower")).mean()
    )


def test_costs(projection: gr.Projection) -> None:
    table = projection.costs().set_index(["policy", "programme", "component"])["cost"]
    families = float(people(150, grouped=True).weight.sum())
    assert table["both", "grant", "transfer"] == pytest.approx(900.0 * families)
    assert table["both", "grant", "delivery"] == pytest.approx(30.0 * families)
    assert table["both", "grant", "start_up"] == 50.0
    assert ("cash", "grant", "transfer") not in table.index
    assert total_cost(projection, "both").mean() == pytest.approx(table["both"].sum())
    assert list(run(people(20), months=2).costs().columns) == list(projection.costs().columns)


def test_targeting(projection: gr.Projection) -> None:
    table = projection.targeting()
    assert set(table["policy"]) == {"cash", "both"}
    row = table.query("policy == 'cash' and line == 'line'").iloc[0]
    reached, found, poor = (total(projection, name, "cash", 14) for name in ("reached", "reached_poor", "poor"))
    poor = total(projection, "poor", "cash", 0)
    assert row["reached"] == pytest.approx(60.0)
    assert row["coverage"] == pytest.approx(found.sum() / poor.sum())
    assert row["undercoverage"] == pytest.approx(1 - row["coverage"])
    assert row["leakage"] == pytest.approx(1 - found.sum() / reached.sum())
    assert row["coverage"] == pytest.approx(
        row["reached_truly_poor"] / projection.interval("poor", "cash", month=0).mean
    )
    for name in ("coverage", "undercoverage", "leakage", "share_leaving_anyway_by_14"):
        assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]
    every = table.query("policy == 'both' and line == 'line'").iloc[0]
    assert every["coverage"] == pytest.approx(1.0)
    exits = total(projection, "exits", "nothing", 14).sum() / poor.sum()
    assert every["share_leaving_anyway_by_14"] == pytest.approx(exits)
    nobody = run(people(20), months=2)
    assert len(nobody.targeting()) == 0


def test_by_group(projection: gr.Projection) -> None:
    assert projection.groups == ("east", "west")
    for statistic, expected in (("poor", total(projection, "poor", "both", 14)), ("additional", None)):
        table = frame(group_rows(projection, statistic, 14, "households")).query(
            "policy == 'both' and line == 'line'"
        )
        assert table["group"].tolist() == ["east", "west"]
        mean = projection.series(statistic, "both").at(14).mean()[0] if expected is None else expected.mean()
        assert table["value"].sum() == pytest.approx(mean)


def test_households(projection: gr.Projection) -> None:
    population = people(150, grouped=True)
    for name in projection.policies:
        table = projection.households(name)
        assert table["id"].tolist() == population.ids.tolist()
        for column, statistic, month in (
            ("poor_first", "poor", 0), ("poor_last", "poor", 14), ("sustained_last", "sustained", 14), ("reached", "reached", 14),
        ):  # fmt: skip
            assert (table[column] * population.weight).sum() == pytest.approx(
                total(projection, statistic, name, month).mean()
            )
    with pytest.raises(gr.NotAvailableError) as caught:
        run(people(20), months=2).households("nothing")
    assert str(caught.value) == "Projection has no table of households; ask for it: simulate(households=True)"


def test_json_goes_there_and_back(projection: gr.Projection, tmp_path: Path) -> None:
    text = projection.to_json(tmp_path / "p.json")
    back = gr.Projection.from_json(text)
    assert (tmp_path / "p.json").read_text(encoding="utf-8") == text
    for name in ("values", "luck", "event_weight", "costs_by_draw", "enrolled", "flows", "poor_records"):
        np.testing.assert_array_equal(getattr(back, name), getattr(projection, name))
    assert back.inputs.keys() == projection.inputs.keys()
    assert back.summary().equals(projection.summary())
    assert back.to_json() == text
    assert back.lines == projection.lines
    plain = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert plain["summary"][0]["cost_per_additional_sustained"] is None
    assert "h0001" not in text
    assert gr.Projection.from_json(tmp_path / "p.json").seed == projection.seed


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{", "Projection.from_json.source must be JSON; Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("{}", "Projection.from_json.format must be 'graduasi projection 1'; got None"),
        ('{"format": "graduasi projection 1"}', "Projection.from_json.policies must be given; it is missing"),
    ],
)  # fmt: skip
def test_what_is_not_a_projection(source: str, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.Projection.from_json(source)
    assert str(caught.value) == message


def test_what_is_not_there(projection: gr.Projection) -> None:
    for call, message in (
        (lambda: projection.interval("poor", "cahs"), "Projection has no policy 'cahs'; it has 'nothing', 'cash', 'both'"),
        (lambda: projection.interval("poor", "cash", line="x"), "Projection has no line 'x'; it has 'line', 'lower'"),
        (lambda: projection.interval("poor", "cash", month=15), "Projection.month must be a whole number in [0, 14]; got 15"),
        (lambda: projection.interval("poor", "cash", unit="people"), "Projection has no unit 'people'; it has 'households', 'persons'"),
        (
            lambda: projection.series("rich", "cash"),
            f"Projection.series.statistic must be one of {', '.join(RECORDED.told)}; got 'rich'",
        ),
        (
            lambda: run(people(20, sized=False), months=2).interval("poor", "nothing", unit="persons"),
            "Projection has no unit 'persons': household sizes are not known; it has 'households'",
        ),
    ):  # fmt: skip
        with pytest.raises(gr.NotAvailableError) as caught:
            call()
        assert str(caught.value) == message


def test_how_it_shows_itself(projection: gr.Projection) -> None:
    assert repr(projection) == "Projection(3 policies, 2 lines, months 0-14 from 2023-12, 4 draws, seed 11)"
    assert projection._repr_html_().startswith("<div><p><b>Projection(")
    assert projection.index.date(0) == "2023-12"
    assert projection.index.date(13) == "2025-01"
    assert projection.version == gr.__version__
    assert any(note.startswith("only 4 draws") for note in projection.notes)


def test_rescaling_by_hand() -> None:
    """Of 200 draws, one standard error of the variance is a tenth of it: nine tenths of the luck are rescaled."""
    draws = np.tile([[-1.0], [1.0]], (100, 1)) * math.sqrt(99.5) + 50.0  # variance 100
    luck = np.array([100.0])
    rescaled = rescale(draws, luck, np.array([4.0]))
    assert rescaled.mean() == pytest.approx(50.0)
    assert rescaled.var(ddof=1) == pytest.approx(100.0 - 90.0 + 90.0 / 4)
    np.testing.assert_allclose(rescale(draws, luck, np.array([1.0])), draws)
    np.testing.assert_allclose(rescale(draws, np.array([np.nan]), np.array([9.0])), draws)
    np.testing.assert_allclose(rescale(draws[:1], luck, np.array([9.0])), draws[:1])


@pytest.mark.filterwarnings("ignore:at 'nobody' the median of welfare")
def test_a_chance_of_nothing_is_not_made_of_empty_records() -> None:
    """Where no record is ever poor, the families that each stands for are still unknown."""
    low = gr.PovertyLine(amount=1e-3, label="nobody")
    result = run(people(60), [], lines=[low], months=3)
    chance = result.summary()["chance_below_one_household_3"][0]
    weight = people(60).weight
    assert chance == pytest.approx((weight**2).sum() ** -0.5 * weight.sum() ** 0.5)


def test_luck_variance_of_a_made_up_table() -> None:
    """Parts that differ by lasting levels and by independent luck of variance 4: eight of them have 32."""
    rng = np.random.default_rng(1)
    luck = SimulationVariance()
    assert math.isnan(luck.variance())
    levels = rng.normal(0, 50, 8)
    for _ in range(4000):
        luck.add(levels + rng.normal(0, 30) + rng.normal(0, 2, 8))
    assert float(luck.variance()) == pytest.approx(32.0, rel=0.05)


def test_intervals() -> None:
    interval = Interval.of(np.arange(101.0))
    assert (interval.mean, interval.low, interval.high) == pytest.approx((50.0, 5.0, 95.0))
    assert interval.monte_carlo_error == pytest.approx(np.arange(101.0).std(ddof=1) / math.sqrt(101))
    assert not interval.holds_zero
    assert str(interval) == "50 (5 to 95)"
    assert Interval.of(np.arange(101.0), none=0.06).low == 0.0
    assert Interval.of(np.arange(101.0), none=0.06).holds_zero
    alone = Interval.of(np.array([3.0]))
    assert alone.mean == 3.0
    assert math.isnan(alone.low)
    assert alone.holds_zero


def test_an_event_of_two_heavy_records_is_hardly_known() -> None:
    """Two draws of thirty in which a record of 548 families met it: rescaled, they all but vanish into the mean."""
    raw = np.zeros(30)
    raw[[4, 17]] = 548.0
    rescaled = rescale(raw, raw.var(ddof=1), 548.0)
    interval = Interval.of(rescaled, raw=raw)
    assert interval.mean == pytest.approx(2 * 548 / 30)
    assert interval.low <= 0
    assert interval.high > interval.mean + 1.4 * raw.std(ddof=1) / math.sqrt(30)
    assert interval.monte_carlo_error == pytest.approx(raw.std(ddof=1) / math.sqrt(30))


@given(st.lists(st.floats(0, 1e4), min_size=2, max_size=40), st.floats(0, 1), st.floats(1, 500))
def test_an_interval_holds_its_mean(draws: list[float], share: float, weight: float) -> None:
    raw = np.array(draws)
    interval = Interval.of(rescale(raw, share * raw.var(ddof=1), weight), raw=raw)
    assert interval.low <= interval.mean * (1 + 1e-12)
    assert interval.high >= interval.mean * (1 - 1e-12)


def test_chances_of_nothing() -> None:
    draws = np.array([0.0, 0.0, 5.0, 1.0])
    assert chance_below_one(draws, 1.0) == pytest.approx((2 + math.exp(-5) + math.exp(-1)) / 4)
    assert chance_below_one(draws, 9.0) == pytest.approx((2 / 3 + math.exp(-5) + 1 / 3) / 4)
    assert chance_below_one(np.full(20, 73_500.0), 27.0) < 1e-300
    assert chance_of_none(np.array([0.0, 0.0, 0.0]), 1.0) == 1.0
    assert chance_of_none(np.array([0.0, 2.0]), 0.0) == pytest.approx((1 + math.exp(-2)) / 2)
    # All of the spread is luck: every draw expects the mean.
    assert chance_of_none(np.array([0.0, 2.0]), 99.0) == pytest.approx(math.exp(-1))


def test_what_no_draw_showed() -> None:
    """Three over the draws at most, and next to nothing where all draws are far from the threshold."""
    far = np.linspace(50_000.0, 95_000.0, 20)
    assert chance_unseen(far, 1.0) < 1e-3
    assert chance_unseen(np.full(20, 7.0), 1.0) < 1e-30
    assert chance_unseen(np.ones(20), 2.0) == 0.0
    assert chance_unseen(np.array([0.0, 7.0, 8.0, 9.0]), 1.0) == 0.75
    assert chance_unseen(np.array([4.0, 5.0]), 1.0) == 1.0
    # As far away as Bekasi's draws are from one family: the rule of three, not next to nothing.
    assert chance_unseen(np.exp(np.linspace(2.1, 7.3, 100)), 1.0) == pytest.approx(0.03)
    # Logs -1, 0, 1 times s: t with two degrees of freedom at d is 1/2 - d / (2 sqrt(2 + d d)).
    distance = 3.0 / math.sqrt(4 / 3)
    tail = 0.5 - distance / (2 * math.sqrt(2 + distance**2))
    assert chance_unseen(np.exp([-1.0, 0.0, 1.0]), math.exp(3.0)) == pytest.approx(tail)


def test_a_share_is_a_ratio_of_sums() -> None:
    share = ratio_of_sums(np.array([2.0, 0.0, 30.0]), np.array([2.0, 0.0, 100.0]))
    assert share.mean == pytest.approx(32 / 102)
    assert 0.3 <= share.low <= share.mean <= share.high <= 1.0
    residual = np.array([2.0, 0.0, 30.0]) - 32 / 102 * np.array([2.0, 0.0, 100.0])
    assert share.monte_carlo_error == pytest.approx(residual.std(ddof=1) / math.sqrt(3) / 34)
    assert math.isnan(ratio_of_sums(np.zeros(3), np.zeros(3)).mean)
    assert math.isnan(ratio_of_sums(np.ones(1), np.ones(1)).low)


def test_eight_groups_leave_seven_degrees_of_freedom() -> None:
    assert student(8) == pytest.approx((1.8946 / 1.6449) ** 2, rel=1e-4)  # from tables of t and of the normal


def test_luck_variance_of_two_draws_by_hand() -> None:
    """Two parts, 1 and 3 then 5 and 1: residuals -1, 1 then 2, -2, of variance 4.5 each; twice over, for two parts."""
    luck = SimulationVariance()
    luck.add(np.array([1.0, 3.0]))
    luck.add(np.array([5.0, 1.0]))
    assert float(luck.variance()) == pytest.approx(4.5 * 2 / 1 * 2)


def test_ends_by_month_are_those_of_the_interval(projection: gr.Projection) -> None:
    table = projection.monthly().query("policy == 'both' and line == 'line' and unit == 'households'")
    for statistic in ("poor", "additional_sustained", "remeasured"):
        for row in table[table["statistic"] == statistic].to_dict("records"):
            interval = projection.interval(statistic, "both", month=row["month"])
            assert (row["low"], row["high"]) == pytest.approx((interval.low, interval.high))


def test_helped_less_hurt_by_hand(projection: gr.Projection) -> None:
    values = projection.values.copy()
    values[..., RECORDED.index("helped"), :], values[..., RECORDED.index("hurt"), :] = 7.0, 2.0
    made = attrs.evolve(projection, values=values)
    groups = len(made.groups)
    assert made.series("additional", "both").at(3).draws[:, 0].tolist() == pytest.approx([5.0 * groups] * 4)
    row = compared(made, "both", "nothing").query("exit == 'gross' and month == 3").iloc[0]
    assert (row["helped"], row["hurt"], row["additional"]) == pytest.approx(
        (7.0 * groups, 2.0 * groups, 5.0 * groups)
    )


def test_price_columns_by_hand(projection: gr.Projection) -> None:
    """Twelve more exits a group in every draw have a price; as many helped as hurt have none."""
    for hurt, priced in ((0.0, True), (12.0, False)):
        values = projection.values.copy()
        values[..., RECORDED.index("helped_sustained"), :] = 12.0
        values[..., RECORDED.index("hurt_sustained"), :] = hurt
        made = attrs.evolve(projection, values=values, luck=np.zeros_like(projection.luck))
        row = made.summary(at=(14,)).iloc[1]
        gained = (12.0 - hurt) * len(made.groups)
        assert row["additional_sustained_per_billion"] == pytest.approx(gained / row["cost"] * 1e9)
        assert math.isnan(row["cost_per_additional_sustained"]) != priced
        if priced:
            assert row["cost_per_additional_sustained"] == pytest.approx(row["cost"] / gained)
