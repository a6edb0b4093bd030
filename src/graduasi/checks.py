"""Checks of plain arguments of functions, in the words of the declarations: `owner.field must be need; got value`.

A field of a class is declared once (`graduasi.fields`) and checked there. An argument of a function has no field to
stand on; it is checked here against the same `Spec` and `Domain`. Each function returns the plain value (NumPy
scalars as `float` or `int`, arrays of numbers as float64) and raises InputError where there is none. NaN and
booleans are no numbers.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path

import numpy as np

from graduasi._typing import Array, Floats, Texts
from graduasi.errors import InputError
from graduasi.fields import (
    LARGE,
    MONTH,
    MONTH_NOUN,
    Domain,
    Spec,
    fault,
    is_number,
    kinds,
    refuse,
    show,
    unwritable,
)

PLACES_SHOWN = 5
TEXT = "a text that is not empty"
TEXTS = "texts or whole numbers"


def meets(owner: str, name: str, spec: Spec, value: object) -> None:
    """Raise InputError where `value` does not meet `spec`."""
    need = fault(spec, value)
    if need is not None:
        raise refuse(owner, name, need, value)


def number(
    owner: str,
    name: str,
    value: object,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    low_open: bool = False,
    high_open: bool = False,
    noun: str = "a number",
) -> float:
    """Return a number in an interval as a float."""
    domain = Domain(low=low, high=high, low_open=low_open, high_open=high_open)
    spec = Spec(kind="number", noun=noun, meaning="", domain=domain)
    if not is_number(value) or fault(spec, value) is not None:
        raise refuse(owner, name, spec.need(), value)
    return _float(owner, name, noun, value)


def _float(owner: str, name: str, noun: str, value: Real) -> float:
    """The number as a float; a whole number that no float can hold is refused."""
    try:
        return float(value)
    except OverflowError:
        raise refuse(owner, name, f"{noun} at most {LARGE:g}", value) from None


def share(owner: str, name: str, value: object, *, low_open: bool = False, high_open: bool = False) -> float:
    """Return a share in [0, 1] as a float, with an end excluded where it is open."""
    return number(owner, name, value, low=0, high=1, low_open=low_open, high_open=high_open, noun="a share")


def whole(owner: str, name: str, value: object, *, at_least: float = -math.inf, at_most: float = math.inf) -> int:
    """Return a whole number in a closed interval as an int."""
    spec = Spec(kind="count", noun="a whole number", meaning="", domain=Domain(low=at_least, high=at_most))
    if not isinstance(value, Integral) or fault(spec, value) is not None:
        raise refuse(owner, name, spec.need(), value)
    return int(value)


def text(owner: str, name: str, value: object, *, lines: bool = False, noun: str = TEXT) -> str:
    """Return a text that is not blank and has no control characters. lines : line ends and tabs are allowed."""
    meets(owner, name, Spec(kind="text", noun=noun, meaning="", lines=lines), value)
    return str(value)


def names(owner: str, name: str, values: object, *, at_least: int = 0) -> tuple[str, ...]:
    """Return texts that differ, each of which meets `text`."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise refuse(owner, name, "a list of names", values)
    found = tuple(values)
    if len(found) < at_least:
        raise refuse(owner, name, f"a list of at least {at_least} name{'' if at_least == 1 else 's'}", found)
    for place, value in enumerate(found):
        text(owner, f"{name}[{place}]", value)
        if value in found[:place]:
            raise refuse(owner, f"{name}[{place}]", "a name of its own", value)
    return found


def month(owner: str, name: str, value: object) -> str:
    """Return a calendar month such as '2023-12'."""
    meets(owner, name, Spec(kind="text", noun=MONTH_NOUN, meaning="", pattern=MONTH), value)
    return str(value)


def flag(owner: str, name: str, value: object) -> bool:
    """Return True or False; those of NumPy are taken."""
    if not isinstance(value, bool | np.bool_):
        raise refuse(owner, name, "True or False", value)
    return bool(value)


def one_of(owner: str, name: str, value: object, choices: Sequence[str]) -> str:
    """Return one of a few words."""
    meets(owner, name, Spec(kind="choice", noun="a choice", meaning="", choices=tuple(choices)), value)
    return str(value)


def instance(owner: str, name: str, value: object, kind: type | tuple[type, ...]) -> None:
    """Raise InputError where `value` is no object of `kind`."""
    if not isinstance(value, kind):
        raise refuse(owner, name, kinds(kind), value)


def path(owner: str, name: str, value: object, *, noun: str = "the path of a file") -> Path:
    """Return a path; whether there is a file is not asked."""
    if not isinstance(value, str | os.PathLike) or not isinstance(os.fspath(value), str):
        raise refuse(owner, name, noun, value)
    return Path(value)


