"""The contracts, tried on every registered process and model, and on a user's own as they are."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import pytest
from attrs import frozen
from tests.income.contracts import (
    check_model,
    check_process,
    check_run,
    check_start,
    check_stationary,
    check_stationary_model,
    cross,
)
from tests.scenario.own_parts import (
    PARTS,
    Gift,
    LinearTechnology,
    NothingHelps,
    SpendAtOnce,
    SpendDraw,
    StillDraw,
    StillLuck,
    StillProcess,
)

import graduasi as gr
from graduasi.channels import Transfers
from graduasi.income import BEHAVIOURS, MODELS, PROCESSES, TECHNOLOGIES, Here, HouseholdEconomy, TwoTechnologies
from graduasi.income.protocol import Words
from graduasi.streams import Streams
from graduasi.uncertain import at_quantile

PROCESSES_TRIED = [*PROCESSES.values(), StillProcess]
MODELS_TRIED: list[Any] = [kind() for kind in (*MODELS.values(), NothingHelps)]
MODELS_TRIED += [HouseholdEconomy(technology=kind()) for kind in (*TECHNOLOGIES.values(), LinearTechnology)]
MODELS_TRIED += [HouseholdEconomy(behaviour=kind()) for kind in (*BEHAVIOURS.values(), SpendAtOnce)]
MODELS_TRIED += [HouseholdEconomy(process=kind()) for kind in PROCESSES_TRIED]
MODELS_TRIED = list(dict.fromkeys(MODELS_TRIED))  # the default is among them once


@pytest.mark.parametrize("kind", PROCESSES_TRIED)
def test_a_process_keeps_its_contract(kind: type) -> None:
    process = at_quantile(kind(), 0.5)
    check_process(process)
    check_process(process, distributions=3)
    check_start(process)
    check_stationary(process)


@pytest.mark.parametrize("model", MODELS_TRIED, ids=lambda model: repr(model)[:60])
def test_a_model_keeps_its_contract(model: Any) -> None:
    known = at_quantile(model, 0.5)
    check_model(known)
    check_run(known)
    check_stationary_model(known)


@frozen(kw_only=True)
class Wandering:
    """Log income that wanders off, and a declaration that it stays."""

    kind: ClassVar[str] = "wandering"
    stationary: ClassVar[bool] = True

    spread: float = 0.03

    def prepare(self, given: Any) -> WanderingDraw:
        return WanderingDraw(cross=given, monthly=1.0, spread=self.spread)


@frozen(kw_only=True, eq=False)
class WanderingDraw(StillDraw):
    spread: float

    def begin(self, streams: Any, block: slice, *, first: int = 0, copy: int = 0) -> WanderingLuck:
        return WanderingLuck(self, Words(streams, self.cross.keys[block], copy), block, first)


class WanderingLuck(StillLuck):
    def __init__(self, draw: WanderingDraw, words: Words, block: slice, first: int) -> None:
        super().__init__(draw, words, block, first)
        self._sum = np.zeros(self._start.size)

    def advance(self, to: int) -> None:
        for month in range(max(self._month, 0) + 1, to + 1):
            self._sum += np.where(self.words.at("wander", month, slice(None)) < 2**31, -1.0, 1.0)
        super().advance(to)

    def welfare(self, rows: Any) -> Any:
        return (self._start * np.exp(self.draw.spread * self._sum))[rows]


@pytest.mark.parametrize(
    "process", [StillProcess(monthly=1.005), StillProcess(monthly=0.999), Wandering()], ids=["up", "down", "wide"]
)
def test_a_process_that_moves_and_says_that_it_does_not_fails(process: Any) -> None:
    with pytest.raises(AssertionError, match="headcounts move by"):
        check_stationary(process)


def test_a_process_that_wanders_keeps_the_rest_of_the_contract() -> None:
    check_process(Wandering())
    check_start(Wandering())
    check_stationary(Wandering(spread=0.0))


@frozen(kw_only=True)
class TrapThatSaysStill(HouseholdEconomy):
    """A trap without help, and a declaration that headcounts stay."""

    stationary: ClassVar[bool] = True


def test_a_model_whose_stocks_move_and_that_says_that_it_is_still_fails() -> None:
    trap = TrapThatSaysStill(technology=TwoTechnologies(loss_chance=0.05))
    with pytest.raises(AssertionError, match="headcounts move by"):
        check_stationary_model(at_quantile(trap, 0.5))


def test_a_household_that_has_lost_all_assets_has_an_income() -> None:
    model = at_quantile(HouseholdEconomy(technology=TwoTechnologies()), 0.5)
    draw = model.prepare(cross(200))
    luck = draw.process.begin(Streams(seed=3, draw=0), slice(0, 200))
    here = Here(month=0, welfare=luck.welfare(slice(None)), level=luck.level(slice(None)))
    for left in (0.0, -1e-15):
        stocks = np.array([np.zeros(200), -(model.technology.own_assets - left) * here.level])
        welfare = draw.consume(here, stocks, Transfers()).welfare
        assert ((welfare > 0.0) & (welfare < here.welfare)).all()


def test_a_trap_is_still_only_where_nothing_is_lost() -> None:
    trap = TwoTechnologies(loss_chance=0.0)
    assert HouseholdEconomy(technology=trap).stationary
    assert not HouseholdEconomy(technology=TwoTechnologies()).stationary
    assert not HouseholdEconomy(process=gr.LogIncomeProcess()).stationary


@frozen(kw_only=True)
class ZeroIsSomething(SpendAtOnce):
    """A behaviour that gives a coin to whoever is listed, whatever is handed over."""

    def prepare(self, technology: Any) -> CoinDraw:
        del technology
        return CoinDraw(kept=1.0)


@frozen(kw_only=True)
class CoinDraw(SpendDraw):
    def receive(self, here: Any, stocks: Any, flows: Any, got: Any) -> Any:
        return super().receive(here, stocks, flows, got) + float("cash" in got.levels)


def test_a_zero_dose_that_gives_something_fails() -> None:
    with pytest.raises(AssertionError, match="a zero dose changes no bit"):
        check_model(at_quantile(HouseholdEconomy(behaviour=ZeroIsSomething()), 0.5))


def test_a_channel_that_a_model_does_not_know_is_refused_by_name() -> None:
    model = HouseholdEconomy(behaviour=SpendAtOnce())
    training = gr.Programme(name="training", interventions=gr.Coaching())
    people = gr.Population(
        ids=np.array(["a", "b"]), welfare=np.array([1.0, 2.0]), weight=np.ones(2), members=np.ones(2)
    )
    with pytest.raises(gr.InputError) as caught:
        gr.simulate(
            people,
            model,
            gr.Policy(name="train", programmes=training),
            lines=gr.PovertyLine(amount=1.5, label="x"),
            months=13,
            draws=1,
            seed=1,
            progress=False,
        )
    assert str(caught.value) == (
        "Programme.interventions must use channels that the model knows ('assets', 'cash'); got 'income_gain' of "
        "Coaching in 'training'"
    )


def test_the_parts_of_a_user_are_all_tried() -> None:
    assert {StillProcess, LinearTechnology, SpendAtOnce, NothingHelps, Gift} <= set(PARTS)


def test_the_code_on_the_page_of_the_model_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    module = ModuleType("own_page")
    exec(compile(code, "docs/model.md", "exec"), module.__dict__)
    assert capsys.readouterr().out.startswith("HouseholdEconomy")
