"""The functions that declare fields of attrs classes, each with its check."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any

import attrs
from attrs import NOTHING

from graduasi.errors import InputError
from graduasi.fields.domain import LARGE, MONTH, MONTH_NOUN, SMALL, Domain, unwritable
from graduasi.fields.spec import KEY, PART, Part, Spec, fault, is_number, kinds, refuse, spec_of
from graduasi.fields.tuples import as_tuple


def _validate(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    spec = spec_of(attribute)
    need = None if spec is None else fault(spec, value)
    if need is not None:
        raise refuse(type(instance).__name__, attribute.name, need, value)


def _optional_validate(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None:
        _validate(instance, attribute, value)


def _plain(value: Any) -> Any:
    """NumPy scalars and integers in float fields become plain floats; the rest is left for the check."""
    if not is_number(value):
        return value
    try:
        return float(value)
    except OverflowError:
        return value


def _plain_whole(value: Any) -> Any:
    """Whole numbers of NumPy become plain ones; the rest is left for the check."""
    return int(value) if is_number(value) and isinstance(value, numbers.Integral) else value


def declare(spec: Spec, *, default: Any = NOTHING, converter: Callable[[Any], Any] | None = None) -> Any:
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
    default: Any = NOTHING,
) -> Any:
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
    return declare(spec, default=default, converter=_plain)


def share(
    meaning: str, *, unit: str = "share", source: str = "", default: Any = NOTHING, uncertain: bool = True
) -> Any:
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
    default: Any = NOTHING,
    uncertain: bool = True,
) -> Any:
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


def effect(meaning: str, *, unit: str, source: str = "", default: Any = NOTHING) -> Any:
    """An effect size in shares or log points, negative ones included."""
    return number(meaning, unit=unit, least=-20.0, most=20.0, source=source, default=default)


def count(
    meaning: str,
    *,
    unit: str,
    at_least: int = 0,
    at_most: int = 10**9,
    source: str = "",
    default: Any = NOTHING,
) -> Any:
    """A whole number; never uncertain."""
    domain = Domain(low=at_least, high=at_most)
    spec = Spec(kind="count", noun="a whole number", meaning=meaning, unit=unit, domain=domain, source=source)
    return declare(spec, default=default, converter=_plain_whole)


def text(
    meaning: str,
    *,
    source: str = "",
    default: Any = NOTHING,
    noun: str = "a text that is not empty",
    pattern: str = "",
    lines: bool = False,
    converter: Callable[[Any], Any] | None = None,
) -> Any:
    """A text that is not empty, without control characters; in full a `pattern` where one is given.

    lines : line ends and tabs are allowed.
    """
    spec = Spec(kind="text", noun=noun, meaning=meaning, source=source, pattern=pattern, lines=lines)
    return declare(spec, default=default, converter=converter)


def month(meaning: str, *, default: Any = NOTHING) -> Any:
    """A calendar month such as '2023-12'."""
    return text(meaning, noun=MONTH_NOUN, pattern=MONTH, default=default)


def note(meaning: str, *, default: str = "") -> Any:
    """A text that may be empty and may have several lines."""
    return attrs.field(default=default, validator=_note, metadata={PART: Part(meaning=meaning)})


def _note(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    found = unwritable(value, lines=True) if isinstance(value, str) else "a text"
    if found is not None:
        raise refuse(type(instance).__name__, attribute.name, found, value)


def part(meaning: str, kind: type | tuple[type, ...], *, default: Any = NOTHING) -> Any:
    """Another object of `kind`; a default that is a class is called."""
    made = attrs.Factory(default) if isinstance(default, type) else default

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, kind) and not (value is None and default is None):
            raise refuse(type(instance).__name__, attribute.name, kinds(kind), value)

    return attrs.field(default=made, validator=check, metadata={PART: Part(meaning=meaning)})


def several(
    meaning: str,
    kind: type,
    *,
    at_least: int = 0,
    at_most: float = math.inf,
    each: Spec | None = None,
    default: Any = NOTHING,
) -> Any:
    """A tuple of objects of `kind`, or of plain values that each meet a `Spec`; one alone may be given."""
    unit = "" if each is None else each.unit
    own = Part(meaning=meaning, unit=unit, at_least=at_least, at_most=at_most, each=each)
    if default is NOTHING and not at_least:
        default = ()
    return attrs.field(
        default=default,
        converter=lambda given: as_tuple(kind, given),
        validator=items_of(own, kind),
        metadata={PART: own},
    )


def items_of(own: Part, kind: type) -> Callable[[Any, Any, Any], None]:
    """The check of a tuple: as many items as `own` says, each of them right."""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: tuple[Any, ...]) -> None:
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


def flag(meaning: str, *, default: Any = NOTHING) -> Any:
    """True or False."""
    return declare(Spec(kind="flag", noun="True or False", meaning=meaning), default=default)


def choice(meaning: str, choices: Sequence[str], *, default: Any = NOTHING) -> Any:
    """One of a few words."""
    return declare(Spec(kind="choice", noun="a choice", meaning=meaning, choices=tuple(choices)), default=default)


def describe(owner: type) -> list[tuple[str, Spec, Any]]:
    """Each declared field of an attrs class: (name, spec, default), in order; a default may be NOTHING."""
    rows = []
    for attribute in attrs.fields(owner):
        spec = spec_of(attribute)
        if spec is not None:
            rows.append((attribute.name, spec, attribute.default))
    return rows
