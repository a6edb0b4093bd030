"""Laws of the simulator (DESIGN, section 6) on small populations."""

from __future__ import annotations

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from small_world import (
    CASH,
    GRANT,
    OTHERS,
    TRAIN,
    few,
    fixed_model,
    mixes,
    people,
    policy,
    populations,
    programme,
    run,
    same_values,
    take,
    told,
)

import graduasi as gr
from graduasi.income.protocol import CrossSection
from graduasi.interventions import INTERVENTIONS
from graduasi.projection import RECORDED
from graduasi.streams import Streams

# Programmes drawn at random may reach no one, which is said as a warning.
pytestmark = pytest.mark.filterwarnings("ignore::graduasi.GraduasiWarning")

ZERO = {
    "cash_transfer": gr.CashTransfer(amount=0.0, payments=12),
    "skills_training": gr.SkillsTraining(gain=0.0),
    "capital_grant": gr.CapitalGrant(amount=0.0),
    "coaching": gr.Coaching(gain=0.0),
}
COUNTS = tuple(each.name for each in RECORDED.flags)


def same(one: gr.Projection, other: gr.Projection) -> None:
    """Every array of two projections, bit by bit."""
    for name in (
        "values", "luck", "event_weight", "sampling", "costs_by_draw", "enrolled", "flows", "poor_records",
        "household_values",
    ):  # fmt: skip
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert one.inputs.keys() == other.inputs.keys()
    for name, drawn in one.inputs.items():
        np.testing.assert_array_equal(drawn, other.inputs[name], err_msg=name)


# --- 1: doses of zero, order of programmes ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(INTERVENTIONS))
@few
@given(population=populations, delivery=st.sampled_from([0.0, 10.0]), quota=st.sampled_from([None, 31.7]))
def test_a_dose_of_zero_changes_nothing(
    kind: str, population: gr.Population, delivery: float, quota: float | None
) -> None:
    dose = evolve(ZERO[kind], delivery=delivery)
    zero = policy("zero", programme("zero", dose, rollout=gr.Rollout(households=quota)))
    result = run(population, [zero], draws=1)
    data = result.data
    for name in OTHERS:
        same_values(data[name].sel(policy="zero"), data[name].sel(policy="nothing"))
    enrolled = told(result, "enrolled", policy="zero").sum()
    assert (told(result, "reached", policy="zero", unit="households", month=0).sum("by") == enrolled).all()
    assert told(result, "cost", policy="zero", component="transfer").sum() == 0.0
    spent = told(result, "cost", policy="zero", component="delivery").sum()
    np.testing.assert_allclose(spent, delivery * enrolled, rtol=1e-9)


@few
@given(population=populations, mix=mixes())
def test_a_dose_of_zero_beside_other_programmes_changes_nothing(population: gr.Population, mix: gr.Policy) -> None:
    zero = programme("a zero", gr.CashTransfer(amount=0.0), gr.Coaching(gain=0.0, saving=0.0))
    more = gr.Policy(name="more", programmes=(*mix.programmes, zero))
    result = run(population, [mix, more], draws=1)
    for name in OTHERS:
        same_values(told(result, name, policy="mix"), told(result, name, policy="more"))


def without_dose(each: gr.Programme) -> gr.Programme:
    """The same programme, with its rollout, refusals and budget, that gives nothing."""
    nothing = {
        gr.CashTransfer: {"amount": 0.0},
        gr.SkillsTraining: {"gain": 0.0, "stipend": 0.0},
        gr.CapitalGrant: {"amount": 0.0},
        gr.Coaching: {"gain": 0.0, "saving": 0.0},
    }
    return evolve(each, interventions=tuple(evolve(item, **nothing[type(item)]) for item in each.interventions))


@few
@given(population=populations, mix=mixes())
def test_any_programme_without_its_dose_changes_nothing(population: gr.Population, mix: gr.Policy) -> None:
    """With quotas, monthly slots, refusals and budgets that bind on delivery and start-up."""
    empty = gr.Policy(name="empty", programmes=tuple(map(without_dose, mix.programmes)))
    result = run(population, [empty], draws=1)
    for name in OTHERS:
        same_values(told(result, name, policy="empty"), told(result, name, policy="nothing"))
    assert told(result, "cost", policy="empty", component="transfer").sum() == 0.0


@few
@given(population=populations)
def test_order_of_programmes_and_of_policies_does_not_matter(population: gr.Population) -> None:
    one = run(population, [policy("a", CASH, GRANT, TRAIN), policy("b", CASH)])
    other = run(population, [policy("b", CASH), policy("a", TRAIN, CASH, GRANT)])
    for name in (*RECORDED.names, "flow"):
        for each in ("a", "b"):
            same_values(told(one, name, policy=each), told(other, name, policy=each))
    for each in one.programmes:
        for name in ("cost", "enrolled"):
            for mix in ("a", "b"):
                same_values(*(told(run, name, policy=mix, programme=each) for run in (one, other)))


@few
@given(population=populations, mix=mixes("other"))
def test_a_policy_does_not_hang_on_what_is_simulated_beside_it(population: gr.Population, mix: gr.Policy) -> None:
    alone = run(population, [policy("a", CASH, TRAIN)])
    beside = run(population, [mix, policy("a", CASH, TRAIN)])
    for name in RECORDED.names:
        for each in ("a", "nothing"):
            same_values(told(alone, name, policy=each), told(beside, name, policy=each))


# --- 2: who else is there, blocks, workers, permutation ---------------------------------------------------------


