from __future__ import annotations

import hashlib
import itertools
import runpy
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.keys import MANY, SEEDED

from graduasi.errors import InputError
from graduasi.streams import Streams, hash_ids
from graduasi.streams import ids as id_keys
from graduasi.streams import normals as tables
from graduasi.streams import threefry as generator

IDS = ("F0001", "F0002", "keluarga-3", "0012")

# Known answers of Random123 1.14, tests/kat_vectors, "threefry4x32 20": counter, key, words.
RANDOM123 = (
    ([0, 0, 0, 0], [0, 0, 0, 0], [0x9C6CA96A, 0xE17EAE66, 0xFC10ECD4, 0x5256A7D8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 4, [0x2A881696, 0x57012287, 0xF6C7446E, 0xA16A6732]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0, 0x082EFA98, 0xEC4E6C89],
        [0x59CD1DBB, 0xB8879579, 0x86B5D00C, 0xAC8B6D84],
    ),
)

# Words of (seed, draw, id, purpose, step, lane) by randomgen 2.5.1, ThreeFry(number=4, width=32), with NumPy
# 2.4.6, 2026-11-24, by the calls of `by_randomgen`.
Draw = tuple[int, int, str, str, int, int]
RANDOMGEN: dict[Draw, list[int]] = {
    (20231201, 7, "F0001", "monthly", 5, 0): [3321645325, 1895498592, 1751599797, 711001735],
    (20231201, 7, "F0002", "monthly", 5, 0): [3783454919, 1127905619, 875818522, 2418492784],
    (20231201, 7, "keluarga-3", "monthly", 5, 0): [1161252213, 1877837422, 1062530668, 536810746],
    (20231201, 7, "0012", "monthly", 5, 0): [708875025, 3774781939, 378979134, 4276413217],
    (0, 0, "0012", "monthly", 0, 0): [1494847513, 3627859310, 1764357052, 1046605827],
    (2**64 - 1, 2**32 - 1, "F0001", "take-up of training", 2**32 - 1, 2**32 - 1): [
        3067261795,
        3636743382,
        2137546506,
        1546467274,
    ],
}

# `printf ID | b2sum --length=64` of GNU coreutils 9.1, read as little-endian.
B2SUM = {
    "F0001": 0xDD3C2228F1B8F76A,
    "F0002": 0xA4DDC4782441C988,
    "keluarga-3": 0x0BC63CF24C4AA289,
    "0012": 0xD340404DB1C953C6,
}


def blake(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest(), "little")


def bits(array: NDArray[np.float32]) -> NDArray[np.uint32]:
    return array.view(np.uint32)


# The construction, against published and independent answers


@pytest.mark.parametrize(("counter", "key", "expected"), RANDOM123)
def test_random123_known_answers(counter: list[int], key: list[int], expected: list[int]) -> None:
    low, high = (np.full(19, half, dtype=np.uint32) for half in counter[:2])
    words = np.empty((4, 19), dtype=np.uint32)
    plan = generator.plan_of(key, *counter[2:])
    generator.threefry(low, high, plan, np.zeros((6, 32), dtype=np.uint32), words)
    assert words.tolist() == [[word] * 19 for word in expected]


def words_of(case: Draw) -> list[int]:
    seed, draw, name, purpose, step, lane = case
    words = Streams(seed=seed, draw=draw).words(hash_ids([name]), purpose, step, lane)
    assert words.dtype == np.uint32
    assert words.shape == (4, 1)
    return [int(word) for word in words[:, 0]]


@pytest.mark.parametrize("case", RANDOMGEN)
def test_stored_words_of_randomgen(case: Draw) -> None:
    assert words_of(case) == RANDOMGEN[case]


def by_randomgen(case: Draw) -> list[int]:
    """The four words of an independent implementation of the generator."""
    randomgen = pytest.importorskip("randomgen")
    seed, draw, name, purpose, step, lane = case
    key = seed | draw << 64 | blake(purpose, 4) << 96
    counter = blake(name, 8) | step << 64 | lane << 96
    before = (counter - 1) % 2**128  # randomgen counts up before it draws
    words: list[int] = randomgen.ThreeFry(number=4, width=32, key=key, counter=before).random_raw(4).tolist()
    return words


@settings(max_examples=50, deadline=None)
@given(
    st.tuples(
        st.integers(0, 2**64 - 1),
        st.integers(0, 2**32 - 1),
        st.text(min_size=1),
        st.text(min_size=1),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2**32 - 1),
    )
)
def test_words_equal_randomgen(case: Draw) -> None:
    assert words_of(case) == by_randomgen(case)


