"""The error of the sample in the intervals, against the variance of simple random sampling."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import graduasi as gr
from graduasi.projection.doubt import STUDENT

MODEL = gr.HouseholdEconomy(
    luck=gr.RankLuck(error_share=0.0, permanent=0.4, transitory=0.1, persistence=0.7), saving=gr.Saving()
)
LINE = gr.PovertyLine(amount=100.0, label="line")
RECORDS, WEIGHT = 2_000, 50.0


def survey(seed: int, weight: float | None) -> gr.Population:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "id": [f"{seed}-{place}" for place in range(RECORDS)],
            "welfare": np.exp(rng.normal(np.log(140.0), 0.6, RECORDS)),
            "weight": 1.0 if weight is None else weight,
        }
    )
    return gr.Population.from_frame(
        frame, welfare="welfare", id="id", currency="IDR", assumed_members=4.0,
        weight=None if weight is None else "weight",
    )  # fmt: skip


def project(population: gr.Population, draws: int = 20) -> gr.Projection:
    return gr.simulate(population, MODEL, [], lines=[LINE], months=1, draws=draws, seed=1, progress=False)


def found(projection: gr.Projection, statistic: str) -> float:
    at = projection.at
    place = gr.projection.STATISTICS.index(statistic)
    return float(projection.sampling[at.unit("households"), 0, 0, 0, place])


def test_the_variance_is_that_of_simple_random_sampling() -> None:
    """Of 40 surveys the mean of an estimate with seven degrees of freedom has a standard error of 8.5%."""
    share = gr.measures.headcount(np.exp(np.log(140.0) + 0.6 * np.random.default_rng(0).normal(size=10**6)), 100.0)
    theory = (RECORDS * WEIGHT) ** 2 * share * (1 - share) / RECORDS * (1 - 1 / WEIGHT)
    runs = [project(survey(seed, WEIGHT), draws=2) for seed in range(40)]
    mean = np.mean([found(run, "poor") for run in runs]) / STUDENT
    assert mean == pytest.approx(theory, rel=3 * 0.085)
    # Without an error the survey sees the poor as they are, so its own doubt is theirs.
    seen = np.mean([found(run, "remeasured") for run in runs]) / STUDENT
    assert seen == pytest.approx(theory, rel=3 * 0.085)


def test_a_list_of_everybody_has_none() -> None:
    projection = project(survey(1, None), draws=3)
    assert not projection.sampling.any()


def test_relative_weights_are_a_sample_of_many() -> None:
    """Weights that add up to the records: the same shares, and no finite population to correct for."""
    heavy, relative = project(survey(1, WEIGHT)), project(survey(1, 1.0))
    scale = WEIGHT**2 * (1 - 1 / WEIGHT)
    assert found(heavy, "poor") == pytest.approx(found(relative, "poor") * scale, rel=1e-9)


def test_intervals_hold_it_and_json_keeps_it() -> None:
    population = survey(1, WEIGHT)
    sample = project(population, draws=100)
    # At month 0 nothing else is in doubt: the survey has no error, so its poor are the truly poor.
    interval = sample.interval("poor", "nothing", month=0)
    assert interval.high - interval.low == pytest.approx(2 * 1.645 * np.sqrt(found(sample, "poor")), rel=0.05)
    assert (sample.series("reentries", "nothing") >= 0).all()
    again = gr.Projection.from_json(sample.to_json())
    np.testing.assert_array_equal(again.sampling, sample.sampling)
