"""The error of the sample in the intervals, against the variance of simple random sampling."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest

import graduasi as gr
from graduasi.projection import RECORDED
from graduasi.projection.axes import AXES, read

MODEL = gr.HouseholdEconomy(
    process=gr.RankProcess(error_share=0.0, permanent=0.4, transitory=0.1, persistence=0.7), behaviour=gr.Saving()
)
LINE = gr.PovertyLine(amount=100.0, label="line")
RECORDS, WEIGHT = 2_000, 50.0
STUDENT = (1.8946 / 1.6449) ** 2  # t at 95% with seven degrees of freedom over z, from tables


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
    return float(sampling(projection, statistic, "nothing", month=0))


def sampling(projection: gr.Projection, statistic: str, policy: str, *, month: int) -> Any:
    """Variance of a total of households over samples of records, at the first line."""
    where = {"unit": 0, "line": 0, "policy": projection.index.policy(policy), "month": month}
    return read(projection.sampling, AXES["sampling"], told=RECORDED.index(statistic), **where)


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


def test_what_a_survey_sees_again_has_the_doubt_of_its_own_count() -> None:
    """With an error the truly poor are few and the seen are as many as the sample has below the line, at any month."""
    model = attrs.evolve(MODEL, process=attrs.evolve(MODEL.process, error_share=0.4))
    people = survey(3, WEIGHT)
    projection = gr.simulate(people, model, [], lines=[LINE], months=2, draws=4, seed=1, progress=False)
    below = (people.welfare < LINE.amount).astype(float)
    part = people.keys % np.uint64(8)
    beyond = np.array([WEIGHT * (below[part == each] - below.mean()).sum() for each in range(8)])
    expected = (beyond**2).sum() * 8 / 7 * STUDENT * (1 - 1 / WEIGHT)
    for month in (0, 2):
        assert sampling(projection, "remeasured", "nothing", month=month) == pytest.approx(expected, rel=0.25)
    borrowed = found(projection, "poor")
    assert expected > 1.5 * borrowed


def test_help_that_lifts_everybody_leaves_no_doubt_about_the_seen() -> None:
    """Under a policy too the doubt is that of as many as are seen."""
    pension = gr.CashTransfer(amount=1e6, payments=3)
    policy = gr.Policy(name="pension", programmes=(gr.Programme(name="pension", interventions=(pension,)),))
    projection = gr.simulate(
        survey(3, WEIGHT), MODEL, [policy], lines=[LINE], months=2, draws=4, seed=1, progress=False
    )
    without, under = (sampling(projection, "remeasured", name, month=2) for name in ("nothing", "pension"))
    # Scores are on a grid where nobody helps, which leaves a few of 27,000.
    assert projection.interval("remeasured", "pension").mean < 200
    assert under < 0.02 * without


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
    assert (sample.series("reentries", "nothing").draws >= 0).all()
    again = gr.Projection.from_json(sample.to_json())
    np.testing.assert_array_equal(again.sampling, sample.sampling)
