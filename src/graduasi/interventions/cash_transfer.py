"""Cash transfer: money, once or regularly, for the family or for each of its members."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from attrs import frozen

from graduasi.fields import LONGEST_RUN, choice, count, money
from graduasi.interventions.doors import Intervention, Schedule
from graduasi.uncertain import Value, as_number


@frozen(kw_only=True)
class CashTransfer(Intervention):
    """Through the cash door: `amount` every `every` months, `payments` times, from the month of enrolment on."""

    kind: ClassVar[str] = "cash_transfer"

    amount: Value = money("paid each time", per="family or member")
    payments: int = count("number of payments", unit="payments", at_least=1, at_most=LONGEST_RUN, default=1)
    every: int = count(
        "months from one payment to the next", unit="months", at_least=1, at_most=LONGEST_RUN, default=1
    )
    per: str = choice("who each payment is for", ("family", "member"), default="family")

    def schedule(self, months: int) -> Schedule:
        """Payments and their delivery, a payment at a time."""
        plan = Schedule.empty(months, start_up=as_number(self.start_up))
        paid = np.arange(self.payments) * self.every
        paid = paid[paid <= months]
        door = plan.cash if self.per == "family" else plan.cash_per_member
        door[paid] = as_number(self.amount)
        plan.delivery[paid] = as_number(self.delivery) / self.payments
        return plan
