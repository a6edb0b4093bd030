"""A family that is far from the published tenths is bent to them; records then have every figure."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures
from graduasi.population import LineFigures, Published, fit, synthesise
from graduasi.population.synthesis import DISTRIBUTIONS, GeneralisedBeta2
from graduasi.population.synthesis.tilt import TILTED, tilt_body

SIZES = {"persons": 1e6, "mean_members": 3.7, "mean_members_poor": 4.05}
FAR = GeneralisedBeta2(scale=100.0, a=3.46, p=0.81, q=0.41)  # a Gini of .61: no log-normal has its tenths


def tenths(truth: GeneralisedBeta2) -> tuple[float, ...]:
    return tuple(np.diff(np.append(truth.lorenz(np.arange(10) / 10), 1.0)))


def figures(truth: GeneralisedBeta2, share: float) -> LineFigures:
    amount = float(truth.quantile(share))
    line = gr.PovertyLine(amount=amount, label="line", currency="USD")
    return LineFigures(line=line, headcount=share, gap=truth.fgt(amount, 1), severity=truth.fgt(amount, 2))


def far(**given: Any) -> Published:
    at = figures(FAR, 0.13)
    main = {"line": at.line, "headcount": at.headcount, "gap": at.gap, "severity": at.severity}
    return Published(**{**main, "mean": FAR.mean, "deciles": tenths(FAR), **given}, **SIZES)


@pytest.mark.parametrize("family", DISTRIBUTIONS)
@pytest.mark.parametrize("mean", [FAR.mean, None])
def test_the_bent_distribution_has_the_published_points(family: str, mean: float | None) -> None:
    """Shares of persons to 1e-8 and of welfare to 1e-5 (the end above the last tenth is the family's)."""
    published = far(mean=mean, median=float(FAR.quantile(0.5)))
    bent = tilt_body(fit(published, family))
    line = figures(FAR, 0.13)
    amount = line.line.amount
    assert bent.headcount(amount) == pytest.approx(line.headcount, rel=1e-8)
    assert bent.gap(amount) == pytest.approx(line.gap, rel=1e-6)
    assert bent.severity(amount) == pytest.approx(line.severity, rel=1e-6)
    assert float(bent.quantile(0.5)) == pytest.approx(FAR.quantile(0.5), rel=1e-6)
    held = bent.held(np.arange(11) / 10)
    np.testing.assert_allclose(held / held[-1], np.cumsum([0.0, *tenths(FAR)]), atol=1e-5)
    if mean is not None:
        assert held[-1] == pytest.approx(mean, rel=1e-5)
    assert bent.notes[-1] == TILTED
    assert (np.diff(bent.below) >= 0).all()


@settings(max_examples=15, deadline=None)
@given(
    a=st.floats(2.0, 4.0),
    p=st.floats(0.5, 2.0),
    q=st.floats(0.8, 2.0),
    poor=st.sampled_from([0.03, 0.13, 0.27]),
    family=st.sampled_from(list(DISTRIBUTIONS)),
)
def test_tenths_of_any_beta_are_met_by_every_family(a: float, p: float, q: float, poor: float, family: str) -> None:
    truth = GeneralisedBeta2(scale=100.0, a=a, p=p, q=q)
    at = figures(truth, poor)
    published = Published(
        line=at.line, headcount=at.headcount, gap=at.gap, severity=at.severity, mean=truth.mean,
        deciles=tenths(truth), **SIZES,
    )  # fmt: skip
    population = synthesise(published, family=family, size=3_000, doubt=None)
    welfare, weight = population.welfare, population.person_weight
    for alpha, value in enumerate((at.headcount, at.gap, at.severity)):
        assert measures.fgt(welfare, at.line.amount, alpha, weight) == pytest.approx(value, abs=1e-9)
    people, held = measures.lorenz(welfare, weight)
    np.testing.assert_allclose(
        np.interp(np.arange(11) / 10, people, held), np.cumsum([0, *tenths(truth)]), atol=1e-9
    )
    assert np.average(welfare, weights=weight) == pytest.approx(truth.mean, rel=1e-9)
    assert (population.weight > 0).all()


def test_records_say_that_the_family_was_bent() -> None:
    population = synthesise(far(), family="log_normal", size=2_000)
    assert TILTED in population.notes
    assert TILTED not in synthesise(far(), family="gb2", size=2_000).notes


def test_there_must_be_something_to_bend_to() -> None:
    alone = attrs.evolve(far(), deciles=None)
    with pytest.raises(gr.GraduasiError) as caught:
        tilt_body(fit(alone, "dagum"))
    assert str(caught.value) == "no tenths, median or quantiles are published that the family could be bent to"


def test_tenths_that_the_line_contradicts_are_told() -> None:
    """Below the line, of .13 of persons, the gap leaves less than the first tenth alone is said to hold."""
    wrong = far(
        gap=0.1, severity=None, deciles=(0.03, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.12, 0.15, 0.25), mean=130.0
    )
    with pytest.raises(gr.GraduasiError) as caught:
        tilt_body(fit(wrong, "dagum"))
    assert str(caught.value) == "the published points of the distribution contradict each other"


def test_a_median_below_the_mean_of_the_tenth_that_ends_there_is_told() -> None:
    means = 10 * FAR.mean * np.array(tenths(FAR))
    with pytest.raises(gr.GraduasiError) as caught:
        tilt_body(fit(far(median=float(means[3] + means[4]) / 2), "dagum"))
    assert str(caught.value) == "the published points of the distribution contradict each other"
