"""Incidence of heads and of money, and what money does to the gap: by hand and by law."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures as m

LINE = 10.0
world = st.lists(st.tuples(st.floats(0.5, 30.0), st.floats(0.0, 5.0), st.floats(0.1, 5.0)), min_size=1, max_size=12)


def test_heads_and_money_are_not_the_same() -> None:
    welfare, benefit, weights = [2.0, 4.0, 6.0, 8.0], [3.0, 1.0, 0.0, 4.0], [1.0, 1.0, 2.0, 1.0]
    halves = (0.4,)
    np.testing.assert_allclose(m.benefit_incidence(welfare, benefit, weights, cuts=halves), [4 / 8, 4 / 8])
    reached = np.array(benefit) > 0
    np.testing.assert_allclose(m.beneficiary_incidence(welfare, reached, weights, cuts=halves), [2 / 3, 1 / 3])
    # The household of weight 2 is cut by the edge at 60%; it gets nothing, the richest gets half the money.
    np.testing.assert_allclose(
        m.benefit_incidence(welfare, [0.0, 0.0, 1.0, 1.0], weights, cuts=(0.6,)), [1 / 3, 2 / 3]
    )
    np.testing.assert_allclose(
        m.beneficiary_incidence(welfare, [0.5, 0.0, 0.25, 0.0], weights, cuts=(0.2,)), [0.5, 0.5]
    )


@given(world)
def test_incidence_adds_up(rows: list[tuple[float, float, float]]) -> None:
    welfare, benefit, weights = (np.array(column) for column in zip(*rows, strict=True))
    everybody = m.beneficiary_incidence(welfare, np.ones(len(rows)), weights)
    np.testing.assert_allclose(everybody, 0.1, atol=1e-12)
    if benefit.sum() > 0:
        parts = m.benefit_incidence(welfare, benefit, weights)
        assert parts.sum() == pytest.approx(1.0)
        assert (parts >= 0).all()
        to_poor = m.transfer_share_to_poor(welfare, LINE, benefit, weights)
        share = m.headcount(welfare, LINE, weights)
        if 0 < share < 1:
            assert m.benefit_incidence(welfare, benefit, weights, cuts=(share,))[0] == pytest.approx(
                to_poor, abs=1e-9
            )


def test_share_to_the_poor_by_hand() -> None:
    assert m.transfer_share_to_poor([5.0, 10.0, 20.0], LINE, [2.0, 1.0, 1.0], [1.0, 2.0, 4.0]) == pytest.approx(
        0.25
    )
    assert m.transfer_share_to_poor([5.0, 10.0], [4.0, 12.0], [1.0, 3.0]) == pytest.approx(0.75)


def test_gap_per_unit_of_money_by_hand() -> None:
    # Gaps 5 and 2 before, 2 and 0 after; the third is not poor: 5 closed of 9 spent.
    before, after = [5.0, 8.0, 20.0], [8.0, 12.0, 22.0]
    assert m.gap_benefit_cost(before, after, LINE) == pytest.approx(5 / 9)
    assert m.gap_benefit_cost(before, after, LINE, [2.0, 1.0, 1.0]) == pytest.approx(8 / 12)
    assert m.gap_benefit_cost(before, after, LINE, cost=[4.0, 5.0, 3.0]) == pytest.approx(5 / 12)
    assert m.gap_benefit_cost([8.0], [6.0], LINE, cost=[1.0]) == pytest.approx(-2.0)
    assert m.gap_benefit_cost([-4.0, 0.0], [-2.0, 1.0], LINE) == pytest.approx(1.0)


@given(world)
def test_gap_per_unit_of_money_is_at_most_one_and_the_change_of_the_gap(
    rows: list[tuple[float, float, float]],
) -> None:
    welfare, benefit, weights = (np.array(column) for column in zip(*rows, strict=True))
    total = float((weights * benefit).sum())
    if not total > 1e-6:
        return
    found = m.gap_benefit_cost(welfare, welfare + benefit, LINE, weights)
    assert found <= 1 + 1e-9
    change = m.poverty_gap(welfare, LINE, weights) - m.poverty_gap(welfare + benefit, LINE, weights)
    assert found == pytest.approx(LINE * change * weights.sum() / total, abs=1e-9)
    assert found <= m.transfer_share_to_poor(welfare, LINE, benefit, weights) + 1e-9


def test_weights_that_come_to_less_than_one() -> None:
    """Shares of a population that adds up to one: who is poor is less than one of it."""
    given = ([5.0, 8.0, 20.0], 10.0, [1.0, 0.0, 0.5], [0.1, 0.3, 0.6])
    assert m.coverage(*given) == pytest.approx(0.25)
    assert m.undercoverage(*given) == pytest.approx(0.75)
    assert m.leakage(*given) == pytest.approx(0.75)


def test_true_and_false_are_shares() -> None:
    assert m.coverage([5.0, 8.0, 20.0], LINE, [True, False, True]) == 0.5
    assert m.leakage([5.0, 8.0, 20.0], LINE, np.array([True, False, True])) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: m.beneficiary_incidence([1.0], [0.0]), "beneficiary_incidence.reached must be above 0 somewhere; got 0 throughout"),
        (lambda: m.coverage([1.0, 1.0], 2.0, [-0.5, 0.5]), "coverage.reached must be shares in [0, 1]; got -0.5 to 0.5"),
        (lambda: m.beneficiary_incidence([1.0], [2.0]), "beneficiary_incidence.reached must be shares in [0, 1]; got 2.0 to 2.0"),
        (lambda: m.beneficiary_incidence([1.0], [1.0], cuts=(1.0,)), "beneficiary_incidence.cuts must be rising shares in (0, 1); got (1.0,)"),
        (lambda: m.transfer_share_to_poor([1.0], 2.0, [0.0]), "transfer_share_to_poor.benefit must be at least 0, and above 0 somewhere; got 0.0 at least"),
        (lambda: m.gap_benefit_cost([1.0], [1.0], 2.0), "gap_benefit_cost.cost must be above 0 in total; got 0"),
        (lambda: m.gap_benefit_cost([1.0], [1.0, 2.0], 2.0), "gap_benefit_cost.after must have 1 values, one a household; got 2"),
        (lambda: m.gap_benefit_cost([1.0], [2.0], 2.0, cost=[float("nan")]), "gap_benefit_cost.cost must be finite; got nan at position 0 (1 in all)"),
    ],
)  # fmt: skip
def test_refusals(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message
