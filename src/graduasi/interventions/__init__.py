"""Interventions. `INTERVENTIONS` is the registry: a new one is one file and one line here."""

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
