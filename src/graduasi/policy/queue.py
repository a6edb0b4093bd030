"""The queue of a programme: who comes first, how far places go, and how far money goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from graduasi._typing import Reals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.policy.programme import Rollout

    Floats = NDArray[np.float64]
    Index = NDArray[np.intp]


def queue_of(rank: Reals, households: Floats, quota: float | None) -> Index:
    """Places of the lowest ranks in order, equals as they come: at least as many as fill the quota."""
    if rank.size == 0 or quota == 0:
        return np.empty(0, dtype=np.intp)
    count = rank.size if quota is None else int(1.2 * rank.size * quota / max(float(households.sum()), quota)) + 100
    while count < rank.size / 2:
        first = np.flatnonzero(rank <= np.partition(rank, count)[count])
        if households[first].sum() >= quota:
            return first[np.argsort(rank[first], kind="stable")]
        count *= 2
    return np.argsort(rank, kind="stable")


def segments_of(
    order: Index,
    households: Floats,
    rollout: Rollout,
    months: int,
    *,
    quota: float | None,
    start: int,
    promised: Floats | None = None,
) -> tuple[Index, Floats, Floats, Index]:
    """Segments (row, begin, end, month) in the queue of households, cut at every month's last slot.

    quota : households at most. start : first month of enrolment. promised : slots of months 0 to `months` that are
    no longer free, shape (month,).
    """
    nothing = np.empty(0)
    if order.size == 0 or start > months:
        return order[:0], nothing, nothing, order[:0]
    end = np.cumsum(households[order])
    begin = end - households[order]
    quota = end[-1] if quota is None else min(whole_parts(quota), end[-1])
    if quota <= 0.0:
        return order[:0], nothing, nothing, order[:0]
    if rollout.monthly is None:
        inside = begin < quota
        month = np.full(int(inside.sum()), start, dtype=np.intp)
        return order[inside], begin[inside], np.minimum(end[inside], quota), month
    cuts = whole_parts(np.arange(1, months - start + 2) * rollout.monthly)
    if promised is not None:
        # slots (3, 3, 3), promised (3, 1, 0) -> free (0, 2, 3) -> cuts (0, 2, 5)
        free = np.maximum(np.diff(cuts, prepend=0.0) - promised[start:], 0.0)
        cuts = whole_parts(np.cumsum(free))
    quota = min(quota, cuts[-1])
    if quota <= 0.0:
        return order[:0], nothing, nothing, order[:0]
    # ends (2, 5), slots a month 3 -> points (2, 3, 5): rows (0, 1, 1), months (0, 0, 1)
    points = np.unique(np.concatenate([end[end < quota], cuts[(cuts > 0.0) & (cuts < quota)], [quota]]))
    begins = np.concatenate([[0.0], points[:-1]])
    which = np.searchsorted(end, begins, side="right")
    month = start + np.searchsorted(cuts, begins, side="right").astype(np.intp)
    return order[which], begins, points, month


@overload
def whole_parts(households: float) -> float: ...


@overload
def whole_parts(households: Reals) -> Floats: ...


def whole_parts(households: Reals | float) -> Floats | float:
    """Whole multiples of 2**-10 of a household, from below, so that weights still add up exactly."""
    parts: Floats | float = np.floor(households * 2.0**10) / 2.0**10
    return parts


def afford(
    left: float, when_short: str, each: Floats, segments: tuple[Index, Floats, Floats, Index]
) -> tuple[Index, Floats, Floats, Index, float]:
    """Segments and dose that so much money pays for.

    each : cost of a household of each segment, shape (segment,).
    """
    row, start, end, month = segments
    if left < 0:
        return row[:0], start[:0], end[:0], month[:0], 1.0
    total = float(((end - start) * each).sum())
    if when_short == "prorate":
        return row, start, end, month, 1.0 if total <= left else left / total * (1 - 1e-12)
    spent = np.cumsum((end - start) * each)
    before = spent - (end - start) * each
    inside = before < left if total > left else np.ones(row.size, dtype=bool)
    row, start, end, month, each = row[inside], start[inside], end[inside], month[inside], each[inside]
    if total > left and row.size:
        part = whole_parts((left - before[inside][-1]) / each[-1])
        end = end.copy()
        end[-1] = min(end[-1], start[-1] + part)
        some = end > start
        row, start, end, month = row[some], start[some], end[some], month[some]
    return row, start, end, month, 1.0