@few
@given(
    welfare=st.floats(1.0, 5000.0),
    weight=st.sampled_from([0.0, 1.0, 12.5]),
    seed=st.integers(0, 99),
    place=st.integers(0, 80),
)
def test_one_more_household_leaves_the_luck_of_the_others(
    welfare: float, weight: float, seed: int, place: int
) -> None:
    """Where the newcomer is in a group of its own, so that the ranks of the others stay."""
    rng = np.random.default_rng(seed)
    own = np.exp(rng.normal(4.9, 0.6, 80))
    keys = people(81).keys

    def path(at: int | None) -> list[np.ndarray]:
        def put(values: np.ndarray, value: float) -> np.ndarray:
            return values if at is None else np.insert(values, at, value)

        mine = put(np.arange(80), 80)
        cross = CrossSection(
            welfare=put(own, welfare), person_weight=put(np.ones(80), weight), keys=keys[mine],
            distribution=put(np.zeros(80, dtype=np.intp), 1), distributions=1 if at is None else 2,
            lines=np.array([100.0]), months=14,
        )  # fmt: skip
        process = fixed_model().prepare(cross).process
        luck = process.begin(Streams(seed=5, draw=1), slice(0, mine.size))
        rows = np.flatnonzero(mine < 80)
        states = []
        for month in range(14):
            luck.advance(month)
            states += [luck.scores()[rows], luck.welfare(rows), luck.level(rows), luck.below()[0, rows]]
        return states

    for alone, together in zip(path(None), path(place), strict=True):
        np.testing.assert_array_equal(alone, together)


@few
@given(
    seed=st.integers(0, 99),
    welfare=st.floats(70.0, 900.0),
    weight=st.sampled_from([0.0, 1.0, 3.0]),
)
def test_one_more_household_leaves_the_paths_of_another_group(seed: int, welfare: float, weight: float) -> None:
    """No quota is shared: everybody is reached."""
    before = people(90, seed, grouped=True)
    after = gr.Population(
        ids=np.append(before.ids, "one more"),
        welfare=np.append(before.welfare, welfare),
        weight=np.append(before.weight, weight),
        members=np.append(before.members, 3.0),
        by=np.append(before.by, "west"),
        distribution_groups=np.append(before.by, "west"),
    )
    full = policy("full", CASH, programme("all", gr.CapitalGrant(amount=500.0), gr.Coaching()))
    one, other = run(before, [full]), run(after, [full])
    for name in RECORDED.names:
        mine, its = (told(run, name, by="east") for run in (one, other))
        # What is not a count is rounded to a grid that depends on the total number of households.
        np.testing.assert_allclose(mine, its, rtol=1e-9, atol=1e-9)
        if name in COUNTS:
            same_values(mine, its)


@few
@given(seed=st.integers(0, 99), welfare=st.floats(1.0, 9000.0), quota=st.sampled_from([None, 40.0]))
def test_a_household_that_stands_for_nobody_leaves_no_mark(seed: int, welfare: float, quota: float | None) -> None:
    """Not even in the group of the others, or where a quota is shared."""
    before = people(90, seed)
    after = gr.Population(
        ids=np.append(before.ids, "nobody"),
        welfare=np.append(before.welfare, welfare),
        weight=np.append(before.weight, 0.0),
        members=np.append(before.members, 3.0),
    )
    grant = programme("all", gr.CapitalGrant(amount=500.0), gr.Coaching(), rollout=gr.Rollout(households=quota))
    one, other = (run(who, [policy("full", CASH, grant)]) for who in (before, after))
    same(one, evolve(other, poor_records=one.poor_records))  # a record it is, though of no household


@few
@given(population=populations, mix=mixes(), block=st.integers(9, 70))
def test_the_size_of_blocks_does_not_matter(population: gr.Population, mix: gr.Policy, block: int) -> None:
    same(run(population, [mix], block=block, households=True), run(population, [mix], households=True))


@few
@given(population=populations, mix=mixes(), data=st.data())
def test_the_order_of_households_does_not_matter(
    population: gr.Population, mix: gr.Policy, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(population))))
    one, other = run(population, [mix]), run(take(population, np.array(order)), [mix])
    for name in ("values", "luck", "event_weight", "sampling", "costs_by_draw", "enrolled", "flows"):
        variance = name in {"luck", "sampling"}
        np.testing.assert_allclose(
            getattr(other, name), getattr(one, name), rtol=1e-12, atol=1e-9 if variance else 1e-12, err_msg=name
        )
    for name in COUNTS:
        same_values(told(one, name), told(other, name))


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_workers_do_not_matter(kind: type[Executor]) -> None:
    population = evolve(people(150, 3, grouped=True), sampled=True)
    policies = [policy("a", CASH, GRANT), policy("b", TRAIN)]
    with kind(2) as executor:  # type: ignore[call-arg]
        spread = run(population, policies, draws=5, executor=executor, households=True)
        narrow = run(population, policies, draws=5, executor=executor, workers=1, households=True)
    alone = run(population, policies, draws=5, households=True)
    assert len(alone.inputs) > 3
    assert alone.sampling.any()
    assert alone.household_values.any()
    same(spread, alone)
    same(narrow, alone)


@pytest.mark.parametrize("draws", [1, 3])
def test_more_draws_or_months_leave_the_earlier_ones(draws: int) -> None:
    population, mix = people(100, 1), policy("a", CASH, GRANT)
    short, long = run(population, [mix], draws=draws), run(population, [mix], draws=5, months=20)
    for name in (*COUNTS, *RECORDED.amounts):
        again = told(long, name, draw=list(range(draws)), month=list(range(15)))
        same_values(told(short, name), again)


def test_another_seed_is_another_luck() -> None:
    population = people(100, 1)
    assert (run(population).values != run(population, seed=12).values).any()
