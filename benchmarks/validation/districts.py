"""West Java's 27 districts: how much the published severity moves from year to year, and how much of it is noise.

python districts.py writes results/districts_noise.csv.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def changes(frame: pd.DataFrame, values: pd.Series, years: int) -> pd.Series:
    """Change of the log over so many years, less the median change of all districts in that year."""
    logs = np.log(values)
    apart = logs - logs.groupby(frame.code).shift(years)
    return apart - apart.groupby(frame.year).transform("median")


def noise(frame: pd.DataFrame) -> pd.DataFrame:
    """A row each for headcount, severity and their ratio.

    sd_1, sd_3 : standard deviation of the log change over one and three years, net of the year's common change.
    correlation : of a change with the one before it; -.5 where a district only has noise about a constant.
    noise_sd : sqrt(-autocovariance), the noise of one year's figure if the rest is a random walk.
    rounding_sd : what printing to two decimals alone would do.
    """
    frame = frame.sort_values(["code", "year"])
    rows = []
    for name, values in {
        "headcount P0": frame.headcount_percent,
        "severity P2": frame.severity_percent,
        "P2 / P0": frame.severity_percent / frame.headcount_percent,
    }.items():
        one, three = (changes(frame, values, years) for years in (1, 3))
        pair = pd.concat([one, one.groupby(frame.code).shift()], axis=1).dropna()
        covariance = float(np.cov(pair.to_numpy().T)[0, 1])
        rounding = 0.0 if name == "headcount P0" else float(np.sqrt(((0.01 / np.sqrt(12) / frame.severity_percent) ** 2).mean()))
        rows.append({
            "figure": name, "changes": int(one.notna().sum()), "sd_1": one.std(), "sd_3": three.std(),
            "correlation": pair.corr().iloc[0, 1], "noise_sd": np.sqrt(max(-covariance, 0.0)), "rounding_sd": rounding,
        })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    table = noise(pd.read_csv(HERE / "data" / "west_java.csv"))
    print(table.to_string())
    table.to_csv(HERE / "results" / "districts_noise.csv", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
