"""The report: what its sentences say of a projection, and that pictures show what they claim."""

from __future__ import annotations

import re
import sys
from typing import Any

import attrs
import numpy as np
import pytest
from tests.scenario.cases import PLAIN as SMALL
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi import plots
from graduasi.projection import Interval
from graduasi.projection.statistics import RECORDED
from graduasi.report import narrative, render, table, words
from graduasi.report.html import _groups
from graduasi.study import Swing, findings
from graduasi.study.chances import chances_left
from graduasi.study.quantity import Blank, Chance, Money, Quantity


@pytest.fixture(scope="module")
def projection() -> gr.Projection:
    return gr.Scenario.from_dict(SMALL).run(progress=False, draws=3)


def answered(result: gr.Projection, at: tuple[int, ...]) -> dict[str, str]:
    """Answers by question."""
    return dict(narrative.answers(findings(result, at=at)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0436, "0.04"),
        (0.5, "0.5"),
        (5.04, "5.0"),
        (-12.34, "-12.3"),
        (343.4, "343"),
        (1041.0, "1,040"),
        (889_045.0, "889,000"),
        (float("nan"), "unknown"),
    ],
)
def test_numbers_have_no_false_precision(value: float, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (1.74e9, "IDR", "Rp 1.74 billion"),
        (2.5e6, "USD", "USD 2.5 million"),
        (1500.0, "IDR", "Rp 1.5 thousand"),
        (999_996_826.0, "IDR", "Rp 1 billion"),
        (12.0, "USD", "USD 12"),
    ],
)
def test_money(value: float, currency: str, text: str) -> None:
    assert words.money(value, currency) == text


@pytest.mark.parametrize(
    ("probability", "unseen", "text"),
    [
        (0.0, 0.03, "less than 3%"),
        (0.004, 0.03, "less than 3%"),
        (0.0, 0.002, "less than 1%"),
        (0.0, 1e-9, "practically none"),
        (0.006, 0.03, "about 1%"),
        (0.42, 0.03, "about 42%"),
        (1.0, 0.03, "more than 97%"),
        (1.0, 0.0, "practically certain"),
    ],
)
def test_chances_claim_no_more_than_is_known(probability: float, unseen: float, text: str) -> None:
    assert words.chance(probability, unseen) == text


def test_none_left_of_many_is_practically_impossible_from_few_draws() -> None:
    """Twenty draws with thousands of poor in each say more than the rule of three."""
    low = gr.PovertyLine(amount=140.0, label="line")
    result = run(people(2000, 1), [], lines=[low], months=2, draws=6)
    assert words.shown(chances_left(result, "nothing", 2).none) == "practically none"


def test_no_share_is_printed_that_is_not_defined() -> None:
    """Truly poor families, none of them reached."""
    projection = run(people(120), [policy("cash", programme("cash", gr.CashTransfer(amount=9.0)))], months=3)
    values = projection.values.copy()
    for name in ("reached_poor", "reached_anyway"):
        values[..., RECORDED.index(name), :] = 0.0
    answer = answered(attrs.evolve(projection, values=values), (3,))["How much hangs on the list?"]
    assert answer.endswith(
        "are truly poor at month 0: a leakage of 100%. 0% of the truly poor are on it, and who of those leaves anyway "
        "is not defined, since none of them is reached."
    )
    assert words.percent(float("nan")) == "not defined"
    assert words.money(float("inf"), "USD") == "unknown"


def test_answers_hold_no_nan_with_one_draw() -> None:
    mix = [policy("cash", programme("cash", gr.CashTransfer(amount=9.0)))]
    answers = answered(run(people(120), mix, months=3, draws=1), (3,))
    assert not re.search(r"\bnan\b|nan%|\binf\b", " ".join(answers.values()))


def test_payments_that_run_take_self_reliance_away() -> None:
    """The number is below zero while payments run, and the answer says why."""
    paid = policy("paid", programme("paid", gr.CashTransfer(amount=300.0, payments=15)))
    result = run(people(400, 6), [paid], draws=3)
    assert result.interval("additional_self_reliant", "paid", month=14).mean < 0
    answer = answered(result, (14,))["Does “paid” graduate anyone for good?"]
    assert answer.startswith("It cannot be said yet: payments run then, or ended within 12 months. It adds -")
    assert answer.endswith(
        " A payment in the window takes away self-reliance by definition: the number can be below 0."
    )


