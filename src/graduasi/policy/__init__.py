"""Policies: programmes, eligibility, targeting, rollout, budget, and who is enrolled when."""

from graduasi.policy.programme import Budget, Policy, Programme, Rollout
from graduasi.policy.registry import Condition, Eligibility, Registry
from graduasi.policy.targeting import TARGETING, ByColumn, GivenList, Lottery, PoorestFirst, Targeting

__all__ = [
    "TARGETING",
    "Budget",
    "ByColumn",
    "Condition",
    "Eligibility",
    "GivenList",
    "Lottery",
    "Policy",
    "PoorestFirst",
    "Programme",
    "Registry",
    "Rollout",
    "Targeting",
]
