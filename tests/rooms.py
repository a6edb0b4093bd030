"""The rooms of the house in their order, and where they stand."""

from __future__ import annotations

from pathlib import Path

ROOMS = (
    "version", "errors", "shown", "fields", "uncertain", "streams", "measures", "population", "income", "interventions",
    "policy", "projection", "simulation", "evidence", "scenario", "figure", "plots", "report", "output", "cli",
)  # fmt: skip
SOURCE = Path(__file__).parents[1] / "src" / "graduasi"
