"""One declaration a parameter: kind, unit, domain, meaning and source stand on the field.

The validator, the reference page, the JSON Schema and the Hypothesis strategies all read the `Spec` that is
stored in the attrs metadata, so a parameter is described once::

    @frozen(kw_only=True)
    class CashTransfer(Intervention):
        amount: Value = money("paid each time", per="household")
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import attrs
from attrs import NOTHING, frozen

from graduasi.errors import InputError

KEY = "graduasi"


@runtime_checkable
class Doubtful(Protocol):
    """A value with doubt: it knows its quantiles and the ends of its support."""

    def quantile(self, u: float) -> float:
        """Value at probability `u` in (0, 1)."""

    def support(self) -> tuple[float, float]:
        """Smallest and largest value that can be drawn (infinite where there is no end)."""


@frozen(kw_only=True)
class Domain:
    """An interval of numbers; an open end is excluded."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: float) -> bool:
        """Whether `value` lies inside; NaN never does."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return bool(above and below and math.isfinite(value))

    def covers(self, low: float, high: float) -> bool:
        """Whether a distribution with this support stays inside (an infinite end of support is open)."""
        if low == high:
            return self.holds(low)
        above = low > self.low or (low == self.low and (not self.low_open or low == 0.0))
        below = high < self.high or high == self.high
        return above and below

    def words(self) -> str:
        """The interval as an error message names it."""
        if math.isinf(self.low) and math.isinf(self.high):
            return "finite"
        if math.isinf(self.high):
            return f"{'above' if self.low_open else 'at least'} {self.low:g}"
        if math.isinf(self.low):
            return f"{'below' if self.high_open else 'at most'} {self.high:g}"
        left, right = "(" if self.low_open else "[", ")" if self.high_open else "]"
        return f"in {left}{self.low:g}, {self.high:g}{right}"


@frozen(kw_only=True)
class Spec:
    """What a parameter is: read by the validator, the docs, the schema and the test strategies."""

    kind: str
    noun: str
    meaning: str
    unit: str = ""
    domain: Domain = Domain()
    choices: tuple[str, ...] = ()
    source: str = ""
    uncertain: bool = False

    def need(self) -> str:
        """The requirement in words, e.g. `a share in [0, 1]`."""
        if self.kind == "choice":
            return f"one of {', '.join(repr(choice) for choice in self.choices)}"
        if self.kind in {"text", "flag"}:
            return self.noun
        return f"{self.noun} {self.domain.words()}"


def spec_of(attribute: attrs.Attribute[Any]) -> Spec | None:
    """The declaration of an attrs attribute, or None where it has none."""
    found = attribute.metadata.get(KEY)
    return found if isinstance(found, Spec) else None


def refuse(owner: str, name: str, need: str, got: object) -> InputError:
    """The house's error for a bad value: owner, field, need, value."""
    return InputError(f"{owner}.{name} must be {need}; got {got!r}")


def fault(spec: Spec, value: object) -> str | None:
    """What `spec` needs that `value` does not meet, in words; None when it is met."""
    if spec.uncertain and isinstance(value, Doubtful):
        return None if spec.domain.covers(*value.support()) else f"{spec.need()} at every draw"
    match spec.kind:
        case "text":
            met = isinstance(value, str) and bool(value.strip())
        case "flag":
            met = isinstance(value, bool)
        case "choice":
            met = isinstance(value, str) and value in spec.choices
        case _:
            wanted = numbers.Integral if spec.kind == "count" else numbers.Real
            met = not isinstance(value, bool) and isinstance(value, wanted) and spec.domain.holds(float(value))
    return None if met else spec.need()


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
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return value
    return float(value)


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
    noun: str = "a number",
    source: str = "",
    uncertain: bool = True,
    default: Any = NOTHING,
) -> Any:
    """A real number in an interval, with doubt allowed unless `uncertain=False`."""
    domain = Domain(low=low, high=high, low_open=low_open, high_open=high_open)
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
    """An amount of currency, zero or more (or strictly above zero)."""
    return number(
        meaning,
        unit=f"currency per {per}",
        low=0,
        low_open=above_zero,
        noun="money",
        source=source,
        default=default,
        uncertain=uncertain,
    )


def effect(meaning: str, *, unit: str, source: str = "", default: Any = NOTHING) -> Any:
    """An effect size: any finite number, negative ones included."""
    return number(meaning, unit=unit, noun="a number", source=source, default=default)


def count(
    meaning: str,
    *,
    unit: str,
    at_least: int = 0,
    at_most: float = math.inf,
    source: str = "",
    default: Any = NOTHING,
) -> Any:
    """A whole number; never uncertain."""
    domain = Domain(low=at_least, high=at_most)
    spec = Spec(kind="count", noun="a whole number", meaning=meaning, unit=unit, domain=domain, source=source)
    return declare(spec, default=default)


def text(meaning: str, *, source: str = "", default: Any = NOTHING) -> Any:
    """A text that is not empty."""
    return declare(
        Spec(kind="text", noun="a text that is not empty", meaning=meaning, source=source), default=default
    )


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


def as_tuple(kind: type, given: Any) -> Any:
    """Several objects as a tuple, and one alone as a tuple of one; what is neither is left for the check."""
    if isinstance(given, kind):
        return (given,)
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        return given
    return tuple(given)


def several(owner: str, name: str, kind: type, given: Any, noun: str = "") -> tuple[Any, ...]:
    """Objects of a kind as a tuple, one alone or several; anything else is refused."""
    need = noun or f"{kind.__name__} objects, or one alone"
    found = as_tuple(kind, given)
    if not isinstance(found, tuple):
        raise refuse(owner, name, need, given)
    for each in found:
        if not isinstance(each, kind) or isinstance(each, bool):
            raise refuse(owner, name, need, each)
    return found


def check_several(kind: type) -> Callable[[Any, attrs.Attribute[Any], Any], None]:
    """Validator of a field that holds a tuple of objects of a kind."""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        several(type(instance).__name__, attribute.name, kind, value)

    return check
