"""One HTML file without network: words, tables, and figures as SVG.

Every element is made by `graduasi.shown.tag`, which escapes whatever is not HTML already: no text of this module
holds an angle bracket beside a value, and a test keeps it so.
"""

from __future__ import annotations

import io
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graduasi import plots
from graduasi.projection.part import first_draws
from graduasi.report import words
from graduasi.report.material import Material
from graduasi.report.rows import policy_rows
from graduasi.shown import Markup, safe, table, tag, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from graduasi.projection import Projection


START = Markup('<!doctype html>\n<html lang="en">')
HEAD = Markup('<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n')
END = Markup("</html>")


def svg(figure: Figure, label: str) -> Markup:
    """A figure as inline SVG that scales with the page; `label` is what a screen reader says."""
    import matplotlib as mpl

    stream = io.StringIO()
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": label, "font.family": "sans-serif"}
    with mpl.rc_context(settings):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    # matplotlib escapes the names that it draws.
    return Markup(text.replace("<svg", '<svg role="img" aria-label="' + safe(label) + '"', 1))


def _figure(figure: Figure, caption: str) -> Markup:
    return tag("figure", tag("div", svg(figure, caption), css="wide"), tag("figcaption", caption))


SPREAD = re.compile(r"^(.+?) \((.+ to .+)\)$")


def _cell(content: object) -> Markup:
    """A cell's text; an interval goes on a line of its own."""
    text = str(content)
    found = SPREAD.match(text)
    return safe(text) if found is None else together(found[1], tag("small", found[2]))


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Markup:
    cells = ([row[0], *map(_cell, row[1:])] for row in rows)
    return tag("div", table(header, cells), css="wide")


def _list(items: Iterable[object], css: str = "") -> Markup:
    return tag("ul", *(tag("li", item) for item in items), css=css)


NO_FIGURES = (
    tag("h2", "In pictures"),
    tag("p", "Figures need the extra: ", tag("code", "pip install 'graduasi[report]'")),
)


def render(material: Material, *, figures: bool = True) -> str:
    """The whole page; figures need the extra `report`."""
    projection = material.projection
    parts = [
        tag("h1", material.title),
        tag("p", _lead(projection), css="lead"),
        _list(projection.notes, css="notes") if projection.notes else "",
        *_answers(material),
        tag("h2", "Each policy"),
        *_policies(projection, material.at),
        *(_figures(material) if figures else NO_FIGURES),
        tag("h2", "Where the line is drawn"),
        tag("p", "The count hangs on where the line is drawn, so all lines are shown."),
        *_lines(projection, material.at),
        *_groups(projection, material.at),
        *_benchmark(material),
        *_variants(material),
        tag("h2", "What it costs"),
        _costs(projection),
        tag("h2", "What is uncertain, and where it comes from"),
        _inputs(material),
        *_assumptions(material),
        tag("h2", "How this was made"),
        _provenance(projection),
    ]
    style = Markup((files("graduasi.report") / "report.css").read_text(encoding="utf-8"))
    head = tag("head", HEAD, tag("title", material.title), tag("style", style))
    body = tag("body", tag("main", together(*parts, between="\n")))
    return together(START, head, body, END)


def write(material: Material, path: str | Path, *, figures: bool = True) -> None:
    """Render to a file."""
    Path(path).write_text(render(material, figures=figures), encoding="utf-8")


def _lead(projection: Projection) -> str:
    families = projection.totals["households"]
    return (
        f"{len(projection.policies)} policies for {words.number(families)} families over {projection.months} "
        f"months from {projection.start}; welfare is {projection.kind} per person per month in "
        f"{projection.currency}. Numbers are means over draws with 90% intervals in brackets; ± is the "
        "simulation's own error, one standard error: by about as much would another seed move the mean."
    )


def _answers(material: Material) -> list[Markup]:
    found = words.answers(material.projection, material.naive, list(material.swings), material.at)
    parts = (tag(kind, words) for both in found for kind, words in zip(("dt", "dd"), both, strict=True))
    return [tag("h2", "The answer in words"), tag("dl", *parts, css="answers")]


def _policies(projection: Projection, at: tuple[int, ...]) -> list[Markup]:
    header, rows = policy_rows(projection, at)
    line = projection.lines[0].label
    caption = f"Families at {line}. Gross exits are not effects: many leave anyway."
    return [tag("p", caption), _table(header, rows)]


def _figures(material: Material) -> list[Markup]:
    projection, late = material.projection, material.at[-1]
    parts = [
        tag("h2", "In pictures"),
        _figure(
            plots.headcount_over_time(projection),
            "Truly poor families by policy, and how many fewer than without a policy; bands hold 90% of draws.",
        ),
        _figure(
            plots.exits_split(projection, month=late),
            "Sustained exits: grey ones happen anyway, green ones because of the policy.",
        ),
    ]
    if len(projection.policies) > 1:
        parts += [
            _figure(
                plots.cost_against_exits(projection, month=late),
                "What each policy costs and what it adds, with 90% intervals.",
            ),
            _figure(
                plots.who_was_reached(projection),
                "Families reached, by the truth at month 0. The registry sees welfare with an error.",
            ),
        ]
    for outcome in dict.fromkeys(swing.outcome for swing in material.swings):
        parts.append(
            _figure(
                plots.tornado(material.swings, outcome),
                f"{outcome}: one input at a time at its 10th and 90th percentile (a line at the lowest and the "
                "highest of those given), under the same luck.",
            )
        )
    return parts


