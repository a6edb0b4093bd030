"""What a scenario means: faults between its parts, each with its path, found over the parts that can be read.

A view is a Scenario, or a namespace of those of its fields that could be read; so is every part inside.
A part that is missing leads to no fault here: the reader tells what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from graduasi.errors import GraduasiError, InputError
from graduasi.fields import show
from graduasi.population import LineFigures, PovertyLine, Published

if TYPE_CHECKING:
    from graduasi.policy import Programme
    from graduasi.population import Population
    from graduasi.scenario.description import Scenario

Fault = tuple[str, str]
SHOWN = 60

# The owners of messages that speak of a field of the population.
_OWNED = re.compile(
    r"(?:Published|Population(?:\.from_aggregates)?|From(?:Published|Figures|File))\.([\w\[\]]+) (must .*|[\d.].*)",
    re.DOTALL,
)
_MISSING = re.compile(r"got none( of them)?$")


def scenario_faults(view: object) -> list[Fault]:
    """Every fault between the fields of a scenario."""
    return [fault for check in CHECKS for fault in check(view)]


def located(message: str, path: str) -> list[Fault]:
    """The faults of an error message, with the paths of the fields that it speaks of below `path`."""
    head, *rest = message.split("\n")
    lines = [line.strip() for line in rest] if rest and re.search(r"\d+ faults?\b", head) else [message]
    found = []
    for line in lines:
        owned = _OWNED.fullmatch(line)
        if path and owned:
            found.append((f"{path}.{owned[1]}", owned[2]))
        else:
            found.append((path, line))
    return found


def _items(view: object, name: str) -> tuple[object, ...]:
    return tuple(getattr(view, name, None) or ())


def _twice(view: object, field: str, name: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, item in enumerate(_items(view, field)):
        own = getattr(item, name, None)
        if own is None:
            continue
        if own in seen:
            yield f"{field}[{place}].{name}", f"must be its own; {show(own, SHOWN)} stands before it"
        seen.add(own)


def _names(view: object) -> Iterator[Fault]:
    yield from _twice(view, "lines", "label")
    yield from _twice(view, "programmes", "name")
    yield from _twice(view, "policies", "name")
    yield from _twice(view, "variants", "label")


def _mixes(view: object) -> Iterator[Fault]:
    """Policies name programmes that there are, each once."""
    programmes = _items(view, "programmes")
    names = [getattr(item, "name", None) for item in programmes]
    unsure = getattr(view, "programmes", None) is None or None in names
    known = set(names)
    listed = ", ".join(show(name, SHOWN) for name in names[:10]) + (", ..." if len(names) > 10 else "")
    for at, mix in enumerate(_items(view, "policies")):
        seen: set[object] = set()
        named = [(f"programmes[{place}]", name) for place, name in enumerate(_items(mix, "programmes"))]
        named += [
            (f"adaptive[{place}].programme", getattr(rule, "programme", None))
            for place, rule in enumerate(_items(mix, "adaptive"))
        ]
        for field, name in named:
            path = f"policies[{at}].{field}"
            if name is not None and name not in known and not unsure:
                yield path, f"must be a programme of the scenario ({listed or 'none'}); found {show(name, SHOWN)}"
            if name is not None and name in seen:
                yield path, f"must stand once; {show(name, SHOWN)} stands before it"
            seen.add(name)


def _answers(view: object) -> Iterator[Fault]:
    months = getattr(view, "months", None)
    for place, month in enumerate(_items(getattr(view, "report", None), "at")):
        if months is not None and month is not None and month > months:
            yield f"report.at[{place}]", f"must be a month up to the last, {months}; found {month}"


def _currencies(view: object) -> Iterator[Fault]:
    population = getattr(view, "population", None)
    own = getattr(getattr(population, "line", None), "currency", None) or getattr(population, "currency", None)
    own = "IDR" if getattr(population, "kind", None) == "published" else own
    for place, line in enumerate(_items(view, "lines")):
        currency = getattr(line, "currency", None)
        if own is not None and currency is not None and currency != own:
            yield (
                f"lines[{place}].currency",
                f"must be that of the population, {show(own, SHOWN)}; found {show(currency, SHOWN)}",
            )


def _figures(view: object) -> Iterator[Fault]:
    """Figures that no distribution has, as far as they can be read."""
    population = getattr(view, "population", None)
    kind = getattr(population, "kind", None)
    if kind == "published":
        yield from _shipped(population)
    if kind != "figures":
        return
    names = ("line", "headcount", "severity", "gap", "mean", "median", "gini", "deciles", "further")
    told: dict[str, Any] = {name: getattr(population, name, None) for name in names}
    unsure = any(not hasattr(population, name) for name in names)
    further = [item for item in told.pop("further") or () if isinstance(item, LineFigures)]
    unsure |= len(further) < len(getattr(population, "further", None) or ())
    if told["deciles"] is not None and None in told["deciles"]:
        told["deciles"], unsure = None, True
    if told["line"] is not None and not isinstance(told["line"], PovertyLine):  # nothing can be compared with it
        own = {name: told[name] for name in ("headcount", "severity", "gap", "gini")}
        told, further, unsure = own | {"line": PovertyLine(amount=1.0, label="unknown")}, [], True
    try:
        told["deciles"] = told.get("deciles") or None
        Published(persons=1e6, mean_members=4.0, mean_members_poor=4.0, further=tuple(further), **told).check()
    except InputError as error:
        for path, words in located(str(error), "population"):
            if not (unsure and _MISSING.search(words)):
                yield path, words


def _shipped(population: object) -> Iterator[Fault]:
    """A table that the package ships, and its row."""
    table, period = getattr(population, "table", None), getattr(population, "period", None)
    if table is None:
        return
    from graduasi.evidence import figures

    try:
        rows = figures(table)
    except GraduasiError as error:
        yield "population.table", str(error)
        return
    known = rows[rows.columns[0]].astype(str).tolist()
    if not {"poverty_line_rp_pc_month", "p0_pct", "p2", "source"} <= set(rows.columns):
        yield "population.table", f"must be a table of poverty figures; found {show(table, SHOWN)}"
    elif period is not None and known.count(period) != 1:
        yield "population.period", f"must be a row of the table ({', '.join(known)}); found {show(period, SHOWN)}"


CHECKS: tuple[Callable[[object], Iterable[Fault]], ...] = (_names, _mixes, _answers, _currencies, _figures)


def rule_faults(scenario: Scenario, population: Population) -> list[Fault]:
    """Rules of programmes that ask for a column that the population does not have, or not as numbers."""
    found: list[Fault] = []
    have = ", ".join(repr(name) for name in population.columns) or "none"
    for at, programme in enumerate(scenario.programmes):
        asked = [
            (f"eligibility.conditions[{place}].column", rule.column, rule.equals is None)
            for place, rule in enumerate(programme.eligibility.conditions)
        ]
        column = getattr(programme.targeting, "column", None)
        asked += [("targeting.column", column, True)] if column is not None else []
        asked += _counted(programme)
        for path, name, numeric in asked:
            where = f"programmes[{at}].{path}"
            if name not in population.columns:
                found.append((where, f"must be a column of the population ({have}); found {show(name, SHOWN)}"))
            elif numeric and population.columns[name].dtype.kind not in "biuf":
                found.append((where, f"must be a column of numbers; found {show(name, SHOWN)}"))
    return found


def _counted(programme: Programme) -> Iterator[tuple[str, str, bool]]:
    """Columns of numbers that interventions and exit rules read: (path, column, True)."""
    for place, given in enumerate(programme.interventions):
        per, holds = getattr(given, "per", "household"), getattr(given, "holds", None)
        if isinstance(per, str) and per not in {"household", "member"}:
            yield f"interventions[{place}].per", per, True
        if isinstance(holds, str) and holds:
            yield f"interventions[{place}].holds", holds, True
    for place, rule in enumerate(programme.exits):
        column = getattr(rule, "column", None)
        if isinstance(column, str):
            yield f"exits[{place}].column", column, True
