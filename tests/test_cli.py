"""The command line: what it writes, what it refuses, and what it leaves alone."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.scenario.cases import PLAIN as SMALL

import graduasi as gr
from graduasi import cli, output
from graduasi.cli import FILES, main
from graduasi.study import Findings, study


def write(folder: Path, **changes: Any) -> Path:
    path = folder / "scenario.json"
    path.write_text(json.dumps(SMALL | changes), encoding="utf-8")
    return path


QUICK = {"report": {"at": [13], "sensitivity_draws": 0, "benchmark": False}}
NO_FIGURES = "the report has no figures: for them, pip install 'graduasi[report]'"
TITLE = "<script>alert('x')</script> & families"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a whole run, and what it printed; for every test that only looks."""
    folder = tmp_path_factory.mktemp("ran")
    path = write(folder, title=TITLE, assumptions=["all <b>assumed</b>"])
    printed = io.StringIO()
    out = folder / "deep" / "out"
    with contextlib.redirect_stdout(printed):
        assert main(["run", str(path), "--out", str(out), "--workers", "1", "--quiet"]) == 0
    return out, printed.getvalue()


@pytest.fixture(scope="module")
def known() -> Findings:
    """Findings of a quick run, for every test of what is done with them."""
    return study(gr.Scenario.from_dict(SMALL | QUICK), progress=False)


def test_run_writes_its_files_without_ids(ran: tuple[Path, str]) -> None:
    out, printed = ran
    assert sorted(item.name for item in out.iterdir()) == sorted(FILES)
    assert [item.name for item in out.parent.iterdir()] == ["out"]
    assert "cost of an additional sustained exit" in printed
    assert f"wrote {', '.join(str(out / name) for name in FILES)}" in printed
    for name in FILES:
        assert b"r0000001" not in (out / name).read_bytes()
    monthly = pd.read_csv(out / "monthly.csv")
    assert set(monthly["policy"]) == {"nothing", "both"}
    policies = pd.read_csv(out / "policies.csv")
    assert len(policies) == 4
    assert {"poor_0", "poor_12", "additional_sustained_13", "cost_per_additional_sustained"} <= set(
        policies.columns
    )


