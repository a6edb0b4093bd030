"""Proxy-means tests: coefficients, standard errors, errors of selection, and the way into a simulation.

Reference values of `reference/proxy_output.csv`: R 4.2.2 `lm` and survey 4.1-1 `svyglm`, by `reference/proxy.R`.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

import graduasi as gr
from graduasi.policy import ByColumn
from graduasi.population import ProxyMeans, regression
from graduasi.population.proxy import _folds
from graduasi.population.regression import check_loss, independent, least_squares_covariance, quantile_regression

REFERENCE = Path(__file__).parent / "reference"
PAKISTAN = Path(__file__).parents[2] / "examples" / "pakistan" / "graduation_pakistan.csv"
LINE = gr.PovertyLine(amount=300_000.0, label="x")
ASKED = ("members", "roof", "school")


def survey() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "proxy_input.csv", dtype={"id": str})


def read(frame: pd.DataFrame, **rest: Any) -> gr.Population:
    return gr.Population.from_frame(
        frame, welfare="welfare", id="id", currency="IDR", weight="weight", members="members",
        columns=("roof", "school"), **rest,
    )  # fmt: skip


def drawn(size: int, seed: int = 1, noise: float = 0.4, **rest: Any) -> gr.Population:
    rng = np.random.default_rng(seed)
    columns = {"x": rng.normal(size=size), "y": rng.normal(size=size), "kind": rng.choice(["a", "b", "c"], size)}
    logs = 13.0 + 0.4 * columns["x"] - 0.2 * columns["y"] + 0.2 * (columns["kind"] == "b")
    return gr.Population(
        ids=np.array([f"h{number}" for number in range(size)]),
        welfare=np.exp(logs + noise * rng.normal(size=size)),
        weight=rng.uniform(0.5, 2.0, size),
        members=rng.integers(1, 8, size).astype(float),
        columns=columns,
        **rest,
    )


def test_least_squares_is_that_of_r() -> None:
    test = ProxyMeans.fit(read(survey()), ASKED)
    expected = pd.read_csv(REFERENCE / "proxy_output.csv")
    np.testing.assert_allclose(test.coefficients, expected.coefficient, rtol=1e-11)
    np.testing.assert_allclose(test.table.standard_error, expected.se_records, rtol=1e-10)
    assert test.r_squared == pytest.approx(expected.r_squared[0], rel=1e-12)
    assert list(test.table.index) == ["intercept", "members", "roof=tile", "roof=zinc", "school"]
    assert repr(test) == "ProxyMeans(ols, 5 terms, R^2 0.332, 120 records)"


def test_a_survey_of_clusters() -> None:
    """Standard errors of R's svyglm; no cluster is in two folds."""
    population = read(survey(), strata="stratum", clusters="cluster")
    test = ProxyMeans.fit(population, ASKED)
    expected = pd.read_csv(REFERENCE / "proxy_output.csv")
    np.testing.assert_allclose(test.table.standard_error, expected.se_clusters, rtol=1e-10)
    fold = _folds(population, 4, seed=0)
    labels = np.char.add(population.strata, population.clusters)  # type: ignore[arg-type]
    for label in np.unique(labels):
        assert np.unique(fold[labels == label]).size == 1
    assert np.bincount(fold).size == 4
    with pytest.raises(gr.InputError) as caught:
        test.errors(population, quota=0.2, folds=16)
    assert (
        str(caught.value) == "ProxyMeans.folds must be a whole number from 2 to the number of clusters, 15; got 16"
    )


def test_standard_errors_between_clusters_are_those_of_r() -> None:
    frame = survey()
    test = ProxyMeans.fit(read(frame), ASKED)
    expected = pd.read_csv(REFERENCE / "proxy_output.csv")
    dummies = [np.ones(120), frame.members, frame.roof == "tile", frame.roof == "zinc", frame.school]
    matrix = np.column_stack(dummies).astype(float)
    residual = np.log(frame.welfare) - matrix @ test.coefficients
    cluster = np.unique(frame.stratum + frame.cluster, return_inverse=True)[1]
    stratum = np.unique(frame.stratum, return_inverse=True)[1]
    found = least_squares_covariance(matrix, residual.to_numpy(), frame.weight.to_numpy(), cluster, stratum)
    np.testing.assert_allclose(np.sqrt(np.diag(found)), expected.se_clusters, rtol=1e-10)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.2, 0.5, 0.75]))
