"""Interventions. `INTERVENTIONS` is the registry: a new one is one file and one line here."""

import warnings

from graduasi.channels import CHANNELS
from graduasi.interventions.capital_grant import CapitalGrant
from graduasi.interventions.cash_transfer import CashTransfer
from graduasi.interventions.coaching import Coaching
from graduasi.interventions.schedule import Amount, Intervention, Schedule
from graduasi.interventions.skills_training import SkillsTraining

INTERVENTIONS: dict[str, type[Intervention]] = {
    kind.kind: kind
    for kind in (
        CashTransfer,
        SkillsTraining,
        CapitalGrant,
        Coaching,
    )
}

__all__ = [
    "INTERVENTIONS",
    "Amount",
    "CapitalGrant",
    "CashTransfer",
    "Coaching",
    "Intervention",
    "Schedule",
    "SkillsTraining",
]


def __getattr__(name: str) -> object:
    """Names that have another since 0.2, for one minor version."""
    if name == "DOORS":
        warnings.warn(
            "graduasi.interventions.DOORS is now the names of graduasi.channels.CHANNELS, where 'gain' is "
            "'income_gain' and 'cover' is 'insured_share'; the old name goes in 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return tuple(CHANNELS)
    raise AttributeError(f"module 'graduasi.interventions' has no attribute {name!r}")
