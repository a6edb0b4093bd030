"""Incidence, dominance and growth incidence: areas, closed forms, hand-made cases."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

import graduasi as gr
from graduasi import measures as m
from graduasi.measures import curves as c

LINE = 10.0
world = st.lists(st.tuples(st.floats(0.5, 40.0), st.floats(0.1, 5.0)), min_size=1, max_size=12)


@given(world, st.floats(0.1, 50.0))
def test_incidence_is_poverty_at_every_line(rows: list[tuple[float, float]], line: float) -> None:
    welfare, weights = zip(*rows, strict=True)
    row = c.incidence_curve(welfare, [line], weights).iloc[0]
    assert row["incidence"] == pytest.approx(m.headcount(welfare, line, weights))
    assert row["deficit"] == pytest.approx(line * m.poverty_gap(welfare, line, weights))
    assert row["severity"] == pytest.approx(line**2 / 2 * m.poverty_severity(welfare, line, weights))


def test_incidence_by_hand() -> None:
    table = c.incidence_curve([-2.0, 3.0, 3.0, 7.0], [3.0, -2.0, 4.0, 9.0])
    assert table["amount"].tolist() == [3.0, -2.0, 4.0, 9.0]
    assert table["incidence"].tolist() == [0.25, 0.0, 0.75, 1.0]
    np.testing.assert_allclose(table["deficit"], [5 / 4, 0.0, (6 + 2) / 4, (11 + 12 + 2) / 4])
    np.testing.assert_allclose(table["severity"], [25 / 8, 0.0, 38 / 8, (121 + 72 + 4) / 8])


def test_each_curve_is_the_area_under_the_one_before() -> None:
    at = np.linspace(0.0, 30.0, 30_001)
    table = c.incidence_curve([4.0, 9.0, 11.0, 25.0], at, [1.0, 2.0, 2.0, 1.0])
    for under, area in (("incidence", "deficit"), ("deficit", "severity")):
        sums = np.concatenate(
            [[0.0], np.cumsum((table[under].to_numpy()[1:] + table[under].to_numpy()[:-1]) / 2000)]
        )
        np.testing.assert_allclose(table[area], sums, atol=3e-3)


def test_the_deep_tail_keeps_its_digits() -> None:
    # Far above, two households a millionth apart: sums of squares less squares of sums would leave 4 digits.
    table = c.incidence_curve([1e6, 1e6 + 1.0, 2e6], [1e6 + 1e-3])
    assert table["severity"][0] == pytest.approx((1e6 + 1e-3 - 1e6) ** 2 / 6, rel=1e-9)


def test_dominance_by_hand() -> None:
    richer = c.dominance([6.0, 9.0], [5.0, 9.0], 1.0, 20.0)
    assert (richer.verdict, richer.crossing, richer.most, richer.least) == ("first", None, 0.0, -0.5)
    assert c.dominance([5.0, 9.0], [6.0, 9.0], 1.0, 20.0).verdict == "second"
    assert c.dominance([5.0, 9.0], [5.0, 9.0, 5.0, 9.0], 1.0, 20.0).verdict == "equal"
    # Equal means: incidence crosses, the spread one has the larger deficit everywhere.
    crossed = c.dominance([4.0, 8.0], [5.0, 7.0], 1.0, 20.0)
    assert crossed.verdict == "neither"
    assert crossed.crossing == pytest.approx(7.0)
    assert c.dominance([4.0, 8.0], [5.0, 7.0], 1.0, 20.0, order=2).verdict == "second"
    # Below line 5.5 the two agree with dominance of order 1, too.
    assert c.dominance([4.0, 8.0], [5.0, 7.0], 1.0, 5.5).verdict == "second"
    assert c.dominance([4.0, 8.0], [5.0, 7.0], 1.0, 3.0).verdict == "equal"
    assert c.dominance([4.0, 8.0], [5.0, 7.0], 4.0, 4.0).verdict == "equal"


def test_a_crossing_between_the_levels_is_found() -> None:
    # The severities (z-1)^2 / 4 + (z-9)^2 / 4 and (z-3.5)^2 / 2: the second starts lower and crosses late.
    wide, narrow = [1.0, 12.0], [3.5, 3.5]
    found = c.dominance(wide, narrow, 0.0, 12.0, order=3)
    # (z - 1)^2 / 4 = (z - 3.5)^2 / 2 at z - 1 = sqrt(2) (z - 3.5)
    root = (3.5 * math.sqrt(2) - 1) / (math.sqrt(2) - 1)
    assert found.verdict == "neither"
    assert root < 12.0
    assert found.crossing is not None
    assert found.crossing >= root
    # The largest lead of the wide one is inside a segment, at (z - 1) / 2 = z - 3.5, z = 6.
    assert found.most == pytest.approx(25 / 4 - 2.5**2 / 2)


@given(world, world, st.floats(1.0, 45.0))
def test_dominance_of_an_order_carries_over_to_the_next(
    one: list[tuple[float, float]], two: list[tuple[float, float]], high: float
) -> None:
    (first, w_first), (second, w_second) = zip(*one, strict=True), zip(*two, strict=True)
    verdicts = [c.dominance(first, second, 0.0, high, w_first, w_second, order=k).verdict for k in (1, 2, 3)]
    for lower, higher in pairwise(verdicts):
        if lower in {"first", "second", "equal"}:
            assert higher in {lower, "equal"}
    for k, verdict in enumerate(verdicts):
        at = np.linspace(0.0, high, 200)
        name = ("incidence", "deficit", "severity")[k]
        gap = (
            c.incidence_curve(first, at, w_first)[name] - c.incidence_curve(second, at, w_second)[name]
        ).to_numpy()
        if verdict == "first":
            assert gap.max() <= 1e-9 * 50**k
        if verdict == "second":
            assert gap.min() >= -1e-9 * 50**k


def test_quantiles_of_weighted_data() -> None:
    welfare, weights = [30.0, 10.0, 20.0], [1.0, 2.0, 7.0]
    np.testing.assert_array_equal(
        c.quantiles(welfare, [0.01, 0.2, 0.2001, 0.9, 0.9001, 1.0], weights), [10.0, 10.0, 20.0, 20.0, 30.0, 30.0]
    )
    copies = np.repeat(welfare, [1, 2, 7])
    at = np.arange(1, 100) / 100
    np.testing.assert_array_equal(c.quantiles(welfare, at, weights), np.quantile(copies, at, method="inverted_cdf"))


def test_growth_incidence_by_hand() -> None:
    table = c.growth_incidence([10.0, 20.0], [40.0, 10.0], [1.0, 1.0], [1.0, 3.0], shares=[0.5, 0.75, 0.8], years=2)
    np.testing.assert_allclose(table["before"], [10.0, 20.0, 20.0])
    np.testing.assert_allclose(table["after"], [10.0, 10.0, 40.0])
    np.testing.assert_allclose(table["growth"], [0.0, math.sqrt(0.5) - 1, math.sqrt(2) - 1])
    logs = c.growth_incidence([10.0], [20.0], rate="log", years=2)
    assert len(logs) == 99
    np.testing.assert_allclose(logs["growth"], math.log(2) / 2)


def test_growth_incidence_of_log_normals() -> None:
    """log growth at p is change of mu + change of sigma x normal quantile of p."""
    score = ndtri((np.arange(100_000) + 0.5) / 100_000)
    table = c.growth_incidence(np.exp(1 + 0.6 * score), np.exp(1.1 + 0.5 * score), rate="log")
    np.testing.assert_allclose(table["growth"], 0.1 - 0.1 * ndtri(table["share"]), atol=2e-4)


@given(world, st.floats(0.9, 1.3))
def test_growth_of_the_poor_is_minus_the_change_of_watts(rows: list[tuple[float, float]], spread: float) -> None:
    welfare, weights = (np.array(column) for column in zip(*rows, strict=True))
    poor = welfare < LINE
    if not poor.any():
        assert math.isnan(c.growth_of_the_poor(welfare, welfare, LINE, weights, weights))
        return
    # Raised shortfalls in logs: the poor stay poor, and the order of people is mixed by it.
    after = np.where(poor, LINE * (welfare / LINE) ** spread, welfare)[::-1]
    change = m.watts(after, LINE, weights[::-1]) - m.watts(welfare, LINE, weights)
    growth = c.growth_of_the_poor(welfare, after, LINE, weights, weights[::-1])
    assert growth == pytest.approx(-change / m.headcount(welfare, LINE, weights), abs=1e-10)
    assert c.growth_of_the_poor(welfare, after, LINE, weights, weights[::-1], years=4) == pytest.approx(growth / 4)


def test_growth_through_the_line_counts_in_full() -> None:
    assert c.growth_of_the_poor([5.0, 20.0], [15.0, 20.0], LINE) == pytest.approx(math.log(3))
    assert c.growth_of_the_poor([5.0, 20.0], [15.0, 20.0], LINE, rate="compound") == pytest.approx(2.0)


def test_the_area_is_the_mean_of_the_curve() -> None:
    before, after = [2.0, 4.0, 8.0, 30.0], [3.0, 4.0, 9.0, 20.0]
    at = (np.arange(7500) + 0.5) / 10_000
    mean = c.growth_incidence(before, after, shares=at, rate="compound")["growth"].mean()
    assert c.growth_of_the_poor(before, after, LINE, rate="compound") == pytest.approx(mean, rel=1e-12)


def test_the_turn_between_two_levels_is_found() -> None:
    """Order 3: severities are furthest apart where deficits cross, which is between levels, not at one.

    One household at 0 and one at 4, against two at 1.8: below 4 deficits are x / 2 and x - 1.8, equal at x = 3.6.
    """
    found = m.dominance([0.0, 4.0], [1.8, 1.8], 0.0, 4.0, order=3)
    # x^2 / 4 - (x - 1.8)^2 / 2 at 3.6.
    assert found.most == pytest.approx(3.6**2 / 4 - 1.8**2 / 2, rel=1e-12)
    assert found.verdict == "second"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: c.incidence_curve([1.0], [math.inf]), "incidence_curve.amounts must be finite; got inf at position 0 (1 in all)"),
        (lambda: c.dominance([1.0], [1.0], 0.0, 1.0, order=4), "dominance.order must be 1, 2 or 3; got 4"),
        (lambda: c.dominance([1.0], [1.0], 2.0, 1.0), "dominance.high must be a number at least 2; got 1.0"),
        (lambda: c.quantiles([1.0], [0.0]), "quantiles.shares must be in (0, 1]; got 0 to 0"),
        (lambda: c.growth_incidence([1.0], [1.0], shares=[1.5]), "growth_incidence.shares must be in (0, 1]; got 1.5 to 1.5"),
        (lambda: c.growth_incidence([1.0], [1.0], rate="points"), "growth_incidence.rate must be one of 'compound', 'log'; got 'points'"),
        (lambda: c.growth_incidence([1.0], [1.0], years=0), "growth_incidence.years must be above 0; got 0"),
        (lambda: c.growth_incidence([0.0], [1.0]), "growth_incidence.welfare must have quantiles above 0 at both dates; got 0"),
        (lambda: c.growth_of_the_poor([1.0], [1.0], 0.0), "growth_of_the_poor.line must be money above 0; got 0.0"),
    ],
)  # fmt: skip
def test_refusals(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message
