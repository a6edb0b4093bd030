"""West Java's 27 districts: how much published figures move from year to year, and how much of it is noise.

Each year's P0 and P2 are fitted, and the share of persons below .55 of the line is predicted ($1.90 a day in
Bekasi in 2023 was .556 of its line). No Gini of a district is published: .41, the province's, is given to all.

OMP_NUM_THREADS=1 python districts.py writes results/districts_noise.csv.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from graduasi.errors import FitError, InputError
from graduasi.population import PovertyLine
from graduasi.population.synthesis import Published, fit

HERE = Path(__file__).parent


def changes(frame: pd.DataFrame, values: pd.Series, years: int) -> pd.Series:
    """Change of the log over so many years, less the median change of all districts in that year."""
    logs = np.log(values)
    apart = logs - logs.groupby(frame.code).shift(years)
    return apart - apart.groupby(frame.year).transform("median")


def extreme(headcount: float, severity: float) -> float:
    """Share of persons below .55 of the line; NaN where no tilt meets the figures."""
    figures = Published(
        line=PovertyLine(amount=1.0, label="local"), headcount=headcount, severity=severity, gini=0.41, persons=1e6,
        mean_members=3.7, mean_members_poor=4.05,
    )  # fmt: skip
    try:
        return fit(figures).headcount(0.55)
    except (FitError, InputError):
        return float("nan")


def noise(frame: pd.DataFrame) -> pd.DataFrame:
    """A row each for headcount, severity, their ratio, and what a fit makes of them.

    sd_1, sd_3 : standard deviation of the log change over one and three years, net of the year's common change.
    correlation : of a change with the one before it; -.5 where a district only has noise about a constant.
    noise_sd : sqrt(-autocovariance), the noise of one year's figure if the rest is a random walk.

    Printing a severity to two decimals of a percent adds .016 to its log.
    """
    frame = frame.sort_values(["code", "year"])
    shares = frame[["headcount_percent", "severity_percent"]] / 100
    found = pd.Series([extreme(*row) for row in shares.itertuples(index=False)], index=frame.index)
    rows = []
    for name, values in {
        "headcount P0": frame.headcount_percent,
        "severity P2": frame.severity_percent,
        "P2 / P0": frame.severity_percent / frame.headcount_percent,
        "share below .55 of the line, fitted": found,
    }.items():
        one, three = (changes(frame, values, years) for years in (1, 3))
        pair = pd.concat([one, one.groupby(frame.code).shift()], axis=1).dropna()
        covariance = float(np.cov(pair.to_numpy().T)[0, 1])
        rows.append({
            "figure": name, "changes": int(one.notna().sum()), "sd_1": one.std(), "sd_3": three.std(),
            "correlation": pair.corr().iloc[0, 1], "noise_sd": np.sqrt(max(-covariance, 0.0)),
        })  # fmt: skip
    return pd.DataFrame(rows)


def averaged(frame: pd.DataFrame, windows: tuple[int, ...] = (1, 3, 5, 7)) -> pd.DataFrame:
    """What averaging P2 / P0 over years does: a row a window.

    The headcount stays that of the last year. ratio_sd, share_sd : standard deviation of the change of the log of
    P2 / P0, and of the fitted share below .55 of the line, from one window to the next that does not overlap with
    it, over the square root of two: the noise of one window, if nothing else moves.
    bekasi : fitted shares of Bekasi, lowest to highest, windows ending in every year [percent].
    """
    frame = frame.sort_values(["code", "year"])
    ratio = frame.severity_percent / frame.headcount_percent
    rows = []
    for years in windows:
        mean = ratio.groupby(frame.code).transform(lambda own, n=years: own.rolling(n).mean())
        shares = pd.Series(np.nan, index=frame.index)
        for at in frame.index[mean.notna()]:
            headcount = frame.headcount_percent[at] / 100
            shares[at] = extreme(headcount, headcount * mean[at])
        apart = [changes(frame, each, years).std() / np.sqrt(2) for each in (mean, shares)]
        own = 100 * shares[frame.district == "KABUPATEN BEKASI"].dropna()
        rows.append({
            "years": years, "ratio_sd": apart[0], "share_sd": apart[1],
            "bekasi": f"{own.min():.2g} to {own.max():.2g}",
        })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    frame = pd.read_csv(HERE / "data" / "west_java.csv")
    for name, table in (("districts_noise", noise(frame)), ("districts_averaged", averaged(frame))):
        print(table.to_string())
        table.to_csv(HERE / "results" / f"{name}.csv", index=False, float_format="%.3g")


if __name__ == "__main__":
    main()
