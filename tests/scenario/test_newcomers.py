"""What a newcomer costs: one file and one registry line; files, schema and property laws then know it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenario.cases import small
from tests.scenario.own_parts import (
    AfterTwice,
    Gift,
    InOrder,
    LinearTechnology,
    NothingHelps,
    SpendAtOnce,
    StillProcess,
)
from tests.strategies import built

import graduasi as gr
from graduasi.income import BEHAVIOURS, MODELS, PROCESSES, TECHNOLOGIES
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import EXITS, RANKINGS
from graduasi.scenario import AdaptiveMix, Mix, schema
from graduasi.scenario.files import CONVERTER, TAGGED
from graduasi.uncertain import at_quantile, uncertainties

NEWCOMERS: list[tuple[dict[str, Any], Any]] = [
    (PROCESSES, StillProcess), (TECHNOLOGIES, LinearTechnology), (BEHAVIOURS, SpendAtOnce),
    (EXITS, AfterTwice), (INTERVENTIONS, Gift), (RANKINGS, InOrder), (MODELS, NothingHelps),
]  # fmt: skip
OPEN = (MODELS, PROCESSES, TECHNOLOGIES, BEHAVIOURS, EXITS)
DEFINITIONS = schema()["$defs"]
REGISTERED = [pytest.param(kinds, kind, id=name) for kinds in OPEN for name, kind in kinds.items()]


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def keeps_the_laws(kinds: Mapping[str, Any], kind: Any, definitions: dict[str, Any], data: st.DataObject) -> None:
    """What is drawn from its declarations is written as the schema says, read back the same, and resolved."""
    one = data.draw(built(kind))
    base = next(base for base, known, _ in TAGGED if known is kinds)
    document = plain(CONVERTER.unstructure(one))
    assert document["kind"] == kind.kind
    assert CONVERTER.structure(document, base) == one
    found = jsonschema.Draft202012Validator({"$defs": definitions, "$ref": f"#/$defs/{kind.__name__}"})
    assert [error.message for error in found.iter_errors(document)] == []
    assert list(uncertainties(at_quantile(one, 0.5), "x")) == []


@pytest.mark.parametrize(("kinds", "kind"), REGISTERED)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_registered_part_is_written_and_read(kinds: Mapping[str, Any], kind: Any, data: st.DataObject) -> None:
    keeps_the_laws(kinds, kind, DEFINITIONS, data)


@pytest.mark.parametrize(("kinds", "kind"), NEWCOMERS)
def test_a_newcomer_is_one_file_and_one_line(
    kinds: dict[str, Any], kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds, kind.kind, kind)  # the line
    definitions = schema()["$defs"]

    @settings(max_examples=5, deadline=None)
    @given(data=st.data())
    def law(data: st.DataObject) -> None:
        keeps_the_laws(kinds, kind, definitions, data)

    law()
    properties = definitions[kind.__name__]["properties"]
    assert properties["kind"]["const"] == kind.kind
    assert set(properties) == {"kind", *(field.name for field in attrs.fields(kind))}


def drawn_models(models: Mapping[str, Any], **parts: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Models with any of the registered parts in their open fields."""

    def of(kind: Any) -> st.SearchStrategy[Any]:
        own = {field.name for field in attrs.fields(kind)} & set(parts)
        each = {name: st.one_of([built(part) for part in parts[name].values()]) for name in sorted(own)}
        return st.builds(attrs.evolve, built(kind), **each)

    return st.one_of([of(kind) for kind in models.values()])


def drawn_programmes() -> st.SearchStrategy[gr.Programme]:
    """Programmes with anything registered, and with every rule in time."""

    def of(interventions: Any, targeting: Any, exits: Any, **rest: Any) -> gr.Programme:
        return gr.Programme(name="drawn", interventions=interventions, targeting=targeting, exits=exits, **rest)

    return st.builds(
        of,
        interventions=st.lists(st.one_of([built(kind) for kind in INTERVENTIONS.values()]), min_size=1, max_size=2),
        targeting=st.one_of([built(kind) for kind in RANKINGS.values()]),
        exits=st.lists(st.one_of([built(kind) for kind in EXITS.values()]), max_size=2),
        review=st.builds(gr.policy.Review, every=st.sampled_from([6, 12, 18]), re_entry=st.booleans()),
        staff=st.none() | built(gr.policy.Staff),
        registry=built(gr.Registry),
        rollout=built(gr.Rollout),
        budget=st.none() | st.builds(gr.Budget, amount=st.floats(0.0, 1e9)),
    )


def drawn_policies() -> st.SearchStrategy[Mix]:
    """Policies with a budget and an adaptive rule."""
    adaptive = st.builds(
        AdaptiveMix,
        programme=st.just("training"),
        month=st.sampled_from([6, 12]),
        fall=st.floats(-10.0, 1.0),
        below=st.floats(1.0, 1e6),
    )
    return st.builds(
        Mix,
        name=st.just("both"),
        programmes=st.just(("drawn",)),
        budget=st.none() | st.builds(gr.Budget, amount=st.floats(0.0, 1e12)),
        adaptive=st.lists(adaptive, max_size=1),
    )


PLAIN_SCENARIO = gr.Scenario.from_dict(small(variants=[]))


VALIDATOR = jsonschema.Draft202012Validator(schema())


def check_written_and_read(scenario: gr.Scenario, validator: Any = VALIDATOR) -> None:
    document = json.loads(json.dumps(scenario.to_dict()))
    assert [error.message for error in validator.iter_errors(document)] == []
    assert gr.Scenario.from_dict(document) == scenario


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_scenario_of_anything_registered_is_written_and_read(data: st.DataObject) -> None:
    models = drawn_models(MODELS, process=PROCESSES, technology=TECHNOLOGIES, behaviour=BEHAVIOURS)
    training = PLAIN_SCENARIO.programmes[1]
    scenario = attrs.evolve(
        PLAIN_SCENARIO,
        model=data.draw(models),
        programmes=(data.draw(drawn_programmes()), training),
        policies=(Mix(name="nothing"), data.draw(drawn_policies())),
    )
    check_written_and_read(scenario)


def test_newcomers_are_drawn_into_whole_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    for kinds, kind in NEWCOMERS:
        monkeypatch.setitem(kinds, kind.kind, kind)
    scenario = attrs.evolve(
        PLAIN_SCENARIO,
        model=gr.HouseholdEconomy(process=StillProcess(), technology=LinearTechnology(), behaviour=SpendAtOnce()),
        programmes=(
            gr.Programme(
                name="cash", interventions=Gift(worth=1.0), targeting=InOrder(), exits=AfterTwice(months=2)
            ),
            PLAIN_SCENARIO.programmes[1],
        ),
    )
    check_written_and_read(scenario, jsonschema.Draft202012Validator(schema()))
