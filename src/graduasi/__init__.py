"""How many households leave extreme poverty, and stay out, under each policy mix, at what cost, how surely?

`import graduasi as gr`, then `gr.Population`, `gr.simulate`, ... Names are loaded when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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
    from graduasi.income import ConcaveTechnology, HouseholdEconomy, RankLuck, Saving
    from graduasi.interventions import CapitalGrant, CashTransfer, Coaching, Intervention, SkillsTraining
    from graduasi.lines import PovertyLine
    from graduasi.measures import SurveyDesign
    from graduasi.policy import (
        Budget,
        ByColumn,
        Condition,
        Eligibility,
        GivenList,
        Lottery,
        Policy,
        PoorestFirst,
        Programme,
        Registry,
        Rollout,
    )
    from graduasi.population import Population, ProxyMeans, Published
    from graduasi.projection import Projection
    from graduasi.scenario import Scenario
    from graduasi.simulation import simulate
    from graduasi.study import study
    from graduasi.uncertain import Uncertain

_ROOMS = {
    "errors": (
        "Cancelled", "FitError", "GraduasiError", "GraduasiWarning", "InputError", "MemoryLimitError",
        "NotAvailableError", "OutputError", "ScenarioError",
    ),
    "uncertain": ("Uncertain",),
    "measures": ("SurveyDesign",),
    "lines": ("PovertyLine",),
    "population": ("Population", "ProxyMeans", "Published"),
    "income": ("ConcaveTechnology", "HouseholdEconomy", "RankLuck", "Saving"),
    "interventions": ("CapitalGrant", "CashTransfer", "Coaching", "Intervention", "SkillsTraining"),
    "policy": (
        "Budget", "ByColumn", "Condition", "Eligibility", "GivenList", "Lottery", "Policy", "PoorestFirst",
        "Programme", "Registry", "Rollout",
    ),
    "projection": ("Projection",),
    "simulation": ("simulate",),
    "scenario": ("Scenario",),
}  # fmt: skip
_MODULES = ("evidence", "measures", "population", "study")  # whose further names are reached through them
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
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
    "Lottery",
    "MemoryLimitError",
    "NotAvailableError",
    "OutputError",
    "Policy",
    "PoorestFirst",
    "Population",
    "PovertyLine",
    "Programme",
    "Projection",
    "ProxyMeans",
    "Published",
    "RankLuck",
    "Registry",
    "Rollout",
    "Saving",
    "Scenario",
    "ScenarioError",
    "SkillsTraining",
    "SurveyDesign",
    "Uncertain",
    "__version__",
    "evidence",
    "measures",
    "population",
    "simulate",
    "study",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return importlib.import_module("graduasi.version").VERSION
    if name in _MODULES:
        return importlib.import_module(f"graduasi.{name}")
    if name in _HOME:
        return getattr(importlib.import_module(f"graduasi.{_HOME[name]}"), name)
    raise AttributeError(f"module 'graduasi' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
