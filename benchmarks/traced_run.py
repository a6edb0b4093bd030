"""One run from a CSV to the page, traced: files entered, and how often it comes back to a file already left.

    python benchmarks/traced_run.py  # this tree
    PYTHONPATH=/elsewhere/src python benchmarks/traced_run.py  # another one, 0.1.1 included

300 households, 2 draws, 14 months, one policy, no benchmark, no figures. Everything is imported before, so that
module bodies do not count. Every call of a function of the library says in which file it is; calls of others
(NumPy, pandas) and returns say nothing. `changes` are passages from one file (room) to another, `returns` those
into one that was left before; `ways` are different pairs of them, which do not grow with months and draws.
"""

from __future__ import annotations

import csv
import importlib
import itertools
import pkgutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

import graduasi
from graduasi import report
from graduasi.scenario import Scenario

ROOT = Path(graduasi.__file__).parent
SCENARIO: dict[str, Any] = {
    "title": "traced",
    "start": "2023-12",
    "months": 14,
    "draws": 2,
    "seed": 1,
    "report": {"at": [12], "sensitivity_draws": 0, "benchmark": False},
    "population": {
        "kind": "file", "path": "people.csv", "id": "id", "welfare": "welfare", "weight": "weight",
        "members": "members", "period": "month", "per": "person",
    },
    "lines": [{"label": "line", "amount": 100.0}],
    "programmes": [{"name": "grant", "interventions": [{"kind": "cash_transfer", "amount": 300.0}]}],
    "policies": [{"name": "nothing"}, {"name": "grant", "programmes": ["grant"]}],
}  # fmt: skip


class Stays:
    """The files of the library in the order in which a run is in them."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.functions: set[tuple[str, str, int]] = set()
        self._known: dict[str, str | None] = {}

    def hear(self, frame: FrameType, event: str, _: object) -> None:
        """Take in a call of Python code."""
        if event != "call":
            return
        code = frame.f_code
        name = self._known.setdefault(code.co_filename, _own(code.co_filename))
        if name is not None:
            self.functions.add((name, code.co_qualname, code.co_firstlineno))
            self.files.append(name)


def _own(filename: str) -> str | None:
    path = Path(filename)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else None


def room(file: str) -> str:
    """The room of a file: its folder, or the file itself at the top."""
    return Path(file).parts[0].removesuffix(".py")


def passages(stays: Sequence[str]) -> dict[str, int]:
    """Places entered, changes from one to another, returns to one that was left, and different ways between two."""
    each = [stay for stay, _ in itertools.groupby(stays)]
    changes = max(len(each) - 1, 0)
    entered = len(set(each))
    return {
        "entered": entered,
        "changes": changes,
        "returns": max(len(each) - entered, 0),
        "ways": len(set(itertools.pairwise(each))),
    }


def whole(folder: Path) -> Callable[[], object]:
    """The run: scenario to page, with what the tree calls its analysis."""
    analyse = getattr(graduasi, "study", None) or report.gather  # 0.1 gathered what 0.2 studies

    def run() -> object:
        found = analyse(Scenario.from_dict(SCENARIO, folder=folder), progress=False)
        return report.render(found, figures=False)

    return run


def people(path: Path) -> None:
    """A table of 300 households."""
    rng = np.random.default_rng(0)
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", "welfare", "weight", "members"])
        for row, welfare in enumerate(np.exp(rng.normal(4.9, 0.6, 300))):
            rows.writerow([f"h{row:04d}", f"{welfare:.1f}", "2.5", str(rng.integers(1, 8))])


def traced() -> Stays:
    """Trace the second of two runs: what is done once a process is left out."""
    for info in pkgutil.walk_packages(graduasi.__path__, "graduasi."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
    stays = Stays()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        people(Path(folder) / "people.csv")
        run = whole(Path(folder))
        run()
        sys.setprofile(stays.hear)
        try:
            run()
        finally:
            sys.setprofile(None)
    return stays


def main() -> None:
    """Print the figures of the house."""
    stays = traced()
    print(f"graduasi {graduasi.__version__}: {len(stays.functions)} functions")
    print(f"{'':8}{'entered':>10}{'changes':>10}{'returns':>10}{'ways':>8}")
    for name, given in (("files", stays.files), ("rooms", [room(file) for file in stays.files])):
        found = passages(given)
        cells = f"{found['entered']:>10,}{found['changes']:>10,}{found['returns']:>10,}{found['ways']:>8,}"
        print(f"{name:8}{cells}")


if __name__ == "__main__":
    main()
