"""A population from published figures: a family of distributions, a tilt of its tail, records, a fan of doubt."""

from graduasi.population.synthesis.areas import synthesise_areas
from graduasi.population.synthesis.families import (
    FAMILIES,
    Dagum,
    Family,
    GeneralisedBeta2,
    LogNormal,
    SinghMaddala,
)
from graduasi.population.synthesis.fan import sampling_errors
from graduasi.population.synthesis.figures import Composition, LineFigures, Published
from graduasi.population.synthesis.fit import Fitted, family_for, fit
from graduasi.population.synthesis.records import synthesise

__all__ = [
    "FAMILIES",
    "Composition",
    "Dagum",
    "Family",
    "Fitted",
    "GeneralisedBeta2",
    "LineFigures",
    "LogNormal",
    "Published",
    "SinghMaddala",
    "family_for",
    "fit",
    "sampling_errors",
    "synthesise",
    "synthesise_areas",
]
