"""One HTML file without network: words, tables, and figures as SVG. Names from files are escaped."""

from __future__ import annotations

import io
import re
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graduasi import plots
from graduasi.report import words
from graduasi.report.material import Material
from graduasi.report.rows import policy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.figure import Figure

    from graduasi.projection import Projection


def svg(figure: Figure, label: str) -> str:
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
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(label)}"', 1)


def _figure(figure: Figure, caption: str) -> str:
    return (
        f'<figure><div class="wide">{svg(figure, caption)}</div><figcaption>{escape(caption)}</figcaption></figure>'
    )


SPREAD = re.compile(r"^(.+?) \((.+ to .+)\)$")


def _cell(text: str) -> str:
    """A cell's text, escaped; an interval goes on a line of its own."""
    found = SPREAD.match(text)
    if found is None:
        return escape(text)
    return f"{escape(found[1])}<small>{escape(found[2])}</small>"


def _row(cells: Sequence[Any]) -> str:
    rest = "".join(f"<td>{_cell(str(cell))}</td>" for cell in cells[1:])
    return f"<tr><th>{escape(str(cells[0]))}</th>{rest}</tr>"


def _table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join(_row(row) for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


NO_FIGURES = "<h2>In pictures</h2><p>Figures need the extra: <code>pip install 'graduasi[report]'</code></p>"


def render(material: Material, *, figures: bool = True) -> str:
    """The whole page; figures need the extra `report`."""
    projection = material.projection
    style = (files("graduasi.report") / "report.css").read_text(encoding="utf-8")
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(material.title)}</title><style>{style}</style></head><body><main>",
            f"<h1>{escape(material.title)}</h1>",
            f'<p class="lead">{escape(_lead(projection))}</p>',
            _notes(projection),
            _answers(material),
            "<h2>Each policy</h2>",
            _policies(projection, material.at),
            *(_figures(material) if figures else [NO_FIGURES]),
            "<h2>Where the line is drawn</h2>",
            "<p>The count hangs on where the line is drawn, so all lines are shown.</p>",
            _lines(projection, material.at),
            *_groups(projection, material.at),
            *_benchmark(material),
            *_variants(material),
            "<h2>What it costs</h2>",
            _costs(projection),
            "<h2>What is uncertain, and where it comes from</h2>",
            _inputs(material),
            *_assumptions(material),
            "<h2>How this was made</h2>",
            _provenance(projection),
            "</main></body></html>",
        ]
    )


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


def _answers(material: Material) -> str:
    found = words.answers(material.projection, material.naive, list(material.swings), material.at)
    parts = "".join(f"<dt>{escape(question)}</dt><dd>{escape(answer)}</dd>" for question, answer in found)
    return f'<h2>The answer in words</h2><dl class="answers">{parts}</dl>'


def _policies(projection: Projection, at: tuple[int, ...]) -> str:
    header, rows = policy_rows(projection, at)
    line = projection.lines[0].label
    caption = f"<p>Families at {escape(line)}. Gross exits are not effects: many leave anyway.</p>"
    return caption + _table(header, rows)


def _figures(material: Material) -> list[str]:
    projection, late = material.projection, material.at[-1]
    parts = [
        "<h2>In pictures</h2>",
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
                "One input at a time to its 10th and 90th percentile, under the same luck.",
            )
        )
    return parts


def _lines(projection: Projection, at: tuple[int, ...]) -> str:
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
    items = (
        f"<li>{escape(f'{line.label}: {line.source}; prices: {line.prices}')}</li>" for line in projection.lines
    )
    return _table(header, rows) + f"<ul>{''.join(items)}</ul>"


def _groups(projection: Projection, at: tuple[int, ...]) -> list[str]:
    """The first line by the population's groups, where it has some."""
    if len(projection.groups) < 2:
        return []
    late, line = at[-1], projection.lines[0].label
    poor = projection.by("poor", month=0)
    gained = projection.by("additional_sustained", month=late)
    rows = []
    for group in projection.groups:
        cells = []
        for table, policies in ((poor, projection.policies[:1]), (gained, projection.policies[1:])):
            own = table[(table["group"] == group) & (table["line"] == line)].set_index("policy")
            for policy in policies:
                mean, low, high = own.loc[[policy], ["value", "value_low", "value_high"]].to_numpy(float)[0]
                cells.append(words.told(mean, low, high))
        rows.append([group, *cells])
    header = [
        "group", "truly poor now",
        *(f"additional sustained, {projection.at.date(late)}: {policy}" for policy in projection.policies[1:]),
    ]  # fmt: skip
    return [
        "<h2>By group</h2>",
        "<p>Families at the first line. A group has fewer records than the whole, and its intervals are as "
        "simulated: wider than those of its real families.</p>",
        _table(header, rows),
    ]


def _benchmark(material: Material) -> list[str]:
    naive, projection, late = material.naive, material.projection, material.at[-1]
    if naive is None or len(projection.policies) < 2:
        return []
    rows = [
        [
            policy,
            words.spread(projection.interval("additional_sustained", policy, month=late)),
            words.spread(naive.interval("additional_sustained", policy, month=late)),
        ]
        for policy in projection.policies[1:]
    ]
    return [
        "<h2>Beside the naive benchmark</h2>",
        "<p>The benchmark gives every family that a policy reaches the pooled mean effect of full graduation "
        "packages in trials (+8% of consumption, standard deviation 9 between programmes), from the month after "
        f"enrolment and for good, whatever the programme is ({naive.draws} draws): it gives a small grant a whole "
        "package's effect, and answers no question for one.</p>",
        "<p>On 21 results of ten trials that the fit had not seen, 95% intervals of this model held 12, and a "
        "pooled mean with its prediction interval came closer and held 20: read levels with that in mind.</p>",
        _table(["policy", "additional sustained: this model", "additional sustained: benchmark"], rows),
    ]


def _variants(material: Material) -> list[str]:
    if not material.variants:
        return []
    late = material.at[-1]
    rows = []
    for label, other in (("as in the scenario", material.projection), *material.variants):
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
    return ["<h2>If the scenario is a little different</h2>", _table(header, rows)]


def _costs(projection: Projection) -> str:
    rows = [
        [
            row["policy"], row["programme"], row["component"].replace("_", "-"),
            words.number(row["households_enrolled"]), words.money(row["cost"], projection.currency),
        ]
        for row in projection.costs().to_dict("records")
        if row["cost"]
    ]  # fmt: skip
    return _table(["policy", "programme", "component", "families enrolled", "cost"], rows)


def _inputs(material: Material) -> str:
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


def _notes(projection: Projection) -> str:
    """What a reader must know before the numbers."""
    if not projection.notes:
        return ""
    items = "".join(f"<li>{escape(note)}</li>" for note in projection.notes)
    return f'<ul class="notes">{items}</ul>'


def _assumptions(material: Material) -> list[str]:
    if not material.assumptions:
        return []
    items = "".join(f"<li>{escape(item)}</li>" for item in material.assumptions)
    return [f"<h2>Assumptions of the scenario</h2><ul>{items}</ul>"]


def _provenance(projection: Projection) -> str:
    record = projection.poor_records.mean(axis=0)
    thin = ", ".join(f"{line.label}: {count:.0f}" for line, count in zip(projection.lines, record, strict=True))
    return (
        f"<p>graduasi {escape(projection.version)}, seed {projection.seed}, {projection.draws} draws. Records "
        f"truly poor at month 0 in a draw: {escape(thin)}. An exit is sustained after "
        f"{projection.sustained_months} months in a row above the line.</p>"
    )
