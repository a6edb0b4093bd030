"""Distributions of welfare: log-normal, Singh-Maddala, Dagum, generalised beta of the second kind.

All amounts are in one unit; a distribution is frozen. The last three are one family (McDonald 1984, Econometrica
52): F(x) = I_u(p, q), u = (x/b)^a / (1 + (x/b)^a), with p = 1 (Singh and Maddala 1976) or q = 1 (Dagum 1977).
A finite mean, a q > 1, is enforced by how the parameters are searched.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
from attrs import Attribute, field, frozen

from graduasi._typing import Floats
from graduasi.errors import InputError

NODES = 96
PANEL = np.polynomial.legendre.leggauss(12)
POWERS = 30.0  # log-odds beyond which F and L are powers to 13 digits, shapes being 1


def _above_zero(instance: object, attribute: Attribute[float], value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating) or not 0 < value < math.inf:
        raise InputError(f"{type(instance).__name__}.{attribute.name} must be a number above 0; got {value!r}")


def _parameter() -> Any:
    return field(validator=_above_zero)


@cache
def unit_nodes(power: int = 3) -> tuple[Floats, Floats]:
    """Nodes t in (0, 1) and weights of an integral over them: Gauss-Legendre in t^(1/power), dense at 0."""
    node, weight = np.polynomial.legendre.leggauss(NODES)
    node, weight = (node + 1.0) / 2.0, weight / 2.0
    return node**power, weight * power * node ** (power - 1)


def _beta_share(p: float, q: float, odds: Floats | float) -> Floats:
    """I_u(p, q) at u / (1 - u) = odds, from whichever of u and 1 - u is small, so to all digits."""
    from scipy.special import betainc, betaincc

    ratio = np.atleast_1d(np.asarray(odds, dtype=np.float64))
    share = np.empty(ratio.shape)
    low = ratio < 1.0
    share[low] = betainc(p, q, ratio[low] / (1.0 + ratio[low]))
    share[~low] = betaincc(q, p, 1.0 / (1.0 + ratio[~low]))
    return share.reshape(np.shape(odds))


def _panels(*shapes: tuple[float, float]) -> tuple[float, Floats, float]:
    """Centre, edges of panels and their reach in log-odds, for beta distributions of these shapes.

    A beta distribution turns around log(p / q), p and q being 1 at least, over a width of sqrt(1 / p + 1 / q); away
    from there panels double.
    """
    tops = [(max(p, 1.0), max(q, 1.0)) for p, q in shapes]
    far = POWERS + math.log(sum(p + q for p, q in shapes) + 1.0)
    centres = [math.log(p / q) for p, q in tops]
    found = [np.array([-far, far])]
    for centre, (p, q) in zip(centres, tops, strict=True):
        width = math.sqrt(1.0 / p + 1.0 / q)
        steps = width * 2.0 ** np.arange(math.ceil(math.log2(2.0 * far / width)))
        found += [centre - steps, np.array([centre]), centre + steps]
    edges = np.unique(np.concatenate(found))
    return centres[0], edges[np.abs(edges) <= far], far


class Distribution(ABC):
    """A distribution of welfare above 0."""

    name: ClassVar[str]
    parameters: ClassVar[int]  # number of them

    @abstractmethod
    def cdf(self, amount: Floats | float) -> Floats:
        """Share of persons below `amount`."""

    @abstractmethod
    def quantile(self, probability: Floats | float) -> Floats:
        """Amount below which a share `probability` of persons is."""

    @abstractmethod
    def lorenz(self, probability: Floats | float) -> Floats:
        """Share of all welfare that the poorest `probability` of persons hold."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """Mean welfare."""

    @property
    @abstractmethod
    def gini(self) -> float:
        """Gini coefficient."""

    @property
    @abstractmethod
    def vector(self) -> Floats:
        """Parameters on scales without ends, shape (parameter,)."""

    @classmethod
    @abstractmethod
    def of_vector(cls, vector: Floats) -> Distribution:
        """The distribution with these parameters."""

    @classmethod
    @abstractmethod
    def start(cls, centre: float, spread: float) -> Distribution:
        """A member with about this median and standard deviation of the logarithm."""

    def fgt(self, line: float, alpha: int) -> float:
        """FGT of order 0, 1 or 2, by quadrature of the distribution function: no digits are lost.

        P1 = integral of F(zt) over t in (0, 1), P2 = twice the integral of (1 - t) F(zt).
        """
        if alpha == 0:
            return float(self.cdf(line))
        if alpha not in {1, 2}:
            raise InputError(f"{type(self).__name__}.fgt.alpha must be 0, 1 or 2; got {alpha!r}")
        node, weight = unit_nodes()
        below = self.cdf(line * node)
        return float((weight * below).sum() if alpha == 1 else 2.0 * (weight * (1.0 - node) * below).sum())


@frozen(kw_only=True)
class LogNormalWelfare(Distribution):
    """Log-normal: `centre` is the median, `spread` the standard deviation of the logarithm."""

    name: ClassVar[str] = "log_normal"
    parameters: ClassVar[int] = 2

    centre: float = _parameter()
    spread: float = _parameter()

    def cdf(self, amount: Floats | float) -> Floats:
        """See `Distribution.cdf`."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            return np.asarray(ndtr(np.log(np.asarray(amount) / self.centre) / self.spread), dtype=np.float64)

    def quantile(self, probability: Floats | float) -> Floats:
        """See `Distribution.quantile`."""
        from scipy.special import ndtri

        return np.asarray(self.centre * np.exp(self.spread * ndtri(probability)), dtype=np.float64)

    def lorenz(self, probability: Floats | float) -> Floats:
        """See `Distribution.lorenz`."""
        from scipy.special import ndtr, ndtri

        return np.asarray(ndtr(ndtri(probability) - self.spread), dtype=np.float64)

    @property
    def mean(self) -> float:
        """Mean welfare."""
        return self.centre * math.exp(self.spread**2 / 2)

    @property
    def gini(self) -> float:
        """Gini coefficient, 2 Phi(spread / sqrt 2) - 1."""
        return math.erf(self.spread / 2.0)

    @property
    def vector(self) -> Floats:
        """Logarithms of both."""
        return np.log([self.centre, self.spread])

    @classmethod
    def of_vector(cls, vector: Floats) -> LogNormalWelfare:
        """See `Distribution.of_vector`."""
        centre, spread = np.exp(vector)
        return cls(centre=float(centre), spread=float(spread))

    @classmethod
    def start(cls, centre: float, spread: float) -> LogNormalWelfare:
        """See `Distribution.start`."""
        return cls(centre=centre, spread=spread)


