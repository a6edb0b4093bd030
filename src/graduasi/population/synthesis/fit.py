"""A distribution with the published figures: a family for the body, tilted below the lines.

The family is fitted to everything that is published, in logarithms, by least squares. Below the highest line its
density f0 is then tilted to the density nearest to it, in the sense of Kullback and Leibler (Csiszar 1975), that
has the published FGT measures of every line:

    f(x) = f0(x) exp(sum over lines j of 1[x < z_j] (c_j + l_j g_j + m_j g_j^2)),   g_j = 1 - x / z_j

and above it is scaled, so that persons add up. The tilted distribution function is linear between the points of a
grid, on which its FGT measures are sums without error.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import Floats
from graduasi.errors import FitError, GraduasiWarning, InputError
from graduasi.population.balancing import entropy_balance
from graduasi.population.synthesis.distributions import DISTRIBUTIONS, Distribution, GeneralisedBeta2, unit_nodes
from graduasi.population.synthesis.figures import DECILES, LineFigures, Published

if TYPE_CHECKING:
    from collections.abc import Callable


CELLS = 4_000  # of welfare below the highest line
DEEPEST = 1e-4  # of the highest line: all below it is one cell
ASSUMED_GINI = 0.35
RIDGE = 0.02  # pull of the logarithms of p and q to 0, where figures leave them open
NO_BODY = (
    f"nothing beyond the poor is published: a Gini of {ASSUMED_GINI} is assumed, and what lies above the line "
    "is a guess"
)
NO_TAIL = (
    "no poverty figures are published: a mean with a Gini or with deciles does not identify the lowest incomes, "
    "and the fan is wide"
)


@frozen(kw_only=True, eq=False)
class Fitted:
    """A fitted distribution of welfare [currency per person per month].

    distribution, body : its name, and the member that was fitted. edges, below : points of the tilted distribution
        function, from 0 to the highest line, shapes (edge,); empty where no line is given; see also `tilt_body`.
    notes : what the figures leave open.
    """

    published: Published
    distribution: str
    body: Distribution
    edges: Floats
    below: Floats
    notes: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """Return `distribution`, which was its name in 0.1."""
        warnings.warn(
            "Fitted.family is now distribution; the old name goes in 0.3", DeprecationWarning, stacklevel=2
        )
        return self.distribution

    @property
    def top(self) -> float:
        """Where the tilt ends: the highest line, or the highest published point; 0 where there is none."""
        return float(self.edges[-1]) if self.edges.size else 0.0

    @property
    def _scale(self) -> tuple[float, float]:
        """Share of persons above the end of the tilt, here and in the body."""
        if not self.edges.size:
            return 1.0, 1.0
        return 1.0 - float(self.below[-1]), 1.0 - float(self.body.cdf(self.top))

    def cdf(self, amount: Floats | float) -> Floats:
        """Share of persons below `amount`."""
        amounts = np.asarray(amount, dtype=np.float64)
        here, body = self._scale
        upper = 1.0 - here / body * (1.0 - self.body.cdf(np.maximum(amounts, self.top)))
        if not self.edges.size:
            return np.asarray(upper, dtype=np.float64)
        return np.where(amounts < self.top, np.interp(amounts, self.edges, self.below), upper)

    def quantile(self, probability: Floats | float) -> Floats:
        """Amount below which a share `probability` of persons is."""
        shares = np.asarray(probability, dtype=np.float64)
        here, body = self._scale
        upper = self.body.quantile(1.0 - np.minimum((1.0 - shares) / here, 1.0) * body)
        if not self.edges.size:
            return np.asarray(upper, dtype=np.float64)
        return np.where(shares < self.below[-1], np.interp(shares, self.below, self.edges), upper)

    @property
    def unit(self) -> float:
        """The highest line, or the median where there is none: what a floor of welfare is a share of."""
        lines = self.published.lines
        return lines[-1].line.amount if lines else float(self.body.quantile(0.5))

    def held(self, probability: Floats) -> Floats:
        """Welfare that the poorest `probability` of persons hold, per person of all [currency]."""
        here, body = self._scale
        below = float(self.below[-1]) if self.edges.size else 0.0
        inner = 1.0 - np.minimum((1.0 - probability) / here, 1.0) * body
        first = 1.0 - body
        start = self.body.lorenz(first) if first > 0 else 0.0
        upper = here / body * self.body.mean * (self.body.lorenz(inner) - start)
        upper = np.where(probability > below, upper, 0.0)
        if not self.edges.size:
            return np.asarray(upper, dtype=np.float64)
        mass = np.diff(self.below)
        cumulated = np.concatenate([[0.0], np.cumsum(mass * (self.edges[1:] + self.edges[:-1]) / 2)])
        inside = np.minimum(probability, below)
        cell = np.clip(np.searchsorted(self.below, inside, side="right") - 1, 0, mass.size - 1)
        amount = np.interp(inside, self.below, self.edges)
        lower = cumulated[cell] + (inside - self.below[cell]) * (self.edges[cell] + amount) / 2
        return np.asarray(lower + upper, dtype=np.float64)

    def headcount(self, amount: float) -> float:
        """FGT of order 0 at a line of `amount`."""
        return float(self.cdf(amount))

    def gap(self, amount: float) -> float:
        """FGT of order 1: the integral of the distribution function over (0, amount), over the amount."""
        return self._integrals(amount)[0] / amount

    def severity(self, amount: float) -> float:
        """FGT of order 2: twice the integral of that integral, over the amount squared."""
        return 2.0 * self._integrals(amount)[1] / amount**2

    def _integrals(self, amount: float) -> tuple[float, float]:
        """Integral of F over (0, amount), and of that integral."""
        inside = min(amount, self.top)
        points = np.append(self.edges[self.edges < inside], inside) if self.edges.size else np.zeros(1)
        low = np.interp(points, self.edges, self.below) if self.edges.size else np.zeros(1)
        width = np.diff(points)
        once = np.concatenate([[0.0], np.cumsum(width * (low[1:] + low[:-1]) / 2)])
        twice = float((width * once[:-1] + width**2 * (2 * low[:-1] + low[1:]) / 6).sum())
        first = float(once[-1])
        if amount <= self.top:
            return first, twice
        # From the highest line on, by quadrature; with no line, from 0.
        node, weight = unit_nodes()
        span = amount - self.top
        above = self.cdf(self.top + span * node)
        return (
            first + span * float((weight * above).sum()),
            twice + first * span + span**2 * float((weight * (1.0 - node) * above).sum()),
        )


def distribution_for(published: Published) -> str:
    """The family that predicts deeper lines best from what is published (docs/validation.md).

    With P1 and a mean, median, deciles or quantiles "gb2"; from P0, P2 and a Gini alone its four parameters drift,
    and "dagum", with three, predicts deeper and higher lines better.
    """
    rich = any(each is not None for each in (published.mean, published.median, published.deciles))
    known = bool(published.quantiles) or rich
    return "gb2" if known and (not published.lines or published.lines[0].gap is not None) else "dagum"


def fit(published: Published, family: str | None = None, *, body: Distribution | None = None) -> Fitted:
    """The distribution of a family that has the published figures.

    family : "gb2", "log_normal", "singh_maddala" or "dagum"; chosen by `distribution_for` where it is None. The
        figures at the lines are met exactly, the others as nearly as the family can (records are then weighted to
        meet them, see `synthesise`).
    body : a member that was fitted before, which is then only tilted.
    Raises InputError for figures that contradict each other, FitError where no tilt meets them. Warns where the
    figures say nothing of the body, or nothing of the tail.
    """
    published.check()
    family = distribution_for(published) if family is None else family
    if family not in DISTRIBUTIONS:
        have = ", ".join(repr(name) for name in DISTRIBUTIONS)
        raise InputError(f"Published.family must be one of {have}; got {family!r}")
    notes = []
    if not published.knows_body:
        notes.append(NO_BODY)
    if not published.lines:
        notes.append(NO_TAIL)
    for note in notes:
        warnings.warn(note, GraduasiWarning, stacklevel=3)
    if body is None:
        body = _body(published, DISTRIBUTIONS[family])
    edges, below = _tilt(published, body, family)
    return Fitted(published=published, distribution=family, body=body, edges=edges, below=below, notes=tuple(notes))


_Wanted = tuple[
    "Callable[[Distribution], Floats | float]", "Floats | float", float
]  # a figure, its value, the weight of its miss


def _wanted(published: Published) -> list[_Wanted]:
    """Figures of a distribution, what they should be, and the weight of their relative miss."""
    wanted: list[_Wanted] = []
    for each in published.lines:
        for alpha, value in enumerate((each.headcount, each.gap, each.severity)):
            if value is not None:
                amount = each.line.amount
                wanted.append((lambda it, z=amount, k=alpha: it.fgt(z, k), value, 1.0))  # type: ignore[misc]
    if published.mean is not None:
        wanted.append((lambda it: it.mean, published.mean, 3.0))
    points = [*published.quantiles, *(((0.5, published.median),) if published.median is not None else ())]
    for probability, amount in points:
        wanted.append((lambda it, at=probability: float(it.quantile(at)), amount, 3.0))  # type: ignore[misc]
    if published.shares is not None:
        edges = np.linspace(0.0, 1.0, DECILES + 1)[1:-1]
        wanted.append(
            (
                lambda it: np.diff(np.concatenate([[0.0], it.lorenz(edges), [1.0]])),
                np.array(published.shares),
                1.0,
            )
        )
    gini = published.gini if published.knows_body else ASSUMED_GINI
    if gini is not None:
        wanted.append((lambda it: it.gini / (1 - it.gini), gini / (1 - gini), 3.0))
    return wanted


def _body(published: Published, kind: type[Distribution]) -> Distribution:
    """The family's member nearest to the figures."""
    from scipy.optimize import least_squares

    wanted = _wanted(published)

    def misses(vector: Floats) -> Floats:
        try:
            it = kind.of_vector(vector)
        except InputError:  # parameters so far out that the mean is infinite to rounding
            return np.full(count, 30.0)
        with np.errstate(all="ignore"):
            parts = [weight * np.log(np.maximum(found(it), 1e-300) / value) for found, value, weight in wanted]
        pull = [RIDGE * math.log(it.p), RIDGE * math.log(it.q)] if isinstance(it, GeneralisedBeta2) else []
        result = np.concatenate([*(np.atleast_1d(part) for part in parts), pull])
        finite = np.nan_to_num(result, nan=30.0, posinf=30.0, neginf=-30.0)
        return np.asarray(np.clip(finite, -30.0, 30.0), dtype=np.float64)

    centre, spread = _guess(published)
    starts = [kind.start(centre, spread).vector, kind.start(centre, 0.7 * spread).vector]
    count = 1
    count = misses(starts[0]).size
    best = None
    for start in starts:
        found = least_squares(misses, start, xtol=1e-9, ftol=1e-9, gtol=1e-12, max_nfev=100)
        if best is None or found.cost < best.cost:
            best = found
        if best.cost < 1e-3:
            break
    assert best is not None
    return kind.of_vector(best.x)


