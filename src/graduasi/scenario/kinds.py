"""The kinds that a scenario file can name: those of the registries, and a user's own for one reading.

No registry is changed by a user's own parts: they go into copies that one reading is given.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_type_hints

import attrs

from graduasi.errors import InputError
from graduasi.fields import show
from graduasi.income import (
    BEHAVIOURS,
    MODELS,
    PROCESSES,
    TECHNOLOGIES,
    Behaviour,
    IncomeModel,
    IncomeProcess,
    Technology,
)
from graduasi.interventions import INTERVENTIONS, Intervention
from graduasi.policy import EXITS, RANKINGS, ExitRule, Targeting
from graduasi.scenario.populations import SOURCES, Source
from graduasi.uncertain import DISTRIBUTIONS, Uncertain

GROUP = "graduasi.parts"  # of entry points
Tagged = tuple[Any, Mapping[str, type], str]

# What a field's hint is, the kinds that a file can name there, and the key that names them.
TAGGED: tuple[Tagged, ...] = (
    (Source, SOURCES, "kind"),
    (Intervention, INTERVENTIONS, "kind"),
    (Targeting, RANKINGS, "kind"),
    (ExitRule, EXITS, "kind"),
    (Uncertain, DISTRIBUTIONS, "family"),
    (IncomeModel, MODELS, "kind"),
    (IncomeProcess, PROCESSES, "kind"),
    (Technology, TECHNOLOGIES, "kind"),
    (Behaviour, BEHAVIOURS, "kind"),
)
BASES: tuple[type, ...] = (Intervention, Targeting, ExitRule)
# Protocols are told apart by whether a part knows channels, and whether it says that it is stationary.
PROTOCOLS: dict[tuple[bool, bool], Any] = {
    (True, True): IncomeModel,
    (False, True): IncomeProcess,
    (True, False): Behaviour,
    (False, False): Technology,
}
NEED = (
    "attrs classes with a kind: an Intervention, a Targeting, an ExitRule, or what prepares an income model, "
    "a process, a technology or a behaviour"
)


def with_parts(parts: tuple[type, ...]) -> tuple[Tagged, ...]:
    """Return the kinds of the registries and a user's own; raises InputError for a kind that is taken."""
    if not parts:
        return TAGGED
    own = {id(base): dict(kinds) for base, kinds, _ in TAGGED}
    for part in parts:
        kinds = own[id(_base(part))]
        name: str = part.kind  # type: ignore[attr-defined]
        if kinds.get(name, part) is not part:
            raise InputError(
                f"Scenario.parts must have kinds of their own; {part.__name__} has {name!r}, which is "
                f"{kinds[name].__name__}'s"
            )
        kinds[name] = part
    return tuple((base, own[id(base)], tag) for base, _, tag in TAGGED)


def _base(part: type) -> Any:
    """What a user's part is a kind of."""
    named = isinstance(part, type) and attrs.has(part) and isinstance(getattr(part, "kind", None), str)
    if named:
        _check_whole(part)
        for base in BASES:
            if issubclass(part, base):
                return base
        if callable(getattr(part, "prepare", None)):
            return PROTOCOLS[_has(part, "channels"), _has(part, "stationary")]
    raise InputError(f"Scenario.parts must be {NEED}; got {show(part)}")


def _check_whole(part: type) -> None:
    """Raise InputError for a class that cannot be made, or whose fields' types cannot be read."""
    if inspect.isabstract(part):
        missing = ", ".join(sorted(getattr(part, "__abstractmethods__", ())))
        raise InputError(f"Scenario.parts must be whole; {part.__name__} lacks {missing}")
    try:
        get_type_hints(part)
    except NameError as error:
        raise InputError(
            f"Scenario.parts must have fields whose types are there when a file is read; in {part.__name__} {error}"
        ) from error


def _has(part: type, member: str) -> bool:
    return hasattr(part, member) or member in {item.name for item in attrs.fields(part)}


def given_parts(parts: type | Iterable[type]) -> tuple[type, ...]:
    """Return a user's own classes as a tuple, one alone or several; raises InputError for what is no part."""
    if isinstance(parts, type):
        parts = (parts,)
    if not isinstance(parts, Iterable):
        raise InputError(f"Scenario.parts must be {NEED}; got {show(parts)}")
    given = tuple(parts)
    for part in given:
        _base(part)
    return given


def all_parts(parts: type | Iterable[type]) -> tuple[type, ...]:
    """Return the parts given, and those of installed packages, each once."""
    return tuple(dict.fromkeys((*given_parts(parts), *map(_loaded, entry_points(group=GROUP)))))


def _loaded(point: EntryPoint) -> type:
    """Return the class of an entry point."""
    try:
        part = point.load()
    except Exception as error:  # whatever a stranger's module raises
        raise InputError(
            f"entry point {point.name!r} of {GROUP} must load; got {type(error).__name__}: {error}"
        ) from error
    _base(part)
    return part  # type: ignore[no-any-return]


def parts_of(value: Any) -> tuple[type, ...]:
    """Return the classes of a user's own that stand in an object at any depth, each once."""
    registered = {kind for _, kinds, _ in TAGGED for kind in kinds.values()}
    found = (type(each) for each in _within(value))
    return tuple(dict.fromkeys(kind for kind in found if kind not in registered and _is_part(kind)))


def _is_part(kind: type) -> bool:
    return isinstance(getattr(kind, "kind", None), str) and (
        issubclass(kind, BASES) or callable(getattr(kind, "prepare", None))
    )


def _within(value: Any) -> Iterator[Any]:
    """An attrs object and those inside it, in tuples too."""
    if isinstance(value, tuple):
        for item in value:
            yield from _within(item)
    elif attrs.has(type(value)):
        yield value
        for attribute in attrs.fields(type(value)):
            yield from _within(getattr(value, attribute.name))
