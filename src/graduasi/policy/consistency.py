"""Whether programmes, a population and a model fit together: what can be known before any draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from graduasi.policy.offer import Offer
    from graduasi.policy.programme import Policy, Programme

    Floats = NDArray[np.float64]


def check_offers(policies: Sequence[Policy], offers: Sequence[Offer], channels: frozenset[str]) -> None:
    """Refuse channels that the model does not know, and insurance without a ceiling where a budget pays.

    policies, offers : resolved. channels : those that the model knows.
    """
    for offer in offers:
        offer.check(channels)
    for policy in policies:
        for offer in offers:
            if offer.open_ended and offer.programme in policy.every_programme:
                _check_budgets(policy, offer.programme)


def _check_budgets(policy: Policy, programme: Programme) -> None:
    """Refuse a budget that would pay for insurance without a ceiling."""
    for owner, budget, name in (
        ("Programme", programme.budget, programme.name),
        ("Policy", policy.budget, policy.name),
    ):
        if budget is not None:
            raise InputError(
                f"{owner}.budget must be left out where insurance states no ceiling (`insured_most`), since what "
                f"it pays depends on luck; got a budget of {budget.amount:g} in {name!r}"
            )


def check_known(
    offers: Sequence[Offer], *, columns: Mapping[str, NDArray[Any]], keys: NDArray[np.uint64], members: Floats
) -> None:
    """Refuse programmes that read what the population does not carry.

    columns : of the population, shape (household,) each. keys : stream keys, members : persons, shape (household,).
    """
    for offer in offers:
        programme = offer.programme
        for condition in programme.eligibility.conditions:
            condition.holds(columns)
        programme.targeting.check(columns, keys, programme.name)
        for rule in programme.exits:
            rule.check(columns)
        for schedule in offer.schedules:
            for amount in schedule.amounts:
                amount.units(members, columns)
