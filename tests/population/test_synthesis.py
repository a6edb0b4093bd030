"""Populations from published figures: every figure met, contradictions refused, areas, composition, the fan."""

from __future__ import annotations

import re
import warnings
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graduasi as gr
from graduasi import measures
from graduasi.population import Composition, LineFigures, Published, fit, synthesise
from graduasi.population.synthesis import (
    DISTRIBUTIONS,
    LogNormalWelfare,
    distribution_for,
    sampling_errors,
    synthesise_areas,
)
from graduasi.population.synthesis.figures import gini_range

TRUTH = LogNormalWelfare(centre=140.0, spread=0.65)
SIZES = {"persons": 1e6, "mean_members": 3.7, "mean_members_poor": 4.05}


def line(amount: float, label: str = "line") -> gr.PovertyLine:
    return gr.PovertyLine(amount=amount, label=label, currency="USD")


def at(amount: float, upto: int = 2) -> LineFigures:
    """The figures of the true distribution at a line."""
    gap = TRUTH.fgt(amount, 1) if upto > 0 else None
    severity = TRUTH.fgt(amount, 2) if upto > 1 else None
    return LineFigures(line=line(amount), headcount=TRUTH.fgt(amount, 0), gap=gap, severity=severity)


def main_line(amount: float = 70.0, upto: int = 2) -> dict[str, Any]:
    figures = at(amount, upto)
    return {"line": figures.line, "headcount": figures.headcount, "gap": figures.gap, "severity": figures.severity}


def deciles() -> tuple[float, ...]:
    return tuple(np.diff(np.append(TRUTH.lorenz(np.arange(10) / 10), 1.0)))


KIDS = Composition(name="kids", mean_poor=1.2, mean_all=0.9)
AREA = Published(**main_line(), gini=0.35, **SIZES)
SETS: dict[str, dict[str, Any]] = {
    "P0, P1, P2, Gini": {**main_line(), "gini": TRUTH.gini},
    "P0, P2, mean": {**main_line(), "gap": None, "mean": TRUTH.mean},
    "three lines": {**main_line(), "further": (at(45.0), at(120.0)), "gini": TRUTH.gini},
    "P0 at two lines": {**main_line(70.0, 0), "further": (at(120.0, 0),), "median": 140.0},
    "all": {**main_line(), "further": (at(110.0),), "mean": TRUTH.mean, "gini": TRUTH.gini, "deciles": deciles()},
    "mean, Gini": {"mean": TRUTH.mean, "gini": TRUTH.gini},
    "median, deciles": {"median": 140.0, "deciles": deciles()},
    "quantiles": {"quantiles": {0.1: float(TRUTH.quantile(0.1)), 0.5: 140.0, 0.9: float(TRUTH.quantile(0.9))}},
}


@pytest.mark.parametrize("family", DISTRIBUTIONS)
@pytest.mark.parametrize("given", SETS.values(), ids=SETS.keys())
@pytest.mark.filterwarnings("ignore:no poverty figures")
def test_every_published_figure_is_met(given: dict[str, Any], family: str) -> None:
    """Weighted measures of persons: to 1e-9, the Gini to 1e-6, with all weights positive."""
    published = Published(**given, **SIZES)
    population = synthesise(published, family=family, size=3_000, doubt=None)
    welfare, weight = population.welfare, population.person_weight
    assert (population.weight > 0).all()
    assert (np.diff(welfare) >= 0).all()
    for each in published.lines:
        for alpha, value in enumerate((each.headcount, each.gap, each.severity)):
            if value is not None:
                assert measures.fgt(welfare, each.line.amount, alpha, weight) == pytest.approx(value, abs=1e-9)
    if published.mean is not None:
        assert np.average(welfare, weights=weight) == pytest.approx(published.mean, rel=1e-9)
    if published.gini is not None:
        assert measures.gini(welfare, weight) == pytest.approx(published.gini, abs=1e-6)
    for share, amount in (*published.quantiles, *(((0.5, 140.0),) if published.median else ())):
        assert measures.headcount(welfare, amount, weight) == pytest.approx(share, abs=1e-9)
    if published.deciles is not None:
        people, held = measures.lorenz(welfare, weight)
        np.testing.assert_allclose(
            np.interp(np.arange(11) / 10, people, held), np.cumsum([0, *published.deciles]), atol=1e-9
        )
    assert population.persons == pytest.approx(1e6, rel=1e-9)
    assert population.persons / population.families == pytest.approx(3.7, rel=1e-9)


def test_the_truth_is_found_by_its_own_family() -> None:
    """A log-normal that is published is fitted, at every depth, without a tilt."""
    fitted = fit(Published(**{**main_line(), "mean": TRUTH.mean, "gini": TRUTH.gini}, **SIZES), "log_normal")
    for amount in (30.0, 50.0, 70.0, 100.0, 200.0):
        assert fitted.headcount(amount) == pytest.approx(TRUTH.fgt(amount, 0), rel=1e-3)
        assert fitted.gap(amount) == pytest.approx(TRUTH.fgt(amount, 1), rel=1e-3)
        assert fitted.severity(amount) == pytest.approx(TRUTH.fgt(amount, 2), rel=1e-3)
        assert float(fitted.cdf(fitted.quantile(fitted.headcount(amount)))) == pytest.approx(
            fitted.headcount(amount), rel=1e-9
        )
    np.testing.assert_allclose(fitted.held(np.array([0.0, 0.02, 0.5, 1.0]))[[0, 3]], [0.0, TRUTH.mean], rtol=1e-3)


def test_the_family_follows_from_what_is_known() -> None:
    assert distribution_for(Published(**SETS["P0, P1, P2, Gini"], **SIZES)) == "dagum"
    assert distribution_for(Published(**SETS["all"], **SIZES)) == "gb2"
    assert distribution_for(Published(**SETS["mean, Gini"], **SIZES)) == "gb2"
    population = gr.Population.from_aggregates(**main_line(), gini=0.35, persons=1e6, size=300)
    assert population.notes[0].startswith("synthesised from published figures at line, family dagum; fan")


def test_sizes_that_are_not_given_are_said_to_be_assumed() -> None:
    figures = {**SETS["P0, P1, P2, Gini"], "persons": 1e6, "size": 300}
    given = gr.Population.from_aggregates(**figures, mean_members=3.5, mean_members_poor=4.0)
    assert not any("assumed" in note for note in given.notes)
    half = gr.Population.from_aggregates(**figures, mean_members=3.5)
    assert half.notes[-1] == "mean size of families of the poor assumed, as in West Java: 3.7, 4.05"
    assert (
        gr.Population.from_aggregates(**figures)
        .notes[-1]
        .startswith("mean size of families of all and of the poor")
    )


def test_assumed_sizes_fit_where_nearly_all_are_poor() -> None:
    """Sizes of West Java leave no room for the others at a headcount of .98: one size for all, and a note."""
    poor = {"line": line(600.0), "headcount": TRUTH.fgt(600.0, 0), "gap": TRUTH.fgt(600.0, 1), "gini": TRUTH.gini}
    assert poor["headcount"] > 0.95
    for sizes, one in (({}, 3.7), ({"mean_members": 5.2}, 5.2), ({"mean_members_poor": 6.0}, 6.0)):
        population = gr.Population.from_aggregates(**poor, persons=1e6, size=500, **sizes)
        assert measures.headcount(population.welfare, 600.0, population.person_weight) == pytest.approx(
            poor["headcount"], abs=1e-9
        )
        assert population.persons / population.families == pytest.approx(one, rel=1e-9)
        assert population.notes[-1].endswith(f"assumed: {one:g} for poor and others alike")
    with pytest.raises(gr.InputError) as caught:
        gr.Population.from_aggregates(**poor, persons=1e6, size=500, mean_members=3.7, mean_members_poor=4.05)
    assert str(caught.value) == (
        "Published.mean_members must leave the non-poor a mean size in [1, 8); got 3.7 of all and 4.05 of the poor"
    )


# Indonesia, rural, 2020 at 6.85 (World Bank, PIP): the line lies a thousandth above the seventh tenth.
CLOSE: dict[str, Any] = {
    "line": gr.PovertyLine(amount=6.85, label="6.85 a day", currency="PPP"),
    "headcount": 0.70103897, "gap": 0.28324773, "severity": 0.14227616, "mean": 5.97818682, "gini": 0.31669112,
    "deciles": (
        0.03508332, 0.04731711, 0.05729019, 0.06655823, 0.07682315, 0.08950187, 0.10495577, 0.12479897, 0.15045792,
        0.24721347,
    ),
}  # fmt: skip


