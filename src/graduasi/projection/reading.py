"""A projection from its JSON, which anybody may have written: nothing is inflated before its size is known."""

from __future__ import annotations

import base64
import json
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np

from graduasi.errors import InputError
from graduasi.policy.enrolment import COMPONENTS
from graduasi.population import PovertyLine
from graduasi.projection.consistency import (
    Shown,
    check_facts,
    check_text,
    check_whole,
    expected_shapes,
    frame_of,
    problem,
)
from graduasi.projection.text import ARRAYS, FORMAT, PLAIN
from graduasi.shown import short

if TYPE_CHECKING:
    from numpy.typing import NDArray

Document = dict[str, Any]  # an object of JSON
Kind = TypeVar("Kind")

OWNER = "Projection.from_json"
DIGITS = 40  # of a whole number: a seed has 20
TUPLES = ("policies", "programmes", "groups", "units", "notes")
NUMBER = 8  # bytes of a double
WORDS: dict[type, str] = {list: "a list", dict: "an object", str: "a text"}


def fields_of(source: str | Path, at_most: int = 2**30) -> Document:
    """Return the fields of a projection from its JSON; raise InputError for what `to_json` did not write."""
    check_whole("from_json.at_most", at_most, 1, 2**63 - 1)
    document = parsed(_text(source, at_most), OWNER)
    found = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or found != FORMAT:
        raise problem("format", repr(FORMAT), found, OWNER)
    facts = facts_of(document, OWNER)
    arrays = _arrays(_of_type(_member(document, "arrays"), "arrays", dict), facts, at_most)
    inputs = _inputs(_of_type(_member(document, "inputs"), "inputs", dict), len(arrays["values"]))
    return {**facts, **arrays, "inputs": inputs}


def facts_of(document: Document, owner: str) -> Document:
    """Plain fields of a projection, its lines among them, checked against each other."""
    facts = {name: _member(document, name, owner=owner) for name in PLAIN}
    for name in TUPLES:
        facts[name] = tuple(_of_type(facts[name], name, list, owner))
    lines = _of_type(_member(document, "lines", owner=owner), "lines", list, owner)
    facts["lines"] = tuple(_line(line, f"lines[{place}]", owner) for place, line in enumerate(lines))
    check_facts(facts)
    return facts


def _text(source: str | Path, at_most: int) -> str:
    """The text itself, or that of a file, which is asked for its kind and size before it is read."""
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return source
    if not isinstance(source, str | Path):
        raise problem("source", "the text of a projection, or the path of its file", source, OWNER)
    try:
        path = Path(source)
        if not path.is_file():
            raise problem("source", "a projection's JSON, or the path of a file with it", str(source), OWNER)
        size = path.stat().st_size
        if size > at_most:
            raise InputError(f"{OWNER}.source must be a file of at most {at_most:,} bytes; got {size:,}")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeError, ValueError) as fault:
        if isinstance(fault, InputError):
            raise
        words = short(str(fault), 200)
        raise InputError(f"{OWNER}.source must be a file of UTF-8 text that can be read; {words}") from fault


def parsed(text: str, owner: str) -> object:
    """JSON of which every key stands once and every number is one."""

    def once(pairs: list[tuple[str, object]]) -> Document:
        found: Document = {}
        for name, value in pairs:
            if name in found:
                raise problem("source", "JSON with each key once", name, owner)
            found[name] = value
        return found

    def whole(digits: str) -> int:
        if len(digits) > DIGITS:
            need = f"whole numbers of at most {DIGITS} digits"
            raise InputError(f"{owner}.source must have {need}; got {len(digits)}")
        return int(digits)

    def no_number(name: str) -> None:
        raise InputError(f"{owner}.source must be JSON, which has no {name}")

    try:
        return json.loads(text, object_pairs_hook=once, parse_int=whole, parse_constant=no_number)
    except json.JSONDecodeError as fault:
        raise InputError(f"{owner}.source must be JSON; {fault}") from fault
    except RecursionError as fault:
        raise InputError(f"{owner}.source must be what to_json wrote; it is nested too deeply") from fault


def _member(given: Document, name: str, path: str = "", owner: str = OWNER) -> object:
    if name not in given:
        raise InputError(f"{owner}.{path}{name} must be given; it is missing")
    return given[name]


