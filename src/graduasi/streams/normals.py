"""Standard normals from 32-bit words by the inverse distribution function, the same bits on every machine.

    v = w >> 1 | 1            31 bits, odd
    x = float32(v)            in [1, 2**31]; x / 2**32 is the probability in the lower tail
    z = A[cell] + B[cell] x   float32; the cell is the exponent and the leading 9 bits of the mantissa of x
    the sign of z is bit 0 of w

Only integer operations, one conversion, one float32 product and one float32 sum, each rounded as IEEE 754 says.
Below half, z never falls as v rises, so antithetic, stratified and quasi-random words keep their order; it differs
from Phi^-1(v / 2**32) by less than 7e-7 and ends at 6.23. The table is made by `tools/normal_table.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Singles = NDArray[np.float32]
    Words = NDArray[np.uint32]

TABLE = Path(__file__).with_name("normals.npy")
MANTISSA = 9  # leading bits of the mantissa: 512 cells an octave
CELLS = (31 << MANTISSA) + 1  # the last holds x = 2**31 alone
_SHIFT, _FIRST = np.int32(23 - MANTISSA), np.int32(127 << MANTISSA)  # of the bits of x: its cell; that of x = 1
_ONE, _TOP = np.uint32(1), np.uint32(31)


@cache
def _table() -> tuple[Singles, Singles]:
    """Intercepts and slopes, shape (cell,) each."""
    intercept, slope = np.load(TABLE, allow_pickle=False)
    for part in (intercept, slope):
        part.flags.writeable = False
    return intercept, slope


class Scratch:
    """Memory that `normals` works in, for arrays of one shape."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.half = np.empty(shape, dtype=np.uint32)
        self.x = np.empty(shape, dtype=np.float32)
        self.line = np.empty(shape, dtype=np.float32)
        self.cell = np.empty(shape, dtype=np.intp)


def normals(words: Words, out: Singles, scratch: Scratch) -> None:
    """Write a normal for each word to `out`, of the same shape, which may be the memory of `words`."""
    intercept, slope = _table()
    half, x, line, cell = scratch.half, scratch.x, scratch.line, scratch.cell
    np.right_shift(words, _ONE, half)
    np.bitwise_or(half, _ONE, half)
    np.copyto(x, half.view(np.int32), casting="unsafe")
    np.right_shift(x.view(np.int32), _SHIFT, half.view(np.int32))
    np.subtract(half.view(np.int32), _FIRST, cell, casting="unsafe")
    sign = np.left_shift(words, _TOP, half)
    np.take(slope, cell, out=line, mode="wrap")  # never out of range: "raise" would copy first
    np.multiply(line, x, x)
    np.take(intercept, cell, out=line, mode="wrap")
    np.add(line, x, out)
    np.bitwise_xor(out.view(np.uint32), sign, out.view(np.uint32))