@pytest.mark.parametrize("size", [1_000, 4_000])
def test_published_shares_that_lie_close_together_are_met(size: int) -> None:
    """Persons between two shares have one mean welfare: a few records there must be able to hold it."""
    population = gr.Population.from_aggregates(**CLOSE, persons=1e6, size=size)
    welfare, weight = population.welfare, population.person_weight
    for alpha, name in enumerate(("headcount", "gap", "severity")):
        assert measures.fgt(welfare, 6.85, alpha, weight) == pytest.approx(CLOSE[name], abs=1e-9)
    people, held = measures.lorenz(welfare, weight)
    np.testing.assert_allclose(
        np.interp(np.arange(11) / 10, people, held), np.cumsum([0, *CLOSE["deciles"]]), atol=1e-7
    )
    assert np.average(welfare, weights=weight) == pytest.approx(CLOSE["mean"], rel=1e-9)


def test_figures_that_contradict_each_other_by_rounding_say_what_to_do() -> None:
    """A mean that puts the persons between the seventh tenth and the line above the line, by a ten-thousandth."""
    with pytest.raises(gr.FitError) as caught:
        gr.Population.from_aggregates(**{**CLOSE, "mean": 5.9765}, persons=1e6, size=1_000)
    found = re.fullmatch(
        r"no positive weights meet all 27 targets: (.+) should be (\S+) and comes to (\S+); no mix of the records "
        r"reaches it with the others; leave out a figure that the others nearly give \(their rounding may contradict "
        r"it\), or give a size above 1000",
        str(caught.value),
    )
    assert found is not None
    assert found[2] != found[3]


def test_what_the_figures_leave_open_is_said() -> None:
    with pytest.warns(
        gr.GraduasiWarning, match=r"^nothing beyond the poor is published: a Gini of 0\.35 is assumed"
    ):
        population = synthesise(Published(**main_line(), **SIZES), size=300)
    assert any(note.startswith("nothing beyond the poor") for note in population.notes)
    with pytest.warns(gr.GraduasiWarning, match="^no poverty figures are published"):
        population = synthesise(Published(**SETS["mean, Gini"], **SIZES), size=300)
    assert any(note.startswith("no poverty figures") for note in population.notes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"line": None, "mean": 100.0}, "Published.line must be given where the headcount is; got none"),
        ({"line": None, "headcount": None, "gap": None, "severity": None, "gini": 0.3},
         "Published must have a line with its headcount, a mean, a median or quantiles, to know how much money "
         "welfare is; got none of them"),
        ({"mean": 60.0}, "Published.mean must be above 68.404, since the others have more than the line of 70; got 60.0"),
        ({"median": 50.0}, "Published.headcount 0.13 at 70 puts the amount that a share 0.5 is below at at least 70; got 50"),
        ({"deciles": (0.1,) * 9}, "Published.deciles must be ten shares; got 9"),
        ({"gini": 0.05, "deciles": deciles()},
         "Published.gini must be in [0.347256, 0.36138], what the deciles have between them and the most that they "
         "leave inside; got 0.05"),
        ({"gini": 0.6, "deciles": deciles()},
         "Published.gini must be in [0.347256, 0.36138], what the deciles have between them and the most that they "
         "leave inside; got 0.6"),
        ({"quantiles": {0.5: 100.0, 0.6: 90.0}},
         "Published.quantiles must rise with the share; got 100 at 0.5, 90 at 0.6"),
        ({"further": (LineFigures(line=line(100.0), headcount=0.1),)},
         "Published.headcount must rise with the line at 70 and 100; got 0.13 and 0.1"),
        ({"further": (LineFigures(line=line(100.0), headcount=0.3, gap=0.2),)},
         "Published.gap at 100 must be in [0.05496, 0.10596], since the share of persons below rises from 0.13 to 0.3; "
         "got 0.2"),
        ({"further": (LineFigures(line=gr.PovertyLine(amount=100.0, label="x"), headcount=0.3),)},
         "Published.further must have lines of one currency; got IDR, USD"),
        ({"deciles": deciles(), "mean": 400.0},
         "Published.headcount at 70 must be below 0.1, since tenth 1 has 106.83 on average; got 0.13"),
        ({"gap": 0.2, "gini": 1.0},
         "Published: 2 faults\n"
         "  Published.gap must be above 0 and below the headcount, 0.13; got 0.2\n"
         "  Published.gini must be a share in (0, 1); got 1.0"),
    ],
)  # fmt: skip
def test_contradictions_are_refused_with_the_bound(changes: dict[str, Any], message: str) -> None:
    given = {"line": line(70.0), "headcount": 0.13, "gap": 0.0228, "severity": None, **changes}
    with pytest.raises(gr.InputError) as caught:
        Published(**given, **SIZES).check()
    assert str(caught.value) == message


