"""What help does to each household, worked out in plain numbers from docs/model.md, beside what `simulate` says.

The luck stands still (no survey error, everything permanent), so a household's path without help is its own welfare
in every month; what is left is the response, the enrolment in time, and the sums.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq
from tests.simulation.small_world import LINE, fixed_model, policy, programme, run, told

import graduasi as gr

Floats = NDArray[np.float64]

MONTHS = 30
WELFARE = np.array([38.0, 44.0, 51.0, 57.0, 62.0, 68.0, 75.0, 83.0, 91.0, 99.0, 130.0, 180.0, 240.0, 400.0])
MEMBERS = np.array([1.0, 4.0, 2.0, 6.0, 3.0, 5.0, 1.0, 2.0, 4.0, 3.0, 2.0, 1.0, 5.0, 2.0])
WEIGHT = np.array([1.0, 2.0, 1.0, 4.0, 1.0, 0.5, 1.0, 2.0, 1.0, 1.0, 3.0, 1.0, 2.0, 1.0])
IDS = [f"h{place:02d}" for place in range(WELFARE.size)]
RETURN, CURVATURE, LOSS, SAVED, INVESTED, SOLD, SPENT = 0.028, 0.61, 0.021, 0.37, 0.4, 0.43, 0.086


def still(**technology: Any) -> gr.HouseholdEconomy:
    """A model in which nothing moves without help, and nothing is lost by chance."""
    process = fixed_model(error=0.0, permanent=1.0).process
    return gr.HouseholdEconomy(
        process=process,
        technology=gr.ConcaveTechnology(**{"monthly_return": RETURN, "loss_chance": 0.0, **technology}),
        behaviour=gr.Saving(saved=SAVED, invested=INVESTED, sold=SOLD),
    )


def population(weight: Floats = WEIGHT) -> gr.Population:
    return gr.Population(ids=IDS, welfare=WELFARE, weight=weight, members=MEMBERS)


def product(months: float) -> float:
    """F(K) / C at assets of some months of income, all above the bound: below it the slope is delta / s."""
    bound = 3.0 * (RETURN * SAVED / LOSS) ** (1 / (1 - CURVATURE))
    scale = RETURN / CURVATURE * 3.0 ** (1 - CURVATURE)
    return LOSS / SAVED * bound + scale * (months**CURVATURE - bound**CURVATURE)


def gains(own: float, start: int, interventions: tuple[gr.Intervention, ...], months: int = MONTHS) -> list[float]:
    """Consumption above that without help, month by month, of a household that enrols in month `start`."""
    plans = [each.schedule(months) for each in interventions]
    liquid = added = 0.0
    found = []
    for month in range(months + 1):
        cash, assets, skill, gain, saving = (
            sum(float(plan.total(name)[month - start]) for plan in plans) if month >= start else 0.0
            for name in ("cash", "assets", "skill", "income_gain", "saving")
        )
        earned = own * ((1 - product(3.0)) * (np.exp(skill) - 1) + gain)
        earned += own * (product(3.0 + added / own) - product(3.0))
        earned = earned if month else 0.0  # month 0 is before any payment
        found.append((1 - SAVED) * earned + SPENT * liquid)
        into = min(INVESTED + saving, 1.0) * (1 - np.exp(-cash / own)) * cash
        sold = SOLD * max(1 - saving / 0.25, 0.0) * assets
        liquid = (1 - SPENT) * liquid + cash - into + sold
        added = (1 - LOSS) * added + SAVED * earned + into + assets - sold
    return found


MIXES: dict[str, tuple[gr.Intervention, ...]] = {
    "cash": (gr.CashTransfer(amount=60.0, payments=6, every=2),),
    "grant": (gr.CapitalGrant(amount=500.0, after=1),),
    "training": (gr.SkillsTraining(gain=0.08, stipend=90.0, onset=2.0, completion=1.0),),
    "coached grant": (gr.CapitalGrant(amount=300.0), gr.Coaching(gain=0.05, retained=0.8, saving=0.1, visits=9)),
    "all": (
        gr.CashTransfer(amount=25.0, payments=12),
        gr.SkillsTraining(gain=0.05, stipend=30.0, completion=1.0),
        gr.CapitalGrant(amount=400.0),
        gr.Coaching(gain=0.04, retained=0.5, saving=0.3, visits=6),
    ),
}


@pytest.mark.parametrize("name", MIXES)
def test_every_flow_and_state_is_what_the_equations_say(name: str) -> None:
    """Twelve households enrol by a list, five a month from month 2: households of different months side by side."""
    order = [3, 0, 11, 6, 5, 9, 1, 13]
    each = programme(
        "p",
        *MIXES[name],
        targeting=gr.GivenList(ids=tuple(IDS[place] for place in order)),
        rollout=gr.Rollout(start=2, monthly=5.0, households=12.0),
    )
    result = run(population(), [policy("p", each)], model=still(), lines=[LINE], months=MONTHS, draws=1)
    # The queue: households of the list end to end, cut at every fifth.
    begins = np.concatenate([[0.0], np.cumsum(WEIGHT[order])])
    gap, severity, poor = np.zeros(MONTHS + 1), np.zeros(MONTHS + 1), np.zeros(MONTHS + 1)
    gained, received, left = np.zeros(MONTHS + 1), np.zeros(MONTHS + 1), WEIGHT.copy()

    def count(households: float, place: int, more: Floats) -> None:
        short = np.maximum(1 - (WELFARE[place] + more / MEMBERS[place]) / LINE.amount, 0.0)
        for total, value in ((gap, short), (severity, short**2), (poor, short > 0)):
            np.add(total, households * value, out=total)

    for position, place in enumerate(order):
        for slot in range(3):
            low, high = max(begins[position], 5.0 * slot), min(begins[position + 1], 5.0 * slot + 5.0, 12.0)
            if high <= low:
                continue
            households, start = high - low, 2 + slot
            path = np.array(gains(WELFARE[place] * MEMBERS[place], start, MIXES[name]))
            gained += households * path
            plans = [item.schedule(MONTHS) for item in MIXES[name]]
            received[start:] += households * sum(
                (plan.total("cash") + plan.total("assets"))[: MONTHS + 1 - start] for plan in plans
            )
            left[place] -= households
            count(households, place, path)
    for place, households in enumerate(left):
        count(households, place, np.zeros(MONTHS + 1))
    flows = {name: told(result, "flow", policy="p", flow_name=name)[0] for name in ("received", "gain")}
    np.testing.assert_allclose(flows["received"], received, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(flows["gain"], gained, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(result.series("poor", "p").draws[0], poor, atol=1e-9)
    for statistic, total in (("gap", gap), ("severity", severity)):
        np.testing.assert_allclose(
            told(result, statistic, policy="p", unit="households", line="line").sum("by")[0],
            total,
            rtol=1e-3,
            atol=1e-3,
        )
    assert received.max() > 0
    assert (gained[10:] > 0).all()


def test_assets_with_returns_come_to_their_steady_state() -> None:
    """A gain that stays: s g = delta dK, with g the gain and what the added assets earn."""
    coaching = gr.Coaching(gain=0.1, retained=1.0, saving=0.0, visits=1, ramp_months=0.0)
    each = policy("coached", programme("coaching", coaching))
    result = run(population(), [each], model=still(), lines=[LINE], months=600, draws=1)
    received, gain, without = (
        float(told(result, "flow", policy="coached", flow_name=name, month=600)[0])
        for name in ("received", "gain", "without")
    )

    def earned(months: float) -> float:
        return 0.1 + product(3.0 + months) - product(3.0)

    months = brentq(lambda months: SAVED * earned(months) - LOSS * months, 1e-6, 100.0)
    assert received == 0.0
    assert gain / without == pytest.approx((1 - SAVED) * earned(months), rel=3e-3)


@pytest.mark.parametrize("amount", [0.0, 2500.0, 5000.0, 9000.0])
def test_a_binding_budget_counts_all_interventions_of_a_programme(amount: float) -> None:
    """Two payments of 200, a grant of 500 and 100 of delivery are 1,000 a household; the start costs 1,000."""
    both = (
        gr.CashTransfer(amount=200.0, payments=2, delivery=100.0),
        gr.CapitalGrant(amount=500.0, start_up=1000.0),
    )
    budget = gr.Budget(amount=amount)
    names = tuple(IDS[:6])
    each = programme("both", *both, budget=budget, targeting=gr.GivenList(ids=names))
    households = min(max(amount - 1000.0, 0.0) / 1000.0, WEIGHT[:6].sum())
    given = run if households else _warned
    result = given(population(), [policy("both", each)], model=still(), lines=[LINE], months=3, draws=1)
    assert float(told(result, "enrolled", policy="both").sum()) == pytest.approx(households, abs=2.0**-9)
    cost = float(told(result, "cost", policy="both").sum())
    assert cost == pytest.approx(1000.0 * (households + (households > 0)), abs=2.0)
    assert cost <= amount


def _warned(*args: Any, **rest: Any) -> gr.Projection:
    with pytest.warns(gr.GraduasiWarning, match="reached no one"):
        return run(*args, **rest)
