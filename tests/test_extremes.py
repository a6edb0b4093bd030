"""Both ends of every declared domain go through the whole machinery, or are refused in the library's own words."""

from __future__ import annotations

import contextlib
import math
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

import graduasi as gr
from graduasi.fields import Domain, describe
from graduasi.income import BEHAVIOURS, MODELS, PROCESSES, TECHNOLOGIES
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import EXITS, RANKINGS, Review, Staff
from graduasi.scenario import FromFigures, FromPublished
from graduasi.uncertain import DISTRIBUTIONS

SIZE = 40
PEOPLE = gr.Population(
    ids=np.array([f"h{place}" for place in range(SIZE)]),
    welfare=np.exp(np.random.default_rng(2).normal(6.0, 0.6, SIZE)),
    weight=np.full(SIZE, 25.0),
    members=np.full(SIZE, 4.0),
    columns={"score": np.arange(SIZE) % 7},
)
LINE = gr.PovertyLine(amount=300.0, label="line")
CASH = gr.CashTransfer(amount=500.0)
PARTS: dict[str, Mapping[str, type]] = {"process": PROCESSES, "technology": TECHNOLOGIES, "behaviour": BEHAVIOURS}
FIGURES: dict[str, Any] = {
    "line": gr.PovertyLine(amount=300.0, label="line"), "headcount": 0.2, "severity": 0.02, "persons": 4e3,
    "gini": 0.35, "mean_members": 4.0, "mean_members_poor": 4.2, "size": 200,
}  # fmt: skip
BEKASI: dict[str, Any] = {
    "table": "kab_bekasi_poverty", "period": "2023", "persons": 3e6, "gini": 0.37, "mean_members": 3.7,
    "mean_members_poor": 4.0, "size": 200,
}  # fmt: skip
# What costs memory or time alone: other tests hold it.
COSTLY = {("Synthesis", "size"), ("FromFigures", "size"), ("FromPublished", "size")}
COSTLY |= {("Scenario", name) for name in ("months", "draws")}


def ends(domain: Domain) -> list[float]:
    """The lowest and the highest value that a domain holds, and what lies just inside of them."""
    low = math.nextafter(domain.low, math.inf) if domain.low_open else domain.low
    high = math.nextafter(domain.high, -math.inf) if domain.high_open else domain.high
    assert domain.holds(low)
    assert domain.holds(high)
    small = [1e-300, 5e-324] if domain.holds(1e-300) else []
    return [low, high, *small]


def cases(kinds: list[type]) -> list[Any]:
    """Each numeric field of each kind, at each end of its domain."""
    found = []
    for kind in kinds:
        for name, spec, _ in describe(kind):
            if spec.kind in {"number", "count"} and (kind.__name__, name) not in COSTLY:
                values = ends(spec.domain)
                plain = [int(value) for value in values[:2]] if spec.kind == "count" else values
                if spec.kind == "count" and isinstance(spec.domain.high, int):
                    plain[1] = spec.domain.high
                found += [pytest.param(kind, name, value, id=f"{kind.__name__}.{name}={value}") for value in plain]
    return found


def least(kind: type) -> dict[str, Any]:
    """A plain value for each field that must be given."""
    words = {"name": "x", "label": "x", "column": "score", "ids": ("h1", "h2")}
    return {item.name: words.get(item.name, 500.0) for item in attrs.fields(kind) if item.default is attrs.NOTHING}


def run(programme: gr.Programme | None = None, model: Any = None, **changed: Any) -> gr.Projection:
    policies = [gr.Policy(name="nothing")]
    if programme is not None:
        policies.append(gr.Policy(name="help", programmes=(programme,)))
    settings: dict[str, Any] = {"lines": [LINE], "months": 13, "draws": 1, "seed": 1, "progress": False} | changed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gr.GraduasiWarning)
        result = gr.simulate(PEOPLE, gr.HouseholdEconomy() if model is None else model, policies, **settings)
        result.summary()
        result.costs()
    assert not np.isnan(result.values).any()
    assert (result.values >= 0).all() or np.isfinite(result.values).all()
    return result


def tried(make: Any) -> None:
    """Run it: through, or refused as the library refuses."""
    with contextlib.suppress(gr.GraduasiError):
        make()


@pytest.mark.parametrize(("kind", "name", "value"), cases([*INTERVENTIONS.values()]))
def test_interventions_at_the_ends(kind: type, name: str, value: float) -> None:
    tried(lambda: run(gr.Programme(name="p", interventions=(kind(**(least(kind) | {name: value})),))))


