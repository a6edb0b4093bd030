"""Who is enrolled when, and what that costs: from ranks, take-up, slots and money to pieces of records.

A record stands for a number of families. A programme takes the first of them, so that a record on the margin of
a quota is split in two pieces with divided weight and the same luck, and the families that two programmes of a
policy reach overlap as far as they can.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from graduasi.errors import InputError
from graduasi.interventions import DOORS, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graduasi.policy.programme import Budget, Programme

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

COMPONENTS = ("transfer", "delivery", "start_up")


@frozen(kw_only=True, eq=False)
class Enrolment:
    """A programme's families, cut into segments: families `low` to `high` of record `row` enrol in `month`.

    row, low, high, month : arrays, shape (segment,), sorted by (row, low).
    dose : what every door and cost is multiplied with; below 1 only where a budget prorates.
    costs : shape (component, month) [currency].
    """

    programme: str
    row: Rows
    low: Floats
    high: Floats
    month: Rows
    dose: float
    costs: Floats
    schedules: tuple[Schedule, ...]


def enrol(
    programme: Programme,
    *,
    rank: NDArray[np.floating[Any]],
    candidate: NDArray[np.bool_],
    families: Floats,
    members: Floats,
    months: int,
) -> Enrolment:
    """Enrol the candidates by rank.

    rank : shape (household,), the lowest first, infinity never. candidate : eligible, and accepts.
    families, members : shape (household,). months : last month of the horizon.
    """
    schedules = tuple(intervention.schedule(months) for intervention in programme.interventions)
    _check_cover(programme, schedules)
    allowed = np.flatnonzero(candidate & np.isfinite(rank) & (families > 0))
    order = allowed[_queue(rank[allowed], families[allowed], programme.rollout.families)]
    row, start, end, month = _segments(order, families, programme, months)
    dose = 1.0
    fixed = sum(schedule.start_up for schedule in schedules)
    if programme.budget is not None and row.size:
        each = _committed(schedules, members[row], months - month)
        row, start, end, month, dose = _afford(programme.budget, fixed, each, (row, start, end, month))
    width = end - start
    costs = np.zeros((len(COMPONENTS), months + 1))
    if row.size:
        enrolled = np.bincount(month, weights=width, minlength=months + 1)
        people = np.bincount(month, weights=width * members[row], minlength=months + 1)
        for schedule in schedules:
            costs[0] += np.convolve(enrolled, schedule.cash + schedule.assets)[: months + 1]
            costs[0] += np.convolve(people, schedule.cash_per_member)[: months + 1]
            costs[1] += np.convolve(enrolled, schedule.delivery)[: months + 1]
        costs *= dose
        costs[2, month.min()] = fixed
    ahead = np.concatenate([[0.0], np.cumsum(families[order])])
    place = np.empty(families.size)
    place[order] = ahead[:-1]
    by_row = np.lexsort((start, row))
    low = (start - place[row])[by_row]
    return Enrolment(
        programme=programme.name,
        row=row[by_row],
        low=low,
        high=low + width[by_row],
        month=month[by_row],
        dose=dose,
        costs=costs,
        schedules=schedules,
    )


def _check_cover(programme: Programme, schedules: Sequence[Schedule]) -> None:
    if programme.budget is not None and any(schedule.cover.any() for schedule in schedules):
        raise InputError(
            f"Programme.budget must be left out where an intervention opens the cover door, since what it pays "
            f"depends on luck; got a budget of {programme.budget.amount:g} in {programme.name!r}"
        )


def _queue(rank: NDArray[np.floating[Any]], families: Floats, quota: float | None) -> Rows:
    """Places of the lowest ranks in order, equals as they come: at least as many as fill the quota."""
    count = rank.size if quota is None else int(1.2 * rank.size * quota / max(float(families.sum()), quota)) + 100
    while count < rank.size / 2:
        first = np.flatnonzero(rank <= np.partition(rank, count)[count])
        if families[first].sum() >= quota:
            return first[np.argsort(rank[first], kind="stable")]
        count *= 2
    return np.argsort(rank, kind="stable")


def _segments(
    order: Rows, families: Floats, programme: Programme, months: int
) -> tuple[Rows, Floats, Floats, Rows]:
    """Segments (row, start, end, month) in the queue of families, cut at every month's last slot."""
    rollout = programme.rollout
    if order.size == 0 or rollout.start > months:
        nothing = np.empty(0)
        return order[:0], nothing, nothing, order[:0]
    end = np.cumsum(families[order])
    start = end - families[order]
    open_months = months - rollout.start + 1
    quota = end[-1] if rollout.families is None else min(_whole_parts(rollout.families), end[-1])
    if rollout.monthly is None:
        inside = start < quota
        month = np.full(int(inside.sum()), rollout.start, dtype=np.intp)
        return order[inside], start[inside], np.minimum(end[inside], quota), month
    cuts = _whole_parts(np.arange(1, open_months + 1) * rollout.monthly)
    quota = min(quota, cuts[-1])
    points = np.unique(np.concatenate([end[end < quota], cuts[cuts < quota], [quota]]))
    begins = np.concatenate([[0.0], points[:-1]])
    which = np.searchsorted(end, begins, side="right")
    month = rollout.start + np.searchsorted(cuts, begins, side="right").astype(np.intp)
    return order[which], begins, points, month


