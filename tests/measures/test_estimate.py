"""Standard errors against R's survey, laeken and convey's formulas; laws; refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures
from graduasi.measures import MEASURES, RelativeLine, estimate

REFERENCE = Path(__file__).parent / "reference"
DATA = pd.read_csv(REFERENCE / "estimate_input.csv")
R = pd.read_csv(REFERENCE / "estimate_output.csv").set_index("name")
WELFARE, WEIGHT = DATA["welfare"].to_numpy(), DATA["weight"].to_numpy()
DESIGN = gr.SurveyDesign(strata=DATA["stratum"], clusters=DATA["cluster"])
FINITE = gr.SurveyDesign(strata=DATA["stratum"], clusters=DATA["cluster"], fpc=DATA["fpc"])
REPLICATES = DATA[[name for name in DATA if name.startswith("rep")]].to_numpy()
ARGUMENTS: dict[str, dict[str, Any]] = {
    "headcount": {"line": 100.0}, "poverty_gap": {"line": 100.0}, "poverty_severity": {"line": 100.0},
    "fgt": {"line": 100.0, "alpha": 1.5}, "income_gap_ratio": {"line": 100.0}, "watts": {"line": 100.0},
    "sen": {"line": 100.0}, "sen_shorrocks_thon": {"line": 100.0}, "generalised_entropy": {"alpha": 2.0},
    "atkinson": {"epsilon": 0.5}, "quantile": {"quantile": 0.3},
}  # fmt: skip


def of(name: str, **changes: Any) -> measures.Estimate:
    return estimate(name, WELFARE, WEIGHT, **({"design": DESIGN, **ARGUMENTS.get(name, {})} | changes))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("mean", lambda: of("mean")),
        ("headcount", lambda: of("headcount")),
        ("poverty_gap", lambda: of("poverty_gap")),
        ("mean fpc", lambda: of("mean", design=FINITE)),
        ("headcount fpc", lambda: of("headcount", design=FINITE)),
        ("mean srs", lambda: of("mean", design=None)),
        ("total", lambda: of("total")),
        ("income_gap_ratio", lambda: of("income_gap_ratio")),
        ("mean domain", lambda: of("mean", domain=DATA["female"].to_numpy() == 1)),
        ("headcount domain", lambda: of("headcount", domain=DATA["female"].to_numpy() == 1)),
        ("headcount logit", lambda: of("headcount", interval="logit")),
        ("mean replicates", lambda: of("mean", design=gr.SurveyDesign(replicate_weights=REPLICATES))),
        (
            "headcount brr",
            lambda: of(
                "headcount", design=gr.SurveyDesign(replicate_weights=REPLICATES, kind="brr", around_estimate=True)
            ),
        ),
        ("theil", lambda: of("theil")),
        ("mean_log_deviation", lambda: of("mean_log_deviation")),
        ("atkinson", lambda: of("atkinson")),
        ("gini", lambda: of("gini")),
        ("median", lambda: of("median")),
        ("woodruff 0.5", lambda: of("median", interval="woodruff")),
        ("woodruff 0.2", lambda: of("quantile", quantile=0.2, interval="woodruff")),
        (
            "woodruff domain",
            lambda: of("median", interval="woodruff", domain=DATA["female"].to_numpy() == 1),
        ),
        ("convey median", lambda: of("median", density="convey")),
        ("convey arpr", lambda: of("headcount", line=RelativeLine(share=0.6), density="convey")),
        ("convey relative gap", lambda: of("poverty_gap", line=RelativeLine(share=0.6), density="convey")),
        ("ratio 0.2 0.8", lambda: of("quantile_share_ratio")),
        ("ratio 0.4 0.9", lambda: of("palma")),
        ("poverty_severity", lambda: of("poverty_severity")),
        ("watts", lambda: of("watts")),
        ("generalised_entropy", lambda: of("generalised_entropy")),
        ("laeken arpr", lambda: of("headcount", line=RelativeLine(share=0.6))),
        ("laeken gini", lambda: of("gini")),
    ],
)
def test_r_agrees(row: str, found: Any) -> None:
    """R 4.2.2: survey 4.1-1, laeken 0.5.2, convey's formulas; to 1e-9."""
    ours, r = found(), R.loc[row]
    assert ours.estimate == pytest.approx(r["estimate"], rel=1e-9)
    for name, value in (("se", ours.se), ("df", ours.df)):
        if np.isfinite(r[name]):
            assert value == pytest.approx(r[name], rel=1e-9), name
    if np.isfinite(r["low"]):
        assert ours.interval == pytest.approx((r["low"], r["high"]), rel=1e-9)


