"""Luck: a stationary process on the ranks of the cross-section (DESIGN, equations of section 3).

    z_obs = sqrt(1-d) z + sqrt(d) eps
    z_t   = sqrt(a) m + sqrt(b) p_t + sqrt(c) e_t,     a + b + c = 1
    p_t   = rho p_t-1 + sqrt(1 - rho^2) n_t
    T(z)  = exp E[ log G^-1(Phi(sqrt(1-d) z + sqrt(d) eps)) ]

The observed cross-section is reproduced whatever its shape; the true one is stationary at every line.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.evidence import prior
from graduasi.fields import LONGEST_RUN, PART, Part, number, share, show
from graduasi.income.marginal import Marginal, scores
from graduasi.income.protocol import CrossSection
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Rows = NDArray[np.intp]

END, STEPS = 8.0, 64  # tables run over scores from -END to END, STEPS a unit
EVEN_STEPS = 4096  # of log welfare, from amounts to scores
GRID = np.linspace(-END, END, int(2 * END * STEPS) + 1)
FINE = np.linspace(-END, END, GRID.size * 4 - 3)
NOISE = np.linspace(-6.0, 6.0, 121)  # nodes of the expectation over the survey's error
NOISE_WEIGHT = np.exp(-(NOISE**2) / 2) / np.exp(-(NOISE**2) / 2).sum()

PATH = Part(meaning="points (month, level) that common welfare passes through; 1 at month 0", unit="index")


def _path(value: Iterable[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    return tuple((month, index) for month, index in value)


@frozen(kw_only=True)
class RankLuck:
    """The process of welfare without help. Defaults are wide: the shares of variance are badly known."""

    error_share: Value = share(
        "d: share of measurement error in the variance of observed log welfare", default=prior("survey error share")
    )
    permanent: Value = share(
        "a: share of permanent differences in the variance of true scores", default=prior("permanent share")
    )
    transitory: Value = share(
        "c / (b + c): share of what lasts a month in the variance that is not permanent",
        default=prior("transitory share"),
    )
    persistence: Value = share(
        "rho a year: what is left of a persistent shock after twelve months", default=prior("yearly persistence")
    )
    growth: Value = number("common growth of real welfare", unit="share per year", low=-0.9, most=9.0, default=0.0)
    growth_path: tuple[tuple[int, float], ...] = attrs.field(default=(), converter=_path, metadata={PART: PATH})

    def __attrs_post_init__(self) -> None:
        previous = 0
        for month, index in self.growth_path:
            whole = isinstance(month, int) and not isinstance(month, bool)
            right = whole and previous < month <= LONGEST_RUN and not isinstance(index, bool)
            if not right or not 1e-6 <= index <= 1e6:
                raise InputError(
                    f"RankLuck.growth_path must be pairs (month, index) of rising months in [1, {LONGEST_RUN}] and "
                    f"indices in [1e-06, 1e+06]; got {show(self.growth_path)}"
                )
            previous = month

    def growth_index(self, months: int) -> Floats:
        """Common level of real welfare, shape (month,), 1 at month 0; log-linear between the path's points."""
        month = np.arange(months + 1)
        index = (1.0 + as_number(self.growth)) ** (month / 12.0)
        if self.growth_path:
            at, level = zip((0, 1.0), *self.growth_path, strict=True)
            index = index * np.exp(np.interp(month, at, np.log(level)))
        return index

    def prepare(self, cross: CrossSection) -> RankLuckTables:
        """Tables of one draw; see `RankLuckTables`."""
        observed = np.empty(cross.welfare.size)
        marginals = []
        for code in range(cross.groups):
            inside = cross.group == code if cross.groups > 1 else slice(None)
            welfare, weight = cross.welfare[inside], cross.person_weight[inside]
            order = np.argsort(welfare)  # of equals in any order: they share a rank
            observed[inside] = scores(welfare, weight, order)
            marginals.append(Marginal.of(welfare, weight, observed[inside], order))
        d = as_number(self.error_share)
        a = as_number(self.permanent)
        c = (1.0 - a) * as_number(self.transitory)
        true_score, noise = math.sqrt(1.0 - d), math.sqrt(d)
        seen = true_score * GRID[:, None] + noise * NOISE
        fine = np.array([marginal.log_quantile(FINE) for marginal in marginals])
        log_true = np.array(
            [np.einsum("ij,j->i", np.interp(seen, FINE, log_seen), NOISE_WEIGHT) for log_seen in fine]
        )
        low = np.array([each.log_welfare[0] for each in marginals])
        high = np.array([each.log_welfare[-1] for each in marginals])
        step = np.maximum(high - low, 1e-9) / EVEN_STEPS
        even = low[:, None] + step[:, None] * np.arange(EVEN_STEPS + 1)
        return RankLuckTables(
            cross=cross,
            marginals=tuple(marginals),
            observed=observed.astype(np.float32),
            log_true=np.maximum.accumulate(log_true, axis=1),
            error_share=d,
            loadings=(math.sqrt(a), math.sqrt(max(1.0 - a - c, 0.0)), math.sqrt(c)),
            rho=as_number(self.persistence) ** (1.0 / 12.0),
            growth=self.growth_index(cross.months),
            even_score=np.array(
                [np.interp(at, each.log_welfare, each.score) for at, each in zip(even, marginals, strict=True)]
            ),
            log_low=low,
            log_step=step,
        )


