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


def test_the_benchmark_raises_consumption_by_the_share() -> None:
    population = people(200)
    cash = programme("cash", gr.CashTransfer(amount=10.0), rollout=gr.Rollout(families=150.0))
    more = programme("more", gr.CashTransfer(amount=10.0), rollout=gr.Rollout(families=40.0))
    policies = (policy("nothing"), policy("one", cash), policy("two", more, cash))
    effect = gr.Uncertain.normal(mean=0.1, sd=0.0)
    naive = naive_benchmark(
        population, fixed_model(), policies, lines=[LINE], months=6, draws=2, seed=11, progress=False, effect=effect
    )
    gain, without = naive.flows[:, 1, 1:, 1], naive.flows[:, 1, 1:, 2]
    np.testing.assert_allclose(gain / without, 0.1, rtol=1e-12)
    np.testing.assert_array_equal(naive.values[:, :, 1], naive.values[:, :, 2])
    reached = run(population, policies, months=6, lines=[LINE], model=fixed_model())
    np.testing.assert_array_equal(naive.enrolled[:, 1, 0], reached.enrolled[:, 1, 0])


def test_the_widest_programme_carries_the_effect() -> None:
    everywhere = programme("everywhere", gr.CashTransfer(amount=1.0))
    few = programme("few", gr.CashTransfer(amount=1.0), rollout=gr.Rollout(families=5.0))
    plain, mixed = naive_policies((policy("nothing"), policy("mix", few, everywhere)))
    assert plain.programmes == ()
    assert [each.name for each in mixed.programmes] == ["everywhere"]
    assert mixed.programmes[0].interventions[0].gain is POOLED  # type: ignore[attr-defined]
