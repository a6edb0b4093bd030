"""Families of distributions against closed forms in arbitrary precision, and against each other."""

from __future__ import annotations

import re
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import graduasi as gr
from graduasi.population import synthesis
from graduasi.population.synthesis import (
    DISTRIBUTIONS,
    Dagum,
    Distribution,
    GeneralisedBeta2,
    LogNormalWelfare,
    SinghMaddala,
)

BETAS = [(2.7, 1.4, 1.1), (2.2, 1.0, 0.6), (5.8, 1.0, 0.35), (3.0, 0.4, 0.5), (1.5, 8.0, 9.0)]
MEMBERS: list[Distribution] = [
    LogNormalWelfare(centre=1.8, spread=0.7),
    GeneralisedBeta2(scale=1.3, a=2.7, p=1.4, q=1.1),
    SinghMaddala(scale=1.3, a=2.2, q=1.7),
    Dagum(scale=1.3, a=3.1, p=0.6),
]


def density(a: float, p: float, q: float) -> Any:
    return lambda x: a * x ** (a * p - 1) / (mp.beta(p, q) * (1 + x**a) ** (p + q))


@pytest.mark.parametrize(("a", "p", "q"), BETAS)
@pytest.mark.parametrize("line", [0.05, 0.4, 3.0])
def test_fgt_of_generalised_beta_against_the_density(a: float, p: float, q: float, line: float) -> None:
    """P1 and P2 by the distribution function, beside the integrals of gaps over the density."""
    it = GeneralisedBeta2(scale=2.0, a=a, p=p, q=q)
    z = mp.mpf(line) / 2
    edges = [0, z / 64, z / 8, z / 4, z / 2, z]
    for alpha in (0, 1, 2):
        exact = mp.quad(lambda x, k=alpha: (1 - x / z) ** k * density(a, p, q)(x), edges)  # type: ignore[misc]
        assert it.fgt(line, alpha) == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize(("a", "p", "q"), BETAS)
def test_gini_and_mean_of_generalised_beta(a: float, p: float, q: float) -> None:
    it = GeneralisedBeta2(scale=1.0, a=a, p=p, q=q)
    assert it.mean == pytest.approx(float(mp.beta(p + 1 / a, q - 1 / a) / mp.beta(p, q)), rel=1e-12)

    def above(x: Any) -> Any:
        return mp.betainc(q, p, 0, 1 / (1 + x**a), regularized=True)

    # G = 1 - integral of (1 - F)^2 over the mean, in the logarithm of x.
    area = mp.quad(lambda t: above(mp.e**t) ** 2 * mp.e**t, mp.linspace(-60, 120, 61))
    assert it.gini == pytest.approx(float(1 - area / it.mean), abs=1e-10)


@pytest.mark.parametrize(
    ("a", "p", "q"),
    [(12.0, 0.08, 0.15), (12.0, 0.08, 0.3), (100.0, 0.02, 0.011), (0.5, 3.0, 30.0), (8.0, 40.0, 15.0)],
)
def test_gini_of_heavy_tails(a: float, p: float, q: float) -> None:
    """1 - 2 x integral of L dF over log-odds with mpmath, as far out as the tails go.

    Tails fall as slowly as exp(-q x): 40 / (2 q - 1 / a) out they are below 1e-17.
    """
    held = (mp.mpf(p) + 1 / mp.mpf(a), mp.mpf(q) - 1 / mp.mpf(a))
    centre = mp.log(max(p, 1) / mp.mpf(max(q, 1)))

    def mass(x: Any) -> Any:
        return mp.e ** (p * x - (p + q) * mp.log1p(mp.e**x)) / mp.beta(p, q)

    def below(x: Any) -> Any:
        return mp.betainc(*held, 0, 1 / (1 + mp.e**-x), regularized=True) * mass(x)

    def above(x: Any) -> Any:
        return mp.betainc(*held[::-1], 0, 1 / (1 + mp.e**x), regularized=True) * mass(x)

    steps = [0, 1, 3, 8, 20]
    low = mp.quad(below, [centre - 20 - 40 / (p + held[0]), *(centre - step for step in reversed(steps))])
    high = mp.quad(above, [*(centre + step for step in steps), centre + 20 + 40 / (q + held[1])])
    beyond = mp.betainc(q, p, 0, 1 / (1 + mp.e**centre), regularized=True)
    found = GeneralisedBeta2(scale=3.0, a=a, p=p, q=q).gini
    assert found == pytest.approx(float(1 - 2 * (low + beyond - high)), abs=1e-10)


def test_gini_of_shapes_from_tiny_to_thousands() -> None:
    """The quadrature beside the closed forms of both families within it; shapes and tails over e^-8 to e^8."""
    rng = np.random.default_rng(0)
    for shape, beyond in np.exp(rng.uniform(-8, 8, (150, 2))):
        one = SinghMaddala(scale=1.0, a=float((1 + beyond) / shape), q=float(shape))
        assert GeneralisedBeta2(scale=1.0, a=one.a, p=1.0, q=one.q).gini == pytest.approx(one.gini, abs=1e-9)
        two = Dagum(scale=1.0, a=float(1 + beyond), p=float(shape))
        assert GeneralisedBeta2(scale=1.0, a=two.a, p=two.p, q=1.0).gini == pytest.approx(two.gini, abs=1e-9)


