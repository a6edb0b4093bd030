"""Measures of poverty, inequality and targeting: pure functions on arrays, returning floats."""

from graduasi.measures.inequality import (
    atkinson,
    generalised_entropy,
    gini,
    lorenz,
    mean_log_deviation,
    palma,
    quantile_share_ratio,
    theil,
)
from graduasi.measures.poverty import (
    fgt,
    headcount,
    income_gap_ratio,
    poverty_gap,
    poverty_severity,
    sen,
    sen_shorrocks_thon,
    watts,
)
from graduasi.measures.targeting import (
    adequacy,
    coady_grosh_hoddinott,
    coverage,
    incidence,
    leakage,
    undercoverage,
)

__all__ = [
    "adequacy",
    "atkinson",
    "coady_grosh_hoddinott",
    "coverage",
    "fgt",
    "generalised_entropy",
    "gini",
    "headcount",
    "incidence",
    "income_gap_ratio",
    "leakage",
    "lorenz",
    "mean_log_deviation",
    "palma",
    "poverty_gap",
    "poverty_severity",
    "quantile_share_ratio",
    "sen",
    "sen_shorrocks_thon",
    "theil",
    "undercoverage",
    "watts",
]
