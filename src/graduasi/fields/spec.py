"""What a field is: the record that stands on it, and the check of a value against it."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Mapping, Sized
from typing import TypeGuard

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields.domain import Domain, Doubtful, show, unwritable

KEY = "graduasi"
PART = "graduasi part"


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
    pattern: str = ""
    lines: bool = False

    def need(self) -> str:
        """The requirement in words, e.g. `a share in [0, 1]`."""
        if self.kind == "choice":
            return f"one of {', '.join(repr(choice) for choice in self.choices)}"
        if self.kind in {"text", "flag"}:
            return self.noun
        if self.kind == "count" and self.domain == Domain():
            return self.noun
        return f"{self.noun} {self.domain.words()}"


def spec_of(attribute: attrs.Attribute[object]) -> Spec | None:
    """The declaration of an attrs attribute, or None where it has none."""
    found = attribute.metadata.get(KEY)
    return found if isinstance(found, Spec) else None


@frozen(kw_only=True)
class Part:
    """What a field is that holds other objects: a table, or a list with so many items, each with its `Spec`.

    kinds : the classes that a file can name here, by kind.
    """

    meaning: str
    unit: str = ""
    at_least: int = 0
    at_most: float = math.inf
    each: Spec | None = None
    kinds: Mapping[str, type] = attrs.field(factory=dict)

    def fault(self, value: Sized) -> str | None:
        """What the number of items must be; None when it is right."""
        if self.at_least <= len(value) <= self.at_most:
            return None
        if self.at_least == self.at_most:
            return f"a list of {self.at_least}"
        return f"a list of {Domain(low=self.at_least, high=self.at_most).words()}"


def part_of(attribute: attrs.Attribute[object]) -> Part | None:
    """What `part` or `several` said of an attrs attribute, or None."""
    found = attribute.metadata.get(PART)
    return found if isinstance(found, Part) else None


def refuse(owner: str, name: str, need: str, got: object) -> InputError:
    """The house's error for a bad value: owner, field, need, value."""
    return InputError(f"{owner}.{name} must be {need}; got {show(got)}")


def kinds(kind: type | tuple[type, ...]) -> str:
    """Kinds of objects in words: `a Saving`, `an Eligibility or a Registry`."""
    names = [each.__name__ for each in (kind if isinstance(kind, tuple) else (kind,))]
    return " or ".join(f"{'an' if name[0] in 'AEIOU' else 'a'} {name}" for name in names)


def is_number(value: object) -> TypeGuard[numbers.Real]:
    """Whether a value is a real number, NumPy's included; booleans and spans of time are none."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_ | np.timedelta64)


def fault(spec: Spec, value: object) -> str | None:
    """What `spec` needs that `value` does not meet, in words; None when it is met."""
    if spec.uncertain and isinstance(value, Doubtful):
        return None if spec.domain.takes(value) else f"{spec.need()} at every draw"
    match spec.kind:
        case "text":
            return _text_fault(spec, value)
        case "flag":
            met = isinstance(value, bool)
        case "choice":
            met = isinstance(value, str) and value in spec.choices
        case _:
            whole = spec.kind != "count" or isinstance(value, numbers.Integral)
            met = whole and is_number(value) and spec.domain.holds(_exact(value))
    return None if met else spec.need()


def _exact(value: numbers.Real) -> float:
    """A whole number as it is, however large; others as floats."""
    return int(value) if isinstance(value, numbers.Integral) else float(value)


def _text_fault(spec: Spec, value: object) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return spec.need()
    found = unwritable(value, lines=spec.lines)
    if found is not None:
        return found
    return spec.need() if spec.pattern and not re.fullmatch(spec.pattern, value) else None
