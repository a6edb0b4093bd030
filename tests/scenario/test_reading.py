"""Files: regular ones alone, strict JSON and TOML, and messages that stay short."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

import pytest
from tests.scenario.cases import SMALL, small

import graduasi as gr


def faults(path: Path | str) -> tuple[str, ...]:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_file(path)
    assert len(str(caught.value)) < 20_000
    return caught.value.faults


TEXT = json.dumps(SMALL)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", TEXT.replace('"months": 13', '"months": 13, "months": 99'), ("months: must stand once; it is given twice", "report.at")),
        ("a.json", TEXT.replace('"name": "cash"', '"name": "cash", "name": "cash"', 1), ("programmes[0].name: must stand once; it is given twice",)),
        ("a.json", "[" * 200_000, ("file: must be nested at most 50 levels deep",)),
        ("a.json", TEXT.replace('"draws": 3', '"x": ' + "[" * 60 + "]" * 60), ("scenario: must be nested at most 50 levels deep",)),
        ("a.toml", "a = " + "[" * 5_000, ("file: must be nested at most 50 levels deep",)),
        ("a.json", TEXT.replace("2023-12", "\\ud800"), ("start: must be a text without control characters; found '\\ud800'",)),
        ("a.json", TEXT.replace('"seed": 5', '"seed": ' + "1" * 5_000), ("file: must hold numbers of at most 400 digits; found 11111111111111111111...",)),
        ("a.toml", "seed = " + "1" * 5_000, ("file: must hold numbers of at most 400 digits, and dates that exist",)),
        ("a.json", TEXT.replace('"gini": 0.373', '"gini": NaN'), ("population.gini: must be a share in [0.05, 0.85]; found nan",)),
        ("a.json", TEXT.replace('"persons": 100000', '"persons": Infinity'), ("population.persons: must be a number in [1, 1e+11]; found inf",)),
        ("a.toml", 'title = "x"\rmonths = 3', ("file: must be TOML; ",)),
    ],
)  # fmt: skip
def test_texts_that_are_refused(tmp_path: Path, name: str, text: str, expected: tuple[str, ...]) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode())
    told = faults(path)
    for fault, start in zip(told, expected, strict=False):
        assert fault.startswith(start)
    assert told[0].startswith(expected[0])


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert gr.Scenario.from_file(path) == gr.Scenario.from_dict(SMALL)


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    for name in ("pipe.toml", "folder.json", "zero.json"):
        assert faults(tmp_path / name) == ("path: must be a regular file; found a folder, a pipe or a device",)
    assert faults("a\0.toml") == ("path: must be a file that can be read; its name holds a NUL",)
    assert faults("x" * 5_000 + ".toml") == ("path: must be a file that can be read; File name too long",)
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe9'")
    assert faults(tmp_path / "latin.toml") == ("file: must be text in UTF-8; invalid continuation byte at byte 9",)


@pytest.mark.parametrize(
    "document",
    [
        small(**{"k" * 200_000: 1}),
        small(title="\0" * 200_000),
        small(seed=10**5_000),
        small(start=10**5_000),
        small(population={"kind": ["x" * 10_000]}),
        small(model={"process": {"growth": 10**400}}),
        small(**{str(place): place for place in range(3_000)}),
        {3: 4},
    ],
)
def test_messages_are_short_and_speak_plainly(document: dict[Any, Any]) -> None:
    with pytest.raises(gr.ScenarioError) as caught:
        gr.Scenario.from_dict(document)
    assert len(str(caught.value)) < 20_000
    for words in ("unhashable", "too large to convert", "Exceeds the limit", "Traceback"):
        assert words not in str(caught.value)


def test_the_old_name_of_per_warns_and_works() -> None:
    population = {"kind": "file", "path": "h.csv", "welfare": "w", "id": "id", "period": "month"}
    document = small(population=population | {"of": "person"}, variants=[])
    with pytest.warns(gr.GraduasiWarning) as caught:
        old = gr.Scenario.from_dict(document)
    assert [str(item.message) for item in caught] == ["'of' is called 'per' now: the old name works until 0.2"]
    assert old == gr.Scenario.from_dict(small(population=population | {"per": "person"}, variants=[]))
    with pytest.raises(gr.ScenarioError) as refused:
        gr.Scenario.from_dict(small(population=population | {"of": "person", "per": "person"}, variants=[]))
    assert refused.value.faults == (
        "population.of: must be left out, since it is the old name of per, which is given",
    )


def test_an_old_name_works_in_variants_too(tmp_path: Path) -> None:
    """Old and new names meet where a variant changes a population that was written before, or the reverse."""
    (tmp_path / "h.csv").write_text("id,w,m\na,1,2\nb,9,3\n", encoding="utf-8")
    file = {"kind": "file", "path": "h.csv", "welfare": "w", "id": "id", "members": "m", "period": "month"}
    for base, change in (("of", "of"), ("of", "per"), ("per", "of")):
        document = small(
            population=file | {base: "person"},
            variants=[{"label": "v", "changes": {"population": {change: "household"}}}],
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", gr.GraduasiWarning)
            scenario = gr.Scenario.from_dict(document, tmp_path)
            assert scenario.with_changes(scenario.variants[0]).population.per == "household"