def test_a_quantile_regression_is_the_best_of_all_lines_through_points(seed: int, quantile: float) -> None:
    """The minimum lies at a line through as many records as coefficients (Koenker and Bassett 1978)."""
    rng = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(14), rng.normal(size=14), 100.0 * rng.random(14)])
    outcome, weight = rng.normal(size=14), rng.uniform(0.2, 3.0, 14)
    found = quantile_regression(matrix, outcome, weight, quantile)
    best = min(
        check_loss(outcome - matrix @ np.linalg.solve(matrix[list(three)], outcome[list(three)]), weight, quantile)
        for three in itertools.combinations(range(14), 3)
    )
    assert check_loss(outcome - matrix @ found, weight, quantile) <= best * (1 + 1e-9)


@pytest.mark.parametrize("rounded", [False, True])
def test_fixing_far_records_first_finds_the_same_minimum(rounded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    matrix = np.column_stack([np.ones(600), rng.integers(1, 8, 600), rng.standard_t(2, 600), np.arange(600) == 5])
    outcome, weight = matrix @ np.ones(4) + rng.standard_t(2, 600) * matrix[:, 1], rng.uniform(0.5, 3.0, 600)
    outcome = np.round(outcome) if rounded else outcome
    for quantile in (0.05, 0.5, 0.9):
        at_once = quantile_regression(matrix, outcome, weight, quantile)
        for small in (8, 40, 150):
            monkeypatch.setattr(regression, "SMALL", small)
            in_parts = quantile_regression(matrix, outcome, weight, quantile)
            monkeypatch.undo()
            one, other = (check_loss(outcome - matrix @ each, weight, quantile) for each in (at_once, in_parts))
            assert other == pytest.approx(one, rel=1e-12)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.sampled_from(["ols", "quantile"]), st.floats(-2.0, 2.0), st.floats(0.2, 5.0))
def test_money_in_other_units_moves_the_intercept_alone(seed: int, method: Any, shift: float, scale: float) -> None:
    first = drawn(60, seed)
    other = evolve(first, welfare=first.welfare * np.exp(shift), weight=first.weight * scale)
    one, two = (ProxyMeans.fit(each, ("x", "kind"), method=method, quantile=0.3) for each in (first, other))
    np.testing.assert_allclose(two.coefficients - one.coefficients, [shift, 0.0, 0.0, 0.0], atol=1e-9)
    assert two.r_squared == pytest.approx(one.r_squared, abs=1e-9)


def test_a_weight_is_so_many_households() -> None:
    first = drawn(40, 3)
    times = np.random.default_rng(5).integers(1, 4, 40)
    many = gr.Population(
        ids=np.array([f"h{number}" for number in range(times.sum())]),
        welfare=np.repeat(first.welfare, times),
        weight=np.ones(times.sum()),
        columns={name: np.repeat(values, times) for name, values in first.columns.items()},
    )
    weighted = evolve(first, weight=times.astype(float))
    for method in ("ols", "quantile"):
        one = ProxyMeans.fit(weighted, ("x", "kind"), method=method, quantile=0.37)
        two = ProxyMeans.fit(many, ("x", "kind"), method=method, quantile=0.37)
        np.testing.assert_allclose(one.coefficients, two.coefficients, atol=1e-8)


def test_standard_errors_of_a_quantile_cover() -> None:
    """The mean standard error of 200 samples of 300 is the large-sample one, sqrt(.21) / (density sqrt(n / deff))."""
    fits = [ProxyMeans.fit(drawn(300, seed), ("x",), method="quantile", quantile=0.3) for seed in range(200)]
    slopes = np.array([fit.coefficients[1] for fit in fits])
    mean = np.mean([fit.table.standard_error["x"] for fit in fits])
    spread = np.sqrt(0.16 + 0.04 + 0.04 * 2 / 9)  # noise, y and kind, which the fit leaves out
    density = np.exp(-(ndtri(0.3) ** 2) / 2) / np.sqrt(2 * np.pi) / spread
    records = 300 / (1 + 1.5**2 / 12 / 1.25**2)  # weights are uniform in .5 to 2
    assert mean == pytest.approx(np.sqrt(0.21 / records) / density, rel=0.06)
    assert mean == pytest.approx(slopes.std(), rel=0.15)  # three standard errors of a spread of 200
    assert slopes.mean() == pytest.approx(0.4, abs=4 * slopes.std() / np.sqrt(200))


