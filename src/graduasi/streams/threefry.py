"""Threefry4x32-20 in NumPy array expressions on 32-bit words, one array a word.

Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC'11; the Random123 library::

    key     = (seed low, seed high, draw, 32-bit hash of the purpose)
    counter = (household low, household high, step, lane)
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

TILE = 16_384  # households worked on at once: six rows of 64 KiB stay in a second-level cache
LANES = 16  # scratch widths are multiples of this: no result hangs on how SIMD loops treat a remainder

PARITY = 0x1BD11BDA  # Skein's key-schedule constant (SKEIN_KS_PARITY32 in Random123)
ROTATIONS = ((10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20))
ROUNDS = 20
WORD = 0xFFFFFFFF

Words = NDArray[np.uint32]


def _constant(value: int) -> Words:
    """An array of no dimension: NumPy takes it .3 microseconds faster than a scalar."""
    array = np.array(value, dtype=np.uint32)
    array.flags.writeable = False
    return array


SHIFTS = tuple(
    tuple((_constant(bits), _constant(32 - bits)) for bits in pair) for pair in ROTATIONS
)  # left by, right by


def plan_of(key: Sequence[int], step: int, lane: int) -> list[Words]:
    """What Threefry adds and rotates by that is the same for all households, as arrays of no dimension.

    First the pair that `step` and `lane` make in round 0, ready for round 1: x3, x3 rotated, x2. Then, for
    each of the six key injections (before round 0 and after every fourth), the words added to x0, x1, x2, x3:
    four of the five key words in turn, and the count on the last (Salmon et al. 2011, section 3.3).
    """
    extended = [*key, PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3]]
    added = [extended[(count + i) % 5] + (count if i == 3 else 0) for count in range(6) for i in range(4)]
    x3 = (lane + added[3]) & WORD
    x2 = (step + added[2] + x3) & WORD
    x3 = _rotated(x3, ROTATIONS[0][1]) ^ x2
    words = np.array([word & WORD for word in (x3, _rotated(x3, ROTATIONS[1][0]), x2, *added)], dtype=np.uint32)
    return [words[i, ...] for i in range(words.size)]


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> 32 - bits) & WORD


def threefry(low: Words, high: Words, plan: Sequence[Words], scratch: Words, out: Iterable[Words]) -> None:
    """Threefry4x32-20 of (low, high, step, lane): four words a household into the four rows of `out`.

    low, high : the halves of the household's key, shape (household,); `plan` holds the rest.
    scratch : shape (6, width), width >= household, rows x0, x2, x1, x3 and two spare ones: what treats two
        words alike is one array expression. `out` may be `in_order(scratch)`.
    """
    x0, x2, x1, x3, spare1, spare3 = scratch
    evens, odds, spares = (scratch[row : row + 2].reshape(-1) for row in (0, 2, 4))
    x3_first, x3_rotated, x2_first, *added = plan
    np.add(low, added[0], x0[: low.size])
    np.add(high, added[1], x1[: low.size])
    np.add(x0, x1, x0)
    _rotate(x1, SHIFTS[0][0], spare1)
    np.bitwise_xor(x1, x0, x1)
    np.add(x0, x3_first, x0)
    np.bitwise_xor(x0, x3_rotated, x3)
    np.add(x1, x2_first, x2)
    _rotate(x1, SHIFTS[1][1], spare1)
    np.bitwise_xor(x1, x2, x1)
    for round_ in range(2, ROUNDS):
        (left0, right0), (left2, right2) = SHIFTS[round_ % 8]  # of the words mixed with x0 and with x2
        if round_ % 2 == 0:  # x0 with x1, x2 with x3
            np.add(evens, odds, evens)
            np.left_shift(x1, left0, spare1)
            np.left_shift(x3, left2, spare3)
            np.right_shift(x1, right0, x1)
            np.right_shift(x3, right2, x3)
            np.bitwise_or(odds, spares, odds)
            np.bitwise_xor(odds, evens, odds)
        else:  # x0 with x3, x2 with x1
            np.add(x0, x3, x0)
            np.add(x2, x1, x2)
            np.left_shift(x3, left0, spare3)
            np.left_shift(x1, left2, spare1)
            np.right_shift(x3, right0, x3)
            np.right_shift(x1, right2, x1)
            np.bitwise_or(odds, spares, odds)
            np.bitwise_xor(x3, x0, x3)
            np.bitwise_xor(x1, x2, x1)
        if round_ % 4 == 3 and round_ < ROUNDS - 1:
            for row, word in zip((x0, x1, x2, x3), added[round_ + 1 :], strict=False):
                np.add(row, word, row)
    for row, word, target in zip((x0, x1, x2, x3), added[ROUNDS:], out, strict=True):
        np.add(row[: target.size], word, target)


def _rotate(word: Words, shifts: tuple[Words, Words], spare: Words) -> None:
    np.left_shift(word, shifts[0], spare)
    np.right_shift(word, shifts[1], word)
    np.bitwise_or(word, spare, word)


def in_order(scratch: Words) -> tuple[Words, Words, Words, Words]:
    """The rows of words 0, 1, 2, 3."""
    return scratch[0], scratch[2], scratch[1], scratch[3]


def tiles(keys: NDArray[np.uint64]) -> Iterator[tuple[slice, Words, Words, Words]]:
    """Slices of the households: the slice, low and high halves of its keys, and scratch rows (6, width)."""
    halves = np.ascontiguousarray(keys).view(np.uint32).reshape(-1, 2)
    low, high = halves.T if sys.byteorder == "little" else halves.T[::-1]
    buffer = np.empty(6 * min(TILE, keys.size + LANES), dtype=np.uint32)
    for start in range(0, keys.size, TILE):
        part = slice(start, min(start + TILE, keys.size))
        width = -(-(part.stop - start) // LANES) * LANES
        yield part, low[part], high[part], buffer[: 6 * width].reshape(6, width)
