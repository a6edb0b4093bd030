"""From published figures to a `Population`: one area, or several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from graduasi.checks import instance
from graduasi.errors import InputError
from graduasi.lines import PovertyLine
from graduasi.population.synthesis import Published, synthesise, synthesise_areas
from graduasi.population.synthesis.sizes import assumed_sizes

if TYPE_CHECKING:
    from graduasi.population.figure_keywords import FigureKeywords, Settings
    from graduasi.population.population import Population

OWNER = "Population.from_aggregates"


def households(
    published: Published | None,
    areas: Mapping[str, Published] | None,
    figures: FigureKeywords,
    settings: Settings,
) -> Population:
    """See `Population.from_aggregates`."""
    how = attrs.asdict(settings, recurse=False)
    told = {name: value for name, value in figures.items() if value is not None and value != ()}
    if published is not None:
        instance(OWNER, "published", published, Published)
        beside = [*told, *(["areas"] if areas is not None else [])]
        if beside:
            raise InputError(
                f"{OWNER}.published must stand without other figures; got {', '.join(beside)} beside it"
            )
        return synthesise(published, **how)
    line: Any = told.pop("line", None)
    if line is not None:
        instance(OWNER, "line", line, PovertyLine)
    if areas is not None:
        if told:
            raise InputError(
                f"{OWNER}.areas must stand without other figures, since each area has its own; got "
                f"{', '.join(told)} beside them"
            )
        return synthesise_areas(areas, line=line, **how)
    return _of_keywords(line, told, how)


def _of_keywords(line: PovertyLine | None, told: dict[str, Any], how: dict[str, Any]) -> Population:
    if "persons" not in told:
        raise InputError(f"{OWNER}.persons must be a number above 0; got None")
    of_all, of_poor = told.pop("mean_members", None), told.pop("mean_members_poor", None)
    published = Published(
        line=line,
        mean_members=1 if of_all is None else of_all,
        mean_members_poor=1 if of_poor is None else of_poor,
        **told,
    )
    own = published.poor_at  # what is assumed of sizes hangs on how many are poor
    share_poor = 0.0 if own is None else own.headcount
    of_all, of_poor, words = assumed_sizes(of_all, of_poor, share_poor)
    made = synthesise(attrs.evolve(published, mean_members=of_all, mean_members_poor=of_poor), **how)
    return made if not words else attrs.evolve(made, notes=(*made.notes, words))
