"""Scenario files: a question in TOML or JSON, read strictly, and run."""

from graduasi.scenario.description import FromFigures, FromFile, FromPublished, Mix, ReportPlan, Scenario, Variant
from graduasi.scenario.schema import schema

__all__ = ["FromFigures", "FromFile", "FromPublished", "Mix", "ReportPlan", "Scenario", "Variant", "schema"]
