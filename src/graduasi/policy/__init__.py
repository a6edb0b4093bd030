"""Policies: programmes, eligibility, targeting, rollout, reviews, exits, budgets, and who is enrolled when."""

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
