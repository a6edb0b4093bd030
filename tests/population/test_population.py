"""Populations: read from tables, and made from published figures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures
from graduasi.population import Published, synthesise

LINE = gr.PovertyLine(amount=632811, label="local")
BEKASI: dict[str, Any] = {
    "line": LINE, "headcount": 0.0493, "severity": 0.0020, "persons": 3.29e6, "gini": 0.373,
}  # fmt: skip


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"id": ["0012", "0013", "a"], "spent": [10.0, 20.0, 30.0], **columns})


def read(table: pd.DataFrame, **rest: Any) -> gr.Population:
    return gr.Population.from_frame(table, **{"welfare": "spent", "id": "id", "currency": "IDR", **rest})


def test_what_a_frame_gives() -> None:
    table = frame(size=[1, 2, 3], w=[1.0, 0.0, 2.5], region=["e", "w", "e"], school=[0, 1, 2])
    population = read(table, members="size", weight="w", by="region", columns=("school",), kind="income")
    assert population.ids.tolist() == ["0012", "0013", "a"]
    assert population.persons == 8.5
    assert population.families == 3.5
    assert (population.kind, population.currency) == ("income", "IDR")
    back = population.frame
    assert list(back.columns) == ["id", "welfare", "weight", "members", "by", "school"]
    table.loc[0, "spent"] = -1.0
    assert population.welfare[0] == 10.0
    with pytest.raises(ValueError, match="read-only"):
        population.welfare[0] = 3.0
    assert repr(population) == "Population(3 records for 4 families, income in IDR)"
    assert population.headcount(gr.PovertyLine(amount=15.0, label="x")) == pytest.approx(1 / 8.5)


def test_every_fault_of_a_table_with_its_rows() -> None:
    table = frame(spent=["x", 20.0, math.nan], size=[0, 2, 3], w=[-1.0, 1.0, 1.0])
    table["id"] = ["1", "1", "2"]
    with pytest.raises(gr.InputError) as caught:
        read(table, members="size", weight="w", by="region")
    assert str(caught.value) == (
        "Population.from_frame: 5 faults in the table\n"
        "  welfare must be a number in every row; missing or not finite in rows 1, 3; row 1 has 'x'\n"
        "  weight must be at least 0; it is not in row 1\n"
        "  members must be above 0; it is not in row 1\n"
        "  by must be the name of a column; got 'region' (columns: 'id', 'spent', 'size', 'w')\n"
        "  id must be given once a household; repeated in rows 1, 2"
    )


def test_many_bad_rows_are_counted() -> None:
    table = pd.DataFrame({"id": [str(number) for number in range(30)], "spent": [math.nan] * 30})
    with pytest.raises(gr.InputError) as caught:
        read(table)
    rows = ", ".join(str(number) for number in range(1, 21))
    assert str(caught.value) == (
        "Population.from_frame: 1 fault in the table\n"
        f"  welfare must be a number in every row; missing or not finite in rows {rows} and 10 more"
    )


@pytest.mark.parametrize(
    ("table", "rest", "fault"),
    [
        (frame(), {"members": None, "assumed_members": 0.0}, "assumed_members must be a number in [1, 100]; got 0.0"),
        (frame(size=[1, 1, 1]), {"members": "size", "assumed_members": 4.0}, "assumed_members must be left out where members is given"),
        (frame(w=[0.0] * 3), {"weight": "w"}, "weight must be above 0 in at least one row; all are 0"),
        (frame(id=["1", None, "2"]), {}, "id must be given in every row; missing in row 2"),
    ],
)  # fmt: skip
def test_one_fault_of_a_table(table: pd.DataFrame, rest: dict[str, Any], fault: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        read(table, **rest)
    assert str(caught.value) == f"Population.from_frame: 1 fault in the table\n  {fault}"


def test_other_refusals() -> None:
    with pytest.raises(gr.InputError) as caught:
        read(frame().iloc[:0])
    assert str(caught.value) == "Population.from_frame.frame must be a table with at least one row; got 0 rows"
    with pytest.raises(gr.InputError) as caught:
        read(frame(), kind="wealth")
    assert str(caught.value) == (
        "Population.from_frame: 1 fault in the table\n  kind must be one of 'consumption', 'income'; got 'wealth'"
    )
    population = read(frame())
    with pytest.raises(gr.InputError) as caught:
        population.headcount(gr.PovertyLine(amount=1.0, label="x", currency="USD"))
    assert str(caught.value) == "PovertyLine.currency must be the population's, 'IDR'; got 'USD'"
    with pytest.raises(gr.NotAvailableError) as refused:
        _ = population.persons
    assert str(refused.value) == "Population has no members: persons cannot be counted; only households can"
    with pytest.raises(gr.NotAvailableError) as refused:
        _ = population.sizes
    assert str(refused.value) == (
        "Population has no members: money per household cannot be turned into money per person; "
        "give members, or assumed_members if one size must stand for all"
    )
    with pytest.raises(gr.InputError) as caught:
        gr.PovertyLine(amount=-3.0, label="x")
    assert str(caught.value) == "PovertyLine.amount must be money in [1e-06, 1e+18]; got -3.0"


def test_zero_and_negative_welfare_is_kept_and_told() -> None:
    with pytest.warns(gr.GraduasiWarning, match="^2 of 3 households have zero or negative welfare"):
        population = read(frame(spent=[-1.0, 0.0, 3.0]))
    assert population.welfare.tolist() == [-1.0, 0.0, 3.0]
    assert len(population.notes) == 1


def test_sizes() -> None:
    assert read(frame(), assumed_members=6.5).sizes.tolist() == [6.5] * 3


def test_files(tmp_path: Path) -> None:
    frame().to_csv(tmp_path / "h.csv", index=False)
    frame().to_parquet(tmp_path / "h.parquet")
    frame().to_stata(tmp_path / "h.dta", write_index=False)
    for name in ("h.csv", "h.parquet", "h.dta"):
        population = gr.Population.from_file(
            tmp_path / name, welfare="spent", id="id", currency="IDR", where=lambda table: table["spent"] > 10
        )
        assert population.ids.tolist() == ["0013", "a"]
    for name, need in (("h.xlsx", "a file that exists"), ("h.txt", "a .csv, .parquet or .dta file")):
        path = tmp_path / name
        if name == "h.txt":
            path.write_text("")
        with pytest.raises(gr.InputError) as caught:
            gr.Population.from_file(path, welfare="spent", id="id", currency="IDR")
        assert str(caught.value) == f"Population.from_file.path must be {need}; got {str(path)!r}"


def test_parquet_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: Path) -> pd.DataFrame:
        raise ImportError

    (tmp_path / "h.parquet").touch()
    monkeypatch.setattr(pd, "read_parquet", missing)
    with pytest.raises(gr.NotAvailableError) as caught:
        gr.Population.from_file(tmp_path / "h.parquet", welfare="spent", id="id", currency="IDR")
    assert str(caught.value) == "reading .parquet needs the extra: pip install 'graduasi[parquet]'"


def test_line_times() -> None:
    near = gr.PovertyLine(amount=100.0, label="extreme").times(1.5, "near-poor")
    assert (near.amount, near.label) == (150.0, "near-poor")
    assert near.source == "1.5 x extreme (stated by the user)"


def shares(population: gr.Population, welfare: Any = None) -> tuple[float, float, float]:
    values = population.welfare if welfare is None else welfare
    return tuple(measures.fgt(values, LINE.amount, alpha, population.person_weight) for alpha in (0, 1, 2))  # type: ignore[return-value]


def test_bekasi_has_its_published_figures() -> None:
    population = gr.Population.from_aggregates(**BEKASI)
    headcount, _, severity = shares(population)
    assert headcount == pytest.approx(0.0493, abs=1e-9)
    assert severity == pytest.approx(0.0020, abs=1e-9)
    assert population.persons == pytest.approx(3.29e6)
    assert population.persons / population.families == pytest.approx(3.7, rel=1e-9)
    poor = population.welfare < LINE.amount
    poor_size = population.person_weight[poor].sum() / population.weight[poor].sum()
    assert poor_size == pytest.approx(4.05, rel=1e-9)
    assert measures.gini(population.welfare, population.person_weight) == pytest.approx(0.373, abs=1e-6)
    assert (population.weight > 0).all()
    assert (np.diff(population.welfare) >= 0).all()
    assert poor.mean() > 0.3


def test_the_fan_covers_the_extreme_headcount() -> None:
    """The prototype's 90% band at Rp 351,957 is .02% to .46% of persons around .15%."""
    population = gr.Population.from_aggregates(**BEKASI)
    extreme = gr.PovertyLine(amount=351_957.0, label="$1.90")
    low, middle, high = (100 * population.headcount(extreme, probability) for probability in (0.05, 0.5, 0.95))
    assert 0.01 < low < 0.05
    assert middle == pytest.approx(0.144, abs=0.01)
    assert 0.35 < high < 0.55
    for probability in (0.01, 0.3, 0.99):
        assert (np.diff(population.at_tail(probability)) >= -1e-6).all()
    np.testing.assert_allclose(population.at_tail(0.5), population.welfare, rtol=1e-12)


