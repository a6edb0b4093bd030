"""Numbers written as text, and thousands written with points or commas, which are refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from graduasi.population.faults import shown

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SIGNS = {".": "dots", ",": "commas"}
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+(?:[.,]\d+)?", re.ASCII)
# No number of thousands starts with 0, and every group after the first has three digits.
AMBIGUOUS = {sign: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:\{sign}\d{{3}})+", re.ASCII) for sign in SIGNS}
WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
PLAIN = {sign: re.compile(rf"[+-]?(?:\d+(?:\{sign}\d*)?|\{sign}\d+)(?:[eE][+-]?\d+)?", re.ASCII) for sign in SIGNS}


def in_thousandths(values: NDArray[np.float64]) -> bool:
    """Whether every finite value is a whole number of thousandths, as all that look like thousands are."""
    return _in_thousandths(values[:1_000]) and _in_thousandths(values)


def _in_thousandths(values: NDArray[np.float64]) -> bool:
    with np.errstate(over="ignore"):
        scaled = values[np.isfinite(values)] * 1000.0
    return bool((np.abs(scaled - np.rint(scaled)) <= 1e-9 * np.abs(scaled)).all())


def number_of(text: str, decimal: str) -> float | None:
    """The number that a text is, None where it is none. Its decimal sign is `decimal`, and thousands have none."""
    plain = text.strip()
    return float(plain.replace(decimal, ".")) if PLAIN[decimal].fullmatch(plain) else None


def without_groups(text: str) -> str | None:
    """A number without its separators of thousands; None where the text has none."""
    plain = text.strip()
    if GROUPED.fullmatch(plain) is None:
        return None
    tail = re.search(r"[.,]\d+$", plain)
    signs = re.findall(r"[.,' \u00a0\u202f]", plain)
    # The last sign is a decimal one where it is another than the rest, or is followed by other than three digits.
    is_decimal = tail is not None and (len(tail.group()) != 4 or len(set(signs)) > 1)
    whole = plain[: tail.start()] if is_decimal and tail is not None else plain
    fraction = tail.group().replace(",", ".") if is_decimal and tail is not None else ""
    return re.sub(r"[^\d+-]", "", whole) + fraction


def warned(what: str, written: str, where: str, decimal: str, *, file: bool) -> str:
    """The fault of a column of which every value may be thousands."""
    value = number_of(written, decimal)
    way = f"; give decimal={decimal!r} where {value:g} is meant" if file else "; give numbers where that is meant"
    return (
        f"{what} must be numbers without separators of thousands; {shown(written)} in {where} looks like thousands "
        f"written with {SIGNS[decimal]}, as all of them do, and would be {value:g}: write "
        f"{re.sub(r'[.,]', '', written.strip())!r}{way}"
    )


class Evidence:
    """Whether a column's points are those of thousands: one value that cannot be decides."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal
        self.open = True
        self.first: tuple[int, str] | None = None

    def see(self, column: pd.Series, start: int) -> None:
        """Look at further values; `start` is the row of the first."""
        if not self.open:
            return
        texts = column.dropna().str.strip()
        grouped = texts.str.fullmatch(AMBIGUOUS[self.decimal].pattern).to_numpy(dtype=bool)
        whole = texts.str.fullmatch(WHOLE.pattern).to_numpy(dtype=bool)
        self.open = bool((grouped | whole).all())
        if grouped.any() and self.first is None:
            index = int(np.flatnonzero(column.notna().to_numpy())[np.flatnonzero(grouped)[0]])
            self.first = start + index, str(column.iloc[index])
