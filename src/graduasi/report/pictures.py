"""The figures of a page, as SVG inside it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from graduasi import plots
from graduasi.shown import Markup, safe, tag

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from graduasi.study import Findings

NO_FIGURES = (
    tag("h2", "In pictures"),
    tag("p", "Figures need the extra: ", tag("code", "pip install 'graduasi[report]'")),
)


def svg(figure: Figure, label: str) -> Markup:
    """Return a figure as inline SVG that scales with the page; `label` is what a screen reader says."""
    import matplotlib as mpl

    stream = io.StringIO()
    # The salt keeps the names inside the SVG, and so its bytes, the same.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": label, "font.family": "sans-serif"}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    # matplotlib escapes the names that it draws.
    return Markup(text.replace("<svg", '<svg role="img" aria-label="' + safe(label) + '"', 1))


def _figure(figure: Figure, caption: str) -> Markup:
    return tag("figure", tag("div", svg(figure, caption), css="wide"), tag("figcaption", caption))


def pictures(findings: Findings) -> list[Markup]:
    """Draw every figure that the findings have numbers for."""
    result, late = findings.result, findings.at[-1]
    parts = [
        tag("h2", "In pictures"),
        _figure(
            plots.headcount_over_time(result),
            "Truly poor families by policy, and how many fewer than without a policy; bands hold 90% of draws.",
        ),
        _figure(
            plots.exits_split(result, month=late),
            "Sustained exits: grey ones happen anyway, green ones because of the policy.",
        ),
    ]
    if len(result.policies) > 1:
        parts += [
            _figure(
                plots.cost_against_exits(result, month=late),
                "What each policy costs and what it adds, with 90% intervals.",
            ),
            _figure(
                plots.who_was_reached(result),
                "Families reached, by the truth at month 0. The registry sees welfare with an error.",
            ),
        ]
    for outcome in dict.fromkeys(swing.outcome for swing in findings.swings):
        parts.append(
            _figure(
                plots.tornado(findings.swings, outcome),
                f"{outcome}: one input at a time at its 10th and 90th percentile (a line at the lowest and the "
                "highest of those given), under the same luck.",
            )
        )
    return parts
