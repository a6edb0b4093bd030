"""A projection in a folder: `answer.json` to be read, and `arrays.npz`, from which it comes back bit for bit.

`arrays.npz` is NumPy's own archive (a zip file of `.npy` members, no pickles): each array of the projection under
its name, `inputs` with a row an uncertain input, and `facts`, the names and plain fields as JSON in bytes. It may
come from anybody: nothing is inflated before its size is known, and a part that does not fit is refused.
"""

from __future__ import annotations

import json
import math
import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import attrs
import numpy as np
from numpy.lib import format as npy

from graduasi.errors import InputError, NotAvailableError, OutputError
from graduasi.projection.answer import answer
from graduasi.projection.consistency import check_text, check_whole, expected_shapes, frame_of, problem
from graduasi.projection.reading import facts_of, parsed
from graduasi.projection.statistics import RECORDED
from graduasi.projection.text import ARRAYS, PLAIN, plain
from graduasi.shown import short

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from graduasi.projection.projection import Projection

    Floats = NDArray[np.float64]
    Shape = tuple[int, ...]

OWNER = "Projection.load"
ANSWER, STORE = "answer.json", "arrays.npz"
FORMAT = "graduasi arrays 1"
VERSION = (1, 0)  # of the `.npy` format: headers are short
FLOATS, BYTES = np.dtype("<f8"), np.dtype("u1")
MEMBERS = ("facts", "inputs", *ARRAYS)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
DAMAGE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError,
    SyntaxError, tokenize.TokenError,  # of a header that is no Python literal
)  # fmt: skip


def save(result: Projection, folder: str | Path, at: Sequence[int]) -> None:
    """See `Projection.save`. Each file is written beside its place and then put there, whole."""
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_text(place / f".{ANSWER}", json_of(answer(result, at)))
        write_arrays(result, place / f".{STORE}")
        for name in (ANSWER, STORE):
            (place / f".{name}").replace(place / name)
    except OSError as error:
        raise OutputError(f"Projection.save.folder could not be written to; {error}") from error