@settings(max_examples=30, deadline=None)
@given(spread=st.floats(0.05, 1.5), seed=st.integers(0, 1000))
def test_the_gini_of_a_distribution_is_in_the_range_of_its_tenths(spread: float, seed: int) -> None:
    """Whatever the welfare of a thousand persons, with ties or without."""
    rng = np.random.default_rng(seed)
    welfare = np.sort(np.exp(spread * rng.standard_t(3, size=1000)))
    if seed % 2:
        welfare = np.sort(rng.choice(welfare, 40)[rng.integers(0, 40, size=1000)])
    held = welfare.reshape(10, 100).sum(axis=1) / welfare.sum()
    least, most = gini_range(held.tolist())
    assert least - 1e-9 <= measures.gini(welfare) <= most + 1e-9


def test_the_ends_of_the_range_are_reached() -> None:
    """Everybody at the mean of the tenth; and everybody at the ends of the tenths, the top end far away."""
    shares = np.array(deciles())
    least, most = gini_range(shares.tolist())
    assert measures.gini(10 * shares) == pytest.approx(least, abs=1e-12)
    means, rng = 10 * shares, np.random.default_rng(1)

    def at_ends(ends: np.ndarray) -> float:
        low, high = np.append(0.0, ends), np.append(ends, 1e7)
        upper = (means - low) / (high - low)
        return measures.gini(np.column_stack([low, high]).ravel(), np.column_stack([1 - upper, upper]).ravel())

    tried = [at_ends(means[:-1] + np.diff(means) * rng.uniform(size=9)) for _ in range(300)]
    assert max(tried) <= most
    assert max(tried) > most - 0.004
    assert gini_range([0.1] * 10) == (0.0, 0.0)


@settings(max_examples=10, deadline=None)
@given(poor=st.floats(0.05, 0.8), extra=st.floats(0.0, 0.6))
def test_composition_is_met_and_fits_in_the_household(poor: float, extra: float) -> None:
    kinds = (
        Composition(name="children_smp", mean_poor=poor, mean_all=0.3),
        Composition(name="elderly", mean_poor=0.3 + extra, mean_all=0.3),
    )
    published = Published(**SETS["P0, P1, P2, Gini"], **SIZES, composition=kinds)
    population = synthesise(published, size=4_000, doubt=None)
    weight, is_poor = population.weight, population.welfare < 70.0
    for kind in kinds:
        number = population.columns[kind.name]
        assert (number >= 0).all()
        assert np.average(number, weights=weight) == pytest.approx(kind.mean_all, rel=1e-8)
        assert np.average(number[is_poor], weights=weight[is_poor]) == pytest.approx(kind.mean_poor, rel=1e-8)
    assert population.members is not None
    total = population.columns["children_smp"] + population.columns["elderly"]
    assert (total <= population.members - 1).all()


def test_composition_beyond_the_household_is_refused() -> None:
    kind = Composition(name="children", mean_poor=4.0, mean_all=2.0)
    with pytest.raises(
        gr.InputError, match=r"^Published\.composition 'children' must leave the poor a mean from 0"
    ):
        synthesise(Published(**SETS["P0, P1, P2, Gini"], **SIZES, composition=(kind,)), size=500)