@frozen(kw_only=True)
class GeneralisedBeta2(Distribution):
    """Generalised beta of the second kind: `scale` b, and shapes a, p, q, all above 0, with a q > 1."""

    name: ClassVar[str] = "gb2"
    parameters: ClassVar[int] = 4

    scale: float = _parameter()
    a: float = _parameter()
    p: float = _parameter()
    q: float = _parameter()

    def __attrs_post_init__(self) -> None:
        if not self.a * self.q > 1.0:
            raise InputError(
                f"{type(self).__name__}.q must be above 1 / a = {1 / self.a:g}, or the mean is infinite; "
                f"got {self.q!r}"
            )

    def cdf(self, amount: Floats | float) -> Floats:
        """See `Distribution.cdf`."""
        with np.errstate(over="ignore"):
            odds = (np.asarray(amount, dtype=np.float64) / self.scale) ** self.a
        return _beta_share(self.p, self.q, odds)

    def _odds(self, probability: Floats | float) -> Floats:
        """u / (1 - u) at a probability, to all its digits in both tails."""
        from scipy.special import betaincinv

        share = np.asarray(probability, dtype=np.float64)
        low = share < 0.5
        u = betaincinv(self.p, self.q, np.where(low, share, 0.5))
        v = betaincinv(self.q, self.p, np.where(low, 0.5, 1.0 - share))
        with np.errstate(divide="ignore"):
            return np.asarray(np.where(low, u / (1.0 - u), (1.0 - v) / v), dtype=np.float64)

    def quantile(self, probability: Floats | float) -> Floats:
        """See `Distribution.quantile`."""
        return np.asarray(self.scale * self._odds(probability) ** (1.0 / self.a), dtype=np.float64)

    def lorenz(self, probability: Floats | float) -> Floats:
        """See `Distribution.lorenz`."""
        return _beta_share(self.p + 1.0 / self.a, self.q - 1.0 / self.a, self._odds(probability))

    @property
    def mean(self) -> float:
        """b B(p + 1/a, q - 1/a) / B(p, q)."""
        from scipy.special import betaln

        return float(self.scale * np.exp(betaln(self.p + 1 / self.a, self.q - 1 / self.a) - betaln(self.p, self.q)))

    @cached_property
    def _gini(self) -> float:
        # 1 - 2 integral of L dF, over x = log(u / (1 - u)): L below the centre, 1 - (1 - L) above it.
        from scipy.special import betaln

        held = (self.p + 1.0 / self.a, self.q - 1.0 / self.a)  # L is F with these
        centre, edges, far = _panels((self.p, self.q), held)
        middle, half = (edges[1:] + edges[:-1]) / 2.0, np.diff(edges) / 2.0
        x = (middle[:, None] + half[:, None] * PANEL[0]).ravel()  # (panel, node)
        weight = (half[:, None] * PANEL[1]).ravel()
        log_u, log_v = -np.logaddexp(0.0, -x), -np.logaddexp(0.0, x)
        beta, beta_held = betaln(self.p, self.q), betaln(*held)
        density = weight * np.exp(self.p * log_u + self.q * log_v - beta)
        low = x < centre
        body = (density[low] * _beta_share(*held, np.exp(x[low]))).sum()
        body -= (density[~low] * _beta_share(*held[::-1], np.exp(-x[~low]))).sum()
        body += float(_beta_share(self.q, self.p, math.exp(-centre)))
        # Beyond the last panels F and L are powers, whose integral is known, however slowly they fall.
        tails = [
            math.exp(-far * (one + other) - beta - beta_held) / (other * (one + other))
            for one, other in zip((self.p, self.q), held, strict=True)
        ]
        return float(1.0 - 2.0 * (body + tails[0] - tails[1]))

    @property
    def gini(self) -> float:
        """Gini coefficient, by quadrature of the Lorenz curve."""
        return self._gini

    @property
    def vector(self) -> Floats:
        """Logarithms of b, a, p, and of a q - 1."""
        return np.log([self.scale, self.a, self.p, self.a * self.q - 1.0])

    @classmethod
    def of_vector(cls, vector: Floats) -> GeneralisedBeta2:
        """See `Distribution.of_vector`."""
        scale, a, p, beyond = (float(value) for value in np.exp(np.clip(vector, -30.0, 30.0)))
        return cls(scale=scale, a=a, p=p, q=(1.0 + beyond) / a)

    @classmethod
    def start(cls, centre: float, spread: float) -> GeneralisedBeta2:
        """See `Distribution.start`: p = q = 1 is log-logistic, of spread pi / (sqrt 3 a)."""
        a = max(math.pi / math.sqrt(3.0) / spread, 1.2)
        return cls.of_vector(np.log([centre, a, 1.0, a - 1.0]))


