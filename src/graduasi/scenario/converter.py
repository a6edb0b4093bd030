"""Plain values to objects and back, each field against its declaration, with every fault and its path.

TOML and JSON have one schema. A text is not a number, a bool is not a number, 1.9 is not a count; a key that no
field has is a fault. What each field must be stands on its declaration (`graduasi.fields`).
"""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
import cattrs
from cattrs.gen import make_dict_unstructure_fn, override

from graduasi.errors import GraduasiError, GraduasiWarning
from graduasi.fields import RENAMED as RENAMED_HERE
from graduasi.fields import Part, Spec, fault, part_of, show, spec_of, unwritable
from graduasi.interventions import CashTransfer
from graduasi.scenario.checks import SHOWN, Fault
from graduasi.scenario.kinds import TAGGED, Tagged, with_parts
from graduasi.scenario.limits import show_key
from graduasi.scenario.populations import FromFile
from graduasi.uncertain import Uncertain

NOT_IN_FILES = {"folder", "limits", "parts"}
# Old names of fields, which warn and work: what they stand for, and until which version.
RENAMED: dict[type, dict[str, tuple[tuple[str, ...], str]]] = {
    FromFile: {"of": (("per",), "0.2"), "groups": (("by", "distribution_groups"), "0.3")},
}

# Old words of choices, which warn and work: by class and field, and until which version.
OLD_WORDS: dict[tuple[type, str], tuple[dict[str, str], str]] = {
    (CashTransfer, "per"): ({"family": "household"}, "0.3")
}


def old_names(kind: type) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return the old names of a class's fields, with what they stand for and until which version they work."""
    own = {old: ((new,), "0.3") for old, new in vars(kind).get(RENAMED_HERE, {}).items()}
    return own | RENAMED.get(kind, {})


class Faults(Exception):
    """What is wrong with a value, by path from it, and what of it could be read all the same."""

    def __init__(self, found: Sequence[Fault], partial: Any = None) -> None:
        super().__init__(found)
        self.found = tuple(found)
        self.partial = partial

    def under(self, name: str) -> list[Fault]:
        """The same faults, told from outside."""
        return [(joined(name, path), words) for path, words in self.found]


def joined(name: str, path: str) -> str:
    """Put a name before a path."""
    return name + path if not path or path.startswith("[") else f"{name}.{path}"


def _must(words: str, value: object) -> Faults:
    return Faults([("", f"must be {words}; found {shown(value)}")])


def shown(value: object) -> str:
    """A value as a fault shows it."""
    return show(value, SHOWN)


def _meets(converter: cattrs.Converter, spec: Spec, optional: bool) -> Callable[[Any, Any], Any]:
    """A structure hook that checks a value against its declaration."""

    def hook(value: Any, _: Any) -> Any:
        if value is None and optional:
            return None
        if spec.uncertain and isinstance(value, dict):
            drawn = converter.structure(value, Uncertain)  # type: ignore[type-abstract]
            need = fault(spec, drawn)
            if need is not None:
                raise _must(need, value)
            return drawn
        need = fault(spec, value)
        if need is not None:
            also = ", or a table of a distribution" if spec.uncertain and not isinstance(value, float | int) else ""
            raise _must(f"{need}{also}", value)
        return value

    return hook


def _plain(kind: type, word: str) -> Callable[[Any, Any], Any]:
    def hook(value: Any, _: Any) -> Any:
        accepted = (int, float) if kind is float else kind
        if (isinstance(value, bool) and kind is not bool) or not isinstance(value, accepted):
            raise _must(word, value)
        need = unwritable(value, lines=True) if isinstance(value, str) else None
        try:
            read = float(value) if kind is float else value  # type: ignore[arg-type]
        except OverflowError:
            need = "a number that is not so large"
        if need is not None:
            raise _must(need, value)
        return read

    return hook


def _tagged(
    converter: cattrs.Converter, kinds: Mapping[str, type], tag: str, default: str | None = None
) -> Callable[[Any, Any], Any]:
    """A structure hook for a table that names its kind; `default` is the kind of one that names none."""

    def hook(value: Any, _: Any) -> Any:
        names = ", ".join(repr(name) for name in kinds)
        if not isinstance(value, dict):
            raise _must("a table" if default else f"a table with a {tag} (one of {names})", value)
        kind = value.get(tag, default)
        if not isinstance(kind, str) or kind not in kinds:
            raise Faults([("", f"must have {tag} one of {names}; found {shown(kind)}")])
        rest = {key: item for key, item in value.items() if key != tag}
        return converter.structure(rest, kinds[kind])

    return hook


