"""Declarations of parameters, values with doubt, and the library's face."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

import graduasi as gr
from graduasi import uncertain
from graduasi.fields import Domain, choice, count, describe, flag, money, number, share, spec_of, text
from graduasi.income import MODELS
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import RANKINGS
from graduasi.scenario import FromFigures, FromFile, FromPublished
from graduasi.uncertain import DISTRIBUTIONS, Value, as_number, at_quantile, resolve, uncertainties

EXAMPLES: dict[str, gr.Uncertain] = {
    "normal": gr.Uncertain.normal(mean=1.0, sd=2.0),
    "log_normal": gr.Uncertain.log_normal(median=3.0, sd_log=0.5),
    "beta": gr.Uncertain.beta(mean=0.3, sd=0.1),
    "logit_normal": gr.Uncertain.logit_normal(median=0.3, sd_logit=0.7),
    "triangular": gr.Uncertain.triangular(low=1.0, mode=2.0, high=4.0),
}


@frozen(kw_only=True)
class Thing:
    """A test's object."""

    amount: Value = money("given", per="family", above_zero=True)
    part: Value = share("kept", default=0.5)
    often: int = count("times", unit="times", at_least=1, at_most=9, default=2)
    kind: str = choice("sort", ("a", "b"), default="a")
    yes: bool = flag("whether", default=True)
    label: str = text("name", default="x")
    low: Value = number("at most", unit="x", high=3.0, high_open=True, default=0.0)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"amount": 0.0}, "Thing.amount must be money in [1e-06, 1e+18]; got 0.0"),
        ({"amount": math.nan}, "Thing.amount must be money in [1e-06, 1e+18]; got nan"),
        ({"amount": True}, "Thing.amount must be money in [1e-06, 1e+18]; got True"),
        ({"amount": "3"}, "Thing.amount must be money in [1e-06, 1e+18]; got '3'"),
        ({"part": 1.2}, "Thing.part must be a share in [0, 1]; got 1.2"),
        ({"often": 2.0}, "Thing.often must be a whole number in [1, 9]; got 2.0"),
        ({"often": 10}, "Thing.often must be a whole number in [1, 9]; got 10"),
        ({"kind": "c"}, "Thing.kind must be one of 'a', 'b'; got 'c'"),
        ({"yes": 1}, "Thing.yes must be True or False; got 1"),
        ({"label": " "}, "Thing.label must be a text that is not empty; got ' '"),
        ({"low": 3.0}, "Thing.low must be a number in [-1e+18, 3); got 3.0"),
    ],
)
def test_a_bad_value_names_owner_field_need_and_value(given: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        Thing(**{"amount": 1.0, **given})
    assert str(caught.value) == message
    assert isinstance(caught.value, ValueError)


def test_doubt_must_stay_inside_its_field() -> None:
    assert Thing(amount=EXAMPLES["log_normal"], part=EXAMPLES["beta"]).part is EXAMPLES["beta"]
    with pytest.raises(gr.InputError, match=r"^Thing.part must be a share in \[0, 1\] at every draw; got Normal"):
        Thing(amount=1.0, part=EXAMPLES["normal"])
    assert Thing(amount=1.0, part=gr.Uncertain.normal(mean=0.5, sd=0.0)).part is not None


def test_plain_numbers() -> None:
    assert type(Thing(amount=np.int64(3)).amount) is float
    assert [name for name, _, _ in describe(Thing)][:2] == ["amount", "part"]
    assert spec_of(attrs.fields(Domain).low) is None


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        (Domain(), "finite"),
        (Domain(low=0), "at least 0"),
        (Domain(low=0, low_open=True), "above 0"),
        (Domain(high=1), "at most 1"),
        (Domain(high=1, high_open=True), "below 1"),
        (Domain(low=0, high=1, low_open=True, high_open=True), "in (0, 1)"),
    ],
)
def test_domains_in_words(domain: Domain, words: str) -> None:
    assert domain.words() == words
    assert not domain.holds(math.nan)


@pytest.mark.parametrize("family", DISTRIBUTIONS)
def test_quantiles_rise_and_stay_in_the_support(family: str) -> None:
    value = EXAMPLES[family]
    probabilities = np.linspace(0.001, 0.999, 199)
    quantiles = [value.quantile(float(u)) for u in probabilities]
    assert (np.diff(quantiles) > 0).all()
    low, high = value.support()
    assert low <= quantiles[0]
    assert quantiles[-1] <= high
    assert type(value).family == family


