"""What every process and every model keeps: checks for the registries' and for a user's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtri

from graduasi.channels import Transfers
from graduasi.income import HISTORY, CrossSection, Here
from graduasi.streams import Streams, hash_ids

SIZE, DRAWS, MONTHS = 1500, 12, 60
SHARES = np.array([0.05, 0.2, 0.5])
LINES = np.exp(5.0 + 0.6 * ndtri(SHARES))
LATER = (1, 12, 24, 60)
MOST = 3.0  # standard errors


def cross(size: int = SIZE) -> CrossSection:
    """Welfare at the mid-rank quantiles of a log-normal distribution."""
    middle = (np.arange(size) + 0.5) / size
    return CrossSection(
        welfare=np.exp(5.0 + 0.6 * ndtri(middle)),
        person_weight=np.ones(size),
        keys=hash_ids([f"h{number}" for number in range(size)]),
        distribution=np.zeros(size, dtype=np.intp),
        distributions=1,
        lines=LINES,
        months=MONTHS,
    )


def check_process(process: Any, size: int = 60) -> None:
    """Try the laws of a process whose every number is resolved; raises AssertionError."""
    draw = process.prepare(cross(size))
    streams = Streams(seed=3, draw=0)
    whole = slice(0, size)
    walker, part = draw.begin(streams, whole), draw.begin(streams, slice(size // 3, size))
    rows = np.array([1, 7, size - 1])
    for month in range(25):
        walker.advance(month)
        part.advance(month)
        welfare = walker.welfare(whole)
        assert walker.month == month
        assert np.isfinite(welfare).all()
        np.testing.assert_array_equal(walker.welfare(rows), welfare[rows], "rows alone are rows of all")
        np.testing.assert_array_equal(part.welfare(slice(None)), welfare[size // 3 :], "another block")
        np.testing.assert_array_equal(walker.below(), welfare < LINES[:, None], "below is welfare < line")
        chance = walker.chance_below(whole)
        assert ((chance >= 0) & (chance <= 1)).all()
        if month % draw.knot == 0:
            jumper = draw.begin(streams, whole)
            jumper.advance(month)
            np.testing.assert_array_equal(jumper.welfare(whole), welfare, "a jump is a walk")
            np.testing.assert_array_equal(jumper.scores(), walker.scores())
    before = draw.begin(streams, whole, first=-HISTORY)
    for month in range(-HISTORY, 7):
        before.advance(month)
        assert before.month == month
        np.testing.assert_array_equal(before.below(), before.welfare(whole) < LINES[:, None])
    direct = draw.begin(streams, whole)
    direct.advance(6)
    np.testing.assert_array_equal(before.welfare(whole), direct.welfare(whole), "history moves nothing after it")


def check_start(process: Any) -> None:
    """A survey at month 0 finds about the headcounts that were given; raises AssertionError."""
    counts = []
    for number in range(DRAWS):
        luck = process.prepare(cross()).begin(Streams(seed=8, draw=number), slice(0, SIZE))
        counts.append(luck.chance_below(slice(None)).mean(1))
    np.testing.assert_allclose(np.mean(counts, 0), SHARES, rtol=0.05)


def check_stationary(process: Any) -> None:
    """Where a process declares it, headcounts stay where they were, the true and the re-measured; z below 3."""
    if not process.stationary:
        return
    draw = process.prepare(cross())
    true, again = [], []
    for number in range(DRAWS):
        luck = draw.begin(Streams(seed=8, draw=number), slice(0, SIZE))
        seen = []
        for month in (0, *LATER):
            luck.advance(month)
            seen.append((luck.below().astype(float), luck.chance_below(slice(None))))
        true.append([now[0] - seen[0][0] for now in seen[1:]])
        again.append([now[1] - seen[0][1] for now in seen[1:]])
    for name, moved in (("true", np.array(true)), ("re-measured", np.array(again))):
        # moved (draw, month, line, household): households move by themselves, so their variances add up
        total = moved.sum((0, 3))
        spread = np.sqrt((moved.var(0, ddof=1) * DRAWS).sum(-1))
        z = np.abs(total) / np.maximum(spread, 1e-9)
        assert (z < MOST).all(), f"{name} headcounts move by {z.max():.1f} standard errors"


def check_model(model: Any, size: int = 60) -> None:
    """Try the laws of a model whose every number is resolved; raises AssertionError."""
    draw = model.prepare(cross(size))
    luck = draw.process.begin(Streams(seed=3, draw=0), slice(0, size))
    every = slice(None)

    def here() -> Here:
        words = {purpose: luck.words.at(purpose, luck.month, every) for purpose in draw.purposes}
        return Here(month=luck.month, welfare=luck.welfare(every), level=luck.level(every), words=words)

    nothing = Transfers()
    gifts = [0.0, 100.0, 400.0]
    stocks = [draw.first(here()) for _ in gifts]
    idle = draw.first(here())
    assert idle.shape == (len(draw.stocks), size)
    for month in range(13):
        luck.advance(month)
        now = here()
        flows = draw.consume(now, idle, nothing)
        if not draw.reference_needs_stocks:
            np.testing.assert_array_equal(flows.welfare, now.welfare, "nothing changes nothing")
        idle = draw.receive(now, idle, flows, nothing)
        brought = []
        for place, gift in enumerate(gifts):
            got = Transfers({"cash": gift}) if month == 0 and gift else nothing
            moved = draw.consume(now, stocks[place], got)
            stocks[place] = draw.receive(now, stocks[place], moved, got)
            brought.append(moved.welfare + stocks[place].sum(0))
        np.testing.assert_array_equal(stocks[0], idle)
        for less, more in zip(brought, brought[1:], strict=False):
            assert (more >= less - 1e-6).all(), "more cash never lowers resources"
        part = draw.consume(now.take(np.array([2, 5])), stocks[1][:, [2, 5]], nothing).welfare
        np.testing.assert_array_equal(part, draw.consume(now, stocks[1], nothing).welfare[[2, 5]])
