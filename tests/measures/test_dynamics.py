"""Transitions, spells and hazards: by hand, and against chains whose hazards are known."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import ndtr
from scipy.stats import multivariate_normal

import graduasi as gr
from graduasi import measures as m
from graduasi.measures import dynamics as d

LINE = 10.0
gone = math.nan
panels = arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(2, 7)), elements=st.sampled_from([5.0, 20.0, gone])
)


def poor(text: str) -> list[float]:
    """A household's periods: P poor, n not poor, . not observed."""
    return [{"P": 5.0, "n": 20.0, ".": gone}[letter] for letter in text]


def chain(households: int, periods: int, leave: float, fall: float) -> np.ndarray:
    """A two-state Markov chain from its steady state."""
    rng = np.random.default_rng(7)
    state = rng.random(households) < fall / (fall + leave)
    columns = []
    for _ in range(periods):
        columns.append(state)
        draw = rng.random(households)
        state = np.where(state, draw >= leave, draw < fall)
    return np.where(np.column_stack(columns), 5.0, 20.0)


def test_transitions_by_hand() -> None:
    panel = [poor("PPn"), poor("nP."), poor("n.n")]
    table = d.transition_matrix(panel, LINE, [1.0, 2.0, 4.0], of="weight")
    assert table.index.name == "before"
    assert table.columns.name == "after"
    np.testing.assert_array_equal(table.loc["poor"], [1.0, 1.0])
    np.testing.assert_array_equal(table.loc["not poor"], [2.0, 0.0])
    shares = d.transition_matrix(panel, LINE, [1.0, 2.0, 4.0])
    np.testing.assert_allclose(shares, [[0.5, 0.5], [1.0, 0.0]])
    np.testing.assert_allclose(
        d.transition_matrix(panel, LINE, [1.0, 2.0, 4.0], of="all"), [[0.25, 0.25], [0.5, 0.0]]
    )
    two = d.transition_matrix(panel, LINE, [1.0, 2.0, 4.0], step=2, of="weight")
    np.testing.assert_array_equal(two, [[0.0, 1.0], [0.0, 4.0]])


def test_transitions_between_classes_of_moving_lines() -> None:
    line = np.array([10.0, 20.0])
    panel = [[5.0, 35.0], [10.0, 19.0], [15.0, 30.0], [30.0, 30.0]]
    table = d.transition_matrix(panel, [1.0, 1.5], line=line, of="weight", labels=["extreme", "near", "safe"])
    np.testing.assert_array_equal(table, [[0, 0, 1], [1, 0, 0], [0, 0, 2]])
    nobody = d.transition_matrix([[5.0, 5.0]], [LINE, 15.0])
    assert list(nobody.columns) == ["class 0", "class 1", "class 2"]
    assert nobody.loc["class 1"].isna().all()


def test_a_list_and_an_array_of_cuts_are_one_thing() -> None:
    """As many cuts as periods too: three classes, not one line a period."""
    panel = [[5.0, 35.0], [10.0, 19.0], [15.0, 30.0], [30.0, 30.0]]
    tables = [d.transition_matrix(panel, cuts) for cuts in ([10.0, 20.0], (10.0, 20.0), np.array([10.0, 20.0]))]
    assert all(table.equals(tables[0]) for table in tables)
    assert tables[0].shape == (3, 3)
    one = [d.transition_matrix(panel, cut) for cut in (10.0, [10.0], np.array(10.0), np.array([10.0]))]
    assert all(table.equals(one[0]) for table in one)


def test_lines_by_period_and_household_are_an_argument_of_their_own() -> None:
    panel = [[5.0, 35.0], [10.0, 19.0], [15.0, 30.0], [30.0, 30.0]]
    by_period = d.transition_matrix(panel, 1.0, line=[10.0, 20.0], of="weight")
    np.testing.assert_array_equal(by_period, [[0.0, 1.0], [1.0, 2.0]])
    deflated = d.transition_matrix(np.array(panel) / [10.0, 20.0], 1.0, of="weight")
    assert by_period.equals(deflated)
    by_household = d.transition_matrix(panel, 1.0, line=[[6.0], [20.0], [20.0], [20.0]], of="weight")
    np.testing.assert_array_equal(by_household, [[1.0, 2.0], [0.0, 1.0]])


