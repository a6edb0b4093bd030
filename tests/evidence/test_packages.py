"""Full packages: which rows are pooled, what comes out, and that the page `docs/evidence.md` says the same."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pytest
from scipy import optimize, stats

from graduasi.errors import InputError
from graduasi.evidence import POOLED, packages, pool, pool_packages, studies
from graduasi.evidence.packages import is_full_package, share_of_control
from graduasi.uncertain import Normal

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"


def test_one_row_of_each_study_is_pooled() -> None:
    pooled = [row for row in packages() if row.pooled]
    assert [row.key for row in pooled] == ["BDS_IN/graduation/36", "BARKER_ET/graduation/36", "NIGER_ASP/full/18"]
    assert {row.study.role for row in pooled} == {"calibration"}


def test_every_share_agrees_with_the_table_where_it_prints_one() -> None:
    compared = 0
    for row in packages():
        if row.effect is not None and isinstance(row.study.pct_of_control, float):
            assert 100 * row.effect == pytest.approx(row.study.pct_of_control, abs=0.06)
            compared += 1
    assert compared == 11


def test_what_is_not_pooled_says_why() -> None:
    why = {(row.key, row.study.outcome): row.why for row in packages() if not row.pooled}
    assert why["AFG_TUP/TUP/24", "consumption_pc_month"] == "no standard error was recovered"
    assert why["TUP_BD/TUP/48", "hh_consumption_year"] == "no control mean: no share of control"
    assert why["TUP_BD/TUP/84", "hh_consumption_year"] == "kept for validation"
    assert why["GHANA_UNPACK/any GUP/36", "consumption_index"] == "in standard deviations: no share of control"
    assert why["BARKER_ET/graduation/24", "consumption_pc_month"] == "its role is 'check', not 'calibration'"
    assert (
        why["NIGER_ASP/capital/18", "consumption_daily_adult_eq"] == "of the same study NIGER_ASP/full/18 is pooled"
    )
    assert why["B15_pooled/graduation/24", "consumption_pc_month"] == (
        "a mean over several programmes, some of which have rows of their own"
    )
    assert len(packages()) == 18


def test_a_package_has_four_parts() -> None:
    assert {study.arm for study in studies() if study.id == "NIGER_ASP" and is_full_package(study)} == {
        "capital",
        "full",
    }
    assert not any(is_full_package(study) for study in studies() if study.id in {"HS16", "WINGS", "SEDL20"})


def test_the_pooled_effect_by_a_second_computation() -> None:
    # Q = 1.83 is below its 2 degrees of freedom: no spread is estimated, so the mean is that of inverse variances.
    y = np.array([7.08 / 61.37, 8.561 / 46.91, 0.25 / 1.7])
    w = 1 / np.array([1.913 / 61.37, 1.83 / 46.91, 0.05 / 1.7]) ** 2
    got = pool_packages()
    assert (got.k, got.between) == (3, 0.0)
    assert got.mean == pytest.approx(np.average(y, weights=w))
    assert got.se == pytest.approx(w.sum() ** -0.5)
    assert got.interval == pytest.approx(stats.t.interval(0.9, 2, loc=got.mean, scale=got.se))
    assert got.prediction == pytest.approx(stats.t.interval(0.9, 1, loc=got.mean, scale=got.se))


def test_three_studies_do_not_rule_out_the_spread_of_the_benchmark() -> None:
    # Upper end of the 90% interval of tau by the Q profile (Viechtbauer 2007): Q(tau) at the 5% point of chi^2(2).
    rows = [row for row in packages() if row.pooled]
    y = np.array([row.effect for row in rows], dtype=float)
    s = np.array([row.se for row in rows], dtype=float)

    def surplus(tau: float) -> float:
        w = 1 / (s**2 + tau**2)
        return float((w * (y - np.average(y, weights=w)) ** 2).sum() - stats.chi2.ppf(0.05, 2))

    highest = optimize.brentq(surplus, 0, 1)
    assert isinstance(POOLED, Normal)
    assert highest > POOLED.sd
    assert f"up to {100 * highest:.0f} points" in PAGE.read_text(encoding="utf-8")


def percent(*values: float) -> list[str]:
    return [f"{100 * value:.1f}" for value in values]


def test_the_page_prints_what_the_code_gives() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for row in packages():
        if row.pooled and row.effect is not None and row.se is not None:
            effect, se = percent(row.effect, row.se)
            assert any(row.study.id in line and f"| {effect} | {se} |" in line for line in lines), row.key
    got = pool_packages()
    mean, se, between, low, high = percent(got.mean, got.se, got.between, *got.interval)
    assert got.prediction is not None
    ends = percent(*got.prediction)
    row = f"| {mean} | {se} | {between} | {low} to {high} | {ends[0]} to {ends[1]} |"
    assert any(row in line for line in lines)
    # With the standard errors that the page says are borrowed: the six-country mean, Bangladesh and Niger.
    other = pool(
        [4.55 / 78.8, 0.11, 0.25 / 1.7],
        [0.86 / 78.8, 0.11 * 63.54 / 358.2, 0.05 / 1.7],
        errors="hartung_knapp_at_least_1",
    )
    mean, se, between, low, high = percent(other.mean, other.se, other.between, *other.interval)
    assert other.prediction is not None
    ends = percent(*other.prediction)
    row = f"| {mean} | {se} | {between} | {low} to {high} | {ends[0]} to {ends[1]} |"
    assert any(row in line for line in lines), row


def test_a_share_needs_a_control_mean_above_zero() -> None:
    study = attrs.evolve(studies(outcome="consumption_pc_month")[1], control_mean=0.0)
    with pytest.raises(InputError) as caught:
        share_of_control(study)
    assert str(caught.value) == "Study.control_mean must be a number above 0 for a share; got 0.0"


def test_a_text_is_not_a_share() -> None:
    study = attrs.evolve(studies(outcome="consumption_pc_month")[1], effect="5 to 7", se=None)
    assert share_of_control(study) == (None, None)
