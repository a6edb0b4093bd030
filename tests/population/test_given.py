"""What a `Population` is given is checked; columns are mapped by one record, in Python and in files."""

from __future__ import annotations

import inspect
import math
import warnings
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest

import graduasi as gr
from graduasi.population import ColumnMap, Published
from graduasi.population.column_map import COLUMN_KEYWORDS, RENAMED, ColumnKeywords
from graduasi.population.figure_keywords import FIGURES
from graduasi.scenario import FromFile

LINE = gr.PovertyLine(amount=100.0, label="national")
MONTHLY: dict[str, Any] = {"welfare": "w", "id": "id", "currency": "IDR", "period": "month", "per": "person"}


def given(**changes: Any) -> dict[str, Any]:
    return {"ids": ["a", "b", "c"], "welfare": [1.0, 2.0, 3.0], "weight": [1.0, 0.0, 2.0]} | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ids": ["a", "b"]}, "ids must be values, one for each of 3 records; got 2"),
        ({"weight": [1.0]}, "weight must be numbers, one for each of 3 records; got 1"),
        ({"members": [1, 2]}, "members must be numbers, one for each of 3 records; got 2"),
        ({"by": ["x"]}, "by must be labels, one for each of 3 records; got 1"),
        ({"distribution_groups": ["x"]}, "distribution_groups must be labels, one for each of 3 records; got 1"),
        ({"strata": ["x"]}, "strata must be labels, one for each of 3 records; got 1"),
        ({"clusters": [1, 2]}, "clusters must be labels, one for each of 3 records; got 2"),
        ({"columns": {"x": [1]}}, "columns['x'] must be values, one for each of 3 records; got 1"),
        ({"tails": ([1, 2, 3], [1, 2])}, "tails[1] must be numbers, one for each of 3 records; got 2"),
        ({"columns": {"x": [[1], [2], [3]]}},
         "columns['x'] must be values, one a record; got an array of int64, shape (3, 1)"),
        ({"columns": ["x"]}, "columns must be arrays by name; got ['x']"),
        ({"welfare": [1.0, math.nan, 3.0]}, "welfare must be finite; got nan in record 1 (counted from 0)"),
        ({"welfare": [math.inf, 1.0, -math.inf]}, "welfare must be finite; got inf in records 0, 2 (counted from 0)"),
        ({"welfare": ["1", "2", "3"]}, "welfare must be numbers, one a record; got an array of <U1, shape (3,)"),
        ({"welfare": 3.0}, "welfare must be numbers, one a record; got 3.0"),
        ({"weight": [1.0, -1.0, 2.0]}, "weight must be numbers at least 0; got -1.0 in record 1 (counted from 0)"),
        ({"weight": [0.0, 0.0, 0.0]}, "weight must be above 0 in at least one record; all are 0"),
        ({"weight": [1.0, math.nan, 2.0]}, "weight must be numbers at least 0; got nan in record 1 (counted from 0)"),
        ({"members": [1, 0, 2]}, "members must be numbers at least 1; got 0.0 in record 1 (counted from 0)"),
        ({"assumed_members": 0}, "assumed_members must be a number in [1, 100]; got 0.0"),
        ({"ids": ["a", "b", "a"]}, "ids must be unique; got 'a' more than once"),
        ({"by": [1.0, 2.0, 3.0]}, "by must be texts or whole numbers, one a record; got an array of float64, shape (3,)"),
        ({"by": ["x", "", "y"]}, "by[1] must be a text that is not empty; got ''"),
        ({"tails": [1.0]}, "tails must be two arrays, welfare at probability .05 and .95, or None; got [1.0]"),
        ({"tails": ([1, 2, 3], [1, 2, math.nan])}, "tails[1] must be finite; got nan in record 2 (counted from 0)"),
        ({"sampled": 1}, "sampled must be True or False; got 1"),
        ({"kind": "wealth"}, "kind must be one of 'consumption', 'income'; got 'wealth'"),
        ({"currency": ""}, "currency must be a text that is not empty; got ''"),
        ({"notes": [3]}, "notes[0] must be a text that is not empty; got 3"),
        ({"ids": [], "welfare": [], "weight": []}, "welfare must be of at least one record; got none"),
    ],
)  # fmt: skip
def test_what_a_population_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.Population(**given(**changes))
    assert str(caught.value) == f"Population.{message}"


