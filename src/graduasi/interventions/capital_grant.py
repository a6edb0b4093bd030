"""Capital grant: business capital, as money or as productive assets in kind."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from graduasi.fields import LONGEST_RUN, count, flag, money
from graduasi.interventions.schedule import Amount, Intervention, Schedule, at_months
from graduasi.uncertain import Value, as_number


@frozen(kw_only=True)
class CapitalGrant(Intervention):
    """Through the cash channel, or in kind through the assets channel, once, `after` months from enrolment.

    The model decides what becomes of it: how much of a lump of cash is invested, and how much of an asset is
    sold at once where nobody coaches the household.
    """

    kind: ClassVar[str] = "capital_grant"

    amount: Value = money("given once", per="household")
    in_kind: bool = flag("whether assets are handed over rather than money", default=True)
    after: int = count("months from enrolment to the grant", unit="months", at_most=LONGEST_RUN, default=0)

    def schedule(self, months: int) -> Schedule:
        """One grant, with its delivery."""
        return Schedule(
            amounts=[
                Amount(
                    channel="assets" if self.in_kind else "cash",
                    by_month=at_months(months, self.after, as_number(self.amount)),
                )
            ],
            delivery=at_months(months, self.after, as_number(self.delivery)),
            start_up=as_number(self.start_up),
        )
