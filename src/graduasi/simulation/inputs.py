"""The uncertain inputs of a run, by name, and a run's objects with plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from graduasi.errors import InputError
from graduasi.uncertain import Uncertain, resolve, uncertainties

if TYPE_CHECKING:
    from graduasi.income import IncomeModel
    from graduasi.policy import Policy, Programme
    from graduasi.population import Population

BAND = "population tail"


def programme_names(policies: Sequence[Policy]) -> tuple[str, ...]:
    """Return the names of all programmes, in order of first mention."""
    return tuple(dict.fromkeys(programme.name for policy in policies for programme in policy.every_programme))


def input_names(
    population: Population, model: IncomeModel, policies: Sequence[Policy]
) -> dict[str, Uncertain | None]:
    """Return every uncertain input of a run by name, with its distribution (None for the population's band).

    Raises InputError where one name has two distributions.
    """
    found: dict[str, Uncertain | None] = {} if population.tails is None else {BAND: None}
    owners: list[tuple[object, str]] = [(model, "model")]
    owners += [(each, f"programme {each.name}") for policy in policies for each in policy.every_programme]
    for owner, path in owners:
        for name, value in uncertainties(owner, path):
            if found.setdefault(name, value) != value:
                raise InputError(
                    f"Uncertain.name must be its own where distributions differ; got {name!r} twice, the second "
                    f"time in {path}"
                )
    return found


def resolve_all(
    model: IncomeModel, policies: Sequence[Policy], values: Mapping[str, float]
) -> tuple[IncomeModel, list[Policy]]:
    """Return the model and the policies with plain numbers; programmes of one name are resolved alike."""

    def plain(programme: Programme) -> Programme:
        return resolve(programme, values, f"programme {programme.name}")

    return resolve(model, values, "model"), [
        evolve(
            policy,
            programmes=[plain(each) for each in policy.programmes],
            adaptive=tuple(evolve(rule, programme=plain(rule.programme)) for rule in policy.adaptive),
        )
        for policy in policies
    ]