def test_spread() -> None:
    interval = Interval(mean=343.2, low=8.06, high=1041.0, monte_carlo_error=3.0)
    assert words.spread(interval) == "343 (8.1 to 1,040; ± 3.0)"


NAN = float("nan")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Quantity(value=343.2, low=8.06, high=1041.0), "343 (8.1 to 1,040)"),
        (Quantity(value=343.2, low=8.06, high=1041.0, error=0.001), "343 (8.1 to 1,040)"),
        (Quantity(value=343.2, low=NAN, high=NAN, error=NAN), "343 (no interval)"),
        (Quantity(value=NAN, low=0.0, high=0.0), "not defined"),
        (Quantity(value=343.2), "343"),
        (Quantity(value=0.12345, low=0.1, high=0.5, digits=3), "0.123 (0.1 to 0.5)"),
        (Money(amount=2.5e6, currency="USD"), "USD 2.5 million"),
        (Chance(probability=0.42, unseen=0.03), "about 42%"),
        (Blank(why="no cost"), "blank: no cost"),
        (Blank(), "–"),
        ("cash (1 to 2)", "cash (1 to 2)"),
        (1000, "1000"),
    ],
)
def test_a_cell_is_shown(cell: Any, text: str) -> None:
    assert words.shown(cell) == text


def test_an_interval_stands_behind_its_mean_and_a_text_is_never_taken_apart() -> None:
    """What looks like an interval in a name is the name's."""
    assert words.two_parts(Quantity(value=5.0, low=1.0, high=9.0)) == ("5.0", "1.0 to 9.0")
    assert words.two_parts("grant (1 to 2)") == ("grant (1 to 2)", "")


def test_answers_read_their_numbers_from_the_projection(projection: gr.Projection) -> None:
    answers = answered(projection, (12, 13))
    poor = words.spread(projection.interval("poor", "nothing", month=0))
    assert answers["How many families are poor now?"].startswith(f"{poor} families are truly below local")
    added = words.spread(projection.interval("additional_self_reliant", "both", month=13))
    assert f"{added} in 2025-01" in answers["Does “both” graduate anyone for good?"]
    assert "And if every programme simply gave the pooled effect of the trials?" not in answers
    assert "What does the answer depend on most?" not in answers
    alone = answered(gr.Scenario.from_dict(SMALL).run(progress=False, policies=()), (12, 13))
    assert list(alone) == [
        "How many families are poor now?",
        "How many leave anyway?",
        "How many fall in?",
    ]


def test_the_swing_is_told_with_its_ends(projection: gr.Projection) -> None:
    swings = [
        Swing(name="tail", outcome="poor", low=2.0, middle=5.0, high=9.0),
        Swing(name="still", outcome="poor", low=5.0, middle=5.0, high=5.0),
    ]
    told = findings(projection, at=(12, 13), benchmark=projection, swings=swings)
    answers = dict(narrative.answers(told))
    assert answers["What does the answer depend on most?"] == (
        "One input at a time is put at its 10th and then at its 90th percentile (a line at the lowest and the highest of "
        "those given), all others at their medians, in a few draws. poor: tail: 2.0 and 9.0."
    )


def test_render_without_policies_or_benchmark(projection: gr.Projection) -> None:
    alone = gr.Scenario.from_dict(SMALL).run(progress=False, policies=())
    page = render(findings(alone, title="alone", at=12))
    assert "naive benchmark" not in page
    assert "In pictures" in page


def test_the_terminal_table_fits_its_columns(projection: gr.Projection) -> None:
    lines = table(findings(projection, at=(12, 13))).splitlines()
    assert (
        lines[0]
        == "Families at local (IDR 632,811 per person per month); mean (90% interval; ± the simulation's own error)"
    )
    assert max(len(line) for line in lines[1:]) <= 38 + 24 * 2