@frozen(kw_only=True)
class SinghMaddala(GeneralisedBeta2):
    """Singh-Maddala (Burr XII): GB2 with p = 1."""

    name: ClassVar[str] = "singh_maddala"
    parameters: ClassVar[int] = 3

    p: float = field(default=1.0, init=False)

    @property
    def gini(self) -> float:
        """1 - Gamma(q) Gamma(2q - 1/a) / (Gamma(q - 1/a) Gamma(2q))."""
        from scipy.special import gammaln

        q, one = self.q, 1.0 / self.a
        return float(-np.expm1(gammaln(q) + gammaln(2 * q - one) - gammaln(q - one) - gammaln(2 * q)))

    @property
    def vector(self) -> Floats:
        """Logarithms of b, a, and of a q - 1."""
        return np.log([self.scale, self.a, self.a * self.q - 1.0])

    @classmethod
    def of_vector(cls, vector: Floats) -> SinghMaddala:
        """See `Distribution.of_vector`."""
        scale, a, beyond = (float(value) for value in np.exp(np.clip(vector, -30.0, 30.0)))
        return cls(scale=scale, a=a, q=(1.0 + beyond) / a)

    @classmethod
    def start(cls, centre: float, spread: float) -> SinghMaddala:
        """See `Distribution.start`."""
        a = max(math.pi / math.sqrt(3.0) / spread, 1.2)
        return cls(scale=centre, a=a, q=1.0)


@frozen(kw_only=True)
class Dagum(GeneralisedBeta2):
    """Dagum (Burr III): GB2 with q = 1, so a > 1."""

    name: ClassVar[str] = "dagum"
    parameters: ClassVar[int] = 3

    q: float = field(default=1.0, init=False)

    @property
    def gini(self) -> float:
        """Gamma(p) Gamma(2p + 1/a) / (Gamma(2p) Gamma(p + 1/a)) - 1."""
        from scipy.special import gammaln

        p, one = self.p, 1.0 / self.a
        return float(np.expm1(gammaln(p) + gammaln(2 * p + one) - gammaln(2 * p) - gammaln(p + one)))

    @property
    def vector(self) -> Floats:
        """Logarithms of b, p, and of a - 1."""
        return np.log([self.scale, self.p, self.a - 1.0])

    @classmethod
    def of_vector(cls, vector: Floats) -> Dagum:
        """See `Distribution.of_vector`."""
        scale, p, beyond = (float(value) for value in np.exp(np.clip(vector, -30.0, 30.0)))
        return cls(scale=scale, a=1.0 + beyond, p=p)

    @classmethod
    def start(cls, centre: float, spread: float) -> Dagum:
        """See `Distribution.start`."""
        return cls(scale=centre, a=max(math.pi / math.sqrt(3.0) / spread, 1.2), p=1.0)


DISTRIBUTIONS: dict[str, type[Distribution]] = {
    kind.name: kind for kind in (GeneralisedBeta2, LogNormalWelfare, SinghMaddala, Dagum)
}
