"""What an intervention hands over, as a schedule of months since enrolment.

An intervention is a frozen description; `schedule` writes down what passes through each channel in each month
after a household is enrolled, and what that costs. The simulator adds schedules up; it knows no intervention.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import field, frozen

from graduasi._typing import Columns
from graduasi.channels import CHANNELS, LEVEL
from graduasi.errors import InputError
from graduasi.fields import money, number
from graduasi.uncertain import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# They act on payments, or on later months alone.
IN_FORCE_AT_ONCE = frozenset({"saving", "insured_share", "insured_most"})


@frozen(kw_only=True, eq=False)
class Amount:
    """What passes through one channel, by month since enrolment.

    by_month : shape (month,), in the channel's unit.
    per : whom it is for: "household", "member", or a column of the population that counts persons (pupils, the
        elderly). holds : a column of the population; the amount is for those where it is true (or above zero)
        alone.
    """

    channel: str
    by_month: Floats
    per: str = "household"
    holds: str = ""

    def __attrs_post_init__(self) -> None:
        if self.channel not in CHANNELS:
            known = ", ".join(map(repr, CHANNELS))
            raise InputError(f"Amount.channel must be one of {known}; got {self.channel!r}")
        at_once = self.by_month.size > 0 and self.by_month[0] != 0.0
        if at_once and CHANNELS[self.channel].kind == LEVEL and self.channel not in IN_FORCE_AT_ONCE:
            raise InputError(
                f"Amount.by_month must be 0 in the month of enrolment for {self.channel!r}, since what is in "
                f"force then comes before enrolment; got {self.by_month[0]:g}"
            )

    def units(self, members: Floats, columns: Columns) -> Floats | float:
        """Persons (or the household: 1) that the amount is for, shape (row,)."""
        count: Floats | float = 1.0
        if self.per == "member":
            count = members
        elif self.per != "household":
            count = as_numbers(columns, self.per, "Amount.per")
            if (count < 0.0).any():
                raise InputError(
                    f"Amount.per must be a column that counts persons, none below 0; "
                    f"got {count.min():g} in {self.per!r}"
                )
        if self.holds:
            holds = as_numbers(columns, self.holds, "Amount.holds") > 0.0
            count = holds.astype(np.float64) * count
        return count


def _as_tuple(given: Sequence[Amount]) -> tuple[Amount, ...]:
    return tuple(given)


@frozen(kw_only=True, eq=False)
class Schedule:
    """What a household meets, by month since its enrolment (month 0).

    amounts : what passes through the channels. delivery : what handing it over costs, shape (month,) [currency per
    household]. start_up : cost of the intervention's first day, once [currency]. completion : share of households
    for which what is learned (see `Channel.learned`) comes into force at all.

    Insurance that a budget pays for states its ceiling as an amount of the channel `insured_most`; a budget
    reserves it.
    """

    amounts: tuple[Amount, ...] = field(converter=_as_tuple)
    delivery: Floats
    start_up: float = 0.0
    completion: float = 1.0

    def total(self, channel: str) -> Floats:
        """Return what passes through a channel for a household with one of whatever amounts are per, (month,)."""
        return sum(
            (each.by_month for each in self.amounts if each.channel == channel), np.zeros_like(self.delivery)
        )

    @property
    def states_ceiling(self) -> bool:
        """Whether it says what insurance pays at most."""
        return any(each.channel == "insured_most" for each in self.amounts)

    @property
    def channels(self) -> frozenset[str]:
        """The channels through which anything passes."""
        return frozenset(each.channel for each in self.amounts if each.by_month.any())


def as_numbers(columns: Columns, name: str, owner: str) -> Floats:
    """Return a column as finite numbers, shape (row,)."""
    if name not in columns:
        have = ", ".join(repr(column) for column in columns) or "none"
        raise InputError(f"{owner} must be a column of the population ({have}); got {name!r}")
    values = columns[name]
    if values.dtype.kind not in "biuf" or not np.isfinite(values).all():
        raise InputError(f"{owner} must be a column with a number in every row; {name!r} is not")
    return values.astype(np.float64)


@frozen(kw_only=True)
class Intervention(ABC):
    """Base of interventions: what every one of them costs beyond what the household receives."""

    kind: ClassVar[str]

    delivery: Value = money(
        "cost of delivery, spread over the months in which it acts", per="household", default=0.0
    )
    start_up: Value = number(
        "cost of setting it up, once a programme", unit="currency", low=0, noun="money", default=0.0
    )

    @abstractmethod
    def schedule(self, months: int) -> Schedule:
        """The schedule for months 0 to `months` since enrolment; every number must be resolved."""


def ramp(months: int, onset: float, full: float) -> Floats:
    """0 until month `onset`, 1 from month `full`, straight between; shape (month,)."""
    month = np.arange(months + 1, dtype=np.float64)
    if full - onset < 1e-9:
        return (month >= max(full, 1)).astype(np.float64)
    return np.clip((month - onset) / (full - onset), 0.0, 1.0)


def fade(months: int, after: float, yearly: float) -> Floats:
    """1 until month `after`, then times `yearly` a year; shape (month,)."""
    month = np.arange(months + 1, dtype=np.float64)
    return np.asarray(yearly ** (np.maximum(month - after, 0.0) / 12.0), dtype=np.float64)


def at_months(months: int, paid: NDArray[np.intp] | int, amount: float) -> Floats:
    """`amount` in each of the months `paid`, 0 elsewhere, shape (month,); months beyond the table are lost."""
    table = np.zeros(months + 1)
    when = np.atleast_1d(paid)
    table[when[when <= months]] = amount
    return table


def spread_over(months: int, total: float, active: int) -> Floats:
    """`total` in equal parts over the first `active` months, shape (month,); months beyond the table are lost."""
    parts = np.zeros(months + 1)
    parts[:active] = total / active
    return parts