def _listed(value: Any, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The items of a list, each read; with all their faults."""
    if not isinstance(value, list | tuple):
        raise _must("a list", value)
    found: list[Fault] = []
    items = []
    for place, item in enumerate(value):
        try:
            items.append(read(item))
        except Faults as error:
            found += error.under(f"[{place}]")
            items.append(error.partial)
    if found:
        raise Faults(found, tuple(items))
    return tuple(items)


def _sequence(converter: cattrs.Converter, value: Any, kind: Any) -> Any:
    """Tuples of one kind, or of a fixed length with a kind at each place."""
    kinds = get_args(kind)
    if Ellipsis in kinds:
        return _listed(value, lambda item: converter.structure(item, kinds[0]))
    if not isinstance(value, list | tuple) or len(value) != len(kinds):
        raise _must("a list" if not isinstance(value, list | tuple) else f"a list of {len(kinds)}", value)
    each = iter(kinds)
    return _listed(value, lambda item: converter.structure(item, next(each)))


def _several(converter: cattrs.Converter, own: Part, hint: Any) -> Callable[[Any, Any], Any]:
    """A structure hook for a list with a declaration: of its length, and of each of its items."""

    def hook(value: Any, _: Any) -> Any:
        each = own.each
        if each is None:
            items = _sequence(converter, value, hint)
        else:
            check = _meets(converter, each, optional=False)
            items = _listed(value, lambda item: check(item, None))
        need = own.fault(items)
        if need is not None:
            raise Faults([("", f"must be {need}; found {len(items)}")], items)
        return items

    return hook


def _reader(
    converter: cattrs.Converter, tagged: Sequence[Tagged], attribute: attrs.Attribute[Any], hint: Any
) -> Callable[[Any, Any], Any]:
    """What reads the value of a field."""
    spec, own = spec_of(attribute), part_of(attribute)
    if spec is not None:
        return _meets(converter, spec, attribute.default is None)
    if own is not None and get_origin(hint) is tuple:
        return _several(converter, own, hint)
    if own is not None and own.kinds:
        return _tagged(converter, open_kinds(attribute, tagged), "kind", default_kind(attribute))
    return _hinted(converter, hint)


def _hinted(converter: cattrs.Converter, hint: Any) -> Callable[[Any, Any], Any]:
    """A structure hook by the type of a field alone; what no file can hold is told, whatever a user's class has."""

    def hook(value: Any, _: Any) -> Any:
        try:
            return converter.structure(value, hint)
        except Faults:
            raise
        except Exception as error:  # whatever cattrs has for a type that it does not know
            name = hint.__name__ if isinstance(hint, type) else str(hint)
            raise Faults([("", f"must fit {name} as a file has it; found {shown(value)}")]) from error

    return hook


def open_kinds(attribute: attrs.Attribute[Any], tagged: Sequence[Tagged]) -> Mapping[str, type]:
    """Return the kinds that a file can name in an open field: its registry's, a user's own, and its default's."""
    own = part_of(attribute)
    registry = {} if own is None else own.kinds
    known = set(registry.values())
    kinds = next((kinds for _, kinds, _ in tagged if known <= set(kinds.values())), registry)
    default = default_kind(attribute)
    if default is None or default in kinds:
        return kinds
    return {**kinds, default: attribute.default.factory}  # type: ignore[union-attr]


def default_kind(attribute: attrs.Attribute[Any]) -> str | None:
    """Return the kind of the part that an open field holds where a file says nothing."""
    return getattr(getattr(attribute.default, "factory", None), "kind", None)


def _class_hook(converter: cattrs.Converter, tagged: Sequence[Tagged], kind: type) -> Callable[[Any, Any], Any]:
    """Structure an attrs class, each field by itself, so that every fault is told."""
    hints = get_type_hints(kind)
    fields = {item.name: item for item in attrs.fields(kind) if item.name not in NOT_IN_FILES and item.init}
    readers = {name: _reader(converter, tagged, item, hints[name]) for name, item in fields.items()}
    known = ", ".join(sorted(fields))

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            raise _must("a table", value)
        given, found = _renamed(kind, value)
        read: dict[str, Any] = {}
        partial: dict[str, Any] = {}
        for name, attribute in fields.items():
            if name not in given:
                if attribute.default is attrs.NOTHING:
                    found.append((name, "is missing"))
                continue
            try:
                partial[name] = read[name] = readers[name](given[name], None)
            except Faults as error:
                found += error.under(name)
                if error.partial is not None:
                    partial[name] = error.partial
        found += [
            (show_key(key), f"no such field; the fields here are {known}") for key in given if key not in fields
        ]
        return _made(kind, read, partial, found)

    return hook


def _made(kind: type, read: dict[str, Any], partial: dict[str, Any], found: list[Fault]) -> Any:
    """The object; or its faults, those between its fields included as far as they can be seen."""
    for item in attrs.fields(kind):
        if item.name not in partial and item.default is not attrs.NOTHING and item.name not in _roots(found):
            made = item.default
            partial[item.name] = made.factory() if isinstance(made, attrs.Factory) else made  # type: ignore[arg-type]
    view = SimpleNamespace(kind=getattr(kind, "kind", None), **partial)
    between: Callable[[Any], list[Fault]] | None = getattr(kind, "_view_faults", None)
    if between is not None:
        found = found + between(view)
    if found:
        raise Faults(found, view)
    try:
        return kind(**read)
    except (GraduasiError, ValueError, TypeError) as error:  # the last two of a user's own class
        owned = re.fullmatch(rf"{kind.__name__}\.([\w\[\]]+) (must .*)", str(error), re.DOTALL)
        cause = None if isinstance(error, GraduasiError) else error
        raise Faults([(owned[1], owned[2]) if owned else ("", str(error))], view) from cause


def _roots(found: Sequence[Fault]) -> set[str]:
    """The fields that faults are of."""
    return {re.split(r"[.\[]", path, maxsplit=1)[0] for path, _ in found}


def _renamed(kind: type, value: dict[Any, Any]) -> tuple[dict[Any, Any], list[Fault]]:
    """The table with the new names of its fields; an old one warns."""
    given, found = dict(value), []
    for old, (new, until) in old_names(kind).items():
        if old not in given:
            continue
        value = given.pop(old)
        twice = [name for name in new if name in given]
        if twice:
            found.append((old, f"must be left out, since it is the old name of {twice[0]}, which is given"))
            continue
        given |= dict.fromkeys(new, value)
        words = f"{old!r} is called {' and '.join(map(repr, new))} now: the old name works until {until}"
        warnings.warn(words, GraduasiWarning, stacklevel=2)
    for name in given:
        newer, until = OLD_WORDS.get((kind, name), ({}, ""))
        word = given[name]
        if isinstance(word, str) and word in newer:
            given[name] = newer[word]
            told = f"{name} {word!r} is called {newer[word]!r} now: the old word works until {until}"
            warnings.warn(told, GraduasiWarning, stacklevel=2)
    return given, found


def tags_of(kind: type) -> dict[str, str]:
    """Return the key that names a class in files, and its name there; nothing for a class that is not named."""
    tags = {tag: name for _, kinds, tag in TAGGED for name, known in kinds.items() if known is kind}
    own = getattr(kind, "kind", None)
    return tags or ({"kind": own} if isinstance(own, str) else {})  # the latter of a user's own part


def _unstructure_class(converter: cattrs.Converter, kind: type) -> Callable[[Any], dict[str, Any]]:
    """Plain values, with the tag that tells the kind, and without what is at its default of None."""
    changed = {
        attribute.name: override(omit=True)
        for attribute in attrs.fields(kind)
        if attribute.name in NOT_IN_FILES or not attribute.init
    }
    for attribute in attrs.fields(kind):
        part = part_of(attribute)
        if part is not None and part.kinds:  # an open field: whatever its hint says, the part is written as itself
            changed[attribute.name] = override(unstruct_hook=functools.partial(_as_itself, converter))
    plain: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(
        kind,
        converter,
        **changed,  # type: ignore[arg-type]
    )
    tags = tags_of(kind)

    def hook(value: Any) -> dict[str, Any]:
        return tags | {key: item for key, item in plain(value).items() if item is not None}

    return hook


@functools.lru_cache(maxsize=32)
def converter_of(parts: tuple[type, ...] = ()) -> cattrs.Converter:
    """Return the converter of the registries and a user's own parts; raises InputError for what does not fit."""
    converter, tagged = cattrs.Converter(detailed_validation=False), with_parts(parts)
    converter.register_structure_hook(float, _plain(float, "a number"))
    converter.register_structure_hook(int, _plain(int, "a whole number"))
    converter.register_structure_hook(str, _plain(str, "a text"))
    converter.register_structure_hook(bool, _plain(bool, "true or false"))
    converter.register_structure_hook_func(_is_union, functools.partial(_optional, converter))
    for base, kinds, tag in tagged:  # last in, first asked: before the unions in general
        converter.register_structure_hook_func(_is(base), _tagged(converter, kinds, tag))
    converter.register_structure_hook_func(_comes_from(tuple), functools.partial(_sequence, converter))
    converter.register_structure_hook_func(_comes_from(Mapping), _mapping)
    converter.register_structure_hook_factory(_is_ours, functools.partial(_class_hook, converter, tagged))
    converter.register_unstructure_hook_factory(_is_ours, functools.partial(_unstructure_class, converter))
    for base, _, _ in tagged:
        converter.register_unstructure_hook_func(_is(base), functools.partial(_as_itself, converter))
    return converter


def _is(base: Any) -> Callable[[Any], bool]:
    return lambda kind: bool(kind == base)


def _comes_from(origin: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in {Union, UnionType}


def _as_itself(converter: cattrs.Converter, value: Any) -> Any:
    return converter.unstructure(value, unstructure_as=type(value))


def _is_ours(kind: Any) -> bool:
    abstract = {base for base, _, _ in TAGGED}
    return isinstance(kind, type) and attrs.has(kind) and kind not in abstract


def _mapping(value: Any, _: Any) -> Any:
    if not isinstance(value, dict):
        raise _must("a table", value)
    return value


def _optional(converter: cattrs.Converter, value: Any, kind: Any) -> Any:
    """`X | None`, and `float | Uncertain` where no declaration stands on the field."""
    others = [item for item in get_args(kind) if item is not type(None)]
    if value is None and len(others) < len(get_args(kind)):
        return None
    own = float if type(value) is int else type(value)
    return converter.structure(value, own if own in others else others[0])


CONVERTER = converter_of()
