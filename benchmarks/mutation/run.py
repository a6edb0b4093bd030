"""Count how many mutants the tests kill: `python benchmarks/mutation/run.py measures policy --sample 60 --seed 2`.

The tree is copied first and never touched. A map of which test runs which line is made once by running all tests
under coverage; for each mutant the tests that run its line come first, fastest first, then those of its room, then
all. A mutant lives when none of them fails. `equivalents.toml` names mutants that change nothing, with the reason.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

import argparse
import ast
import importlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from coverage import CoverageData
from mutants import PACKAGE, ROOT, Mutant, files_of, mutants_of, sample

HERE = Path(__file__).parent
KEPT = ("src", "tests", "docs", "examples", "tools", "benchmarks")
HEAVY = (
    "numpy",
    "scipy.stats",
    "scipy.optimize",
    "pandas",
    "attrs",
    "cattrs",
    "hypothesis",
    "pytest",
    "jsonschema",
)
STAGES = ("line", "room", "all")
SNAPSHOTS = "tests/test_public_names.py"  # reads every declaration, though it runs no line of them
SHORTEST = 0.003  # seconds of a test that pytest's list of durations leaves out


class Map(NamedTuple):
    """What the tests run: by file and line the tests, and the seconds of each test."""

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]


class Outcome(NamedTuple):
    """What became of a mutant: killed, timeout, equivalent or survived, and at which stage."""

    mutant: Mutant
    verdict: str
    stage: str


# the copy and its map


def copy_tree(work: Path) -> Path:
    """Copy what the tests need into `work/tree`."""
    tree = work / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in KEPT:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, tree / path.name)
    if (ROOT / ".github").exists():
        shutil.copytree(ROOT / ".github", tree / ".github")
    return tree


def make_map(tree: Path, work: Path) -> None:
    """Run all tests once under coverage, each a context of its own; they must pass."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=0"]
    command += ["--durations-min=0.005", "--cov", "--cov-context=test", "--cov-report="]
    environment = {**os.environ, "PYTHONPATH": str(tree / "src")}
    del environment["PYTHONDONTWRITEBYTECODE"]  # what is compiled here is read by every mutant
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    (work / "map.txt").write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"the tests fail without a mutant: {work / 'map.txt'}")
    shutil.move(tree / ".coverage", work / "coverage")


def read_map(tree: Path, work: Path) -> Map:
    """Read the map that `make_map` left."""
    data = CoverageData(str(work / "coverage"))
    data.read()
    every = data.measured_contexts()
    by_file: dict[str, set[str]] = defaultdict(set)
    for context in every:
        name = context.rpartition("|")[0]
        by_file[name.partition("::")[0]].add(name)
    lines: dict[str, dict[int, list[str]]] = {}
    for path in data.measured_files():
        name = path[path.index(PACKAGE) :]
        lines[name] = {
            line: sorted(_tests_of(contexts, by_file)) for line, contexts in data.contexts_by_lineno(path).items()
        }
    seconds: dict[str, float] = defaultdict(float)
    for found in re.finditer(r"^([\d.]+)s (?:call|setup|teardown) +(.+?) *$", (work / "map.txt").read_text(), re.M):
        seconds[found[2]] += float(found[1])
    for name in {name for names in by_file.values() for name in names if name}:
        seconds[name] = max(seconds[name], SHORTEST)
    return Map(lines, dict(seconds))


def _tests_of(contexts: Iterable[str], by_file: dict[str, set[str]]) -> Iterator[str]:
    """The tests of some contexts; what one test sets up may serve all of its file."""
    found: set[str] = set()
    for context in contexts:
        name, _, phase = context.rpartition("|")
        if name:
            found |= {name} if phase == "run" else by_file[name.partition("::")[0]]
    return iter(found)


# one mutant


def tests_of_line(mutant: Mutant, known: Map, tree: Path) -> list[str]:
    """The tests that run the statement of a mutant; of what runs on import, those that run anything in the file."""
    lines = known.lines.get(mutant.path, {})
    wanted: Iterable[int] = lines if mutant.loaded else _statement_lines(tree / mutant.path, mutant.line)
    found = {name for line in wanted for name in lines.get(line, [])}
    if mutant.loaded:
        found |= {name for name in known.seconds if name.startswith(SNAPSHOTS)}
    return sorted(found, key=lambda name: known.seconds.get(name, SHORTEST))


def _statement_lines(path: Path, line: int) -> range:
    """The lines of the smallest statement that holds `line`; of one with a body, its head alone."""
    best = range(line, line + 1)
    length = 10**9
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None)
        last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno
        if node.lineno <= line <= last and last - node.lineno < length:
            best, length = range(node.lineno, last + 1), last - node.lineno
    return best


def tests_of_room(room: str, known: Map) -> list[str]:
    """The tests in the folder of a room."""
    folder = f"tests/{room.partition('/')[0]}/"
    return sorted((name for name in known.seconds if name.startswith(folder)), key=known.seconds.__getitem__)


def run_tests(tree: Path, names: list[str], limit: float) -> str:
    """Run tests in a child that has the heavy libraries already: `passed`, `failed` or `timeout`."""
    child = os.fork()
    if child == 0:
        _child(tree, names)
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            files = sorted({name.partition("::")[0] for name in names})
            if code == 4 and files != names:  # the mutant changed the names of tests: all of their files instead
                return run_tests(tree, files, limit)
            if code not in {0, 1, 2, 5}:  # 1: a test failed; 2: a file of tests could not be imported; 5: none ran
                raise RuntimeError(f"the tests could not be run: status {code}, first {names[0]}")
            return "failed" if code in {1, 2} else "passed"
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def _child(tree: Path, names: list[str]) -> None:
    code = 3
    try:
        os.setsid()
        os.chdir(tree)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.environ["PYTHONPATH"] = str(tree / "src")
        sys.path[:0] = [str(tree / "src"), str(tree)]
        sys.dont_write_bytecode = True
        pytest = importlib.import_module("pytest")
        quietly = [
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:cov",
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
        ]
        code = int(pytest.main([*quietly, *names]))
    finally:
        os._exit(code)


