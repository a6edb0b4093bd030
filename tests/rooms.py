"""The rooms of the house in their order, and where they stand."""

from __future__ import annotations

from pathlib import Path

ROOMS = (
    "_typing", "version", "errors", "shown", "fields", "channels", "checks", "uncertain", "streams", "measures", "lines", "evidence",
    "population", "income", "interventions", "policy", "projection", "simulation", "scenario", "study", "figure", "plots", "report",
    "output", "cli",
)  # fmt: skip
SOURCE = Path(__file__).parents[1] / "src" / "graduasi"