@pytest.mark.parametrize(("p", "q", "kind"), [(1.0, 0.6, SinghMaddala), (1.7, 1.0, Dagum)])
def test_closed_ginis_are_those_of_the_quadrature(p: float, q: float, kind: type[Distribution]) -> None:
    other = {"q": q} if kind is SinghMaddala else {"p": p}
    it = kind(scale=2.0, a=2.6, **other)
    assert it.gini == pytest.approx(GeneralisedBeta2(scale=2.0, a=2.6, p=p, q=q).gini, abs=1e-9)


def test_log_normal_closed_forms() -> None:
    it = LogNormalWelfare(centre=2.0, spread=0.6)
    score = mp.log(mp.mpf("1.1") / 2) / mp.mpf("0.6")
    partial = mp.ncdf(score - mp.mpf("0.6")) * it.mean / mp.mpf("1.1")
    assert it.fgt(1.1, 1) == pytest.approx(float(mp.ncdf(score) - partial), rel=1e-10)
    assert it.gini == pytest.approx(float(2 * mp.ncdf(mp.mpf("0.6") / mp.sqrt(2)) - 1), rel=1e-12)


@pytest.mark.parametrize("it", MEMBERS, ids=lambda it: type(it).__name__)
def test_laws_of_every_family(it: Distribution) -> None:
    share = np.concatenate([np.geomspace(1e-9, 0.4, 40), 1 - np.geomspace(0.5, 1e-9, 40)])
    amount = it.quantile(share)
    assert (np.diff(amount) > 0).all()
    np.testing.assert_allclose(it.cdf(amount), share, rtol=1e-8)
    lorenz = it.lorenz(share)
    assert (np.diff(lorenz) >= 0).all()
    assert (lorenz <= share + 1e-12).all()
    # The slope of the Lorenz curve is the amount over the mean.
    slope = (it.lorenz(0.3 + 1e-6) - it.lorenz(0.3 - 1e-6)) / 2e-6
    assert slope == pytest.approx(float(it.quantile(0.3)) / it.mean, rel=1e-6)
    again = type(it).of_vector(it.vector)
    np.testing.assert_allclose(again.vector, it.vector, rtol=1e-12)
    assert it.fgt(1.0, 2) <= it.fgt(1.0, 1) <= it.fgt(1.0, 0)


def test_the_registry_holds_every_family() -> None:
    assert {type(it) for it in MEMBERS} == set(DISTRIBUTIONS.values())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: LogNormalWelfare(centre=0.0, spread=1.0),
            "LogNormalWelfare.centre must be a number above 0; got 0.0",
        ),
        (
            lambda: GeneralisedBeta2(scale=1.0, a=2.0, p=1.0, q=0.5),
            "GeneralisedBeta2.q must be above 1 / a = 0.5, or the mean is infinite; got 0.5",
        ),
        (lambda: SinghMaddala(scale=1.0, a=2.0, q=True), "SinghMaddala.q must be a number above 0; got True"),
        (
            lambda: Dagum(scale=1.0, a=0.9, p=1.0),
            "Dagum.q must be above 1 / a = 1.11111, or the mean is infinite; got 1.0",
        ),
        (lambda: MEMBERS[0].fgt(1.0, 3), "LogNormalWelfare.fgt.alpha must be 0, 1 or 2; got 3"),
    ],
)
def test_parameters_that_no_family_has(make: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FAMILIES", "DISTRIBUTIONS"), ("Family", "Distribution"), ("LogNormal", "LogNormalWelfare"),
        ("family_for", "distribution_for"),
    ],
)  # fmt: skip
def test_old_names_work_for_one_version_with_a_word(old: str, new: str) -> None:
    message = f"graduasi.population.synthesis.{old} is now {new}; the old name goes in 0.3"
    with pytest.warns(DeprecationWarning, match=f"^{re.escape(message)}$"):
        assert getattr(synthesis, old) is getattr(synthesis, new)


def test_a_name_that_never_was_is_refused() -> None:
    with pytest.raises(AttributeError, match=r"^module 'graduasi.population.synthesis' has no attribute 'Pareto'$"):
        _ = synthesis.Pareto


def test_the_old_name_of_a_fitted_distribution_works_with_a_word() -> None:
    line = gr.PovertyLine(amount=100.0, currency="IDR", label="line")
    figures = synthesis.Published(
        line=line, headcount=0.1, gap=0.02, mean=250.0, mean_members=4.0, mean_members_poor=4.0, persons=1e6
    )
    fitted = synthesis.fit(figures, "dagum")
    with pytest.warns(DeprecationWarning, match=r"^Fitted.family is now distribution; the old name goes in 0.3$"):
        assert fitted.family == fitted.distribution == "dagum"
