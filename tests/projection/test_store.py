"""A projection in a folder: back bit for bit, and refused where anybody has spoilt it."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi.projection import store

LOAD, NAMED = "Projection.load.", "as the names and the other arrays say"
Arrays = dict[str, Any]


@pytest.fixture(scope="module")
def projection() -> gr.Projection:
    cash = programme("cash", gr.CashTransfer(amount=400.0))
    return run(people(60, grouped=True), [policy("cash", cash)], months=3, draws=3, households=True)


@pytest.fixture(scope="module")
def saved(projection: gr.Projection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved") / "deep" / "folder"
    projection.save(folder)
    return folder


@pytest.fixture(scope="module")
def arrays(saved: Path) -> Arrays:
    with np.load(saved / "arrays.npz", allow_pickle=False) as found:
        return dict(found)


def again(folder: Path, arrays: Arrays) -> Path:
    """A folder with these arrays, as NumPy itself writes them."""
    np.savez_compressed(folder / "arrays.npz", **arrays)
    return folder


def refused(folder: Any, **given: Any) -> str:
    with pytest.raises(gr.InputError) as caught:
        gr.Projection.load(folder, **given)
    return str(caught.value)


def test_a_projection_comes_back_bit_for_bit(projection: gr.Projection, saved: Path) -> None:
    assert sorted(path.name for path in saved.iterdir()) == ["answer.json", "arrays.npz"]
    loaded = gr.Projection.load(saved)
    for field in attrs.fields(gr.Projection):
        one, other = getattr(projection, field.name), getattr(loaded, field.name)
        if field.name == "inputs":
            assert list(one) == list(other)
            assert all((one[name] == other[name]).all() for name in one)
        elif field.name.startswith("household_"):
            assert other is None or other.size == 0
        elif isinstance(one, np.ndarray):
            assert one.tobytes() == other.tobytes()
            assert not other.flags.writeable
        else:
            assert one == other
    assert loaded.summary().equals(projection.summary())
    assert json.loads((saved / "answer.json").read_text(encoding="utf-8")) == projection.answer()


def test_the_same_projection_gives_the_same_bytes(projection: gr.Projection, saved: Path, tmp_path: Path) -> None:
    projection.save(str(tmp_path))
    projection.save(tmp_path)
    for name in ("answer.json", "arrays.npz"):
        assert (tmp_path / name).read_bytes() == (saved / name).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "arrays.npz"]


def test_numpy_alone_reads_the_arrays_and_no_id_is_in_them(projection: gr.Projection, arrays: Arrays) -> None:
    assert set(arrays) == {"facts", "inputs", *store.ARRAYS}
    assert (arrays["values"] == projection.values).all()
    assert b"h0001" not in arrays["facts"].tobytes()


def test_what_numpy_wrote_is_taken(arrays: Arrays, tmp_path: Path, projection: gr.Projection) -> None:
    np.savez(tmp_path / "arrays.npz", **arrays)
    assert (gr.Projection.load(tmp_path).values == projection.values).all()


def facts(**changes: Any) -> Callable[[Arrays], Arrays]:
    """Other plain fields; those that become None are left out."""

    def change(arrays: Arrays) -> Arrays:
        document = json.loads(arrays["facts"].tobytes()) | changes
        text = json.dumps({name: value for name, value in document.items() if value is not None})
        return arrays | {"facts": np.frombuffer(text.encode(), dtype="u1")}

    return change


def array(name: str, change: Callable[[Any], Any]) -> Callable[[Arrays], Arrays]:
    return lambda arrays: arrays | {name: change(arrays[name])}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (array("flows", lambda a: a[:2]), f"{LOAD}flows.shape must be (3, 2, 4, 3), {NAMED}; got (2, 2, 4, 3)"),
        (array("flows", np.float32), f"{LOAD}flows must be an array of type <f8, in rows; got dtype('float32')"),
        (array("flows", lambda a: a.astype(">f8")), f"{LOAD}flows must be an array of type <f8, in rows; got dtype('>f8')"),
        (array("flows", np.asfortranarray), f"{LOAD}flows must be an array of type <f8, in rows; got dtype('float64')"),
        (array("values", lambda a: a[0]), f"{LOAD}values.shape must be (draw, unit, policy, month, line, statistic, group), with a draw and months 0 and 1 at least; got (2, 2, 4, 2, 18, 2)"),
        (array("inputs", lambda a: a[:, :1]), f"{LOAD}inputs.shape must be ({{inputs}}, 3), {NAMED}; got ({{inputs}}, 1)"),
        (array("flows", lambda a: a + np.nan), "Projection.flows must be numbers in [-1e+100, 1e+100]; got (nan, nan)"),
        (array("facts", lambda a: a[:-9]), f"{LOAD}facts.source must be JSON; {{json}}"),
        (array("facts", lambda a: a.astype("<f8")), f"{LOAD}facts must be an array of type |u1, in rows; got dtype('float64')"),
        (facts(format="x"), f"{LOAD}facts.format must be 'graduasi arrays 1'; got 'x'"),
        (facts(policies=["a"]), f"{LOAD}values.shape must be (3, 2, 1, 4, 2, 18, 2), {NAMED}; got (3, 2, 2, 4, 2, 18, 2)"),
        (facts(policies=["a", "a"]), "Projection.policies must be names that differ; got 'a'"),
        (facts(lines=None), f"{LOAD}facts.lines must be given; it is missing"),
        (facts(lines=[{"amount": -1.0, "label": "x"}]), f"{LOAD}facts.lines[0]: PovertyLine.amount must be money in [1e-06, 1e+18]; got -1.0"),
        (facts(inputs="no"), f"{LOAD}facts.inputs must be a list; got 'no'"),
        (facts(inputs=[1]), "Projection.load.facts.inputs must be a text that is not empty, without control characters; got 1"),
        (facts(inputs=["a", "a"]), f"{LOAD}facts.inputs must be names that differ; got 'a'"),
        (facts(seed="<script>"), "Projection.seed must be a whole number in [0, 18446744073709551615]; got '<script>'"),
    ],
)  # fmt: skip
def test_arrays_that_do_not_hold_together(
    arrays: Arrays, tmp_path: Path, spoil: Callable[[Arrays], Arrays], message: str
) -> None:
    found = refused(again(tmp_path, spoil(arrays)))
    if message.endswith("{json}"):
        assert found.startswith(message[:-6])
    else:
        assert found == message.replace("{inputs}", str(len(arrays["inputs"])))


def test_objects_are_never_unpickled(arrays: Arrays, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> Any:
            return pytest.fail, ("it was unpickled",)

    bomb = np.array([Bomb()], dtype=object)
    with zipfile.ZipFile(tmp_path / "arrays.npz", "w") as archive:
        for name, values in (arrays | {"flows": bomb}).items():
            with archive.open(f"{name}.npy", "w") as member:
                np.save(member, values, allow_pickle=True)
    assert refused(tmp_path) == f"{LOAD}flows must be an array of type <f8, in rows; got dtype('O')"


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(folder: Path, given: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(folder / "arrays.npz", "w", method) as archive:
        for name, data in given:
            archive.writestr(name, data)
    return folder


def test_members_are_these_each_once_and_no_longer_than_they_say(saved: Path, tmp_path: Path) -> None:
    own = members(saved / "arrays.npz")
    need = f"{LOAD}arrays.npz must be an archive of facts, inputs, {', '.join(store.ARRAYS)}, each once; got "
    less = {name: data for name, data in own.items() if name != "flows.npy"}
    assert refused(written(tmp_path, list(less.items()))).startswith(need)
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = written(tmp_path, [*own.items(), ("flows.npy", own["flows.npy"])])
    assert refused(twice).startswith(need)
    short = own | {"flows.npy": own["flows.npy"][:-8]}
    assert refused(written(tmp_path, list(short.items()))) == (
        f"{LOAD}flows must be 576 bytes when inflated; got 568"
    )
    long = own | {"flows.npy": own["flows.npy"] + b"x"}
    assert refused(written(tmp_path, list(long.items()))) == (
        f"{LOAD}flows must be 576 bytes when inflated, and nothing after them"
    )
    assert refused(written(tmp_path, list(own.items()), zipfile.ZIP_BZIP2)) == (
        f"{LOAD}arrays.npz.facts.npy must be a member stored or deflated; got 12"
    )
    newer = own | {"flows.npy": b"\x93NUMPY\x02\x00" + own["flows.npy"][8:]}
    assert refused(written(tmp_path, list(newer.items()))) == f"{LOAD}flows must be an array of NumPy's format 1.0"


def test_a_file_that_is_damaged_anywhere_is_refused_or_whole(saved: Path, tmp_path: Path) -> None:
    """A byte turned over at many places: zip's own sums, and the checks of a projection, see what matters."""
    whole = (saved / "arrays.npz").read_bytes()
    good = gr.Projection.load(saved)
    seen = 0
    for place in range(0, len(whole), max(len(whole) // 60, 1)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        (tmp_path / "arrays.npz").write_bytes(spoilt)
        try:
            found = gr.Projection.load(tmp_path)
        except gr.InputError:
            seen += 1
        else:
            assert (found.values == good.values).all()
    assert seen > 40


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (b"", f"{LOAD}folder must hold an arrays.npz that can be read; File is not a zip file"),
        (b"PK\x03\x04" + bytes(100), f"{LOAD}folder must hold an arrays.npz that can be read; File is not a zip file"),
    ],
)  # fmt: skip
def test_what_is_no_archive(tmp_path: Path, spoil: bytes, message: str) -> None:
    (tmp_path / "arrays.npz").write_bytes(spoil)
    assert refused(tmp_path) == message


