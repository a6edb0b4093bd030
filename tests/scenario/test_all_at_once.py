"""No fault hides another: every pair of single faults is told together."""

from __future__ import annotations

import copy
import itertools
import pickle

import pytest
from tests.scenario.cases import FAULTS, changed, small

import graduasi as gr


def faults(document: dict[str, object]) -> tuple[str, ...]:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(document)
    return caught.value.faults


@pytest.mark.parametrize(("where", "value", "fault"), FAULTS, ids=lambda given: str(given)[:40])
def test_a_fault_alone(where: tuple[str | int, ...], value: object, fault: str) -> None:
    assert fault in faults(changed(small(), where, value))
    gr.Scenario.from_dict(small())


def test_every_pair_is_told() -> None:
    hidden = []
    for (first, one, fault), (second, two, other) in itertools.combinations(FAULTS, 2):
        if {first[0], second[0]} == {"months", "report"}:
            continue  # whether a month is too late cannot be told where the last month is not known
        told = faults(
            changed(changed(small(), copy.deepcopy(first), copy.deepcopy(one)), second, copy.deepcopy(two))
        )
        paths = {line.split(":")[0] for line in told}
        hidden += [
            (fault, other) for each in (fault, other) if each not in told and each.split(":")[0] not in paths
        ]
    assert hidden == []


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        (("population", "kind"), "population: must have kind one of 'published', 'figures', 'file'; found "),
        (("model", "process", "kind"), "model.process: must have kind one of 'ranks', 'log_income'; found "),
    ],
)
def test_a_kind_that_is_no_text(where: tuple[str, ...], fault: str) -> None:
    """Digits without end, of which Python makes no text, among them."""
    for value, found in ((10**5000, "a whole number of more than 60 digits"), (["x"], "['x']"), (True, "True")):
        assert faults(changed(small(model={"process": {}}), where, value)) == (fault + found,)


def test_faults_survive_pickle_and_copy() -> None:
    error = gr.ScenarioError(["a: must be b", "c: must be d"], "x.toml")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (other.faults, other.where, str(other)) == (error.faults, error.where, str(error))


def test_a_message_lists_fifty_faults() -> None:
    error = gr.ScenarioError([f"a[{place}]: is missing" for place in range(60)])
    assert len(error.faults) == 60
    assert str(error).splitlines()[0] == "scenario: 60 faults"
    assert str(error).splitlines()[-2:] == ["  a[49]: is missing", "  and 10 more"]


def test_a_scenario_can_be_hashed() -> None:
    assert hash(gr.Scenario.from_dict(small())) == hash(gr.Scenario.from_dict(small()))


@pytest.mark.parametrize(
    ("where", "value", "fault", "cause"),
    [
        (
            ("population", "severity"),
            0.2,
            "population.severity: must be above 0 and below the headcount, 0.0493; got 0.2",
            None,
        ),
        (
            ("population", "mean_members"),
            7.9,
            "population.mean_members: must leave the non-poor a mean size in [1, 8); got 7.9 of all and 4.05 of the poor",
            gr.InputError,
        ),
        (
            ("programmes", 0, "targeting"),
            {"kind": "by_column", "column": "x"},
            "programmes[0].targeting.column: must be a column of the population (none); found 'x'",
            None,
        ),
        (
            ("programmes", 0, "eligibility"),
            {"conditions": [{"column": "x", "equals": 1}]},
            "programmes[0].eligibility.conditions[0].column: must be a column of the population (none); found 'x'",
            None,
        ),
    ],
)
def test_what_only_shows_when_it_is_run_has_a_path_too(
    where: tuple[str | int, ...], value: object, fault: str, cause: type | None
) -> None:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(changed(small(), where, value)).run(progress=False)
    assert caught.value.faults == (fault,)
    assert cause is None or isinstance(caught.value.__cause__, cause)