@frozen(kw_only=True, eq=False)
class RankLuckTables:
    """The luck of one draw.

    observed : z_obs, shape (household,). log_true : log T on the grid of scores, shape (group, score).
    loadings : square roots of a, b, c. rho : monthly persistence. growth : shape (month,).
    even_score : Phi^-1(G) at even steps of log welfare from `log_low`, shape (group, step);
        the steps of a group run over its own welfare, so that groups leave each other alone.
    """

    cross: CrossSection
    marginals: tuple[Marginal, ...]
    observed: Singles
    log_true: Floats
    error_share: float
    loadings: tuple[float, float, float]
    rho: float
    growth: Floats
    even_score: Floats
    log_low: Floats
    log_step: Floats

    @property
    def one_group(self) -> bool:
        """Whether scores rank all households alike."""
        return self.cross.groups == 1

    @property
    def cell_count(self) -> int:
        """Scores times groups."""
        return GRID.size * self.cross.groups

    def true_line(self, month: int, line: int) -> Singles:
        """Score at which true welfare without help meets the line, shape (group,)."""
        amount = math.log(self.cross.lines[line] / self.growth[month])
        found = [np.interp(amount, log_true, GRID, left=-np.inf, right=np.inf) for log_true in self.log_true]
        return np.array(found, dtype=np.float32)

    def seen_poor(self, month: int, line: int) -> Floats:
        """P(observed < line | true score) on the grid, shape (group x score,)."""
        from scipy.special import ndtr

        amount = math.log(self.cross.lines[line] / self.growth[month])
        centre = np.array([marginal.score_of(np.array(amount)) for marginal in self.marginals])[:, None]
        noise = math.sqrt(self.error_share)
        mean = math.sqrt(1.0 - self.error_share) * GRID
        if noise == 0.0:
            return (mean < centre).astype(np.float64).ravel()
        return np.asarray(ndtr((centre - mean) / noise), dtype=np.float64).ravel()

    def score_of(self, log_amount: Floats, group: Rows | None) -> Floats:
        """Phi^-1(G(amount)) from a table that is even in the logarithm, for amounts that help has moved.

        Infinite beyond a group's ends, as `Marginal.score_of` has it.
        """
        own: Any = 0 if group is None else group
        low, step, table = self.log_low[own], self.log_step[own], self.even_score
        place = (log_amount - low) * (1.0 / step)
        last = table.shape[1] - 1
        outside = place.size > 0 and (place.min() < -1e-6 or place.max() > last + 1e-6)
        beyond = np.flatnonzero((place < -1e-6) | (place > last + 1e-6)) if outside else np.empty(0, dtype=np.intp)
        ends = np.copysign(np.inf, place.flat[beyond])
        np.clip(place, 0.0, table.shape[1] - 1.000001, out=place)
        left = place.astype(np.intp)
        place -= left
        if group is not None:
            left = left + group * table.shape[1]
        start = np.take(table, left)
        score = np.asarray(start + place * (np.take(table, left + 1) - start), dtype=np.float64)
        if outside:
            score.flat[beyond] = ends
        return score

    def observed_amount(self, scores: Singles) -> Floats:
        """G^-1(Phi(score)) in each household's group."""
        amount = np.empty(scores.size)
        for code, marginal in enumerate(self.marginals):
            inside = self.cross.group == code if len(self.marginals) > 1 else slice(None)
            amount[inside] = np.exp(marginal.log_quantile(scores[inside].astype(np.float64)))
        return amount

    def start_scores(self, streams: Streams, part: slice) -> Singles:
        """z at month 0."""
        return self._start(streams, part)[0]

    def start_below(self, scores: Singles, line: int) -> NDArray[np.bool_]:
        """Whether true welfare at month 0 is below the line."""
        at = self.true_line(0, line)
        return scores < (at[0] if at.size == 1 else at[self.cross.group])

    def begin(self, streams: Streams, part: slice) -> RankLuckBlock:
        """The block at month 0."""
        z, permanent, persistent = self._start(streams, part)
        return RankLuckBlock(self, streams, part, z, permanent, persistent)

    def _start(self, streams: Streams, part: slice) -> tuple[Singles, Singles, Singles]:
        """z, sqrt(a) m and sqrt(b) p at month 0, given z_obs.

        Draw everything from the joint law, then move each part by its covariance with z_obs times what the drawn
        z_obs misses: an exact draw from the conditional law (Matheron; Journel and Huijbregts 1978), since
        z_obs has variance one.
        """
        a, b, c = (np.float32(loading) for loading in self.loadings)
        true_score = np.float32(math.sqrt(1.0 - self.error_share))
        m, p, e, eps = streams.normals(self.cross.keys[part], "hidden start")
        m *= a
        p *= b
        z = m + p
        z += c * e
        miss = self.observed[part] - true_score * z - np.float32(math.sqrt(self.error_share)) * eps
        miss *= true_score
        z += miss
        m += a * a * miss
        p += b * b * miss
        return z, m, p


