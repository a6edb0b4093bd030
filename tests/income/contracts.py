"""What every process and every model keeps: checks for the registries' and for a user's own."""

from __future__ import annotations

import itertools
from typing import Any, ClassVar

import numpy as np
from attrs import frozen
from scipy.special import ndtri

import graduasi as gr
from graduasi.channels import Transfers
from graduasi.income import HISTORY, CrossSection, Here, Luck
from graduasi.interventions import Amount, Intervention, Schedule
from graduasi.streams import Streams, hash_ids

SIZE, DRAWS, MONTHS = 1500, 12, 60
SHARES = np.array([0.05, 0.2, 0.5])
LINES = np.exp(5.0 + 0.6 * ndtri(SHARES))
LATER = (1, 12, 24, 60)
MOST = 3.0  # standard errors
EVERY = slice(None)


def cross(size: int = SIZE, distributions: int = 1) -> CrossSection:
    """Welfare at the mid-rank quantiles of a log-normal distribution."""
    middle = (np.arange(size) + 0.5) / size
    return CrossSection(
        welfare=np.exp(5.0 + 0.6 * ndtri(middle)),
        person_weight=np.ones(size),
        keys=hash_ids([f"h{number}" for number in range(size)]),
        distribution=np.arange(size) % distributions,
        distributions=distributions,
        lines=LINES,
        months=MONTHS,
    )


def check_process(process: Any, size: int = 60, distributions: int = 1) -> None:
    """Try the laws of a process whose every number is resolved; raises AssertionError."""
    draw = process.prepare(cross(size, distributions))
    streams = Streams(seed=3, draw=0)
    whole, third = slice(0, size), size // 3
    walker, part = draw.begin(streams, whole), draw.begin(streams, slice(third, size))
    for month in range(25):
        walker.advance(month)
        part.advance(month)
        welfare = walker.welfare(EVERY)
        assert walker.month == month
        assert np.isfinite(welfare).all()
        _check_rows(walker, np.array([1, 7, size - 1]))
        np.testing.assert_array_equal(part.welfare(EVERY), welfare[third:], "another block")
        np.testing.assert_array_equal(part.scores(), walker.scores()[third:], "another block")
        np.testing.assert_array_equal(walker.below(), welfare < LINES[:, None], "below is welfare < line")
        _check_chances(draw, walker)
        if month % draw.knot == 0:
            jumper = draw.begin(streams, whole)
            jumper.advance(month)
            np.testing.assert_array_equal(jumper.welfare(EVERY), welfare, "a jump is a walk")
            np.testing.assert_array_equal(jumper.scores(), walker.scores())
    _check_history(draw, streams, whole)


def _check_rows(luck: Luck, rows: Any) -> None:
    """Rows alone are rows of all."""
    for told in (luck.welfare, luck.level):
        np.testing.assert_array_equal(told(rows), told(EVERY)[rows], "rows alone are rows of all")
    np.testing.assert_array_equal(luck.chance_below(rows), luck.chance_below(EVERY)[:, rows])


def _check_chances(draw: Any, luck: Luck) -> None:
    """Chances lie in [0, 1] and fall as help lifts welfare; those of bins are those of households."""
    chance = luck.chance_below(EVERY)
    size = chance.shape[1]
    ratios = [luck.chance_below(EVERY, np.full(size, ratio)) for ratio in (1e-6, 0.7, 1.0, 1.5, 1e6)]
    for less, more in itertools.pairwise(ratios):
        assert ((more >= 0) & (more <= less + 1e-12) & (less <= 1)).all(), "help lowers the chance to be seen below"
    np.testing.assert_array_equal(ratios[2], chance)
    bins = luck.bins()
    assert (bins is None) == (draw.bin_count == 0)
    if bins is not None:
        for line in range(LINES.size):
            np.testing.assert_allclose(draw.chances(luck.month, line)[bins], chance[line], atol=0.02)