def test_ids_hash_as_b2sum_does() -> None:
    assert dict(zip(IDS, hash_ids(IDS).tolist(), strict=True)) == B2SUM


# Version 0.1.0, 2026-11-24, `SEEDED` on `IDS`, "monthly", step 5: exact arithmetic on the words.
UNIFORMS = ["0x1.315408dc1ee9bp-1", "0x1.f3342d9937a7bp-1", "0x1.9e7cfedf0b96fp-1", "0x1.eb9e0c1329f54p-3"]
SCALAR = "0x1.94361cfe41b26p-2"  # "take-up"


def test_reference_values_of_uniforms_and_scalar() -> None:
    assert [value.hex() for value in SEEDED.uniforms(hash_ids(IDS), "monthly", 5).tolist()] == UNIFORMS
    assert SEEDED.scalar("take-up").hex() == SCALAR


def test_uniforms_are_52_bits_at_midpoints() -> None:
    words = SEEDED.words(hash_ids(IDS), "monthly", step=5, lane=1)
    whole = [(int(high) << 20) | (int(low) >> 12) for high, low in words[:2].T]
    assert SEEDED.uniforms(hash_ids(IDS), "monthly", step=5).tolist() == [(2 * n + 1) / 2**53 for n in whole]


@pytest.mark.parametrize(("word", "expected"), [(0, 2.0**-53), (2**32 - 1, 1 - 2.0**-53)])
def test_uniforms_stay_inside_the_open_interval(
    monkeypatch: pytest.MonkeyPatch, word: int, expected: float
) -> None:
    monkeypatch.setattr(Streams, "words", lambda *_: np.full((4, 1), word, dtype=np.uint32))
    assert SEEDED.uniforms(MANY[:1], "extreme").tolist() == [expected]


def normals_of(words: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Normals of words, shape (word,)."""
    given = words.reshape(1, -1)
    out = np.empty(given.shape, dtype=np.float32)
    tables.normals(given, out, tables.Scratch((1, words.size)))
    return np.asarray(out[0])


def words_about_every_cell() -> NDArray[np.uint32]:
    """Words below half in rising order: all small ones, and on both sides of each end of a cell in each octave."""
    number = np.arange(tables.CELLS)
    ends = np.ldexp(1.0 + (number & (2**tables.MANTISSA - 1)) / 2.0**tables.MANTISSA, number >> tables.MANTISSA)
    near = np.rint(ends)[:, None] + np.arange(-129, 130, 2)  # a float32 holds 24 of the 31 bits
    wide = np.linspace(1, 2**31 - 1, 200_001)
    halves = np.concatenate([np.arange(1, 2**16), near.ravel(), wide]).astype(np.int64) | 1
    return (np.unique(halves[(halves > 0) & (halves < 2**31)]) << 1).astype(np.uint32)


def test_normals_are_the_inverse_of_their_words_in_every_octave() -> None:
    from scipy.special import ndtri

    words = words_about_every_cell()
    half = words >> np.uint32(1) | np.uint32(1)
    assert set(np.frexp(half.astype(float))[1].tolist()) == set(range(1, 32))
    found = normals_of(words)
    assert np.abs(found - ndtri(half / 2.0**32)).max() < 7e-7
    assert (np.diff(found) >= 0).all()  # over every end of a cell, too
    np.testing.assert_array_equal(normals_of(words | np.uint32(1)), -found)  # the last bit is the sign
    np.testing.assert_array_equal(normals_of(words & np.uint32(2**32 - 4)), found)  # v is odd


def test_normals_end_where_the_words_do() -> None:
    ends = normals_of(np.array([0, 1, 2, 3, 2**32 - 2, 2**32 - 1], dtype=np.uint32))
    assert ends[:4].tolist() == [ends[0], -ends[0], ends[0], -ends[0]]
    assert -6.231 < ends[0] < -6.23
    assert abs(ends[4]) < 1e-6
    assert ends[5] == -ends[4]


def test_normals_of_a_stream_are_those_of_its_words() -> None:
    keys = MANY[:40_000]
    normals = SEEDED.normals(keys, "monthly", step=5)
    assert normals.dtype == np.float32
    for row, words in zip(normals, SEEDED.words(keys, "monthly", step=5), strict=True):
        assert np.array_equal(bits(row), bits(normals_of(words)))


def test_the_table_of_normals_is_the_one_that_its_tool_makes() -> None:
    """To the bit but for what SciPy's inverse rounds: one unit in the last place."""
    shipped = np.load(tables.TABLE, allow_pickle=False)
    assert shipped.dtype == np.dtype("<f4")
    assert shipped.shape == (2, tables.CELLS)
    digest = hashlib.sha256(tables.TABLE.read_bytes()).hexdigest()
    assert digest == "4c9ed20b0b82c2762b591dcbb9fc7aa45b6de742ff54c2801ef82d35dca2bcac"
    tool = Path(__file__).parents[1] / "tools" / "normal_table.py"
    made = runpy.run_path(str(tool))["table"]()
    assert np.abs(made.view(np.int32).astype(np.int64) - shipped.view(np.int32)).max() <= 1


def test_copies_are_lanes_of_their_own() -> None:
    keys = MANY[:5000]
    drawn = [SEEDED.normals(keys, "monthly", 5, copy=copy) for copy in (0, 1, 2**31 - 2)]
    assert np.array_equal(bits(drawn[0]), bits(SEEDED.normals(keys, "monthly", 5)))
    for one, other in itertools.combinations(drawn, 2):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(one.size)
    uniforms = [SEEDED.uniforms(keys, "monthly", 5, copy=copy) for copy in (0, 1)]
    assert abs(np.corrcoef(*uniforms)[0, 1]) < 4 / np.sqrt(keys.size)
    for copy in (-1, 2**31 - 1, True, 1.0):
        with pytest.raises(InputError) as caught:
            SEEDED.normals(keys, "monthly", copy=cast("int", copy))
        assert str(caught.value) == f"Streams.copy must be a whole number from 0 to 2147483646; got {copy!r}"


# A household's luck is its own


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_bits_do_not_hang_on_who_else_is_there(data: st.DataObject) -> None:
    keys = np.array(data.draw(st.lists(st.integers(0, 2**64 - 1), max_size=70, unique=True)), dtype=np.uint64)
    step = data.draw(st.integers(0, 2**32 - 1))
    every = SEEDED.normals(keys, "monthly", step)
    start = data.draw(st.integers(0, keys.size))
    stop = data.draw(st.integers(start, keys.size))
    part = SEEDED.normals(keys[start:stop], "monthly", step)
    assert np.array_equal(bits(part), bits(every)[:, start:stop])
    order = np.array(data.draw(st.permutations(range(keys.size))), dtype=int)
    assert np.array_equal(bits(SEEDED.normals(keys[order], "monthly", step)), bits(every)[:, order])
    assert np.array_equal(
        SEEDED.uniforms(keys[order], "monthly", step), SEEDED.uniforms(keys, "monthly", step)[order]
    )
    assert np.array_equal(SEEDED.words(keys[::-1], "monthly", step), SEEDED.words(keys, "monthly", step)[:, ::-1])


@pytest.fixture(scope="module")
def every() -> NDArray[np.float32]:
    return SEEDED.normals(MANY[:33_000], "monthly", step=3)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 1023, 16383, 16384, 16385])
