"""Types of columns and arguments: what is no number and no code is refused by its type."""

from __future__ import annotations

import copy
import datetime
import pickle
from decimal import Decimal
from typing import Any

import attrs
import numpy as np
import pandas as pd
import pytest

import graduasi as gr
from graduasi.streams import ids as id_keys


def read(table: Any, **changes: Any) -> gr.Population:
    return gr.Population.from_frame(table, **({"welfare": "w", "id": "id", "currency": "IDR"} | changes))


def refusal(table: Any, **changes: Any) -> str:
    with pytest.raises(gr.InputError) as caught:
        read(table, **changes)
    return str(caught.value)


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"id": ["a", "b"], "w": [1.0, 2.0]} | columns)


def objects(*values: Any) -> pd.Series[Any]:
    return pd.Series(values, dtype=object)


@pytest.mark.parametrize(
    ("values", "got"),
    [
        ([True, False], "bool"),
        (pd.array([True, None], dtype="boolean"), "boolean"),
        (np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[s]"), "datetime64[s]"),
        (np.array([1, 2], dtype="timedelta64[s]"), "timedelta64[s]"),
        ([1 + 1j, 2], "complex128"),
        (pd.period_range("2020-01", periods=2, freq="M"), "Period in rows 1, 2"),
        ([b"5", b"6"], "bytes in rows 1, 2"),
        (pd.Categorical([True, False]), "bool in rows 1, 2"),
        (objects(5, datetime.date(2020, 1, 1)), "date in row 2"),
        (objects([5], True), "bool, list in rows 1, 2"),
        (objects(np.timedelta64(5, "D"), 5), "timedelta64 in row 1"),
    ],
)
def test_other_types_are_no_numbers(values: Any, got: str) -> None:
    words = f"Population.from_frame: 1 fault in the table\n  weight must be numbers; got {got}"
    assert refusal(frame(k=values), weight="k") == words


@pytest.mark.parametrize(
    "values",
    [
        objects(5, 6.5), objects("5", " 6.5 "), objects(Decimal(5), np.float32(6.5)), pd.array([5, 6.5], dtype="Float64"),
        pd.Categorical([5, 6.5]),
    ],
)  # fmt: skip
def test_numbers_of_every_type(values: Any) -> None:
    assert read(frame(w=values)).welfare.tolist() == [5.0, 6.5]


def test_thousands_and_numbers_too_large() -> None:
    head = "Population.from_frame: 1 fault in the table\n  welfare must be "
    assert refusal(frame(w=["1.250", "3"])) == (
        f"{head}numbers without separators of thousands; '1.250' in row 1 looks like thousands written with dots, as "
        "all of them do, and would be 1.25: write '1250'; give numbers where that is meant"
    )
    assert refusal(frame(w=objects(10**400, 1))) == f"{head}a number in every row; missing or not finite in row 1"
    assert refusal(frame(w=[1e308, 1.0]), period="day") == f"{head}finite per person per month; it is not in row 1"


@pytest.mark.parametrize(
    ("values", "need"),
    [
        (objects("x\0", "x"), "without control characters and lone surrogates; it is not in row 1"),
        (objects("x", "\ud800"), "without control characters and lone surrogates; it is not in row 2"),
        (objects("x", b"x"), "texts or whole numbers; got bytes in row 2"),
        (objects(["x"], {}), "texts or whole numbers; got dict, list in rows 1, 2"),
        ([1.0, 1e17], "texts or whole numbers below 2**53, above which floats lose digits; it is not in row 2"),
        ([1.0, np.inf], "texts or whole numbers below 2**53, above which floats lose digits; it is not in row 2"),
        ([1.0, np.nan], "given in every row; missing in row 2"),
        (["x", " "], "given in every row; missing in row 2"),
        (["x ", "x"], "different"),
    ],
)
def test_codes_that_are_refused(values: Any, need: str) -> None:
    if need == "different":
        need = "to differ"
        words = "id must differ in more than the blanks around it; 'x' and 'x ' do not, in rows 1, 2"
    else:
        words = f"id must be {need}"
    assert refusal(frame(id=values)) == f"Population.from_frame: 1 fault in the table\n  {words}"


def test_numbers_as_codes() -> None:
    assert read(frame(id=[3216.0, 3217.0])).ids.tolist() == ["3216", "3217"]
    assert read(frame(id=[2**63 + 1, 5])).ids.tolist() == [str(2**63 + 1), "5"]
    assert read(frame(id=objects(7, "07"))).ids.tolist() == ["7", "07"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"welfare": ["w"]}, "welfare must be the name of a column; got ['w'] (columns: 'id', 'w')"),
        ({"weight": {"w"}}, "weight must be the name of a column; got {'w'} (columns: 'id', 'w')"),
        ({"columns": (["w"],)}, "columns must be the name of a column; got ['w'] (columns: 'id', 'w')"),
        ({"assumed_members": "4"}, "assumed_members must be a number in [1, 100]; got '4'"),
        ({"composition": "w"}, "composition must be a tuple of names of columns; got 'w'"),
        ({"columns": 5}, "columns must be a tuple of names of columns; got 5"),
        ({"currency": 5}, "currency must be a text that is not empty; got 5"),
        ({"line": 5}, "line must be a PovertyLine; got 5"),
        ({"period": ["day"]}, "period must be one of 'day', 'day of 30', 'week', 'month', 'quarter', 'year'; got ['day']"),
        ({"region": "id", "region_lines": [1], "line": gr.PovertyLine(amount=1, label="x")},
         "region_lines must map regions to money; got [1]"),
    ],
)  # fmt: skip
def test_arguments_of_other_types(changes: dict[str, Any], fault: str) -> None:
    assert refusal(frame(), **changes) == f"Population.from_frame: 1 fault in the table\n  {fault}"