def _guess(published: Published) -> tuple[float, float]:
    """A median and a standard deviation of the logarithm to begin with."""
    from scipy.special import ndtri

    gini = published.gini
    if gini is None and published.shares is not None:
        lorenz = np.concatenate([[0.0], np.cumsum(published.shares)])
        gini = float(1.0 - (lorenz[1:] + lorenz[:-1]).sum() / DECILES)
    if gini is None and len(published.lines) > 1:
        low, high = published.lines[0], published.lines[-1]
        apart = float(ndtri(high.headcount) - ndtri(low.headcount))
        spread = math.log(high.line.amount / low.line.amount) / apart
    else:
        spread = math.sqrt(2.0) * float(ndtri((1 + (gini or ASSUMED_GINI)) / 2))
    spread = min(max(spread, 0.1), 2.0)
    if published.median is not None:
        return published.median, spread
    if published.mean is not None:
        return published.mean * math.exp(-(spread**2) / 2), spread
    if published.lines:
        each = published.lines[-1]
        return each.line.amount * math.exp(-spread * float(ndtri(each.headcount))), spread
    probability, amount = published.quantiles[len(published.quantiles) // 2]
    return amount * math.exp(-spread * float(ndtri(probability))), spread


def _tilt(published: Published, body: Distribution, family: str) -> tuple[Floats, Floats]:
    """Points of the distribution function below the highest line, with the FGT measures of every line."""
    lines = published.lines
    if not lines:
        return np.empty(0), np.empty(0)
    top = lines[-1].line.amount
    grid = np.concatenate([[0.0], np.geomspace(DEEPEST * top, top, CELLS)])
    edges = np.unique(np.concatenate([grid, [each.line.amount for each in lines]]))
    base = np.diff(body.cdf(edges))
    if not base.sum() > 0:
        raise FitError(f"no {family} with these figures has anybody below {top:g}; check that they are shares")
    base *= lines[-1].headcount / base.sum()
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    columns, targets, names = [], [], []
    for each in lines:
        for name, column, target in line_moments(each, middle, width):
            columns.append(column)
            targets.append(target)
            names.append(name)
    try:
        mass = entropy_balance(base, np.array(columns).T, np.array(targets), names=names)
    except FitError as unmet:
        figures = "; ".join(
            f"headcount {each.headcount:g}, gap {each.gap}, severity {each.severity}" for each in lines
        )
        raise FitError(
            f"no tilt of a {family} tail meets {figures}; check that they are shares, not percent ({unmet})"
        ) from unmet
    return edges, np.concatenate([[0.0], np.cumsum(mass)])


def line_moments(figures: LineFigures, middle: Floats, width: Floats) -> list[tuple[str, Floats, float]]:
    """Name, column by cell and target of each figure at a line; welfare is even inside a cell."""
    line = figures.line.amount
    inside = (middle < line).astype(np.float64)
    gap = inside * (1.0 - middle / line)
    found = [(f"the headcount at {line:g}", inside, figures.headcount)]
    if figures.gap is not None:
        found.append((f"the gap at {line:g}", gap, figures.gap))
    if figures.severity is not None:
        spread = inside * (width / line) ** 2 / 12
        found.append((f"the severity at {line:g}", gap**2 + spread, figures.severity))
    return found
