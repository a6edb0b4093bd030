"""Plain arguments: one voice, one notion of a number, whoever asks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

import graduasi as gr
from graduasi import checks
from graduasi.fields import Domain, share

SHARES = [0.5, 1, 0, np.float32(0.5), np.float64(0.25), np.float16(0.5), np.int8(1), np.longdouble(0.5)]
NO_NUMBERS = [
    True, np.True_, math.nan, np.float32("nan"), math.inf, "0.5", None, 1j, np.timedelta64(1, "D"), [0.5], np.array(0.5),
]  # fmt: skip


@frozen(kw_only=True)
class Kept:
    """A test's object."""

    part: float = share("kept")


@pytest.mark.parametrize("value", SHARES, ids=repr)
def test_a_share_is_a_share_whoever_wrote_it(value: Any) -> None:
    assert type(checks.share("f", "x", value)) is float
    assert checks.share("f", "x", value) == float(value)
    assert Kept(part=value).part == float(value)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused_alike(value: Any) -> None:
    with pytest.raises(gr.InputError) as caught:
        checks.share("f", "x", value)
    assert str(caught.value) == f"f.x must be a share in [0, 1]; got {value!r}"
    with pytest.raises(gr.InputError) as caught:
        Kept(part=value)
    plain = float(value) if isinstance(value, np.floating) else value  # a field keeps plain floats
    assert str(caught.value) == f"Kept.part must be a share in [0, 1]; got {plain!r}"


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (lambda: checks.number("f", "x", 10**400), "f.x must be a number at most 1e+18; got 1" + "0" * 400),
        (lambda: checks.number("f", "x", -1.0, low=0, low_open=True), "f.x must be a number above 0; got -1.0"),
        (lambda: checks.share("f", "x", 1, high_open=True), "f.x must be a share in [0, 1); got 1"),
        (lambda: checks.whole("f", "x", 2.0), "f.x must be a whole number; got 2.0"),
        (lambda: checks.whole("f", "x", 0, at_least=1), "f.x must be a whole number at least 1; got 0"),
        (lambda: checks.whole("f", "x", np.timedelta64(3)),
         f"f.x must be a whole number; got {np.timedelta64(3)!r}"),
        (lambda: checks.text("f", "x", " "), "f.x must be a text that is not empty; got ' '"),
        (lambda: checks.text("f", "x", "a\nb"), "f.x must be a text without control characters; got 'a\\nb'"),
        (lambda: checks.names("f", "x", "ab"), "f.x must be a list of names; got 'ab'"),
        (lambda: checks.names("f", "x", [], at_least=1), "f.x must be a list of at least 1 name; got ()"),
        (lambda: checks.names("f", "x", ["a", "a"]), "f.x[1] must be a name of its own; got 'a'"),
        (lambda: checks.names("f", "x", ["a", 3]), "f.x[1] must be a text that is not empty; got 3"),
        (lambda: checks.month("f", "x", "2023-13"), "f.x must be a month such as '2023-12'; got '2023-13'"),
        (lambda: checks.month("f", "x", "0023-12"), "f.x must be a month such as '2023-12'; got '0023-12'"),
        (lambda: checks.flag("f", "x", 1), "f.x must be True or False; got 1"),
        (lambda: checks.one_of("f", "x", "c", ("a", "b")), "f.x must be one of 'a', 'b'; got 'c'"),
        (lambda: checks.path("f", "x", 3), "f.x must be the path of a file; got 3"),
        (lambda: checks.path("f", "x", b"a"), "f.x must be the path of a file; got b'a'"),
        (lambda: checks.instance("f", "x", 3, gr.Saving), "f.x must be a Saving; got 3"),
        (lambda: checks.instance("f", "x", 3, (gr.Saving, gr.Eligibility)),
         "f.x must be a Saving or an Eligibility; got 3"),
        (lambda: checks.numbers("f", "x", 3), "f.x must be numbers, one a record; got 3"),
        (lambda: checks.numbers("f", "x", [[1], [1, 2]]), "f.x must be numbers, one a record; got [[1], [1, 2]]"),
        (lambda: checks.numbers("f", "x", [True]), "f.x must be numbers, one a record; got an array of bool, shape (1,)"),
        (lambda: checks.numbers("f", "x", [1, "b"]), "f.x must be numbers, one a record; got an array of <U21, shape (2,)"),
        (lambda: checks.numbers("f", "x", [1, None]),
         "f.x must be numbers, one a record; got an array of objects, such as None"),
        (lambda: checks.numbers("f", "x", [1, 2], size=3), "f.x must be numbers, one for each of 3 records; got 2"),
        (lambda: checks.numbers("f", "x", [1, math.nan, 2, math.inf]),
         "f.x must be finite; got nan in records 1, 3 (counted from 0)"),
        (lambda: checks.numbers("f", "x", [-1] * 7, domain=Domain(low=0)),
         "f.x must be numbers at least 0; got -1.0 in records 0, 1, 2, 3, 4 and 2 more (counted from 0)"),
        (lambda: checks.numbers("f", "x", np.ma.masked_array([1.0], [True])),
         "f.x must be an array without a mask; got a masked array"),
        (lambda: checks.labels("f", "x", [1.5]),
         "f.x must be texts or whole numbers, one a record; got an array of float64, shape (1,)"),
        (lambda: checks.labels("f", "x", np.array(["a", None], dtype=object)),
         "f.x must be texts or whole numbers, one a record; got an array of objects, such as 'a'"),
        (lambda: checks.labels("f", "x", ["a", ""]), "f.x[1] must be a text that is not empty; got ''"),
        (lambda: checks.labels("f", "x", ["a b", "\x1b"]), "f.x[1] must be a text without control characters; got '\\x1b'"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_every_refusal_names_owner_field_need_and_value(check: Callable[[], object], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        check()
    assert str(caught.value) == message


def test_what_is_taken() -> None:
    assert checks.whole("f", "x", np.uint8(3)) == 3
    assert type(checks.whole("f", "x", np.uint8(3))) is int
    assert checks.path("f", "x", "a/b") == Path("a/b")
    assert checks.names("f", "x", ["a", "b"]) == ("a", "b")
    assert checks.month("f", "x", "2023-12") == "2023-12"
    assert checks.flag("f", "x", np.False_) is False
    assert checks.labels("f", "x", np.array(["a b", "c"], dtype=object)).dtype.kind == "U"
    assert checks.labels("f", "x", [2, 3]).tolist() == [2, 3]
    assert checks.numbers("f", "x", [1, 2], size=2).dtype == np.float64
    assert checks.numbers("f", "x", []).size == 0


@given(st.floats(), st.floats(), st.floats(), st.booleans(), st.booleans())
def test_numbers_of_an_array_are_judged_as_one_alone(
    value: float, low: float, high: float, low_open: bool, high_open: bool
) -> None:
    domain = Domain(low=low, high=high, low_open=low_open, high_open=high_open)

    def taken(check: Callable[[], object]) -> bool:
        try:
            check()
        except gr.InputError:
            return False
        return True

    alone = taken(
        lambda: checks.number("f", "x", value, low=low, high=high, low_open=low_open, high_open=high_open)
    )
    assert taken(lambda: checks.numbers("f", "x", [value], domain=domain)) == alone


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: gr.HouseholdEconomy(technology=3), "HouseholdEconomy.technology must be an object with kind, prepare, such as ConcaveTechnology(); got 3"),
        (lambda: gr.HouseholdEconomy(process=None), "HouseholdEconomy.process must be an object with kind, stationary, prepare, such as RankProcess(); got None"),
        (lambda: gr.Programme(name="x", interventions=(3,)),
         "Programme.interventions[0] must be an Intervention; got 3"),
        (lambda: gr.Programme(name="x", interventions=[gr.CashTransfer(amount=1.0)], budget=3),
         "Programme.budget must be a Budget; got 3"),
    ],
    ids=itertools.count(),
)  # fmt: skip
def test_parts_of_another_kind_are_refused_in_the_same_voice(make: Callable[[], object], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        make()
    assert str(caught.value) == message


def test_no_validator_of_attrs_speaks_for_itself() -> None:
    source = Path(checks.__file__).parent
    speaking = [path.name for path in source.rglob("*.py") if "attrs.validators" in path.read_text("utf-8")]
    assert speaking == []
