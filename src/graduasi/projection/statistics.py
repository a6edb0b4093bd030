"""The numbers that a simulation records: a record each, in one table; `docs/estimands.md` says what each one means.

A statistic counts households in a state of their spell (`flag`), of those that a programme reached (`reach`), or
adds an amount of every household (`amount`). What a policy changes is derived: an exit that names its `event` also
has `helped_*` (the event under the policy and not without it), `hurt_*` (the reverse), and `additional_*`, their
difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import Attribute, define, evolve, field, frozen, setters

from graduasi.errors import InputError
from graduasi.fields import refuse
from graduasi.projection.states import MonthState, SpellState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

UNITS = ("households", "persons")
KINDS = ("count", "share", "currency")
CLOCKS = ("month", "year")
FLOWS = ("received", "gain", "without")
HOUSEHOLD = ("poor_first", "poor_last", "sustained_last", "reached")
EVERYBODY = "everybody"
MOST_FLAGS = 32  # of a pair of states, as many bits as an integer has


@frozen(kw_only=True)
class Difference:
    """The names under which the effect of a policy on an event is recorded, and what they mean."""

    helped: str
    hurt: str
    additional: str
    event: str

    @property
    def meaning(self) -> dict[str, str]:
        """The meaning of each name."""
        return {
            self.helped: f"{self.event} under the policy, not without it",
            self.hurt: f"{self.event} without the policy, not under it",
            self.additional: f"helped less hurt: the effect on {self.event}s",
        }


def _name(owner: object, attribute: Attribute[str], value: object) -> None:
    if not isinstance(value, str) or not value.isidentifier():
        raise refuse("Statistic", attribute.name, "a name of letters, digits and _", value)


def _one_of(choices: tuple[str, ...]) -> Callable[[object, Attribute[str], object], None]:
    def check(owner: object, attribute: Attribute[str], value: object) -> None:
        if value not in choices:
            raise refuse("Statistic", attribute.name, f"one of {', '.join(map(repr, choices))}", value)

    return check


@frozen(kw_only=True)
class Statistic:
    """A number that a simulation records, by draw, unit, policy, month and line.

    Parameters
    ----------
    name, meaning : what it is called, and what it says in one line.
    unit : "count" of households or persons, "share" of a line, or "currency". clock : "month" or "year".
    flag : which households it counts, from the state of their spells; False for those that are never poor.
    reach : which households it counts of those reached: "everybody", or those whom a statistic with a flag counts
        without the policy, by its name.
    monthly : whether `reach` is asked every month, or at month 0 for the whole horizon.
    amount : what each household adds, shape (row,), or (label, row) where it has `labels`.
    event : the noun of an exit that policies bring about ("sustained exit"); empty where no effect is told.
    effect : the ending of the names of its effects; its own name unless given.
    mean : told as a mean over everybody, not as a sum. by_line : whether it differs by line.
    counted : the units in which it is told. labels : of an axis of its own, such as bins.
    """

    name: str = field(validator=_name)
    meaning: str
    unit: str = field(default="count", validator=_one_of(KINDS))
    clock: str = field(default="month", validator=_one_of(CLOCKS))
    flag: Callable[[SpellState], Bools] | None = None
    reach: str | None = None
    monthly: bool = True
    amount: Callable[[MonthState], Floats] | None = None
    event: str = ""
    effect: str | None = None
    mean: bool = False
    by_line: bool = True
    counted: tuple[str, ...] = UNITS
    labels: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        given = [name for name in ("flag", "reach", "amount") if getattr(self, name) is not None]
        if len(given) > 1:
            raise InputError(f"Statistic.{given[1]} must not be given beside {given[0]}; got both in {self.name!r}")

    def __reduce__(self) -> tuple[object, ...]:
        # Those of the table travel by name, since their functions have none.
        if KNOWN.get((self.clock, self.name)) is self:
            return known, (self.name, self.clock)
        return _statistic, (tuple((name, getattr(self, name)) for name in FIELDS),)

    @property
    def differences(self) -> Difference | None:
        """The effects of a policy on it; None where it is no event that policies bring about."""
        if not self.event:
            return None
        ending = self.name if self.effect is None else self.effect
        names = [f"{kind}_{ending}" if ending else kind for kind in ("helped", "hurt", "additional")]
        return Difference(helped=names[0], hurt=names[1], additional=names[2], event=self.event)


def _gap(month: MonthState) -> Floats:
    return np.asarray(np.maximum(1.0 - month.welfare / month.line, 0.0), dtype=np.float64)


def _seen(month: MonthState) -> Floats:
    assert month.chance_below is not None
    return month.chance_below


def _shortfall(month: MonthState) -> Floats:
    return np.asarray(np.maximum(month.line - month.welfare, 0.0) * month.members, dtype=np.float64)


def _near(month: MonthState) -> Floats:
    return np.asarray(month.welfare < 1.5 * month.line, dtype=np.float64)


BINS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)  # lower ends, in multiples of the line


def _bins(month: MonthState) -> Floats:
    above = month.welfare / month.line >= np.array(BINS[1:])[:, None]  # shape (bin, row), from the second bin on
    found = np.empty((len(BINS), month.welfare.size))
    found[0], found[1:] = 1.0, above
    found[:-1] -= above  # who is above a bin is not in it
    return found


# One line a statistic, in the order of the tables.
STATISTICS = (
    Statistic(name="poor", meaning="true welfare below the line", flag=lambda s: s.poor),
    Statistic(name="entries", meaning="not poor at month 0, poor now", flag=lambda s: s.poor & ~s.poor_first),
    Statistic(name="exits", meaning="poor at month 0, not poor now (gross: many leave without help)", flag=lambda s: s.out, event="gross exit", effect=""),  # noqa: E501
    Statistic(name="reentries", meaning="poor at month 0, not poor at some month since, poor now", flag=lambda s: s.again),  # noqa: E501
    Statistic(name="sustained", meaning="poor at month 0, not poor in each of the last months (12 unless said otherwise)", flag=lambda s: s.sustained, event="sustained exit"),  # noqa: E501
    Statistic(name="self_reliant", meaning="sustained, and no payment through the cash channel in those months", flag=lambda s: s.self_reliant, event="self-reliant exit"),  # noqa: E501
    Statistic(name="gap", meaning="poverty gap: sum of (line - welfare) / line over the poor", unit="share", amount=_gap),  # noqa: E501
    Statistic(name="severity", meaning="sum of squared gaps over the poor", unit="share", amount=lambda m: _gap(m) ** 2),  # noqa: E501
    Statistic(name="remeasured", meaning="expected number below the line if a survey were run again, errors and all", amount=_seen),  # noqa: E501
    Statistic(name="reached", meaning="enrolled in a programme at some month of the horizon", reach=EVERYBODY, monthly=False),  # noqa: E501
    Statistic(name="reached_poor", meaning="enrolled, and truly poor at month 0", reach="poor", monthly=False),
    Statistic(name="reached_anyway", meaning="enrolled, truly poor at month 0, and out now even without the policy", reach="exits"),  # noqa: E501
)  # fmt: skip

# Recorded where a run asks for them.
EXAMPLES = (
    Statistic(name="near_poor", meaning="true welfare below one and a half lines", amount=_near),
    Statistic(name="mean_welfare", meaning="mean true welfare per month", unit="currency", amount=lambda m: m.welfare, mean=True, by_line=False),  # noqa: E501
    Statistic(name="mean_assets", meaning="mean productive assets of a household beyond those before help", unit="currency", amount=lambda m: m.stocks["added_assets"] * m.members, mean=True, by_line=False, counted=("households",)),  # noqa: E501
    Statistic(name="gap_money", meaning="poverty gap in money: what the poor lack in a month", unit="currency", amount=_shortfall, counted=("households",)),  # noqa: E501
    Statistic(name="welfare_bins", meaning="true welfare by multiples of the line", amount=_bins, labels=tuple(f"from {least:g} lines" for least in BINS)),  # noqa: E501
)  # fmt: skip

MONTHS_OF_A_YEAR = 12


def _shortfall_of_a_year(month: MonthState) -> Floats:
    return MONTHS_OF_A_YEAR * _shortfall(month)


# What a statistic of the months says of years, whose welfare is the mean of twelve months.
OF_YEARS = {
    "poor": "mean true welfare of the year below the line: added up over years, household-years of poverty",
    "entries": "not poor in year 0, poor in this year",
    "exits": "poor in year 0, not poor in this year (gross: many leave without help)",
    "reentries": "poor in year 0, not poor in some year since, poor in this year",
    "sustained": "poor in year 0, not poor in this year and in the one before",
    "self_reliant": "sustained, and no payment through the cash channel in those two years",
    "gap": "poverty gap of the year: sum of (line - mean welfare) / line over the poor",
    "reached": "enrolled in a programme at some month of the horizon",
    "reached_poor": "enrolled, and truly poor in year 0",
    "reached_anyway": "enrolled, truly poor in year 0, and out in this year even without the policy",
}
YEARLY = (
    *(evolve(each, clock="year", meaning=OF_YEARS[each.name]) for each in STATISTICS if each.name in OF_YEARS),
    Statistic(name="gap_money", meaning="poverty gap in money: what the poor of the year lack in its twelve months", clock="year", unit="currency", amount=_shortfall_of_a_year, counted=("households",)),  # noqa: E501
)  # fmt: skip

FIELDS = tuple(attribute.name for attribute in Statistic.__attrs_attrs__)
KNOWN = {(statistic.clock, statistic.name): statistic for statistic in STATISTICS + EXAMPLES + YEARLY}


def known(name: str, clock: str = "month") -> Statistic:
    """Return a statistic of the tables by its name and its clock."""
    return KNOWN[clock, name]


def _statistic(fields: Iterable[tuple[str, object]]) -> Statistic:
    return Statistic(**dict(fields))  # type: ignore[arg-type]


def _as_tuple(given: Sequence[Statistic]) -> tuple[Statistic, ...]:
    return tuple(given)


@define(on_setattr=setters.frozen, slots=False, eq=False, repr=False)
class StatisticSet:
    """The statistics of a run, and everything that follows from them.

    `names` is the order along the statistic axis of results: those counted by state, amounts, the helped of every
    event, the hurt, and those of the reached. `additional` are differences of two of them.
    """

    statistics: tuple[Statistic, ...] = field(converter=_as_tuple)

    def __attrs_post_init__(self) -> None:
        for statistic in self.statistics:
            if not isinstance(statistic, Statistic):
                raise refuse("StatisticSet", "statistics", "Statistic records", statistic)
        told = [*self.names, *self.additional]
        for name in told:
            if told.count(name) > 1:
                raise InputError(f"StatisticSet.statistics must have names of their own; got {name!r} twice")
        if len(self.flags) > MOST_FLAGS:
            raise refuse("StatisticSet", "statistics", f"at most {MOST_FLAGS} with a flag", len(self.flags))
        never = SpellState.without_spell((2,), poor=False)
        for statistic in self.flags:
            _check_flag(statistic, never)
        known = (EVERYBODY, *(each.name for each in self.flags))
        for statistic in self.reaches:
            if statistic.reach not in known:
                need = f"one of {', '.join(map(repr, known))}, in {statistic.name!r}"
                raise refuse("Statistic", "reach", need, statistic.reach)

    def __repr__(self) -> str:
        return f"StatisticSet of {', '.join(each.name for each in self.statistics)}"

    @cached_property
    def flags(self) -> tuple[Statistic, ...]:
        """Those counted by the state of a household's spell."""
        return tuple(each for each in self.statistics if each.flag is not None)

    @cached_property
    def reaches(self) -> tuple[Statistic, ...]:
        """Those counted of the reached."""
        return tuple(each for each in self.statistics if each.reach is not None)

    @cached_property
    def events(self) -> tuple[Statistic, ...]:
        """Those counted by state whose effects are recorded."""
        return tuple(each for each in self.flags if each.event)

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """Names of those that add an amount."""
        return tuple(each.name for each in self.statistics if each.flag is None and each.reach is None)

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """The effects of every event, in the order of the events."""
        return tuple(each.differences for each in self.events if each.differences is not None)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names along the statistic axis of results."""
        return (
            *(each.name for each in self.flags),
            *self.amounts,
            *(each.helped for each in self.differences),
            *(each.hurt for each in self.differences),
            *(each.name for each in self.reaches),
        )

    @cached_property
    def additional(self) -> tuple[str, ...]:
        """Names of the differences of two recorded numbers."""
        return tuple(each.additional for each in self.differences)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """Names of everything that can be asked for."""
        return self.names + self.additional

    @cached_property
    def meaning(self) -> dict[str, str]:
        """The meaning of everything that can be asked for, by name."""
        own = {each.name: each.meaning for each in self.statistics}
        for difference in self.differences:
            own |= difference.meaning
        return {name: own[name] for name in self.told}

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """Names of numbers of households: no amounts, no differences."""
        return tuple(name for name in self.names if name not in self.amounts)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.told)}

    def index(self, name: str) -> int:
        """Return the position of a name along the statistic axis; the additional exits come last."""
        return self._positions[name]

    def indices(self, names: Iterable[str]) -> list[int]:
        """Return the positions of several names."""
        return [self.index(name) for name in names]

    def difference(self, name: str) -> Difference | None:
        """Return the difference that a name of an additional exit stands for; None for other names."""
        return next((each for each in self.differences if each.additional == name), None)

    def effect_on(self, name: str) -> Difference | None:
        """Return the effects recorded of an event by its name; None where there are none."""
        return next((each.differences for each in self.events if each.name == name), None)


def _check_flag(statistic: Statistic, never: SpellState) -> None:
    assert statistic.flag is not None
    found = np.asarray(statistic.flag(never))
    if found.dtype != np.bool_ or found.shape != never.poor.shape:
        need = f"a function of a SpellState that gives True or False a household, in {statistic.name!r}"
        raise InputError(f"Statistic.flag must be {need}; got {found!r}")
    if found.any():
        raise InputError(
            f"Statistic.flag must be False for households that are never poor, which are not visited; "
            f"got True in {statistic.name!r}: give an amount instead"
        )


def effects(statistics: StatisticSet, name: str) -> tuple[str, ...]:
    """Return the recorded names that an event of households is made of; none for amounts and the reached."""
    difference = statistics.difference(name)
    if difference is not None:
        return difference.helped, difference.hurt
    of_reach = [each.name for each in statistics.reaches]
    return (name,) if name in statistics.counts and name not in of_reach else ()


def named(statistics: Sequence[Statistic]) -> StatisticSet:
    """Return the set of a run: the default where the statistics are those of the table."""
    return RECORDED if tuple(statistics) == STATISTICS else StatisticSet(statistics)


RECORDED = StatisticSet(STATISTICS)
RECORDED_YEARLY = StatisticSet(tuple(each for each in YEARLY if each.amount is None))
YEARLY_AMOUNTS = tuple(each for each in YEARLY if each.amount is not None)
MEANING = RECORDED.meaning
ADDITIONAL = RECORDED.additional