def test_quantiles_are_those_of_their_families() -> None:
    z = 1.2815515655446004
    assert EXAMPLES["normal"].quantile(0.9) == pytest.approx(1 + 2 * z)
    assert EXAMPLES["log_normal"].quantile(0.9) == pytest.approx(3 * math.exp(0.5 * z))
    assert EXAMPLES["logit_normal"].quantile(0.5) == pytest.approx(0.3)
    grid = (np.arange(4000) + 0.5) / 4000
    drawn = np.array([EXAMPLES["beta"].quantile(float(u)) for u in grid])
    assert drawn.mean() == pytest.approx(0.3, abs=1e-4)
    assert drawn.std() == pytest.approx(0.1, abs=1e-3)
    drawn = np.array([EXAMPLES["triangular"].quantile(float(u)) for u in grid])
    assert drawn.mean() == pytest.approx(7 / 3, abs=1e-3)
    assert gr.Uncertain.triangular(low=1.0, mode=1.0, high=1.0).quantile(0.3) == 1.0
    combined = gr.Uncertain.effect(mean=0.0, se=3.0, between=4.0)
    assert combined.quantile(0.9) == pytest.approx(5 * z)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gr.Uncertain.normal(mean=0.0, sd=-1.0), "Normal.sd must be a number in [0, 1e+18]; got -1.0"),
        (lambda: gr.Uncertain.effect(mean=0.0, se=-1.0), "Uncertain.se must be a number in [0, 1e+18]; got -1.0"),
        (
            lambda: gr.Uncertain.beta(mean=0.5, sd=0.5),
            "Beta.sd must be a number below 0.5 for a mean of 0.5; got 0.5",
        ),
        (
            lambda: gr.Uncertain.triangular(low=2.0, mode=1.0, high=3.0),
            "Triangular.mode must be a number between low and high; got (low, mode, high) = (2.0, 1.0, 3.0)",
        ),
    ],
)
def test_distributions_that_are_none(make: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        make()
    assert str(caught.value) == message


@given(st.floats(0.001, 0.999))
def test_resolving_puts_the_number_of_a_name_wherever_it_stands(u: float) -> None:
    shared = gr.Uncertain.log_normal(median=2.0, sd_log=1.0, name="shared")
    things = (Thing(amount=shared), Thing(amount=shared, part=EXAMPLES["beta"]))
    values = {"shared": shared.quantile(u), "things[1].part": EXAMPLES["beta"].quantile(u)}
    first, second = resolve(things, values, "things")
    assert first.amount == second.amount == shared.quantile(u)
    assert second.part == EXAMPLES["beta"].quantile(u)
    assert (first, second) == at_quantile(things, u, "things")
    assert [name for name, _ in uncertainties(things, "things")] == ["shared", "shared", "things[1].part"]
    assert resolve(first, {}, "x") is first
    with pytest.raises(gr.InputError) as caught:
        resolve(things, {"shared": 1.0}, "things")
    assert str(caught.value) == "resolve.values must have every uncertain input; 'things[1].part' is missing"
    with pytest.raises(gr.InputError, match="a plain number is needed here: resolve the object first"):
        as_number(shared)


@pytest.mark.parametrize(("old", "new"), [("certain", "as_number"), ("FAMILIES", "DISTRIBUTIONS")])
def test_old_names_of_values_with_doubt_warn_and_work(old: str, new: str) -> None:
    with pytest.warns(DeprecationWarning, match=old) as caught:
        found = getattr(uncertain, old)
    assert [str(each.message) for each in caught] == [
        f"graduasi.uncertain.{old} is now graduasi.uncertain.{new}; the old name goes in 0.3"
    ]
    assert found is getattr(uncertain, new)
    with pytest.raises(AttributeError) as refused:
        getattr(uncertain, f"{old}_of_old")
    assert str(refused.value) == f"module 'graduasi.uncertain' has no attribute '{old}_of_old'"


DESCRIBED = [
    *INTERVENTIONS.values(), *MODELS.values(), *RANKINGS.values(), *DISTRIBUTIONS.values(),
    FromFigures, FromFile, FromPublished, gr.RankProcess, gr.ConcaveTechnology, gr.Saving, gr.Rollout, gr.Budget,
    gr.Registry, gr.Programme, gr.Policy, gr.PovertyLine,
]  # fmt: skip


@pytest.mark.parametrize("kind", DESCRIBED, ids=lambda kind: kind.__name__)
def test_everything_described_says_what_it_is(kind: type) -> None:
    assert kind.__doc__
    for name, spec, default in describe(kind):
        assert spec.meaning, name
        if spec.kind in {"number", "count"}:
            assert spec.unit, name
        if isinstance(default, gr.Uncertain):
            assert default.name, name
            assert default.source, name


def test_public_names() -> None:
    """Which they are, `public_names.txt` says."""
    for name in gr.__all__:
        assert getattr(gr, name) is not None
    assert dir(gr) == gr.__all__
    with pytest.raises(AttributeError, match="module 'graduasi' has no attribute 'simulat'"):
        _ = gr.simulat  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (gr.InputError, ValueError), (gr.NotAvailableError, LookupError), (gr.FitError, ArithmeticError),
        (gr.MemoryLimitError, MemoryError), (gr.ScenarioError, ValueError),
    ],
)  # fmt: skip
def test_errors_can_be_caught_as_what_they_resemble(error: type, builtin: type) -> None:
    assert issubclass(error, gr.GraduasiError)
    assert issubclass(error, builtin)
