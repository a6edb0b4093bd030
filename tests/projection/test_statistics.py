"""Statistics as records: what follows from them, and what no record may say."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import graduasi as gr
from graduasi.projection import EXAMPLES, RECORDED, STATISTICS, MonthState, SpellState, Statistic, StatisticSet
from graduasi.simulation.spells import SpellTracker, StateCodes, YearClock
from graduasi.simulation.totals import _occurring


def flags(number: int) -> StatisticSet:
    """A set with flags of this number in all: those of the table, and spells out for so many months."""

    def lasting(months: int) -> Statistic:
        return Statistic(
            name=f"out_{months}",
            meaning="out for long",
            flag=lambda s: s.out_for >= months,
            event=f"exit of {months}",
        )

    return StatisticSet([*STATISTICS, *(lasting(1 + place) for place in range(number - len(RECORDED.flags)))])


def test_names_and_effects_follow_from_the_records() -> None:
    assert RECORDED.names == (
        "poor", "entries", "exits", "reentries", "sustained", "self_reliant", "gap", "severity", "remeasured",
        "helped", "helped_sustained", "helped_self_reliant", "hurt", "hurt_sustained", "hurt_self_reliant",
        "reached", "reached_poor", "reached_anyway",
    )  # fmt: skip
    assert RECORDED.additional == ("additional", "additional_sustained", "additional_self_reliant")
    assert RECORDED.meaning["helped_sustained"] == "sustained exit under the policy, not without it"
    assert RECORDED.meaning["hurt"] == "gross exit without the policy, not under it"
    assert RECORDED.meaning["additional"] == "helped less hurt: the effect on gross exits"
    assert [RECORDED.index(name) for name in RECORDED.told] == list(range(21))


@pytest.mark.parametrize(("number", "kind", "pairs"), [
    (6, np.uint8, np.uint16), (8, np.uint8, np.uint16), (9, np.uint16, np.uint32), (12, np.uint16, np.uint32),
    (17, np.uint32, np.uint64), (32, np.uint32, np.uint64),
])  # fmt: skip
def test_any_number_of_flags_is_coded_and_counted(number: int, kind: type, pairs: type) -> None:
    """What a household adds is what its flags say, with the policy and without, however many flags there are."""
    statistics = flags(number)
    codes = StateCodes(statistics=statistics)
    rng = np.random.default_rng(number)
    now, without = (SpellTracker(np.array([True] * 40), sustained=3) for _ in range(2))
    for _ in range(9):
        now.step(rng.random(40) < 0.3)
        without.step(rng.random(40) < 0.6)
    one, other = (each.state(each.sustained, each.sustained) for each in (now, without))
    coded = codes.encode(one), codes.encode(other)
    assert coded[0].dtype == kind
    pair = codes.pairs(*coded)
    assert pair.dtype == pairs
    table = codes.changed
    present, place = _occurring(pair[None], table.size)
    rows = table.rows(present)[place[0]]
    for statistic in statistics.flags:
        assert statistic.flag is not None
        had, has = statistic.flag(other), statistic.flag(one)
        np.testing.assert_array_equal(rows[:, statistics.index(statistic.name)], has.astype(int) - had)
        effect = statistic.differences
        if effect is not None:
            np.testing.assert_array_equal(rows[:, statistics.index(effect.helped)], has & ~had)
            np.testing.assert_array_equal(rows[:, statistics.index(effect.hurt)], had & ~has)
    counted = codes.counted.rows(coded[0])
    np.testing.assert_array_equal(counted[:, statistics.index("poor")], one.poor)
    np.testing.assert_array_equal(rows[:, statistics.index("reached_anyway")], other.out)
    np.testing.assert_array_equal(codes.reached.rows(coded[1])[:, statistics.index("reached_poor")], other.poor)
    assert (codes.reached.rows(coded[1])[:, statistics.index("reached")] == 1).all()


def test_a_spell_is_tracked_by_hand() -> None:
    """One household: poor, out, out, poor again, out. Months in a row start anew."""
    spells = SpellTracker(np.array([True]), sustained=2)
    seen = []
    for poor in (False, False, True, False):
        spells.step(np.array([poor]))
        seen.append((bool(spells.out[0]), int(spells.out_for[0]), bool(spells.sustained[0]), bool(spells.again[0])))
    assert seen == [
        (True, 1, False, False),
        (True, 2, True, False),
        (False, 0, False, True),
        (True, 1, False, False),
    ]


def test_years_are_disjoint_and_use_the_same_spells() -> None:
    """Means of 90, then 110 and 110 at a line of 100: an exit in year 1, sustained in year 2, never by a month."""
    clock, spells, sustained = YearClock(np.array([100.0, 80.0])), None, []
    for month in range(-11, 25):
        welfare = 90.0 if month <= 0 else 110.0 + 60.0 * (-1) ** month  # 50 and 170 in turn: poor every other month
        year = clock.add(np.array([welfare]))
        assert (year is not None) == (month % 12 == 0)
        if year is None:
            continue
        assert year.shape == (2, 1)
        if spells is None:
            spells = SpellTracker(year, sustained=2)
        else:
            spells.step(year)
        sustained.append((spells.out[:, 0].tolist(), spells.sustained[:, 0].tolist()))
    assert sustained == [
        ([False, False], [False, False]), ([True, False], [False, False]), ([True, False], [True, False]),
    ]  # fmt: skip


def test_records_travel_to_workers() -> None:
    for statistic in STATISTICS + EXAMPLES:
        assert pickle.loads(pickle.dumps(statistic)) is statistic
    assert pickle.loads(pickle.dumps(RECORDED)).names == RECORDED.names
    own = Statistic(name="own", meaning="mine", amount=np.positive)
    assert pickle.loads(pickle.dumps(own)) == own


def never(state: SpellState) -> Any:
    return ~state.poor


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Statistic(name="a b", meaning=""), "Statistic.name must be a name of letters, digits and _; got 'a b'"),
    (lambda: Statistic(name="a", meaning="", unit="cm"), "Statistic.unit must be one of 'count', 'share', 'currency'; got 'cm'"),
    (lambda: Statistic(name="a", meaning="", clock="week"), "Statistic.clock must be one of 'month', 'year'; got 'week'"),
    (lambda: Statistic(name="a", meaning="", flag=never, amount=np.positive), "Statistic.amount must not be given beside flag; got both in 'a'"),
    (lambda: StatisticSet([*STATISTICS, STATISTICS[0]]), "StatisticSet.statistics must have names of their own; got 'poor' twice"),
    (lambda: StatisticSet([*STATISTICS, Statistic(name="helped", meaning="", amount=np.positive)]), "StatisticSet.statistics must have names of their own; got 'helped' twice"),
    (lambda: StatisticSet([Statistic(name="a", meaning="", flag=never)]), "Statistic.flag must be False for households that are never poor, which are not visited; got True in 'a': give an amount instead"),
    (lambda: StatisticSet([Statistic(name="a", meaning="", flag=lambda s: s.out_for)]), "Statistic.flag must be a function of a SpellState that gives True or False a household, in 'a'; got array([0, 0], dtype=int32)"),
    (lambda: StatisticSet([Statistic(name="a", meaning="", reach="rich")]), "Statistic.reach must be one of 'everybody', in 'a'; got 'rich'"),
    (lambda: StatisticSet(["poor"]), "StatisticSet.statistics must be Statistic records; got 'poor'"),  # type: ignore[list-item]
    (lambda: flags(33), "StatisticSet.statistics must be at most 32 with a flag; got 33"),
])  # fmt: skip
def test_what_no_record_may_say(make: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        make()
    assert str(caught.value) == message


def test_examples_by_hand() -> None:
    """Welfare of 40, 120 and 600 at a line of 100, households of 2, 3 and 1."""
    state = MonthState(
        month=1, line=100.0, welfare=np.array([40.0, 120.0, 600.0]), members=np.array([2.0, 3.0, 1.0]),
        poor=np.array([True, False, False]), stocks={"added_assets": np.array([2.5, 0.0, 7.0])},
    )  # fmt: skip
    amounts = {each.name: np.asarray(each.amount(state)).tolist() for each in EXAMPLES if each.amount is not None}
    assert amounts == {
        "near_poor": [1.0, 1.0, 0.0],
        "mean_welfare": [40.0, 120.0, 600.0],
        "mean_assets": [5.0, 0.0, 7.0],
        "gap_money": [120.0, 0.0, 0.0],
        "welfare_bins": [[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]],
    }
