"""Rows of tables move nothing: `by` is apart from `distribution_groups`."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from small_world import people, policy, programme, run

import graduasi as gr
from graduasi.projection import RECORDED

CASH = programme("cash", gr.CashTransfer(amount=20.0))
GRANT = programme("grant", gr.CapitalGrant(amount=300.0), gr.Coaching())
COUNTED = RECORDED.indices(each.name for each in RECORDED.flags)


def _districts(size: int, count: int = 5) -> Any:
    return np.char.add("district ", np.random.default_rng(7).integers(0, count, size).astype(str))


@pytest.mark.parametrize("grouped", [False, True])
def test_rows_of_a_table_move_no_total(grouped: bool) -> None:
    """Counts and money stay bit for bit; what is re-measured is a sum of chances, and stays to rounding."""
    households = attrs.evolve(people(160, 3, grouped=grouped), by=None, sampled=True)
    by_district = attrs.evolve(households, by=_districts(160))
    policies = [policy("both", CASH, GRANT)]
    whole, rows = run(households, policies), run(by_district, policies)
    assert whole.groups == ("all",)
    assert rows.groups == tuple(f"district {number}" for number in range(5))
    counted = rows.values[..., COUNTED, :].sum(axis=-1)
    np.testing.assert_array_equal(counted, whole.values[..., COUNTED, 0])
    np.testing.assert_allclose(rows.values.sum(axis=-1), whole.values[..., 0], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(rows.sampling, whole.sampling, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(rows.luck, whole.luck, rtol=1e-9, atol=1e-9)
    for name in ("costs_by_draw", "enrolled", "flows", "poor_records", "event_weight"):
        np.testing.assert_array_equal(getattr(rows, name), getattr(whole, name))


def test_distribution_groups_move_totals_and_rows_may_cross_them() -> None:
    """Whose distribution a household returns to matters, with or without a table by the same labels."""
    both = people(160, 4, grouped=True)
    alone = attrs.evolve(both, distribution_groups=None)
    moved = attrs.evolve(both, welfare=both.welfare * np.where(both.by == "east", 1.0, 3.0))
    apart = attrs.evolve(moved, distribution_groups=None)
    unnamed = attrs.evolve(moved, by=None)
    crossed = attrs.evolve(moved, by=_districts(160))
    for one, other in ((alone, both), (apart, moved)):
        assert (run(one, []).values.sum(axis=-1) != run(other, []).values.sum(axis=-1)).any()
    same = run(moved, [])
    for other in (unnamed, crossed):
        np.testing.assert_allclose(
            run(other, []).values.sum(axis=-1), same.values.sum(axis=-1), rtol=1e-9, atol=1e-9
        )
    assert len(run(crossed, []).groups) == 5
