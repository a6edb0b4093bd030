"""Scenario files to objects and back: strict, and with every fault at once, by its path.

TOML and JSON have one schema. A text is not a number, a bool is not a number, 1.9 is not a count; a key that no
field has is a fault. What each field must be stands on its declaration (`graduasi.fields`).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import cattrs
from cattrs.errors import (
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from graduasi.errors import InputError, ScenarioError
from graduasi.fields import Spec, fault, spec_of
from graduasi.interventions import INTERVENTIONS, Intervention
from graduasi.policy import TARGETING, Targeting
from graduasi.scenario.description import SOURCES, Scenario, Source
from graduasi.uncertain import FAMILIES, Uncertain

TAGGED: tuple[tuple[Any, Mapping[str, type], str], ...] = (
    (Source, SOURCES, "kind"),
    (Intervention, INTERVENTIONS, "kind"),
    (Targeting, TARGETING, "kind"),
    (Uncertain, FAMILIES, "family"),
)
NOT_IN_FILES = {"folder"}


class _FieldFault(Exception):
    """A value that does not meet its field; the path is found from the outside."""


def _show(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _meets(spec: Spec, optional: bool) -> Callable[[Any, Any], Any]:
    """A structure hook that checks a value against its declaration."""

    def hook(value: Any, _: Any) -> Any:
        if value is None and optional:
            return None
        if spec.uncertain and isinstance(value, dict):
            drawn = CONVERTER.structure(value, Uncertain)  # type: ignore[type-abstract]
            need = fault(spec, drawn)
            if need is not None:
                raise _FieldFault(f"must be {need}; found {_show(value)}")
            return drawn
        need = fault(spec, value)
        if need is not None:
            also = ", or a table of a distribution" if spec.uncertain and not isinstance(value, float | int) else ""
            raise _FieldFault(f"must be {need}{also}; found {_show(value)}")
        return value

    return hook


def _plain(kind: type, word: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:
        accepted = (int, float) if kind is float else kind
        if (isinstance(value, bool) and kind is not bool) or not isinstance(value, accepted):
            raise _FieldFault(f"must be {word}; found {_show(value)}")
        return float(value) if kind is float else value  # type: ignore[arg-type]

    return hook


def _tagged(kinds: Mapping[str, type], tag: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:
        names = ", ".join(repr(name) for name in kinds)
        if not isinstance(value, dict):
            raise _FieldFault(f"must be a table with a {tag} (one of {names}); found {_show(value)}")
        if value.get(tag) not in kinds:
            raise _FieldFault(f"must have {tag} one of {names}; found {_show(value.get(tag))}")
        rest = {key: item for key, item in value.items() if key != tag}
        return CONVERTER.structure(rest, kinds[value[tag]])

    return hook


def _sequence(value: Any, kind: Any) -> Any:
    """Tuples of one kind, or of a fixed length with a kind at each place."""
    if not isinstance(value, list | tuple):
        raise _FieldFault(f"must be a list; found {_show(value)}")
    kinds = get_args(kind)
    if Ellipsis in kinds:
        return tuple(CONVERTER.structure(list(value), list[kinds[0]]))  # type: ignore[valid-type]
    if len(value) != len(kinds):
        raise _FieldFault(f"must be a list of {len(kinds)}; found {_show(value)}")
    return tuple(CONVERTER.structure(item, each) for item, each in zip(value, kinds, strict=True))


def _class_hook(kind: type) -> Callable[[Any, Any], Any]:
    """Structure an attrs class, each declared field against its declaration."""
    overrides: dict[str, Any] = {}
    for attribute in attrs.fields(kind):
        spec = spec_of(attribute)
        if attribute.name in NOT_IN_FILES or not attribute.init:
            overrides[attribute.name] = override(omit=True)
        elif spec is not None:
            overrides[attribute.name] = override(struct_hook=_meets(spec, attribute.default is None))
    build: Callable[[Any, Any], Any] = make_dict_structure_fn(
        kind, CONVERTER, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True, **overrides
    )

    def hook(value: Any, given: Any) -> Any:
        if not isinstance(value, dict):
            raise _FieldFault(f"must be a table; found {_show(value)}")
        return build(value, given)

    return hook


def _unstructure_class(kind: type) -> Callable[[Any], dict[str, Any]]:
    """Plain values, with the tag that tells the kind, and without what is at its default of None."""
    omitted = {
        attribute.name: override(omit=True)
        for attribute in attrs.fields(kind)
        if attribute.name in NOT_IN_FILES or not attribute.init
    }
    plain: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(
        kind,
        CONVERTER,
        **omitted,  # type: ignore[arg-type]
    )
    tags = {tag: name for _, kinds, tag in TAGGED for name, known in kinds.items() if known is kind}

    def hook(value: Any) -> dict[str, Any]:
        return tags | {key: item for key, item in plain(value).items() if item is not None}

    return hook


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(detailed_validation=True, forbid_extra_keys=True)
    converter.register_structure_hook(float, _plain(float, "a number"))
    converter.register_structure_hook(int, _plain(int, "a whole number"))
    converter.register_structure_hook(str, _plain(str, "a text"))
    converter.register_structure_hook(bool, _plain(bool, "true or false"))
    for base, kinds, tag in TAGGED:
        converter.register_structure_hook_func(_is(base), _tagged(kinds, tag))
    converter.register_structure_hook_func(_is_union, _optional)
    for base, kinds, tag in TAGGED:  # last in, first asked: before the unions in general
        converter.register_structure_hook_func(_is(base), _tagged(kinds, tag))
    converter.register_structure_hook_func(_comes_from(tuple), _sequence)
    converter.register_structure_hook_func(_comes_from(Mapping), _mapping)
    converter.register_structure_hook_factory(_is_ours, _class_hook)
    converter.register_unstructure_hook_factory(_is_ours, _unstructure_class)
    for base, _, _ in TAGGED:
        converter.register_unstructure_hook_func(_is(base), _as_itself)
    return converter


def _is(base: Any) -> Callable[[Any], bool]:
    return lambda kind: bool(kind == base)


def _comes_from(origin: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in {Union, UnionType}


def _as_itself(value: Any) -> Any:
    return CONVERTER.unstructure(value, unstructure_as=type(value))


def _is_ours(kind: Any) -> bool:
    abstract = {base for base, _, _ in TAGGED}
    return isinstance(kind, type) and attrs.has(kind) and kind not in abstract


def _mapping(value: Any, _: Any) -> Any:
    if not isinstance(value, dict):
        raise _FieldFault(f"must be a table; found {_show(value)}")
    return value


def _optional(value: Any, kind: Any) -> Any:
    """`X | None`, and `float | Uncertain` where no declaration stands on the field."""
    others = [item for item in get_args(kind) if item is not type(None)]
    if value is None and len(others) < len(get_args(kind)):
        return None
    own = float if type(value) is int else type(value)
    return CONVERTER.structure(value, own if own in others else others[0])


CONVERTER = _converter()


def _faults(error: BaseException, path: str) -> list[str]:
    """Every fault inside an error, as `path: what`."""
    if isinstance(error, ClassValidationError):
        found = []
        noted, others = error.group_exceptions()
        for inner, note in noted:
            name = f"{path}.{note.name}" if path else str(note.name)
            missing = isinstance(inner, KeyError) and str(note.name) in str(inner)
            found += [f"{name}: is missing"] if missing else _faults(inner, name)
        for inner in others:
            found += _faults(inner, path)
        return found
    if isinstance(error, IterableValidationError):
        items, others = error.group_exceptions()
        found = [fault for inner, note in items for fault in _faults(inner, f"{path}[{note.index}]")]
        return found + [fault for inner in others for fault in _faults(inner, path)]
    if isinstance(error, ForbiddenExtraKeysError):
        known = sorted(set(get_type_hints(error.cl)) - NOT_IN_FILES - {"kind", "family"})
        return [
            f"{f'{path}.' if path else ''}{key}: no such field; the fields here are {', '.join(known)}"
            for key in sorted(error.extra_fields)
        ]
    words = str(error)
    return [f"{path or 'scenario'}: {words}"]


def structure(document: Mapping[str, Any], folder: Path, where: str) -> Scenario:
    """A scenario from plain values; raises ScenarioError with all faults."""
    if not isinstance(document, Mapping):
        raise ScenarioError([f"scenario: must be a table; found {_show(document)}"], where)
    try:
        scenario: Scenario = CONVERTER.structure(dict(document), Scenario)
    except (cattrs.BaseValidationError, _FieldFault, InputError) as error:
        raise ScenarioError(_faults(error, ""), where) from None
    scenario = attrs.evolve(scenario, folder=folder)
    faults: list[str] = []
    for variant in scenario.variants:
        try:
            scenario.with_changes(variant)
        except ScenarioError as error:
            faults += [f"variants[{variant.label}]: {fault}" for fault in error.faults]
    if faults:
        raise ScenarioError(faults, where)
    return scenario


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


def read(path: Path) -> Scenario:
    """See `Scenario.from_file`."""
    if path.suffix not in {".toml", ".json"}:
        raise ScenarioError([f"path: must be a .toml or .json file; found {str(path)!r}"], str(path))
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise ScenarioError([f"path: must be a file that can be read; {error.strerror}"], str(path)) from None
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ScenarioError([f"file: must be {path.suffix[1:].upper()}; {error}"], str(path)) from None
    return structure(document, path.parent, str(path))
