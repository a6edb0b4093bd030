"""World Bank surveys: fit at one line, predict the poor below lower lines. Writes results/pip_*.csv.

OMP_NUM_THREADS=1 python pip_surveys.py indonesia
OMP_NUM_THREADS=1 python pip_surveys.py world FOLDER, with the surveys that `prepare.py FILE FOLDER` writes
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from predict import predictions
from surveys import FEW_POOR, Survey, error_table, read

RESULTS = Path(__file__).parent / "results"
WORDS = {True: f"up to {FEW_POOR:.0%}", False: "more"}


def surveys_of(source: str, folder: Path) -> list[Survey]:
    """Indonesia in every year, nation, urban and rural; or the world without Indonesia."""
    if source == "indonesia":
        return read("pip_indonesia_2017ppp")
    return read(folder / "latest.csv") + read(folder / "older.csv")


def rows_of(surveys: list[Survey]) -> pd.DataFrame:
    """All predictions of some surveys."""
    parts = [
        predictions(surveys, ("P0 P1 P2, mean, Gini", "P0 P2, Gini")),
        predictions(
            surveys,
            ("P0 P1 P2, mean, deciles", "P0 P1 P2", "P0 P1, Gini", "P0, mean, Gini", "mean, Gini", "mean, deciles"),
            ("gb2", "log_normal"),
        ),
    ]
    return pd.concat(parts, ignore_index=True)


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """As the page prints it."""
    log_errors = zip(table.log_5, table.log_95, strict=True)
    return pd.DataFrame({
        "headcount at the line": table.poor,
        table.columns[1]: table.iloc[:, 1],
        "the lower line holds, of the poor": table.depth,
        "predictions": table.predictions.astype(int),
        "median error": [f"{each:.0%}" for each in table["median"]],
        "90th percentile": [f"{each:.0%}" for each in table.p90],
        "log error, 5% to 95%": [f"{low:+.2f} to {high:+.2f}" for low, high in log_errors],
    })  # fmt: skip


def tables(rows: pd.DataFrame, source: str) -> None:
    """By what is published, for two families, and by family, for two sets of figures."""
    rows = rows[rows.failed == ""].assign(poor=lambda own: (own.base_headcount <= FEW_POOR).map(WORDS))
    for name, own, by in (
        ("figures", rows[rows.family == "gb2"], ["poor", "figures"]),
        ("figures_log_normal", rows[rows.family == "log_normal"], ["poor", "figures"]),
        ("families", rows[rows.figures == "P0 P1 P2, mean, Gini"], ["poor", "family"]),
        ("families_severity", rows[rows.figures == "P0 P2, Gini"], ["poor", "family"]),
    ):
        table = shown(error_table(own, by))
        table.to_csv(RESULTS / f"pip_{source}_{name}.csv", index=False)
        print(table.to_string())


def main() -> None:
    source, *rest = sys.argv[1:]
    rows = rows_of(surveys_of(source, Path(rest[0] if rest else ".")))
    print(
        f"{len(rows)} predictions, {(rows.failed != '').sum()} without a fit", rows.groupby("family").seconds.mean()
    )
    tables(rows, source)


if __name__ == "__main__":
    main()
