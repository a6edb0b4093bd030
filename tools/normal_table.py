"""Make `src/graduasi/streams/normals.npy`, by which `graduasi.streams` turns words into normals.

    python tools/normal_table.py

The table holds intercepts and slopes, float32, of lines through Phi^-1(x / 2**32) at the ends of cells of x in
[1, 2**31]: 512 cells an octave. Single rounding steps are then mended so that, in float32 arithmetic, values never
fall as x rises. It is shipped, not computed, so that normals are the same bits whatever SciPy and the machine's
libm say.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from graduasi.streams.normals import CELLS, MANTISSA, TABLE

Singles = NDArray[np.float32]
ROUNDS = 100


def ends() -> NDArray[np.float64]:
    """Return the ends of the cells, shape (cell + 1,)."""
    number = np.arange(CELLS + 1)
    return np.ldexp(1.0 + (number & (2**MANTISSA - 1)) / 2.0**MANTISSA, number >> MANTISSA)


def table() -> Singles:
    """Return intercepts and slopes, shape (2, cell)."""
    edge = ends()
    z = ndtri(np.minimum(edge / 2.0**32, 0.5))
    slope64 = np.diff(z) / np.diff(edge)
    slope = slope64.astype(np.float32)
    intercept = (z[:-1] - slope64 * edge[:-1]).astype(np.float32)
    # What float32 sums of numbers near 1.25 can say: multiples of 2**-23.
    value = np.where(z > -1.0, np.rint(z * 2.0**23) / 2.0**23, z).astype(np.float32)
    first = edge[:-1].astype(np.float32)
    last = np.nextafter(edge[1:].astype(np.float32), np.float32(0.0))
    last[-1] = first[-1]
    for _ in range(ROUNDS):
        low = intercept + slope * first < value[:-1]
        high = ~low & (intercept + slope * last > value[1:])
        intercept[low] = np.nextafter(intercept[low], np.float32(np.inf))
        slope[high] = np.nextafter(slope[high], np.float32(0.0))
    for cell in range(1, CELLS):
        while intercept[cell] + slope[cell] * first[cell] < intercept[cell - 1] + slope[cell - 1] * last[cell - 1]:
            intercept[cell] = np.nextafter(intercept[cell], np.float32(np.inf))
    return np.array([intercept, slope], dtype=np.float32)


if __name__ == "__main__":
    with Path(TABLE).open("wb") as file:
        np.save(file, table())
