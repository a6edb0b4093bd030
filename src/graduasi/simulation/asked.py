"""The statistics that a run is asked for beside those of every run."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import refuse
from graduasi.projection.statistics import (
    EXAMPLES,
    RECORDED,
    RECORDED_YEARLY,
    STATISTICS,
    YEARLY,
    YEARLY_AMOUNTS,
    Statistic,
    StatisticSet,
)

BY_NAME = {each.name: each for each in STATISTICS + EXAMPLES}


@frozen(kw_only=True)
class Asked:
    """What a run records: counts and amounts on the clock of months, and on that of years."""

    counts: StatisticSet = RECORDED
    amounts: tuple[Statistic, ...] = ()
    yearly: StatisticSet = RECORDED_YEARLY
    yearly_amounts: tuple[Statistic, ...] = YEARLY_AMOUNTS


def asked_for(given: str | Statistic | Sequence[str | Statistic], *, years: bool) -> Asked:
    """Return what a run records; what every run records may be named again.

    Raises InputError for unknown names, for names that are taken, and for statistics of a clock that the run lacks.
    """
    wanted = [each for each in _records(given) if each not in (*STATISTICS, *YEARLY)]
    if not wanted:
        return Asked()
    for each in wanted:
        if each.clock == "year" and not years:
            raise InputError(
                f"simulate.statistics must be of months unless years=True; got {each.name!r} of the clock of years"
            )
        if each.flag is None and each.reach is None and each.amount is None:
            raise InputError(
                f"simulate.statistics must have a flag, a reach or an amount; got {each.name!r} without one"
            )
    own = {clock: [each for each in wanted if each.clock == clock] for clock in ("month", "year")}
    return Asked(
        counts=_set(RECORDED, own["month"]),
        amounts=_amounts((), RECORDED, own["month"]),
        yearly=_set(RECORDED_YEARLY, own["year"]),
        yearly_amounts=_amounts(YEARLY_AMOUNTS, RECORDED_YEARLY, own["year"]),
    )


def _records(given: str | Statistic | Sequence[str | Statistic]) -> list[Statistic]:
    asked = [given] if isinstance(given, str | Statistic) else given
    if not isinstance(asked, Sequence):
        raise refuse("simulate", "statistics", "names or Statistic records, or one alone", given)
    found = []
    for each in asked:
        if isinstance(each, str) and each in BY_NAME:
            found.append(BY_NAME[each])
        elif isinstance(each, Statistic):
            found.append(each)
        else:
            names = ", ".join(each.name for each in EXAMPLES)
            raise refuse("simulate", "statistics", f"Statistic records, or names among {names}", each)
    return found


def _set(recorded: StatisticSet, wanted: Sequence[Statistic]) -> StatisticSet:
    further = [each for each in wanted if each.amount is None]
    return StatisticSet([*recorded.statistics, *further]) if further else recorded


def _amounts(
    recorded: tuple[Statistic, ...], counts: StatisticSet, wanted: Sequence[Statistic]
) -> tuple[Statistic, ...]:
    found = [*recorded, *(each for each in wanted if each.amount is not None)]
    names = [*_set(counts, wanted).told, *(each.name for each in found)]
    for each in found:
        if names.count(each.name) > 1:
            raise InputError(f"simulate.statistics must have names of their own; got {each.name!r} twice")
    return tuple(found)
