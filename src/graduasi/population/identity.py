"""Ids of households: texts that differ, told apart without sorting a million of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi._typing import Array
from graduasi.errors import InputError
from graduasi.streams import hash_ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDEST = 64  # letters; longer ids are told apart by Python
ODD = 0x9E3779B97F4A7C15  # 2**64 / golden ratio: spreads the bits of neighbouring letters


def all_differ(ids: NDArray[np.str_]) -> bool:
    """Whether no text occurs twice.

    Texts whose mixed numbers differ are different themselves, so that only a shared number asks for the texts.
    """
    width = ids.dtype.itemsize // 4
    if width == 0 or ids.size < 2:
        return ids.size < 2
    if width <= WIDEST:
        letters = np.ascontiguousarray(ids).view(np.uint32).reshape(ids.size, width)
        mixed = np.zeros(ids.size, dtype=np.uint64)
        for column in letters.T:
            mixed ^= column
            mixed *= np.uint64(ODD)
            mixed ^= mixed >> np.uint64(29)
        mixed.sort()
        if not (mixed[1:] == mixed[:-1]).any():
            return True
    return len(set(ids.tolist())) == ids.size


def check_ids(ids: Array) -> NDArray[np.uint64] | None:
    """Raise InputError for ids that are no texts or whole numbers, or not unique.

    Returns the keys where finding out has cost them already, else None: a text is hashed when it is needed.
    """
    if ids.ndim != 1 or ids.dtype.kind != "U" or (ids.size > 0 and ids.dtype.itemsize == 0) or (ids == "").any():
        return hashed(ids)
    if not all_differ(ids):
        hashed(ids)
        raise InputError("Population.ids must be unique")  # pragma: no cover - the hashes have said which
    return None


def hashed(ids: Array) -> NDArray[np.uint64]:
    """Hashes of ids; what is wrong with them is told of the population."""
    try:
        return hash_ids(ids)
    except InputError as fault:
        raise InputError(str(fault).replace("hash_ids.ids", "Population.ids", 1)) from fault
