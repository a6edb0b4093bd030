"""Columns of a population as the right-hand side of a regression: numbers as they are, words as dummies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import Array, Bools, Floats
from graduasi.errors import InputError
from graduasi.population.faults import ROWS_SHOWN, rows

if TYPE_CHECKING:
    from graduasi.population.population import Population


OWN = ("members", "by", "distribution_groups", "groups")  # fields of a population that may stand among its columns


@frozen(kw_only=True)
class Predictor:
    """A column, and its levels where it holds words; the first level is the base and gets no dummy."""

    column: str
    levels: tuple[str, ...] | None = None

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the columns of the matrix that it becomes."""
        if self.levels is None:
            return (self.column,)
        return tuple(f"{self.column}={level}" for level in self.levels[1:])


def predictors(
    population: Population, owner: str, columns: Sequence[str], categorical: Sequence[str]
) -> tuple[Predictor, ...]:
    """A predictor for each column; all faults are raised at once."""
    if isinstance(columns, str) or not columns or len(set(columns)) < len(columns):
        raise InputError(f"{owner}.columns must be one or more names of columns, each once; got {columns!r}")
    found: list[Predictor] = []
    faults = [f"categorical must be among columns; got {name!r}" for name in categorical if name not in columns]
    for name in columns:
        values = _values(population, name)
        if values is None:
            have = ", ".join(repr(each) for each in population.columns) or "none"
            faults.append(f"columns must be columns of the population ({have}); got {name!r}")
            continue
        missing = _missing(values)
        if missing.any():
            faults.append(f"columns must be given in every row; {name!r} is missing in {rows(missing)}")
        elif name in categorical or values.dtype.kind not in "biuf":
            found.append(Predictor(column=name, levels=tuple(np.unique(values.astype(str)).tolist())))
        else:
            found.append(Predictor(column=name))
    if faults:
        raise InputError("\n".join([_head(owner, faults), *(f"  {fault}" for fault in faults)]))
    return tuple(found)


def matrix_of(population: Population, owner: str, chosen: Sequence[Predictor]) -> Floats:
    """An intercept and every term, shape (household, term); a level that the fit did not see is refused."""
    faults: list[str] = []
    parts: list[Floats] = [np.ones(len(population))]
    for each in chosen:
        values = _values(population, each.column)
        if values is None:
            have = ", ".join(repr(name) for name in population.columns) or "none"
            faults.append(f"population must have the column {each.column!r}; it has {have}")
            continue
        missing = _missing(values)
        if missing.any():
            faults.append(f"column {each.column!r} must be given in every row; missing in {rows(missing)}")
            continue
        if each.levels is None:
            if values.dtype.kind not in "biuf":
                faults.append(f"column {each.column!r} must hold numbers, as where it was fitted")
                continue
            parts.append(values.astype(np.float64))
            continue
        words = values.astype(str)
        unseen = ~np.isin(words, each.levels)
        if unseen.any():
            levels = ", ".join(repr(level) for level in np.unique(words[unseen])[:ROWS_SHOWN].tolist())
            faults.append(
                f"column {each.column!r} must hold levels that the fit has seen; {levels} in {rows(unseen)}"
            )
            continue
        parts += [(words == level).astype(np.float64) for level in each.levels[1:]]
    if faults:
        raise InputError("\n".join([_head(owner, faults), *(f"  {fault}" for fault in faults)]))
    return np.column_stack(parts)


def _head(owner: str, faults: Sequence[str]) -> str:
    return f"{owner}: {len(faults)} fault{'s' if len(faults) > 1 else ''} in the columns"


def _values(population: Population, name: str) -> Array | None:
    if name in population.columns:
        return np.asarray(population.columns[name])
    own = getattr(population, name) if name in OWN else None
    return None if own is None else np.asarray(own)


def _missing(values: Array) -> Bools:
    if values.dtype.kind == "f":
        return np.asarray(~np.isfinite(values))
    if values.dtype.kind in "biuU":
        return np.zeros(values.size, dtype=bool)
    import pandas as pd

    return np.asarray(pd.isna(values), dtype=bool)
