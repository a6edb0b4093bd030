"""Skills training: a gain in labour earnings that comes late and fades slowly."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from graduasi.evidence import constant, prior, source_of
from graduasi.fields import LONGEST_RUN, count, effect, money, number, share
from graduasi.interventions.schedule import Amount, Intervention, Schedule, fade, ramp, spread_over
from graduasi.uncertain import Value, as_number


@frozen(kw_only=True)
class SkillsTraining(Intervention):
    """Through the skill channel: `gain` in log labour earnings of those who complete.

    The stipend is paid through the cash channel, in equal parts over the course.
    """

    kind: ClassVar[str] = "skills_training"

    gain: Value = effect(
        "h: gain in labour earnings of a household in which somebody completes",
        unit="log points",
        default=prior("training effect"),
    )
    completion: Value = share("share of enrolled households that complete", default=1.0)
    stipend: Value = money("paid to the household in all, over the course", per="household", default=0.0)
    course: int = count("length of the course", unit="months", at_least=1, at_most=LONGEST_RUN, default=3)
    onset: Value = number(
        "month since enrolment at which the gain begins",
        unit="months",
        low=0,
        most=LONGEST_RUN,
        source=source_of("training onset"),
        default=constant("training onset"),
    )
    full: Value = number(
        "month since enrolment at which it is full",
        unit="months",
        low=0,
        most=LONGEST_RUN,
        source=source_of("training full"),
        default=constant("training full"),
    )
    fades_after: Value = number(
        "month since enrolment at which it begins to fade",
        unit="months",
        low=0,
        most=LONGEST_RUN,
        source=source_of("training fades after"),
        default=constant("training fades after"),
    )
    retained: Value = share(
        "share of the gain left a year later",
        unit="share per year",
        source=source_of("training retention"),
        default=constant("training retention"),
    )

    def schedule(self, months: int) -> Schedule:
        """Ramp up, stay, fade."""
        rise = ramp(months, as_number(self.onset), as_number(self.full))
        lasting = fade(months, as_number(self.fades_after), as_number(self.retained))
        return Schedule(
            amounts=[
                Amount(channel="skill", by_month=as_number(self.gain) * rise * lasting),
                Amount(channel="cash", by_month=spread_over(months, as_number(self.stipend), self.course)),
            ],
            delivery=spread_over(months, as_number(self.delivery), self.course),
            start_up=as_number(self.start_up),
            completion=as_number(self.completion),
        )
