"""The public names with their signatures, and the declarations of all fields, are those of the snapshots."""

from __future__ import annotations

import pytest
from tests.snapshots import SNAPSHOTS, declarations, public_names, snapshot

from graduasi.projection.old_names import OldNames


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_names_and_declarations_are_those_of_the_snapshot(name: str) -> None:
    """After a change that is meant: `make snapshots`, and say so in the changelog."""
    now, then = SNAPSHOTS[name]().splitlines(), snapshot(name).splitlines()
    assert [line for line in then if line not in now] == [], "gone or changed"
    assert [line for line in now if line not in then] == [], "new or changed"
    assert now == then


def test_a_declaration_shows_its_numbers() -> None:
    """A default that has doubt is shown with its spread and a domain with its ends."""
    lines = dict(line.split(": ", maxsplit=1) for line in declarations().splitlines())
    assert "sd=" in lines["graduasi.interventions.coaching.Coaching.gain"]
    assert "[1e-06, 1e+18]" in lines["graduasi.lines.PovertyLine.amount"]


def test_no_public_signature_takes_any_keyword() -> None:
    assert "**" not in public_names()


GOING = {"by", "compare", "from_json", "to_json"}  # old names of a projection, which it loses in 0.3


def test_no_class_has_more_than_twelve_public_methods() -> None:
    count: dict[str, int] = {}
    for line in public_names().splitlines():
        if line.split("(", maxsplit=1)[0].removeprefix("graduasi.Projection.") in GOING:
            continue
        owner = line.split("(", maxsplit=1)[0].rpartition(".")[0]
        if line.split("(", maxsplit=1)[0].rpartition(".")[2] in vars(OldNames):
            continue  # these answer for one minor version
        if "(" in line and owner.rpartition(".")[2][:1].isupper():
            count[owner] = count.get(owner, 0) + 1
    assert {owner: methods for owner, methods in count.items() if methods > 12} == {}
