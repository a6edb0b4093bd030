"""Write anew the two snapshots that tests compare with: `python -m tests.snapshots`, or `make snapshots`.

`public_names.txt` holds the public names with their signatures, `declarations.txt` every field of every value object
with its domain, unit and default, distributions with their numbers. What a change breaks or moves for others is seen
in these files first.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

import graduasi as gr
from graduasi.fields import Spec, spec_of

HERE = Path(__file__).parent
ROOMS = (
    "income",
    "interventions",
    "policy",
    "population",
    "projection",
    "scenario",
    "evidence",
    "measures",
    "study",
    "uncertain",
)


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
    if isinstance(found, ModuleType | str):  # a room with one verb of its name can be called
        return [f"{where}.{name}{signature(found) if callable(found) else ''}"]
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


def public_names() -> str:
    """Every public name with its signature, one a line."""
    lines = []
    for name in sorted(gr.__all__):
        lines += lines_of("graduasi", name, getattr(gr, name))
    for room in ROOMS:
        module = importlib.import_module(f"graduasi.{room}")
        for name in sorted(set(module.__all__) - set(gr.__all__)):
            lines += lines_of(f"graduasi.{room}", name, getattr(module, name))
    return "\n".join(lines) + "\n"


def value_objects() -> list[type]:
    """Every attrs class of the library, by module and name."""
    found = []
    for info in sorted(pkgutil.walk_packages(gr.__path__, "graduasi."), key=lambda info: info.name):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for _, kind in sorted(inspect.getmembers(module, inspect.isclass)):
            if kind.__module__ == info.name and attrs.has(kind):
                found.append(kind)
    return found


def _default(value: Any) -> str:
    """A default with all its numbers; a function that makes one is called."""
    if value is attrs.NOTHING:
        return "required"
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]
        return "made from the other fields" if value.takes_self else f"= {value.factory()!r}"
    return f"= {value!r}" if not inspect.isroutine(value) else f"= {value.__qualname__}"


def _declared(spec: Spec | None) -> list[str]:
    """Kind, domain, unit and whether doubt is allowed."""
    if spec is None:
        return []
    domain = spec.domain
    left, right = "(" if domain.low_open else "[", ")" if domain.high_open else "]"
    numbers = [f"{spec.noun} in {left}{domain.low!r}, {domain.high!r}{right}"]
    words = {"choice": [repr(spec.choices)], "text": [spec.noun], "flag": [spec.noun]}.get(spec.kind, numbers)
    return [*words, *([spec.unit] if spec.unit else []), *(["or a distribution"] if spec.uncertain else [])]


def _checked(check: Any) -> list[str]:
    """What a validator that a function made was made with."""
    if not inspect.isfunction(check) or not check.__closure__:
        return []
    made = sorted(inspect.getclosurevars(check).nonlocals.items())
    return [f"checked by {', '.join(f'{name} {value!r}' for name, value in made if not callable(value))}"]


def declarations() -> str:
    """Every field of every value object that declares something, one a line: domain, unit, default."""
    lines = []
    for kind in value_objects():
        for field in attrs.fields(kind):
            spec = spec_of(field)
            words = [*_declared(spec), *_checked(field.validator), _default(field.default)]
            if words != ["required"]:
                lines.append(f"{kind.__module__}.{kind.__name__}.{field.name}: {'; '.join(words)}")
    # Where a function lies in memory changes from run to run.
    return re.sub(r" at 0x[0-9a-f]+", "", "\n".join(lines) + "\n")


SNAPSHOTS: dict[str, Callable[[], str]] = {
    "public_names.txt": public_names,
    "declarations.txt": declarations,
}


def snapshot(name: str) -> str:
    """The text of a snapshot as it was written."""
    return (HERE / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    for name, current in SNAPSHOTS.items():
        (HERE / name).write_text(current(), encoding="utf-8", newline="\n")
