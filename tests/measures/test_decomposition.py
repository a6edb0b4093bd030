"""Decompositions: parts add up, by hand and by law."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures as m
from graduasi.measures import decomposition as d

LINE = 10.0
people = st.lists(
    st.tuples(st.floats(0.5, 40.0), st.sampled_from("abc"), st.floats(0.1, 5.0)), min_size=2, max_size=15
)
world = st.lists(st.floats(0.5, 40.0), min_size=2, max_size=12)


def test_fgt_by_hand() -> None:
    table = d.decompose_fgt([5.0, 8.0, 20.0, 10.0], LINE, ["b", "a", "a", "c"], 1, [1.0, 2.0, 1.0, 4.0])
    assert list(table.index) == ["a", "b", "c"]
    assert table.index.name == "group"
    np.testing.assert_allclose(table["population_share"], [3 / 8, 1 / 8, 4 / 8])
    np.testing.assert_allclose(table["fgt"], [0.4 / 3, 0.5, 0.0])
    np.testing.assert_allclose(table["contribution"], [0.05, 0.0625, 0.0])
    np.testing.assert_allclose(table["contribution_share"], [0.05 / 0.1125, 0.0625 / 0.1125, 0.0])


def test_fgt_without_poor_or_people() -> None:
    table = d.decompose_fgt([20.0, 5.0], LINE, ["a", "b"], 0, [1.0, 0.0])
    assert table["fgt"].isna().tolist() == [False, True]
    assert table["contribution_share"].isna().all()


@given(people, st.sampled_from([0, 1, 2, 3.5]))
def test_fgt_adds_up(rows: list[tuple[float, str, float]], alpha: float) -> None:
    welfare, groups, weights = zip(*rows, strict=True)
    table = d.decompose_fgt(welfare, LINE, groups, alpha, weights)
    assert table["contribution"].sum() == pytest.approx(m.fgt(welfare, LINE, alpha, weights), rel=1e-12)
    for name, row in table.iterrows():
        inside = [k for k, group in enumerate(groups) if group == name]
        own = m.fgt([welfare[k] for k in inside], LINE, alpha, [weights[k] for k in inside])
        assert row["fgt"] == pytest.approx(own, abs=1e-12)


@given(people, st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]))
def test_entropy_adds_up(rows: list[tuple[float, str, float]], alpha: float) -> None:
    welfare, groups, weights = zip(*rows, strict=True)
    parts = d.decompose_entropy(welfare, groups, alpha, weights)
    assert parts.total == pytest.approx(m.generalised_entropy(welfare, alpha, weights))
    assert parts.within + parts.between == pytest.approx(parts.total, abs=1e-12)
    assert parts.groups["contribution"].sum() == pytest.approx(parts.within, abs=1e-15)


def test_entropy_by_hand() -> None:
    apart = d.decompose_entropy([1.0, 1.0, 3.0, 3.0], ["x", "x", "y", "y"], 0.0)
    assert apart.within == 0.0
    assert apart.between == pytest.approx(math.log(2) - math.log(3) / 2)
    alike = d.decompose_entropy([1.0, 3.0, 1.0, 3.0, 9.0], ["x", "x", "y", "y", "z"], 1.0, [1, 1, 1, 1, 0])
    assert alike.between == pytest.approx(0.0, abs=1e-15)
    assert list(alike.groups.index) == ["x", "y"]


def test_growth_and_inequality_by_hand() -> None:
    # Mean 12 to 16, and a Lorenz curve that spreads. P(m1, L0): (32/3, 64/3); P(m0, L1): (3, 21).
    before, after = [8.0, 16.0], [4.0, 28.0]
    by = {
        name: d.decompose_change(before, after, LINE, measure=m.poverty_gap, reference=name)
        for name in d.REFERENCES
    }
    assert by["initial"] == d.GrowthInequality(
        change=pytest.approx(0.2), growth=pytest.approx(-0.1), inequality=pytest.approx(0.25),
        residual=pytest.approx(0.05), reference="initial",
    )  # fmt: skip
    assert by["final"] == d.GrowthInequality(
        change=pytest.approx(0.2), growth=pytest.approx(-0.05), inequality=pytest.approx(0.3),
        residual=pytest.approx(-0.05), reference="final",
    )  # fmt: skip
    assert by["shapley"].growth == pytest.approx(-0.075)
    assert by["shapley"].inequality == pytest.approx(0.275)
    assert (by["mean"].growth, by["mean"].inequality) == (by["shapley"].growth, by["shapley"].inequality)


@given(world, world, st.sampled_from(d.REFERENCES), st.sampled_from([m.headcount, m.poverty_gap, m.watts, m.sen]))
def test_growth_and_inequality_add_up(
    before: list[float], after: list[float], reference: str, measure: Callable[..., float]
) -> None:
    parts = d.decompose_change(before, after, LINE, measure=measure, reference=reference)
    assert parts.growth + parts.inequality + parts.residual == pytest.approx(parts.change, abs=1e-12)
    assert parts.change == measure(after, LINE) - measure(before, LINE)


@given(world, st.floats(0.5, 2.0))
def test_pure_growth_has_no_inequality_part(welfare: list[float], factor: float) -> None:
    for reference in d.REFERENCES:
        parts = d.decompose_change(
            welfare, [factor * x for x in welfare], LINE, measure=m.poverty_severity, reference=reference
        )
        assert parts.inequality == pytest.approx(0.0, abs=1e-9)
        assert parts.growth == pytest.approx(parts.change, abs=1e-9)


MEASURES = (
    m.headcount,
    m.poverty_gap,
    m.poverty_severity,
    m.watts,
    m.sen,
    m.sen_shorrocks_thon,
    m.income_gap_ratio,
)


def test_growth_of_households_on_the_line_by_hand() -> None:
    welfare = np.array([1.0, 2.0, 2.0, 2.0, 3.0, 5.0])
    for reference in d.REFERENCES:
        parts = d.decompose_change(welfare, 1.01 * welfare, 2.0, reference=reference)
        assert parts == d.GrowthInequality(change=0, growth=0, inequality=0, residual=0, reference=reference)


@given(
    st.lists(st.sampled_from([0.5, 1.0, 1.1, 1.6, 2.0, 2.0, 2.2, 3.0, 5.0]), min_size=2, max_size=12),
    st.one_of(st.integers(51, 400).map(lambda percent: percent / 100), st.floats(0.5, 4.0)),
    st.sampled_from(MEASURES),
    st.sampled_from(d.REFERENCES),
    st.lists(st.sampled_from([0.1, 1.0, 2.0, 3.3]), min_size=12, max_size=12),
)
def test_pure_growth_has_no_inequality_part_however_many_stand_on_the_line(
    welfare: list[float], factor: float, measure: Callable[..., float], reference: str, weights: list[float]
) -> None:
    """Heaps on the line before, after, or both: scaling them to the other mean must not push them under it."""
    before, weight = np.array(welfare), np.array(weights[: len(welfare)])
    for line in (2.0, 2.0 * factor, float(before[0] * factor)):
        parts = d.decompose_change(
            before, before * factor, line, weight, weight, measure=measure, reference=reference
        )
        assert parts.inequality == pytest.approx(0.0, abs=1e-11)
        assert parts.residual == pytest.approx(0.0, abs=1e-11)
        assert parts.growth == pytest.approx(parts.change, abs=1e-11)
    lines = np.where(np.arange(before.size) % 2 == 0, 2.0, 2.2)
    parts = d.decompose_change(before, before * factor, lines, weight, weight, measure=measure, reference=reference)
    assert parts.inequality == pytest.approx(0.0, abs=1e-11)


@given(
    st.lists(st.sampled_from([0.7, 1.0, 2.0, 2.0, 2.3, 3.1]), min_size=2, max_size=10),
    st.sampled_from(MEASURES),
    st.sampled_from(d.REFERENCES),
)
def test_pure_redistribution_has_no_growth_part(
    welfare: list[float], measure: Callable[..., float], reference: str
) -> None:
    """Each pair gives from one to the other: the mean stays, but for its last digits."""
    before = np.array(welfare)
    after = before.copy()
    half = before.size // 2
    after[:half] += 0.1
    after[half : 2 * half] -= 0.1
    parts = d.decompose_change(before, after, 2.0, measure=measure, reference=reference)
    assert (parts.growth, parts.residual) == (0.0, 0.0)
    assert parts.inequality == pytest.approx(parts.change, abs=1e-12)


def test_what_moves_close_to_the_line_keeps_its_side_beyond_rounding() -> None:
    """1e-9 under the line after growth is poor: only what rounding can do is undone."""
    before = np.array([1.0, 2.0 * (1 - 1e-9), 2.0, 4.0])
    parts = d.decompose_change(before, before * 1.0, 2.0)
    assert parts.change == 0.0
    grown = d.decompose_change(np.array([1.0, 1.0 - 1e-9, 4.0]), np.array([2.0, 2.0 - 2e-9, 8.0]), 2.0)
    assert grown.growth == pytest.approx(-1 / 3)
    assert grown.inequality == 0.0


@given(world, st.floats(1.1, 3.0))
def test_prices_change_nothing(welfare: list[float], price: float) -> None:
    parts = d.decompose_change(
        welfare, [price * x for x in welfare], LINE, line_after=price * LINE, measure=m.poverty_gap
    )
    assert parts.growth == pytest.approx(0.0, abs=1e-9)
    assert parts.inequality == pytest.approx(0.0, abs=1e-9)


def test_sen_shorrocks_thon_by_hand() -> None:
    parts = d.decompose_sen_shorrocks_thon([5.0, 8.0, 20.0], LINE, [1.0, 2.0, 1.0])
    assert parts.headcount == 0.75
    assert parts.income_gap_ratio == pytest.approx(0.3)
    assert parts.inequality == pytest.approx(1 + 5 / 12)
    assert parts.index == m.sen_shorrocks_thon([5.0, 8.0, 20.0], LINE, [1.0, 2.0, 1.0])
    nobody = d.decompose_sen_shorrocks_thon([20.0], LINE)
    assert nobody == d.SenShorrocksThon(index=0.0, headcount=0.0, income_gap_ratio=0.0, inequality=1.0)


@given(world, world)
def test_sen_shorrocks_thon_multiplies_and_adds_in_logs(before: list[float], after: list[float]) -> None:
    first, second = (d.decompose_sen_shorrocks_thon([*x, 2.0], LINE) for x in (before, after))
    assert first.headcount * first.income_gap_ratio * first.inequality == pytest.approx(first.index)
    change = d.change_of_sen_shorrocks_thon(first, second)
    assert change.headcount + change.income_gap_ratio + change.inequality == pytest.approx(change.index, abs=1e-12)
    assert first.index * math.exp(change.index) == pytest.approx(second.index)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: d.decompose_fgt([1.0], 2.0, ["a", "b"], 0), "decompose_fgt.groups must have 1 values, one a household; got 2"),
        (lambda: d.decompose_fgt([1.0, 2.0], 2.0, ["a", None], 0), "decompose_fgt.groups must have no missing labels; got one at position 1 (1 in all)"),
        (lambda: d.decompose_fgt([1.0], 2.0, ["a"], -1), "decompose_fgt.alpha must be a number at least 0; got -1"),
        (lambda: d.decompose_entropy([0.0, 1.0], ["a", "b"], 2.0), "decompose_entropy.welfare must have a mean above 0 in every group; got 0 in 'a'"),
        (lambda: d.decompose_change([1.0], [1.0], 2.0, reference="base"), "decompose_change.reference must be one of 'initial', 'final', 'mean', 'shapley'; got 'base'"),
        (lambda: d.decompose_change([0.0], [1.0], 2.0), "decompose_change.welfare must have a mean above 0 at both dates; got 0 and 0.5 lines"),
        (lambda: d.change_of_sen_shorrocks_thon(d.decompose_sen_shorrocks_thon([1.0], 2.0), d.decompose_sen_shorrocks_thon([3.0], 2.0)), "change_of_sen_shorrocks_thon.index must be above 0 at both dates; got 0.5 and 0"),
    ],
)  # fmt: skip
def test_refusals(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message
