"""The band of doubt about a synthetic population: two more amounts for every record, on the same ranks.

Three things are in doubt, all on the scale of the logarithm of the share of persons below an amount:

- the printed figures are rounded;
- they come from a sample: the figures are moved together by 1.645 standard deviations of the severity (with what
  the headcount is expected to move with it) and the tail is tilted anew;
- the family is a guess. How far the fitted families miss at deeper lines was measured on surveys in which several
  lines are known, for every set of figures, consumption and income apart: see `bands`.

The doubts are independent, so their squares add up.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import attrs
import numpy as np

from graduasi._typing import Floats
from graduasi.errors import FitError, GraduasiWarning
from graduasi.population.synthesis.bands import bands_of
from graduasi.population.synthesis.figures import Published, shifted
from graduasi.population.synthesis.fit import Fitted, fit

if TYPE_CHECKING:
    Doubt = tuple[float, float, float]

SCORE = 1.6448536269514722
ROUNDED = 0.5e-4 / math.sqrt(3.0)  # standard deviation of a share that is printed as percent with two decimals
HIGHEST_SHIFT = 30.0  # that a log share is moved up, so that nothing overflows
CORRELATION = 0.6  # of the sampling errors of log P0 and log P2, where no sample size is given; an assumption


def sampling_errors(fitted: Fitted, households: float, design_effect: float = 2.0) -> tuple[float, float, float]:
    """Standard deviations of log P0 and log P2 at the highest line, and their correlation.

    households : in the sample; persons of one household are counted as one observation. The variances are those of
    means of 1[poor] and of the squared gap, times `design_effect` (an assumption where it is not published).
    """
    line = fitted.top
    node, weight = np.polynomial.legendre.leggauss(128)
    node, weight = (node + 1) / 2, weight / 2
    below = fitted.cdf(line * node)
    p0, p2 = fitted.headcount(line), fitted.severity(line)
    p4 = float(4.0 * (weight * (1.0 - node) ** 3 * below).sum())  # FGT of order four, by parts
    scale = design_effect / households
    first, second = scale * (p0 - p0**2), scale * (p4 - p2**2)
    correlation = (p2 - p0 * p2) * scale / math.sqrt(first * second)
    return math.sqrt(first) / p0, math.sqrt(second) / p2, correlation


def distribution_band(
    fitted: Fitted, doubt: Doubt, rank: Floats, welfare: Floats, correlation: float = CORRELATION
) -> tuple[Floats, Floats]:
    """Welfare at probability .05 (fewer deep poor) and .95 (more) of the doubt, shapes (record,).

    rank : share of persons below each record, rising, shape (record,); welfare : rising, shape (record,).
    doubt : standard deviations of the sampling errors of log P0 and log P2, and a factor on the family's bands.
    """
    bands = bands_of(fitted.published).at(rank)
    found = []
    for sign, band in zip((-1.0, 1.0), bands, strict=True):
        sampled = _sampled(fitted, doubt, correlation, sign, rank, welfare)
        shift = sign * np.hypot(sampled, doubt[2] * band)
        # Persons above the line are moved too, less and less, so that shares stay below one.
        moved = np.maximum.accumulate(
            np.minimum(rank * np.exp(np.minimum(shift, HIGHEST_SHIFT)), 1.0 - 1e-12 * (1 - rank))
        )
        amounts = np.exp(np.interp(np.log(rank), np.log(moved), np.log(welfare)))
        found.append(np.asarray(np.maximum.accumulate(amounts), dtype=np.float64))
    return found[0], found[1]


def _sampled(
    fitted: Fitted, doubt: Doubt, correlation: float, sign: float, rank: Floats, welfare: Floats
) -> Floats:
    """Log change of the share below each record's amount when the figures are moved by their sampling error."""
    published = _at_main(fitted.published)
    main = published.headcount
    if main is None:
        return np.zeros(rank.size)
    first = math.hypot(doubt[0], ROUNDED / main)
    second = 0.0 if published.severity is None else math.hypot(doubt[1], ROUNDED / published.severity)
    along = first if published.severity is None else correlation * first
    for length in (1.0, 0.5, 0.25):
        score = sign * SCORE * length
        figures = _moved(published, along * score, second * score)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", GraduasiWarning)
                other = fit(figures, fitted.distribution, body=fitted.body)
        except (FitError, ValueError):
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.log(other.cdf(welfare)) - np.log(fitted.cdf(welfare))
        known = np.isfinite(change)
        if not known.any():
            continue
        return np.asarray(np.interp(rank, rank[known], change[known]) / length, dtype=np.float64)
    return np.full(rank.size, sign * SCORE * along)


def _at_main(published: Published) -> Published:
    """The figures with those at the lowest line as the main ones, where figures stand at further lines alone."""
    if published.headcount is not None or not published.lines:
        return published
    first, *others = published.lines
    return attrs.evolve(
        published, line=first.line, headcount=first.headcount, gap=first.gap, severity=first.severity,
        further=tuple(others),
    )  # fmt: skip


def _moved(published: Published, headcount_log: float, severity_log: float) -> Published:
    """The figures with log headcount and log severity moved; the mean squared gap moves on its odds, below one."""
    assert published.headcount is not None
    odds = published.headcount / (1 - published.headcount) * math.exp(headcount_log / (1 - published.headcount))
    headcount = odds / (1 + odds)
    if published.severity is None:
        gap = None if published.gap is None else published.gap * headcount / published.headcount
        return shifted(published, headcount, gap, None)
    depth = published.severity / published.headcount
    depth_odds = depth / (1 - depth) * math.exp(severity_log - headcount_log)
    severity = headcount * depth_odds / (1 + depth_odds)
    ratio = math.sqrt(severity * headcount / (published.severity * published.headcount))
    return shifted(published, headcount, None if published.gap is None else published.gap * ratio, severity)