def json_of(values: object) -> str:
    """Return plain values as JSON text that has no NaN and one order."""
    return json.dumps(plain(values), allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8."""
    path.write_text(text, encoding="utf-8")


def write_arrays(result: Projection, path: Path) -> None:
    """Write `arrays.npz`; the same projection gives the same bytes."""
    if result.amounts or result.statistics.names != RECORDED.names:
        words = "Projection.save has no place yet for statistics beside"
        raise NotAvailableError(f"{words} {', '.join(RECORDED.names)}")
    facts = {"format": FORMAT} | {name: getattr(result, name) for name in PLAIN}
    facts |= {"lines": [attrs.asdict(line) for line in result.lines], "inputs": list(result.inputs)}
    inputs = np.array([*result.inputs.values()], dtype=FLOATS).reshape(len(result.inputs), result.draws)
    arrays: dict[str, NDArray[np.generic]] = {"facts": np.frombuffer(json_of(facts).encode(), dtype=BYTES)}
    arrays |= {"inputs": inputs}
    arrays |= {name: np.ascontiguousarray(getattr(result, name), dtype=FLOATS) for name in ARRAYS}
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            member.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(member, "w", force_zip64=True) as stream:
                npy.write_array(stream, array, version=VERSION, allow_pickle=False)


def load(folder: str | Path, at_most: int) -> dict[str, object]:
    """Return the fields of a projection; raises InputError for anything that `save` did not write."""
    check_whole("load.at_most", at_most, 1, 2**63 - 1)
    path = _file(folder, at_most)
    try:
        with zipfile.ZipFile(path) as archive:
            return _fields(archive, at_most)
    except InputError:
        raise
    except DAMAGE as fault:
        words = short(str(fault), 200)
        raise InputError(f"{OWNER}.folder must hold an {STORE} that can be read; {words}") from fault


def _file(folder: str | Path, at_most: int) -> Path:
    """The file, asked for its kind and size before it is read."""
    if not isinstance(folder, str | Path):
        raise problem("folder", f"the path of a folder with {STORE}", folder, OWNER)
    path = Path(folder) / STORE
    try:
        if not path.is_file():
            raise problem("folder", f"the path of a folder with {STORE}", str(folder), OWNER)
        size = path.stat().st_size
    except (OSError, ValueError) as fault:
        if isinstance(fault, InputError):
            raise
        raise problem("folder", f"the path of a folder with {STORE}", str(folder), OWNER) from fault
    if size > at_most:
        raise InputError(f"{OWNER}.folder must hold an {STORE} of at most {at_most:,} bytes; got {size:,}")
    return path


def _fields(archive: zipfile.ZipFile, at_most: int) -> dict[str, object]:
    members = _members(archive, at_most)

    def read(name: str, kind: DTypeLike, shape: Shape) -> NDArray[np.generic]:
        with archive.open(members[name]) as stream:
            return _array(stream, name, kind, shape)

    facts = _facts(read("facts", BYTES, _shape(archive, members["facts"], "facts")))
    names = facts.pop("inputs")
    if not isinstance(names, list):
        raise problem("facts.inputs", "a list", names, OWNER)
    for name in names:
        check_text("facts.inputs", name, owner=OWNER)
        if names.count(name) > 1:
            raise problem("facts.inputs", "names that differ", name, OWNER)
    draws, months = frame_of(_shape(archive, members["values"], "values"), "load.values.shape")
    expected = expected_shapes(facts, draws, months) | {"inputs": (len(names), draws)}
    needed = sum(math.prod(shape) for shape in expected.values()) * FLOATS.itemsize
    if needed > at_most:
        raise InputError(f"{OWNER}.arrays must be at most {at_most:,} bytes when inflated; got {needed:,}")
    arrays = {name: read(name, FLOATS, shape) for name, shape in expected.items()}
    inputs = dict(zip(names, arrays.pop("inputs"), strict=True))
    return {**facts, **arrays, "inputs": inputs}


def _members(archive: zipfile.ZipFile, at_most: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name: these and no others, each once, in a form that cannot hide its size."""
    found = archive.infolist()
    names = sorted(info.filename for info in found)
    if names != sorted(f"{name}.npy" for name in MEMBERS):
        raise problem(STORE, f"an archive of {', '.join(MEMBERS)}, each once", names, OWNER)
    for info in found:
        if info.compress_type not in METHODS or info.flag_bits & 1:
            raise problem(f"{STORE}.{info.filename}", "a member stored or deflated", info.compress_type, OWNER)
    size = sum(info.file_size for info in found)
    if size > at_most:
        raise InputError(f"{OWNER}.{STORE} must be at most {at_most:,} bytes when inflated; got {size:,}")
    return {info.filename.removesuffix(".npy"): info for info in found}


def _header(stream: IO[bytes], name: str) -> tuple[Shape, bool, np.dtype[np.generic]]:
    if npy.read_magic(stream) != VERSION:
        raise InputError(f"{OWNER}.{name} must be an array of NumPy's format 1.0")
    shape, in_columns, kind = npy.read_array_header_1_0(stream)
    return tuple(shape), bool(in_columns), kind


def _shape(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Shape:
    """The shape that a member says it has; its bytes are not read."""
    with archive.open(info) as stream:
        shape, _, _ = _header(stream, name)
    if math.prod(shape) > info.file_size:
        raise problem(f"{name}.shape", f"of at most the {info.file_size:,} bytes of its member", shape, OWNER)
    return shape


def _array(stream: IO[bytes], name: str, kind: DTypeLike, expected: Shape) -> NDArray[np.generic]:
    """Inflate as many bytes as the shape has, and not one more."""
    shape, in_columns, found = _header(stream, name)
    if found != kind or in_columns:
        raise problem(name, f"an array of type {np.dtype(kind).str}, in rows", found, OWNER)
    if shape != expected:
        raise problem(f"{name}.shape", f"{expected}, as the names and the other arrays say", shape, OWNER)
    array = np.empty(shape, dtype=kind)
    room = array.reshape(-1).view(BYTES).data
    done = 0
    while done < len(room):
        data = stream.read(min(len(room) - done, 2**20))
        if not data:
            raise InputError(f"{OWNER}.{name} must be {len(room):,} bytes when inflated; got {done:,}")
        room[done : done + len(data)] = data
        done += len(data)
    if stream.read(1):
        raise InputError(f"{OWNER}.{name} must be {len(room):,} bytes when inflated, and nothing after them")
    return array


def _facts(data: NDArray[np.generic]) -> dict[str, object]:
    document = parsed(data.tobytes().decode("utf-8"), f"{OWNER}.facts")
    found = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or found != FORMAT:
        raise problem("facts.format", repr(FORMAT), found, OWNER)
    facts: dict[str, object] = facts_of(document, f"{OWNER}.facts")
    return facts | {"inputs": document.get("inputs")}
