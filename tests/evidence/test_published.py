"""Published figures and the naive benchmark."""

from __future__ import annotations

import numpy as np
import pytest
from tests.simulation.small_world import LINE, fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.evidence import POOLED, figures, from_memory, naive_benchmark
from graduasi.evidence.naive import naive_policies
from graduasi.evidence.published import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_every_shipped_row_has_a_source(table: str) -> None:
    frame = figures(table)
    assert len(frame)
    source = "where_found" if table == "evidence" else "source"
    named = frame[source].notna() | frame["flag" if "flag" in frame else "confidence"].map(from_memory)
    assert named.all()


def test_the_bekasi_row() -> None:
    frame = figures("kab_bekasi_poverty")
    row = frame.loc[frame["year"] == "2023"].iloc[0]
    assert (row["poverty_line_rp_pc_month"], row["p0_pct"], row["p2"]) == (632811, 4.93, 0.20)


def test_a_table_that_is_not_shipped() -> None:
    with pytest.raises(gr.NotAvailableError) as caught:
        figures("census")
    assert str(caught.value) == f"there is no table 'census'; there are {', '.join(TABLES)}"


def test_memory_is_told_apart() -> None:
    assert from_memory("from memory: high")
    assert not from_memory("found")


def test_the_benchmark_raises_consumption_of_those_reached_by_the_share() -> None:
    """The same families are reached as under the policy itself, budgets and all, and each gains once."""
    population = people(200)
    grant = programme("grant", gr.CapitalGrant(amount=90.0), budget=gr.Budget(amount=9000.0))
    lottery = programme(
        "lottery", gr.SkillsTraining(completion=0.5), targeting=gr.Lottery(), rollout=gr.Rollout(families=40.0)
    )
    policies = (policy("nothing"), policy("one", grant), policy("two", grant, lottery))
    effect = gr.Uncertain.normal(mean=0.1, sd=0.0)
    naive = naive_benchmark(
        population, fixed_model(), policies, lines=[LINE], months=6, draws=2, seed=11, progress=False, effect=effect
    )
    real = run(population, policies, months=6, lines=[LINE], model=fixed_model())
    np.testing.assert_array_equal(naive.enrolled, real.enrolled)
    np.testing.assert_array_equal(naive.costs_by_draw, real.costs_by_draw)
    for name in ("one", "two"):
        flow = naive.data["flow"].sel(policy=name, month=slice(1, None))
        gain, without = (flow.sel(flow_name=each) for each in ("gain", "without"))
        np.testing.assert_allclose(gain / without, 0.1, rtol=1e-7)


def test_marks_leave_payments_and_costs_and_take_effects_away() -> None:
    plain, mixed = naive_policies(
        (policy("nothing"), policy("mix", programme("p", gr.Coaching(gain=0.3, retained=1.0, delivery=9.0))))
    )
    assert plain.programmes == ()
    schedule = mixed.programmes[0].interventions[0].schedule(4)
    assert schedule.gain.tolist() == [0.0, 1.0, 1.0, 1.0, 1.0]
    assert not schedule.saving.any()
    assert schedule.delivery.sum() > 0
    assert POOLED.name
