"""What a simulation returns, with intervals, costs, targeting, and JSON both ways."""

from graduasi.projection.doubt import Interval, LuckVariance, settle
from graduasi.projection.projection import Projection
from graduasi.projection.readable import csv_safe, readable
from graduasi.projection.statistics import ADDITIONAL, MEANING, STATISTICS, UNITS

__all__ = [
    "ADDITIONAL",
    "MEANING",
    "STATISTICS",
    "UNITS",
    "Interval",
    "LuckVariance",
    "Projection",
    "csv_safe",
    "readable",
    "settle",
]
