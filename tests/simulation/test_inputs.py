"""Uncertain inputs of a draw: independent, joint, fixed, and each quantile computed once."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from tests.simulation.small_world import fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.simulation.inputs import input_names
from graduasi.streams import Streams
from graduasi.uncertain import InputSampler, Posterior, Uncertain

RATES = gr.Uncertain.log_normal(median=0.02, sd_log=0.3, name="return to capital")
AMOUNT = gr.Uncertain.triangular(low=10.0, mode=20.0, high=60.0, name="grant")
MODEL = gr.HouseholdEconomy(
    process=fixed_model().process,
    technology=gr.ConcaveTechnology(monthly_return=RATES),
    behaviour=fixed_model().behaviour,
)
GRANT = policy("grant", programme("grant", gr.CashTransfer(amount=AMOUNT), registry=gr.Registry(error_share=0.3)))
JOINT = Posterior(columns={"return to capital": [0.01, 0.02, 0.04, 0.05], "grant": [50.0, 40.0, 20.0, 11.0]})


@frozen(kw_only=True)
class Counted(Uncertain):
    """A value that writes down each quantile that is asked of it."""

    family = "counted"
    asked: list[float]

    def quantile(self, u: float) -> float:
        self.asked.append(u)
        return u

    def support(self) -> tuple[float, float]:
        return (0.0, 1.0)


def test_independent_inputs_are_the_streams_of_their_names() -> None:
    names = input_names(people(10), gr.HouseholdEconomy(), (GRANT,))
    assert "grant" in names
    streams = Streams(seed=7, draw=3)
    values = InputSampler(inputs=names).values(streams.scalar)
    assert values == {name: value.quantile(streams.scalar(name)) for name, value in names.items() if value}


def test_each_quantile_is_computed_once_a_draw() -> None:
    """In a run too: one walk over the objects before it, and no draw at the places where a value stands."""
    asked: list[float] = []
    shared = Counted(name="shared", asked=asked)
    cash = programme("cash", gr.CashTransfer(amount=shared), gr.CapitalGrant(amount=shared))
    run(people(20), [policy("a", cash), policy("b", cash)], months=2, draws=3)
    before = [0.5, 0.75]  # the offers that are looked at before the run
    assert asked == [*before, *(Streams(seed=11, draw=draw).scalar("shared") for draw in range(3))]


def test_inputs_of_a_posterior_move_as_its_rows_do() -> None:
    """Both columns come from one row, and every row is drawn."""
    rows = list(zip(JOINT.columns["return to capital"], JOINT.columns["grant"], strict=True))
    joint = run(people(20), [GRANT], model=MODEL, months=2, draws=60, posterior=JOINT)
    drawn = list(zip(joint.inputs["return to capital"], joint.inputs["grant"], strict=True))
    assert set(drawn) == set(rows)
    assert np.corrcoef(np.array(drawn).T)[0, 1] < -0.9
    plain = run(people(20), [GRANT], model=MODEL, months=2, draws=60)
    assert abs(np.corrcoef(plain.inputs["return to capital"], plain.inputs["grant"])[0, 1]) < 0.4


def test_correlation_over_many_draws_is_that_of_the_rows() -> None:
    generator = np.random.default_rng(5)
    first = generator.normal(size=400)
    second = 0.6 * first + 0.8 * generator.normal(size=400)
    sampler = InputSampler(
        inputs={name: gr.Uncertain.normal(mean=0.0, sd=1.0) for name in ("first", "second", "third")},
        posterior=Posterior(columns={"first": first, "second": second}),
    )
    draws = [sampler.values(Streams(seed=1, draw=draw).scalar) for draw in range(2000)]
    table = np.array([[each[name] for name in ("first", "second", "third")] for each in draws])
    found, wanted = np.corrcoef(table.T), np.corrcoef(first, second)[0, 1]
    assert found[0, 1] == pytest.approx(wanted, abs=4 * (1 - wanted**2) / np.sqrt(2000))
    assert np.abs(found[2, :2]).max() < 4 / np.sqrt(2000)


def test_a_fixed_input_stands_at_the_quantile_of_its_column() -> None:
    sampler = InputSampler(
        inputs={"return to capital": RATES, "grant": AMOUNT},
        fixed={"grant": 0.3, "return to capital": 0.5},
        posterior=JOINT,
    )
    assert sampler.values(lambda _: 0.9) == {"return to capital": 0.02, "grant": 20.0}
    one = InputSampler(inputs={"return to capital": RATES, "grant": AMOUNT}, fixed={"grant": 0.9}, posterior=JOINT)
    assert one.values(lambda _: 0.9) == {"return to capital": 0.05, "grant": 50.0}


def test_a_probability_is_an_input_without_a_distribution() -> None:
    inputs = {"population tail": None}
    assert InputSampler(inputs=inputs).values(lambda _: 0.25) == {"population tail": 0.25}
    given = Posterior(columns={"population tail": [0.4, 0.6]})
    assert InputSampler(inputs=inputs, posterior=given).values(lambda _: 0.7) == {"population tail": 0.6}


def test_the_sampler_is_small_and_travels() -> None:
    sampler = InputSampler(inputs=input_names(people(2), gr.HouseholdEconomy(), (GRANT,)), posterior=JOINT)
    packed = pickle.dumps(sampler)
    assert len(packed) < 5_000
    streams = Streams(seed=2, draw=0)
    assert pickle.loads(packed).values(streams.scalar) == sampler.values(streams.scalar)


def test_the_old_name_of_fixed_warns_and_works() -> None:
    both = {"months": 2, "draws": 1, "model": MODEL}
    with pytest.warns(DeprecationWarning, match="held") as caught:
        old = run(people(20), [GRANT], held={"grant": 0.2}, **both)
    assert [str(each.message) for each in caught] == [
        "simulate.held is now simulate.fixed; the old name goes in 0.3"
    ]
    new = run(people(20), [GRANT], fixed={"grant": 0.2}, **both)
    np.testing.assert_array_equal(old.values, new.values)
    with pytest.raises(gr.InputError) as refused:
        run(people(20), [GRANT], held={"grant": 0.2}, fixed={"grant": 0.2}, **both)
    assert str(refused.value) == "simulate.held must be left out where fixed is given: it is its old name"


HAVE = "simulate.posterior must name uncertain inputs (grant, return to capital); got 'luck'"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"posterior": {"grant": [1.0]}}, "simulate.posterior must be a Posterior; got {'grant': [1.0]}"),
        ({"posterior": Posterior(columns={"luck": [1.0]})}, HAVE),
        (
            {"posterior": Posterior(columns={"grant": [5.0, -1.0]})},
            "simulate.posterior must have values that every field takes: CashTransfer.amount must be money in "
            "[0, 1e+18]; got -1.0",
        ),
        ({"fixed": ["grant"]}, "simulate.fixed must be a table of names and probabilities; got ['grant']"),
        ({"fixed": {"grant": "0.5"}}, "simulate.fixed['grant'] must be a probability in (0, 1); got '0.5'"),
        ({"fixed": {"grant": True}}, "simulate.fixed['grant'] must be a probability in (0, 1); got True"),
    ],
)
def test_inputs_that_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        run(people(20), [GRANT], model=MODEL, **given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (3, "Posterior.columns must be a table with a named column for each input; got 3"),
        ({}, "Posterior.columns must be a table with a named column for each input; got {}"),
        ({1: [2.0]}, "Posterior.columns must be a table with texts as names; got 1"),
        ({"a": []}, "Posterior.columns['a'] must be finite numbers, one a row; got []"),
        ({"a": [1.0, float("nan")]}, "Posterior.columns['a'] must be finite numbers, one a row; got [1.0, nan]"),
        ({"a": ["x"]}, "Posterior.columns['a'] must be finite numbers, one a row; got ['x']"),
        ({"a": [[1.0]]}, "Posterior.columns['a'] must be finite numbers, one a row; got [[1.0]]"),
        ({"a": [1.0], "b": [1.0, 2.0]}, "Posterior.columns must be as long as each other; got {'a': 1, 'b': 2}"),
    ],
)
def test_posteriors_that_are_none(columns: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        Posterior(columns=columns)
    assert str(caught.value) == message


def test_probabilities_of_a_posterior_lie_between_0_and_1() -> None:
    with pytest.raises(gr.InputError) as caught:
        InputSampler(inputs={"tail": None}, posterior=Posterior(columns={"tail": [0.5, 1.0]}))
    assert str(caught.value) == (
        "InputSampler.posterior.columns['tail'] must be probabilities in (0, 1); got array([0.5, 1. ])"
    )


def test_columns_are_copied_and_left_alone() -> None:
    given = np.array([1.0, 2.0])
    posterior = Posterior(columns={"a": given})
    given[0] = 9.0
    assert posterior.columns["a"].tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        posterior.columns["a"][0] = 3.0


def test_one_name_has_one_distribution_in_model_and_programmes() -> None:
    own = programme("own", gr.CashTransfer(amount=gr.Uncertain.log_normal(median=9.0, sd_log=0.1, name=RATES.name)))
    with pytest.raises(gr.InputError) as caught:
        run(people(20), [policy("own", own)], model=MODEL)
    assert str(caught.value) == (
        "Uncertain.name must be its own where distributions differ; got 'return to capital' twice, the second time "
        "in programme own"
    )
