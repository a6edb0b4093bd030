"""A fitted distribution bent to the published points of its Lorenz curve and quantiles, where the family cannot.

Records can only be weighted to a share of welfare that their own amounts bracket. Where a family is so far from
the tenths that some records do not, its density is tilted over the whole of the body too, to the nearest density
(Csiszar 1975) that has the shares of persons and of welfare below each published point. Amounts at shares that are
published without one (the ends of tenths) are put between the mean amounts of the two sides, as near the family's
as they can be.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from attrs import evolve, frozen

from graduasi.errors import FitError
from graduasi.population.balancing import entropy_balance
from graduasi.population.synthesis.figures import DECILES, Published
from graduasi.population.synthesis.fit import DEEPEST, Fitted, line_moments

LOWER, UPPER = 3_000, 3_000  # cells below the highest line, and from there to the highest point
MARGIN = 0.05  # of the way between the two means that an amount keeps from either
FAR = 1e-6  # share of persons beyond the end of the tilt
MEANS = np.geomspace(0.6, 1.0 / 0.6, 241)  # tried where no mean is published, times the family's
TILTED = (
    "the family is far from the published tenths or quantiles: its density was bent to them above the lines too"
)


@frozen
class _Point:
    """A point of the distribution: a share of persons, the amount at it, the welfare that they hold."""

    share: float
    amount: float | None = None
    held: float | None = None  # [currency per person of all]


def tilt_body(fitted: Fitted) -> Fitted:
    """The distribution nearest to `fitted` with the published tenths, median, quantiles and lines.

    Raises FitError where nothing is published to bend it to, or no density has it all.
    """
    published = fitted.published
    fails = FitError("the published points of the distribution contradict each other")
    if published.deciles is None and published.median is None and not published.quantiles:
        raise FitError("no tenths, median or quantiles are published that the family could be bent to")
    means = [published.mean] if published.mean is not None else _means(fitted)
    for mean in means:
        points = _placed(_points(published, mean), mean, fitted)
        if points is None:
            continue
        if published.mean is not None or published.deciles is not None:
            points.append(_far(points[-1], mean, fitted))
        try:
            edges, below = _tilted(fitted, points)
        except FitError as unmet:
            fails = unmet
            continue
        return evolve(fitted, edges=edges, below=below, notes=(*fitted.notes, TILTED))
    raise fails


def _means(fitted: Fitted) -> list[float]:
    """Means to try, those that leave the points in order, the nearest to the family's first; at most five."""
    own = float(fitted.held(np.array([1.0]))[0])
    near = sorted(own * MEANS, key=lambda mean: abs(np.log(mean / own)))
    fine = [mean for mean in near if _placed(_points(fitted.published, mean), mean, fitted) is not None]
    return [float(mean) for mean in fine[:: max(len(fine) // 5, 1)][:5]]


def _points(published: Published, mean: float) -> list[_Point]:
    """Every published point, shares rising; a known amount wins where two are of one share."""
    known = [*published.quantiles, *(((0.5, published.median),) if published.median is not None else ())]
    found = {share: _Point(share, amount) for share, amount in known}
    for each in published.lines:
        line, gap = each.line.amount, each.gap
        held = None if gap is None else line * (each.headcount - gap)
        found[each.headcount] = _Point(each.headcount, line, held)
    if published.shares is not None:
        cumulated = np.cumsum(published.shares)
        for decile in range(1, DECILES):
            share = decile / DECILES
            amount = found[share].amount if share in found else None
            found[share] = _Point(share, amount, float(cumulated[decile - 1]) * mean)
    return [found[share] for share in sorted(found)]


def _placed(points: list[_Point], mean: float, fitted: Fitted) -> list[_Point] | None:
    """The same with an amount at each, or None where the known ones are not between the means beside them."""
    ends = [_Point(0.0, 0.0, 0.0), *(point for point in points if point.held is not None), _Point(1.0, None, mean)]
    slopes = [_slope(low, high) for low, high in pairwise(ends)]
    if any(high <= low for low, high in pairwise(slopes)) or slopes[0] <= 0:
        return None
    beside = [_beside(point, ends, slopes) for point in points]
    if not all(_fits(point, *means) for point, means in zip(points, beside, strict=True)):
        return None
    room = np.array([_room(point, *means) for point, means in zip(points, beside, strict=True)]).reshape(-1, 2)
    # Amounts rise: none is below the floor of one before it, nor above the ceiling of one after it.
    low, high = np.maximum.accumulate(room[:, 0]), np.minimum.accumulate(room[::-1, 1])[::-1]
    if (low > high).any():
        return None
    wish = fitted.quantile(np.array([point.share for point in points]))
    amounts = np.clip(np.maximum.accumulate(wish), low, high)
    if (np.diff(amounts) <= 0).any():
        return None
    return [evolve(point, amount=float(amount)) for point, amount in zip(points, amounts, strict=True)]


def _beside(point: _Point, ends: list[_Point], slopes: list[float]) -> tuple[float, float]:
    """Mean welfare of the stretches below and above a point, between which its amount lies; 0 and infinity beyond.

    A stretch runs between two points whose welfare is known: slopes[k] is that from ends[k] to ends[k + 1].
    """
    # ends at 0, .1, .5, 1 -> 3 stretches; a point at .1 is between 0 and 1; one at .3 inside 1, so between 0 and 2
    before = sum(end.share < point.share for end in ends)
    above = slopes[before] if before < len(slopes) else np.inf
    if point.held is not None:
        return slopes[before - 1], above
    return slopes[before - 2] if before > 1 else 0.0, above


def _fits(point: _Point, below: float, above: float) -> bool:
    return point.amount is None or below < point.amount < above


def _room(point: _Point, below: float, above: float) -> tuple[float, float]:
    """Where the amount of a point may lie: where it is known to be, or off the means beside it."""
    if point.amount is not None:
        return point.amount, point.amount
    keep = MARGIN * (above - below) if point.held is not None and np.isfinite(above) else 0.0
    return below + keep, above - keep


def _far(last: _Point, mean: float, fitted: Fitted) -> _Point:
    """A point so far up that what is beyond it may be the family's: it makes the mean come out."""
    share = np.array([1.0 - FAR])
    beyond = float((fitted.held(np.ones(1)) - fitted.held(share))[0])
    assert last.amount is not None
    amount = max(float(fitted.quantile(share)[0]), 3.0 * last.amount)
    return _Point(float(share[0]), amount, mean - beyond)


def _slope(low: _Point, high: _Point) -> float:
    """Mean welfare of the persons between two points."""
    assert low.held is not None
    assert high.held is not None
    return (high.held - low.held) / (high.share - low.share)


def _tilted(fitted: Fitted, points: list[_Point]) -> tuple[np.ndarray, np.ndarray]:
    """Points of the distribution function up to the highest point, with all that is published below it."""
    lines = fitted.published.lines
    amounts = [each.amount for each in points if each.amount is not None]
    last, middle_end = amounts[-1], lines[-1].line.amount if lines else amounts[0]
    upper = np.geomspace(middle_end, last, UPPER)[1:] if last > middle_end else np.empty(0)
    grid = np.concatenate([[0.0], np.geomspace(DEEPEST * middle_end, middle_end, LOWER), upper])
    edges = np.unique(np.concatenate([grid[grid < last], amounts]))
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    base = np.diff(fitted.cdf(edges))
    names, columns, targets = [], [], []
    for each in points:
        assert each.amount is not None
        inside = (middle < each.amount).astype(np.float64)
        names.append(f"the share below {each.amount:g}")
        columns.append(inside)
        targets.append(each.share)
        if each.held is not None:
            names.append(f"the welfare below {each.amount:g}")
            columns.append(inside * middle / last)
            targets.append(each.held / last)
    for figures in lines:
        for name, column, target in line_moments(figures, middle, width)[1:]:
            if name.startswith("the severity"):
                names.append(name)
                columns.append(column)
                targets.append(target)
    base = np.maximum(base, 1e-300) * points[-1].share / base.sum()
    mass = entropy_balance(base, np.array(columns).T, np.array(targets), names=names, tolerance=1e-9)
    return edges, np.concatenate([[0.0], np.cumsum(mass)])