def _of_type(value: object, path: str, kind: type[Kind], owner: str = OWNER) -> Kind:
    if not isinstance(value, kind):
        raise problem(path, WORDS[kind], value, owner)
    return value


def _line(given: object, path: str, owner: str) -> PovertyLine:
    """A poverty line, with its own words on what is wrong."""
    fields = _of_type(given, path, dict, owner)
    known = [field.name for field in attrs.fields(PovertyLine)]
    for name in fields:
        if name not in known:
            raise problem(path, f"an object of {', '.join(known)}", name, owner)
    for name in ("amount", "label"):
        _member(fields, name, f"{path}.", owner)
    try:
        return PovertyLine(**fields)
    except (InputError, OverflowError) as fault:
        raise InputError(f"{owner}.{path}: {short(str(fault), 400)}") from fault


def _shape(packed: Document, path: str) -> tuple[int, ...]:
    shape = _of_type(_member(dict(packed), "shape", f"{path}."), f"{path}.shape", list)
    for place, size in enumerate(shape):
        check_whole(f"from_json.{path}.shape[{place}]", size, 0, 2**40)
    return tuple(shape)


def _arrays(given: Document, facts: Document, at_most: int) -> dict[str, NDArray[np.float64]]:
    """Arrays of the shapes that the names imply, once all their sizes together are known to fit."""
    packed = {name: _of_type(_member(given, name, "arrays."), f"arrays.{name}", dict) for name in ARRAYS}
    frame = _shape(packed["values"], "arrays.values")
    expected = expected_shapes(facts, *frame_of(frame, "from_json.arrays.values.shape"))
    before = _without_staff(expected["costs_by_draw"])
    written_before = _shape(packed["costs_by_draw"], "arrays.costs_by_draw") == before
    stored = expected | ({"costs_by_draw": before} if written_before else {})
    for name in ARRAYS:
        found = _shape(packed[name], f"arrays.{name}")
        if found != stored[name]:
            need = f"{expected[name]}, as the names and the other arrays say"
            raise problem(f"arrays.{name}.shape", need, found, OWNER)
    needed = sum(math.prod(shape) for shape in expected.values()) * NUMBER
    if needed > at_most:
        raise InputError(f"{OWNER}.arrays must be at most {at_most:,} bytes when inflated; got {needed:,}")
    arrays = {name: _unpacked(packed[name], f"arrays.{name}", stored[name]) for name in ARRAYS}
    if written_before:
        costs = np.zeros(expected["costs_by_draw"])
        costs[..., : len(COMPONENTS) - 1, :] = arrays["costs_by_draw"]
        arrays["costs_by_draw"] = costs
    return arrays


def _without_staff(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of costs before 0.2, which had no component for staff."""
    return (*shape[:-2], len(COMPONENTS) - 1, shape[-1])


def _unpacked(packed: Document, path: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Inflate as many bytes as the shape has, and not one more."""
    if _member(packed, "type", f"{path}.") != "float64":
        raise problem(f"{path}.type", "'float64'", packed["type"], OWNER)
    text = _of_type(_member(packed, "deflated_base64", f"{path}."), f"{path}.deflated_base64", str)
    size = math.prod(shape) * NUMBER
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(base64.b64decode(text, validate=True), size + 1)
    except (ValueError, zlib.error) as fault:
        raise InputError(f"{OWNER}.{path}.deflated_base64 must be deflated bytes in base 64; {fault}") from fault
    if len(data) != size or not inflater.eof or inflater.unused_data:
        need = f"{size:,} bytes when inflated, and nothing after them"
        got = f"{len(data):,}" if len(data) < size or inflater.eof else "more"
        raise InputError(f"{OWNER}.{path}.deflated_base64 must be {need}; got {got}")
    return np.frombuffer(data, dtype="<f8").astype(np.float64, copy=False).reshape(shape)


def _inputs(given: Document, draws: int) -> dict[str, NDArray[np.float64]]:
    for name, drawn in given.items():
        check_text("from_json.inputs", name)
        numbers = isinstance(drawn, list) and len(drawn) == draws
        if not numbers or not all(isinstance(one, float | int) and not isinstance(one, bool) for one in drawn):
            raise problem(f"inputs[{Shown(name)!r}]", f"a list of {draws} numbers, one a draw", drawn, OWNER)
    return {name: np.array(drawn, dtype=np.float64) for name, drawn in given.items()}