def _whole_parts(families: Any) -> Any:
    """Whole multiples of 2**-10 of a family, from below, so that weights still add up exactly."""
    return np.floor(families * 2.0**10) / 2.0**10


def _committed(schedules: Sequence[Schedule], members: Floats, remaining: Rows) -> Floats:
    """Cost of a family of each segment up to the horizon, repayments left out, shape (segment,)."""
    total = np.zeros(members.size)
    for schedule in schedules:
        own = np.maximum(schedule.cash, 0.0) + schedule.assets + schedule.delivery
        total += np.cumsum(own)[remaining]
        total += np.cumsum(np.maximum(schedule.cash_per_member, 0.0))[remaining] * members
    return total


def _afford(
    budget: Budget, fixed: float, each: Floats, segments: tuple[Rows, Floats, Floats, Rows]
) -> tuple[Rows, Floats, Floats, Rows, float]:
    """Segments and dose that the budget pays for."""
    row, start, end, month = segments
    left = budget.amount - fixed
    if left < 0:
        return row[:0], start[:0], end[:0], month[:0], 1.0
    total = float(((end - start) * each).sum())
    if budget.when_short == "prorate":
        return row, start, end, month, 1.0 if total <= left else left / total * (1 - 1e-12)
    spent = np.cumsum((end - start) * each)
    before = spent - (end - start) * each
    inside = before < left if total > left else np.ones(row.size, dtype=bool)
    row, start, end, month, each = row[inside], start[inside], end[inside], month[inside], each[inside]
    if total > left and row.size:
        part = _whole_parts((left - before[inside][-1]) / each[-1])
        end = end.copy()
        end[-1] = min(end[-1], start[-1] + part)
        some = end > start
        row, start, end, month = row[some], start[some], end[some], month[some]
    return row, start, end, month, 1.0


@frozen(kw_only=True, eq=False)
class Pieces:
    """The touched part of a policy: pieces of records that share every enrolment month.

    row : record, shape (piece,), ascending. weight : families. month : shape (programme, piece), -1 where a
    programme does not reach the piece.
    """

    row: Rows
    weight: Floats
    month: NDArray[np.int32]
    enrolments: tuple[Enrolment, ...]

    @cached_property
    def together(self) -> tuple[int | None, ...]:
        """For each programme, the month in which every piece enrols; None where months differ."""
        return tuple(
            int(months[0]) if months.size and (months == months[0]).all() else None for months in self.month
        )

    def part(self, first: int, last: int) -> Pieces:
        """The pieces of records `first` to `last` (excluded)."""
        left, right = np.searchsorted(self.row, (first, last))
        return evolve(
            self, row=self.row[left:right], weight=self.weight[left:right], month=self.month[:, left:right]
        )


