"""A small survey in a file, as a district would have it: population, measures with its design, projection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import graduasi as gr
from graduasi import measures
from graduasi.population import reweight, uprate

LINE = gr.PovertyLine(amount=600_000, label="Bekasi 2023")
OWN = {"Bekasi": 600_000.0, "Karawang": 480_000.0}


def survey(path: Path) -> pd.DataFrame:
    """Yearly spending of 400 households in 40 villages of two districts; weights add up to persons."""
    rng = np.random.default_rng(7)
    village = np.repeat(np.arange(40), 10)
    size = rng.integers(1, 8, 400)
    each = np.exp(np.log(11e6) + rng.normal(0, 0.25, 40)[village] + rng.normal(0, 0.45, 400))
    table = pd.DataFrame(
        {
            "hh": [f"{number:05d}" for number in range(400)],
            "district": np.where(village < 25, "Bekasi", "Karawang"),
            "village": village,
            "spent_year": each * size,
            "size": size,
            "in_smp": np.minimum(rng.integers(0, 3, 400), size - 1),
            "person_weight": rng.uniform(400, 900, 400),
            "interviewed": rng.integers(0, 10, 400) > 0,
        }
    )
    table.to_csv(path, index=False)
    return table


@pytest.fixture
def people(tmp_path: Path) -> gr.Population:
    survey(tmp_path / "survey.csv")
    return gr.Population.from_file(
        tmp_path / "survey.csv", id="hh", currency="IDR", kind="consumption",
        welfare="spent_year", period="year", per="household", members="size",
        weight="person_weight", weight_of="person", region="district", region_lines=OWN, line=LINE,
        by="district", strata="district", clusters="village", composition=("in_smp",),
        where=lambda table: table["interviewed"],
    )  # fmt: skip


def test_the_population_is_the_file(people: gr.Population, tmp_path: Path) -> None:
    table = survey(tmp_path / "again.csv").query("interviewed")
    assert len(people) == len(table) < 400
    assert people.ids.tolist() == table["hh"].tolist()
    assert people.persons == pytest.approx(table["person_weight"].sum())
    monthly = table["spent_year"] / 12 / table["size"]
    poor = monthly < table["district"].map(OWN)  # each district against its own line
    assert people.headcount(LINE) == pytest.approx(np.average(poor, weights=table["person_weight"]), rel=1e-12)


def test_measures_know_the_design(people: gr.Population) -> None:
    whole = measures.estimate(
        measures.headcount, people.welfare, people.person_weight, line=LINE.amount, design=people.design()
    )
    assert whole.estimate == pytest.approx(people.headcount(LINE))
    assert whole.df == 40 - 2  # clusters less strata
    plain = measures.estimate(measures.headcount, people.welfare, people.person_weight, line=LINE.amount)
    assert whole.se > 1.2 * plain.se  # villages differ, and ten households of one tell less than ten apart


def test_it_is_carried_forward_and_simulated(people: gr.Population) -> None:
    later = reweight(
        uprate(people, growth=0.03), persons=250_000, headcounts={LINE: 0.2}, totals={"in_smp": 60_000}
    ).population
    assert later.persons == pytest.approx(250_000, rel=1e-9)
    assert later.design().strata is not None
    assert len(later.notes) == len(people.notes) + 2
    cash = gr.Programme(
        name="cash",
        interventions=(gr.CashTransfer(amount=300_000, payments=13, per="member"),),
        rollout=gr.Rollout(households=4_000),
    )
    result = gr.simulate(
        later, gr.HouseholdEconomy(), [gr.Policy(name="cash", programmes=(cash,))], lines=[LINE], months=12, draws=5,
        seed=1, progress=False,
    )  # fmt: skip
    table = result.summary(at=(12,)).set_index("policy")
    # A survey run again at the start sees the calibrated headcount of persons.
    seen = result.interval("remeasured", "nothing", month=0, unit="persons")
    assert seen.mean == pytest.approx(0.2 * 250_000, rel=0.1)  # five draws
    # 300,000 a month is half of a person's line: while it is paid, fewer are poor.
    assert table.loc["cash", "poor_12"] < table.loc["nothing", "poor_12"]
