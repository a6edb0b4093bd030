"""The command line: what it writes, what it refuses, and what it leaves alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.scenario.test_scenario_files import SMALL

import graduasi as gr
from graduasi.cli import FILES, main


def write(folder: Path, **changes: Any) -> Path:
    path = folder / "scenario.json"
    path.write_text(json.dumps(SMALL | changes), encoding="utf-8")
    return path


def test_run_writes_four_files_without_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    title = "<script>alert('x')</script> & families"
    path = write(tmp_path, title=title, assumptions=["all <b>assumed</b>"])
    assert main(["run", str(path), "--out", str(tmp_path / "deep" / "out"), "--workers", "1", "--quiet"]) == 0
    out = tmp_path / "deep" / "out"
    assert sorted(item.name for item in out.iterdir()) == sorted(FILES)
    assert [item.name for item in out.parent.iterdir()] == ["out"]
    printed = capsys.readouterr().out
    assert "cost of an additional sustained exit" in printed
    assert str(out / "report.html") in printed
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page
    assert "all &lt;b&gt;assumed&lt;/b&gt;" in page
    assert page.count("<svg") >= 6
    assert not re.search(r"""(src|href)=["']?https?:""", page)
    text = (out / "projection.json").read_text(encoding="utf-8")
    for name in ("r0000001", "NaN", "Infinity"):
        assert name not in page
        assert name not in text
    projection = gr.Projection.from_json(out / "projection.json")
    assert projection.policies == ("nothing", "both")
    monthly = pd.read_csv(out / "monthly.csv")
    assert set(monthly["policy"]) == {"nothing", "both"}
    policies = pd.read_csv(out / "policies.csv")
    assert len(policies) == 4
    assert {"poor_0", "poor_12", "additional_sustained_13", "cost_per_additional_sustained"} <= set(
        policies.columns
    )


def test_workers_do_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path, report={"at": [13], "sensitivity_draws": 0, "benchmark": False})
    for workers in ("1", "2"):
        assert main(["run", str(path), "--out", str(tmp_path / workers), "--workers", workers, "--quiet"]) == 0
    first, second = ((tmp_path / workers / "monthly.csv").read_bytes() for workers in ("1", "2"))
    assert first == second


def test_faults_end_with_status_2_and_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("earlier", encoding="utf-8")
    path = write(tmp_path, months="13", draws=0)
    assert main(["run", str(path), "--out", str(out)]) == 2
    assert capsys.readouterr().err == (
        f"graduasi: {path}: 2 faults\n"
        "  months: must be a whole number in [1, 1200]; found '13'\n"
        "  draws: must be a whole number in [1, 1000000]; found 0\n"
    )
    assert [(item.name, item.read_text(encoding="utf-8")) for item in out.iterdir()] == [("report.html", "earlier")]
    assert sorted(item.name for item in tmp_path.iterdir()) == ["out", "scenario.json"]


def test_a_file_in_the_way_and_draws_out_of_range(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path)
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    assert main(["run", str(path), "--out", str(tmp_path / "taken")]) == 2
    assert capsys.readouterr().err == f"graduasi: --out must be a folder; {tmp_path / 'taken'} is a file\n"
    assert main(["run", str(path), "--out", str(tmp_path / "new"), "--draws", "0", "--workers", "1"]) == 2
    assert capsys.readouterr().err == "graduasi: simulate.draws must be a whole number at least 1; got 0\n"
    assert not (tmp_path / "new").exists()


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "graduasi scenario"


def test_the_command_without_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from graduasi.cli import main; sys.exit(main([]))"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2


def test_a_folder_that_cannot_be_made_and_too_few_workers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert main(["run", str(path), "--out", str(tmp_path / "file" / "out"), "--workers", "1"]) == 2
    assert capsys.readouterr().err.startswith("graduasi: --out must be a folder that can be written to; ")
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--workers", "0"]) == 2
    assert capsys.readouterr().err == "graduasi: --workers must be a whole number at least 1; got 0\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "scenario.json"]


def test_a_programme_that_reaches_nobody_is_warned_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programme = SMALL["programmes"][0] | {"budget": {"amount": 0}}
    path = write(tmp_path, programmes=[programme, *SMALL["programmes"][1:]])
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--workers", "1", "--quiet"]) == 0
    errors = capsys.readouterr().err
    assert errors.count(f"graduasi: warning: programme {programme['name']!r} of policy") == len(errors.splitlines())
    assert (tmp_path / "out" / "report.html").exists()


def test_the_report_answers_for_the_horizon_unless_told(tmp_path: Path) -> None:
    changed = {name: value for name, value in SMALL.items() if name != "report"} | {"months": 15}
    assert gr.Scenario.from_dict(changed).answers_at == (12, 15)
    assert gr.Scenario.from_dict(changed | {"months": 12}).answers_at == (12,)
    assert gr.Scenario.from_dict(changed | {"months": 7, "report": {"at": [3, 7]}}).answers_at == (3, 7)
