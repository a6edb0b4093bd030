"""Random-effects meta-analysis: y_i = mean + u_i + e_i, with u_i ~ (0, between^2) and e_i ~ (0, se_i^2)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.checks import number, one_of
from graduasi.errors import InputError
from graduasi.uncertain import Uncertain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


@frozen(kw_only=True)
class PooledEffect:
    """A pooled effect [unit of the effects].

    mean, se : the mean of the studies' true effects, and its standard error by the rule `errors`.
    between : standard deviation of true effects between studies (tau), by `method`.
    k : studies. q : Cochran's Q. i2 : share of the observed variance that is not sampling error.
    interval : of the mean, at `level`. prediction : of the true effect of a new study; None below 3 studies.
    """

    mean: float
    se: float
    between: float
    k: int
    q: float
    i2: float
    interval: tuple[float, float]
    prediction: tuple[float, float] | None
    level: float
    method: str
    errors: str

    def uncertain(self, name: str, source: str = "") -> Uncertain:
        """The effect in a new place, as a value with doubt: normal, standard error and spread combined."""
        return Uncertain.effect(mean=self.mean, se=self.se, between=self.between, name=name, source=source)


def dersimonian_laird(effects: Array, variances: Array) -> float:
    """Between-study variance by moments, not below 0 (DerSimonian and Laird 1986)."""
    weights = 1 / variances
    surplus = _q(effects, variances) - (len(effects) - 1)
    return max(0.0, float(surplus / (weights.sum() - (weights**2).sum() / weights.sum())))


def paule_mandel(effects: Array, variances: Array) -> float:
    """Between-study variance at which the generalised Q equals k - 1, or 0 (Paule and Mandel 1982)."""
    from scipy.optimize import brentq

    freedom = len(effects) - 1
    if _q(effects, variances) <= freedom:
        return 0.0
    # Q(t) < sum (y - mean y)^2 / t, so the root lies below sum (y - mean y)^2 / (k - 1); twice that, for rounding.
    highest = 2 * float(((effects - effects.mean()) ** 2).sum()) / freedom
    return float(brentq(lambda t: _q(effects, variances + t) - freedom, 0.0, highest, xtol=1e-14 * highest))


def reml(effects: Array, variances: Array) -> float:
    """Between-study variance of highest restricted likelihood (Viechtbauer 2005), searched on a grid first."""
    from scipy.optimize import minimize_scalar

    width = float(np.ptp(effects))
    if width == 0:
        return 0.0

    def loss(between: float) -> float:
        total = variances + between**2
        return float(np.log(total).sum() + np.log((1 / total).sum())) + _q(effects, total)

    grid = np.linspace(0.0, width, 101)
    best = int(np.argmin([loss(float(between)) for between in grid]))
    bounds = (float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 100)]))
    found = float(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10 * width}).x)
    return 0.0 if loss(0.0) <= loss(found) else found**2


METHODS: dict[str, Callable[[Array, Array], float]] = {
    "dersimonian_laird": dersimonian_laird,
    "paule_mandel": paule_mandel,
    "reml": reml,
}
ERRORS = ("hartung_knapp", "hartung_knapp_at_least_1", "normal")


def pool(
    effects: ArrayLike,
    ses: ArrayLike,
    *,
    method: str = "reml",
    errors: str = "hartung_knapp",
    level: float = 0.9,
) -> PooledEffect:
    """Pool the effects of independent studies.

    effects, ses : arrays, shape (study,) [one unit]; at least two studies, standard errors above 0.
    method : how the spread between studies is estimated: "reml", "paule_mandel" or "dersimonian_laird".
    errors : standard error and interval of the mean: "hartung_knapp" (Hartung and Knapp 2001, Sidik and Jonkman
        2002; t with k - 1 degrees of freedom), "hartung_knapp_at_least_1" (the same with its scale factor not
        below 1: Knapp and Hartung 2003; Röver, Knapp and Friede 2015 advise it for few studies, where plain
        Hartung-Knapp calls studies that happen to agree certain), or "normal" (inverse variance).
    level : coverage of both intervals. The prediction interval is t with k - 2 degrees of freedom around the mean,
        with variance between^2 + 1 / sum of weights (Higgins, Thompson and Spiegelhalter 2009).

    Raises InputError where an argument is not as above.
    """
    from scipy.special import ndtri, stdtrit

    y, s = _checked(effects, ses, method, errors, level)
    k, middle = len(y), (1 + level) / 2
    tau2 = METHODS[method](y, s**2)
    weights = 1 / (s**2 + tau2)
    mean = float(weights @ y / weights.sum())
    plain = 1 / math.sqrt(float(weights.sum()))
    scale = math.sqrt(_q(y, s**2 + tau2) / (k - 1))
    if errors == "normal":
        se, reach = plain, float(ndtri(middle))
    else:
        se = plain * (scale if errors == "hartung_knapp" else max(scale, 1.0))
        reach = float(stdtrit(k - 1, middle))
    prediction = None
    if k > 2:
        half = float(stdtrit(k - 2, middle)) * math.hypot(math.sqrt(tau2), plain)
        prediction = (mean - half, mean + half)
    q = _q(y, s**2)
    return PooledEffect(
        mean=mean,
        se=se,
        between=math.sqrt(tau2),
        k=k,
        q=q,
        i2=max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0,
        interval=(mean - reach * se, mean + reach * se),
        prediction=prediction,
        level=float(level),
        method=method,
        errors=errors,
    )


def _q(effects: Array, variances: Array) -> float:
    """Weighted squares around the weighted mean (Cochran 1954)."""
    weights = 1 / variances
    mean = weights @ effects / weights.sum()
    return float((weights * (effects - mean) ** 2).sum())


def _column(name: str, values: ArrayLike) -> Array:
    try:
        raw = np.asarray(values)
    except ValueError:
        raw = np.asarray(None)
    plain = raw.dtype.kind in "iuf" and raw.ndim == 1 and len(raw) >= 2
    if not plain or not np.isfinite(raw).all():
        raise InputError(f"pool.{name} must be two or more finite numbers, one a study; got {values!r}")
    return raw.astype(np.float64)


def _checked(effects: ArrayLike, ses: ArrayLike, method: str, errors: str, level: float) -> tuple[Array, Array]:
    y, s = _column("effects", effects), _column("ses", ses)
    if len(y) != len(s):
        raise InputError(f"pool.ses must be as many as pool.effects ({len(y)}); got {len(s)}")
    if not (s > 0).all():
        raise InputError(f"pool.ses must be standard errors above 0; got {float(s.min())!r}")
    one_of("pool", "method", method, tuple(METHODS))
    one_of("pool", "errors", errors, ERRORS)
    number("pool", "level", level, low=0, high=1, low_open=True, high_open=True)
    return y, s
