"""What a newcomer costs: one file and one registry line; files, schema and property laws then know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenario.own_parts import AfterTwice, Gift, InOrder, LinearTechnology, SpendAtOnce, StillProcess
from tests.strategies import built

from graduasi.income import BEHAVIOURS, MODELS, PROCESSES, TECHNOLOGIES
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import EXITS, RANKINGS
from graduasi.scenario import schema
from graduasi.scenario.files import CONVERTER, TAGGED
from graduasi.uncertain import at_quantile, uncertainties

NEWCOMERS: list[tuple[dict[str, Any], Any]] = [
    (PROCESSES, StillProcess), (TECHNOLOGIES, LinearTechnology), (BEHAVIOURS, SpendAtOnce),
    (EXITS, AfterTwice), (INTERVENTIONS, Gift), (RANKINGS, InOrder),
]  # fmt: skip
OPEN = (MODELS, PROCESSES, TECHNOLOGIES, BEHAVIOURS, EXITS)
DEFINITIONS = schema()["$defs"]
REGISTERED = [pytest.param(kinds, kind, id=name) for kinds in OPEN for name, kind in kinds.items()]


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def keeps_the_laws(kinds: Mapping[str, Any], kind: Any, definitions: dict[str, Any], data: st.DataObject) -> None:
    """What is drawn from its declarations is written as the schema says, read back the same, and resolved."""
    one = data.draw(built(kind))
    base = next(base for base, known, _ in TAGGED if known is kinds)
    document = plain(CONVERTER.unstructure(one))
    assert document["kind"] == kind.kind
    assert CONVERTER.structure(document, base) == one
    found = jsonschema.Draft202012Validator({"$defs": definitions, "$ref": f"#/$defs/{kind.__name__}"})
    assert [error.message for error in found.iter_errors(document)] == []
    assert list(uncertainties(at_quantile(one, 0.5), "x")) == []


@pytest.mark.parametrize(("kinds", "kind"), REGISTERED)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_registered_part_is_written_and_read(kinds: Mapping[str, Any], kind: Any, data: st.DataObject) -> None:
    keeps_the_laws(kinds, kind, DEFINITIONS, data)


@pytest.mark.parametrize(("kinds", "kind"), NEWCOMERS)
def test_a_newcomer_is_one_file_and_one_line(
    kinds: dict[str, Any], kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kinds, kind.kind, kind)  # the line
    definitions = schema()["$defs"]

    @settings(max_examples=5, deadline=None)
    @given(data=st.data())
    def law(data: st.DataObject) -> None:
        keeps_the_laws(kinds, kind, definitions, data)

    law()
    properties = definitions[kind.__name__]["properties"]
    assert properties["kind"]["const"] == kind.kind
    assert set(properties) == {"kind", *(field.name for field in attrs.fields(kind))}
