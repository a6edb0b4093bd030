"""Inclusion and exclusion error of selecting households by a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import Floats, Rows
from graduasi.checks import share
from graduasi.errors import InputError
from graduasi.measures.ranks import fractional_ranks, share_among_lowest

if TYPE_CHECKING:
    import pandas as pd

    from graduasi.lines import PovertyLine
    from graduasi.population.population import Population


@frozen(kw_only=True, eq=False)
class ProxyErrors:
    """What selecting by a proxy-means score gets wrong.

    table : by `scores` ("as fitted", "cross-validated") and `unit` ("families", and "persons" where sizes are
        known): `inclusion_error` (share of the selected that is not poor), `exclusion_error` (share of the poor
        that is not selected), both with standard errors over the folds, `selected` and `poor` (shares of the
        unit), and `r_squared` of the scores. NaN where nobody is selected, or nobody is poor.
    line, quota : what was asked for. folds : number of parts.
    correlation : weighted correlation of the normal scores of cross-validated score and of observed welfare.
    """

    table: pd.DataFrame
    line: PovertyLine | None
    quota: float | None
    folds: int
    correlation: float

    def __str__(self) -> str:
        return self.table.to_string(float_format="{:.3f}".format)

    def registry_error_share(self, survey_error_share: float = 0.0) -> float:
        """The error share of a `Registry` that sees true welfare as well as this test does, out of sample.

        1 - r^2 / (1 - d) with r the correlation, and d the share of error in the survey's own scores, as the income
        model has it: the test cannot predict that error, so its r^2 with truth is the higher one. It gives a
        population without columns (one from published figures) a registry as good as an estimated test. Refused
        where r^2 is above 1 - d.
        """
        error = share("ProxyErrors", "survey_error_share", survey_error_share, high_open=True)
        kept = max(self.correlation, 0.0) ** 2
        if kept > 1 - error:
            raise InputError(
                f"ProxyErrors.survey_error_share must leave a share of at least {kept:.3f}, which the score "
                f"explains; got {survey_error_share!r}"
            )
        return 1.0 - kept / (1.0 - error)


def prediction_errors(
    population: Population,
    scores: Mapping[str, Floats],
    fold: Rows,
    line: PovertyLine | None,
    quota: float | None,
) -> ProxyErrors:
    """See `ProxyMeans.errors`; the last of `scores` is the one out of sample."""
    import pandas as pd
    from scipy.special import ndtri

    units = {"families": population.weight}
    if population.members is not None:
        units["persons"] = population.person_weight
    rows = []
    welfare = population.welfare
    for name, score in scores.items():
        for unit, weight in units.items():
            selected = _chosen(score, weight, None if line is None else float(np.log(line.amount)), quota)
            poor = _chosen(welfare, weight, None if line is None else line.amount, None if line else quota)
            both = np.minimum(poor, selected) * weight
            inclusion = _ratio(selected * weight - both, selected * weight, fold)
            exclusion = _ratio(poor * weight - both, poor * weight, fold)
            rows.append({
                "scores": name, "unit": unit,
                "inclusion_error": inclusion[0], "inclusion_se": inclusion[1],
                "exclusion_error": exclusion[0], "exclusion_se": exclusion[1],
                "selected": float((selected * weight).sum() / weight.sum()),
                "poor": float((poor * weight).sum() / weight.sum()),
                "r_squared": _explained(welfare, score, population.weight),
            })  # fmt: skip
    weight = population.weight
    outside = list(scores.values())[-1]
    normal = [ndtri(np.clip(fractional_ranks(each, weight), 1e-12, 1 - 1e-12)) for each in (outside, welfare)]
    return ProxyErrors(
        table=pd.DataFrame(rows).set_index(["scores", "unit"]),
        line=line,
        quota=quota,
        folds=int(fold.max()) + 1,
        correlation=_correlation(normal[0], normal[1], weight),
    )


def _chosen(values: Floats, weight: Floats, below: float | None, quota: float | None) -> Floats:
    """Part of each record that is in the lowest quota, or below the amount where there is no quota."""
    if quota is not None:
        return share_among_lowest(values, weight, quota)
    return np.asarray(values < (-np.inf if below is None else below), dtype=np.float64)


def _ratio(above: Floats, below: Floats, fold: Rows) -> tuple[float, float]:
    """A ratio of totals and its standard error, with folds as random groups (Wolter 2007, chapter 2)."""
    total = float(below.sum())
    if not total > 0:
        return float("nan"), float("nan")
    value = float(above.sum()) / total
    apart = np.bincount(fold, weights=above - value * below)
    return value, float(np.sqrt(apart.size / (apart.size - 1) * (apart**2).sum()) / total)


def _explained(welfare: Floats, score: Floats, weight: Floats) -> float:
    """1 less the squared error of the score over the variance of log welfare, on welfare above 0."""
    above = welfare > 0
    mass, known, seen = weight[above], np.log(welfare[above]), score[above]
    apart = known - np.average(known, weights=mass)
    return 1.0 - float((mass * (known - seen) ** 2).sum() / (mass * apart**2).sum())


def _correlation(one: Floats, other: Floats, weight: Floats) -> float:
    one, other = (each - np.average(each, weights=weight) for each in (one, other))
    cross, first, second = ((weight * a * b).sum() for a, b in ((one, other), (one, one), (other, other)))
    return float(cross / np.sqrt(first * second)) if first > 0 and second > 0 else 0.0
