"""Counter-based random streams: every draw is a pure function of (seed, draw, key, purpose, step, lane).

Nothing is consumed in sequence, so a household's luck does not change with the policy, the block size, the
number of workers or who else is in the population. The bits are those of `threefry`; normals come from them by
`normals`. All are the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from graduasi.errors import InputError
from graduasi.fields import refuse
from graduasi.streams.ids import hashes, is_whole
from graduasi.streams.normals import Scratch, normals
from graduasi.streams.threefry import WORD, Words, plan_of, threefry, tiles

NORMAL_LANE, UNIFORM_LANE = 0, 1  # normals and uniforms of one purpose and step share no bits
COPIES = 2**31 - 1  # of a household: two lanes each


def _plain(value: object) -> object:
    """NumPy integers become plain ones; the rest is left for the check."""
    return int(value) if is_whole(value) else value


def _check_count(name: str, value: object, bits: int) -> None:
    if not is_whole(value) or not 0 <= int(value) < 2**bits:
        raise refuse("Streams", name, f"a whole number from 0 to 2**{bits} - 1", value)


def _counts(bits: int) -> Callable[[object, attrs.Attribute[int], object], None]:
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
        for part, low, high, scratch in tiles(keys):
            threefry(low, high, plan, scratch, out[:, part])
        return out

    def normals(
        self, keys: NDArray[np.uint64], purpose: str, step: int = 0, *, copy: int = 0
    ) -> NDArray[np.float32]:
        """Four standard normals a household, shape (4, household), float32; see `graduasi.streams.normals`.

        copy : number of the household's copy, 0 to 2**31 - 2; copies are unrelated.
        """
        plan = self._plan(keys, purpose, step, self._lane(copy, NORMAL_LANE))
        out = np.empty((4, keys.size), dtype=np.float32)
        space: Scratch | None = None
        for part, low, high, scratch in tiles(keys):
            normal = out[:, part]
            threefry(low, high, plan, scratch, normal.view(np.uint32))
            if space is None or space.x.shape != normal.shape:
                space = Scratch((len(normal), low.size))
            normals(normal.view(np.uint32), normal, space)
        return out

    def uniforms(
        self, keys: NDArray[np.uint64], purpose: str, step: int = 0, *, copy: int = 0
    ) -> NDArray[np.float64]:
        """One uniform a household, shape (household,), float64, in the open interval (0, 1).

        The value is (n + 1/2) / 2**52 with n of 52 random bits: an odd multiple of 2**-53, exact, symmetric
        about 1/2, never 0 or 1. It shares no bits with the normals of the same purpose, step and copy.
        """
        high, low = self.words(keys, purpose, step, self._lane(copy, UNIFORM_LANE))[:2]
        out: NDArray[np.float64] = high.astype(np.float64)
        out *= 2.0**-32
        out += ((low >> np.uint32(12)) + 0.5) * 2.0**-52
        return out

    def scalar(self, name: str) -> float:
        """One uniform in (0, 1) for a named uncertain quantity, the same whatever the households are."""
        _check_text("name", name)
        return float(self.uniforms(hashes([name], np.uint64), "a named quantity, of no household")[0])

    def _lane(self, copy: int, lane: int) -> int:
        if not is_whole(copy) or not 0 <= int(copy) < COPIES:
            raise refuse("Streams", "copy", f"a whole number from 0 to {COPIES - 1}", copy)
        return 2 * int(copy) + lane

    def _plan(self, keys: NDArray[np.uint64], purpose: str, step: int, lane: int) -> list[Words]:
        if not isinstance(keys, np.ndarray) or keys.dtype != np.dtype(np.uint64) or keys.ndim != 1:
            got = f"{keys.dtype} of shape {keys.shape}" if isinstance(keys, np.ndarray) else repr(keys)
            raise InputError(f"Streams.keys must be a uint64 array of shape (household,); got {got}")
        _check_text("purpose", purpose)
        _check_count("step", step, 32)
        _check_count("lane", lane, 32)
        hashed = int(hashes([purpose], np.uint32)[0])
        return plan_of([self.seed & WORD, self.seed >> 32, self.draw, hashed], int(step), int(lane))


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise refuse("Streams", name, "a text that is not empty", value)
