"""Bands of the fan, by what is published, and how many held-out lines they hold.

OMP_NUM_THREADS=1 python bands.py FOLDER, with the `errors.csv` that `band_errors.py FOLDER` writes. Writes
src/graduasi/data/synthesis/bands.csv and results/bands.csv, results/bands_by_kind.csv.

A band is the 5th and 95th percentile (of n lines the (n + 1) / 20th from either end) of log(published / predicted)
around each depth, the share of the poor that the *fitted* distribution leaves below the lower line. Held out are
the countries: bands of one half are tried on the other, and the other way round; those that are shipped are of all.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from surveys import FEWEST

from graduasi.population.synthesis.bands import ALIKE, DEPTHS, LITTLE

Floats = NDArray[np.float64]
RESULTS = Path(__file__).parent / "results"
SHIPPED = Path(__file__).parents[2] / "src" / "graduasi" / "data" / "synthesis" / "bands.csv"
NOBODY = 2e-4  # what "nobody" of a survey may mean: one household of 5,000
EDGES = np.exp((np.log(DEPTHS[1:]) + np.log(DEPTHS[:-1])) / 2)  # between the depths, the last (1) apart
ENOUGH = 20  # lines of different surveys for a percentile of its own
LEAST = 0.01  # width that a band has at least, at a depth below 1
LEFT = {
    "60% and more": (0.6, 1.0),
    "20-60%": (0.2, 0.6),
    "3-20%": (0.03, 0.2),
    "1-3%": (0.01, 0.03),
    "below 1%": (0, 0.01),
}


def classes(figures: str) -> tuple[str, str]:
    """What is known at the line and beyond it, as the fan names them."""
    parts = figures.split(", ")
    line = parts.pop(0) if parts[0].startswith("P0") else "none"
    if "deciles" in parts:
        return line, "tenths"
    return line, ("nothing", "one figure", "two figures")[len(parts)]


def read(folder: Path) -> pd.DataFrame:
    """Lines with their class, log error and fitted depth; `poor` is few or many at the line of the fit, or both."""
    rows = pd.read_csv(folder / "errors.csv").dropna(subset=["predicted"])
    named = {figures: classes(figures) for figures in rows.figures.unique()}
    rows["line_of"] = rows["line"]
    rows["line"] = rows.figures.map(lambda figures: named[figures][0])
    rows["beyond"] = rows.figures.map(lambda figures: named[figures][1])
    least = np.where(rows.true < FEWEST, np.minimum(NOBODY, rows.predicted), rows.true)
    rows["error"] = np.log(least / np.maximum(rows.predicted, 1e-9))
    rows["depth"] = np.clip(rows.predicted / rows.headcount, 1e-9, 1.0)
    rows["weight_many"] = np.clip(np.log(rows.headcount / ALIKE[0]) / np.log(ALIKE[1] / ALIKE[0]), 0.0, 1.0)
    return rows


def percentiles(errors: Floats) -> tuple[float, float]:
    """The 5th and 95th percentile, as far out as keeps a new one inside nine times in ten."""
    order = np.sort(errors)
    place = max(round((order.size + 1) * 0.05), 1)
    return float(-order[place - 1]), float(order[-place])


def measured(rows: pd.DataFrame) -> Floats:
    """Percentiles around each of `DEPTHS`, shape (side, depth); missing where too few lines are."""
    place = np.searchsorted(EDGES, rows.depth.to_numpy(), side="right")
    found = np.full((2, DEPTHS.size), np.nan)
    for at in range(DEPTHS.size - 1):
        own = rows[place == at]
        if len(own[["area", "level", "year", "base", "line_of"]].drop_duplicates()) >= ENOUGH:
            found[:, at] = percentiles(own.error.to_numpy())
    return found


def finished(found: Floats, other: Floats) -> Floats:
    """Widths at every depth, shape (side, depth): wider the deeper, 0 at depth 1.

    Deeper than lines were measured, they widen in proportion to the log depth, and are no narrower than `other`.
    """
    out = np.where(np.isfinite(found), np.maximum(found, LEAST), np.nan)
    logs = np.log(DEPTHS)
    for side, others in zip(out, other, strict=True):
        side[-1] = 0.0
        first = int(np.flatnonzero(np.isfinite(side))[0])
        side[first:] = np.interp(logs[first:], logs[np.isfinite(side)], side[np.isfinite(side)])
        side[:first] = np.fmax(side[first] * logs[:first] / logs[first], others[:first])
        side[:] = np.maximum.accumulate(side[::-1])[::-1]
    out[1] = np.minimum(out[1], -LITTLE * logs)  # no more than all the poor can be below the lower line
    return out


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each kind, class, few or many poor, and depth."""
    out = []
    for (line, beyond), everybody in rows.groupby(["line", "beyond"], sort=False):
        for kind in ("consumption", "income"):
            own, others = (everybody[(everybody.kind == kind) == same] for same in (True, False))
            for poor in ("many",) if line == "none" else ("few", "many"):
                found = measured(own[(own.weight_many < 0.5) == (poor == "few")])
                whole = measured(own)
                found = finished(np.where(np.isfinite(found), found, whole), measured(others))
                out += [
                    {"kind": kind, "line": line, "beyond": beyond, "poor": poor, "depth": depth,
                     "fewer": round(fewer, 2) + 0.0, "more": round(more, 2) + 0.0}
                    for depth, fewer, more in zip(DEPTHS, *found, strict=True)
                ]  # fmt: skip
    return pd.DataFrame(out)


