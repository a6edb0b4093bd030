"""Values with doubt that the library starts from."""

from __future__ import annotations

from graduasi.uncertain import Uncertain

POOLED = Uncertain.effect(
    mean=0.08,
    se=0.037,
    between=0.09,
    name="pooled effect of a full package",
    source="prototype of the project (2026): mean effect on consumption of full graduation packages, with the "
    "spread between programmes; its standard error is taken as that of six programmes, .09 / sqrt(6)",
)
