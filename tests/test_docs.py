"""Documentation that runs, and that keeps up with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.simulation.small_world import people, policy, programme, run
from tests.test_imports import ROOMS, SOURCE

import graduasi as gr
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import TARGETING
from graduasi.projection import MEANING, STATISTICS
from graduasi.projection.statistics import ADDITIONAL

ROOT = Path(__file__).parents[1]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial.md", "docs/service.md"])
def test_python_on_the_page_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", page(name), re.DOTALL))
    assert code
    exec(compile(code, name, "exec"), {})
    assert capsys.readouterr().out


def test_every_statistic_has_a_meaning() -> None:
    assert set(MEANING) == set(STATISTICS) | set(ADDITIONAL)


def test_every_column_is_explained() -> None:
    text = page("docs/estimands.md")
    result = run(people(40), [policy("cash", programme("cash", gr.CashTransfer(amount=1.0)))])
    for name in (*result.summary().columns, *result.targeting().columns):
        stem = re.sub(r"(_low|_high)$", "", re.sub(r"_\d+(_low|_high)?$", "", name))
        known = stem in text or f"{stem}_*" in text or stem in {"policy", "line", "unit", "reached_truly_poor"}
        assert known, name


def test_every_variant_has_its_section() -> None:
    for kind in INTERVENTIONS.values():
        assert f"## {kind.__name__}\n" in page("docs/interventions.md")
    for name in TARGETING:
        assert f"`{name}`" in page("docs/policy.md")


def test_the_architecture_lists_every_room_in_order() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", page("ARCHITECTURE.md"), re.MULTILINE)
    assert tuple(listed) == ROOMS
    rooms = {path.name.removesuffix(".py") for path in SOURCE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert rooms - {"__init__", "__pycache__", "py.typed", "data"} == set(listed)


def test_the_version_is_one() -> None:
    assert f'version = "{gr.__version__}"' in page("pyproject.toml")
    assert f"## [{gr.__version__}]" in page("CHANGELOG.md")
    assert f"version: {gr.__version__}" in page("CITATION.cff")
