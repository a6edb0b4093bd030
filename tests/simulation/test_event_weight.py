"""The mean weight of the records to which an event happens, also in months in which it does not happen."""

from __future__ import annotations

import numpy as np
import pytest
from tests.simulation.small_world import fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.projection import RECORDED


@pytest.mark.parametrize("statistic", ["exits", "entries", "sustained", "self_reliant", "helped"])
@pytest.mark.parametrize("name", ["nothing", "cash"])
@pytest.mark.parametrize("line", ["line", "lower"])
def test_where_an_event_never_happened_its_weight_is_that_of_the_other_months(
    statistic: str, name: str, line: str
) -> None:
    population = people(120, 3)
    each = programme("cash", gr.CashTransfer(amount=400.0, payments=9))
    result = run(population, [policy("cash", each)], months=13)
    at, row, place = result.policies.index(name), result.index.line(line), RECORDED.index(statistic)
    events = result.values[:, 0, at, :, row, place].sum(axis=(0, -1))
    weight = result.event_weight[at, :, row, place]
    happened = events > 0
    assert not happened[0]  # at month 0 nothing has happened yet
    if happened.any():
        expected = (weight * events)[happened].sum() / events.sum()
    else:  # no programme helps nobody, and nobody is paid and self-reliant: that of all records
        expected = float((population.weight**2).sum() / population.weight.sum())
        assert (statistic, name) in {("helped", "nothing"), ("self_reliant", "cash")}
    np.testing.assert_allclose(weight[~happened], expected, rtol=1e-9)


def test_an_event_that_no_month_has_weighs_as_all_records_do() -> None:
    """Records of a third of a household, split by monthly slots, leave a step of the grid in the sums of squares."""
    slots = programme(
        "mix 0", gr.CashTransfer(amount=1.0, payments=2), rollout=gr.Rollout(monthly=12.5), take_up=0.6
    )
    result = run(people(74, 20), [policy("mix", slots)], model=fixed_model())
    assert (result.series("self_reliant", "mix", line="line").simulated == 0).all()
    assert np.isfinite(result.event_weight).all()
