"""Decompositions of poverty and inequality: by subgroup, over time, and into factors.

Parts by subgroup come as pandas frames, one row a group; parts that are a handful of named numbers as frozen
results, so that `parts.growth` reads as the formula does. Shapes and errors as in `poverty`. Zero and negative
welfare counts, or is refused, as the measure that is decomposed has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import ArrayLike, Floats, Rows
from graduasi.errors import InputError
from graduasi.measures.checks import above_line, array, choice, finite, number, scaled, weighted
from graduasi.measures.inequality import generalised_entropy
from graduasi.measures.poverty import fgt, headcount, income_gap_ratio, relative, sen_shorrocks_thon

if TYPE_CHECKING:
    import pandas as pd


REFERENCES = ("initial", "final", "mean", "shapley")
ON_LINE = 1e-12  # of the line: rounding of a mean, and of welfare that is scaled to another


def _labelled(measure: str, groups: ArrayLike, size: int) -> tuple[pd.Index, Rows]:
    """Labels in order, and the number of each household's."""
    import pandas as pd

    labels_given = array(f"{measure}.groups", groups) if np.ma.isMaskedArray(groups) else groups
    try:
        given = pd.Series(labels_given)
        given = given.reset_index(drop=True)
        codes, labels = pd.factorize(given, sort=True)
    except (TypeError, ValueError) as reason:
        raise InputError(f"{measure}.groups must be labels that can be sorted, one a household") from reason
    if given.size != size:
        raise InputError(f"{measure}.groups must have {size} values, one a household; got {given.size}")
    missing = given.isna().to_numpy()
    if missing.any():
        first = int(np.flatnonzero(missing)[0])
        raise InputError(
            f"{measure}.groups must have no missing labels; got one at position {first} ({missing.sum()} in all)"
        )
    return labels, codes


def _totals(codes: Rows, values: Floats, count: int) -> Floats:
    return np.bincount(codes, weights=values, minlength=count).astype(np.float64, copy=False)


def decompose_fgt(
    welfare: ArrayLike, line: ArrayLike, groups: ArrayLike, alpha: float, weights: ArrayLike | None = None
) -> pd.DataFrame:
    """FGT(alpha) by subgroup (Foster, Greer and Thorbecke 1984, Econometrica 52), one row a group, sorted by label.

    groups : labels, shape (household,).

    Columns: `population_share`; `fgt`, the group's own (NaN where nobody of the group counts); `contribution` =
    share x own, which adds up to FGT(alpha) of all; `contribution_share`, NaN where nobody is poor.
    """
    import pandas as pd

    number("decompose_fgt", "alpha", alpha, 0)
    values, weight = weighted("decompose_fgt", welfare, weights)
    amount = above_line("decompose_fgt", line, values.size)
    labels, codes = _labelled("decompose_fgt", groups, values.size)
    poor = values < amount
    gap = 1.0 - relative(values, amount, weight)
    with np.errstate(over="ignore"):
        depth = poor.astype(np.float64) if alpha == 0 else gap**alpha
    if not np.isfinite(depth).all():
        finite("decompose_fgt", np.inf)
    people = _totals(codes, weight, len(labels))
    held = _totals(codes, weight * depth, len(labels))
    total = weight.sum()
    own = np.divide(held, people, out=np.full(len(labels), np.nan), where=people > 0)
    contribution = held / total
    of_all = contribution / contribution.sum() if contribution.sum() > 0 else np.full(len(labels), np.nan)
    columns = {
        "population_share": people / total, "fgt": own, "contribution": contribution, "contribution_share": of_all,
    }  # fmt: skip
    return pd.DataFrame(columns, index=pd.Index(labels, name="group"))


@frozen(kw_only=True)
class EntropyDecomposition:
    """Generalised entropy within and between groups; `groups` has one row a group."""

    total: float
    within: float
    between: float
    groups: pd.DataFrame