def test_bars_have_the_lengths_that_they_claim(projection: gr.Projection) -> None:
    axes = plots.exits_split(projection, month=13).axes[0]
    widths = [patch.get_width() for patch in axes.patches]
    anyway = projection.interval("sustained", "nothing", month=13).mean
    because = projection.interval("additional_sustained", "both", month=13).mean
    np.testing.assert_allclose(widths, [anyway, 0.0, anyway, because])


def test_lines_show_the_means(projection: gr.Projection) -> None:
    left, right = projection.plot().axes
    drawn = left.lines[0].get_ydata()
    np.testing.assert_allclose(drawn, projection.series("poor", "nothing").mean())
    nothing, other = (projection.series("poor", name).simulated for name in projection.policies[:2])
    np.testing.assert_allclose(right.lines[0].get_ydata(), (nothing - other).mean(axis=0))


def test_tornado_shows_the_widest_and_leaves_out_what_does_not_move() -> None:
    swings = [
        Swing(name="tail", outcome="poor", low=2.0, middle=5.0, high=9.0),
        Swing(name="still", outcome="poor", low=5.0, middle=5.0, high=5.0),
        Swing(name="other", outcome="added", low=0.0, middle=1.0, high=2.0),
    ]
    axes = plots.tornado(swings, "poor").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["tail"]
    assert [patch.get_width() for patch in axes.patches[:2]] == [-3.0, 4.0]


def test_who_was_reached_and_cost(projection: gr.Projection) -> None:
    row = projection.targeting().iloc[0]
    widths = [patch.get_width() for patch in plots.who_was_reached(projection).axes[0].patches[:2]]
    np.testing.assert_allclose(widths, [row["reached_truly_poor"], row["reached"] - row["reached_truly_poor"]])
    axes = plots.cost_against_exits(projection, month=13).axes[0]
    assert axes.get_xlabel() == "cost [IDR billion]"


def test_figures_need_their_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(gr.NotAvailableError) as caught:
        plots.tornado([Swing(name="a", outcome="b", low=1.0, middle=1.5, high=2.0)], "b")
    assert str(caught.value) == "figures need the extra: pip install 'graduasi[report]'"


def test_groups_have_a_table_of_their_own() -> None:
    """A row a group, with names escaped; none where there are no groups."""
    households = people(120)
    labels = np.array(["Cibarusah", "<b>Babelan"])[np.arange(120) % 2]
    result = run(
        attrs.evolve(households, by=labels), [policy("cash", programme("cash", gr.CashTransfer(amount=9.0)))]
    )
    page = "".join(_groups(findings(result, at=12).tables["groups"]))
    assert page.count("<tr>") == 3
    assert "&lt;b&gt;Babelan" in page
    assert "<b>Babelan" not in page
    assert _groups(findings(run(households, []), at=12).tables["groups"]) == []


def test_the_names_of_before_warn_and_work(projection: gr.Projection) -> None:
    from graduasi import report

    with pytest.deprecated_call() as caught:
        given = report.Material(title="old", projection=projection, at=12, variants=[("more", projection)])
    assert (given.title, given.at, given.variations[0].label) == ("old", (12,), "more")
    uses = (
        lambda: given.projection,
        lambda: given.naive,
        lambda: report.table(projection, (12,)),
        lambda: report.gather,
    )
    warned = [str(caught[0].message)]
    for use in uses:
        with pytest.deprecated_call() as caught:
            use()
        warned += [str(warning.message) for warning in caught]
    assert warned == [
        "graduasi.report.Material is now graduasi.study.findings; the old name goes in 0.3",
        "Findings.projection is now Findings.result; the old name goes in 0.3",
        "Findings.naive is now Findings.benchmark; the old name goes in 0.3",
        "report.table(projection, at) is now report.table(findings); the old way goes in 0.3",
        "graduasi.report.gather is now graduasi.study; the old name goes in 0.3",
    ]
    with pytest.raises(AttributeError) as missing:
        _ = report.nothing
    assert str(missing.value) == "module 'graduasi.report' has no attribute 'nothing'"
