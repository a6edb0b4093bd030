"""A first-order process of log income without survey error: what is observed is the truth.

    log y_t = mu + sigma x_t,    x_t = rho x_t-1 + sqrt(1 - rho^2) n_t

mu and sigma are the weighted mean and standard deviation of observed log welfare in each distribution; x_0 is what
was observed. It returns to one level for everybody of a distribution, so all poverty is passing. Stationary only
where log welfare is normal; any other shape drifts to that one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from graduasi.fields import share
from graduasi.income.processes.bridged import KNOT, BridgedPath
from graduasi.income.processes.marginal import FLOOR
from graduasi.income.protocol import CrossSection, Luck, Observed, Words
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Index = NDArray[np.intp]


@frozen(kw_only=True)
class LogIncomeProcess:
    """Log income moves as a first-order autoregression; see the module's equations."""

    kind: ClassVar[str] = "log_income"
    stationary: ClassVar[bool] = False
    illustration: ClassVar[bool] = True

    persistence: Value = share(
        "rho a year: what is left of a shock to log income after twelve months",
        source="Newhouse 2005: 30% of an income shock left after four years, Indonesia; .30 ** (1/4)",
        default=0.74,
    )

    def prepare(self, cross: CrossSection) -> LogIncomeDraw:
        """Return mean and spread of each distribution, and everybody's place in it."""
        log = np.empty(cross.welfare.size)
        mean, spread = np.empty(cross.distributions), np.empty(cross.distributions)
        for code in range(cross.distributions):
            inside = cross.distribution == code
            weight = cross.person_weight[inside]
            weight = weight if weight.any() else np.ones(weight.size)
            floor = FLOOR * max(float(np.average(np.maximum(cross.welfare[inside], 0.0), weights=weight)), 1e-300)
            own = np.log(np.maximum(cross.welfare[inside], floor))
            mean[code] = np.average(own, weights=weight)
            spread[code] = math.sqrt(np.average((own - mean[code]) ** 2, weights=weight))
            log[inside] = own
        safe = np.where(spread > 0, spread, 1.0)
        return LogIncomeDraw(
            cross=cross,
            start=((log - mean[cross.distribution]) / safe[cross.distribution]).astype(np.float32),
            mean=mean,
            spread=spread,
            rho=as_number(self.persistence) ** (1.0 / 12.0),
        )


@frozen(kw_only=True, eq=False)
class LogIncomeDraw:
    """One draw. start : x_0, shape (household,). mean, spread : of log welfare, shape (distribution,)."""

    cross: CrossSection
    start: Singles
    mean: Floats
    spread: Floats
    rho: float

    knot = KNOT
    bin_count = 0

    def begin(self, streams: Streams, block: slice, *, first: int = 0, copy: int = 0) -> LogIncomeLuck:
        """Return the block's households at month `first`, which is 0 or -HISTORY."""
        return LogIncomeLuck(self, streams, block, first=first, copy=copy)

    def amount(self, scores: Singles, code: Index) -> Floats:
        """Welfare at scores, shape of `scores`."""
        return np.exp(self.mean[code] + self.spread[code] * scores.astype(np.float64))

    def chances(self, month: int, line: int) -> Floats:
        """There are no bins."""
        del month, line
        return np.empty(0)

    def observe(self, scores: Singles, error_share: float, noise: Singles, month: int = 0) -> Observed:
        """Return what an observer writes down: log welfare, with a share of error in its variance."""
        del month
        seen = np.float32(math.sqrt(1.0 - error_share)) * scores + np.float32(math.sqrt(error_share)) * noise
        return Observed(
            order=seen,
            amount=lambda order: self.amount(order, self.cross.distribution),
            ranks_alike=self.cross.distributions == 1,
        )


class LogIncomeLuck(Luck):
    """x of the households of a block, at a month."""

    def __init__(self, draw: LogIncomeDraw, streams: Streams, block: slice, *, first: int, copy: int) -> None:
        keys = draw.cross.keys[block]
        self.draw, self.words = draw, Words(streams, keys, copy)
        self._code = draw.cross.distribution[block]
        start = draw.start[block].copy()
        self._path = BridgedPath(streams, keys, copy, rho=draw.rho, loading=1.0, start=start)
        self._path.begin(first)

    @property
    def month(self) -> int:
        """The month that the block has come to."""
        return self._path.month

    def advance(self, to: int) -> None:
        """Go on to a month."""
        self._path.advance(to)

    def below(self) -> NDArray[np.bool_]:
        """Who is below each line, shape (line, household)."""
        return self.welfare(slice(None)) < self.draw.cross.lines[:, None]

    def welfare(self, rows: Index | slice) -> Floats:
        """exp(mu + sigma x), shape (row,)."""
        return self.draw.amount(self._path.value[rows], self._code[rows])

    def level(self, rows: Index | slice) -> Floats:
        """exp(mu), shape (row,)."""
        return np.exp(self.draw.mean)[self._code[rows]]

    def chance_below(self, rows: Index | slice, ratio: Floats | None = None) -> Floats:
        """1 where welfare is below the line, 0 elsewhere: a survey sees the truth; shape (line, row)."""
        welfare = self.welfare(rows) if ratio is None else self.welfare(rows) * ratio
        return (welfare < self.draw.cross.lines[:, None]).astype(np.float64)

    def scores(self) -> Singles:
        """x, shape (household,)."""
        return self._path.value.copy()
