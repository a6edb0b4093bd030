"""A projection from a text that anybody may have written: refused whole, or whole."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi.projection.axes import AXES

ARRAYS = ("values", "luck", "event_weight", "sampling", "costs_by_draw", "enrolled", "flows", "poor_records")
Document = dict[str, Any]


@pytest.fixture(scope="module")
def projection() -> gr.Projection:
    cash = programme("cash", gr.CashTransfer(amount=400.0))
    return run(people(60, grouped=True), [policy("cash", cash)], months=3, draws=3, households=True)


@pytest.fixture(scope="module")
def text(projection: gr.Projection) -> str:
    return projection.to_json()


def zeros(size: int) -> str:
    return base64.b64encode(zlib.compress(bytes(size), 9)).decode()


def refused(source: Any, **given: Any) -> str:
    with pytest.raises(gr.InputError) as caught:
        gr.Projection.from_json(source, **given)
    return str(caught.value)


def array(name: str, **changes: Any) -> Callable[[Document], None]:
    return lambda document: document["arrays"][name].update(changes)


def field(name: str, value: Any) -> Callable[[Document], None]:
    return lambda document: document.update({name: value})


def line(**changes: Any) -> Callable[[Document], None]:
    return lambda document: document["lines"][0].update(changes)


FROM, NAMED = "Projection.from_json.", "as the names and the other arrays say"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: d["arrays"].pop("flows"), f"{FROM}arrays.flows must be given; it is missing"),
        (lambda d: d.pop("lines"), f"{FROM}lines must be given; it is missing"),
        (field("arrays", []), f"{FROM}arrays must be an object; got []"),
        (array("flows", shape=[2, 2]), f"{FROM}arrays.flows.shape must be (3, 2, 4, 3), {NAMED}; got (2, 2)"),
        (array("flows", shape=None), f"{FROM}arrays.flows.shape must be a list; got None"),
        (array("flows", shape=[-1]), f"{FROM}arrays.flows.shape[0] must be a whole number in [0, 1099511627776]; got -1"),
        (array("values", shape=[3]), f"{FROM}arrays.values.shape must be (draw, unit, policy, month, line, statistic, group), with a draw and months 0 and 1 at least; got (3,)"),
        (array("flows", type="object"), f"{FROM}arrays.flows.type must be 'float64'; got 'object'"),
        (array("flows", deflated_base64=7), f"{FROM}arrays.flows.deflated_base64 must be a text; got 7"),
        (array("flows", deflated_base64="AAAA"), f"{FROM}arrays.flows.deflated_base64 must be deflated bytes in base 64; Error -3 while decompressing data: unknown compression method"),
        (array("flows", deflated_base64=zeros(8)), f"{FROM}arrays.flows.deflated_base64 must be 576 bytes when inflated, and nothing after them; got 8"),
        (array("flows", deflated_base64=zeros(10**6)), f"{FROM}arrays.flows.deflated_base64 must be 576 bytes when inflated, and nothing after them; got more"),
        (line(amount=-1.0), f"{FROM}lines[0]: PovertyLine.amount must be money in [1e-06, 1e+18]; got -1.0"),
        (line(colour=1), f"{FROM}lines[0] must be an object of amount, label, currency, prices, source, method, moved_from; got 'colour'"),
        (line(label="lower"), "Projection.lines must be names that differ; got 'lower'"),
        (line(currency="USD"), "Projection.lines[0].currency must be the projection's, 'IDR'; got 'USD'"),
        (field("lines", []), "Projection.lines must be a tuple of at least one PovertyLine; got ()"),
        (field("policies", "no"), f"{FROM}policies must be a list; got 'no'"),
        (field("policies", ["nothing"]), f"{FROM}arrays.values.shape must be (3, 2, 1, 4, 2, 18, 2), {NAMED}; got (3, 2, 2, 4, 2, 18, 2)"),
        (field("policies", ["a", "a"]), "Projection.policies must be names that differ; got 'a'"),
        (field("policies", ["a", 1]), "Projection.policies[1] must be a text that is not empty, without control characters; got 1"),
        (field("policies", ["a", "b\x1b"]), "Projection.policies[1] must be a text that is not empty, without control characters; got 'b\\x1b'"),
        (field("policies", ["a", "\ud800"]), "Projection.policies[1] must be a text that is not empty, without control characters; got '\\ud800'"),
        (field("groups", ["east"]), f"{FROM}arrays.values.shape must be (3, 2, 2, 4, 2, 18, 1), {NAMED}; got (3, 2, 2, 4, 2, 18, 2)"),
        (field("units", ["persons", "households"]), "Projection.units must be ('households',) or ('households', 'persons'); got ('persons', 'households')"),
        (field("start", "2023-13"), "Projection.start must be a month such as '2023-12'; got '2023-13'"),
        (field("sustained_months", -3), "Projection.sustained_months must be a whole number in [1, 9223372036854775807]; got -3"),
        (field("seed", "<script>"), "Projection.seed must be a whole number in [0, 18446744073709551615]; got '<script>'"),
        (field("kind", "x"), "Projection.kind must be 'consumption' or 'income'; got 'x'"),
        (field("currency", None), "Projection.currency must be a text that is not empty, without control characters; got None"),
        (field("totals", {}), "Projection.totals must be a number for each of households, persons; got {}"),
        (field("totals", {"households": 5.0, "persons": None}), "Projection.totals['persons'] must be a number above 0, at most 1e+100; got None"),
        (field("totals", {"households": 5.0, "persons": 5.0}), "Projection.values['poor'] must be numbers of households in [0, 5]; got (0.0, {poor})"),
        (field("notes", [1]), "Projection.notes[0] must be a text that is not empty, without control characters; got 1"),
        (field("inputs", {"a": [1.0]}), f"{FROM}inputs['a'] must be a list of 3 numbers, one a draw; got [1.0]"),
        (field("inputs", {"a": [1.0, 2.0, None]}), f"{FROM}inputs['a'] must be a list of 3 numbers, one a draw; got [1.0, 2.0, None]"),
    ],
)  # fmt: skip
def test_a_projection_that_does_not_hold_together(
    projection: gr.Projection, text: str, spoil: Callable[[Document], Any], message: str
) -> None:
    document = json.loads(text)
    spoil(document)
    poor = float(projection.data["poor"].sel(unit="households").sum("by").max())
    assert refused(json.dumps(document)) == message.replace("{poor}", repr(poor))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{"a": ' + "[" * 100_000, "source must be what to_json wrote; it is nested too deeply"),
        ('{"a": 1, "a": 2}', "source must be JSON with each key once; got 'a'"),
        ('{"seed": ' + "1" * 5000 + "}", "source must have whole numbers of at most 40 digits; got 5000"),
        ('{"seed": NaN}', "source must be JSON, which has no NaN"),
        ('{"format": [[[[[1]]]]]}', "format must be 'graduasi projection 1'; got [[[...]]]"),
        ("/nowhere.json", "source must be a projection's JSON, or the path of a file with it; got '/nowhere.json'"),
        ("/dev/zero", "source must be a projection's JSON, or the path of a file with it; got '/dev/zero'"),
        ("a\0b", "source must be a projection's JSON, or the path of a file with it; got 'a\\x00b'"),
        (7, "source must be the text of a projection, or the path of its file; got 7"),
    ],
)
def test_what_is_no_text_of_a_projection(source: Any, message: str) -> None:
    assert refused(source) == FROM + message


def test_nothing_is_inflated_beyond_what_was_asked(text: str, tmp_path: Path) -> None:
    """A bomb of 100 MB, with shapes that match it, costs no more than its own text."""
    document = json.loads(text)
    months = 10**5
    for name in ARRAYS:
        packed = document["arrays"][name]
        packed["shape"] = [
            months if axis == "month" else size for axis, size in zip(AXES[name], packed["shape"], strict=True)
        ]
        packed["deflated_base64"] = zeros(8 * int(np.prod(packed["shape"])) if name == "flows" else 8)
    bomb = json.dumps(document)
    tracemalloc.start()
    found = refused(bomb, at_most=10**6)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == "Projection.from_json.arrays must be at most 1,000,000 bytes when inflated; got 1,060,800,096"
    assert most < 10 * len(bomb) + 10**6
    path = tmp_path / "large.json"
    path.write_text(text, encoding="utf-8")
    size = len(path.read_bytes())
    assert refused(path, at_most=999) == f"{FROM}source must be a file of at most 999 bytes; got {size:,}"
    assert gr.Projection.from_json(path, at_most=10**6).seed == 11


def test_what_is_no_number_is_refused(projection: gr.Projection) -> None:
    spoiled = projection.values.copy()
    spoiled[0, 0, 0, 0, 0, 6] = np.nan
    with pytest.raises(gr.InputError) as caught:
        attrs.evolve(projection, values=spoiled)
    assert str(caught.value) == "Projection.values must be numbers in [-1e+100, 1e+100]; got (nan, nan)"


def again(projection: gr.Projection) -> list[gr.Projection]:
    return [
        projection,
        pickle.loads(pickle.dumps(projection)),
        copy.copy(projection),
        copy.deepcopy(projection),
        gr.Projection.from_json(projection.to_json()),
    ]


def test_arrays_are_read_only_whatever_way_a_projection_came(projection: gr.Projection) -> None:
    for made in again(projection):
        assert made.summary().equals(projection.summary())
        own = [getattr(made, name) for name in ARRAYS] + list(made.inputs.values())
        if made.household_ids is not None:
            own += [made.household_ids, made.household_values]
        for one in own:
            with pytest.raises(ValueError, match="read-only"):
                one[...] = 0


def test_a_name_that_no_figure_can_show_is_refused_before_the_run() -> None:
    with pytest.raises(gr.InputError) as caught:
        attrs.evolve(people(40), by=np.where(np.arange(40) % 2, "east", "we\x1bst"))
    assert str(caught.value) == "Population.by[0] must be a text without control characters; got 'we\\x1bst'"


def test_what_was_written_before_staff_stood_in_the_ledger_is_read(text: str, projection: gr.Projection) -> None:
    """Results of 0.1 have three components of cost; the fourth is then zero."""
    document = json.loads(text)
    costs = np.delete(projection.costs_by_draw, 3, axis=3)
    document["arrays"]["costs_by_draw"] = {
        "shape": list(costs.shape),
        "type": "float64",
        "deflated_base64": base64.b64encode(zlib.compress(costs.astype("<f8").tobytes())).decode(),
    }
    read = gr.Projection.from_json(json.dumps(document))
    np.testing.assert_array_equal(read.costs_by_draw, projection.costs_by_draw)
