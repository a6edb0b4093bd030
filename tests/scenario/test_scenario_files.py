"""Scenario files: strict, all faults at once, the same in TOML and JSON, and what the schema says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from tests.scenario.cases import PLAIN as SMALL
from tests.scenario.cases import document

import graduasi as gr
from graduasi.scenario import FromPublished, schema

BEKASI = Path(__file__).parents[2] / "examples" / "bekasi" / "scenario.toml"
PAKISTAN = Path(__file__).parents[2] / "examples" / "pakistan" / "scenario.toml"


def faults(given: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(given)
    return caught.value.faults


@pytest.mark.parametrize("path", [BEKASI, PAKISTAN])
def test_examples_are_read_and_round_trip(path: Path) -> None:
    scenario = gr.Scenario.from_file(path)
    plain = scenario.to_dict()
    assert gr.Scenario.from_dict(json.loads(json.dumps(plain)), path.parent) == scenario
    jsonschema.validate(plain, schema())
    jsonschema.validate(tomllib.loads(path.read_text(encoding="utf-8")), schema())


def test_json_and_toml_say_the_same(tmp_path: Path) -> None:
    as_json = tmp_path / "small.json"
    as_json.write_text(json.dumps(SMALL), encoding="utf-8")
    assert gr.Scenario.from_file(as_json) == gr.Scenario.from_dict(SMALL)
    assert gr.Scenario.from_file(as_json).folder == tmp_path


def test_file_and_objects_give_the_same_projection() -> None:
    scenario = gr.Scenario.from_dict(SMALL)
    line = gr.PovertyLine(amount=632811.0, label="local")
    population = gr.Population.from_aggregates(
        line=line, headcount=0.0493, severity=0.002, persons=100_000, gini=0.373, size=400
    )
    cash = gr.Programme(
        name="cash", interventions=(gr.CashTransfer(amount=1.5e6),), rollout=gr.Rollout(households=500.0)
    )
    training = gr.Programme(
        name="training",
        interventions=(gr.SkillsTraining(delivery=3.5e6, completion=0.8),),
        rollout=gr.Rollout(households=300.0, monthly=100.0),
        take_up=gr.Uncertain.beta(mean=0.8, sd=0.1),
    )
    by_hand = gr.simulate(
        population,
        gr.HouseholdEconomy(),
        [gr.Policy(name="nothing"), gr.Policy(name="both", programmes=(cash, training))],
        lines=[line, gr.PovertyLine(amount=434108.5, label="extreme")],
        months=13,
        draws=2,
        seed=5,
        progress=False,
    )
    from_file = scenario.run(progress=False)
    np.testing.assert_array_equal(by_hand.values, from_file.values)
    np.testing.assert_array_equal(by_hand.costs_by_draw, from_file.costs_by_draw)


def test_every_fault_at_once_with_its_path() -> None:
    bad = document()
    bad["months"] = "13"
    bad["draws"] = True
    bad["seed"] = 1.9
    bad["colour"] = "red"
    bad["lines"][0]["amount"] = -3
    bad["population"]["persons"] = "100000"
    bad["programmes"][0]["interventions"][0]["kind"] = "magic"
    bad["programmes"][1]["interventions"][0]["completion"] = 1.2
    bad["programmes"][1]["rollout"]["familes"] = 3
    bad["programmes"][1]["take_up"]["mean"] = "high"
    del bad["title"]
    assert faults(bad) == (
        "title: is missing",
        "months: must be a whole number in [1, 1200]; found '13'",
        "draws: must be a whole number in [1, 1000000]; found True",
        "seed: must be a whole number in [0, 18446744073709551615]; found 1.9",
        "population.persons: must be a number in [1, 1e+11]; found '100000'",
        "lines[0].amount: must be money in [1e-06, 1e+18]; found -3",
        "programmes[0].interventions[0]: must have kind one of 'cash_transfer', 'skills_training', "
        "'capital_grant', 'coaching'; found 'magic'",
        "programmes[1].interventions[0].completion: must be a share in [0, 1]; found 1.2",
        "programmes[1].rollout.familes: no such field; the fields here are households, monthly, start",
        "programmes[1].take_up.mean: must be a number in [1e-06, 0.999999]; found 'high'",
        "colour: no such field; the fields here are assumptions, draws, lines, model, months, policies, "
        "population, programmes, report, seed, start, sustained, title, variants",
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": "2023-13"}, "start: must be a month such as '2023-12'; found '2023-13'"),
        ({"start": 2023}, "start: must be a month such as '2023-12'; found 2023"),
        ({"lines": {}}, "lines: must be a list; found {}"),
        ({"lines": []}, "lines: must be a list of at least 1; found 0"),
        ({"population": {"kind": "census"}}, "population: must have kind one of 'published', 'figures', 'file'; found 'census'"),
        ({"report": {"at": [14]}}, "report.at[0]: must be a month up to the last, 13; found 14"),
        ({"report": {"at": [12.0]}}, "report.at[0]: must be a whole number in [1, 1200]; found 12.0"),
        ({"report": {"benchmark": "yes"}}, "report.benchmark: must be True or False; found 'yes'"),
        (
            {"policies": [{"name": "x", "programmes": ["cahs"]}]},
            "policies[0].programmes[0]: must be a programme of the scenario ('cash', 'training'); found 'cahs'",
        ),
        (
            {"policies": [{"name": "x"}, {"name": "x"}]},
            "policies[1].name: must be its own; 'x' stands before it",
        ),
        (
            {"model": {"process": {"growth_path": [[12, "high"]]}}},
            "model.process.growth_path[0][1]: must be a number; found 'high'",
        ),
        ({"model": {"process": {"growth_path": [[12]]}}}, "model.process.growth_path[0]: must be a list of 2; found [12]"),
        ({"model": {"process": {"persistence": "x"}}}, "model.process.persistence: must be a share in [0, 1], or a table of a distribution; found 'x'"),
        (
            {"model": {"process": {"persistence": {"family": "normal", "mean": 0.5, "sd": 0.1}}}},
            "model.process.persistence: must be a share in [0, 1] at every draw; found "
            "{'family': 'normal', 'mean': 0.5, 'sd': 0.1}",
        ),
        ({"model": 3}, "model: must be a table; found 3"),
        ({"population": "census"}, "population: must be a table with a kind (one of 'published', 'figures', 'file'); found 'census'"),
        ({"programmes": {}}, "programmes: must be a list; found {}"),
        ({"variants": [{"label": "more", "changes": {"draws": "x"}}]}, "variants[0].changes.draws: must be a whole number in [1, 1000000]; found 'x'"),
    ],
)  # fmt: skip
def test_one_fault(changes: dict[str, Any], message: str) -> None:
    assert faults(document(**changes)) == (message,)


def test_the_whole_message_counts_the_faults() -> None:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(document(months=0, draws=0))
    assert str(caught.value) == (
        "scenario: 2 faults\n"
        "  months: must be a whole number in [1, 1200]; found 0\n"
        "  draws: must be a whole number in [1, 1000000]; found 0"
    )
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "changes",
    [
        {"months": "13"},
        {"draws": True},
        {"seed": 1.9},
        {"colour": "red"},
        {"population": {"persons": "1"}},
        {"population": {"headcount": 4.93}},
        {"model": {"process": {"persistence": 1.5}}},
        {"report": {"at": "12"}},
    ],
)
def test_schema_refuses_what_the_reader_refuses(changes: dict[str, Any]) -> None:
    jsonschema.validate(SMALL, schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document(**changes), schema())
    assert faults(document(**changes))


def test_whole_numbers_are_numbers() -> None:
    scenario = gr.Scenario.from_dict(document(population={"persons": 100_000}))
    assert isinstance(scenario.population.persons, float)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name, text, message in (
        ("a.yaml", "", "path: must be a .toml or .json file; found '{path}'"),
        ("missing.toml", None, "path: must be a file that can be read; No such file or directory"),
        ("bad.json", "{", "file: must be JSON; Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("list.json", "[]", "scenario: must be a table; found []"),
    ):  # fmt: skip
        path = tmp_path / name
        if text is not None:
            path.write_text(text, encoding="utf-8")
        with pytest.raises(gr.ScenarioError) as caught:
            gr.Scenario.from_file(path)
        assert caught.value.faults == (message.format(path=path),)
        assert caught.value.where == str(path)
    (tmp_path / "bad.toml").write_text("a = ", encoding="utf-8")
    with pytest.raises(gr.ScenarioError, match="file: must be TOML"):
        gr.Scenario.from_file(tmp_path / "bad.toml")


def test_variant_changes_what_it_says() -> None:
    given = document(variants=[{"label": "more people", "changes": {"population": {"persons": 200_000}}}])
    scenario = gr.Scenario.from_dict(given)
    changed = scenario.with_changes(scenario.variants[0])
    assert changed.population.persons == 200_000.0
    assert changed.variants == ()
    assert changed.lines == scenario.lines


def household_file(folder: Path, **columns: Any) -> Path:
    import pandas as pd

    frame = pd.DataFrame({"id": ["0012", "0013"], "spent": [1200.0, 2400.0], "size": [2, 4], **columns})
    frame.to_csv(folder / "households.csv", index=False)
    return folder


@pytest.mark.parametrize(
    ("period", "per", "expected"),
    [
        ("month", "person", [1200.0, 2400.0]),
        ("year", "person", [100.0, 200.0]),
        ("day", "person", [1200.0 * 365 / 12, 2400.0 * 365 / 12]),
        ("year", "household", [50.0, 50.0]),
    ],
)
def test_units_of_a_file(tmp_path: Path, period: str, per: str, expected: list[float]) -> None:
    from graduasi.scenario import FromFile

    source = FromFile(path="households.csv", welfare="spent", id="id", period=period, per=per, members="size")
    population = source.build(household_file(tmp_path))
    np.testing.assert_allclose(population.welfare, expected)
    assert population.ids.tolist() == ["0012", "0013"]


def test_welfare_of_a_household_needs_its_members(tmp_path: Path) -> None:
    from graduasi.scenario import FromFile

    with pytest.raises(gr.InputError) as caught:
        FromFile(path="households.csv", welfare="spent", id="id", period="month", per="household")
    assert str(caught.value) == "FromFile.members must be given where welfare is per household; got none"
    broken = FromFile(
        path="households.csv", welfare="spent", id="id", period="year", per="household", members="size"
    )
    with pytest.raises(gr.InputError) as caught:
        broken.build(household_file(tmp_path, spent=["much", 2400.0], size=[2, 0]))
    assert str(caught.value) == (
        "Population.from_file: 2 faults in the table\n"
        "  welfare must be a number in every row; missing or not finite in line 2; line 2 has 'much'\n"
        "  members must be above 0; it is not in line 3"
    )


def test_published_figures_are_read_as_shares() -> None:
    scenario = gr.Scenario.from_file(BEKASI)
    published = scenario.population.published()  # type: ignore[union-attr]
    assert (published.line.amount, published.headcount, published.severity, published.gap) == (
        632811.0,
        pytest.approx(0.0493),
        pytest.approx(0.0020),
        None,
    )
    unknown = {"kind": "published", "table": "kab_bekasi_poverty", "period": "1999", "persons": 1e6, "gini": 0.3,
               "mean_members": 3.7, "mean_members_poor": 4.0}  # fmt: skip
    given = document()
    given["population"] = unknown
    assert faults(given) == (
        "population.period: must be a row of the table (2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, "
        "2020, 2021, 2022, 2023, 2024, 2025); found '1999'",
    )
    with pytest.raises(
        gr.NotAvailableError, match="table 'kab_bekasi_poverty' has no row '1999'; it has 2010, 2011"
    ):
        FromPublished(**{key: value for key, value in unknown.items() if key != "kind"}).build(Path())
    known = gr.Scenario.from_dict(given | {"population": unknown | {"period": "2023", "known": True, "size": 300}})
    assert known.build().tails is None
    for doubt in ([0.1], [0.1] * 4):
        other = given | {"population": unknown | {"period": "2023", "doubt": doubt}}
        assert faults(other) == (f"population.doubt: must be a list of 3; found {len(doubt)}",)


def test_every_field_of_the_schema_is_titled_and_described() -> None:
    """Forms are made from it: a title, what it means, and the unit as a key of its own."""
    whole = schema()
    tables = [whole, *(each for each in whole["$defs"].values() if "properties" in each)]
    assert len(tables) > 20
    for table in tables:
        for name, field in table["properties"].items():
            assert field["title"].strip(), name
            assert field["description"].strip(), (table["title"], name)
            assert "[" not in field["description"], (table["title"], name)
    assert (
        whole["$defs"]["CashTransfer"]["properties"]["amount"]["unit"]
        == "currency per household, member or person that a column counts"
    )


def test_titles_of_the_schema_are_names_in_words() -> None:
    whole = schema()
    assert whole["properties"]["months"]["title"] == "Months"
    assert whole["$defs"]["FromFigures"]["properties"]["mean_members_poor"]["title"] == "Mean members poor"


def test_the_schema_takes_the_old_names_that_the_reader_takes() -> None:
    """Each is marked as going, stands for its field, and a field that must be given may be given by it."""
    table = {"kind": "file", "path": "x.csv", "welfare": "w", "id": "i", "period": "month", "per": "person"}
    old = {key: value for key, value in table.items() if key != "per"} | {"of": "person", "groups": "kecamatan"}
    economy = {"luck": {"growth": 0.01}, "saving": {"door_on_gains": 0.5}}
    given = document(population=old, model=economy)
    given["programmes"][0]["rollout"] = {"families": 500}
    with pytest.warns(gr.GraduasiWarning, match="the old name works until"):
        gr.Scenario.from_dict(given)
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid(given)
    assert validator.is_valid(document(population=table))
    assert not validator.is_valid(document(population={key: table[key] for key in table if key != "per"}))
    families = schema()["$defs"]["Rollout"]["properties"]["families"]
    assert families["deprecated"] is True
    assert families["description"] == "the old name of households, which works until 0.3"
