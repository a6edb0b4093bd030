"""The poverty line: an amount a person a month, in stated money. There is no default line anywhere."""

from __future__ import annotations

from attrs import frozen

from graduasi.fields import money, text


@frozen(kw_only=True)
class PovertyLine:
    """A poverty line. Poor means welfare < line: a household exactly on the line is not poor.

    amount : money above 0 [currency per person per month].
    label : short name, as tables and plots show it.
    currency, prices, source : which money, at whose prices, and where the figure comes from.
    method, moved_from : the definition, and whether the amount was moved to other prices (once at most).
    """

    amount: float = money("the line", per="person per month", above_zero=True, uncertain=False)
    label: str = text("short name used in tables and plots")
    currency: str = text("currency of the amount", default="IDR")
    prices: str = text("period of the prices, such as '2023-03'", default="as stated by the source")
    source: str = text("where the amount comes from", default="stated by the user", lines=True)
    method: str = text("how the line is defined", default="as stated by the source", lines=True)
    moved_from: str | None = text("period of the prices from which it was moved", default=None)

    def times(self, factor: float, label: str) -> PovertyLine:
        """The line at `factor` times its amount, such as 1.5 for the near-poor."""
        return PovertyLine(
            amount=self.amount * factor,
            label=label,
            currency=self.currency,
            prices=self.prices,
            method=f"{factor:g} x {self.method}",
            moved_from=self.moved_from,
            source=f"{factor:g} x {self.label} ({self.source})",
        )
