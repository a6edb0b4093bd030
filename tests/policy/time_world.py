"""Policies in time over small populations: programmes with reviews, exits, re-entry, staff and insurance, drawn."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from attrs import frozen
from hypothesis import strategies as st

import graduasi as gr
from graduasi.fields import money, share
from graduasi.interventions.schedule import Amount, Intervention, Schedule, spread_over
from graduasi.policy import AgedOut, Budget, ExitRule, ObservedAbove, Review, Staff, TimeLimit
from graduasi.uncertain import Value, as_number


@frozen(kw_only=True)
class ShortfallInsurance(Intervention):
    """Makes good a share of a month's shortfall, up to a ceiling, from the month after enrolment."""

    kind: ClassVar[str] = "shortfall_insurance"

    insured: Value = share("share of a shortfall made good", default=0.5)
    most: Value = money("paid at most in a month", per="household", default=20.0)
    limited: bool = True

    def schedule(self, months: int) -> Schedule:
        """The share and the ceiling in every month but that of enrolment."""
        in_force = (np.arange(months + 1) > 0).astype(float)
        amounts = [Amount(channel="insured_share", by_month=as_number(self.insured) * in_force)]
        if self.limited:
            amounts.append(Amount(channel="insured_most", by_month=as_number(self.most) * in_force))
        return Schedule(
            amounts=amounts,
            delivery=spread_over(months, as_number(self.delivery), months + 1),
            start_up=as_number(self.start_up),
        )


@frozen(kw_only=True)
class SchoolSupport(Intervention):
    """Pays for each pupil of a household, where a column holds."""

    kind: ClassVar[str] = "school_support"

    amount: Value = money("paid a month", per="pupil", default=10.0)
    holds: str = ""

    def schedule(self, months: int) -> Schedule:
        """The same amount a pupil in every month."""
        paid = np.full(months + 1, as_number(self.amount))
        return Schedule(
            amounts=[Amount(channel="cash", by_month=paid, per="pupils", holds=self.holds)],
            delivery=spread_over(months, as_number(self.delivery), months + 1),
            start_up=as_number(self.start_up),
        )


def households(size: int = 60, seed: int = 1, *, alike: bool = False, **columns: Any) -> gr.Population:
    """Log-normal welfare, weights of every kind, or of 1 where alike, pupils, ages, and who is in school."""
    rng = np.random.default_rng(seed)
    known = {
        "pupils": rng.integers(0, 4, size),
        "age": np.round(rng.uniform(15.0, 19.0, size) * 12) / 12,
        "in_school": rng.random(size) < 0.5,
    }
    return gr.Population(
        ids=np.char.mod("h%04d", np.arange(size)),
        welfare=np.round(np.exp(rng.normal(4.9, 0.6, size)), 1),
        weight=np.ones(size) if alike else rng.choice([1.0, 2.5, 7.0, 1 / 3, 0.0], size),
        members=rng.integers(1, 8, size).astype(float),
        columns=known | columns,
    )


@st.composite
def interventions(draw: st.DrawFn) -> Intervention:
    """Any of six, with costs of its own."""
    cost = {"delivery": draw(st.sampled_from([0.0, 12.0])), "start_up": draw(st.sampled_from([0.0, 400.0]))}
    kind = draw(st.sampled_from(["cash", "training", "grant", "coaching", "insurance", "school"]))
    if kind == "cash":
        return gr.CashTransfer(
            amount=draw(st.sampled_from([3.0, 200.0])),
            payments=draw(st.integers(1, 20)),
            per=draw(st.sampled_from(["household", "member", "pupils"])),
            **cost,
        )
    if kind == "training":
        return gr.SkillsTraining(gain=0.06, stipend=30.0, completion=draw(st.sampled_from([0.5, 1.0])), **cost)
    if kind == "grant":
        return gr.CapitalGrant(amount=400.0, in_kind=draw(st.booleans()), after=draw(st.integers(0, 8)), **cost)
    if kind == "coaching":
        return gr.Coaching(gain=0.1, retained=0.7, visits=draw(st.integers(1, 12)), **cost)
    if kind == "insurance":
        return ShortfallInsurance(
            insured=draw(st.sampled_from([0.3, 0.9])), most=draw(st.sampled_from([0.0, 5.0, 60.0])), **cost
        )
    return SchoolSupport(amount=7.0, holds=draw(st.sampled_from(["", "in_school"])), **cost)


exits: st.SearchStrategy[ExitRule] = st.one_of(
    st.builds(TimeLimit, months=st.integers(1, 20)),
    st.builds(AgedOut, column=st.just("age"), age=st.sampled_from([17.0, 18.5])),
    st.builds(ObservedAbove, amount=st.sampled_from([80.0, 120.0, 200.0])),
)


@st.composite
def programmes(draw: st.DrawFn, name: str, **rest: Any) -> gr.Programme:
    """Any programme that is reviewed."""
    given: dict[str, Any] = {
        "interventions": tuple(draw(st.lists(interventions(), min_size=1, max_size=3))),
        "targeting": draw(st.sampled_from([gr.PoorestFirst(), gr.Lottery(), gr.ByColumn(column="age")])),
        "eligibility": gr.Eligibility(
            below=draw(st.sampled_from([None, 150.0])), decile_at_most=draw(st.sampled_from([None, 6]))
        ),
        "rollout": gr.Rollout(
            start=draw(st.sampled_from([0, 0, 3, 8])),
            households=draw(st.sampled_from([None, 10.0, 33.3])),
            monthly=draw(st.sampled_from([None, 2.0, 5.5])),
        ),
        "registry": gr.Registry(error_share=0.2),
        "take_up": draw(st.sampled_from([1.0, 0.6])),
        "budget": draw(st.sampled_from([None, Budget(amount=900.0), Budget(amount=9_000.0)])),
        "review": Review(every=6, fills=draw(st.booleans()), re_entry=draw(st.booleans())),
        "exits": tuple(draw(st.lists(exits, max_size=2))),
        "staff": draw(st.sampled_from([None, Staff(households=5.0, salary=30.0, months=4)])),
    }
    return gr.Programme(name=name, **(given | rest))


@st.composite
def policies(draw: st.DrawFn, name: str = "mix") -> gr.Policy:
    """A policy of one or two programmes, with or without a budget of its own."""
    count = draw(st.integers(1, 2))
    return gr.Policy(
        name=name,
        programmes=tuple(draw(programmes(f"{name} {place}")) for place in range(count)),
        budget=draw(st.sampled_from([None, Budget(amount=5_000.0)])),
    )