@pytest.mark.parametrize("name", ["sen", "sen_shorrocks_thon"])
def test_pairs_agree(name: str) -> None:
    """Double sums over pairs in R, their influence by differences of weights: to 1e-9, and 1e-6 for the error."""
    ours, r = of(name), R.loc[name]
    assert ours.estimate == pytest.approx(r["estimate"], rel=1e-9)
    assert ours.se == pytest.approx(r["se"], rel=1e-6)


def test_world_bank_synthetic_survey() -> None:
    """wbpip's md_ABC_2000_income (World Bank, MIT): weighted mean 3436146, median 2029658.5, Gini .5147999."""
    frame = pd.read_csv(Path(__file__).parent / "md_ABC_2000_income.csv")
    for name, value, near in (("mean", 3436146, 2e-7), ("median", 2029658.5, 1e-7), ("gini", 0.5147999, 1.5e-7)):
        found = estimate(name, frame["welfare"], frame["weight"])
        assert found.estimate == pytest.approx(value, rel=near)
        assert found.se > 0


def jackknife() -> gr.SurveyDesign:
    """JKn by its definition: one cluster out, the others of its stratum up; rscales (n - 1) / n."""
    columns, rscales = [], []
    for stratum, part in DATA.groupby("stratum"):
        names = part["cluster"].unique()
        for out in names:
            inside = (DATA["stratum"] == stratum).to_numpy()
            up = np.where(inside, len(names) / (len(names) - 1), 1.0)
            columns.append(WEIGHT * np.where(DATA["cluster"] == out, 0.0, up))
            rscales.append((len(names) - 1) / len(names))
    return gr.SurveyDesign(
        replicate_weights=np.column_stack(columns), kind="jkn", rscales=rscales, around_estimate=True
    )


@pytest.mark.parametrize("name", [name for name in MEASURES if name not in {"median", "quantile"}])
def test_linearisation_is_near_the_jackknife(name: str) -> None:
    """Of a total the two are one formula; of smooth measures they meet as samples grow.

    At 25 clusters they are within a tenth, entropies that the richest clusters rule (Theil, GE(2)) within a fifth.
    """
    near = {"total": 1e-10, "theil": 0.2, "generalised_entropy": 0.2}.get(name, 0.1)
    found = of(name, design=jackknife())
    assert found.method == "replicates"
    assert found.se == pytest.approx(of(name).se, rel=near)


@pytest.mark.parametrize("how", ["bootstrap", "replicates"])
def test_a_draw_without_the_domain_is_refused(how: Any) -> None:
    first = (DATA["cluster"] == "city0").to_numpy()
    empty = np.column_stack([np.where(first, 0.0, WEIGHT), WEIGHT])
    design = gr.SurveyDesign(replicate_weights=empty) if how == "replicates" else DESIGN
    for name in ("mean", "headcount"):
        with pytest.raises(gr.InputError) as caught:
            of(name, domain=first, method=how, design=design)
        assert str(caught.value) == (
            "estimate.domain must hold a household with weight in every draw and replicate; one holds none"
        )


