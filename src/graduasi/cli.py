"""The `graduasi` command: `run` a scenario, print the `schema` of scenario files or of answers."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from graduasi.errors import GraduasiError, GraduasiWarning, InputError
from graduasi.output import check, write
from graduasi.version import VERSION

if TYPE_CHECKING:
    from graduasi.scenario import Scenario
    from graduasi.study import Findings

FAULT, SIGNAL, PIPE = 2, 128, 141
STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
FILES = ("report.html", "answer.json", "arrays.npz", "monthly.csv", "policies.csv")


class _Stopped(BaseException):
    """A signal that ends the work; no `Exception`, so that nothing on the way takes it for a fault of its own."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.number = number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status.

    0; 2 where something that was given is at fault, or nothing could be written; 128 and the signal's number where
    one stopped it (130 for SIGINT, 143 for SIGTERM); 141 where who read its standard output has gone.
    """
    given = _parser().parse_args(arguments)
    try:
        with _stoppable(), _plain_warnings():
            return _printed(_schema(given.of) if given.command == "schema" else _run(given))
    except GraduasiError as fault:
        _say(fault)
    except BrokenExecutor:
        _say("a worker process was killed, perhaps for want of memory; nothing was written: use fewer --workers")
    except _Stopped as stop:
        _say(stop)
        return SIGNAL + stop.number
    return FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="graduasi", description=__doc__)
    parser.add_argument("--version", action="version", version=f"graduasi {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a scenario file and write its report")
    run.add_argument("scenario", type=Path, help="a .toml or .json file")
    run.add_argument("--out", type=Path, required=True, help="folder for the report and the tables")
    run.add_argument("--draws", type=int, help="outer draws, in place of the scenario's")
    run.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (all cores unless given)")
    run.add_argument("--quiet", action="store_true", help="no progress bars (a terminal alone gets some)")
    schema = commands.add_parser("schema", help="print the JSON Schema of scenario files, or of answers")
    schema.add_argument("of", nargs="?", choices=("scenario", "answer"), default="scenario", help="of which file")
    return parser


def _schema(of: str) -> str:
    from graduasi.scenario import schema
    from graduasi.study import answer_schema

    return json.dumps(schema() if of == "scenario" else answer_schema(), indent=2)


def _run(given: argparse.Namespace) -> str:
    """What is at fault is said before the work; returns what to print after it."""
    from graduasi.scenario import Scenario

    for name in ("draws", "workers"):
        number = getattr(given, name)
        if number is not None and number < 1:
            raise InputError(f"--{name} must be a whole number at least 1; got {number}")
    scenario = Scenario.from_file(given.scenario)
    check(given.out, FILES, _least_size(scenario, given.draws or scenario.draws))
    figures = _has_figures()
    if not figures:
        _say("the report has no figures: for them, pip install 'graduasi[report]'")
    findings = _findings(scenario, given)
    write(given.out, _writers(findings, figures))
    return _answer(findings, given.out)


def _least_size(scenario: Scenario, draws: int) -> int:
    """Bytes that the files take at the very least: half and less of what runs were seen to write."""
    from graduasi.projection.statistics import RECORDED

    rows = len(scenario.policies) * len(scenario.lines) * (scenario.months + 1)
    return rows * (1000 + len(RECORDED.names) * draws)


def _has_figures() -> bool:
    import logging

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # where it keeps its cache is of no interest here
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        return False
    return True


def _findings(scenario: Scenario, given: argparse.Namespace) -> Findings:
    from graduasi import study

    progress = not given.quiet and sys.stderr is not None and sys.stderr.isatty()
    command = f"graduasi run {given.scenario.name}" + (f" --draws {given.draws}" if given.draws else "")
    with _executor(given.workers) as executor:
        return study(scenario, executor=executor, progress=progress, draws=given.draws, command=command)


def _writers(findings: Findings, figures: bool) -> dict[str, Callable[[Path], object]]:
    import pandas as pd

    from graduasi import report
    from graduasi.projection import csv_safe
    from graduasi.projection.store import json_of, write_arrays, write_text

    projection, at = findings.result, findings.at
    policies = [projection.summary(line=line.label, at=at) for line in projection.lines]
    writers: tuple[Callable[[Path], object], ...] = (
        lambda path: report.write(findings, path, figures=figures),
        lambda path: write_text(path, json_of(findings.answer())),
        lambda path: write_arrays(projection, path),
        lambda path: csv_safe(projection.monthly()).to_csv(path, index=False),
        lambda path: csv_safe(pd.concat(policies, ignore_index=True)).to_csv(path, index=False),
    )
    return dict(zip(FILES, writers, strict=True))


def _answer(findings: Findings, out: Path) -> str:
    from graduasi.report import table

    notes = [f"note: {note}" for note in findings.notes]
    wrote = f"\nwrote {', '.join(str(out / name) for name in FILES)}"
    return "\n".join([table(findings), *notes, wrote])


def _printed(words: str) -> int:
    """Print the answer in what letters the terminal has; returns the exit status."""
    letters = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(words.encode(letters, "backslashreplace").decode(letters), flush=True)
        return 0
    except BrokenPipeError:
        status = PIPE
    except OSError as error:
        _say(f"standard output could not be written: {error}")
        status = FAULT
    # Python would try once more at its end what is left in the buffer, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _say(words: object) -> None:
    """One line on standard error, where that can be written."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(f"graduasi: {words}", file=sys.stderr, flush=True)


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """Warnings of the library as a line each, once."""
    said: set[str] = set()

    def show(message: Warning | str, *_: object) -> None:
        words = f"warning: {message}"
        if words not in said:
            said.add(words)
            _say(words)

    with warnings.catch_warnings():
        warnings.simplefilter("always", GraduasiWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


@contextmanager
def _stoppable() -> Iterator[None]:
    """Signals end the work by an exception, so that everything is put away; what is ignored stays so (nohup)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    own = os.getpid()

    def stop(number: int, _: object) -> None:
        if os.getpid() == own:  # a worker that has just been born has this handler too
            raise _Stopped(number)

    before = {number: signal.getsignal(number) for number in STOPS}
    taken = [number for number in STOPS if before[number] not in (signal.SIG_IGN, None)]
    for number in taken:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])


@contextmanager
def _executor(workers: int) -> Iterator[Executor | None]:
    """Processes that end with the work, whatever ends it."""
    if workers == 1:
        yield None
        return
    executor = ProcessPoolExecutor(workers, initializer=_obey)
    try:
        yield executor
    except BaseException:
        for worker in multiprocessing.active_children():
            worker.kill()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _obey() -> None:
    """In a worker: leave signals to the parent, and end where the parent was killed."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