@pytest.mark.parametrize(
    ("kind", "name", "value"), cases([kind for kinds in PARTS.values() for kind in kinds.values()])
)
def test_models_at_the_ends(kind: type, name: str, value: float) -> None:
    part = next(part for part, kinds in PARTS.items() if kind in kinds.values())
    grant = gr.Programme(name="p", interventions=(CASH, gr.CapitalGrant(amount=800.0), gr.Coaching()))
    tried(lambda: run(grant, gr.HouseholdEconomy(**{part: kind(**{name: value})})))


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    cases([gr.Programme, gr.Rollout, gr.Budget, gr.Eligibility, gr.Registry, Staff, Review, *EXITS.values()]),
)
def test_programmes_at_the_ends(kind: type, name: str, value: float) -> None:
    def make() -> None:
        if kind is gr.Programme:
            run(gr.Programme(name="p", interventions=(CASH,), **{name: value}))
            return
        made = kind(**(least(kind) | {name: value}))
        given: dict[str, Any] = {kind.__name__.lower(): made}
        if kind in EXITS.values():
            given = {"exits": (made,), "review": Review(every=6)}
        run(gr.Programme(name="p", interventions=(CASH,), **given))

    tried(make)


@pytest.mark.parametrize("kind", RANKINGS.values(), ids=RANKINGS)
@pytest.mark.parametrize("value", ends(Domain(low=-1e18, high=1e18)))
def test_rankings_and_conditions_at_the_ends(kind: type, value: float) -> None:
    for rule in ("at_least", "at_most", "equals"):
        who = gr.Eligibility(conditions=(gr.Condition(column="score", **{rule: value}),))
        one = gr.Programme(name="p", interventions=(CASH,), eligibility=who, targeting=kind(**least(kind)))
        tried(lambda one=one: run(one))


GOOD: dict[str, dict[str, float]] = {
    "normal": {"mean": 1.0, "sd": 0.5}, "log_normal": {"median": 1.0, "sd_log": 0.5}, "beta": {"mean": 0.5, "sd": 0.1},
    "logit_normal": {"median": 0.5, "sd_logit": 0.5}, "triangular": {"low": 0.1, "mode": 0.5, "high": 0.9},
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "value"), cases([*DISTRIBUTIONS.values()]))
def test_distributions_at_the_ends(kind: type, name: str, value: float) -> None:
    for field in ("amount", "delivery"):
        tried(lambda field=field: run(paid({field: kind(**(GOOD[kind.family] | {name: value}))})))
    tried(
        lambda: run(
            gr.Programme(name="p", interventions=(CASH,), take_up=kind(**(GOOD[kind.family] | {name: value})))
        )
    )
    tried(lambda: run(paid({}), technology(kind(**(GOOD[kind.family] | {name: value})))))
    tried(
        lambda: run(gr.Programme(name="p", interventions=(trained(kind(**(GOOD[kind.family] | {name: value}))),)))
    )


def paid(given: dict[str, Any]) -> gr.Programme:
    return gr.Programme(name="p", interventions=(gr.CashTransfer(**({"amount": 500.0} | given)),))


def trained(gain: Any) -> gr.SkillsTraining:
    return gr.SkillsTraining(gain=gain)


def technology(curvature: Any) -> gr.HouseholdEconomy:
    return gr.HouseholdEconomy(technology=gr.ConcaveTechnology(curvature=curvature))


@pytest.mark.parametrize("value", [1e-6, 1e-3, 1e15, 1e18])
def test_lines_at_the_ends(value: float) -> None:
    tried(lambda: run(paid({}), lines=[gr.PovertyLine(amount=value, label="x")]))


@pytest.mark.parametrize(("kind", "name", "value"), cases([FromFigures, FromPublished]))
def test_populations_at_the_ends(kind: type, name: str, value: float) -> None:
    given = (FIGURES if kind is FromFigures else BEKASI) | {name: value}

    tried(lambda: kind(**given).build(Path()))


@pytest.mark.parametrize("index", [1e-6, 1e6])
def test_growth_paths_at_the_ends(index: float) -> None:
    process = gr.RankProcess(growth_path=((12, index), (1200, index)))
    tried(lambda: run(paid({}), gr.HouseholdEconomy(process=process)))


@pytest.mark.parametrize(("kind", "name", "value"), cases([kind for kind in MODELS.values() if describe(kind)]))
def test_numbers_of_models_at_the_ends(kind: type, name: str, value: float) -> None:
    tried(lambda: run(paid({}), kind(**{name: value})))


@pytest.mark.parametrize("name", MODELS)
def test_every_model_has_its_parts_tried(name: str) -> None:
    kind = MODELS[name]
    numbers = {name for name, _, _ in describe(kind)}
    assert {item.name for item in attrs.fields(kind)} - numbers <= set(PARTS)
