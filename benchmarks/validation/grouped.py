"""wbpip's synthetic microdata and grouped data. Writes results/microdata.csv and results/grouped.csv.

Microdata: figures are measured at a line that 30% are below; the fit predicts lines with 10, 3, 1 and .3% below.
Grouped: a fit to ten shares, against the Lorenz points that they come from, and without the middle points.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from predict import FAMILIES, fitted
from surveys import Survey

from graduasi import measures
from graduasi.population.synthesis import DISTRIBUTIONS as KINDS

HERE = Path(__file__).parent
DATA = HERE / "data"
ABC = HERE.parents[1] / "tests" / "measures" / "md_ABC_2000_income.csv"
UPPER, LOWER = 0.3, (0.1, 0.03, 0.01, 0.003)


def survey_of(path: Path) -> Survey:
    """Figures of microdata at lines below which given shares of persons are."""
    frame = pd.read_csv(path)
    welfare, weight = frame.welfare.to_numpy(float), frame.weight.to_numpy(float)
    order = np.argsort(welfare)
    below = np.cumsum(weight[order]) / weight.sum()
    lines = [float(np.interp(share, below, welfare[order])) for share in (UPPER, *LOWER)]
    edges = np.interp(np.arange(1, 10) / 10, below, np.cumsum((weight * welfare)[order]) / (weight @ welfare))
    return Survey(
        area=path.stem, level="national", year=2000, mean=float(weight @ welfare / weight.sum()),
            median=float(np.interp(0.5, below, welfare[order])),
        gini=measures.gini(welfare, weight), deciles=tuple(np.diff([0.0, *edges, 1.0]).tolist()),
        at={
            line: (
                measures.headcount(welfare, line, weight), measures.poverty_gap(welfare, line, weight),
                measures.poverty_severity(welfare, line, weight),
            )
            for line in lines
        },
    )  # fmt: skip


def microdata(path: Path) -> pd.DataFrame:
    """A row each for a set of figures, family and lower line: published and predicted share, relative error."""
    survey = survey_of(path)
    base, *lower = sorted(survey.at, reverse=True)
    rows = []
    for figures in ("P0 P1 P2, mean, Gini", "P0 P2, Gini", "mean, Gini"):
        for family in FAMILIES:
            found = fitted(survey, base, figures, family)
            for line in lower:
                true, guess = survey.at[line][0], found.headcount(line)
                rows.append({
                    "data": survey.area, "figures": figures, "family": family, "below": true, "predicted": guess,
                    "error": guess / true - 1,
                })  # fmt: skip
    return pd.DataFrame(rows)


def lorenz_points(path: Path) -> np.ndarray:
    """Lorenz ordinates at .1, .2, ..., .9."""
    return pd.read_csv(path).welfare.to_numpy(float)[:9]


def grouped(path: Path) -> pd.DataFrame:
    """A row a family: largest and mean miss of the Lorenz points, Gini beside the trapezoid's lower bound."""
    points = lorenz_points(path)
    shares = tuple(np.diff([0.0, *points, 1.0]).tolist())
    survey = Survey(area=path.stem, level="national", year=0, mean=1.0, median=0.0, gini=0.0, deciles=shares, at={})
    bound = 1 - 2 * (points.sum() + 0.5) / 10
    rows = []
    for family in FAMILIES:
        body = fitted(survey, 0.0, "mean, deciles", family).body
        miss = np.abs(body.lorenz(np.arange(1, 10) / 10) - points)
        rows.append({
            "data": path.stem, "family": family, "largest_miss": miss.max(), "mean_miss": miss.mean(),
            "gini": body.gini, "gini_bound": bound,
        })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    assert set(FAMILIES) == set(KINDS)
    micro = pd.concat([microdata(path) for path in (ABC, DATA / "md_GHI_2000_consumption.csv")])
    shares = pd.concat([grouped(DATA / name) for name in ("gd_ex1.csv", "gd_ex3.csv")])
    for name, table in (("microdata", micro), ("grouped", shares)):
        print(table.to_string())
        table.to_csv(HERE / "results" / f"{name}.csv", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
