"""What `simulate` refuses or warns of, word by word."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_world import LINE, LOWER, fixed_model, people, policy, programme, run, same_values, told

import graduasi as gr
from graduasi.projection import RECORDED
from graduasi.projection.tables import total_cost
from graduasi.simulation import memory

CASH = programme("cash", gr.CashTransfer(amount=50.0))
NAN = float("nan")


def message(kind: type[Exception], **given: Any) -> str:
    rest: dict[str, Any] = {"population": people(50), "model": gr.HouseholdEconomy(), "policies": []}
    rest |= {"lines": [LINE], "months": 2, "draws": 1, "seed": 1, "progress": False} | given
    with pytest.raises(kind) as caught:
        gr.simulate(**rest)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"months": 0}, "simulate.months must be a whole number at least 1; got 0"),
        ({"months": 2.0}, "simulate.months must be a whole number at least 1; got 2.0"),
        ({"months": True}, "simulate.months must be a whole number at least 1; got True"),
        ({"months": NAN}, "simulate.months must be a whole number at least 1; got nan"),
        ({"draws": 0}, "simulate.draws must be a whole number at least 1; got 0"),
        ({"draws": "100"}, "simulate.draws must be a whole number at least 1; got '100'"),
        ({"sustained": 0}, "simulate.sustained must be a whole number at least 1; got 0"),
        ({"block": 0}, "simulate.block must be a whole number at least 1; got 0"),
        ({"start": "2023"}, "simulate.start must be a month such as '2023-12'; got '2023'"),
        ({"start": "2023-13"}, "simulate.start must be a month such as '2023-12'; got '2023-13'"),
        ({"start": "2023-12 "}, "simulate.start must be a month such as '2023-12'; got '2023-12 '"),
        ({"start": 202312}, "simulate.start must be a month such as '2023-12'; got 202312"),
        ({"lines": []}, "simulate.lines must be at least one PovertyLine; got none: there is no default line"),
        (
            {"lines": [LINE, LOWER, gr.PovertyLine(amount=3.0, label="line")]},
            "simulate.lines must have labels of their own; got 'line' twice",
        ),
        (
            {"lines": [gr.PovertyLine(amount=3.0, label="dollars", currency="USD")]},
            "PovertyLine.currency must be the population's, 'IDR'; got 'USD'",
        ),
        ({"policies": [CASH]}, f"simulate.policies must be Policy objects, or one alone; got {CASH!r}"),
        (
            {"policies": [policy("a", CASH), policy("a")]},
            "simulate.policies must have names of their own; got 'a' twice",
        ),
        (
            {"policies": [policy("nothing", CASH)]},
            "simulate.policies must have names of their own; got 'nothing' twice",
        ),
        ({"population": "people"}, "simulate.population must be a Population; got 'people'"),
        ({"seed": -1}, "Streams.seed must be a whole number from 0 to 2**64 - 1; got -1"),
        (
            {"fixed": {"luck": 0.5}, "model": fixed_model()},
            "simulate.fixed must name uncertain inputs (there are none); got 'luck'",
        ),
        (
            {"fixed": {"luck": 0.5}, "model": fixed_model(error=gr.Uncertain.beta(mean=0.3, sd=0.1, name="d"))},
            "simulate.fixed must name uncertain inputs (d); got 'luck'",
        ),
        (
            {"fixed": {"yearly persistence": 1.0}},
            "simulate.fixed['yearly persistence'] must be a probability in (0, 1); got 1.0",
        ),
        (
            {"fixed": {"yearly persistence": 0}},
            "simulate.fixed['yearly persistence'] must be a probability in (0, 1); got 0",
        ),
        (
            {"fixed": {"yearly persistence": NAN}},
            "simulate.fixed['yearly persistence'] must be a probability in (0, 1); got nan",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_is_refused(given: dict[str, Any], words: str) -> None:
    assert message(gr.InputError, **given) == words


def test_programmes_need_household_sizes() -> None:
    frame = people(50)
    unsized = gr.Population(ids=frame.ids, welfare=frame.welfare, weight=frame.weight)
    assert message(gr.NotAvailableError, population=unsized, policies=[policy("a", CASH)]) == (
        "Population has no members: money per household cannot be turned into money per person; "
        "give members, or assumed_members if one size must stand for all"
    )
    assert run(unsized, [], draws=1, months=1).units == ("households",)  # without money it is not needed


def test_a_run_that_does_not_fit_in_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """2 units x 2 policies x 301 months x 90 lines x statistics x 8 bytes, (40 draws + 4 x 8 parts)."""
    monkeypatch.setattr(memory, "MEMORY", Path("/none"))
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 1024, "SC_AVPHYS_PAGES": 256 * 1024}.__getitem__)
    need = 2 * 2 * 301 * 90 * len(RECORDED.names) * 8 * (40 + 32)
    lines = [gr.PovertyLine(amount=60.0 + place, label=f"line {place}") for place in range(90)]
    assert message(gr.MemoryLimitError, months=300, draws=40, lines=lines, policies=[policy("a", CASH)]) == (
        f"the results of this run need about {need / 2**30:,.1f} GiB and 0.2 GiB are free: "
        "use fewer draws, policies, lines, months or groups"
    )
    assert need / 2**30 > 1.0
    assert issubclass(gr.MemoryLimitError, MemoryError)


def test_caches_count_as_free_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "meminfo"
    path.write_text("MemTotal: 9000 kB\nMemFree: 1 kB\nMemAvailable: 5 kB\n", encoding="utf-8")
    monkeypatch.setattr(memory, "MEMORY", path)
    assert memory.available() == 5 * 1024


@pytest.mark.parametrize("fault", [ValueError, OSError, AttributeError])
def test_memory_is_not_guessed_where_the_machine_does_not_say(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def silent(name: str) -> int:
        raise fault(name)

    monkeypatch.setattr(memory, "MEMORY", Path("/none"))
    monkeypatch.setattr(os, "sysconf", silent)
    assert run(people(50), draws=1, months=1).draws == 1


def test_a_programme_that_reaches_no_one_is_a_loud_warning() -> None:
    words = "programme 'cash' of policy 'late' reached no one"
    late = programme("cash", gr.CashTransfer(amount=50.0), rollout=gr.Rollout(start=9))
    with pytest.warns(gr.GraduasiWarning) as caught:
        result = run(people(50), [policy("late", late)], months=3)
    assert [str(item.message) for item in caught] == [words]
    assert words in result.notes
    for name in RECORDED.names:
        same_values(told(result, name, policy="late"), told(result, name, policy="nothing"))
    assert (total_cost(result, "late") == 0).all()


def test_few_draws_and_few_records_are_said() -> None:
    result = run(people(50, 3), lines=[gr.PovertyLine(amount=55.0, label="low")], model=fixed_model(), draws=3)
    records = result.poor_records.mean()
    assert 0 < records < 30
    assert result.notes == (
        "only 3 draws: intervals are rough below 50",
        f"only {records:.0f} records are truly poor at low in a draw: use a larger population or more draws "
        "before reading single families off this table",
    )
    enough = run(people(200, 3), lines=[gr.PovertyLine(amount=155.0, label="high")], months=1, draws=50)
    assert enough.notes == ()


def test_notes_of_the_population_are_carried_through() -> None:
    given = people(50)
    noted = gr.Population(
        ids=given.ids, welfare=given.welfare, weight=given.weight, members=given.members, notes=("a note",)
    )
    assert run(noted, draws=1, months=1).notes[0] == "a note"


def test_the_first_policy_without_programmes_is_the_reference() -> None:
    population = people(50)
    as_it_is = policy("as it is")
    assert run(population, [policy("a", CASH)], draws=1).policies == ("nothing", "a")
    assert run(population, [policy("a", CASH), as_it_is], draws=1).policies == ("as it is", "a")
    two = run(population, [as_it_is, policy("also nothing")], draws=1)
    assert two.policies == ("as it is", "also nothing")
    for name in RECORDED.names:
        same_values(told(two, name, policy="as it is"), told(two, name, policy="also nothing"))


def test_progress_is_shown_on_the_error_stream(capsys: pytest.CaptureFixture[str]) -> None:
    gr.simulate(people(50), fixed_model(), [], lines=[LINE], months=1, draws=3, seed=1)
    shown = capsys.readouterr()
    assert "simulating: 100%" in shown.err
    assert "3/3" in shown.err
    assert shown.out == ""


def test_what_is_given_is_left_alone() -> None:
    population, policies, lines, fixed = people(50), [policy("a", CASH)], [LINE], {"yearly persistence": 0.5}
    before = population.frame
    run(population, policies, lines=lines, fixed=fixed)
    assert population.frame.equals(before)
    assert policies == [policy("a", CASH)]
    assert lines == [LINE]
    assert fixed == {"yearly persistence": 0.5}


@pytest.mark.parametrize("welfare", [[0.0, -5.0, 50.0, 200.0], [80.0] * 4, [100.0] * 4])
def test_zero_negative_and_equal_welfare_go_through(welfare: list[float]) -> None:
    population = gr.Population(ids=list("abcd"), welfare=np.array(welfare), weight=np.ones(4), members=np.ones(4))
    still = fixed_model(error=0.0, permanent=1.0)  # nothing moves but by the payments
    result = run(population, [policy("a", CASH)], lines=[LINE], draws=1, months=3, model=still)
    assert np.isfinite(result.values).all()
    assert np.isfinite(result.flows).all()
    # Equal welfare has one score, that of the middle: everybody has all of it, and on the line is not poor.
    poor = sum(value < 100.0 for value in welfare)
    assert result.series("poor", "nothing").draws[0].tolist() == [poor] * 4
    below = np.clip(1 - np.array(welfare) / 100.0, 0.0, 1.0)  # nobody's true welfare is below nothing
    np.testing.assert_allclose(result.series("gap", "nothing").draws[0], below.sum(), rtol=0.05, atol=1e-4)
    assert (result.series("gap", "a").draws <= result.series("gap", "nothing").draws).all()


def test_one_household_and_weights_of_zero_go_through() -> None:
    alone = gr.Population(ids=["a"], welfare=np.array([50.0]), weight=np.ones(1), members=np.full(1, 3.0))
    result = run(alone, [policy("a", CASH)], lines=[LINE], draws=2)
    assert result.totals == {"households": 1.0, "persons": 3.0}
    given = people(60)
    rows = np.arange(60)
    weight = np.where(rows < 30, given.weight, 0.0)
    half = gr.Population(ids=given.ids, welfare=given.welfare, weight=weight, members=given.members)
    result = run(half, [policy("a", CASH)])
    enrolled = told(result, "enrolled", policy="a").sum("programme")
    np.testing.assert_allclose(enrolled, weight.sum(), rtol=1e-12)


@pytest.mark.filterwarnings("ignore:at '(none|all)' the median of welfare")
def test_nobody_poor_and_everybody_poor_go_through() -> None:
    lines = [gr.PovertyLine(amount=1e-6, label="none"), gr.PovertyLine(amount=1e9, label="all")]
    result = run(people(60), [policy("a", CASH)], lines=lines)
    poor = told(result, "poor", unit="households").sum("by")
    assert (poor.sel(line="none") == 0).all()
    np.testing.assert_allclose(poor.sel(line="all"), result.totals["households"], rtol=1e-12)


def test_one_name_is_one_thing() -> None:
    good = programme("good", gr.CashTransfer(amount=1.0), registry=gr.Registry(error_share=0.0))
    bad = programme("bad", gr.CashTransfer(amount=1.0), registry=gr.Registry(error_share=0.9))
    with pytest.raises(gr.InputError) as caught:
        run(people(20), [policy("a", good), policy("b", bad)])
    assert str(caught.value) == (
        "Registry.name must be its own where registries differ; got 'registry' twice, in programme 'bad' of policy 'b'"
    )
    doubt = [gr.Uncertain.log_normal(median=median, sd_log=1.0, name="amount") for median in (1.0, 2.0)]
    one, two = (programme(f"p{place}", gr.CashTransfer(amount=value)) for place, value in enumerate(doubt))
    with pytest.raises(gr.InputError) as caught:
        run(people(20), [policy("a", one), policy("b", two)])
    assert str(caught.value) == (
        "Uncertain.name must be its own where distributions differ; got 'amount' twice, in programme 'p1' of policy 'b'"
    )
