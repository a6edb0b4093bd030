"""A measure of a population: welfare, person weights and design are its own."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from tests.simulation.small_world import LINE, people

import graduasi as gr
from graduasi.measures import RelativeLine, SurveyDesign, estimate


def surveyed() -> gr.Population:
    number = np.arange(120)
    return attrs.evolve(people(120), strata=number % 3, clusters=number // 6)


def test_a_population_brings_its_own_weights_and_design() -> None:
    population = surveyed()
    spelled = estimate(
        "headcount", population.welfare, population.person_weight, line=100.0, design=population.design()
    )
    for found in (
        estimate("headcount", population, LINE),
        estimate("headcount", population, line=LINE),
        estimate("headcount", population, 100.0),
    ):
        assert (found.estimate, found.se, found.df) == (spelled.estimate, spelled.se, spelled.df)
    assert spelled.estimate == pytest.approx(population.headcount(LINE))
    half = RelativeLine(share=0.6)
    assert estimate("headcount", population, half).se == pytest.approx(
        estimate(
            "headcount", population.welfare, population.person_weight, line=half, design=population.design()
        ).se
    )
    assert estimate("gini", population).estimate == pytest.approx(
        estimate("gini", population.welfare, population.person_weight).estimate
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"weights": np.ones(120)}, "estimate.weights must be left out beside a population, which has its own; got both"),
        ({"design": SurveyDesign()}, "estimate.design must be left out beside a population, which has its own; got both"),
        ({"line": gr.PovertyLine(amount=2.15, label="a", currency="USD")}, "PovertyLine.currency must be the population's, 'IDR'; got 'USD'"),
    ],
)  # fmt: skip
def test_what_a_population_has_is_not_given_twice(given: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        estimate("headcount", surveyed(), **{"line": LINE, **given})
    assert str(caught.value) == message


def test_only_a_sample_has_a_standard_error() -> None:
    """Figures are no sample: an error that falls with the number of records made would be invented."""
    with pytest.raises(gr.InputError) as caught:
        estimate("headcount", people(120), LINE)
    assert str(caught.value) == (
        "estimate.welfare must be of a sample for a standard error; this population is a whole list, or made from "
        "published figures: call the measure itself with its welfare and person_weight, or give arrays and a design"
    )
    weighted = attrs.evolve(people(120), sampled=True)
    assert estimate("headcount", weighted, LINE).se > 0


def test_two_estimates_of_one_population_can_be_compared() -> None:
    population = surveyed()
    difference = estimate("headcount", population, LINE) - estimate("headcount", population, LINE)
    assert (difference.estimate, difference.se) == (0.0, 0.0)
    other = attrs.evolve(population, clusters=np.arange(120) // 3)
    with pytest.raises(gr.InputError, match=r"^Estimate.difference must be of two estimates of one sample"):
        _ = estimate("headcount", population, LINE) - estimate("headcount", other, LINE)


def test_a_design_shows_itself_in_one_line() -> None:
    assert repr(surveyed().design()) == "SurveyDesign(3 strata, 20 clusters, lonely='fail')"
    replicated = SurveyDesign(replicate_weights=np.ones((4, 50)), kind="bootstrap")
    assert repr(replicated) == "SurveyDesign(50 replicates, kind='bootstrap', lonely='fail')"
