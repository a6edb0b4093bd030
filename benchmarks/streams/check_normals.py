"""Check 1e8 normals of graduasi.streams: moments, tails, Kolmogorov-Smirnov, correlation of rows and months.

    python benchmarks/streams/check_normals.py [--seed 1] > benchmarks/streams/results/normals-1.txt

Households count up from 0; each has 192 steps of 4 normals, as the simulator would draw for 32 years of months.
Needs about 1 GB of memory and a minute.
"""

from __future__ import annotations

import argparse
import math

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import special, stats

from graduasi.streams import Streams

HOUSEHOLDS, STEPS, LAGS = 2**17, 192, 12
COUNT = HOUSEHOLDS * STEPS * 4


def _raw_moment(power: int) -> float:
    """E x^power of the standard normal."""
    return 0.0 if power % 2 else float(special.factorial2(power - 1))


def _line(name: str, found: float, expected: float, z: float) -> None:
    print(f"{name:<34} {found:>16.9g} {expected:>16.9g} {z:>8.2f} {2 * stats.norm.sf(abs(z)):>8.4f}")


def moments(sums: dict[int, float]) -> None:
    for power, total in sums.items():
        variance = _raw_moment(2 * power) - _raw_moment(power) ** 2
        z = (total / COUNT - _raw_moment(power)) / math.sqrt(variance / COUNT)
        _line(f"mean of x^{power}", total / COUNT, _raw_moment(power), z)


def tails(ordered: NDArray[np.float32]) -> None:
    for bound in (3.0, 4.0, 4.5, 5.0, 5.5, 6.0):
        expected = COUNT * float(stats.norm.sf(bound))
        for side, found in (
            ("above", COUNT - int(np.searchsorted(ordered, np.float32(bound), side="right"))),
            ("below -", int(np.searchsorted(ordered, np.float32(-bound), side="left"))),
        ):
            p = min(1.0, 2 * min(stats.poisson.cdf(found, expected), stats.poisson.sf(found - 1, expected)))
            name = f"count {side}{'' if side.endswith('-') else ' '}{bound}"
            print(f"{name:<34} {found:>16} {expected:>16.6g} {'':>8} {p:>8.4f}")
    print(f"{'smallest, largest':<34} {ordered[0]:>16.5f} {ordered[-1]:>16.5f}")


def kolmogorov_smirnov(ordered: NDArray[np.float32]) -> None:
    distance, chunk = 0.0, 2**22
    for start in range(0, COUNT, chunk):
        below = special.ndtr(ordered[start : start + chunk].astype(np.float64))
        rank = np.arange(start, start + below.size)
        distance = max(distance, float((below - rank / COUNT).max()), float(((rank + 1) / COUNT - below).max()))
    p = stats.kstwobign.sf(distance * math.sqrt(COUNT))
    print(f"{'Kolmogorov-Smirnov distance':<34} {distance:>16.4g} {'':>16} {'':>8} {p:>8.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Check 1e8 normals of graduasi.streams.")
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    streams, keys = Streams(seed=seed), np.arange(HOUSEHOLDS, dtype=np.uint64)
    every = np.empty((STEPS, 4, HOUSEHOLDS), dtype=np.float32)
    block_p = []
    sums = dict.fromkeys(range(1, 9), 0.0)
    products, squares = np.zeros((4, 4)), np.zeros((4, 4))
    lagged = np.zeros(LAGS)
    for step in range(STEPS):
        every[step] = streams.normals(keys, "monthly", step)
        x = every[step].astype(np.float64)
        block_p.append(stats.kstest(x.ravel(), "norm").pvalue)
        power = np.ones_like(x)
        for k in sums:
            power *= x
            sums[k] += float(power.sum())
        products += x @ x.T
        y = x**2 - 1
        squares += y @ y.T
        for lag in range(1, LAGS + 1):
            if step >= lag:
                lagged[lag - 1] += float((x * every[step - lag]).sum())
    print(f"{COUNT:,} normals: seed {seed}, {HOUSEHOLDS:,} households x {STEPS} steps x 4 rows")
    print(f"numpy {np.__version__}, scipy {scipy.__version__}\n")
    print(f"{'':<34} {'found':>16} {'expected':>16} {'z':>8} {'p':>8}")
    moments(sums)
    for i in range(4):
        for j in range(i):
            n = HOUSEHOLDS * STEPS
            _line(f"correlation of rows {j}, {i}", products[i, j] / n, 0, products[i, j] / math.sqrt(n))
            _line("correlation of their squares", squares[i, j] / 2 / n, 0, squares[i, j] / 2 / math.sqrt(n))
    for lag, total in enumerate(lagged, start=1):
        n = HOUSEHOLDS * 4 * (STEPS - lag)
        _line(f"correlation of steps, lag {lag}", total / n, 0, total / math.sqrt(n))
    uniform = stats.kstest(block_p, "uniform").pvalue
    print(f"{'K-S of each step: smallest p':<34} {min(block_p):>16.5f} {1 / STEPS:>16.5f}")
    print(f"{'K-S of those 192 p against uniform':<34} {'':>16} {'':>16} {'':>8} {uniform:>8.4f}")
    ordered = every.reshape(-1)
    ordered.sort()
    tails(ordered)
    kolmogorov_smirnov(ordered)
    print(f"{'normals exactly 0':<34} {int(np.count_nonzero(ordered == 0)):>16} {COUNT * 2.0**-25:>16.3g}")


if __name__ == "__main__":
    main()
