"""A programme (who gets what, when, at what cost) and a policy (a set of programmes)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import as_tuple, check_several, choice, count, money, number, share, text
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


@frozen(kw_only=True)
class Rollout:
    """When, and how many families."""

    start: int = count("month of the first enrolment", unit="months", default=0)
    families: float | None = number(
        "families enrolled in all; no limit where it is left out",
        unit="families", low=0, noun="a number", default=None, uncertain=False,
    )  # fmt: skip
    monthly: float | None = number(
        "families enrolled a month; all at once where it is left out",
        unit="families per month", low=0, low_open=True, default=None, uncertain=False,
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
        converter=_programme_interventions, validator=check_several(Intervention)
    )
    registry: Registry = attrs.field(factory=Registry, validator=attrs.validators.instance_of(Registry))
    eligibility: Eligibility = attrs.field(factory=Eligibility, validator=attrs.validators.instance_of(Eligibility))
    targeting: Targeting = attrs.field(
        factory=PoorestFirst,
        validator=attrs.validators.instance_of(Targeting),  # type: ignore[type-abstract]
    )
    rollout: Rollout = attrs.field(factory=Rollout, validator=attrs.validators.instance_of(Rollout))
    take_up: Value = share("share of those offered a place who accept", default=1.0)
    budget: Budget | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(Budget))
    )

    def __attrs_post_init__(self) -> None:
        if not self.interventions:
            raise InputError(
                f"Programme.interventions must be at least one intervention; got none in {self.name!r}"
            )

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
        default=(), converter=_policy_programmes, validator=check_several(Programme)
    )

    def __attrs_post_init__(self) -> None:
        names = [programme.name for programme in self.programmes]
        for name in names:
            if names.count(name) > 1:
                raise InputError(
                    f"Policy.programmes must have names of their own; got {name!r} twice in {self.name!r}"
                )

    def __repr__(self) -> str:
        names = some(programme.name for programme in self.programmes)
        return summary_line("Policy", repr(self.name), names and f"programmes {names}")

    def _repr_html_(self) -> str:
        rows = [programme._row() for programme in self.programmes]
        return card(f"Policy {self.name}", PROGRAMME if rows else (), rows, *([] if rows else ["no programmes"]))