@pytest.mark.parametrize("folder", ["/nowhere", "/dev/zero", "a\0b"])
def test_what_is_no_folder(folder: str) -> None:
    assert refused(folder) == f"{LOAD}folder must be the path of a folder with arrays.npz; got {folder!r}"


def test_other_arguments_are_refused(saved: Path) -> None:
    assert refused(7) == f"{LOAD}folder must be the path of a folder with arrays.npz; got 7"
    assert refused(saved, at_most=0).startswith("Projection.load.at_most must be a whole number in [1, ")
    size = (saved / "arrays.npz").stat().st_size
    assert refused(saved, at_most=99) == f"{LOAD}folder must hold an arrays.npz of at most 99 bytes; got {size:,}"
    assert refused(saved, at_most=size).startswith(
        f"{LOAD}arrays.npz must be at most {size:,} bytes when inflated; got "
    )


def test_nothing_is_inflated_beyond_what_was_asked(arrays: Arrays, tmp_path: Path) -> None:
    """A bomb of 8 MB costs no more than a look at its size; one that lies about its size no more than that."""
    again(tmp_path, arrays | {"flows": np.zeros(10**6)})
    tracemalloc.start()
    found = refused(tmp_path, at_most=10**6)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.startswith(f"{LOAD}arrays.npz must be at most 1,000,000 bytes when inflated; got 8,")
    assert most < 10**6


def test_a_folder_that_cannot_be_written_to(projection: gr.Projection, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(gr.OutputError) as caught:
        projection.save(tmp_path / "file" / "out")
    assert str(caught.value).startswith("Projection.save.folder could not be written to; [Errno ")