def test_transitions_of_an_autoregression() -> None:
    """Stationary AR(1) of autocorrelation .7: staying poor is the bivariate normal over the headcount."""
    rng = np.random.default_rng(3)
    score = rng.standard_normal((200_000, 2))
    score[:, 1] = 0.7 * score[:, 0] + math.sqrt(1 - 0.49) * score[:, 1]
    table = d.transition_matrix(np.exp(score), math.exp(-0.5))
    both = multivariate_normal([0, 0], [[1, 0.7], [0.7, 1]]).cdf([-0.5, -0.5])
    # Standard error of the share: sqrt(.6 x .4 / 62,000) = .002.
    assert table.loc["poor", "poor"] == pytest.approx(both / ndtr(-0.5), abs=0.008)


@given(panels)
def test_transitions_add_up(panel: np.ndarray) -> None:
    seen = ~np.isnan(panel)
    if not seen.any():
        return
    held = d.transition_matrix(panel, [4.0, 10.0], of="weight").to_numpy()
    assert held.sum() == (seen[:, 1:] & seen[:, :-1]).sum()
    assert held[0].sum() == held[:, 0].sum() == 0


def test_spells_by_hand() -> None:
    table = d.spells([poor("PPnPn"), poor(".nn.P")], LINE, [1.0, 3.0])
    rows = [tuple(row) for row in table.itertuples(index=False)]
    assert rows == [
        (0, 0, "poor", 2, True, False, 1.0),
        (0, 2, "not poor", 1, False, False, 1.0),
        (0, 3, "poor", 1, False, False, 1.0),
        (0, 4, "not poor", 1, False, True, 1.0),
        (1, 1, "not poor", 2, True, True, 3.0),
        (1, 4, "poor", 1, True, True, 3.0),
    ]
    lengths = d.spell_lengths([poor("PPnPn"), poor(".nn.P")], LINE, [1.0, 3.0])
    np.testing.assert_array_equal(lengths, [[1, 1.0, 0.0, 0.0, 3.0], [2, 0.0, 1.0, 0.0, 0.0]])
    assert list(lengths.columns) == ["length", "complete", "left_censored", "right_censored", "both_censored"]
    assert len(d.spell_lengths([poor("PP")], LINE, state="not poor")) == 0


@given(panels)
def test_spells_cover_the_panel_once(panel: np.ndarray) -> None:
    if np.isnan(panel).all():
        return
    rebuilt = np.full(panel.shape, gone)
    for row in d.spells(panel, LINE).itertuples():
        part = rebuilt[row.household, row.start : row.start + row.length]
        assert np.isnan(part).all()
        part[:] = 5.0 if row.state == "poor" else 20.0
    np.testing.assert_array_equal(rebuilt, panel)


def test_hazards_by_hand() -> None:
    # Poor spells that began in sight: lengths 1 (ended), 2 (ended), 2 (cut off), 3 (ended).
    panel = [poor("nPnnn"), poor("nPPnn"), poor("nnnPP"), poor("nPPPn")]
    table = d.hazards(panel, LINE)
    assert table["duration"].tolist() == [1, 2, 3]
    assert table["at_risk"].tolist() == [4, 2, 1]
    assert table["events"].tolist() == [1, 1, 1]
    np.testing.assert_allclose(table["hazard"], [1 / 4, 1 / 2, 1.0])
    np.testing.assert_allclose(table["survival"], [3 / 4, 3 / 8, 0.0])
    # Greenwood: S^2 x sum of d / (n (n - d)).
    np.testing.assert_allclose(
        table["survival_se"], [0.75 * math.sqrt(1 / 12), 0.375 * math.sqrt(1 / 12 + 1 / 2), 0.0]
    )
    np.testing.assert_allclose(table["hazard_se"], [math.sqrt(3 / 64), math.sqrt(1 / 8), 0.0])


