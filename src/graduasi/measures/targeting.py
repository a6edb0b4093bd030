"""Targeting measures: who is reached, by the truth; see `poverty` for shapes and errors.

reached : array, shape (household,), of True and False, or of the reached share of each household's families.

Zero and negative welfare count as they are: it only ranks and divides the poor from the others, except in
`adequacy` and `gap_benefit_cost`, which say what they do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from graduasi._typing import ArrayLike, Bools, Floats
from graduasi.errors import InputError
from graduasi.measures import checks
from graduasi.measures.checks import above_line, array, scaled, unit_of, vector, weighted
from graduasi.measures.ranks import Levels


def _given(
    measure: str, welfare: ArrayLike, line: ArrayLike, reached: ArrayLike, weights: ArrayLike | None
) -> tuple[Bools, Floats, Floats]:
    values, weight = weighted(measure, welfare, weights)
    poor = values < above_line(measure, line, values.size)
    return poor, _reached(measure, reached, values.size), weight


def _reached(measure: str, reached: ArrayLike, size: int) -> Floats:
    given = array(f"{measure}.reached", reached)
    share = vector(measure, "reached", given.astype(np.float64) if given.dtype == np.bool_ else given, size)
    if ((share < 0) | (share > 1)).any():
        raise InputError(f"{measure}.reached must be shares in [0, 1]; got {share.min()} to {share.max()}")
    return share


def coverage(welfare: ArrayLike, line: ArrayLike, reached: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Share of the poor that is reached; NaN where nobody is poor."""
    return _coverage("coverage", welfare, line, reached, weights)


def _coverage(
    measure: str, welfare: ArrayLike, line: ArrayLike, reached: ArrayLike, weights: ArrayLike | None
) -> float:
    poor, share, weight = _given(measure, welfare, line, reached, weights)
    total = float((weight * poor).sum())
    return float((weight * poor * share).sum() / total) if total > 0 else float("nan")


