"""The functions that declare fields of attrs classes, each with its check."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar, overload

import attrs
from attrs import NOTHING

from graduasi.errors import InputError
from graduasi.fields.domain import LARGE, MONTH, MONTH_NOUN, SMALL, Domain, unwritable
from graduasi.fields.spec import KEY, PART, Part, Spec, fault, is_number, kinds, refuse, spec_of
from graduasi.fields.tuples import as_tuple

T = TypeVar("T")
Word = TypeVar("Word", bound=str)
# What a declaration leaves in a class body. attrs takes it out and puts a value of the annotated type in its place;
# the functions below say which type that is where they can, as attrs' own do.
Declared: TypeAlias = Any
Check: TypeAlias = Callable[[object, "attrs.Attribute[Any]", object], None]  # of a field of any type


def _validate(instance: object, attribute: attrs.Attribute[object], value: object) -> None:
    spec = spec_of(attribute)
    need = None if spec is None else fault(spec, value)
    if need is not None:
        raise refuse(type(instance).__name__, attribute.name, need, value)


def _optional_validate(instance: object, attribute: attrs.Attribute[object], value: object) -> None:
    if value is not None:
        _validate(instance, attribute, value)


def _plain(value: object) -> object:
    """NumPy scalars and integers in float fields become plain floats; the rest is left for the check."""
    if not is_number(value):
        return value
    try:
        return float(value)
    except OverflowError:
        return value


def _plain_whole(value: object) -> object:
    """Whole numbers of NumPy become plain ones; the rest is left for the check."""
    return int(value) if is_number(value) and isinstance(value, numbers.Integral) else value


def declare(
    spec: Spec, *, default: object = NOTHING, converter: Callable[[object], object] | None = None
) -> Declared:
    """An attrs field that carries and checks `spec`; a default of None makes the field optional."""
    check = _optional_validate if default is None else _validate
    return attrs.field(default=default, converter=converter, validator=check, metadata={KEY: spec})


def number(
    meaning: str,
    *,
    unit: str,
    low: float = -math.inf,
    high: float = math.inf,
    low_open: bool = False,
    high_open: bool = False,
    least: float = -LARGE,
    most: float = LARGE,
    noun: str = "a number",
    source: str = "",
    uncertain: bool = True,
    default: object = NOTHING,
) -> float:
    """A real number in an interval, with doubt allowed unless `uncertain=False`.

    low, high : what the field means. least, most : the soft ends, where the field means no end: see `Domain`.
    """
    domain = Domain(
        low=max(low, least),
        high=min(high, most),
        low_open=low_open and low >= least,
        high_open=high_open and high <= most,
        low_soft=least > low,
        high_soft=most < high,
    )
    spec = Spec(
        kind="number",
        noun=noun,
        meaning=meaning,
        unit=unit,
        domain=domain,
        source=source,
        uncertain=uncertain,
    )
    field: float = declare(spec, default=default, converter=_plain)
    return field


def share(
    meaning: str, *, unit: str = "share", source: str = "", default: object = NOTHING, uncertain: bool = True
) -> float:
    """A share in [0, 1]."""
    return number(
        meaning, unit=unit, low=0, high=1, noun="a share", source=source, default=default, uncertain=uncertain
    )


def money(
    meaning: str,
    *,
    per: str,
    above_zero: bool = False,
    source: str = "",
    default: object = NOTHING,
    uncertain: bool = True,
) -> float:
    """An amount of currency up to `LARGE`, zero or more (or at least `SMALL`)."""
    return number(
        meaning,
        unit=f"currency per {per}",
        low=0,
        least=SMALL if above_zero else 0,
        noun="money",
        source=source,
        default=default,
        uncertain=uncertain,
    )


def effect(meaning: str, *, unit: str, source: str = "", default: object = NOTHING) -> float:
    """An effect size in shares or log points, negative ones included."""
    return number(meaning, unit=unit, least=-20.0, most=20.0, source=source, default=default)


def count(
    meaning: str,
    *,
    unit: str,
    at_least: int = 0,
    at_most: int = 10**9,
    source: str = "",
    default: object = NOTHING,
) -> int:
    """A whole number; never uncertain."""
    domain = Domain(low=at_least, high=at_most)
    spec = Spec(kind="count", noun="a whole number", meaning=meaning, unit=unit, domain=domain, source=source)
    field: int = declare(spec, default=default, converter=_plain_whole)
    return field


def text(
    meaning: str,
    *,
    source: str = "",
    default: object = NOTHING,
    noun: str = "a text that is not empty",
    pattern: str = "",
    lines: bool = False,
    converter: Callable[[object], object] | None = None,
) -> str:
    """A text that is not empty, without control characters; in full a `pattern` where one is given.

    lines : line ends and tabs are allowed.
    """
    spec = Spec(kind="text", noun=noun, meaning=meaning, source=source, pattern=pattern, lines=lines)
    field: str = declare(spec, default=default, converter=converter)
    return field


def month(meaning: str, *, default: object = NOTHING) -> str:
    """A calendar month such as '2023-12'."""
    return text(meaning, noun=MONTH_NOUN, pattern=MONTH, default=default)


def note(meaning: str, *, default: str = "") -> str:
    """A text that may be empty and may have several lines."""
    return attrs.field(default=default, validator=_note, metadata={PART: Part(meaning=meaning)})


def _note(instance: object, attribute: attrs.Attribute[str], value: object) -> None:
    found = unwritable(value, lines=True) if isinstance(value, str) else "a text"
    if found is not None:
        raise refuse(type(instance).__name__, attribute.name, found, value)


@overload
def part(meaning: str, kind: type[T], *, default: object = NOTHING) -> T: ...


@overload
def part(meaning: str, kind: tuple[type, ...], *, default: object = NOTHING) -> Declared: ...


def part(meaning: str, kind: type | tuple[type, ...], *, default: object = NOTHING) -> Declared:
    """Another object of `kind`; a default that is a class is called."""
    made = attrs.Factory(default) if isinstance(default, type) else default

    def check(instance: object, attribute: attrs.Attribute[object], value: object) -> None:
        if not isinstance(value, kind) and not (value is None and default is None):
            raise refuse(type(instance).__name__, attribute.name, kinds(kind), value)

    return attrs.field(default=made, validator=check, metadata={PART: Part(meaning=meaning)})


def several(
    meaning: str,
    kind: type[T],
    *,
    at_least: int = 0,
    at_most: float = math.inf,
    each: Spec | None = None,
    default: object = NOTHING,
) -> tuple[T, ...]:
    """A tuple of objects of `kind`, or of plain values that each meet a `Spec`; one alone may be given."""
    unit = "" if each is None else each.unit
    own = Part(meaning=meaning, unit=unit, at_least=at_least, at_most=at_most, each=each)
    if default is NOTHING and not at_least:
        default = ()
    field: Declared = attrs.field(
        default=default,
        converter=lambda given: as_tuple(kind, given),
        validator=items_of(own, kind),
        metadata={PART: own},
    )
    items: tuple[T, ...] = field
    return items


def items_of(own: Part, kind: type) -> Check:
    """The check of a tuple: as many items as `own` says, each of them right."""

    def check(instance: object, attribute: attrs.Attribute[object], value: object) -> None:
        owner = type(instance).__name__
        if not isinstance(value, tuple):
            raise refuse(owner, attribute.name, f"{kind.__name__} objects, or one alone", value)
        need = own.fault(value)
        if need is not None:
            raise InputError(f"{owner}.{attribute.name} must be {need}; got {len(value)}")
        for place, item in enumerate(value):
            if own.each is not None:
                need = fault(own.each, item)
            elif not isinstance(item, kind) or (isinstance(item, bool) and kind is not bool):
                need = kinds(kind)
            if need is not None:
                raise refuse(owner, f"{attribute.name}[{place}]", need, item)

    return check


def plain_number(meaning: str, *, unit: str, low: float, high: float, low_open: bool = False) -> Spec:
    """The `Spec` of each number of a list."""
    domain = Domain(low=low, high=high, low_open=low_open)
    return Spec(kind="number", noun="a number", meaning=meaning, unit=unit, domain=domain)


def plain_count(meaning: str, *, unit: str, at_least: int, at_most: int) -> Spec:
    """The `Spec` of each whole number of a list."""
    domain = Domain(low=at_least, high=at_most)
    return Spec(kind="count", noun="a whole number", meaning=meaning, unit=unit, domain=domain)


def plain_text(meaning: str, *, lines: bool = False) -> Spec:
    """The `Spec` of each text of a list."""
    return Spec(kind="text", noun="a text that is not empty", meaning=meaning, lines=lines)


def flag(meaning: str, *, default: object = NOTHING) -> bool:
    """True or False."""
    field: bool = declare(Spec(kind="flag", noun="True or False", meaning=meaning), default=default)
    return field


def choice(meaning: str, choices: Sequence[Word], *, default: object = NOTHING) -> Word:
    """One of a few words."""
    spec = Spec(kind="choice", noun="a choice", meaning=meaning, choices=tuple(choices))
    field: Word = declare(spec, default=default)
    return field


def describe(owner: type) -> list[tuple[str, Spec, object]]:
    """Each declared field of an attrs class: (name, spec, default), in order; a default may be NOTHING."""
    rows = []
    for attribute in attrs.fields(owner):
        spec = spec_of(attribute)
        if spec is not None:
            rows.append((attribute.name, spec, attribute.default))
    return rows
