"""How draws reach workers: the task travels once to each, then only the number of the draw."""

from __future__ import annotations

import pickle
from collections.abc import Generator
from concurrent.futures import Executor, Future
from uuid import uuid4

from graduasi.errors import InputError
from graduasi.simulation.draw import DrawResult, run_draw
from graduasi.simulation.task import Task

AHEAD = 2  # draws that wait for each worker
GUESS = 8  # workers of an executor that does not say

# The one task that a worker process keeps, by the run's name: what makes a second sending needless.
_KEPT: dict[str, Task] = {}


def _work(run: str, draw: int, parcel: bytes | None) -> DrawResult | None:
    """Run a draw in a worker; None where the worker does not have the task."""
    if run not in _KEPT:
        if parcel is None:
            return None
        _KEPT.clear()
        _KEPT[run] = pickle.loads(parcel)
    return run_draw(_KEPT[run], draw)


def _packed(task: Task) -> bytes:
    try:
        return pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        need = "what can be pickled, so functions of a module's own, no lambdas"
        raise InputError(f"simulate.executor must be given {need}; {error}") from error


def results(
    task: Task, draws: int, executor: Executor | None, workers: int | None
) -> Generator[DrawResult, None, None]:
    """Yield results in the order of the draws, whoever makes them; call off those that wait at the end."""
    if executor is None:
        for draw in range(draws):
            yield run_draw(task, draw)
        return
    number = workers or getattr(executor, "_max_workers", None) or GUESS
    run, parcel = uuid4().hex, _packed(task)
    pending: dict[int, Future[DrawResult | None]] = {}

    def send(draw: int) -> None:
        pending[draw] = executor.submit(_work, run, draw, parcel if draw < number else None)

    for draw in range(min(AHEAD * number, draws)):
        send(draw)
    try:
        for draw in range(draws):
            result = pending.pop(draw).result()
            if result is None:  # a worker that has not seen the task
                result = executor.submit(_work, run, draw, parcel).result()
                assert result is not None
            if draw + AHEAD * number < draws:
                send(draw + AHEAD * number)
            yield result
    finally:
        _KEPT.pop(run, None)  # of threads, which share this process
        for future in pending.values():
            future.cancel()
