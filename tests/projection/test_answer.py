"""The small answer: small, plain, as its schema says, and the projection's own numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from tests.scenario.cases import small
from tests.simulation.small_world import LINE, LOWER, people, policy, programme, run

import graduasi as gr
from graduasi.projection import answer as answers
from graduasi.projection.store import json_of
from graduasi.study import Findings, answer_schema, study

Document = dict[str, Any]


def no_number(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def sent(answer: object) -> Document:
    """The answer as it arrives at the other end."""
    found: Document = json.loads(json_of(answer), parse_constant=no_number)
    return found


def result(**given: Any) -> gr.Projection:
    cash = policy("cash", programme("cash", gr.CashTransfer(amount=400.0)))
    return run(people(60, **given), [cash], months=14, draws=3)


@pytest.fixture(scope="module")
def projection() -> gr.Projection:
    return result()


@pytest.fixture(scope="module")
def found() -> Findings:
    more = {"label": "more people", "changes": {"population": {"persons": 200_000}}}
    return study(gr.Scenario.from_dict(small(variants=[more])), progress=False)


def test_what_arrives_is_what_was_sent(projection: gr.Projection, found: Findings) -> None:
    for given in (projection.answer(), found.answer()):
        assert sent(given) == given


def test_numbers_are_those_of_the_projection(projection: gr.Projection) -> None:
    answer = sent(projection.answer(at=12))
    rows = {(row["policy"], row["line"], row["month"]): row for row in answer["statistics"]}
    assert set(rows) == {(p, line, m) for p in ("nothing", "cash") for line in ("line", "lower") for m in (0, 12)}
    for unit, name in (("households", "poor"), ("households", "additional_sustained"), ("persons", "gap")):
        told = rows["cash", "lower", 12][unit][name]
        interval = projection.interval(name, "cash", month=12, line="lower", unit=unit)
        numbers = (interval.mean, interval.low, interval.high, interval.monte_carlo_error)
        np.testing.assert_allclose([told[key] for key in ("mean", "low", "high", "error")], numbers, rtol=1e-5)
    summary = projection.summary(at=12).set_index("policy")
    told = rows["cash", "line", 12]
    assert told["date"] == "2024-12"
    assert told["chance_none_left"] == pytest.approx(summary.loc["cash", "chance_below_one_household_12"], rel=1e-5)
    assert told["chance_few_left"] == pytest.approx(summary.loc["cash", "chance_below_0.1_percent_12"], rel=1e-5)
    (cost,) = [row for row in answer["costs"] if row["component"] == "transfer"]
    assert cost["cost"]["mean"] == pytest.approx(projection.costs()["cost"].iloc[0], rel=1e-5)
    first = answer["targeting"][0]
    assert first["coverage"]["low"] == pytest.approx(projection.targeting()["coverage_low"].iloc[0], rel=1e-5)
    value = answer["value_for_money"][0]
    assert value["additional_sustained_per_billion"]["mean"] == pytest.approx(
        summary.loc["cash", "additional_sustained_per_billion"], rel=1e-5
    )


def test_effects_are_told_where_there_can_be_any(projection: gr.Projection) -> None:
    for row in projection.answer()["statistics"]:  # type: ignore[attr-defined]
        assert ("additional" in row["households"]) == (row["policy"] == "cash" and row["month"] > 0)


@pytest.mark.parametrize("given", [{}, {"sized": False}, {"grouped": True}])
def test_an_answer_is_as_its_schema_says(given: dict[str, bool]) -> None:
    jsonschema.Draft202012Validator.check_schema(answers.schema())
    jsonschema.validate(sent(result(**given).answer()), answers.schema())


def test_one_draw_nobody_reached_and_no_policy_are_answered() -> None:
    """Whatever is not a number is null."""
    alone = sent(run(people(40), [], months=3, draws=1).answer())
    jsonschema.validate(alone, answers.schema())
    assert alone["statistics"][0]["households"]["poor"]["low"] is None
    assert alone["costs"] == alone["targeting"] == alone["value_for_money"] == []


def test_the_answer_of_a_study_is_as_its_schema_says(found: Findings) -> None:
    answer = sent(found.answer())
    jsonschema.Draft202012Validator.check_schema(answer_schema())
    jsonschema.validate(answer, answer_schema())
    assert answer["title"] == "A small question"
    assert answer["made"]["scenario"] == found.made.scenario
    assert answer["benchmark"]["draws"] == 1
    assert answer["variants"][0]["label"] == "more people"
    kinds = [statement["kind"] for statement in answer["statements"]]
    assert kinds[:3] == ["PoorNow", "LeaveAnyway", "FallIn"]
    assert "DependsOn" in kinds
    spoiled = answer | {"colour": 1}
    with pytest.raises(jsonschema.ValidationError, match="Additional properties are not allowed"):
        jsonschema.validate(spoiled, answer_schema())


def test_an_answer_holds_no_ids_and_no_draws(projection: gr.Projection) -> None:
    text = json_of(projection.answer())
    assert "h0001" not in text
    assert len(text) < 15_000


def test_the_page_explains_every_member() -> None:
    page = (Path(__file__).parents[2] / "docs" / "answer.md").read_text(encoding="utf-8")
    for name in answer_schema()["properties"]:  # type: ignore[attr-defined]
        assert f"`{name}`" in page, name
    for name in answers.HEADLINE:
        assert re.search(rf"`{name}`", page), name


def test_months_that_are_none_are_refused(projection: gr.Projection) -> None:
    with pytest.raises(gr.NotAvailableError) as caught:
        projection.answer(at=99)
    assert str(caught.value) == "Projection.month must be a whole number in [0, 14]; got 99"
    assert [row["month"] for row in projection.answer(at=[0])["statistics"]] == [0] * 4  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "told"), [(0.0, 0.0), (1234567.0, 1234570.0), (-0.123456789, -0.123457), (float("inf"), None)]
)
def test_numbers_have_six_digits(value: float, told: float | None) -> None:
    assert answers.rounded(value) == told


def test_lines_are_told_in_full(projection: gr.Projection) -> None:
    lines = projection.answer()["lines"]
    assert isinstance(lines, list)
    assert [gr.PovertyLine(**line) for line in lines] == [LINE, LOWER]