def test_what_is_kept() -> None:
    welfare = np.array([1, 2, 3], dtype=np.int16)
    people = gr.Population(**given(welfare=welfare, members=np.float32([1, 2, 3]), by=[3, 1, 2], notes="one"))
    assert [each.dtype for each in (people.welfare, people.weight, people.members)] == [np.float64] * 3
    welfare[0] = 7
    assert people.welfare.tolist() == [1.0, 2.0, 3.0]
    assert people.by is not None
    assert people.by.tolist() == [3, 1, 2]
    assert people.notes == ("one",)
    assert attrs.evolve(people, weight=[1, 1, 1]).by is not None


def test_the_old_groups_are_both() -> None:
    old = (
        ".groups is called `by` (the rows of tables) and `distribution_groups` (whose distribution households return "
        "to) now: the old name stands for both until 0.3"
    )
    with pytest.warns(gr.GraduasiWarning) as caught:
        people = gr.Population(**given(groups=["x", "y", "x"]))
    with pytest.warns(gr.GraduasiWarning) as read:
        labels = people.groups
    frame = pd.DataFrame({"id": ["a", "b"], "w": [1.0, 2.0], "g": ["x", "y"]})
    with pytest.warns(gr.GraduasiWarning) as framed:
        again = gr.Population.from_frame(frame, welfare="w", id="id", currency="IDR", groups="g")
    assert [str(each.message) for each in (*caught, *read)] == [f"Population{old}"] * 2
    assert [str(each.message) for each in framed] == [f"Population.from_frame{old}"]
    assert {each.filename for each in (*caught, *read, *framed)} == {__file__}
    for made, expected in ((people, ["x", "y", "x"]), (again, ["x", "y"])):
        assert made.by is not None
        assert made.distribution_groups is not None
        assert made.by.tolist() == made.distribution_groups.tolist() == expected
    assert labels is people.distribution_groups
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        attrs.evolve(people, weight=[1.0, 1.0, 1.0])
    with pytest.raises(gr.InputError) as refused:
        gr.Population(**given(groups=["x"] * 3, by=["x"] * 3))
    assert str(refused.value) == (
        "Population.groups must be left out, since it is the old name of by and distribution_groups, which are given"
    )


def survey() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": ["01", "02", "03"], "w": [100.0, 120.0, 200.0], "m": [1, 2, 4], "k": [1.0, 2.0, 3.0],
            "prov": ["a", "b", "b"], "psu": ["1", "2", "2"], "smp": [0, 1, 2],
        }
    )  # fmt: skip


FULL: dict[str, Any] = MONTHLY | {
    "members": "m", "weight": "k", "region": "prov", "region_lines": {"a": 100, "b": 80.0}, "line": LINE,
    "by": "prov", "distribution_groups": "prov", "strata": "prov", "clusters": "psu", "composition": ("smp",),
    "columns": ("prov",),
}  # fmt: skip


def test_a_map_and_its_keywords_and_a_scenario_give_the_same_households(tmp_path: Path) -> None:
    survey().to_csv(tmp_path / "h.csv", index=False)
    file = {"kind": "file", "path": "h.csv"} | FULL | {"line": {"amount": 100.0, "label": "national"}}
    scenario = gr.Scenario.from_dict(
        {
            "title": "x", "start": "2023-12", "months": 1, "seed": 1, "population": file,
            "lines": [{"amount": 100.0, "label": "national"}], "policies": [{"name": "nothing"}],
        },
        tmp_path,
    )  # fmt: skip
    assert gr.Scenario.from_dict(scenario.to_dict(), tmp_path) == scenario
    made = [
        gr.Population.from_frame(survey(), ColumnMap(**FULL)),
        gr.Population.from_frame(survey(), **FULL),
        gr.Population.from_file(tmp_path / "h.csv", ColumnMap(**FULL)),
        scenario.build(),
    ]
    assert made[0].welfare.tolist() == [100.0, 150.0, 250.0]
    for other in made[1:]:
        pd.testing.assert_frame_equal(other.frame, made[0].frame)


