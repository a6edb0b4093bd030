"""Who is enrolled when: from ranks, take-up, slots and money to segments of records.

A record stands for a number of households. A programme takes the first of them, so that a record on the margin of
a quota is split in two segments with divided weight and the same luck, and the households that two programmes of a
policy reach overlap as far as they can.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.policy.exits import NEVER
from graduasi.policy.queue import afford, queue_of, segments_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.policy.offer import Offer
    from graduasi.policy.registry import RegistryView

    Floats = NDArray[np.float64]
    Index = NDArray[np.intp]

COMPONENTS = ("transfer", "delivery", "start_up", "staff")
NOT_ENROLLED = -1


@frozen(kw_only=True, eq=False)
class Enrolment:
    """A programme's households, as segments: households `low` to `high` of unit `row` enrol in `month_in`.

    row, low, high, month_in, month_out : arrays, shape (segment,), sorted by (row, low). dose : what every channel
    and cost is multiplied with; below 1 only where a budget prorates. committed : cost up to the horizon
    [currency].
    """

    row: Index
    low: Floats
    high: Floats
    month_in: Index
    month_out: Index
    dose: float
    committed: float


def enrol(
    offer: Offer,
    view: RegistryView,
    *,
    rank: NDArray[np.floating],
    candidate: NDArray[np.bool_],
    members: Floats,
    money: float | None,
    places: float | None,
    start: int,
    promised: Floats | None = None,
) -> Enrolment:
    """Enrol the candidates by rank.

    rank : shape (unit,), the lowest first, infinity never. candidate : eligible, and accepts. members : shape
    (unit,).
    money : what there is to spend, start-up included; no limit where it is None. places : households at most.
    start : month from which units enrol. promised : slots of each month that are taken, shape (month,).
    """
    programme, weight = offer.programme, view.weight
    stays = offer.month_out(view, np.full(weight.size, start)) > start
    allowed = np.flatnonzero(candidate & stays & np.isfinite(rank) & (weight > 0))
    order = allowed[queue_of(rank[allowed], weight[allowed], places)]
    segments = segments_of(
        order, weight, programme.rollout, offer.months, quota=places, start=start, promised=promised
    )
    segments = _in_time(offer, view, segments)
    row, begin, end, month = segments
    dose, columns = 1.0, view.columns
    if money is not None and row.size:
        each = _costs(offer, view, members, row, month)
        when_short = "cap" if programme.budget is None else programme.budget.when_short
        row, begin, end, month, dose = afford(money, when_short, each, segments)
    width = end - begin
    ahead = np.concatenate([[0.0], np.cumsum(weight[order])])
    place = np.empty(weight.size)
    place[order] = ahead[:-1]
    by_row = np.lexsort((begin, row))
    row, month = row[by_row], month[by_row]
    low = (begin[by_row] - place[row]) if row.size else begin
    out = offer.month_out(view.take(row), month)
    committed = 0.0
    if row.size:
        each = offer.commitment(members[row], {name: values[row] for name, values in columns.items()}, month, out)
        committed = dose * float((width[by_row] * each).sum()) + offer.start_up
    return Enrolment(
        row=row,
        low=low,
        high=low + width[by_row],
        month_in=month,
        month_out=out,
        dose=dose,
        committed=committed,
    )


def _in_time(
    offer: Offer, view: RegistryView, segments: tuple[Index, Floats, Floats, Index]
) -> tuple[Index, Floats, Floats, Index]:
    """Leave out segments whose time is over before their month of enrolment comes."""
    row, begin, end, month = segments
    if not offer.programme.exits or not row.size:
        return segments
    some = offer.month_out(view.take(row), month) > month
    return row[some], begin[some], end[some], month[some]


def _costs(offer: Offer, view: RegistryView, members: Floats, row: Index, month: Index) -> Floats:
    """Cost of a household of each segment up to the horizon, shape (segment,)."""
    own = view.take(row)
    return offer.commitment(members[row], own.columns, month, offer.month_out(own, month))


@frozen(kw_only=True, eq=False)
class Segments:
    """The treated part of a policy: parts of records that share every month of enrolment.

    row : shape (segment,), ascending. weight : households. month_in, month_out : shape (offer, segment): the first
    month with payments, NOT_ENROLLED where an offer does not reach the segment; the first month without.
    month_first : the month of the first enrolment, which `month_in` is until somebody is enrolled again.
    """

    row: Index
    weight: Floats
    month_in: NDArray[np.int16]
    month_out: NDArray[np.int16]
    month_first: NDArray[np.int16]

    @classmethod
    def none(cls, offers: int) -> Segments:
        """Return no segments."""
        empty = np.empty((offers, 0), dtype=np.int16)
        return cls(
            row=np.empty(0, dtype=np.intp), weight=np.empty(0), month_in=empty, month_out=empty, month_first=empty
        )


def common_refinement(enrolments: Sequence[Enrolment | None]) -> Segments:
    """Cut the segments of a policy's programmes where any of them begins or ends.

    enrolments : one an offer, None for an offer that is not of the policy.
    """
    given = [each for each in enrolments if each is not None and each.row.size]
    if not given:
        return Segments.none(len(enrolments))
    rows = np.concatenate([np.concatenate([each.row, each.row]) for each in given])
    points = np.concatenate([np.concatenate([each.low, each.high]) for each in given])
    order = np.lexsort((points, rows))
    rows, points = rows[order], points[order]
    # rows (4, 4, 4), points (0, 1, 3) -> segments of row 4: (0, 1), (1, 3)
    inner = (rows[1:] == rows[:-1]) & (points[1:] > points[:-1])
    row, low, high = rows[:-1][inner], points[:-1][inner], points[1:][inner]
    month_in = np.full((len(enrolments), row.size), NOT_ENROLLED, dtype=np.int16)
    month_out = np.full((len(enrolments), row.size), NEVER, dtype=np.int16)
    for place, each in enumerate(enrolments):
        if each is not None:
            source = _covering(each, row, low)
            inside = source >= 0
            month_in[place, inside] = each.month_in[source[inside]]
            month_out[place, inside] = each.month_out[source[inside]]
    reached = (month_in >= 0).any(axis=0)
    return Segments(
        row=row[reached],
        weight=(high - low)[reached],
        month_in=month_in[:, reached],
        month_out=month_out[:, reached],
        month_first=month_in[:, reached],
    )


def _covering(enrolment: Enrolment, row: Index, low: Floats) -> Index:
    """Return the segment that holds the household just above `low` of `row`, shape (segment,); -1 for none."""
    if enrolment.row.size == 0:
        return np.full(row.size, -1, dtype=np.intp)
    rows = np.concatenate([enrolment.row, row])
    points = np.concatenate([enrolment.low, low])
    asks = np.concatenate([np.zeros(enrolment.row.size), np.ones(row.size)])
    order = np.lexsort((asks, points, rows))
    source = np.concatenate([np.arange(enrolment.row.size), np.full(row.size, -1)])[order]
    last = np.maximum.accumulate(source)
    covering = np.empty(row.size, dtype=np.intp)
    covering[order[source < 0] - enrolment.row.size] = last[source < 0]
    safe = np.maximum(covering, 0)
    inside = (covering >= 0) & (enrolment.row[safe] == row) & (low < enrolment.high[safe])
    return np.where(inside, covering, -1)
