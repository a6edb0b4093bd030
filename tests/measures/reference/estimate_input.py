"""Writes estimate_input.csv: a made-up stratified sample of clusters, from a seed."""

from pathlib import Path

import numpy as np
import pandas as pd

rng = np.random.default_rng(20240101)
rows = []
for stratum, clusters, population in (("city", 8, 90), ("coast", 6, 60), ("hills", 11, 140)):
    for cluster in range(clusters):
        shift = rng.normal(0, 0.35)
        for _ in range(int(rng.integers(6, 13))):
            rows.append(  # noqa: PERF401
                {
                    "stratum": stratum,
                    "cluster": f"{stratum}{cluster}",
                    "fpc": population,
                    "weight": round(float(rng.uniform(30, 90)), 3),
                    "welfare": round(float(np.exp(np.log(140) + shift + rng.normal(0, 0.55))), 3),
                    "female": int(rng.random() < 0.3),
                }
            )
frame = pd.DataFrame(rows)
for place in range(12):
    frame[f"rep{place}"] = (frame["weight"] * rng.uniform(0.4, 1.6, len(frame))).round(3)
frame.to_csv(Path(__file__).with_name("estimate_input.csv"), index=False)
