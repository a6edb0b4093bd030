"""Writes calibrate_input.csv: 120 made-up households, from a seed."""

from pathlib import Path

import numpy as np
import pandas as pd

rng = np.random.default_rng(20231211)
count = 120
frame = pd.DataFrame(
    {
        "id": [f"h{place:03d}" for place in range(count)],
        "weight": rng.uniform(20.0, 80.0, count).round(3),
        "members": rng.integers(1, 8, count),
        "welfare": np.exp(rng.normal(np.log(900.0), 0.6, count)).round(2),
        "region": rng.choice(["north", "south", "west"], count),
        "head": rng.choice(["farmer", "other"], count, p=[0.4, 0.6]),
        "pupils": rng.integers(0, 3, count),
    }
)
frame.to_csv(Path(__file__).with_name("calibrate_input.csv"), index=False)