def decompose_entropy(
    welfare: ArrayLike, groups: ArrayLike, alpha: float, weights: ArrayLike | None = None
) -> EntropyDecomposition:
    """GE(alpha) within and between groups (Shorrocks 1980, Econometrica 48); they add up to the total.

    within = sum of share x (group mean / mean)^alpha x own GE(alpha); between = GE(alpha) of the group means.
    `groups` has columns `population_share`, `relative_mean`, `entropy`, `contribution` (to within). Groups of which
    nobody counts are left out. Zero welfare is refused for alpha <= 0, negative always, and a group of mean 0.
    """
    import pandas as pd

    total = generalised_entropy(welfare, alpha, weights)
    values, weight = weighted("decompose_entropy", welfare, weights)
    values = scaled(values)
    labels, codes = _labelled("decompose_entropy", groups, values.size)
    people = _totals(codes, weight, len(labels))
    counted = people > 0
    means = _totals(codes, weight * values, len(labels))[counted] / people[counted]
    share = people[counted] / weight.sum()
    if not (means > 0).all():
        first = labels[counted][int(np.argmin(means > 0))]
        raise InputError(f"decompose_entropy.welfare must have a mean above 0 in every group; got 0 in {first!r}")
    relative = means / (share * means).sum()
    # One sort by group, then each group is a slice.
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(labels) + 1))
    slices = [order[ends[k] : ends[k + 1]] for k in np.flatnonzero(counted)]
    own = np.array([generalised_entropy(values[part], alpha, weight[part] / weight[part].max()) for part in slices])
    contribution = share * relative**alpha * own
    columns = {"population_share": share, "relative_mean": relative, "entropy": own, "contribution": contribution}
    return EntropyDecomposition(
        total=total,
        within=float(contribution.sum()),
        between=generalised_entropy(means, alpha, share),
        groups=pd.DataFrame(columns, index=pd.Index(labels[counted], name="group")),
    )


@frozen(kw_only=True)
class GrowthInequality:
    """A change of poverty = growth + inequality + residual."""

    change: float
    growth: float
    inequality: float
    residual: float
    reference: str


def decompose_change(
    before: ArrayLike,
    after: ArrayLike,
    line: ArrayLike,
    weights_before: ArrayLike | None = None,
    weights_after: ArrayLike | None = None,
    *,
    line_after: ArrayLike | None = None,
    measure: Callable[[Floats, Floats, Floats], float] = headcount,
    reference: str = "shapley",
) -> GrowthInequality:
    """Growth and inequality parts of a change of poverty between two cross-sections.

    before, after : welfare, shapes (household,) of each; the two need not be the same households.
    line, line_after : the line of each date, in the money of that date; the same where None.
    measure : any function of (welfare, line, weights), such as `watts`, that depends on welfare / line alone.
    reference : with P(m, L) poverty at mean m and Lorenz curve L (Datt and Ravallion 1992, JDE 38),
        "initial": growth P(m1, L0) - P(m0, L0), inequality P(m0, L1) - P(m0, L0), and the residual, which is the
        interaction; "final": the same from the final date, where the residual has the other sign; "mean": the mean
        of both, without residual. "shapley" is the same number as "mean" for two factors (Kakwani 2000; Shorrocks
        2013, Journal of Economic Inequality 11).

    Means are of welfare / line, and must be above 0 at both dates. Welfare moved to another mean that lies within
    1e-12 of its line is a household on the line and not poor, unless the households that the other date really has
    there are below theirs: else rounding would take a household on the line for poor.
    """
    choice("decompose_change", "reference", reference, REFERENCES)
    if not callable(measure):
        raise InputError(
            f"decompose_change.measure must be a function of (welfare, line, weights); got {measure!r}"
        )
    first, weight_first = weighted("decompose_change", before, weights_before)
    second, weight_second = weighted("decompose_change", after, weights_after)
    line_first = above_line("decompose_change", line, first.size)
    line_second = above_line("decompose_change", line if line_after is None else line_after, second.size)
    mean_first = _mean_lines(first, line_first, weight_first)
    mean_second = _mean_lines(second, line_second, weight_second)
    if not min(mean_first, mean_second) > 0:
        raise InputError(
            "decompose_change.welfare must have a mean above 0 at both dates; "
            f"got {mean_first:g} and {mean_second:g} lines"
        )
    ratio = mean_second / mean_first
    if abs(ratio - 1.0) <= ON_LINE:
        ratio = 1.0
    old = measure(first, line_first, weight_first)
    new = measure(second, line_second, weight_second)
    grown = measure(_moved(first, ratio, line_first, second / line_second), line_first, weight_first)
    reshaped = measure(_moved(second, 1.0 / ratio, line_second, first / line_first), line_second, weight_second)
    change, residual = new - old, new - grown - reshaped + old
    if reference == "initial":
        growth, inequality = grown - old, reshaped - old
    elif reference == "final":
        growth, inequality, residual = new - reshaped, new - grown, -residual
    else:
        growth, inequality = (grown - old + new - reshaped) / 2, (reshaped - old + new - grown) / 2
        residual = 0.0
    return GrowthInequality(
        change=change, growth=growth, inequality=inequality, residual=residual, reference=reference
    )


