"""The unit of money changes nothing, from 1e-300 to 1e300; what is hidden by a mask is refused; no share passes 1."""

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

WELFARE = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 7.0, 8.0, 13.0, 20.0, 40.0, 41.0])
WEIGHT = np.array([1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0, 1.0, 0.0, 1.0])
LINE = 6.0
BENEFIT = np.array([3.0, 0.0, 2.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.5])
# Powers of ten are rounded, powers of two are not.
SCALES = [1e-300, 2.0**-900, 1e-150, 1e-12, 7.0, 1e12, 1e150, 2.0**900, 1e300]
PANEL = WELFARE[:, None] * np.array([1.0, 0.5, 1.7])


def incidence(scale: float, column: str) -> Any:
    """Up to 1e150: severity is in money squared."""
    return m.incidence_curve(WELFARE * scale, WELFARE * scale, WEIGHT)[column]


FREE: dict[str, Callable[[float], Any]] = {
    "headcount": lambda k: m.headcount(WELFARE * k, LINE * k, WEIGHT),
    "poverty_gap": lambda k: m.poverty_gap(WELFARE * k, LINE * k, WEIGHT),
    "poverty_severity": lambda k: m.poverty_severity(WELFARE * k, LINE * k, WEIGHT),
    "fgt": lambda k: m.fgt(WELFARE * k, LINE * k, 3.5, WEIGHT),
    "income_gap_ratio": lambda k: m.income_gap_ratio(WELFARE * k, LINE * k, WEIGHT),
    "watts": lambda k: m.watts(WELFARE * k, LINE * k, WEIGHT),
    "sen": lambda k: m.sen(WELFARE * k, LINE * k, WEIGHT),
    "sen_shorrocks_thon": lambda k: m.sen_shorrocks_thon(WELFARE * k, LINE * k, WEIGHT),
    "gini": lambda k: m.gini(WELFARE * k, WEIGHT),
    "gini of a sample": lambda k: m.gini(WELFARE * k, WEIGHT, convention="sample"),
    "gini of convey": lambda k: m.gini(WELFARE * k, WEIGHT, convention="convey"),
    "theil": lambda k: m.theil(WELFARE * k, WEIGHT),
    "mean_log_deviation": lambda k: m.mean_log_deviation(WELFARE * k, WEIGHT),
    "generalised_entropy": lambda k: m.generalised_entropy(WELFARE * k, 2.0, WEIGHT),
    "generalised_entropy -1": lambda k: m.generalised_entropy(WELFARE * k, -1.0, WEIGHT),
    "atkinson": lambda k: m.atkinson(WELFARE * k, 0.5, WEIGHT),
    "atkinson 1": lambda k: m.atkinson(WELFARE * k, 1.0, WEIGHT),
    "atkinson 1000": lambda k: m.atkinson(WELFARE * k, 1000.0, WEIGHT),
    "lorenz": lambda k: m.lorenz(WELFARE * k, WEIGHT)[1],
    "quantile_share_ratio": lambda k: m.quantile_share_ratio(WELFARE * k, WEIGHT),
    "quantile_share_ratio of laeken": lambda k: m.quantile_share_ratio(WELFARE * k, WEIGHT, convention="laeken"),
    "palma": lambda k: m.palma(WELFARE * k, WEIGHT),
    "decompose_fgt": lambda k: m.decompose_fgt(WELFARE * k, LINE * k, list("abcabcabcab"), 2, WEIGHT),
    "decompose_entropy": lambda k: m.decompose_entropy(WELFARE * k, list("abcabcabcab"), 2.0, WEIGHT).groups,
    "decompose_change": lambda k: [
        m.decompose_change(WELFARE * k, WELFARE**0.9 * k, LINE * k, measure=m.poverty_gap).growth
    ],
    "incidence_curve": lambda k: incidence(min(k, 1e150), "incidence"),
    "incidence_curve deficit": lambda k: incidence(min(k, 1e150), "deficit") / min(k, 1e150),
    "quantiles": lambda k: m.quantiles(WELFARE * k, [0.1, 0.5, 1.0], WEIGHT) / k,
    "growth_incidence": lambda k: m.growth_incidence(WELFARE * k, WELFARE**1.1 * k)["growth"],
    "growth_of_the_poor": lambda k: m.growth_of_the_poor(WELFARE * k, WELFARE**1.1 * k, LINE * k),
    "coverage": lambda k: m.coverage(WELFARE * k, LINE * k, BENEFIT > 0, WEIGHT),
    "leakage": lambda k: m.leakage(WELFARE * k, LINE * k, BENEFIT > 0, WEIGHT),
    "benefit_incidence": lambda k: m.benefit_incidence(WELFARE * k, BENEFIT * k, WEIGHT),
    "coady_grosh_hoddinott": lambda k: m.coady_grosh_hoddinott(WELFARE * k, BENEFIT * k, WEIGHT),
    "transfer_share_to_poor": lambda k: m.transfer_share_to_poor(WELFARE * k, LINE * k, BENEFIT * k, WEIGHT),
    "gap_benefit_cost": lambda k: m.gap_benefit_cost(WELFARE * k, (WELFARE + BENEFIT) * k, LINE * k, WEIGHT),
    "adequacy": lambda k: m.adequacy(WELFARE * k, BENEFIT * k, WEIGHT),
    "jalan_ravallion": lambda k: m.jalan_ravallion(PANEL * k, LINE * k, correct=True).chronic,
    "duclos_araar_giles": lambda k: m.duclos_araar_giles(PANEL * k, LINE * k, correct=True).transient,
    "duration_adjusted": lambda k: m.duration_adjusted(PANEL * k, LINE * k, tau=0.5, alpha=2).fgt,
    "transition_matrix": lambda k: m.transition_matrix(PANEL * k, [LINE * k, 9.0 * k]).fillna(-1.0),
}  # fmt: skip


