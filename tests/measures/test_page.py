"""The page on measures: its examples run, and it names every measure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graduasi import measures

PAGE = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
ROOMS = ("poverty", "inequality", "decomposition", "curves", "dynamics", "targeting")
FUNCTIONS = [
    name
    for name in measures.__all__
    if name.islower()
    and getattr(measures, name).__module__.removeprefix("graduasi.measures.").split(".")[0] in ROOMS
]


def test_python_on_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) >= 4
    exec(compile("\n".join(blocks), "docs/measures.md", "exec"), {"__name__": "page"})
    out = capsys.readouterr().out
    assert "of the gap closed per unit of money" in out


def test_the_rooms_are_full() -> None:
    assert len(FUNCTIONS) > 35


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_measure_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE
