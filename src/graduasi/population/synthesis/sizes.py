"""Household sizes and composition, drawn given poverty.

Ranks are of persons, so a record sees sizes in proportion to size: P(m) ~ m q(m), with q a Poisson shifted to start
at one and truncated, and mean size = 1 / E[1 / m] as published, for the poor and for all.
"""

from __future__ import annotations

import math

import numpy as np

from graduasi._typing import Bools, Floats
from graduasi.errors import InputError
from graduasi.population.synthesis.figures import LARGEST_DRAWN, Composition, Published
from graduasi.streams import Streams

WEST_JAVA = (3.7, 4.05)  # mean sizes of families: of all (rounded) and of the poor, September 2022
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def _even(name: str, size: int, seed: int) -> Floats:
    """Evenly spread points in (0, 1) from a start that the name and the seed give, shape (record,)."""
    start = Streams(seed=seed).scalar(name)
    step = GOLDEN if name == "population.members" else (Streams(seed=0).scalar(f"step: {name}") + GOLDEN) % 1.0
    return np.asarray((start + np.arange(size) * step) % 1.0, dtype=np.float64)


def mean_of_others(all_mean: float, poor_mean: float, share_poor: float) -> float:
    """Mean size of families that are not poor; shares are of persons."""
    return (1.0 - share_poor) / (1.0 / all_mean - share_poor / poor_mean)


def assumed_sizes(of_all: float | None, of_poor: float | None, share_poor: float) -> tuple[float, float, str]:
    """Mean sizes of families, of all and of the poor, and a note of what is assumed of them; empty if nothing is.

    Those of West Java in place of what is not given; one size for all where these would leave the families that are
    not poor a mean that none has.
    """
    lacks = [name for name, size in (("of all", of_all), ("of the poor", of_poor)) if size is None]
    both = (WEST_JAVA[0] if of_all is None else of_all, WEST_JAVA[1] if of_poor is None else of_poor)
    if not lacks:
        return *both, ""
    whose = " and ".join(lacks)
    others = 1.0 / both[0] - share_poor / both[1]
    if share_poor == 0 or (others > 0 and 1.0 <= (1.0 - share_poor) / others < LARGEST_DRAWN / 2):
        return *both, f"mean size of families {whose} assumed, as in West Java: {WEST_JAVA[0]}, {WEST_JAVA[1]}"
    one = of_all or of_poor or WEST_JAVA[0]
    return one, one, f"mean size of families {whose} assumed: {one:g} for poor and others alike"


def draw_members(published: Published, mass: Floats, poor: Bools, seed: int) -> Floats:
    """Members of each record's families, shape (record,). mass : share of persons of each record."""
    share_poor = float(mass[poor].sum())
    means = [(~poor, published.mean_members)]
    if poor.any():
        others = mean_of_others(published.mean_members, published.mean_members_poor, share_poor)
        if not 1.0 - 1e-9 <= others < LARGEST_DRAWN / 2:
            raise InputError(
                f"Published.mean_members must leave the non-poor a mean size in [1, {LARGEST_DRAWN // 2}); got "
                f"{published.mean_members!r} of all and {published.mean_members_poor!r} of the poor"
            )
        means = [(poor, published.mean_members_poor), (~poor, others)]
    uniform = _even("population.members", mass.size, seed)
    members = np.empty(mass.size)
    for which, mean in means:
        members[which] = 1.0 + np.searchsorted(_size_biased(mean), uniform[which])
    return members


def _size_biased(mean: float) -> Floats:
    """Cumulated probabilities of sizes 1, 2, ... as persons see them, for a mean size of families."""
    from scipy.optimize import brentq
    from scipy.special import gammaln

    size = np.arange(1, LARGEST_DRAWN + 1)

    def households(rate: float) -> Floats:
        logs = (size - 1) * math.log(rate) - gammaln(size)
        weight = np.exp(logs - logs.max())
        return np.asarray(weight / weight.sum(), dtype=np.float64)

    if mean <= 1.0 + 1e-9:
        return np.ones(1)
    rate = brentq(lambda rate: float(size @ households(rate)) - mean, 1e-9, 4.0 * mean)
    persons = size * households(rate)
    return np.cumsum(persons / persons.sum())[:-1]


def draw_composition(
    kinds: tuple[Composition, ...], households: Floats, members: Floats, poor: Bools, seed: int
) -> dict[str, Floats]:
    """Members of each kind in each record's families: binomial among those that are left beside one adult.

    households : share of households of each record. Each kind's chance is set so that the means come out, near
    enough for weights to make them exact.
    """
    from scipy.special import bdtr

    left = members.astype(np.intp) - 1
    found: dict[str, Floats] = {}
    for kind in kinds:
        number = np.zeros(members.size)
        uniform = _even(f"population.{kind.name}", members.size, seed)
        share_poor = float(households[poor].sum() / households.sum())
        others = (kind.mean_all - share_poor * kind.mean_poor) / max(1.0 - share_poor, 1e-12)
        for which, mean, whose in ((poor, kind.mean_poor, "poor"), (~poor, others, "others")):
            if not which.any():
                continue
            room = float((households * left)[which].sum() / households[which].sum())
            if not 0.0 <= mean < 0.95 * room:
                raise InputError(
                    f"Published.composition {kind.name!r} must leave the {whose} a mean from 0 to below "
                    f"{0.95 * room:g} (members beside one adult and those already placed); got {mean:g}"
                )
            chance = mean / room
            for count in range(LARGEST_DRAWN):
                more = which & (left > count)
                number[more] += uniform[more] > bdtr(float(count), left[more], chance)
        found[kind.name] = number
        left = left - number.astype(np.intp)
    return found
