"""Published surveys as rows of known figures, and tables of what a fit gets wrong of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from attrs import frozen

HERE = Path(__file__).parent
LINES = (1.0, 2.15, 3.65, 6.85)
# Part of the poor that the lower line holds: the deeper, the harder.
DEPTHS = {"20% and more": (0.2, 1.0), "3-20%": (0.03, 0.2), "1-3%": (0.01, 0.03), "below 1%": (0.0, 0.01)}
FEW_POOR = 0.2  # headcount at the line of the fit up to which an area is like a district of today
FEWEST = 2e-5  # shares below this are a handful of surveyed households, printed to few digits


@frozen(kw_only=True)
class Survey:
    """Figures of one survey: by line, (headcount, gap, severity); mean, median, Gini, tenths' shares."""

    area: str
    level: str
    year: int
    mean: float
    median: float
    gini: float
    deciles: tuple[float, ...]
    at: dict[float, tuple[float, float, float]]


def read(path: Path | str) -> list[Survey]:
    """The surveys of a file; of a file of `data` where only its name is given."""
    frame = pd.read_csv(path if Path(path).suffix else HERE / "data" / f"{path}.csv")
    return [
        Survey(
            area=str(row.area),
            level=str(row.level),
            year=int(row.year),
            mean=float(row["mean"]),
            median=float(row["median"]),
            gini=float(row.gini),
            deciles=tuple(float(row[f"decile_{tenth}"]) for tenth in range(1, 11)),
            at={
                line: (
                    float(row[f"headcount_{line:g}"]),
                    float(row[f"gap_{line:g}"]),
                    float(row[f"severity_{line:g}"]),
                )
                for line in LINES
            },
        )
        for _, row in frame.iterrows()
    ]


def pairs(survey: Survey) -> list[tuple[float, list[float]]]:
    """Lines to fit at, with the lower lines to predict: both with some poor, and the upper not with nearly all."""
    found = []
    for base in survey.at:
        if not 0.005 <= survey.at[base][0] <= 0.95:
            continue
        lower = [line for line in survey.at if line < base and survey.at[line][0] >= FEWEST]
        if lower:
            found.append((base, lower))
    return found


def depth_of(share: float) -> str:
    """The name of a depth."""
    return next(name for name, (low, high) in DEPTHS.items() if low <= share <= high)


def error_table(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Median and 90th percentile of the relative error, and the 5th and 95th of the log error, by depth.

    rows : columns of `by`, `depth`, `log_error` (log of predicted over published).
    """

    def table(own: pd.DataFrame) -> pd.Series:
        relative = np.abs(np.expm1(own.log_error))
        return pd.Series(
            {
                "predictions": float(own.log_error.size),
                "median": relative.median(),
                "p90": relative.quantile(0.9),
                "log_5": own.log_error.quantile(0.05),
                "log_95": own.log_error.quantile(0.95),
            }
        )

    out = rows.groupby([*by, "depth"], sort=False, observed=True)[["log_error"]].apply(table)
    order = {name: place for place, name in enumerate(DEPTHS)}
    return out.reset_index().sort_values(
        [*by, "depth"], key=lambda each: each.map(order) if each.name == "depth" else each
    )
