"""Two hundred hostile requests against `Scenario.from_dict` with `Limits()`: `python benchmarks/fuzz/requests.py`.

Each must end in a GraduasiError before the run (loading, and the estimate of the run), within two seconds of CPU
time and a megabyte of message; none may be taken, none may end in another error.
"""

from __future__ import annotations

import collections
import copy
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scenarios import SMALL

import graduasi as gr
from graduasi.scenario import Limits

Request = tuple[str, dict[str, Any]]
FILE = {"kind": "file", "welfare": "w", "id": "id", "period": "month", "per": "person"}
LARGE = (10**4, 10**6, 10**9, 10**12, 10**18, 2**63, 2**64, 10**30, 10**400, 10**5000)
TEXTS = (
    "\0", "a\0b", "\x1b[2J", "\ud800", "\udfff x", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\x7f", "\x85",
    "a\nb", "a\rb", "x" * 2_001, "x" * 10**6, " ", "",
)  # fmt: skip


def changed(*where: Any, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(SMALL)
    inside: Any = document
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = value
    return document


def deep(levels: int, kind: str) -> Any:
    found: Any = {}
    for _ in range(levels):
        found = {"a": found} if kind == "table" else [found]
    return found


def requests(folder: Path) -> Iterator[Request]:
    """Every request with its class."""
    for value in LARGE:
        yield "size", changed("months", value=value)
        yield "size", changed("draws", value=value)
        yield "size", changed("population", "size", value=value * 100)
        yield "size", changed("programmes", 0, "interventions", 0, "payments", value=value)
        yield "size", changed("report", "sensitivity_draws", value=value)
        yield "size", changed("sustained", value=value)
    for text in TEXTS:
        yield "text", changed("title", value=text)
        yield "text", changed("programmes", 0, "name", value=text)
        yield "text", changed("policies", 0, "name", value=text)
        yield "text", changed("lines", 0, "label", value=text)
    outside = folder.parent / "secret.csv"
    outside.write_text("id,w\na,1\n")
    os.mkfifo(folder / "pipe.csv")
    (folder / "link.csv").symlink_to(outside)
    (folder / "zero.csv").symlink_to("/dev/zero")
    for path in (
        "/etc/passwd",
        str(outside),
        "../secret.csv",
        "pipe.csv",
        "link.csv",
        "zero.csv",
        ".",
        "a\0.csv",
        "x" * 1_500,
    ):
        yield "file", changed("population", value=FILE | {"path": path})
    many: dict[str, list[Any]] = {
        "policies": [{"name": str(place)} for place in range(20_000)],
        "variants": [{"label": str(place), "changes": {}} for place in range(5_000)],
        "lines": [{"label": str(place), "amount": place + 1.0} for place in range(1_000)],
        "programmes": [SMALL["programmes"][0] | {"name": str(place)} for place in range(10_000)],
        "assumptions": ["x"] * 200_000,
    }
    for name, items in many.items():
        yield "many", changed(name, value=items)
    yield "many", changed("policies", 1, "programmes", value=["cash"] * 100_000)
    yield "many", changed("model", "process", "growth_path", value=[[place + 1, 1.0] for place in range(100_000)])
    yield "many", changed("programmes", 0, "targeting", value={"kind": "given_list", "ids": ["x"] * 100_000})
    yield "many", {str(place): place for place in range(100_000)}
    for levels in (60, 500, 5_000, 100_000):
        for kind in ("table", "list"):
            yield "deep", changed("title", value=deep(levels, kind))
            yield "deep", changed("variants", 0, "changes", value={"model": deep(levels, kind)})
    for value in (float("nan"), float("inf"), 1e300, 1e-300, 5e-324, -1, True, "1", None, [], {}, [[]]):
        yield "value", changed("population", "persons", value=value)
        yield "value", changed("lines", 0, "amount", value=value)
        if value not in (1e-300, 5e-324):  # next to nothing is an amount
            yield "value", changed("programmes", 0, "interventions", 0, "amount", value=value)
    yield "work", changed("population", "size", value=100_000) | {"draws": 1_000, "months": 240}
    yield "variant", changed("variants", 0, "changes", value={"draws": 10**9})
    yield "variant", changed("variants", 0, "changes", value={"population": {"size": 10**9}})
    yield "variant", changed("variants", 0, "changes", value={"population": FILE | {"path": str(outside)}})


def tried(document: dict[str, Any], folder: Path, limits: Limits) -> str:
    """What became of a request."""
    start = time.process_time()
    try:
        scenario = gr.Scenario.from_dict(document, folder, limits=limits)
        people = scenario.build()
        faults = limits.run_faults(scenario, people)
        found = "refused before the run" if faults else "FAILED taken"
    except gr.GraduasiError as error:
        found = "refused" if len(str(error)) < 10**6 else "FAILED long message"
    except Exception as error:
        found = f"FAILED {type(error).__name__}"
    spent = time.process_time() - start
    return found if spent < 2.0 else f"FAILED {spent:.1f} s of CPU time"


def main() -> None:
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        folder.mkdir()
        rooted = Limits(root=str(folder))
        for kind, document in requests(folder):
            for limits in (Limits(), rooted) if kind == "file" else (Limits(),):
                counts[kind, tried(document, folder, limits)] += 1
    for (kind, found), number in sorted(counts.items()):
        print(f"{number:6}  {kind:8} {found}")
    print(f"{sum(counts.values()):6}  in all")


if __name__ == "__main__":
    main()
