"""Values with doubt, and how all of them are drawn together, once a draw.

Any numeric field of a model or an intervention takes an `Uncertain` in place of a number. Before a draw is
simulated, `InputSampler` draws every value by its `name` (or, where it has none, by the path of its field), so that
two values of one name are one number; `resolve` then puts the numbers in their places.
"""

from __future__ import annotations

import warnings

from graduasi.uncertain.distributions import (
    CONSTRUCTORS,
    DISTRIBUTIONS,
    Beta,
    LogitNormal,
    LogNormal,
    Normal,
    Triangular,
    Uncertain,
    Value,
)
from graduasi.uncertain.inputs import as_number, at_quantile, resolve, uncertainties
from graduasi.uncertain.sampler import InputSampler, Posterior, check_inputs

__all__ = [
    "CONSTRUCTORS",
    "DISTRIBUTIONS",
    "Beta",
    "InputSampler",
    "LogNormal",
    "LogitNormal",
    "Normal",
    "Posterior",
    "Triangular",
    "Uncertain",
    "Value",
    "as_number",
    "at_quantile",
    "check_inputs",
    "resolve",
    "uncertainties",
]

RENAMED = {"certain": "as_number", "FAMILIES": "DISTRIBUTIONS"}


def __getattr__(name: str) -> object:
    """Old names, for one minor version."""
    if name in RENAMED:
        words = f"graduasi.uncertain.{name} is now graduasi.uncertain.{RENAMED[name]}; the old name goes in 0.3"
        warnings.warn(words, DeprecationWarning, stacklevel=2)
        return globals()[RENAMED[name]]
    raise AttributeError(f"module 'graduasi.uncertain' has no attribute {name!r}")
