"""The measures that `estimate` knows by name: their arguments, values and influence functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.measures import inequality, influence, poverty
from graduasi.measures.checks import above_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

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
class Options:
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

    def refuse_unused(self, name: str) -> None:
        """Refuse an argument that the measure would not read."""
        for what in ("line", "alpha", "epsilon", "quantile"):
            if getattr(self, what) is not None and name not in READ_BY[what]:
                raise InputError(f"estimate.{what} is not an argument of {name}; got {getattr(self, what)!r}")


def _order(name: str, options: Options) -> float:
    return ORDERS[name] if name in ORDERS else options.need(name, "alpha")


def value_of(name: str, values: Floats, weight: Floats, options: Options) -> float:
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


def influence_of(name: str, values: Floats, weight: Floats, options: Options) -> Floats:
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
READ_BY = {
    "line": (*ORDERS, "fgt", "income_gap_ratio", "watts", "sen", "sen_shorrocks_thon"),
    "alpha": ("fgt", "generalised_entropy"),
    "epsilon": ("atkinson",),
    "quantile": ("quantile", "quantile_share_ratio"),
}
