"""Amounts recorded from made-up states; and the cost of a statistic of one's own: one record."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from small_world import LINE, LOWER, people, policy, programme, run

import graduasi as gr
from graduasi.projection import EXAMPLES, MonthState, Statistic
from graduasi.simulation.recorders import AmountRecorder, GatheredAmounts

LINES = np.array([LINE.amount, LOWER.amount])
ROWS, GROUPS, PARTS, MONTHS = 24, 2, 8, 14


class World:
    """Made-up welfare by month, of everybody without help and of the first rows with it."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.weights = np.array([rng.uniform(1, 9, ROWS)])
        self.members = rng.integers(1, 6, ROWS).astype(float)
        self.weights = np.array([self.weights[0], self.weights[0] * self.members])
        self.welfare = np.exp(rng.normal(4.6, 0.5, (MONTHS + 1, ROWS)))
        self.gain = rng.uniform(0, 60, (MONTHS + 1, ROWS))
        self.stratum = rng.integers(0, GROUPS * PARTS, ROWS)
        self.treated = np.arange(10)

    def states(self, month: int, rows: Any, help_: float = 0.0) -> list[MonthState]:
        welfare = self.welfare[month, rows] + help_ * self.gain[month, rows]
        return [
            MonthState(
                month=month, line=float(line), welfare=welfare, members=self.members[rows], poor=welfare < line,
                stocks={"added_assets": 3.0 * welfare},
            )
            for line in LINES
        ]  # fmt: skip

    @property
    def everybody(self) -> dict[str, float]:
        return dict(zip(("households", "persons"), self.weights.sum(axis=1).tolist(), strict=True))


def recorded(world: World, statistics: Any, blocks: list[slice]) -> AmountRecorder:
    recorder = AmountRecorder(
        statistics,
        lines=LINES,
        everybody=world.weights.sum(axis=1),
        policies=2,
        periods=MONTHS + 1,
        strata=GROUPS * PARTS,
    )
    for month in range(MONTHS + 1):
        for block in blocks:
            rows = np.arange(ROWS)[block]
            recorder.reference(world.states(month, rows), world.stratum[rows], world.weights[:, rows])
            rows = rows[np.isin(rows, world.treated)]
            with_, without = world.states(month, rows, 1.0), world.states(month, rows)
            recorder.treated(
                np.ones(rows.size, dtype=np.intp), with_, without, world.stratum[rows], world.weights[:, rows]
            )
    recorder.close()
    return recorder


def gathered(worlds: list[World], statistics: Any, **rest: Any) -> tuple[Any, ...]:
    recorders = [recorded(world, statistics, [slice(None)]) for world in worlds]
    of_all = GatheredAmounts(recorders[0], len(worlds), worlds[0].everybody, **rest)
    for recorder in recorders:
        of_all.add(recorder.totals)
    return of_all.amounts()


def test_sums_are_those_of_everybody_and_of_whom_a_policy_changes() -> None:
    world = World(1)
    recorder = recorded(world, EXAMPLES, [slice(None)])
    helped = world.welfare[5] + np.where(np.arange(ROWS) < 10, world.gain[5], 0.0)
    by_name = dict(zip((each.name for each in EXAMPLES), recorder.totals, strict=True))
    for place, welfare in enumerate((world.welfare[5], helped)):
        for unit, weight in enumerate(world.weights):
            for line, amount in enumerate(LINES):
                near = by_name["near_poor"][unit, place, 5, line, 0].sum()
                assert near == pytest.approx((weight * (welfare < 1.5 * amount)).sum())
                bins = by_name["welfare_bins"][unit, place, 5, line].sum()
                assert bins == pytest.approx(weight.sum())
            assert by_name["mean_welfare"][unit, place, 5, 0, 0].sum() == pytest.approx((weight * welfare).sum())
        short = np.maximum(LINE.amount - welfare, 0.0) * world.members
        assert by_name["gap_money"][0, place, 5, 0, 0].sum() == pytest.approx((world.weights[0] * short).sum())
        assets = by_name["mean_assets"][0, place, 5, 0, 0].sum()
        assert assets == pytest.approx((world.weights[0] * 3.0 * welfare * world.members).sum())
    assert by_name["gap_money"].shape[0] == 1  # money of households is told of households alone


