"""The measures that `estimate` knows by name: their arguments, values and influence functions."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import numpy as np
from attrs import frozen

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures import checks, inequality, influence, poverty
from graduasi.measures.checks import above_line
from graduasi.measures.ranks import weighted_quantile

MONEY = ("mean", "total", "median", "quantile")  # measures in the unit of welfare
ORDERS = {"headcount": 0.0, "poverty_gap": 1.0, "poverty_severity": 2.0}


@frozen(kw_only=True)
class RelativeLine:
    """A line that is a share of a median or mean, so that it moves with the sample.

    share : .6 is the at-risk-of-poverty line. of : "median" or "mean".
    among : whose, where a measure is of a domain. "everybody": the whole sample's, so that a subgroup is held to
        the line of all, as Eurostat's rates, R's laeken (`breakdown`) and convey do; "domain": the subgroup's own.
    """

    share: float
    of: Literal["median", "mean"] = "median"
    among: Literal["everybody", "domain"] = "everybody"

    def __attrs_post_init__(self) -> None:
        checks.share("RelativeLine", "share", self.share, "a number above 0", 0.0, np.inf)
        checks.choice("RelativeLine", "of", self.of, ("median", "mean"))
        checks.choice("RelativeLine", "among", self.among, ("everybody", "domain"))

    def amount(self, values: Floats, weight: Floats) -> float:
        """The line of this population."""
        if self.of == "mean":
            return self.share * float((weight * values).sum() / weight.sum())
        return self.share * weighted_quantile(values, weight, 0.5)

    def influence(self, values: Floats, weight: Floats, rule: str) -> Floats:
        """How the line moves with each household's weight, shape (household,)."""
        if self.of == "mean":
            return self.share * influence.mean(values, weight)
        return self.share * influence.quantile(values, weight, 0.5, rule)


class Amount(Protocol):
    """A line with its money: a `PovertyLine` is one."""

    @property
    def amount(self) -> float:
        """What a person needs [currency per person per month]."""

    @property
    def currency(self) -> str:
        """Its money."""


Line: TypeAlias = "ArrayLike | RelativeLine | Amount | None"


@frozen(kw_only=True, eq=False)
class Sample:
    """Weights of all, shape (household,), and the part that a measure is of: `keep` is 1 in the domain, else 0."""

    weight: Floats
    keep: Floats

    @property
    def held(self) -> Floats:
        """Weights of the domain, 0 for the others."""
        return self.weight * self.keep

    def of_line(self, line: RelativeLine) -> Floats:
        """Weights of those whose median or mean makes the line."""
        return self.weight if line.among == "everybody" else self.held


@frozen(kw_only=True, eq=False)
class Options:
    """The arguments of a measure."""

    line: Line
    alpha: float | None
    epsilon: float | None
    quantile: float | None
    rule: str

    def at(self, values: Floats, sample: Sample, name: str) -> Floats:
        """Each household's line."""
        if self.line is None:
            raise InputError(f"estimate.line must be given for {name}; got none")
        line = self.line
        if isinstance(line, RelativeLine):
            line = line.amount(values, sample.of_line(line))
        return above_line("estimate", line, values.size)

    def unit(self, name: str, values: Floats) -> float:
        """What welfare is divided by before it is measured: a power of two, 1 unless its squares are no floats.

        Gaps under a line that is given are in lines, and functions of the caller's own take welfare as it is.
        """
        free = name in KNOWN and (self.line is None or isinstance(self.line, RelativeLine))
        return checks.unit_of(values) if free else 1.0

    def need(self, name: str, what: str) -> float:
        """A parameter that the measure needs."""
        value: float | None = getattr(self, what)
        if value is None:
            raise InputError(f"estimate.{what} must be given for {name}; got none")
        return value

    def refuse_unused(self, name: str) -> None:
        """Refuse an argument that the measure would not read."""
        for what in ("line", "alpha", "epsilon", "quantile"):
            if getattr(self, what) is not None and name not in READ_BY[what]:
                raise InputError(f"estimate.{what} is not an argument of {name}; got {getattr(self, what)!r}")


def _order(name: str, options: Options) -> float:
    return ORDERS[name] if name in ORDERS else options.need(name, "alpha")


def value_of(name: str, values: Floats, sample: Sample, options: Options) -> float:
    """The measure itself, by the library's own functions."""
    weight = sample.held
    if name in {*ORDERS, "fgt"}:
        return poverty.fgt(values, options.at(values, sample, name), _order(name, options), weight)
    if name in {"income_gap_ratio", "watts", "sen", "sen_shorrocks_thon"}:
        return float(getattr(poverty, name)(values, options.at(values, sample, name), weight))
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
        return weighted_quantile(values, weight, options.need(name, "quantile"))
    if name == "median":
        return weighted_quantile(values, weight, 0.5)
    with np.errstate(over="ignore"):
        total = float((weight * values).sum())
    return total if name == "total" else total / float(weight.sum())


def parts_of(name: str, values: Floats, sample: Sample, options: Options) -> Floats:
    """Weight times influence on the measure, shape (household,): the sum that the measure is, to first order.

    Households outside the domain have none, but for a line that they help to make: where the line is of everybody,
    FGT of the domain moves with the weight of each household by (slope of the domain's FGT in the line) x
    (influence on the line), Deville (1999) and Osier (2009, Survey Research Methods 3).
    """
    parts = sample.held * influence_of(name, values, sample, options)
    line = options.line
    if not isinstance(line, RelativeLine):
        return parts
    order, amount = _order(name, options), options.at(values, sample, name)
    slope = influence.fgt_slope(values, sample.held, amount, order, options.rule)
    whose = sample.of_line(line)
    return np.asarray(parts + slope * whose * line.influence(values, whose, options.rule), dtype=np.float64)


def influence_of(name: str, values: Floats, sample: Sample, options: Options) -> Floats:
    """The measure's influence function within the domain at the line as it is, shape (household,)."""
    weight = sample.held
    if name in {*ORDERS, "fgt"}:
        return influence.fgt(values, weight, options.at(values, sample, name), _order(name, options))
    if name in {"income_gap_ratio", "watts", "sen", "sen_shorrocks_thon"}:
        if isinstance(options.line, RelativeLine):
            raise InputError(f"estimate.line of {name} must be an amount for linearisation; use method='bootstrap'")
        line = options.at(values, sample, name)
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
READ_BY = {
    "line": (*ORDERS, "fgt", "income_gap_ratio", "watts", "sen", "sen_shorrocks_thon"),
    "alpha": ("fgt", "generalised_entropy"),
    "epsilon": ("atkinson",),
    "quantile": ("quantile", "quantile_share_ratio"),
}
