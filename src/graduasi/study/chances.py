"""Chances that few households, or none, are left in poverty at the first line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from graduasi.projection.tables import (
    below_one_household,
    below_small_share,
    one_household_unseen,
    small_share_unseen,
)
from graduasi.study.quantity import Chance

if TYPE_CHECKING:
    from graduasi.projection import Projection


@frozen(kw_only=True)
class ChancesLeft:
    """Of one policy at one month: that not one household is truly poor, and that less than 0.1% of `unit` are."""

    policy: str
    month: int
    none: Chance
    few: Chance
    unit: str


def chances_left(result: Projection, policy: str, month: int) -> ChancesLeft:
    """Chances at the first line, over draws, under this model and these inputs."""
    own = policy, month, result.lines[0].label
    return ChancesLeft(
        policy=policy,
        month=month,
        none=Chance(probability=below_one_household(result, *own), unseen=one_household_unseen(result, *own)),
        few=Chance(probability=below_small_share(result, *own), unseen=small_share_unseen(result, *own)),
        unit=result.units[-1],
    )


def best_chances(result: Projection, month: int) -> ChancesLeft:
    """Chances of the policy that does best: by that of none left, of few left, then by the fewest poor."""

    def order(found: ChancesLeft) -> tuple[float, float, float]:
        poor = result.interval("poor", found.policy, month=month).mean
        return found.none.probability, found.few.probability, -poor

    return max((chances_left(result, policy, month) for policy in result.policies), key=order)
