"""The persistent part at knots six months apart: one stationary first-order path, however it is gone through."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graduasi.income.processes.bridged import KNOT, BridgedPath
from graduasi.income.protocol import HISTORY
from graduasi.streams import Streams

Singles = NDArray[np.float32]

STREAMS = Streams(seed=8, draw=2)
MANY = np.arange(100_000, dtype=np.uint64)
FEW = MANY[:37]
RHO, LOADING = 0.9, 0.7


def path(keys: NDArray[np.uint64], first: int = 0, *, rho: float = RHO, copy: int = 0) -> BridgedPath:
    start = STREAMS.normals(keys, "a start", copy=copy)[0] * np.float32(LOADING)
    made = BridgedPath(STREAMS, keys, copy, rho=rho, loading=LOADING, start=start)
    made.begin(first)
    return made


def walked(made: BridgedPath, last: int) -> dict[int, Singles]:
    found = {made.month: made.value.copy()}
    while made.month < last:
        made.advance(made.month + 1)
        found[made.month] = made.value.copy()
    return found


@pytest.mark.parametrize("rho", [0.5, 0.975])
def test_variance_and_autocorrelation_are_those_of_a_first_order_path(rho: float) -> None:
    """rho^k over every k, within a segment, over knots, and through month 0 from its history."""
    months = walked(path(MANY, -HISTORY, rho=rho), 2 * KNOT + 1)
    assert list(months) == list(range(-HISTORY, 2 * KNOT + 2))
    values = np.array(list(months.values()), dtype=np.float64)
    error = 4.5 / np.sqrt(MANY.size)  # 300 pairs
    np.testing.assert_allclose(values.mean(axis=1) / LOADING, 0.0, atol=error)
    np.testing.assert_allclose(values.var(axis=1), LOADING**2, rtol=error * np.sqrt(2))
    lag = np.abs(np.subtract.outer(np.arange(len(values)), np.arange(len(values))))
    np.testing.assert_allclose(np.corrcoef(values), rho**lag, atol=error)


def test_given_the_month_before_earlier_months_tell_nothing() -> None:
    """First order: the news of a month goes with no month before the last."""
    values = np.array(list(walked(path(MANY, -HISTORY), 2 * KNOT).values()), dtype=np.float64)
    news = values[1:] - RHO * values[:-1]
    for month in range(1, len(news)):
        together = np.corrcoef(news[month], values[:month])[0, 1:]
        assert np.abs(together).max() < 4.5 / np.sqrt(MANY.size)


@pytest.mark.parametrize("rho", [0.0, 1.0])
def test_at_its_ends_nothing_or_everything_lasts(rho: float) -> None:
    months = walked(path(MANY[:20_000], -HISTORY, rho=rho), 8)
    for one, other in itertools.combinations(months.values(), 2):
        if rho == 1.0:
            np.testing.assert_allclose(other, one, atol=1e-6)
        else:
            assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(20_000)


@settings(max_examples=60)
@given(stops=st.sets(st.integers(-HISTORY, 40), min_size=1), first=st.sampled_from([0, -HISTORY]))
def test_a_jump_gives_the_bits_of_a_walk(stops: set[int], first: int) -> None:
    step_by_step, jumps = path(FEW, first), path(FEW, first)
    for month in sorted(stop for stop in stops if stop >= first):
        while step_by_step.month < month:
            step_by_step.advance(step_by_step.month + 1)
            step_by_step.news()
        jumps.advance(month)
        assert jumps.month == month
        assert jumps.value.tobytes() == step_by_step.value.tobytes()
        assert jumps.news().tobytes() == step_by_step.news().tobytes()


def test_history_runs_backwards_from_the_start() -> None:
    """Month 0 is the start to the bit, and what follows does not hang on whether there is a history."""
    with_history, without = walked(path(FEW, -HISTORY), 30), walked(path(FEW), 30)
    for month, value in without.items():
        assert with_history[month].tobytes() == value.tobytes()
    start = STREAMS.normals(FEW, "a start")[0] * np.float32(LOADING)
    assert with_history[0].tobytes() == start.tobytes()


def test_the_news_that_is_left_goes_with_no_month_of_the_path() -> None:
    made = path(MANY)
    values, news = [], []
    for month in range(8):
        made.advance(month)
        values.append(made.value.copy())
        news.append(made.news().copy())
    together = np.corrcoef(values, news)[:8, 8:]
    assert np.abs(together).max() < 4.5 / np.sqrt(MANY.size)
    assert np.abs(np.corrcoef(news) - np.eye(8)).max() < 4.5 / np.sqrt(MANY.size)


def test_copies_are_paths_of_their_own() -> None:
    one, other = (path(MANY, -HISTORY, copy=copy) for copy in (0, 1))
    for month in (-HISTORY, 0, 3, 6):
        one.advance(month)
        other.advance(month)
        assert abs(np.corrcoef(one.value, other.value)[0, 1]) < 4.5 / np.sqrt(MANY.size)
