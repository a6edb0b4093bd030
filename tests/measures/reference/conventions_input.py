"""Sixty made-up samples of 5 to 39 records, with and without ties and weights: writes conventions_input.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

rng = np.random.default_rng(5)
samples = []
for case in range(60):
    size = int(rng.integers(5, 40))
    tied = case % 3 == 0
    welfare = rng.integers(1, 25, size).astype(float) if tied else np.round(np.exp(rng.normal(2, 0.8, size)), 2)
    if case % 4 == 0:
        weight = np.ones(size)
    else:
        weight = rng.integers(1, 6, size).astype(float) if case % 4 == 1 else np.round(rng.uniform(0.1, 5, size), 2)
    samples.append(pd.DataFrame({"case": case, "welfare": welfare, "weight": weight}))
pd.concat(samples).to_csv(Path(__file__).parent / "conventions_input.csv", index=False)