@pytest.mark.parametrize("start", [0, 1, 3, 5, 8, 16381])
def test_normals_of_a_slice_at_any_offset(every: NDArray[np.float32], start: int, size: int) -> None:
    part = SEEDED.normals(MANY[:33_000][start : start + size], "monthly", step=3)
    assert np.array_equal(bits(part), bits(every)[:, start : start + size])


def test_keys_may_be_read_only_and_are_left_alone() -> None:
    keys = MANY[:100].copy()
    keys.flags.writeable = False
    SEEDED.normals(keys, "monthly")
    assert np.array_equal(keys, MANY[:100])


def test_nobody_has_no_luck() -> None:
    nobody = hash_ids([])
    assert nobody.shape == (0,)
    assert nobody.dtype == np.uint64
    assert SEEDED.words(nobody, "monthly").shape == (4, 0)
    assert SEEDED.normals(nobody, "monthly").shape == (4, 0)
    assert SEEDED.uniforms(nobody, "monthly").shape == (0,)


def test_scalar_is_a_function_of_seed_draw_and_name() -> None:
    names = [f"effect {i}" for i in range(100)]
    first = [SEEDED.scalar(name) for name in names]
    assert first == [Streams(seed=20231201, draw=7).scalar(name) for name in names]
    others = [SEEDED, Streams(seed=20231201, draw=8), Streams(seed=20231202, draw=7)]
    drawn = {streams.scalar(name) for streams in others for name in names}
    assert len(drawn) == 300
    assert all(0 < value < 1 for value in drawn)


# Streams that differ in one coordinate are unrelated


