"""One HTML file without network: words, tables, and figures as SVG, of findings.

Every element is made by `graduasi.shown.tag`, which escapes whatever is not HTML already: no text of this module
holds an angle bracket beside a value, and a test keeps it so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from graduasi.report import narrative, words
from graduasi.report.pictures import NO_FIGURES, pictures
from graduasi.shown import Markup, table, tag, together

if TYPE_CHECKING:
    from graduasi.projection import Projection
    from graduasi.study import Findings
    from graduasi.study.quantity import Cell
    from graduasi.study.tables import Head, Table

START = Markup('<!doctype html>\n<html lang="en">')
HEAD = Markup('<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n')
END = Markup("</html>")


def _cell(cell: Cell) -> Markup:
    """A cell; an interval goes on a line of its own."""
    main, behind = words.two_parts(cell)
    return together(main, tag("small", behind) if behind else "")


def _table(header: Sequence[str], rows: Iterable[tuple[str, Sequence[Cell]]]) -> Markup:
    return tag("div", table(header, ([name, *map(_cell, cells)] for name, cells in rows)), css="wide")


def _named(given: Table, corner: str, heads: Callable[[Head], str], names: Callable[[Head], str]) -> Markup:
    """A table of findings, with the words for its columns and its rows."""
    header = [corner, *map(heads, given.columns)]
    return _table(header, ((names(row.head), row.cells) for row in given.rows))


def _list(items: Iterable[object], css: str = "") -> Markup:
    return tag("ul", *(tag("li", item) for item in items), css=css)


def _subject(head: Head) -> str:
    return head.subject


def render(findings: Findings, *, figures: bool = True) -> str:
    """Write the whole page; figures need the extra `report`."""
    result = findings.result
    parts = [
        tag("h1", findings.title),
        tag("p", _lead(result), css="lead"),
        _list(findings.notes, css="notes") if findings.notes else "",
        *_answers(findings),
        tag("h2", "Each policy"),
        *_policies(findings),
        *(pictures(findings) if figures else NO_FIGURES),
        tag("h2", "Where the line is drawn"),
        tag("p", "The count hangs on where the line is drawn, so all lines are shown."),
        *_lines(findings),
        *_groups(findings.tables["groups"]),
        *_benchmark(findings),
        *_variants(findings.tables["variants"]),
        tag("h2", "What it costs"),
        _costs(findings.tables["costs"]),
        tag("h2", "What is uncertain, and where it comes from"),
        _inputs(findings),
        *_assumptions(findings),
        tag("h2", "How this was made"),
        _provenance(result),
    ]
    style = Markup((files("graduasi.report") / "report.css").read_text(encoding="utf-8"))
    head = tag("head", HEAD, tag("title", findings.title), tag("style", style))
    body = tag("body", tag("main", together(*parts, between="\n")))
    return together(START, head, body, END)


def write(findings: Findings, path: str | Path, *, figures: bool = True) -> None:
    """Render to a file."""
    Path(path).write_text(render(findings, figures=figures), encoding="utf-8")


def _lead(result: Projection) -> str:
    return (
        f"{len(result.policies)} policies for {words.number(result.totals['households'])} families over "
        f"{result.months} months from {result.start}; welfare is {result.kind} per person per month in "
        f"{result.currency}. Numbers are means over draws with 90% intervals in brackets; ± is the "
        "simulation's own error, one standard error: by about as much would another seed move the mean."
    )


def _answers(findings: Findings) -> list[Markup]:
    both = narrative.answers(findings)
    parts = (tag(kind, text) for pair in both for kind, text in zip(("dt", "dd"), pair, strict=True))
    return [tag("h2", "The answer in words"), tag("dl", *parts, css="answers")]


def _policies(findings: Findings) -> list[Markup]:
    caption = f"Families at {findings.result.lines[0].label}. Gross exits are not effects: many leave anyway."
    return [tag("p", caption), _named(findings.tables["policies"], "", _subject, words.label)]


NOW = {"poor_now": "truly poor now", "seen_poor_now": "seen poor now"}


def _lines(findings: Findings) -> list[Markup]:
    lines = {line.label: line for line in findings.result.lines}
    corner = f"line [{findings.result.currency} per person per month]"

    def name(head: Head) -> str:
        return f"{head.subject}: {lines[head.subject].amount:,.0f}"

    def column(head: Head) -> str:
        return NOW.get(head.measure, f"additional sustained: {head.subject}")

    sources = (f"{line.label}: {line.source}; prices: {line.prices}" for line in lines.values())
    return [_named(findings.tables["lines"], corner, column, name), _list(sources)]


def _groups(given: Table) -> list[Markup]:
    """The first line by the population's groups, where it has some."""
    if not given.rows:
        return []

    def column(head: Head) -> str:
        return NOW.get(head.measure, f"additional sustained, {head.date}: {head.subject}")

    return [
        tag("h2", "By group"),
        tag(
            "p",
            "Families at the first line. A group has fewer records than the whole, and its intervals are as "
            "simulated: wider than those of its real families.",
        ),
        _named(given, "group", column, _subject),
    ]


