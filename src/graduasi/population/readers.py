"""From tables and files to a `Population`: every fault is collected, with its rows, before any is raised."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from graduasi._typing import Floats, Texts
from graduasi.errors import GraduasiWarning, InputError
from graduasi.population.columns import Columns
from graduasi.population.faults import ROWS_SHOWN, told
from graduasi.population.identity import all_differ
from graduasi.population.table import Table
from graduasi.population.units import PERIODS, SCALES, equivalent_adults, suspicion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.population.column_map import ColumnMap, Given
    from graduasi.population.population import Population

LARGEST_HOUSEHOLD = 60
Found = TypeVar("Found")


def read_frame(frame: object, given: Given, make: type[Population]) -> Population:
    """See `Population.from_frame`. make : the class of the population."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"Population.from_frame.frame must be a pandas DataFrame; got a {type(frame).__name__}")
    return read_table(Table(frame=frame), given, make, stacklevel=4)


def read_table(table: Table, given: Given, make: type[Population], stacklevel: int = 3) -> Population:
    """Households of a table; `stacklevel` is how far above stands the caller whom a warning is for."""
    mapped = given.columns
    frame, noun = table.frame, "frame" if table.word == "row" and table.owner.endswith("frame") else "path"
    if len(frame) == 0:
        raise InputError(f"{table.owner}.{noun} must be a table with at least one row; got 0 rows")
    read = Columns(table)
    read.faults += given.faults
    ids = read.texts("id", mapped.id)
    welfare = read.numbers("welfare", mapped.welfare)
    weights = np.ones(len(frame)) if mapped.weight is None else read.numbers("weight", mapped.weight, low=0.0)
    sizes = _sizes(read, mapped)
    labels = _labels(read, mapped)
    counts = _each(given.names("composition"), lambda name: _counts(read, "composition", name, sizes))
    further = _each(given.names("columns"), lambda name: read.further("columns", name))
    factor = _factor(read, given, sizes)
    if ids is not None and read.faults:
        _check_repeats(read, ids)  # else the constructor looks, once
    if weights is not None and not read.faults and not weights.sum() > 0:
        read.faults.append("weight must be above 0 in at least one row; all are 0")
    amounts: Floats | None = None if read.faults or welfare is None else _amounts(read, welfare, factor)
    if read.faults:
        raise InputError(told(table.owner, read.faults))
    assert ids is not None
    assert weights is not None
    assert amounts is not None
    notes = _notes(amounts, stacklevel + 1)
    try:
        population = make(
            ids=ids,
            welfare=amounts,
            weight=weights / sizes if mapped.weight_of == "person" and sizes is not None else weights,
            members=sizes,
            assumed_members=mapped.assumed_members,
            **labels,
            columns={**further, **counts},
            sampled=mapped.weight is not None,
            kind=mapped.welfare_is,
            currency=mapped.currency,
            notes=(*notes, *_said(mapped)),
        )
    except InputError as refused:
        _check_repeats(read, ids)
        if not read.faults:
            raise
        raise InputError(told(table.owner, read.faults)) from refused
    if mapped.line is not None:
        words = suspicion(population.median, mapped.line.amount)
        if words:
            warnings.warn(f"at {mapped.line.label!r} {words}", GraduasiWarning, stacklevel=stacklevel)
    return population


def _labels(read: Columns, mapped: ColumnMap) -> dict[str, Texts | None]:
    """Labels of records; rows of tables and distribution groups of one column are read once."""
    found: dict[str, Texts | None] = {}
    for name in ("by", "distribution_groups", "strata", "clusters"):
        column = getattr(mapped, name)
        shared = name == "distribution_groups" and isinstance(column, str) and column == mapped.by
        found[name] = found["by"] if shared else None if column is None else read.texts(name, column)
    return found


def _each(names: tuple[Hashable, ...], read: Callable[[Hashable], Found]) -> dict[Hashable, Found]:
    """Columns by name; what cannot be a name, such as a list, has made its fault when it is read."""
    found = [(name, read(name)) for name in names]
    return {name: column for name, column in found if isinstance(name, Hashable)}


def _check_repeats(read: Columns, ids: NDArray[np.str_]) -> None:
    if all_differ(ids):
        return
    _, first, repeats = np.unique(ids, return_inverse=True, return_counts=True)
    read.faults.append(f"id must be given once a household; repeated in {read.table.rows(repeats[first] > 1)}")


