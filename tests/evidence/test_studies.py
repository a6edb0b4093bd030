"""Rows of the evidence table as `Study` objects: numbers, texts that stay texts, and what is from memory."""

from __future__ import annotations

import math

import attrs
import pytest

from graduasi.evidence import Study, figures, studies


def one(study: str, outcome: str) -> Study:
    (found,) = (row for row in studies(outcome=outcome) if row.id == study)
    return found


def test_one_study_for_each_row_in_the_order_of_the_table() -> None:
    frame = figures("evidence")
    assert [study.id for study in studies()] == frame["study_id"].tolist()
    assert len(studies()) == 156


@pytest.mark.parametrize(
    ("field", "column"), [("se", "se"), ("control_mean", "control_mean"), ("pct_of_control", "pct_of_control")]
)
def test_numbers_agree_with_the_table_read_by_pandas(field: str, column: str) -> None:
    expected = [None if math.isnan(value) else value for value in figures("evidence")[column].tolist()]
    assert [getattr(study, field) for study in studies()] == expected


@pytest.mark.parametrize(
    ("study", "outcome", "field", "kept"),
    [
        ("CROSTA24", "benefit_cost_ratio", "effect", "0.83 to 4.14"),
        ("KLUVE19", "employment / earnings", "effect", "0.04 / 0.05"),
        ("PRAKERJA", "monthly_income", "horizon", "~10-18"),
        ("KENYA_REAP", "business_assets", "n", "1,874"),
        ("WINGS", "cash_earnings", "cost", "~688 total [memory: medium]; grant 150 = 401 PPP (found)"),
    ],
)
def test_what_is_not_a_plain_number_stays_text(study: str, outcome: str, field: str, kept: str) -> None:
    assert getattr(one(study, outcome), field) == kept


def test_a_blank_number_is_none_and_a_zero_is_a_zero() -> None:
    row = one("YOP20", "earnings")
    assert (row.effect, row.se, row.n) == (0.0, None, None)
    assert one("SEDL20", "qualitative").effect is None


def test_rows_are_chosen_by_role_arm_and_outcome_exactly() -> None:
    assert {study.role for study in studies(role="validation")} == {"validation"}
    assert {study.id for study in studies(role="calibration", arm="full")} == {"NIGER_ASP"}
    assert len(studies(arm="TUP", outcome="hh_consumption_year")) == 3
    assert studies(arm="tup") == ()


def test_memory_shows_in_the_property_that_callers_ask() -> None:
    assert one("HS16", "hh_nondurable_consumption_month").from_memory
    assert not one("AFG_TUP", "consumption_pc_month").from_memory
    assert sum(study.from_memory for study in studies()) == 15


def test_a_recalled_cost_beside_a_found_effect_is_told() -> None:
    row = one("WINGS", "cash_earnings")
    assert not row.from_memory
    assert row.recalled == ("cost",)


def test_a_study_is_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        studies()[0].effect = 1.0  # type: ignore[misc]
