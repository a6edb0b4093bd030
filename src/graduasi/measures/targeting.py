"""Targeting measures: who is reached, by the truth; see `poverty` for shapes and errors.

reached : array, shape (household,), of True and False, or of the reached share of each household's families.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import InputError
from graduasi.measures.checks import above_line, vector, weighted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def _given(
    measure: str, welfare: Any, line: Any, reached: Any, weights: Any
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    values, weight = weighted(measure, welfare, weights)
    poor = values < above_line(measure, line, values.size)
    share = vector(measure, "reached", reached, values.size)
    if ((share < 0) | (share > 1)).any():
        raise InputError(f"{measure}.reached must be shares in [0, 1]; got {share.min()} to {share.max()}")
    return poor, share, weight


def coverage(welfare: Any, line: Any, reached: Any, weights: Any = None) -> float:
    """Share of the poor that is reached; NaN where nobody is poor."""
    return _coverage("coverage", welfare, line, reached, weights)


def _coverage(measure: str, welfare: Any, line: Any, reached: Any, weights: Any) -> float:
    poor, share, weight = _given(measure, welfare, line, reached, weights)
    total = float(weight[poor].sum())
    return float((weight * share)[poor].sum() / total) if total > 0 else float("nan")


def undercoverage(welfare: Any, line: Any, reached: Any, weights: Any = None) -> float:
    """Exclusion error: share of the poor that is not reached, one less the coverage."""
    return 1.0 - _coverage("undercoverage", welfare, line, reached, weights)


def leakage(welfare: Any, line: Any, reached: Any, weights: Any = None) -> float:
    """Inclusion error: share of the reached that is not poor; NaN where nobody is reached."""
    poor, share, weight = _given("leakage", welfare, line, reached, weights)
    total = float((weight * share).sum())
    return float((weight * share)[~poor].sum() / total) if total > 0 else float("nan")


def coady_grosh_hoddinott(welfare: Any, benefit: Any, weights: Any = None, *, target: float = 0.4) -> float:
    """Share of benefits that goes to the poorest `target` of the population, over `target`.

    Coady, Grosh and Hoddinott (2004): 1 is what a transfer to everybody would do.
    """
    if isinstance(target, bool) or not 0 < target < 1:
        raise InputError(f"coady_grosh_hoddinott.target must be a share in (0, 1); got {target!r}")
    return float(incidence(welfare, benefit, weights, cuts=(target,))[0] / target)


def incidence(welfare: Any, benefit: Any, weights: Any = None, *, cuts: tuple[float, ...] | None = None) -> Floats:
    """Share of benefits by quantile of welfare, shape (quantile,); tenths unless `cuts` are given.

    benefit : array, shape (household,) [currency], a person's or a household's as the weights are; not negative.
    A household on the edge of a quantile is divided between its two sides.
    """
    values, weight = weighted("incidence", welfare, weights)
    amounts = vector("incidence", "benefit", benefit, values.size)
    if (amounts < 0).any() or not (amounts * weight).sum() > 0:
        raise InputError(
            f"incidence.benefit must be at least 0, and above 0 somewhere; got {amounts.min()} at least"
        )
    inner = np.arange(1, 10) / 10 if cuts is None else np.asarray(cuts, dtype=np.float64)
    edges = np.concatenate([[0.0], inner, [1.0]])
    if not (np.diff(edges) > 0).all():
        raise InputError(f"incidence.cuts must be rising shares in (0, 1); got {cuts!r}")
    # Households of equal welfare are one step of the curve, so that the order of rows does not matter.
    levels, level = np.unique(values, return_inverse=True)
    people = np.concatenate([[0.0], np.cumsum(np.bincount(level, weights=weight, minlength=levels.size))])
    given = np.concatenate([[0.0], np.cumsum(np.bincount(level, weights=weight * amounts, minlength=levels.size))])
    return np.diff(np.interp(edges, people / people[-1], given / given[-1]))


def adequacy(welfare: Any, benefit: Any, weights: Any = None) -> float:
    """Mean benefit of those who get one, as a share of their mean welfare; NaN where nobody gets one."""
    values, weight = weighted("adequacy", welfare, weights)
    amounts = vector("adequacy", "benefit", benefit, values.size)
    got = amounts > 0
    total = float((weight * values)[got].sum())
    return float((weight * amounts)[got].sum() / total) if total > 0 else float("nan")
