"""Miss of every set of figures that is told apart, at lower lines, by survey. Writes FOLDER/errors.csv.

OMP_NUM_THREADS=1 python band_errors.py FOLDER, with the surveys of consumption and of income that
`prepare.py` writes. `bands.py` reads it. It is not kept here: 2 MB, made anew in 15 minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
from predict import EVERY, WITHOUT_LINE, fitted
from surveys import FEWEST, Survey, read

from graduasi.errors import FitError, InputError

OLDER = 6  # of the older surveys, one in so many
POOR = (0.01, 0.95)  # headcounts that a line of the fit may have


def fits(survey: Survey, figures: str) -> Iterator[tuple[float, list[float]]]:
    """Lines of a fit, with those to predict: lower ones, or all where the figures have no line."""
    if figures in WITHOUT_LINE:
        yield max(survey.at), [line for line in survey.at if 0 < survey.at[line][0] <= POOR[1]]
        return
    for base in survey.at:
        lower = [line for line in survey.at if line < base]
        if (
            lower
            and POOR[0] <= survey.at[base][0] <= POOR[1]
            and not (base == max(survey.at) and "further" in figures)
        ):
            yield base, lower


def errors(surveys: Iterable[Survey], kind: str, source: str) -> pd.DataFrame:
    """A row for each line predicted; `predicted` is missing where there is no fit."""
    rows = []
    for survey in surveys:
        for figures in EVERY:
            for base, lower in fits(survey, figures):
                try:
                    found = fitted(survey, base, figures, None)
                except (FitError, InputError):
                    found = None
                for line in lower:
                    true = survey.at[line][0]
                    guess = None if found is None else found.headcount(line)
                    if found is None or max(guess or 0.0, true) >= FEWEST:
                        rows.append({
                            "source": source, "kind": kind, "area": survey.area, "level": survey.level,
                            "year": survey.year, "figures": figures, "base": base,
                            "headcount": 1.0 if figures in WITHOUT_LINE else survey.at[base][0], "line": line,
                            "true": true, "predicted": guess,
                        })  # fmt: skip
    return pd.DataFrame(rows)


def main() -> None:
    folder = Path(sys.argv[1])
    parts = []
    for kind, before in (("consumption", ""), ("income", "income_")):
        for source, step in (("latest", 1), ("older", OLDER)):
            parts.append(errors(read(folder / f"{before}{source}.csv")[::step], kind, source))
            print(kind, source, len(parts[-1]), flush=True)
            pd.concat(parts).to_csv(folder / "errors.csv", index=False, float_format="%.6g")
    parts.append(errors(read("pip_indonesia_2017ppp")[::3], "consumption", "Indonesia"))
    pd.concat(parts).to_csv(folder / "errors.csv", index=False, float_format="%.6g")


if __name__ == "__main__":
    main()
