"""A fixed slice of the fuzzer of tables and files."""

from __future__ import annotations

import importlib.util
from pathlib import Path

FUZZER = Path(__file__).parents[2] / "benchmarks" / "fuzz" / "tables.py"


def test_tables_are_read_as_they_are_written_or_refused() -> None:
    spec = importlib.util.spec_from_file_location("fuzz_tables", FUZZER)
    assert spec is not None
    assert spec.loader is not None
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    counts, failures = tables.count(0, 250)
    assert failures == []
    outcomes = {outcome: sum(n for (_, each), n in counts.items() if each == outcome) for _, outcome in counts}
    assert outcomes["taken"] > 50
    assert outcomes["refused"] > 80
