"""The survey design: how the sample was drawn, and the variance of a weighted sum under it.

One stage is counted: clusters are drawn within strata with replacement, or without where `fpc` gives how many
clusters there are. Later stages need no formula with replacement, since the spread of cluster totals holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from attrs import Attribute, field, frozen
from numpy.typing import NDArray

from graduasi._typing import Array, Bools, Floats, Rows, Scalar
from graduasi.errors import InputError
from graduasi.measures.checks import array, choice, is_number

LONELY = ("fail", "remove", "average", "certainty", "adjust")
REPLICATES = ("bootstrap", "brr", "fay", "jk1", "jkn", "other")
Value = TypeVar("Value")
Check = Callable[[object, "Attribute[Value]", Value], None]

ALL_DRAWN = 1e-7  # share not drawn below which a stratum was taken whole (R's survey)


def _column(values: object) -> Array | None:
    return _read_only(np.array(array("SurveyDesign's labels", values))) if values is not None else None


def _numbers(values: object) -> Floats | None:
    if values is None:
        return None
    given = array("SurveyDesign's numbers", values)
    if given.dtype.kind not in "iuf":
        raise InputError(f"SurveyDesign needs numbers in fpc, replicate_weights and rscales; got {given.dtype}")
    return _read_only(np.array(given, dtype=np.float64))


def _read_only(array: NDArray[Scalar]) -> NDArray[Scalar]:
    array.setflags(write=False)
    return array


def _one_of(choices: tuple[str, ...]) -> Check[str]:
    def check(owner: object, attribute: Attribute[str], value: str) -> None:
        choice("SurveyDesign", attribute.name, value, choices)

    return check


def _shape(dimensions: int, shape: str) -> Check[Array | None]:
    def check(owner: object, attribute: Attribute[Array | None], value: Array | None) -> None:
        if value is not None and value.ndim != dimensions:
            raise InputError(
                f"SurveyDesign.{attribute.name} must be an array of shape {shape}; got shape {value.shape}"
            )

    return check


def _number(above: float, below: float, words: str) -> Check[Any]:
    def check(owner: object, attribute: Attribute[Any], value: float | None) -> None:
        if value is not None and not (is_number(value) and above < value < below):
            raise InputError(f"SurveyDesign.{attribute.name} must be {words}; got {value!r}")

    return check


@frozen(kw_only=True, eq=False)
class Layout:
    """Strata and clusters as whole numbers; what every variance is made of."""

    cluster: Rows  # of each household, shape (household,)
    stratum: Rows  # of each cluster, shape (cluster,)
    clusters: Rows  # in each stratum, shape (stratum,)
    undrawn: Floats  # share of clusters that was not drawn, shape (stratum,)
    names: tuple[object, ...]  # of strata

    @property
    def lonely(self) -> Bools:
        """Strata of one cluster that were not taken whole."""
        return np.asarray((self.clusters == 1) & (self.undrawn >= ALL_DRAWN), dtype=np.bool_)

    def refuse_lonely(self, rule: str) -> None:
        """Name a stratum of one cluster where the rule is to fail."""
        if rule == "fail" and self.lonely.any():
            first = self.names[int(np.flatnonzero(self.lonely)[0])]
            raise InputError(
                f"SurveyDesign.lonely 'fail' needs two clusters or more in every stratum; stratum {first!r} has "
                f"one ({int(self.lonely.sum())} such in all)"
            )

    def inflation(self, rule: str) -> float:
        """Under the rule "average": strata over strata with a variance of their own."""
        if rule != "average":
            return 1.0
        known = int((~self.lonely).sum())
        if known == 0:
            raise InputError("SurveyDesign.lonely 'average' needs a stratum of two clusters or more; there is none")
        return self.clusters.size / known


@frozen(kw_only=True, eq=False)
class SurveyDesign:
    """Strata, clusters and what is to be done where they are too few; or replicate weights.

    strata, clusters : arrays, shape (household,), of any labels without gaps; None: one stratum, every household a
        cluster of its own. A cluster's label stands in one stratum only, unless `nest` says that labels start anew
        in each (R's nest=TRUE).
    fpc : array, shape (household,), clusters in the population of the household's stratum; None: with replacement.
    lonely : what a stratum of one cluster does. "fail" refuses; "remove" and "certainty" let it add nothing;
        "average" lets it add the mean of other strata; "adjust" lets it add its squared distance from 0, the
        average of influence over the whole sample. These are the rules of R's survey, `options(survey.lonely.psu)`.
    replicate_weights : array, shape (household, replicate); whole weights, or factors of the sampling weights
        where `combined` is False. `kind` gives the scale (R's svrepdesign): "bootstrap" 1 / (R - 1), "brr" 1 / R,
        "fay" 1 / (R (1 - fay)^2), "jk1" (R - 1) / R, "jkn" 1 with `rscales`, shape (replicate,), of its own;
        "other" needs `scale`. `around_estimate` takes squares around the estimate (R's mse=TRUE), else around the
        mean of replicates.
    degrees : degrees of freedom, where the survey's handbook states them.
    """

    strata: Array | None = field(default=None, converter=_column, validator=_shape(1, "(household,)"))
    clusters: Array | None = field(default=None, converter=_column, validator=_shape(1, "(household,)"))
    fpc: Floats | None = field(default=None, converter=_numbers, validator=_shape(1, "(household,)"))
    lonely: str = field(default="fail", validator=_one_of(LONELY))
    nest: bool = False
    replicate_weights: Floats | None = field(
        default=None, converter=_numbers, validator=_shape(2, "(household, replicate)")
    )
    kind: str = field(default="bootstrap", validator=_one_of(REPLICATES))
    combined: bool = True
    scale: float | None = field(default=None, validator=_number(0, np.inf, "a number above 0"))
    rscales: Floats | None = field(default=None, converter=_numbers, validator=_shape(1, "(replicate,)"))
    fay: float = field(default=0.0, validator=_number(-1e-300, 1, "a share in [0, 1)"))
    around_estimate: bool = False
    degrees: float | None = field(default=None, validator=_number(0, np.inf, "a number above 0"))

    def __repr__(self) -> str:
        labels = (("strata", self.strata), ("clusters", self.clusters))
        parts = [f"{np.unique(column).size:,} {name}" for name, column in labels if column is not None]
        if self.replicate_weights is not None:
            parts.append(f"{self.replicate_weights.shape[1]:,} replicates, kind={self.kind!r}")
        return f"SurveyDesign({', '.join([*parts, f'lonely={self.lonely!r}'])})"

    def layout(self, size: int) -> Layout:
        """Strata and clusters of `size` households, checked."""
        strata, names = self._codes("strata", size)
        if self.clusters is None:
            cluster, stratum = np.arange(size), strata
        else:
            labels, label_names = self._codes("clusters", size)
            cluster, stratum = self._within(labels, strata, label_names, names)
        counts = np.bincount(stratum, minlength=len(names))
        undrawn = self._undrawn(size, strata, counts, names)
        return Layout(cluster=cluster, stratum=stratum, clusters=counts, undrawn=undrawn, names=names)

    def _codes(self, name: str, size: int) -> tuple[Rows, tuple[object, ...]]:
        import pandas as pd

        given = getattr(self, name)
        if given is None:
            return np.zeros(size, dtype=np.intp), ("all",)
        if given.size != size:
            raise InputError(f"SurveyDesign.{name} must have {size} values, one a household; got {given.size}")
        try:
            codes, labels = pd.factorize(given)
        except TypeError as reason:
            raise InputError(
                f"SurveyDesign.{name} must be labels that can be told apart; got {given[0]!r}"
            ) from reason
        if (codes < 0).any():
            first = int(np.flatnonzero(codes < 0)[0])
            raise InputError(f"SurveyDesign.{name} must not be missing; got {given[first]!r} at position {first}")
        return codes.astype(np.intp), tuple(getattr(label, "item", lambda kept=label: kept)() for label in labels)

    def _within(
        self, labels: Rows, strata: Rows, label_names: tuple[object, ...], names: tuple[object, ...]
    ) -> tuple[Rows, Rows]:
        pairs, cluster = np.unique(strata.astype(np.int64) * len(label_names) + labels, return_inverse=True)
        stratum, label = np.divmod(pairs, len(label_names))
        if not self.nest and pairs.size > len(label_names):
            twice = int(np.flatnonzero(np.bincount(label) > 1)[0])
            where = [names[int(code)] for code in stratum[label == twice]][:2]
            raise InputError(
                "SurveyDesign.clusters must each lie in one stratum, or nest=True say that their labels start anew "
                f"in each; cluster {label_names[twice]!r} is in strata {where[0]!r} and {where[1]!r}"
            )
        return cluster.astype(np.intp), stratum.astype(np.intp)

    def _undrawn(self, size: int, strata: Rows, counts: Rows, names: tuple[object, ...]) -> Floats:
        if self.fpc is None:
            return np.ones(counts.size)
        if self.fpc.size != size:
            raise InputError(f"SurveyDesign.fpc must have {size} values, one a household; got {self.fpc.size}")
        total = np.zeros(counts.size)
        total[strata] = self.fpc
        if not (total[strata] == self.fpc).all():
            first = int(np.flatnonzero(total[strata] != self.fpc)[0])
            raise InputError(
                f"SurveyDesign.fpc must be one number a stratum, without gaps; stratum {names[strata[first]]!r} "
                f"has {self.fpc[first]:g} and {total[strata[first]]:g}"
            )
        if not (total >= counts).all():
            short = int(np.flatnonzero(~(total >= counts))[0])
            raise InputError(
                "SurveyDesign.fpc must be at least the clusters in the sample; stratum "
                f"{names[short]!r} has {counts[short]} of {total[short]:g}"
            )
        return 1.0 - counts / total

    def variance(self, influence: Floats, layout: Layout) -> float:
        """Variance of the sum of `influence`, shape (household,), each household's weight already inside.

        Ultimate clusters (Hansen, Hurwitz and Madow 1953; R's svyrecvar): sum over strata of
        (1 - f) n / (n - 1) times squared distances of cluster totals from their mean.
        """
        layout.refuse_lonely(self.lonely)
        totals = np.bincount(layout.cluster, weights=influence, minlength=layout.stratum.size)
        mean = np.bincount(layout.stratum, weights=totals, minlength=layout.clusters.size) / layout.clusters
        if self.lonely == "adjust":
            mean[layout.clusters == 1] = 0.0
        squares = np.bincount(layout.stratum, weights=(totals - mean[layout.stratum]) ** 2)
        free = np.where(layout.clusters > 1, layout.clusters / np.maximum(layout.clusters - 1, 1), 1.0)
        return float((layout.undrawn * free * squares).sum()) * layout.inflation(self.lonely)