def inside(rows: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    """The rows with whether each is in its band, and how wide that is [log]."""
    parts = []
    for key, own in rows.groupby(["kind", "line", "beyond"], sort=False):
        own_bands = bands[(bands[["kind", "line", "beyond"]] == list(key)).all(axis=1)]
        depth, share = np.log(own.depth.to_numpy()), own.weight_many.to_numpy()
        sides = []
        for side in ("fewer", "more"):
            of = {
                poor: np.interp(depth, np.log(DEPTHS), part[side].to_numpy())
                for poor, part in own_bands.groupby("poor")
            }
            sides.append(share * of["many"] + (1 - share) * of.get("few", of["many"]))
        error = own.error.to_numpy()
        below, above = error < -sides[0], error > sides[1]
        parts.append(own.assign(inside=~(below | above), below=below, above=above, width=sides[0] + sides[1]))
    return pd.concat(parts)


def held_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Every line in the band of the other half of the countries, by alphabet."""
    country = rows.area.str.split(" - ").str[0]
    half = country.map({name: at % 2 for at, name in enumerate(sorted(country.unique()))})
    return pd.concat([inside(rows[half == at], table(rows[half != at])) for at in (0, 1)])


def shown(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Share of lines inside by depth, with their number, and the median width where 3-20% and 1-3% are left."""
    out = []
    for key, own in rows.groupby(by, sort=False):
        row = dict(zip(by, key, strict=True)) | {"lines": len(own), "all": f"{own.inside.mean():.0%}"}
        for name, (low, high) in LEFT.items():
            part = own[(own.depth > low) & (own.depth <= high)]
            row[name] = f"{part.inside.mean():.0%}" if len(part) >= 10 else ""
        row["fewer than the band"] = f"{own.below.mean():.0%}"
        for name in ("3-20%", "1-3%"):
            low, high = LEFT[name]
            part = own[(own.depth > low) & (own.depth <= high)]
            row[f"width at {name}, log"] = f"{part.width.median():.1f}" if len(part) >= 10 else ""
        out.append(row)
    return pd.DataFrame(out)


def main() -> None:
    every = read(Path(sys.argv[1]))
    world = every[every.source != "Indonesia"]
    shipped = table(world)
    SHIPPED.parent.mkdir(exist_ok=True)
    shipped.to_csv(SHIPPED, index=False)
    tried = held_out(world)
    apart = shown(tried, ["kind", "line", "beyond"])
    apart.to_csv(RESULTS / "bands.csv", index=False)
    print(apart.to_string())
    indonesia = inside(every[every.source == "Indonesia"], shipped).assign(lines_of="Indonesia 1993-2018")
    tried["lines_of"] = np.where(tried.weight_many < 0.5, "few poor", "many poor")
    tried.loc[tried.line == "none", "lines_of"] = "no line"
    both = shown(pd.concat([tried, indonesia]), ["kind", "lines_of"])
    both.to_csv(RESULTS / "bands_by_kind.csv", index=False)
    print(both.to_string())


if __name__ == "__main__":
    main()
