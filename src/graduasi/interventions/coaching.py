"""Coaching with life skills: somebody visits, and what the household does with its means changes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from attrs import frozen

from graduasi.evidence import constant, prior, source_of
from graduasi.fields import LONGEST_RUN, count, effect, number, share
from graduasi.interventions.schedule import Amount, Intervention, Schedule, at_months, fade, ramp, spread_over
from graduasi.uncertain import Value, as_number


@frozen(kw_only=True)
class Coaching(Intervention):
    """Through the channel of income gains and, while the visits last, that of saving."""

    kind: ClassVar[str] = "coaching"

    gain: Value = effect(
        "q: gain as a share of income, with life skills; about 0 (.03) for coaching alone",
        unit="share of income",
        default=prior("coaching effect"),
    )
    visits: int = count("months of visits", unit="months", at_least=1, at_most=LONGEST_RUN, default=12)
    ramp_months: Value = number(
        "months until the gain is full",
        unit="months",
        low=0,
        most=LONGEST_RUN,
        source=source_of("coaching ramp"),
        default=constant("coaching ramp"),
    )
    retained: Value = share(
        "share of the gain left a year later, once visits and ramp are over",
        unit="share per year",
        default=prior("coaching retention"),
    )
    saving: Value = number(
        "shift of the invested share while visits last",
        unit="share",
        low=-1,
        high=1,
        source=source_of("coaching saving shift"),
        default=constant("coaching saving shift"),
    )

    def schedule(self, months: int) -> Schedule:
        """Ramp up, stay while visits last, fade."""
        full = as_number(self.ramp_months)
        lasting = fade(months, max(full, float(self.visits)), as_number(self.retained))
        visited = np.arange(self.visits)
        return Schedule(
            amounts=[
                Amount(channel="income_gain", by_month=as_number(self.gain) * ramp(months, 0.0, full) * lasting),
                Amount(channel="saving", by_month=at_months(months, visited, as_number(self.saving))),
            ],
            delivery=spread_over(months, as_number(self.delivery), self.visits),
            start_up=as_number(self.start_up),
        )
