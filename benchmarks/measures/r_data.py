"""Estimates beside R's on the data that survey and laeken ship, which go to a temporary folder and are not kept.

python benchmarks/measures/r_data.py  (needs Rscript with survey and laeken) prints figures and differences.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import graduasi as gr
from graduasi.measures import RelativeLine, estimate, gini, headcount, quantile_share_ratio

SCRIPT = r"""
suppressMessages({library(survey); library(laeken)}); data(api); data(eusilc)
out <- data.frame(name = character(), estimate = numeric(), se = numeric())
add <- function(name, m) out[nrow(out) + 1, ] <<- list(name, as.numeric(coef(m))[1], as.numeric(SE(m))[1])
apistrat$low <- as.numeric(apistrat$api00 < 600); apiclus1$low <- as.numeric(apiclus1$api00 < 600)
s <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)
c1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)
add("strat mean", svymean(~api00, s)); add("strat total", svytotal(~enroll, s))
add("strat headcount", svymean(~low, s))
add("clus1 mean", svymean(~api00, c1)); add("clus1 headcount", svymean(~low, c1))
add("strat headcount, schools of stype H", svymean(~low, subset(s, stype == "H")))
e <- eusilc; add2 <- function(name, v) out[nrow(out) + 1, ] <<- list(name, v, NA)
add2("eusilc gini", gini("eqIncome", weights = "rb050", data = e)$value / 100)
add2("eusilc qsr", qsr("eqIncome", weights = "rb050", data = e)$value)
add2("eusilc arpr", arpr("eqIncome", weights = "rb050", data = e)$value / 100)
write.csv(apistrat[c("api00", "enroll", "stype", "pw", "fpc", "low")], "apistrat.csv", row.names = FALSE)
write.csv(apiclus1[c("api00", "enroll", "dnum", "pw", "fpc", "low")], "apiclus1.csv", row.names = FALSE)
write.csv(e[c("eqIncome", "rb050")], "eusilc.csv", row.names = FALSE)
write.csv(format(out, digits = 16, trim = TRUE), "out.csv", row.names = FALSE)
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["Rscript", "-e", SCRIPT], cwd=folder, check=True, capture_output=True)
        names = ("apistrat", "apiclus1", "eusilc", "out")
        tables = {name: pd.read_csv(Path(folder) / f"{name}.csv") for name in names}
    strat, clus, silc = tables["apistrat"], tables["apiclus1"], tables["eusilc"]
    stratified = gr.SurveyDesign(strata=strat["stype"], fpc=strat["fpc"])
    clustered = gr.SurveyDesign(clusters=clus["dnum"], fpc=clus["fpc"])
    income, weight = silc["eqIncome"].to_numpy(), silc["rb050"].to_numpy()
    line = RelativeLine(share=0.6).amount(income, weight)
    found = {
        "strat mean": estimate("mean", strat["api00"], strat["pw"], design=stratified),
        "strat total": estimate("total", strat["enroll"], strat["pw"], design=stratified),
        "strat headcount": estimate("headcount", strat["api00"], strat["pw"], line=600, design=stratified),
        "clus1 mean": estimate("mean", clus["api00"], clus["pw"], design=clustered),
        "clus1 headcount": estimate("headcount", clus["api00"], clus["pw"], line=600, design=clustered),
        "strat headcount, schools of stype H": estimate(
            "headcount", strat["api00"], strat["pw"], line=600, design=stratified,
            domain=(strat["stype"] == "H").to_numpy(),
        ),
        "eusilc gini": gini(income, weight),
        "eusilc qsr": quantile_share_ratio(income, weight, convention="laeken"),
        "eusilc arpr": headcount(income, line, weight),
    }  # fmt: skip
    largest = 0.0
    for row in tables["out"].itertuples():
        ours = found[row.name]
        value, error = (ours.estimate, ours.se) if hasattr(ours, "se") else (ours, np.nan)
        differences = [abs(value / row.estimate - 1), abs(error / row.se - 1) if np.isfinite(row.se) else 0.0]
        largest = max(largest, *differences)
        print(f"{row.name:40s} {value:14.6f} {error:12.6f}   differs {max(differences):.1e}")
    print(f"largest relative difference {largest:.1e}")


if __name__ == "__main__":
    main()
