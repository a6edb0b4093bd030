"""Kill, starve and disturb `graduasi run` while it writes: its folder must always show the files of one run, whole.

    python benchmarks/fuzz/command.py [--slice] [class ...]

A stage is something that Python does to the folder (open, mkdir, link, symlink, rename, remove): an audit hook
counts them, and kills or signals the process at each in turn. Each case is a process of its own. Disks are small
mounts, so those classes need root, and are skipped without. `--slice` does the few seconds that the tests do.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

from graduasi import cli, output
from graduasi.errors import OutputError
from graduasi.scenario import Scenario
from graduasi.study import study

NAMES = cli.FILES
SMALL: dict[str, Any] = {
    "title": "A small question",
    "start": "2023-12",
    "months": 13,
    "draws": 2,
    "seed": 5,
    "report": {"at": [12], "sensitivity_draws": 0, "benchmark": False},
    "population": {
        "kind": "figures",
        "line": {"label": "local", "amount": 632811},
        "headcount": 0.0493,
        "severity": 0.002,
        "persons": 100_000,
        "gini": 0.373,
        "mean_members": 3.7,
        "mean_members_poor": 4.05,
        "size": 300,
    },
    "lines": [{"label": "local", "amount": 632811}],
    "policies": [{"name": "nothing"}],
}
Cases = Generator[str | None, None, None]
Shown = tuple[bytes | None, ...]


def shown(folder: Path) -> Shown:
    """What a reader finds under each name."""
    return tuple((folder / name).read_bytes() if (folder / name).exists() else None for name in NAMES)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def marked(mark: str) -> dict[str, Callable[[Path], object]]:
    """Writers of files that say whose they are, each written in several pieces."""

    def writer(name: str) -> Callable[[Path], object]:
        def write(path: Path) -> None:
            with path.open("wb") as stream:
                for piece in range(4):
                    stream.write(f"{mark} {name} {piece}\n".encode() * 2000)
                    stream.flush()
                    sys.audit("fuzz.piece", str(path))

        return write

    return {name: writer(name) for name in NAMES}


def content(mark: str) -> Shown:
    return tuple(b"".join(f"{mark} {name} {piece}\n".encode() * 2000 for piece in range(4)) for name in NAMES)


def at_stage(folder: Path, stage: int, act: Callable[[], object]) -> None:
    """Act at the given touch of the folder, counted from 1 (an audit hook stays until its process ends)."""
    count = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        touches = event in {"os.remove", "os.rmdir"} or any(
            isinstance(given, str | Path) and str(given).startswith(str(folder)) for given in arguments
        )
        if touches and event.startswith(("open", "os.", "fuzz.")):
            count += 1
            if count == stage:
                act()

    sys.addaudithook(hook)


def forked(work: Callable[[], int]) -> int:
    """Exit status of some work done in a process of its own; minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        status = 99
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def made(folder: Path, earlier: dict[str, Callable[[Path], object]] | None, only: int = len(NAMES)) -> Shown:
    """A folder with a file of the user's own, and the first files of an earlier run as 0.1.0 left them: plain."""
    shutil.rmtree(folder, ignore_errors=True)
    if earlier is not None:
        folder.mkdir()
        (folder / "mine.txt").write_text("mine", encoding="utf-8")
        for name in NAMES[:only]:
            earlier[name](folder / name)
    return shown(folder)


def is_clean(folder: Path, own: bool) -> bool:
    return names(folder) == sorted([*NAMES, "mine.txt"] if own else NAMES)


def kills(root: Path, step: int) -> Cases:
    """kill -9 at every stage of writing: new folder, earlier files, some earlier files, after an earlier kill."""
    folder = root / "out"
    for case, earlier, only, before in (
        ("new folder", None, 0, 0),
        ("earlier files", marked("old"), len(NAMES), 0),
        ("two earlier files", marked("old"), 2, 0),
        ("after a kill", marked("old"), len(NAMES), 33),
        ("after a late kill", marked("old"), len(NAMES), 66),
    ):
        for stage in range(1, 1000, step):
            old = made(folder, earlier, only)
            if before:
                forked(partial(killed, folder, before, marked("between")))
                old = shown(folder)
            status = forked(partial(killed, folder, stage, marked("new")))
            found, fault = shown(folder), None
            if found not in (old, content("new")) or (status == 0 and found != content("new")):
                fault = f"{case}, stage {stage}: half-new"
            if earlier is not None and (folder / "mine.txt").read_text() != "mine":
                fault = f"{case}, stage {stage}: the user's own file"
            output.write(folder, marked("next"))
            if shown(folder) != content("next") or not is_clean(folder, earlier is not None):
                fault = f"{case}, stage {stage}: the next run leaves {names(folder)}"
            yield fault
            if status == 0:
                break


def killed(folder: Path, stage: int, writers: dict[str, Callable[[Path], object]]) -> int:
    at_stage(folder, stage, die)
    output.write(folder, writers)
    return 0


