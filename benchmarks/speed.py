"""Time a run against the floor of its random numbers: `python benchmarks/speed.py` (about a minute, one core).

F(A) is the time of 2 standard normals and A exponentials a household-month with NumPy's fastest generator. All
figures are CPU time of one process in one run, the smallest of several repeats; ratios are what matters.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import time
from collections.abc import Callable

import numpy as np

import graduasi as gr

HOUSEHOLDS, MONTHS, BLOCK = 100_000, 60, 8_192


def population(households: int) -> gr.Population:
    """A log-normal cross-section: 9.4% of persons below the line at 100."""
    rng = np.random.default_rng(7)
    count = np.arange(households)
    return gr.Population(
        ids=np.char.mod("h%07d", count),
        welfare=np.exp(rng.normal(5.4, 0.6, households)),
        weight=np.full(households, 2.0),
        members=rng.integers(1, 8, households).astype(float),
    )


def line() -> gr.PovertyLine:
    return gr.PovertyLine(amount=100.0, label="line")


def policies(number: int, families: float) -> list[gr.Policy]:
    """Cash, training and capital for the poorest tenth; each policy pays a little more than the last."""
    return [
        gr.Policy(
            name=f"full {place}",
            programmes=(
                gr.Programme(
                    name=f"full {place}",
                    interventions=(
                        gr.CashTransfer(amount=100.0 + place, payments=12),
                        gr.SkillsTraining(delivery=100.0),
                        gr.CapitalGrant(amount=600.0),
                    ),
                    rollout=gr.Rollout(families=families),
                ),
            ),
        )
        for place in range(number)
    ]


def cpu(work: Callable[[], object], repeats: int) -> float:
    """Smallest CPU time of the repeats [seconds]."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def floor(exponentials: int, repeats: int) -> float:
    """F: seconds for the whole workload, in blocks."""
    rng = np.random.Generator(np.random.SFC64(1))
    normals, others = np.empty(BLOCK), np.empty(BLOCK)
    blocks = HOUSEHOLDS * MONTHS // BLOCK

    def work() -> None:
        for _ in range(blocks):
            for _ in range(2):
                rng.standard_normal(out=normals)
            for _ in range(exponentials):
                rng.standard_exponential(out=others)

    return cpu(work, repeats) * HOUSEHOLDS * MONTHS / (blocks * BLOCK)


def run(people: gr.Population, number: int) -> None:
    gr.simulate(
        people, gr.HouseholdEconomy(), policies(number, 0.1 * people.families),
        lines=[line()], months=MONTHS, draws=1, seed=3, progress=False,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    people = population(HOUSEHOLDS)
    run(people, 1)
    per = 1e9 / (HOUSEHOLDS * MONTHS)
    floor2 = floor(2, repeats)
    times = {number: cpu(lambda number=number: run(people, number), repeats) for number in (0, 1, 2, 3)}
    first = times[1]
    further = (times[3] - times[1]) / 2
    print(f"F(2)                     {floor2:8.3f} s  {floor2 * per:6.1f} ns a household-month")
    print(f"nothing                  {times[0]:8.3f} s  {times[0] * per:6.1f} ns  {times[0] / floor2:5.2f} F(2)")
    print(f"nothing + one policy     {first:8.3f} s  {first * per:6.1f} ns  {first / floor2:5.2f} F(2)")
    print(
        f"each further policy      {further:8.3f} s  {further * per:6.1f} ns  {further / first:5.2f} of the first"
    )


if __name__ == "__main__":
    main()
