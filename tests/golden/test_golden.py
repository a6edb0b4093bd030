"""What a dozen small runs gave when `golden.json` was written is what they give."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

MADE = runpy.run_path(str(Path(__file__).parent / "make.py"))
GOLDEN = json.loads(MADE["HERE"].read_text(encoding="utf-8"))["runs"]
ALIKE = 1e-9  # exp and power differ in the last bit between releases of NumPy


def test_the_file_tells_of_every_run() -> None:
    assert list(GOLDEN) == list(MADE["RUNS"])


@pytest.mark.parametrize("name", GOLDEN)
def test_a_small_run_gives_what_it_gave(name: str) -> None:
    found = MADE["told"](MADE["RUNS"][name]())
    golden = GOLDEN[name]
    assert {key: found[key] for key in ("counts", "enrolled")} == {
        key: golden[key] for key in ("counts", "enrolled")
    }
    for key in ("amounts", "costs", "flows"):
        np.testing.assert_allclose(found[key], golden[key], rtol=ALIKE, atol=ALIKE, err_msg=key)
