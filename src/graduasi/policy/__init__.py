"""Policies: programmes, eligibility, targeting, rollout, reviews, exits, budgets, and who is enrolled when."""

import warnings

from graduasi.policy.eligibility import Condition, Eligibility
from graduasi.policy.exits import EXITS, AgedOut, ExitRule, ObservedAbove, TimeLimit
from graduasi.policy.programme import Adaptive, Budget, Policy, Programme, Review, Rollout, Staff
from graduasi.policy.registry import Registry, RegistryView
from graduasi.policy.targeting import RANKINGS, ByColumn, GivenList, Lottery, PoorestFirst, Targeting

__all__ = [
    "EXITS",
    "RANKINGS",
    "Adaptive",
    "AgedOut",
    "Budget",
    "ByColumn",
    "Condition",
    "Eligibility",
    "ExitRule",
    "GivenList",
    "Lottery",
    "ObservedAbove",
    "Policy",
    "PoorestFirst",
    "Programme",
    "Registry",
    "RegistryView",
    "Review",
    "Rollout",
    "Staff",
    "Targeting",
    "TimeLimit",
]


def __getattr__(name: str) -> object:
    """Names that have another since 0.2, for one minor version."""
    if name == "TARGETING":
        warnings.warn(
            "graduasi.policy.TARGETING is now graduasi.policy.RANKINGS; the old name goes in 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return RANKINGS
    raise AttributeError(f"module 'graduasi.policy' has no attribute {name!r}")
