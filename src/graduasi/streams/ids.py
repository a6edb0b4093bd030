"""Keys of households: 64-bit hashes of their ids."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

from graduasi._typing import Array
from graduasi.errors import InputError
from graduasi.fields import refuse

Unsigned = TypeVar("Unsigned", np.uint32, np.uint64)


def hash_ids(ids: Sequence[str] | Sequence[int] | Array) -> NDArray[np.uint64]:
    """64-bit keys of household ids, by which `Streams` knows a household.

    ids : texts that are not empty, or whole numbers (hashed as their decimal text, so 7 and "7" are one id).

    Returns an array, shape (household,): BLAKE2b of the UTF-8 text (RFC 7693), 8 bytes read little-endian.
    Raises `InputError` for anything else, for an id that occurs twice, and for two ids with one key (at a
    million households a chance of about 3e-8).
    """
    if isinstance(ids, (str, bytes)) or (isinstance(ids, np.ndarray) and ids.ndim != 1):
        raise refuse("hash_ids", "ids", "a one-dimensional sequence of ids", ids)
    texts = _texts(ids)
    keys = hashes(texts, np.uint64)
    if np.unique(keys).size < keys.size:
        raise _shared_key(texts, keys)
    return keys


def hashes(texts: Sequence[str], kind: type[Unsigned]) -> NDArray[Unsigned]:
    """BLAKE2b of each text, as `printf TEXT | b2sum --length=64` gives it for uint64; shape (text,)."""
    size = np.dtype(kind).itemsize
    try:
        digests = [blake2b(text.encode(), digest_size=size).digest() for text in texts]
    except UnicodeEncodeError:  # lone surrogates, which are no UTF-8
        digests = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype=np.dtype(kind).newbyteorder("<")).astype(kind)


def _texts(ids: Sequence[object] | Array) -> list[str]:
    """Ids as plain texts; NumPy's own become Python's at once, ten times faster than one by one."""
    if isinstance(ids, np.ndarray) and ids.dtype.kind == "U":
        texts: list[str] = ids.tolist()
        return [_text(each) for each in texts] if "" in texts else texts
    plain = ids.tolist() if isinstance(ids, np.ndarray) and ids.dtype.kind in "iu" else ids
    return [each if type(each) is str and each else _text(each) for each in plain]


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    if is_whole(value):
        return str(int(value))
    raise refuse("hash_ids", "ids", "texts that are not empty or whole numbers", value)


def _shared_key(texts: Sequence[str], keys: NDArray[np.uint64]) -> InputError:
    """The error that names the first ids of one key: an id given twice, or two ids that collide."""
    seen: dict[int, str] = {}
    for text, key in zip(texts, keys.tolist(), strict=True):
        if key in seen:
            break
        seen[key] = text
    if seen[key] == text:
        return InputError(f"hash_ids.ids must be unique; got {text!r} more than once")
    both = f"{seen[key]!r} and {text!r}"
    return InputError(f"hash_ids.ids must have 64-bit hashes that differ; got one hash for {both}")


def is_whole(value: object) -> TypeGuard[numbers.Integral]:
    """Whether a value is a whole number; a bool is none."""
    return not isinstance(value, bool) and isinstance(value, numbers.Integral)
