"""CPU time a household of `words`, `normals` and `uniforms`, beside NumPy's own generators in the same run.

    OMP_NUM_THREADS=1 python benchmarks/streams/speed.py

The figures to compare are ratios: absolute times move with the machine's load.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from graduasi.streams import Streams, hash_ids

ROUNDS = 60


def main() -> None:
    streams = Streams(seed=1)
    sfc = np.random.Generator(np.random.SFC64(1))
    philox = np.random.Generator(np.random.Philox(1))
    print(f"numpy {np.__version__}; nanoseconds of CPU a household, best of {ROUNDS}")
    for size in (16, 1024, 8192, 16_384, 65_536):
        keys, repeats = hash_ids(range(size)), max(1, 65_536 // size)
        work: dict[str, Callable[[], object]] = {
            "words (4)": partial(streams.words, keys, "monthly", 3),
            "normals (4, float32)": partial(streams.normals, keys, "monthly", 3),
            "uniforms (1, float64)": partial(streams.uniforms, keys, "monthly", 3),
            "SFC64, 4 normals, float32": partial(sfc.standard_normal, 4 * size, np.float32),
            "Philox, 4 normals, float32": partial(philox.standard_normal, 4 * size, np.float32),
        }
        best = dict.fromkeys(work, float("inf"))
        for _ in range(ROUNDS):
            for name, run in work.items():
                start = time.process_time()
                for _ in range(min(repeats, 16)):
                    run()
                best[name] = min(best[name], (time.process_time() - start) / min(repeats, 16))
        print(f"\n{size:,} households")
        for name, seconds in best.items():
            print(f"  {name:<28} {seconds / size * 1e9:>10.1f}")


if __name__ == "__main__":
    main()
