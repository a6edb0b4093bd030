"""Writes proxy_input.csv, a made-up survey of 120 households: run in this folder."""

from __future__ import annotations

import numpy as np
import pandas as pd

rng = np.random.default_rng(20231206)
size = 120
frame = pd.DataFrame(
    {
        "id": [f"h{number}" for number in range(size)],
        "stratum": np.repeat(["a", "b", "c"], 40),
        "cluster": np.repeat([f"k{number}" for number in range(15)], 8),
        "weight": rng.uniform(0.5, 4.0, size).round(3),
        "members": rng.integers(1, 9, size),
        "roof": rng.choice(["palm", "tile", "zinc"], size),
        "school": rng.integers(0, 4, size),
    }
)
shift = np.repeat(rng.normal(0.0, 0.2, 15), 8)
logs = 13.0 - 0.1 * frame.members + 0.25 * (frame.roof == "tile") + 0.12 * frame.school
frame["welfare"] = np.exp(logs + shift + rng.normal(0.0, 0.4, size)).round(2)
frame.to_csv("proxy_input.csv", index=False)
