"""The ledger and the flows of a draw, written when money moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graduasi.policy.enrolment import COMPONENTS
from graduasi.projection.statistics import FLOWS
from graduasi.simulation.weights import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.policy.offer import Offer
    from graduasi.policy.roster import Roster
    from graduasi.simulation.arms import Arms, Handed
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]

TRANSFER, DELIVERY, START_UP, STAFF = (
    COMPONENTS.index(name) for name in ("transfer", "delivery", "start_up", "staff")
)
RECEIVED, GAIN, WITHOUT = (FLOWS.index(name) for name in ("received", "gain", "without"))
ROOM = 2.0**8  # for insurance, and for consumption beside what is handed over


class Books:
    """costs : shape (policy, programme, component, month) [currency]; flows : shape (policy, month, flow)
    [currency].

    Sums are on grids, so that blocks may come in any order. programmes : names, in the order of the axis.
    """

    def __init__(self, task: Task, offers: Sequence[Offer], programmes: Sequence[str]) -> None:
        policies, months = len(task.policies), task.months + 1
        self.offers, self.programmes = offers, programmes
        self.place = [programmes.index(offer.programme.name) for offer in offers]
        self.costs = np.zeros((policies, len(programmes), len(COMPONENTS), months))
        self.flows = np.zeros((policies, months, len(FLOWS)))
        largest = float(task.sizes.max(initial=1.0))
        households = float(task.weights[0].sum())
        # Insurance without a ceiling, and consumption, are bounded by what people live on.
        means = max(households * largest * float(task.lines.max()), 1.0) * ROOM
        bounds = [households * offer.dearest(largest, task.columns) for offer in offers]
        self.grids = [Grid.below(2.0 * max(bound, 1.0) if np.isfinite(bound) else means) for bound in bounds]
        stated = [bound if np.isfinite(bound) else means for bound in bounds]
        self.received_grid = Grid.below(2.0 * max(sum(stated), 1.0))
        self.flow_grid = Grid.below(max([means, *stated]))

    def charge(self, month: int, arms: Arms, handed: Sequence[Handed]) -> None:
        """Write down what the offers hand over in a month."""
        for place, grid, own in zip(self.place, self.grids, handed, strict=True):
            for component, amount in ((TRANSFER, own.transfer), (DELIVERY, own.delivery), (STAFF, own.staff)):
                if amount.any():
                    sums = self._by_policy(grid, (amount * arms.weight[own.at])[None], arms.policy[own.at])
                    self.costs[:, place, component, month] += sums[0]

    def insure(self, month: int, arms: Arms, handed: Sequence[Handed], paid: Floats) -> None:
        """Write down what insurance paid, shape (segment,) [currency per household]; see `shared_payment`."""
        insurers = [
            (place, grid, own)
            for place, grid, own in zip(self.place, self.grids, handed, strict=True)
            if "insured_share" in own.levels
        ]
        share, most = np.zeros((len(insurers), paid.size)), np.zeros((len(insurers), paid.size))
        for number, (*_, own) in enumerate(insurers):
            share[number, own.at] = own.levels["insured_share"]
            most[number, own.at] = own.levels["insured_most"] * arms.members[own.at]
        amounts = shared_payment(paid, share, most) * arms.weight
        for (place, grid, _), amount in zip(insurers, amounts, strict=True):
            self.costs[:, place, TRANSFER, month] += self._by_policy(grid, amount[None], arms.policy)[0]

    def flow(self, month: int, arms: Arms, received: Floats, gain: Floats, without: Floats) -> None:
        """Write down what segments received, what they gained, and what they would have had [per household]."""
        own = self._by_policy(self.received_grid, (received * arms.weight)[None], arms.policy)
        self.flows[:, month, RECEIVED] += own[0]
        lived_on = self._by_policy(self.flow_grid, np.array([gain, without]) * arms.weight, arms.policy)
        self.flows[:, month, [GAIN, WITHOUT]] += lived_on.T

    def close(self, rosters: Sequence[Roster]) -> Floats:
        """Write down start-up costs; return households that were ever enrolled, shape (policy, programme)."""
        enrolled = np.zeros(self.costs.shape[:2])
        for policy, roster in enumerate(rosters):
            segments = roster.segments
            for offer, place, first in zip(self.offers, self.place, segments.month_first, strict=True):
                ever = first >= 0
                if ever.any():
                    enrolled[policy, place] += segments.weight[ever].sum()
                    self.costs[policy, place, START_UP, first[ever].min()] += offer.start_up
        return enrolled

    def _by_policy(self, grid: Grid, amounts: Floats, policy: NDArray[np.intp]) -> Floats:
        """Sums by policy on a grid, shape (amount, policy)."""
        sums = np.zeros((len(amounts), self.costs.shape[0]))
        if policy.size:
            # policies (0, 0, 2) -> they begin at (0, 2)
            begins = np.flatnonzero(np.diff(policy, prepend=-1))
            sums[:, policy[begins]] = np.add.reduceat(_below(grid, amounts), begins, axis=1)
        return sums


def _below(grid: Grid, amounts: Floats) -> Floats:
    """Return the multiples of the grid just below: to the nearest, a prorated budget would be exceeded."""
    return np.asarray(np.floor(amounts * (1.0 / grid.step)) * grid.step, dtype=np.float64)


def shared_payment(paid: Floats, share: Floats, most: Floats) -> Floats:
    """Return what each of several insurers pays of one payment, shape (insurer, row); none above its ceiling.

    Each pays by its share in what is insured, and what is above an insurer's ceiling falls to the others: to those
    without a ceiling by their shares, else in proportion to what each has left below its own.

    paid : shape (row,). share, most : shape (insurer, row); a ceiling may be infinite.
    """
    # paid (50,), shares (.2, .8), ceilings (100, 1) -> (10, 40), of which (10, 1) -> 39 fall to the first: (49, 1)
    own = _split(paid, share)
    amount = np.minimum(own, most)
    over = (own - amount).sum(axis=0)
    if not over.any():
        return amount
    unlimited = np.where(np.isinf(most), share, 0.0)
    room = np.where(np.isinf(most), 0.0, most - amount)
    return amount + np.where(unlimited.any(axis=0), _split(over, unlimited), _split(over, room))


def _split(amount: Floats, weight: Floats) -> Floats:
    """Return an amount in proportion to weights, shape (insurer, row); nothing where no weight is above 0."""
    total = weight.sum(axis=0)
    share: Floats = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0.0)
    return amount * share
