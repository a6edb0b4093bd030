"""The published figures that the package ships, each row with its source and how we know it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from graduasi.errors import NotAvailableError

if TYPE_CHECKING:
    import pandas as pd

TABLES = {
    "kab_bekasi_poverty": "indonesia",
    "jawa_barat_poverty": "indonesia",
    "national_poverty": "indonesia",
    "extreme_poverty_lines_rates": "indonesia",
    "programmes": "indonesia",
    "jabar_panel": "jabar",
    "international_lines": "international",
    "evidence": "evidence",
    "priors": "evidence",
}
TEXT_COLUMNS = {"year": str, "period": str, "horizon_months": str, "effect": str, "valid": str, "dimension": str}


def figures(table: str) -> pd.DataFrame:
    """A shipped table by name, a new copy each time; years and periods are text.

    Raises NotAvailableError for a name that is not shipped.
    """
    import pandas as pd

    if table not in TABLES:
        raise NotAvailableError(f"there is no table {table!r}; there are {', '.join(TABLES)}")
    source = files("graduasi") / "data" / TABLES[table] / f"{table}.csv"
    with source.open("r", encoding="utf-8") as lines:
        return pd.read_csv(lines, dtype=TEXT_COLUMNS)


def from_memory(flag: str) -> bool:
    """Whether a row's flag says that its figure is recalled, not read: it must be shown as such."""
    return "memory" in flag.lower()
