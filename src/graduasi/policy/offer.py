"""A programme in one draw: its schedules, and what a household in it costs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi._typing import Columns
from graduasi.channels import CHANNELS
from graduasi.errors import InputError
from graduasi.interventions import Schedule
from graduasi.policy.exits import NEVER
from graduasi.policy.programme import Programme
from graduasi.uncertain import as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.policy.registry import RegistryView

    Floats = NDArray[np.float64]
    Index = NDArray[np.intp]


@frozen(kw_only=True, eq=False, slots=False)
class Offer:
    """programme : resolved. months : last month of the horizon."""

    programme: Programme
    months: int

    @cached_property
    def schedules(self) -> tuple[Schedule, ...]:
        """The schedules of its interventions, in their order."""
        return tuple(each.schedule(self.months) for each in self.programme.interventions)

    @property
    def open_ended(self) -> bool:
        """Whether it insures without a ceiling."""
        return any(
            "insured_share" in schedule.channels and not schedule.states_ceiling for schedule in self.schedules
        )

    @property
    def start_up(self) -> float:
        """Cost of the first day, once [currency]."""
        return sum(schedule.start_up for schedule in self.schedules)

    def check(self, channels: frozenset[str]) -> None:
        """Refuse channels that a model does not know. channels : those that it knows."""
        for kind, schedule in zip(self.programme.interventions, self.schedules, strict=True):
            unknown = sorted(schedule.channels - channels)
            if unknown:
                known = ", ".join(map(repr, sorted(channels)))
                raise InputError(
                    f"Programme.interventions must use channels that the model knows ({known}); got {unknown[0]!r} "
                    f"of {type(kind).__name__} in {self.programme.name!r}"
                )

    def month_out(self, view: RegistryView, month_in: Index) -> Index:
        """First month without payments that is known at enrolment, shape (unit,); NEVER where none is."""
        ends = [rule.month_out(view, month_in) for rule in self.programme.exits]
        return np.asarray(np.minimum.reduce([np.full(month_in.shape, NEVER), *ends]))

    def commitment(self, members: Floats, columns: Columns, month_in: Index, month_out: Index) -> Floats:
        """Cost of a household up to the horizon, repayments left out, shape (unit,) [currency]."""
        stay = np.clip(np.minimum(month_out, self.months + 1) - month_in, 0, self.months + 1)
        total = np.zeros(members.size)
        for schedule in self.schedules:
            for amount in schedule.amounts:
                if CHANNELS[amount.channel].money:
                    total += _through(np.maximum(amount.by_month, 0.0))[stay] * amount.units(members, columns)
            total += _through(schedule.delivery)[stay]
        return total + self.staff_cost * np.minimum(stay, self.staff_months)

    def ceiling(self, members: Floats, columns: Columns, since: Index) -> Floats:
        """Return what insurance pays at most so many months after enrolment, shape (unit,) [currency]."""
        total = np.zeros(members.size)
        for schedule in self.schedules:
            for amount in schedule.amounts:
                if amount.channel == "insured_most":
                    total += amount.by_month[since] * amount.units(members, columns)
        return total

    def dearest(self, members: float, columns: Columns) -> float:
        """Return a bound on what a household costs over the horizon [currency]; infinite without a ceiling.

        members : of the largest household. columns : of all households.
        """
        total = self.staff_cost * self.staff_months + self.start_up
        for schedule in self.schedules:
            total += float(schedule.delivery.sum())
            if "insured_share" in schedule.channels and not schedule.states_ceiling:
                return np.inf
            for amount in schedule.amounts:
                if CHANNELS[amount.channel].money:
                    units = np.max(amount.units(np.array([members]), columns), initial=0.0)
                    total += float(np.abs(amount.by_month).sum()) * float(units)
        return total

    @property
    def staff_cost(self) -> float:
        """Of a household in a month that it is accompanied [currency]."""
        staff = self.programme.staff
        return 0.0 if staff is None else as_number(staff.salary) / staff.households

    @property
    def staff_months(self) -> int:
        """Months since enrolment that a household is accompanied."""
        return 0 if self.programme.staff is None else self.programme.staff.months


def _through(by_month: Floats) -> Floats:
    """Sums of the first 0, 1, 2 ... months, shape (month + 1,)."""
    return np.concatenate([[0.0], np.cumsum(by_month)])
