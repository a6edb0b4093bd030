"""CPU seconds of `Population.from_file` on a CSV of many rows, beside `pandas.read_csv` of the same file.

Run as `python benchmarks/readers.py [ROWS]` (a million). Each is run five times in turn; the smallest counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import graduasi as gr

REPEATS = 5


def survey(rows: int) -> pd.DataFrame:
    """Seven columns as a district's register has them: 45 MB a million rows."""
    rng = np.random.default_rng(1)
    village = rng.integers(0, 20_000, rows)
    return pd.DataFrame(
        {
            "id": [f"{number:08d}" for number in range(rows)],
            "spent": np.exp(rng.normal(13.5, 0.5, rows)),
            "size": rng.integers(1, 8, rows),
            "w": rng.uniform(20, 80, rows),
            "district": [f"d{number}" for number in village // 400],
            "stratum": village // 1_000,
            "village": village,
        }
    )


def read(path: Path) -> gr.Population:
    return gr.Population.from_file(
        path, welfare="spent", id="id", currency="IDR", members="size", weight="w", per="household",
        by="district", distribution_groups="district", strata="stratum", clusters="village",
    )  # fmt: skip


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.csv"
        frame = survey(rows)
        frame.to_csv(path, index=False)
        people = read(path)
        works = {
            "pandas.read_csv": lambda: pd.read_csv(path),
            "Population.from_file": lambda: read(path),
            "from_file and keys": lambda: read(path).keys,
        }
        took = {name: [] for name in works}
        for _ in range(REPEATS):
            for name, work in works.items():
                took[name].append(seconds(work))
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, {len(people):,} households")
    base = min(took["pandas.read_csv"])
    for name, each in took.items():
        print(f"{name:22} {min(each):6.2f} CPU s {min(each) / base:6.1f} x")


if __name__ == "__main__":
    main()
