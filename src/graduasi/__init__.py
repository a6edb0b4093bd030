"""How many households leave extreme poverty, and stay out, under each policy mix, at what cost, how surely?

`import graduasi as gr`, then `gr.Population`, `gr.simulate`, ... Names are loaded when they are first used.
"""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graduasi import evidence, measures, population
    from graduasi.errors import (
        Cancelled,
        FitError,
        GraduasiError,
        GraduasiWarning,
        InputError,
        MemoryLimitError,
        NotAvailableError,
        OutputError,
        ScenarioError,
    )
    from graduasi.income import (
        ConcaveTechnology,
        HouseholdEconomy,
        LogIncomeProcess,
        PooledEffect,
        RankProcess,
        Saving,
        TwoTechnologies,
    )
    from graduasi.interventions import CapitalGrant, CashTransfer, Coaching, Intervention, SkillsTraining
    from graduasi.lines import PovertyLine
    from graduasi.measures import SurveyDesign
    from graduasi.policy import (
        Adaptive,
        AgedOut,
        Budget,
        ByColumn,
        Condition,
        Eligibility,
        GivenList,
        Lottery,
        ObservedAbove,
        Policy,
        PoorestFirst,
        Programme,
        Registry,
        Review,
        Rollout,
        Staff,
        TimeLimit,
    )
    from graduasi.population import Population, ProxyMeans, Published
    from graduasi.projection import Projection
    from graduasi.scenario import Scenario
    from graduasi.simulation.simulate import simulate
    from graduasi.study import study
    from graduasi.uncertain import Posterior, Uncertain

_ROOMS = {
    "errors": (
        "Cancelled", "FitError", "GraduasiError", "GraduasiWarning", "InputError", "MemoryLimitError",
        "NotAvailableError", "OutputError", "ScenarioError",
    ),
    "uncertain": ("Posterior", "Uncertain"),
    "measures": ("SurveyDesign",),
    "lines": ("PovertyLine",),
    "population": ("Population", "ProxyMeans", "Published"),
    "income": (
        "ConcaveTechnology", "HouseholdEconomy", "LogIncomeProcess", "PooledEffect", "RankProcess", "Saving",
        "TwoTechnologies",
    ),
    "interventions": ("CapitalGrant", "CashTransfer", "Coaching", "Intervention", "SkillsTraining"),
    "policy": (
        "Adaptive", "AgedOut", "Budget", "ByColumn", "Condition", "Eligibility", "GivenList", "Lottery",
        "ObservedAbove", "Policy", "PoorestFirst", "Programme", "Registry", "Review", "Rollout", "Staff",
        "TimeLimit",
    ),
    "projection": ("Projection",),
    "simulation": ("simulate",),
    "scenario": ("Scenario",),
}  # fmt: skip
_MODULES = ("evidence", "measures", "population", "study")  # whose further names are reached through them
_RENAMED = {"RankLuck": "RankProcess"}  # until 0.3
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Adaptive",
    "AgedOut",
    "Budget",
    "ByColumn",
    "Cancelled",
    "CapitalGrant",
    "CashTransfer",
    "Coaching",
    "ConcaveTechnology",
    "Condition",
    "Eligibility",
    "FitError",
    "GivenList",
    "GraduasiError",
    "GraduasiWarning",
    "HouseholdEconomy",
    "InputError",
    "Intervention",
    "LogIncomeProcess",
    "Lottery",
    "MemoryLimitError",
    "NotAvailableError",
    "ObservedAbove",
    "OutputError",
    "Policy",
    "PooledEffect",
    "PoorestFirst",
    "Population",
    "Posterior",
    "PovertyLine",
    "Programme",
    "Projection",
    "ProxyMeans",
    "Published",
    "RankProcess",
    "Registry",
    "Review",
    "Rollout",
    "Saving",
    "Scenario",
    "ScenarioError",
    "SkillsTraining",
    "Staff",
    "SurveyDesign",
    "TimeLimit",
    "TwoTechnologies",
    "Uncertain",
    "__version__",
    "evidence",
    "measures",
    "population",
    "simulate",
    "study",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        return importlib.import_module("graduasi.version").VERSION
    if name in _MODULES:
        return importlib.import_module(f"graduasi.{name}")
    if name in _RENAMED:
        new = _RENAMED[name]
        warnings.warn(f"graduasi.{name} is now graduasi.{new}; the old name goes in 0.3", DeprecationWarning, 2)
        name = new
    if name in _HOME:
        return getattr(importlib.import_module(f"graduasi.{_HOME[name]}"), name)
    raise AttributeError(f"module 'graduasi' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
