"""A dozen small runs give what they gave: `make.py` made the record, and says what moved may be made anew for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.golden.make import RUNS, told

GOLDEN: dict[str, Any] = json.loads(Path(__file__).with_name("runs.json").read_text(encoding="utf-8"))


def test_every_run_has_its_record() -> None:
    assert list(GOLDEN["runs"]) == list(RUNS)
    assert len({kept["counts"] for kept in GOLDEN["runs"].values()}) == len(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_gives_what_it_gave(name: str) -> None:
    now, kept = told(RUNS[name]()), GOLDEN["runs"][name]
    assert now["amounts"].keys() == kept["amounts"].keys()
    for amount, values in now["amounts"].items():
        np.testing.assert_allclose(values, kept["amounts"][amount], rtol=1e-9, atol=1e-6, err_msg=amount)
    assert now["counts"] == kept["counts"]
