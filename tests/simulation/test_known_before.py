"""What can be known before the run is refused before the first draw, word by word."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from tests.policy.time_world import SchoolSupport, ShortfallInsurance, households
from tests.scenario.own_parts import SpendAtOnce

import graduasi as gr
from graduasi.policy import Adaptive, AgedOut, Budget, Condition

COLUMNS = "('pupils', 'age', 'in_school', 'area')"
CASH = gr.CashTransfer(amount=5.0)
OPEN = ShortfallInsurance(limited=False)
SPENDS = gr.HouseholdEconomy(behaviour=SpendAtOnce())
UNLIMITED = (
    "must be left out where insurance states no ceiling (`insured_most`), since what it pays depends on luck; got a "
    "budget of"
)
UNKNOWN = "Programme.interventions must use channels that the model knows ('assets', 'cash'); got"


def refusal(monkeypatch: pytest.MonkeyPatch, given: gr.Policy, model: Any = None) -> str:
    """What `simulate` says, where no draw is begun."""

    def begun(*_: Any) -> Any:
        raise AssertionError("a draw was begun")

    monkeypatch.setattr(importlib.import_module("graduasi.simulation.simulate"), "results", begun)
    with pytest.raises(gr.InputError) as caught:
        gr.simulate(
            households(area=np.array(["n", "s"] * 30)),
            gr.HouseholdEconomy() if model is None else model,
            given,
            lines=gr.PovertyLine(amount=100.0, label="line"),
            months=24,
            draws=2,
            seed=1,
            progress=False,
        )
    return str(caught.value)


def single(*interventions: gr.Intervention, **rest: Any) -> gr.Programme:
    return gr.Programme(name="p", interventions=interventions or (CASH,), **rest)


@pytest.mark.parametrize(
    ("programme", "words"),
    [
        (
            single(gr.CashTransfer(amount=1.0, per="elderly")),
            f"Amount.per must be a column of the population {COLUMNS}; got 'elderly'",
        ),
        (
            single(gr.CashTransfer(amount=1.0, per="area")),
            "Amount.per must be a column with a number in every row; 'area' is not",
        ),
        (
            single(SchoolSupport(holds="enrolled")),
            f"Amount.holds must be a column of the population {COLUMNS}; got 'enrolled'",
        ),
        (
            single(exits=(AgedOut(column="years", age=18.0),)),
            f"AgedOut.column must be a column of the population {COLUMNS}; got 'years'",
        ),
        (
            single(exits=(AgedOut(column="area", age=18.0),)),
            "AgedOut.column must be a column with a number in every row; 'area' is not",
        ),
        (
            single(eligibility=gr.Eligibility(conditions=(Condition(column="years", at_least=3),))),
            f"Condition.column must be a column of the population {COLUMNS}; got 'years'",
        ),
        (
            single(eligibility=gr.Eligibility(conditions=(Condition(column="area", at_least=3),))),
            "Condition.column must be a column of numbers where it has at_least or at_most; got 'area'",
        ),
        (
            single(targeting=gr.ByColumn(column="score")),
            f"ByColumn.column must be a column of the population {COLUMNS}; got 'score', in programme 'p'",
        ),
        (
            single(targeting=gr.ByColumn(column="area")),
            "ByColumn.column must hold a number in every row; 'area' does not, in programme 'p'",
        ),
        (
            single(targeting=gr.GivenList(ids=("h0001", "x", "y"))),
            "GivenList.ids must be ids of the population; 2 of 3 are not, in programme 'p'",
        ),
        (single(OPEN, budget=Budget(amount=100.0)), f"Programme.budget {UNLIMITED} 100 in 'p'"),
    ],
)
@pytest.mark.parametrize("waits", [False, True])
def test_a_programme_that_does_not_fit_is_refused_before_any_draw(
    monkeypatch: pytest.MonkeyPatch, programme: gr.Programme, waits: bool, words: str
) -> None:
    given = gr.Policy(name="mix", programmes=programme)
    if waits:
        rule = Adaptive(programme=programme, month=6, fall=0.1, below=100.0)
        given = gr.Policy(name="mix", programmes=gr.Programme(name="first", interventions=CASH), adaptive=(rule,))
    assert refusal(monkeypatch, given) == words


@pytest.mark.parametrize("waits", [False, True])
def test_the_budget_of_a_policy_does_not_pay_insurance_without_a_ceiling(
    monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    rule = Adaptive(programme=single(OPEN), month=6, fall=0.1, below=100.0)
    given = gr.Policy(
        name="mix",
        programmes=() if waits else single(OPEN),
        adaptive=(rule,) if waits else (),
        budget=Budget(amount=500.0),
    )
    assert refusal(monkeypatch, given) == f"Policy.budget {UNLIMITED} 500 in 'mix'"


@pytest.mark.parametrize(
    ("training", "words"),
    [
        (gr.Coaching(), "'income_gain' of Coaching"),
        (gr.SkillsTraining(), "'skill' of SkillsTraining"),
        (gr.SkillsTraining(gain=gr.Uncertain.normal(mean=0.0, sd=0.05)), "'skill' of SkillsTraining"),
    ],
)
def test_a_channel_that_the_model_does_not_know_is_refused_before_any_draw(
    monkeypatch: pytest.MonkeyPatch, training: gr.Intervention, words: str
) -> None:
    """Where its middle is no gain too: the channel opens in other draws."""
    given = gr.Policy(name="mix", programmes=single(training))
    assert refusal(monkeypatch, given, SPENDS) == f"{UNKNOWN} {words} in 'p'"


def test_a_model_says_which_channels_it_knows() -> None:
    class Silent:
        kind = "silent"

        def prepare(self, cross: Any) -> Any:
            raise AssertionError(cross)

        def __repr__(self) -> str:
            return "Silent()"

    with pytest.raises(gr.InputError) as caught:
        gr.simulate(
            households(), Silent(), (), lines=gr.PovertyLine(amount=9.0, label="x"), months=1, draws=1, seed=1  # type: ignore[arg-type]
        )  # fmt: skip
    assert str(caught.value) == "simulate.model must be an income model; got Silent()"
