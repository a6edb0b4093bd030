"""How often 95% intervals hold the truth: samples of clusters from a made-up population of two strata.

python benchmarks/measures/coverage.py [samples]  prints coverage, and the mean standard error over the spread of
estimates between samples (1 where errors are right on average).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import graduasi as gr
from graduasi.measures import RelativeLine, estimate

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "mean": ("mean", {}),
    "headcount": ("headcount", {"line": 100.0}),
    "headcount, logit": ("headcount", {"line": 100.0, "interval": "logit"}),
    "headcount, 60% of the median": ("headcount", {"line": RelativeLine(share=0.6)}),
    "severity": ("poverty_severity", {"line": 100.0}),
    "Sen": ("sen", {"line": 100.0}),
    "Gini": ("gini", {}),
    "S80/S20": ("quantile_share_ratio", {}),
    "median": ("median", {}),
    "median, Woodruff": ("median", {"interval": "woodruff"}),
}
CLUSTERS, SIZE = (300, 500), 25  # in each stratum, households in each
DRAWN = (15, 20)


def population(rng: np.random.Generator) -> list[np.ndarray]:
    """Welfare of each stratum, shape (cluster, household)."""
    return [
        np.exp(middle + rng.normal(0, 0.3, count)[:, None] + rng.normal(0, 0.5, (count, SIZE)))
        for count, middle in zip(CLUSTERS, (5.0, 4.7), strict=True)
    ]


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = np.random.default_rng(11)
    strata = population(rng)
    everybody = np.concatenate([part.ravel() for part in strata])
    truth = {case: estimate(name, everybody, **more).estimate for case, (name, more) in CASES.items()}
    label = np.repeat([0, 1], np.array(DRAWN) * SIZE)
    design = gr.SurveyDesign(
        strata=label, clusters=np.repeat(np.arange(sum(DRAWN)), SIZE), fpc=np.array(CLUSTERS)[label]
    )
    weight = (np.array(CLUSTERS) / np.array(DRAWN))[label]
    held = dict.fromkeys(CASES, 0)
    values: dict[str, list[tuple[float, float]]] = {case: [] for case in CASES}
    for _ in range(samples):
        welfare = np.concatenate(
            [
                part[rng.choice(len(part), size, replace=False)].ravel()
                for part, size in zip(strata, DRAWN, strict=True)
            ]
        )
        for case, (name, more) in CASES.items():
            found = estimate(name, welfare, weight, design=design, **more)
            held[case] += found.interval[0] < truth[case] < found.interval[1]
            values[case].append((found.estimate, found.se))
    print(f"{samples} samples\n| measure | held | error / spread |\n| --- | --- | --- |")
    for case in CASES:
        estimates, errors = np.array(values[case]).T
        print(f"| {case} | {held[case] / samples:.3f} | {errors.mean() / estimates.std():.2f} |")


if __name__ == "__main__":
    main()
