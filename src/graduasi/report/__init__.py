"""The report that a planner reads: words, tables and figures in one HTML file."""

from graduasi.report.html import render, write
from graduasi.report.material import Material, gather
from graduasi.report.terminal import table

__all__ = ["Material", "gather", "render", "table", "write"]
