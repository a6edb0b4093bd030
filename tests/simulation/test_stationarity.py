"""What the luck of whole runs must obey: stationarity, closed forms, and the luck of real families."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import xarray as xr
from scipy.special import ndtr, ndtri
from scipy.stats import multivariate_normal
from small_world import LINE, fixed_model, people, policy, programme, run, same_values, told

import graduasi as gr
from graduasi.income.protocol import CrossSection
from graduasi.projection import ADDITIONAL, RECORDED
from graduasi.projection.axes import AXES, read
from graduasi.streams import Streams

MU, SIGMA = 5.0, 0.6
LINES = tuple(
    gr.PovertyLine(amount=float(np.exp(MU + SIGMA * ndtri(share))), label=f"{share:.0%}")
    for share in (0.05, 0.2, 0.5)
)


def log_normal(size: int, members: float = 1.0) -> gr.Population:
    """Welfare at the mid-rank quantiles of a log-normal, shuffled by the hash of ids alone."""
    middle = (np.arange(size) + 0.5) / size
    return gr.Population(
        ids=np.char.mod("q%05d", np.arange(size)),
        welfare=np.exp(MU + SIGMA * ndtri(middle)),
        weight=np.ones(size),
        members=np.full(size, members),
    )


def standard_error(draws: xr.DataArray) -> xr.DataArray:
    return draws.std("draw", ddof=1) / np.sqrt(draws.sizes["draw"])


# --- 3: stationarity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("model", [fixed_model(), fixed_model(error=0.5, permanent=0.1, persistence=0.3)])
def test_headcounts_are_stationary_without_policy_and_growth(seed: int, model: gr.HouseholdEconomy) -> None:
    """2 seeds x 2 models x 2 statistics x 3 lines x 4 months: 96 comparisons at 3 Monte Carlo SE each.

    About .3 are expected beyond by chance alone; all months share their month 0, so they come in clusters. The
    seeds are fixed, so the test is not random.
    """
    result = run(log_normal(1500), model=model, lines=LINES, months=60, draws=24, seed=seed)
    for statistic in ("poor", "remeasured"):
        values = told(result, statistic, policy="nothing", unit="households").sum("by")
        moved = values.sel(month=[1, 12, 24, 60]) - values.sel(month=0)
        assert (np.abs(moved.mean("draw")) <= 3 * standard_error(moved)).all(), statistic


@pytest.mark.parametrize("model", [fixed_model(), gr.HouseholdEconomy()])
def test_a_survey_at_month_0_sees_what_was_given(model: gr.HouseholdEconomy) -> None:
    """Re-measured at month 0: expected new observations of the same true welfare; its mean is the observed one."""
    result = run(log_normal(2500), model=model, lines=LINES, months=1, draws=40)
    again = told(result, "remeasured", policy="nothing", unit="households", month=0).sum("by")
    observed = 2500 * np.array([0.05, 0.2, 0.5])
    assert (np.abs(again.mean("draw") - observed) <= 3 * standard_error(again)).all()
    assert (np.abs(again.mean("draw") / observed - 1) < 0.02).all()


def test_without_error_a_new_survey_sees_the_truth() -> None:
    result = run(log_normal(500), model=fixed_model(error=0.0), lines=LINES)
    poor, again = (
        told(result, name, policy="nothing", unit="households").sum("by") for name in ("poor", "remeasured")
    )
    np.testing.assert_array_equal(poor.sel(month=0), np.broadcast_to([25.0, 100.0, 250.0], (2, 3)))
    # By cells of 1/64 of a score: a household within half a cell of the line may be counted on its other side.
    assert (np.abs(poor - again) <= 500 / 64 * 0.4 / 2 + 3).all()


@pytest.mark.parametrize("seed", range(3))
def test_observed_welfare_is_what_was_given(seed: int) -> None:
    """G^-1(Phi(z_obs)) is welfare itself, to the rounding of scores to single precision."""
    population = people(150, seed, grouped=True)
    group = np.unique(population.distribution_groups, return_inverse=True)[1]
    cross = CrossSection(
        welfare=population.welfare, person_weight=population.person_weight, keys=population.keys,
        distribution=group, distributions=2, lines=np.array([100.0]), months=2,
    )  # fmt: skip
    luck = fixed_model().prepare(cross).process
    np.testing.assert_allclose(luck.observed_amount(luck.observed), population.welfare, rtol=2e-5)


def test_growth_moves_everybody_as_a_lower_line_would() -> None:
    """Growth of 20% a year: poverty after twelve months is that at a line 1.2 times lower, under the same luck."""
    population = log_normal(800)
    grown = run(population, model=fixed_model(growth=0.2), lines=[LINES[1]], months=12)
    lower = run(population, model=fixed_model(), lines=[LINES[1].times(1 / 1.2, "lower")], months=12)
    same_values(told(grown, "poor", month=12), told(lower, "poor", month=12))
    # By cell of score and group: the same up to the last bits of the logarithm of the line.
    again, below = (told(result, "remeasured", month=12) for result in (grown, lower))
    np.testing.assert_allclose(again, below, rtol=1e-9)


# --- 7: closed forms -------------------------------------------------------------------------------------------

CASES = [
    {"error": 0.0, "permanent": 0.5, "transitory": 0.0, "persistence": 0.74},
    {"error": 0.3, "permanent": 0.4, "transitory": 0.25, "persistence": 0.74},
    {"error": 0.6, "permanent": 0.0, "transitory": 0.5, "persistence": 0.2},
    {"error": 0.3, "permanent": 1.0, "transitory": 0.5, "persistence": 0.5},
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_transitions_of_a_log_normal_population(case: dict[str, float]) -> None:
    """P(poor now and then) = Phi2(k, k; r), r = a + b rho^t, for log welfare normal with sd sigma sqrt(1 - d)."""
    size, draws, months = 4000, 10, 24
    result = run(log_normal(size), model=fixed_model(**case), lines=LINES, months=months, draws=draws)
    poor, exits, entries = (
        told(result, name, policy="nothing", unit="households").sum("by").mean("draw") / size
        for name in ("poor", "exits", "entries")
    )
    a = case["permanent"]
    b = (1 - a) * (1 - case["transitory"])
    spread = SIGMA * np.sqrt(1 - case["error"])
    for line in LINES:
        cut = (np.log(line.amount) - MU) / spread
        share = ndtr(cut)
        for month in (1, 6, 24):
            r = a + b * case["persistence"] ** (month / 12)
            stay = share if r == 1 else multivariate_normal.cdf([cut, cut], cov=[[1, r], [r, 1]])
            # The luck of size x draws families, and what ranks and score tables round.
            for found, expected in (
                (poor, share),
                (exits, share - stay),
                (entries, share - stay),
            ):
                error = np.sqrt(max(expected, 0.0) * (1 - expected) / (size * draws))
                share_found = found.sel(month=month, line=line.label)
                assert abs(share_found - expected) <= 3.5 * error + 3e-4, (line.label, month)


@pytest.mark.parametrize("error", [0.0, 0.3])
def test_gap_and_severity_of_a_log_normal_population(error: float) -> None:
    """FGT1 and FGT2 of a log-normal with sd s: Phi(k) - m Phi(k - s), m = exp(s^2 / 2 - s k), and so on."""
    size, draws = 4000, 10
    result = run(log_normal(size), model=fixed_model(error=error), lines=LINES, months=2, draws=draws)
    spread = SIGMA * np.sqrt(1 - error)
    for line in LINES:
        k = (np.log(line.amount) - MU) / spread
        first = np.exp(spread**2 / 2 - spread * k) * ndtr(k - spread)
        second = np.exp(2 * spread**2 - 2 * spread * k) * ndtr(k - 2 * spread)
        expected = {"gap": ndtr(k) - first, "severity": ndtr(k) - 2 * first + second}
        for statistic, value in expected.items():
            where = {"policy": "nothing", "unit": "households", "line": line.label}
            found = told(result, statistic, **where).sum("by") / size
            assert abs(found.mean() - value) <= 4 * found.sel(month=2).std(ddof=1) / np.sqrt(draws) + 2e-4, (
                statistic
            )


def test_two_points_in_time_are_as_far_apart_as_their_months() -> None:
    """Corr(z_s, z_t) = a + b rho^(t - s), by the scores of 20,000 households."""
    population = log_normal(20_000)
    cross = CrossSection(
        welfare=population.welfare, person_weight=population.weight, keys=population.keys,
        distribution=np.zeros(20_000, dtype=np.intp), distributions=1, lines=np.array([100.0]), months=24,
    )  # fmt: skip
    block = fixed_model(error=0.3, permanent=0.4, transitory=0.2, persistence=0.74).prepare(cross).process
    walk = block.begin(Streams(seed=2, draw=0), slice(0, 20_000))
    path = [walk.z.astype(float).copy()]
    for month in range(1, 25):
        walk.advance(month)
        path.append(walk.z.astype(float).copy())
    for early, late in ((0, 1), (0, 24), (3, 4), (6, 24)):
        expected = 0.4 + 0.48 * 0.74 ** ((late - early) / 12)
        found = np.corrcoef(path[early], path[late])[0, 1]
        assert abs(found - expected) <= 4 * (1 - expected**2) / np.sqrt(20_000)
    for scores in path:
        assert abs(scores.mean()) < 4 / np.sqrt(20_000)
        assert abs(scores.var() - 1) < 4 * np.sqrt(2 / 20_000)


# --- luck intervals: records that stand for several families -----------------------------------------------------

COPIES, RECORDS, DRAWS = 25, 160, 120
HELP = policy("help", programme("all", gr.CashTransfer(amount=60.0, payments=10), gr.SkillsTraining(gain=0.1)))
SEEN = ("poor", "entries", "exits", "sustained", "additional", "additional_sustained")


@cache
def compared(doubt: bool) -> tuple[gr.Projection, gr.Projection]:
    """Records of weight 25, and the same with each of the 25 families under an id of its own."""
    rng = np.random.default_rng(5)
    welfare = np.exp(rng.normal(4.9, 0.6, RECORDS))
    members = rng.integers(1, 7, RECORDS).astype(float)
    many = gr.Population(
        ids=np.char.mod("r%04d", np.arange(RECORDS)), welfare=welfare, weight=np.full(RECORDS, float(COPIES)),
        members=members,
    )  # fmt: skip
    each = gr.Population(
        ids=np.char.mod("f%06d", np.arange(RECORDS * COPIES)), welfare=np.repeat(welfare, COPIES),
        weight=np.ones(RECORDS * COPIES), members=np.repeat(members, COPIES),
    )  # fmt: skip
    model = fixed_model(error=gr.Uncertain.logit_normal(median=0.25, sd_logit=0.5) if doubt else 0.25)
    one, other = (
        run(who, [HELP], model=model, lines=[LINE], months=14, draws=DRAWS, seed=3) for who in (many, each)
    )
    return one, other


def months_of(statistic: str) -> slice:
    return slice(12, 15) if "sustained" in statistic else slice(3, 15)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["households", "persons"])
@pytest.mark.parametrize("statistic", SEEN)
def test_intervals_have_the_luck_of_real_families(statistic: str, unit: str) -> None:
    """As simulated, records of 25 families spread 5 times as wide as the expanded population; rescaled, far less.

    Every input is known, so the whole spread is luck. Variances are means over months, which share households; a
    variance from 120 draws has a sampling error of 13%. That error, of the variance as simulated, is what keeps
    the rescaled spread above the real one.
    """
    records, families = compared(doubt=False)
    months = months_of(statistic)
    kind = "help" if statistic in ADDITIONAL else "nothing"
    series = records.series(statistic, kind, unit=unit)
    told_axis = {"line": 0, "policy": records.index.policy(kind), "told": RECORDED.index(statistic)}
    luck = read(records.luck, AXES["luck"], unit=records.index.unit(unit), **told_axis)
    assert series.event_weight is not None
    weight = series.event_weight
    noise = np.sqrt(2 / (DRAWS - 1))
    simulated, total = luck[months].mean(), series.simulated[:, months].var(axis=0, ddof=1).mean()
    real = families.series(statistic, kind, unit=unit).draws[:, months].var(axis=0, ddof=1).mean()
    assert (weight[months] == COPIES).all()
    assert abs(total / simulated - 1) < 3 * noise  # luck is all there is
    assert abs(simulated / COPIES / real - 1) < 3.5 * noise  # and the estimate of the real luck is right
    rescaled = series.draws[:, months].var(axis=0, ddof=1).mean()
    assert (1 - 3 * noise) * real < rescaled < real + 3 * noise * total
    assert rescaled < total / 3


@pytest.mark.slow
@pytest.mark.parametrize("statistic", ["poor", "exits", "additional"])
def test_intervals_keep_the_doubt_about_inputs(statistic: str) -> None:
    """With an uncertain input that both runs share, the doubt stays whole and only the luck shrinks."""
    records, families = compared(doubt=True)
    name = "model.process.error_share"
    np.testing.assert_array_equal(records.inputs[name], families.inputs[name])
    kind = "help" if statistic == "additional" else "nothing"
    raw = records.series(statistic, kind).simulated[:, 4:]
    rescaled, real = (
        result.series(statistic, kind).draws[:, 4:].var(axis=0, ddof=1).mean() for result in (records, families)
    )
    noise = np.sqrt(2 / (DRAWS - 1)) * raw.var(axis=0, ddof=1).mean()
    assert abs(rescaled - real) < 3 * noise
    known = compared(doubt=False)[1].series(statistic, kind).draws[:, 4:].var(axis=0, ddof=1).mean()
    if statistic == "poor":
        assert real > 2 * known  # the input matters, so the test means something


def test_rescaling_leaves_the_mean() -> None:
    records, families = compared(doubt=False)
    where = {"policy": "nothing", "unit": "households", "line": "line"}
    poor = told(records, "poor", **where).sum("by")
    np.testing.assert_allclose(records.series("poor", "nothing").mean(), poor.mean("draw"), rtol=1e-12)
    # A family is its own record: nothing is to be rescaled.
    whole = told(families, "poor", **where).sum("by")
    np.testing.assert_allclose(families.series("poor", "nothing"), whole, rtol=1e-9)


def test_event_weight_is_the_mean_weight_of_the_records_it_happens_to() -> None:
    """Weights 1 and 9 alike often: the mean over families of the weight is (1 + 81) / (1 + 9)."""
    size = 4000
    population = gr.Population(
        ids=np.char.mod("e%05d", np.arange(size)), welfare=np.full(size, 100.0),
        weight=np.tile([1.0, 9.0], size // 2), members=np.ones(size),
    )  # fmt: skip
    line = gr.PovertyLine(amount=100.5, label="everybody")
    result = run(population, lines=[line], months=1, draws=2)
    weight = result.series("poor", "nothing").at(0).event_weight
    assert weight == pytest.approx(8.2, rel=1e-12)
