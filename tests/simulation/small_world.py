"""Small populations, models and policies that the laws of the simulator are tried on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import graduasi as gr
from graduasi.projection.statistics import RECORDED

Floats = NDArray[np.float64]

LINE = gr.PovertyLine(amount=100.0, label="line")
LOWER = gr.PovertyLine(amount=70.0, label="lower")
REACH = ("reached", "reached_poor", "reached_anyway")
OTHERS = [name for name in RECORDED.names if name not in REACH]


def people(size: int = 120, seed: int = 0, *, sized: bool = True, grouped: bool = False) -> gr.Population:
    """Log-normal welfare, a third below `LINE`; weights of every kind, ties of welfare among them."""
    rng = np.random.default_rng(seed)
    welfare = np.round(np.exp(rng.normal(4.9, 0.6, size)), 1)
    weight = rng.choice([1.0, 2.5, 7.0, 1 / 3], size)
    members = rng.integers(1, 8, size).astype(float) if sized else None
    area = rng.choice(["east", "west"], size) if grouped else None
    return gr.Population(
        ids=np.char.mod("h%04d", np.arange(size)),
        welfare=welfare,
        weight=weight,
        members=members,
        assumed_members=None if sized else 4.0,
        by=area,
        distribution_groups=area,
    )


def take(population: gr.Population, rows: Any) -> gr.Population:
    """The same households in the order of `rows`."""
    return gr.Population(
        ids=population.ids[rows],
        welfare=population.welfare[rows],
        weight=population.weight[rows],
        members=None if population.members is None else population.members[rows],
        assumed_members=population.assumed_members,
        by=None if population.by is None else population.by[rows],
        distribution_groups=None
        if population.distribution_groups is None
        else population.distribution_groups[rows],
    )


def fixed_model(
    error: float = 0.25, permanent: float = 0.4, transitory: float = 0.2, persistence: float = 0.74, **luck: Any
) -> gr.HouseholdEconomy:
    """The default model with every input known."""
    return gr.HouseholdEconomy(
        process=gr.RankProcess(
            error_share=error, permanent=permanent, transitory=transitory, persistence=persistence, **luck
        ),
        technology=gr.ConcaveTechnology(monthly_return=0.028),
        behaviour=gr.Saving(saved=0.37, invested=0.4, sold=0.43),
    )


def programme(name: str, *interventions: gr.Intervention, **rest: Any) -> gr.Programme:
    return gr.Programme(name=name, interventions=interventions, **rest)


def policy(name: str, *programmes: gr.Programme) -> gr.Policy:
    return gr.Policy(name=name, programmes=programmes)


def run(
    population: gr.Population,
    policies: Sequence[gr.Policy] = (),
    *,
    model: gr.HouseholdEconomy | None = None,
    lines: Sequence[gr.PovertyLine] = (LINE, LOWER),
    months: int = 14,
    draws: int = 2,
    seed: int = 11,
    **rest: Any,
) -> gr.Projection:
    return gr.simulate(
        population, model or gr.HouseholdEconomy(), policies,
        lines=lines, months=months, draws=draws, seed=seed, progress=False, **rest,
    )  # fmt: skip


def told(projection: gr.Projection, name: str, **where: str | int | list[int]) -> xr.DataArray:
    """A variable as simulated, on named axes, at the labels given along some of them."""
    return projection.data[name].sel(where)


def same_values(one: xr.DataArray, other: xr.DataArray) -> None:
    """The same axes and the same numbers to the last bit, whatever the labels."""
    assert one.dims == other.dims
    np.testing.assert_array_equal(one, other, err_msg=str(one.name))


CASH = programme("cash", gr.CashTransfer(amount=150.0, payments=12))
GRANT = programme("grant", gr.CapitalGrant(amount=900.0), gr.Coaching(), rollout=gr.Rollout(households=40.0))
TRAIN = programme("training", gr.SkillsTraining(stipend=60.0), targeting=gr.Lottery(), take_up=0.7)

few = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
populations = st.builds(people, st.integers(50, 200), st.integers(0, 99), grouped=st.booleans())
amounts = st.sampled_from([1.0, 40.0, 333.3, 2500.0])


@st.composite
def interventions(draw: st.DrawFn) -> gr.Intervention:
    """Any intervention, with costs of its own."""
    cost = {
        "delivery": draw(st.sampled_from([0.0, 12.5, 100.0])),
        "start_up": draw(st.sampled_from([0.0, 1000.0])),
    }
    kind = draw(st.sampled_from(["cash", "training", "capital", "coaching"]))
    if kind == "cash":
        return gr.CashTransfer(
            amount=draw(amounts),
            payments=draw(st.integers(1, 20)),
            every=draw(st.integers(1, 4)),
            per=draw(st.sampled_from(["household", "member"])),
            **cost,
        )
    if kind == "training":
        return gr.SkillsTraining(
            stipend=draw(st.sampled_from([0.0, 90.0])), completion=draw(st.sampled_from([0.5, 1.0])), **cost
        )
    if kind == "capital":
        return gr.CapitalGrant(amount=draw(amounts), in_kind=draw(st.booleans()), **cost)
    return gr.Coaching(visits=draw(st.integers(1, 12)), **cost)


@st.composite
def rollouts(draw: st.DrawFn) -> gr.Rollout:
    return gr.Rollout(
        start=draw(st.integers(0, 6)),
        households=draw(st.sampled_from([None, 10.0, 77.7, 5000.0])),
        monthly=draw(st.sampled_from([None, 3.0, 12.5])),
    )


@st.composite
def programmes(draw: st.DrawFn, name: str) -> gr.Programme:
    """Any programme, with a quota, slots, refusals and a budget."""
    money = draw(st.sampled_from([None, 500.0, 20_000.0, 1e7]))
    budget = None
    if money is not None:
        budget = gr.Budget(amount=money, when_short=draw(st.sampled_from(["cap", "prorate"])))
    return gr.Programme(
        name=name,
        interventions=tuple(draw(st.lists(interventions(), min_size=1, max_size=3))),
        eligibility=gr.Eligibility(below=draw(st.sampled_from([None, 150.0]))),
        targeting=draw(st.sampled_from([gr.PoorestFirst(), gr.Lottery()])),
        rollout=draw(rollouts()),
        take_up=draw(st.sampled_from([1.0, 0.6])),
        budget=budget,
    )


@st.composite
def mixes(draw: st.DrawFn, name: str = "mix") -> gr.Policy:
    """A policy of one or two programmes."""
    count = draw(st.integers(1, 2))
    return gr.Policy(name=name, programmes=tuple(draw(programmes(f"{name} {place}")) for place in range(count)))