@settings(max_examples=15)
@given(
    headcount=st.floats(0.02, 0.4), depth=st.floats(0.02, 0.12), gini=st.floats(0.28, 0.5), with_gap=st.booleans()
)
def test_any_consistent_figures_are_met(headcount: float, depth: float, gini: float, with_gap: bool) -> None:
    severity = headcount * depth
    gap = headcount * math.sqrt(depth) * 0.9 if with_gap else None
    population = gr.Population.from_aggregates(
        line=LINE, headcount=headcount, severity=severity, gap=gap, persons=1e5, gini=gini, size=2000, doubt=None
    )
    found = shares(population)
    assert found[0] == pytest.approx(headcount, abs=1e-9)
    assert found[2] == pytest.approx(severity, abs=1e-9)
    if gap is not None:
        assert found[1] == pytest.approx(gap, abs=1e-9)
    assert measures.gini(population.welfare, population.person_weight) == pytest.approx(gini, abs=1e-6)
    assert population.tails is None
    np.testing.assert_array_equal(population.at_tail(0.9), population.welfare)


def published(**changes: Any) -> Published:
    return Published(**{**BEKASI, "mean_members": 3.7, "mean_members_poor": 4.05, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"headcount": 4.93}, "Published.headcount must be a share in [0, 1]; got 4.93"),
        ({"headcount": 0.995}, "Published.headcount must be a share in (0, 0.995); got 0.995"),
        ({"gini": 0.0}, "Published.gini must be a share in (0, 1); got 0.0"),
        ({"severity": 0.05}, "Published.severity must be above 0 and below the headcount, 0.0493; got 0.05"),
        ({"gap": 0.001}, "Published.severity must be above 0 and below the gap, 0.001; got 0.002"),
        ({"gap": 0.05}, "Published.gap must be above 0 and below the headcount, 0.0493; got 0.05"),
        (
            {"gap": 0.012},
            "Published.gap must be below sqrt(headcount x severity) = 0.00992975, since the mean square of the gaps "
            "is at least the square of their mean; got 0.012",
        ),
        (
            {"mean_members": 7.9, "mean_members_poor": 1.0, "headcount": 0.5, "severity": 0.05},
            "Published.mean_members must leave the non-poor a mean size in [1, 8); got 7.9 of all and 1.0 of the poor",
        ),
    ],
)
def test_figures_that_contradict_each_other(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        synthesise(published(**changes), size=300)
    assert str(caught.value) == message


def test_other_arguments_of_synthesis() -> None:
    with pytest.raises(gr.InputError) as caught:
        synthesise(published(), size=10)
    assert str(caught.value) == "Population.size must be a whole number at least 200; got 10"
    with pytest.raises(gr.InputError) as caught:
        synthesise(published(), deepest=1.5)
    assert str(caught.value) == "Population.deepest must be a share in (0, 1); got 1.5"
    with pytest.raises(gr.FitError) as unmet:
        synthesise(published(severity=1e-9), size=300, doubt=None)
    assert str(unmet.value).startswith(
        "no tilt of a dagum tail meets headcount 0.0493, gap None, severity 1e-09; check that they are shares, "
        "not percent (no positive weights meet all 2 targets: "
    )
    ones = synthesise(published(mean_members=1.0, mean_members_poor=1.0), size=300, doubt=None)
    assert (ones.members == 1.0).all()


def test_seed_moves_sizes_alone() -> None:
    first, second = (gr.Population.from_aggregates(**BEKASI, size=500, seed=seed) for seed in (0, 1))
    np.testing.assert_array_equal(first.welfare, second.welfare)
    assert (first.members != second.members).any()
