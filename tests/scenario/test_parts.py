"""Parts of the model in a file, old keys, and a user's own parts: given, or of an installed package."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, ClassVar, Literal

import attrs
import jsonschema
import numpy as np
import pytest
from attrs import frozen
from tests.scenario import own_parts
from tests.scenario.cases import small

import graduasi as gr
from graduasi.income import BEHAVIOURS, MODELS, PROCESSES, TECHNOLOGIES
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import EXITS, RANKINGS
from graduasi.scenario import schema

REGISTRIES = (MODELS, PROCESSES, TECHNOLOGIES, BEHAVIOURS, INTERVENTIONS, EXITS, RANKINGS)
OWN_MODEL = {
    "process": {"kind": "still"},
    "technology": {"kind": "linear", "rate": 0.03},
    "behaviour": {"kind": "spend_at_once"},
}
OWN_PROGRAMME = {
    "name": "cash",
    "interventions": [{"kind": "gift", "worth": 2e6}],
    "targeting": {"kind": "in_order"},
    "exits": [{"kind": "after_twice", "months": 3}],
}


def own(**changes: Any) -> dict[str, Any]:
    policies = [{"name": "nothing"}, {"name": "both", "programmes": ["cash"]}]
    return small(model=OWN_MODEL, programmes=[OWN_PROGRAMME], policies=policies, variants=[]) | changes


def faults(document: dict[str, Any], **given: Any) -> tuple[str, ...]:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(document, **given)
    return caught.value.faults


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("process", PROCESSES)
def test_every_model_and_process_is_named_written_and_read(kind: str, process: str) -> None:
    document = small(model={"kind": kind, "process": {"kind": process}}, variants=[])
    jsonschema.validate(document, schema())
    scenario = gr.Scenario.from_dict(document)
    assert type(scenario.model) is MODELS[kind]
    assert type(scenario.model.process) is PROCESSES[process]
    plain = json.loads(json.dumps(scenario.to_dict()))
    assert (plain["model"]["kind"], plain["model"]["process"]["kind"]) == (kind, process)
    jsonschema.validate(plain, schema())
    assert gr.Scenario.from_dict(plain) == scenario


@pytest.mark.parametrize(("field", "kinds"), [("technology", TECHNOLOGIES), ("behaviour", BEHAVIOURS)])
def test_every_technology_and_behaviour_is_named(field: str, kinds: dict[str, type]) -> None:
    for name, kind in kinds.items():
        scenario = gr.Scenario.from_dict(small(model={field: {"kind": name}}, variants=[]))
        assert type(getattr(scenario.model, field)) is kind


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        ({"kind": "magic"}, "model: must have kind one of 'household_economy', 'pooled_effect'; found 'magic'"),
        ({"process": {"kind": "x"}}, "model.process: must have kind one of 'ranks', 'log_income'; found 'x'"),
        (
            {"technology": {"kind": "x"}},
            "model.technology: must have kind one of 'concave', 'two_technologies'; found 'x'",
        ),
        ({"behaviour": {"kind": 3}}, "model.behaviour: must have kind one of 'saving'; found 3"),
        ({"behaviour": 3}, "model.behaviour: must be a table; found 3"),
    ],
)
def test_an_unknown_kind_is_refused_with_the_known_ones(model: dict[str, Any], fault: str) -> None:
    assert faults(small(model=model)) == (fault,)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(small(model=model), schema())


def test_old_keys_are_read_with_a_warning() -> None:
    document = small(model={"luck": {"growth": 0.01}, "saving": {"door_on_gains": 0.5}}, variants=[])
    document["programmes"][0]["rollout"] = {"families": 500}
    with pytest.warns(gr.GraduasiWarning) as told:
        old = gr.Scenario.from_dict(document)
    assert [str(each.message) for each in told] == [
        "'luck' is called 'process' now: the old name works until 0.3",
        "'saving' is called 'behaviour' now: the old name works until 0.3",
        "'door_on_gains' is called 'channel_on_gains' now: the old name works until 0.3",
        "'families' is called 'households' now: the old name works until 0.3",
    ]
    model = {"process": {"growth": 0.01}, "behaviour": {"channel_on_gains": 0.5}}
    new = small(model=model, variants=[])
    new["programmes"][0]["rollout"] = {"households": 500}
    assert gr.Scenario.from_dict(new) == old


def test_old_keys_of_a_variant_change_what_they_changed() -> None:
    changes = {"model": {"luck": {"growth": 0.01}}}
    scenario = gr.Scenario.from_dict(
        small(model={"process": {"persistence": 0.5}}, variants=[{"label": "grows", "changes": changes}])
    )
    process = scenario.with_changes(scenario.variants[0]).model.process
    assert (process.growth, process.persistence) == (0.01, 0.5)


def test_a_variant_may_change_the_kind_of_a_part() -> None:
    changes = {"model": {"technology": {"kind": "two_technologies", "fixed_cost": 0.5}}}
    document = small(model={"technology": {"curvature": 0.5}}, variants=[{"label": "trap", "changes": changes}])
    scenario = gr.Scenario.from_dict(document)
    assert scenario.with_changes(scenario.variants[0]).model.technology.fixed_cost == 0.5


def test_policies_in_time_are_written_and_read() -> None:
    document = small(variants=[])
    document["programmes"][0] |= {
        "review": {"every": 6},
        "exits": [{"kind": "observed_above", "amount": 5e5}, {"kind": "time_limit", "months": 24}],
        "staff": {"households": 50, "salary": 3e6},
        "registry": {"lasting": 0.7},
    }
    document["policies"][1] = {
        "name": "both",
        "programmes": ["cash"],
        "budget": {"amount": 1e9},
        "adaptive": [{"programme": "training", "month": 12, "fall": 0.1, "below": 5e5}],
    }
    jsonschema.validate(document, schema())
    scenario = gr.Scenario.from_dict(document)
    policy = scenario.policy_objects()[1]
    assert policy.budget == gr.Budget(amount=1e9)
    assert [rule.programme.name for rule in policy.adaptive] == ["training"]
    assert policy.programmes[0].staff == scenario.programmes[0].staff
    plain = json.loads(json.dumps(scenario.to_dict()))
    jsonschema.validate(plain, schema())
    assert gr.Scenario.from_dict(plain) == scenario
    document["policies"][1]["adaptive"][0] |= {"programme": "trainig", "month": 11}
    assert faults(document) == (
        "policies[1].adaptive[0].month: must be a multiple of 6 months; got 11",
        "policies[1].adaptive[0].programme: must be a programme of the scenario ('cash', 'training'); "
        "found 'trainig'",
    )


def test_own_parts_work_in_python_and_in_a_file(tmp_path: Path) -> None:
    before = [dict(registry) for registry in REGISTRIES]
    path = tmp_path / "own.json"
    path.write_text(json.dumps(own()), encoding="utf-8")
    scenario = gr.Scenario.from_file(path, parts=own_parts.PARTS)
    assert gr.Scenario.from_dict(scenario.to_dict(), parts=own_parts.PARTS) == scenario
    model = gr.HouseholdEconomy(
        process=own_parts.StillProcess(),
        technology=own_parts.LinearTechnology(rate=0.03),
        behaviour=own_parts.SpendAtOnce(),
    )
    cash = gr.Programme(
        name="cash",
        interventions=own_parts.Gift(worth=2e6),
        targeting=own_parts.InOrder(),
        exits=own_parts.AfterTwice(months=3),
    )
    by_hand = gr.simulate(
        scenario.build(),
        model,
        [gr.Policy(name="nothing"), gr.Policy(name="both", programmes=cash)],
        lines=scenario.lines,
        months=13,
        draws=2,
        seed=5,
        progress=False,
    )
    from_file = scenario.run(progress=False)
    np.testing.assert_array_equal(by_hand.values, from_file.values)
    np.testing.assert_array_equal(by_hand.costs_by_draw, from_file.costs_by_draw)
    assert [dict(registry) for registry in REGISTRIES] == before
    assert faults(own())[0] == ("model.process: must have kind one of 'ranks', 'log_income'; found 'still'")


def test_an_own_model_works_in_a_file() -> None:
    document = own(model={"kind": "nothing_helps", "process": {"kind": "still"}})
    result = gr.Scenario.from_dict(document, parts=own_parts.PARTS).run(progress=False)
    without, under = (result.series("poor", policy=name).mean() for name in ("nothing", "both"))
    np.testing.assert_array_equal(without, under)


@frozen
class TakenKind:
    kind: ClassVar[str] = "concave"

    def prepare(self, saved: float) -> None: ...


@frozen
class NoPart:
    kind: ClassVar[str] = "no_part"


@frozen(kw_only=True)
class NoRank(gr.policy.Targeting):
    kind: ClassVar[str] = "no_rank"


@frozen(kw_only=True)
class NoType:
    kind: ClassVar[str] = "no_type"

    rate: Elsewhere = 1.0  # type: ignore[name-defined]  # noqa: F821

    def prepare(self, saved: float) -> None: ...


@frozen(kw_only=True)
class Plainly:
    """A technology whose fields are checked by attrs alone."""

    kind: ClassVar[str] = "plainly"

    rate: float = attrs.field(default=0.02, validator=attrs.validators.ge(0.0))
    table: Any = None
    curve: complex = 1j
    mode: Literal["low", "high"] = "low"

    def prepare(self, saved: float) -> own_parts.LinearDraw:
        del saved
        return own_parts.LinearDraw(rate=self.rate)


NEED = (
    "Scenario.parts must be attrs classes with a kind: an Intervention, a Targeting, an ExitRule, or what prepares an "
    "income model, a process, a technology or a behaviour; got "
)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((TakenKind,), "Scenario.parts must have kinds of their own; TakenKind has 'concave', which is ConcaveTechnology's"),
        ((NoPart,), f"{NEED}{NoPart!r}"),
        ((3,), f"{NEED}3"),
        (3, f"{NEED}3"),
        ((own_parts.Gift(worth=1.0),), f"{NEED}{own_parts.Gift(worth=1.0)!r}"),
        ((NoRank,), "Scenario.parts must be whole; NoRank lacks rank"),
        (
            (NoType,),
            "Scenario.parts must have fields whose types are there when a file is read; in NoType name 'Elsewhere' is "
            "not defined",
        ),
    ],
)  # fmt: skip
def test_what_is_no_part(parts: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.Scenario.from_dict(small(), parts=parts)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"rate": -1.0}, "model.technology: 'rate' must be >= 0.0: -1.0"),
        ({"rate": "low"}, "model.technology.rate: must be a number; found 'low'"),
        ({"curve": 1.0}, "model.technology.curve: must fit complex as a file has it; found 1.0"),
        ({"mode": "mid"}, "model.technology.mode: must fit typing.Literal['low', 'high'] as a file has it; found 'mid'"),
        ({"speed": 1}, "model.technology.speed: no such field; the fields here are curve, mode, rate, table"),
    ],
)  # fmt: skip
def test_what_a_part_of_plain_attrs_refuses_is_told_with_its_path(fields: dict[str, Any], fault: str) -> None:
    document = small(model={"technology": {"kind": "plainly"} | fields}, variants=[])
    assert faults(document, parts=Plainly) == (fault,)


def test_the_old_word_of_a_household_is_read_with_a_warning() -> None:
    document = small(variants=[])
    document["programmes"][0]["interventions"][0]["per"] = "family"
    with pytest.warns(gr.GraduasiWarning) as told:
        scenario = gr.Scenario.from_dict(document)
    assert [str(each.message) for each in told] == [
        "per 'family' is called 'household' now: the old word works until 0.3"
    ]
    assert scenario.programmes[0].interventions[0].per == "household"


def test_a_scenario_of_objects_knows_the_parts_that_stand_in_it() -> None:
    document = own(variants=[{"label": "longer", "changes": {"months": 14}}])
    read = gr.Scenario.from_dict(document, parts=own_parts.PARTS)
    by_hand = attrs.evolve(read, parts=())
    assert by_hand.with_changes(by_hand.variants[0]) == read.with_changes(read.variants[0])
    with pytest.raises(gr.InputError) as caught:
        attrs.evolve(read, parts=3)  # type: ignore[arg-type]
    assert str(caught.value) == f"{NEED}3"


def installed(folder: Path, entry: str) -> None:
    (folder / "own-1.0.dist-info").mkdir()
    (folder / "own-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    (folder / "own-1.0.dist-info" / "entry_points.txt").write_text(f"[graduasi.parts]\n{entry}\n")


def test_the_command_finds_parts_of_installed_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from graduasi.cli import main

    installed(tmp_path, "gift = tests.scenario.own_parts:Gift")
    monkeypatch.syspath_prepend(tmp_path)
    document = small(variants=[], report={"sensitivity_draws": 0, "benchmark": False})
    document["programmes"][0]["interventions"] = [{"kind": "gift", "worth": 2e6}]
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert main(["run", str(path), "--workers", "1", "--out", str(tmp_path / "out")]) == 0, capsys.readouterr().err
    assert str(tmp_path) in sys.path


def test_an_entry_point_that_does_not_load_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, "gift = tests.scenario.own_parts:Nobody")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(gr.InputError) as caught:
        gr.Scenario.from_dict(small())
    assert str(caught.value) == (
        "entry point 'gift' of graduasi.parts must load; got AttributeError: module 'tests.scenario.own_parts' has no "
        "attribute 'Nobody'"
    )


def test_a_scenario_keeps_its_parts_for_its_variants() -> None:
    document = own(variants=[{"label": "more", "changes": {"model": {"technology": {"rate": 0.05}}}}])
    scenario = gr.Scenario.from_dict(document, parts=own_parts.PARTS)
    assert scenario.with_changes(scenario.variants[0]).model.technology.rate == 0.05
    assert attrs.fields(gr.Scenario).parts.eq is False
