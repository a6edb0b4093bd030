"""What a stranger's scenario may not ask for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.scenario.cases import changed, small

import graduasi as gr
from graduasi.scenario import Limits

FILE = {"kind": "file", "welfare": "w", "id": "id", "period": "month", "per": "person", "members": "m"}


def faults(document: dict[str, Any], limits: Limits | None = None) -> tuple[str, ...]:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(document, limits=limits or Limits())
    return caught.value.faults


def test_a_small_question_is_within_the_limits() -> None:
    assert gr.Scenario.from_dict(small(), limits=Limits()).run(progress=False).draws == 2


@pytest.mark.parametrize(
    ("where", "value", "fault"),
    [
        (("months",), 241, "months: must be at most 240 here; found 241"),
        (("draws",), 1001, "draws: must be at most 1000 here; found 1001"),
        (("population", "size"), 100_001, "population.size: must be at most 100000 here; found 100001"),
        (("programmes", 0, "interventions", 0, "payments"), 241, "programmes[0].interventions[0].payments: must be at most 240 here; found 241"),
        (("report", "sensitivity_draws"), 2000, "report.sensitivity_draws: must be at most 1000 here; found 2000"),
        (("population",), FILE | {"path": "/etc/x.csv"}, "population.path: must be left out, since files are not read here; found '/etc/x.csv'"),
        (("lines",), [{"label": str(place), "amount": 1.0} for place in range(11)], "lines: must be a list of at most 10 here; found 11"),
        (("policies",), [{"name": str(place)} for place in range(20_000)], "policies: must be a list of at most 20 here; found 20000"),
        (("variants",), [{"label": str(place)} for place in range(5_000)], "variants: must be a list of at most 10 here; found 5000"),
        (("title",), "x" * 2_001, "title: must be a text of at most 2000 characters here; found 2001"),
        (("assumptions",), ["x" * 1_999] * 600, "scenario: must be of at most 1000000 characters here"),
        (("assumptions",), ["x"] * 10_001, "assumptions: must be a list of at most 10000 here; found 10001"),
    ],
)  # fmt: skip
def test_what_is_too_much(where: tuple[str | int, ...], value: Any, fault: str) -> None:
    assert fault in faults(changed(small(), where, value))


def test_work_is_estimated() -> None:
    large = changed(small(draws=1_000, months=240, report={}), ("population", "size"), 100_000)
    assert faults(large) == ("scenario: must need at most 300 s of CPU time here; needs about 4940",)
    assert faults(small(), Limits(memory=2.0**17))[0] == (
        "scenario: must need at most 0.00012207 GiB here; needs about 0.0"
    )


def test_files_stay_below_their_root(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside.csv"
    root.mkdir()
    outside.write_text("id,w,m\na,1,1\nb,2,1\nc,3,2\n")
    (root / "good.csv").write_text(outside.read_text())
    (root / "link.csv").symlink_to(outside)
    os.mkfifo(root / "pipe.csv")
    limits = Limits(root=str(root))

    def build(path: str, own: Limits = limits) -> gr.Population:
        document = small(population=FILE | {"path": path}, variants=[])
        return gr.Scenario.from_dict(document, root, limits=own).build()

    assert len(build("good.csv")) == 3
    for path in ("../outside.csv", str(outside), "link.csv"):
        with pytest.raises(gr.ScenarioError) as caught:
            build(path)
        shown = repr(str(root / path))
        shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
        assert caught.value.faults == (f"population.path: must be inside the folder for files; got {shown}",)
    with pytest.raises(gr.ScenarioError, match=r"population\.path: must be a regular file; got"):
        build("pipe.csv")
    with pytest.raises(gr.ScenarioError, match=r"population\.path: must be a file; got"):
        build("none.csv")
    with pytest.raises(gr.ScenarioError, match=r"population\.path: must be a file of at most 5 bytes here; got 25"):
        build("good.csv", Limits(root=str(root), file_bytes=5))
    document = small(population=FILE | {"path": "good.csv"}, variants=[], lines=[{"label": "x", "amount": 2.0}])
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(document, root, limits=Limits(root=str(root), records=2)).run(progress=False)
    assert caught.value.faults == ("population: must be of at most 2 records here; found 3",)


def test_inflated_bytes_of_a_parquet_file(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    size = 200_000
    frame = pandas.DataFrame({"id": [str(place) for place in range(size)], "w": [1.0] * size, "m": [1] * size})
    frame.to_parquet(tmp_path / "large.parquet")
    limits = Limits(root=str(tmp_path), inflated_bytes=100_000)
    (tmp_path / "large.parquet").rename(tmp_path / "large.bin")
    # The reader tells the kind by the name that it is given, in letters of any size.
    for name in ("large.parquet", "LARGE.PARQUET"):
        (tmp_path / name).symlink_to(tmp_path / "large.bin")
        document = small(population=FILE | {"path": name}, variants=[])
        with pytest.raises(
            gr.ScenarioError, match=r"population\.path: must hold at most 100000 bytes here once inflated"
        ):
            gr.Scenario.from_dict(document, tmp_path, limits=limits).build()


def test_a_scenario_file_is_limited_too(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("# " + "x" * 1_000)
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_file(path, limits=Limits(characters=500))
    assert caught.value.faults == ("file: must be of at most 500 bytes here; found 1002",)


def test_one_fault_does_not_switch_the_limits_off(tmp_path: Path) -> None:
    """A key given twice, beside a text that is too long, or a table that goes too deep."""
    long = tmp_path / "long.json"
    long.write_text('{"title": "a", "title": "' + "x" * 9_000 + '"}', encoding="utf-8")
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_file(long, limits=Limits(text=100))
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["title", "title"]
    deep = tmp_path / "deep.json"
    deep.write_text('{"title": "a", "title": "b", "model": ' + '{"a": ' * 80 + "1" + "}" * 81, encoding="utf-8")
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_file(deep, limits=Limits())
    assert len(caught.value.faults) == 2


def test_what_is_no_limits_and_no_folder() -> None:
    for given, message in (
        ({"limits": 5}, "Scenario.from_dict.limits must be Limits; got 5"),
        ({"folder": 5}, "Scenario.from_dict.folder must be the path of a folder; got 5"),
    ):
        with pytest.raises(gr.InputError) as caught:
            gr.Scenario.from_dict(small(), **given)
        assert str(caught.value) == message
    with pytest.raises(gr.InputError) as caught:
        gr.Population.from_aggregates(line=632_811, headcount=0.05, persons=1e6)
    assert str(caught.value) == "Population.from_aggregates.line must be a PovertyLine; got 632811"
