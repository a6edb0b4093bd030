"""Memory of a run: `python benchmarks/memory.py` (about a minute; Linux).

Each case is a process of its own, which builds its population, runs once in small so that every library is
loaded, sets its peak back to what it holds (clear_refs), and then simulates.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import ctypes
import gc
import subprocess
import sys
from pathlib import Path

import graduasi as gr
from speed import line, policies, population

MONTHS = 60
MB = 1e6


def held(key: str) -> float:
    """VmRSS (now) or VmHWM (peak) of this process [MB]."""
    for entry in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if entry.startswith(f"{key}:"):
            return int(entry.split()[1]) * 1024 / MB
    raise LookupError(key)


def simulate(people: gr.Population, number: int) -> None:
    gr.simulate(
        people, gr.HouseholdEconomy(), policies(number, 0.1 * people.families),
        lines=[line()], months=MONTHS, draws=1, seed=3, progress=False,
    )  # fmt: skip


def one_case(households: int, number: int) -> None:
    """Print what is held before [MB], and the peak of the run [MB]."""
    people = population(households)
    simulate(population(100), number)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what building the population freed is no part of it
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = held("VmRSS")
    simulate(people, number)
    print(before, held("VmHWM"))


def case(households: int, number: int) -> tuple[float, float]:
    command = [sys.executable, __file__, "--households", str(households), "--policies", str(number)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    before, peak = (float(word) for word in shown.split())
    return before, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int)
    parser.add_argument("--policies", type=int, default=1)
    asked = parser.parse_args()
    if asked.households:
        one_case(asked.households, asked.policies)
        return
    print("households  policies   held before     peak    added by the run")
    for households, number, limit in (
        (100_000, 1, f"reach: under {64 + 8 * 0.1:.1f} MB added"),
        (1_000_000, 3, "reach: under 600 MB in all"),
        (1_000_000, 4, "one more than asked"),
    ):
        before, peak = case(households, number)
        size = f"{households:>10,}  {number + 1:>8}"
        print(f"{size}  {before:9.1f} MB  {peak:6.1f} MB  {peak - before:9.1f} MB   {limit}")


if __name__ == "__main__":
    main()
