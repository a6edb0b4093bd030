"""A fixed slice of `benchmarks/fuzz/projections.py`: hostile projections are refused, or work to the last page."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

FUZZER = Path(__file__).parents[2] / "benchmarks" / "fuzz" / "projections.py"


@pytest.fixture(scope="module")
def fuzzer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz_projections", FUZZER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def base(fuzzer: ModuleType) -> str:
    return json.dumps(fuzzer.small())


def test_what_was_not_changed_is_taken_and_shown(fuzzer: ModuleType, base: str) -> None:
    assert fuzzer.judge(base, pages=True) == "taken"


def test_hostile_projections_are_refused_or_work(fuzzer: ModuleType, base: str) -> None:
    found = {seed: fuzzer.judge(fuzzer.case(seed, base), pages=False) for seed in range(60)}
    assert {seed: what for seed, what in found.items() if what not in {"refused", "taken"}} == {}
    assert set(found.values()) == {"refused", "taken"}


@pytest.mark.parametrize(
    "name", ["$x_{$", "<script>alert(1)</script>", "_hidden", "]]>", "from $1.90 to $2.15", "word " * 40]
)
def test_what_is_taken_with_a_strange_name_is_shown(fuzzer: ModuleType, base: str, name: str) -> None:
    document = json.loads(base)
    document["policies"][1] = document["lines"][0]["label"] = document["groups"][0] = name
    assert fuzzer.judge(json.dumps(document), pages=True) == "taken"