def _mean_lines(welfare: Floats, line: Floats, weight: Floats) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return finite("decompose_change", (welfare / line * weight).sum() / weight.sum())


def _moved(welfare: Floats, ratio: float, line: Floats, seen: Floats) -> Floats:
    """Welfare times `ratio`; what comes to the line by rounding lies on it, or just below it as the `seen` do.

    seen : welfare / line of the other date, shape (household,).
    """
    with np.errstate(over="ignore"):
        moved = welfare if ratio == 1.0 else np.minimum(welfare * ratio, np.finfo(float).max)
        lines = moved / line
    near = np.abs(lines - 1.0) <= ON_LINE
    if ratio == 1.0 or not near.any():
        return moved
    there = np.unique(seen[np.abs(seen - 1.0) <= ON_LINE])
    there = there if there.size else np.ones(1)
    nearest = there[np.searchsorted((there[1:] + there[:-1]) / 2.0, lines[near])]
    moved[near] = np.where(nearest < 1.0, np.nextafter(line[near], 0.0), line[near])
    return moved


@frozen(kw_only=True)
class SenShorrocksThon:
    """The index = headcount x income_gap_ratio x inequality, the last being 1 + the Gini of gaps of all."""

    index: float
    headcount: float
    income_gap_ratio: float
    inequality: float


def decompose_sen_shorrocks_thon(
    welfare: ArrayLike, line: ArrayLike, weights: ArrayLike | None = None
) -> SenShorrocksThon:
    """Factors of the Sen-Shorrocks-Thon index (Osberg and Xu 2000, Review of Income and Wealth 46).

    Where nobody is poor the index is 0 and `inequality` 1. Zero and negative welfare count as they are.
    """
    index = sen_shorrocks_thon(welfare, line, weights)
    share = headcount(welfare, line, weights)
    ratio = income_gap_ratio(welfare, line, weights)
    gap = fgt(welfare, line, 1, weights)
    return SenShorrocksThon(
        index=index, headcount=share, income_gap_ratio=ratio, inequality=index / gap if gap > 0 else 1.0
    )


def change_of_sen_shorrocks_thon(before: SenShorrocksThon, after: SenShorrocksThon) -> SenShorrocksThon:
    """Changes in logs: that of `index` is the sum of those of the three factors (Osberg and Xu 2000).

    There must be poor at both dates.
    """
    if not (before.index > 0 and after.index > 0):
        raise InputError(
            "change_of_sen_shorrocks_thon.index must be above 0 at both dates; "
            f"got {before.index:g} and {after.index:g}"
        )
    return SenShorrocksThon(
        index=math.log(after.index / before.index),
        headcount=math.log(after.headcount / before.headcount),
        income_gap_ratio=math.log(after.income_gap_ratio / before.income_gap_ratio),
        inequality=math.log(after.inequality / before.inequality),
    )
