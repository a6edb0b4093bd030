"""Records of a synthetic population: strata of ranks, dense in the left tail, weighted to meet every figure."""

from __future__ import annotations

import numpy as np

from graduasi._typing import Bools, Floats
from graduasi.errors import FitError, InputError
from graduasi.evidence.priors import DOUBT
from graduasi.fields import refuse
from graduasi.measures.ranks import middles
from graduasi.population.balancing import entropy_balance
from graduasi.population.population import Population
from graduasi.population.synthesis.bands import told
from graduasi.population.synthesis.distribution_band import CORRELATION, distribution_band, sampling_errors
from graduasi.population.synthesis.figures import DECILES, Published
from graduasi.population.synthesis.fit import Fitted, fit
from graduasi.population.synthesis.sizes import draw_composition, draw_members
from graduasi.population.synthesis.tilt import tilt_body

TAIL_SHARE, TAIL_CENTRE, TAIL_SPREAD = 0.75, -1.7, 0.9  # where records are put, on the normal score
MISS = 1e-10  # relative miss of a figure
GINI_ROUNDS, GINI_MISS = 20, 1e-8
FEWEST_STRATA = 12  # strata between two published shares, so that their mean welfare is not that of one record
RAISED = 3.0  # ratio of a weight to its stratum's share that is worth a word


def synthesise(
    published: Published,
    *,
    family: str | None = None,
    size: int = 20_000,
    doubt: tuple[float, float, float] | None = DOUBT,
    survey_households: float | None = None,
    design_effect: float = 2.0,
    seed: int = 0,
    deepest: float | None = None,
    prefix: str = "r",
) -> Population:
    """Households with the published figures.

    family : of the body, see `fit`. size : records, at least 200. seed : of sizes and composition.
    doubt : standard deviations of the sampling errors of log headcount and log severity, and a factor on the doubt
        about the family (see `distribution_band`); None for a population taken as known.
    survey_households : households of the survey that the figures come from, in place of the first two of `doubt`;
        design_effect : variance over that of a simple random sample.
    deepest : floor of welfare as a share of the highest line; 1e-4 where it is None. prefix : of the ids.
    Raises InputError for figures that contradict each other, FitError where no weights meet them.
    """
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 200:
        raise InputError(f"Population.size must be a whole number at least 200; got {size!r}")
    floor = 1e-4 if deepest is None else deepest
    if not 0 < floor < 1:
        raise InputError(f"Population.deepest must be a share in (0, 1); got {deepest!r}")
    doubtful = _doubt(doubt, survey_households, design_effect)
    fitted = fit(published, family)
    edges = _strata(published, int(size))
    try:
        records = _drawn(fitted, edges, floor, seed)
    except FitError as far:  # from the family's own amounts; told if bending it does not help either
        try:
            records = _drawn(tilt_body(fitted), edges, floor, seed)
        except FitError:
            raise FitError(
                f"{far}; leave out a figure that the others nearly give (their rounding may contradict it), or "
                f"give a size above {size}"
            ) from None
    mass, welfare, members, columns, notes = records
    tails = None
    if doubtful is not None:
        notes = (told(published, doubtful[2]), *notes)
        correlation = CORRELATION
        if survey_households is not None and fitted.edges.size:
            *sampled, correlation = sampling_errors(fitted, survey_households, design_effect)
            doubtful = (sampled[0], sampled[1], doubtful[2])
        tails = distribution_band(fitted, doubtful, middles(mass), welfare, correlation)
    where = "published figures" if published.line is None else f"published figures at {published.line.label}"
    words = "" if doubtful is None else f"; fan of log doubt {tuple(round(each, 3) for each in doubtful)}"
    return Population(
        ids=np.char.mod(f"{prefix}%07d", np.arange(1, size + 1)),
        welfare=welfare,
        weight=mass * published.persons / members,
        members=members,
        columns=columns,
        tails=tails,
        kind="income" if published.kind == "income" else "consumption",
        currency=published.currency,
        notes=(f"synthesised from {where}, family {fitted.distribution}{words}", *notes),
    )


