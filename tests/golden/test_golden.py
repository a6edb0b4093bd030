"""What a dozen small runs gave when `golden.json` was written is what they give."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

MADE = runpy.run_path(str(Path(__file__).parent / "make.py"))
GOLDEN = json.loads(MADE["HERE"].read_text(encoding="utf-8"))["runs"]


def test_the_file_tells_of_every_run() -> None:
    assert list(GOLDEN) == list(MADE["RUNS"])


@pytest.mark.parametrize("name", GOLDEN)
def test_a_small_run_gives_what_it_gave_to_the_bit(name: str) -> None:
    assert MADE["told"](MADE["RUNS"][name]()) == GOLDEN[name]
