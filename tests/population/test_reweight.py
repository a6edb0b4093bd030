"""Calibration against R's survey, exact totals, diagnostics, refusals; welfare carried forward."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures
from graduasi.population import reweight, uprate
from graduasi.population.balancing import entropy_balance, rake

REFERENCE = Path(__file__).parent / "reference"
LINE = gr.PovertyLine(amount=600.0, label="line")


def survey() -> gr.Population:
    return gr.Population.from_file(
        REFERENCE / "calibrate_input.csv", welfare="welfare", id="id", currency="IDR", members="members",
        weight="weight", by="region", distribution_groups="region", columns=("head", "pupils"),
    )  # fmt: skip


def r_weights(name: str) -> np.ndarray[Any, Any]:
    return pd.read_csv(REFERENCE / "calibrate_output.csv")[name].to_numpy()


REGIONS = {"north": 2100.0, "south": 2000.0, "west": 2200.0}


def test_weights_are_those_of_r_survey() -> None:
    balanced = reweight(survey(), groups=REGIONS, totals={"pupils": 6500.0}, persons=26_000.0)
    np.testing.assert_allclose(balanced.population.weight, r_weights("balanced"), rtol=1e-10)
    margins = {"head": {"farmer": 2600.0, "other": 3700.0}}
    raked = reweight(survey(), groups=REGIONS, totals=margins, method="raking")
    np.testing.assert_allclose(raked.population.weight, r_weights("raked"), rtol=1e-10)
    # Raking and entropy balancing to margins are one thing (Deming and Stephan; Ireland and Kullback 1968).
    both = reweight(survey(), groups=REGIONS, totals=margins)
    np.testing.assert_allclose(both.population.weight, raked.population.weight, rtol=1e-9)


def test_targets_are_met_and_what_it_cost_is_said() -> None:
    before = survey()
    found = reweight(before, families=7000.0, mean=1000.0, headcounts={LINE: 0.3}, groups={"north": 2500.0})
    people = found.population
    weight = people.person_weight
    assert people.families == pytest.approx(7000.0, rel=1e-10)
    assert np.average(people.welfare, weights=weight) == pytest.approx(1000.0, rel=1e-10)
    assert measures.headcount(people.welfare, 600.0, weight) == pytest.approx(0.3, rel=1e-9)
    assert people.weight[people.by == "north"].sum() == pytest.approx(2500.0, rel=1e-10)
    assert (people.weight > 0).all()
    np.testing.assert_array_equal(people.welfare, before.welfare)
    np.testing.assert_allclose(found.table["after"], found.table["wanted"], rtol=1e-9)
    assert found.table["target"].tolist() == [
        "families", "mean welfare", "the headcount at 'line'", "families of groups 'north'",
    ]  # fmt: skip
    assert found.effective_after < found.effective_before < 120
    assert found.smallest < 1 < found.largest
    assert repr(found).startswith("Calibration(4 targets; effective sample 1")
    assert re.search(r"; families of groups 'north' moved most, by \+\d\d\.\d%\)$", repr(found))
    assert people.notes[-1] == "reweighted to 4 totals"


@pytest.mark.parametrize(
    "targets",
    [
        {"persons": 1e-9}, {"persons": 1e12}, {"persons": 1e-3, "mean": 700.0}, {"groups": {"north": 1e-9}},
        {"groups": {"north": 1e-9, "south": 2000.0}, "mean": 1000.0},
    ],
)  # fmt: skip
def test_totals_far_from_the_old_are_met_as_well(targets: dict[str, Any]) -> None:
    """To 1e-10 of the new total: one of a billionth of the old must not be met to a billionth of the old."""
    table = reweight(survey(), **targets).table
    np.testing.assert_allclose(table["after"], table["wanted"], rtol=1e-10)


def test_numbers_of_numpy_uprate_as_any() -> None:
    for growth, inflation in ((np.int64(0), np.float32(0.5)), (np.float64(0.5), 0), (0, np.float16(0.5))):
        found = uprate(survey(), growth=growth, inflation=inflation)
        np.testing.assert_allclose(found.welfare, survey().welfare * 1.5)
    curved = uprate(survey(), curve={np.float32(0.0): np.int64(0), 1: np.float32(0.0)})
    np.testing.assert_array_equal(curved.welfare, survey().welfare)
    for field, value in (
        ("growth", True),
        ("growth", float("nan")),
        ("inflation", "1%"),
        ("growth", np.complex128(1)),
    ):
        with pytest.raises(gr.InputError) as caught:
            uprate(survey(), **{field: value})
        assert str(caught.value) == f"uprate.{field} must be a share above -1; got {value!r}"
    with pytest.raises(gr.InputError) as caught:
        uprate(survey(), curve=0.1)  # type: ignore[arg-type]
    assert str(caught.value) == "uprate.curve must be growth above -1 by shares in [0, 1]; got 0.1"


def test_sizes_are_a_target_as_columns_are() -> None:
    before = survey()
    wanted = {1.0: 900.0, 2.0: 1100.0}
    by_size = reweight(before, totals={"members": wanted}).population
    for size, families in wanted.items():
        assert by_size.weight[before.members == size].sum() == pytest.approx(families, rel=1e-10)
    assert reweight(before, totals={"members": 2e4}).population.persons == pytest.approx(2e4, rel=1e-10)


@given(st.floats(0.5, 2.0), st.floats(0.9, 1.1))
def test_nothing_moves_where_the_totals_are_its_own(scale: float, tilt: float) -> None:
    people = survey()
    same = reweight(people, families=people.families * scale)
    np.testing.assert_allclose(same.population.weight, people.weight * scale, rtol=1e-10)
    tilted = entropy_balance(people.weight, np.ones((120, 1)), np.array([people.families * tilt]))
    np.testing.assert_allclose(tilted, people.weight * tilt, rtol=1e-10)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "reweight must have at least one target; got none"),
        ({"method": "greg", "families": 1.0}, "reweight.method must be one of 'entropy', 'raking'; got 'greg'"),
        ({"families": -1.0}, "reweight.families must be a number at least 0; got -1.0"),
        ({"headcounts": {LINE: 30.0}}, "reweight.headcounts['line'] must be a number in [0, 1]; got 30.0"),
        ({"groups": {"east": 1.0}},
         "reweight.groups must name values that families have ('north', 'south', 'west'); got 'east'"),
        ({"totals": {"cows": 1.0}},
         "reweight.totals must name columns of the population ('members', 'head', 'pupils'); got 'cows'"),
        ({"totals": {"head": 5.0}},
         "reweight.totals['head'] must be of a column of numbers, or give a total a value"),
        ({"persons": 9e3, "method": "raking"},
         "reweight.method 'raking' meets groups and columns of words alone; got persons: use 'entropy'"),
        ({"groups": {"north": 2100.0}, "method": "raking"},
         "rake.margins['groups'] must give every category a target; 'south' has none"),
    ],
)  # fmt: skip
def test_targets_that_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        reweight(survey(), **arguments)
    assert str(caught.value) == message


def test_targets_that_nobody_can_meet_are_named() -> None:
    for arguments, message in (
        ({"mean": 1e6}, "reweight.mean must be between 248.42 and 4160.3, the range of the records; got 1e+06"),
        ({"headcounts": {LINE: 0.0}},
         "reweight.headcounts['line'] must be between 0 and 1, the range of the records; got 0"),
        ({"headcounts": {gr.PovertyLine(amount=200.0, label="low"): 0.1}},
         "reweight.headcounts['low'] must be 0, as of all; got 0.1"),
        ({"groups": {"north": 0.0}},
         "no positive weights give families of groups 'north' the total 0: its column runs from 0 to 1 (the weights "
         "now add up to 6214.97)"),
    ):  # fmt: skip
        with pytest.raises(gr.FitError) as refused:
            reweight(survey(), **arguments)  # type: ignore[arg-type]
        assert str(refused.value) == message
    together = (  # how far it comes is of no consequence, but is told in the target's own unit
        r"^no positive weights meet all 3 targets: mean welfare should be 4000 and comes to [12]\d{3}\.\d+; no mix of "
        r"the records reaches it with the others$"
    )
    with pytest.raises(gr.FitError, match=together):
        reweight(survey(), mean=4000.0, headcounts={LINE: 0.3})
    with pytest.raises(gr.FitError) as caught:
        entropy_balance(np.ones(3), np.array([[1.0], [2.0], [3.0]]), np.array([-1.0]), names=["cows"])
    assert str(caught.value) == (
        "no positive weights give cows the total -1: its column runs from 1 to 3 (the weights now add up to 3)"
    )
    with pytest.raises(gr.InputError, match=r"^rake\.margins must add up to one total; got"):
        rake(np.ones(4), {"a": ([0, 0, 1, 1], {0: 2.0, 1: 2.0}), "b": ([0, 1, 0, 1], {0: 2.0, 1: 3.0})})  # type: ignore[dict-item]
    with pytest.raises(gr.FitError, match=r"^raking did not meet its margins"):
        rake(np.array([1.0, 0.0, 0.0, 1.0]),
             {"a": (np.array([0, 0, 1, 1]), {0: 2.0, 1: 2.0}), "b": (np.array([0, 1, 0, 1]), {0: 3.0, 1: 1.0})},
             rounds=50)  # fmt: skip


@pytest.mark.parametrize(
    ("weight", "columns", "targets", "message"),
    [
        (
            [1.0],
            [[1.0, 2.0]],
            [1.0],
            r"entropy_balance\.columns must have shape \(record, target\) = \(1, 1\); got \(1, 2\)",
        ),
        (
            [np.nan],
            [[1.0]],
            [1.0],
            r"entropy_balance\.weight must be numbers at least 0; got nan in record 0 \(counted from 0\)",
        ),
        (
            [-1.0],
            [[1.0]],
            [1.0],
            r"entropy_balance\.weight must be numbers at least 0; got -1\.0 in record 0 \(counted from 0\)",
        ),
    ],
)
def test_shapes_of_balancing(weight: Any, columns: Any, targets: Any, message: str) -> None:
    with pytest.raises(gr.InputError, match=f"^{message}$"):
        entropy_balance(np.array(weight), np.array(columns), np.array(targets))


def test_welfare_is_carried_forward_and_ranks_stay() -> None:
    people = survey()
    plain = uprate(people, growth=0.05, inflation=0.1)
    np.testing.assert_allclose(plain.welfare, people.welfare * 1.05 * 1.1)
    curved = uprate(people, curve={0.0: 0.10, 1.0: 0.0})
    ratio = curved.welfare / people.welfare
    order = np.argsort(people.welfare)
    assert (np.diff(curved.welfare[order]) >= 0).all()
    weight = people.person_weight[order]
    rank = (np.cumsum(weight) - weight / 2) / weight.sum()
    np.testing.assert_allclose(ratio[order], 1.10 - 0.10 * rank, atol=3e-3)
    figures = gr.Population.from_aggregates(
        line=LINE, headcount=0.1, severity=0.004, gini=0.35, persons=1e5, size=300
    )
    moved = uprate(figures, growth=0.2)
    assert moved.tails is not None
    assert figures.tails is not None
    np.testing.assert_allclose(moved.tails[0], figures.tails[0] * 1.2)
    with pytest.raises(gr.FitError, match=r"^uprate\.curve must leave the order of households"):
        uprate(people, curve={0.4: 0.9, 0.41: 0.0})
    with pytest.raises(gr.InputError) as caught:
        uprate(people, growth=-1.0)
    assert str(caught.value) == "uprate.growth must be a share above -1; got -1.0"
    with pytest.raises(gr.InputError, match=r"^uprate\.curve must be growth above -1 by shares in \[0, 1\]"):
        uprate(people, curve={5.0: 0.1})