def try_mutant(mutant: Mutant, room: str, known: Map, tree: Path, until: str) -> Outcome:
    """Put a mutant into the tree, run the tests stage by stage until one fails, take it out again."""
    target = tree / mutant.path
    whole = target.read_bytes()
    times = target.stat()
    compiled = list((target.parent / "__pycache__").glob(f"{target.stem}.*.pyc"))
    kept = [(path, path.read_bytes()) for path in compiled]
    for path in compiled:
        path.unlink()
    target.write_text(mutant.source, encoding="utf-8")
    done: set[str] = set()
    try:
        for stage in STAGES[: STAGES.index(until) + 1]:
            every = {
                "line": lambda: tests_of_line(mutant, known, tree),
                "room": lambda: tests_of_room(room, known),
                "all": lambda: sorted(known.seconds, key=known.seconds.__getitem__),
            }[stage]()
            names = [name for name in every if name not in done]
            done |= set(names)
            if not names:
                continue
            verdict = run_tests(tree, names, 30 + 4 * sum(known.seconds.get(name, SHORTEST) for name in names))
            if verdict != "passed":
                return Outcome(mutant, "timeout" if verdict == "timeout" else "killed", stage)
    finally:
        target.write_bytes(whole)
        os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
        for path, content in kept:
            path.write_bytes(content)
    return Outcome(mutant, "survived", until)


# what is asked for, and the table


def equivalents() -> dict[str, str]:
    """Mutants judged to change nothing, with the reason."""
    with (HERE / "equivalents.toml").open("rb") as file:
        return {item["mutant"]: item["reason"] for item in tomllib.load(file)["equivalent"]}


def asked(options: argparse.Namespace) -> Iterator[tuple[str, Mutant]]:
    """The mutants to try, each with its room."""
    if options.keys:
        lines = Path(options.keys).read_text(encoding="utf-8").splitlines()
        for key in (line for line in lines if line.strip() and not line.startswith("#")):
            path = Path(PACKAGE) / key.partition("::")[0]
            found = [item for item in mutants_of(ROOT / path) if item.key == key] if (ROOT / path).exists() else []
            if found:
                yield key.partition("/")[0], found[0]
            else:
                print(f"gone: {key}", flush=True)
    for room in options.rooms:
        files_of(room)
        for mutant in sample(room, options.sample, options.seed):
            yield room, mutant


def table(outcomes: dict[str, list[Outcome]]) -> str:
    """A row a room; the score leaves equivalents out."""
    lines = ["| room | mutants | killed | survived | equivalent | score |", "| --- | --- | --- | --- | --- | --- |"]
    for room, found in outcomes.items():
        count = Counter(item.verdict for item in found)
        killed, real = count["killed"] + count["timeout"], len(found) - count["equivalent"]
        score = f"{killed / real:.0%}" if real else ""
        lines.append(
            f"| {room} | {len(found)} | {killed} | {count['survived']} | {count['equivalent']} | {score} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Run what is asked; status 1 where a mutant survives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", help="measures, policy, population/synthesis ...")
    parser.add_argument("--sample", type=int, default=60, help="mutants a room")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keys", help="a file of mutants by key, one a line, instead of a sample")
    parser.add_argument(
        "--until", choices=STAGES, default="all", help="the last stage of tests for a mutant that lives"
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "graduasi-mutation")
    parser.add_argument("--fresh", action="store_true", help="copy the tree and make the map anew")
    parser.add_argument("--minutes", type=float, default=60.0, help="no mutant is begun after this time")
    options = parser.parse_args()
    end = time.monotonic() + 60 * options.minutes
    work: Path = options.work.resolve()
    tree = work / "tree"
    if options.fresh or not (work / "coverage").exists():
        tree = copy_tree(work)
        make_map(tree, work)
    for path in sorted((tree / "src").rglob("*.py")):  # a run that was killed may have left its mutant
        if path.read_bytes() != (ROOT / path.relative_to(tree)).read_bytes():
            raise SystemExit(f"{path} is not that of the checkout: --fresh")
    known = read_map(tree, work)
    same = equivalents()
    for name in HEAVY:
        importlib.import_module(name)
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for room, mutant in asked(options):
        if time.monotonic() > end:
            print("out of time", flush=True)
            break
        if mutant.key in same:
            found = Outcome(mutant, "equivalent", "")
        else:
            found = try_mutant(mutant, room, known, tree, options.until)
        outcomes[room].append(found)
        with (work / "outcomes.txt").open("a", encoding="utf-8") as log:
            log.write(f"{room}\t{found.verdict}\t{found.stage}\t{mutant.key}\n")
        if found.verdict == "survived":
            print(f"survived: {mutant.key}    (line {mutant.line})", flush=True)
    print(table(outcomes))
    lived = [item.mutant.key for found in outcomes.values() for item in found if item.verdict == "survived"]
    (work / "survived.txt").write_text("\n".join(lived) + "\n", encoding="utf-8")
    return 1 if lived else 0


if __name__ == "__main__":
    raise SystemExit(main())
