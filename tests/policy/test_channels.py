"""Channels: what a model does not know is refused, a newcomer is one class, and its page is read from the table."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
from attrs import evolve, frozen
from tests.policy.time_world import SchoolSupport, ShortfallInsurance, households
from tests.simulation.small_world import fixed_model, run, told

import graduasi as gr
from graduasi.channels import CHANNELS, LEVEL, Transfers
from graduasi.income import Here
from graduasi.income.behaviours import Saving
from graduasi.income.technologies import ConcaveTechnology
from graduasi.interventions.schedule import IN_FORCE_AT_ONCE, Amount, Schedule


@frozen(kw_only=True)
class CashAlone(Saving):
    """A behaviour that knows cash and assets alone."""

    kind: ClassVar[str] = "cash_alone"
    channels: ClassVar[frozenset[str]] = frozenset({"cash", "assets"})


def test_a_channel_that_the_model_does_not_know_is_refused_by_name() -> None:
    model = evolve(fixed_model(), behaviour=CashAlone(saved=0.3, invested=0.3, sold=0.4))
    plan = gr.Policy(name="p", programmes=gr.Programme(name="cover", interventions=(ShortfallInsurance(),)))
    with pytest.raises(gr.InputError) as told_why:
        run(households(), [plan], model=model)
    assert str(told_why.value) == (
        "Programme.interventions must use channels that the model knows ('assets', 'cash'); got 'insured_most' of "
        "ShortfallInsurance in 'cover'"
    )


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_what_is_in_force_in_the_month_of_enrolment_came_before_it(channel: str) -> None:
    if CHANNELS[channel].kind != LEVEL or channel in IN_FORCE_AT_ONCE:
        assert Amount(channel=channel, by_month=np.ones(3)).by_month[0] == 1.0
        return
    with pytest.raises(gr.InputError) as told_why:
        Amount(channel=channel, by_month=np.ones(3))
    assert str(told_why.value) == (
        f"Amount.by_month must be 0 in the month of enrolment for {channel!r}, since what is in force then comes "
        "before enrolment; got 1"
    )


def test_insurance_pays_the_share_of_the_shortfall_up_to_the_ceiling() -> None:
    """Shortfalls of 40, 40 and none; a share above one makes good the whole; an infinite ceiling caps nothing."""
    draw = Saving(saved=0.3, invested=0.3, sold=0.4).prepare(ConcaveTechnology(monthly_return=0.028))
    here = Here(month=1, welfare=np.array([60.0, 60.0, 110.0]), level=np.full(3, 100.0))
    stocks = draw.first(here)

    def insured(**levels: float | np.ndarray) -> list[float]:
        flows = draw.consume(here, stocks, Transfers({name: np.asarray(level) for name, level in levels.items()}))
        np.testing.assert_array_equal(flows.welfare, here.welfare + flows.insured)
        return list(np.asarray(flows.insured))

    share = np.full(3, 0.5)
    assert insured(insured_share=share) == [20.0, 20.0, 0.0]
    assert insured(insured_share=share, insured_most=np.array([15.0, np.inf, 15.0])) == [15.0, 20.0, 0.0]
    assert insured(insured_share=3 * share) == [40.0, 40.0, 0.0]
    assert insured(insured_share=share, insured_most=np.zeros(3)) == [0.0, 0.0, 0.0]


def test_a_newcomer_of_one_class_runs_is_charged_and_helps() -> None:
    population = households()
    policies = [
        gr.Policy(name=each.kind, programmes=gr.Programme(name=each.kind, interventions=(each,)))
        for each in (ShortfallInsurance(insured=0.9, most=90.0), SchoolSupport(amount=60.0))
    ]
    result = run(population, policies, months=12, draws=1, model=fixed_model())
    for policy in ("shortfall_insurance", "school_support"):
        transfer = told(result, "cost", policy=policy, component="transfer").sum("programme")
        np.testing.assert_allclose(transfer, told(result, "flow", policy=policy, flow_name="received"), rtol=1e-9)
        last = {name: told(result, "gap", policy=name).sel(month=12) for name in (policy, "nothing")}
        assert (last[policy] <= last["nothing"]).all()
        assert (last[policy] < last["nothing"]).any()


def test_a_schedule_states_a_ceiling_where_it_names_one() -> None:
    ceiling = Amount(channel="insured_most", by_month=np.zeros(3))
    insured = Amount(channel="insured_share", by_month=np.array([0.0, 0.5, 0.5]))
    assert Schedule(amounts=[insured, ceiling], delivery=np.zeros(3)).states_ceiling
    assert not Schedule(amounts=[insured], delivery=np.zeros(3)).states_ceiling