class Command:
    """The command with the simulation done beforehand, for two seeds; each file's bytes are known."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="fuzz-command-known-")
        root = Path(self.folder.name)
        self.scenario = root / "scenario.json"
        self.scenario.write_text(json.dumps(SMALL), encoding="utf-8")
        self.writers, self.bytes = {}, {}
        self.findings = {seed: study(Scenario.from_dict(SMALL | {"seed": seed}), progress=False) for seed in (5, 6)}
        for seed, findings in self.findings.items():
            self.writers[seed] = cli._writers(findings, figures=True)
            output.write(root / "known", self.writers[seed])
            self.bytes[seed] = shown(root / "known")

    def run(self, folder: Path, seed: int = 6) -> tuple[int, str]:
        """Status and standard error of the command, in this process."""
        errors = io.StringIO()
        cli._findings = lambda scenario, given: self.findings[seed]  # type: ignore[assignment]
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            status = cli.main(["run", str(self.scenario), "--out", str(folder), "--workers", "1"])
        return status, errors.getvalue()


known = cache(Command)


def command_kills(root: Path, most: int) -> Cases:
    """kill -9 of the command at stages spread over its whole writing, page and tables and all."""
    yield from _disturbed(root, most, signal.SIGKILL)


def command_signals(root: Path, most: int) -> Cases:
    """SIGTERM and SIGINT at the same stages: one run, whole, nothing left, 143 or 130, one line."""
    yield from _disturbed(root, most, signal.SIGTERM, signal.SIGINT)


def _disturbed(root: Path, most: int, *numbers: int) -> Cases:
    command, folder, told = known(), root / "out", root / "told"
    for turn in range(most):
        number, stage = numbers[turn % len(numbers)], 1 + turn * 80 // most
        made(folder, command.writers[5])

        def work(number: int = number, stage: int = stage) -> int:
            at_stage(folder, stage, lambda: os.kill(os.getpid(), number))
            status, errors = command.run(folder)
            told.write_text(errors, encoding="utf-8")
            return status

        status = forked(work)
        found, fault = shown(folder), None
        if found not in command.bytes.values() or (status == 0 and found != command.bytes[6]):
            fault = f"signal {number}, stage {stage}: half-new"
        if number != signal.SIGKILL and status != 0:
            words = f"graduasi: stopped by {signal.Signals(number).name}\n"
            if (status, told.read_text()) != (128 + number, words) or not is_clean(folder, own=True):
                fault = f"signal {number}, stage {stage}: {status}, {told.read_text()!r}, {names(folder)}"
        yield fault


def moments(root: Path, most: int) -> Cases:
    """kill -9 of the whole command, two workers, at random moments; the workers end too."""
    command, folder, dice = known(), root / "out", random.Random(1)
    run = "import sys; from graduasi.cli import main; sys.exit(main())"
    for _ in range(most):
        made(folder, command.writers[5])
        arguments = [
            sys.executable,
            "-c",
            run,
            "run",
            str(command.scenario),
            "--out",
            str(folder),
            "--workers",
            "2",
        ]
        child = subprocess.Popen(
            arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(dice.uniform(0.2, 6.0))
        child.kill()
        child.wait()
        until = time.monotonic() + 5
        while (left := _group(child.pid)) and time.monotonic() < until:
            time.sleep(0.2)
        new = shown(folder)
        if new[2] == command.bytes[5][2]:
            yield f"processes left: {left}" if left or new != command.bytes[5] else None
        else:
            yield "half-new" if command.bytes[5][1] in new or None in new or left else None


def _group(number: int) -> list[str]:
    """Processes of a group that are alive."""
    rows = subprocess.run(["ps", "-eo", "pgid=,stat=,pid="], capture_output=True, text=True, check=True).stdout
    return [row for row in rows.splitlines() if row.split()[0] == str(number) and "Z" not in row.split()[1]]


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def disks(root: Path, most: int) -> Cases:
    """A disk, mounted on the folder or above it, that has too little room, or too few names; a limit on files."""
    command = known()
    size = sum(len(part or b"") for part in command.bytes[6]) // 1024
    sizes = [f"size={size + 20 + size * turn // most}k" for turn in range(most)]  # the earlier files stay
    few = [f"nr_inodes={number}" for number in range(7, 28, 40 // most)]
    for at, inside in (("disk", "disk"), ("disk", "disk/out")):
        for limit in (*sizes, *few):
            folder = root / inside
            with mounted(root / at, "-t", "tmpfs", "-o", "size=9m", "tmpfs"):
                folder.mkdir(exist_ok=True)
                output.write(folder, command.writers[5])
                subprocess.run(["mount", "-o", f"remount,{limit}", str(root / at)], check=True)
                yield _starved(command, folder, limit, lambda: None)
    output.write(root / "limit", command.writers[5])
    largest = max(len(part or b"") for part in command.bytes[6])
    for turn in range(most):
        limit = largest * turn // most
        yield _starved(
            command, root / "limit", f"RLIMIT_FSIZE {limit}",
            lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),  # type: ignore[misc]
        )  # fmt: skip


def _starved(command: Command, folder: Path, limit: str, starve: Callable[[], object]) -> str | None:
    before = shown(folder)
    reader, writer = os.pipe()

    def work() -> int:
        starve()
        status, errors = command.run(folder)
        os.write(writer, errors.encode())
        return status

    status = forked(work)
    os.close(writer)
    with os.fdopen(reader) as stream:
        errors = stream.read()
    found = shown(folder)
    if status == 0:
        return None if found == command.bytes[6] and is_clean(folder, own=False) else f"{limit}: status 0"
    told = errors.count("\n") == 1 and (": nothing was written: " in errors or ": --out must " in errors)
    right = status == 2 and told and found == before and is_clean(folder, own=False)
    return None if right else f"{limit}: {status}, {errors!r}, {names(folder)}"


def places(root: Path, most: int) -> Cases:
    """The folder as a mount of its own, and below a read-only parent: written; read-only itself: refused."""
    command = known()
    del most
    folder = root / "parent" / "out"
    with mounted(root / "parent", "-t", "tmpfs", "tmpfs"), mounted(folder, "-t", "tmpfs", "tmpfs"):
        yield None if command.run(folder)[0] == 0 and shown(folder) == command.bytes[6] else "mount of its own"
        subprocess.run(["mount", "-o", "remount,ro", str(root / "parent")], check=True)
        status = command.run(folder, seed=5)[0]
        yield None if status == 0 and shown(folder) == command.bytes[5] else "read-only parent"
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        status, errors = command.run(folder)
        right = errors.startswith("graduasi: --out must be a folder that can be written to; [Errno 30]")
        yield None if status == 2 and right and shown(folder) == command.bytes[5] else f"read-only: {errors}"


def at_once(root: Path, most: int) -> Cases:
    """Three runs write into one folder while somebody reads: each ends well, and nothing is torn or gone."""
    folder = root / "out"
    for turn in range(most):
        made(folder, None if turn % 2 else marked("old"))
        children = []
        for mark in ("a", "b", "c"):
            child = os.fork()
            if child == 0:
                status = 1
                with contextlib.suppress(OutputError):
                    output.write(folder, marked(mark))
                    status = 0
                os._exit(status)
            children.append(child)
        marks, fault, running = [content(mark) for mark in "abc"], None, set(children)
        earlier = (None,) * len(NAMES) if turn % 2 else content("old")
        while running:
            for child in list(running):
                if (done := os.waitpid(child, os.WNOHANG))[0]:
                    running.discard(child)
                    fault = fault or (f"turn {turn}: one failed" if done[1] else None)
            for at, name in enumerate(NAMES):
                try:
                    part: bytes | None = (folder / name).read_bytes()
                except FileNotFoundError:
                    part = None
                if part not in [earlier[at], *(mark[at] for mark in marks)]:
                    fault = f"turn {turn}: {name} torn or gone"
        if shown(folder) not in marks or not is_clean(folder, own=not turn % 2):
            fault = f"turn {turn}: in the end {names(folder)}"
        yield fault


CLASSES: dict[str, tuple[Callable[[Path, int], Cases], int, int]] = {
    # class: (cases, how many (of kills, one stage in how many), the same in the slice)
    "kills": (kills, 1, 11),
    "command_kills": (command_kills, 40, 0),
    "command_signals": (command_signals, 80, 4),
    "moments": (moments, 30, 0),
    "disks": (disks, 10, 0),
    "places": (places, 1, 0),
    "at_once": (at_once, 100, 6),
}
ROOT_ONLY = ("disks", "places")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("classes", nargs="*", help=f"of {', '.join(CLASSES)}; all unless given")
    parser.add_argument("--slice", action="store_true", help="the few seconds that the tests do")
    parser.add_argument("--seconds", type=float, default=600.0, help="for each class; then it says how far it came")
    given = parser.parse_args()
    failed = 0
    for name in given.classes or CLASSES:
        cases, full, part = CLASSES[name]
        most = part if given.slice else full
        if most == 0 or (name in ROOT_ONLY and not _can_mount()):
            print(f"{name}: skipped")
            continue
        with tempfile.TemporaryDirectory(prefix="fuzz-command-") as folder:
            found, until = [], time.monotonic() + given.seconds
            with contextlib.closing(cases(Path(folder), most)) as running:
                for fault in running:
                    found.append(fault)
                    if time.monotonic() > until:
                        break
        faults = [fault for fault in found if fault]
        failed += len(faults)
        print(f"{name}: {len(found)} tried, {len(faults)} failed", *faults[:5], sep="\n  ", flush=True)
    return 1 if failed else 0


def _can_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False)
        if tried.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return tried.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
