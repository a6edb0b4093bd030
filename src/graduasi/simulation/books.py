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
        dearest = max((offer.dearest(largest) for offer in offers), default=0.0)
        persons = households * largest
        self.paid_grid = Grid.below(max(households * dearest, persons * float(task.lines.max()), 1.0) * ROOM)

    def charge(self, month: int, arms: Arms, handed: Sequence[Handed]) -> None:
        """Write down what the offers hand over in a month."""
        for place, own in zip(self.place, handed, strict=True):
            for component, amount in ((TRANSFER, own.transfer), (DELIVERY, own.delivery), (STAFF, own.staff)):
                if amount.any():
                    sums = self._by_policy((amount * arms.weight[own.at])[None], arms.policy[own.at])
                    self.costs[:, place, component, month] += sums[0]

    def insure(self, month: int, arms: Arms, handed: Sequence[Handed], paid: Floats, whole: Floats) -> None:
        """Write down what insurance paid [currency per household], by the offers' shares in what is insured."""
        for place, own in zip(self.place, handed, strict=True):
            level = own.levels.get("insured_share")
            if level is not None:
                insured = whole[own.at]
                share = np.divide(level, insured, out=np.zeros_like(level), where=insured > 0.0)
                amount = (paid[own.at] * share * arms.weight[own.at])[None]
                self.costs[:, place, TRANSFER, month] += self._by_policy(amount, arms.policy[own.at])[0]

    def flow(self, month: int, arms: Arms, received: Floats, gain: Floats, without: Floats) -> None:
        """Write down what segments received, what they gained, and what they would have had [per household]."""
        amounts = np.array([received, gain, without]) * arms.weight
        sums = self._by_policy(amounts, arms.policy)
        self.flows[:, month, [RECEIVED, GAIN, WITHOUT]] += sums.T

    def close(self, rosters: Sequence[Roster]) -> Floats:
        """Write down start-up costs; return households that were ever enrolled, shape (policy, programme)."""
        enrolled = np.zeros(self.costs.shape[:2])
        for policy, roster in enumerate(rosters):
            segments = roster.segments
            for offer, place, month_in in zip(self.offers, self.place, segments.month_in, strict=True):
                ever = month_in >= 0
                if ever.any():
                    enrolled[policy, place] += segments.weight[ever].sum()
                    self.costs[policy, place, START_UP, month_in[ever].min()] += offer.start_up
        return enrolled

    def _by_policy(self, amounts: Floats, policy: NDArray[np.intp]) -> Floats:
        """Sums by policy on the grid, shape (amount, policy)."""
        policies = self.costs.shape[0]
        snapped = self.paid_grid.snap(amounts)
        return np.array([np.bincount(policy, weights=each, minlength=policies) for each in snapped])