def _check_history(draw: Any, streams: Streams, whole: slice) -> None:
    """Months -11 to 0 are told by the same definition, and asking for them moves nothing after them."""
    before = draw.begin(streams, whole, first=-HISTORY)
    for month in range(-HISTORY, 7):
        before.advance(month)
        assert before.month == month
        assert np.isfinite(before.welfare(EVERY)).all()
        np.testing.assert_array_equal(before.below(), before.welfare(EVERY) < LINES[:, None])
    direct = draw.begin(streams, whole)
    direct.advance(6)
    np.testing.assert_array_equal(before.welfare(EVERY), direct.welfare(EVERY), "history moves nothing after it")


def check_start(process: Any) -> None:
    """At month 0 welfare is what was given, to a survey; raises AssertionError.

    A process with survey errors is re-measured at about the headcounts that were given; without them true welfare
    is what was given.
    """
    given, counts = cross(), []
    for number in range(DRAWS):
        luck = process.prepare(given).begin(Streams(seed=8, draw=number), slice(0, SIZE))
        chance = luck.chance_below(EVERY)
        counts.append(chance.mean(1))
        if np.isin(chance, (0.0, 1.0)).all():
            np.testing.assert_allclose(luck.welfare(EVERY), given.welfare, rtol=1e-6)
            np.testing.assert_array_equal(luck.below().mean(1), (given.welfare < LINES[:, None]).mean(1))
    np.testing.assert_allclose(np.mean(counts, 0), SHARES, rtol=0.05)


def _moved(states: list[Any]) -> Any:
    """What was counted at later months less that at month 0, shape (month, line, household)."""
    return np.array(states[1:], dtype=np.float64) - states[0]


def _check_still(name: str, moved: Any) -> None:
    """Headcounts stay, z below 3. moved : (draw, month, line, household); households move by themselves."""
    spread = np.sqrt((moved.var(0, ddof=1) * DRAWS).sum(-1))
    z = np.abs(moved.sum((0, 3))) / np.maximum(spread, 1e-9)
    assert (z < MOST).all(), f"{name} headcounts move by {z.max():.1f} standard errors"


def check_stationary(process: Any) -> None:
    """Where a process declares it, headcounts stay where they were, the true and the re-measured."""
    if not process.stationary:
        return
    draw = process.prepare(cross())
    true, again = [], []
    for number in range(DRAWS):
        luck = draw.begin(Streams(seed=8, draw=number), slice(0, SIZE))
        below, chance = [], []
        for month in (0, *LATER):
            luck.advance(month)
            below.append(luck.below())
            chance.append(luck.chance_below(EVERY))
        true.append(_moved(below))
        again.append(_moved(chance))
    _check_still("true", np.array(true))
    _check_still("re-measured", np.array(again))


def _here(draw: Any, luck: Luck) -> Here:
    words = {purpose: luck.words.at(purpose, luck.month, EVERY) for purpose in draw.purposes}
    return Here(month=luck.month, welfare=luck.welfare(EVERY), level=luck.level(EVERY), words=words)


def check_stationary_model(model: Any) -> None:
    """Where a model declares it, headcounts of its path without help stay where they were."""
    if not model.stationary:
        return
    draw, nothing = model.prepare(cross()), Transfers()
    true = []
    for number in range(DRAWS):
        luck = draw.process.begin(Streams(seed=8, draw=number), slice(0, SIZE))
        stocks, below = draw.first(_here(draw, luck)), []
        for month in range(MONTHS + 1):
            luck.advance(month)
            here = _here(draw, luck)
            flows = draw.consume(here, stocks, nothing)
            if month in {0, *LATER}:
                below.append(flows.welfare < LINES[:, None])
            stocks = draw.receive(here, stocks, flows, nothing)
        true.append(_moved(below))
    _check_still("true", np.array(true))


