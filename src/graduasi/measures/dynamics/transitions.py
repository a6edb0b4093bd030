"""Transition matrices between ordered classes of welfare."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import InputError
from graduasi.measures.dynamics.panel import amounts, observed

if TYPE_CHECKING:
    import pandas as pd

OF = ("row", "all", "weight")


def transition_matrix(
    welfare: Any,
    cuts: Any,
    weights: Any = None,
    *,
    labels: Sequence[str] | None = None,
    step: int = 1,
    of: str = "row",
) -> pd.DataFrame:
    """Moves between ordered classes from each period to that `step` later, all such pairs together.

    welfare, weights : as in `panel`; pairs with a period that was not observed are left out.
    cuts : one amount or a list of amounts, each as a line in `panel` (for classes by multiples of lines that differ
        by period, [line, 1.5 * line]); rising everywhere. Class 0 is below the first; on a cut is above it.
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
    if of not in OF:
        raise InputError(f"transition_matrix.of must be one of 'row', 'all', 'weight'; got {of!r}")
    given = list(cuts) if isinstance(cuts, list | tuple) else [cuts]
    if not given:
        raise InputError("transition_matrix.cuts must be one amount at least; got none")
    levels = [amounts("transition_matrix", "cuts", cut, values.shape) for cut in given]
    if any((lower >= higher).any() for lower, higher in pairwise(levels)):
        raise InputError("transition_matrix.cuts must rise everywhere")
    count = len(levels) + 1
    names = _names(count) if labels is None else list(labels)
    if len(names) != count or len(set(names)) != count:
        raise InputError(f"transition_matrix.labels must be {count} different names; got {names!r}")
    state = np.zeros(values.shape, dtype=np.intp)
    for level in levels:
        state += values >= level
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


def _names(count: int) -> list[str]:
    return ["poor", "not poor"] if count == 2 else [f"class {number}" for number in range(count)]
