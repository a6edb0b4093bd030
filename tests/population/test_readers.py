"""Units, scales, prices, design and composition of surveys; every fault with its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import graduasi as gr

LINE = gr.PovertyLine(amount=100.0, label="national")


def frame(**changes: Any) -> pd.DataFrame:
    table = {
        "id": ["01", "02", "03", "04"],
        "spent": [1200.0, 300.0, 900.0, 2400.0],
        "size": [4, 1, 3, 6],
        "kids": [2, 0, 1, 3],
        "w": [10.0, 20.0, 30.0, 40.0],
        "prov": ["a", "a", "b", "b"],
        "psu": ["1", "1", "2", "3"],
        "prices": [1.0, 1.0, 0.8, 0.8],
    }
    return pd.DataFrame(table | changes)


def read(table: pd.DataFrame | None = None, **changes: Any) -> gr.Population:
    given: dict[str, Any] = {"welfare": "spent", "id": "id", "currency": "IDR", "members": "size", "weight": "w"}
    return gr.Population.from_frame(frame() if table is None else table, **(given | changes))


SPENT, SIZE = np.array([1200.0, 300.0, 900.0, 2400.0]), np.array([4.0, 1.0, 3.0, 6.0])


@pytest.mark.parametrize(
    ("period", "factor"),
    [
        ("day", 365 / 12),
        ("day of 30", 30.0),
        ("week", 365 / 84),
        ("month", 1.0),
        ("quarter", 1 / 3),
        ("year", 1 / 12),
    ],
)
def test_periods(period: str, factor: float) -> None:
    np.testing.assert_allclose(read(period=period).welfare, SPENT * factor)
    np.testing.assert_allclose(read(period=period, per="household").welfare, SPENT * factor / SIZE)


@pytest.mark.parametrize(
    ("scale", "adults"),
    [
        ("per_capita", [4, 1, 3, 6]),
        ("square_root", [2, 1, 3**0.5, 6**0.5]),
        ("oecd", [1 + 0.7 + 2 * 0.5, 1, 1 + 0.7 + 0.5, 1 + 2 * 0.7 + 3 * 0.5]),
        ("oecd_modified", [1 + 0.5 + 2 * 0.3, 1, 1 + 0.5 + 0.3, 1 + 2 * 0.5 + 3 * 0.3]),
        ("prices", [1.0, 1.0, 0.8, 0.8]),
    ],
)
def test_adult_equivalents_by_hand(scale: str, adults: list[float]) -> None:
    found = read(per="adult equivalent", scale=scale, children="kids")
    np.testing.assert_allclose(found.welfare, SPENT * np.array(adults) / SIZE)
    assert found.notes == (f"welfare per adult equivalent ({scale}) was turned into welfare per person",)


def test_prices_and_lines_of_regions() -> None:
    found = read(price_index="prices")
    np.testing.assert_allclose(found.welfare, SPENT / [1.0, 1.0, 0.8, 0.8])
    told = read(region="prov", region_lines={"a": 125.0, "b": 80.0}, line=LINE)
    np.testing.assert_allclose(told.welfare, SPENT * [0.8, 0.8, 1.25, 1.25])
    # One line finds the poor of every region.
    own = np.array([125.0, 125.0, 80.0, 80.0]) * 10
    np.testing.assert_array_equal(told.welfare < LINE.amount * 10, own > SPENT)
    assert told.notes == ("welfare is told at the prices of 'national': x that line / the region's own line",)


def test_weights_of_persons() -> None:
    found = read(weight_of="person")
    np.testing.assert_allclose(found.weight, [10 / 4, 20.0, 10.0, 40 / 6])
    assert found.persons == pytest.approx(100.0)


def test_design_and_composition_are_kept() -> None:
    found = read(strata="prov", clusters="psu", composition=("kids",))
    assert found.strata is not None
    assert found.clusters is not None
    assert found.strata.tolist() == ["a", "a", "b", "b"]
    assert found.clusters.tolist() == ["1", "1", "2", "3"]
    np.testing.assert_array_equal(found.columns["kids"], [2, 0, 1, 3])
    assert {"strata", "clusters", "kids"} <= set(found.frame.columns)
    assert found.sampled
    assert not read(weight=None).sampled
    assert found.median == 2400.0


def test_households_of_one_cluster_share_their_part() -> None:
    """The error of the sample is between clusters: a cluster is never divided between the random groups."""
    rng = np.random.default_rng(1)
    count, clusters = 1_200, 60
    table = pd.DataFrame({"id": [f"h{i}" for i in range(count)], "psu": [f"c{i % clusters}" for i in range(count)]})
    table["stratum"] = np.where(np.arange(count) % clusters < 30, "x", "y")
    effect = rng.normal(0, 0.5, clusters)[np.arange(count) % clusters]
    table["spent"] = np.exp(np.log(130) + effect + rng.normal(0, 0.4, count))
    table["w"] = 50.0
    variances = []
    for design in ({}, {"clusters": "psu"}, {"clusters": "psu", "strata": "stratum"}):
        people = gr.Population.from_frame(
            table, welfare="spent", id="id", currency="IDR", weight="w", assumed_members=4.0, **design
        )
        result = gr.simulate(
            people, gr.HouseholdEconomy(), [], lines=[LINE], months=1, draws=4, seed=1, progress=False
        )
        variances.append(result.sampling[0, 0, 0, 0, 0])
    assert variances[1] > 3 * variances[0]
    assert variances[2] > 3 * variances[0]


def test_all_faults_at_once() -> None:
    table = frame(size=[4, 0, 3, 99], kids=[2, 0, 5, 1.5], prices=[1.0, -1.0, 1.0, 1.0], prov=["a", "a", "c", "b"])
    table = pd.concat([table, frame(id=["05", "06", "07", "07"])], ignore_index=True)
    with pytest.raises(gr.InputError) as caught:
        read(table, composition=("kids",), price_index="prices", by="none", per="family", region="prov")
    assert str(caught.value) == (
        "Population.from_frame: 9 faults in the table\n"
        "  per must be one of 'person', 'household', 'adult equivalent'; got 'family'\n"
        "  region and region_lines must be given together; got one of them\n"
        "  members must be above 0; it is not in row 2\n"
        "  members must be at most 60; it is not in row 4\n"
        "  by must be the name of a column; got 'none' (columns: 'id', 'spent', 'size', 'kids', 'w', 'prov', "
        "'psu', 'prices')\n"
        "  composition 'kids' must be a whole number; it is not in row 4\n"
        "  composition 'kids' must be at most the members; it is not in row 3\n"
        "  price_index must be above 0; it is not in row 2\n"
        "  id must be given once a household; repeated in rows 7, 8"
    )


def test_impossible_sizes_and_long_lists_of_rows() -> None:
    table = pd.concat([frame(size=[4.5, 1, 3, 6])] + [frame(size=[0, 0, 0, 0])] * 6, ignore_index=True)
    table["id"] = range(len(table))
    with pytest.raises(gr.InputError) as caught:
        read(table)
    rows = ", ".join(str(row) for row in range(5, 25))
    assert str(caught.value) == (
        "Population.from_frame: 2 faults in the table\n"
        f"  members must be above 0; it is not in rows {rows} and 4 more\n"
        "  members must be a whole number; it is not in row 1"
    )


def test_codes_kept_as_floats_and_names_given_twice() -> None:
    table = frame(prov=[3216.0, 3216.0, 3273.0, 3273.0], id=[1.0, 2.0, 3.0, 9007199254740991.0])
    found = read(table, by="prov", region="prov", region_lines={"3216": np.int64(100), "3273": 80}, line=LINE)
    assert found.by is not None
    assert found.by.tolist() == ["3216", "3216", "3273", "3273"]
    assert found.ids.tolist() == ["1", "2", "3", "9007199254740991"]
    with pytest.raises(gr.InputError) as caught:
        read(frame().rename(columns={"kids": "w"}))
    assert str(caught.value) == (
        "Population.from_frame: 1 fault in the table\n  weight must be the name of one column; 'w' is the name of 2"
    )
    over = r"\n  children 'kids' must be at most the members; it is not in row 2$"
    with pytest.raises(gr.InputError, match=over):
        read(frame(kids=[0, 2, 0, 0]), per="adult equivalent", scale="oecd", children="kids")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"members": None, "per": "household"}, "members must be given where welfare is per household; got none"),
        ({"members": None, "weight_of": "person"}, "members must be given where weights are of persons; got none"),
        ({"per": "adult equivalent"},
         "scale must be given where welfare is per adult equivalent, and nowhere else; got None per adult equivalent"),
        ({"scale": "oecd"},
         "scale must be given where welfare is per adult equivalent, and nowhere else; got 'oecd' per person\n"
         "  children must be given for the scale 'oecd'; got none"),
        ({"region": "prov", "region_lines": {"a": 1.0, "b": 2.0}},
         "line must be given where region_lines are: the one at whose prices welfare is told"),
        ({"region": "prov", "region_lines": {"a": 1.0}, "line": LINE},
         "region must be one of region_lines; 'b' is not, in rows 3, 4"),
        ({"region": "prov", "region_lines": {"a": 1.0, "b": -2.0}, "line": LINE},
         "region_lines must be money above 0; got -2.0 for 'b'"),
        ({"line": gr.PovertyLine(amount=1.0, label="x", currency="USD")}, "line must be in IDR; got USD"),
        ({"assumed_members": 3.0}, "assumed_members must be left out where members is given"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_go_together(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        read(**changes)
    first, rest = str(caught.value).split("\n", maxsplit=1)
    assert first.startswith("Population.from_frame: ")
    assert rest == f"  {fault}"


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (12.0, "at 'low' the median of welfare is 288 times the line: money of a year or of a whole household, or a line "
               "per day? Welfare and line must both be per person per month"),
        (1e-3, "at 'low' the median of welfare is 1/42 of the line: money of a day, or in thousands? Welfare and line "
               "must both be per person per month"),
    ],
)  # fmt: skip
def test_a_median_of_another_period_is_suspicious(factor: float, words: str) -> None:
    line = gr.PovertyLine(amount=100.0, label="low")
    table = frame(spent=SPENT * factor)
    with pytest.warns(gr.GraduasiWarning) as caught:
        read(table, line=line)
    assert [str(each.message) for each in caught] == [words]
    with pytest.warns(gr.GraduasiWarning, match="^at 'low' the median of welfare is"):
        read(table).headcount(line)


def test_where_names_the_column_that_is_missing(tmp_path: Path) -> None:
    frame().to_csv(tmp_path / "h.csv", index=False)
    with pytest.raises(gr.InputError) as caught:
        gr.Population.from_file(
            tmp_path / "h.csv", welfare="spent", id="id", currency="IDR", where=lambda table: table["treated"] == 1
        )
    assert str(caught.value) == (
        "Population.from_file.where must use columns of the file ('id', 'spent', 'size', 'kids', 'w', 'prov', 'psu', "
        "'prices'); got 'treated'"
    )


def test_stata_files_that_are_not_as_they_should_be(tmp_path: Path) -> None:
    columns: dict[str, str] = {"welfare": "spent", "id": "id", "currency": "IDR", "by": "kids"}
    path = tmp_path / "h.dta"
    frame().to_stata(path, write_index=False, value_labels={"kids": {0: "none", 1: "some", 2: "some", 3: "many"}})
    with pytest.warns(gr.GraduasiWarning) as caught:
        found = gr.Population.from_file(path, **columns)  # type: ignore[arg-type]
    assert [str(each.message) for each in caught] == [
        f"{str(path)!r} has codes that share a label: all of its labelled columns are read as codes"
    ]
    assert found.by is not None
    assert found.by.tolist() == ["2", "0", "1", "3"]
    path.write_text("not what its name says")
    with pytest.raises(gr.InputError) as refused:
        gr.Population.from_file(path, **columns)  # type: ignore[arg-type]
    assert str(refused.value) == f"Population.from_file.path must be a Stata file; got {str(path)!r}"


def test_labels_of_a_stata_file_become_groups(tmp_path: Path) -> None:
    table = frame(prov=pd.Categorical.from_codes([0, 0, 1, 1], ["Bekasi", "Bogor"]))
    table.to_stata(tmp_path / "h.dta", write_index=False)
    found = gr.Population.from_file(
        tmp_path / "h.dta", welfare="spent", id="id", currency="IDR", members="size", by="prov"
    )
    assert found.by is not None
    assert found.by.tolist() == ["Bekasi", "Bekasi", "Bogor", "Bogor"]


def test_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    """As spreadsheets write where a comma is the decimal sign."""
    table = frame(spent=SPENT + 0.5)
    table.to_csv(tmp_path / "h.csv", index=False, sep=";", decimal=",")
    found = gr.Population.from_file(tmp_path / "h.csv", welfare="spent", id="id", currency="IDR", members="size")
    np.testing.assert_array_equal(found.welfare, SPENT + 0.5)
    assert found.ids.tolist() == ["01", "02", "03", "04"]
