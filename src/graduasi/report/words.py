"""Cells of findings as English: numbers, amounts, chances, and what a table calls its rows and columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graduasi.shown import number as number  # noqa: PLC0414 - pages and sentences take it from here
from graduasi.study.quantity import Blank, Cell, Chance, Money, Quantity

if TYPE_CHECKING:
    from graduasi.projection import Interval
    from graduasi.study.tables import Head

NOTHING = "–"
MEASURES = {
    "poor": "truly poor",
    "exits": "out (gross)",
    "sustained": "sustained exits",
    "self_reliant": "self-reliant exits",
    "additional": "additional gross exits",
    "additional_sustained": "additional sustained exits",
    "additional_self_reliant": "additional self-reliant exits",
    "entries": "new poor",
    "remeasured": "re-measured",
    "chance_none_left": "chance that no family is left",
    "chance_few_left": "chance of less than 0.1% of {subject}",
    "cost": "cost",
    "additional_sustained_per_billion": "additional sustained exits per billion",
    "cost_per_additional_sustained": "cost of an additional sustained exit",
}


def label(head: Head) -> str:
    """What a row of the table of policies is called, with its month."""
    words = MEASURES[head.measure].replace("{subject}", head.subject)
    return f"{words}, {head.date}" if head.date else words


def two_parts(cell: Cell) -> tuple[str, str]:
    """A cell as its main words and what stands behind them: the interval, without brackets, or nothing."""
    match cell:
        case Quantity():
            return _quantity(cell)
        case Money():
            return money(cell.amount, cell.currency), ""
        case Chance():
            return chance(cell.probability, cell.unseen), ""
        case Blank():
            return (f"blank: {cell.why}" if cell.why else NOTHING), ""
        case _:
            return str(cell), ""


def shown(cell: Cell) -> str:
    """A cell on one line, such as `461 (4.7 to 1,540; ± 56)`."""
    main, behind = two_parts(cell)
    return f"{main} ({behind})" if behind else main


def _quantity(given: Quantity) -> tuple[str, str]:
    def told(value: float) -> str:
        return number(value) if given.digits is None else f"{value:.{given.digits}g}"

    if not math.isfinite(given.value):
        return "not defined", ""
    if given.low is None or given.high is None:
        return told(given.value), ""
    if not (math.isfinite(given.low) and math.isfinite(given.high)):
        return f"{told(given.value)} (no interval)", ""
    known = math.isfinite(given.error) and told(given.error) != "0"
    own = f"; ± {told(given.error)}" if known else ""
    return told(given.value), f"{told(given.low)} to {told(given.high)}{own}"


def spread(interval: Interval) -> str:
    """Mean, 90% interval and the simulation's own error, such as `461 (4.7 to 1,540; ± 56)`."""
    return shown(Quantity.of(interval))


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{share:.0%}" if math.isfinite(share) else "not defined"


def money(value: float, currency: str) -> str:
    """An amount in billions or millions."""
    if not math.isfinite(value):
        return "unknown"
    symbol = "Rp" if currency == "IDR" else currency
    for unit, name in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if abs(value) >= 0.9995 * unit:  # 999.95 million is a billion, to three digits
            return f"{symbol} {value / unit:,.3g} {name}"
    return f"{symbol} {value:,.3g}"


def chance(probability: float, unseen: float) -> str:
    """A probability as words that do not claim more than is known.

    unseen : chance of what no draw showed, see `projection.intervals.chance_unseen`.
    """
    rare = min(probability, 1.0 - probability)
    if rare >= 0.005:
        return f"about {probability:.0%}"
    bound = max(rare, unseen)
    if bound >= 0.5:
        return "not known from so few draws"
    if bound < 0.001:
        return "practically none" if probability < 0.5 else "practically certain"
    bound = max(bound, 0.01)
    return f"less than {bound:.0%}" if probability < 0.5 else f"more than {1 - bound:.0%}"
