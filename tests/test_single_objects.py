"""One object where several may be given; what is neither is refused in the house's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.simulation.small_world import LINE, fixed_model, people, programme

import graduasi as gr
from graduasi.study import Swing, one_at_a_time, uncertain_inputs

GRANT = gr.CashTransfer(amount=9.0)
CASH = programme("cash", GRANT)
POLICY = gr.Policy(name="cash", programmes=CASH)


def simulated(policies: Any = POLICY, lines: Any = LINE) -> gr.Projection:
    return gr.simulate(people(40), fixed_model(), policies, lines=lines, months=14, draws=2, seed=1, progress=False)


def test_one_is_as_good_as_a_list_of_one() -> None:
    assert gr.Programme(name="a", interventions=GRANT) == gr.Programme(name="a", interventions=[GRANT])
    assert gr.Policy(name="a", programmes=CASH) == gr.Policy(name="a", programmes=(CASH,))
    rule = gr.Condition(column="x", at_least=1)
    assert gr.Eligibility(conditions=rule) == gr.Eligibility(conditions=[rule])
    one, several = simulated(), simulated([POLICY], [LINE])
    assert one.summary(at=12).equals(several.summary(at=(12,)))
    assert one.to_json(at=12) == several.to_json(at=[12])
    assert uncertain_inputs(people(40), gr.HouseholdEconomy(), POLICY) == uncertain_inputs(
        people(40), gr.HouseholdEconomy(), [POLICY]
    )


def test_one_input_is_a_name_and_not_its_letters() -> None:
    asked = []

    def run(held: Any) -> Any:
        asked.append(dict(held))
        return None

    swings = one_at_a_time(run, "rate", {"outcome": lambda _: float(len(asked))})
    assert [set(held) for held in asked] == [{"rate"}] * 3
    assert isinstance(swings[0], Swing)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gr.Policy(name="a", programmes=3), "Policy.programmes must be Programme objects, or one alone; got 3"),
        (lambda: gr.Policy(name="a", programmes="cash"), "Policy.programmes must be Programme objects, or one alone; got 'cash'"),
        (lambda: gr.Programme(name="a", interventions=[3]), "Programme.interventions[0] must be an Intervention; got 3"),
        (lambda: gr.Eligibility(conditions="x"), "Eligibility.conditions must be Condition objects, or one alone; got 'x'"),
        (lambda: simulated(policies=3), "simulate.policies must be Policy objects, or one alone; got 3"),
        (lambda: simulated(lines=100.0), "simulate.lines must be PovertyLine objects, or one alone; got 100.0"),
        (lambda: simulated(lines=[100.0]), "simulate.lines must be PovertyLine objects, or one alone; got 100.0"),
        (lambda: gr.study.naive_benchmark(people(4), fixed_model(), None, lines=LINE, months=1, draws=1, seed=1), "naive_benchmark.policies must be Policy objects, or one alone; got None"),
        (lambda: one_at_a_time(dict, 3, {"a": dict}), "one_at_a_time.names must be names of uncertain inputs, or one alone; got 3"),
    ],
)  # fmt: skip
def test_what_is_neither_one_nor_several(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("month", ["12", 99, True, None, 1.5])
def test_months_that_are_none(month: Any) -> None:
    result = simulated()
    if month is None:
        assert result.summary(at=month).equals(result.summary(at=14))
        return
    with pytest.raises(gr.NotAvailableError) as caught:
        result.summary(at=month)
    assert str(caught.value) == f"Projection.month must be a whole number in [0, 14]; got {month!r}"