def test_a_low_quantile_excludes_fewer_of_the_poor() -> None:
    """Brown, Ravallion and van de Walle (2018): at a fixed line it trades exclusion for inclusion error."""
    population = drawn(800, noise=0.6)
    middle, low = (
        ProxyMeans.fit(population, ("x", "y", "kind"), method="quantile", quantile=quantile)
        .errors(population, line=LINE, folds=4)
        .table.loc[("cross-validated", "families")]
        for quantile in (0.5, 0.2)
    )
    assert low.exclusion_error < middle.exclusion_error - 0.2
    assert low.inclusion_error > middle.inclusion_error + 0.1


@pytest.mark.parametrize("method", ["ols", "quantile"])
def test_what_the_test_knows_without_error_is_selected_without_error(method: Any) -> None:
    population = drawn(200, noise=0.0)
    test = ProxyMeans.fit(population, ("x", "y", "kind"), method=method, quantile=0.2)
    np.testing.assert_allclose(np.exp(test.score(population)), population.welfare, rtol=1e-9)
    errors = test.errors(population, line=LINE, folds=5)
    assert (errors.table[["inclusion_error", "exclusion_error"]].to_numpy() == 0.0).all()
    assert errors.correlation == pytest.approx(1.0)
    assert errors.registry_error_share() == pytest.approx(0.0, abs=1e-9)


def test_errors_by_hand() -> None:
    """Four households, scores by one dummy: two of each kind, one of each pair poor."""
    population = gr.Population(
        ids=np.array(["1", "2", "3", "4"]), welfare=np.array([1.0, 4.0, 2.0, 50.0]), weight=np.array([1.0, 2.0, 3.0, 4.0]),
        members=np.array([5.0, 1.0, 1.0, 1.0]), columns={"kind": np.array(["a", "a", "b", "b"])},
    )  # fmt: skip
    line = gr.PovertyLine(amount=2.6, label="x")
    # Mean logs: a = 2 log 4 / 3 = .924 < log 2.6 = .956; b = (3 log 2 + 4 log 50) / 7 = 2.53: a is selected.
    table = ProxyMeans.fit(population, ("kind",)).errors(population, line=line, folds=2).table.loc["as fitted"]
    assert table.inclusion_error.to_dict() == pytest.approx({"families": 2 / 3, "persons": 2 / 7})
    assert table.exclusion_error.to_dict() == pytest.approx({"families": 3 / 4, "persons": 3 / 8})
    assert table.selected.to_dict() == pytest.approx({"families": 3 / 10, "persons": 7 / 14})
    assert table.poor.to_dict() == pytest.approx({"families": 4 / 10, "persons": 8 / 14})
    # A quota of half the families: both of kind a, and 2 / 7 of each of kind b.
    table = ProxyMeans.fit(population, ("kind",)).errors(population, line=line, quota=0.5, folds=2).table
    row = table.loc[("as fitted", "families")]
    assert row.selected == pytest.approx(0.5)
    assert row.exclusion_error == pytest.approx((3 - 6 / 7) / 4)
    assert row.inclusion_error == pytest.approx((2 + 8 / 7) / 5)


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_at_a_quota_of_the_poorest_the_two_errors_are_one(seed: int, quota: float) -> None:
    population = drawn(80, seed)
    table = ProxyMeans.fit(population, ("x",)).errors(population, quota=quota, folds=4, seed=seed).table
    np.testing.assert_allclose(table.selected, quota)
    np.testing.assert_allclose(table.poor, quota)
    np.testing.assert_allclose(table.inclusion_error, table.exclusion_error, atol=1e-12)
    assert table.inclusion_error.between(0.0, 1.0).all()


