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
    items_of,
    money,
    number,
    part,
    share,
    text,
)
from graduasi.interventions import Intervention
from graduasi.policy.registry import Eligibility, Registry
from graduasi.policy.targeting import PoorestFirst, Targeting
from graduasi.shown import brief, card, some, summary_line
from graduasi.uncertain import Value


def _programme_interventions(given: Intervention | Iterable[Intervention]) -> tuple[Intervention, ...]:
    return as_tuple(Intervention, given)  # type: ignore[no-any-return]


def _policy_programmes(given: Programme | Iterable[Programme]) -> tuple[Programme, ...]:
    return as_tuple(Programme, given)  # type: ignore[no-any-return]


PROGRAMME = ("programme", "interventions", "eligibility", "targeting", "rollout", "take-up", "budget")


INTERVENTIONS = Part(meaning="what is given, and what it costs", at_least=1)
PROGRAMMES = Part(meaning="what is done; nothing where there is none")


@frozen(kw_only=True)
class Rollout:
    """When, and how many families."""

    start: int = count("month of the first enrolment", unit="months", at_most=LONGEST_RUN, default=0)
    families: float | None = number(
        "families enrolled in all; no limit where it is left out",
        unit="families", low=0, most=1e11, noun="a number", default=None, uncertain=False,
    )  # fmt: skip
    monthly: float | None = number(
        "families enrolled a month; all at once where it is left out",
        unit="families per month", low=0.001, most=1e11, default=None, uncertain=False,
    )  # fmt: skip


@frozen(kw_only=True)
class Budget:
    """What there is to spend, and what happens when it does not suffice.

    cap : families are enrolled by rank while the whole cost of each can be committed.
    prorate : everybody is enrolled, and every dose and its cost are scaled down alike.
    """

    amount: float = money("to spend over the horizon", per="programme", uncertain=False)
    when_short: str = choice("what happens when money runs out", ("cap", "prorate"), default="cap")


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
    targeting: Targeting = part("how the eligible are ranked", Targeting, default=PoorestFirst)
    rollout: Rollout = part("when, and how many", Rollout, default=Rollout)
    take_up: Value = share("share of those offered a place who accept", default=1.0)
    budget: Budget | None = part("what there is to spend; no limit where it is left out", Budget, default=None)

    def __repr__(self) -> str:
        return summary_line("Programme", repr(self.name), *map(brief, self.interventions), *self._rules())

    def _repr_html_(self) -> str:
        return card(f"Programme {self.name}", PROGRAMME, [self._row()])

    def _rules(self) -> list[str]:
        """Whom it is for and on what terms, where that is not left open."""
        rules = (self.registry, self.eligibility, self.targeting, self.rollout, self.budget)
        told = [brief(rule) for rule in rules if rule is not None]
        return [words for words in told if words not in {"Registry()", "Eligibility()", "Rollout()"}]

    def _row(self) -> list[str]:
        """Cells below `PROGRAMME`."""
        what = "; ".join(map(brief, self.interventions))
        parts = (self.eligibility, self.targeting, self.rollout)
        budget = "" if self.budget is None else brief(self.budget)
        return [self.name, what, *map(brief, parts), brief(self.take_up), budget]


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

    def __attrs_post_init__(self) -> None:
        seen: set[str] = set()
        for name in (programme.name for programme in self.programmes):
            if name in seen:
                raise InputError(
                    f"Policy.programmes must have names of their own; got {name!r} twice in {self.name!r}"
                )
            seen.add(name)

    def __repr__(self) -> str:
        names = some(programme.name for programme in self.programmes)
        return summary_line("Policy", repr(self.name), names and f"programmes {names}")

    def _repr_html_(self) -> str:
        rows = [programme._row() for programme in self.programmes]
        return card(f"Policy {self.name}", PROGRAMME if rows else (), rows, *([] if rows else ["no programmes"]))
