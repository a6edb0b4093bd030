"""Household income models. `MODELS` is the registry: a new model is one file and one line here."""

from graduasi.income.household_economy import HouseholdEconomy
from graduasi.income.luck import RankLuck
from graduasi.income.protocol import CrossSection, IncomeModel, Luck
from graduasi.income.response import ConcaveTechnology, Saving

MODELS: dict[str, type] = {
    "household_economy": HouseholdEconomy,
}

__all__ = [
    "MODELS",
    "ConcaveTechnology",
    "CrossSection",
    "HouseholdEconomy",
    "IncomeModel",
    "Luck",
    "RankLuck",
    "Saving",
]
