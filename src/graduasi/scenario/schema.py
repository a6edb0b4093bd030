"""The JSON Schema of scenario files, read from the declarations on the fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

import attrs

from graduasi.fields import LONGEST_TEXT, Domain, Spec, part_of, spec_of
from graduasi.income import IncomeModel
from graduasi.scenario.description import Scenario
from graduasi.scenario.files import CONVERTER, NOT_IN_FILES, TAGGED

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema: TypeAlias = dict[str, Any]  # a piece of JSON Schema
TAG_MEANING = "which of the kinds this is"
# Some character that is no space, and none that no page can hold (those of the first plane; `graduasi.fields`).
WRITABLE = r"^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]*$"
WRITABLE_LINES = WRITABLE.replace(r"\u0000-\u001f", r"\u0000-\u0008\u000b-\u001f")
NOT_BLANK = r"\S"


def schema() -> Schema:
    """The schema of a scenario, as `graduasi schema` prints it.

    Each property has a `title` and a `description`; a quantity has its `unit` under a key of its own.
    """
    definitions: Schema = {}
    root = _class(Scenario, definitions)
    return {"$schema": DIALECT, **root, "title": "graduasi scenario", "$defs": definitions}


def _class(kind: type, definitions: Schema) -> Schema:
    hints = get_type_hints(kind)
    properties: Schema = {}
    required = []
    tags = {tag: name for _, kinds, tag in TAGGED for name, known in kinds.items() if known is kind}
    for tag, name in tags.items():
        properties[tag] = {"const": name, "title": _title(tag), "description": TAG_MEANING}
        if kind not in _defaults():
            required.append(tag)
    for attribute in attrs.fields(kind):
        if attribute.name in NOT_IN_FILES or not attribute.init:
            continue
        properties[attribute.name] = _property(attribute, hints[attribute.name], definitions)
        if attribute.default is attrs.NOTHING:
            required.append(attribute.name)
    document = (kind.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
    return {
        "type": "object",
        "title": _title(kind.__name__),
        "description": document,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _defaults() -> set[type]:
    """The classes that open fields hold where a file says nothing: their kind may be left out."""
    models = next(kinds for base, kinds, _ in TAGGED if base is IncomeModel)
    return {
        attribute.default.factory
        for owner in (Scenario, *models.values())
        for attribute in attrs.fields(owner)
        if (own := part_of(attribute)) is not None and own.kinds
    }


def _title(name: str) -> str:
    """A name in words: `mean_members` and `FromFile` as `Mean members` and `From file`."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    words = words.replace("_", " ")
    return words[:1].upper() + words[1:]


def _property(attribute: attrs.Attribute[object], hint: object, definitions: Schema) -> Schema:
    """What a field's value must be, what it means, and what it is where it is left out."""
    spec, own = spec_of(attribute), part_of(attribute)
    if spec is not None:
        found = _declared(spec, definitions)
        meaning, unit = spec.meaning, spec.unit
    else:
        found = _type(hint, definitions)
        meaning, unit = ("", "") if own is None else (own.meaning, own.unit)
        if own is not None and found.get("type") == "array":
            found = _several(found, own.each, own.at_least, own.at_most, definitions)
    if attribute.default is None and {"type": "null"} not in found.get("anyOf", []):
        found = {"anyOf": [found, {"type": "null"}]}
    described = {"title": _title(attribute.name), "description": meaning} | ({"unit": unit} if unit else {})
    return found | described | _default(attribute.default)


def _several(found: Schema, each: Spec | None, at_least: int, at_most: float, definitions: Schema) -> Schema:
    """A list with its length, and with what each item must be."""
    items = found["items"] if each is None else _declared(each, definitions)
    ends = {"minItems": at_least} if at_least else {}
    if math.isfinite(at_most):
        ends["maxItems"] = int(at_most)
    return {"type": "array", "items": items, **ends}


def _default(default: Any) -> Schema:
    """The default as a file would have it; nothing for None and for what must be given."""
    if default is attrs.NOTHING or default is None:
        return {}
    made = default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]
    return {"default": _plain(CONVERTER.unstructure(made))}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _reference(kind: type, definitions: Schema) -> Schema:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}  # stands while its own fields are read
        definitions[kind.__name__] = _class(kind, definitions)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _declared(spec: Spec, definitions: Schema) -> Schema:
    match spec.kind:
        case "text" if spec.pattern:
            return {"type": "string", "pattern": f"^(?:{spec.pattern})$"}
        case "text":
            allowed = WRITABLE_LINES if spec.lines else WRITABLE
            bounds = {"minLength": 1, "maxLength": LONGEST_TEXT}
            return {
                "type": "string",
                **bounds,
                "allOf": [{"pattern": NOT_BLANK}, {"pattern": allowed}],
            }
        case "flag":
            return {"type": "boolean"}
        case "choice":
            return {"enum": list(spec.choices)}
    own = {"type": "integer" if spec.kind == "count" else "number"} | _ends(spec.domain)
    return {"anyOf": [own, _uncertain(definitions)]} if spec.uncertain else own


def _ends(domain: Domain) -> Schema:
    found: Schema = {}
    if math.isfinite(domain.low):
        found["exclusiveMinimum" if domain.low_open else "minimum"] = domain.low
    if math.isfinite(domain.high):
        found["exclusiveMaximum" if domain.high_open else "maximum"] = domain.high
    return found


def _uncertain(definitions: Schema) -> Schema:
    kinds = next(kinds for base, kinds, tag in TAGGED if tag == "family")
    return _one_of(kinds, definitions)


def _one_of(kinds: Mapping[str, type], definitions: Schema) -> Schema:
    return {"oneOf": [_reference(kind, definitions) for kind in kinds.values()]}


def _type(hint: object, definitions: Schema) -> Schema:
    for base, kinds, _ in TAGGED:
        if hint == base:
            return _one_of(kinds, definitions)
    plain: dict[object, str] = {float: "number", int: "integer", str: "string", bool: "boolean"}
    if hint in plain:
        return {"type": plain[hint]}
    if get_origin(hint) is tuple:
        arguments = [item for item in get_args(hint) if item is not Ellipsis]
        items = [_type(item, definitions) for item in arguments]
        if Ellipsis in get_args(hint):
            return {"type": "array", "items": items[0]}
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if isinstance(hint, type) and attrs.has(hint):
        return _reference(hint, definitions)
    if get_origin(hint) is Mapping and get_args(hint)[1] in plain:
        return {"type": "object", "additionalProperties": {"type": plain[get_args(hint)[1]]}}
    options = [item for item in get_args(hint) if item is not type(None)]
    if options and get_origin(hint) is not Mapping:
        kinds_of = [_type(item, definitions) for item in options]
        nullable = [{"type": "null"}] if type(None) in get_args(hint) else []
        return {"anyOf": [*kinds_of, *nullable]}
    return {"type": "object"}
