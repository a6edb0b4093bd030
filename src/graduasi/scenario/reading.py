"""Text to plain values: TOML and JSON, strictly, from regular files alone."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from graduasi.errors import ScenarioError
from graduasi.fields import show
from graduasi.scenario.checks import SHOWN
from graduasi.scenario.files import DEEPEST, structure
from graduasi.scenario.limits import Limits, show_key, walk

if TYPE_CHECKING:
    from graduasi.scenario.description import Scenario

SUFFIXES = (".toml", ".json")
MOST_DIGITS = 400  # of a whole number: more than any float has


class _Refused(Exception):
    """Why a text or a file cannot be read."""


class _Table(dict[str, object]):
    """A table of a JSON text, with the keys that stand in it twice."""

    twice: tuple[str, ...] = ()


def read(
    kind: type[Scenario], path: str | Path, limits: Limits | None = None, parts: tuple[type, ...] = ()
) -> Scenario:
    """See `Scenario.from_file`."""
    path = Path(path)
    where = show(str(path), 4 * SHOWN).strip("'\"") if len(str(path)) > 4 * SHOWN else str(path)
    if path.suffix not in SUFFIXES:
        raise ScenarioError([f"path: must be a .toml or .json file; found {show(str(path), 4 * SHOWN)}"], where)
    try:
        text = _text(path, None if limits is None else limits.characters)
        document = _toml(text) if path.suffix == ".toml" else _json(text)
    except _Refused as fault:
        raise ScenarioError([str(fault)], where) from None
    return structure(kind, document, path.parent, where, limits, _repeated(document), parts)


def _text(path: Path, most: int | None) -> str:
    """The text of a regular file; what is no file, such as a pipe, is not waited for."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise _Refused("path: must be a regular file; found a folder, a pipe or a device")
            if most is not None and state.st_size > most:
                raise _Refused(f"file: must be of at most {most} bytes here; found {state.st_size}")
            return file.read().decode("utf-8-sig")
    except IsADirectoryError:
        raise _Refused("path: must be a regular file; found a folder, a pipe or a device") from None
    except OSError as error:
        raise _Refused(f"path: must be a file that can be read; {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise _Refused(f"file: must be text in UTF-8; {error.reason} at byte {error.start}") from None
    except ValueError:  # a NUL in it
        raise _Refused("path: must be a file that can be read; its name holds a NUL") from None


def _toml(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _Refused(f"file: must be TOML; {_short(error)}") from None
    except RecursionError:
        raise _Refused(f"file: must be nested at most {DEEPEST} levels deep") from None
    except (ValueError, OverflowError):  # of numbers and dates that Python cannot hold
        raise _Refused(f"file: must hold numbers of at most {MOST_DIGITS} digits, and dates that exist") from None


def _json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_table, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise _Refused(f"file: must be JSON; {_short(error)}") from None
    except RecursionError:
        raise _Refused(f"file: must be nested at most {DEEPEST} levels deep") from None


def _short(error: Exception) -> str:
    words = str(error)
    return words if len(words) <= 4 * SHOWN else f"{words[: 2 * SHOWN]} ... {words[-SHOWN:]}"


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise _Refused(f"file: must hold numbers of at most {MOST_DIGITS} digits; found {digits[:20]}...")
    return int(digits)


def _table(pairs: list[tuple[str, object]]) -> _Table:
    table = _Table(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        table.twice = tuple(dict.fromkeys(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return table


def _repeated(document: object) -> list[tuple[str, str]]:
    """Keys that stand twice in one table of a JSON text."""
    if not isinstance(document, Mapping):
        return []
    return [
        (f"{path}.{show_key(key)}" if path else show_key(key), "must stand once; it is given twice")
        for path, value in walk(document)
        if isinstance(value, _Table)
        for key in value.twice
    ]
