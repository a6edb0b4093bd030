"""How much memory there is for this process: the host's, its own limit, and its control group's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
PROCESS = Path("/proc/self")
MEMORY = Path("/proc/meminfo")


def available() -> float | None:
    """Bytes that this process can still have; None where nothing tells."""
    known = [*_host(), *_own_limit(), *_control_groups()]
    return max(min(known), 0.0) if known else None


def _host() -> Iterator[float]:
    for line in _lines(MEMORY):
        if line.startswith("MemAvailable:"):  # caches that would give way count as free
            yield float(line.split()[1]) * 1024
            return
    try:
        yield float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES"))
    except (AttributeError, OSError, ValueError):
        return


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _own_limit() -> Iterator[float]:
    """What `ulimit -v` leaves."""
    try:
        import resource

        soft = resource.getrlimit(resource.RLIMIT_AS)[0]
    except (ImportError, AttributeError, OSError, ValueError):
        return
    if soft != resource.RLIM_INFINITY:
        pages = _words(PROCESS / "statm")
        used = int(pages[0]) * resource.getpagesize() if pages else 0
        yield float(soft - used)


def _control_groups() -> Iterator[float]:
    """What the memory limits of the process's control groups leave (version 2, and 1); caches count as free."""
    for line in (PROCESS / "cgroup").read_text().splitlines() if (PROCESS / "cgroup").exists() else ():
        number, kinds, path = line.split(":", 2)
        if number == "0":
            base, names = GROUPS, ("memory.max", "memory.current", "inactive_file")
        elif "memory" in kinds.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            base = GROUPS / "memory"
        else:
            continue
        own = base / path.lstrip("/")
        for folder in (own, *own.parents):
            yield from _group(folder, *names)
            if folder == base:
                break


def _group(folder: Path, limit: str, use: str, cache: str) -> Iterator[float]:
    most, used = _words(folder / limit), _words(folder / use)
    if most and used and most[0].isdigit():
        stated = _words(folder / "memory.stat")
        cached = int(stated[stated.index(cache) + 1]) if cache in stated else 0
        yield float(int(most[0]) - int(used[0]) + cached)


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []
