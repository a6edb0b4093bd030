"""What a simulation returns, with intervals, costs, targeting, and JSON both ways."""

from typing import Any

from graduasi.projection.amounts import Amounts
from graduasi.projection.intervals import Interval, SimulationVariance, rescale
from graduasi.projection.old_names import warn
from graduasi.projection.projection import Projection
from graduasi.projection.readable import csv_safe, readable
from graduasi.projection.series import Ratio, Series
from graduasi.projection.states import MonthState, SpellState
from graduasi.projection.statistics import (
    ADDITIONAL,
    EXAMPLES,
    MEANING,
    RECORDED,
    STATISTICS,
    UNITS,
    Difference,
    Statistic,
    StatisticSet,
)

__all__ = [
    "ADDITIONAL",
    "EXAMPLES",
    "MEANING",
    "RECORDED",
    "STATISTICS",
    "UNITS",
    "Amounts",
    "Difference",
    "Interval",
    "MonthState",
    "Projection",
    "Ratio",
    "Series",
    "SimulationVariance",
    "SpellState",
    "Statistic",
    "StatisticSet",
    "csv_safe",
    "readable",
    "rescale",
]

RENAMED = {"settle": "rescale", "LuckVariance": "SimulationVariance"}


def __getattr__(name: str) -> Any:
    if name in RENAMED:
        warn(f"graduasi.projection.{name}", f"graduasi.projection.{RENAMED[name]}")
        return globals()[RENAMED[name]]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
