"""Curves: poverty incidence with deficit and severity, stochastic dominance, and growth incidence.

Quantile(p) of a weighted sample is the smallest welfare at or below which a share p of the population lives (the
inverse of the distribution function, R's type 1). All areas are exact sums over the steps of that function. Zero
and negative welfare count as they are in incidence curves; growth needs quantiles above 0 at both dates.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import ArrayLike, Floats
from graduasi.errors import InputError
from graduasi.measures.checks import (
    WHOLE,
    above_line,
    array,
    choice,
    finite,
    log_ratio,
    number,
    unit_of,
    vector,
    weighted,
)
from graduasi.measures.ranks import ROUNDING, Levels

if TYPE_CHECKING:
    import pandas as pd


FLAT = 1e-12  # rounding of curves relative to the range of lines
RATES = ("compound", "log")


class _Steps:
    """Distinct welfare levels, sorted, with the dominance curves of order 1 to 3 just after each.

    unit : what welfare is divided by, so that its squares are floats.
    """

    def __init__(self, measure: str, welfare: ArrayLike, weights: ArrayLike | None, unit: float = 1.0) -> None:
        values, weight = weighted(measure, welfare, weights)
        values = values if unit == 1.0 else values / unit
        levels = Levels.of(values)
        self.level = levels.value
        self.share = levels.through(weight) / weight[levels.order].sum()
        self.share[-1] = 1.0

    @cached_property
    def curves(self) -> tuple[Floats, Floats, Floats]:
        """The curves of order 1 to 3 at each level."""
        # Sums of positive pieces from the poorest up: no cancellation in the deep tail.
        width = np.diff(self.level)
        deficit = np.concatenate([[0.0], np.cumsum(self.share[:-1] * width)])
        pieces = deficit[:-1] * width + self.share[:-1] * width**2 / 2
        return self.share, deficit, np.concatenate([[0.0], np.cumsum(pieces)])

    def below(self, amounts: Floats) -> Floats:
        """Share below amounts: nobody on an amount is under it."""
        index = np.searchsorted(self.level, amounts, side="left") - 1
        return np.where(index >= 0, self.share[np.maximum(index, 0)], 0.0)

    def at(self, amounts: Floats, order: int) -> Floats:
        """The curve of an order at amounts, from below."""
        if order == 1:
            return self.below(amounts)
        index = np.searchsorted(self.level, amounts, side="left") - 1
        known = np.maximum(index, 0)
        beyond = amounts - self.level[known]
        share, deficit, severity = (curve[known] for curve in self.curves)
        value = (deficit + share * beyond, severity + deficit * beyond + share * beyond**2 / 2)[order - 2]
        return np.where(index >= 0, value, 0.0)


def incidence_curve(welfare: ArrayLike, amounts: ArrayLike, weights: ArrayLike | None = None) -> pd.DataFrame:
    """Poverty at every amount taken as a line: curves of order 1 to 3 (Atkinson 1987, Econometrica 55).

    amounts : array, shape (amount,) [money], in any order; any finite number. One sort, then a look-up an amount.

    Columns: `amount`; `incidence`, the share below it (P0); `deficit`, the mean shortfall [money] (P1 x amount),
    which is the area under incidence; `severity`, the area under deficit [money^2] (P2 x amount^2 / 2).
    """
    import pandas as pd

    at = vector("incidence_curve", "amounts", amounts)
    unit = unit_of(at, vector("incidence_curve", "welfare", welfare))
    steps = _Steps("incidence_curve", welfare, weights, unit)
    columns = {
        name: steps.at(at / unit, order) for order, name in enumerate(("incidence", "deficit", "severity"), 1)
    }
    columns["deficit"] *= unit
    with np.errstate(over="ignore"):
        columns["severity"] *= unit
        columns["severity"] *= unit
    finite("incidence_curve", float(columns["severity"].max()))
    return pd.DataFrame({"amount": at, **columns})


@frozen(kw_only=True)
class Dominance:
    """Which of two distributions has less poverty at every line in [low, high].

    verdict : "first" or "second" where the curve of that one is nowhere above the other's and somewhere below it;
        "equal" where they are the same; "neither" where they cross.
    crossing : the lowest line by which each has been below the other once; None where they don't cross.
    most, least : largest and smallest difference of the curves, first less second.
    """

    order: int
    low: float
    high: float
    verdict: str
    crossing: float | None
    most: float
    least: float


def dominance(
    first: ArrayLike,
    second: ArrayLike,
    low: float,
    high: float,
    weights_first: ArrayLike | None = None,
    weights_second: ArrayLike | None = None,
    *,
    order: int = 1,
) -> Dominance:
    """Poverty of two distributions compared at all lines from low to high (Foster and Shorrocks 1988).

    order : 1 compares incidence, and with it every measure that falls when somebody poor gains; 2 deficits
        (measures that also heed transfers); 3 severities.

    Curves are compared at every point where they could be furthest apart, so that no crossing is missed.
    Differences within 1e-12 of the largest possible are rounding. It compares samples; it is no test of
    populations.
    """
    if isinstance(order, bool) or not isinstance(order, WHOLE) or order not in {1, 2, 3}:
        raise InputError(f"dominance.order must be 1, 2 or 3; got {order!r}")
    number("dominance", "low", low, -np.finfo(float).max)
    number("dominance", "high", high, low)
    low, high = float(low), float(high)
    given = [vector("dominance", "welfare", each) for each in (first, second)]
    unit = unit_of(np.array([low, high], dtype=np.float64), *given)
    low, high = low / unit, high / unit
    steps = _Steps("dominance", first, weights_first, unit), _Steps("dominance", second, weights_second, unit)
    knots = np.union1d(steps[0].level, steps[1].level)
    inside = knots[(knots >= low) & (knots < high)]
    # Just above a level its households are below the line; the next float is close enough to the limit.
    at = np.unique(np.concatenate([[low, high], inside, np.nextafter(inside, np.inf)]))
    at = at[at <= high]
    if order == 3:
        slope = steps[0].at(at, 2) - steps[1].at(at, 2)
        turns = np.flatnonzero(slope[:-1] * slope[1:] < 0)
        part = slope[turns] / (slope[turns] - slope[turns + 1])
        at = np.unique(np.concatenate([at, at[turns] + part * (at[turns + 1] - at[turns])]))
    gap = steps[0].at(at, order) - steps[1].at(at, order)
    start = min(steps[0].level[0], steps[1].level[0], high)
    near = FLAT * float((high - start) ** (order - 1)) if order > 1 else FLAT
    above, below = gap > near, gap < -near
    crossing = None
    if above.any() and below.any():
        verdict = "neither"
        crossing = float(at[max(int(np.argmax(above)), int(np.argmax(below)))])
    else:
        verdict = "second" if above.any() else "first" if below.any() else "equal"
    with np.errstate(over="ignore"):
        most, least = (finite("dominance", end * unit ** (order - 1)) for end in (gap.max(), gap.min()))
    return Dominance(
        order=int(order),
        low=float(low * unit),
        high=float(high * unit),
        verdict=verdict,
        crossing=None if crossing is None else crossing * unit,
        most=most,
        least=least,
    )


def quantiles(welfare: ArrayLike, shares: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Welfare at shares of the population, shape (share,): the smallest at or below which that share lives.

    shares : array, shape (share,), in (0, 1].
    """
    at = vector("quantiles", "shares", shares)
    if ((at <= 0) | (at > 1)).any():
        raise InputError(f"quantiles.shares must be in (0, 1]; got {at.min():g} to {at.max():g}")
    steps = _Steps("quantiles", welfare, weights)
    return _quantiles(steps, at)


