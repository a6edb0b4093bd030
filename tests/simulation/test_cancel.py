"""A run hears of its progress, and can be stopped, from Python."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from tests.scenario.cases import PLAIN as SMALL
from tests.simulation.small_world import LINE, fixed_model, people, policy

import graduasi as gr
from graduasi.study import naive_benchmark


def run(**rest: Any) -> gr.Projection:
    return gr.simulate(people(), fixed_model(), [policy("nothing")], lines=[LINE], months=2, seed=1, **rest)


STOPPED = "simulate.progress returned False after 2 of 5 draws: the run was stopped"


def test_the_callback_hears_of_each_draw_in_the_callers_thread_and_changes_nothing() -> None:
    heard: list[tuple[int, int, threading.Thread]] = []

    def told(done: int, total: int) -> None:
        heard.append((done, total, threading.current_thread()))

    with ThreadPoolExecutor(2) as executor:
        result = run(draws=5, progress=told, executor=executor)
    assert heard == [(done, 5, threading.current_thread()) for done in range(1, 6)]
    assert (result.values == run(draws=5, progress=False).values).all()


class Pool(ThreadPoolExecutor):
    """An executor of one thread that keeps what it was given, and leaves all but the first two waiting."""

    def __init__(self) -> None:
        super().__init__(1)
        self.given: list[Future[Any]] = []
        self.gate = threading.Event()

    def submit(self, *arguments: Any, **rest: Any) -> Future[Any]:
        if len(self.given) == 2:
            super().submit(self.gate.wait, 10)
        self.given.append(super().submit(*arguments, **rest))
        return self.given[-1]


@pytest.mark.parametrize("pooled", [False, True])
def test_false_stops_the_run_and_calls_off_what_waits(pooled: bool) -> None:
    with Pool() as pool:
        with pytest.raises(gr.Cancelled) as caught:
            run(draws=5, progress=lambda done, total: done < 2, executor=pool if pooled else None)
        assert str(caught.value) == STOPPED
        assert isinstance(caught.value, gr.GraduasiError)
        assert [future.cancelled() for future in pool.given] == ([False, False, True, True] if pooled else [])
        pool.gate.set()


def test_what_is_false_without_being_it_does_not_stop() -> None:
    for value in (None, 0, ""):
        assert run(draws=2, progress=lambda done, total, value=value: value).draws == 2


def test_what_the_callback_raises_passes_through() -> None:
    fault = TimeoutError("enough")

    def told(done: int, total: int) -> None:
        raise fault

    with Pool() as pool:
        with pytest.raises(TimeoutError) as caught:
            run(draws=5, progress=told, executor=pool)
        assert caught.value is fault
        assert pool.given[2].cancelled()
        pool.gate.set()


@pytest.mark.parametrize("given", [1, None, "yes"])
def test_other_progress_is_refused(given: Any) -> None:
    with pytest.raises(gr.InputError) as caught:
        run(progress=given)
    assert str(caught.value) == f"simulate.progress must be True, False or a function; got {given!r}"


def test_bars_are_shown_by_true_alone(capsys: pytest.CaptureFixture[str]) -> None:
    run(draws=2, progress=False)
    run(draws=2, progress=lambda done, total: None)
    assert capsys.readouterr().err == ""
    run(draws=2, progress=True)
    assert "simulating: 100%" in capsys.readouterr().err


def test_scenarios_and_benchmarks_are_stopped_too() -> None:
    stop = {"progress": lambda done, total: False}
    scenario = gr.Scenario.from_dict(SMALL)
    words = "simulate.progress returned False after 1 of 2 draws: the run was stopped"
    for work in (
        lambda: scenario.run(**stop),
        lambda: naive_benchmark(
            people(), fixed_model(), [policy("nothing")], lines=[LINE], months=2, draws=2, seed=1, **stop

        ),
    ):  # fmt: skip
        with pytest.raises(gr.Cancelled) as caught:
            work()
        assert str(caught.value) == words


def test_an_error_of_the_callback_is_its_own() -> None:
    """Also where it is one of the library's, and where a scenario runs."""
    from tests.scenario.cases import small

    scenario = gr.Scenario.from_dict(small(variants=[]))
    for error in (gr.InputError("mine"), gr.Cancelled("enough")):

        def heard(done: int, total: int, error: Exception = error) -> None:
            raise error

        with pytest.raises(gr.GraduasiError) as caught:
            scenario.run(progress=heard)
        assert caught.value is error
    with pytest.raises(gr.Cancelled):
        scenario.run(progress=lambda done, total: np.bool_(done < 1))
