"""Conventions for weighted samples, by name, against the figures of the packages that use them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures as m

SAMPLE = pd.read_csv(Path(__file__).parent / "md_ABC_2000_income.csv")
WELFARE, WEIGHT = SAMPLE["welfare"].to_numpy(), SAMPLE["weight"].to_numpy()


def test_gini_of_the_world_banks_sample() -> None:
    """laeken 0.5.2, `gini(welfare, weights = weight)` of R: 51.4799878684; ours, and wbpip's, is the same number."""
    assert m.gini(WELFARE, WEIGHT) == pytest.approx(0.514799878684, rel=1e-11)
    assert m.gini(WELFARE, WEIGHT, convention="sample") == pytest.approx(0.514799878684 * 2000 / 1999, rel=1e-11)
    # convey's published formula, row by row.
    order = np.argsort(WELFARE)
    rank, top = 0.0, 0.0
    for value, weight in zip(WELFARE[order], WEIGHT[order], strict=True):
        rank += weight
        top += (2 * rank - 1) * weight * value
    expected = top / (WEIGHT.sum() * (WEIGHT * WELFARE).sum()) - 1
    assert m.gini(WELFARE, WEIGHT, convention="convey") == pytest.approx(expected, rel=1e-12)
    assert expected == pytest.approx(0.515925, abs=5e-7)


def test_quantile_share_ratio_of_the_world_banks_sample() -> None:
    """laeken 0.5.2, `qsr(welfare, weights = weight)` of R: 14.2668652043; `qsr(1:10)`: 1.66666666667."""
    assert m.quantile_share_ratio(WELFARE, WEIGHT, convention="laeken") == pytest.approx(14.2668652043, rel=1e-11)
    assert m.quantile_share_ratio(WELFARE, WEIGHT) == pytest.approx(14.3431, abs=5e-5)
    assert m.quantile_share_ratio(np.arange(1.0, 11.0), convention="laeken") == pytest.approx(10 / 6)


def test_sixty_samples_by_laeken() -> None:
    """Samples drawn at random, whole numbers with ties among them: reference/conventions.R and what it printed."""
    reference = Path(__file__).parent / "reference"
    printed = pd.read_csv(reference / "conventions_output.csv").set_index("case")
    samples = pd.read_csv(reference / "conventions_input.csv").groupby("case")
    assert len(printed) == len(samples) == 60
    for case, sample in samples:
        welfare, weight = sample["welfare"].to_numpy(), sample["weight"].to_numpy()
        row = printed.loc[case]
        assert m.gini(welfare, weight) == pytest.approx(row["gini"], rel=1e-13)
        ratio = m.quantile_share_ratio(welfare, weight, convention="laeken")
        assert ratio == pytest.approx(row["qsr"], rel=1e-13)


weighted = st.lists(st.tuples(st.floats(0.1, 40.0), st.integers(1, 6)), min_size=2, max_size=10)


@given(weighted)
def test_with_unit_weights_all_rows_written_out_the_conventions_agree(rows: list[tuple[float, int]]) -> None:
    welfare, weights = zip(*rows, strict=True)
    copies = np.repeat(welfare, weights)
    plain = m.gini(welfare, weights)
    assert m.gini(copies) == pytest.approx(plain, abs=1e-12)
    assert m.gini(copies, convention="convey") == pytest.approx(plain, abs=1e-12)
    assert m.gini(welfare, weights, convention="convey") >= plain - 1e-12
    assert m.quantile_share_ratio(copies, convention="laeken") == pytest.approx(
        m.quantile_share_ratio(welfare, weights, convention="laeken")
    )


@given(st.permutations(range(6)))
def test_ties_in_any_order(order: list[int]) -> None:
    welfare, weights = np.array([1.0, 2.0, 2.0, 2.0, 5.0, 5.0])[order], np.arange(1.0, 7.0)[order]
    base = np.array([1.0, 2.0, 2.0, 2.0, 5.0, 5.0]), np.arange(1.0, 7.0)
    for convention in ("population", "sample", "convey"):
        assert m.gini(welfare, weights, convention=convention) == pytest.approx(
            m.gini(*base, convention=convention)
        )


def test_refusals() -> None:
    with pytest.raises(gr.InputError) as caught:
        m.quantile_share_ratio([1.0, 2.0], convention="convey")
    assert str(caught.value) == "quantile_share_ratio.convention must be one of 'divided', 'laeken'; got 'convey'"
    with pytest.raises(gr.InputError) as caught:
        m.quantile_share_ratio([0.0, 0.0, 1.0], convention="laeken")
    assert str(caught.value) == "quantile_share_ratio.welfare must leave the poorest 0.2 something; got 0"


def test_what_was_given_is_left_alone() -> None:
    welfare, weights = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    kept = welfare.copy(), weights.copy()
    for call in (m.gini, m.theil, m.palma, m.lorenz, m.quantile_share_ratio):
        call(welfare, weights)
    for measure in (m.headcount, m.watts, m.sen, m.sen_shorrocks_thon):
        measure(welfare, 2.5, weights)
    m.benefit_incidence(welfare, weights)
    np.testing.assert_array_equal(welfare, kept[0])
    np.testing.assert_array_equal(weights, kept[1])