def test_one_declaration_stands_for_all_readers() -> None:
    fields = {RENAMED.get(name, name) for name in ColumnKeywords.__annotations__} - {"groups"}
    assert fields == {field.name for field in attrs.fields(ColumnMap)}
    own = {"path", "decimal", "currency"}
    for field in attrs.fields(FromFile):
        if field.name not in own:
            assert field.metadata == getattr(attrs.fields(ColumnMap), field.name).metadata
    assert set(FIGURES) == {field.name for field in attrs.fields(Published)}
    for reader in (gr.Population.from_frame, gr.Population.from_file):
        shown = inspect.signature(reader).parameters
        assert set(COLUMN_KEYWORDS) < set(shown)
        assert not any(each.kind is each.VAR_KEYWORD for each in shown.values())
        with pytest.raises(TypeError, match=r"got an unexpected keyword argument 'welfre'$"):
            reader(survey(), welfre="w")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"per": "household"}, "ColumnMap.members must be given where welfare is per household; got none"),
        ({"per": "family"}, "ColumnMap.per must be one of 'person', 'household', 'adult equivalent'; got 'family'"),
        ({"columns": ["w", ""]}, "ColumnMap.columns[1] must be a text that is not empty; got ''"),
        ({"region": "r"}, "ColumnMap.region and region_lines must be given together; got one of them"),
        ({"region": "r", "region_lines": {"a": True}, "line": LINE},
         "ColumnMap.region_lines must be money above 0; got True for 'a'"),
        ({"region": "r", "region_lines": {"a": 1.0}, "price_index": "p"},
         "ColumnMap: 2 faults\n"
         "  ColumnMap.line must be given where region_lines are: the one at whose prices welfare is told\n"
         "  ColumnMap.price_index must be left out where region_lines are given: both are prices"),
        ({"line": 100.0}, "ColumnMap.line must be a PovertyLine; got 100.0"),
    ],
)  # fmt: skip
def test_a_map_that_does_not_go_together_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        ColumnMap(**(MONTHLY | changes))
    assert str(caught.value) == message


def test_a_map_stands_alone() -> None:
    for arguments, keywords, message in (
        ((ColumnMap(**MONTHLY),), {"weight": "k"},
         "column_map must stand without the keywords that it holds; got weight beside it"),
        ((3,), {}, "column_map must be a ColumnMap; got 3"),
        ((), {"welfare": "w", "id": "id"}, "currency must be given, or a column_map; got none"),
    ):  # fmt: skip
        with pytest.raises(gr.InputError) as caught:
            gr.Population.from_frame(survey(), *arguments, **keywords)  # type: ignore[misc, arg-type]
        assert str(caught.value) == f"Population.from_frame.{message}"


def test_faults_of_a_map_in_a_scenario_have_their_paths() -> None:
    file = {"kind": "file", "path": "h.csv"} | MONTHLY
    document = {
        "title": "x", "start": "2023-12", "months": 1, "seed": 1,
        "population": file | {"per": "household", "region_lines": {"a": -1}, "colour": "red"},
        "lines": [{"amount": 100.0, "label": "national"}], "policies": [{"name": "nothing"}],
    }  # fmt: skip
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(document)
    found = [each.partition(";")[0] for each in caught.value.faults]
    assert found == [
        "population.colour: no such field",
        "population.members: must be given where welfare is per household",
        "population.region: and region_lines must be given together",
        "population.line: must be given where region_lines are: the one at whose prices welfare is told",
        "population.region_lines: must be money above 0",
    ]


def test_groups_of_a_scenario_file_are_both() -> None:
    from graduasi.scenario.converter import CONVERTER

    with pytest.warns(gr.GraduasiWarning) as caught:
        made = CONVERTER.structure({"path": "h.csv", "groups": "prov"} | MONTHLY, FromFile)
    assert [str(each.message) for each in caught] == [
        "'groups' is called 'by' and 'distribution_groups' now: the old name works until 0.3"
    ]
    assert (made.by, made.distribution_groups) == ("prov", "prov")


def test_published_figures_are_one_record_or_keywords() -> None:
    figures: dict[str, Any] = {
        "line": LINE, "headcount": 0.1, "gini": 0.35, "persons": 1e6, "mean_members": 3.7, "mean_members_poor": 4.0,
    }  # fmt: skip
    one = gr.Population.from_aggregates(Published(**figures), size=500)
    other = gr.Population.from_aggregates(**figures, size=500)
    np.testing.assert_array_equal(one.welfare, other.welfare)
    np.testing.assert_array_equal(one.weight, other.weight)
    assert one.notes == other.notes
    with pytest.raises(gr.InputError) as caught:
        gr.Population.from_aggregates(Published(**figures), gini=0.3)
    assert str(caught.value) == (
        "Population.from_aggregates.published must stand without other figures; got gini beside it"
    )
    with pytest.raises(
        TypeError, match=r"Population.from_aggregates\(\) got an unexpected keyword argument 'gin'$"
    ):
        gr.Population.from_aggregates(**figures, gin=0.3)  # type: ignore[call-arg]
