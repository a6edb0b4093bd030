"""Chronic and transient poverty, and the cut-off in time: by hand, by law, and with known parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import graduasi as gr
from graduasi import measures as m
from graduasi.measures import dynamics as d

LINE = 10.0
gone = math.nan
panels = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(0.5, 30.0))
alphas = st.sampled_from([1.0, 1.5, 2.0, 3.0])


def test_jalan_ravallion_by_hand() -> None:
    # Means 6 and 12.5: gaps .4 and 0. Squared gaps over time: (.64 + 0) / 2 and (.25 + 0) / 2.
    parts = d.jalan_ravallion([[2.0, 10.0], [5.0, 20.0]], LINE, [3.0, 1.0])
    assert parts.total == pytest.approx(0.75 * 0.32 + 0.25 * 0.125)
    assert parts.chronic == pytest.approx(0.75 * 0.16)
    assert parts.transient == pytest.approx(parts.total - parts.chronic)


def test_jalan_ravallion_corrected_by_hand() -> None:
    # Household 1: variance of (.2, 1) is .32, over T .16; alpha (alpha - 1) / 2 = 1 at alpha 2: chronic .16 - .16.
    parts = d.jalan_ravallion([[2.0, 10.0], [5.0, 5.0]], LINE, correct=True)
    assert parts.chronic == pytest.approx((0.16 - 0.16 + 0.25) / 2)
    assert parts.total == pytest.approx((0.32 + 0.25) / 2)
    # The correction never leaves [0, total].
    assert d.jalan_ravallion([[0.5, 18.5]], LINE, correct=True).chronic == 0.0


def test_duclos_araar_giles_by_hand() -> None:
    # Root mean squares of gaps: sqrt(.32), .5; means .4, .5.
    parts = d.duclos_araar_giles([[2.0, 10.0], [5.0, 5.0]], LINE)
    assert parts.total == pytest.approx(math.sqrt((0.32 + 0.25) / 2))
    assert parts.gap == pytest.approx(0.45)
    assert parts.transient == pytest.approx((math.sqrt(0.32) - 0.4) / 2)
    assert parts.inequality == pytest.approx(parts.total - (math.sqrt(0.32) + 0.5) / 2)
    assert parts.chronic == pytest.approx(parts.gap + parts.inequality)
    # Variance of (.64, 0) is .2048; (alpha - 1) / (2 T alpha^2) = 1 / 16; times .32^-1.5.
    right = d.duclos_araar_giles([[2.0, 10.0], [5.0, 5.0]], LINE, correct=True)
    assert right.transient == pytest.approx((math.sqrt(0.32) + 0.2048 / 16 * 0.32**-1.5 - 0.4) / 2)
    assert (right.total, right.gap) == (parts.total, parts.gap)


@given(panels, alphas)
def test_parts_add_up_and_are_not_negative(panel: np.ndarray, alpha: float) -> None:
    jalan = d.jalan_ravallion(panel, LINE, alpha=alpha)
    every = panel.ravel()
    assert jalan.total == pytest.approx(m.fgt(every, LINE, alpha), abs=1e-12)
    assert jalan.transient >= -1e-12
    duclos = d.duclos_araar_giles(panel, LINE, alpha=alpha)
    assert duclos.total == pytest.approx(jalan.total ** (1 / alpha), abs=1e-9)
    assert duclos.gap == pytest.approx(m.poverty_gap(every, LINE), abs=1e-12)
    assert duclos.inequality >= -1e-9
    assert duclos.gap + duclos.inequality + duclos.transient == pytest.approx(duclos.total, abs=1e-12)


@given(panels)
def test_at_alpha_one_variability_costs_nothing_below_the_line(panel: np.ndarray) -> None:
    below = np.minimum(panel, LINE)
    assert d.jalan_ravallion(below, LINE, alpha=1).transient == pytest.approx(0.0, abs=1e-12)
    parts = d.duclos_araar_giles(panel, LINE, alpha=1)
    assert (parts.transient, parts.inequality) == (pytest.approx(0.0, abs=1e-12), pytest.approx(0.0, abs=1e-12))


@given(panels)
def test_constant_lives_have_no_transient_poverty(panel: np.ndarray) -> None:
    still = np.repeat(panel[:, :1], 3, axis=1)
    assert d.jalan_ravallion(still, LINE).transient == pytest.approx(0.0, abs=1e-12)
    assert d.duclos_araar_giles(still, LINE).transient == pytest.approx(0.0, abs=1e-12)


def test_corrections_move_towards_the_truth_of_many_periods() -> None:
    """All below the line, where mean welfare is unbiased: the bias of chronic FGT2 is the variance over T."""
    rng = np.random.default_rng(11)
    shocks = rng.uniform(-0.3, 0.3, (10_000, 4))
    mean = np.repeat(rng.uniform(0.3, 0.7, 10_000), 2)
    # In pairs of opposite luck, so that the noise of means cancels to first order.
    panel = mean[:, None] + np.stack([shocks, -shocks], axis=1).reshape(20_000, 4)
    truth = float(((1 - mean) ** 2).mean())
    plain, right = (d.jalan_ravallion(panel, 1.0, correct=choice).chronic for choice in (False, True))
    assert plain - truth == pytest.approx(0.36 / 12 / 4, rel=0.05)
    assert right == pytest.approx(truth, abs=4e-4)
    # The equivalent gap of a life is sqrt((1 - mean)^2 + .03) in the limit of many periods.
    cost = float((np.sqrt((1 - mean) ** 2 + 0.03) - (1 - mean)).mean())
    few, better = (d.duclos_araar_giles(panel, 1.0, correct=choice).transient for choice in (False, True))
    assert abs(better - cost) < abs(few - cost) / 4


@given(panels, st.floats(1.0, 1.99))
def test_below_alpha_two_the_correction_stays_small_just_under_the_line(panel: np.ndarray, alpha: float) -> None:
    """One life whose mean is 1e-9 under the line must not wipe out the chronic poverty of the others."""
    others = d.jalan_ravallion([[5.0, 5.0]], LINE, alpha=alpha).chronic
    with_one = d.jalan_ravallion([[5.0, 5.0], [5.0, 15.0 - 1e-8]], LINE, alpha=alpha, correct=True)
    assert with_one.chronic == pytest.approx(others / 2, abs=1e-8)
    if panel.shape[1] > 1:
        plain, right = (d.jalan_ravallion(panel, LINE, alpha=alpha, correct=choice) for choice in (False, True))
        assert 0 <= right.chronic <= plain.chronic + 1e-12


def test_the_cap_of_the_correction_by_hand() -> None:
    """Alpha 1.5, mean gap .25, variance of (.5, 1) .125, over T .0625.

    The term is 1.5 x .5 / 2 x .25^-.5 x .0625 = .046875, below .25^1.5 = .125; at a mean gap of .01 the cap binds.
    """
    free = d.jalan_ravallion([[5.0, 10.0]], LINE, alpha=1.5, correct=True)
    assert free.chronic == pytest.approx(0.125 - 0.046875)
    capped = d.jalan_ravallion([[5.0, 5.0], [4.9, 14.9]], LINE, alpha=1.5, correct=True)
    # The second would take off .375 x .01^-.5 x .25, far more than its own .01^1.5: it takes that and no more.
    assert capped.chronic == pytest.approx(0.5**1.5 / 2)


@pytest.mark.parametrize("alpha", [1.0, 2.0, 12.0, 25.0])
def test_corrections_of_tiny_gaps_are_finite(alpha: float) -> None:
    panel = [[10.0 - 2e-15, 12.0], [20.0, 20.0]]
    parts = d.duclos_araar_giles(panel, LINE, alpha=alpha, correct=True)
    assert 0 <= parts.chronic <= parts.total < 1e-14
    # Of T = 2 lives with one gap g, variance over time over T x mean^2 is 1: G is raised by (alpha - 1) / (2 alpha^2).
    gap = 1 - panel[0][0] / LINE
    raised = gap * 0.5 ** (1 / alpha) * (1 + (alpha - 1) / (2 * alpha**2))
    assert parts.transient == pytest.approx((raised - gap / 2) / 2, rel=1e-9, abs=1e-30)


def test_periods_not_observed() -> None:
    panel = [[2.0, gone, 10.0], [gone, gone, gone], [5.0, 5.0, gone]]
    full = d.jalan_ravallion([[2.0, 10.0], [5.0, 5.0]], LINE)
    assert d.jalan_ravallion(panel, LINE, [1.0, 9.0, 1.0]) == full
    assert d.jalan_ravallion(panel, LINE, [1.0, 9.0, 1.0], correct=True) == d.jalan_ravallion(
        [[2.0, 10.0], [5.0, 5.0]], LINE, correct=True
    )
    late = d.duration_adjusted(panel, LINE, [1.0, 9.0, 1.0], tau=0.5)
    assert (late.headcount, late.duration, late.fgt) == (1.0, 0.75, 0.75)


def test_lines_move_with_prices() -> None:
    panel = np.array([[2.0, 10.0, 7.0], [5.0, 20.0, 9.0]])
    prices = np.array([1.0, 1.5, 4.0])
    moved = d.jalan_ravallion(panel * prices, LINE * prices)
    assert moved.chronic == pytest.approx(d.jalan_ravallion(panel, LINE).chronic)


def test_duration_adjusted_by_hand() -> None:
    panel = [[5.0, 5.0, 8.0, 20.0], [20.0, 2.0, 20.0, 20.0], [20.0, 20.0, 20.0, 20.0]]
    found = d.duration_adjusted(panel, LINE, [2.0, 1.0, 1.0], tau=0.7)
    assert found == d.DurationAdjusted(headcount=0.5, duration=0.75, fgt=0.375)
    gap = d.duration_adjusted(panel, LINE, [2.0, 1.0, 1.0], tau=0.7, alpha=1)
    assert gap.fgt == pytest.approx(0.5 * 1.2 / 4)
    severity = d.duration_adjusted(panel, LINE, [2.0, 1.0, 1.0], tau=0.7, alpha=2)
    assert severity.fgt == pytest.approx(0.5 * 0.54 / 4)
    assert d.duration_adjusted(panel, LINE, [2.0, 1.0, 1.0], tau=0.75).headcount == 0.5
    assert d.duration_adjusted(panel, LINE, [2.0, 1.0, 1.0], tau=0.76).headcount == 0.0
    assert math.isnan(d.duration_adjusted(panel, LINE, tau=1.0).duration)


@given(panels, st.sampled_from([0, 1, 2]), st.floats(0.01, 1.0))
def test_the_cut_off_only_leaves_out(panel: np.ndarray, alpha: float, tau: float) -> None:
    low = d.duration_adjusted(panel, LINE, tau=1e-9, alpha=alpha)
    assert low.fgt == pytest.approx(m.fgt(panel.ravel(), LINE, alpha), abs=1e-12)
    found = d.duration_adjusted(panel, LINE, tau=tau, alpha=alpha)
    assert found.fgt <= low.fgt + 1e-12
    if found.headcount > 0:
        assert tau - 1e-9 <= found.duration <= 1.0


@pytest.mark.parametrize("periods", range(1, 60))
def test_the_cut_off_is_met_exactly(periods: int) -> None:
    """k of n periods poor is a share of at least k / n, whatever the rounding of k / n x n."""
    for times in range(1, periods + 1):
        panel = [[5.0] * times + [20.0] * (periods - times)]
        assert d.duration_adjusted(panel, LINE, tau=times / periods).headcount == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: d.jalan_ravallion([[1.0, 2.0]], 2.0, alpha=0.5), "jalan_ravallion.alpha must be a number at least 1; got 0.5"),
        (lambda: d.duclos_araar_giles([[1.0, 2.0]], 2.0, alpha=True), "duclos_araar_giles.alpha must be a number at least 1; got True"),
        (lambda: d.jalan_ravallion([[1.0]], 2.0, correct=True), "jalan_ravallion.correct must be False where nobody was observed twice; got True"),
        (lambda: d.duration_adjusted([[1.0]], 2.0, tau=0.0), "duration_adjusted.tau must be a share in (0, 1]; got 0.0"),
        (lambda: d.duration_adjusted([[1.0]], 2.0, tau=0.5, alpha=-1), "duration_adjusted.alpha must be a number at least 0; got -1"),
    ],
)  # fmt: skip
def test_refusals(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message
