"""Writes the data that the comparisons read, from files of the World Bank and of Open Data Jabar: data/SOURCE.md.

python prepare.py FOLDER, with pip/, jabar/ and wbpip/ in the folder.
python prepare.py FILE FOLDER writes latest.csv and older.csv, surveys of the world, which are not kept here, from
cons_only/poverty_cons_only.csv of the full data set that README.md names; python prepare.py FILE FOLDER income_
writes income_latest.csv and income_older.csv from inc_only/poverty_inc_only.csv.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent / "data"
LINES = (1.0, 2.15, 3.65, 6.85, 10.0)


def indonesia(folder: Path) -> pd.DataFrame:
    """Survey years with microdata, a row each, in the columns of `world`."""
    survey = pd.read_csv(folder / "indonesia_survey_2017ppp.csv")
    survey = survey[survey.distribution_type == "micro"]
    lines = pd.read_csv(folder / "indonesia_lines_2017ppp.csv")
    out = survey[["reporting_level", "year", "mean", "median", "gini", "mld"]].rename(
        columns={"reporting_level": "level"}
    )
    out.insert(0, "area", "Indonesia")
    for line in LINES:
        own = lines[lines.poverty_line == line].set_index(["reporting_level", "Year"])
        own = own.loc[list(zip(out.level, out.year, strict=True))]
        out[f"headcount_{line:g}"] = own.headcount_ratio.to_numpy() / 100
        out[f"gap_{line:g}"] = own.poverty_gap_index.to_numpy() / 100
        out[f"severity_{line:g}"] = own.poverty_severity.to_numpy()
    for tenth in range(1, 11):
        out[f"decile_{tenth}"] = survey[f"decile{tenth}"].to_numpy()
    return out.sort_values(["level", "year"])


def world(file: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Surveys with microdata, Indonesia left out: the two latest of each area, and the older ones.

    Kept: 2% to 92% of persons below 3.65 and 5% to 98% below 6.85 dollars a day.
    """
    frame = pd.read_csv(file)
    frame = frame[(frame.distribution_type == "micro") & ~frame.Entity.str.startswith("Indonesia")]
    out = frame[["Entity", "reporting_level", "Year", "mean", "median", "gini", "mld"]].copy()
    out.columns = pd.Index(["area", "level", "year", "mean", "median", "gini", "mld"])
    for line in LINES:
        name = f"{round(100 * line)}"
        out[f"headcount_{line:g}"] = frame[f"headcount_ratio_{name}"] / 100
        out[f"gap_{line:g}"] = frame[f"poverty_gap_index_{name}"] / 100
        out[f"severity_{line:g}"] = frame[f"poverty_severity_{name}"]
    for tenth in range(1, 11):
        out[f"decile_{tenth}"] = frame[f"decile{tenth}_share"] / 100
    out = out[out["headcount_3.65"].between(0.02, 0.92) & out["headcount_6.85"].between(0.05, 0.98)].dropna()
    latest = out.sort_values("year").groupby(["area", "level"]).tail(2).index
    return out.loc[latest], out.drop(index=latest)


def districts(folder: Path) -> pd.DataFrame:
    """The districts of West Java, columns in English."""
    frame = pd.read_csv(folder / "panel_jabar_2010_2024.csv")
    names = {
        "kode_kabupaten_kota": "code",
        "nama_kabupaten_kota": "district",
        "tahun": "year",
        "garis_kemiskinan": "line",
        "persentase_penduduk_miskin": "headcount_percent",
        "indeks_keparahan_kemiskinan": "severity_percent",
    }
    return frame[list(names)].rename(columns=names).dropna().sort_values(["code", "year"])


def main() -> None:
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        before = sys.argv[3] if len(sys.argv) > 3 else ""
        for name, part in zip(("latest", "older"), world(folder), strict=True):
            part.to_csv(Path(sys.argv[2]) / f"{before}{name}.csv", index=False, float_format="%.6g")
        return
    indonesia(folder / "pip").to_csv(DATA / "pip_indonesia_2017ppp.csv", index=False, float_format="%.6g")
    districts(folder / "jabar").to_csv(DATA / "west_java.csv", index=False)
    for name in ("gd_ex1.csv", "gd_ex3.csv", "md_GHI_2000_consumption.csv"):
        shutil.copyfile(folder / "wbpip" / name, DATA / name)


if __name__ == "__main__":
    main()
