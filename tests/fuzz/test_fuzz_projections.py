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


def test_hostile_projections_are_refused_or_work(fuzzer: ModuleType, base: str) -> None:
    found = {seed: fuzzer.judge(fuzzer.case(seed, base), pages=False) for seed in range(60)}
    assert {seed: what for seed, what in found.items() if what not in {"refused", "taken"}} == {}
    assert set(found.values()) == {"refused", "taken"}


def test_what_is_taken_with_strange_names_is_shown(fuzzer: ModuleType, base: str) -> None:
    document = json.loads(base)
    document["policies"] = ["<script>alert(1)</script>", "$x_{$"]
    document["programmes"] = ["_hidden"]
    document["groups"] = ["]]>", "word " * 40]
    document["lines"][0]["label"] = "from $1.90 to $2.15"
    assert fuzzer.judge(json.dumps(document), pages=True) == "taken"