def cut(enrolments: Sequence[Enrolment]) -> Pieces:
    """The common refinement of the segments of a policy's programmes."""
    rows = np.concatenate([np.concatenate([item.row, item.row]) for item in enrolments] or [np.empty(0)])
    points = np.concatenate([np.concatenate([item.low, item.high]) for item in enrolments] or [np.empty(0)])
    order = np.lexsort((points, rows))
    rows, points = rows[order].astype(np.intp), points[order]
    inner = (rows[1:] == rows[:-1]) & (points[1:] > points[:-1])
    row, low, high = rows[:-1][inner], points[:-1][inner], points[1:][inner]
    month = np.stack([_month_at(item, row, low) for item in enrolments]) if enrolments else np.empty((0, 0))
    reached = (month >= 0).any(axis=0) if row.size else np.zeros(0, dtype=bool)
    return Pieces(
        row=row[reached],
        weight=(high - low)[reached],
        month=month[:, reached].astype(np.int32),
        enrolments=tuple(enrolments),
    )


def _month_at(item: Enrolment, row: Rows, low: Floats) -> Rows:
    """Month in which the family just above `low` of `row` enrols, shape (piece,); -1 where it does not."""
    month = np.full(row.size, -1, dtype=np.intp)
    if item.row.size == 0:
        return month
    rows = np.concatenate([item.row, row])
    points = np.concatenate([item.low, low])
    is_piece = np.concatenate([np.zeros(item.row.size), np.ones(row.size)])
    order = np.lexsort((is_piece, points, rows))
    source = np.concatenate([np.arange(item.row.size), np.full(row.size, -1)])[order]
    last = np.maximum.accumulate(source)
    found = np.empty(row.size, dtype=np.intp)
    found[order[source < 0] - item.row.size] = last[source < 0]
    safe = np.maximum(found, 0)
    inside = (found >= 0) & (item.row[safe] == row) & (low < item.high[safe])
    month[inside] = item.month[safe[inside]]
    return month


def door_levels(
    pieces: Pieces, month: int, members: Floats, completes: Sequence[Floats | None]
) -> dict[str, Floats | float]:
    """What passes through each door this month: one number for all pieces, or shape (piece,).

    completes : for each programme and intervention in order, 1.0 where skill and gain come into force, 0.0 where
    they do not; None where they do everywhere.
    """
    levels: dict[str, Floats | float] = dict.fromkeys(DOORS, 0.0)
    number = 0
    for position, item in enumerate(pieces.enrolments):
        together = pieces.together[position]
        since, scale = _since(pieces, position, month)
        for schedule in item.schedules:
            if together is None or scale:
                _add(levels, schedule, since, scale * item.dose, members, completes[number])
            number += 1
    return levels


def cover_level(pieces: Pieces, position: int, month: int) -> Floats | float:
    """What one programme adds to the cover door this month."""
    item = pieces.enrolments[position]
    since, scale = _since(pieces, position, month)
    level: Floats | float = sum(schedule.cover[since] for schedule in item.schedules) * scale * item.dose
    return level


def _since(pieces: Pieces, position: int, month: int) -> tuple[Any, Any]:
    """Months since enrolment, and 1 where enrolled; one number each where all pieces enrol together."""
    together = pieces.together[position]
    if together is not None:
        enrolled = 0 <= together <= month
        return (month - together, 1.0) if enrolled else (0, 0.0)
    since = month - pieces.month[position]
    active = (pieces.month[position] >= 0) & (since >= 0)
    return np.where(active, since, 0), active.astype(np.float64)


def _add(
    levels: dict[str, Any],
    schedule: Schedule,
    since: Any,
    scale: Any,
    members: Floats,
    completes: Floats | None,
) -> None:
    for door in schedule.open_doors:
        if door == "cash_per_member":
            levels["cash"] = levels["cash"] + schedule.cash_per_member[since] * scale * members
            continue
        amount = getattr(schedule, door)[since] * scale
        if completes is not None and door in {"skill", "gain"}:
            amount = amount * completes
        levels[door] = levels[door] + amount
