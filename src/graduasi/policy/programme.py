"""A programme (who gets what, when, at what cost) and a policy (a set of programmes)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import (
    LONGEST_RUN,
    PART,
    Part,
    as_tuple,
    choice,
    count,
    flag,
    items_of,
    money,
    number,
    part,
    refuse,
    renamed,
    several,
    share,
    text,
)
from graduasi.income.processes.bridged import KNOT
from graduasi.interventions import Intervention
from graduasi.policy.eligibility import Eligibility
from graduasi.policy.exits import ExitRule
from graduasi.policy.registry import Registry
from graduasi.policy.targeting import PoorestFirst, Targeting
from graduasi.shown import brief, card, some, summary_line
from graduasi.uncertain import Value


def _programme_interventions(given: Intervention | Iterable[Intervention]) -> object:
    return as_tuple(Intervention, given)


def _policy_programmes(given: Programme | Iterable[Programme]) -> object:
    return as_tuple(Programme, given)


PROGRAMME = ("programme", "interventions", "eligibility", "targeting", "rollout", "take-up", "budget", "later")


INTERVENTIONS = Part(meaning="what is given, and what it costs", at_least=1)
PROGRAMMES = Part(meaning="what is done; nothing where there is none")


@renamed(families="households")
@frozen(kw_only=True)
class Rollout:
    """When, and how many households."""

    start: int = count("month of the first enrolment", unit="months", at_most=LONGEST_RUN, default=0)
    households: float | None = number(
        "households enrolled at a time; no limit where it is left out",
        unit="households", low=0, most=1e11, noun="a number", default=None, uncertain=False,
    )  # fmt: skip
    monthly: float | None = number(
        "households enrolled a month; all at once where it is left out",
        unit="households per month", low=0.001, most=1e11, default=None, uncertain=False,
    )  # fmt: skip


@frozen(kw_only=True)
class Budget:
    """What there is to spend, and what happens when it does not suffice.

    cap : households are enrolled by rank while the whole cost of each can be committed.
    prorate : everybody is enrolled, and every dose and its cost are scaled down alike.
    """

    amount: float = money("to spend over the horizon", per="programme", uncertain=False)
    when_short: str = choice("what happens when money runs out", ("cap", "prorate"), default="cap")


@frozen(kw_only=True)
class Review:
    """When the registry looks again: who meets an exit rule leaves, and free places are filled.

    Reviews stand at the knots of the income process, where every household can be looked at.
    """

    every: int = count(
        "months from one review to the next", unit="months", at_least=6, at_most=LONGEST_RUN, default=12
    )
    fills: bool = flag("whether free places and money go to households that are not enrolled", default=True)
    re_entry: bool = flag("whether who has left may be enrolled again", default=False)

    def __attrs_post_init__(self) -> None:
        if self.every % KNOT:
            raise refuse("Review", "every", f"a multiple of {KNOT} months", self.every)

    def months(self, horizon: int) -> range:
        """Return the months of the reviews after month 0."""
        return range(self.every, horizon + 1, self.every)


@frozen(kw_only=True)
class Staff:
    """Workers by caseload, paid by the month for as long as households are accompanied; parts of workers count."""

    households: float = number(
        "households that a worker accompanies", unit="households", low=0.001, most=1e11, uncertain=False
    )
    salary: Value = money("of a worker", per="month")
    months: int = count(
        "months since enrolment that a household is accompanied",
        unit="months",
        at_least=1,
        at_most=LONGEST_RUN,
        default=12,
    )


@frozen(kw_only=True)
class Programme:
    """Interventions, and who gets them.

    Programmes of one name in several policies are one programme: its refusals, lotteries and completions fall on
    the same households in each.
    """

    name: str = text("name, as tables show it")
    interventions: tuple[Intervention, ...] = attrs.field(
        converter=_programme_interventions,
        validator=items_of(INTERVENTIONS, Intervention),
        metadata={PART: INTERVENTIONS},
    )
    registry: Registry = part("how the registry sees welfare", Registry, default=Registry)
    eligibility: Eligibility = part("who may be offered a place", Eligibility, default=Eligibility)
    targeting: Targeting = part("how the eligible are ranked", Targeting, default=PoorestFirst)  # type: ignore[type-abstract]
    rollout: Rollout = part("when, and how many", Rollout, default=Rollout)
    take_up: Value = share("share of those offered a place who accept", default=1.0)
    budget: Budget | None = part("what there is to spend; no limit where it is left out", Budget, default=None)
    review: Review | None = part("when the registry looks again; never where it is left out", Review, default=None)
    exits: tuple[ExitRule, ...] = several("rules by which households leave; the first that holds", ExitRule)
    staff: Staff | None = part("who works for it, by caseload; nobody where it is left out", Staff, default=None)

    def __attrs_post_init__(self) -> None:
        if self.review is None:
            for rule in self.exits:
                if rule.needs_reviews:
                    raise InputError(
                        f"Programme.review must be given beside {type(rule).__name__}, which acts at reviews; "
                        f"got none in {self.name!r}"
                    )
        elif self.budget is not None and self.budget.when_short == "prorate":
            raise InputError(
                f"Programme.budget must not prorate beside reviews, which enrol further households; "
                f"got both in {self.name!r}"
            )

    def __repr__(self) -> str:
        return summary_line("Programme", repr(self.name), *map(brief, self.interventions), *self._rules())

    def _repr_html_(self) -> str:
        return card(f"Programme {self.name}", PROGRAMME, [self._row()])

    def _rules(self) -> list[str]:
        """Whom it is for and on what terms, where that is not left open."""
        rules = (
            self.registry, self.eligibility, self.targeting, self.rollout, self.budget, self.review, *self.exits,
            self.staff,
        )  # fmt: skip
        told = [brief(rule) for rule in rules if rule is not None]
        return [words for words in told if words not in {"Registry()", "Eligibility()", "Rollout()"}]

    def _row(self) -> list[str]:
        """Cells below `PROGRAMME`."""
        what = "; ".join(map(brief, self.interventions))
        parts = (self.eligibility, self.targeting, self.rollout)
        later = [brief(rule) for rule in (self.review, *self.exits, self.staff) if rule is not None]
        budget = "" if self.budget is None else brief(self.budget)
        return [self.name, what, *map(brief, parts), brief(self.take_up), budget, "; ".join(later)]


@frozen(kw_only=True)
class AnotherEffort:
    """When another effort begins: if a count has not fallen by a month.

    The registry counts households whom it sees below `below` at month 0 and at `month`; another effort begins where
    the count has not fallen by the share `fall`. One count of one look is read, with its errors; no expectation.
    """

    month: int = count(
        "month at which the counts are compared", unit="months", at_least=6, at_most=LONGEST_RUN, default=12
    )
    fall: float = number(
        "share by which the count must have fallen", unit="share", low=-10, high=1, uncertain=False
    )
    below: float = money(
        "households seen below this are counted", per="person per month", above_zero=True, uncertain=False
    )

    def __attrs_post_init__(self) -> None:
        if self.month % KNOT:
            raise refuse(type(self).__name__, "month", f"a multiple of {KNOT} months", self.month)


@frozen(kw_only=True)
class Adaptive(AnotherEffort):
    """A programme that is added at a month if a count has not fallen; see `AnotherEffort`."""

    programme: Programme = part("what is added", Programme)


@frozen(kw_only=True)
class Policy:
    """A set of programmes on top of what is already there; without programmes it is *nothing*."""

    name: str = text("name, as tables show it")
    programmes: tuple[Programme, ...] = attrs.field(
        default=(),
        converter=_policy_programmes,
        validator=items_of(PROGRAMMES, Programme),
        metadata={PART: PROGRAMMES},
    )

    budget: Budget | None = part(
        "what there is to spend on all its programmes, in their order; no limit where it is left out",
        Budget,
        default=None,
    )
    adaptive: tuple[Adaptive, ...] = several("programmes that are added if a count has not fallen", Adaptive)

    @property
    def every_programme(self) -> tuple[Programme, ...]:
        """The programmes, and those that may be added."""
        return (*self.programmes, *(rule.programme for rule in self.adaptive))

    def __attrs_post_init__(self) -> None:
        if self.budget is not None and self.budget.when_short == "prorate":
            raise refuse(
                "Policy", "budget", "a budget that caps: doses are scaled programme by programme", "prorate"
            )
        seen: set[str] = set()
        for name in (programme.name for programme in self.every_programme):
            if name in seen:
                raise InputError(
                    f"Policy.programmes must have names of their own; got {name!r} twice in {self.name!r}"
                )
            seen.add(name)

    def __repr__(self) -> str:
        names = some(programme.name for programme in self.programmes)
        later = some(rule.programme.name for rule in self.adaptive)
        told = [names and f"programmes {names}", later and f"perhaps later {later}"]
        return summary_line("Policy", repr(self.name), *told, "" if self.budget is None else brief(self.budget))

    def _repr_html_(self) -> str:
        rows = [programme._row() for programme in self.every_programme]
        notes = [] if rows else ["no programmes"]
        notes += [
            f"{rule.programme.name}: only if the count has not fallen, {brief(rule)}" for rule in self.adaptive
        ]
        notes += [] if self.budget is None else [brief(self.budget)]
        return card(f"Policy {self.name}", PROGRAMME if rows else (), rows, *notes)
