"""Coaching with life skills: somebody visits, and what the family does with its means changes."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from graduasi.evidence import constant, prior, source_of
from graduasi.fields import LONGEST_RUN, count, effect, number, share
from graduasi.interventions.doors import Intervention, Schedule, fade, ramp, spread_over
from graduasi.uncertain import Value, as_number


@frozen(kw_only=True)
class Coaching(Intervention):
    """Through the gain door (a share of income) and, while the visits last, the saving door."""

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
        plan = Schedule.empty(months, start_up=as_number(self.start_up))
        full = as_number(self.ramp_months)
        lasting = fade(months, max(full, float(self.visits)), as_number(self.retained))
        plan.gain[:] = as_number(self.gain) * ramp(months, 0.0, full) * lasting
        plan.saving[: self.visits] = as_number(self.saving)
        plan.delivery[:] = spread_over(months, as_number(self.delivery), self.visits)
        return plan