def test_strata_of_two_clusters() -> None:
    """The commonest design: with n = 2, n / (n - 1) is 2, and the variance of a stratum's total is (a - b)^2."""
    values, weight = np.array([1.0, 4.0, 6.0, 9.0, 2.0, 3.0]), np.array([1.0, 2.0, 1.0, 3.0, 1.0, 2.0])
    design = gr.SurveyDesign(strata=[1, 1, 1, 2, 2, 2], clusters=["a", "a", "b", "c", "d", "d"])
    found = estimate("total", values, weight, design=design)
    # Totals of clusters: 9 and 6; 27 and 8.
    assert found.se == pytest.approx(np.sqrt(3.0**2 + 19.0**2), rel=1e-12)
    half = gr.SurveyDesign(strata=design.strata, clusters=design.clusters, fpc=[4, 4, 4, 8, 8, 8])
    assert estimate("total", values, weight, design=half).se == pytest.approx(
        np.sqrt(9.0 / 2 + 361.0 * 3 / 4), rel=1e-12
    )
    assert found.df == 2


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones((len(DATA), 1)), f"SurveyDesign.replicate_weights must have {len(DATA)} rows and two columns or more; got shape ({len(DATA)}, 1)"),
        (np.ones((3, 2)), f"SurveyDesign.replicate_weights must have {len(DATA)} rows and two columns or more; got shape (3, 2)"),
        (np.where(np.arange(2 * len(DATA)).reshape(-1, 2) < 3, -1.5, 1.0), "SurveyDesign.replicate_weights must be finite and at least 0; got -1.5 (3 in all)"),
        (np.where(np.arange(2 * len(DATA)).reshape(-1, 2) == 7, np.inf, 1.0), "SurveyDesign.replicate_weights must be finite and at least 0; got inf (1 in all)"),
    ],
)  # fmt: skip
def test_replicate_weights_that_are_refused(weights: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        of("mean", design=gr.SurveyDesign(replicate_weights=weights))
    assert str(caught.value) == message


def test_woodruff_ends_outside_the_sample_are_not_given() -> None:
    low, high = of("quantile", quantile=0.01, interval="woodruff").interval
    assert np.isnan(low)
    assert high > of("quantile", quantile=0.01).estimate


@pytest.mark.parametrize("rule", ["remove", "average", "adjust", "certainty"])
def test_lonely_clusters_are_as_in_r(rule: str) -> None:
    rows = ~((DATA["stratum"] == "coast") & (DATA["cluster"] != "coast0")).to_numpy()
    part = DATA[rows]
    design = gr.SurveyDesign(strata=part["stratum"], clusters=part["cluster"], lonely=rule)
    found = estimate("mean", part["welfare"], part["weight"], design=design)
    assert found.estimate == pytest.approx(R.loc[f"mean lonely {rule}", "estimate"], rel=1e-9)
    assert found.se == pytest.approx(R.loc[f"mean lonely {rule}", "se"], rel=1e-9)


@pytest.mark.parametrize("name", [name for name in MEASURES if name not in {"median", "quantile"}])
def test_influence_is_the_derivative_of_the_measure(name: str) -> None:
    """Weighted influences beside what the measure itself does when weights move a little (quantiles are steps)."""
    found = of(name)
    rng = np.random.default_rng(1)
    for _ in range(3):
        moved = rng.uniform(-1, 1, WEIGHT.size)
        step = 1e-6
        values = [estimate(name, WELFARE, WEIGHT * (1 + side * step * moved), **ARGUMENTS.get(name, {})).estimate
                  for side in (1, -1)]  # fmt: skip
        assert (found.parts * moved).sum() == pytest.approx(
            (values[0] - values[1]) / (2 * step), rel=1e-4, abs=1e-7
        )


@pytest.mark.parametrize("name", MEASURES)
def test_linearisation_and_bootstrap_are_of_one_size(name: str) -> None:
    linear, boot = of(name), of(name, method="bootstrap", draws=300, seed=2)
    assert boot.estimate == linear.estimate
    low, high = (0.6, 1.6) if name in {"median", "quantile"} else (0.8, 1.25)
    assert low < boot.se / linear.se < high
    assert of(name, method="bootstrap", draws=300, seed=2).se == boot.se


@pytest.mark.parametrize("of_what", ["median", "mean"])
@pytest.mark.parametrize("name", ["headcount", "poverty_gap", "poverty_severity"])
def test_a_line_that_moves_with_the_sample(name: str, of_what: Any) -> None:
    line = RelativeLine(share=0.6, of=of_what)
    linear, boot = of(name, line=line), of(name, line=line, method="bootstrap", draws=400)
    assert 0.7 < boot.se / linear.se < 1.4
    fixed = of(name, line=line.amount(WELFARE, WEIGHT))
    assert fixed.estimate == linear.estimate
    assert fixed.se != linear.se


def test_the_interval_covers() -> None:
    """Of 300 samples of clusters, about 95% of intervals hold the population's headcount."""
    rng = np.random.default_rng(5)
    effect = rng.normal(0, 0.4, 400)
    people = np.exp(np.log(130) + np.repeat(effect, 30) + rng.normal(0, 0.5, 12_000)).reshape(400, 30)
    truth, held = (people < 100).mean(), 0
    for _ in range(300):
        chosen = rng.choice(400, 30, replace=False)
        design = gr.SurveyDesign(clusters=np.repeat(chosen, 30), fpc=np.full(900, 400))
        low, high = estimate("headcount", people[chosen].ravel(), line=100.0, design=design).interval
        held += low < truth < high
    assert 0.91 < held / 300 < 0.985


def test_a_difference_knows_the_covariance() -> None:
    rng = np.random.default_rng(3)
    later = WELFARE * np.exp(rng.normal(0.05, 0.1, WELFARE.size))
    first, second = of("headcount"), estimate("headcount", later, WEIGHT, line=100.0, design=DESIGN)
    change = second - first
    assert change.estimate == pytest.approx(second.estimate - first.estimate)
    both = (later < 100).astype(float) - (WELFARE < 100)
    assert change.se == pytest.approx(estimate("mean", both, WEIGHT, design=DESIGN).se, rel=1e-9)
    assert change.se < np.hypot(first.se, second.se)
    assert change.measure == "headcount - headcount"
    assert str(first).startswith("0.324494 (se 0.0464; 95%: 0.228343 to 0.420645")
    with pytest.raises(gr.InputError, match=r"^Estimate\.difference must be of two estimates of one sample"):
        _ = first - of("headcount", method="bootstrap", draws=9)


def test_bootstraps_subtract_from_one_seed_only() -> None:
    """The same draws cancel; draws from another seed would look independent, and the covariance be lost."""
    first = of("mean", method="bootstrap", draws=40, seed=1)
    assert (first - of("mean", method="bootstrap", draws=40, seed=1)).se == 0.0
    with pytest.raises(gr.InputError) as caught:
        _ = first - of("mean", method="bootstrap", draws=40, seed=2)
    assert str(caught.value) == (
        "Estimate.difference must be of two bootstraps from one seed, which draw the same clusters; got seeds 1 and 2"
    )
    assert (of("mean", seed=1) - of("mean", seed=2)).se == 0.0


def test_functions_of_ones_own_are_bootstrapped() -> None:
    def spread(welfare: Any, weights: Any) -> float:
        return float(np.average(np.log(welfare) ** 2, weights=weights) ** 0.5)

    found = estimate(spread, WELFARE, WEIGHT, design=DESIGN, draws=50)
    assert found.method == "bootstrap"
    assert found.measure == "spread (own)"
    assert found.se > 0
    named = estimate(measures.gini, WELFARE, WEIGHT, design=DESIGN)
    assert named.measure == "gini"
    assert named.se == of("gini").se
    with pytest.raises(gr.InputError) as caught:
        estimate(spread, WELFARE, WEIGHT, method="linearisation")
    assert str(caught.value) == (
        "estimate.method 'linearisation' needs a measure with an influence function; got spread (own)"
    )


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 100.0), st.sampled_from([name for name in MEASURES if name != "total"]))
def test_the_scale_of_weights_does_not_matter(scale: float, name: str) -> None:
    scaled = estimate(name, WELFARE, WEIGHT * scale, design=DESIGN, **ARGUMENTS.get(name, {}))
    assert scaled.se == pytest.approx(of(name).se, rel=1e-8)


