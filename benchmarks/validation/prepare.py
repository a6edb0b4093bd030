"""Writes the data that the comparisons read, from files of the World Bank and of Open Data Jabar (see data/SOURCE.md).

python prepare.py FOLDER, with pip/, jabar/ and wbpip/ in the folder.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent / "data"
LINES = (1.0, 2.15, 3.65, 6.85, 10.0)


def indonesia(folder: Path) -> pd.DataFrame:
    """Survey years with microdata, a row each, in the columns of pip_world_2017ppp.csv."""
    survey = pd.read_csv(folder / "indonesia_survey_2017ppp.csv")
    survey = survey[survey.distribution_type == "micro"]
    lines = pd.read_csv(folder / "indonesia_lines_2017ppp.csv")
    out = survey[["reporting_level", "year", "mean", "median", "gini", "mld"]].rename(columns={"reporting_level": "level"})
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


def districts(folder: Path) -> pd.DataFrame:
    """The districts of West Java, columns in English."""
    frame = pd.read_csv(folder / "panel_jabar_2010_2024.csv")
    names = {
        "kode_kabupaten_kota": "code", "nama_kabupaten_kota": "district", "tahun": "year", "garis_kemiskinan": "line",
        "persentase_penduduk_miskin": "headcount_percent", "indeks_keparahan_kemiskinan": "severity_percent",
    }  # fmt: skip
    return frame[list(names)].rename(columns=names).dropna().sort_values(["code", "year"])


def main() -> None:
    folder = Path(sys.argv[1])
    indonesia(folder / "pip").to_csv(DATA / "pip_indonesia_2017ppp.csv", index=False, float_format="%.6g")
    districts(folder / "jabar").to_csv(DATA / "west_java.csv", index=False)
    for name in ("gd_ex1.csv", "gd_ex3.csv", "md_GHI_2000_consumption.csv"):
        shutil.copyfile(folder / "wbpip" / name, DATA / name)


if __name__ == "__main__":
    main()