def test_blocks_leave_every_bit() -> None:
    whole, blocks = (
        recorded(World(2), EXAMPLES, cut) for cut in ([slice(None)], [slice(7), slice(7, 9), slice(9, None)])
    )
    for one, other in zip(whole.totals, blocks.totals, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(("statistic", "message"), [
    (Statistic(name="a", meaning=""), "AmountRecorder.statistics must have an amount; got 'a' without one"),
    (Statistic(name="a", meaning="", amount=lambda m: m.welfare[:3]), "Statistic.amount must give shape (24,), in 'a'; got (3,)"),
    (Statistic(name="a", meaning="", amount=lambda m: m.welfare * np.inf), f"Statistic.amount must give finite numbers, in 'a'; got {np.full(24, np.inf)!r}"),
    ("poor", "AmountRecorder.statistics must be statistics, or one alone; got 'poor'"),
])  # fmt: skip
def test_what_cannot_be_recorded(statistic: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        recorded(World(1), statistic, [slice(None)])
    assert str(caught.value) == message


def test_a_statistic_of_ones_own_is_one_record() -> None:
    """From the record to series, effect, data and tables, with nothing else written."""
    crowded = Statistic(
        name="crowded", meaning="in poor households of five", amount=lambda m: (m.members >= 5) & m.poor
    )
    worlds = [World(seed) for seed in (1, 2, 3)]
    amounts = gathered(worlds, [crowded, *EXAMPLES], shares=np.full((2, PARTS), 1 / PARTS), unsampled=0.5)
    cash = policy("cash", programme("cash", gr.CashTransfer(amount=40.0)))
    result = attrs.evolve(run(people(60, grouped=True), [cash], draws=3), amounts=amounts)

    series = result.series("crowded", "cash", line="lower", unit="persons")
    world, line = worlds[2], LOWER.amount
    helped = world.welfare + np.where(np.arange(ROWS) < 10, world.gain, 0.0)
    expected = (world.weights[1] * (world.members >= 5) * (helped < line)).sum(axis=1)
    np.testing.assert_allclose(series.simulated[2], expected)
    plain = (world.weights[1] * (world.members >= 5) * (world.welfare < line)).sum(axis=1)
    np.testing.assert_allclose(series.minus("nothing").simulated[2], expected - plain, atol=1e-6)
    interval = series.minus("nothing").at(14).interval()
    assert interval.low <= interval.mean <= interval.high
    assert sum(series.by(group).simulated for group in result.groups) == pytest.approx(series.simulated)

    stored = result.data["crowded"]
    assert stored.dims == ("draw", "unit", "policy", "month", "line", "by")
    assert stored.attrs == {"meaning": "in poor households of five", "unit": "count", "clock": "month"}
    np.testing.assert_allclose(stored.sel(policy="cash", line="lower", unit="persons").sum("by"), series.simulated)
    rows = result.monthly().query(
        "statistic == 'crowded' and policy == 'cash' and line == 'lower' and unit == 'persons'"
    )
    np.testing.assert_allclose(rows["mean"], series.mean())

    mean = result.series("mean_welfare", "nothing", unit="persons")
    assert mean.line is None
    truth = (world.weights[1] * world.welfare).sum(axis=1) / worlds[0].everybody["persons"]
    np.testing.assert_allclose(mean.simulated[2], truth)
    np.testing.assert_allclose(
        result.data["mean_welfare"].sel(policy="nothing", unit="persons").sum("by")[2], truth
    )
    share = result.series("welfare_bins", "nothing", label="from 0 lines") / result.series("near_poor", "nothing")
    assert 0 < share.at(3).interval().mean < 1
    with pytest.raises(gr.NotAvailableError) as caught:
        result.to_json()
    assert str(caught.value).startswith("Projection.to_json has no place for statistics beside poor, entries, ")
    for ask, message in (
        (lambda: result.series("gap_money", "cash", unit="persons"), "Projection.series.unit must be one of 'households', for 'gap_money'; got 'persons'"),
        (lambda: result.series("near_poor", "cash", label="x"), "Projection.series.label must be one of None, for 'near_poor'; got 'x'"),
        (lambda: result.series("poor", "cash", label="x"), "Projection.series.label must be None, since 'poor' has none; got 'x'"),
        (lambda: mean.by("east"), "Series.by must be of a sum, since groups have no totals; got 'mean_welfare'"),
    ):  # fmt: skip
        with pytest.raises(gr.NotAvailableError) as caught:
            ask()
        assert str(caught.value) == message


def test_amounts_that_do_not_fit_are_refused() -> None:
    result = run(people(60), draws=3)
    amounts = gathered([World(1), World(2), World(3)], EXAMPLES[:1])
    with pytest.raises(gr.InputError) as caught:
        attrs.evolve(result, amounts=amounts)
    assert str(caught.value) == (
        "Projection.amounts['near_poor'].values.shape must be (3, 2, 1, 15, 2, 1, 1), as the other arrays say; "
        "got (3, 2, 2, 15, 2, 1, 2)"
    )
