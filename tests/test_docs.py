"""Documentation that runs, and that keeps up with the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import attrs
import pytest
from tests.rooms import ROOMS, SOURCE
from tests.simulation.small_world import people, policy, programme, run

import graduasi as gr
from graduasi.fields import describe
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import RANKINGS
from graduasi.projection import MEANING, RECORDED
from graduasi.projection.tables import compare_rows, frame, group_rows
from graduasi.scenario import FromFigures, FromFile, FromPublished, ReportPlan, Scenario
from graduasi.scenario.converter import NOT_IN_FILES

ROOT = Path(__file__).parents[1]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "docs/tutorial.md",
        "docs/service.md",
        "docs/answer.md",
        "docs/model.md",
        "docs/interventions.md",
        "docs/policy.md",
        "docs/registry.md",
        "docs/data.md",
        "docs/synthesis.md",
        "docs/estimates.md",
    ],
)
def test_python_on_the_page_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = "\n".join(re.findall(r"```python\n(.*?)```", page(name), re.DOTALL))
    assert code
    exec(compile(code, name, "exec"), {"__name__": name})
    assert capsys.readouterr().out


def test_every_statistic_has_a_meaning() -> None:
    assert set(MEANING) == set(RECORDED.told)


def test_every_column_is_explained() -> None:
    text = page("docs/estimands.md")
    result = run(people(40), [policy("cash", programme("cash", gr.CashTransfer(amount=1.0)))])
    tables = (
        result.summary(), result.targeting(), result.monthly(), result.costs(),
        frame(compare_rows(result, "cash", "nothing", result.lines[0].label)), frame(group_rows(result, "poor", 1, "households")),
    )  # fmt: skip
    for name in dict.fromkeys(name for table in tables for name in table.columns):
        stem = re.sub(r"_(low|high|mce)$", "", re.sub(r"_\d+(_low|_high|_mce)?$", "", name))
        known = {f"`{stem}`", f"`{stem}_*`", f"`{name}`"} | ({f"`{stem}_0`"} if name.endswith("_0") else set())
        assert any(word in text for word in known) or stem in {"policy", "line", "programme"}, name


def test_the_scenario_on_the_district_page_is_read() -> None:
    (given,) = re.findall(r"```toml\n(.*?)```", page("docs/district.md"), re.DOTALL)
    scenario = gr.Scenario.from_dict(tomllib.loads(given))
    result = scenario.run(draws=2, progress=False)
    assert result.policies == ("nothing", "grant")


@pytest.mark.parametrize("kind", [Scenario, ReportPlan, FromFile, FromFigures, FromPublished, gr.Programme])
def test_every_field_of_a_scenario_is_on_the_district_page(kind: type) -> None:
    declared = {name for name, _, _ in describe(kind)}
    text = page("docs/district.md")
    assert f":{kind.__name__} }}}}" in text
    for field in attrs.fields(kind):
        assert field.name in declared | NOT_IN_FILES or re.search(rf"[`\[]{field.name}(`|\]| = )", text), field.name


def test_every_variant_has_its_section() -> None:
    for kind in INTERVENTIONS.values():
        assert f"## {kind.__name__}\n" in page("docs/interventions.md")
    for name in RANKINGS:
        assert f"`{name}`" in page("docs/policy.md")


def test_the_architecture_lists_every_room_in_order() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", page("ARCHITECTURE.md"), re.MULTILINE)
    assert tuple(listed) == ROOMS
    rooms = {path.name.removesuffix(".py") for path in SOURCE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert rooms - {"__init__", "__pycache__", "py.typed", "data"} == set(listed)
