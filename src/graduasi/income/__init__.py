"""Household income models and their parts; each family has a registry, and a newcomer is one file and one line.

`MODELS` are whole models; `PROCESSES` say how welfare moves without help, `TECHNOLOGIES` what assets earn,
`BEHAVIOURS` what households make of help.
"""

from graduasi.income.behaviours import BEHAVIOURS, Saving
from graduasi.income.models import MODELS, HouseholdEconomy, PooledEffect
from graduasi.income.parts import Behaviour, Technology, TechnologyDraw
from graduasi.income.processes import PROCESSES, LogIncomeProcess, RankProcess
from graduasi.income.protocol import (
    HISTORY,
    BehaviourDraw,
    CrossSection,
    Flows,
    Here,
    IncomeModel,
    IncomeProcess,
    Luck,
    ModelDraw,
    Observed,
    ProcessDraw,
)
from graduasi.income.technologies import TECHNOLOGIES, ConcaveTechnology, TwoTechnologies

__all__ = [
    "BEHAVIOURS",
    "HISTORY",
    "MODELS",
    "PROCESSES",
    "TECHNOLOGIES",
    "Behaviour",
    "BehaviourDraw",
    "ConcaveTechnology",
    "CrossSection",
    "Flows",
    "Here",
    "HouseholdEconomy",
    "IncomeModel",
    "IncomeProcess",
    "LogIncomeProcess",
    "Luck",
    "ModelDraw",
    "Observed",
    "PooledEffect",
    "ProcessDraw",
    "RankProcess",
    "Saving",
    "Technology",
    "TechnologyDraw",
    "TwoTechnologies",
]
