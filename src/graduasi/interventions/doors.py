"""The six doors through which an intervention touches a household, as a schedule of months since enrolment.

An intervention is a frozen description; `schedule` writes down what passes through each door in each month
after a family is enrolled, and what that costs. The simulator adds schedules up; it knows no intervention.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from graduasi.fields import money, number
from graduasi.uncertain import Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DOORS = ("cash", "assets", "skill", "gain", "saving", "cover")


@frozen(kw_only=True, eq=False)
class Schedule:
    """What a family meets, by month since its enrolment (month 0); all arrays have shape (month,).

    cash, cash_per_member : payments [currency per family, per member]; negative for a repayment.
    assets : productive assets given [currency per family].
    skill : gain in labour earnings in force [log points]; gain : share of income in force; saving : shift of
        the invested share in force; cover : share of a shortfall made good, in force.
    delivery : what handing it over costs [currency per family].
    start_up : cost of the intervention's first day, once [currency].
    completion : share of families for which skill and gain come into force at all.
    """

    cash: Floats
    cash_per_member: Floats
    assets: Floats
    skill: Floats
    gain: Floats
    saving: Floats
    cover: Floats
    delivery: Floats
    start_up: float = 0.0
    completion: float = 1.0

    @cached_property
    def open_doors(self) -> tuple[str, ...]:
        """The tables that are not all zero, in the order of the doors."""
        tables = (*DOORS, "cash_per_member")
        return tuple(table for table in tables if getattr(self, table).any())

    @classmethod
    def empty(cls, months: int, *, start_up: float = 0.0, completion: float = 1.0) -> Schedule:
        """A schedule of zeros for months 0 to `months`, to be written into."""

        def zeros() -> Floats:
            return np.zeros(months + 1)

        return cls(
            cash=zeros(), cash_per_member=zeros(), assets=zeros(), skill=zeros(), gain=zeros(),
            saving=zeros(), cover=zeros(), delivery=zeros(), start_up=start_up, completion=completion,
        )  # fmt: skip


@frozen(kw_only=True)
class Intervention(ABC):
    """Base of interventions: what every one of them costs beyond what the family receives."""

    kind: ClassVar[str]

    delivery: Value = money("cost of delivery, spread over the months in which it acts", per="family", default=0.0)
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


def spread_over(months: int, total: float, active: int) -> Floats:
    """`total` in equal parts over the first `active` months, shape (month,); months beyond the table are lost."""
    parts = np.zeros(months + 1)
    parts[:active] = total / active
    return parts