def undercoverage(
    welfare: ArrayLike, line: ArrayLike, reached: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Exclusion error: share of the poor that is not reached, one less the coverage."""
    return 1.0 - _coverage("undercoverage", welfare, line, reached, weights)


def leakage(welfare: ArrayLike, line: ArrayLike, reached: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Inclusion error: share of the reached that is not poor; NaN where nobody is reached."""
    poor, share, weight = _given("leakage", welfare, line, reached, weights)
    total = float((weight * share).sum())
    return float((weight * share * ~poor).sum() / total) if total > 0 else float("nan")


def coady_grosh_hoddinott(
    welfare: ArrayLike, benefit: ArrayLike, weights: ArrayLike | None = None, *, target: float = 0.4
) -> float:
    """Share of benefits that goes to the poorest `target` of the population, over `target`.

    Coady, Grosh and Hoddinott (2004): 1 is what a transfer to everybody would do.
    """
    checks.share("coady_grosh_hoddinott", "target", target, "a share in (0, 1)", 0.0, np.nextafter(1.0, 0.0))
    first = _incidence("coady_grosh_hoddinott", welfare, _benefits, benefit, weights, (target,))[0]
    return checks.finite("coady_grosh_hoddinott", first / target)


def benefit_incidence(
    welfare: ArrayLike,
    benefit: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    cuts: tuple[float, ...] | None = None,
) -> Floats:
    """Share of all money given that goes to each quantile of welfare, shape (quantile,); tenths unless `cuts`.

    benefit : array, shape (household,) [currency], a person's or a household's as the weights are; not negative.

    A household on the edge of a quantile is divided between its two sides; households of equal welfare are one
    step.
    """
    return _incidence("benefit_incidence", welfare, _benefits, benefit, weights, cuts)


def beneficiary_incidence(
    welfare: ArrayLike,
    reached: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    cuts: tuple[float, ...] | None = None,
) -> Floats:
    """Share of all who are reached that is in each quantile of welfare, shape (quantile,); tenths unless `cuts`.

    Counts heads where `benefit_incidence` counts money. Edges and ties as there.
    """
    return _incidence("beneficiary_incidence", welfare, _heads, reached, weights, cuts)


def _benefits(measure: str, benefit: ArrayLike, weight: Floats) -> Floats:
    amounts = vector(measure, "benefit", benefit, weight.size)
    small = scaled(amounts)
    if (amounts < 0).any() or not (small * weight).sum() > 0:
        raise InputError(
            f"{measure}.benefit must be at least 0, and above 0 somewhere; got {amounts.min()} at least"
        )
    return small


def _heads(measure: str, reached: ArrayLike, weight: Floats) -> Floats:
    share = _reached(measure, reached, weight.size)
    if not (share * weight).sum() > 0:
        raise InputError(f"{measure}.reached must be above 0 somewhere; got 0 throughout")
    return share


def _incidence(
    measure: str,
    welfare: ArrayLike,
    read: Callable[[str, ArrayLike, Floats], Floats],
    given: ArrayLike,
    weights: ArrayLike | None,
    cuts: tuple[float, ...] | None,
) -> Floats:
    values, weight = weighted(measure, welfare, weights)
    amounts = read(measure, given, weight)
    inner = np.arange(1, 10) / 10 if cuts is None else np.atleast_1d(checks.floats(f"{measure}.cuts", cuts))
    edges = np.concatenate([[0.0], inner.ravel(), [1.0]])
    if inner.ndim != 1 or not (edges[1:] > edges[:-1]).all():
        raise InputError(f"{measure}.cuts must be rising shares in (0, 1); got {cuts!r}")
    # Households of equal welfare are one step of the curve, so that the order of rows does not matter.
    levels = Levels.of(values)
    people, held = (np.append(0.0, levels.through(each)) for each in (weight, weight * amounts))
    return np.diff(np.interp(edges, people / people[-1], held / held[-1]))


def transfer_share_to_poor(
    welfare: ArrayLike, line: ArrayLike, benefit: ArrayLike, weights: ArrayLike | None = None
) -> float:
    """Share of all money given that goes to the poor; one less it is the leakage of money.

    welfare : that decides who is poor, which is welfare before the transfer as a rule.
    benefit : as in `benefit_incidence`.
    """
    values, weight = weighted("transfer_share_to_poor", welfare, weights)
    poor = values < above_line("transfer_share_to_poor", line, values.size)
    money = weight * _benefits("transfer_share_to_poor", benefit, weight)
    return float(money[poor].sum() / money.sum())


def gap_benefit_cost(
    before: ArrayLike,
    after: ArrayLike,
    line: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    cost: ArrayLike | None = None,
) -> float:
    """Reduction of the poverty gap per unit of money spent: 1 where every unit closes a unit of somebody's gap.

    before, after : welfare without and with the transfer, shapes (household,) [currency].
    cost : array, shape (household,) [currency], what was spent on each, delivery included; after - before where
        None. Its weighted total must be above 0. Negative where the programme widens the gap.

    Ravallion (2009), World Bank Research Observer 24, uses it as the cost-effectiveness of targeting. Gaps of zero
    and negative welfare are closed in full from where they are.
    """
    values, weight = weighted("gap_benefit_cost", before, weights)
    reached = vector("gap_benefit_cost", "after", after, values.size)
    amount = above_line("gap_benefit_cost", line, values.size)
    paid = None if cost is None else vector("gap_benefit_cost", "cost", cost, values.size)
    unit = unit_of(values, reached, *([] if paid is None else [paid]))
    with np.errstate(over="ignore"):
        amount = amount / unit
    values, reached = values / unit, reached / unit
    spent = reached - values if paid is None else paid / unit
    total = float((weight * spent).sum())
    if not total > 0:
        raise InputError(f"gap_benefit_cost.cost must be above 0 in total; got {total * unit:g}")
    closed = np.minimum(reached, amount) - np.minimum(values, amount)
    return checks.finite("gap_benefit_cost", float((weight * closed).sum()) / total)


def adequacy(welfare: ArrayLike, benefit: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean benefit of those who get one, as a share of their mean welfare.

    benefit : array, shape (household,) [currency a person]; not negative.

    Zero and negative welfare count as they are; NaN where nobody gets a benefit, or their mean welfare is not
    above 0.
    """
    values, weight = weighted("adequacy", welfare, weights)
    amounts = vector("adequacy", "benefit", benefit, values.size)
    if (amounts < 0).any():
        raise InputError(f"adequacy.benefit must be at least 0; got {amounts.min()}")
    unit = unit_of(values, amounts)
    got = weight * (amounts > 0)
    total = float((got * (values / unit)).sum())
    with np.errstate(over="ignore"):
        return checks.finite("adequacy", (got * (amounts / unit)).sum() / total) if total > 0 else float("nan")
