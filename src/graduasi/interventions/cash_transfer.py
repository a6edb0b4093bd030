"""Cash transfer: money, once or regularly, for the household, its members, or whom a column counts."""

from __future__ import annotations

import warnings
from typing import ClassVar

import numpy as np
from attrs import frozen

from graduasi.fields import LONGEST_RUN, count, money, text
from graduasi.interventions.schedule import Amount, Intervention, Schedule, at_months
from graduasi.uncertain import Value, as_number


def _whom(per: object) -> object:
    """The old word for a household, with a warning; the rest as it is."""
    if per != "family":
        return per
    warnings.warn(
        "CashTransfer.per is now 'household', not 'family'; the old word goes in the next minor version",
        DeprecationWarning,
        stacklevel=4,
    )
    return "household"


@frozen(kw_only=True)
class CashTransfer(Intervention):
    """Through the cash channel: `amount` every `every` months, `payments` times, from the month of enrolment on."""

    kind: ClassVar[str] = "cash_transfer"

    amount: Value = money("paid each time", per="household, member or person that a column counts")
    payments: int = count("number of payments", unit="payments", at_least=1, at_most=LONGEST_RUN, default=1)
    every: int = count(
        "months from one payment to the next", unit="months", at_least=1, at_most=LONGEST_RUN, default=1
    )
    per: str = text(
        "whom each payment is for: household, member, or a column that counts persons",
        default="household",
        converter=_whom,
    )
    holds: str | None = text("column that must hold (true, or above zero) where it is paid", default=None)

    def schedule(self, months: int) -> Schedule:
        """Payments and their delivery, a payment at a time."""
        paid = np.arange(self.payments) * self.every
        amount = Amount(
            channel="cash",
            by_month=at_months(months, paid, as_number(self.amount)),
            per=self.per,
            holds=self.holds or "",
        )
        delivery = at_months(months, paid, as_number(self.delivery) / self.payments)
        return Schedule(amounts=[amount], delivery=delivery, start_up=as_number(self.start_up))
