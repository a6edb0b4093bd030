"""A population from published figures: a distribution, a tilt of its tail, records, and a band of doubt."""

from __future__ import annotations

import warnings

from graduasi.population.synthesis.areas import synthesise_areas
from graduasi.population.synthesis.distribution_band import sampling_errors
from graduasi.population.synthesis.distributions import (
    DISTRIBUTIONS,
    Dagum,
    Distribution,
    GeneralisedBeta2,
    LogNormalWelfare,
    SinghMaddala,
)
from graduasi.population.synthesis.figures import Composition, LineFigures, Published
from graduasi.population.synthesis.fit import Fitted, distribution_for, fit
from graduasi.population.synthesis.records import synthesise

__all__ = [
    "DISTRIBUTIONS",
    "Composition",
    "Dagum",
    "Distribution",
    "Fitted",
    "GeneralisedBeta2",
    "LineFigures",
    "LogNormalWelfare",
    "Published",
    "SinghMaddala",
    "distribution_for",
    "fit",
    "sampling_errors",
    "synthesise",
    "synthesise_areas",
]

# Names of 0.1, which go in 0.3.
RENAMED = {
    "FAMILIES": "DISTRIBUTIONS",
    "Family": "Distribution",
    "LogNormal": "LogNormalWelfare",
    "family_for": "distribution_for",
}


def __getattr__(name: str) -> object:
    """Hand out what an old name stood for, with a warning."""
    if name not in RENAMED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    new = RENAMED[name]
    warnings.warn(f"{__name__}.{name} is now {new}; the old name goes in 0.3", DeprecationWarning, stacklevel=2)
    return globals()[new]
