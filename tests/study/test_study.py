"""A study: its runs as data, its progress as one, and one name for the room and its verb."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from tests.scenario.cases import small
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi.report import render, table
from graduasi.study import Findings, findings
from graduasi.study.made import scenario_hash
from graduasi.study.quantity import Blank, Quantity
from graduasi.study.statements import BesideBenchmark, DependsOn, LeaveAnyway, OnTheList, PoorNow

MORE = {"label": "more people", "changes": {"population": {"persons": 200_000}}}


def scenario(**changes: Any) -> gr.Scenario:
    return gr.Scenario.from_dict(small(variants=[MORE]) | changes)


@pytest.fixture(scope="module")
def heard() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def found(heard: list[tuple[int, int]]) -> Findings:
    return gr.study(scenario(), progress=lambda done, total: heard.append((done, total)), command="by hand")


def test_everything_is_run(found: Findings) -> None:
    assert found.title == "A small question"
    assert found.at == (12, 13)
    assert found.benchmark is not None
    assert found.benchmark.draws == 1
    (other,) = found.variations
    assert other.label == "more people"
    assert other.result.totals["persons"] == pytest.approx(2 * found.result.totals["persons"])
    assert {swing.name for swing in found.swings} >= {"population tail", "the line (434,108 to 632,811)"}
    assert [swing.width for swing in found.swings] == sorted((s.width for s in found.swings), reverse=True)
    by = {used.name: used for used in found.inputs}
    drawn = by["training effect"].drawn
    assert drawn is not None
    assert drawn.low == found.result.inputs["training effect"].min()
    assert by["population tail"].distribution is None
    page = render(found)
    for part in ("The answer in words", "Beside the naive benchmark", "If the scenario is a little different"):
        assert part in page


def test_the_result_is_that_of_the_scenario_alone(found: Findings) -> None:
    alone = scenario().run(progress=False)
    assert (alone.values == found.result.values).all()


def test_progress_counts_the_draws_of_all_runs(found: Findings, heard: list[tuple[int, int]]) -> None:
    """The result, its benchmark, a bar at the medians, two ends of each input, three lines, the variant."""
    total = 2 + 1 + 1 + 2 * len(found.inputs) + 3 + 2
    assert heard == [(done, total) for done in range(1, total + 1)]


@pytest.mark.parametrize("last", [1, 3, 4, 40])
def test_a_study_can_be_stopped_in_each_of_its_runs(
    heard: list[tuple[int, int]], found: Findings, last: int
) -> None:
    total = heard[-1][1]
    last = min(last, total)
    with pytest.raises(gr.Cancelled) as caught:
        gr.study(scenario(), progress=lambda done, total: done < last)
    assert str(caught.value) == f"study.progress returned False after {last} of {total} draws: the work was stopped"


def test_an_error_of_the_callback_passes_through() -> None:
    fault = gr.InputError("mine")

    def told(done: int, total: int) -> None:
        raise fault

    with pytest.raises(gr.InputError) as caught:
        gr.study(scenario(variants=[]), progress=told)
    assert caught.value is fault


def test_a_bar_is_shown_by_true_alone(capsys: pytest.CaptureFixture[str]) -> None:
    quick = scenario(variants=[], report={"at": [12], "sensitivity_draws": 0, "benchmark": False})
    gr.study(quick, progress=False)
    assert capsys.readouterr().err == ""
    gr.study(quick, progress=True)
    assert "studying: 100%" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gr.study({}), "study.scenario must be a Scenario; got {}"),
        (lambda: gr.study(scenario(), progress=1), "study.progress must be True, False or a function; got 1"),
        (lambda: findings("x"), "findings.result must be a Projection; got 'x'"),
    ],
)
def test_what_is_refused(call: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message


def test_how_it_was_made(found: Findings) -> None:
    made = found.made
    assert (made.version, made.seed, made.draws, made.command) == (gr.__version__, 5, 2, "by hand")
    assert made.scenario == scenario_hash(scenario())
    assert len(made.scenario) == 64
    assert made.scenario != scenario_hash(scenario(seed=6))
    assert dict(made.packages).keys() == {"numpy", "scipy", "pandas"}
    assert len(made.date) == 10


def test_tables_hold_quantities_and_no_text(found: Findings) -> None:
    result = found.result
    policies = found.tables["policies"]
    assert [column.subject for column in policies.columns] == ["nothing", "both"]
    by = {(row.head.measure, row.head.date): row.cells for row in policies.rows}
    cell = by["additional_sustained", "2025-01"][1]
    assert isinstance(cell, Quantity)
    interval = result.interval("additional_sustained", "both", month=13)
    assert (cell.value, cell.low, cell.high) == (interval.mean, interval.low, interval.high)
    assert by["cost_per_additional_sustained", ""][0] == Blank(why="no cost")
    names = [name for name, made in found.tables.items() if made.rows]
    assert names == ["policies", "lines", "benchmark", "variants", "costs"]
    assert len(found.tables["lines"].rows) == 2


def test_statements_hold_the_numbers_of_the_projection(found: Findings) -> None:
    by = {type(statement): statement for statement in found.statements}
    poor = by[PoorNow]
    assert isinstance(poor, PoorNow)
    assert poor.poor == Quantity.of(found.result.interval("poor", "nothing", month=0))
    beside = by[BesideBenchmark]
    assert isinstance(beside, BesideBenchmark)
    assert beside.draws == 1
    assert DependsOn in by


def test_findings_of_a_projection_alone() -> None:
    """No benchmark, no variants; a line at which nobody is poor, and nobody reached."""
    late = programme("none", gr.CashTransfer(amount=9.0), rollout=gr.Rollout(start=3))
    low = gr.PovertyLine(amount=15.0, label="low")
    with pytest.warns(gr.GraduasiWarning, match="reached no one"):
        result = run(people(60), [policy("none", late)], lines=[low], months=2)
    told = findings(result)
    assert told.at == (2,)
    assert told.title == repr(result)
    assert LeaveAnyway() in told.statements
    assert OnTheList() in told.statements
    assert told.tables["groups"].rows == told.tables["benchmark"].rows == told.tables["variants"].rows == ()
    assert "Nobody was reached." in render(told, figures=False)
    assert table(told).startswith("Families at low (IDR 15 per person per month)")


@pytest.mark.parametrize(
    "code",
    [
        "import graduasi as gr; import graduasi.study; gr.study(None)",
        "import graduasi.study; import graduasi as gr; gr.study.study(None)",
        "from graduasi import study; study(None)",
        "from graduasi.study import study; study(None)",
        "import graduasi as gr; gr.study(None)",
    ],
)
def test_the_room_and_its_verb_have_one_name(code: str) -> None:
    """Whichever of them is imported first, it can be called."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "graduasi.errors.InputError: study.scenario must be a Scenario; got None"


def test_the_signature_of_the_room_is_that_of_its_verb() -> None:
    import inspect

    assert inspect.signature(gr.study) == inspect.signature(gr.study.study)  # type: ignore[attr-defined]


def test_names_that_moved_warn_and_work() -> None:
    from graduasi import simulation, study

    for name in ("Swing", "one_at_a_time", "uncertain_inputs"):
        with pytest.deprecated_call() as caught:
            moved = getattr(simulation, name)
        assert moved is getattr(study, name)
        assert str(caught[0].message) == (
            f"graduasi.simulation.{name} is now graduasi.study.{name}; the old name goes in 0.3"
        )
    with pytest.raises(AttributeError) as missing:
        _ = simulation.nothing
    assert str(missing.value) == "module 'graduasi.simulation' has no attribute 'nothing'"