def _amounts(read: Columns, welfare: Floats, factor: Floats | float) -> Floats:
    """Welfare per person per month; a fault where a number is too large for that."""
    if isinstance(factor, float) and factor == 1.0:
        return welfare
    with np.errstate(over="ignore", invalid="ignore"):
        amounts = welfare * factor
    lost = ~np.isfinite(amounts)
    if lost.any():
        read.faults.append(f"welfare must be finite per person per month; it is not in {read.table.rows(lost)}")
    return amounts


def _sizes(read: Columns, mapped: ColumnMap) -> Floats | None:
    if mapped.members is None:
        return None
    sizes = read.numbers("members", mapped.members, low=0.0, open_low=True, whole=True)
    if sizes is not None:
        large = sizes > LARGEST_HOUSEHOLD
        if large.any():
            read.faults.append(
                f"members must be at most {LARGEST_HOUSEHOLD}; it is not in {read.table.rows(large)}"
            )
    return sizes


def _counts(read: Columns, field: str, name: Hashable, sizes: Floats | None) -> Floats | None:
    """Members of a kind: whole numbers, no more than there are."""
    counts = read.numbers(f"{field} {name!r}", name, low=0.0, whole=True)
    if counts is not None and sizes is not None:
        over = counts > sizes
        if over.any():
            read.faults.append(
                f"{field} {name!r} must be at most the members; it is not in {read.table.rows(over)}"
            )
    return counts


def _factor(read: Columns, given: Given, sizes: Floats | None) -> Floats | float:
    """What a row's welfare is multiplied by, to be per person per month at the line's prices."""
    mapped = given.columns
    factor: Floats | float = PERIODS.get(mapped.period, 1.0) if isinstance(mapped.period, str) else 1.0
    if mapped.per == "household" and sizes is not None:
        factor = factor / np.where(sizes > 0, sizes, 1.0)
    if mapped.per == "adult equivalent" and sizes is not None and mapped.scale is not None:
        if isinstance(mapped.scale, str) and mapped.scale in SCALES:
            young = None
            if mapped.children is not None:
                young = _counts(read, "children", mapped.children, sizes)
            adults = equivalent_adults(mapped.scale, np.where(sizes > 0, sizes, 1.0), young)
        else:
            equivalents = read.numbers("scale", mapped.scale, low=0.0, open_low=True)
            adults = np.ones(sizes.size) if equivalents is None else equivalents
        factor = factor * adults / np.where(sizes > 0, sizes, 1.0)
    if mapped.price_index is not None:
        prices = read.numbers("price_index", mapped.price_index, low=0.0, open_low=True)
        if prices is not None:
            with np.errstate(divide="ignore"):
                factor = factor / prices
    if mapped.region is not None and given.has_lines():
        assert mapped.region_lines is not None
        assert mapped.line is not None
        regions = read.texts("region", mapped.region)
        if regions is not None:
            known = np.isin(regions, list(mapped.region_lines))
            if not known.all():
                which = sorted(set(regions[~known].tolist()))
                read.faults.append(
                    f"region must be one of region_lines; {', '.join(map(repr, which[:ROWS_SHOWN]))} is not, "
                    f"in {read.table.rows(~known)}"
                )
            else:
                own = np.array([mapped.region_lines[name] for name in regions.tolist()], dtype=np.float64)
                factor = factor * mapped.line.amount / own
    return factor


def _said(mapped: ColumnMap) -> tuple[str, ...]:
    """What was done to welfare, for the notes."""
    words = []
    if mapped.per == "adult equivalent":
        words.append(f"welfare per adult equivalent ({mapped.scale}) was turned into welfare per person")
    if mapped.price_index is not None:
        words.append(f"welfare was divided by the price index {mapped.price_index!r}")
    if mapped.region_lines is not None and mapped.line is not None:
        words.append(f"welfare is told at the prices of {mapped.line.label!r}: x that line / the region's own line")
    return tuple(words)


def _notes(welfare: Floats, stacklevel: int) -> tuple[str, ...]:
    """What a reader must know of values that are zero or below."""
    below = int((welfare <= 0).sum())
    if below == 0:
        return ()
    words = (
        f"{below} of {welfare.size} households have zero or negative welfare: they are counted as they are; "
        "where the income model needs a logarithm they stand at its floor"
    )
    warnings.warn(words, GraduasiWarning, stacklevel=stacklevel)
    return (words,)
