"""Time a run against the floor of its random numbers: `python benchmarks/speed.py` (about a minute, one core).

`--years`, `--statistics`, `--copies`, `--model` time a run that is asked for more; `--table` prints each price.

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
from attrs import frozen

import graduasi as gr
from graduasi.income.models.pooled_effect import PooledEffect
from graduasi.income.processes.log_income import LogIncomeProcess
from graduasi.income.technologies.two_technologies import TwoTechnologies
from graduasi.projection import EXAMPLES

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


def policies(number: int, households: float) -> list[gr.Policy]:
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
                    rollout=gr.Rollout(households=households),
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


def models() -> dict[str, gr.income.IncomeModel]:
    """Models by the names of the command line."""
    return {
        "default": gr.HouseholdEconomy(),
        "log_income": gr.HouseholdEconomy(process=LogIncomeProcess()),
        "two_technologies": gr.HouseholdEconomy(technology=TwoTechnologies()),
        "pooled_effect": PooledEffect(),
    }


@frozen(kw_only=True)
class Asked:
    """What a run is asked for."""

    model: str = "default"
    years: bool = False
    copies: int = 1
    statistics: tuple[str, ...] = ()


def run(people: gr.Population, number: int, asked: Asked) -> None:
    gr.simulate(
        people, models()[asked.model], policies(number, 0.1 * people.families),
        lines=[line()], months=MONTHS, draws=1, seed=3, progress=False,
        years=asked.years, copies=asked.copies, statistics=asked.statistics,
    )  # fmt: skip


def row(name: str, seconds: float, floor2: float, rest: str = "") -> None:
    per = 1e9 / (HOUSEHOLDS * MONTHS)
    print(f"{name:24} {seconds:8.3f} s  {seconds * per:6.1f} ns  {seconds / floor2:5.2f} F(2){rest}")


def table(people: gr.Population, repeats: int, floor2: float) -> None:
    """Print what each recorder and each model costs, without help and with one policy, beside a plain run."""
    rows = {"plain": Asked(), "years": Asked(years=True)}
    rows |= {each.name: Asked(statistics=(each.name,)) for each in EXAMPLES}
    rows |= {"two copies": Asked(copies=2)}
    rows |= {name: Asked(model=name) for name in models() if name != "default"}
    times: dict[tuple[str, int], list[float]] = {}
    for _ in range(repeats):  # one after the other, so that a busy machine is as busy for all of them
        for name, asked in rows.items():
            for number in (0, 1):
                seconds = cpu(lambda number=number, asked=asked: run(people, number, asked), 1)
                times.setdefault((name, number), []).append(seconds)
    for name in rows:
        alone, helped = (min(times[name, number]) for number in (0, 1))
        row(name, alone, floor2, f"; with a policy {helped / floor2:5.2f} F(2)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--table", action="store_true", help="the price of every recorder and model")
    parser.add_argument("--years", action="store_true", help="keep the clock of years too")
    parser.add_argument("--copies", type=int, default=1, help="of every record")
    parser.add_argument("--statistics", nargs="*", default=[], help="names of graduasi.projection.EXAMPLES")
    parser.add_argument("--model", choices=list(models()), default="default")
    given = parser.parse_args()
    repeats = given.repeats
    asked = Asked(model=given.model, years=given.years, copies=given.copies, statistics=tuple(given.statistics))
    people = population(HOUSEHOLDS)
    run(people, 1, asked)
    floor2 = floor(2, repeats)
    row("F(2)", floor2, floor2)
    if given.table:
        table(people, repeats, floor2)
        return
    times = {number: cpu(lambda number=number: run(people, number, asked), repeats) for number in (0, 1, 2, 3)}
    further = (times[3] - times[1]) / 2
    row("nothing", times[0], floor2)
    row("nothing + one policy", times[1], floor2)
    row("each further policy", further, floor2, f"; {further / times[1]:5.2f} of the first")


if __name__ == "__main__":
    main()