def test_what_is_no_frame() -> None:
    assert refusal({"id": ["a"], "w": [1]}) == (
        "Population.from_frame.frame must be a pandas DataFrame; got a dict"
    )


def test_masks_are_not_lost() -> None:
    given: dict[str, Any] = {"ids": ["a"], "welfare": [1.0], "weight": [1.0]}
    masked = np.ma.masked_array([1.0], mask=[True])
    for field, value in (
        ("welfare", masked), ("columns['x']", {"x": masked}), ("tails[0]", (masked, masked)),
    ):  # fmt: skip
        with pytest.raises(gr.InputError) as caught:
            gr.Population(**(given | {field.partition("[")[0]: value}))
        assert str(caught.value) == f"Population.{field} must be an array without a mask; got a masked array"


@pytest.mark.parametrize("again", [lambda each: pickle.loads(pickle.dumps(each)), copy.copy, copy.deepcopy])
def test_arrays_stay_read_only(again: Any) -> None:
    people = read(frame(g=["x", "y"], m=[1, 2]), by="g", members="m", columns=("g",))
    people = attrs.evolve(people, tails=(people.welfare * 0.5, people.welfare * 2.0))
    keys = people.keys.tolist()
    other = again(people)
    assert other.tails is not None
    arrays = [other.ids, other.welfare, other.weight, other.members, other.by, other.columns["g"], *other.tails]
    assert [each.flags.writeable for each in [*arrays, other.keys]] == [False] * 9
    assert other.keys.tolist() == keys
    assert other.welfare.tolist() == [1.0, 2.0]


def test_ids_are_hashed_when_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are told apart without their hashes; two with one hash are refused when the hashes are asked for."""
    monkeypatch.setattr(id_keys, "hashes", lambda texts, kind: np.zeros(len(texts), dtype=kind))
    people = read(frame())
    with pytest.raises(gr.InputError) as caught:
        _ = people.keys
    assert str(caught.value) == "Population.ids must have 64-bit hashes that differ; got one hash for 'a' and 'b'"


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["a", "a"], "Population.ids must be unique; got 'a' more than once"),
        (["x" * 70, "x" * 70], f"Population.ids must be unique; got {'x' * 70!r} more than once"),
        (["a", ""], "Population.ids must be texts that are not empty or whole numbers; got ''"),
        (["a", None], "Population.ids must be texts that are not empty or whole numbers; got None"),
    ],
)
def test_a_population_refuses_ids_at_once(ids: list[Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        gr.Population(ids=ids, welfare=[1.0, 2.0], weight=[1.0, 1.0])
    assert str(caught.value) == message
