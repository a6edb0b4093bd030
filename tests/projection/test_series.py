"""Series by name: arithmetic, exact joins, and what was an array; the Dataset of a projection."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import numpy as np
import pytest
from tests.simulation.small_world import LINE, people, policy, programme, run

import graduasi as gr
from graduasi.projection import Interval, Series, intervals
from graduasi.projection.intervals import ratio_of_sums
from graduasi.projection.tables import compare_rows

CASH = policy("cash", programme("cash", gr.CashTransfer(amount=400.0, payments=14)))
GRANT = policy("grant", programme("grant", gr.CapitalGrant(amount=900.0)))


@pytest.fixture(scope="module")
def result() -> gr.Projection:
    return run(people(150, grouped=True), [CASH, GRANT], draws=5)


def test_the_effect_on_an_event_has_the_luck_that_is_its_own(result: gr.Projection) -> None:
    """Not that of two totals: sustained exits less those without it are the additional ones, to the last bit."""
    for name, additional in (("exits", "additional"), ("sustained", "additional_sustained")):
        effect, kept = result.series(name, "grant").minus("nothing"), result.series(additional, "grant")
        np.testing.assert_array_equal(effect.draws, kept.draws)
        own, without = (result.series(name, each).simulated for each in ("grant", "nothing"))
        np.testing.assert_array_equal(effect.simulated, own - without)
        assert effect.at(14).interval() == result.interval(additional, "grant", month=14)
        assert effect.policy == "grant minus nothing"
        assert effect.statistic == additional


def test_two_policies_differ_by_the_difference_of_their_effects(result: gr.Projection) -> None:
    difference = result.series("sustained", "grant").minus("cash")
    one, other = (result.series("additional_sustained", each) for each in ("grant", "cash"))
    np.testing.assert_array_equal(difference.draws, one.draws - other.draws)
    np.testing.assert_array_equal(difference.draws, (one - other).draws)
    row = next(
        r for r in compare_rows(result, "grant", "cash", "line") if r["exit"] == "sustained" and r["month"] == 14
    )
    assert difference.at(14).interval().mean == row["additional"]
    assert difference.chance_of_none().tolist() == [0.0] * 15


def test_other_differences_are_as_simulated(result: gr.Projection) -> None:
    """Their luck is not known, so nothing is taken out of it, and no variances are added."""
    fewer = result.series("poor", "nothing") - result.series("poor", "grant")
    assert (fewer.statistic, fewer.policy) == ("poor", "nothing minus grant")
    np.testing.assert_array_equal(fewer.draws, fewer.simulated)
    both = result.series("entries", "grant") - result.series("exits", "grant")
    poor = result.series("poor", "grant").simulated
    np.testing.assert_array_equal(both.simulated, poor - poor[:, :1])
    assert both.statistic == "entries - exits"


def test_one_month_is_the_interval(result: gr.Projection) -> None:
    series = result.series("poor", "grant", line="lower", unit="persons")
    assert repr(series) == "Series(poor under grant, persons, line lower, months 0 to 14, 5 draws)"
    assert repr(series.at(3)) == "Series(poor under grant, persons, line lower, month 3, 5 draws)"
    assert series.at().months == (14,)
    found = series.at(3).interval(0.5)
    assert found == result.interval("poor", "grant", month=3, line="lower", unit="persons", level=0.5)
    low, high = series.bounds(0.5)
    assert (low[3], high[3]) == pytest.approx((found.low, found.high))
    assert series.mean()[3] == pytest.approx(found.mean)
    np.testing.assert_array_equal(np.asarray(series), series.draws)
    assert np.asarray(series, dtype=np.float32).dtype == np.float32
    alone = run(people(40), draws=1, months=2).series("poor", "nothing")
    assert np.isnan(alone.bounds()).all()
    assert isinstance(alone.at(1).interval(), Interval)


def test_ratios_are_of_sums(result: gr.Projection) -> None:
    poor, out = result.series("poor", "grant"), result.series("exits", "grant")
    share = out.at(14) / poor.at(0)
    expected = ratio_of_sums(out.simulated[:, 14], poor.simulated[:, 0])
    assert share.interval() == expected
    assert share.mean() == pytest.approx(expected.mean)
    np.testing.assert_allclose(share.draws[:, 0], out.draws[:, 14] / poor.draws[:, 0])
    assert out.at(14).missing_from(poor.at(0)).mean() == pytest.approx(1 - expected.mean)
    by_month = out / poor
    assert by_month.at(5).interval() == ratio_of_sums(out.simulated[:, 5], poor.simulated[:, 5])
    nobody = result.series("reached", "grant") / result.series("reached", "nothing")
    assert np.isnan(nobody.draws).all()
    assert np.isnan(nobody.mean()).all()
    assert repr(share).startswith("Ratio(Series(exits under grant, households, line line, month 14, 5 draws) / ")


def test_groups_are_as_simulated(result: gr.Projection) -> None:
    poor = result.series("poor", "grant")
    east, west = (poor.by(name) for name in ("east", "west"))
    np.testing.assert_allclose(east.draws + west.draws, poor.simulated)
    assert east.at(3).interval() == Interval.of(east.simulated[:, 3])
    effect = result.series("sustained", "grant").by("east").minus("nothing")
    kept = result.series("additional_sustained", "grant").by("east")
    np.testing.assert_array_equal(effect.draws, kept.draws)
    assert poor.at(3).by("east").months == (3,)


@pytest.mark.parametrize(("ask", "message"), [
    (lambda r: r.series("poor", "cash").minus(r.series("poor", "cash", line="lower")), "Series.minus must be of series of one line; got 'line' and 'lower'"),
    (lambda r: r.series("poor", "cash") - r.series("poor", "cash", unit="persons"), "Series.minus must be of series of one unit; got 'households' and 'persons'"),
    (lambda r: r.series("poor", "cash").at(3).minus(r.series("poor", "cash").at(4)), "Series.minus must be of series of one span of months; got 'month 3' and 'month 4'"),
    (lambda r: r.series("poor", "cash").by("east") - r.series("poor", "cash"), "Series.minus must be of series of one group; got 'east' and None"),
    (lambda r: r.series("poor", "cash").by("east") / r.series("poor", "cash"), "Series / Series must be of series of one group; got 'east' and None"),
    (lambda r: r.series("poor", "cash") / r.series("poor", "cash").at(0), "Series / Series must be of series of one span of months; got 'months 0 to 14' and 'month 0'"),
    (lambda r: r.series("poor", "cash").minus(attrs.evolve(r.series("poor", "cash"), result=attrs.evolve(r, seed=9))), "Series.minus must be of series of one run; got seed 11, 5 draws from 2023-12, {all} households and seed 9, 5 draws from 2023-12, {all} households"),
    (lambda r: r.series("poor", "cash").minus(3), "Series.minus must be of a policy or a Series; got 3"),
    (lambda r: r.series("poor", "cash").minus("nothing").by("east"), "Series.by must be of one policy; got 'cash minus nothing': take the groups first"),
    (lambda r: r.series("poor", "cash").interval(), "Series.interval must be of one month; got months 0 to 14: take .at(month) first"),
    (lambda r: (r.series("exits", "cash") / r.series("poor", "cash")).interval(), "Ratio.interval must be of one month; got months 0 to 14: take .at(month) first"),
    (lambda r: r.series("poor", "cash").at(3).at(4), "Series.at.month must be one of month 3; got 4"),
    (lambda r: r.series("poor", "cash").at(15), "Projection.month must be a whole number in [0, 14]; got 15"),
    (lambda r: r.series("poor", "cash").by("north"), "Projection has no group 'north'; it has 'east', 'west'"),
])  # fmt: skip
def test_joins_are_exact(result: gr.Projection, ask: Any, message: str) -> None:
    with pytest.raises(gr.GraduasiError) as caught:
        ask(result)
    assert str(caught.value) == message.replace("{all}", f"{result.totals['households']:g}")


@pytest.mark.parametrize("use", [
    lambda s: s[:, 14], lambda s: s > 0, lambda s: 1 + s, lambda s: s * 2, lambda s: s - 1.0, lambda s: s / 2, len, list,
], ids=["place", "greater", "plus", "times", "minus", "over", "len", "list"])  # fmt: skip
def test_what_was_an_array_says_what_to_write(result: gr.Projection, use: Any) -> None:
    with pytest.raises(gr.InputError) as caught:
        use(result.series("poor", "cash"))
    assert str(caught.value) == (
        "Series must be read by name since 0.2: write .at(month) and .interval() or .mean(), or .draws for the array "
        "of shape (draw, month); got Series(poor under cash, households, line line, months 0 to 14, 5 draws) where "
        "an array is meant"
    )


@pytest.mark.parametrize(("ask", "message"), [
    (lambda r: r.at, "Projection.at goes in 0.3: write Projection.index"),
    (lambda r: r.by("poor"), "Projection.by(statistic) goes in 0.3: write Projection.series(statistic, policy).by(group)"),
    (lambda r: r.compare("cash", "nothing"), "Projection.compare(policy, against) goes in 0.3: write Projection.series(statistic, policy).minus(against)"),
    (lambda r: gr.projection.settle, "graduasi.projection.settle goes in 0.3: write graduasi.projection.rescale"),
    (lambda r: gr.projection.LuckVariance, "graduasi.projection.LuckVariance goes in 0.3: write graduasi.projection.SimulationVariance"),
])  # fmt: skip
def test_old_names_answer_with_a_warning(result: gr.Projection, ask: Any, message: str) -> None:
    with pytest.warns(DeprecationWarning, match="goes in 0.3") as caught:
        assert ask(result) is not None
    assert [str(item.message) for item in caught] == [message]
    assert caught[0].filename == __file__


def test_data_has_every_number_on_named_axes(result: gr.Projection) -> None:
    data = result.data
    assert set(result.statistics.told) <= set(data.data_vars)
    assert data["poor"].dims == ("draw", "unit", "policy", "month", "line", "by")
    assert data["poor"].attrs == {"meaning": "true welfare below the line", "unit": "count", "clock": "month"}
    assert data["poor"].values.base is not None  # a view of the projection's own array
    assert data["date"].sel(month=13) == "2025-01"
    assert data["line_amount"].sel(line="line") == LINE.amount
    helped, hurt = data["helped_sustained"], data["hurt_sustained"]
    np.testing.assert_array_equal(data["additional_sustained"], helped - hurt)
    some = {"policy": "grant", "month": [3, 7], "unit": "persons", "line": "lower"}
    np.testing.assert_array_equal(data["additional"].sel(some), (data["helped"] - data["hurt"]).sel(some))
    np.testing.assert_array_equal(
        data["poor"].sel(policy="cash", unit="households", line="line").sum("by"),
        result.series("poor", "cash").simulated,
    )
    assert data["cost"].dims == ("draw", "policy", "programme", "component", "month")
    cost = data["cost"].sel(policy="cash", component="transfer").sum(["programme", "month"]).mean()
    assert cost == pytest.approx(result.costs().query("policy == 'cash' and component == 'transfer'")["cost"].sum())
    assert data["flow"].sel(flow_name="received", policy="nothing").sum() == 0
    for name, drawn in result.inputs.items():
        np.testing.assert_array_equal(data["input"].sel(input_name=name), drawn)
    assert data.attrs["seed"] == 11
    assert run(people(20), months=2).data["cost"].sizes["programme"] == 0


def test_differences_are_computed_where_they_are_read(
    result: gr.Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graduasi.projection.dataset import _Difference

    read = []
    monkeypatch.setattr(_Difference, "_read", lambda self, key: read.append(key) or self.one[key] - self.other[key])
    data = result.data
    assert read == []
    assert data["additional"].isel(draw=0, month=3, unit=0, policy=1, line=0).values.shape == (2,)
    assert len(read) == 1


def test_a_projection_has_twelve_public_names_at_most() -> None:
    own = [name for name in vars(gr.Projection) if not name.startswith("_")]
    assert len(own) <= 12, own
    assert (
        len([name for name in vars(Series) if not name.startswith("_") and callable(getattr(Series, name))]) <= 12
    )


def test_a_projection_goes_through_pickle(result: gr.Projection) -> None:
    again = pickle.loads(pickle.dumps(result))
    assert type(again) is gr.Projection
    np.testing.assert_array_equal(again.values, result.values)
    assert not again.values.flags.writeable
    assert intervals.LEVEL == 0.9
