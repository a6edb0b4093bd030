"""Counter-based random streams: every draw is a pure function of (seed, draw, household, purpose, step).

Nothing is consumed in sequence, so a household's luck does not change with the policy, the block size, the
number of workers or who else is in the population. The bits are Threefry4x32-20 (Salmon, Moraes, Dror and
Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11; the Random123 library)::

    key     = (seed low, seed high, draw, 32-bit hash of the purpose)
    counter = (household low, household high, step, lane)

written in NumPy array expressions on 32-bit words, one array a word. Normals follow Box and Muller (1958, "A
note on the generation of random normal deviates", Annals of Mathematical Statistics 29).

`words` and `uniforms` are the same on every machine. `normals` use NumPy's float32 logarithm, sine and
cosine, whose last bit is promised for one machine and NumPy version only.
"""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import Any

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from graduasi.errors import InputError
from graduasi.fields import refuse

TILE = 16_384  # households worked on at once: six rows of 64 KiB stay in a second-level cache
LANES = 16  # scratch widths are multiples of this: no result hangs on how SIMD loops treat a remainder
NORMAL_LANE, UNIFORM_LANE = 0, 1  # normals and uniforms of one purpose and step share no bits

PARITY = 0x1BD11BDA  # Skein's key-schedule constant (SKEIN_KS_PARITY32 in Random123)
ROTATIONS = ((10, 26), (11, 21), (13, 27), (23, 5), (6, 20), (17, 11), (25, 10), (18, 20))
ROUNDS = 20
ORDER = (0, 2, 1, 3)  # word of each scratch row, and row of each word
LEFT = np.array(ROTATIONS, dtype=np.uint32)[:, :, None]
RIGHT = np.uint32(32) - LEFT
WORD = 0xFFFFFFFF

Words = NDArray[np.uint32]


def hash_ids(ids: Sequence[str] | Sequence[int] | NDArray[Any]) -> NDArray[np.uint64]:
    """64-bit keys of household ids, by which `Streams` knows a household.

    ids : texts that are not empty, or whole numbers (hashed as their decimal text, so 7 and "7" are one id).

    Returns an array, shape (household,): BLAKE2b of the UTF-8 text (RFC 7693), 8 bytes read little-endian.
    Raises `InputError` for anything else, for an id that occurs twice, and for two ids with one key (at a
    million households a chance of about 3e-8).
    """
    if isinstance(ids, (str, bytes)) or (isinstance(ids, np.ndarray) and ids.ndim != 1):
        raise refuse("hash_ids", "ids", "a one-dimensional sequence of ids", ids)
    texts = [_text(each) for each in ids]
    keys = _long_keys(texts)
    if np.unique(keys).size < keys.size:
        raise _shared_key(texts, keys)
    return keys


def _is_whole(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, numbers.Integral)


def _plain(value: Any) -> Any:
    """NumPy integers become plain ones; the rest is left for the check."""
    return int(value) if _is_whole(value) else value


def _check_count(name: str, value: Any, bits: int) -> None:
    if not _is_whole(value) or not 0 <= value < 2**bits:
        raise refuse("Streams", name, f"a whole number from 0 to 2**{bits} - 1", value)


def _counts(bits: int) -> Callable[[Any, attrs.Attribute[int], int], None]:
    """An attrs validator: a whole number of at most so many bits."""
    return lambda _, attribute, value: _check_count(attribute.name, value, bits)


@frozen(kw_only=True)
class Streams:
    """The random streams of one outer draw of a run.

    seed : the run's seed, 0 to 2**64 - 1.
    draw : number of the outer draw, 0 to 2**32 - 1.

    `keys` below are those of `hash_ids`, shape (household,), uint64. `purpose` names what is drawn
    ("monthly", "take-up of training"); two purposes give unrelated streams. `step` counts within the purpose,
    a month for instance, 0 to 2**32 - 1. Every method raises `InputError` for arguments outside these.
    """

    seed: int = attrs.field(converter=_plain, validator=_counts(64))
    draw: int = attrs.field(default=0, converter=_plain, validator=_counts(32))

    def words(self, keys: NDArray[np.uint64], purpose: str, step: int = 0, lane: int = 0) -> Words:
        """Four random 32-bit words a household, shape (4, household); `lane` is a further counter."""
        key = self._key(keys, purpose, step, lane)
        out = np.empty((4, keys.size), dtype=np.uint32)
        for part, scratch in _tiles(keys, step, lane):
            _threefry(scratch, key)
            out[:, part] = scratch[list(ORDER), : part.stop - part.start]
        return out

    def normals(self, keys: NDArray[np.uint64], purpose: str, step: int = 0) -> NDArray[np.float32]:
        """Four standard normals a household, shape (4, household), float32.

        Rows 0 and 1 come from words 0 and 1, rows 2 and 3 from words 2 and 3 (Box and Muller 1958): radius
        sqrt(-2 log((w + 1/2) / 2**32)), angle 2 pi w' / 2**32. The radius keeps full float32 precision in the
        tail and ends at 6.76; its uniform has 24 bits near 1, so that the smallest radii come in steps (0,
        3.5e-4, 4.9e-4 ...), and once in 3e7 pairs both normals are exactly 0.
        """
        key = self._key(keys, purpose, step, NORMAL_LANE)
        out = np.empty((4, keys.size), dtype=np.float32)
        for part, scratch in _tiles(keys, step, NORMAL_LANE):
            _threefry(scratch, key)
            _box_muller(scratch, out[:, part])
        return out

    def uniforms(self, keys: NDArray[np.uint64], purpose: str, step: int = 0) -> NDArray[np.float64]:
        """One uniform a household, shape (household,), float64, in the open interval (0, 1).

        The value is (n + 1/2) / 2**52 with n of 52 random bits: an odd multiple of 2**-53, exact, symmetric
        about 1/2, never 0 or 1. It shares no bits with the normals of the same purpose and step.
        """
        high, low = self.words(keys, purpose, step, UNIFORM_LANE)[:2]
        out: NDArray[np.float64] = high.astype(np.float64)
        out *= 2.0**-32
        out += ((low >> np.uint32(12)) + 0.5) * 2.0**-52
        return out

    def scalar(self, name: str) -> float:
        """One uniform in (0, 1) for a named uncertain quantity, the same whatever the households are."""
        _check_text("name", name)
        return float(self.uniforms(_long_keys([name]), "a named quantity, of no household")[0])

    def _key(self, keys: NDArray[np.uint64], purpose: str, step: int, lane: int) -> list[int]:
        if not isinstance(keys, np.ndarray) or keys.dtype != np.dtype(np.uint64) or keys.ndim != 1:
            got = f"{keys.dtype} of shape {keys.shape}" if isinstance(keys, np.ndarray) else repr(keys)
            raise InputError(f"Streams.keys must be a uint64 array of shape (household,); got {got}")
        _check_text("purpose", purpose)
        _check_count("step", step, 32)
        _check_count("lane", lane, 32)
        hashed = int.from_bytes(_digest(purpose, 4), "little")
        return [self.seed & WORD, self.seed >> 32, self.draw, hashed]