def check_model(model: Any, size: int = 60) -> None:
    """Try the laws of a model whose every number is resolved; raises AssertionError."""
    draw = model.prepare(cross(size))
    assert draw.channels == model.channels
    luck = draw.process.begin(Streams(seed=3, draw=0), slice(0, size))
    nothing = Transfers()
    gifts = [0.0, 100.0, 400.0]
    stocks = [draw.first(_here(draw, luck)) for _ in gifts]
    idle = draw.first(_here(draw, luck))
    assert idle.shape == (len(draw.stocks), size)
    for month in range(13):
        luck.advance(month)
        now = _here(draw, luck)
        flows = draw.consume(now, idle, nothing)
        if not draw.reference_needs_stocks:
            np.testing.assert_array_equal(flows.welfare, now.welfare, "nothing changes nothing")
        _check_zero_dose(draw, now, idle)
        idle = draw.receive(now, idle, flows, nothing)
        brought = []
        for place, gift in enumerate(gifts):
            got = Transfers({"cash": gift}) if month == 0 and gift else nothing
            moved = draw.consume(now, stocks[place], got)
            stocks[place] = draw.receive(now, stocks[place], moved, got)
            brought.append(moved.welfare + stocks[place].sum(0))
        np.testing.assert_array_equal(stocks[0], idle)
        for less, more in itertools.pairwise(brought):
            assert (more >= less - 1e-6).all(), "more cash never lowers resources"
        _check_some_rows(draw, now, stocks[1], np.array([2, 5]))


def _check_zero_dose(draw: Any, here: Here, stocks: Any) -> None:
    """An open channel through which nothing passes changes no bit."""
    nothing = Transfers()
    flows = draw.consume(here, stocks, nothing)
    after = draw.receive(here, stocks, flows, nothing)
    zeros = np.zeros(here.welfare.size)
    for zero in (
        Transfers(dict.fromkeys(sorted(draw.channels), 0.0)),
        Transfers(dict.fromkeys(draw.channels, zeros)),
    ):
        same = draw.consume(here, stocks, zero)
        np.testing.assert_array_equal(same.welfare, flows.welfare, "a zero dose changes no bit")
        np.testing.assert_array_equal(draw.receive(here, stocks, same, zero), after, "a zero dose changes no bit")


def _check_some_rows(draw: Any, here: Here, stocks: Any, rows: Any) -> None:
    """Rows alone are rows of all, in welfare and in stocks."""
    nothing = Transfers()
    flows = draw.consume(here, stocks, nothing)
    after = draw.receive(here, stocks.copy(), flows, nothing)
    own = draw.consume(here.take(rows), stocks[:, rows], nothing)
    np.testing.assert_array_equal(own.welfare, flows.welfare[rows], "rows alone are rows of all")
    np.testing.assert_array_equal(draw.receive(here.take(rows), stocks[:, rows], own, nothing), after[:, rows])


@frozen(kw_only=True)
class Empty(Intervention):
    """Nothing, through each of some channels, every month."""

    kind: ClassVar[str] = "empty"

    channels: tuple[str, ...] = ()

    def schedule(self, months: int) -> Schedule:
        zeros = np.zeros(months + 1)
        return Schedule(amounts=[Amount(channel=name, by_month=zeros) for name in self.channels], delivery=zeros)


def check_run(model: Any, size: int = 90) -> None:
    """Simulate a model: a zero dose and another block size change no bit; raises AssertionError."""
    own = cross(size)
    people = gr.Population(
        ids=[f"h{number}" for number in range(size)], welfare=own.welfare, weight=np.full(size, 50.0),
        members=np.full(size, 4.0),
    )  # fmt: skip
    given = [Empty(channels=tuple(sorted(set(model.channels) & {"cash", "assets", "skill", "saving"})))]
    policies = [gr.Policy(name="nothing"), gr.Policy(name="empty", programmes=gr.Programme(name="e", interventions=given)),
                gr.Policy(name="cash", programmes=gr.Programme(name="c", interventions=gr.CashTransfer(amount=500.0)))]  # fmt: skip
    lines = [gr.PovertyLine(amount=line, label=f"{line:.0f}") for line in LINES]
    results = [
        gr.simulate(people, model, policies, lines=lines, months=14, draws=2, seed=4, block=block, progress=False)
        for block in (1000, 17)
    ]
    for name in ("values", "costs_by_draw", "enrolled", "flows"):
        one, other = (getattr(result, name) for result in results)
        np.testing.assert_array_equal(one, other, err_msg=f"{name} by another block")
    for result in results:
        without, empty = (result.series("poor", policy=name).draws for name in ("nothing", "empty"))
        np.testing.assert_array_equal(without, empty, err_msg="a zero dose changes no bit")
