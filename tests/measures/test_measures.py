"""Measures: axioms, closed forms, hand-made cases, and a published reference."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

import graduasi as gr
from graduasi import measures as m

LINE = 10.0
positive = st.lists(st.floats(0.1, 40.0), min_size=2, max_size=12)
POVERTY = (m.headcount, m.poverty_gap, m.poverty_severity, m.watts, m.sen, m.sen_shorrocks_thon, m.income_gap_ratio)
INEQUALITY: tuple[Callable[..., float], ...] = (
    m.gini, m.theil, m.mean_log_deviation, m.palma, m.quantile_share_ratio,
    lambda x, w=None: m.atkinson(x, 0.5, w), lambda x, w=None: m.atkinson(x, 2.0, w),
    lambda x, w=None: m.generalised_entropy(x, 2.0, w),
)  # fmt: skip


def test_exactly_on_the_line_is_not_poor() -> None:
    assert m.headcount([10.0, 9.999, 11.0], 10.0) == pytest.approx(1 / 3)


def test_by_hand() -> None:
    welfare, weights = [5.0, 8.0, 20.0], [1.0, 2.0, 1.0]
    assert m.headcount(welfare, LINE, weights) == 0.75
    assert m.poverty_gap(welfare, LINE, weights) == pytest.approx((0.5 + 2 * 0.2) / 4)
    assert m.poverty_severity(welfare, LINE, weights) == pytest.approx((0.25 + 2 * 0.04) / 4)
    assert m.income_gap_ratio(welfare, LINE, weights) == pytest.approx(0.9 / 3)
    assert m.watts(welfare, LINE, weights) == pytest.approx((math.log(2) + 2 * math.log(1.25)) / 4)
    # Gini among the poor (5, 8, 8) is 2/21; of the gaps (0, .2, .2, .5) it is 5/12.
    assert m.sen(welfare, LINE, weights) == pytest.approx(0.75 * (0.3 + 0.7 * 2 / 21))
    assert m.sen_shorrocks_thon(welfare, LINE, weights) == pytest.approx(0.225 * (1 + 5 / 12))
    assert m.gini([0.0, 1.0]) == pytest.approx(0.5)
    assert m.gini([0.0, 1.0], convention="sample") == pytest.approx(1.0)
    assert m.gini([1.0], convention="sample") == 0.0
    assert m.theil([0.0, 2.0]) == pytest.approx(math.log(2))
    assert m.palma(np.arange(1.0, 11.0)) == pytest.approx(10 / 10)
    assert m.quantile_share_ratio(np.arange(1.0, 11.0)) == pytest.approx(19 / 3)


@given(st.permutations(range(6)))
def test_ties_and_the_order_of_rows(order: list[int]) -> None:
    benefit = np.array([1.0, 0.0, 0.0, 2.0, 0.0, 0.0])[order]
    np.testing.assert_allclose(m.benefit_incidence(np.ones(6), benefit, cuts=(0.25,)), [0.25, 0.75])


def test_close_to_the_limits() -> None:
    welfare = [1.0, 2.0, 7.0]
    assert m.atkinson(welfare, 1 + 1e-15) == pytest.approx(m.atkinson(welfare, 1.0))
    assert m.generalised_entropy(welfare, 1e-12) == pytest.approx(m.mean_log_deviation(welfare))
    assert m.generalised_entropy(welfare, 1 - 1e-12) == pytest.approx(m.theil(welfare))
    assert m.generalised_entropy(welfare, 1e-5) == pytest.approx(m.mean_log_deviation(welfare), rel=1e-4)
    assert m.atkinson(welfare, 0) == 0.0


def test_lines_of_regions() -> None:
    assert m.sen([5.0, 8.0], [10.0, 16.0]) == pytest.approx(0.5)
    assert m.headcount([5.0, 5.0], [4.0, 6.0]) == 0.5


@given(positive, st.floats(0.0, 30.0))
def test_focus(welfare: list[float], more: float) -> None:
    raised = [value + more if value >= LINE else value for value in welfare]
    for measure in POVERTY:
        assert measure(raised, LINE) == pytest.approx(measure(welfare, LINE), abs=1e-12)


@given(positive, st.floats(0.01, 0.9))
def test_monotonicity(welfare: list[float], share: float) -> None:
    poorest = int(np.argmin(welfare))
    assume(welfare[poorest] < LINE)
    lower = list(welfare)
    lower[poorest] *= share
    for measure in (m.poverty_gap, m.poverty_severity, m.watts, m.sen_shorrocks_thon):
        assert measure(lower, LINE) > measure(welfare, LINE)


@given(st.floats(0.5, 4.0), st.floats(5.0, 9.0), st.floats(0.01, 0.4))
def test_a_transfer_from_poorer_to_richer_raises_severity(low: float, high: float, part: float) -> None:
    amount = part * low
    for measure in (m.poverty_severity, m.watts, m.sen_shorrocks_thon):
        assert measure([low - amount, high + amount, 20.0], LINE) > measure([low, high, 20.0], LINE)


@given(positive, st.integers(2, 4), st.floats(0.1, 9.0))
def test_replication_and_scale(welfare: list[float], copies: int, factor: float) -> None:
    for measure in POVERTY:
        assert measure(welfare * copies, LINE) == pytest.approx(measure(welfare, LINE), abs=1e-9)
        assert measure(welfare, LINE, [float(copies)] * len(welfare)) == pytest.approx(
            measure(welfare, LINE), abs=1e-9
        )
    for index in INEQUALITY:
        assert index(welfare * copies) == pytest.approx(index(welfare), abs=1e-9)
        assert index([factor * value for value in welfare]) == pytest.approx(index(welfare), abs=1e-7)


@given(positive)
def test_order_of_the_fgt_family(welfare: list[float]) -> None:
    assert m.poverty_severity(welfare, LINE) <= m.poverty_gap(welfare, LINE) <= m.headcount(welfare, LINE)


@given(positive, st.integers(1, 11))
def test_subgroups_add_up(welfare: list[float], cut: int) -> None:
    assume(cut < len(welfare))
    parts = (welfare[:cut], welfare[cut:])
    for alpha in (0, 1, 2, 3.5):
        whole = sum(len(part) * m.fgt(part, LINE, alpha) for part in parts) / len(welfare)
        assert whole == pytest.approx(m.fgt(welfare, LINE, alpha), abs=1e-12)


@given(positive)
def test_equal_welfare_has_no_inequality(welfare: list[float]) -> None:
    same = [welfare[0]] * len(welfare)
    for index in (m.gini, m.theil, m.mean_log_deviation):
        assert index(same) == pytest.approx(0.0, abs=1e-12)
    assert m.palma(same) == pytest.approx(0.25)
    assert m.quantile_share_ratio(same) == pytest.approx(1.0)


def test_log_normal_closed_forms() -> None:
    sigma, count = 0.6, 200_001
    score = ndtri((np.arange(count) + 0.5) / count)
    welfare = np.exp(sigma * score)
    z = math.log(0.8) / sigma
    assert m.headcount(welfare, 0.8) == pytest.approx(ndtr(z), abs=1e-5)
    gap = ndtr(z) - math.exp(sigma**2 / 2) / 0.8 * ndtr(z - sigma)
    assert m.poverty_gap(welfare, 0.8) == pytest.approx(gap, abs=1e-5)
    assert m.gini(welfare) == pytest.approx(2 * ndtr(sigma / math.sqrt(2)) - 1, abs=1e-4)
    for index in (m.theil, m.mean_log_deviation):
        assert index(welfare) == pytest.approx(sigma**2 / 2, abs=2e-4)
    assert m.atkinson(welfare, 1.5) == pytest.approx(1 - math.exp(-1.5 * sigma**2 / 2), abs=2e-4)
    assert m.atkinson(welfare, 1.0) == pytest.approx(1 - math.exp(-(sigma**2) / 2), abs=2e-4)
    people, held = m.lorenz(welfare)
    assert np.interp(0.4, people, held) == pytest.approx(ndtr(ndtri(0.4) - sigma), abs=1e-4)


def test_world_bank_microdata() -> None:
    """Expected values: test suite of the World Bank's wbpip (MIT), relative tolerance 1.5e-7; see the SOURCE file."""
    frame = pd.read_csv(Path(__file__).parent / "md_ABC_2000_income.csv")
    assert m.gini(frame["welfare"], frame["weight"]) == pytest.approx(0.5147999, rel=1.5e-7)


