"""One population from several areas with figures of their own: urban and rural, or districts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import evolve

from graduasi._typing import Floats
from graduasi.errors import InputError
from graduasi.evidence.priors import DOUBT
from graduasi.lines import PovertyLine
from graduasi.population.population import Population
from graduasi.population.synthesis.figures import Published
from graduasi.population.synthesis.records import synthesise

FEWEST_RECORDS = 200  # records of an area


def synthesise_areas(
    areas: Mapping[str, Published],
    *,
    line: PovertyLine | None = None,
    family: str | None = None,
    size: int = 20_000,
    doubt: tuple[float, float, float] | None = DOUBT,
    survey_households: float | None = None,
    design_effect: float = 2.0,
    seed: int = 0,
    deepest: float | None = None,
) -> Population:
    """Households of all areas; the area is their group, and the column `area`.

    line : at whose prices welfare is told. Each area's amounts are multiplied by line / own main line, so that this
        one line finds the poor of every area (spatial deflation by the poverty lines). None: amounts as they are,
        each area's own prices.
    size : records in all, shared out by persons, at least 200 an area. The rest as in `synthesise`; the fan moves
    all areas together. Raises InputError for areas of several currencies or kinds of welfare, without a line to
    deflate by, or with a kind of member that another area does not tell.
    """
    _check(areas, line)
    everybody = sum(figures.persons for figures in areas.values())
    parts = []
    for name, figures in areas.items():
        part = synthesise(
            figures,
            family=family,
            size=max(round(size * figures.persons / everybody), FEWEST_RECORDS),
            doubt=doubt,
            survey_households=survey_households,
            design_effect=design_effect,
            seed=seed,
            deepest=deepest,
            prefix=f"{name} ",
        )
        if line is not None and figures.line is not None:
            part = _told_at(part, line.amount / figures.line.amount, f"{name}: welfare x {line.label} / own line")
        parts.append(part)
    return _together(dict(zip(areas, parts, strict=True)))


def _check(areas: Mapping[str, Published], line: PovertyLine | None) -> None:
    """Refuse areas that cannot stand in one population."""
    if not areas:
        raise InputError("Population.areas must be at least one area with its figures; got none")
    for name, figures in areas.items():
        if not isinstance(name, str) or not name or not isinstance(figures, Published):
            raise InputError(f"Population.areas must be names with Published figures; got {name!r}: {figures!r}")
        if line is not None and figures.line is None:
            raise InputError(
                f"Population.areas must have a line each to be told at the prices of one; {name!r} has none"
            )
    currencies = {figures.currency for figures in areas.values()} | ({line.currency} if line is not None else set())
    if len(currencies) > 1:
        raise InputError(f"Population.areas must be in one currency; got {', '.join(sorted(currencies))}")
    kinds = {figures.kind for figures in areas.values()}
    if len(kinds) > 1:
        raise InputError(f"Population.areas must be of one kind of welfare; got {' and '.join(sorted(kinds))}")
    _same_members(areas)


def _same_members(areas: Mapping[str, Published]) -> None:
    """Refuse a kind of member that only some areas tell: unknown would be read as none."""
    known = {name: [kind.name for kind in figures.composition] for name, figures in areas.items()}
    for member in dict.fromkeys(kind for kinds in known.values() for kind in kinds):
        have = [name for name, kinds in known.items() if member in kinds]
        lack = [name for name, kinds in known.items() if member not in kinds]
        if lack:
            raise InputError(
                f"Population.areas must all tell the members of a kind that one tells; {member!r} is in the "
                f"composition of {', '.join(map(repr, have))} and not of {', '.join(map(repr, lack))}"
            )


def _told_at(part: Population, ratio: float, note: str) -> Population:
    tails = None if part.tails is None else (part.tails[0] * ratio, part.tails[1] * ratio)
    return evolve(part, welfare=part.welfare * ratio, tails=tails, notes=(*part.notes, note))


def _together(parts: Mapping[str, Population]) -> Population:
    every = list(parts.values())
    names = sorted({name for part in every for name in part.columns})
    area = np.concatenate([np.full(len(part), name) for name, part in parts.items()])
    columns = {name: np.concatenate([part.columns[name] for part in every]) for name in names}
    return Population(
        ids=np.concatenate([part.ids for part in every]),
        welfare=np.concatenate([part.welfare for part in every]),
        weight=np.concatenate([part.weight for part in every]),
        members=np.concatenate([part.sizes for part in every]),
        by=area,
        distribution_groups=area,
        columns={**columns, "area": area},
        tails=_tails(every),
        kind=every[0].kind,
        currency=every[0].currency,
        notes=tuple(f"{name}: {note}" for name, part in parts.items() for note in part.notes),
    )


def _tails(parts: list[Population]) -> tuple[Floats, Floats] | None:
    """Both ends of the band of all areas; None where one has none."""
    known = [part.tails for part in parts if part.tails is not None]
    if len(known) < len(parts):
        return None
    low, high = zip(*known, strict=True)
    return np.concatenate(low), np.concatenate(high)
