"""Random streams as random numbers: neighbours, moments, tails, fits and independence."""

from __future__ import annotations

from itertools import combinations
from math import erfc, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.keys import MANY, SEEDED

from graduasi.streams import Streams


def neighbours() -> dict[str, NDArray[np.uint32]]:
    """Words of 65,536 households from streams that lie as close together as coordinates allow."""
    keys = MANY[: 2**16]
    base, seed = "monthly", 2**33
    here = Streams(seed=seed, draw=1)
    return {
        "base": here.words(keys, base, 1),
        "purpose": here.words(keys, "monthlz", 1),
        "seed low": Streams(seed=seed + 1, draw=1).words(keys, base, 1),
        "seed high": Streams(seed=seed + 2**32, draw=1).words(keys, base, 1),
        "draw": Streams(seed=seed, draw=2).words(keys, base, 1),
        "step": here.words(keys, base, 2),
        "far step": here.words(keys, base, 1 + 2**31),
        "lane": here.words(keys, base, 1, lane=1),
        "next household": here.words(keys + np.uint64(1), base, 1),
        "key high": here.words(keys + np.uint64(2**32), base, 1),
    }


def test_neighbouring_streams_share_half_their_bits() -> None:
    for one, other in combinations(neighbours().values(), 2):
        for shift in range(4):
            assert abs(excess_of_differing_bits(one, np.roll(other, shift, axis=0))) < 5


def excess_of_differing_bits(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Bits that differ less a half of all, in standard deviations."""
    differ = np.unpackbits(np.bitwise_xor(one, other).view(np.uint8))
    return float((np.count_nonzero(differ) - differ.size / 2) / sqrt(differ.size / 4))


def test_neighbouring_streams_have_uncorrelated_normals() -> None:
    keys = MANY[: 2**16]
    seed, purpose = 2**33, "monthly"
    here = Streams(seed=seed, draw=1)
    rows = np.concatenate(
        [
            here.normals(keys, purpose, 1),
            here.normals(keys, "monthlz", 1),
            Streams(seed=seed + 1, draw=1).normals(keys, purpose, 1),
            Streams(seed=seed, draw=2).normals(keys, purpose, 1),
            here.normals(keys, purpose, 2),
            here.normals(keys + np.uint64(1), purpose, 1),
        ]
    ).astype(np.float64)
    uniforms = np.stack([here.uniforms(keys, purpose, 1), here.uniforms(keys, purpose, 2)])
    for values in (np.concatenate([rows, uniforms]), rows**2, np.abs(rows) ** 3):
        correlation = np.asarray(np.corrcoef(values))
        off = correlation[~np.eye(len(values), dtype=bool)]
        assert np.abs(off).max() < 5 / sqrt(keys.size)


def test_months_of_one_household_are_uncorrelated() -> None:
    months = 48
    series = np.concatenate([SEEDED.normals(MANY[: 2**14], "monthly", step)[:2] for step in range(months // 2)])
    series = series.astype(np.float64)
    for lag in range(1, 13):
        product = series[lag:] * series[:-lag]
        assert abs(product.mean()) < 5 / sqrt(product.size)


def test_one_flipped_bit_changes_half_the_words() -> None:
    keys = MANY[:4096]
    base = SEEDED.words(keys, "monthly", 5, 0)
    flipped = [SEEDED.words(keys ^ np.uint64(1 << bit), "monthly", 5, 0) for bit in range(0, 64, 3)]
    for bit in range(0, 32, 3):
        flipped.append(SEEDED.words(keys, "monthly", 5 ^ 1 << bit, 0))
        flipped.append(SEEDED.words(keys, "monthly", 5, 1 << bit))
        flipped.append(Streams(seed=20231201, draw=7 ^ 1 << bit).words(keys, "monthly", 5, 0))
        flipped.append(Streams(seed=20231201 ^ 1 << 2 * bit, draw=7).words(keys, "monthly", 5, 0))
    for words in flipped:
        assert abs(excess_of_differing_bits(base, words)) < 5


# Distributions, on 2**18 households = 1,048,576 normals


@pytest.fixture(scope="module")
def normals() -> NDArray[np.float32]:
    return Streams(seed=11, draw=3).normals(MANY, "monthly", step=1)


@pytest.fixture(scope="module")
def uniforms() -> NDArray[np.float64]:
    streams = Streams(seed=11, draw=3)
    return np.concatenate([streams.uniforms(MANY, "take-up", step) for step in range(4)])


def test_moments_of_normals(normals: NDArray[np.float32]) -> None:
    # the variances of x, x^2, x^3, x^4 under the normal are 1, 2, 15, 96
    for rows in (*normals, normals):
        x = rows.astype(np.float64).ravel()
        for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
            assert abs((x**power).mean() - moment) < 4 * sqrt(variance / x.size)


def test_normals_pass_kolmogorov_smirnov(normals: NDArray[np.float32]) -> None:
    from scipy import stats

    for rows in (*normals, normals):
        assert stats.kstest(rows.astype(np.float64).ravel(), "norm").pvalue > 0.001


def test_tails_of_normals(normals: NDArray[np.float32]) -> None:
    for bound in (3, 4, 5):
        expected = normals.size * erfc(bound / sqrt(2)) / 2
        for tail in (normals > bound, normals < -bound):
            assert abs(np.count_nonzero(tail) - expected) < 4 * sqrt(expected) + 1


def test_pairs_of_normals_are_independent(normals: NDArray[np.float32]) -> None:
    from scipy import stats

    for one, other in combinations(normals.astype(np.float64), 2):
        table = np.histogram2d(one, other, bins=stats.norm.ppf(np.linspace(0, 1, 17)[1:-1]))[0]
        # 14 x 14 cells of equal probability 1/256 and what lies outside
        outside = one.size - table.sum()
        expected = one.size / 256
        chi2 = ((table - expected) ** 2).sum() / expected
        chi2 += (outside - 60 * expected) ** 2 / (60 * expected)
        assert 0.001 < stats.chi2.sf(chi2, 14 * 14) < 0.999


def test_uniforms_are_uniform(uniforms: NDArray[np.float64]) -> None:
    from scipy import stats

    assert uniforms.dtype == np.float64
    assert ((uniforms > 0) & (uniforms < 1)).all()
    assert stats.kstest(uniforms, "uniform").pvalue > 0.001
    for power in (1, 2, 3, 4):
        variance = 1 / (2 * power + 1) - 1 / (power + 1) ** 2
        assert abs((uniforms**power).mean() - 1 / (power + 1)) < 4 * sqrt(variance / uniforms.size)
    assert np.unique(uniforms).size == uniforms.size


def test_scalars_are_uniform() -> None:
    from scipy import stats

    drawn = [Streams(seed=3, draw=draw).scalar("effect of coaching") for draw in range(400)]
    assert stats.kstest(drawn, "uniform").pvalue > 0.001


# Ids
