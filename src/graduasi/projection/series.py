"""One statistic under one policy by month: draws, intervals, and arithmetic that joins exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError, NotAvailableError
from graduasi.projection.arrays import ResultArrays
from graduasi.projection.axes import AMOUNT_AXES, at
from graduasi.projection.clocks import MONTH, amounts_on, counted, on_clock, periods
from graduasi.projection.index import whole_in
from graduasi.projection.intervals import LEVEL, Interval, bounds, chance_of_none, ratio_of_sums, rescale
from graduasi.projection.statistics import effects

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from graduasi.projection.amounts import Amounts

    Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False, repr=False)
class Series:
    """A statistic under a policy, by draw and month, or by draw and year on the clock of years.

    statistic, policy, unit, line, group, label : what it is of; `line`, `group` and `label` are None where it is of
        none. policy is "a minus b" for a difference. clock : "month" or "year". months : of the horizon, along the
        month axis; years on the clock of years, which then stand wherever months are named here.
    simulated : totals of records, shape (draw, month).
    draws : the same with the luck of real households and the error of the sample, shape (draw, month).
    event_weight : mean households of a record to which it happens, shape (month,). event_policy : the policy whose
        event it is, where it is one of households.

    Raises InputError for arithmetic of two series of other runs, lines, units, groups or months.
    """

    result: ResultArrays
    statistic: str
    policy: str
    unit: str
    line: str | None
    months: tuple[int, ...]
    simulated: Floats
    draws: Floats
    group: str | None = None
    label: str | None = None
    event_weight: Floats | None = None
    event_policy: str | None = None
    clock: str = MONTH

    def __repr__(self) -> str:
        of = [self.unit, *(f"{name} {value}" for name, value in self._place() if value is not None)]
        place = ", ".join([*of, self._span()])
        return f"Series({self.statistic} under {self.policy}, {place}, {len(self.draws)} draws)"

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[np.generic]:
        return np.array(self.draws, dtype=dtype)

    def _no_array(self, *_: object) -> NoReturn:
        raise InputError(
            "Series must be read by name since 0.2: write .at(month) and .interval() or .mean(), or .draws for the "
            f"array of shape (draw, month); got {self!r} where an array is meant"
        )

    # An array until 0.1; in 0.3 these go.
    __getitem__ = __len__ = __iter__ = __lt__ = __le__ = __gt__ = __ge__ = _no_array
    __add__ = __radd__ = __mul__ = __rmul__ = __rsub__ = __rtruediv__ = _no_array

    def at(self, month: int | None = None) -> Series:
        """Return the series of one month, or year; of the last where none is named."""
        last = periods(self.result, self.clock)[-1]
        wanted = self.months[-1] if month is None else whole_in(f"Projection.{self.clock}", month, last)
        if wanted not in self.months:
            raise NotAvailableError(f"Series.at.{self.clock} must be one of {self._span()}; got {month!r}")
        own = [self.months.index(wanted)]
        weight = None if self.event_weight is None else self.event_weight[own]
        return attrs.evolve(
            self,
            months=(wanted,),
            simulated=self.simulated[:, own],
            draws=self.draws[:, own],
            event_weight=weight,
        )

    def by(self, group: str) -> Series:
        """Return the series of one group of the population, as simulated: it has few records."""
        if self.policy not in self.result.policies:
            raise InputError(f"Series.by must be of one policy; got {self.policy!r}: take the groups first")
        return self._like(select(self.result, self.statistic, self.policy, **self._choice() | {"group": group}))

    def minus(self, other: str | Series) -> Series:
        """Return the difference to another policy's series, or to another series, draw by draw.

        The effect on an event, or on an amount, against the reference has a luck variance of its own, which the
        projection keeps. Other differences are taken of effects where both sides have one, and else of totals as
        simulated: variances of series are never added.
        """
        if isinstance(other, str):
            other = self._like(select(self.result, self.statistic, other, **self._choice()))
        self._check_join(other, "Series.minus")
        found = self._effect(other)
        name = f"{self.policy} minus {other.policy}"
        if found is not None:
            return attrs.evolve(self._like(found), statistic=found.statistic, policy=name)
        difference = self.simulated - other.simulated
        statistic = self.statistic if self.statistic == other.statistic else f"{self.statistic} - {other.statistic}"
        rescaled = self.draws - other.draws if self._is_effect() and other._is_effect() else difference
        return attrs.evolve(
            self,
            statistic=statistic,
            policy=name,
            simulated=difference,
            draws=rescaled,
            event_weight=None,
            event_policy=None,
        )

    def __sub__(self, other: Series) -> Series:
        return self.minus(other) if isinstance(other, Series) else self._no_array()

    def __truediv__(self, other: Series) -> Ratio:
        if not isinstance(other, Series):
            self._no_array()
        self._check_join(other, "Series / Series", ratio=True)
        return Ratio(part=self, whole=other)

    def missing_from(self, whole: Series) -> Ratio:
        """Return the share of another series that is not in this one, such as undercoverage."""
        ratio = self / whole
        rest = attrs.evolve(
            whole,
            simulated=whole.simulated - self.simulated,
            draws=whole.draws - self.draws,
            event_weight=None,
            event_policy=None,
        )
        return attrs.evolve(ratio, part=rest)

    def mean(self) -> Floats:
        """Return the mean over draws, shape (month,)."""
        return np.asarray(self.draws.mean(axis=0), dtype=np.float64)

    def bounds(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """Return the ends of the interval by month, shapes (month,); NaN where there is one draw."""
        if len(self.draws) < 2:
            unknown = np.full(len(self.months), np.nan)
            return unknown, unknown
        return bounds(self.draws, self.simulated, level, self.chance_of_none())

    def interval(self, level: float = LEVEL) -> Interval:
        """Return mean, interval and Monte Carlo error of a series of one month."""
        self._check_one("Series.interval")
        none = float(self.chance_of_none()[0])
        return Interval.of(self.draws[:, 0], level, none=none, raw=self.simulated[:, 0])

    def chance_of_none(self) -> Floats:
        """Return the probability that the event happens to no household, shape (month,); 0 where it is no event."""
        result = self.result
        parts = effects(on_clock(result, self.clock).statistics, self.statistic)
        policy = self.event_policy
        if not parts or policy is None:
            return np.zeros(len(self.months))
        draws, luck = np.zeros_like(self.simulated), np.zeros(len(self.months))
        for part in parts:
            own = counted(result, part, policy, str(self.line), result.units[0], clock=self.clock)
            draws = draws + own.simulated[:, list(self.months)]
            luck = luck + own.luck[list(self.months)]
        return chance_of_none(draws, luck)

    def _place(self) -> tuple[tuple[str, str | None], ...]:
        return ("line", self.line), ("group", self.group), ("label", self.label)

    def _choice(self) -> dict[str, Any]:
        own = {"line": self.line, "unit": self.unit, "group": self.group, "label": self.label}
        return own | {"clock": self.clock}

    def _span(self) -> str:
        first, last = self.months[0], self.months[-1]
        return f"{self.clock} {first}" if first == last else f"{self.clock}s {first} to {last}"

    def _check_one(self, name: str) -> None:
        if len(self.months) != 1:
            need = f"one {self.clock}; got {self._span()}: take .at({self.clock}) first"
            raise InputError(f"{name} must be of {need}")

    def _like(self, whole: Series) -> Series:
        return whole if self.months == whole.months else whole.at(self.months[0])

    def _is_effect(self) -> bool:
        statistics = on_clock(self.result, self.clock).statistics
        return statistics.difference(self.statistic) is not None and self.group is None

    def _effect(self, other: Series) -> Series | None:
        """Return the effect that the projection keeps, with its own luck; None where it keeps none."""
        result = self.result
        if self.statistic != other.statistic or self.group is not None or self.policy not in result.policies:
            return None
        if other.policy not in result.policies:
            return None
        amounts = amounts_on(result, self.statistic, self.clock)
        if amounts is not None and other.policy == result.policies[0]:
            return _amount(
                result, amounts, self.policy, self.unit, self.line, self.label, clock=self.clock, effect=True
            )
        effect = on_clock(result, self.clock).statistics.effect_on(self.statistic)
        if effect is None:
            return None
        own = select(result, effect.additional, self.policy, line=self.line, unit=self.unit, clock=self.clock)
        if other.policy == result.policies[0]:
            return own
        than = select(result, effect.additional, other.policy, line=self.line, unit=self.unit, clock=self.clock)
        return attrs.evolve(
            own, simulated=own.simulated - than.simulated, draws=own.draws - than.draws, event_policy=None
        )

    def _check_join(self, other: Series, verb: str, *, ratio: bool = False) -> None:
        if not isinstance(other, Series):
            raise InputError(f"{verb} must be of a policy or a Series; got {other!r}")
        runs = _run(self.result), _run(other.result)
        if runs[0] != runs[1]:
            raise InputError(f"{verb} must be of series of one run; got {runs[0]} and {runs[1]}")
        axes = [
            ("clock", self.clock, other.clock),
            ("unit", self.unit, other.unit),
            *((n, a, b) for (n, a), (_, b) in zip(self._place(), other._place(), strict=True)),
        ]
        if ratio:  # of a bin to everybody, or of two months
            axes = [(name, mine, its) for name, mine, its in axes if its is not None or name == "group"]
        if not ratio or len(self.months) > 1 or len(other.months) > 1:
            axes.append((f"span of {self.clock}s", self._span(), other._span()))
        for name, mine, its in axes:
            if mine != its:
                raise InputError(f"{verb} must be of series of one {name}; got {mine!r} and {its!r}")


@frozen(kw_only=True, eq=False, repr=False)
class Ratio:
    """One series as a share of another; its mean is a ratio of sums over draws."""

    part: Series
    whole: Series

    def __repr__(self) -> str:
        return f"Ratio({self.part!r} / {self.whole!r})"

    @property
    def draws(self) -> Floats:
        """Ratio by draw, shape (draw, month); NaN where nobody is below the line of the fraction."""
        nobody = self.whole.draws == 0
        return np.where(nobody, np.nan, self.part.draws / np.where(nobody, 1.0, self.whole.draws))

    def at(self, month: int | None = None) -> Ratio:
        """Return the ratio of one month; of the last where none is named."""
        return Ratio(part=self.part.at(month), whole=self.whole.at(month))

    def mean(self) -> Floats:
        """Return the ratio of the sums over draws, shape (month,); NaN where nobody is in any draw."""
        part, whole = self.part.simulated.sum(axis=0), self.whole.simulated.sum(axis=0)
        return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)

    def interval(self, level: float = LEVEL) -> Interval:
        """Return the ratio of sums, interval and Monte Carlo error of a ratio of one month."""
        self.part._check_one("Ratio.interval")
        return ratio_of_sums(self.part.simulated[:, 0], self.whole.simulated[:, 0], level)


def select(
    result: ResultArrays,
    statistic: str,
    policy: str,
    *,
    line: str | None = None,
    unit: str | None = None,
    group: str | None = None,
    label: str | None = None,
    clock: str = MONTH,
) -> Series:
    """Return the series of a statistic under a policy; see `Projection.series`."""
    recorded = on_clock(result, clock)
    amounts = amounts_on(result, statistic, clock)
    if amounts is not None:
        return _amount(result, amounts, policy, unit or result.units[0], line, label, group=group, clock=clock)
    if statistic not in recorded.statistics.told:
        told = (*recorded.statistics.told, *(each.statistic.name for each in recorded.amounts))
        raise NotAvailableError(f"Projection.series.statistic must be one of {', '.join(told)}; got {statistic!r}")
    if label is not None:
        raise NotAvailableError(
            f"Projection.series.label must be None, since {statistic!r} has none; got {label!r}"
        )
    chosen, unit = result.index.label(line), unit or result.units[0]
    own = counted(result, statistic, policy, chosen, unit, group, clock)
    draws = own.simulated
    if group is None:
        draws = rescale(own.simulated, own.luck, own.event_weight, own.sampling)
        draws = draws if recorded.statistics.difference(statistic) else np.maximum(draws, 0.0)
    return Series(
        result=result,
        statistic=statistic,
        policy=policy,
        unit=unit,
        line=chosen,
        months=periods(result, clock),
        simulated=own.simulated,
        draws=draws,
        group=group,
        event_weight=own.event_weight,
        event_policy=policy if group is None else None,
        clock=clock,
    )


def _amount(
    result: ResultArrays,
    amounts: Amounts,
    policy: str,
    unit: str,
    line: str | None,
    label: str | None,
    *,
    group: str | None = None,
    clock: str = MONTH,
    effect: bool = False,
) -> Series:
    """Return the series of an amount, or of its difference to the first policy, with the luck that is its own."""
    statistic, index = amounts.statistic, result.index
    if unit not in amounts.units:
        told = ", ".join(map(repr, amounts.units))
        raise NotAvailableError(
            f"Projection.series.unit must be one of {told}, for {statistic.name!r}; got {unit!r}"
        )
    if (label is None) != (not statistic.labels) or (label is not None and label not in statistic.labels):
        told = ", ".join(map(repr, statistic.labels)) or "None"
        raise NotAvailableError(
            f"Projection.series.label must be one of {told}, for {statistic.name!r}; got {label!r}"
        )
    if statistic.mean and group is not None:
        raise NotAvailableError(f"Series.by must be of a sum, since groups have no totals; got {statistic.name!r}")
    own = {
        "unit": amounts.units.index(unit),
        "line": index.line(line) if statistic.by_line else 0,
        "label": statistic.labels.index(label) if label is not None else 0,
    }
    by_policy = np.asarray(amounts.values[at(AMOUNT_AXES["values"], **own)])  # (draw, policy, month, group)
    values = by_policy.sum(axis=-1) if group is None else by_policy[..., index.group(group)]
    row, divisor = index.policy(policy), amounts.everybody[unit] if statistic.mean else 1.0
    simulated = (
        values[:, row] - values[:, index.policy(result.policies[0])] if effect else values[:, row]
    ) / divisor
    sampling = amounts.sampling_of_effect if effect else amounts.sampling
    luck = amounts.luck_of_effect if effect else amounts.luck
    place = at(AMOUNT_AXES["luck"], policy=row, **own)
    draws = simulated
    if group is None:
        draws = rescale(simulated, luck[place] / divisor**2, 0.0, sampling[place] / divisor**2)
    return Series(
        result=result,
        statistic=statistic.name,
        policy=policy,
        unit=unit,
        line=index.label(line) if statistic.by_line else None,
        months=periods(result, clock),
        simulated=simulated,
        draws=draws,
        group=group,
        label=label,
        clock=clock,
    )


def _run(result: ResultArrays) -> str:
    everybody = f"{result.totals['households']:g} households"
    return f"seed {result.seed}, {result.draws} draws from {result.start}, {everybody}"
