"""Axioms of poverty measures: the unit of money does not matter, and a transfer to somebody richer never helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graduasi import measures as m

LINE = 10.0
MEASURES: dict[str, Callable[..., float]] = {
    "headcount": m.headcount,
    "poverty_gap": m.poverty_gap,
    "poverty_severity": m.poverty_severity,
    "fgt 1.5": lambda welfare, line, weights=None: m.fgt(welfare, line, 1.5, weights),
    "fgt 3": lambda welfare, line, weights=None: m.fgt(welfare, line, 3.0, weights),
    "watts": m.watts,
    "sen": m.sen,
    "sen_shorrocks_thon": m.sen_shorrocks_thon,
}
CONVEX = ("poverty_severity", "fgt 1.5", "fgt 3", "watts", "sen_shorrocks_thon")
few = settings(max_examples=25)
worlds = st.lists(
    st.tuples(st.floats(0.5, 30.0), st.sampled_from([0.0, 0.5, 1.0, 4.0])), min_size=3, max_size=9
).filter(lambda rows: sum(weight for _, weight in rows) > 0)


@pytest.mark.parametrize("name", MEASURES)
@few
@given(rows=worlds, unit=st.sampled_from([1e-6, 0.25, 16_384.0, 1e9]), heads=st.sampled_from([1e-3, 8.0, 1e6]))
def test_units_of_money_and_of_heads_do_not_matter(
    name: str, rows: list[tuple[float, float]], unit: float, heads: float
) -> None:
    welfare, weights = map(np.array, zip(*rows, strict=True))
    welfare = np.where(np.abs(welfare - LINE) < 1e-9, LINE, welfare)
    measure = MEASURES[name]
    whole = measure(welfare, LINE, weights)
    assert measure(welfare, LINE, weights * heads) == pytest.approx(whole, rel=1e-9, abs=1e-12)
    welfare = welfare[welfare != LINE]  # exactly on the line is a matter of rounding in other units
    weights = weights[: welfare.size] + 1.0
    if welfare.size:
        own, other = measure(welfare, LINE, weights), measure(welfare * unit, LINE * unit, weights)
        assert other == pytest.approx(own, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", CONVEX)
@few
@given(rest=st.lists(st.floats(0.5, 30.0), min_size=1, max_size=7), low=st.floats(0.5, 4.0),
       high=st.floats(4.5, 9.0), part=st.floats(0.05, 0.9), weight=st.sampled_from([1.0, 3.0]))  # fmt: skip
def test_a_transfer_from_poorer_to_richer_raises_poverty(
    name: str, rest: list[float], low: float, high: float, part: float, weight: float
) -> None:
    """Both stay poor, whoever else is there; a measure that is linear in the gaps stays where it was."""
    amount = part * min(low, (LINE - high) * 0.9)
    weights = np.array([weight, weight, *np.ones(len(rest))])

    def of(measure: Callable[..., Any], less: float, more: float) -> float:
        return float(measure([less, more, *rest], LINE, weights))

    measure = MEASURES[name]
    assert of(measure, low - amount, high + amount) > of(measure, low, high)
    for same in (m.headcount, m.poverty_gap):
        assert of(same, low - amount, high + amount) == pytest.approx(of(same, low, high), rel=1e-12)


def test_who_stands_for_nobody_does_not_spoil_the_others() -> None:
    """A welfare so low that its gap in lines is beyond all numbers, times no weight."""
    for measure in (m.poverty_gap, m.poverty_severity):
        assert measure([5e-11, -1e300], 1e-10, [1.0, 0.0]) == pytest.approx(measure([5e-11], 1e-10))
