"""Behaviours: what households make of help. `BEHAVIOURS` is the registry: one file and one line each."""

from graduasi.income.behaviours.saving import Saving
from graduasi.income.parts import Behaviour

BEHAVIOURS: dict[str, type[Behaviour]] = {kind.kind: kind for kind in (Saving,)}

__all__ = ["BEHAVIOURS", "Saving"]
