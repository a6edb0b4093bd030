"""Transition matrices between ordered classes of welfare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures.checks import choice, floats
from graduasi.measures.dynamics.panel import amounts, observed

if TYPE_CHECKING:
    import pandas as pd


OF = ("row", "all", "weight")


def transition_matrix(
    welfare: ArrayLike,
    cuts: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    line: ArrayLike = 1.0,
    labels: Sequence[str] | None = None,
    step: int = 1,
    of: str = "row",
) -> pd.DataFrame:
    """Moves between ordered classes from each period to that `step` later, all such pairs together.

    welfare, weights : as in `panel`; pairs with a period that was not observed are left out.
    cuts : one amount or several, a list or an array of shape (cut,), rising; the same in all periods. Class 0 is
        below the first; on a cut is above it.
    line : where classes move: what cuts are multiples of, as the line in `panel`. Poor by each period's own line is
        cuts=1, line=lines; with [1, 1.5] those within half a line of it are a class of their own.
    labels : of the classes, one more than cuts; "poor" and "not poor" for one cut, "class 0", ... for more.
    of : "row", shares of those who start in the class (NaN where nobody does); "all", shares of all pairs;
        "weight", sums of weights.

    Rows are classes before (`before`), columns classes after (`after`).
    """
    import pandas as pd

    values, weight = observed("transition_matrix", welfare, weights)
    if isinstance(step, bool) or not isinstance(step, int | np.integer) or not 1 <= step < values.shape[1]:
        raise InputError(
            f"transition_matrix.step must be a whole number from 1 to {values.shape[1] - 1}; got {step!r}"
        )
    choice("transition_matrix", "of", of, OF)
    levels = _cuts(cuts)
    moving = amounts("transition_matrix", "line", line, values.shape)
    count = levels.size + 1
    names = _names(count) if labels is None else _given_names(labels, count)
    state = np.zeros(values.shape, dtype=np.intp)
    with np.errstate(over="ignore"):
        for level in levels:
            state += values >= level * moving
    seen = ~np.isnan(values)
    both = seen[:, :-step] & seen[:, step:]
    pair = (state[:, :-step] * count + state[:, step:])[both]
    held = np.bincount(
        pair, weights=np.broadcast_to(weight[:, None], both.shape)[both], minlength=count**2
    ).reshape(count, count)
    if of != "weight":
        total = held.sum(axis=1, keepdims=True) if of == "row" else np.full((count, 1), held.sum())
        held = np.divide(held, total, out=np.full((count, count), np.nan), where=total > 0)
    return pd.DataFrame(held, index=pd.Index(names, name="before"), columns=pd.Index(names, name="after"))


def _cuts(cuts: ArrayLike) -> Floats:
    """Cuts, shape (cut,); the number of their dimensions, not their type, says what they are."""
    levels = floats("transition_matrix.cuts", cuts, "amounts above 0")
    if levels.ndim > 1:
        raise InputError(
            "transition_matrix.cuts must be one amount, or several in one row, the same in all periods; got shape "
            f"{levels.shape}: for classes that move give line="
        )
    levels = np.atleast_1d(levels)
    if levels.size == 0:
        raise InputError("transition_matrix.cuts must be one amount at least; got none")
    bad = ~(np.isfinite(levels) & (levels > 0))
    if bad.any():
        raise InputError(f"transition_matrix.cuts must be money above 0; got {levels[bad][0]} ({bad.sum()} in all)")
    if not (levels[1:] > levels[:-1]).all():
        raise InputError(
            f"transition_matrix.cuts must rise; got {levels.tolist()}: a line for each period is given as line="
        )
    return levels


def _given_names(labels: object, count: int) -> list[str]:
    if isinstance(labels, list | tuple) or (isinstance(labels, np.ndarray) and labels.ndim == 1):
        names = list(labels)
    else:
        names = [labels]
    if len(names) != count or not all(isinstance(name, str) for name in names) or len(set(names)) != count:
        raise InputError(f"transition_matrix.labels must be {count} different names; got {names!r}")
    return [str(name) for name in names]


def _names(count: int) -> list[str]:
    return ["poor", "not poor"] if count == 2 else [f"class {number}" for number in range(count)]
