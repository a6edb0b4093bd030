"""The naive benchmark."""

from __future__ import annotations

import numpy as np
import pytest
from tests.simulation.small_world import LINE, fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.evidence import POOLED
from graduasi.study import naive_benchmark


def test_the_benchmark_raises_consumption_of_those_reached_by_the_share() -> None:
    """The same families are reached as under the policy itself, budgets and all, and each gains once."""
    population = people(200)
    grant = programme("grant", gr.CapitalGrant(amount=90.0), budget=gr.Budget(amount=9000.0))
    lottery = programme(
        "lottery", gr.SkillsTraining(completion=0.5), targeting=gr.Lottery(), rollout=gr.Rollout(households=40.0)
    )
    policies = (policy("nothing"), policy("one", grant), policy("two", grant, lottery))
    effect = gr.Uncertain.normal(mean=0.1, sd=0.0)
    naive = naive_benchmark(
        population, fixed_model(), policies, lines=[LINE], months=6, draws=2, seed=11, progress=False, effect=effect
    )
    real = run(population, policies, months=6, lines=[LINE], model=fixed_model())
    np.testing.assert_array_equal(naive.enrolled, real.enrolled)
    np.testing.assert_array_equal(naive.costs_by_draw, real.costs_by_draw)
    for at in (1, 2):
        gain, without = naive.flows[:, at, 1:, 1], naive.flows[:, at, 1:, 2]
        np.testing.assert_allclose(gain / without, 0.1, rtol=1e-7)


def test_payments_and_costs_stay_and_effects_of_their_own_go() -> None:
    """Coaching of any gain, and a grant of any size, give the pooled effect from the month after; what is paid is paid."""
    mixes = [
        policy(
            name, programme("p", gr.Coaching(gain=gain, retained=1.0, delivery=9.0), gr.CapitalGrant(amount=amount))
        )
        for name, gain, amount in (("small", 0.01, 1.0), ("large", 0.4, 5000.0))
    ]
    naive = naive_benchmark(
        people(80),
        fixed_model(),
        [policy("nothing"), *mixes],
        lines=LINE,
        months=4,
        draws=2,
        seed=11,
        progress=False,
    )
    np.testing.assert_array_equal(naive.values[:, :, 1], naive.values[:, :, 2])
    gained, base = (naive.flows[:, 1, :, naive.index.flow(name)] for name in ("gain", "without"))
    assert (gained[:, 0] == 0.0).all()
    share = gained[:, 1:] / base[:, 1:]
    np.testing.assert_allclose(share, np.broadcast_to(naive.inputs[POOLED.name][:, None], share.shape), rtol=1e-7)
    paid = naive.costs_by_draw[:, 1:].sum(axis=(2, 3))
    assert (paid > 0).all()
    assert (paid[:, 1].sum(axis=-1) > 100 * paid[:, 0].sum(axis=-1)).all()


def test_the_old_name_of_the_benchmark_warns_and_works() -> None:
    with pytest.warns(DeprecationWarning, match="naive_benchmark") as caught:
        old = gr.evidence.naive_benchmark
    assert [str(each.message) for each in caught] == [
        "graduasi.evidence.naive_benchmark is now graduasi.study.naive_benchmark; the old name goes in 0.3"
    ]
    assert old is naive_benchmark
    with pytest.raises(AttributeError) as refused:
        getattr(gr.evidence, "nothing_of_the_kind")  # noqa: B009 - a name that is not there
    assert str(refused.value) == "module 'graduasi.evidence' has no attribute 'nothing_of_the_kind'"