@pytest.mark.parametrize("name", FREE)
def test_the_unit_of_money_does_not_matter(name: str) -> None:
    wanted = np.asarray(FREE[name](1.0), dtype=np.float64)
    for scale in SCALES:
        np.testing.assert_allclose(np.asarray(FREE[name](scale), dtype=np.float64), wanted, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_dominance_in_any_unit(order: int) -> None:
    other = WELFARE + np.where(WELFARE < LINE, 0.5, -0.2)
    one = m.dominance(WELFARE, other, 0.0, 30.0, order=order)
    for scale in (1e-100, 2.0**-200, 1e100):
        found = m.dominance(WELFARE * scale, other * scale, 0.0, 30.0 * scale, order=order)
        assert found.verdict == one.verdict
        assert found.most == pytest.approx(one.most * scale ** (order - 1), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("gini", {}), ("theil", {}), ("atkinson", {"epsilon": 0.5}), ("palma", {}), ("mean", {}), ("median", {}),
        ("headcount", {"line": m.RelativeLine(share=0.6)}), ("poverty_gap", {"line": m.RelativeLine(share=0.6)}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_standard_errors_in_any_unit(name: str, options: dict[str, Any], scale: float) -> None:
    one = m.estimate(name, WELFARE, WEIGHT, **options)
    other = m.estimate(name, WELFARE * scale, WEIGHT, **options)
    unit = scale if name in {"mean", "median"} else 1.0
    assert other.estimate / unit == pytest.approx(one.estimate, rel=1e-11)
    assert other.se / unit == pytest.approx(one.se, rel=1e-9)
    np.testing.assert_allclose(np.array(other.interval) / unit, one.interval, rtol=1e-9)


@pytest.mark.parametrize("name", ["headcount", "poverty_severity", "watts", "sen", "sen_shorrocks_thon"])
def test_standard_errors_at_a_line_in_any_unit(name: str) -> None:
    one = m.estimate(name, WELFARE, WEIGHT, line=LINE)
    for scale in (1e-300, 1e300):
        other = m.estimate(name, WELFARE * scale, WEIGHT, line=LINE * scale)
        assert (other.estimate, other.se) == (pytest.approx(one.estimate), pytest.approx(one.se))


def test_the_ends_of_floats() -> None:
    """What came to 0, 1 and -.5 with NumPy's warning only, where sums of welfare pass 1.8e308."""
    high = [1e308, 1.5e308, 0.5e308]
    low = [1.0, 1.5, 0.5]
    assert m.theil(high) == pytest.approx(m.theil(low), rel=1e-12)
    assert m.atkinson(high, 0.5) == pytest.approx(m.atkinson(low, 0.5), rel=1e-12)
    assert m.generalised_entropy(high, 2.0) == pytest.approx(m.generalised_entropy(low, 2.0), rel=1e-12)
    # As aversion grows the measure goes to 1 - poorest / mean: (share of the poorest)^(-1 / 999) is left of it.
    assert m.atkinson(low, 1000.0) == pytest.approx(1 - 0.5 * 3 ** (1 / 999), rel=1e-12)
    assert m.atkinson([1e-300, 1.0], 1000.0) == 1.0
    assert m.mean_log_deviation([1e-300, 1e300]) == pytest.approx(300 * math.log(10) - math.log(2), rel=1e-12)
    assert m.watts([1e-300], 1e300) == pytest.approx(600 * math.log(10))


def test_richest_and_poorest_of_the_thinnest_quantile() -> None:
    """At 1e-17 of the population the ratio is that of the richest to the poorest household."""
    assert m.quantile_share_ratio(WELFARE, quantile=1e-17) == pytest.approx(41.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: m.generalised_entropy([1.0, 100.0], 1000.0, [1.0, 1e-9]), "generalised_entropy must come to a number below 1.8e+308; with these values it does not"),
        (lambda: m.fgt([-1e10], 1.0, 100.0), "fgt must come to a number below 1.8e+308; with these values it does not"),
        (lambda: m.headcount([1.0, 2.0], 1.5, [1e200, 1.0]), "headcount.weights must add up to a number from 1e-50 to 1e+50; got 1e+200"),
        (lambda: m.estimate("total", [1e300], [1e40]), "estimate must come to a number below 1.8e+308; with these values it does not"),
        (lambda: m.jalan_ravallion([[1e200]], 1e-10), "jalan_ravallion.welfare must be at most 1e+100 lines in size; got 1e+200 (1 in all)"),
        (lambda: m.quantile_share_ratio(WELFARE, quantile=1e-17, convention="laeken"), "quantile_share_ratio.quantile must be at least 1e-15 for convention 'laeken'; got 1e-17"),
        (lambda: m.growth_of_the_poor([1.0], [2.0], [3.0]), "growth_of_the_poor.line must be one amount; got [3.0]"),
        (lambda: m.incidence_curve([1.0, 1e300], [1e300]), "incidence_curve must come to a number below 1.8e+308; with these values it does not"),
        (lambda: m.adequacy([1.0, 2.0], [-1.0, 1.0]), "adequacy.benefit must be at least 0; got -1.0"),
        (lambda: m.fgt([1.0], 1.0, 10**400), f"fgt.alpha must be a number at least 0; got {10**400!r}"),
        (lambda: m.headcount([[1.0], [2.0, 3.0]], 1.0), "headcount.welfare must be an array; got a list that is none"),
        (lambda: m.gini([1.0], convention=["sample"]), "gini.convention must be one of 'population', 'sample', 'convey'; got ['sample']"),
        (lambda: m.estimate(3, [1.0]), f"estimate.measure must be one of {', '.join(m.MEASURES)}, or a function; got 3"),
        (lambda: m.estimate("mean", [1.0], design="srs"), "estimate.design must be a SurveyDesign; got str"),
        (lambda: m.estimate(lambda x, w: "much", [1.0, 2.0], draws=2), "estimate.measure must return a number; <lambda> (own) returned 'much'"),
        (lambda: m.decompose_change([1.0], [2.0], 3.0, measure="gap"), "decompose_change.measure must be a function of (welfare, line, weights); got 'gap'"),
        (lambda: m.decompose_fgt([1.0, 2.0], 3.0, [{}, {}], 0), "decompose_fgt.groups must be labels that can be sorted, one a household"),
    ],
)  # fmt: skip
def test_what_no_float_can_hold_and_what_is_no_number_is_refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message


HIDDEN = np.ma.masked_array([1.0, 50.0, 9.0], mask=[False, True, False])
OPEN = np.ma.masked_array([1.0, 5.0, 9.0], mask=[False, False, False])


@pytest.mark.parametrize(
    ("call", "owner"),
    [
        (lambda x: m.headcount(x, 2.5), "headcount.welfare"),
        (lambda x: m.headcount([1.0, 2.0, 3.0], 2.5, weights=x), "headcount.weights"),
        (lambda x: m.headcount([1.0, 2.0, 3.0], x), "headcount.line"),
        (m.gini, "gini.welfare"),
        (lambda x: m.coverage([1.0, 2.0, 3.0], 2.5, x / 100), "coverage.reached"),
        (lambda x: m.adequacy([1.0, 2.0, 3.0], x), "adequacy.benefit"),
        (lambda x: m.benefit_incidence([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], cuts=x / 100), "benefit_incidence.cuts"),
        (lambda x: m.incidence_curve([1.0, 2.0, 3.0], x), "incidence_curve.amounts"),
        (lambda x: m.dominance(x, [1.0], 0.0, 1.0), "dominance.welfare"),
        (lambda x: m.decompose_fgt([1.0, 2.0, 3.0], 2.0, x, 1), "decompose_fgt.groups"),
        (lambda x: m.transition_matrix([[1.0, 2.0]], x), "transition_matrix.cuts"),
        (lambda x: m.estimate("mean", x), "estimate.welfare"),
        (lambda x: m.estimate("mean", [1.0, 2.0, 3.0], domain=np.ma.masked_array([True, True, True], mask=np.ma.getmask(x))), "estimate.domain"),
        (lambda x: gr.SurveyDesign(strata=x), "SurveyDesign's labels"),
        (lambda x: gr.SurveyDesign(fpc=x), "SurveyDesign's numbers"),
    ],
)  # fmt: skip
def test_masked_values_are_refused(call: Callable[[Any], Any], owner: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call(HIDDEN)
    assert str(caught.value) == f"{owner} must not be masked; got a masked value at position 1 (1 in all)"
    call(OPEN)


def test_masked_panels_and_lists_are_refused() -> None:
    panel = np.ma.masked_array([[1.0, 2.0], [3.0, 4.0]], mask=[[False, False], [True, False]])
    with pytest.raises(gr.InputError) as caught:
        m.spells(panel, 2.5)
    assert (
        str(caught.value) == "spells.welfare must not be masked; got a masked value at position (1, 0) (1 in all)"
    )
    with pytest.raises(gr.InputError) as caught:
        m.headcount([1.0, np.ma.masked, 9.0], 2.5)
    assert str(caught.value) == "headcount.welfare must not be masked; got a masked value at position 1 (1 in all)"


@given(st.integers(0, 10**9), st.integers(1, 40), st.integers(1, 8))
def test_no_share_passes_one(seed: int, households: int, periods: int) -> None:
    """Not even by the last digit, whatever the weights: sums add the same households in the same order."""
    rng = np.random.default_rng(seed)
    panel = np.where(rng.random((households, periods)) < 0.9, rng.choice([0.0, 0.85, 5.0]), 20.0)
    weight = rng.choice([0.1, 0.7, 1.0, 3.3], households)
    for alpha in (0, 1, 2):
        found = m.duration_adjusted(panel, 10.0, weight, tau=0.5, alpha=alpha)
        assert found.headcount <= 1.0
        assert not found.duration > 1.0
        assert found.fgt <= found.headcount
    for name in ("headcount", "poverty_gap", "poverty_severity", "income_gap_ratio"):
        assert getattr(m, name)(panel[:, 0], 10.0, weight) <= 1.0
    assert not m.coverage(panel[:, 0], 10.0, np.ones(households), weight) > 1.0
    assert m.duration_adjusted([[0.85] * 6] * 5, 10, tau=0.9) == m.DurationAdjusted(
        headcount=1.0, duration=1.0, fgt=1.0
    )
