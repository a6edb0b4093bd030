"""A population from a few published figures: headcount, severity, Gini, and the doubt about its tail.

The body is log-normal with the published Gini and headcount. Below the line its gap density f0 is tilted to

    f(g) = f0(g) exp(c + l1 g + l2 g^2),   g = 1 - welfare / line,

the density nearest to f0 in the sense of Kullback and Leibler among those that have the published FGT measures
(Csiszar 1975). Records are strata of ranks, many in the left tail, few in the body; each poor record stands at
the root mean square gap of its stratum, so the published severity is met to rounding.

**The fan.** What is published has a sampling error, and the family is a guess: both are put on the scale of log
severity, and two more populations, at probability .05 and .95 of that doubt, are made on the same ranks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from graduasi.errors import FitError, InputError
from graduasi.fields import number, share
from graduasi.population.line import PovertyLine
from graduasi.population.population import Population
from graduasi.streams import Streams

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NODES = 20_000  # gaps at which the tilted density is held
HEADCOUNT_SEVERITY_CORRELATION = 0.6  # of the sampling errors of log P0 and log P2; an assumption
LARGEST_HOUSEHOLD = 16
TAIL_SHARE, TAIL_CENTRE, TAIL_SPREAD = 0.75, -1.7, 0.9  # where records are put, on the normal score


@frozen(kw_only=True)
class Published:
    """Published figures of one area; shares, not percent (a published P2 of 0.20 is a severity of .0020)."""

    line: PovertyLine
    headcount: float = share("P0, share of persons below the line", uncertain=False)
    severity: float = share("P2, FGT of order two", uncertain=False)
    gap: float | None = share("P1, FGT of order one", default=None, uncertain=False)
    gini: float = share("Gini of welfare between persons", uncertain=False)
    persons: float = number("persons in the area", unit="persons", low=0, low_open=True, uncertain=False)
    mean_members: float = number(
        "mean household size", unit="persons", low=1, high=LARGEST_HOUSEHOLD / 2, uncertain=False
    )
    mean_members_poor: float = number(
        "mean size of poor households", unit="persons", low=1, high=LARGEST_HOUSEHOLD / 2, uncertain=False
    )

    def check(self) -> None:
        """Refuse figures that no distribution has, with the bound that they break."""
        if not 0 < self.headcount < 0.95:
            raise InputError(f"Published.headcount must be a share in (0, 0.95); got {self.headcount!r}")
        if not 0 < self.gini < 1:
            raise InputError(f"Published.gini must be a share in (0, 1); got {self.gini!r}")
        upper = self.headcount if self.gap is None else self.gap
        if not 0 < self.severity < upper:
            bound = "headcount" if self.gap is None else "gap"
            raise InputError(
                f"Published.severity must be above 0 and below the {bound}, {upper:g}; got {self.severity!r}"
            )
        if self.gap is None:
            return
        if not self.gap < self.headcount:
            raise InputError(f"Published.gap must be below the headcount, {self.headcount:g}; got {self.gap!r}")
        if self.gap**2 >= self.headcount * self.severity:
            limit = math.sqrt(self.headcount * self.severity)
            raise InputError(
                f"Published.gap must be below sqrt(headcount x severity) = {limit:g}, since the mean square of "
                f"the gaps is at least the square of their mean; got {self.gap!r}"
            )


@frozen(kw_only=True)
class _Tail:
    """The tilted distribution of gaps: cumulated from the deepest gap (share of persons, and its severity)."""

    gap: Floats
    people: Floats
    severity: Floats


def synthesise(
    published: Published,
    *,
    size: int = 20_000,
    doubt: tuple[float, float, float] | None = (0.12, 0.25, 0.2),
    seed: int = 0,
    deepest: float | None = None,
) -> Population:
    """Households with the published figures.

    size : records, at least 200. seed : of the household sizes.
    doubt : standard deviations of the logs of headcount and severity (sampling) and of severity (family); None
        for a population taken as known.
    deepest : floor of welfare as a share of the line; 1e-4 where it is None.
    Raises InputError for figures that contradict each other, FitError where no tilt meets them.
    """
    published.check()
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 200:
        raise InputError(f"Population.size must be a whole number at least 200; got {size!r}")
    floor = 1e-4 if deepest is None else deepest
    if not 0 < floor < 1:
        raise InputError(f"Population.deepest must be a share in (0, 1); got {deepest!r}")
    edges = _strata(published.headcount, int(size))
    mass = np.diff(edges)
    welfare = _welfare(published, edges, floor)
    tails = None if doubt is None else _fan(published, doubt, edges, floor)
    ids = np.char.mod("r%07d", np.arange(1, size + 1))
    poor = welfare < published.line.amount
    members = _members(published, mass, poor, seed)
    doubtful = "" if doubt is None else f"; fan of log doubt {doubt} (headcount, severity, family)"
    return Population(
        ids=ids,
        welfare=welfare,
        weight=mass * published.persons / members,
        members=members,
        tails=tails,
        currency=published.line.currency,
        notes=(f"synthesised from published figures at {published.line.label}{doubtful}",),
    )


def _strata(headcount: float, size: int) -> Floats:
    """Edges of the strata of ranks, shape (size + 1,): dense in the left tail; the headcount is an edge."""
    from scipy.special import ndtr, ndtri

    score = np.linspace(-6.0, 6.0, 24_001)
    density = TAIL_SHARE * ndtr((score - TAIL_CENTRE) / TAIL_SPREAD) + (1 - TAIL_SHARE) * ndtr(score)
    density = (density - density[0]) / (density[-1] - density[0])
    inner = np.interp(np.arange(1, size) / size, density, score)
    line = float(ndtri(headcount))
    inner[np.argmin(np.abs(inner - line))] = line
    return np.concatenate([[0.0], ndtr(inner), [1.0]])


def _log_normal(published: Published) -> tuple[float, float]:
    """Mean and standard deviation of log(welfare / line) of the body."""
    from scipy.special import ndtri

    spread = math.sqrt(2.0) * float(ndtri((1 + published.gini) / 2))
    return -spread * float(ndtri(published.headcount)), spread


def _tail(published: Published, floor: float) -> _Tail:
    from scipy.optimize import root
    from scipy.special import ndtr

    centre, spread = _log_normal(published)
    edges = np.concatenate([[0.0], np.geomspace(floor, 1.0, NODES + 1)[1:]])
    base = np.diff(ndtr((np.log(np.maximum(edges, 1e-300)) - centre) / spread))
    middle = np.maximum((edges[1:] + edges[:-1]) / 2, floor)
    gap = 1.0 - middle
    powers = [gap**2] if published.gap is None else [gap, gap**2]
    wanted = [published.severity] if published.gap is None else [published.gap, published.severity]
    moments = np.array(powers)
    target = np.array(wanted) / published.headcount

    def tilt(strength: Floats) -> Floats:
        exponent = strength @ moments
        weight = base * np.exp(exponent - exponent.max())
        return np.asarray(weight / weight.sum(), dtype=np.float64)

    def miss(strength: Floats) -> Floats:
        return np.asarray((moments @ tilt(strength)) / target - 1.0, dtype=np.float64)

    found = root(miss, np.zeros(len(powers)), tol=1e-13, options={"maxfev": 2000})  # type: ignore[call-overload]
    if np.abs(miss(found.x)).max() > 1e-9:
        raise FitError(
            f"no tilt of a log-normal tail meets headcount {published.headcount:g}, gap {published.gap}, severity "
            f"{published.severity:g} with Gini {published.gini:g}; check that they are shares, not percent"
        )
    people = published.headcount * tilt(found.x)
    return _Tail(
        gap=gap,
        people=np.concatenate([[0.0], np.cumsum(people)]),
        severity=np.concatenate([[0.0], np.cumsum(people * gap**2)]),
    )


def _welfare(published: Published, edges: Floats, floor: float) -> Floats:
    """Welfare of each stratum, shape (record,)."""
    from scipy.special import ndtri

    tail = _tail(published, floor)
    below = edges[:-1] < published.headcount * (1 - 1e-12)
    inside = np.minimum(edges, published.headcount)
    severity = np.diff(np.interp(inside, tail.people, tail.severity))
    people = np.diff(inside)
    root_mean_square = np.sqrt(severity[below] / people[below])
    centre, spread = _log_normal(published)
    middle = ndtri((edges[:-1] + edges[1:]) / 2)
    welfare = np.exp(centre + spread * middle)
    welfare[below] = np.maximum(1.0 - root_mean_square, floor)
    return np.asarray(np.maximum.accumulate(welfare) * published.line.amount, dtype=np.float64)


def _fan(
    published: Published, doubt: tuple[float, float, float], edges: Floats, floor: float
) -> tuple[Floats, Floats]:
    """Welfare at probability .05 and .95 of the doubt, on the same ranks: a deeper tail is the .95."""
    headcount_sd, severity_sd, family_sd = doubt
    total = math.hypot(severity_sd, family_sd)
    slope = HEADCOUNT_SEVERITY_CORRELATION * headcount_sd * (severity_sd / total if total else 0.0)

    def shifted(score: float) -> Floats:
        headcount = published.headcount * math.exp(slope * score)
        # Mean squared gap of the poor, moved on its odds so that it stays below one.
        depth = published.severity / published.headcount
        odds = depth / (1 - depth) * math.exp((total - slope) * score)
        severity = headcount * odds / (1 + odds)
        ratio = math.sqrt(severity * headcount / (published.severity * published.headcount))
        gap = None if published.gap is None else published.gap * ratio
        return _welfare_on(evolve(published, headcount=headcount, severity=severity, gap=gap), edges, floor)

    return shifted(-1.6448536269514722), shifted(1.6448536269514722)


def _welfare_on(published: Published, edges: Floats, floor: float) -> Floats:
    """As `_welfare`, on strata of which the headcount need not be an edge."""
    from scipy.special import ndtri

    tail = _tail(published, floor)
    middle = (edges[:-1] + edges[1:]) / 2
    centre, spread = _log_normal(published)
    welfare = np.exp(centre + spread * ndtri(middle))
    poor = middle < published.headcount
    upper = np.interp(middle[poor], tail.people, np.concatenate([[1.0], tail.gap]))
    welfare[poor] = np.maximum(1.0 - upper, floor)
    return np.asarray(np.maximum.accumulate(welfare) * published.line.amount, dtype=np.float64)


def _members(published: Published, mass: Floats, poor: NDArray[np.bool_], seed: int) -> Floats:
    """Members of each record's families, drawn given poverty.

    Ranks are of persons, so a record sees sizes in proportion to size: P(m) ~ m q(m), with q a Poisson shifted to
    start at one and truncated, and mean size = 1 / E[1 / m] as published, for the poor and for all.
    """
    share_poor = float(mass[poor].sum())
    others = (1.0 - share_poor) / (1.0 / published.mean_members - share_poor / published.mean_members_poor)
    if not 1.0 - 1e-9 <= others < LARGEST_HOUSEHOLD / 2:
        raise InputError(
            f"Published.mean_members must leave the non-poor a mean size in [1, {LARGEST_HOUSEHOLD // 2}); "
            f"got {published.mean_members!r} of all and {published.mean_members_poor!r} of the poor"
        )
    start = Streams(seed=seed).scalar("population.members")
    uniform = (start + np.arange(mass.size) * ((math.sqrt(5.0) - 1.0) / 2.0)) % 1.0
    members = np.empty(mass.size)
    for which, mean in ((poor, published.mean_members_poor), (~poor, others)):
        cumulated = _size_biased(mean)
        members[which] = 1.0 + np.searchsorted(cumulated, uniform[which])
    return members


def _size_biased(mean: float) -> Any:
    """Cumulated probabilities of sizes 1, 2, ... as persons see them, for a mean size of families."""
    from scipy.optimize import brentq
    from scipy.special import gammaln

    size = np.arange(1, LARGEST_HOUSEHOLD + 1)

    def families(rate: float) -> Floats:
        logs = (size - 1) * math.log(rate) - gammaln(size)
        weight = np.exp(logs - logs.max())
        return np.asarray(weight / weight.sum(), dtype=np.float64)

    if mean <= 1.0 + 1e-9:
        return np.ones(1)
    rate = brentq(lambda rate: float(size @ families(rate)) - mean, 1e-9, 4.0 * mean)
    persons = size * families(rate)
    return np.cumsum(persons / persons.sum())[:-1]
