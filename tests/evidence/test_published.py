"""Published figures."""

from __future__ import annotations

import pytest

import graduasi as gr
from graduasi.evidence import figures, from_memory
from graduasi.evidence.published import TABLES


@pytest.mark.parametrize("table", TABLES)
def test_every_shipped_row_has_a_source(table: str) -> None:
    frame = figures(table)
    assert len(frame)
    source = "where_found" if table == "evidence" else "source"
    known = next(name for name in ("flag", "confidence", "known") if name in frame)
    named = frame[source].notna() | frame[known].map(from_memory)
    assert named.all()


def test_the_bekasi_row() -> None:
    frame = figures("kab_bekasi_poverty")
    row = frame.loc[frame["year"] == "2023"].iloc[0]
    assert (row["poverty_line_rp_pc_month"], row["p0_pct"], row["p2"]) == (632811, 4.93, 0.20)


def test_a_table_that_is_not_shipped() -> None:
    with pytest.raises(gr.NotAvailableError) as caught:
        figures("census")
    assert str(caught.value) == f"there is no table 'census'; there are {', '.join(TABLES)}"


def test_memory_is_told_apart() -> None:
    assert from_memory("from memory: high")
    assert not from_memory("found")
