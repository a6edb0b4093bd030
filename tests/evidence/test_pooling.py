"""Random-effects pooling: published values, laws, a second computation, and whole error messages."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from graduasi.errors import InputError
from graduasi.evidence.pooling import ERRORS, METHODS, PooledEffect, pool
from graduasi.uncertain import Normal

# Thirteen trials of the BCG vaccine (Colditz et al. 1994): cases and others, vaccinated and not.
BCG = np.array(
    [
        [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619], [33, 5036, 47, 5761],
        [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892], [29, 7470, 45, 7232],
        [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338], [27, 16886, 29, 17825],
    ],
    dtype=float,
)  # fmt: skip


def log_risk_ratios() -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d = BCG.T
    return np.log(a / (a + b) / (c / (c + d))), np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def within(values: float) -> object:
    """Printed to four decimals."""
    return pytest.approx(values, abs=5.1e-5)


# Viechtbauer, "R code corresponding to Introduction to Meta-Analysis by Borenstein et al." (2023), and the page of
# `dat.bcg` in the R package metadat, both made with metafor.
def test_dersimonian_laird_as_published() -> None:
    got = pool(*log_risk_ratios(), method="dersimonian_laird", errors="normal", level=0.95)
    assert (got.mean, got.se, got.q) == (within(-0.7141), within(0.1787), within(152.2330))
    assert got.interval == (within(-1.0644), within(-0.3638))
    assert (got.between**2, got.i2) == (within(0.3088), within(0.9212))


def test_hartung_knapp_as_published() -> None:
    got = pool(*log_risk_ratios(), method="dersimonian_laird", errors="hartung_knapp", level=0.95)
    assert (got.mean, got.se) == (within(-0.7141), within(0.1807))
    assert got.interval == (within(-1.1078), within(-0.3204))


def test_reml_as_published() -> None:
    got = pool(*log_risk_ratios(), method="reml", errors="normal", level=0.95)
    assert (got.mean, got.se, got.between**2) == (within(-0.7145), within(0.1798), within(0.3132))
    assert got.interval == (within(-1.0669), within(-0.3622))


def test_two_studies_by_hand() -> None:
    # y = 0, 4, se = 1: Q = 8, so tau^2 = 8 - 1 over 2 - 2/2 = 7; the mean's variance is (1 + 7) / 2 = 4.
    for method in METHODS:
        got = pool([0.0, 4.0], [1.0, 1.0], method=method, errors="normal")
        assert (got.mean, got.se, got.between**2, got.q) == pytest.approx((2.0, 2.0, 7.0, 8.0), rel=1e-6)
        assert (got.k, got.prediction) == (2, None)
        assert got.i2 == pytest.approx(7 / 8)


@pytest.mark.parametrize("method", METHODS)
def test_equal_precision_is_the_t_interval_of_the_sample(method: str) -> None:
    y = np.array([0.3, 0.9, -0.2, 1.4, 0.6])
    got = pool(y, np.full(5, 0.1), method=method)
    assert got.between**2 == pytest.approx(y.var(ddof=1) - 0.01, rel=1e-6)
    assert got.se == pytest.approx(y.std(ddof=1) / math.sqrt(5), rel=1e-6)
    expected = stats.t.interval(0.9, 4, loc=y.mean(), scale=stats.sem(y))
    assert got.interval == pytest.approx(expected, rel=1e-6)
    spread = math.sqrt(y.var(ddof=1) - 0.01 + y.var(ddof=1) / 5)
    assert got.prediction == pytest.approx(stats.t.interval(0.9, 3, loc=y.mean(), scale=spread), rel=1e-6)


def test_paule_mandel_by_its_definition() -> None:
    y, s = log_risk_ratios()
    got = pool(y, s, method="paule_mandel")
    w = 1 / (s**2 + got.between**2)
    assert float((w * (y - np.average(y, weights=w)) ** 2).sum()) == pytest.approx(len(y) - 1, rel=1e-9)


def test_reml_by_integrating_the_mean_out() -> None:
    # The restricted likelihood is the likelihood with the mean integrated out under a flat prior.
    y, s = np.array([0.02, 0.15, 0.31, 0.06]), np.array([0.05, 0.04, 0.09, 0.03])

    def marginal(tau: float) -> float:
        total = np.sqrt(s**2 + tau**2)
        return float(
            integrate.quad(
                lambda m: float(np.prod(stats.norm.pdf(y, m, total))), -2, 2, points=[0.1], epsabs=0, epsrel=1e-10
            )[0]
        )

    tau = pool(y, s, method="reml").between
    assert tau > 0.01
    assert marginal(tau) > max(marginal(tau * 0.99), marginal(tau * 1.01), marginal(1e-9))


numbers = st.floats(-1, 1).map(lambda x: round(x, 3))
table = st.lists(st.tuples(numbers, st.floats(0.01, 0.5).map(lambda x: round(x, 3))), min_size=3, max_size=8)
ways = st.sampled_from(sorted(METHODS))
rules = st.sampled_from(ERRORS)


def figures_of(got: PooledEffect) -> np.ndarray:
    assert got.prediction is not None
    return np.array([got.mean, got.se, got.between, *got.interval, *got.prediction])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(0.01, 0.5), min_size=3, max_size=8), numbers, ways)
def test_equal_effects_have_no_spread(ses: list[float], effect: float, method: str) -> None:
    got = pool([effect] * len(ses), ses, method=method, errors="hartung_knapp_at_least_1")
    assert (got.between, got.i2) == (0.0, 0.0)
    assert got.mean == pytest.approx(effect, abs=1e-12)
    assert got.se == pytest.approx(1 / math.sqrt(sum(1 / s**2 for s in ses)))


@settings(deadline=None, max_examples=50)
@given(table, st.floats(0.01, 100), ways, rules)
def test_another_unit_scales_everything(
    rows: list[tuple[float, float]], unit: float, method: str, errors: str
) -> None:
    y, s = np.array(rows).T
    one, other = (pool(y * c, s * c, method=method, errors=errors) for c in (1.0, unit))
    np.testing.assert_allclose(figures_of(other) / unit, figures_of(one), rtol=1e-4, atol=1e-4)
    assert (other.q, other.i2) == pytest.approx((one.q, one.i2), rel=1e-6, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(table, st.floats(-5, 5), ways, rules)
def test_a_constant_moves_places_and_no_widths(
    rows: list[tuple[float, float]], shift: float, method: str, errors: str
) -> None:
    y, s = np.array(rows).T
    one, other = pool(y, s, method=method, errors=errors), pool(y + shift, s, method=method, errors=errors)
    moved = np.array([1, 0, 0, 1, 1, 1, 1]) * shift
    np.testing.assert_allclose(figures_of(other) - moved, figures_of(one), rtol=1e-4, atol=1e-4)


@settings(deadline=None, max_examples=50)
@given(table, st.randoms(use_true_random=False), ways)
def test_order_does_not_matter(rows: list[tuple[float, float]], random: object, method: str) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (pool(*np.array(each).T, method=method) for each in (rows, mixed))
    np.testing.assert_allclose(figures_of(other), figures_of(one), rtol=1e-5, atol=1e-6)


@settings(deadline=None, max_examples=50)
@given(table, ways)
def test_the_mean_lies_among_the_effects_and_a_floor_on_the_scale_only_widens(
    rows: list[tuple[float, float]], method: str
) -> None:
    y, s = np.array(rows).T
    plain, floored = pool(y, s, method=method), pool(y, s, method=method, errors="hartung_knapp_at_least_1")
    assert y.min() - 1e-12 <= plain.mean <= y.max() + 1e-12
    assert floored.se >= plain.se
    assert floored.se >= pool(y, s, method=method, errors="normal").se


def test_doubt_combines_error_and_spread() -> None:
    got = pool([0.0, 4.0], [1.0, 1.0], method="dersimonian_laird", errors="normal").uncertain("effect", "by hand")
    assert isinstance(got, Normal)
    assert (got.name, got.source) == ("effect", "by hand")
    assert (got.mean, got.sd) == pytest.approx((2.0, math.sqrt(4 + 7)))


def test_arguments_are_not_changed() -> None:
    y, s = log_risk_ratios()
    before = y.copy(), s.copy()
    pool(y, s)
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(s, before[1])


NEED = "must be two or more finite numbers, one a study; got"


@pytest.mark.parametrize(
    ("effects", "ses", "more", "message"),
    [
        ([0.1], [0.1], {}, f"pool.effects {NEED} [0.1]"),
        ([0.1, math.nan], [0.1, 0.1], {}, f"pool.effects {NEED} [0.1, nan]"),
        ([0.1, 0.2], [0.1, math.inf], {}, f"pool.ses {NEED} [0.1, inf]"),
        ([True, False], [0.1, 0.1], {}, f"pool.effects {NEED} [True, False]"),
        ([0.1, None], [0.1, 0.1], {}, f"pool.effects {NEED} [0.1, None]"),
        ([[0.1, 0.2], [0.3]], [0.1, 0.1], {}, f"pool.effects {NEED} [[0.1, 0.2], [0.3]]"),
        ([0.1, 0.2], [0.1, 0.1, 0.1], {}, "pool.ses must be as many as pool.effects (2); got 3"),
        ([0.1, 0.2], [0.1, 0.0], {}, "pool.ses must be standard errors above 0; got 0.0"),
        (
            [0.1, 0.2],
            [0.1, 0.1],
            {"method": "dl"},
            "pool.method must be one of 'dersimonian_laird', 'paule_mandel', 'reml'; got 'dl'",
        ),
        (
            [0.1, 0.2],
            [0.1, 0.1],
            {"errors": "z"},
            "pool.errors must be one of 'hartung_knapp', 'hartung_knapp_at_least_1', 'normal'; got 'z'",
        ),
        ([0.1, 0.2], [0.1, 0.1], {"level": 90}, "pool.level must be a number in (0, 1); got 90"),
        ([0.1, 0.2], [0.1, 0.1], {"level": True}, "pool.level must be a number in (0, 1); got True"),
        ([0.1, 0.2], [0.1, 0.1], {"level": math.nan}, "pool.level must be a number in (0, 1); got nan"),
    ],
)
def test_errors(effects: list[float], ses: list[float], more: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        pool(effects, ses, **more)  # type: ignore[arg-type]
    assert str(caught.value) == message