def test_areas_with_lines_of_their_own() -> None:
    """Deflated by the poverty lines, one line finds the poor of every area."""
    urban = Published(**{**main_line(), "line": line(90.0, "urban")}, gini=0.38, **{**SIZES, "persons": 6e5})
    rural = Published(
        line=line(70.0, "rural"), headcount=0.2, gap=0.04, severity=0.013, gini=0.3, **{**SIZES, "persons": 4e5}
    )
    population = gr.Population.from_aggregates(areas={"urban": urban, "rural": rural}, line=line(90.0), size=3_000)
    assert population.by is not None
    assert population.persons == pytest.approx(1e6)
    for name, figures in (("urban", urban), ("rural", rural)):
        own = population.by == name
        found = measures.headcount(population.welfare[own], 90.0, population.person_weight[own])
        assert found == pytest.approx(figures.headcount, abs=1e-9)
    assert (population.columns["area"] == population.by).all()
    everybody = (0.6 * urban.headcount + 0.4 * 0.2) if urban.headcount else 0.0
    assert population.headcount(line(90.0)) == pytest.approx(everybody, abs=1e-9)
    nominal = synthesise_areas({"urban": urban, "rural": rural}, size=3_000)
    rows = nominal.columns["area"] == "rural"
    assert measures.headcount(nominal.welfare[rows], 70.0, nominal.person_weight[rows]) == pytest.approx(
        0.2, abs=1e-9
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"areas": {}}, "Population.areas must be at least one area with its figures; got none"),
        ({"areas": {"a": 1}}, "Population.areas must be names with Published figures; got 'a': 1"),
        ({"areas": {}, "gini": 0.3},
         "Population.from_aggregates.areas must stand without other figures, since each area has its own; got gini "
         "beside them"),
        ({"areas": {"a": AREA}, "mean_members": 5, "mean_members_poor": 6, "kind": "consumption"},
         "Population.from_aggregates.areas must stand without other figures, since each area has its own; got "
         "mean_members, mean_members_poor, kind beside them"),
        ({"areas": {"a": AREA, "b": attrs.evolve(AREA, kind="income")}},
         "Population.areas must be of one kind of welfare; got consumption and income"),
        ({"areas": {"": AREA}}, f"Population.areas must be names with Published figures; got '': {AREA!r}"),
        ({"areas": {"city": AREA, "hills": attrs.evolve(AREA, composition=(KIDS,)), "coast": AREA}},
         "Population.areas must all tell the members of a kind that one tells; 'kids' is in the composition of "
         "'hills' and not of 'city', 'coast'"),
        ({"gini": 0.3}, "Population.from_aggregates.persons must be a number above 0; got None"),
    ],
)  # fmt: skip
def test_areas_and_figures_that_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.Population.from_aggregates(**arguments)
    assert str(caught.value) == message


def test_areas_that_all_tell_a_kind_of_member_keep_their_own_means() -> None:
    fewer = Composition(name="kids", mean_poor=0.5, mean_all=0.4)
    areas = {"a": attrs.evolve(AREA, composition=(KIDS,)), "b": attrs.evolve(AREA, composition=(fewer,))}
    population = gr.Population.from_aggregates(areas=areas, size=800)
    assert population.by is not None
    for name, mean in (("a", 0.9), ("b", 0.4)):
        own = population.by == name
        kids = np.average(population.columns["kids"][own], weights=population.weight[own])
        assert kids == pytest.approx(mean, rel=1e-8)


def test_income_stays_income() -> None:
    assert gr.Population.from_aggregates(**main_line(), gini=0.35, persons=1e6, size=300).kind == "consumption"
    own = gr.Population.from_aggregates(**main_line(), gini=0.35, persons=1e6, size=300, kind="income")
    assert own.kind == "income"
    together = gr.Population.from_aggregates(areas={"a": attrs.evolve(AREA, kind="income")}, size=300)
    assert together.kind == "income"
    with pytest.raises(gr.InputError) as caught:
        attrs.evolve(AREA, kind="wealth")
    assert str(caught.value) == "Published.kind must be one of 'consumption', 'income'; got 'wealth'"


