"""The path without help of a block, recorded as the first policy's totals; the others add differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import Codes
from graduasi.channels import NOTHING
from graduasi.income import Here
from graduasi.simulation.recorders import states_at
from graduasi.simulation.spells import SPELLS, SpellTracker

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import Flows, Luck, ModelDraw
    from graduasi.projection.states import MonthState
    from graduasi.simulation.task import Task
    from graduasi.simulation.totals import Totals

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Index = NDArray[np.intp]
    Rows = Index | slice

EVERYBODY = slice(None)


class Reference:
    """Households of a block at a month, without help: luck, and stocks where they move without help too."""

    def __init__(self, task: Task, block: slice, luck: Luck, model: ModelDraw) -> None:
        self.task, self.block, self.luck, self.model = task, block, luck, model
        self.level: Floats | None = None
        self.stocks: Floats | None = None
        self.flows: Flows | None = None
        self._whole: tuple[int, Floats] | None = None
        if model.reference_needs_stocks:
            self.level = luck.level(EVERYBODY)
            self.stocks = model.first(self._everybody())
            self._consume()

    def advance(self, month: int) -> None:
        """Go on by a month: stocks of the month before take in that nothing was handed over."""
        if self.stocks is None:
            self.luck.advance(month)
            return
        assert self.flows is not None
        self.stocks = self.model.receive(self._everybody(), self.stocks, self.flows, NOTHING)
        self.luck.advance(month)
        self._consume()

    def below(self) -> Bools:
        """Who is below each line, shape (line, household)."""
        if self.flows is None:
            return self.luck.below()
        return np.asarray(self.flows.welfare < self.task.lines[:, None])

    def welfare(self, rows: Rows) -> Floats:
        """Welfare, shape (row,) [currency per person per month]."""
        if self.flows is not None:
            return self.flows.welfare[rows]
        if rows is not EVERYBODY:
            return self.luck.welfare(rows)
        if self._whole is None or self._whole[0] != self.luck.month:  # once a month, for all who ask
            self._whole = self.luck.month, self.luck.welfare(rows)
        return self._whole[1]

    def ratio(self, rows: Rows) -> Floats | None:
        """What stocks multiply the welfare of luck alone by, shape (row,); None where no stock moves."""
        return None if self.flows is None else self.flows.welfare[rows] / self.luck.welfare(rows)

    def states(self, rows: Rows) -> list[MonthState]:
        """What statistics read of rows this month, at each line."""
        welfare = self.welfare(rows)
        if self.stocks is None:
            stocks = {name: np.zeros(welfare.size) for name in self.model.stocks}
        else:
            stocks = dict(zip(self.model.stocks, self.stocks[:, rows], strict=True))
        members = self.task.sizes[self.block][rows]
        return states_at(self.task.lines, self.luck.month, welfare, members, stocks)

    def here(self, rows: Index, level: Floats) -> Here:
        """What a model reads of rows this month."""
        words = {purpose: self.luck.words.at(purpose, self.luck.month, rows) for purpose in self.model.purposes}
        return Here(month=self.luck.month, welfare=self.luck.welfare(rows), level=level, words=words)

    def _everybody(self) -> Here:
        assert self.level is not None
        words = {
            purpose: self.luck.words.at(purpose, self.luck.month, EVERYBODY) for purpose in self.model.purposes
        }
        return Here(month=self.luck.month, welfare=self.luck.welfare(EVERYBODY), level=self.level, words=words)

    def _consume(self) -> None:
        assert self.stocks is not None
        self.flows = self.model.consume(self._everybody(), self.stocks, NOTHING)


@frozen(kw_only=True, eq=False)
class Weighted:
    """What households of a block count. stratum, squared : shape (household,); weights : (unit, household)."""

    stratum: Index
    weights: Floats
    squared: Floats


@frozen(kw_only=True, eq=False)
class Followed:
    """Rows of a block, and where those of them that are poor in period 0 stand among the start, line by line.

    inside : positions among the rows; at : positions among those that are poor in period 0.
    """

    rows: Index
    inside: tuple[Index, ...]
    at: tuple[Index, ...]


class ReferenceSpells:
    """Spells of a block without help on one clock; only who is poor in period 0 has any."""

    def __init__(self, poor: Bools, totals: Totals, *, sustained: int) -> None:
        self.poor = self.poor_first = poor
        self.totals = totals
        self.start = [np.flatnonzero(line) for line in poor]
        self.trackers = [SpellTracker(np.ones(rows.size, dtype=bool), sustained=sustained) for rows in self.start]
        self._entered = totals.codes.entered()
        self._codes: list[Codes] = []
        self.step(poor)

    def step(self, poor: Bools) -> None:
        """Take in a period, shape (line, household)."""
        self.poor = poor
        self._codes = []
        for tracker, start, now in zip(self.trackers, self.start, poor, strict=True):
            tracker.step(now[start])
            stays = tracker.sustained
            self._codes.append(self.totals.codes.encode(tracker.state(stays, stays)))

    def count(self, period: int, everybody: Weighted) -> None:
        """Add everybody's state to the totals."""
        for line, (start, code) in enumerate(zip(self.start, self._codes, strict=True)):
            rows = np.flatnonzero(self.poor[line])
            entered = rows[~self.poor_first[line][rows]]
            at = np.concatenate([start, entered])
            kind = np.concatenate([code, np.repeat(self._entered, entered.size)])
            weights = everybody.weights.take(at, axis=1)
            self.totals.count(period, line, kind, everybody.stratum[at], weights, everybody.squared[at])

    def follow(self, rows: Index) -> Followed:
        """Return where rows stand among those that are poor in period 0."""
        inside = tuple(np.flatnonzero(first[rows]) for first in self.poor_first)
        at = tuple(np.searchsorted(start, rows[own]) for start, own in zip(self.start, inside, strict=True))
        return Followed(rows=rows, inside=inside, at=at)

    def codes(self, followed: Followed) -> Codes:
        """Return the codes of the state of followed rows, shape (line, row)."""
        found = np.where(self.poor[:, followed.rows], self._entered, self._entered.dtype.type(0))
        for own, code, inside, at in zip(found, self._codes, followed.inside, followed.at, strict=True):
            own[inside] = code[at]
        return found

    def spells(self, rows: Index) -> SpellTracker:
        """Return the spells of rows, arrays of shape (line, row)."""
        followed = self.follow(rows)
        tracker = SpellTracker(self.poor_first[:, rows], sustained=self.trackers[0].periods)
        tracker.poor = self.poor[:, rows]
        for line, own in enumerate(self.trackers):
            inside, at = followed.inside[line], followed.at[line]
            for name in SPELLS:
                getattr(tracker, name)[line, inside] = getattr(own, name)[at]
        return tracker
