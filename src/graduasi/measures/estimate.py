"""A measure with its standard error: by linearisation, a bootstrap of clusters, or the survey's replicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from graduasi.errors import InputError
from graduasi.measures import inequality, influence, poverty, replicates
from graduasi.measures.checks import above_line, weighted
from graduasi.measures.design import Layout, SurveyDesign

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Measure = str | Callable[..., float]

Method = Literal["auto", "linearisation", "bootstrap", "replicates"]
METHODS = ("auto", "linearisation", "bootstrap", "replicates")
INTERVALS = ("t", "logit")
ORDERS = {"headcount": 0.0, "poverty_gap": 1.0, "poverty_severity": 2.0}


@frozen(kw_only=True)
class RelativeLine:
    """A line that is a share of the population's own median or mean, so that it moves with the sample."""

    share: float
    of: Literal["median", "mean"] = "median"

    def __attrs_post_init__(self) -> None:
        if isinstance(self.share, bool) or not 0 < self.share < np.inf:
            raise InputError(f"RelativeLine.share must be a number above 0; got {self.share!r}")
        if self.of not in {"median", "mean"}:
            raise InputError(f"RelativeLine.of must be one of 'median', 'mean'; got {self.of!r}")

    def amount(self, values: Floats, weight: Floats) -> float:
        """The line of this population."""
        if self.of == "mean":
            return self.share * float((weight * values).sum() / weight.sum())
        return self.share * influence.weighted_quantile(values, weight, 0.5)

    def influence(self, values: Floats, weight: Floats, rule: str) -> Floats:
        """How the line moves with each household's weight, shape (household,)."""
        if self.of == "mean":
            return self.share * influence.mean(values, weight)
        return self.share * influence.quantile(values, weight, 0.5, rule)


@frozen(kw_only=True, eq=False)
class Estimate:
    """A measure of a population from a sample of it.

    estimate, se : the value and its standard error. interval : at `level`, by Student's t with `df` degrees of
    freedom (clusters less strata), on the logit scale where that was asked for.
    method : how the standard error was found. Two estimates of one sample and design subtract: `a - b` knows
    their covariance.
    """

    measure: str
    estimate: float
    se: float
    interval: tuple[float, float]
    df: float
    level: float
    method: str
    # Weighted influences by household, or deviations by replicate; their variance is that of the estimate.
    parts: Floats = field(repr=False)
    design: SurveyDesign = field(repr=False)
    seed: int | None = field(default=None, repr=False)  # of the bootstrap

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.estimate:.6g} (se {self.se:.3g}; {self.level:.0%}: {low:.6g} to {high:.6g})"

    def __sub__(self, other: Estimate) -> Estimate:
        if not isinstance(other, Estimate):
            return NotImplemented
        if self.method != other.method or self.parts.shape != other.parts.shape or self.design is not other.design:
            raise InputError(
                "Estimate.difference must be of two estimates of one sample, with one design and one method; "
                f"got {self.method} of {self.parts.size} and {other.method} of {other.parts.size}"
            )
        if self.seed != other.seed:
            raise InputError(
                "Estimate.difference must be of two bootstraps from one seed, which draw the same clusters; "
                f"got seeds {self.seed} and {other.seed}"
            )
        parts = self.parts - other.parts
        se = _error(parts, self.method, self.design)
        value, df = self.estimate - other.estimate, min(self.df, other.df)
        return Estimate(
            measure=f"{self.measure} - {other.measure}",
            estimate=value,
            se=se,
            interval=_interval(value, se, df, self.level, "t"),
            df=df,
            level=self.level,
            method=self.method,
            parts=parts,
            design=self.design,
            seed=self.seed,
        )


@frozen(kw_only=True, eq=False)
class _Options:
    """The arguments of a measure."""

    line: Any
    alpha: float | None
    epsilon: float | None
    quantile: float | None
    rule: str

    def at(self, values: Floats, weight: Floats, name: str) -> Floats:
        """Each household's line."""
        if self.line is None:
            raise InputError(f"estimate.line must be given for {name}; got none")
        line = self.line
        if isinstance(line, RelativeLine):
            line = line.amount(values, weight)
        return above_line("estimate", line, values.size)

    def need(self, name: str, what: str) -> float:
        """A parameter that the measure needs."""
        value: float | None = getattr(self, what)
        if value is None:
            raise InputError(f"estimate.{what} must be given for {name}; got none")
        return value


def _order(name: str, options: _Options) -> float:
    return ORDERS[name] if name in ORDERS else options.need(name, "alpha")


