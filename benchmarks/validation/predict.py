"""Fit a survey at one line, and predict its poor below lower ones."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from surveys import Survey, depth_of, pairs

from graduasi.errors import FitError, GraduasiWarning, InputError
from graduasi.population import LineFigures, PovertyLine
from graduasi.population.synthesis import Fitted, Published, fit

FAMILIES = ("gb2", "singh_maddala", "dagum", "log_normal")
# What is published of the area, besides the headcount.
FIGURES = {
    "P0 P1 P2, mean, Gini": ("gap", "severity", "mean", "gini"),
    "P0 P1 P2, mean, deciles": ("gap", "severity", "mean", "deciles"),
    "P0 P1 P2": ("gap", "severity"),
    "P0 P1, Gini": ("gap", "gini"),
    "P0 P2, Gini": ("severity", "gini"),
    "P0, mean, Gini": ("mean", "gini"),
    "mean, Gini": ("mean", "gini"),
    "mean, deciles": ("mean", "deciles"),
}
WITHOUT_LINE = ("mean, Gini", "mean, deciles", "median, Gini", "median, deciles", "mean", "median")
LINE_ONLY = {"P0": (), "P0 P1": ("gap",), "P0 P2": ("severity",), "P0 P1 P2": ("gap", "severity")}
BODIES = {
    "": (), "Gini": ("gini",), "deciles": ("deciles",), "mean": ("mean",), "mean, Gini": ("mean", "gini"),
    "mean, deciles": ("mean", "deciles"), "further line": ("further",),
}  # fmt: skip
# Every set of figures that is told apart: what is known at the line, and beyond it.
EVERY = {
    ", ".join(part for part in (line, body) if part): (*own, *beyond)
    for line, own in LINE_ONLY.items()
    for body, beyond in BODIES.items()
} | {name: tuple(name.replace("Gini", "gini").split(", ")) for name in WITHOUT_LINE}


def published(survey: Survey, base: float, figures: str, kind: str = "consumption") -> Published:
    """The figures that a fit is given."""
    known: dict[str, Any] = {
        "mean": survey.mean, "median": survey.median, "gini": survey.gini, "deciles": survey.deciles,
        "further": tuple(_headcount(survey, line) for line in survey.at if line > base)[:1],
    }  # fmt: skip
    given: dict[str, Any] = {}
    if figures not in WITHOUT_LINE:
        given["headcount"], known["gap"], known["severity"] = survey.at[base]
        given["line"] = _line(base)
    given |= {name: known[name] for name in (EVERY | FIGURES)[figures]}
    return Published(**given, persons=1e6, mean_members=4.0, mean_members_poor=4.0, kind=kind)


def _line(amount: float) -> PovertyLine:
    return PovertyLine(amount=amount, label=f"{amount:g} a day", currency="PPP")


def _headcount(survey: Survey, line: float) -> LineFigures:
    return LineFigures(line=_line(line), headcount=survey.at[line][0])


def fitted(survey: Survey, base: float, figures: str, family: str | None, kind: str = "consumption") -> Fitted:
    """The fit, without its warnings of what the figures leave open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GraduasiWarning)
        return fit(published(survey, base, figures, kind), family)


def predictions(
    surveys: Iterable[Survey], figures: Iterable[str], families: Iterable[str] = FAMILIES
) -> pd.DataFrame:
    """A row for each lower line of each fit; `failed` where there is no fit."""
    rows = []
    families = tuple(families)
    for survey in surveys:
        for base, lower in pairs(survey):
            for what in figures:
                for family in families:
                    start = time.process_time()
                    try:
                        found, failed = fitted(survey, base, what, family), ""
                    except (FitError, InputError) as refused:
                        found, failed = None, str(refused).splitlines()[0]
                    seconds = time.process_time() - start
                    for line in lower:
                        true, top = survey.at[line][0], survey.at[base][0]
                        guess = np.nan if found is None else max(found.headcount(line), 1e-12)
                        rows.append({
                            "area": survey.area, "level": survey.level, "year": survey.year, "base": base,
                            "line": line, "base_headcount": top, "headcount": true, "figures": what,
                            "family": family, "depth": depth_of(true / top), "log_error": np.log(guess / true),
                            "failed": failed, "seconds": seconds,
                        })  # fmt: skip
    return pd.DataFrame(rows)
