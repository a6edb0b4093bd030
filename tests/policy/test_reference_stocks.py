"""Where stocks move without help too, the registry sees welfare with those stocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.policy.time_world import households
from tests.scenario.own_parts import StillProcess
from tests.simulation.small_world import told

import graduasi as gr
from graduasi.income import TwoTechnologies
from graduasi.policy import Adaptive, ObservedAbove, Review
from graduasi.simulation.draw import _Draw
from graduasi.simulation.task import Settings, Task, prepare
from graduasi.uncertain import InputSampler, at_quantile

EXACT = gr.Registry(error_share=0.0)
MARK = 130.0
LINE = gr.PovertyLine(amount=100.0, label="line")
LITTLE = gr.CashTransfer(amount=1e-3)


def world(loss_chance: float) -> gr.HouseholdEconomy:
    """Welfare moves by losses of assets alone."""
    return gr.HouseholdEconomy(process=StillProcess(), technology=TwoTechnologies(loss_chance=loss_chance))


def run(loss_chance: float, policy: gr.Policy) -> gr.Projection:
    people = households(alike=True)
    return gr.simulate(people, world(loss_chance), policy, lines=LINE, months=18, draws=1, seed=4, progress=False)


def test_an_adaptive_rule_counts_who_has_lost_assets() -> None:
    more = gr.Programme(name="more", interventions=LITTLE, registry=EXACT)
    rule = Adaptive(programme=more, month=12, fall=0.0, below=MARK)
    added = run(0.2, gr.Policy(name="p", adaptive=(rule,)))
    assert float(told(added, "cost", draw=0, policy="p").sum()) > 0.0
    spared = run(0.0, gr.Policy(name="p", adaptive=(rule,)))
    assert float(told(spared, "cost", draw=0, policy="p").sum()) == 0.0


@pytest.mark.parametrize("helped", [False, True])
def test_what_the_registry_sees_at_a_review_is_welfare_with_stocks(helped: bool) -> None:
    people = households(alike=True)
    grant = gr.CapitalGrant(amount=600.0) if helped else LITTLE
    programme = gr.Programme(
        name="p",
        interventions=grant,
        registry=EXACT,
        eligibility=gr.Eligibility(below=MARK),
        review=Review(every=6, fills=False),
        exits=(ObservedAbove(amount=1e9),),
    )
    draw = _Draw(_task(people, gr.Policy(name="p", programmes=programme)), 0, {})
    known: list[Any] = []
    seen: list[tuple[Any, Any]] = []
    roster = draw.rosters[1]
    inner = roster._everybody

    def look(registry: gr.Registry, ratio: Any) -> Any:
        view, segment = inner(registry, ratio)
        blocks = known[-1]
        without = np.concatenate([block.reference.welfare(slice(None)) for block in blocks])[view.row]
        expected = without.copy()
        treated = segment >= 0
        own = [block.treated for block in blocks]
        expected[treated] = np.concatenate([each.flows.welfare[each.arms.policy == 1] for each in own])
        seen.append((view.amounts, expected))
        assert not np.allclose(without, people.welfare[view.row]), "stocks have moved"
        return view, segment

    review = draw._review

    def keep(month: int, blocks: Any) -> None:
        known.append(blocks)
        review(month, blocks)

    roster._everybody = look  # type: ignore[method-assign]
    draw._review = keep  # type: ignore[method-assign]
    draw.walk()
    assert len(seen) == 3
    for amounts, expected in seen:
        np.testing.assert_allclose(amounts, expected, rtol=1e-6)


def _task(people: gr.Population, policy: gr.Policy) -> Task:
    settings = Settings(lines=np.array([100.0]), months=18, seed=4, sustained=12, block=25)
    policies = (gr.Policy(name="nothing"), policy)
    model = at_quantile(world(0.2), 0.5)
    return prepare(people, model, policies, settings=settings, sampler=InputSampler(inputs={}))
