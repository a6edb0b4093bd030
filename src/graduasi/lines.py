"""The poverty line: an amount a person a month, in stated money. There is no default line anywhere.

A line is moved to other prices once at most, and never from one definition to another.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from graduasi.checks import number
from graduasi.errors import InputError, NotAvailableError
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


def move_by_prices(line: PovertyLine, index: Mapping[str, float], to: str) -> PovertyLine:
    """The line at the prices of another period, by an index of consumer prices.

    index : the index by period, of one base and one method. Raises InputError for a line that was moved before:
    start from the published one, so that errors do not pile up, and differences of method do not hide.
    """
    _unmoved(line)
    for period in (line.prices, to):
        if period not in index:
            raise NotAvailableError(f"the index of prices has no period {period!r}; it has {', '.join(index)}")
        number("move_by_prices", f"index[{period!r}]", index[period], low=0, low_open=True)
    ratio = index[to] / index[line.prices]
    return evolve(
        line,
        amount=line.amount * ratio,
        label=f"{line.label} at prices of {to}",
        prices=to,
        moved_from=line.prices,
        source=f"{line.source}; moved by an index of prices from {line.prices}",
    )


def move_like(line: PovertyLine, earlier: PovertyLine, later: PovertyLine) -> PovertyLine:
    """The line moved as another one was: x later / earlier, which must be of one method and published both.

    Raises InputError where the two differ in method or currency, where one of the three was moved before, and
    where the line is not at the prices of `earlier`.
    """
    for each in (line, earlier, later):
        _unmoved(each)
    if earlier.method != later.method:
        raise InputError(
            f"move_like.later must be of the method of earlier, {earlier.method!r}; got {later.method!r}: a change "
            "of method is not a change of prices"
        )
    if len({line.currency, earlier.currency, later.currency}) > 1:
        raise InputError(
            "move_like must be given lines of one currency; got "
            f"{line.currency}, {earlier.currency}, {later.currency}"
        )
    if line.prices != earlier.prices:
        raise InputError(
            f"move_like.line must be at the prices of earlier, {earlier.prices!r}; got {line.prices!r}"
        )
    return evolve(
        line,
        amount=line.amount * later.amount / earlier.amount,
        label=f"{line.label} at prices of {later.prices}",
        prices=later.prices,
        moved_from=line.prices,
        source=f"{line.source}; moved from {line.prices} as {earlier.label} to {later.label}",
    )


def _unmoved(line: PovertyLine) -> None:
    if line.moved_from is not None:
        raise InputError(
            f"PovertyLine.moved_from must be none: {line.label!r} was already moved from {line.moved_from}; start "
            "from the published line"
        )
