"""Skills training: a gain in labour earnings that comes late and fades slowly."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from graduasi.fields import LONGEST_RUN, count, effect, money, number, share
from graduasi.interventions.schedule import Amount, Intervention, Schedule, fade, ramp, spread_over
from graduasi.uncertain import Uncertain, Value, certain

FITTED = "fitted to the open trial evidence (prototype of the project, 2026); McKenzie 2017 review: +8% earnings"


@frozen(kw_only=True)
class SkillsTraining(Intervention):
    """Through the skill channel: `gain` in log labour earnings of those who complete.

    The stipend is paid through the cash channel, in equal parts over the course.
    """

    kind: ClassVar[str] = "skills_training"

    gain: Value = effect(
        "h: gain in labour earnings of a household in which somebody completes",
        unit="log points",
        source=FITTED,
        default=Uncertain.normal(mean=0.059, sd=0.020, name="training effect", source=FITTED),
    )
    completion: Value = share("share of enrolled households that complete", default=1.0)
    stipend: Value = money("paid to the household in all, over the course", per="household", default=0.0)
    course: int = count("length of the course", unit="months", at_least=1, at_most=LONGEST_RUN, default=3)
    onset: Value = number(
        "month since enrolment at which the gain begins",
        unit="months",
        low=0,
        most=LONGEST_RUN,
        source=FITTED,
        default=6.0,
    )
    full: Value = number(
        "month since enrolment at which it is full",
        unit="months",
        low=0,
        most=LONGEST_RUN,
        source=FITTED,
        default=12.0,
    )
    fades_after: Value = number(
        "month since enrolment at which it begins to fade",
        unit="months",
        low=0,
        most=LONGEST_RUN,
        source=FITTED,
        default=18.0,
    )
    retained: Value = share(
        "share of the gain left a year later", unit="share per year", source=FITTED, default=0.93
    )

    def schedule(self, months: int) -> Schedule:
        """Ramp up, stay, fade."""
        rise = ramp(months, certain(self.onset), certain(self.full))
        lasting = fade(months, certain(self.fades_after), certain(self.retained))
        return Schedule(
            amounts=[
                Amount(channel="skill", by_month=certain(self.gain) * rise * lasting),
                Amount(channel="cash", by_month=spread_over(months, certain(self.stipend), self.course)),
            ],
            delivery=spread_over(months, certain(self.delivery), self.course),
            start_up=certain(self.start_up),
            completion=certain(self.completion),
        )
