"""Values with doubt, and how all of them are drawn together, once a draw.

Any numeric field of a model or an intervention takes an `Uncertain` in place of a number. Before a draw is
simulated, `InputSampler` draws every value by its `name` (or, where it has none, by the path of its field), so that
two values of one name are one number; `resolve` then puts the numbers in their places.
"""

from graduasi.uncertain.distributions import (
    CONSTRUCTORS,
    FAMILIES,
    Beta,
    LogitNormal,
    LogNormal,
    Normal,
    Triangular,
    Uncertain,
    Value,
)
from graduasi.uncertain.inputs import at_quantile, certain, resolve, uncertainties
from graduasi.uncertain.sampler import InputSampler, Posterior, check_inputs

__all__ = [
    "CONSTRUCTORS",
    "FAMILIES",
    "Beta",
    "InputSampler",
    "LogNormal",
    "LogitNormal",
    "Normal",
    "Posterior",
    "Triangular",
    "Uncertain",
    "Value",
    "at_quantile",
    "certain",
    "check_inputs",
    "resolve",
    "uncertainties",
]
