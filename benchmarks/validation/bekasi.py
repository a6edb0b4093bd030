"""Kabupaten Bekasi: persons and families below four extreme lines, by family, with the fan.

Writes results/bekasi.csv and results/national.csv.

python bekasi.py
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pandas as pd

import graduasi as gr

RESULTS = Path(__file__).parent / "results"
PERSONS, MEMBERS, MEMBERS_POOR = 3.29e6, 3.7, 4.05  # as in examples/bekasi/scenario.toml
LISTED = 1160  # families on the list of December 2023
# 2023: P0 4.93%, P2 .20; 2024: P0 4.80%, P1 .70, P2 .17, all of the March survey; the Gini is that of 2022.
YEARS: dict[int, dict[str, Any]] = {
    2023: {"line": 632_811, "headcount": 0.0493, "severity": 0.0020, "gini": 0.373},
    2024: {"line": 674_924, "headcount": 0.0480, "gap": 0.0070, "severity": 0.0017, "gini": 0.373},
}
# Rp a person a month in 2023; in 2024 those of 2023 prices rise as the local line did, by 6.7%.
LINES = {
    "registry rule, Rp 322,170": 322_170, "$1.90, Rp 351,957": 351_957, "$2.15, Rp 391,000": 391_000,
    "BPS-equivalent, .686 of the local line": 434_108,
}  # fmt: skip
FAMILIES = ("gb2", "singh_maddala", "dagum", "log_normal")


def local(year: int) -> gr.PovertyLine:
    """The district's own line."""
    return gr.PovertyLine(amount=YEARS[year]["line"], label=f"local {year}")


def population(year: int, family: str | None) -> gr.Population:
    """The district from what is published of the year."""
    figures = {name: value for name, value in YEARS[year].items() if name != "line"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", gr.GraduasiWarning)
        return gr.Population.from_aggregates(
            line=local(year), persons=PERSONS, mean_members=MEMBERS, mean_members_poor=MEMBERS_POOR, family=family,
            size=10_000, **figures,
        )  # fmt: skip


def between(middle: float, low: float, high: float, digits: int) -> str:
    """A figure with its 90% interval, to so many digits."""
    shown = [f"{each:,.0f}" if each >= 10**digits else f"{each:.{digits}g}" for each in (middle, low, high)]
    return f"{shown[0]} ({shown[1]} to {shown[2]})"


def table() -> pd.DataFrame:
    """A row for each year and line, with the default family and its fan, and the range of the four families.

    Persons observed below the line in percent; families at the poor's mean size; the list over the families.
    """
    rows = []
    for year in YEARS:
        rise = YEARS[year]["line"] / YEARS[2023]["line"]
        others = [population(year, family) for family in FAMILIES]
        people = population(year, None)
        for label, amount in LINES.items():
            line = gr.PovertyLine(amount=amount * (1.0 if "391" in label else rise), label=label)
            found = [people.headcount(line, at) for at in (0.5, 0.05, 0.95)]
            families = [each * PERSONS / MEMBERS_POOR for each in found]
            central = [each.headcount(line) for each in others]
            rows.append({
                "year": year, "line": label, "of the local line": f"{line.amount / YEARS[year]['line']:.3f}",
                "percent of persons": between(*(100 * each for each in found), digits=2),
                "four families, percent": f"{100 * min(central):.2g} to {100 * max(central):.2g}",
                "families": between(*families, digits=3), "list of 1,160 / families": between(
                    LISTED / families[0], LISTED / families[2], LISTED / families[1], digits=2
                ),
            })  # fmt: skip
    return pd.DataFrame(rows)


def national() -> pd.DataFrame:
    """Indonesia, September 2024: P0 8.57%, P1 1.364, P2 .322 at Rp 595,242, Gini .381; .99% below Rp 391,000."""
    rows = []
    for family in (*FAMILIES, None):
        people = gr.Population.from_aggregates(
            line=gr.PovertyLine(amount=595_242, label="national"), headcount=0.0857, gap=0.01364, severity=0.00322,
            gini=0.381, persons=2.8e8, family=family, size=10_000,
        )  # fmt: skip
        line = gr.PovertyLine(amount=391_000, label="$2.15")
        middle, low, high = (100 * people.headcount(line, at) for at in (0.5, 0.05, 0.95))
        rows.append({
            "family": family or "as chosen by default", "percent": middle, "low": low, "high": high,
            "published": 0.99,
        })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    for name, found in (("bekasi", table()), ("national", national())):
        print(found.to_string())
        found.to_csv(RESULTS / f"{name}.csv", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
