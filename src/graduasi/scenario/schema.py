"""The JSON Schema of scenario files, read from the declarations on the fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, get_args, get_origin, get_type_hints

import attrs

from graduasi.fields import Spec, spec_of
from graduasi.scenario.description import Scenario
from graduasi.scenario.files import NOT_IN_FILES, TAGGED

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of a scenario, as `graduasi schema` prints it."""
    definitions: dict[str, Any] = {}
    root = _class(Scenario, definitions)
    return {"$schema": DIALECT, "title": "graduasi scenario", **root, "$defs": definitions}


def _class(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    properties: dict[str, Any] = {}
    required = []
    tags = {tag: name for _, kinds, tag in TAGGED for name, known in kinds.items() if known is kind}
    for tag, name in tags.items():
        properties[tag] = {"const": name}
        required.append(tag)
    for attribute in attrs.fields(kind):
        if attribute.name in NOT_IN_FILES or not attribute.init:
            continue
        spec = spec_of(attribute)
        own = _type(hints[attribute.name], definitions) if spec is None else _declared(spec, definitions)
        default = attribute.default
        if default is attrs.NOTHING:
            required.append(attribute.name)
        elif default is None:
            own = {"anyOf": [own, {"type": "null"}]}
        elif isinstance(default, bool | int | float | str):
            own = own | {"default": default}
        properties[attribute.name] = own
    document = (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
    return {
        "type": "object",
        "description": document,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _reference(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # stands while its own fields are read
        definitions[kind.__name__] = _class(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _declared(spec: Spec, definitions: dict[str, Any]) -> dict[str, Any]:
    described = {"description": spec.meaning + (f" [{spec.unit}]" if spec.unit else "")}
    match spec.kind:
        case "text":
            return {"type": "string", "minLength": 1, **described}
        case "flag":
            return {"type": "boolean", **described}
        case "choice":
            return {"enum": list(spec.choices), **described}
    own: dict[str, Any] = {"type": "integer" if spec.kind == "count" else "number"}
    domain = spec.domain
    if math.isfinite(domain.low):
        own["exclusiveMinimum" if domain.low_open else "minimum"] = domain.low
    if math.isfinite(domain.high):
        own["exclusiveMaximum" if domain.high_open else "maximum"] = domain.high
    if spec.uncertain:
        return {"anyOf": [own, _uncertain(definitions)], **described}
    return own | described


def _uncertain(definitions: dict[str, Any]) -> dict[str, Any]:
    kinds = next(kinds for base, kinds, tag in TAGGED if tag == "family")
    return _one_of(kinds, definitions)


def _one_of(kinds: Mapping[str, type], definitions: dict[str, Any]) -> dict[str, Any]:
    return {"oneOf": [_reference(kind, definitions) for kind in kinds.values()]}


def _type(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    for base, kinds, _ in TAGGED:
        if hint == base:
            return _one_of(kinds, definitions)
    plain = {float: "number", int: "integer", str: "string", bool: "boolean"}
    if hint in plain:
        return {"type": plain[hint]}
    if get_origin(hint) is tuple:
        arguments = [item for item in get_args(hint) if item is not Ellipsis]
        items = [_type(item, definitions) for item in arguments]
        if Ellipsis in get_args(hint):
            return {"type": "array", "items": items[0]}
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if attrs.has(hint):
        return _reference(hint, definitions)
    options = [item for item in get_args(hint) if item is not type(None)]
    if options and get_origin(hint) is not Mapping:
        kinds_of = [_type(item, definitions) for item in options]
        nullable = [{"type": "null"}] if type(None) in get_args(hint) else []
        return {"anyOf": [*kinds_of, *nullable]}
    return {"type": "object"}
