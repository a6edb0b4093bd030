"""The simulator: blocks of households through months, policies and draws."""

from __future__ import annotations

import importlib
import warnings

from graduasi.simulation.simulate import simulate

__all__ = ["simulate"]

MOVED = ("Swing", "one_at_a_time", "uncertain_inputs")


def __getattr__(name: str) -> object:
    """Names that moved to another room, for one minor version."""
    if name in MOVED:
        warnings.warn(
            f"graduasi.simulation.{name} is now graduasi.study.{name}; the old name goes in 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        # By name, as in `evidence`: an import would close a circle.
        return getattr(importlib.import_module("graduasi.study"), name)
    raise AttributeError(f"module 'graduasi.simulation' has no attribute {name!r}")