def _drawn(
    fitted: Fitted, edges: Floats, floor: float, seed: int
) -> tuple[Floats, Floats, Floats, dict[str, Floats], tuple[str, ...]]:
    """Share of persons, welfare, members and composition of the strata's records, balanced; and notes."""
    published = fitted.published
    mass = np.diff(edges)
    welfare = np.diff(fitted.held(edges)) / mass
    welfare = np.maximum.accumulate(np.maximum(welfare, floor * fitted.unit))
    poor = _poor(published, welfare)
    members = draw_members(published, mass, poor, seed)
    columns = draw_composition(published.composition, mass / members, members, poor, seed)
    mass, notes = _balanced(published, edges, mass, welfare, members, columns, poor)
    return mass, welfare, members, columns, (*fitted.notes, *notes)


def _doubt(
    doubt: tuple[float, float, float] | None, households: float | None, design_effect: float
) -> tuple[float, float, float] | None:
    if households is not None and not 1 < households < np.inf:
        raise refuse("Population", "survey_households", "a number above 1", households)
    if not 0 < design_effect < np.inf:
        raise refuse("Population", "design_effect", "a number above 0", design_effect)
    if doubt is None:
        return None
    if len(doubt) != 3 or not all(0 <= each < np.inf for each in doubt):
        raise refuse("Population", "doubt", "three numbers of at least 0", doubt)
    return (float(doubt[0]), float(doubt[1]), float(doubt[2]))


def _strata(published: Published, size: int) -> Floats:
    """Edges of strata of ranks, shape (size + 1,): dense in the left tail; no published share lies inside one."""
    from scipy.special import ndtr, ndtri

    cuts = [each.headcount for each in published.lines] + [share for share, _ in published.quantiles]
    if published.median is not None:
        cuts.append(0.5)
    if published.deciles is not None:
        cuts += [decile / DECILES for decile in range(1, DECILES)]
    score = np.linspace(-6.0, 6.0, 24_001)
    density = TAIL_SHARE * ndtr((score - TAIL_CENTRE) / TAIL_SPREAD) + (1 - TAIL_SHARE) * ndtr(score)
    density = (density - density[0]) / (density[-1] - density[0])
    inner = ndtr(np.interp(np.arange(1, size) / size, density, score))
    for cut in sorted(set(cuts)):
        inner[np.argmin(np.abs(ndtri(inner) - ndtri(cut)))] = cut
    edges = _enough(np.concatenate([[0.0], np.sort(inner), [1.0]]), np.array([0.0, *sorted(set(cuts)), 1.0]))
    if edges.size != size + 1 or not (np.diff(edges) > 0).all():
        raise InputError(f"Population.size must be larger, to keep all published shares apart; got {size!r}")
    return edges


def _enough(edges: Floats, cuts: Floats) -> Floats:
    """The same number of edges, with `FEWEST_STRATA` or more strata between any two cuts; taken where most are."""
    count, wanted = np.histogram(edges[:-1], cuts)[0], edges.size
    if not (count < FEWEST_STRATA).any():
        return edges
    parts = [
        np.linspace(low, high, FEWEST_STRATA + 1)[:-1]
        if few < FEWEST_STRATA
        else edges[(edges >= low) & (edges < high)]
        for low, high, few in zip(cuts[:-1], cuts[1:], count, strict=True)
    ]
    most = int(np.argmax([part.size for part in parts]))
    left = parts[most].size - (sum(part.size for part in parts) + 1 - wanted)
    if left >= FEWEST_STRATA:
        parts[most] = parts[most][np.linspace(0, parts[most].size, left, endpoint=False).astype(int)]
    return np.append(np.concatenate(parts), 1.0)


def _poor(published: Published, welfare: Floats) -> Bools:
    """Poor at the main line, or at the lowest that is published; nobody where none is."""
    own = published.poor_at
    return np.zeros(welfare.size, dtype=bool) if own is None else np.asarray(welfare < own.line.amount)


def _balanced(
    published: Published,
    edges: Floats,
    mass: Floats,
    welfare: Floats,
    members: Floats,
    columns: dict[str, Floats],
    poor: Bools,
) -> tuple[Floats, tuple[str, ...]]:
    """Share of persons of each record, so that all figures come out; and a word where the family fits badly."""
    wanted = [
        ("persons", np.ones(mass.size), 1.0),
        *_of_lines(published, welfare),
        *_of_points(published, welfare),
        *_of_means(published, edges, mass, welfare),
        *_of_households(published, mass, members, columns, poor),
    ]
    names = [name for name, _, _ in wanted]
    table = np.array([column for _, column, _ in wanted]).T
    targets = np.array([value for _, _, value in wanted])
    found = entropy_balance(mass, table, targets, names=names, tolerance=MISS)
    if published.gini is not None:
        found = _with_gini(published.gini, found, welfare, table, targets, names)
    raised = float(np.max(found / mass))
    if raised > RAISED:
        return found, (f"the family fits the figures badly: a weight was raised {raised:.1f} times to meet them",)
    return found, ()


