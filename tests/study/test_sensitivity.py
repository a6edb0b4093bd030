"""One input at a time, and inputs that are held instead of drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest
from tests.simulation.small_world import LINE, fixed_model, people, policy, programme, run, told

import graduasi as gr
from graduasi.projection.tables import total_cost
from graduasi.study import Swing, one_at_a_time, uncertain_inputs

PERSISTENCE = gr.Uncertain.triangular(low=0.1, mode=0.5, high=0.9, name="persistence")
RETURN = gr.Uncertain.log_normal(median=0.028, sd_log=0.4, name="return to capital")
AMOUNT = gr.Uncertain.log_normal(median=100.0, sd_log=0.1)
LARGE = gr.Uncertain.log_normal(median=4000.0, sd_log=1.0, name="grant")
MODEL = gr.HouseholdEconomy(
    process=gr.RankProcess(error_share=0.2, permanent=0.3, transitory=0.1, persistence=PERSISTENCE),
    technology=gr.ConcaveTechnology(monthly_return=RETURN),
    behaviour=gr.Saving(saved=0.37, invested=0.4, sold=0.43),
)
GRANT = policy("grant", programme("grant", gr.CashTransfer(amount=LARGE)))


def test_uncertain_inputs_are_named_in_order_of_first_mention() -> None:
    population = people(40)
    assert uncertain_inputs(population, fixed_model(), [policy("nothing")]) == ()
    cash = programme("monthly", gr.CashTransfer(amount=AMOUNT, delivery=LARGE))
    assert uncertain_inputs(population, MODEL, [GRANT, policy("cash", cash)]) == (
        "persistence",
        "return to capital",
        "grant",
        "registry error share",
        "programme monthly.interventions[0].amount",
    )


def test_the_fan_of_a_population_is_an_input() -> None:
    given = people(40)
    fan = gr.Population(
        ids=given.ids, welfare=given.welfare, weight=given.weight, members=given.members,
        tails=(given.welfare * 0.8, given.welfare * 1.2),
    )  # fmt: skip
    assert uncertain_inputs(fan, fixed_model(), []) == ("population tail",)
    low, high = (
        run(fan, model=fixed_model(), fixed={"population tail": probability}, draws=1)
        .series("poor", "nothing")
        .draws
        for probability in (0.05, 0.95)
    )
    assert (low >= high).all()
    assert (low > high).any()


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9])
def test_fixed_inputs_stand_at_their_quantile(probability: float) -> None:
    fixed = {"persistence": probability, "grant": 1 - probability}
    result = run(people(60), [GRANT], model=MODEL, draws=4, fixed=fixed)
    assert set(result.inputs) == {"persistence", "return to capital", "grant", "registry error share"}
    np.testing.assert_array_equal(result.inputs["persistence"], PERSISTENCE.quantile(probability))
    np.testing.assert_array_equal(result.inputs["grant"], LARGE.quantile(1 - probability))
    free = run(people(60), [GRANT], model=MODEL, draws=4)
    for name in ("return to capital", "registry error share"):
        np.testing.assert_array_equal(result.inputs[name], free.inputs[name])
        assert len(set(result.inputs[name])) == 4
    # The money that is paid is the money that is fixed, on the grid of the ledger.
    families = told(result, "enrolled", policy="grant").sum("programme")
    np.testing.assert_allclose(total_cost(result, "grant"), families * LARGE.quantile(1 - probability), rtol=1e-10)


def test_all_inputs_fixed_at_a_value_are_that_value() -> None:
    """Fixing at .5 and writing the medians as plain numbers are one run, bit by bit."""
    model = fixed_model(error=0.2, permanent=0.3, transitory=0.1, persistence=0.5)
    cash = gr.Registry(error_share=0.3)
    both = []
    for given, persistent, fixed in ((LARGE, PERSISTENCE, {"grant": 0.5, "persistence": 0.5}), (4000.0, 0.5, {})):
        grant = policy("grant", programme("grant", gr.CashTransfer(amount=given), registry=cash))
        own = gr.HouseholdEconomy(
            process=gr.RankProcess(error_share=0.2, permanent=0.3, transitory=0.1, persistence=persistent),
            technology=model.technology,
            behaviour=model.behaviour,
        )
        both.append(run(people(60), [grant], model=own, fixed=fixed))
    np.testing.assert_allclose(both[0].inputs["grant"], 4000.0, rtol=1e-14)
    np.testing.assert_array_equal(both[0].values, both[1].values)


def test_an_input_that_matters_swings_and_one_that_does_not_stands_still() -> None:
    population = people(150, 2)
    asked: list[dict[str, float]] = []

    def once(fixed: Mapping[str, float]) -> gr.Projection:
        asked.append(dict(fixed))
        return run(population, [GRANT], model=MODEL, lines=[LINE], draws=3, fixed=fixed)

    def exits(projection: gr.Projection) -> float:
        return projection.interval("exits", "nothing").mean

    def cost(projection: gr.Projection) -> float:
        return float(total_cost(projection, "grant").mean())

    looped: list[str] = []

    def reported(names: Sequence[str]) -> Iterator[str]:
        looped.extend(names)
        return iter(names)

    names = ("persistence", "return to capital", "grant")
    swings = one_at_a_time(once, names, {"exits": exits, "cost": cost}, reported=reported)
    by = {(swing.name, swing.outcome): swing for swing in swings}
    assert len(swings) == 6
    assert looped == list(names)
    assert [swing.width for swing in swings] == sorted((swing.width for swing in swings), reverse=True)
    # The more persistent, the fewer leave; nothing is granted without a policy.
    assert by["persistence", "exits"].low > by["persistence", "exits"].high
    assert by["persistence", "exits"].width > 0
    assert by["return to capital", "exits"].width == 0.0
    assert by["grant", "exits"].width == 0.0
    assert by["persistence", "cost"].width == 0.0
    families = population.families
    ends = by["grant", "cost"]
    np.testing.assert_allclose(
        [ends.low, ends.middle, ends.high],
        families * np.array([LARGE.quantile(p) for p in (0.1, 0.5, 0.9)]),
        rtol=1e-9,  # the ledger rounds down to its grid
    )
    assert ends.high <= families * LARGE.quantile(0.9)
    medians = dict.fromkeys(names, 0.5)
    assert asked == [medians] + [medians | {name: end} for name in names for end in (0.1, 0.9)]


def test_width_is_a_distance() -> None:
    assert Swing(name="a", outcome="b", low=5.0, middle=4.0, high=2.0).width == 3.0


def test_no_outcome_is_refused() -> None:
    with pytest.raises(gr.InputError) as caught:
        one_at_a_time(lambda held: run(people(40)), ("persistence",), {})
    assert str(caught.value) == "one_at_a_time.outcomes must be at least one outcome; got none"
