"""How far the fitted families miss below the lowest line: bands that were measured on surveys.

By what welfare is, what is published at the lowest line and beyond it, how many are poor, and the share of the poor
that a deeper line leaves. `benchmarks/validation/bands.py` writes the table; `docs/validation.md` says how it held.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib.resources import files

import numpy as np
from attrs import frozen

from graduasi._typing import Floats
from graduasi.population.synthesis.figures import Published

DEPTHS = np.array([0.001, 0.005, 0.02, 0.08, 0.2, 0.4, 0.7, 0.9, 1.0])  # share of the poor below the deeper line
ALIKE = (0.1, 0.4)  # headcounts up to which few are poor, and from which many are; between them the bands are mixed
LITTLE = 0.97  # of the way to all the poor, at most, that a band goes upwards
SHOWN = (0.1, 0.02)  # depths that a note tells the band at
# What would narrow the band, by what is published at the lowest line.
NARROWER = {
    "none": "; no line is published, and a headcount with P1 and P2 would narrow it",
    "P0": "; P1 and P2 are not published, and would narrow it",
    "P0 P1": "; P2 is not published, and would narrow it",
    "P0 P2": "; P1 is not published, and would narrow it",
}


@frozen(kw_only=True)
class Bands:
    """Widths of the 90% band of the log share of persons below an amount, at each of `DEPTHS`, shapes (depth,).

    top : share of persons below the line that depths are shares of; 1 where no line is published.
    """

    fewer: Floats
    more: Floats
    top: float

    def at(self, rank: Floats) -> tuple[Floats, Floats]:
        """Widths to fewer and to more at shares of persons, shapes of `rank`."""
        depth = np.log(np.clip(rank / self.top, 1e-12, 1.0))
        return np.interp(depth, np.log(DEPTHS), self.fewer), np.interp(depth, np.log(DEPTHS), self.more)


@cache
def _table() -> dict[tuple[str, str, str, str], tuple[Floats, Floats]]:
    """Widths by kind of welfare, figures at the line, figures beyond it, and few or many poor."""
    rows: dict[tuple[str, str, str, str], list[tuple[float, float]]] = {}
    text = files("graduasi").joinpath("data/synthesis/bands.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        key = (row["kind"], row["line"], row["beyond"], row["poor"])
        rows.setdefault(key, []).append((float(row["fewer"]), float(row["more"])))
    return {key: (np.array([low for low, _ in own]), np.array([up for _, up in own])) for key, own in rows.items()}


def at_line(published: Published) -> tuple[str, float]:
    """What is published at the lowest line, or at the lowest quantile without a line; and the share below it."""
    if published.lines:
        lowest = published.lines[0]
        more = (" P1" if lowest.gap is not None else "", " P2" if lowest.severity is not None else "")
        return "P0" + "".join(more), lowest.headcount
    return ("P0", published.quantiles[0][0]) if published.quantiles else ("none", 1.0)


def beyond_line(published: Published) -> str:
    """How much is published beyond the lowest line: nothing, one figure, two figures, or tenths."""
    if published.deciles is not None:
        return "tenths"
    known = (
        published.mean is not None or published.median is not None,
        published.gini is not None,
        len(published.lines) + len(published.quantiles) > 1,
    )
    figures = min(sum(known), 2)
    line, _ = at_line(published)
    return ("nothing" if line != "none" else "one figure", "one figure", "two figures")[figures]


def bands_of(published: Published) -> Bands:
    """The bands for what is published."""
    line, top = at_line(published)
    table, beyond = _table(), beyond_line(published)
    many = table[published.kind, line, beyond, "many"]
    if line == "none":
        return Bands(fewer=many[0], more=many[1], top=1.0)
    few = table[published.kind, line, beyond, "few"]
    share = min(max(math.log(top / ALIKE[0]) / math.log(ALIKE[1] / ALIKE[0]), 0.0), 1.0)
    fewer, more = (share * ours + (1.0 - share) * theirs for ours, theirs in zip(many, few, strict=True))
    return Bands(fewer=fewer, more=more, top=top)


def told(published: Published, factor: float) -> str:
    """How wide the band is, and why, for the notes of a population. factor : on the widths, see `synthesise`."""
    line, _ = at_line(published)
    whom = "persons" if line == "none" else "the poor"
    bands = bands_of(published)
    depths = zip(SHOWN, *bands.at(np.array(SHOWN) * bands.top), strict=True)
    words = ", ".join(
        f"where {depth:.0%} of {whom} are below it, a factor {math.exp(factor * fewer):.2g} down and "
        f"{math.exp(factor * more):.2g} up"
        for depth, fewer, more in depths
    )
    beyond = beyond_line(published)
    what = beyond if line == "none" else f"{line} and {beyond}"
    return (
        f"90% band of the share below a deeper line, measured on surveys of {published.kind} with the same figures "
        f"({what}): {words}{NARROWER.get(line, '')}"
    )