def test_the_page_holds_no_script_no_address_and_no_nan(ran: tuple[Path, str]) -> None:
    page = (ran[0] / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page
    assert "all &lt;b&gt;assumed&lt;/b&gt;" in page
    assert page.count("<svg") >= 6
    assert not re.search(r"""(src|href)=["']?https?:""", page)
    for name in ("NaN", "Infinity"):
        assert name not in page


def test_the_answer_is_small_and_the_arrays_are_the_projection(ran: tuple[Path, str]) -> None:
    out, _ = ran
    text = (out / "answer.json").read_text(encoding="utf-8")
    answer = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert (answer["title"], answer["made"]["command"]) == (TITLE, "graduasi run scenario.json")
    assert len(text) < 30_000
    projection = gr.Projection.load(out)
    assert projection.policies == ("nothing", "both")
    alone = gr.Scenario.from_dict(SMALL).run(progress=False)
    assert (projection.values == alone.values).all()


def test_workers_do_not_matter(tmp_path: Path, known: Findings) -> None:
    out = tmp_path / "out"
    path = write(tmp_path, **QUICK)
    assert main(["run", str(path), "--out", str(out), "--workers", "2", "--quiet"]) == 0
    output.write(tmp_path / "one", cli._writers(known, figures=False))
    for name in ("arrays.npz", "monthly.csv", "policies.csv"):
        assert (out / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


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
    assert capsys.readouterr().err == "graduasi: --draws must be a whole number at least 1; got 0\n"
    assert not (tmp_path / "new").exists()


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "graduasi scenario"
    assert main(["schema", "answer"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "graduasi answer of a study"


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
    assert capsys.readouterr().err == f"graduasi: --out must be a folder; {tmp_path / 'file'} is a file\n"
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--workers", "0"]) == 2
    assert capsys.readouterr().err == "graduasi: --workers must be a whole number at least 1; got 0\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "scenario.json"]


def test_a_programme_that_reaches_nobody_is_warned_of_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = SMALL["programmes"][0] | {"budget": {"amount": 0}}
    path = write(tmp_path, programmes=[programme, *SMALL["programmes"][1:]], **QUICK)
    monkeypatch.setattr(cli, "_has_figures", lambda: False)
    assert main(["run", str(path), "--out", str(tmp_path / "out"), "--workers", "1", "--quiet"]) == 0
    errors = capsys.readouterr().err.removeprefix(f"graduasi: {NO_FIGURES}\n")
    assert errors.count(f"graduasi: warning: programme {programme['name']!r} of policy") == len(errors.splitlines())
    assert (tmp_path / "out" / "report.html").exists()


def test_the_report_answers_for_the_horizon_unless_told(tmp_path: Path) -> None:
    changed = {name: value for name, value in SMALL.items() if name != "report"} | {"months": 15}
    assert gr.Scenario.from_dict(changed).answers_at == (12, 15)
    assert gr.Scenario.from_dict(changed | {"months": 12}).answers_at == (12,)
    assert gr.Scenario.from_dict(changed | {"months": 7, "report": {"at": [3, 7]}}).answers_at == (3, 7)


def command(*arguments: str, **rest: Any) -> subprocess.CompletedProcess[str]:
    code = "import sys; from graduasi.cli import main; sys.exit(main())"
    return subprocess.run([sys.executable, "-c", code, *arguments], text=True, check=False, timeout=60, **rest)


def test_without_the_extra_everything_but_the_figures_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, known: Findings
) -> None:
    monkeypatch.setattr(cli, "_findings", lambda *_: known)
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    out = tmp_path / "out"
    assert main(["run", str(write(tmp_path, **QUICK)), "--out", str(out), "--workers", "1"]) == 0
    assert capsys.readouterr().err == f"graduasi: {NO_FIGURES}\n"
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<p>Figures need the extra: <code>pip install &#x27;graduasi[report]&#x27;</code></p>" in page
    assert "<svg" not in page
    assert gr.Projection.load(out).policies == ("nothing", "both")


def test_a_folder_that_cannot_hold_the_report_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_findings", lambda *_: pytest.fail("there was work"))
    (tmp_path / "out" / "report.html").mkdir(parents=True)
    path = str(write(tmp_path))
    assert main(["run", path, "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        "graduasi: --out must leave the name report.html to a file; "
        f"{tmp_path / 'out' / 'report.html'} is something else\n"
    )
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    new = tmp_path / "new"
    assert main(["run", path, "--out", str(new)]) == 2
    assert capsys.readouterr().err == (
        f"graduasi: --out must have room for at least 57 KiB; {tmp_path} has 1 KiB free\n"
    )
    assert not new.exists()


def test_the_size_that_is_known_beforehand_is_never_more_than_what_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = {"at": [1], "sensitivity_draws": 0, "benchmark": False}
    path = write(tmp_path, report=report, months=1, lines=SMALL["lines"][:1], policies=SMALL["policies"][:1])
    assert main(["run", str(path), "--out", str(out), "--workers", "1", "--quiet"]) == 0
    least = cli._least_size(gr.Scenario.from_file(path), 2)
    assert 0 < least < sum(item.stat().st_size for item in out.iterdir())


def test_a_disk_that_fills_meanwhile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, known: Findings
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / "out"
    monkeypatch.setattr(cli, "_findings", lambda *_: known)
    monkeypatch.setattr("graduasi.projection.store.write_arrays", full)
    assert main(["run", str(write(tmp_path, **QUICK)), "--out", str(out), "--workers", "1"]) == 2
    assert capsys.readouterr() == (
        "", f"graduasi: nothing was written: [Errno 28] No space left on device; what {out} held before is as it was\n"
    )  # fmt: skip
    assert not out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_signals_end_the_work_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, status: int
) -> None:
    number = getattr(signal, name)
    before = signal.signal(number, signal.default_int_handler)
    try:
        monkeypatch.setattr(cli, "_findings", lambda *_: os.kill(os.getpid(), number))
        assert main(["run", str(write(tmp_path)), "--out", str(tmp_path / "out")]) == status
        assert capsys.readouterr() == ("", f"graduasi: stopped by {name}\n")
        assert signal.getsignal(number) is signal.default_int_handler
        signal.signal(number, signal.SIG_IGN)
        with pytest.raises(AttributeError):  # after nohup the work goes on, here with findings that are None
            main(["run", str(write(tmp_path)), "--out", str(tmp_path / "out")])
    finally:
        signal.signal(number, before)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize(("sent", "status"), [("SIGTERM", 143), ("SIGKILL", -9)])
def test_workers_end_with_their_parent(tmp_path: Path, sent: str, status: int) -> None:
    """The parent alone is told; its workers share its standard error, which ends when the last of them has ended."""
    code = (
        "import sys, time; import graduasi.study; from graduasi import cli\n"
        "def work(scenario, executor, **_):\n"
        "    executor.submit(int).result(); print('now', file=sys.stderr, flush=True)\n"
        "    executor.submit(time.sleep, 60).result()\n"
        "graduasi.study.study = work; sys.exit(cli.main())"
    )
    arguments = [sys.executable, "-c", code, "run", str(write(tmp_path)), "--out", str(tmp_path / "out")]
    with subprocess.Popen([*arguments, "--workers", "2"], stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        assert child.stderr.readline() == "now\n"
        child.send_signal(getattr(signal, sent))
        assert child.stderr.read() == (f"graduasi: stopped by {sent}\n" if status > 0 else "")
        assert child.wait(30) == status
    assert not (tmp_path / "out").exists()


def test_a_worker_that_is_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    def work(scenario: gr.Scenario, executor: Any, **_: Any) -> None:
        executor.submit(os._exit, 1).result()

    monkeypatch.setattr("graduasi.study.study", work)
    assert main(["run", str(write(tmp_path)), "--out", str(tmp_path / "out"), "--workers", "2"]) == 2
    assert capsys.readouterr().err == (
        "graduasi: a worker process was killed, perhaps for want of memory; nothing was written: "
        "use fewer --workers\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output() -> None:
    with Path("/dev/full").open("w") as full:
        done = command("schema", stdout=full, stderr=subprocess.PIPE)
        assert done.stderr == (
            "graduasi: standard output could not be written: [Errno 28] No space left on device\n"
        )
        assert done.returncode == 2
        assert command("schema", stdout=full, stderr=full).returncode == 2


def test_a_reader_that_has_gone_is_no_fault() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = command("schema", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_terminal_that_knows_ascii_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    assert cli._printed("30 – 40\ud800") == 0
    assert stream.buffer.getvalue() == b"30 \\u2013 40\\ud800\n"  # type: ignore[attr-defined]
    monkeypatch.setattr(sys, "stdout", None)
    assert cli._printed("nowhere") == 0
    monkeypatch.setattr(sys, "stderr", None)
    cli._say("nowhere")


def test_where_matplotlib_keeps_its_cache_is_no_readers_business() -> None:
    code = "import sys; from graduasi.cli import _has_figures; sys.exit(0 if _has_figures() else 3)"
    nowhere = {"MPLCONFIGDIR": "/dev/null/no", "HOME": "/dev/null/no", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=nowhere, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
