"""Time the synthesis of 20,000 households from published figures: `python benchmarks/synthesis.py` (ten seconds).

CPU seconds, the smallest of several repeats; 2 are wanted.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import time

import graduasi as gr

FAMILIES = ("gb2", "singh_maddala", "dagum", "log_normal")


def synthesise(family: str) -> gr.Population:
    """All that can be published, of a district like Bekasi."""
    return gr.Population.from_aggregates(
        line=gr.PovertyLine(amount=70.0, label="line"),
        headcount=0.1433, gap=0.0307, severity=0.0098, mean=173.0, gini=0.354, persons=1e6, mean_members=3.7,
        mean_members_poor=4.4, family=family,
    )  # fmt: skip


def cpu(family: str, repeats: int = 3) -> float:
    """Seconds of the fastest of some repeats."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        synthesise(family)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    print("family          CPU seconds for 20,000 households")
    for family in FAMILIES:
        print(f"{family:<15} {cpu(family):.2f}")


if __name__ == "__main__":
    main()
