"""Scenario files: a question in TOML or JSON, read strictly, and run."""

from graduasi.scenario.description import AdaptiveMix, Mix, ReportPlan, Scenario, Variant
from graduasi.scenario.limits import Limits
from graduasi.scenario.populations import FromFigures, FromFile, FromPublished
from graduasi.scenario.schema import schema

__all__ = [
    "AdaptiveMix",
    "FromFigures",
    "FromFile",
    "FromPublished",
    "Limits",
    "Mix",
    "ReportPlan",
    "Scenario",
    "Variant",
    "schema",
]
