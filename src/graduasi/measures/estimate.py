"""A measure with its standard error: by linearisation, a bootstrap of clusters, or the survey's replicates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeGuard, get_args, runtime_checkable

import numpy as np
from attrs import field, fields, frozen

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures import checks, influence, replicates
from graduasi.measures.catalogue import MEASURES
from graduasi.measures.checks import weighted
from graduasi.measures.design import Layout, SurveyDesign
from graduasi.measures.estimand import Estimand
from graduasi.measures.measure import Measure, Options
from graduasi.measures.ranks import weighted_quantile
from graduasi.measures.relative_line import Amount, Line, RelativeLine, Sample

VarianceMethod = Literal["auto", "linearisation", "bootstrap", "replicates"]
INTERVALS = ("t", "logit", "woodruff")


@runtime_checkable
class Surveyed(Protocol):
    """Who was asked, with weights and design: a `Population` is one."""

    @property
    def welfare(self) -> Floats:
        """Shape (household,) [currency per person per month]."""

    @property
    def person_weight(self) -> Floats:
        """Persons that each record stands for, shape (household,)."""

    @property
    def sampled(self) -> bool:
        """Whether the records are a sample."""

    def design(self) -> SurveyDesign:
        """How the sample was drawn."""

    def check_line(self, line: Any) -> None:
        """Refuse a line in other money."""


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
        alike = self.method == other.method and self.parts.shape == other.parts.shape
        if not (alike and _one_design(self.design, other.design)):
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


def estimate(
    measure: str | Measure | Callable[..., float],
    welfare: Surveyed | ArrayLike,
    weights: ArrayLike | Amount | None = None,
    *,
    line: Line = None,
    alpha: float | None = None,
    epsilon: float | None = None,
    quantile: float | None = None,
    design: SurveyDesign | None = None,
    domain: ArrayLike | None = None,
    method: VarianceMethod = "auto",
    interval: Literal["t", "logit", "woodruff"] = "t",
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
    density: Literal["sample", "convey"] = "sample",
) -> Estimate:
    """A measure with its standard error, interval and degrees of freedom.

    measure : a function of `graduasi.measures` or its name, "mean", "total", "median" or "quantile"; a `Measure` of
        one's own; or any function of (welfare, weights), for which only "bootstrap" and "replicates" are open.
    welfare, weights : shapes (household,); weights are persons or households that each stands for. Or a
        `Population`, whose persons, weights and design are then taken, with its `PovertyLine` in place of weights
        or by name: `estimate("headcount", people, line)`.
    line, alpha, epsilon, quantile : arguments of the measure. line : an amount, one a household, or a
        `RelativeLine`.
    design : strata, clusters, finite population, replicate weights; households drawn one by one where it is None.
    domain : array, shape (household,), of True and False: a part of the population. The others stay in the design,
        and in the median or mean of a `RelativeLine` unless it says among="domain".
    method : "linearisation" (Taylor, by influence functions), "bootstrap" (Rao and Wu 1988, `draws` of them, from
        `seed`), "replicates" (those of the design); "auto" takes replicates where there are some, then
        linearisation where the measure has one.
    interval : "t"; or "logit" for a share in (0, 1), which stays inside (R's svyciprop); or "woodruff" for a median
        or quantile: the quantiles at the ends of the interval of the share at or below it (Woodruff 1952, JASA 47;
        R's svyquantile). level : of the interval.
    density : how the density at a quantile is estimated, see `influence.density`.

    Raises InputError for faults of the arguments, and for strata of one cluster unless the design says what to do.
    """
    chosen = _measure(measure)
    if isinstance(welfare, Surveyed):
        welfare, weights, line, design = _asked(welfare, weights, line, design)
    values, weight = weighted("estimate", welfare, weights)
    sample = Sample(weight=weight, keep=_domain(domain, values.size, weight))
    _check(method, interval, level, draws, seed, density, quantile)
    options = Options(line=line, alpha=alpha, epsilon=epsilon, quantile=quantile, rule=density)
    options.refuse_unused(chosen)
    plan = _design(design)
    how = _method(method, chosen, plan)
    asked = Estimand.of(chosen, values, sample, options)
    value = asked.value(weight)
    parts, df = _parts(asked, value, how, plan, draws, seed)
    se = _error(parts, how, plan)
    ends = (
        _woodruff(asked, plan, how, level) if interval == "woodruff" else _interval(value, se, df, level, interval)
    )
    return Estimate(
        measure=chosen.name,
        estimate=value,
        se=se,
        interval=ends,
        df=df,
        level=level,
        method=how,
        parts=parts,
        design=plan,
        seed=seed if how == "bootstrap" else None,
    )


def _parts(
    asked: Estimand, value: float, method: str, design: SurveyDesign, draws: int, seed: int
) -> tuple[Floats, float]:
    """Weighted influences or deviations, whose variance is that of the estimate; and degrees of freedom."""
    weight, held = asked.sample.weight, asked.sample.held
    if method == "replicates":
        return replicates.given(asked.value, value, weight, design), replicates.degrees(design, held)
    layout = design.layout(weight.size)
    df = _degrees(design, layout, held)
    if method == "linearisation":
        return asked.linearised(), df
    return replicates.bootstrap(asked.value, weight, design, layout, draws, seed), df


def _number(name: str, value: object) -> float:
    if not isinstance(value, bool | int | float | np.bool_ | np.number) or isinstance(value, np.complexfloating):
        raise InputError(f"estimate.measure must return a number; {name} returned {value!r}")
    return float(value)


def _asked(
    people: Surveyed, weights: ArrayLike | Amount | None, line: Line, design: SurveyDesign | None
) -> tuple[Floats, Floats, Line, SurveyDesign]:
    """Welfare, person weights, line and design of a population; what it holds itself is not given beside it."""
    alone = isinstance(weights, RelativeLine | int | float | np.number) or _is_line(weights)
    if line is None and alone:
        weights, line = None, weights
    for name, given in (("weights", weights), ("design", design)):
        if given is not None:
            raise InputError(f"estimate.{name} must be left out beside a population, which has its own; got both")
    own = people.design()
    if not people.sampled and own.strata is None and own.clusters is None:
        raise InputError(
            "estimate.welfare must be of a sample for a standard error; this population is a whole list, or made "
            "from published figures: call the measure itself with its welfare and person_weight, or give arrays "
            "and a design"
        )
    if _is_line(line):
        people.check_line(line)
        line = line.amount
    return people.welfare, people.person_weight, line, own


def _one_design(design: SurveyDesign, other: SurveyDesign) -> bool:
    """Whether two designs are one: the same object, or the same labels and rules."""
    if design is other:
        return True
    pairs = ((getattr(design, each.name), getattr(other, each.name)) for each in fields(SurveyDesign))
    return all(one is two or np.array_equal(one, two) for one, two in pairs)


def _is_line(given: object) -> TypeGuard[Amount]:
    return hasattr(given, "amount") and hasattr(given, "currency")


def _measure(measure: str | Measure | Callable[..., float]) -> Measure:
    """The record of a measure by its name, by its function, or as it is; or of a function of the caller's own."""
    if isinstance(measure, Measure):
        return measure
    if isinstance(measure, str) and measure in MEASURES:
        return MEASURES[measure]
    if isinstance(measure, str) or not callable(measure):
        raise InputError(f"estimate.measure must be one of {', '.join(MEASURES)}, or a function; got {measure!r}")
    own = [known for known in MEASURES.values() if known.function is measure]
    return own[0] if own else _own(measure)


def _own(function: Callable[..., float]) -> Measure:
    name = f"{getattr(function, '__name__', type(function).__name__)} (own)"
    return Measure(
        name=name, function=function, value=lambda values, weight: _number(name, function(values, weight))
    )


def _design(design: SurveyDesign | None) -> SurveyDesign:
    plan = SurveyDesign() if design is None else design
    if not isinstance(plan, SurveyDesign):
        raise InputError(f"estimate.design must be a SurveyDesign; got {type(plan).__name__}")
    return plan


def _domain(domain: ArrayLike | None, size: int, weight: Floats) -> Floats:
    if domain is None:
        return np.ones(size)
    keep = checks.array("estimate.domain", domain)
    if keep.dtype != np.bool_ or keep.shape != (size,):
        raise InputError(
            f"estimate.domain must be True or False for each of {size} households; got {keep.dtype} of shape "
            f"{keep.shape}"
        )
    if not (weight * keep).sum() > 0:
        raise InputError("estimate.domain must hold a household with weight; it holds none")
    return keep.astype(np.float64)


def _check(
    method: str, interval: str, level: float, draws: int, seed: int, density: str, quantile: float | None
) -> None:
    for field_, value, choices in (
        ("method", method, get_args(VarianceMethod)),
        ("interval", interval, INTERVALS),
        ("density", density, influence.DENSITIES),
    ):
        checks.choice("estimate", field_, value, choices)
    for field_, share in (("level", level), ("quantile", quantile)):
        if share is not None and not (checks.is_number(share) and 0 < share < 1):
            raise InputError(f"estimate.{field_} must be a share in (0, 1); got {share!r}")
    for field_, count, least in (("draws", draws, 2), ("seed", seed, 0)):
        if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < least:
            raise InputError(f"estimate.{field_} must be a whole number at least {least}; got {count!r}")


def _method(method: str, measure: Measure, design: SurveyDesign) -> str:
    has = design.replicate_weights is not None
    if method == "auto":
        return "replicates" if has else "bootstrap" if measure.influence is None else "linearisation"
    if method == "replicates" and not has:
        raise InputError("estimate.method 'replicates' needs a design with replicate_weights; it has none")
    if method == "linearisation" and measure.influence is None:
        raise InputError(
            f"estimate.method 'linearisation' needs a measure with an influence function; got {measure.name}"
        )
    return method


def _degrees(design: SurveyDesign, layout: Layout, weight: Floats) -> float:
    """Clusters less strata, of those that hold weight (R's degf), or as stated."""
    if design.degrees is not None:
        return float(design.degrees)
    used = np.bincount(layout.cluster, weights=weight, minlength=layout.stratum.size) > 0
    return float(used.sum() - np.unique(layout.stratum[used]).size)


def _error(parts: Floats, method: str, design: SurveyDesign) -> float:
    unit = checks.unit_of(parts)
    small = parts / unit
    if method == "linearisation":
        found = np.sqrt(design.variance(small, design.layout(parts.size)))
    else:
        found = np.sqrt((small**2).sum())
    return checks.finite("estimate", float(found) * unit)


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


def _woodruff(asked: Estimand, design: SurveyDesign, method: str, level: float) -> tuple[float, float]:
    """Quantiles at the ends of the interval of the share at or below the quantile; NaN where there is no end."""
    if not asked.measure.density or method == "bootstrap":
        raise InputError(
            "estimate.interval 'woodruff' needs a median or quantile by linearisation or replicates; got "
            f"{asked.measure.name} by {method}"
        )
    below = estimate(
        "mean",
        (asked.values <= asked.plain(asked.sample)).astype(np.float64),
        asked.sample.weight,
        design=design,
        domain=asked.sample.keep > 0,
        method="replicates" if method == "replicates" else "linearisation",
        level=level,
    )
    low, high = below.interval
    held, money = asked.sample.held, asked.money
    return (
        money * weighted_quantile(asked.values, held, low) if low >= 0 else np.nan,
        money * weighted_quantile(asked.values, held, high) if high <= 1 else np.nan,
    )
