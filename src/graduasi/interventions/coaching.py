"""Coaching with life skills: somebody visits, and what the household does with its means changes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from attrs import frozen

from graduasi.fields import LONGEST_RUN, count, effect, number, share
from graduasi.interventions.schedule import Amount, Intervention, Schedule, at_months, fade, ramp, spread_over
from graduasi.uncertain import Uncertain, Value, certain

FITTED = "fitted to the open trial evidence (prototype of the project, 2026)"


@frozen(kw_only=True)
class Coaching(Intervention):
    """Through the channel of income gains and, while the visits last, that of saving."""

    kind: ClassVar[str] = "coaching"

    gain: Value = effect(
        "q: gain as a share of income, with life skills; about 0 (.03) for coaching alone",
        unit="share of income",
        source=FITTED,
        default=Uncertain.effect(mean=0.040, se=0.025, between=0.05, name="coaching effect", source=FITTED),
    )
    visits: int = count("months of visits", unit="months", at_least=1, at_most=LONGEST_RUN, default=12)
    ramp_months: Value = number(
        "months until the gain is full", unit="months", low=0, most=LONGEST_RUN, source=FITTED, default=10.0
    )
    retained: Value = share(
        "share of the gain left a year later, once visits and ramp are over",
        unit="share per year",
        source=FITTED,
        default=Uncertain.logit_normal(median=0.96, sd_logit=1.6, name="coaching retention", source=FITTED),
    )
    saving: Value = number(
        "shift of the invested share while visits last",
        unit="share",
        low=-1,
        high=1,
        source=FITTED,
        default=0.25,
    )

    def schedule(self, months: int) -> Schedule:
        """Ramp up, stay while visits last, fade."""
        full = certain(self.ramp_months)
        lasting = fade(months, max(full, float(self.visits)), certain(self.retained))
        visited = np.arange(self.visits)
        return Schedule(
            amounts=[
                Amount(channel="income_gain", by_month=certain(self.gain) * ramp(months, 0.0, full) * lasting),
                Amount(channel="saving", by_month=at_months(months, visited, certain(self.saving))),
            ],
            delivery=spread_over(months, certain(self.delivery), self.visits),
            start_up=certain(self.start_up),
        )