@given(st.lists(st.one_of(st.text(min_size=1), st.integers()), unique_by=str, max_size=20))
def test_ids_hash_by_their_text(ids: list[str | int]) -> None:
    assert hash_ids(ids).tolist() == [  # type: ignore[arg-type]
        int.from_bytes(
            hashlib.blake2b(str(each).encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
        )
        for each in ids
    ]


def test_ids_of_every_kind_of_array() -> None:
    expected = hash_ids(["12", "7"])
    for ids in (np.array([12, 7]), np.array([12, 7], dtype=np.uint8), np.array(["12", "7"]), [12, 7]):
        assert hash_ids(ids).tolist() == expected.tolist()
    assert hash_ids(np.array(["12", 7], dtype=object)).tolist() == expected.tolist()
    assert hash_ids(["0012"]).tolist() != hash_ids([12]).tolist()


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ("F0001", "hash_ids.ids must be a one-dimensional sequence of ids; got 'F0001'"),
        (np.array(5), "hash_ids.ids must be a one-dimensional sequence of ids; got array(5)"),
        (["a", ""], "hash_ids.ids must be texts that are not empty or whole numbers; got ''"),
        (["a", None], "hash_ids.ids must be texts that are not empty or whole numbers; got None"),
        ([1.5], "hash_ids.ids must be texts that are not empty or whole numbers; got 1.5"),
        ([True], "hash_ids.ids must be texts that are not empty or whole numbers; got True"),
        ([float("nan")], "hash_ids.ids must be texts that are not empty or whole numbers; got nan"),
        ([b"a"], "hash_ids.ids must be texts that are not empty or whole numbers; got b'a'"),
        (["a", "b", "b", "a"], "hash_ids.ids must be unique; got 'b' more than once"),
        (["7", 7], "hash_ids.ids must be unique; got '7' more than once"),
    ],
)
def test_ids_that_are_refused(ids: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        hash_ids(ids)
    assert str(caught.value) == message


def test_a_collision_names_both_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    first_letters = lambda texts, kind: np.array([ord(text[0]) for text in texts], dtype=kind)  # noqa: E731
    monkeypatch.setattr(id_keys, "hashes", first_letters)
    with pytest.raises(InputError) as caught:
        hash_ids(["ada", "budi", "adi"])
    assert str(caught.value) == (
        "hash_ids.ids must have 64-bit hashes that differ; got one hash for 'ada' and 'adi'"
    )


# What is refused


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, True, "1", None, float("nan")])
def test_seeds_that_are_refused(seed: int) -> None:
    with pytest.raises(InputError) as caught:
        Streams(seed=seed)
    assert str(caught.value) == f"Streams.seed must be a whole number from 0 to 2**64 - 1; got {seed!r}"


@pytest.mark.parametrize("draw", [-1, 2**32, 0.0, False])
def test_draws_that_are_refused(draw: int) -> None:
    with pytest.raises(InputError) as caught:
        Streams(seed=0, draw=draw)
    assert str(caught.value) == f"Streams.draw must be a whole number from 0 to 2**32 - 1; got {draw!r}"


def test_numpy_integers_are_whole_numbers() -> None:
    plain = Streams(seed=2**64 - 1, draw=3)
    assert Streams(seed=np.uint64(2**64 - 1), draw=np.int32(3)) == plain
    assert type(Streams(seed=np.int64(3)).seed) is int
    keys, int_like = MANY[:5], cast("int", np.int64(3))
    assert np.array_equal(SEEDED.words(keys, "monthly", int_like), SEEDED.words(keys, "monthly", 3))


@pytest.mark.parametrize(
    ("keys", "got"),
    [
        (np.arange(3), "int64 of shape (3,)"),
        (np.zeros((2, 2), dtype=np.uint64), "uint64 of shape (2, 2)"),
        (np.zeros(2, dtype=">u8"), ">u8 of shape (2,)"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_keys_that_are_refused(keys: NDArray[np.uint64], got: str) -> None:
    with pytest.raises(InputError) as caught:
        SEEDED.normals(keys, "monthly")
    assert str(caught.value) == f"Streams.keys must be a uint64 array of shape (household,); got {got}"


@pytest.mark.parametrize("value", [-1, 2**32, 1.0, True])
def test_steps_and_lanes_that_are_refused(value: int) -> None:
    for name in ("step", "lane"):
        with pytest.raises(InputError) as caught:
            SEEDED.words(MANY[:1], "monthly", **{name: value})
        assert str(caught.value) == f"Streams.{name} must be a whole number from 0 to 2**32 - 1; got {value!r}"


@pytest.mark.parametrize("value", ["", None, 3])
def test_names_that_are_refused(value: str) -> None:
    for name, call in (
        ("purpose", lambda: SEEDED.uniforms(MANY[:1], value)),
        ("name", lambda: SEEDED.scalar(value)),
    ):
        with pytest.raises(InputError) as caught:
            call()
        assert str(caught.value) == f"Streams.{name} must be a text that is not empty; got {value!r}"