def _lines(projection: Projection, at: tuple[int, ...]) -> list[Markup]:
    reference = projection.policies[0]
    late = at[-1]
    rows = []
    for line in projection.lines:
        poor = projection.interval("poor", reference, month=0, line=line.label)
        seen = projection.interval("remeasured", reference, month=0, line=line.label)
        best = [
            words.spread(projection.interval("additional_sustained", policy, month=late, line=line.label))
            for policy in projection.policies[1:]
        ]
        rows.append([f"{line.label}: {line.amount:,.0f}", words.spread(poor), words.spread(seen), *best])
    header = [
        f"line [{projection.currency} per person per month]", "truly poor now", "seen poor now",
        *(f"additional sustained: {policy}" for policy in projection.policies[1:]),
    ]  # fmt: skip
    sources = (f"{line.label}: {line.source}; prices: {line.prices}" for line in projection.lines)
    return [_table(header, rows), _list(sources)]


def _groups(projection: Projection, at: tuple[int, ...]) -> list[Markup]:
    """The first line by the population's groups, where it has some."""
    if len(projection.groups) < 2:
        return []
    late, line = at[-1], projection.lines[0].label
    columns = [("poor", policy, 0) for policy in projection.policies[:1]]
    columns += [("additional_sustained", policy, late) for policy in projection.policies[1:]]
    rows = []
    for group in projection.groups:
        cells = []
        for statistic, policy, month in columns:
            found = projection.series(statistic, policy, line=line).by(group).at(month).interval()
            cells.append(words.told(found.mean, found.low, found.high))
        rows.append([group, *cells])
    header = [
        "group", "truly poor now",
        *(f"additional sustained, {projection.index.date(late)}: {policy}" for policy in projection.policies[1:]),
    ]  # fmt: skip
    return [
        tag("h2", "By group"),
        tag(
            "p",
            "Families at the first line. A group has fewer records than the whole, and its intervals are as "
            "simulated: wider than those of its real families.",
        ),
        _table(header, rows),
    ]


def _benchmark(material: Material) -> list[Markup]:
    naive, projection, late = material.naive, material.projection, material.at[-1]
    if naive is None or len(projection.policies) < 2:
        return []
    same = first_draws(projection, naive.draws)
    rows = [
        [
            policy,
            words.spread(same.interval("additional_sustained", policy, month=late)),
            words.spread(naive.interval("additional_sustained", policy, month=late)),
        ]
        for policy in projection.policies[1:]
    ]
    return [
        tag("h2", "Beside the naive benchmark"),
        tag(
            "p",
            "The benchmark gives every family that a policy reaches the pooled mean effect of full graduation "
            "packages in trials (+8% of consumption, standard deviation 9 between programmes), from the month "
            f"after enrolment and for good, whatever the programme is: it gives a small "
            "grant a whole package's effect, and answers no question for one. Both columns are of the first "
            f"{naive.draws} draws.",
        ),
        tag(
            "p",
            "On 21 results of ten trials that the fit had not seen, 95% intervals of this model held 12, and a "
            "pooled mean with its prediction interval came closer and held 20: read levels with that in mind.",
        ),
        _table(["policy", "additional sustained: this model", "additional sustained: benchmark"], rows),
    ]


def _variants(material: Material) -> list[Markup]:
    if not material.variants:
        return []
    late = material.at[-1]
    rows = []
    fewest = min(other.draws for _, other in material.variants)
    same = first_draws(material.projection, fewest)
    for label, other in (("as in the scenario", same), *material.variants):
        reference = other.policies[0]
        rows.append(
            [
                label,
                words.number(other.totals["households"]),
                words.spread(other.interval("poor", reference, month=0)),
                *(
                    words.spread(other.interval("additional_sustained", policy, month=late))
                    for policy in other.policies[1:]
                ),
                str(other.draws),
            ]
        )
    header = ["variant", "families", "truly poor now", *material.projection.policies[1:], "draws"]
    return [tag("h2", "If the scenario is a little different"), _table(header, rows)]


def _costs(projection: Projection) -> Markup:
    rows = [
        [
            row["policy"], row["programme"], row["component"].replace("_", "-"),
            words.number(row["households_enrolled"]), words.money(row["cost"], projection.currency),
        ]
        for row in projection.costs().to_dict("records")
        if row["cost"]
    ]  # fmt: skip
    return _table(["policy", "programme", "component", "families enrolled", "cost"], rows)


def _inputs(material: Material) -> Markup:
    rows = []
    for name, value in material.inputs.items():
        drawn = material.projection.inputs.get(name)
        shown = "" if drawn is None else f"{_short(drawn.mean())} ({_short(min(drawn))} to {_short(max(drawn))})"
        source = "sampling error of the published figures, and the family" if value is None else value.source
        family = "probability along the fan" if value is None else value.family.replace("_", "-")
        rows.append([name, family, shown, source or "stated in the scenario, without a source"])
    return _table(["input", "distribution", "mean of the draws (range)", "source"], rows)


def _short(value: float) -> str:
    return f"{value:.3g}"


def _assumptions(material: Material) -> list[Markup]:
    if not material.assumptions:
        return []
    return [tag("h2", "Assumptions of the scenario"), _list(material.assumptions)]


def _provenance(projection: Projection) -> Markup:
    record = projection.poor_records.mean(axis=0)
    thin = ", ".join(f"{line.label}: {count:.0f}" for line, count in zip(projection.lines, record, strict=True))
    return tag(
        "p",
        f"graduasi {projection.version}, seed {projection.seed}, {projection.draws} draws. Records truly poor at "
        f"month 0 in a draw: {thin}. An exit is sustained after {projection.sustained_months} months in a row "
        "above the line.",
    )
