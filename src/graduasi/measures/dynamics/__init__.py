"""Poverty over time, on panels: transitions, spells and hazards, chronic and transient poverty, duration.

Arrays as `panel` states them: welfare of shape (household, period), NaN where a household was not observed.
"""

from graduasi.measures.dynamics.chronic import (
    ChronicTransient,
    DurationAdjusted,
    EquallyDistributed,
    duclos_araar_giles,
    duration_adjusted,
    jalan_ravallion,
)
from graduasi.measures.dynamics.hazards import hazards
from graduasi.measures.dynamics.spells import spell_lengths, spells
from graduasi.measures.dynamics.transitions import transition_matrix

__all__ = [
    "ChronicTransient",
    "DurationAdjusted",
    "EquallyDistributed",
    "duclos_araar_giles",
    "duration_adjusted",
    "hazards",
    "jalan_ravallion",
    "spell_lengths",
    "spells",
    "transition_matrix",
]