def test_out_of_sample_tells_noise_that_the_fit_does_not() -> None:
    rng = np.random.default_rng(2)
    columns = {f"noise{number}": rng.normal(size=120) for number in range(40)}
    population = evolve(drawn(120), columns=columns)
    table = ProxyMeans.fit(population, tuple(columns)).errors(population, quota=0.3).table
    fitted, outside = (table.loc[(name, "families")] for name in ("as fitted", "cross-validated"))
    assert fitted.r_squared > 0.2
    assert outside.r_squared < 0.0
    assert outside.inclusion_error > fitted.inclusion_error + 0.1


def test_the_order_of_rows_changes_nothing() -> None:
    population = drawn(90)
    order = np.random.default_rng(4).permutation(90)
    moved = gr.Population(
        ids=population.ids[order], welfare=population.welfare[order], weight=population.weight[order],
        members=None if population.members is None else population.members[order],
        columns={name: values[order] for name, values in population.columns.items()},
    )  # fmt: skip
    one = ProxyMeans.fit(population, ("x", "kind")).errors(population, quota=0.3, seed=7)
    two = ProxyMeans.fit(moved, ("x", "kind")).errors(moved, quota=0.3, seed=7)
    np.testing.assert_allclose(one.table, two.table, rtol=1e-9)
    three = ProxyMeans.fit(population, ("x", "kind")).errors(population, quota=0.3, seed=8)
    assert (one.table.loc["as fitted"].inclusion_error == three.table.loc["as fitted"].inclusion_error).all()
    assert not np.allclose(one.table.loc["cross-validated"].r_squared, three.table.loc["cross-validated"].r_squared)


def test_a_rare_level_is_scored_in_the_fold_that_holds_all_of_it() -> None:
    population = drawn(60)
    kinds = np.array(population.columns["kind"], dtype="<U4")
    kinds[7] = "rare"
    population = evolve(population, columns={"kind": kinds})
    scored = ProxyMeans.fit(population, ("kind",)).attach(population, folds=5).columns["proxy"]
    base = ProxyMeans.fit(population, ("kind",)).attach(population, folds=5).columns["proxy"][kinds == "a"]
    assert scored[7] in base


def test_the_error_share_of_a_registry_as_good_as_the_test() -> None:
    """r^2 of normal scores, .16 of .16 + .04 + .0089 + noise; a test with r^2 against truth above what is left of it is refused."""
    population = drawn(6000, noise=0.4)
    errors = ProxyMeans.fit(population, ("x",)).errors(population, quota=0.2)
    share = errors.registry_error_share()
    assert share == pytest.approx(1 - 0.16 / (0.16 + 0.04 + 0.04 * 2 / 9 + 0.16), abs=0.03)
    assert errors.registry_error_share(0.3) == pytest.approx(1 - (1 - share) / 0.7)
    with pytest.raises(gr.InputError) as caught:
        errors.registry_error_share(0.8)
    assert str(caught.value) == (
        f"ProxyErrors.survey_error_share must leave a share of at least {1 - share:.3f}, which the score explains; got 0.8"
    )
    assert "cross-validated" in str(errors)


def test_the_pakistani_baseline() -> None:
    """The figures of docs/registry.md: among ultra-poor households few questions tell the poorest apart."""
    frame = pd.read_csv(PAKISTAN, dtype={"id_hh": str})
    amounts = ("ctotal", "cfood", "cnonfood", "cdurable", "index_foodsecurity")
    asked = tuple(name for name in frame.columns if name.endswith("_bsl") and not name.startswith(amounts))
    frame = frame.dropna(subset=["ctotal_pcmonth_bsl", *asked])
    frame = frame[frame.ctotal_pcmonth_bsl > 0]
    asked = tuple(name for name in asked if frame[name].nunique() > 1)
    population = gr.Population.from_frame(
        frame, welfare="ctotal_pcmonth_bsl", id="id_hh", currency="PPP", columns=asked
    )
    line = gr.PovertyLine(amount=float(np.quantile(population.welfare, 0.2)), label="x", currency="PPP")
    least = ProxyMeans.fit(population, asked)
    low = ProxyMeans.fit(population, asked, method="quantile", quantile=0.2)
    quota, at_line, at_line_low = (
        test.errors(population, quota=share, line=only).table.loc[("cross-validated", "families")]
        for test, share, only in ((least, 0.2, None), (least, None, line), (low, None, line))
    )
    assert (len(population), len(asked)) == (829, 15)
    assert (least.r_squared, quota.r_squared) == pytest.approx((0.095, 0.040), abs=0.001)
    assert quota.inclusion_error == pytest.approx(0.645, abs=0.001)
    assert at_line.exclusion_error == 1.0
    assert (at_line_low.exclusion_error, at_line_low.inclusion_error) == pytest.approx((0.386, 0.733), abs=0.01)