def test_hazards_of_a_published_trial() -> None:
    """Weeks in remission on 6-MP (Freireich and others 1963, Blood 21), as every text on survival has them.

    Survival and Greenwood's errors are those of `survfit` of R's survival 3.5-3. Somebody lost after week t was at
    risk in week t, so is seen in week t + 1 here, still in the state.
    """
    relapsed, lost = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    rows = [poor("n" + "P" * week + "n" + "." * (36 - week)) for week in relapsed]
    rows += [poor("n" + "P" * (week + 1) + "." * (36 - week)) for week in lost]
    table = d.hazards(rows, LINE).set_index("duration")
    table = table[table["events"] > 0]
    assert table.index.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert table["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert table["events"].tolist() == [3, 1, 1, 1, 1, 1, 1]
    survival = [0.8571428571, 0.8067226891, 0.7529411765, 0.6901960784, 0.6274509804, 0.5378151261, 0.4481792717]
    errors = [
        0.07636035483,
        0.08693528518,
        0.09634965299,
        0.10681470778,
        0.11405386526,
        0.12823375169,
        0.13459145676,
    ]
    np.testing.assert_allclose(table["survival"], survival, rtol=1e-9)
    np.testing.assert_allclose(table["survival_se"], errors, rtol=1e-9)


def test_left_censored_spells() -> None:
    panel = [poor("PPn"), poor("nPn"), poor("P.P"), poor("PnP")]
    assert d.hazards(panel, LINE)["at_risk"].tolist() == [1]
    kept = d.hazards(panel, LINE, left_censored="keep")
    assert kept["at_risk"].tolist() == [3, 1]
    assert kept["events"].tolist() == [2, 1]


def test_entry_and_re_entry() -> None:
    panel = [poor("nnP"), poor("nPn"), poor("PnP"), poor("Pnn")]
    again = d.hazards(panel, LINE, event="re-entry")
    # Out since an exit in sight: once back after 1 period, once not back after 1; "nPn" is cut off at once.
    assert again[["duration", "at_risk", "events"]].to_numpy().tolist() == [[1, 2, 1]]
    first = d.hazards(panel, LINE, event="entry", left_censored="keep")
    assert first[["duration", "at_risk", "events"]].to_numpy().tolist() == [[1, 2, 1], [2, 1, 1]]


def test_hazards_of_a_markov_chain() -> None:
    """Exits with chance .3 and entries with .1 at any duration; survival is geometric."""
    panel = chain(20_000, 12, leave=0.3, fall=0.1)
    for event, chance, kept in (
        ("exit", 0.3, "exclude"),
        ("exit", 0.3, "keep"),
        ("re-entry", 0.1, "exclude"),
        ("entry", 0.1, "keep"),
    ):
        table = d.hazards(panel, LINE, event=event, left_censored=kept).iloc[:6]
        assert (abs(table["hazard"] - chance) < 4 * table["hazard_se"]).all()
        assert (abs(table["survival"] - (1 - chance) ** table["duration"]) < 4 * table["survival_se"]).all()
        assert (table["hazard_se"] < 0.03).all()
    ends = d.transition_matrix(panel, LINE)
    assert ends.loc["poor", "not poor"] == pytest.approx(0.3, abs=0.006)


def test_naive_means_of_complete_spells_are_short() -> None:
    panel = chain(20_000, 12, leave=0.1, fall=0.1)
    lengths = d.spell_lengths(panel, LINE)
    naive = (lengths["length"] * lengths["complete"]).sum() / lengths["complete"].sum()
    assert naive < 5.0
    survival = d.hazards(panel, LINE)["survival"]
    # The mean up to 11 periods of a geometric length is (1 - .9^11) / .1.
    assert 1 + survival.iloc[:10].sum() == pytest.approx((1 - 0.9**11) / 0.1, rel=0.02)


@given(panels, st.floats(0.1, 50.0))
def test_the_scale_of_weights_does_not_matter(panel: np.ndarray, factor: float) -> None:
    if np.isnan(panel).all():
        return
    one = d.hazards(panel, LINE, left_censored="keep")
    other = d.hazards(panel, LINE, np.full(len(panel), factor), left_censored="keep")
    np.testing.assert_allclose(one, other, atol=1e-7)


def test_unequal_weights_widen_errors() -> None:
    panel = [poor("nPn"), poor("nPP"), poor("nPn"), poor("nPPn")[:3]]
    even = d.hazards(panel, LINE, [1.0, 1.0, 1.0, 1.0])
    uneven = d.hazards(panel, LINE, [2.0, 2.0, 0.1, 0.1])
    assert uneven["hazard"][0] == pytest.approx(0.5)
    # Kish: (4.2)^2 / 8.02 spells instead of 4.
    assert uneven["hazard_se"][0] == pytest.approx(even["hazard_se"][0] * math.sqrt(4 * 8.02 / 4.2**2))
    none = d.hazards(panel, LINE, [1.0, 0.0, 0.0, 0.0])
    assert none["at_risk"].tolist() == [1]


def test_no_spell_of_the_kind() -> None:
    table = d.hazards([poor("nn")], LINE)
    assert len(table) == 0
    assert list(table.columns) == [
        "duration",
        "at_risk",
        "events",
        "hazard",
        "hazard_se",
        "survival",
        "survival_se",
    ]


def test_lines_by_period_and_by_household() -> None:
    panel = [[5.0, 5.0], [12.0, 12.0]]
    by_period = d.spells(panel, [10.0, 4.0], None)["state"].tolist()
    assert by_period == ["poor", "not poor", "not poor"]
    by_household = d.spells(panel, [[4.0], [13.0]])["state"].tolist()
    assert by_household == ["not poor", "poor"]
    both = d.spells(panel, [[4.0, 6.0], [13.0, 4.0]])["state"].tolist()
    assert both == ["not poor", "poor", "poor", "not poor"]


def test_exactly_on_the_line_is_not_poor() -> None:
    assert d.spells([[10.0, 9.99]], LINE)["state"].tolist() == ["not poor", "poor"]
    assert m.headcount([10.0], LINE) == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: d.spells([1.0], 2.0), "spells.welfare must be an array of shape (household, period); got shape (1,)"),
        (lambda: d.spells([["a"]], 2.0), "spells.welfare must be numbers; got values of type <U1"),
        (lambda: d.spells([[1.0, math.inf]], 2.0), "spells.welfare must be finite, or NaN where not observed; got inf at household 0, period 1 (1 in all)"),
        (lambda: d.spells([[gone]], 2.0), "spells.welfare must be observed somewhere; got NaN throughout"),
        (lambda: d.spells([[1.0]], 2.0, [-1.0]), "spells.weights must be at least 0; got -1.0"),
        (lambda: d.spells([[1.0], [gone]], 2.0, [0.0, 1.0]), "spells.weights must not all be 0 where welfare is observed"),
        (lambda: d.spells([[1.0]], "2"), "spells.line must be money above 0; got '2'"),
        (lambda: d.spells([[1.0]], 0.0), "spells.line must be money above 0; got 0.0"),
        (lambda: d.spells([[1.0, 1.0]], [1.0, gone]), "spells.line must be money above 0; got nan (1 in all)"),
        (lambda: d.spells([[1.0, 1.0]], [1.0, 2.0, 3.0]), "spells.line must be one amount, or of shape (2,), (1, 1) or (1, 2); got shape (3,)"),
        (lambda: d.spell_lengths([[1.0]], 2.0, state="rich"), "spell_lengths.state must be one of 'poor', 'not poor'; got 'rich'"),
        (lambda: d.hazards([[1.0]], 2.0, event="out"), "hazards.event must be one of 'exit', 'entry', 're-entry'; got 'out'"),
        (lambda: d.hazards([[1.0]], 2.0, left_censored="drop"), "hazards.left_censored must be one of 'exclude', 'keep'; got 'drop'"),
        (lambda: d.hazards([[1.0]], 2.0, event="entry"), "hazards.left_censored must be 'keep' for event 'entry', whose spells all start unseen; got 'exclude'"),
        (lambda: d.transition_matrix([[1.0, 2.0]], 2.0, step=2), "transition_matrix.step must be a whole number from 1 to 1; got 2"),
        (lambda: d.transition_matrix([[1.0, 2.0]], 2.0, of="column"), "transition_matrix.of must be one of 'row', 'all', 'weight'; got 'column'"),
        (lambda: d.transition_matrix([[1.0, 2.0]], []), "transition_matrix.cuts must be one amount at least; got none"),
        (lambda: d.transition_matrix([[1.0, 2.0]], [3.0, 2.0]), "transition_matrix.cuts must rise; got [3.0, 2.0]: a line for each period is given as line="),
        (lambda: d.transition_matrix([[1.0, 2.0]], [[3.0, 4.0]]), "transition_matrix.cuts must be one amount, or several in one row, the same in all periods; got shape (1, 2): for classes that move give line="),
        (lambda: d.transition_matrix([[1.0, 2.0]], [0.0, 4.0]), "transition_matrix.cuts must be money above 0; got 0.0 (1 in all)"),
        (lambda: d.transition_matrix([[1.0, 2.0]], "2"), "transition_matrix.cuts must be amounts above 0; got values of type <U1"),
        (lambda: d.transition_matrix([[1.0, 2.0]], 2.0, line=0.0), "transition_matrix.line must be money above 0; got 0.0"),
        (lambda: d.transition_matrix([[1.0, 2.0]], 2.0, labels=[1, 2]), "transition_matrix.labels must be 2 different names; got [1, 2]"),
        (lambda: d.transition_matrix([[1.0, 2.0]], 2.0, labels=["a"]), "transition_matrix.labels must be 2 different names; got ['a']"),
    ],
)  # fmt: skip
def test_refusals(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        call()
    assert str(caught.value) == message
