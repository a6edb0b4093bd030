"""Arrays inside frozen objects: copies that cannot be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from graduasi.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def kept(field: str, value: Any) -> Any:
    """A read-only copy for a field of a Population; a masked array is refused, since its mask would be lost."""
    if value is None:
        return None
    if isinstance(value, np.ma.MaskedArray):
        raise InputError(f"Population.{field} must be an array without a mask; got a masked array")
    array = np.array(value)
    array.flags.writeable = False
    return array


def array(field: str, *, optional: bool = False) -> Any:
    """An attrs field that keeps an array; None where it is optional and left out."""
    return attrs.field(default=None if optional else attrs.NOTHING, converter=lambda value: kept(field, value))


def kept_columns(value: Mapping[str, Any]) -> dict[str, Any]:
    """Read-only copies by name."""
    return {name: kept(f"columns[{name!r}]", column) for name, column in value.items()}


def kept_tails(value: Any) -> Any:
    """Read-only copies of both tails, or None."""
    return None if value is None else tuple(kept("tails", each) for each in value)


def lock(value: Any) -> None:
    """Make arrays read-only, those in tuples and dicts too."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            lock(each)