def test_a_score_ranks_in_a_simulation() -> None:
    """The families that a programme reaches are those of the lowest scores, and no others."""
    population = drawn(400, assumed_members=None)
    scored = ProxyMeans.fit(population, ("x", "y", "kind")).attach(population, folds=4)
    assert sorted(set(scored.columns) - set(population.columns)) == ["proxy", "proxy decile"]
    tenth = scored.columns["proxy decile"]
    assert np.bincount(tenth, weights=scored.weight)[1:] / scored.families == pytest.approx([0.1] * 10, abs=0.005)

    def run(**rest: Any) -> gr.Projection:
        programme = gr.Programme(name="grant", interventions=(gr.CapitalGrant(amount=2e6),), **rest)
        return gr.simulate(
            scored, gr.HouseholdEconomy(), [gr.Policy(name="with", programmes=(programme,))],
            lines=[LINE], months=3, draws=2, seed=1, progress=False,
        )  # fmt: skip

    families = float(scored.weight[tenth <= 2].sum())
    by_score = run(targeting=ByColumn(column="proxy"), rollout=gr.Rollout(households=families))
    by_tenth = run(eligibility=gr.Eligibility(conditions=(gr.Condition(column="proxy decile", at_most=2),)))
    for statistic in ("gap", "reached", "reached_poor"):
        one, other = (each.series(statistic, "with", line="x") for each in (by_score, by_tenth))
        np.testing.assert_allclose(one, other, rtol=1e-3)
    by_luck = run(targeting=gr.Lottery(), rollout=gr.Rollout(households=families))
    leaks = [each.targeting().loc[:, "leakage"].iloc[0] for each in (by_score, by_luck)]
    assert leaks[0] < leaks[1] - 0.1


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("other", "ByColumn.column must be a column of the population ('x', 'y', 'kind'); got 'other', in programme 'grant'"),
        ("kind", "ByColumn.column must hold a number in every row; 'kind' does not, in programme 'grant'"),
    ],
)  # fmt: skip
def test_a_column_that_ranks_nobody(column: str, message: str) -> None:
    programme = gr.Programme(
        name="grant", interventions=(gr.CapitalGrant(amount=2e6),), targeting=ByColumn(column=column)
    )
    with pytest.raises(gr.InputError) as caught:
        gr.simulate(
            drawn(20), gr.HouseholdEconomy(), [gr.Policy(name="with", programmes=(programme,))],
            lines=[LINE], months=1, draws=1, seed=1, progress=False,
        )  # fmt: skip
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: ProxyMeans.fit(p, ()), "ProxyMeans.fit.columns must be one or more names of columns, each once; got ()"),
        (lambda p: ProxyMeans.fit(p, ("x", "z")), "ProxyMeans.fit: 1 fault in the columns\n  columns must be columns of the population ('x', 'y', 'kind'); got 'z'"),
        (lambda p: ProxyMeans.fit(p, ("by",), categorical=("y",)), "ProxyMeans.fit: 2 faults in the columns\n  categorical must be among columns; got 'y'\n  columns must be columns of the population ('x', 'y', 'kind'); got 'by'"),
        (lambda p: ProxyMeans.fit(p, ("x",), method="probit"), "ProxyMeans.method must be one of 'ols', 'quantile'; got 'probit'"),
        (lambda p: ProxyMeans.fit(p, ("x",), quantile=1.0), "ProxyMeans.quantile must be a share in (0, 1); got 1.0"),
        (lambda p: ProxyMeans.fit(p, ("x",), floor=0.0), "ProxyMeans.floor must be money above 0; got 0.0"),
        (lambda p: ProxyMeans.fit(evolve(p, columns={"x": np.ones(30)}), ("x",)), "ProxyMeans.columns must not be combinations of those before them, nor constant; 'x' is"),
        (lambda p: ProxyMeans.fit(evolve(p, weight=np.r_[1.0, 1.0, np.zeros(28)]), ("x",)), "ProxyMeans.fit.population must have more records of weight above 0 than terms; got 2 for 2 terms"),
        (lambda p: ProxyMeans.fit(evolve(p, welfare=np.r_[0.0, -1.0, np.ones(28)]), ("x",)), "ProxyMeans.fit.population must have welfare above 0 in every row, since its logarithm is taken; 2 of 30 are not: give a floor, or leave them out"),
        (lambda p: ProxyMeans.fit(evolve(p, columns={"x": np.r_[np.nan, np.ones(28), np.inf]}), ("x",)), "ProxyMeans.fit: 1 fault in the columns\n  columns must be given in every row; 'x' is missing in rows 1, 30"),
        (lambda p: ProxyMeans.fit(evolve(p, columns={"x": np.array([None, *"ab" * 14, "a"], dtype=object)}), ("x",)), "ProxyMeans.fit: 1 fault in the columns\n  columns must be given in every row; 'x' is missing in row 1"),
        (lambda p: ProxyMeans.fit(p, ("x",)).errors(p), "ProxyMeans.errors must have a line, a quota or both; got neither"),
        (lambda p: ProxyMeans.fit(p, ("x",)).errors(p, quota=0.0), "ProxyMeans.errors.quota must be a share in (0, 1); got 0.0"),
        (lambda p: ProxyMeans.fit(p, ("x",)).errors(p, quota=0.2, folds=31), "ProxyMeans.folds must be a whole number from 2 to the number of records, 30; got 31"),
        (lambda p: ProxyMeans.fit(p, ("kind",)).score(evolve(p, columns={"kind": np.r_[["d"], p.columns["kind"][1:]]})), "ProxyMeans.score: 1 fault in the columns\n  column 'kind' must hold levels that the fit has seen; 'd' in row 1"),
        (lambda p: ProxyMeans.fit(p, ("x",)).score(evolve(p, columns={"x": p.columns["kind"]})), "ProxyMeans.score: 1 fault in the columns\n  column 'x' must hold numbers, as where it was fitted"),
        (lambda p: ProxyMeans.fit(p, ("x",)).score(evolve(p, columns={"x": np.r_[np.nan, np.ones(29)]})), "ProxyMeans.score: 1 fault in the columns\n  column 'x' must be given in every row; missing in row 1"),
        (lambda p: ProxyMeans.fit(p, ("x",)).score(evolve(p, columns={})), "ProxyMeans.score: 1 fault in the columns\n  population must have the column 'x'; it has none"),
        (lambda p: ProxyMeans.fit(p, ("x",)).attach(p, name="x"), "ProxyMeans.attach.name must be a name that no column of the population has; got 'x'"),
    ],
)  # fmt: skip
def test_refusals(make: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        make(drawn(30))
    assert str(caught.value) == message


def test_a_floor_is_said() -> None:
    population = evolve(drawn(30), welfare=np.r_[0.0, -1.0, 9.0, np.full(27, 20.0)])
    test = ProxyMeans.fit(population, ("x",), floor=10.0)
    assert test.notes == ("welfare of 3 of 30 households was raised to the floor of 10",)
    expected = ProxyMeans.fit(evolve(population, welfare=np.maximum(population.welfare, 10.0)), ("x",))
    np.testing.assert_array_equal(test.coefficients, expected.coefficients)


def test_codes_are_words_where_they_are_named_so() -> None:
    population = evolve(drawn(60), columns={"code": np.arange(60) % 3})
    assert ProxyMeans.fit(population, ("code",)).table.shape[0] == 2
    coded = ProxyMeans.fit(population, ("code",), categorical=("code",))
    assert list(coded.table.index) == ["intercept", "code=1", "code=2"]
    assert coded.score(population).shape == (60,)


def test_a_column_that_others_make_up_is_found() -> None:
    rng = np.random.default_rng(1)
    one, two = rng.normal(size=20), rng.normal(size=20) * 1e6
    matrix = np.column_stack([np.ones(20), one, two, one - two, np.zeros(20), 7 + one])
    assert independent(matrix, np.ones(20)).tolist() == [True, True, True, False, False, False]
