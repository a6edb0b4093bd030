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
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Any, TypeVar

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
WORD = 0xFFFFFFFF

Words = NDArray[np.uint32]
Unsigned = TypeVar("Unsigned", np.uint32, np.uint64)


def _constant(value: float, kind: type[np.generic]) -> NDArray[Any]:
    """An array of no dimension: NumPy takes it .3 microseconds faster than a scalar."""
    array = np.array(value, dtype=kind)
    array.flags.writeable = False
    return array


SHIFTS = tuple(
    tuple((_constant(bits, np.uint32), _constant(32 - bits, np.uint32)) for bits in pair) for pair in ROTATIONS
)  # left by, right by
HALF, MINUS_TWO, TO_UNIFORM, TO_ANGLE = (
    _constant(value, np.float32) for value in (0.5, -2.0, 2.0**-32, math.pi * 2.0**-31)
)


def hash_ids(ids: Sequence[str] | Sequence[int] | NDArray[Any]) -> NDArray[np.uint64]:
    """64-bit keys of household ids, by which `Streams` knows a household.

    ids : texts that are not empty, or whole numbers (hashed as their decimal text, so 7 and "7" are one id).

    Returns an array, shape (household,): BLAKE2b of the UTF-8 text (RFC 7693), 8 bytes read little-endian.
    Raises `InputError` for anything else, for an id that occurs twice, and for two ids with one key (at a
    million households a chance of about 3e-8).
    """
    if isinstance(ids, (str, bytes)) or (isinstance(ids, np.ndarray) and ids.ndim != 1):
        raise refuse("hash_ids", "ids", "a one-dimensional sequence of ids", ids)
    texts = _texts(ids)
    keys = _hashes(texts, np.uint64)
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
        plan = self._plan(keys, purpose, step, lane)
        out = np.empty((4, keys.size), dtype=np.uint32)
        for part, low, high, scratch in _tiles(keys):
            _threefry(low, high, plan, scratch, out[:, part])
        return out

    def normals(self, keys: NDArray[np.uint64], purpose: str, step: int = 0) -> NDArray[np.float32]:
        """Four standard normals a household, shape (4, household), float32.

        Rows 0 and 1 come from words 0 and 1, rows 2 and 3 from words 2 and 3 (Box and Muller 1958): radius
        sqrt(-2 log((w + 1/2) / 2**32)), angle 2 pi w' / 2**32. The radius keeps full float32 precision in the
        tail and ends at 6.76; its uniform has 24 bits near 1, so that the smallest radii come in steps (0,
        3.5e-4, 4.9e-4 ...), and once in 3e7 pairs both normals are exactly 0.
        """
        plan = self._plan(keys, purpose, step, NORMAL_LANE)
        out = np.empty((4, keys.size), dtype=np.float32)
        for part, low, high, scratch in _tiles(keys):
            _threefry(low, high, plan, scratch, _in_order(scratch))
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
        return float(self.uniforms(_hashes([name], np.uint64), "a named quantity, of no household")[0])

    def _plan(self, keys: NDArray[np.uint64], purpose: str, step: int, lane: int) -> list[Words]:
        if not isinstance(keys, np.ndarray) or keys.dtype != np.dtype(np.uint64) or keys.ndim != 1:
            got = f"{keys.dtype} of shape {keys.shape}" if isinstance(keys, np.ndarray) else repr(keys)
            raise InputError(f"Streams.keys must be a uint64 array of shape (household,); got {got}")
        _check_text("purpose", purpose)
        _check_count("step", step, 32)
        _check_count("lane", lane, 32)
        hashed = int(_hashes([purpose], np.uint32)[0])
        return _plan([self.seed & WORD, self.seed >> 32, self.draw, hashed], int(step), int(lane))


def _plan(key: Sequence[int], step: int, lane: int) -> list[Words]:
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


def _threefry(low: Words, high: Words, plan: Sequence[Words], scratch: Words, out: Iterable[Words]) -> None:
    """Threefry4x32-20 of (low, high, step, lane): four words a household into the four rows of `out`.

    low, high : the halves of the household's key, shape (household,); `plan` holds the rest.
    scratch : shape (6, width), width >= household, rows x0, x2, x1, x3 and two spare ones: what treats two
        words alike is one array expression. `out` may be `_in_order(scratch)`.
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


def _in_order(scratch: Words) -> tuple[Words, Words, Words, Words]:
    """The rows of words 0, 1, 2, 3."""
    return scratch[0], scratch[2], scratch[1], scratch[3]


def _box_muller(scratch: Words, out: NDArray[np.float32]) -> None:
    """Four normals from the words in `scratch`, two pairs at a time; `scratch` is overwritten."""
    household = slice(out.shape[1])
    sine, cosine, radius = (scratch[row : row + 2].view(np.float32) for row in (0, 2, 4))
    np.copyto(radius, scratch[:2], casting="unsafe")
    np.add(radius, HALF, radius)
    np.multiply(radius, TO_UNIFORM, radius)
    np.log(radius, radius)
    np.multiply(radius, MINUS_TWO, radius)
    np.sqrt(radius, radius)
    angle = sine  # until its sine is taken: -pi to pi
    np.copyto(angle, scratch[2:4].view(np.int32), casting="unsafe")
    np.multiply(angle, TO_ANGLE, angle)
    np.cos(angle, cosine)
    np.sin(angle, sine)
    np.multiply(radius[:, household], cosine[:, household], out[0::2])
    np.multiply(radius[:, household], sine[:, household], out[1::2])


def _tiles(keys: NDArray[np.uint64]) -> Iterator[tuple[slice, Words, Words, Words]]:
    """Slices of the households: the slice, low and high halves of its keys, and scratch rows (6, width)."""
    halves = np.ascontiguousarray(keys).view(np.uint32).reshape(-1, 2)
    low, high = halves.T if sys.byteorder == "little" else halves.T[::-1]
    buffer = np.empty(6 * min(TILE, keys.size + LANES), dtype=np.uint32)
    for start in range(0, keys.size, TILE):
        part = slice(start, min(start + TILE, keys.size))
        width = -(-(part.stop - start) // LANES) * LANES
        yield part, low[part], high[part], buffer[: 6 * width].reshape(6, width)


def _hashes(texts: Sequence[str], kind: type[Unsigned]) -> NDArray[Unsigned]:
    """BLAKE2b of each text, as `printf TEXT | b2sum --length=64` gives it for uint64; shape (text,)."""
    size = np.dtype(kind).itemsize
    try:
        digests = [blake2b(text.encode(), digest_size=size).digest() for text in texts]
    except UnicodeEncodeError:  # lone surrogates, which are no UTF-8
        digests = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest() for text in texts]
    return np.frombuffer(b"".join(digests), dtype=np.dtype(kind).newbyteorder("<")).astype(kind)


def _texts(ids: Sequence[Any] | NDArray[Any]) -> list[str]:
    """Ids as plain texts; NumPy's own become Python's at once, ten times faster than one by one."""
    if isinstance(ids, np.ndarray) and ids.dtype.kind == "U":
        texts: list[str] = ids.tolist()
        return [_text(each) for each in texts] if "" in texts else texts
    plain = ids.tolist() if isinstance(ids, np.ndarray) and ids.dtype.kind in "iu" else ids
    return [each if type(each) is str and each else _text(each) for each in plain]


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
