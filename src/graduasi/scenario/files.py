"""Scenario files to objects and back: strict, and with every fault at once, by its path.

TOML and JSON have one schema. A text is not a number, a bool is not a number, 1.9 is not a count; a key that no
field has is a fault. What each field must be stands on its declaration (`graduasi.fields`).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from graduasi.errors import GraduasiWarning, ScenarioError
from graduasi.fields import part_of, refuse
from graduasi.income import HouseholdEconomy, IncomeModel
from graduasi.scenario.checks import Fault
from graduasi.scenario.converter import (
    CONVERTER,
    NOT_IN_FILES,
    Faults,
    converter_of,
    default_kind,
    joined,
    old_names,
    open_kinds,
    shown,
)
from graduasi.scenario.kinds import TAGGED, Tagged, with_parts
from graduasi.scenario.limits import Limits
from graduasi.scenario.populations import Source

if TYPE_CHECKING:
    from graduasi.scenario.description import Scenario

__all__ = ["CONVERTER", "DEEPEST", "NOT_IN_FILES", "TAGGED", "merged", "structure", "unstructure"]

DEEPEST = 50  # levels of tables and lists


def structure(
    kind: type[Scenario],
    document: object,
    folder: Path,
    where: str,
    limits: Limits | None = None,
    also: Sequence[Fault] = (),
    parts: tuple[type, ...] = (),
) -> Scenario:
    """A scenario of class `kind` from plain values; raises ScenarioError with all faults.

    also : what reading found. parts : a user's own classes that the document can name.
    """
    if limits is not None and not isinstance(limits, Limits):
        raise refuse("Scenario.from_dict", "limits", "Limits", limits)
    if not isinstance(document, Mapping):
        raise _error([("", f"must be a table; found {shown(document)}")], where)
    found = [*also, *_depth_faults(document)]
    if len(found) == len(also) and limits is not None:
        found += limits.document_faults(document)
    if len(found) > len(also):
        raise _error(found, where)
    scenario, faults = _read(kind, document, limits, parts)
    found = [*also, *faults]
    base = document if scenario is None else unstructure(scenario)
    found += _variant_faults(kind, base, limits, faults, parts)
    if found or scenario is None:
        raise _error(found, where)
    return attrs.evolve(scenario, folder=folder, limits=limits, parts=parts)


def _error(found: Sequence[Fault], where: str) -> ScenarioError:
    return ScenarioError([f"{path or 'scenario'}: {words}" for path, words in found], where)


def _depth_faults(document: Mapping[str, object]) -> list[Fault]:
    """A document that is nested too deep, told before anything goes down into it."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, Mapping) else item)
            if isinstance(inner, Mapping | list | tuple)
        ]
        if not level:
            return []
    return [("", f"must be nested at most {DEEPEST} levels deep")]


def _read(
    kind: type[Scenario], document: Mapping[str, object], limits: Limits | None, parts: tuple[type, ...]
) -> tuple[Scenario | None, list[Fault]]:
    """The scenario of a document, and every fault."""
    try:
        scenario = converter_of(parts).structure(dict(document), kind)
    except Faults as error:
        found = list(error.found)
        return None, found + ([] if limits is None else limits.scenario_faults(error.partial))
    return scenario, [] if limits is None else limits.scenario_faults(scenario)


def _variant_faults(
    kind: type[Scenario],
    document: Mapping[str, object],
    limits: Limits | None,
    known: Sequence[Fault],
    parts: tuple[type, ...],
) -> list[Fault]:
    """What the changes of variants lead to, beyond the faults that the scenario itself has."""
    found: list[Fault] = []
    base = {key: value for key, value in document.items() if key != "variants"}
    variants = document.get("variants")
    for place, variant in enumerate(variants if isinstance(variants, list | tuple) else ()):
        changes = variant.get("changes") if isinstance(variant, Mapping) else None
        if not isinstance(changes, Mapping) or not changes:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GraduasiWarning)  # of old names: told of the scenario itself
            _, own = _read(kind, merged(current(base, parts=parts), current(changes, base, parts)), limits, parts)
        found += [
            (joined(f"variants[{place}].changes", path), words) for path, words in own if (path, words) not in known
        ]
    return found


def current(
    document: Mapping[str, object], base: Mapping[str, object] | None = None, parts: tuple[type, ...] = ()
) -> dict[str, object]:
    """A scenario, or changes of the scenario `base`, with new names for old ones, so that they can be merged."""
    tagged = with_parts(parts)
    kinds = {id(hint): kinds for hint, kinds, _ in tagged}
    before = {} if base is None else base
    given = dict(document)
    for name, hint, default in (("population", Source, None), ("model", IncomeModel, HouseholdEconomy.kind)):
        if name in given:
            given[name] = _renewed(given[name], before.get(name), kinds[id(hint)], default, tagged)
    return given


def _renewed(
    given: object, before: object, kinds: Mapping[str, type], default: str | None, tagged: Sequence[Tagged]
) -> object:
    """A table of one of some kinds with new names for old ones, its open parts included."""
    if not isinstance(given, Mapping):
        return given
    before = before if isinstance(before, Mapping) else {}
    named = given.get("kind", before.get("kind", default))
    kind = kinds.get(named) if isinstance(named, str) else None
    if kind is None:
        return given
    names = old_names(kind)
    new = {key: names[key][0] for key in given if key in names and not set(names[key][0]) & set(given)}
    read = {name: value for key, value in given.items() for name in new.get(key, (key,))}
    for attribute in attrs.fields(kind):
        own = part_of(attribute)
        if own is not None and own.kinds and attribute.name in read:
            read[attribute.name] = _renewed(
                read[attribute.name],
                before.get(attribute.name),
                open_kinds(attribute, tagged),
                default_kind(attribute),
                tagged,
            )
    return read


def unstructure(scenario: Scenario) -> dict[str, Any]:
    """Plain values, as a JSON file has them."""
    return {key: _lists(value) for key, value in CONVERTER.unstructure(scenario).items()}


def _lists(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, list | tuple) else value


def merged(document: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """Tables are merged key by key, unless they become of another kind; everything else is replaced."""
    result = dict(document)
    for key, change in changes.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(change, Mapping) and _alike(old, change)
        result[key] = merged(old, change) if both else change  # type: ignore[arg-type]
    return result


def _alike(old: Mapping[str, object], change: Mapping[str, object]) -> bool:
    """Whether a change leaves the kind of a table as it is."""
    return all(old.get(tag, change.get(tag)) == change.get(tag, old.get(tag)) for tag in ("kind", "family"))