def _threefry(scratch: Words, key: Sequence[int]) -> None:
    """Threefry4x32-20 in place: rows 0 to 3 of `scratch` hold the counter, then the words; the rest is spare.

    Each fourth round adds the next four of five key words and a count (Salmon et al. 2011, section 3.3). The
    words lie in the order x0, x2, x1, x3, so that both mixes of a round are one array expression; odd rounds mix
    x0 with x3 and x2 with x1, which is the second pair turned over.
    """
    evens, odds, spare = scratch[:2], scratch[2:4], scratch[4:6]
    extended = [*key, PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3]]
    _add_key(scratch, extended, 0)
    for round_ in range(ROUNDS):
        left, right = LEFT[round_ % 8], RIGHT[round_ % 8]
        _mix(evens, odds if round_ % 2 == 0 else odds[::-1], left, right, spare)
        if round_ % 4 == 3:
            _add_key(scratch, extended, round_ // 4 + 1)


def _mix(a: Words, b: Words, left: Words, right: Words, spare: Words) -> None:
    """a += b; b = (b rotated left) xor a, for two pairs of words; shapes (2, household)."""
    np.add(a, b, a)
    np.left_shift(b, left, spare)
    np.right_shift(b, right, b)
    np.bitwise_or(b, spare, b)
    np.bitwise_xor(b, a, b)


def _add_key(scratch: Words, extended: Sequence[int], count: int) -> None:
    for row, i in enumerate(ORDER):
        word = extended[(count + i) % 5] + (count if i == 3 else 0)
        np.add(scratch[row], np.uint32(word & WORD), scratch[row])


def _box_muller(scratch: Words, out: NDArray[np.float32]) -> None:
    """Four normals from four words a household, two pairs at a time; `scratch` is overwritten."""
    width = out.shape[1]
    floats = scratch.view(np.float32)
    radius, angle, cosine = floats[:2], floats[2:4], floats[4:6]
    np.copyto(radius, scratch[:2], casting="unsafe")
    np.add(radius, np.float32(0.5), radius)
    np.multiply(radius, np.float32(2.0**-32), radius)
    np.log(radius, radius)
    np.multiply(radius, np.float32(-2.0), radius)
    np.sqrt(radius, radius)
    np.copyto(angle, scratch[2:4].view(np.int32), casting="unsafe")
    np.multiply(angle, np.float32(math.pi * 2.0**-31), angle)
    np.cos(angle, cosine)
    np.sin(angle, angle)
    np.multiply(radius[:, :width], cosine[:, :width], out[0::2])
    np.multiply(radius[:, :width], angle[:, :width], out[1::2])


def _tiles(keys: NDArray[np.uint64], step: int, lane: int) -> Iterator[tuple[slice, Words]]:
    """Slices of the households, each with scratch rows (6, width) whose first four hold the counters."""
    halves = np.ascontiguousarray(keys).view(np.uint32).reshape(-1, 2)
    low, high = halves.T if sys.byteorder == "little" else halves.T[::-1]
    buffer = np.zeros((6, min(TILE, -(-keys.size // LANES) * LANES)), dtype=np.uint32)
    for start in range(0, keys.size, TILE):
        stop = min(start + TILE, keys.size)
        scratch = buffer[:, : -(-(stop - start) // LANES) * LANES]
        scratch[0, : stop - start] = low[start:stop]
        scratch[2, : stop - start] = high[start:stop]
        scratch[1] = step
        scratch[3] = lane
        yield slice(start, stop), scratch


def _digest(text: str, size: int) -> bytes:
    """BLAKE2b of the text, as `printf TEXT | b2sum --length=64` gives it for size 8."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def _long_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    """64-bit hashes, shape (text,)."""
    digests = b"".join(_digest(text, 8) for text in texts)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _text(value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    if _is_whole(value):
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


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise refuse("Streams", name, "a text that is not empty", value)