def test_the_fan_widens_with_depth_and_leaves_the_rich_alone() -> None:
    population = synthesise(Published(**SETS["P0, P1, P2, Gini"], **SIZES), size=5_000, doubt=(0.1, 0.2, 1.0))
    widths = []
    for amount in (35.0, 45.0, 60.0, 70.0):
        low, middle, high = (
            measures.headcount(population.at_tail(p), amount, population.person_weight) for p in (0.05, 0.5, 0.95)
        )
        assert low < middle < high
        widths.append(np.log(high / low))
    assert (np.diff(widths) < 0).all()
    assert population.tails is not None
    for tail in population.tails:
        assert (np.diff(tail) >= 0).all()
        np.testing.assert_allclose(tail[-1], population.welfare[-1], rtol=5e-3)


def test_doubt_about_the_family_alone_leaves_the_published_headcount() -> None:
    population = synthesise(Published(**SETS["P0, P1, P2, Gini"], **SIZES), size=5_000, doubt=(0.0, 0.0, 1.0))
    for probability in (0.05, 0.95):
        found = measures.headcount(population.at_tail(probability), 70.0, population.person_weight)
        assert found == pytest.approx(TRUTH.fgt(70.0, 0), rel=5e-3)


def test_sampling_errors_are_those_of_a_simple_random_sample() -> None:
    """500 samples of 2,000 from the distribution itself: standard errors of log P0 and log P2, within 10%."""
    published = Published(**{**main_line(), "mean": TRUTH.mean, "gini": TRUTH.gini}, **SIZES)
    first, second, correlation = sampling_errors(fit(published, "log_normal"), 2_000, design_effect=1.0)
    rng = np.random.default_rng(4)
    gaps = np.maximum(1 - 140.0 * np.exp(0.65 * rng.normal(size=(500, 2_000))) / 70.0, 0.0)
    logs = np.log([(gaps > 0).mean(axis=1), (gaps**2).mean(axis=1)])
    np.testing.assert_allclose([first, second], logs.std(axis=1), rtol=0.1)
    assert correlation == pytest.approx(np.corrcoef(logs)[0, 1], abs=0.06)
    small = synthesise(published, size=2_000, survey_households=500)
    large = synthesise(published, size=2_000, survey_households=50_000)
    assert small.headcount(line(70.0), 0.95) > large.headcount(line(70.0), 0.95) > 0.99 * TRUTH.fgt(70.0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"doubt": (0.1, -0.2, 1.0)}, "Population.doubt must be three numbers of at least 0; got (0.1, -0.2, 1.0)"),
        ({"survey_households": 1}, "Population.survey_households must be a number above 1; got 1"),
        ({"design_effect": 0.0}, "Population.design_effect must be a number above 0; got 0.0"),
        ({"family": "pareto"},
         "Published.family must be one of 'gb2', 'log_normal', 'singh_maddala', 'dagum'; got 'pareto'"),
    ],
)  # fmt: skip
def test_arguments_that_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        synthesise(Published(**SETS["P0, P1, P2, Gini"], **SIZES), size=300, **arguments)
    assert str(caught.value) == message


def test_a_projection_of_it_runs() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        population = gr.Population.from_aggregates(**SETS["all"], **SIZES, size=1_000)
    result = gr.simulate(
        population, gr.HouseholdEconomy(), [], lines=[line(70.0)], months=2, draws=3, seed=1, progress=False
    )
    again = result.interval("remeasured", "nothing", month=0, unit="persons").mean
    assert again == pytest.approx(TRUTH.fgt(70.0, 0) * result.totals["persons"], rel=0.1)


def test_a_survey_of_known_size_gives_two_of_the_three_doubts() -> None:
    """The third, about the family, stays as it was given; the first note says all three."""
    published = Published(**{**main_line(), "mean": TRUTH.mean, "gini": TRUTH.gini}, **SIZES)
    first, second, _ = sampling_errors(fit(published, "log_normal"), 2_000, design_effect=1.5)
    population = synthesise(
        published, family="log_normal", size=500, doubt=(0.3, 0.4, 0.7), survey_households=2_000, design_effect=1.5
    )
    (words,) = [note for note in population.notes if "fan of log doubt" in note]
    assert words.endswith(f"fan of log doubt {(round(first, 3), round(second, 3), 0.7)}")
    assert round(first, 3) != round(second, 3)