def test_a_population_hands_over_its_design() -> None:
    people = gr.Population.from_frame(
        DATA.assign(id=np.arange(len(DATA)).astype(str)), id="id", welfare="welfare", weight="weight", currency="IDR",
        assumed_members=4.0, strata="stratum", clusters="cluster",
    )  # fmt: skip
    found = estimate("headcount", people.welfare, people.person_weight, line=100.0, design=people.design())
    assert found.se == pytest.approx(R.loc["headcount", "se"], rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "happiness"}, f"estimate.measure must be one of {', '.join(MEASURES)}, or a function; got 'happiness'"),
        ({"line": None}, "estimate.line must be given for headcount; got none"),
        ({"line": -1.0}, "estimate.line must be money above 0; got -1.0"),
        ({"name": "fgt", "alpha": None}, "estimate.alpha must be given for fgt; got none"),
        ({"method": "magic"},
         "estimate.method must be one of 'auto', 'linearisation', 'bootstrap', 'replicates'; got 'magic'"),
        ({"method": "replicates"}, "estimate.method 'replicates' needs a design with replicate_weights; it has none"),
        ({"level": 95}, "estimate.level must be a share in (0, 1); got 95"),
        ({"level": "high"}, "estimate.level must be a share in (0, 1); got 'high'"),
        ({"seed": -1}, "estimate.seed must be a whole number at least 0; got -1"),
        ({"name": "gini", "line": 5.0}, "estimate.line is not an argument of gini; got 5.0"),
        ({"epsilon": 2.0}, "estimate.epsilon is not an argument of headcount; got 2.0"),
        ({"name": "median", "quantile": 0.4}, "estimate.quantile is not an argument of median; got 0.4"),
        ({"name": "gini", "interval": "woodruff"},
         "estimate.interval 'woodruff' needs a median or quantile by linearisation or replicates; got gini by "
         "linearisation"),
        ({"method": "bootstrap", "draws": 1}, "estimate.draws must be a whole number at least 2; got 1"),
        ({"domain": np.ones(3, dtype=bool)},
         f"estimate.domain must be True or False for each of {len(DATA)} households; got bool of shape (3,)"),
        ({"domain": np.zeros(len(DATA), dtype=bool)},
         "estimate.domain must hold a household with weight; it holds none"),
        ({"name": "sen", "line": RelativeLine(share=0.6)},
         "estimate.line of sen must be an amount for linearisation; use method='bootstrap'"),
        ({"name": "mean", "interval": "logit"},
         f"estimate.interval 'logit' needs an estimate in (0, 1); got {float(np.average(WELFARE, weights=WEIGHT))!r}"),
        ({"design": gr.SurveyDesign(strata=np.arange(len(DATA)))},
         f"SurveyDesign.lonely 'fail' needs two clusters or more in every stratum; stratum 0 has one ({len(DATA)} such "
         "in all)"),
        ({"design": gr.SurveyDesign(clusters=DATA["cluster"][:5])},
         f"SurveyDesign.clusters must have {len(DATA)} values, one a household; got 5"),
        ({"design": gr.SurveyDesign(strata=np.arange(len(DATA)) % 2, clusters=np.zeros(len(DATA)))},
         "SurveyDesign.clusters must each lie in one stratum, or nest=True say that their labels start anew in each; "
         "cluster 0.0 is in strata 0 and 1"),
        ({"design": gr.SurveyDesign(fpc=np.full(len(DATA), 5))},
         f"SurveyDesign.fpc must be at least the clusters in the sample; stratum 'all' has {len(DATA)} of 5"),
    ],
)  # fmt: skip
def test_what_is_refused(changes: dict[str, Any], message: str) -> None:
    given = {"name": "headcount", **changes}
    with pytest.raises(gr.InputError) as caught:
        of(given.pop("name"), **given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gr.SurveyDesign(lonely="shrug"),
         "SurveyDesign.lonely must be one of 'fail', 'remove', 'average', 'certainty', 'adjust'; got 'shrug'"),
        (lambda: gr.SurveyDesign(fpc=["a"]),
         "SurveyDesign needs numbers in fpc, replicate_weights and rscales; got <U1"),
        (lambda: gr.SurveyDesign(strata=np.zeros((2, 2))),
         "SurveyDesign.strata must be an array of shape (household,); got shape (2, 2)"),
        (lambda: gr.SurveyDesign(degrees=-1.0), "SurveyDesign.degrees must be a number above 0; got -1.0"),
        (lambda: RelativeLine(share=0.0), "RelativeLine.share must be a number above 0; got 0.0"),
        (lambda: RelativeLine(share=0.5, of="mode"),  # type: ignore[arg-type]
         "RelativeLine.of must be one of 'median', 'mean'; got 'mode'"),
    ],
)  # fmt: skip
def test_designs_that_are_refused(make: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        make()
    assert str(caught.value) == message


def test_scales_of_replicates() -> None:
    """R's svrepdesign: each kind's scale on the same replicates around the estimate."""
    base = of("mean", design=gr.SurveyDesign(replicate_weights=REPLICATES, kind="brr", around_estimate=True)).se
    count = REPLICATES.shape[1]

    def se(**design: Any) -> float:
        return of("mean", design=gr.SurveyDesign(replicate_weights=REPLICATES, around_estimate=True, **design)).se

    assert se(kind="fay", fay=0.5) == pytest.approx(base * 2)
    assert se(kind="jk1") == pytest.approx(base * np.sqrt(count - 1))
    assert se(kind="jkn", rscales=np.full(count, 0.5)) == pytest.approx(base * np.sqrt(count / 2))
    assert se(kind="other", scale=2.0) == pytest.approx(base * np.sqrt(2 * count))
    factors = gr.SurveyDesign(replicate_weights=REPLICATES / WEIGHT[:, None], combined=False, kind="brr",
                              around_estimate=True)  # fmt: skip
    assert of("mean", design=factors).se == pytest.approx(base)
    for changes, message in (
        ({"kind": "jkn"}, "SurveyDesign.rscales must be given for kind 'jkn'"),
        ({"kind": "other"}, "SurveyDesign.scale must be given for kind 'other'"),
        ({"rscales": np.ones(3)}, f"SurveyDesign.rscales must have {count} values, one a replicate; got 3"),
        ({"rscales": np.zeros(count)}, "SurveyDesign.rscales must be finite, at least 0 and not all 0"),
    ):
        with pytest.raises(gr.InputError) as caught:
            se(**changes)
        assert str(caught.value) == message
