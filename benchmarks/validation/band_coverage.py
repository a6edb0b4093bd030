"""How often the fan's 90% band holds the published headcount below a lower line. Writes results/coverage.csv.

The fan itself is tried, with the sampling errors that it has by default and without; `bands.py` tries the bands on
countries that they were not measured in. A third of Indonesia's surveys, every fourth of consumption, every other
of income.

OMP_NUM_THREADS=1 python band_coverage.py FOLDER, with the surveys that `prepare.py FILE FOLDER` writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from predict import fitted
from surveys import DEPTHS, FEW_POOR, Survey, depth_of, pairs, read

from graduasi.errors import FitError, InputError
from graduasi.population.synthesis import Fitted
from graduasi.population.synthesis.distribution_band import distribution_band

RESULTS = Path(__file__).parent / "results"
FIGURES = ("P0 P1 P2, mean, Gini", "P0 P2, Gini", "P0, mean, Gini")
# Sampling errors of log P0 and log P2, and a factor on the family's bands.
DOUBTS = {"family alone": (0.0, 0.0, 1.0), "as it is by default": (0.12, 0.35, 1.0)}
RANKS = np.concatenate([np.geomspace(1e-7, 0.5, 6000), np.linspace(0.5, 0.999, 500)[1:]])


def band(found: Fitted, doubt: tuple[float, float, float], lines: Iterable[float]) -> list[tuple[float, float]]:
    """Headcount at probability .05 and .95 of the fan below each line, as records would have it."""
    welfare = np.maximum.accumulate(found.quantile(RANKS))
    welfare = welfare * (1 + 1e-12 * np.arange(welfare.size))
    fewer, more = distribution_band(found, doubt, RANKS, welfare)
    return [tuple(float(np.interp(line, amounts, RANKS, left=0.0)) for amounts in (fewer, more)) for line in lines]  # type: ignore[misc]


def inside(
    surveys: Iterable[Survey], source: str, sets: Iterable[str] = FIGURES, kind: str = "consumption"
) -> pd.DataFrame:
    """A row for each lower line: whether it is inside, and how wide the band is [log]."""
    rows, sets = [], tuple(sets)
    for survey in surveys:
        for base, lower in pairs(survey):
            for figures in sets:
                try:
                    found = fitted(survey, base, figures, None, kind)
                except (FitError, InputError):
                    continue
                for name, doubt in DOUBTS.items():
                    for line, (low, high) in zip(lower, band(found, doubt, lower), strict=True):
                        true = survey.at[line][0]
                        rows.append({
                            "surveys": source, "figures": figures, "doubt": name,
                            "depth": depth_of(true / survey.at[base][0]),
                            "few_poor": survey.at[base][0] <= FEW_POOR, "inside": low <= true <= high,
                            "below": true < low, "width": np.log(max(high, 1e-9) / max(low, 1e-9)),
                        })  # fmt: skip
    return pd.DataFrame(rows)


def shown(rows: pd.DataFrame) -> pd.DataFrame:
    """As the page prints it: shares inside the band, and below it where the band is too high."""
    out = []
    for (source, figures, doubt), own in rows.groupby(["surveys", "figures", "doubt"], sort=False):
        for depth in DEPTHS:
            part = own[own.depth == depth]
            few = part[part.few_poor]
            words = f"{few.inside.mean():.0%} of {len(few)}" if len(few) else "none"
            out.append({
                "surveys": source, "published": figures, "band": doubt, "the lower line holds, of the poor": depth,
                "lines": len(part), "inside": f"{part.inside.mean():.0%}",
                "fewer than the band": f"{part.below.mean():.0%}",
                f"inside, headcount up to {FEW_POOR:.0%}": words,
                "width, log": f"{part.width.median():.2g}",
            })  # fmt: skip
    return pd.DataFrame(out)


def main() -> None:
    folder = Path(sys.argv[1])
    sources = {
        "Indonesia 1993-2018": (read("pip_indonesia_2017ppp")[::3], "consumption"),
        "world, consumption": (read(folder / "latest.csv")[::4], "consumption"),
        "world, income": (read(folder / "income_latest.csv")[::2], "income"),
    }
    rows = pd.concat([inside(own, name, kind=kind) for name, (own, kind) in sources.items()], ignore_index=True)
    table = shown(rows)
    print(table.to_string())
    table.to_csv(RESULTS / "coverage.csv", index=False)


if __name__ == "__main__":
    main()
