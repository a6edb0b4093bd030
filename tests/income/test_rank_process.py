"""The process on ranks: closed forms under a log-normal cross-section, the hidden start, and the process in time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from scipy.special import ndtri

import graduasi as gr
from graduasi.income import HISTORY, CrossSection
from graduasi.income.processes.marginal import Marginal
from graduasi.income.processes.rank_luck import RankDraw
from graduasi.measures.ranks import normal_scores
from graduasi.streams import Streams, hash_ids

MU, SIGMA = 5.0, 0.6


def tables(
    size: int = 20_001, *, distributions: int = 1, error: float = 0.25, months: int = 24, **parts: Any
) -> RankDraw:
    """Tables of a log-normal cross-section, in distributions of equal shape whose levels double."""
    score = ndtri((np.arange(size) + 0.5) / size)
    code = np.repeat(np.arange(distributions), size)
    welfare = np.concatenate([np.exp(MU + SIGMA * score) * 2**each for each in range(distributions)])
    given = {"permanent": 0.4, "transitory": 0.25, "persistence": 0.74} | parts
    return gr.RankProcess(error_share=error, **given).prepare(
        CrossSection(
            welfare=welfare,
            person_weight=np.ones(welfare.size),
            keys=hash_ids([str(number) for number in range(welfare.size)]),
            distribution=code,
            distributions=distributions,
            lines=np.array([90.0, 140.0]),
            months=months,
        )
    )


EVERY = slice(None)


def test_scores_are_those_of_mid_ranks() -> None:
    welfare, weight = np.array([3.0, 1.0, 3.0, 9.0]), np.array([1.0, 2.0, 1.0, 0.0])
    expected = ndtri([0.75, 0.25, 0.75, 1 - 2.0**-53])
    np.testing.assert_allclose(normal_scores(welfare, weight, np.argsort(welfare, kind="stable")), expected)


def test_marginal_goes_there_and_back() -> None:
    welfare = np.array([0.0, 10.0, 20.0, 40.0])
    order = np.arange(4)
    weight = np.ones(4)
    score = normal_scores(welfare, weight, order)
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
    draw = tables(error=error, distributions=2)
    luck = draw.begin(Streams(seed=1), slice(0, 40_002))
    level = np.log(2.0) * draw.cross.distribution
    inside = np.abs(luck.z) < 2.5
    found = np.log(luck.welfare(EVERY))[inside]
    expected = (MU + level + SIGMA * math.sqrt(1 - error) * luck.z)[inside]
    np.testing.assert_allclose(found, expected, atol=2e-3)
    np.testing.assert_allclose(
        draw.thresholds[HISTORY, 1],
        (math.log(140.0) - MU - np.log([1.0, 2.0])) / (SIGMA * math.sqrt(1 - error)),
        atol=5e-3,
    )


def test_the_hidden_start_given_what_was_observed() -> None:
    """z0 given z_obs is normal with mean sqrt(1-d) z_obs and variance d; over all it is standard normal."""
    error = 0.3
    draw = tables(error=error)
    observed = draw.observed.astype(np.float64)
    z = np.concatenate([draw.begin(Streams(seed=1, draw=j), slice(0, 20_001)).scores() for j in range(5)])
    rest = z - math.sqrt(1 - error) * np.tile(observed, 5)
    assert rest.mean() == pytest.approx(0.0, abs=4 * math.sqrt(error / z.size))
    assert rest.var() == pytest.approx(error, rel=4 * math.sqrt(2 / z.size))
    assert abs(np.corrcoef(rest, np.tile(observed, 5))[0, 1]) < 4 / math.sqrt(z.size)
    assert z.var() == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize("first", [0, -HISTORY])
def test_the_process_in_time(first: int) -> None:
    """Variance one in every month, those of the history too; correlation over k months a + b rho^k."""
    a, within, yearly = 0.4, 0.25, 0.74
    b = (1 - a) * (1 - within)
    draw = tables(permanent=a, transitory=within, persistence=yearly)
    luck = draw.begin(Streams(seed=3), slice(0, 20_001), first=first)
    path = [luck.scores()]
    for month in range(first + 1, 25):
        luck.advance(month)
        path.append(luck.scores())
    z = dict(zip(range(first, 25), np.array(path, dtype=np.float64), strict=True))
    assert luck.month == 24
    np.testing.assert_allclose([values.var() for values in z.values()], 1.0, atol=0.05)
    for start, later in ((0, 1), (0, 12), (3, 4), (0, 24), (7, 19), (first, first + 5), (first, 0), (first, 7)):
        if start == later:
            continue
        expected = a + b * yearly ** ((later - start) / 12)
        assert np.corrcoef(z[start], z[later])[0, 1] == pytest.approx(expected, abs=0.02)


def test_history_leaves_month_0_and_what_follows_alone() -> None:
    draw = tables(size=3000)
    plain, longer = (draw.begin(Streams(seed=3), slice(0, 3000), first=first) for first in (0, -HISTORY))
    assert longer.month == -HISTORY
    assert (longer.z != plain.z).all()
    for month in (0, 1, 5, 6, 17):
        plain.advance(month)
        longer.advance(month)
        assert plain.z.tobytes() == longer.z.tobytes()


def test_copies_have_luck_of_their_own_and_what_was_observed_in_common() -> None:
    draw = tables(error=0.3)
    one, other = (draw.begin(Streams(seed=3), slice(0, 20_001), copy=copy).scores() for copy in (0, 1))
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.7, abs=0.02)


def test_the_long_run_is_where_passing_parts_are_zero() -> None:
    luck = tables(persistence=0.0, transitory=0.0, permanent=1.0).begin(Streams(seed=3), slice(0, 20_001))
    np.testing.assert_allclose(luck.level(EVERY), luck.welfare(EVERY), rtol=1e-5)


@pytest.mark.parametrize("distributions", [1, 2])
@pytest.mark.parametrize("month", [0, 7])
def test_who_is_below_is_whose_welfare_is_below_for_every_score_near_a_threshold(
    distributions: int, month: int
) -> None:
    """All float32 within 1,000 steps of each threshold; welfare < line and nothing else."""
    size = 2001
    draw = tables(size, distributions=distributions, growth=0.03)
    luck = draw.begin(Streams(seed=3), slice(0, size * distributions))
    luck.advance(month)
    for line, amount in enumerate(draw.cross.lines):
        ordinals = draw.thresholds[month + HISTORY, line].view(np.int32)
        steps = np.arange(-1000, 1001, dtype=np.int32)
        luck.z = (ordinals[:, None] + steps).astype(np.int32).view(np.float32).ravel()
        below = luck.below()[line]
        assert (below == (luck.welfare(EVERY) < amount)).all()
        assert below.sum() == 1000 * distributions


def test_lines_beyond_all_welfare_have_everybody_or_nobody_below() -> None:
    size = 500
    draw = tables(size)
    cross = evolve(draw.cross, lines=np.array([1e-9, 1e12, float(draw.true_welfare(np.float32([8.0]), None)[0])]))
    luck = evolve(draw, cross=cross).begin(Streams(seed=3), slice(0, size))
    luck.z = np.linspace(-9, 9, size, dtype=np.float32)
    assert luck.below().sum(axis=1).tolist() == [0, size, (luck.welfare(EVERY) < cross.lines[2]).sum()]


@pytest.mark.parametrize("distributions", [1, 2])
def test_who_is_below_and_whom_a_survey_sees_below(distributions: int) -> None:
    draw = tables(distributions=distributions)
    luck = draw.begin(Streams(seed=3), slice(0, 20_001 * distributions))
    poor = luck.welfare(EVERY) < draw.cross.lines[:, None]
    assert (poor == luck.below()).all()
    same = luck.chance_below(EVERY)
    np.testing.assert_allclose(luck.chance_below(EVERY, np.ones(luck.z.size)), same, atol=1e-3)
    by_bin = np.array([draw.chances(0, line)[luck.bins()] for line in (0, 1)])
    np.testing.assert_allclose(same, by_bin, atol=0.02)
    assert (luck.chance_below(EVERY, np.full(luck.z.size, 1.5)) <= same + 1e-12).all()
    seen = draw.observe(luck.scores(), 0.0, np.zeros(luck.z.size, dtype=np.float32))
    amounts = seen.amount(seen.order)
    assert (np.diff(amounts[np.lexsort((luck.z, draw.cross.distribution))][:20_001]) >= 0).all()
    assert seen.ranks_alike == draw.one_distribution == (distributions == 1)


def test_without_error_what_is_seen_is_the_truth() -> None:
    draw = tables(error=0.0)
    luck = draw.begin(Streams(seed=3), slice(0, 20_001))
    seen = luck.chance_below(EVERY, np.ones(luck.z.size))
    assert set(np.unique(seen)) == {0.0, 1.0}
    assert (seen[0].astype(bool) != luck.below()[0]).mean() < 2e-3
    assert set(np.unique(draw.chances(0, 0))) == {0.0, 1.0}


def test_growth() -> None:
    """Before month 0 yearly growth alone, backwards."""
    process = gr.RankProcess(growth=0.12, growth_path=((6, 0.5), (18, 2.0)))
    index = dict(zip(range(-HISTORY, 25), process.growth_index(24), strict=True))
    assert index[0] == 1.0
    expected = {-11: 1.12 ** (-11 / 12), 6: 0.5 * 1.12**0.5, 12: 1.12, 18: 2.0 * 1.12**1.5, 24: 2.0 * 1.12**2}
    for month, level in expected.items():
        assert index[month] == pytest.approx(level)
    with pytest.raises(gr.InputError) as caught:
        gr.RankProcess(growth_path=((6, 0.5), (6, 0.4)))
    assert str(caught.value) == (
        "RankProcess.growth_path must be pairs (month, index) of rising months in [1, 1200] and indices in [1e-06, 1e+06]; "
        "got ((6, 0.5), (6, 0.4))"
    )


def test_the_old_name_still_works() -> None:
    with pytest.warns(DeprecationWarning, match="RankLuck"):
        old = gr.RankLuck
    assert old is gr.RankProcess
