"""The treated segments of all policies in a block: what they receive, what it does, and what policies change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import Columns
from graduasi.channels import CHANNELS, FLOW, NOTHING, Transfers
from graduasi.policy.enrolment import COMPONENTS, Segments
from graduasi.policy.exits import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graduasi.channels import Level
    from graduasi.interventions import Schedule
    from graduasi.policy.lanes import Lanes
    from graduasi.policy.offer import Offer
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Index = NDArray[np.intp]

TRANSFER, DELIVERY, STAFF = (COMPONENTS.index(name) for name in ("transfer", "delivery", "staff"))


@frozen(kw_only=True, eq=False)
class Arms:
    """Segments of all policies in one array, by policy, then row; arrays have shape (segment,).

    policy : position; row : within the block; weight : households; members : persons of a household.
    month_in, month_out, month_first : shape (offer, segment), see `Segments`. shift : shape (policy,), what to add
    to the place of a segment among those of its policy for its place here.
    """

    policy: Index
    row: Index
    weight: Floats
    members: Floats
    weights: Floats
    squared: Floats
    stratum: Index
    month_in: NDArray[np.int16]
    month_out: NDArray[np.int16]
    month_first: NDArray[np.int16]
    columns: Columns
    shift: Index

    @classmethod
    def of(cls, task: Task, block: slice, segments: Sequence[Segments]) -> Arms:
        """Return the segments of a block. segments : one a policy."""
        ends = [np.searchsorted(own.row, (block.start, block.stop)) for own in segments]
        parts = [slice(int(low), int(high)) for low, high in ends]
        row = np.concatenate([own.row[part] for own, part in zip(segments, parts, strict=True)])
        weight = np.concatenate([own.weight[part] for own, part in zip(segments, parts, strict=True)])
        members = task.sizes[row]
        weights = [weight, *(grid.snap(weight * members) for grid in task.grids[1:])]
        return cls(
            policy=np.repeat(np.arange(len(segments)), [part.stop - part.start for part in parts]),
            row=row - block.start,
            weight=weight,
            members=members,
            weights=np.array(weights),
            squared=task.squared_grid.snap(weight * task.weights[0][row]),
            stratum=task.stratum[row],
            month_in=np.concatenate(
                [own.month_in[:, part] for own, part in zip(segments, parts, strict=True)], axis=1
            ),
            month_out=np.concatenate(
                [own.month_out[:, part] for own, part in zip(segments, parts, strict=True)], axis=1
            ),
            month_first=np.concatenate(
                [own.month_first[:, part] for own, part in zip(segments, parts, strict=True)], axis=1
            ),
            columns={name: values[row] for name, values in task.columns.items()},
            shift=np.cumsum([0, *(part.stop - part.start for part in parts[:-1])]) - [part.start for part in parts],
        )


@frozen(kw_only=True, eq=False)
class Handed:
    """What one offer hands over in a month. at : segments, shape (own,); amounts per household, shape (own,).

    levels : by channel, per person for money. transfer, delivery, staff : cost of a household [currency].
    """

    at: Index
    levels: Mapping[str, Floats]
    transfer: Floats
    delivery: Floats
    staff: Floats


class Deliveries:
    """The offers of all policies to the segments of a block, month by month."""

    def __init__(self, arms: Arms, offers: Sequence[Offer], dose: Floats, lanes: Lanes, block: slice) -> None:
        self.arms = arms
        self.offers = [_OfferTo(arms, place, offer, dose, lanes, block) for place, offer in enumerate(offers)]

    def month(self, month: int) -> tuple[Transfers, list[Handed]]:
        """What passes through the channels of every segment this month, and what each offer hands over."""
        handed = [offer.month(month) for offer in self.offers]
        levels: dict[str, Level] = {}
        for own in handed:
            for channel, level in own.levels.items():
                whole = levels.setdefault(channel, np.zeros(self.arms.row.size))
                assert not isinstance(whole, float)
                whole[own.at] += level
        return (Transfers(levels) if levels else NOTHING), handed


class _OfferTo:
    """One offer to the segments that it ever reaches."""

    def __init__(self, arms: Arms, place: int, offer: Offer, dose: Floats, lanes: Lanes, block: slice) -> None:
        self.offer, self.horizon = offer, offer.months
        self.at = np.flatnonzero(arms.month_in[place] >= 0)
        self.start = arms.month_in[place, self.at].astype(np.intp)
        self.end = arms.month_out[place, self.at].astype(np.intp)
        first = arms.month_first[place, self.at].astype(np.intp)
        self.first = None if (first == self.start).all() else first
        self.together = int(self.start[0]) if self.at.size and (self.start == self.start[0]).all() else None
        self.leave = bool((self.end < NEVER).any())
        self.dose = dose[arms.policy[self.at], place]
        self.members = arms.members[self.at]
        columns = {name: values[self.at] for name, values in arms.columns.items()}
        self.units = [
            [amount.units(self.members, columns) for amount in schedule.amounts] for schedule in offer.schedules
        ]
        self.completes: list[Floats | float] = []
        rows = arms.row[self.at] + block.start
        for position, schedule in enumerate(offer.schedules):
            share: Floats | float = 1.0
            if schedule.completion < 1.0 and self.at.size:
                drawn = lanes.uniforms_of(f"completion: {offer.programme.name}, {position}", rows)
                share = (drawn < schedule.completion).astype(np.float64)
            self.completes.append(share)

    def month(self, month: int) -> Handed:
        """What the offer hands over in a month."""
        size = self.at.size
        nothing = np.zeros(size)
        levels: dict[str, Floats] = {}
        costs = np.zeros((3, size))
        if not size or (self.together is not None and month < self.together):
            return Handed(at=self.at, levels=levels, transfer=nothing, delivery=nothing, staff=nothing)
        since, begun, inside = self._since(month)
        learnt = since if self.first is None else np.maximum(month - self.first, 0)
        for schedule, units, completes in zip(self.offer.schedules, self.units, self.completes, strict=True):
            for amount, count in zip(schedule.amounts, units, strict=True):
                channel = CHANNELS[amount.channel]
                level = amount.by_month[learnt if channel.learned else since]
                if not np.any(level):
                    continue
                value = level * count * self.dose * (self._ever(month, begun) if channel.learned else inside)
                if channel.learned:
                    value = value * completes
                if channel.kind == FLOW and channel.money:
                    costs[0] += value
                if channel.money:
                    value = value / self.members
                levels[amount.channel] = levels.get(amount.channel, 0.0) + value
            self._state_ceiling(schedule, levels, inside)
            costs[1] += schedule.delivery[since] * self.dose * inside
        if "insured_share" in levels:
            levels["insured_most"] = np.where(levels["insured_share"] > 0.0, levels["insured_most"], 0.0)
        else:
            levels.pop("insured_most", None)
        if self.offer.staff_cost:
            costs[2] = self.offer.staff_cost * (np.asarray(since) < self.offer.staff_months) * self.dose * inside
        return Handed(at=self.at, levels=levels, transfer=costs[0], delivery=costs[1], staff=costs[2])

    def _ever(self, month: int, begun: Floats | float) -> Floats | float:
        """1 where enrolled by now for the first time: what is learned then is neither lost nor learned twice."""
        return begun if self.first is None else (self.first <= month).astype(np.float64)

    def _state_ceiling(self, schedule: Schedule, levels: dict[str, Floats], inside: Floats | float) -> None:
        """No ceiling, told as infinity, where this schedule insures without one; else at least a ceiling of 0."""
        if not any(amount.channel == "insured_share" for amount in schedule.amounts):
            return
        open_ended = 0.0 if schedule.states_ceiling else np.where(inside > 0.0, np.inf, 0.0)
        levels["insured_most"] = levels.get("insured_most", 0.0) + open_ended + np.zeros(self.at.size)

    def _since(self, month: int) -> tuple[Index | int, Floats | float, Floats | float]:
        """Months since enrolment; 1 where enrolled by now; 1 where not left yet. Numbers where all are alike."""
        if self.together is not None:
            since: Index | int = month - self.together
            begun: Floats | float = 1.0
        else:
            started = self.start <= month
            since, begun = np.where(started, month - self.start, 0), started.astype(np.float64)
        inside = begun * (month < self.end) if self.leave else begun
        return since, begun, inside
