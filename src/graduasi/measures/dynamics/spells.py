"""Spells: runs of consecutive observed periods in one state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi._typing import ArrayLike
from graduasi.measures.checks import choice
from graduasi.measures.dynamics.panel import amounts, observed

if TYPE_CHECKING:
    import pandas as pd

STATES = ("poor", "not poor")


def spells(welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None) -> pd.DataFrame:
    """Every spell of every household, by household and start; arguments as in `panel`.

    Columns: `household` and `start`, positions in the panel; `state`, "poor" or "not poor"; `length` [periods
    seen]; `left_censored`: the period before was not observed, so that the spell may have begun earlier;
    `right_censored`: the period after was not observed, so that it may have gone on; `weight`.
    A period without observation ends a spell on its left and begins one on its right, both censored there.
    """
    return _spells("spells", welfare, line, weights)


def _spells(measure: str, welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None) -> pd.DataFrame:
    import pandas as pd

    values, weight = observed(measure, welfare, weights)
    poor = values < amounts(measure, "line", line, values.shape)
    missing = -1
    state = np.where(np.isnan(values), missing, poor.astype(np.int8)).astype(np.int8)
    # One unobserved period after each household parts it from the next.
    flat = np.pad(state, ((0, 0), (0, 1)), constant_values=missing).ravel()
    start = np.flatnonzero(np.diff(flat, prepend=np.int8(missing - 1)))
    end = np.append(start[1:], flat.size)
    before = np.where(start > 0, flat[start - 1], missing)
    after = np.where(end < flat.size, flat[np.minimum(end, flat.size - 1)], missing)
    kept = flat[start] != missing
    width = values.shape[1] + 1
    household = start[kept] // width
    return pd.DataFrame(
        {
            "household": household,
            "start": start[kept] % width,
            "state": np.where(flat[start[kept]] == 1, *STATES),
            "length": (end - start)[kept],
            "left_censored": before[kept] == missing,
            "right_censored": after[kept] == missing,
            "weight": weight[household],
        }
    )


def spell_lengths(
    welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None, *, state: str = "poor"
) -> pd.DataFrame:
    """How many spells have which length, a row a length from 1 to the longest [sums of weights].

    Columns: `length` [periods]; `complete`, seen from start to end; `left_censored`, `right_censored` and
    `both_censored`, whose true length is this or more. Mean lengths of complete spells alone are too short: long
    spells are censored more often; `hazards` corrects for that.
    """
    import pandas as pd

    choice("spell_lengths", "state", state, STATES)
    found = _spells("spell_lengths", welfare, line, weights)
    found = found[found["state"] == state]
    left, right = found["left_censored"].to_numpy(), found["right_censored"].to_numpy()
    length, weight = found["length"].to_numpy(), found["weight"].to_numpy()
    longest = int(length.max()) if length.size else 0
    kinds = {
        "complete": ~left & ~right, "left_censored": left & ~right, "right_censored": ~left & right,
        "both_censored": left & right,
    }  # fmt: skip
    columns = {
        name: np.bincount(length[kind], weights=weight[kind], minlength=longest + 1)[1:]
        for name, kind in kinds.items()
    }
    return pd.DataFrame({"length": np.arange(1, longest + 1), **columns})
