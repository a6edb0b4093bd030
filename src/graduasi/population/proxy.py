"""A proxy-means test: log welfare predicted from what a registry can ask, and the errors of selecting by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from graduasi._typing import ArrayLike, Floats, Rows
from graduasi.checks import number, one_of, share
from graduasi.errors import InputError
from graduasi.fields import fault, plain_count
from graduasi.measures.ranks import deciles
from graduasi.population.predictors import Predictor, matrix_of, predictors
from graduasi.population.proxy_errors import ProxyErrors, prediction_errors
from graduasi.population.registry_view import with_columns
from graduasi.population.regression import (
    check_loss,
    independent,
    least_squares,
    least_squares_covariance,
    quantile_covariance,
    quantile_regression,
)
from graduasi.streams import Streams, hash_ids

if TYPE_CHECKING:
    import pandas as pd

    from graduasi.lines import PovertyLine
    from graduasi.population.population import Population


Regression = Literal["ols", "quantile"]


def _read_only(value: ArrayLike) -> Floats:
    array = np.array(value, dtype=np.float64)
    array.flags.writeable = False
    return array


@frozen(kw_only=True, eq=False)
class ProxyMeans:
    """A fitted proxy-means test. It holds coefficients, and nothing of a household.

    predictors : the columns that it reads. coefficients : shape (term,), the intercept first [log welfare].
    covariance : shape (term, term), design-based: between clusters within strata where the survey has them.
    r_squared : weighted R^2; for quantile regression Koenker and Machado's (1999) R^1.
    floor : welfare below it was set to it before the logarithm was taken; None where nothing may be zero or less.
    """

    predictors: tuple[Predictor, ...]
    method: Regression
    quantile: float | None
    coefficients: Floats = field(converter=_read_only)
    covariance: Floats = field(converter=_read_only)
    r_squared: float
    floor: float | None
    records: int
    currency: str
    notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls,
        population: Population,
        columns: Sequence[str],
        *,
        method: Regression = "ols",
        quantile: float = 0.5,
        categorical: Sequence[str] = (),
        floor: float | None = None,
    ) -> ProxyMeans:
        """Regress log welfare on columns, with the survey's weights of families.

        columns : names of columns; `members`, `by` and `distribution_groups` may be among them. Numbers enter as
            they are, words as dummies against their first level. categorical : columns of numbers that are codes.
        method : "ols", or "quantile" at `quantile`; a low one predicts the poor less wrongly (Brown, Ravallion
            and van de Walle 2018, "A poor means test?", Journal of Development Economics 134).
        floor : lowest welfare that enters the logarithm [currency per person per month]; without it, zero and
            negative welfare is refused. How many it raised stands in `notes`.

        Raises InputError with every fault of the columns and its rows.
        """
        one_of("ProxyMeans", "method", method, ("ols", "quantile"))
        share("ProxyMeans", "quantile", quantile, low_open=True, high_open=True)
        chosen = predictors(population, "ProxyMeans.fit", columns, categorical)
        matrix = matrix_of(population, "ProxyMeans.fit", chosen)
        outcome, notes = _log_welfare(population, floor)
        weight = population.weight
        _check_terms(matrix, weight, _terms(chosen))
        beta = _solve(matrix, outcome, weight, method, quantile)
        residual = outcome - matrix @ beta
        cluster, stratum = _clusters(population)
        if method == "ols":
            covariance = least_squares_covariance(matrix, residual, weight, cluster, stratum)
        else:
            covariance = quantile_covariance(matrix, residual, weight, quantile, cluster, stratum)
        return cls(
            predictors=chosen,
            method=method,
            quantile=quantile if method == "quantile" else None,
            coefficients=beta,
            covariance=covariance,
            r_squared=_explained(matrix, outcome, residual, weight, method, quantile),
            floor=floor,
            records=len(population),
            currency=population.currency,
            notes=notes,
        )

    def __repr__(self) -> str:
        how = "ols" if self.quantile is None else f"quantile {self.quantile:g}"
        terms = len(self.coefficients)
        return f"ProxyMeans({how}, {terms} terms, R^2 {self.r_squared:.3f}, {self.records} records)"

    @property
    def table(self) -> pd.DataFrame:
        """Coefficients by term: `coefficient`, `standard_error` [log welfare]."""
        import pandas as pd

        return pd.DataFrame(
            {"coefficient": self.coefficients, "standard_error": np.sqrt(np.diag(self.covariance))},
            index=pd.Index(_terms(self.predictors), name="term"),
        )

    def score(self, population: Population) -> Floats:
        """Predicted log welfare, shape (household,) [log of currency per person per month].

        Raises InputError where the population lacks a column, misses a value, or has a level that the fit has
        not seen.
        """
        return np.asarray(matrix_of(population, "ProxyMeans.score", self.predictors) @ self.coefficients)

    def errors(
        self,
        population: Population,
        *,
        line: PovertyLine | None = None,
        quota: float | None = None,
        folds: int = 10,
        seed: int = 0,
    ) -> ProxyErrors:
        """Inclusion and exclusion error of selecting by the score, out of sample beside as fitted.

        line : who is poor (observed welfare below it), and who is selected (score below its logarithm).
        quota : share of the population that is selected instead, the lowest scores first; without a line, the
            poor are the poorest `quota` by observed welfare, and the two errors are equal.
        folds : the test is refitted `folds` times, each time without a part of the clusters (of the records,
            where there are no clusters), and scores the part that it has not seen.

        "Truth" here is the survey's observed welfare, with the survey's own error in it. Raises InputError.
        """
        if line is None and quota is None:
            raise InputError("ProxyMeans.errors must have a line, a quota or both; got neither")
        if line is not None:
            population.check_line(line)
        if quota is not None:
            share("ProxyMeans.errors", "quota", quota, low_open=True, high_open=True)
        outside, fold = self._cross_validated(population, folds, seed)
        return prediction_errors(
            population, {"as fitted": self.score(population), "cross-validated": outside}, fold, line, quota
        )

    def attach(
        self, population: Population, *, name: str = "proxy", folds: int | None = None, seed: int = 0
    ) -> Population:
        """The population with the score as a column, and its tenth of families as `name` followed by ` decile`.

        A programme ranks by it with `ByColumn(column=name)` and reads its tenth with a `Condition`.

        folds : score each household by a fit that has not seen it (see `errors`). On the survey that the test
            was fitted to, scores without folds are better than those of a registry would be.
        """
        scores = self.score(population) if folds is None else self._cross_validated(population, folds, seed)[0]
        return with_columns(
            population,
            "ProxyMeans.attach",
            {name: scores, f"{name} decile": deciles(scores, population.weight)},
        )

    def _cross_validated(self, population: Population, folds: int, seed: int) -> tuple[Floats, Rows]:
        """Scores by fits that have not seen the household, and the fold of each, shape (household,)."""
        matrix = matrix_of(population, "ProxyMeans.errors", self.predictors)
        outcome, _ = _log_welfare(population, self.floor)
        fold = _folds(population, folds, seed)
        scores = np.empty(len(population))
        for part in range(folds):
            held = fold == part
            weight = np.where(held, 0.0, population.weight)
            usable = independent(matrix, weight)  # a level that only the held part has gets no coefficient
            beta = _solve(matrix[:, usable], outcome, weight, self.method, self.quantile or 0.5)
            scores[held] = matrix[held][:, usable] @ beta
        return scores, fold


def _terms(chosen: Sequence[Predictor]) -> list[str]:
    return ["intercept", *(term for each in chosen for term in each.terms)]


def _check_terms(matrix: Floats, weight: Floats, terms: list[str]) -> None:
    """Refuse terms that others make up, and more terms than records."""
    usable = independent(matrix, weight)
    if not usable.all():
        which = ", ".join(repr(term) for term, fine in zip(terms, usable, strict=True) if not fine)
        raise InputError(
            f"ProxyMeans.columns must not be combinations of those before them, nor constant; {which} is"
        )
    records = int((weight > 0).sum())
    if records <= len(terms):
        raise InputError(
            "ProxyMeans.fit.population must have more records of weight above 0 than terms; "
            f"got {records} for {len(terms)} terms"
        )


def _explained(
    matrix: Floats, outcome: Floats, residual: Floats, weight: Floats, method: Regression, quantile: float
) -> float:
    """R^2 of least squares; R^1 of a quantile regression, against the one on the intercept alone."""
    if method == "ols":
        apart = outcome - np.average(outcome, weights=weight)
        return 1.0 - float((weight * residual**2).sum() / (weight * apart**2).sum())
    alone = quantile_regression(matrix[:, :1], outcome, weight, quantile)
    empty = check_loss(outcome - alone[0], weight, quantile)
    return 1.0 - check_loss(residual, weight, quantile) / empty


def _solve(matrix: Floats, outcome: Floats, weight: Floats, method: Regression, quantile: float) -> Floats:
    if method == "ols":
        return least_squares(matrix, outcome, weight)
    return quantile_regression(matrix, outcome, weight, quantile)


def _log_welfare(population: Population, floor: float | None) -> tuple[Floats, tuple[str, ...]]:
    """Log welfare, shape (household,), and what was done to get it."""
    welfare = population.welfare
    if floor is None:
        low = int((welfare <= 0).sum())
        if low:
            raise InputError(
                "ProxyMeans.fit.population must have welfare above 0 in every row, since its logarithm is taken; "
                f"{low} of {welfare.size} are not: give a floor, or leave them out"
            )
        return np.log(welfare), ()
    number("ProxyMeans", "floor", floor, low=0, low_open=True, noun="money")
    raised = int((welfare < floor).sum())
    note = f"welfare of {raised} of {welfare.size} households was raised to the floor of {floor:g}"
    return np.log(np.maximum(welfare, floor)), (note,) if raised else ()


def _clusters(population: Population) -> tuple[Rows, Rows]:
    """Rows of cluster and stratum, shape (household,); a record is its own cluster where there are none."""
    labels = population.cluster_labels
    strata = population.strata
    cluster = np.arange(len(population)) if labels is None else np.unique(labels, return_inverse=True)[1]
    stratum = np.zeros(len(population)) if strata is None else np.unique(strata, return_inverse=True)[1]
    return cluster.astype(np.intp), stratum.astype(np.intp)


def _folds(population: Population, folds: int, seed: int) -> Rows:
    """Fold of each household: clusters in random order, dealt out in turn; the order of rows does not matter."""
    labels = population.cluster_labels
    if labels is None:
        keys, own = population.keys, np.arange(len(population))
        noun = "records"
    else:
        names, own = np.unique(labels, return_inverse=True)
        keys, noun = hash_ids(names), "clusters"
    if fault(plain_count("folds", unit="folds", at_least=2, at_most=keys.size), folds) is not None:
        raise InputError(
            f"ProxyMeans.folds must be a whole number from 2 to the number of {noun}, {keys.size}; got {folds!r}"
        )
    draws = Streams(seed=seed).uniforms(keys, "proxy folds")
    place = np.empty(keys.size, dtype=np.intp)
    place[np.argsort(draws, kind="stable")] = np.arange(keys.size)
    return np.asarray((place % folds)[own], dtype=np.intp)
