"""A scenario file and the objects that it stands for give the same projection, whatever of it is used."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import graduasi as gr
from graduasi.population import Composition
from graduasi.scenario import FromPublished
from graduasi.scenario.files import merged

LINES = [{"label": "local", "amount": 632811}, {"label": "extreme", "amount": 434108.5}]
MODEL: dict[str, Any] = {
    "process": {"error_share": 0.2, "persistence": 0.7, "growth_path": [[6, 1.02], [12, 1.05]]},
    "technology": {"monthly_return": 0.03, "own_assets": 2.0},
    "behaviour": {"saved": {"family": "logit_normal", "median": 0.3, "sd_logit": 0.2}, "sold": 0.1},
}
PROGRAMMES: list[dict[str, Any]] = [
    {
        "name": "cash",
        "interventions": [{"kind": "cash_transfer", "amount": 300_000, "payments": 6, "every": 2, "per": "member"}],
        "eligibility": {
            "below": 700_000, "decile_at_most": 3, "conditions": [{"column": "pupils", "at_least": 1.0}]
        },
        "budget": {"amount": 3e9, "when_short": "prorate"},
        "registry": {"name": "dtks", "error_share": 0.15},
    },
    {
        "name": "grant",
        "interventions": [
            {"kind": "capital_grant", "amount": 1_500_000, "after": 1, "in_kind": False, "start_up": 2e6},
            {"kind": "coaching", "visits": 12, "delivery": 400_000},
        ],
        "targeting": {"kind": "lottery"},
        "rollout": {"start": 2, "households": 400, "monthly": 150},
        "take_up": 0.8,
        "budget": {"amount": 5e8, "when_short": "cap"},
    },
]  # fmt: skip
TENTHS = [0.035, 0.05, 0.06, 0.068, 0.078, 0.09, 0.105, 0.125, 0.155, 0.234]
FIGURES: dict[str, Any] = {
    "headcount": 0.05, "gap": 0.008, "severity": 0.002, "persons": 100_000, "mean_members": 3.7,
    "mean_members_poor": 4.1, "size": 400,
}  # fmt: skip


def document(population: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": "Everything", "start": "2024-03", "months": 14, "draws": 2, "seed": 9, "sustained": 6,
        "population": population, "lines": LINES, "model": MODEL, "programmes": PROGRAMMES,
        "policies": [{"name": "nothing"}, {"name": "cash", "programmes": ["cash"]},
                     {"name": "both", "programmes": ["cash", "grant"]}],
    }  # fmt: skip


def by_hand(population: gr.Population) -> gr.Projection:
    cash = gr.Programme(
        name="cash",
        interventions=(gr.CashTransfer(amount=300_000.0, payments=6, every=2, per="member"),),
        eligibility=gr.Eligibility(
            below=700_000.0, decile_at_most=3, conditions=(gr.Condition(column="pupils", at_least=1.0),)
        ),
        budget=gr.Budget(amount=3e9, when_short="prorate"),
        registry=gr.Registry(name="dtks", error_share=0.15),
    )
    grant = gr.Programme(
        name="grant",
        interventions=(
            gr.CapitalGrant(amount=1.5e6, after=1, in_kind=False, start_up=2e6),
            gr.Coaching(visits=12, delivery=400_000.0),
        ),
        targeting=gr.Lottery(),
        rollout=gr.Rollout(start=2, households=400.0, monthly=150.0),
        take_up=0.8,
        budget=gr.Budget(amount=5e8, when_short="cap"),
    )
    model = gr.HouseholdEconomy(
        process=gr.RankProcess(error_share=0.2, persistence=0.7, growth_path=((6, 1.02), (12, 1.05))),
        technology=gr.ConcaveTechnology(monthly_return=0.03, own_assets=2.0),
        behaviour=gr.Saving(saved=gr.Uncertain.logit_normal(median=0.3, sd_logit=0.2), sold=0.1),
    )
    policies = [gr.Policy(name="nothing"), gr.Policy(name="cash", programmes=(cash,)),
                gr.Policy(name="both", programmes=(cash, grant))]  # fmt: skip
    return gr.simulate(
        population, model, policies, lines=[gr.PovertyLine(**line) for line in LINES], months=14, draws=2, seed=9,
        sustained=6, start="2024-03", progress=False,
    )  # fmt: skip


def same(one: gr.Projection, other: gr.Projection) -> None:
    for name in ("values", "costs_by_draw", "enrolled", "flows", "luck"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    assert (one.policies, one.programmes, one.lines, one.start) == (
        other.policies, other.programmes, other.lines, other.start,
    )  # fmt: skip
    assert one.inputs.keys() == other.inputs.keys()


@pytest.fixture(scope="module")
def scenario() -> gr.Scenario:
    pupils = [{"name": "pupils", "mean_poor": 1.2, "mean_all": 0.9}]
    given = {"kind": "figures", "line": LINES[0], "deciles": TENTHS, "composition": pupils}
    return gr.Scenario.from_dict(document(FIGURES | given))


@pytest.fixture(scope="module")
def population() -> gr.Population:
    return gr.Population.from_aggregates(
        **FIGURES,
        line=gr.PovertyLine(**LINES[0]),
        deciles=tuple(TENTHS),
        composition=(Composition(name="pupils", mean_poor=1.2, mean_all=0.9),),
    )


def test_figures_with_a_gap_and_tenths(scenario: gr.Scenario, population: gr.Population) -> None:
    built = scenario.build()
    for name in ("welfare", "weight", "members"):
        np.testing.assert_array_equal(getattr(built, name), getattr(population, name))
    people, held = gr.measures.lorenz(built.welfare, built.person_weight)
    np.testing.assert_allclose(np.interp(np.arange(1, 10) / 10, people, held), np.cumsum(TENTHS)[:-1], atol=1e-6)
    line = LINES[0]["amount"]
    for alpha, value in enumerate((0.05, 0.008, 0.002)):
        assert gr.measures.fgt(built.welfare, line, alpha, built.person_weight) == pytest.approx(value, abs=1e-9)


def test_a_model_and_every_rule_of_programmes(scenario: gr.Scenario, population: gr.Population) -> None:
    result = by_hand(population)
    assert (result.costs_by_draw[:, 2].sum(axis=(-1, -2)).min(axis=-1) > 0).all()
    same(scenario.run(progress=False), result)
    again = gr.Scenario.from_dict(json.loads(json.dumps(scenario.to_dict())))
    same(again.run(progress=False), result)


@pytest.mark.parametrize(
    ("table", "period", "gap"), [("jawa_barat_poverty", "2018-09", 0.01134), ("kab_bekasi_poverty", "2010", None)]
)
def test_published_figures_are_in_percent(table: str, period: str, gap: float | None) -> None:
    """P1 too, where a row has it: the district's have none."""
    known: dict[str, Any] = {"gini": 0.38, "persons": 1e6, "mean_members": 3.7, "mean_members_poor": 4.1}
    published = FromPublished(table=table, period=period, **known).published()
    row = gr.evidence.figures(table).set_index("period" if gap else "year").loc[period]
    assert published.headcount == pytest.approx(row["p0_pct"] / 100)
    assert published.severity == pytest.approx(row["p2"] / 100)
    assert published.gap == (None if gap is None else pytest.approx(gap))
    assert published.line is not None
    assert published.line.amount == row["poverty_line_rp_pc_month"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"population": {"deciles": [None] + [0.1] * 9}},
         "population.deciles[0]: must be a number in (0, 1]; found None"),
        ({"population": {"doubt": [0.1, None, 1.0]}}, "population.doubt[1]: must be a number in [0, 5]; found None"),
        ({"report": {"at": [None]}}, "report.at[0]: must be a whole number in [1, 1200]; found None"),
    ],
)  # fmt: skip
def test_nothing_stands_for_a_number_in_a_list(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(merged(document(FIGURES | {"kind": "figures", "line": LINES[0]}), changes))
    assert caught.value.faults == (fault,)
