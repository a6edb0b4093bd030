"""The report that a planner reads: words, tables and figures in one HTML file, of findings."""

from __future__ import annotations

import warnings

from graduasi.report.html import render, write
from graduasi.report.terminal import table

__all__ = ["render", "table", "write"]


def __getattr__(name: str) -> object:
    """Names of 0.1, for one minor version."""
    if name not in {"Material", "gather"}:
        raise AttributeError(f"module 'graduasi.report' has no attribute {name!r}")
    from graduasi.report import before

    new = "graduasi.study" if name == "gather" else "graduasi.study.findings"
    words = f"graduasi.report.{name} is now {new}; the old name goes in 0.3"
    warnings.warn(words, DeprecationWarning, stacklevel=2)
    return getattr(before, name)
