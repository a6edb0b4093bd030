"""Where values with doubt stand inside an object, and how numbers take their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import attrs

from graduasi.errors import InputError
from graduasi.uncertain.distributions import Uncertain, Value

T = TypeVar("T")


def as_number(value: Value) -> float:
    """A plain number, once `resolve` has been here; an `Uncertain` is refused."""
    if isinstance(value, Uncertain):
        raise InputError(f"a plain number is needed here: resolve the object first; got {value!r}")
    return value


def uncertainties(owner: object, path: str) -> Iterator[tuple[str, Uncertain]]:
    """Every uncertain value inside `owner` (attrs objects and tuples), as (name or path, value)."""
    if isinstance(owner, Uncertain):
        yield owner.name or path, owner
    elif isinstance(owner, tuple | list):
        for place, item in zip(_places(owner, path), owner, strict=True):
            yield from uncertainties(item, place)
    elif attrs.has(type(owner)):
        for attribute in attrs.fields(type(owner)):  # type: ignore[arg-type]
            yield from uncertainties(getattr(owner, attribute.name), f"{path}.{attribute.name}")


def resolve(owner: T, values: Mapping[str, float], path: str) -> T:
    """Return a copy of `owner` in which every uncertain value is the number of its name, or of its path.

    values : by name, as `InputSampler.values` gives them; nothing is drawn here. Raises InputError for a value that
    is not among them.
    """
    if isinstance(owner, Uncertain):
        name = owner.name or path
        if name not in values:
            raise InputError(f"resolve.values must have every uncertain input; {name!r} is missing")
        return values[name]  # type: ignore[return-value]
    if isinstance(owner, tuple):
        items = (resolve(item, values, place) for place, item in zip(_places(owner, path), owner, strict=True))
        return tuple(items)  # type: ignore[return-value]
    if not attrs.has(type(owner)):
        return owner
    changes = {}
    for attribute in attrs.fields(type(owner)):  # type: ignore[arg-type]
        old = getattr(owner, attribute.name)
        new = resolve(old, values, f"{path}.{attribute.name}")
        if new is not old and not (isinstance(old, tuple) and all(a is b for a, b in zip(old, new, strict=True))):
            changes[attribute.name] = new
    return attrs.evolve(owner, **changes) if changes else owner  # type: ignore[misc]


def at_quantile(owner: T, probability: float, path: str = "") -> T:
    """Return a copy of `owner` in which every uncertain value is its quantile at one probability in (0, 1)."""
    values = {name: value.quantile(probability) for name, value in uncertainties(owner, path)}
    return resolve(owner, values, path)


def _places(items: tuple[object, ...] | list[object], path: str) -> list[str]:
    """Paths of the items of a list: by their names, or by their positions."""
    return [f"{path}[{getattr(item, 'name', '') or position}]" for position, item in enumerate(items)]