def test_targeting_by_hand() -> None:
    welfare, reached, weights = [5.0, 8.0, 20.0, 30.0], [1.0, 0.0, 0.5, 0.0], [1.0, 3.0, 2.0, 4.0]
    assert m.coverage(welfare, LINE, reached, weights) == 0.25
    assert m.undercoverage(welfare, LINE, reached, weights) == 0.75
    assert m.leakage(welfare, LINE, reached, weights) == 0.5
    np.testing.assert_allclose(
        m.benefit_incidence([1.0, 2.0, 3.0, 4.0], [4.0, 0.0, 0.0, 4.0], cuts=(0.5,)), [0.5, 0.5]
    )
    assert m.coady_grosh_hoddinott([1.0, 2.0, 3.0, 4.0], [1.0, 1.0, 1.0, 1.0]) == pytest.approx(1.0)
    assert m.coady_grosh_hoddinott([1.0, 2.0], [2.0, 0.0], target=0.5) == pytest.approx(2.0)
    assert m.adequacy([10.0, 20.0], [1.0, 0.0]) == pytest.approx(0.1)
    assert math.isnan(m.adequacy([10.0], [0.0]))
    assert math.isnan(m.coverage([20.0], LINE, [1.0]))
    assert math.isnan(m.leakage([20.0], LINE, [0.0]))
    assert m.benefit_incidence(np.arange(1.0, 11.0), np.ones(10)).size == 10