def _quantiles(steps: _Steps, at: Floats) -> Floats:
    # A share that a sum of weights misses by rounding is that share.
    found: Floats = steps.level[np.searchsorted(steps.share, at * (1.0 - ROUNDING), side="left")]
    return found


def growth_incidence(
    before: ArrayLike,
    after: ArrayLike,
    weights_before: ArrayLike | None = None,
    weights_after: ArrayLike | None = None,
    *,
    shares: ArrayLike | None = None,
    years: float = 1,
    rate: str = "compound",
) -> pd.DataFrame:
    """Growth of each quantile between two cross-sections (Ravallion and Chen 2003, Economics Letters 78).

    Anonymous: the poorest tenth of each date are compared, who need not be the same people.
    shares : of the population, in (0, 1]; .01 to .99 where None. years : time between the two; growth is a year's.
    rate : "compound", (after / before)^(1 / years) - 1, .05 being 5%; "log", log(after / before) / years.

    Columns: `share`, `before`, `after`, `growth`.
    """
    import pandas as pd

    at = np.arange(1, 100) / 100 if shares is None else vector("growth_incidence", "shares", shares)
    if ((at <= 0) | (at > 1)).any():
        raise InputError(f"growth_incidence.shares must be in (0, 1]; got {at.min():g} to {at.max():g}")
    old = _quantiles(_Steps("growth_incidence", before, weights_before), at)
    new = _quantiles(_Steps("growth_incidence", after, weights_after), at)
    growth = _growth("growth_incidence", old, new, years, rate)
    return pd.DataFrame({"share": at, "before": old, "after": new, "growth": growth})


def _growth(measure: str, old: Floats, new: Floats, years: float, rate: str) -> Floats:
    choice(measure, "rate", rate, RATES)
    number(measure, "years", years, 0)
    if years == 0:
        raise InputError(f"{measure}.years must be above 0; got {years!r}")
    if not (min(old.min(), new.min()) > 0):
        raise InputError(
            f"{measure}.welfare must have quantiles above 0 at both dates; got {min(old.min(), new.min()):g}"
        )
    with np.errstate(over="ignore"):
        logs: Floats = log_ratio(new, old) / years
        found = logs if rate == "log" else np.expm1(logs)
    finite(measure, float(np.abs(found).max()))
    return found


def growth_of_the_poor(
    before: ArrayLike,
    after: ArrayLike,
    line: float,
    weights_before: ArrayLike | None = None,
    weights_after: ArrayLike | None = None,
    *,
    years: float = 1,
    rate: str = "log",
) -> float:
    """Mean growth rate of the poor: area under the growth-incidence curve up to the first headcount, over it.

    Ravallion and Chen (2003). In logs, while no quantile crosses the line, it is minus the change of
    the Watts index over the headcount, a year; quantiles that rise through the line count with all their growth.
    The area is exact. NaN where nobody was poor.
    """
    if np.ndim(array("growth_of_the_poor.line", line)) > 0:
        raise InputError(f"growth_of_the_poor.line must be one amount; got {line!r}")
    amount = above_line("growth_of_the_poor", line, 1)
    old = _Steps("growth_of_the_poor", before, weights_before)
    new = _Steps("growth_of_the_poor", after, weights_after)
    poor = float(old.below(amount)[0])
    if poor == 0:
        return float("nan")
    edges = np.union1d(old.share, new.share)
    edges = np.append(edges[edges < poor], poor)
    width = np.diff(edges, prepend=0.0)
    growth = _growth("growth_of_the_poor", _quantiles(old, edges), _quantiles(new, edges), years, rate)
    return float((width * growth).sum() / poor)
