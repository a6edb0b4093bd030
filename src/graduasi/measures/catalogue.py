"""The measures that `estimate` knows by name, one record each. A new measure is one more line in `MEASURES`."""

from __future__ import annotations

from functools import partial

import numpy as np

from graduasi._typing import Floats
from graduasi.measures import inequality, influence, poverty
from graduasi.measures.measure import Axiom, Measure
from graduasi.measures.ranks import weighted_median, weighted_quantile

ANY: tuple[Axiom, ...] = ("symmetry", "replication")
POOR: tuple[Axiom, ...] = (*ANY, "scale", "focus", "monotonicity")
UNEQUAL: tuple[Axiom, ...] = (*ANY, "scale", "transfer")
POVERTY, INEQUALITY, ERRORS = "measures.md#poverty", "measures.md#inequality", "estimates.md"


def _total(values: Floats, weight: Floats) -> float:
    with np.errstate(over="ignore"):
        return float((weight * values).sum())


def _mean(values: Floats, weight: Floats) -> float:
    return _total(values, weight) / float(weight.sum())


def _quantile(values: Floats, share: float, weight: Floats) -> float:
    return weighted_quantile(values, weight, share)


def _share_ratio(values: Floats, quantile: float, weight: Floats) -> float:
    return inequality.quantile_share_ratio(values, weight, quantile=quantile)


MEASURES = {
    measure.name: measure
    for measure in (
        Measure(
            name="headcount", function=poverty.headcount, arguments=("line",), order=0.0, page=POVERTY,
            influence=partial(influence.fgt, alpha=0.0), axioms=(*POOR, "subgroups"),
        ),
        Measure(
            name="poverty_gap", function=poverty.poverty_gap, arguments=("line",), order=1.0, page=POVERTY,
            influence=partial(influence.fgt, alpha=1.0), axioms=(*POOR, "subgroups", "transfer"),
        ),
        Measure(
            name="poverty_severity", function=poverty.poverty_severity, arguments=("line",), order=2.0,
            influence=partial(influence.fgt, alpha=2.0), axioms=(*POOR, "subgroups", "transfer"), page=POVERTY,
        ),
        Measure(
            name="fgt", function=poverty.fgt, arguments=("line", "alpha"), order="alpha", page=POVERTY,
            influence=influence.fgt, axioms=(*POOR, "subgroups", "transfer"), example={"alpha": 1.5},
        ),
        Measure(
            name="income_gap_ratio", function=poverty.income_gap_ratio, arguments=("line",), page=POVERTY,
            influence=influence.income_gap_ratio, axioms=POOR,
        ),
        Measure(
            name="watts", function=poverty.watts, arguments=("line",), page=POVERTY,
            influence=influence.watts, axioms=(*POOR, "subgroups", "transfer"),
        ),
        Measure(
            name="sen", function=poverty.sen, arguments=("line",), page=POVERTY,
            influence=influence.sen, axioms=POOR,
        ),
        Measure(
            name="sen_shorrocks_thon", function=poverty.sen_shorrocks_thon, arguments=("line",), page=POVERTY,
            influence=influence.sen_shorrocks_thon, axioms=(*POOR, "transfer"),
        ),
        Measure(
            name="gini", function=inequality.gini, page=INEQUALITY,
            influence=influence.gini, axioms=(*UNEQUAL, "equality"),
        ),
        Measure(
            name="theil", function=inequality.theil, page=INEQUALITY,
            influence=partial(influence.generalised_entropy, alpha=1.0), axioms=(*UNEQUAL, "equality"),
        ),
        Measure(
            name="mean_log_deviation", function=inequality.mean_log_deviation, page=INEQUALITY,
            influence=partial(influence.generalised_entropy, alpha=0.0), axioms=(*UNEQUAL, "equality"),
        ),
        Measure(
            name="generalised_entropy", function=inequality.generalised_entropy, arguments=("alpha",),
            influence=influence.generalised_entropy, axioms=(*UNEQUAL, "equality"), example={"alpha": 2.0},
            page=INEQUALITY,
        ),
        Measure(
            name="atkinson", function=inequality.atkinson, arguments=("epsilon",), page=INEQUALITY,
            influence=influence.atkinson, axioms=(*UNEQUAL, "equality"), example={"epsilon": 0.5},
        ),
        Measure(
            name="quantile_share_ratio", function=inequality.quantile_share_ratio, value=_share_ratio,
            arguments=("quantile",), defaults={"quantile": 0.2}, page=INEQUALITY, axioms=UNEQUAL,
            influence=lambda values, weight, share: influence.share_ratio(values, weight, share, share),
        ),
        Measure(
            name="palma", function=inequality.palma, page=INEQUALITY,
            influence=partial(influence.share_ratio, low=0.4, high=0.1), axioms=UNEQUAL,
        ),
        Measure(
            name="mean", function=_mean, influence=influence.mean, page=ERRORS,
            axioms=(*ANY, "proportional", "subgroups", "transfer"),
        ),
        Measure(
            name="total", function=_total, influence=lambda values, weight: values, page=ERRORS,
            axioms=("symmetry", "proportional", "transfer"),
        ),
        Measure(
            name="median", function=weighted_median, density=True, page=ERRORS, axioms=(*ANY, "proportional"),
            influence=lambda values, weight, rule: influence.quantile(values, weight, 0.5, rule),
        ),
        Measure(
            name="quantile", function=_quantile, arguments=("quantile",), density=True, page=ERRORS,
            influence=influence.quantile, axioms=(*ANY, "proportional"), example={"quantile": 0.3},
        ),
    )
}  # fmt: skip
