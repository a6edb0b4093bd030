"""What a registry sees: tenths, a view drawn once, and rules on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

import graduasi as gr
from graduasi.measures.ranks import deciles
from graduasi.population import registry_view


def drawn(size: int) -> gr.Population:
    rng = np.random.default_rng(3)
    return gr.Population(
        ids=np.array([f"h{number}" for number in range(size)]), welfare=np.exp(rng.normal(13.0, 0.5, size)),
        weight=rng.uniform(0.5, 2.0, size), members=rng.integers(1, 8, size).astype(float),
    )  # fmt: skip


def test_tenths_by_hand() -> None:
    assert deciles(np.arange(10.0)[::-1], np.ones(10)).tolist() == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert deciles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 8.0, 1.0])).tolist() == [10, 4, 9]
    assert deciles(np.array([5.0, 5.0]), np.ones(2)).tolist() == [5, 5]
    assert deciles(np.array([7.0]), np.ones(1)).tolist() == [5]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0.01, 5.0)), min_size=1, max_size=60), st.integers(0, 1000))
def test_tenths_rise_with_the_ranking_and_split_no_equals(rows: list[tuple[int, float]], seed: int) -> None:
    values, weight = (np.array(each, dtype=float) for each in zip(*rows, strict=True))
    found = deciles(values, weight)
    assert found.min() >= 1
    assert found.max() <= 10
    order = np.argsort(values)
    assert (np.diff(found[order]) >= 0).all()
    for value in np.unique(values):
        assert np.unique(found[values == value]).size == 1
    shuffled = np.random.default_rng(seed).permutation(values.size)
    np.testing.assert_array_equal(deciles(values[shuffled], weight[shuffled]), found[shuffled])


def test_a_registry_without_error_sees_what_the_survey_sees() -> None:
    population = drawn(500)
    seen = registry_view(population, error_share=0.0)
    np.testing.assert_array_equal(seen.columns["registry"], population.welfare)
    share = np.bincount(seen.columns["registry decile"], weights=population.weight)[1:] / population.families
    np.testing.assert_allclose(share, 0.1, atol=0.005)


@pytest.mark.parametrize("error", [0.3, 0.8, 1.0])
def test_a_registry_has_its_own_error_and_the_survey_its_amounts(error: float) -> None:
    population = evolve(drawn(20_000), weight=np.ones(20_000))
    seen = registry_view(population, error_share=error, name="dtsen", seed=4).columns["dtsen"]
    np.testing.assert_allclose(np.sort(seen), np.sort(population.welfare), rtol=2e-4)  # equal noise is rare
    ranks = [ndtri((np.argsort(np.argsort(each)) + 0.5) / 20_000) for each in (seen, population.welfare)]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(np.sqrt(1 - error), abs=4 / np.sqrt(20_000))
    again = registry_view(population, error_share=error, name="dtsen", seed=4).columns["dtsen"]
    np.testing.assert_array_equal(seen, again)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"error_share": 1.2}, "registry_view.error_share must be a share in [0, 1]; got 1.2"),
        ({"error_share": True}, "registry_view.error_share must be a share in [0, 1]; got True"),
        ({"error_share": float("nan")}, "registry_view.error_share must be a share in [0, 1]; got nan"),
        ({"error_share": 0.2, "name": "a"}, "registry_view.name must be a name that no column of the population has; got 'a'"),
    ],
)  # fmt: skip
def test_refusals(given: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        registry_view(evolve(drawn(5), columns={"a": np.ones(5)}), **given)
    assert str(caught.value) == message


def run(population: gr.Population, **rest: Any) -> gr.Projection:
    programme = gr.Programme(name="grant", interventions=(gr.CapitalGrant(amount=2e6),), **rest)
    return gr.simulate(
        population, gr.HouseholdEconomy(), [gr.Policy(name="with", programmes=(programme,))],
        lines=[gr.PovertyLine(amount=300_000.0, label="x")], months=2, draws=3, seed=1, progress=False,
    )  # fmt: skip


@pytest.mark.parametrize("grouped", [False, True])
def test_the_poorest_tenths_are_who_comes_first(grouped: bool) -> None:
    """All of three tenths by eligibility, or as many families by rank: the same, but for the record on the edge."""
    population = drawn(3000)
    if grouped:
        population = evolve(population, distribution_groups=np.array(["a", "b"])[np.arange(3000) % 2])
    by_tenth = run(population, eligibility=gr.Eligibility(decile_at_most=3))
    by_rank = run(population, rollout=gr.Rollout(households=0.3 * population.families))
    for statistic in ("reached", "reached_poor", "gap"):
        one, other = (each.series(statistic, "with", line="x") for each in (by_tenth, by_rank))
        np.testing.assert_allclose(one, other, rtol=2e-3)
    assert by_tenth.series("reached", "with", line="x").at(0).draws[:, 0] == pytest.approx(
        [0.3 * population.families] * 3, rel=2e-3
    )
    everybody = run(population, eligibility=gr.Eligibility(decile_at_most=10))
    assert everybody.series("reached", "with", line="x").at(0).draws[:, 0] == pytest.approx(
        [population.families] * 3
    )


def test_a_tenth_that_is_none() -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.Eligibility(decile_at_most=0)
    assert str(caught.value) == "Eligibility.decile_at_most must be a whole number in [1, 10]; got 0"
