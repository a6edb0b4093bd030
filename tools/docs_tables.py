"""Documentation hook: tables that are read from the code, so that a page cannot fall behind it.

A line `{{ parameters module:Class }}` becomes a table of the class's declared fields; `{{ meanings }}` one of the
recorded statistics, `{{ meanings years }}` and `{{ meanings examples }}` of further ones; `{{ channels }}` one of
the channels of help; `{{ inputs table }}` one of the shipped tables; `{{ results validation:table }}` one that a
benchmark wrote.
"""

from __future__ import annotations

import csv
import importlib
import re
from pathlib import Path
from typing import Any

import attrs

from graduasi.fields import describe
from graduasi.uncertain import Uncertain

TOKEN = re.compile(r"^\{\{ (\w+)(?: ([\w.]+)(?::(\w+))?)? \}\}$", re.MULTILINE)


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def _default(default: Any) -> str:
    if default is attrs.NOTHING:
        return "required"
    if default is None:
        return "left out"
    if isinstance(default, Uncertain):
        shown = ", ".join(
            f"{field.name} {getattr(default, field.name):g}"
            for field in attrs.fields(type(default))
            if field.name not in {"name", "source"}
        )
        return f"{default.family.replace('_', '-')} ({shown})"
    return f"{default:g}" if isinstance(default, float) else f"{default!r}"


def parameters(owner: type) -> str:
    """A table of declared fields; a column that would be empty is left out."""
    columns: dict[str, list[str]] = {
        name: [] for name in ("field", "unit", "must be", "default", "meaning", "source")
    }
    for name, spec, default in describe(owner):
        source = spec.source or (default.source if isinstance(default, Uncertain) else "")
        cells = (f"`{name}`", spec.unit, spec.need(), _default(default), spec.meaning, source)
        for column, cell in zip(columns.values(), cells, strict=True):
            column.append(_cell(cell))
    shown = {name: cells for name, cells in columns.items() if any(cells)}
    rows = [list(shown), ["---"] * len(shown), *zip(*shown.values(), strict=True)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def meanings(of: str | None) -> str:
    """A table of recorded statistics: of months, or `of` "years" or "examples"."""
    from graduasi.projection import EXAMPLES, MEANING
    from graduasi.projection.statistics import RECORDED_YEARLY, YEARLY_AMOUNTS

    amounts = {"years": YEARLY_AMOUNTS, "examples": EXAMPLES}.get(of or "", ())
    told = {"years": RECORDED_YEARLY.meaning, "examples": {}}.get(of or "", MEANING)
    told = {**told, **{each.name: each.meaning for each in amounts}}
    head = "adds up, or is a mean of" if of == "examples" else "counts households or persons that are ..."
    lines = [f"| statistic | {head} |", "| --- | --- |"]
    return "\n".join([*lines, *(f"| `{name}` | {_cell(words)} |" for name, words in told.items())])


def channels() -> str:
    """A table of the channels through which help reaches a household."""
    from graduasi.channels import CHANNELS

    rows = ((each.name, each.kind, each.unit, each.meaning) for each in CHANNELS.values())
    lines = ["| channel | kind | unit | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *(f"| `{row[0]}` | " + " | ".join(map(_cell, row[1:])) + " |" for row in rows)])


def inputs(table: str) -> str:
    """A shipped table."""
    from graduasi.evidence import figures

    frame = figures(table).astype(object)
    frame = frame.where(frame.notna(), "")
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + " --- |" * frame.shape[1]]
    return "\n".join([*lines, *("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in frame.to_numpy())])


def results(benchmark: str, table: str) -> str:
    """A table that a benchmark wrote to its folder of results."""
    path = Path(__file__).parents[1] / "benchmarks" / benchmark / "results" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[_cell(cell) for cell in row] for row in csv.reader(file)]
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _replace(found: re.Match[str]) -> str:
    what, module, name = found.groups()
    if what == "parameters":
        return parameters(getattr(importlib.import_module(module), name))
    if what == "results":
        return results(module, name)
    if what == "channels":
        return channels()
    return meanings(module) if what == "meanings" else inputs(module)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Called for every page before it is rendered."""
    return TOKEN.sub(_replace, markdown)