def numbers(
    owner: str, name: str, values: object, *, size: int | None = None, domain: Domain | None = None
) -> Floats:
    """Return numbers in `domain` as an array of float64, shape (record,); it may be the caller's own array.

    size : how many there must be. A value outside is told with its place, the first of them.
    """
    found = _one_axis(owner, name, values, "numbers", size)
    if found.dtype.kind not in "iuf":
        raise InputError(f"{owner}.{name} must be numbers, one a record; got {_described(found)}")
    array = found.astype(np.float64, copy=False)
    _inside(owner, name, array, domain or Domain())
    return array


def labels(owner: str, name: str, values: object, *, size: int | None = None) -> Array:
    """Return labels of records, texts or whole numbers, shape (record,); none is blank or has controls."""
    found = _one_axis(owner, name, values, TEXTS, size)
    if found.dtype.kind == "O" and all(isinstance(each, str) for each in found.tolist()):
        found = found.astype(str)
    if found.dtype.kind not in "Uiu":
        raise InputError(f"{owner}.{name} must be {TEXTS}, one a record; got {_described(found)}")
    if found.dtype.kind == "U" and found.size:
        _texts(owner, name, found)
    return found


def same_length(owner: str, name: str, values: object, size: int, *, noun: str = "values") -> Array:
    """Return an array of any kind with one value a record, shape (record,). noun : what a message calls them."""
    return _one_axis(owner, name, values, noun, size)


def _one_axis(owner: str, name: str, values: object, noun: str, size: int | None) -> Array:
    if isinstance(values, np.ma.MaskedArray):
        raise InputError(f"{owner}.{name} must be an array without a mask; got a masked array")
    try:
        found = np.asarray(values)
    except ValueError:  # lists of lists of several lengths
        raise refuse(owner, name, f"{noun}, one a record", values) from None
    if found.ndim != 1:
        raise InputError(f"{owner}.{name} must be {noun}, one a record; got {_described(found)}")
    if size is not None and found.size != size:
        raise InputError(f"{owner}.{name} must be {noun}, one for each of {size:,} records; got {found.size:,}")
    return found


def _described(found: Array) -> str:
    """An array by its kind and shape; a single value as it is."""
    if found.ndim == 0:
        return show(found.item())
    if found.ndim == 1 and found.dtype.kind == "O":
        wrong = next((each for each in found.tolist() if not is_number(each)), None)
        return f"an array of objects, such as {show(wrong, 100)}"
    return f"an array of {found.dtype}, shape {found.shape}"


def _inside(owner: str, name: str, values: Floats, domain: Domain) -> None:
    """Raise InputError where a value is outside; the ends of all values are asked first, which is cheap."""
    if not values.size:
        return
    if domain.holds(float(values.min())) and domain.holds(float(values.max())):
        return
    wrong = np.flatnonzero(~np.array([domain.holds(each) for each in values.tolist()], dtype=bool))
    where = ", ".join(str(place) for place in wrong[:PLACES_SHOWN].tolist())
    more = f" and {wrong.size - PLACES_SHOWN:,} more" if wrong.size > PLACES_SHOWN else ""
    need = "finite" if domain == Domain() else f"numbers {domain.words()}"
    raise InputError(
        f"{owner}.{name} must be {need}; got {show(float(values[wrong[0]]))} "
        f"in record{'' if wrong.size == 1 else 's'} {where}{more} (counted from 0)"
    )


def _texts(owner: str, name: str, texts: Texts) -> None:
    """Raise InputError for blank texts and for such with control characters; equal labels are looked at once."""
    if _plain(texts):
        return
    every = texts.tolist()
    needs = {each: TEXT if not each.strip() else unwritable(each) for each in set(every)}
    wrong = {each: need for each, need in needs.items() if need is not None}
    if wrong:
        place = next(place for place, each in enumerate(every) if each in wrong)
        raise refuse(owner, f"{name}[{place}]", wrong[every[place]], every[place])


def _plain(texts: Texts) -> bool:
    """Whether all texts begin with a visible ASCII letter and have only these and blanks: nothing more to ask."""
    width = texts.dtype.itemsize // 4
    if not width:
        return False
    letters = np.ascontiguousarray(texts).view(np.uint32).reshape(texts.size, width)
    if (letters[:, 0] <= ord(" ")).any() or letters.max() > ord("~"):
        return False
    return not ((letters < ord(" ")) & (letters != 0)).any()  # 0 fills what is left of a text


def matches(pattern: str, value: object) -> bool:
    """Whether a value is a text that fits a pattern in full."""
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None
