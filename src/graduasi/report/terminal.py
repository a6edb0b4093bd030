"""The table that `graduasi run` prints."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from graduasi.report.rows import policy_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graduasi.projection import Projection

FIRST, OTHER = 38, 24


def table(projection: Projection, at: tuple[int, ...]) -> str:
    """Measures down, policies across, in columns that fit beside each other."""
    header, rows = policy_rows(projection, at)
    line = projection.lines[0]
    amount = f"{projection.currency} {line.amount:,.0f} per person per month"
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
