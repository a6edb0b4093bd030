"""One object where several may be given: both become a tuple, and anything else is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from graduasi.fields.spec import refuse

T = TypeVar("T")


def as_tuple(kind: type, given: object) -> object:
    """Several objects as a tuple, and one alone as a tuple of one; what is neither is left for the check."""
    if isinstance(given, kind):
        return (given,)
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        return given
    return tuple(given)


def tuple_of(owner: str, name: str, kind: type[T], given: object, noun: str = "") -> tuple[T, ...]:
    """Objects of a kind as a tuple, one alone or several; anything else is refused."""
    need = noun or f"{kind.__name__} objects, or one alone"
    found = as_tuple(kind, given)
    if not isinstance(found, tuple):
        raise refuse(owner, name, need, given)
    for each in found:
        if not isinstance(each, kind) or isinstance(each, bool):
            raise refuse(owner, name, need, each)
    return found
