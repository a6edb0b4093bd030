"""Inputs of every measure: finite welfare, a line above zero, weights of zero or more that do not all vanish."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeGuard

import numpy as np

from graduasi._typing import Array, Floats
from graduasi.errors import InputError

HEAVIEST = 1e50  # sum of weights, whose squares and cubes must stay numbers; its inverse is the lightest
ROOM = 1e100  # welfare of at most this size, or of at least its inverse, is computed on as it is
WHOLE = (int, np.integer)
REAL = (int, float, np.integer, np.floating)


def array(owner: str, values: object) -> Array:
    """What the caller gave as an array of any kind; masked values, whose mask NumPy would drop, are refused.

    owner : "measure.field", for the message.
    """
    flat = values.tolist() if isinstance(values, np.ma.MaskedArray) and values.dtype == object else values
    hidden = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else np.zeros(0, dtype=bool)
    if isinstance(flat, list | tuple):
        hidden = np.array([each is np.ma.masked or np.ma.is_masked(each) for each in flat], dtype=bool)
    if hidden.any():
        first = tuple(int(index) for index in np.argwhere(hidden)[0]) if hidden.ndim else ()
        where = f" at position {first[0] if len(first) == 1 else first}" if first else ""
        raise InputError(f"{owner} must not be masked; got a masked value{where} ({hidden.sum()} in all)")
    try:
        return np.asarray(values)
    except (TypeError, ValueError, OverflowError) as reason:
        raise InputError(f"{owner} must be an array; got a {type(values).__name__} that is none") from reason


def floats(owner: str, values: object, need: str = "numbers") -> Floats:
    """An array of floats of any shape, which may be the caller's own: nobody writes to it."""
    given = array(owner, values)
    if given.dtype.kind not in "iuf" and given.size:
        raise InputError(f"{owner} must be {need}; got values of type {given.dtype}")
    with np.errstate(over="ignore"):
        return given.astype(np.float64, copy=False)


def vector(measure: str, name: str, values: object, size: int | None = None) -> Floats:
    """A finite array of shape (household,), which may be the caller's own: nobody writes to it."""
    given = floats(f"{measure}.{name}", values)
    if given.ndim != 1 or given.size == 0:
        raise InputError(f"{measure}.{name} must be an array of shape (household,); got shape {given.shape}")
    if size is not None and given.size != size:
        raise InputError(f"{measure}.{name} must have {size} values, one a household; got {given.size}")
    bad = ~np.isfinite(given)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise InputError(
            f"{measure}.{name} must be finite; got {given[first]} at position {first} ({bad.sum()} in all)"
        )
    return given


def weighted(measure: str, welfare: object, weights: object) -> tuple[Floats, Floats]:
    """Welfare and weights; ones where weights are None."""
    values = vector(measure, "welfare", welfare)
    if weights is None:
        return values, np.ones(values.size)
    return values, heavy(measure, weights, values.size)


def heavy(measure: str, weights: object, size: int) -> Floats:
    """Weights of zero or more, whose sum is a number that can be squared."""
    weight = vector(measure, "weights", weights, size)
    if (weight < 0).any():
        raise InputError(f"{measure}.weights must be at least 0; got {weight.min()}")
    with np.errstate(over="ignore"):
        total = weight.sum()
    if not total > 0:
        raise InputError(f"{measure}.weights must not all be 0")
    if not 1 / HEAVIEST <= total <= HEAVIEST:
        raise InputError(
            f"{measure}.weights must add up to a number from {1 / HEAVIEST:g} to {HEAVIEST:g}; got {total:g}"
        )
    return weight


def above_line(measure: str, line: object, size: int) -> Floats:
    """The line, one for all or one a household; above zero."""
    given = array(f"{measure}.line", line)
    if given.dtype.kind not in "iuf":
        raise InputError(f"{measure}.line must be money above 0; got {line!r}")
    amount = given.astype(np.float64)
    if amount.ndim > 1 or (amount.ndim == 1 and amount.size != size):
        raise InputError(
            f"{measure}.line must be one amount, or one a household ({size}); got shape {amount.shape}"
        )
    if not (np.isfinite(amount) & (amount > 0)).all():
        bad = ~(np.isfinite(amount) & (amount > 0))
        first = amount.ravel()[np.flatnonzero(bad)[0]]
        more = f" ({bad.sum()} in all)" if amount.ndim else ""
        raise InputError(f"{measure}.line must be money above 0; got {first}{more}")
    return np.broadcast_to(amount, (size,))


def all_positive(measure: str, welfare: Floats, weight: Floats, why: str) -> None:
    """Refuse zero and negative welfare of households that count."""
    bad = (welfare <= 0) & (weight > 0)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        where = f"at position {first} ({bad.sum()} in all)"
        raise InputError(f"{measure}.welfare must be above 0, {why}; got {welfare[first]} {where}")


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is one finite number, and no truth value."""
    if isinstance(value, bool) or not isinstance(value, REAL):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the largest float
        return False


def number(measure: str, name: str, value: object, low: float) -> None:
    """A finite parameter of at least `low`."""
    if not is_number(value) or value < low:
        raise InputError(f"{measure}.{name} must be a number at least {low:g}; got {value!r}")


def share(measure: str, name: str, value: object, need: str, low: float, high: float) -> None:
    """A number above `low` and at most `high`; need : the words for it."""
    if not is_number(value) or not low < value <= high:
        raise InputError(f"{measure}.{name} must be {need}; got {value!r}")


def flag(measure: str, name: str, value: object) -> None:
    """True or False."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"{measure}.{name} must be True or False; got {value!r}")


def choice(measure: str, name: str, value: object, choices: Sequence[str]) -> None:
    """One of a few words."""
    if not isinstance(value, str) or value not in choices:
        words = ", ".join(repr(each) for each in choices)
        raise InputError(f"{measure}.{name} must be one of {words}; got {value!r}")


def unit_of(*amounts: Floats) -> float:
    """What to divide amounts by so that their squares stay numbers: 1 in the usual range, else a power of two.

    A power of two changes no digit of what it divides.
    """
    largest = max(float(np.abs(each).max(initial=0.0)) for each in amounts)
    if largest == 0 or 1 / ROOM <= largest <= ROOM:
        return 1.0
    return math.ldexp(1.0, math.frexp(largest)[1] - 1)


def scaled(values: Floats) -> Floats:
    """Welfare in a unit in which it can be squared, for measures that do not depend on the unit."""
    unit = unit_of(values)
    return values if unit == 1.0 else values / unit


def log_ratio(over: Floats | float, under: Floats | float) -> Floats:
    """log(over / under) of amounts above 0, also where their ratio is no float."""
    with np.errstate(over="ignore", under="ignore"):
        ratio = np.asarray(over / under, dtype=np.float64)
    plain = (ratio > np.finfo(float).tiny) & (ratio < np.inf)
    if plain.all():
        return np.log(ratio)
    return np.where(plain, np.log(np.where(plain, ratio, 1.0)), np.log(over) - np.log(under))


def finite(measure: str, value: float) -> float:
    """A measure that is a number; refused where it, or a step to it, is larger than a float can be."""
    if not math.isfinite(value):
        raise InputError(f"{measure} must come to a number below 1.8e+308; with these values it does not")
    return float(value)
