"""The small answer: what a service or a page needs of a projection, as plain values, and the schema of it.

Headline statistics at the months that were asked for, with intervals; costs; who was reached; how it was made. No
draws: those are in `arrays.npz` (`graduasi.projection.store`). Numbers have six significant digits, more than the
Monte Carlo error of any run allows; what is not a number is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from graduasi.population import PovertyLine
from graduasi.projection.intervals import LEVEL
from graduasi.projection.statistics import ADDITIONAL
from graduasi.projection.tables import below_one_household, below_small_share, value_for_money

if TYPE_CHECKING:
    import pandas as pd

    from graduasi.projection.intervals import Interval
    from graduasi.projection.projection import Projection

FORMAT = "graduasi answer 1"
DIGITS = 6
HEADLINE = (
    "poor", "exits", "sustained", "self_reliant", "entries", "remeasured", "gap", *ADDITIONAL,
)  # fmt: skip
PERSONS = ("poor", "remeasured", "gap")  # what is told of persons too
Plain = dict[str, object]


def answer(result: Projection, at: Sequence[int]) -> Plain:
    """Return the small answer for month 0 and the months `at`."""
    months = tuple(dict.fromkeys((0, *at)))
    return {
        "format": FORMAT,
        "made": {"version": result.version, "seed": result.seed, "draws": result.draws},
        "start": result.start,
        "months": result.months,
        "sustained_months": result.sustained_months,
        "kind": result.kind,
        "currency": result.currency,
        "level": LEVEL,
        "totals": {unit: rounded(total) for unit, total in result.totals.items()},
        "policies": list(result.policies),
        "programmes": list(result.programmes),
        "lines": [attrs.asdict(line) for line in result.lines],
        "statistics": [
            _at(result, policy, line.label, month)
            for policy in result.policies
            for line in result.lines
            for month in months
        ],
        "value_for_money": [
            _value(result, policy, line.label, months[-1])
            for policy in result.policies[1:]
            for line in result.lines
        ],
        "costs": _records(result.costs()),
        "targeting": _records(result.targeting()),
        "inputs": [_drawn(name, drawn) for name, drawn in result.inputs.items()],
        "notes": list(result.notes),
    }


def rounded(value: float) -> float | None:
    """Return a number to six significant digits; None for what is not finite."""
    if not math.isfinite(value):
        return None
    return float(f"{float(value):.{DIGITS}g}")


def interval(given: Interval) -> Plain:
    """Return a mean with the ends of its interval and the simulation's own error."""
    ends = {"mean": given.mean, "low": given.low, "high": given.high, "error": given.monte_carlo_error}
    return {name: rounded(value) for name, value in ends.items()}


def nested(record: Mapping[str, object]) -> Plain:
    """Return a row of a table with `name`, `name_low`, `name_high` as one member."""
    flat = {name: _plain(value) for name, value in record.items()}
    spread = {name for name in flat if f"{name}_low" in flat and f"{name}_high" in flat}
    ends = {f"{name}{end}" for name in spread for end in ("_low", "_high")}
    return {
        name: {"mean": value, "low": flat[f"{name}_low"], "high": flat[f"{name}_high"]} if name in spread else value
        for name, value in flat.items()
        if name not in ends
    }


def _records(frame: pd.DataFrame) -> list[Plain]:
    return [nested({str(name): value for name, value in row.items()}) for row in frame.to_dict("records")]


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    return rounded(value) if isinstance(value, float) else value


def _at(result: Projection, policy: str, line: str, month: int) -> Plain:
    """Statistics of one policy, line and month; effects only where there can be any."""
    told = HEADLINE if month and policy != result.policies[0] else HEADLINE[: -len(ADDITIONAL)]
    row: Plain = {"policy": policy, "line": line, "month": month, "date": result.index.date(month)}
    for unit in result.units:
        names = told if unit == "households" else PERSONS
        row[unit] = {
            name: interval(result.interval(name, policy, month=month, line=line, unit=unit)) for name in names
        }
    row["chance_none_left"] = rounded(below_one_household(result, policy, month, line))
    row["chance_few_left"] = rounded(below_small_share(result, policy, month, line))
    return row


def _value(result: Projection, policy: str, line: str, month: int) -> Plain:
    row: Plain = dict(value_for_money(result, policy, month, line))
    return {"policy": policy, "line": line, "month": month, **nested(row)}


def _drawn(name: str, drawn: Iterable[float]) -> Plain:
    numbers = np.asarray(drawn, dtype=np.float64)
    return {
        "name": name,
        "mean": rounded(numbers.mean()),
        "low": rounded(numbers.min()),
        "high": rounded(numbers.max()),
    }


NUMBER: Plain = {"type": ["number", "null"]}
TEXT: Plain = {"type": "string"}
WHOLE: Plain = {"type": "integer", "minimum": 0}
SHARE: Plain = {"type": ["number", "null"], "minimum": 0, "maximum": 1}


def record(members: Mapping[str, object], optional: Sequence[str] = ()) -> Plain:
    """Return the schema of an object with these members and no others."""
    return {
        "type": "object",
        "properties": dict(members),
        "required": [name for name in members if name not in optional],
        "additionalProperties": False,
    }


def several(item: object) -> Plain:
    """Return the schema of a list."""
    return {"type": "array", "items": item}


SPREAD = record({"mean": NUMBER, "low": NUMBER, "high": NUMBER})
INTERVAL = record({"mean": NUMBER, "low": NUMBER, "high": NUMBER, "error": NUMBER})
DRAWN = record({"name": TEXT, "mean": NUMBER, "low": NUMBER, "high": NUMBER})


def members() -> Plain:
    """Return the schema of each member of an answer, by name."""
    line = record({field.name: TEXT for field in attrs.fields(PovertyLine)} | {"amount": NUMBER, "moved_from": {}})
    named: Plain = {"policy": TEXT, "line": TEXT}
    statistics = record(
        named
        | {"month": WHOLE, "date": TEXT}
        | {unit: {"type": "object", "additionalProperties": INTERVAL} for unit in ("households", "persons")}
        | {"chance_none_left": SHARE, "chance_few_left": SHARE},
        optional=["persons"],
    )
    per_billion, price = "additional_sustained_per_billion", "cost_per_additional_sustained"
    return {
        "format": {"const": FORMAT},
        "made": record({"version": TEXT, "seed": WHOLE, "draws": WHOLE}),
        "start": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
        "months": WHOLE,
        "sustained_months": WHOLE,
        "kind": {"enum": ["consumption", "income"]},
        "currency": TEXT,
        "level": NUMBER,
        "totals": {"type": "object", "additionalProperties": NUMBER},
        "policies": several(TEXT),
        "programmes": several(TEXT),
        "lines": several(line),
        "statistics": several(statistics),
        "value_for_money": several(
            record(named | {"month": WHOLE, per_billion: SPREAD, price: NUMBER, "why_blank": TEXT})
        ),
        "costs": several(
            record(
                {"policy": TEXT, "programme": TEXT, "component": TEXT, "currency": TEXT}
                | {"households_enrolled": NUMBER, "cost": SPREAD}
            )
        ),
        "targeting": several(
            {
                "type": "object",
                "properties": named | {"unit": TEXT},
                "required": [*named, "unit"],
                "additionalProperties": SPREAD,
            }
        ),
        "inputs": several(DRAWN),
        "notes": several(TEXT),
    }


def schema(more: Mapping[str, object] | None = None, title: str = "graduasi answer") -> Plain:
    """Return the JSON Schema (2020-12) of answers, with further members where a study adds some."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **record(members() | dict(more or {})),
    }