def _value(name: str, values: Floats, weight: Floats, options: _Options) -> float:
    """The measure itself, by the library's own functions."""
    if name in {*ORDERS, "fgt"}:
        return poverty.fgt(values, options.at(values, weight, name), _order(name, options), weight)
    if name in {"income_gap_ratio", "watts", "sen", "sen_shorrocks_thon"}:
        return float(getattr(poverty, name)(values, options.at(values, weight, name), weight))
    if name in {"gini", "theil", "mean_log_deviation", "palma"}:
        return float(getattr(inequality, name)(values, weight))
    if name == "generalised_entropy":
        return inequality.generalised_entropy(values, options.need(name, "alpha"), weight)
    if name == "atkinson":
        return inequality.atkinson(values, options.need(name, "epsilon"), weight)
    if name == "quantile_share_ratio":
        quantile = 0.2 if options.quantile is None else options.quantile
        return inequality.quantile_share_ratio(values, weight, quantile=quantile)
    if name == "quantile":
        return influence.weighted_quantile(values, weight, options.need(name, "quantile"))
    if name == "median":
        return influence.weighted_quantile(values, weight, 0.5)
    total = float((weight * values).sum())
    return total if name == "total" else total / float(weight.sum())


def _influence(name: str, values: Floats, weight: Floats, options: _Options) -> Floats:
    """The measure's influence function, shape (household,)."""
    if name in {*ORDERS, "fgt"}:
        order, line = _order(name, options), options.at(values, weight, name)
        found = influence.fgt(values, weight, line, order)
        if isinstance(options.line, RelativeLine):
            slope = influence.fgt_slope(values, weight, line, order, options.rule)
            found = found + slope * options.line.influence(values, weight, options.rule)
        return found
    if name in {"income_gap_ratio", "watts", "sen", "sen_shorrocks_thon"}:
        if isinstance(options.line, RelativeLine):
            raise InputError(f"estimate.line of {name} must be an amount for linearisation; use method='bootstrap'")
        line = options.at(values, weight, name)
        return np.asarray(getattr(influence, name)(values, weight, line), dtype=np.float64)
    if name == "gini":
        return influence.gini(values, weight)
    if name in {"theil", "mean_log_deviation", "generalised_entropy"}:
        alpha = {"theil": 1.0, "mean_log_deviation": 0.0}.get(name)
        return influence.generalised_entropy(
            values, weight, options.need(name, "alpha") if alpha is None else alpha
        )
    if name == "atkinson":
        return influence.atkinson(values, weight, options.need(name, "epsilon"))
    if name in {"quantile_share_ratio", "palma"}:
        quantile = 0.2 if options.quantile is None else options.quantile
        low, high = (0.4, 0.1) if name == "palma" else (quantile, quantile)
        return influence.share_ratio(values, weight, low, high)
    if name in {"quantile", "median"}:
        share = 0.5 if name == "median" else options.need(name, "quantile")
        return influence.quantile(values, weight, share, options.rule)
    return values if name == "total" else influence.mean(values, weight)


KNOWN = (
    *ORDERS, "fgt", "income_gap_ratio", "watts", "sen", "sen_shorrocks_thon", "gini", "theil", "mean_log_deviation",
    "generalised_entropy", "atkinson", "quantile_share_ratio", "palma", "mean", "total", "median", "quantile",
)  # fmt: skip


def estimate(
    measure: Measure,
    welfare: Any,
    weights: Any = None,
    *,
    line: Any = None,
    alpha: float | None = None,
    epsilon: float | None = None,
    quantile: float | None = None,
    design: SurveyDesign | None = None,
    domain: Any = None,
    method: Method = "auto",
    interval: Literal["t", "logit"] = "t",
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
    density: Literal["sample", "convey"] = "sample",
) -> Estimate:
    """A measure with its standard error, interval and degrees of freedom.

    measure : a function of `graduasi.measures` or its name, "mean", "total", "median" or "quantile"; or any
        function of (welfare, weights), for which only "bootstrap" and "replicates" are open.
    welfare, weights : shapes (household,); weights are persons or households that each stands for.
    line, alpha, epsilon, quantile : arguments of the measure. line : an amount, one a household, or a
        `RelativeLine`.
    design : strata, clusters, finite population, replicate weights; households drawn one by one where it is None.
    domain : array, shape (household,), of True and False: a part of the population. The others stay in the design.
    method : "linearisation" (Taylor, by influence functions), "bootstrap" (Rao and Wu 1988, `draws` of them, from
        `seed`), "replicates" (those of the design); "auto" takes replicates where there are some, then
        linearisation where the measure has one.
    interval : "t", or "logit" for a share in (0, 1), which stays inside (R's svyciprop). level : of the interval.
    density : how the density at a quantile is estimated, see `influence.density`.

    Raises InputError for faults of the arguments, and for strata of one cluster unless the design says what to do.
    """
    name = _name(measure)
    values, weight = weighted("estimate", welfare, weights)
    keep = _domain(domain, values.size, weight)
    _check(method, interval, level, draws, density, quantile)
    options = _Options(line=line, alpha=alpha, epsilon=epsilon, quantile=quantile, rule=density)
    plan = SurveyDesign() if design is None else design
    chosen = _chosen(method, name, plan)
    held = weight * keep

    def statistic(factors: Floats) -> float:
        return _value(name, values, factors, options) if name in KNOWN else float(measure(values, factors))  # type: ignore[operator]

    value = statistic(held)
    if chosen == "replicates":
        parts = replicates.given(statistic, value, held, keep, plan)
        df = replicates.degrees(plan, held)
    else:
        layout = plan.layout(values.size)
        df = _degrees(plan, layout, held)
        if chosen == "linearisation":
            parts = held * _influence(name, values, held, options)
        else:
            parts = replicates.bootstrap(statistic, held, plan, layout, draws, seed)
    se = _error(parts, chosen, plan)
    return Estimate(
        measure=name,
        estimate=value,
        se=se,
        interval=_interval(value, se, df, level, interval),
        df=df,
        level=level,
        method=chosen,
        parts=parts,
        design=plan,
        seed=seed if chosen == "bootstrap" else None,
    )


