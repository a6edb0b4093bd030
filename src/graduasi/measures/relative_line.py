"""A line that moves with the sample, and the part of a sample that a measure is of."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import numpy as np
from attrs import frozen

from graduasi._typing import ArrayLike, Floats
from graduasi.measures import checks, influence
from graduasi.measures.ranks import weighted_median


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
        """Return the line of this population."""
        if self.of == "mean":
            return self.share * float((weight * values).sum() / weight.sum())
        return self.share * weighted_median(values, weight)

    def influence(self, values: Floats, weight: Floats, rule: str) -> Floats:
        """Return how the line moves with each household's weight, shape (household,)."""
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


Line: TypeAlias = ArrayLike | RelativeLine | Amount | None


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
        """Return the weights of those whose median or mean makes the line."""
        return self.weight if line.among == "everybody" else self.held