# Name, column by record, shape (record,), and what sum(mass x column) should be.
_Target = tuple[str, Floats, float]


def _of_lines(published: Published, welfare: Floats) -> list[_Target]:
    """Headcount, gap and severity at each line, where they are published."""
    wanted: list[_Target] = []
    for figures in published.lines:
        line = figures.line.amount
        below = (welfare < line).astype(np.float64)
        gap = below * (1.0 - welfare / line)
        powers = (
            ("headcount", below, figures.headcount),
            ("gap", gap, figures.gap),
            ("severity", gap**2, figures.severity),
        )
        wanted += [(f"{name} at {line:g}", column, value) for name, column, value in powers if value is not None]
    return wanted


def _of_points(published: Published, welfare: Floats) -> list[_Target]:
    """Shares below the quantiles and the median."""
    points = [*published.quantiles, *(((0.5, published.median),) if published.median is not None else ())]
    return [
        (f"the share below {amount:g}", (welfare < amount).astype(np.float64), share) for share, amount in points
    ]


def _of_means(published: Published, edges: Floats, mass: Floats, welfare: Floats) -> list[_Target]:
    """The mean; and persons and welfare of each decile. edges : of the strata of ranks, shape (record + 1,)."""
    mean = published.mean
    wanted: list[_Target] = [] if mean is None else [("the mean", welfare / mean, 1.0)]
    if published.shares is None:
        return wanted
    middle = (edges[1:] + edges[:-1]) / 2
    decile = np.minimum((middle * DECILES).astype(int), DECILES - 1)
    mean = float((mass * welfare).sum()) if mean is None else mean
    for number, held in enumerate(published.shares):
        inside = (decile == number).astype(np.float64)
        wanted.append((f"tenth {number + 1}", inside, 1.0 / DECILES))
        wanted.append((f"the share of tenth {number + 1}", (inside - held) * welfare / mean, 0.0))
    return wanted


def _of_households(
    published: Published, mass: Floats, members: Floats, columns: dict[str, Floats], poor: Bools
) -> list[_Target]:
    """Households and members of each kind, of all and of the poor, per person."""
    households = 1.0 / members
    share_poor = float(mass[poor].sum())
    wanted: list[_Target] = [("families", households, 1.0 / published.mean_members)]
    if poor.any():
        wanted.append(("poor families", poor * households, share_poor / published.mean_members_poor))
    for kind in published.composition:
        per_person = columns[kind.name] * households
        wanted.append((f"all {kind.name}", per_person, kind.mean_all / published.mean_members))
        if poor.any():
            held = kind.mean_poor * share_poor / published.mean_members_poor
            wanted.append((f"{kind.name} of the poor", poor * per_person, held))
    return wanted


def _with_gini(
    gini: float, mass: Floats, welfare: Floats, table: Floats, targets: Floats, names: list[str]
) -> Floats:
    """The same with the Gini as one more target, linear in small changes of the weights: Newton's method."""
    found = mass
    length = 1.0  # of the step, halved where no weights go all of it
    for _ in range(GINI_ROUNDS):
        held = found * welfare
        rank = middles(found)
        mean, product = float(held.sum()), float((held * rank).sum())
        if abs(2 * product / mean - 1 - gini) < GINI_MISS:
            return found
        # Of sum(m x R) - (G + 1) / 2 sum(m x), which must vanish: its derivative by each record's mass.
        above = held.sum() - np.cumsum(held) + held / 2
        slope = (welfare * rank + above) / mean - (gini + 1) / 2 * welfare / mean
        miss = product / mean - (gini + 1) / 2
        aim = np.append(targets, float((found * slope).sum()) - length * miss)
        try:
            found = entropy_balance(
                found, np.column_stack([table, slope]), aim, names=[*names, "the Gini"], tolerance=MISS
            )
        except FitError:
            length /= 2
        else:
            length = min(2 * length, 1.0)
    raise FitError(f"no positive weights give a Gini of {gini:g} with the other figures")
