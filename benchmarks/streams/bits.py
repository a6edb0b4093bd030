"""Write the library's raw 32-bit words to standard output without end, for a test battery to read.

    python benchmarks/streams/bits.py --order household | dieharder -a -g 200

The order says which coordinate of (household, step, purpose, draw) counts up fastest; the four words of one
counter always come together. Household keys count up from 0 instead of being hashed ids: neighbouring keys
differ in a bit or two, which asks more of the generator than hashes do.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graduasi.streams import Streams

Words = NDArray[np.uint32]
HOUSEHOLDS = 16_384


def _blocks() -> Iterator[NDArray[np.uint64]]:
    for start in itertools.count(0, HOUSEHOLDS):
        yield np.arange(start, start + HOUSEHOLDS, dtype=np.uint64)


def _side_by_side(words: Sequence[Words]) -> NDArray[np.void]:
    """The four words of a household in each of several streams, one household after the other."""
    rows = [np.ascontiguousarray(each.T).view("V16")[:, 0] for each in words]
    return np.stack(rows).T


def household(seed: int) -> Iterator[NDArray[Any]]:
    """65,536 households, one month after the other."""
    streams, keys = Streams(seed=seed), np.arange(65_536, dtype=np.uint64)
    for step in itertools.count():
        yield streams.words(keys, "monthly", step).T


def month(seed: int) -> Iterator[NDArray[Any]]:
    """60 months of each household, one household after the other."""
    streams = Streams(seed=seed)
    for keys in _blocks():
        yield _side_by_side([streams.words(keys, "monthly", step) for step in range(60)])


def purpose(seed: int) -> Iterator[NDArray[Any]]:
    """12 purposes in each of 5 draws, for one household after the other."""
    names = [f"purpose {i}" for i in range(12)]
    draws = [Streams(seed=seed, draw=draw) for draw in range(5)]
    for keys in _blocks():
        yield _side_by_side([streams.words(keys, name) for streams in draws for name in names])


def draw(seed: int) -> Iterator[NDArray[Any]]:
    """60 draws of each household, one household after the other."""
    draws = [Streams(seed=seed, draw=draw) for draw in range(60)]
    for keys in _blocks():
        yield _side_by_side([streams.words(keys, "monthly") for streams in draws])


ORDERS = {"household": household, "month": month, "purpose": purpose, "draw": draw}


def main() -> None:
    parser = argparse.ArgumentParser(description="Raw words of graduasi.streams on standard output.")
    parser.add_argument("--order", choices=ORDERS, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    try:
        for block in ORDERS[given.order](given.seed):
            sys.stdout.buffer.write(np.ascontiguousarray(block).tobytes())
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
