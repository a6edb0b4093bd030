"""The small answer of a study: that of its result, and what the study adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from graduasi.projection.answer import (
    NUMBER,
    SPREAD,
    TEXT,
    WHOLE,
    Plain,
    interval,
    record,
    rounded,
    several,
)
from graduasi.projection.answer import schema as schema_of_results
from graduasi.study.tables import GAINED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graduasi.projection import Projection
    from graduasi.study.findings import Findings, InputUsed
    from graduasi.study.statements import Statement


def answer(findings: Findings) -> Plain:
    """Return the whole small answer as plain values."""
    made = attrs.asdict(findings.made) | {"packages": dict(findings.made.packages)}
    late = findings.at[-1]
    benchmark = findings.benchmark
    return {
        **findings.result.answer(at=findings.at),
        "title": findings.title,
        "made": made,
        "statements": [_statement(statement) for statement in findings.statements],
        "benchmark": None if benchmark is None else _compared("pooled effect of trials", benchmark, late),
        "variants": [_compared(other.label, other.result, late) for other in findings.variations],
        "swings": [_plain(attrs.asdict(swing)) for swing in findings.swings],
        "inputs": [_used(each) for each in findings.inputs],
        "assumptions": list(findings.assumptions),
    }


def _compared(label: str, other: Projection, month: int) -> Plain:
    """Another run at the first line: who is poor at month 0, and what each policy adds."""
    return {
        "label": label,
        "draws": other.draws,
        "households": rounded(other.totals["households"]),
        "poor_now": interval(other.interval("poor", other.policies[0], month=0)),
        GAINED: {policy: interval(other.interval(GAINED, policy, month=month)) for policy in other.policies[1:]},
    }


def _statement(given: Statement) -> Plain:
    """A statement with its kind; quantities and the like as objects."""
    facts: Plain = attrs.asdict(given)
    return {"kind": type(given).__name__, "facts": _plain(facts)}


def _used(given: InputUsed) -> Plain:
    drawn = given.drawn
    numbers = None if drawn is None else {"mean": drawn.value, "low": drawn.low, "high": drawn.high}
    return {
        "name": given.name,
        "distribution": given.distribution,
        "source": given.source,
        "drawn": _plain(numbers),
    }


def _plain(value: object) -> object:
    """The same value with rounded numbers, None for what is not finite, and lists for tuples."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return rounded(value) if isinstance(value, float) else value


def _maybe(given: Plain) -> Plain:
    return {"anyOf": [given, {"type": "null"}]}


def _texts(names: Iterable[str]) -> Plain:
    return dict.fromkeys(names, TEXT)


def schema() -> Plain:
    """Return the JSON Schema (2020-12) of `answer.json` as the command writes it."""
    ends = record({"mean": NUMBER, "low": NUMBER, "high": NUMBER, "error": NUMBER})
    other = record(
        {"label": TEXT, "draws": WHOLE, "households": NUMBER, "poor_now": ends}
        | {GAINED: {"type": "object", "additionalProperties": ends}}
    )
    made = _texts(("version", "scenario", "date", "command")) | {"seed": WHOLE, "draws": WHOLE}
    names = {"type": "object", "additionalProperties": TEXT}
    used = {"name": TEXT, "distribution": {"type": ["string", "null"]}, "source": TEXT, "drawn": _maybe(SPREAD)}
    swing = _texts(("name", "outcome")) | dict.fromkeys(("low", "middle", "high"), NUMBER)
    return schema_of_results(
        {
            "title": TEXT,
            "made": record(made | {"packages": names}),
            "statements": several(record({"kind": TEXT, "facts": {"type": "object"}})),
            "benchmark": _maybe(other),
            "variants": several(other),
            "swings": several(record(swing)),
            "inputs": several(record(used)),
            "assumptions": several(TEXT),
        },
        title="graduasi answer of a study",
    )