def _name(measure: Measure) -> str:
    if isinstance(measure, str):
        if measure not in KNOWN:
            raise InputError(f"estimate.measure must be one of {', '.join(KNOWN)}, or a function; got {measure!r}")
        return measure
    name = str(getattr(measure, "__name__", type(measure).__name__))
    own = getattr(poverty, name, None) or getattr(inequality, name, None)
    return name if own is measure and name in KNOWN else f"{name} (own)"


def _domain(domain: Any, size: int, weight: Floats) -> Floats:
    if domain is None:
        return np.ones(size)
    keep = np.asarray(domain)
    if keep.dtype != np.bool_ or keep.shape != (size,):
        raise InputError(
            f"estimate.domain must be True or False for each of {size} households; got {keep.dtype} of shape "
            f"{keep.shape}"
        )
    if not (weight * keep).sum() > 0:
        raise InputError("estimate.domain must hold a household with weight; it holds none")
    return keep.astype(np.float64)


def _check(method: str, interval: str, level: float, draws: int, density: str, quantile: float | None) -> None:
    for field_, value, choices in (
        ("method", method, METHODS),
        ("interval", interval, INTERVALS),
        ("density", density, influence.DENSITIES),
    ):
        if value not in choices:
            raise InputError(f"estimate.{field_} must be one of {', '.join(map(repr, choices))}; got {value!r}")
    for field_, share in (("level", level), ("quantile", quantile)):
        if share is not None and (isinstance(share, bool) or not 0 < share < 1):
            raise InputError(f"estimate.{field_} must be a share in (0, 1); got {share!r}")
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 2:
        raise InputError(f"estimate.draws must be a whole number at least 2; got {draws!r}")


def _chosen(method: str, name: str, design: SurveyDesign) -> str:
    has = design.replicate_weights is not None
    if method == "auto":
        return "replicates" if has else "linearisation" if name in KNOWN else "bootstrap"
    if method == "replicates" and not has:
        raise InputError("estimate.method 'replicates' needs a design with replicate_weights; it has none")
    if method == "linearisation" and name not in KNOWN:
        raise InputError(f"estimate.method 'linearisation' needs a measure with an influence function; got {name}")
    return method


def _degrees(design: SurveyDesign, layout: Layout, weight: Floats) -> float:
    """Clusters less strata, of those that hold weight (R's degf), or as stated."""
    if design.degrees is not None:
        return float(design.degrees)
    used = np.bincount(layout.cluster, weights=weight, minlength=layout.stratum.size) > 0
    return float(used.sum() - np.unique(layout.stratum[used]).size)


def _error(parts: Floats, method: str, design: SurveyDesign) -> float:
    if method == "linearisation":
        return float(np.sqrt(design.variance(parts, design.layout(parts.size))))
    return float(np.sqrt((parts**2).sum()))


def _interval(value: float, se: float, df: float, level: float, scale: str) -> tuple[float, float]:
    from scipy.special import stdtrit

    if df < 1:
        return (np.nan, np.nan)
    reach = float(stdtrit(df, (1 + level) / 2)) * se
    if scale == "t":
        return value - reach, value + reach
    if not 0 < value < 1:
        raise InputError(f"estimate.interval 'logit' needs an estimate in (0, 1); got {value!r}")
    middle, wide = np.log(value / (1 - value)), reach / (value * (1 - value))
    low, high = (1 / (1 + np.exp(-(middle + side * wide))) for side in (-1, 1))
    return float(low), float(high)
