"""The task travels once to each worker, holds no ids, and its size is known before."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from small_world import LINE, LOWER, people, policy, programme, run

import graduasi as gr
from graduasi.projection import Statistic
from graduasi.simulation.asked import asked_for
from graduasi.simulation.couriers import results
from graduasi.simulation.draw import run_draw
from graduasi.simulation.inputs import input_names
from graduasi.simulation.need import RunSize
from graduasi.simulation.task import Settings, Task, prepare
from graduasi.uncertain import InputSampler

MIX = (policy("nothing"), policy("cash", programme("cash", gr.CashTransfer(amount=40.0, payments=9))))


def task(**rest: Any) -> Task:
    crowd, model = people(60, grouped=True), gr.HouseholdEconomy()
    settings = Settings(
        lines=np.array([LINE.amount, LOWER.amount]), months=13, seed=1, sustained=12, block=50, **rest
    )
    sampler = InputSampler(inputs=input_names(crowd, model, MIX), fixed={}, posterior=None)
    return prepare(crowd, model, MIX, settings=settings, sampler=sampler)


class Counted:
    """A column of a task that writes a file whenever it is loaded."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return _loaded, (self.folder,)


def _loaded(folder: str) -> np.ndarray:
    number = len(list(Path(folder).iterdir()))
    Path(folder, f"{os.getpid()}-{number}-{os.urandom(4).hex()}").touch()
    return np.zeros(60)


def test_a_worker_loads_the_task_once_however_many_draws(tmp_path: Path) -> None:
    sent = task()
    counted = attrs.evolve(sent, columns={**sent.columns, "counted": Counted(str(tmp_path))})
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        found = list(results(counted, 14, pool, None))
    loads = [path.name.split("-")[0] for path in tmp_path.iterdir()]
    assert 1 <= len(loads) <= 2
    assert len(loads) == len(set(loads))
    for draw, result in enumerate(found):
        np.testing.assert_array_equal(result.totals, run_draw(sent, draw).totals)


def test_a_task_on_its_way_holds_no_ids() -> None:
    parcel = pickle.dumps(task(years=True, recorded=asked_for(["near_poor", "welfare_bins"], years=True)))
    for one in people(60).ids:
        assert one.encode() not in parcel
        assert one.encode("utf-32-le") not in parcel


def test_processes_give_the_bits_of_one() -> None:
    world: dict[str, Any] = {"months": 13, "draws": 4, "years": True, "copies": 2}
    world["statistics"] = ["near_poor", "mean_welfare", "welfare_bins"]
    alone = run(people(40), [MIX[1]], **world)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
        shared = run(people(40), [MIX[1]], executor=pool, **world)
    for name, variable in alone.data.items():
        np.testing.assert_array_equal(variable, shared.data[name], err_msg=str(name))
    np.testing.assert_array_equal(alone.luck, shared.luck)


def test_what_cannot_travel_is_refused() -> None:
    own = Statistic(name="own", meaning="", amount=lambda m: m.welfare)
    with ThreadPoolExecutor(1) as pool, pytest.raises(gr.InputError) as caught:
        run(people(20), draws=1, statistics=own, executor=pool)
    assert str(caught.value).startswith(
        "simulate.executor must be given what can be pickled, so functions of a module's own, no lambdas; "
    )
    assert run(people(20), draws=1, statistics=own).amounts[0].statistic is own


@pytest.mark.parametrize("years", [False, True])
@pytest.mark.parametrize("statistics", [(), ("near_poor", "mean_welfare", "gap_money", "welfare_bins")])
def test_the_numbers_of_a_draw_are_counted_before_it(years: bool, statistics: tuple[str, ...]) -> None:
    sent = task(years=years, recorded=asked_for(statistics, years=years), copies=2)
    result = run_draw(sent, 0)
    arrays = [result.totals, *result.amounts]
    if result.years is not None:
        arrays += [result.years.totals, *result.years.amounts]
    size = RunSize(
        draws=1, policies=2, months=13, lines=2, households=sent.size, strata=sent.strata, years=years,
        recorded=sent.settings.recorded,
    )  # fmt: skip
    assert size.numbers * sent.strata * 8 == sum(array.size for array in arrays)  # 8 random groups
    assert size.results == size.numbers * sent.strata * (1 + 32) * 8
    assert size.whole == size.results + 120 * 170
