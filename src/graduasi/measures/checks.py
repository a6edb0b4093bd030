"""Inputs of every measure: finite welfare, a line above zero, weights of zero or more that do not all vanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def vector(measure: str, name: str, values: Any, size: int | None = None) -> Floats:
    """A finite array of shape (household,), which may be the caller's own: nobody writes to it."""
    given = np.asarray(values)
    if given.dtype.kind not in "iuf" and given.size:
        raise InputError(f"{measure}.{name} must be numbers; got values of type {given.dtype}")
    array = given.astype(np.float64, copy=False)
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{measure}.{name} must be an array of shape (household,); got shape {array.shape}")
    if size is not None and array.size != size:
        raise InputError(f"{measure}.{name} must have {size} values, one a household; got {array.size}")
    bad = ~np.isfinite(array)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise InputError(
            f"{measure}.{name} must be finite; got {array[first]} at position {first} ({bad.sum()} in all)"
        )
    return array


def weighted(measure: str, welfare: Any, weights: Any) -> tuple[Floats, Floats]:
    """Welfare and weights; ones where weights are None."""
    values = vector(measure, "welfare", welfare)
    if weights is None:
        return values, np.ones(values.size)
    weight = vector(measure, "weights", weights, values.size)
    if (weight < 0).any():
        raise InputError(f"{measure}.weights must be at least 0; got {weight.min()}")
    if not weight.sum() > 0:
        raise InputError(f"{measure}.weights must not all be 0")
    return values, weight


def above_line(measure: str, line: Any, size: int) -> Floats:
    """The line, one for all or one a household; above zero."""
    given = np.asarray(line)
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


def number(measure: str, name: str, value: float, low: float) -> None:
    """A finite parameter of at least `low`."""
    plain = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not plain or not np.isfinite(value) or value < low:
        raise InputError(f"{measure}.{name} must be a number at least {low:g}; got {value!r}")