class RankLuckBlock:
    """A block of households, month by month."""

    def __init__(
        self,
        tables: RankLuckTables,
        streams: Streams,
        part: slice,
        z: Singles,
        permanent: Singles,
        persistent: Singles,
    ) -> None:
        self.tables = tables
        self.month = 0
        self.z = z
        self.keys = tables.cross.keys[part]
        self._streams = streams
        self._permanent = permanent
        self._persistent = persistent
        self._group = tables.cross.group[part] if tables.cross.groups > 1 else None
        self._shocks: Singles | None = None
        rho, (_, b, c) = tables.rho, tables.loadings
        self._rho = np.float32(rho)
        self._innovation = np.float32(b * math.sqrt(max(1.0 - rho * rho, 0.0)))
        self._transitory = np.float32(c)

    def advance(self) -> None:
        """p and e of the next month; one call of the stream serves two months."""
        self.month += 1
        second = (self.month - 1) % 2
        if second == 0 or self._shocks is None:
            self._shocks = self._streams.normals(self.keys, "monthly", step=(self.month + 1) // 2)
        news, passing = self._shocks[2 * second], self._shocks[2 * second + 1]
        np.multiply(self._persistent, self._rho, out=self._persistent)
        np.multiply(news, self._innovation, out=news)
        np.add(self._persistent, news, out=self._persistent)
        np.multiply(passing, self._transitory, out=passing)
        np.add(self._permanent, self._persistent, out=self.z)
        np.add(self.z, passing, out=self.z)

    def below(self, line: int) -> NDArray[np.bool_]:
        """z < T^-1(line / growth)."""
        at = self.tables.true_line(self.month, line)
        return self.z < (at[0] if self._group is None else at[self._group])

    def cells(self) -> NDArray[np.intp]:
        """Nearest score on the grid, by group."""
        place = np.clip(self.z, -END, END)
        place += np.float32(END + 0.5 / STEPS)
        place *= np.float32(STEPS)
        cell = place.astype(np.intp)
        return cell if self._group is None else cell + self._group * GRID.size

    def welfare(self, rows: Rows) -> Floats:
        """T(z) growth."""
        path = np.exp(self._log_true(self.z[rows], rows))
        path *= self.tables.growth[self.month]
        return path

    def long_run(self, rows: Rows) -> Floats:
        """T at persistent and transitory parts of zero, without growth."""
        return np.exp(self._log_true(self._permanent[rows], rows))

    def seen_below(self, rows: Rows, ratio: Floats | None = None) -> Floats:
        """P(G^-1(Phi(z_obs)) ratio < line / growth | z), shape (line, row); a ratio of one where it is None."""
        from scipy.special import ndtr

        tables = self.tables
        log_line = np.log(tables.cross.lines / tables.growth[self.month])[:, None]
        group = None if self._group is None else self._group[rows]
        if ratio is not None:
            score = tables.score_of(log_line - np.log(ratio), group)
        elif group is None:
            score = tables.score_of(log_line, None)
        else:
            score = tables.score_of(np.repeat(log_line, len(tables.marginals), 1), np.arange(len(tables.marginals)))
            score = score[:, group]
        beyond = score - math.sqrt(1.0 - tables.error_share) * self.z[rows].astype(np.float64)
        noise = math.sqrt(tables.error_share)
        if noise == 0.0:
            return (beyond > 0.0).astype(np.float64)
        beyond *= 1.0 / noise
        return np.asarray(ndtr(beyond), dtype=np.float64)

    def _log_true(self, z: Singles, rows: Rows) -> Floats:
        """log T by linear interpolation between the grid's scores."""
        place = (np.clip(z, -END, END).astype(np.float64) + END) * STEPS
        left = np.minimum(place.astype(np.intp), GRID.size - 2)
        place -= left
        table = self.tables.log_true
        if self._group is not None:
            left += self._group[rows] * GRID.size
        low = np.take(table, left)
        return np.asarray(low + place * (np.take(table, left + 1) - low), dtype=np.float64)
