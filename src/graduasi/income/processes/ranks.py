"""The default income process: stationary, on the ranks of the cross-section.

    z_obs = sqrt(1-d) z + sqrt(d) eps
    z_t   = sqrt(a) m + sqrt(b) p_t + sqrt(c) e_t,     a + b + c = 1
    p_t   = rho p_t-1 + sqrt(1 - rho^2) n_t
    T(z)  = exp E[ log G^-1(Phi(sqrt(1-d) z + sqrt(d) eps)) ]

The observed cross-section is reproduced whatever its shape; the true one is stationary at every line.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.evidence import prior
from graduasi.fields import LONGEST_RUN, PART, Part, number, share, show
from graduasi.income.processes.marginal import Marginal
from graduasi.income.processes.rank_luck import RankDraw
from graduasi.income.processes.rank_tables import FINE, GRID
from graduasi.income.protocol import HISTORY, CrossSection
from graduasi.measures.ranks import normal_scores
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EVEN_STEPS = 4096  # of log welfare, from amounts to scores
NOISE = np.linspace(-6.0, 6.0, 121)  # nodes of the expectation over the survey's error
NOISE_WEIGHT = np.exp(-(NOISE**2) / 2) / np.exp(-(NOISE**2) / 2).sum()

PATH = Part(meaning="points (month, level) that common welfare passes through; 1 at month 0", unit="index")


def _path(value: Iterable[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    return tuple((month, index) for month, index in value)


@frozen(kw_only=True)
class RankProcess:
    """Welfare without help moves on the ranks of the cross-section.

    Defaults are wide: the shares of variance are badly known.
    """

    kind: ClassVar[str] = "ranks"

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
                    f"RankProcess.growth_path must be pairs (month, index) of rising months in [1, {LONGEST_RUN}] "
                    f"and indices in [1e-06, 1e+06]; got {show(self.growth_path)}"
                )
            previous = month

    @property
    def stationary(self) -> bool:
        """Whether the headcount stays where it was without policies: where there is no growth."""
        return self.growth == 0.0 and not self.growth_path

    @property
    def grows(self) -> bool:
        """Whether the headcount moves by common growth, and by nothing else."""
        return not self.stationary

    def growth_index(self, months: int) -> Floats:
        """Common level of real welfare in months -HISTORY to `months`, shape (HISTORY + 1 + month,), 1 at month 0.

        Log-linear between the path's points; before month 0 yearly growth alone, backwards.
        """
        month = np.arange(-HISTORY, months + 1)
        index = (1.0 + as_number(self.growth)) ** (month / 12.0)
        if self.growth_path:
            at, level = zip((0, 1.0), *self.growth_path, strict=True)
            index = index * np.exp(np.interp(month, at, np.log(level)))
        return index

    def prepare(self, cross: CrossSection) -> RankDraw:
        """Return the tables of one draw; every number must be resolved."""
        observed = np.empty(cross.welfare.size)
        marginals = []
        for code in range(cross.distributions):
            inside = cross.distribution == code if cross.distributions > 1 else slice(None)
            welfare, weight = cross.welfare[inside], cross.person_weight[inside]
            order = np.argsort(welfare)  # of equals in any order: they share a rank
            observed[inside] = normal_scores(welfare, weight, order)
            marginals.append(Marginal.of(welfare, weight, observed[inside], order))
        d = as_number(self.error_share)
        a = as_number(self.permanent)
        c = (1.0 - a) * as_number(self.transitory)
        low = np.array([each.log_welfare[0] for each in marginals])
        high = np.array([each.log_welfare[-1] for each in marginals])
        step = np.maximum(high - low, 1e-9) / EVEN_STEPS
        even = low[:, None] + step[:, None] * np.arange(EVEN_STEPS + 1)
        return RankDraw(
            cross=cross,
            marginals=tuple(marginals),
            observed=observed.astype(np.float32),
            true=np.array([_true_quantiles(each, d) for each in marginals]),
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


def _true_quantiles(marginal: Marginal, error_share: float) -> Floats:
    """T on the grid of true scores, shape (score,), never falling.

    # scores (1025,) x nodes (121,) -> observed scores (1025, 121) -> expected log welfare (1025,)
    """
    if error_share == 0.0:  # what is observed is the truth, an amount on a line included
        return np.interp(GRID, marginal.score, marginal.welfare)
    observed = math.sqrt(1.0 - error_share) * GRID[:, None] + math.sqrt(error_share) * NOISE
    log_true = np.einsum("ij,j->i", np.interp(observed, FINE, marginal.log_quantile(FINE)), NOISE_WEIGHT)
    return np.asarray(np.exp(np.maximum.accumulate(log_true)), dtype=np.float64)
