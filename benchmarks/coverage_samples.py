"""Do the intervals of a projection from a sample hold what happens in the world that it was drawn from?

A world is a population in which every family has a record, moved by one draw from the model's own priors. A sample
of it is projected with weights, and each 90% interval either holds the world's number or not. What comes out says
that the intervals are right under the model; it says nothing of a wrong model.

Run: python benchmarks/coverage_samples.py [worlds]
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import graduasi as gr

WORLD, CLUSTER = 30_000, 15  # families; families in a cluster
LINE = gr.PovertyLine(amount=100.0, label="line")
ASKED = (("remeasured", 0), ("remeasured", 12), ("poor", 0), ("poor", 12), ("exits", 12), ("sustained", 12))


def world(seed: int, clustered: bool) -> pd.DataFrame:
    """Log-normal welfare, a tenth below the line; clusters share a fifth of the variance where asked for."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(WORLD) // CLUSTER
    share = 0.2 if clustered else 0.0
    common = rng.normal(size=cluster[-1] + 1)[cluster]
    score = np.sqrt(share) * common + np.sqrt(1 - share) * rng.normal(size=WORLD)
    frame = pd.DataFrame(
        {"id": [f"{seed}-{row}" for row in range(WORLD)], "welfare": np.exp(np.log(100) + 0.6 * (score + 1.28))}
    )
    frame["cluster"] = [f"c{each}" for each in cluster]
    return frame


def population(frame: pd.DataFrame, *, clustered: bool) -> gr.Population:
    """As a planner would read it."""
    return gr.Population.from_frame(
        frame, welfare="welfare", id="id", currency="IDR", assumed_members=4.0,
        weight="weight" if "weight" in frame else None, clusters="cluster" if clustered else None,
    )  # fmt: skip


def project(people: gr.Population, draws: int, seed: int) -> gr.Projection:
    """Twelve months without a policy."""
    return gr.simulate(
        people, gr.HouseholdEconomy(), [], lines=[LINE], months=12, draws=draws, seed=seed, progress=False
    )


def sample(frame: pd.DataFrame, size: int, seed: int, *, clustered: bool) -> pd.DataFrame:
    """`size` families, or clusters of as many, without replacement."""
    rng = np.random.default_rng(seed)
    if clustered:
        chosen = rng.choice(WORLD // CLUSTER, size // CLUSTER, replace=False)
        rows = (chosen[:, None] * CLUSTER + np.arange(CLUSTER)).ravel()
    else:
        rows = rng.choice(WORLD, size, replace=False)
    return frame.iloc[rows].assign(weight=WORLD / size)


def covered(seed: int, *, clustered: bool, size: int = 1_500, draws: int = 60) -> list[bool]:
    """Whether the interval of each asked statistic holds the number of world `seed`."""
    frame = world(seed, clustered)
    truth = project(population(frame, clustered=False), 1, seed + 1_000_000)
    found = project(population(sample(frame, size, seed, clustered=clustered), clustered=clustered), draws, seed)
    held = []
    for statistic, month in ASKED:
        real = truth.series(statistic, "nothing").draws[0, month]
        interval = found.interval(statistic, "nothing", month=month)
        held.append(bool(interval.low <= real <= interval.high))
    return held


def main(worlds: int) -> None:
    """Print a row a statistic."""
    for clustered in (False, True):
        held = np.array([covered(seed, clustered=clustered) for seed in range(worlds)])
        print("clusters of 15" if clustered else "families one by one", f"{worlds} worlds", flush=True)
        for (statistic, month), share in zip(ASKED, held.mean(axis=0), strict=True):
            error = np.sqrt(share * (1 - share) / worlds)
            print(f"  {statistic} at month {month}: {share:.2f} (standard error {error:.2f})", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
