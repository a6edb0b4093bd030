"""Luck on ranks: closed forms under a log-normal cross-section, the hidden start, and the process in time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from graduasi.income.luck import RankLuckTables
from graduasi.income.marginal import Marginal, scores
from scipy.special import ndtri

import graduasi as gr
from graduasi.income import CrossSection
from graduasi.streams import Streams, hash_ids

MU, SIGMA = 5.0, 0.6


def tables(
    size: int = 20_001, *, groups: int = 1, error: float = 0.25, months: int = 24, **luck: Any
) -> RankLuckTables:
    """Tables of a log-normal cross-section, in groups of equal shape whose levels double."""
    score = ndtri((np.arange(size) + 0.5) / size)
    group = np.repeat(np.arange(groups), size)
    welfare = np.concatenate([np.exp(MU + SIGMA * score) * 2**code for code in range(groups)])
    given = {"permanent": 0.4, "transitory": 0.25, "persistence": 0.74} | luck
    return gr.RankLuck(error_share=error, **given).prepare(
        CrossSection(
            welfare=welfare,
            person_weight=np.ones(welfare.size),
            keys=hash_ids([str(number) for number in range(welfare.size)]),
            group=group,
            groups=groups,
            lines=np.array([90.0, 140.0]),
            months=months,
        )
    )


def rows(block: Any) -> Any:
    return np.arange(block.z.size)


def test_scores_are_those_of_mid_ranks() -> None:
    welfare, weight = np.array([3.0, 1.0, 3.0, 9.0]), np.array([1.0, 2.0, 1.0, 0.0])
    expected = ndtri([0.75, 0.25, 0.75, 1 - 2.0**-53])
    np.testing.assert_allclose(scores(welfare, weight, np.argsort(welfare, kind="stable")), expected)


def test_marginal_goes_there_and_back() -> None:
    welfare = np.array([0.0, 10.0, 20.0, 40.0])
    order = np.arange(4)
    weight = np.ones(4)
    score = scores(welfare, weight, order)
    marginal = Marginal.of(welfare, weight, score, order)
    assert math.exp(marginal.log_welfare[0]) == pytest.approx(0.1)  # a hundredth of the median
    np.testing.assert_allclose(np.exp(marginal.log_quantile(score[1:])), welfare[1:])
    np.testing.assert_allclose(marginal.score_of(np.log(welfare[1:])), score[1:])
    assert marginal.score_of(np.log(np.array(0.01))) == -np.inf
    assert marginal.score_of(np.log(np.array(99.0))) == np.inf
    poor = Marginal.of(np.array([-2.0, -1.0]), np.ones(2), np.array([-1.0, 1.0]), np.arange(2))
    assert np.isfinite(poor.log_welfare).all()


@pytest.mark.parametrize("error", [0.0, 0.25, 0.6])
def test_true_welfare_of_a_log_normal_cross_section(error: float) -> None:
    """T(z) = exp(mu + sigma sqrt(1 - d) z)."""
    luck = tables(error=error, groups=2)
    block = luck.begin(Streams(seed=1), slice(0, 40_002))
    level = np.log(2.0) * luck.cross.group
    inside = np.abs(block.z) < 2.5
    found = np.log(block.welfare(rows(block)))[inside]
    expected = (MU + level + SIGMA * math.sqrt(1 - error) * block.z)[inside]
    np.testing.assert_allclose(found, expected, atol=2e-3)
    np.testing.assert_allclose(
        luck.true_line(0, 1),
        (math.log(140.0) - MU - np.log([1.0, 2.0])) / (SIGMA * math.sqrt(1 - error)),
        atol=5e-3,
    )


def test_the_hidden_start_given_what_was_seen() -> None:
    """z0 given z_obs is normal with mean sqrt(1-d) z_obs and variance d; over all it is standard normal."""
    error = 0.3
    luck = tables(error=error)
    observed = luck.observed.astype(np.float64)
    z = np.concatenate([luck.start_scores(Streams(seed=1, draw=draw), slice(0, 20_001)) for draw in range(5)])
    rest = z - math.sqrt(1 - error) * np.tile(observed, 5)
    assert rest.mean() == pytest.approx(0.0, abs=4 * math.sqrt(error / z.size))
    assert rest.var() == pytest.approx(error, rel=4 * math.sqrt(2 / z.size))
    assert abs(np.corrcoef(rest, np.tile(observed, 5))[0, 1]) < 4 / math.sqrt(z.size)
    assert z.var() == pytest.approx(1.0, rel=0.02)


def test_the_process_in_time() -> None:
    """Variance one at every month; correlation over k months a + b rho^k."""
    a, within, yearly = 0.4, 0.25, 0.74
    b = (1 - a) * (1 - within)
    luck = tables(permanent=a, transitory=within, persistence=yearly)
    block = luck.begin(Streams(seed=3), slice(0, 20_001))
    path = [block.z.copy()]
    for _ in range(24):
        block.advance()
        path.append(block.z.copy())
    z = np.array(path, dtype=np.float64)
    assert block.month == 24
    np.testing.assert_allclose(z.var(axis=1), 1.0, atol=0.05)
    for start, later in ((0, 1), (0, 12), (3, 4), (0, 24), (7, 19)):
        expected = a + b * yearly ** ((later - start) / 12)
        assert np.corrcoef(z[start], z[later])[0, 1] == pytest.approx(expected, abs=0.02)


def test_the_long_run_is_where_passing_parts_are_zero() -> None:
    luck = tables(persistence=0.0, transitory=0.0, permanent=1.0)
    block = luck.begin(Streams(seed=3), slice(0, 20_001))
    np.testing.assert_allclose(block.long_run(rows(block)), block.welfare(rows(block)), rtol=1e-5)


@pytest.mark.parametrize("groups", [1, 2])
def test_who_is_below_and_who_would_be_seen_below(groups: int) -> None:
    luck = tables(groups=groups)
    block = luck.begin(Streams(seed=3), slice(0, 20_001 * groups))
    for line in (0, 1):
        poor = block.welfare(rows(block)) < luck.cross.lines[line]
        assert (poor != block.below(line)).mean() < 1e-3
        assert (luck.start_below(block.z, line) == block.below(line)).all()
    same = block.seen_below(rows(block), np.ones(block.z.size))
    by_cell = np.array([luck.seen_poor(0, line)[block.cells()] for line in (0, 1)])
    np.testing.assert_allclose(same, by_cell, atol=0.02)
    assert (block.seen_below(rows(block), np.full(block.z.size, 1.5)) <= same + 1e-12).all()
    amounts = luck.observed_amount(block.z)
    assert (np.diff(amounts[np.lexsort((block.z, luck.cross.group))][:20_001]) >= 0).all()
    assert luck.one_group == (groups == 1)


def test_without_error_what_is_seen_is_the_truth() -> None:
    luck = tables(error=0.0)
    block = luck.begin(Streams(seed=3), slice(0, 20_001))
    seen = block.seen_below(rows(block), np.ones(block.z.size))
    assert set(np.unique(seen)) == {0.0, 1.0}
    assert (seen[0].astype(bool) != block.below(0)).mean() < 2e-3
    assert set(np.unique(luck.seen_poor(0, 0))) == {0.0, 1.0}


def test_growth() -> None:
    luck = gr.RankLuck(growth=0.12, growth_path=((6, 0.5), (18, 2.0)))
    index = luck.growth_index(24)
    assert index[0] == 1.0
    np.testing.assert_allclose(index[[6, 18, 24]], [0.5 * 1.12**0.5, 2.0 * 1.12**1.5, 2.0 * 1.12**2])
    np.testing.assert_allclose(index[12], 1.0 * 1.12)
    with pytest.raises(gr.InputError) as caught:
        gr.RankLuck(growth_path=((6, 0.5), (6, 0.4)))
    assert str(caught.value) == (
        "RankLuck.growth_path must be pairs (month, index) of rising months in [1, 1200] and indices in [1e-06, 1e+06]; "
        "got ((6, 0.5), (6, 0.4))"
    )
