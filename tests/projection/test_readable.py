"""Tables for people and spreadsheets, and what a notebook shows."""

from __future__ import annotations

import re

import attrs
import numpy as np
import pandas as pd
import pytest
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi.projection import csv_safe, readable
from graduasi.shown import Markup, number, safe, tag

HOSTILE = "<b onclick=x>&"


def test_readable_tables() -> None:
    frame = pd.DataFrame(
        {
            "policy": ["a", "b", "c"],
            "month": [12, 24, 36],
            "poor": [343.2, np.nan, 0.0],
            "poor_low": [8.06, np.nan, 0.0],
            "poor_high": [1041.0, np.nan, 0.0],
            "cost": [15_000_000_000.0, 0.0, -0.001],
        }
    )
    told = readable(frame)
    assert told.to_dict("list") == {
        "policy": ["a", "b", "c"],
        "month": ["12", "24", "36"],
        "poor": ["343 (8.1 to 1,040)", "–", "0"],
        "cost": ["15,000,000,000", "0", "0"],
    }
    assert "15,000,000,000" in told.to_latex(index=False)
    with pytest.raises(gr.InputError) as caught:
        readable(3)  # type: ignore[arg-type]
    assert str(caught.value) == "readable.frame must be a table of a projection; got 3"


def test_no_cell_is_a_formula_and_numbers_stay() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "plain", "a=b"]
    frame = pd.DataFrame({"policy": texts, "mean": np.linspace(-1.5, 2, 8), "month": range(8)})
    found = csv_safe(frame)
    assert found["policy"].tolist() == [f"'{text}" for text in texts[:6]] + texts[6:]
    pd.testing.assert_frame_equal(found[["mean", "month"]], frame[["mean", "month"]])
    assert frame["policy"].tolist() == texts
    assert csv_safe(frame[:0]).columns.tolist() == ["policy", "mean", "month"]


def test_numbers_at_their_ends() -> None:
    assert [number(value) for value in (-0.001, -0.05, 99.96, 1e12)] == ["0", "-0.05", "100.0", "1,000,000,000,000"]


def test_whatever_is_put_into_an_element_is_escaped() -> None:
    assert tag("p", HOSTILE) == "<p>&lt;b onclick=x&gt;&amp;</p>"
    assert tag("p", tag("b", HOSTILE), css='"') == '<p class="&quot;"><b>&lt;b onclick=x&gt;&amp;</b></p>'
    assert safe(Markup("<b>")) == "<b>"
    assert safe(Markup("<b>") + HOSTILE) == "&lt;b&gt;&lt;b onclick=x&gt;&amp;"  # a sum is plain text again


def objects() -> list[object]:
    number_ = np.arange(60)
    households = attrs.evolve(
        people(60), by=np.where(number_ % 2, HOSTILE, "west"), clusters=number_ // 6, columns={HOSTILE: number_}
    )
    doubtful = gr.SkillsTraining(gain=gr.Uncertain.normal(mean=0.05, sd=0.02))
    training = programme(
        HOSTILE, doubtful, gr.CashTransfer(amount=6_000_000.0), rollout=gr.Rollout(households=1160.0)
    )
    both = policy(HOSTILE * 20, training, programme("other", gr.Coaching()))
    result = run(households, [both], lines=[gr.PovertyLine(amount=100.0, label=HOSTILE)], months=3, draws=3)
    return [households, training, both, gr.HouseholdEconomy(), result]


def test_objects_show_themselves_short_and_escaped() -> None:
    for shown in objects():
        page = shown._repr_html_()  # type: ignore[attr-defined]
        plain = repr(shown)
        assert len(plain) < 120
        assert "\n" not in plain
        assert "onclick" in page or isinstance(shown, gr.HouseholdEconomy)
        assert set(re.findall(r"<(\w+)", page)) <= {
            "div",
            "p",
            "b",
            "small",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        }
        assert re.search(r"\de[+-]\d", page) is None
        columns = [row.count("<th>") + row.count("<td>") for row in re.findall(r"<tr>.*?</tr>", page)]
        assert max(columns) <= 8
        assert "nan" not in page


def test_a_projection_shows_its_numbers_as_they_are_read() -> None:
    result = objects()[-1]
    assert isinstance(result, gr.Projection)
    page = result._repr_html_()
    row = readable(result.summary(at=3)).iloc[1]
    for name in ("poor_0", "poor_3", "additional_sustained_3", "cost"):
        assert f"<td>{row[name]}</td>" in page
    assert "only 3 draws" in page
