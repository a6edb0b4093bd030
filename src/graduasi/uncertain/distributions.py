"""Distributions of values with doubt: each knows its quantiles and the ends of its support."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, TypeAlias

from attrs import frozen

from graduasi import checks
from graduasi.errors import InputError
from graduasi.fields import LARGE, note, number


@frozen(kw_only=True)
class Uncertain(ABC):
    """Base of values with doubt. Use the constructors: `Uncertain.normal(mean=.06, sd=.02)` and so on.

    name : values of one name are drawn together in each draw; empty means: by the path of the field.
    source : where the figures come from.
    """

    family: ClassVar[str]

    name: str = note("values of one name are drawn together in each draw; by the path of the field where empty")
    source: str = note("where the figures come from")

    @abstractmethod
    def quantile(self, u: float) -> float:
        """Value at probability `u` in (0, 1)."""

    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that can be drawn."""

    @staticmethod
    def normal(*, mean: float, sd: float, name: str = "", source: str = "") -> Uncertain:
        """Normal: for effects, which may be negative."""
        return Normal(mean=mean, sd=sd, name=name, source=source)

    @staticmethod
    def effect(*, mean: float, se: float, between: float = 0.0, name: str = "", source: str = "") -> Uncertain:
        """Predictive normal of an effect in a new place: standard error and between-study spread combined."""
        sd = math.hypot(_spread("se", se), _spread("between", between))
        return Normal(mean=mean, sd=sd, name=name, source=source)

    @staticmethod
    def log_normal(*, median: float, sd_log: float, name: str = "", source: str = "") -> Uncertain:
        """Log-normal: for rates and amounts above zero."""
        return LogNormal(median=median, sd_log=sd_log, name=name, source=source)

    @staticmethod
    def beta(*, mean: float, sd: float, name: str = "", source: str = "") -> Uncertain:
        """Beta on (0, 1) by mean and standard deviation."""
        return Beta(mean=mean, sd=sd, name=name, source=source)

    @staticmethod
    def logit_normal(*, median: float, sd_logit: float, name: str = "", source: str = "") -> Uncertain:
        """Logit-normal on (0, 1): for shares."""
        return LogitNormal(median=median, sd_logit=sd_logit, name=name, source=source)

    @staticmethod
    def triangular(*, low: float, mode: float, high: float, name: str = "", source: str = "") -> Uncertain:
        """Triangular: a lowest, a most likely and a highest value."""
        return Triangular(low=low, mode=mode, high=high, name=name, source=source)


def _spread(name: str, value: float) -> float:
    return checks.number("Uncertain", name, value, low=0, high=LARGE)


def _z(u: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(u))


@frozen(kw_only=True)
class Normal(Uncertain):
    """Normal distribution."""

    family: ClassVar[str] = "normal"
    mean: float = number("mean", unit="of the field", uncertain=False)
    sd: float = number("standard deviation", unit="of the field", low=0, uncertain=False)

    def quantile(self, u: float) -> float:
        """Value at probability `u`."""
        return self.mean + self.sd * _z(u)

    def support(self) -> tuple[float, float]:
        """The whole line (one point where sd is 0)."""
        return (self.mean, self.mean) if self.sd == 0 else (-math.inf, math.inf)


@frozen(kw_only=True)
class LogNormal(Uncertain):
    """Log-normal distribution."""

    family: ClassVar[str] = "log_normal"
    median: float = number("median", unit="of the field", low=1e-12, uncertain=False)
    sd_log: float = number("standard deviation of the log", unit="log points", low=0, high=5, uncertain=False)

    def quantile(self, u: float) -> float:
        """Value at probability `u`."""
        return self.median * math.exp(self.sd_log * _z(u))

    def support(self) -> tuple[float, float]:
        """Above zero."""
        return (self.median, self.median) if self.sd_log == 0 else (0.0, math.inf)


@frozen(kw_only=True)
class Beta(Uncertain):
    """Beta distribution on (0, 1)."""

    family: ClassVar[str] = "beta"
    mean: float = number("mean", unit="share", low=1e-6, high=0.999999, uncertain=False)
    sd: float = number("standard deviation", unit="share", low=1e-6, high=0.5, uncertain=False)

    def __attrs_post_init__(self) -> None:
        if self.sd**2 >= self.mean * (1 - self.mean):
            limit = math.sqrt(self.mean * (1 - self.mean))
            raise InputError(
                f"Beta.sd must be a number below {limit:g} for a mean of {self.mean:g}; got {self.sd!r}"
            )

    def quantile(self, u: float) -> float:
        """Value at probability `u`."""
        from scipy.special import betaincinv

        concentration = self.mean * (1 - self.mean) / self.sd**2 - 1
        return float(betaincinv(self.mean * concentration, (1 - self.mean) * concentration, u))

    def support(self) -> tuple[float, float]:
        """[0, 1]."""
        return 0.0, 1.0


@frozen(kw_only=True)
class LogitNormal(Uncertain):
    """Logit-normal distribution on (0, 1)."""

    family: ClassVar[str] = "logit_normal"
    median: float = number("median", unit="share", low=1e-6, high=0.999999, uncertain=False)
    sd_logit: float = number("standard deviation of the log odds", unit="log odds", low=0, high=10, uncertain=False)

    def quantile(self, u: float) -> float:
        """Value at probability `u`."""
        odds = self.median / (1 - self.median) * math.exp(self.sd_logit * _z(u))
        return odds / (1 + odds)

    def support(self) -> tuple[float, float]:
        """(0, 1)."""
        return (self.median, self.median) if self.sd_logit == 0 else (0.0, 1.0)


@frozen(kw_only=True)
class Triangular(Uncertain):
    """Triangular distribution."""

    family: ClassVar[str] = "triangular"
    low: float = number("lowest value", unit="of the field", uncertain=False)
    mode: float = number("most likely value", unit="of the field", uncertain=False)
    high: float = number("highest value", unit="of the field", uncertain=False)

    def __attrs_post_init__(self) -> None:
        if not self.low <= self.mode <= self.high:
            got = (self.low, self.mode, self.high)
            raise InputError(
                f"Triangular.mode must be a number between low and high; got (low, mode, high) = {got}"
            )

    def quantile(self, u: float) -> float:
        """Value at probability `u`."""
        width = self.high - self.low
        if width == 0:
            return self.mode
        split = (self.mode - self.low) / width
        if u < split:
            return self.low + math.sqrt(u * width * (self.mode - self.low))
        return self.high - math.sqrt((1 - u) * width * (self.high - self.mode))

    def support(self) -> tuple[float, float]:
        """[low, high]."""
        return self.low, self.high


Value: TypeAlias = float | Uncertain

DISTRIBUTIONS: dict[str, type[Uncertain]] = {
    kind.family: kind for kind in (Normal, LogNormal, Beta, LogitNormal, Triangular)
}

CONSTRUCTORS: dict[str, Callable[..., Uncertain]] = {
    "normal": Uncertain.normal,
    "effect": Uncertain.effect,
    "log_normal": Uncertain.log_normal,
    "beta": Uncertain.beta,
    "logit_normal": Uncertain.logit_normal,
    "triangular": Uncertain.triangular,
}
