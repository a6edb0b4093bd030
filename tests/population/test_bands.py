"""Bands of populations from figures: how wide the fan is by what is published, and that it says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import graduasi as gr
from graduasi.population import Published, fit, synthesise
from graduasi.population.synthesis import LogNormalWelfare, sampling_errors
from graduasi.population.synthesis.bands import bands_of
from graduasi.population.synthesis.distribution_band import distribution_band

TRUTH = LogNormalWelfare(centre=140.0, spread=0.65)
SIZES = {"persons": 1e6, "mean_members": 3.7, "mean_members_poor": 4.05}
TENTHS = tuple(np.diff(np.append(TRUTH.lorenz(np.arange(10) / 10), 1.0)))


def line(amount: float) -> gr.PovertyLine:
    return gr.PovertyLine(amount=amount, label="line", currency="USD")


def main_line(upto: int = 2) -> dict[str, Any]:
    gap, severity = (TRUTH.fgt(70.0, order) if upto >= order else None for order in (1, 2))
    return {"line": line(70.0), "headcount": TRUTH.fgt(70.0, 0), "gap": gap, "severity": severity}


FULL: dict[str, Any] = {**main_line(), "gini": TRUTH.gini}
SETS: list[dict[str, Any]] = [
    FULL,
    {**main_line(), "gap": None, "mean": TRUTH.mean},
    {**main_line(0), "median": 140.0},
    {**main_line(1), "mean": TRUTH.mean, "deciles": TENTHS},
    main_line(0),
    {"mean": TRUTH.mean, "gini": TRUTH.gini},
    {"median": 140.0, "deciles": TENTHS},
    {"quantiles": {0.1: 60.0, 0.5: 140.0, 0.9: 320.0}},
    {"mean": 150.0},
    {"median": 140.0, "quantiles": {0.2: 80.0}},
]


NOTE = "90% band of the share below a deeper line, measured on surveys of "


@pytest.mark.parametrize("kind", ["consumption", "income"])
@pytest.mark.parametrize("given", SETS)
def test_every_set_of_figures_has_a_band_that_closes_at_the_line(given: dict[str, Any], kind: str) -> None:
    bands = bands_of(Published(**given, **SIZES, kind=kind))
    depths = np.geomspace(1e-4, 1.0, 50)
    for side in bands.at(bands.top * depths):
        assert (np.diff(side) <= 1e-12).all()
        assert side[0] >= side[25] > 0.0
        assert side[-1] == 0.0
    assert (bands.at(bands.top * depths)[1][:-1] < -np.log(depths[:-1])).sum() > 40  # not more than all the poor


def test_the_fewer_figures_the_wider_the_band() -> None:
    def width(kind: str = "consumption", **given: Any) -> float:
        figures = {"line": line(70.0), "headcount": 0.13, **given}
        bands = bands_of(Published(**figures, **SIZES, kind=kind))
        return float(sum(side[0] for side in bands.at(np.array([0.05 * bands.top]))))

    full = {"gap": TRUTH.fgt(70.0, 1), "severity": TRUTH.fgt(70.0, 2), "gini": 0.35}
    for kind in ("consumption", "income"):
        widths = [
            width(kind, **{**full, **dict.fromkeys(lacking)}) for lacking in ((), ("gap",), ("gap", "severity"))
        ]
        assert widths[0] < widths[1] < widths[2]
    assert width(deciles=TENTHS) < width(gini=0.35)


def test_a_headcount_alone_says_next_to_nothing_of_the_deep_poor_and_is_said_to() -> None:
    """Indonesia, 2019 at 3.65 a day (PIP): below a dollar the band was .024 to .046, hundreds of times the .00007."""
    people = gr.Population.from_aggregates(
        persons=2.7e8,
        line=line(3.65),
        headcount=0.2467,
        mean=7.337,
        gini=0.3761,
        mean_members=4,
        mean_members_poor=4,
    )
    low, middle, high = (people.headcount(line(1.0), at) for at in (0.05, 0.5, 0.95))
    assert low < 0.1 * middle
    assert high > 1.3 * middle
    assert people.notes[1] == (
        f"{NOTE}consumption with the same figures (P0 and two figures): where 10% of the poor are below it, a factor "
        "26 down and 1.6 up, where 2% of the poor are below it, a factor 37 down and 1.9 up; P1 and P2 "
        "are not published, and would narrow it"
    )


def test_the_note_scales_with_the_factor_and_is_left_out_where_there_is_no_fan() -> None:
    figures = Published(**FULL, **SIZES)
    assert not any(note.startswith(NOTE) for note in synthesise(figures, size=300, doubt=None).notes)
    assert synthesise(figures, size=300, doubt=(0.1, 0.3, 0.0)).notes[1] == (
        f"{NOTE}consumption with the same figures (P0 P1 P2 and one figure): where 10% of the poor are below it, a "
        "factor 1 down and 1 up, where 2% of the poor are below it, a factor 1 down and 1 up"
    )


def test_a_fan_of_a_headcount_and_a_gap() -> None:
    """No severity: the sampling error moves both together, and the shares at the line by that of the headcount."""
    people = synthesise(Published(**main_line(1), gini=0.35, **SIZES), size=3_000, doubt=(0.2, 0.0, 0.0))
    for at, score in ((0.05, -1.645), (0.95, 1.645)):
        moved = people.headcount(line(70.0), at) / TRUTH.fgt(70.0, 0)
        assert np.log(moved) == pytest.approx(0.2 * score, rel=0.12)


def test_a_survey_of_known_size_is_the_doubt_that_it_gives() -> None:
    """`survey_households` replaces the sampling errors alone; the bands keep their factor."""
    published = Published(**FULL, **SIZES)
    first, second, correlation = sampling_errors(fit(published), 5_000, 1.5)
    people = synthesise(published, size=600, survey_households=5_000, design_effect=1.5)
    rank = np.cumsum(people.person_weight) / people.persons - people.person_weight / people.persons / 2
    low, high = distribution_band(fit(published), (first, second, 1.0), rank, people.welfare, correlation)
    assert people.tails is not None
    np.testing.assert_allclose(people.tails[0], low, rtol=1e-9)
    np.testing.assert_allclose(people.tails[1], high, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:no poverty figures")
def test_quantiles_without_a_line_are_the_familys() -> None:
    fitted = fit(Published(mean=TRUTH.mean, gini=TRUTH.gini, **SIZES), "log_normal")
    shares = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(fitted.quantile(shares), TRUTH.quantile(shares), rtol=1e-5)
    np.testing.assert_allclose(fitted.cdf(fitted.quantile(shares)), shares, rtol=1e-12)


def test_figures_at_a_further_line_alone_are_as_doubtful_as_at_the_main_one() -> None:
    line, lower = gr.PovertyLine(amount=100.0, label="a"), gr.PovertyLine(amount=60.0, label="b")
    figures = {"headcount": 0.1, "gap": 0.02, "severity": 0.006}
    rest = {"mean": 250.0, "gini": 0.33, "persons": 1e6, "size": 1_000, "survey_households": 500}
    main = gr.Population.from_aggregates(line=line, **figures, **rest)
    further = gr.Population.from_aggregates(further=[gr.population.LineFigures(line=line, **figures)], **rest)
    for probability in (0.05, 0.95):
        assert further.headcount(lower, probability) == pytest.approx(main.headcount(lower, probability), rel=1e-6)
    assert main.headcount(lower, 0.95) > 1.1 * main.headcount(lower)
