"""Arrays inside frozen objects: checked copies that cannot be written to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from graduasi._typing import Array
from graduasi.checks import labels, numbers, same_length
from graduasi.errors import InputError
from graduasi.fields import Domain, refuse
from graduasi.fields.declare import Declared

if TYPE_CHECKING:
    from graduasi.population.population import Population

OWNER = "Population"
NOUNS = {
    "values": ("ids",),
    "numbers": ("weight", "members"),
    "labels": ("by", "distribution_groups", "strata", "clusters"),
}


def array(field: str) -> Declared:
    """An attrs field that keeps an array of any kind."""
    return attrs.field(converter=lambda value: kept(field, value))


def kept(field: str, value: object) -> Array | None:
    """A read-only copy for a field of a Population; a masked array is refused, since its mask would be lost."""
    if value is None:
        return None
    if isinstance(value, np.ma.MaskedArray):
        raise InputError(f"Population.{field} must be an array without a mask; got a masked array")
    array = np.array(value)
    array.flags.writeable = False
    return array


def amounts(field: str, domain: Domain, *, optional: bool = False) -> Declared:
    """An attrs field that keeps numbers in `domain` as float64; None where it is optional and left out."""
    return attrs.field(
        default=None if optional else attrs.NOTHING,
        converter=lambda value: value if value is None and optional else _numbers(field, value, domain),
    )


def codes(field: str) -> Declared:
    """An attrs field that keeps labels of records, or None."""
    return attrs.field(
        default=None,
        converter=lambda value: value if value is None else kept(field, labels(OWNER, field, value)),
    )


def _numbers(field: str, value: object, domain: Domain) -> Array | None:
    return kept(field, numbers(OWNER, field, value, domain=domain))


def kept_columns(value: object) -> dict[str, Array | None]:
    """Read-only copies by name."""
    if not isinstance(value, Mapping):
        raise refuse(OWNER, "columns", "arrays by name", value)
    return {name: kept(f"columns[{name!r}]", column) for name, column in value.items()}


def kept_tails(value: object) -> tuple[Array | None, ...] | None:
    """Read-only copies of both tails, or None."""
    if value is None:
        return None
    if not isinstance(value, Sequence) or len(value) != 2:
        raise refuse(OWNER, "tails", "two arrays, welfare at probability .05 and .95, or None", value)
    return tuple(_numbers(f"tails[{place}]", each, Domain()) for place, each in enumerate(value))


def check_together(population: Population) -> None:
    """Raise InputError where the arrays of a population have other lengths, or no record has weight."""
    size = population.welfare.size
    if size == 0:
        raise InputError("Population.welfare must be of at least one record; got none")
    for noun, field, values in _arrays(population):
        same_length(OWNER, field, values, size, noun=noun)
    if not population.weight.max() > 0:
        raise InputError("Population.weight must be above 0 in at least one record; all are 0")


def _arrays(population: Population) -> Iterator[tuple[str, str, Array]]:
    """Every array of a population that there is: what its values are, its name in messages, the array."""
    for noun, fields in NOUNS.items():
        for field in fields:
            if getattr(population, field) is not None:
                yield noun, field, getattr(population, field)
    for place, tail in enumerate(population.tails or ()):
        yield "numbers", f"tails[{place}]", tail
    for name, column in population.columns.items():
        yield "values", f"columns[{name!r}]", column


def lock(value: object) -> None:
    """Make arrays read-only, those in tuples and dicts too."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            lock(each)
