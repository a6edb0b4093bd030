"""Household income models. `MODELS` is the registry: one file and one line each."""

from graduasi.income.models.household_economy import HouseholdEconomy
from graduasi.income.models.pooled_effect import PooledEffect
from graduasi.income.protocol import IncomeModel

MODELS: dict[str, type[IncomeModel]] = {kind.kind: kind for kind in (HouseholdEconomy, PooledEffect)}

__all__ = ["MODELS", "HouseholdEconomy", "PooledEffect"]
