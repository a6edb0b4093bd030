"""Copies of records: each with luck of its own and its part of the weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_world import LINE, fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.policy.programme import Review
from graduasi.simulation.inputs import input_names
from graduasi.simulation.task import Settings, Task, prepare
from graduasi.uncertain import InputSampler

GRANT = programme("grant", gr.CapitalGrant(amount=300.0), rollout=gr.Rollout(households=60.0))


def task(copies: int, block: int = 7) -> Task:
    model = fixed_model()
    crowd = people(40)
    settings = Settings(lines=np.array([LINE.amount]), months=12, seed=1, sustained=12, block=block, copies=copies)
    sampler = InputSampler(inputs=input_names(crowd, model, ()), fixed={}, posterior=None)
    return prepare(crowd, model, (policy("nothing"),), settings=settings, sampler=sampler)


@pytest.mark.parametrize("copies", [1, 2, 3, 7])
def test_weights_of_copies_add_up_exactly_and_blocks_hold_one_copy(copies: int) -> None:
    one, many = task(1), task(copies)
    for unit in range(2):
        np.testing.assert_array_equal(many.weights[unit].reshape(copies, -1).sum(axis=0), one.weights[unit])
        assert many.weights[unit].sum() == one.weights[unit].sum()
    assert many.size == copies * many.records
    rows = np.concatenate([np.arange(many.size)[block] for block in many.blocks()])
    np.testing.assert_array_equal(rows, np.arange(many.size))
    for block in many.blocks():
        assert block.start // many.records == (block.stop - 1) // many.records


WORLD: dict[str, Any] = {"months": 13, "draws": 2, "statistics": "mean_welfare", "years": True, "households": True}


def same_run(one: gr.Projection, other: gr.Projection) -> None:
    for name, variable in one.data.items():
        np.testing.assert_array_equal(variable, other.data[name], err_msg=str(name))
    np.testing.assert_array_equal(one.luck, other.luck)
    np.testing.assert_array_equal(one.household_values, other.household_values)


def test_one_copy_is_none() -> None:
    mix = [policy("grant", GRANT)]
    same_run(run(people(50), mix, **WORLD), run(people(50), mix, copies=1, **WORLD))


@pytest.mark.parametrize("review", [None, Review(every=6)])
def test_blocks_change_nothing_of_copies(review: Review | None) -> None:
    looks = programme("looks", gr.CashTransfer(amount=60.0, payments=9), rollout=GRANT.rollout, review=review)
    mix = [policy("looks", looks)]
    same_run(run(people(50), mix, copies=3, **WORLD), run(people(50), mix, copies=3, block=11, **WORLD))


def test_the_luck_of_totals_falls_with_the_copies() -> None:
    """At fixed inputs the variance over draws of a total is that of luck: 1/k of it with k copies."""
    crowd, model = people(150), fixed_model()
    spread = {}
    for copies in (1, 4):
        result = run(crowd, [], model=model, lines=[LINE], months=4, draws=60, copies=copies)
        poor = result.data["poor"].sel(unit="households", policy="nothing", line="line").sum("by")
        spread[copies] = poor[:, 1:].var("draw", ddof=1).mean()
        means = poor.mean("draw")
        assert abs(float(means[4] - means[1])) < 60.0
    ratio = float(spread[1] / spread[4])
    assert 2.4 < ratio < 6.5  # four, within what 60 draws of months that go together tell


def test_intervals_hold_the_luck_of_real_households_whatever_the_copies() -> None:
    """V_real = V_sim / mean weight of a copy: the luck of real households is the same with copies."""
    crowd, model = people(150), fixed_model()
    real = {}
    for copies in (1, 4):
        result = run(crowd, [], model=model, lines=[LINE], months=6, draws=60, copies=copies)
        told = result.statistics.index("poor")
        luck = result.luck[0, 0, 1:, 0, told]
        weight = result.event_weight[0, 1:, 0, told]
        real[copies] = float((luck / weight).mean())
        heavy = float((crowd.weight**2).sum() / crowd.weight.sum())
        assert weight.mean() == pytest.approx(heavy / copies, rel=0.15)
    assert real[4] == pytest.approx(real[1], rel=0.25)


def test_a_given_list_reaches_every_copy_of_whom_it_names() -> None:
    crowd = people(50)
    named = tuple(crowd.ids[[3, 8, 21]].tolist())
    listed = programme("listed", gr.CapitalGrant(amount=300.0), targeting=gr.GivenList(ids=named))
    result = run(crowd, [policy("listed", listed)], copies=3, months=4, draws=2, households=True)
    reached = result.households("listed").set_index("id")["reached"]
    assert sorted(reached[reached > 0].index) == sorted(named)
    np.testing.assert_allclose(reached[list(named)], 1.0)
    enrolled = result.data["enrolled"].sel(policy="listed")
    np.testing.assert_allclose(enrolled, crowd.weight[[3, 8, 21]].sum(), rtol=1e-12)


def test_tables_of_households_tell_shares_of_copies_and_draws() -> None:
    crowd, copies, draws = people(50), 3, 2
    result = run(crowd, [policy("grant", GRANT)], copies=copies, months=13, draws=draws, households=True)
    for name in ("nothing", "grant"):
        table = result.households(name)
        shares = table.drop(columns="id").to_numpy()
        assert ((shares >= -1e-12) & (shares <= 1 + 1e-12)).all()
        poor = result.data["poor"].sel(unit="households", policy=name, line="line").sum("by").mean("draw")
        assert (table["poor_first"] * crowd.weight).sum() == pytest.approx(float(poor[0]))
        assert (table["poor_last"] * crowd.weight).sum() == pytest.approx(float(poor[13]))
    times = result.households("nothing")["poor_first"] * copies * draws
    np.testing.assert_allclose(times, np.round(times), atol=1e-9)
    records = result.data["poor_records"].sel(line="line")
    assert float(records.mean()) == pytest.approx(times.sum() / (copies * draws))


def test_few_records_are_still_few_with_copies() -> None:
    grant = programme("grant", gr.CapitalGrant(amount=300.0), rollout=gr.Rollout(households=40.0))
    told = {}
    for copies in (1, 4):
        result = run(people(60), [policy("grant", grant)], copies=copies, months=2, draws=2)
        told[copies] = [note for note in result.notes if "reaches about" in note]
    assert len(told[1]) == len(told[4]) == 1
