"""The public names with their signatures: what a change here breaks for others is seen in this file first."""

from __future__ import annotations

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import graduasi as gr

SNAPSHOT = Path(__file__).parent / "public_names.txt"
ROOMS = ("income", "interventions", "policy", "population", "projection", "scenario", "evidence", "measures")


def signature(found: Any) -> str:
    """Parameters by name and default; a default that has doubt or is an object is shown as `...`."""
    words = []
    kind = None
    for parameter in inspect.signature(found).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and kind is not parameter.kind:
            words.append("*")
        kind = parameter.kind
        star = "**" if kind is parameter.VAR_KEYWORD else "*" if kind is parameter.VAR_POSITIONAL else ""
        default = parameter.default
        if default is parameter.empty:
            words.append(f"{star}{parameter.name}")
        else:
            plain = default is None or isinstance(default, bool | int | float | str | tuple)
            words.append(f"{parameter.name}={default!r}" if plain else f"{parameter.name}=...")
    return f"({', '.join(words)})"


def lines_of(where: str, name: str, found: Any) -> list[str]:
    """A name, and the public methods and properties of a class."""
    if isinstance(found, ModuleType | str):
        return [f"{where}.{name}"]
    if not inspect.isclass(found):
        return [f"{where}.{name}{signature(found)}" if inspect.isroutine(found) else f"{where}.{name}"]
    built = (
        not inspect.isabstract(found) and not issubclass(found, Exception) and not getattr(found, "_is_protocol", 0)
    )
    lines = [f"{where}.{name}{signature(found) if built else ''}"]
    for member in sorted(dir(found)):
        # What a class inherits from Python itself says nothing about the library.
        owner = next((base for base in found.__mro__ if member in vars(base)), object)
        if member.startswith("_") or not owner.__module__.startswith("graduasi"):
            continue
        value = inspect.getattr_static(found, member)
        if isinstance(value, classmethod | staticmethod):
            lines.append(f"{where}.{name}.{member}{signature(getattr(found, member))}")
        elif inspect.isfunction(value):
            lines.append(f"{where}.{name}.{member}{signature(value)}")
        elif isinstance(value, property) or hasattr(value, "func"):
            lines.append(f"{where}.{name}.{member}")
    return lines


def current() -> str:
    import importlib

    lines = []
    for name in sorted(gr.__all__):
        lines += lines_of("graduasi", name, getattr(gr, name))
    for room in ROOMS:
        module = importlib.import_module(f"graduasi.{room}")
        for name in sorted(set(module.__all__) - set(gr.__all__)):
            lines += lines_of(f"graduasi.{room}", name, getattr(module, name))
    return "\n".join(lines) + "\n"


def test_public_names_and_signatures_are_those_of_the_snapshot() -> None:
    """After a change that is meant: write `current()` into `public_names.txt`, and say so in the changelog."""
    now, then = current().splitlines(), SNAPSHOT.read_text(encoding="utf-8").splitlines()
    assert [line for line in then if line not in now] == [], "gone or changed"
    assert [line for line in now if line not in then] == [], "new or changed"
    assert now == then


def test_no_public_signature_takes_any_keyword() -> None:
    assert "**" not in current()


def test_no_class_has_more_than_twelve_public_methods() -> None:
    count: dict[str, int] = {}
    for line in current().splitlines():
        owner = line.split("(", maxsplit=1)[0].rpartition(".")[0]
        if "(" in line and owner.rpartition(".")[2][:1].isupper():
            count[owner] = count.get(owner, 0) + 1
    assert {owner: methods for owner, methods in count.items() if methods > 12} == {}
