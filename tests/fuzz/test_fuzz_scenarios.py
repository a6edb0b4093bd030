"""A fixed slice of `benchmarks/fuzz/scenarios.py`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import jsonschema
import pytest

from graduasi.scenario import schema

FUZZ = Path(__file__).parents[2] / "benchmarks" / "fuzz" / "scenarios.py"
SPEC = importlib.util.spec_from_file_location("fuzz_scenarios", FUZZ)
assert SPEC is not None
assert SPEC.loader is not None
scenarios = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(scenarios)
VALIDATOR = jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_mutated_scenarios_are_read_or_refused(first: int, tmp_path: Path) -> None:
    found = {name for seed in range(first, first + 40) for name in scenarios.outcome(seed, tmp_path, VALIDATOR)}
    found -= {"refused", "taken", "taken as given", "FAILED slow"}  # no clocks in tests
    assert found == set()
