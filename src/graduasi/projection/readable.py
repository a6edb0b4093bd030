"""Tables for people and for spreadsheets: numbers as they are read, and cells that are never formulas."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graduasi.fields import refuse
from graduasi.shown import card, number

if TYPE_CHECKING:
    import pandas as pd

    from graduasi.projection.projection import Projection
    from graduasi.shown import Markup

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet takes for one
NOTHING = "–"


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The table as text: thousands separated, three significant figures, an interval beside its mean.

    `name`, `name_low` and `name_high` become one column `name`, such as "343 (8.1 to 1,040)"; what is not known
    is a dash. Print it, or take its `.to_html()` or `.to_latex(escape=True)`.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise refuse("readable", "frame", "a table of a projection", frame)
    ends = {f"{name}{end}" for name in frame.columns for end in ("_low", "_high") if _has_interval(frame, name)}
    columns = {name: _column(frame, str(name)) for name in frame.columns if name not in ends}
    return pd.DataFrame(columns, index=frame.index, dtype=object)


def _has_interval(frame: pd.DataFrame, name: str) -> bool:
    return f"{name}_low" in frame.columns and f"{name}_high" in frame.columns


def _column(frame: pd.DataFrame, name: str) -> list[str]:
    if not _has_interval(frame, name):
        return [_cell(value) for value in frame[name]]
    return [
        spread(mean, low, high)
        for mean, low, high in zip(frame[name], frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
    ]


def spread(mean: float, low: float, high: float) -> str:
    """A mean with its interval, or without where there is none, or none that three digits can show."""
    if math.isnan(mean):
        return NOTHING
    told, *ends = map(number, (mean, low, high))
    return told if math.isnan(low + high) or ends == [told, told] else f"{told} ({ends[0]} to {ends[1]})"


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    return number(float(value)) if isinstance(value, float) else str(value)


def csv_safe(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before every text that a spreadsheet would run as a formula; numbers stay."""

    def quiet(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

    texts = [name for name in frame.columns if frame[name].dtype.kind not in "biufc"]
    return frame.assign(**{name: frame[name].map(quiet) for name in texts})


def html(projection: Projection) -> Markup:
    """What a notebook shows of a projection: a row a policy at the first line, then what to know of the numbers."""
    last, line = projection.months, projection.lines[0].label
    when = projection.index.date(last)
    header = (
        "policy", f"truly poor, {projection.index.date(0)}", f"truly poor, {when}", f"sustained exits, {when}",
        "of them additional", "additional, self-reliant", f"cost [{projection.currency}]",
        "cost of an additional sustained exit",
    )  # fmt: skip
    told = (
        "poor_0",
        f"poor_{last}",
        *(f"{name}_{last}" for name in NUMBERS),
        "cost",
        "cost_per_additional_sustained",
    )
    table = readable(projection.summary(at=last))
    rows = table[["policy", *told]].to_numpy().tolist()
    title = f"{projection!r}: families at {line}, mean (90% interval)"
    return card(title, header, rows, *projection.notes)


NUMBERS = ("sustained", "additional_sustained", "additional_self_reliant")
