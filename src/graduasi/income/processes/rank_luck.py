"""A block of households of the process on ranks, month by month."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.income.processes.bridged import KNOT, BridgedPath
from graduasi.income.processes.rank_tables import RankTables
from graduasi.income.protocol import HISTORY, Luck, Observed, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Index = NDArray[np.intp]


class RankLuck(Luck):
    """z = sqrt(a) m + sqrt(b) p + sqrt(c) e of the households of a block, at a month."""

    def __init__(self, tables: RankTables, streams: Streams, block: slice, *, first: int, copy: int) -> None:
        """Draw the hidden start given what was observed.

        Draw everything from the joint law, then move each part by its covariance with z_obs times what the drawn
        z_obs misses: an exact draw from the conditional law (Matheron; Journel and Huijbregts 1978), since z_obs
        has variance one.
        """
        self.tables = tables
        keys = tables.cross.keys[block]
        self.words = Words(streams, keys, copy)
        self._code = None if tables.one_distribution else tables.cross.distribution[block]
        a, b, c = (np.float32(loading) for loading in tables.loadings)
        true_score = np.float32(math.sqrt(1.0 - tables.error_share))
        m, p, e, eps = streams.normals(keys, "hidden start", copy=copy)
        m *= a
        p *= b
        z = m + p
        z += c * e
        miss = tables.observed[block] - true_score * z - np.float32(math.sqrt(tables.error_share)) * eps
        miss *= true_score
        z += miss
        self._permanent = m + a * a * miss
        self._start: Singles | None = z
        self._path = BridgedPath(
            streams, keys, copy, rho=tables.rho, loading=tables.loadings[1], start=p + b * b * miss
        )
        self._path.begin(first)
        self.z = self._score()

    @property
    def month(self) -> int:
        """The month that the block has come to."""
        return self._path.month

    def advance(self, to: int) -> None:
        """Go on to a month; a jump gives the bits of a walk."""
        if to > self.month:
            self._path.advance(to)
            self.z = self._score()

    def below(self) -> NDArray[np.bool_]:
        """Who is below each line without help, shape (line, household)."""
        threshold = self.tables.thresholds[self.month + HISTORY]
        return np.asarray(self.z < (threshold[:, :1] if self._code is None else threshold[:, self._code]))

    def welfare(self, rows: Index | slice) -> Floats:
        """T(z) growth, shape (row,)."""
        path = self.tables.true_welfare(self.z[rows], self._codes(rows))
        path *= self.tables.growth_at(self.month)
        return path

    def level(self, rows: Index | slice) -> Floats:
        """T at persistent and transitory parts of zero, without growth, shape (row,)."""
        return self.tables.true_welfare(self._permanent[rows], self._codes(rows))

    def bins(self) -> Index | None:
        """Nearest score on the grid, by distribution, shape (household,); None where a survey sees the truth."""
        return None if self.tables.error_share == 0.0 else self.tables.nearest(self.z, self._code)

    def chance_below(self, rows: Index | slice, ratio: Floats | None = None) -> Floats:
        """P(G^-1(Phi(z_obs)) ratio < line / growth | z), shape (line, row)."""
        from scipy.special import ndtr

        tables, code = self.tables, self._codes(rows)
        log_line = np.log(tables.cross.lines / tables.growth_at(self.month))[:, None]
        if ratio is not None:
            score = tables.score_of(log_line - np.log(ratio), code)
        elif code is None:
            score = tables.score_of(log_line, None)
        else:
            every = np.arange(len(tables.marginals))
            score = tables.score_of(np.repeat(log_line, every.size, 1), every)[:, code]
        beyond = score - math.sqrt(1.0 - tables.error_share) * self.z[rows].astype(np.float64)
        noise = math.sqrt(tables.error_share)
        if noise == 0.0:
            return (beyond > 0.0).astype(np.float64)
        beyond *= 1.0 / noise
        return np.asarray(ndtr(beyond), dtype=np.float64)

    def scores(self) -> Singles:
        """True scores without help, shape (household,)."""
        return self.z.copy()

    def _score(self) -> Singles:
        """This month's z; that of month 0 was drawn with the start."""
        if self.month >= 0 and self._start is not None:
            start, self._start = self._start, None
            if self.month == 0:
                return start
        z = self._path.news() * np.float32(self.tables.loadings[2])
        z += self._permanent
        z += self._path.value
        return z

    def _codes(self, rows: Index | slice) -> Index | None:
        return None if self._code is None else self._code[rows]


@frozen(kw_only=True, eq=False, slots=False)
class RankDraw(RankTables):
    """One draw of the process on ranks."""

    knot = KNOT

    def begin(self, streams: Streams, block: slice, *, first: int = 0, copy: int = 0) -> RankLuck:
        """Return the block's households at month `first`, which is 0 or -HISTORY."""
        return RankLuck(self, streams, block, first=first, copy=copy)

    def observe(self, scores: Singles, error_share: float, noise: Singles, month: int = 0) -> Observed:
        """What an observer with errors of its own writes down of all households: sqrt(1-d) z + sqrt(d) noise.

        In money it is at the level that welfare has grown to by the month.
        """
        seen = np.float32(math.sqrt(1.0 - error_share)) * scores + np.float32(math.sqrt(error_share)) * noise
        growth = self.growth_at(month)
        return Observed(
            order=seen,
            amount=lambda order: self.observed_amount(order) * growth,
            ranks_alike=self.one_distribution,
        )