def _benchmark(findings: Findings) -> list[Markup]:
    given = findings.tables["benchmark"]
    if findings.benchmark is None or not given.rows:
        return []
    columns = {"model": "additional sustained: this model", "benchmark": "additional sustained: benchmark"}
    return [
        tag("h2", "Beside the naive benchmark"),
        tag(
            "p",
            "The benchmark gives every family that a policy reaches the pooled mean effect of full graduation "
            "packages in trials (+8% of consumption, standard deviation 9 between programmes), from the month "
            f"after enrolment and for good, whatever the programme is: it gives a small "
            "grant a whole package's effect, and answers no question for one. Both columns are of the first "
            f"{findings.benchmark.draws} draws.",
        ),
        tag(
            "p",
            "On 21 results of ten trials that the fit had not seen, 95% intervals of this model held 12, and a "
            "pooled mean with its prediction interval came closer and held 20: read levels with that in mind.",
        ),
        _named(given, "policy", lambda head: columns[head.subject], _subject),
    ]


def _variants(given: Table) -> list[Markup]:
    if not given.rows:
        return []
    names = {"households": "families", "draws": "draws"} | NOW

    def name(head: Head) -> str:
        return head.subject if head.measure == "variant" else "as in the scenario"

    def column(head: Head) -> str:
        return names.get(head.measure, head.subject)

    return [tag("h2", "If the scenario is a little different"), _named(given, "variant", column, name)]


def _costs(given: Table) -> Markup:
    def column(head: Head) -> str:
        return {"households_enrolled": "families enrolled"}.get(head.measure, head.measure)

    def cells(row: Sequence[Cell]) -> Sequence[Cell]:
        programme, component, *rest = row
        return programme, str(component).replace("_", "-"), *rest

    header = ["policy", *map(column, given.columns)]
    return _table(header, ((row.head.subject, cells(row.cells)) for row in given.rows))


def _inputs(findings: Findings) -> Markup:
    rows: list[tuple[str, Sequence[Cell]]] = []
    for each in findings.inputs:
        band = each.distribution is None
        kind = "probability along the fan" if each.distribution is None else each.distribution.replace("_", "-")
        source = "sampling error of the published figures, and the family" if band else each.source
        drawn: Cell = "" if each.drawn is None else each.drawn
        rows.append((each.name, (kind, drawn, source or "stated in the scenario, without a source")))
    return _table(["input", "distribution", "mean of the draws (range)", "source"], rows)


def _assumptions(findings: Findings) -> list[Markup]:
    if not findings.assumptions:
        return []
    return [tag("h2", "Assumptions of the scenario"), _list(findings.assumptions)]


def _provenance(result: Projection) -> Markup:
    record = result.poor_records.mean(axis=0)
    thin = ", ".join(f"{line.label}: {count:.0f}" for line, count in zip(result.lines, record, strict=True))
    return tag(
        "p",
        f"graduasi {result.version}, seed {result.seed}, {result.draws} draws. Records truly poor at "
        f"month 0 in a draw: {thin}. An exit is sustained after {result.sustained_months} months in a row "
        "above the line.",
    )
