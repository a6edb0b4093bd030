"""The `graduasi` command: `run` a scenario, print the `schema` of scenario files."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from graduasi.errors import GraduasiError, GraduasiWarning
from graduasi.version import VERSION

FAULT = 2
FILES = ("report.html", "projection.json", "monthly.csv", "policies.csv")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status: 0, or 2 where something that was given is at fault."""
    parser = argparse.ArgumentParser(prog="graduasi", description=__doc__)
    parser.add_argument("--version", action="version", version=f"graduasi {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a scenario file and write its report")
    run.add_argument("scenario", type=Path, help="a .toml or .json file")
    run.add_argument("--out", type=Path, required=True, help="folder for the report and the tables")
    run.add_argument("--draws", type=int, help="outer draws, in place of the scenario's")
    run.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (all cores unless given)")
    run.add_argument("--quiet", action="store_true", help="no progress bars")
    commands.add_parser("schema", help="print the JSON Schema of scenario files")
    given = parser.parse_args(arguments)
    if given.command == "schema":
        from graduasi.scenario import schema

        print(json.dumps(schema(), indent=2))
        return 0
    try:
        with _plain_warnings():
            return _run(given.scenario, given.out, given.draws, given.workers, not given.quiet)
    except GraduasiError as fault:
        print(f"graduasi: {fault}", file=sys.stderr)
        return FAULT


def _run(path: Path, out: Path, draws: int | None, workers: int, progress: bool) -> int:
    import pandas as pd

    from graduasi.projection import csv_safe
    from graduasi.report import gather, table, write
    from graduasi.scenario import Scenario

    scenario = Scenario.from_file(path)
    if out.exists() and not out.is_dir():
        print(f"graduasi: --out must be a folder; {out} is a file", file=sys.stderr)
        return FAULT
    if workers < 1:
        print(f"graduasi: --workers must be a whole number at least 1; got {workers}", file=sys.stderr)
        return FAULT
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=out.parent, prefix=".graduasi-") as folder,
            _executor(workers) as executor,
        ):
            material = gather(scenario, executor=executor, progress=progress, draws=draws)
            made = Path(folder)
            write(material, made / FILES[0])
            material.projection.to_json(made / FILES[1], at=material.at)
            csv_safe(material.projection.monthly()).to_csv(made / FILES[2], index=False)
            lines = [line.label for line in material.projection.lines]
            tables = [material.projection.summary(line=line, at=material.at) for line in lines]
            csv_safe(pd.concat(tables, ignore_index=True)).to_csv(made / FILES[3], index=False)
            out.mkdir(exist_ok=True)
            for name in FILES:
                shutil.move(made / name, out / name)
    except OSError as error:
        print(f"graduasi: --out must be a folder that can be written to; {error}", file=sys.stderr)
        return FAULT
    print(table(material.projection, material.at))
    for note in material.projection.notes:
        print(f"note: {note}")
    print(f"\nwrote {', '.join(str(out / name) for name in FILES)}")
    return 0


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """Warnings of the library as a line each, once."""
    said: set[str] = set()

    def show(message: Warning | str, *_: object) -> None:
        words = f"graduasi: warning: {message}"
        if words not in said:
            said.add(words)
            print(words, file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", GraduasiWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


@contextmanager
def _executor(workers: int) -> Iterator[Executor | None]:
    if workers <= 1:
        yield None
        return
    with ProcessPoolExecutor(workers) as executor:
        yield executor
