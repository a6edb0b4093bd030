"""A fixed slice of benchmarks/fuzz/measures.py: hostile arguments give a value or a GraduasiError, no other error."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from graduasi import measures as m

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fuzz" / "measures.py"


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_measures", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_good_arguments_are_taken(fuzz: ModuleType) -> None:
    """Else hostile ones would be refused for another fault."""
    assert len(fuzz.NAMES) > 35
    for name in fuzz.NAMES:
        getattr(m, name)(**fuzz.base(name, np.random.default_rng(1)))


# The last came out as NumPy's errors and warnings while the fuzzer was written.
@pytest.mark.parametrize("seeds", [range(150), range(150, 300), [7701, 10648, 20326, 24990, 44831]])
def test_no_other_error_comes_out(fuzz: ModuleType, seeds: Any) -> None:
    outcomes = [fuzz.one(seed) for seed in seeds]
    assert [fault for _, _, fault in outcomes if fault is not None] == []


def test_the_fuzzer_sees_a_fault(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A measure that lets NumPy's error out, and one that returns infinity."""
    monkeypatch.setattr(fuzz, "NAMES", ["gini"])
    for broken in (lambda **_: np.zeros(2) @ np.zeros(3), lambda **_: float("inf")):
        monkeypatch.setattr(m, "gini", broken)
        monkeypatch.setattr(fuzz, "base", lambda name, rng: {"welfare": np.ones(3), "weights": None})
        assert fuzz.one(0)[1] == "failed"
