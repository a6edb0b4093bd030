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
from graduasi.fields import refuse
from graduasi.scenario.checks import Fault
from graduasi.scenario.converter import CONVERTER, NOT_IN_FILES, RENAMED, TAGGED, Faults, joined, shown
from graduasi.scenario.limits import Limits
from graduasi.scenario.populations import SOURCES

if TYPE_CHECKING:
    from graduasi.scenario.description import Scenario

__all__ = ["CONVERTER", "DEEPEST", "NOT_IN_FILES", "TAGGED", "merged", "structure", "unstructure"]

DEEPEST = 50  # levels of tables and lists


def structure(
    kind: type[Scenario],
    document: Mapping[str, Any],
    folder: Path,
    where: str,
    limits: Limits | None = None,
    also: Sequence[Fault] = (),
) -> Scenario:
    """A scenario of class `kind` from plain values; raises ScenarioError with all faults.

    also : what reading found.
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
    scenario, faults = _read(kind, document, limits)
    found = [*also, *faults]
    found += _variant_faults(kind, document, limits, faults)
    if found or scenario is None:
        raise _error(found, where)
    return attrs.evolve(scenario, folder=folder, limits=limits)


def _error(found: Sequence[Fault], where: str) -> ScenarioError:
    return ScenarioError([f"{path or 'scenario'}: {words}" for path, words in found], where)


def _depth_faults(document: Mapping[str, Any]) -> list[Fault]:
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
    kind: type[Scenario], document: Mapping[str, Any], limits: Limits | None
) -> tuple[Scenario | None, list[Fault]]:
    """The scenario of a document, and every fault."""
    try:
        scenario = CONVERTER.structure(dict(document), kind)
    except Faults as error:
        found = list(error.found)
        return None, found + ([] if limits is None else limits.scenario_faults(error.partial))
    return scenario, [] if limits is None else limits.scenario_faults(scenario)


def _variant_faults(
    kind: type[Scenario], document: Mapping[str, Any], limits: Limits | None, known: Sequence[Fault]
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
            _, own = _read(kind, merged(current(base), current(changes, base)), limits)
        found += [
            (joined(f"variants[{place}].changes", path), words) for path, words in own if (path, words) not in known
        ]
    return found


def current(document: Mapping[str, Any], base: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """A scenario, or changes of the scenario `base`, with new names for old ones, so that they can be merged."""
    population = document.get("population")
    if not isinstance(population, Mapping):
        return document
    before = {} if base is None else base.get("population")
    kind = population.get("kind", before.get("kind") if isinstance(before, Mapping) else None)
    if not isinstance(kind, str) or kind not in SOURCES:
        return document
    names = RENAMED.get(SOURCES[kind], {})
    new = {key: names[key][0] for key in population if key in names and not set(names[key][0]) & set(population)}
    given = {name: value for key, value in population.items() for name in new.get(key, (key,))}
    return {**document, "population": given}


def unstructure(scenario: Scenario) -> dict[str, Any]:
    """Plain values, as a JSON file has them."""
    plain: dict[str, Any] = _lists(CONVERTER.unstructure(scenario))
    return plain


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, list | tuple) else value


def merged(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; everything else is replaced."""
    result = dict(document)
    for key, change in changes.items():
        old = result.get(key)
        both = isinstance(old, Mapping) and isinstance(change, Mapping)
        result[key] = merged(old, change) if both else change  # type: ignore[arg-type]
    return result