def test_zeros_of_nobody_leave_watts_alone() -> None:
    """A household without weight may have nothing, or less: its log is never taken."""
    alone = m.watts([5.0, 20.0], LINE)
    for nothing in (0.0, -3.0):
        assert m.watts([5.0, nothing, 20.0], LINE, [1.0, 0.0, 1.0]) == alone == pytest.approx(math.log(2) / 2)


def test_nobody_poor() -> None:
    for measure in POVERTY:
        assert measure([20.0, 30.0], LINE) == 0.0
    assert m.sen([0.0, 20.0], LINE) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: m.headcount([], 1.0), "headcount.welfare must be an array of shape (household,); got shape (0,)"),
        (lambda: m.headcount([1.0, math.nan], 1.0), "headcount.welfare must be finite; got nan at position 1 (1 in all)"),
        (lambda: m.headcount([1.0], 0.0), "headcount.line must be money above 0; got 0.0"),
        (lambda: m.headcount([1.0], [1.0, 2.0]), "headcount.line must be one amount, or one a household (1); got shape (2,)"),
        (lambda: m.headcount([1.0], 1.0, [-1.0]), "headcount.weights must be at least 0; got -1.0"),
        (lambda: m.headcount([1.0], 1.0, [0.0]), "headcount.weights must not all be 0"),
        (lambda: m.headcount([1.0, 2.0], 1.0, [1.0]), "headcount.weights must have 2 values, one a household; got 1"),
        (lambda: m.headcount([1.0, 2.0], [1.0, -2.0]), "headcount.line must be money above 0; got -2.0 (1 in all)"),
        (lambda: m.headcount(["1"], 1.0), "headcount.welfare must be numbers; got values of type <U1"),
        (lambda: m.headcount([1.0], True), "headcount.line must be money above 0; got True"),
        (lambda: m.sen([-1.0, 2.0, 8.0], 5.0), "sen.welfare must be at least 0 among the poor; got -1.0"),
        (lambda: m.benefit_incidence([1.0], [1.0], cuts=(0.7, 0.2)), "benefit_incidence.cuts must be rising shares in (0, 1); got (0.7, 0.2)"),
        (lambda: m.fgt([1.0], 1.0, -1.0), "fgt.alpha must be a number at least 0; got -1.0"),
        (lambda: m.watts([0.0, 2.0], 3.0), "watts.welfare must be above 0, since the measure is infinite there; got 0.0 at position 0 (1 in all)"),
        (lambda: m.gini([0.0, 0.0]), "gini.welfare must have a mean above 0; got 0"),
        (lambda: m.gini([1.0], convention="R"), "gini.convention must be one of 'population', 'sample', 'convey'; got 'R'"),
        (lambda: m.mean_log_deviation([0.0, 1.0]), "mean_log_deviation.welfare must be above 0, since the measure is infinite there at alpha 0; got 0.0 at position 0 (1 in all)"),
        (lambda: m.theil([-1.0, 5.0]), "theil.welfare must be at least 0; got -1.0"),
        (lambda: m.atkinson([0.0, 1.0], 1.0), "atkinson.welfare must be above 0, since one zero makes the measure 1 at epsilon 1; got 0.0 at position 0 (1 in all)"),
        (lambda: m.atkinson([-1.0, 9.0], 0.5), "atkinson.welfare must be at least 0; got -1.0"),
        (lambda: m.palma([0.0, 0.0, 0.0, 0.0, 1.0]), "palma.welfare must leave the poorest 0.4 something; got 0"),
        (lambda: m.quantile_share_ratio([0.0, 0.0, 1.0]), "quantile_share_ratio.welfare must leave the poorest 0.2 something; got 0"),
        (lambda: m.quantile_share_ratio([1.0], quantile=0.6), "quantile_share_ratio.quantile must be a share in (0, 0.5]; got 0.6"),
        (lambda: m.coverage([1.0], 2.0, [1.5]), "coverage.reached must be shares in [0, 1]; got 1.5 to 1.5"),
        (lambda: m.benefit_incidence([1.0], [-1.0]), "benefit_incidence.benefit must be at least 0, and above 0 somewhere; got -1.0 at least"),
        (lambda: m.coady_grosh_hoddinott([1.0], [1.0], target=1.0), "coady_grosh_hoddinott.target must be a share in (0, 1); got 1.0"),
    ],
)  # fmt: skip
def test_refusals(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message
