"""Money in time: what is paid is received, no budget is exceeded, insurance stays below its ceiling, staff is paid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from tests.policy.time_world import SchoolSupport, ShortfallInsurance, households, policies
from tests.simulation.small_world import fixed_model, run, told

import graduasi as gr
from graduasi.policy import Budget, ObservedAbove, Review, Staff, TimeLimit
from graduasi.simulation.books import shared_payment

# Programmes drawn at random may reach no one, which is said as a warning.
pytestmark = pytest.mark.filterwarnings("ignore::graduasi.GraduasiWarning")

few = settings(max_examples=15)
SURE = gr.Registry(error_share=0.0)


def single(**rest: Any) -> gr.Policy:
    """A policy of one programme, named p."""
    return gr.Policy(name="p", programmes=gr.Programme(**({"name": "p", "registry": SURE} | rest)))


def costs(result: gr.Projection, component: str, policy: str = "p") -> Any:
    """Cost by month of the first draw, all programmes together."""
    return told(result, "cost", draw=0, policy=policy, component=component).sum("programme").values


@few
@given(mix=policies())
def test_the_ledger_is_what_was_received_and_no_budget_is_exceeded(mix: gr.Policy) -> None:
    result = run(households(), [mix], months=20, draws=1)
    received = told(result, "flow", policy="mix", flow_name="received")
    transfers = told(result, "cost", policy="mix", component="transfer").sum("programme")
    np.testing.assert_allclose(received, transfers, rtol=1e-9, atol=1e-6)
    spent = told(result, "cost", policy="mix").sum(["component", "month"])
    for each in mix.programmes:
        if each.budget is not None:
            assert (spent.sel(programme=each.name) <= each.budget.amount * (1 + 1e-12)).all()
    if mix.budget is not None:
        assert (spent.sum("programme") <= mix.budget.amount * (1 + 1e-12)).all()


def test_two_interventions_under_a_cap_are_paid_whole() -> None:
    """Each household costs 2 x 30 + 40 + delivery of 5: a cap of 320 pays 20 of start-up and 300 / 105 households."""
    both = (gr.CashTransfer(amount=30.0, payments=2), gr.CapitalGrant(amount=40.0, delivery=5.0, start_up=20.0))
    plan = single(interventions=both, budget=Budget(amount=320.0))
    result = run(households(alike=True), [plan], months=3, draws=1)
    enrolled = np.floor(300.0 / 105.0 * 1024) / 1024  # whole parts of a household
    assert told(result, "enrolled", draw=0, policy="p", programme="p") == enrolled
    np.testing.assert_allclose(costs(result, "transfer"), [70.0 * enrolled, 30.0 * enrolled, 0.0, 0.0])
    np.testing.assert_allclose(costs(result, "start_up"), [20.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(costs(result, "delivery"), [5.0 * enrolled, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("owner", ["programme", "policy"])
def test_what_leavers_free_pays_for_others_and_the_budget_holds(owner: str) -> None:
    """Money for 4 households to month 12. All leave at month 6, with 7 months unpaid, which pay 4 others, and so on."""
    budget = Budget(amount=4 * 13 * 10.0)
    programme = gr.Programme(
        name="p",
        interventions=(gr.CashTransfer(amount=10.0, payments=13),),
        registry=SURE,
        budget=budget if owner == "programme" else None,
        review=Review(every=6),
        exits=(ObservedAbove(amount=1e-6),),
    )
    policy = gr.Policy(name="p", programmes=programme, budget=budget if owner == "policy" else None)
    result = run(households(alike=True), [policy], months=12, draws=1)
    np.testing.assert_array_equal(costs(result, "transfer"), np.full(13, 40.0))
    assert told(result, "enrolled", draw=0, policy="p", programme="p") == 12.0


def test_staff_is_paid_by_the_households_accompanied() -> None:
    """6 households from month 1, 2 months each accompanied, left after 3; caseload 4 at 100: 150 a month."""
    staff = Staff(households=4.0, salary=100.0, months=2)
    cash = gr.CashTransfer(amount=1.0, payments=9)
    plan = single(
        interventions=(cash,),
        rollout=gr.Rollout(start=1, households=6.0),
        staff=staff,
        exits=(TimeLimit(months=3),),
    )
    result = run(households(), [plan], months=6, draws=1)
    np.testing.assert_allclose(costs(result, "staff"), [0.0, 150.0, 150.0, 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(costs(result, "transfer"), [0.0, 6.0, 6.0, 6.0, 0.0, 0.0, 0.0])


def test_start_up_is_paid_once_in_the_month_of_the_first_enrolment() -> None:
    """Everybody leaves after 6 months and is enrolled again at month 12: start-up stays in month 0."""
    plan = single(
        interventions=(gr.CashTransfer(amount=1.0, payments=30, start_up=7.0),),
        review=Review(every=6, re_entry=True),
        exits=(TimeLimit(months=6),),
    )
    result = run(households(), [plan], months=20, draws=1)
    np.testing.assert_array_equal(np.flatnonzero(costs(result, "start_up")), [0])
    assert costs(result, "start_up")[0] == 7.0
    everybody = told(result, "enrolled", draw=0, policy="p", programme="p").item()
    paid = [everybody] * 6 + [0.0] * 6 + [everybody] * 6 + [0.0] * 3
    np.testing.assert_allclose(costs(result, "transfer"), paid)


# --- insurance -------------------------------------------------------------------------------------------------


def test_insurance_pays_its_ceiling_at_most_in_a_month() -> None:
    population = households()
    cover = ShortfallInsurance(insured=0.9, most=3.0)
    result = run(population, [single(interventions=(cover,))], months=12, draws=1, model=fixed_model())
    open_ended = ShortfallInsurance(insured=0.9, limited=False)
    free = run(population, [single(interventions=(open_ended,))], months=12, draws=1, model=fixed_model())
    most = 3.0 * float(population.weight.sum())
    assert costs(result, "transfer")[0] == 0.0
    assert (costs(result, "transfer")[1:] > 0.0).all()
    assert (costs(result, "transfer") <= most).all()
    assert (costs(free, "transfer")[1:] > most).all()


def test_a_budget_reserves_the_ceiling_of_insurance() -> None:
    """12 months at 3 are reserved a household: 360 buy 10, however little is paid."""
    cover = ShortfallInsurance(insured=0.01, most=3.0)
    plan = single(interventions=(cover,), budget=Budget(amount=360.0))
    result = run(households(alike=True), [plan], months=12, draws=1)
    assert told(result, "enrolled", draw=0, policy="p", programme="p") == 10.0
    assert 0.0 < costs(result, "transfer").sum() < 360.0


def test_insurance_of_the_month_of_an_exit_is_in_the_budget() -> None:
    """Who leaves at a review was insured in that month; a budget that is spent to the last has counted it."""
    cover = ShortfallInsurance(insured=1.0, most=1.0)
    model = fixed_model(error=0.0, transitory=1.0, permanent=0.0)
    for months in (6, 12, 18):
        plan = single(
            interventions=(cover, gr.CashTransfer(amount=0.5, payments=30)),
            budget=Budget(amount=100.0),
            review=Review(every=6),
            exits=(ObservedAbove(amount=1e-6),),
        )
        result = run(households(), [plan], months=months, draws=1, model=model)
        assert told(result, "cost", draw=0, policy="p").sum() <= 100.0 * (1 + 1e-12)


def test_a_budget_with_insurance_without_a_ceiling_is_refused() -> None:
    cover = ShortfallInsurance(limited=False)
    with pytest.raises(gr.InputError) as told_why:
        run(households(), [single(interventions=(cover,), budget=Budget(amount=100.0))])
    assert str(told_why.value) == (
        "Programme.budget must be left out where insurance states no ceiling (`insured_most`), since what it pays "
        "depends on luck; got a budget of 100 in 'p'"
    )


def test_two_insurers_share_a_payment_below_their_ceilings() -> None:
    share = np.array([[0.2, 0.2, 0.2, 0.5], [0.8, 0.8, 0.8, 0.0]])
    most = np.array([[100.0, 100.0, np.inf, 9.0], [1.0, 100.0, 1.0, 0.0]])
    paid = np.array([50.0, 50.0, 50.0, 9.0])
    amounts = shared_payment(paid, share, most)
    np.testing.assert_allclose(amounts, [[49.0, 10.0, 49.0, 9.0], [1.0, 40.0, 1.0, 0.0]])


def test_insurers_of_one_household_make_good_one_shortfall() -> None:
    """Shares of .7 and .8 make good the whole shortfall, not half as much again."""
    population = households()

    def paid(*covers: ShortfallInsurance) -> Any:
        plan = gr.Policy(
            name="p",
            programmes=[
                gr.Programme(name=f"p{place}", interventions=(cover,)) for place, cover in enumerate(covers)
            ],
        )
        return run(population, [plan], months=6, draws=1)

    both = paid(ShortfallInsurance(insured=0.7, limited=False), ShortfallInsurance(insured=0.8, limited=False))
    whole = paid(ShortfallInsurance(insured=1.0, limited=False))
    np.testing.assert_allclose(costs(both, "transfer"), costs(whole, "transfer"), rtol=1e-9)
    by_programme = told(both, "cost", draw=0, policy="p", component="transfer").sum("month")
    np.testing.assert_allclose(by_programme[1] / by_programme[0], 8 / 7)


# --- per person ------------------------------------------------------------------------------------------------


def test_school_support_is_paid_for_each_pupil_where_it_holds() -> None:
    population = households()
    plan = single(interventions=(SchoolSupport(amount=10.0, holds="in_school"),))
    result = run(population, [plan], months=3, draws=1)
    pupils = population.columns["pupils"] * population.columns["in_school"]
    due = 10.0 * float((population.weight * pupils).sum())
    np.testing.assert_allclose(costs(result, "transfer"), due, rtol=1e-9)


@pytest.mark.parametrize(
    ("pupils", "need"),
    [
        (-1.0, "Amount.per must be a column that counts persons, none below 0; got -1 in 'pupils'"),
        (np.nan, "Amount.per must be a column with a number in every row; 'pupils' is not"),
    ],
)
def test_a_column_that_counts_nobody_is_refused(pupils: float, need: str) -> None:
    population = households(pupils=np.where(np.arange(60) == 7, pupils, 1.0))
    with pytest.raises(gr.InputError) as told_why:
        run(population, [single(interventions=(SchoolSupport(),))])
    assert str(told_why.value) == need


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(gr.InputError) as told_why:
        run(households(), [single(interventions=(gr.CashTransfer(amount=1.0, per="elderly"),))])
    assert str(told_why.value) == (
        "Amount.per must be a column of the population ('pupils', 'age', 'in_school'); got 'elderly'"
    )


def test_repeated_pay_of_more_pupils_than_members_adds_up_exactly() -> None:
    """The ledger's grid is made for the largest column, so that blocks of any size give the same bits."""
    population = households(pupils=np.full(60, 1e6))
    plan = single(interventions=(SchoolSupport(amount=0.1),))
    one, other = (run(population, [plan], months=3, draws=1, block=block) for block in (7, 1000))
    np.testing.assert_array_equal(one.costs_by_draw, other.costs_by_draw)
