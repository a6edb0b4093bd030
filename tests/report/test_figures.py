"""Figures show themselves in a notebook, draw names as they stand, and keep their numbers in full."""

from __future__ import annotations

import base64
import io
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi import plots
from graduasi.report.pictures import svg
from graduasi.study import Swing

HONEST = "from $1.90 to $2.15"
NAMES = (HONEST, r"_$x_{$ \frac{$", "<b>x</b>", "$$")


def result(names: tuple[str, ...] = NAMES, label: str = HONEST) -> gr.Projection:
    cash = gr.CashTransfer(amount=400.0)
    budget = gr.Budget(amount=1000 / 3, when_short="prorate")
    policies = [policy(name, programme(f"cash {name}", cash, budget=budget)) for name in names]
    return run(people(60), policies, lines=[gr.PovertyLine(amount=100.0, label=label)], months=3)


def figures(projection: gr.Projection) -> list[Any]:
    swings = [Swing(name=name, outcome=HONEST, low=1e6, middle=2e6, high=3e6) for name in NAMES]
    return [
        projection.plot(),
        plots.exits_split(projection),
        plots.cost_against_exits(projection),
        plots.who_was_reached(projection),
        plots.tornado(swings, HONEST),
    ]


def words(figure: Any) -> list[str]:
    """Every text of the drawn figure, as its SVG holds it."""
    tree = ET.fromstring(svg(figure, "label"))
    return [" ".join("".join(node.itertext()).split()) for node in tree.iter("{http://www.w3.org/2000/svg}text")]


def test_names_are_drawn_as_they_stand() -> None:
    projection = result()
    for figure in figures(projection):
        drawn = " ".join(words(figure))
        for name in NAMES:
            assert name in drawn
        assert "1.90 to $2.15" in drawn
        assert "<b>" not in svg(figure, "<b>")


def test_equal_costs_stand_on_an_axis_of_plain_numbers() -> None:
    figure = plots.cost_against_exits(result())
    axes = figure.axes[0]
    svg(figure, "drawn")
    assert axes.xaxis.get_offset_text().get_text() == ""
    low, high = axes.get_xlim()
    cost = 1000 / 3 / 1e9
    assert low == pytest.approx(0.9 * cost)
    assert high == pytest.approx(1.1 * cost)
    assert all("+" not in label.get_text() for label in axes.get_xticklabels())


def test_a_figure_is_a_picture_without_pyplot() -> None:
    import sys

    sys.modules.pop("matplotlib.pyplot", None)
    picture = result(("cash",)).plot()._repr_png_()
    assert picture.startswith(b"\x89PNG")
    assert "matplotlib.pyplot" not in sys.modules


NOTEBOOK = """
import numpy as np
import graduasi as gr
rng = np.random.default_rng(0)
people = gr.Population(
    ids=np.char.mod("h%d", np.arange(60)), welfare=np.exp(rng.normal(4.9, .6, 60)), weight=np.ones(60), assumed_members=4.0
)
line = gr.PovertyLine(amount=100.0, label="line")
cash = gr.Programme(name="cash", interventions=gr.CashTransfer(amount=400.0))
policy = gr.Policy(name="cash", programmes=cash)
result = gr.simulate(people, gr.HouseholdEconomy(), policy, lines=line, months=3, draws=2, seed=1, progress=False)
"""
SHOWN = ("people", "policy", "cash", "gr.HouseholdEconomy()", "result")


@pytest.fixture(scope="module")
def outputs() -> list[list[Any]]:
    """Outputs of each cell after the first, as a fresh kernel gives them."""
    import nbformat
    from nbclient import NotebookClient

    pictures = [
        "result.plot()",
        "from graduasi import plots\nplots.exits_split(result)",
        "plots.cost_against_exits(result)",
        "plots.who_was_reached(result)",
        "%matplotlib inline\nresult.plot()",
    ]
    cells = [nbformat.v4.new_code_cell(code) for code in (NOTEBOOK, *pictures, *SHOWN)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells[1:]]


def test_every_figure_shows_itself_once_in_a_fresh_notebook(outputs: list[list[Any]]) -> None:
    from matplotlib.image import imread

    for found in outputs[:5]:
        (only,) = found
        picture = imread(io.BytesIO(base64.b64decode(only.data["image/png"])))
        assert picture.shape[1] > 600
        assert len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 20


def test_objects_show_themselves_as_short_html(outputs: list[list[Any]]) -> None:
    for found in outputs[5:]:
        (only,) = found
        assert only.data["text/html"].startswith("<div>")
        assert max(map(len, only.data["text/plain"].splitlines())) < 120
