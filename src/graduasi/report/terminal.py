"""The table that `graduasi run` prints."""

from __future__ import annotations

import textwrap
import warnings
from typing import TYPE_CHECKING

from graduasi.projection import Projection
from graduasi.report.words import label, shown
from graduasi.study import findings as drawn_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graduasi.study import Findings

FIRST, OTHER = 38, 24


def table(findings: Findings | Projection, at: tuple[int, ...] = ()) -> str:
    """Write the table of policies: measures down, policies across, in columns that fit beside each other.

    A projection and the months `at` that it answers for are taken in place of findings until 0.3.
    """
    if isinstance(findings, Projection):
        words = "report.table(projection, at) is now report.table(findings); the old way goes in 0.3"
        warnings.warn(words, DeprecationWarning, stacklevel=2)
        findings = drawn_up(findings, at=at)
    given = findings.tables["policies"]
    header = ["", *(column.subject for column in given.columns)]
    rows = [[label(row.head), *map(shown, row.cells)] for row in given.rows]
    line = findings.result.lines[0]
    amount = f"{line.currency} {line.amount:,.0f} per person per month"
    title = f"Families at {line.label} ({amount}); mean (90% interval; ± the simulation's own error)"
    rule = "-" * (FIRST + OTHER * (len(header) - 1))
    return "\n".join([title, rule, _line(header), rule, *(_line(row) for row in rows), rule])


def _line(cells: Sequence[str]) -> str:
    """One row, wrapped inside its columns."""
    widths = [FIRST] + [OTHER] * (len(cells) - 1)
    wrapped = [textwrap.wrap(cell, width - 2) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(len(lines) for lines in wrapped)
    return "\n".join(
        "".join(
            (lines[place] if place < len(lines) else "").ljust(width)
            for lines, width in zip(wrapped, widths, strict=True)
        ).rstrip()
        for place in range(height)
    )
