"""The contracts, tried on every registered process and model, and on a user's own as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.income.contracts import check_model, check_process, check_start, check_stationary
from tests.scenario.own_parts import PARTS, Gift, LinearTechnology, NothingHelps, SpendAtOnce, StillProcess

import graduasi as gr
from graduasi.income import BEHAVIOURS, MODELS, PROCESSES, TECHNOLOGIES, HouseholdEconomy
from graduasi.uncertain import at_quantile

PROCESSES_TRIED = [*PROCESSES.values(), StillProcess]
MODELS_TRIED: list[Any] = [kind() for kind in (*MODELS.values(), NothingHelps)]
MODELS_TRIED += [HouseholdEconomy(technology=kind()) for kind in (*TECHNOLOGIES.values(), LinearTechnology)]
MODELS_TRIED += [HouseholdEconomy(behaviour=kind()) for kind in (*BEHAVIOURS.values(), SpendAtOnce)]
MODELS_TRIED += [HouseholdEconomy(process=kind()) for kind in PROCESSES_TRIED]


@pytest.mark.parametrize("kind", PROCESSES_TRIED)
def test_a_process_keeps_its_contract(kind: type) -> None:
    process = at_quantile(kind(), 0.5)
    check_process(process)
    check_start(process)
    check_stationary(process)


@pytest.mark.parametrize("model", MODELS_TRIED, ids=lambda model: repr(model)[:60])
def test_a_model_keeps_its_contract(model: Any) -> None:
    check_model(at_quantile(model, 0.5))


def test_a_process_that_moves_and_says_that_it_does_not_fails() -> None:
    with pytest.raises(AssertionError, match="headcounts move by"):
        check_stationary(StillProcess(monthly=1.005))


def test_a_channel_that_a_model_does_not_know_is_refused_by_name() -> None:
    model = HouseholdEconomy(behaviour=SpendAtOnce())
    training = gr.Programme(name="training", interventions=gr.Coaching())
    people = gr.Population(
        ids=np.array(["a", "b"]), welfare=np.array([1.0, 2.0]), weight=np.ones(2), members=np.ones(2)
    )
    with pytest.raises(gr.InputError, match="skill"):
        gr.simulate(
            people,
            model,
            gr.Policy(name="train", programmes=training),
            lines=gr.PovertyLine(amount=1.5, label="x"),
            months=13,
            draws=1,
            seed=1,
            progress=False,
        )


def test_the_parts_of_a_user_are_all_tried() -> None:
    assert {StillProcess, LinearTechnology, SpendAtOnce, NothingHelps, Gift} <= set(PARTS)
