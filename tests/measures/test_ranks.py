"""Weighted ranks: closed forms, worked shapes, and what copies, ties and order may not change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from graduasi.measures import ranks

VALUES = np.array([5.0, 2.0, 5.0, 9.0])
ONES = np.ones(4)
households = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 4)), min_size=1, max_size=12).filter(
    lambda rows: any(weight for _, weight in rows)
)


def arrays(rows: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    values, weight = np.array(rows, dtype=np.float64).T
    return values, weight


def test_worked_shapes() -> None:
    np.testing.assert_array_equal(ranks.running(np.array([1.0, 2.0, 1.0])), [0, 1, 3, 4])
    np.testing.assert_array_equal(ranks.middles(np.array([1.0, 2.0, 1.0])), [0.5, 2, 3.5])
    np.testing.assert_array_equal(ranks.ascending(VALUES, ONES)[0], [2, 5, 5, 9])
    levels = ranks.Levels.of(VALUES)
    np.testing.assert_array_equal(levels.value, [2, 5, 9])
    np.testing.assert_array_equal(levels.last, [0, 2, 3])
    np.testing.assert_array_equal(levels.households(np.array(["a", "b", "c"])), ["b", "a", "b", "c"])
    weight = np.array([1.0, 1.0, 2.0, 1.0])
    np.testing.assert_array_equal(levels.mass(weight), [1, 3, 1])
    np.testing.assert_array_equal(levels.through(weight), [1, 4, 5])
    np.testing.assert_array_equal(ranks.fractional_ranks(VALUES, ONES), [0.5, 0.125, 0.5, 0.875])
    np.testing.assert_array_equal(ranks.deciles(np.array([2.0, 5.0, 9.0]), np.ones(3), 2), [1, 1, 2])
    np.testing.assert_array_equal(ranks.share_among_lowest(VALUES, ONES, 0.5), [0.5, 1, 0.5, 0])
    assert ranks.weighted_median(np.array([9.0, 2.0, 5.0]), np.ones(3)) == 5.0


def test_ten_alike_are_a_decile_each_and_quantiles_are_the_smallest_at_or_above() -> None:
    values = np.arange(10.0)[::-1]
    np.testing.assert_array_equal(ranks.deciles(values, np.ones(10)), np.arange(10, 0, -1))
    assert [ranks.weighted_quantile(values, np.ones(10), share) for share in (0.1, 0.11, 0.3, 1.0)] == [0, 1, 2, 9]


def test_scores_of_an_even_distribution() -> None:
    """Of n households alike the k-th has rank (k - 1/2) / n."""
    values = np.array([3.0, 1.0, 2.0])
    np.testing.assert_allclose(ranks.normal_scores(values, np.ones(3)), ndtri([5 / 6, 1 / 6, 1 / 2]), rtol=1e-14)


def test_scores_of_those_without_weight() -> None:
    """The rank that the value would have; at an end it is held off 0 and 1; and all count where none has weight."""
    values, weight = np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 1.0, 0.0])
    rank = [ranks.END, 0.25, 0.75, 1 - ranks.END]
    np.testing.assert_allclose(ranks.normal_scores(values, weight), ndtri(rank), rtol=1e-14)
    alike = ranks.normal_scores(values, np.ones(4))
    np.testing.assert_array_equal(ranks.normal_scores(values, np.zeros(4)), alike)
    order = np.argsort(values)
    np.testing.assert_array_equal(ranks.normal_scores(values, np.ones(4), order), alike)


def test_no_weight_at_an_end_is_no_quantile() -> None:
    values, weight = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0])
    assert [ranks.weighted_quantile(values, weight, share) for share in (0.0, 0.5, 1.0)] == [2, 2, 2]


@given(households, st.floats(0.05, 0.95))
def test_a_weight_of_two_is_two_households(rows: list[tuple[int, int]], share: float) -> None:
    values, weight = arrays(rows)
    copies = np.repeat(np.arange(values.size), weight.astype(int))
    alone, ones = values[copies], np.ones(copies.size)
    for rank in (ranks.fractional_ranks, ranks.normal_scores, ranks.deciles):
        np.testing.assert_allclose(rank(values, weight)[copies], rank(alone, ones), rtol=1e-12, atol=1e-12)
    lowest = ranks.share_among_lowest(values, weight, share)
    np.testing.assert_allclose(lowest[copies], ranks.share_among_lowest(alone, ones, share), atol=1e-12)
    assert ranks.weighted_quantile(values, weight, share) == ranks.weighted_quantile(alone, ones, share)
    assert float((lowest * weight).sum()) == pytest.approx(share * weight.sum())


@given(households, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_unit_change_nothing(rows: list[tuple[int, int]], random) -> None:  # type: ignore[no-untyped-def]
    values, weight = arrays(rows)
    other = np.array(random.sample(range(values.size), values.size))
    for rank in (ranks.fractional_ranks, ranks.normal_scores, ranks.deciles):
        given = rank(values, weight)
        np.testing.assert_allclose(rank(values[other], weight[other]), given[other], rtol=1e-14)
        np.testing.assert_allclose(rank(2.0 * values - 1.0, 8.0 * weight), given, rtol=1e-14)
        rising = given[np.argsort(values, kind="stable")]
        assert (np.diff(rising) >= 0).all()


@given(households)
def test_the_mean_rank_is_a_half(rows: list[tuple[int, int]]) -> None:
    values, weight = arrays(rows)
    mean = float((ranks.fractional_ranks(values, weight) * weight).sum() / weight.sum())
    assert mean == pytest.approx(0.5)
