"""Mutated scenarios against the reader: `python benchmarks/fuzz/scenarios.py FIRST LAST`.

Each seed is one document: a small scenario or the example of Bekasi, with one to four mutations that know its
structure (other values, types, ends of domains, keys that are renamed, doubled, dropped or copied elsewhere), given
over as a table or as JSON text, whole or damaged. It must become a Scenario that says what the document says, or a
ScenarioError whose message is short, within a second of CPU time. The JSON Schema must not refuse what is taken.
"""

from __future__ import annotations

import collections
import copy
import json
import random
import sys
import tempfile
import time
import tomllib
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

import graduasi as gr
from graduasi.scenario import Limits, schema

ROOT = Path(__file__).parents[2]
LONGEST, SLOWEST = 20_000, 1.0  # characters of a message, seconds of CPU time
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2, 12.0, 1.9, 0.5, -0.0, 1e300, 1e-300, 5e-324, -1e308, float("nan"), float("inf"),
    2**64, 2**63, 10**30, 10**500, 10**5000, "", " ", "x", "12", "nan", "$x_{$", "=1+1", "<script>", "a\0b",
    "\ud800", "\ufffe", "\x1b[0m", "x" * 20_000, [], {}, [[]], [None], [1, "a"], {"a": 1},
    {"family": "normal", "mean": 0.5, "sd": 0.1},
    {"family": "beta", "mean": 0.5, "sd": 1e-308}, {"family": "log_normal", "median": 1, "sd_log": 1e6},
    {"family": ["x"]}, {"kind": {}}, "2023-13", "2023-12", b"x", (1, 2), {3: 4},
]  # fmt: skip
SMALL: dict[str, Any] = {
    "title": "small", "start": "2023-12", "months": 13, "draws": 2, "seed": 5, "report": {"at": [12]},
    "population": {
        "kind": "figures", "line": {"label": "local", "amount": 632811}, "headcount": 0.0493, "severity": 0.002,
        "persons": 100_000, "gini": 0.373, "mean_members": 3.7, "mean_members_poor": 4.05, "size": 400,
        "composition": [{"name": "children", "mean_poor": 1.2, "mean_all": 0.9}], "doubt": [0.1, 0.3, 1.0],
    },
    "lines": [{"label": "local", "amount": 632811}, {"label": "extreme", "amount": 434108.5}],
    "model": {"process": {"persistence": 0.7, "growth_path": [[12, 1.02]]}, "behaviour": {"saved": 0.3}},
    "programmes": [
        {
            "name": "cash", "interventions": [{"kind": "cash_transfer", "amount": 1_500_000, "payments": 3}],
            "rollout": {"households": 500}, "targeting": {"kind": "lottery"}, "budget": {"amount": 1e9},
        },
        {
            "name": "training", "interventions": [{"kind": "skills_training", "completion": 0.8}],
            "rollout": {"households": 300, "monthly": 100}, "take_up": {"family": "beta", "mean": 0.8, "sd": 0.1},
            "eligibility": {"decile_at_most": 4, "conditions": [{"column": "children", "at_least": 1}]},
        },
    ],
    "policies": [{"name": "nothing"}, {"name": "both", "programmes": ["cash", "training"]}],
    "variants": [{"label": "more", "changes": {"population": {"persons": 200_000}}}],
}  # fmt: skip
BEKASI = tomllib.loads((ROOT / "examples" / "bekasi" / "scenario.toml").read_text(encoding="utf-8"))


def places(document: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    found, left = [], [document]
    while left:
        inside = left.pop()
        for key, item in inside.items() if isinstance(inside, dict) else enumerate(inside):
            found.append((inside, key))
            if isinstance(item, dict | list):
                left.append(item)
    return found


def mutated(seed: int) -> dict[str, Any]:
    """A document with one to four mutations."""
    chance = random.Random(seed)
    document = copy.deepcopy(BEKASI if chance.random() < 0.1 else SMALL)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        known = places(document)
        if not known:
            break
        inside, key = chance.choice(known)
        old = inside[key]
        match chance.randrange(8):
            case 0 if isinstance(inside, dict):
                inside[str(key) + chance.choice(("", "s", "_", " "))] = inside.pop(key)
            case 1:
                del inside[key]
            case 2:
                inside[key] = copy.deepcopy(chance.choice(known)[0])
            case 3 if isinstance(old, list) and old:
                old.append(copy.deepcopy(chance.choice(old)))
            case 4 if isinstance(old, int | float) and not isinstance(old, bool):
                factors = (-1, 0, 0.5, 2, 10, 1e6, 1e-6) if abs(old) < 1e300 else (-1, 0, 2, 10)
                inside[key] = old * chance.choice(factors)
            case 5 if isinstance(old, dict):
                old[chance.choice(("kind", "family", "name", "x", "of", "per"))] = chance.choice(VALUES)
            case _:
                inside[key] = copy.deepcopy(chance.choice(VALUES))
    return document


def by_text(seed: int) -> bool:
    """Whether a seed goes by way of JSON text."""
    return random.Random(f"{seed} way").random() >= 0.6


def loaded(document: dict[str, Any], seed: int, folder: Path) -> gr.Scenario:
    """The document as a table, or by way of JSON text, sometimes damaged."""
    chance = random.Random(f"{seed} text")
    limits = Limits() if chance.random() < 0.3 else None
    if not by_text(seed):
        return gr.Scenario.from_dict(document, limits=limits)
    try:
        text = json.dumps(document)
    except (TypeError, ValueError):
        return gr.Scenario.from_dict(document, limits=limits)
    raw = bytearray(text.encode())
    if chance.random() < 0.3 and raw:
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randrange(3)] = chance.choice(
                (b"", b'"', b"{", b"[", b"\xff", b"\0", b"9" * 20, b",")
            )
    path = folder / chance.choice(("a.json", "a.json", "a.toml"))
    path.write_bytes(bytes(raw))
    return gr.Scenario.from_file(path, limits=limits)


def same(given: Any, made: Any) -> bool:
    """Whether what was given is in what was made (which also has the defaults)."""
    if isinstance(given, dict):
        return isinstance(made, dict) and all(
            same(item, made.get({"of": "per"}.get(key, key) if key not in made else key))
            for key, item in given.items()
        )
    if isinstance(given, list | tuple):
        return isinstance(made, list) and len(given) == len(made) and all(map(same, given, made))
    return bool(given == made) and isinstance(given, bool) == isinstance(made, bool)


def outcome(seed: int, folder: Path, validator: Any = None) -> Iterator[str]:
    """What became of a seed, by classes; those that begin with FAILED should not be."""
    document = mutated(seed)
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", gr.GraduasiWarning)
            scenario = loaded(copy.deepcopy(document), seed, folder)
    except gr.ScenarioError as error:
        yield "refused"
        if len(str(error)) > LONGEST:
            yield "FAILED long message"
    except Exception as error:
        yield f"FAILED traceback {type(error).__name__}: {traceback.extract_tb(error.__traceback__)[-1].name}"
    else:
        yield "taken"
        if same(document, scenario.to_dict()):
            yield "taken as given"
        elif not by_text(seed):
            yield "FAILED taken as something else"
        if validator is not None and validator.is_valid(document) is False:
            yield "taken, refused by the schema"
    if time.process_time() - start > SLOWEST:
        yield "FAILED slow"


def main(first: int, last: int) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    counts: collections.Counter[str] = collections.Counter()
    shown: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, last):
            for name in outcome(seed, Path(folder), validator if seed % 4 == 0 else None):
                counts[name] += 1
                shown.setdefault(name, seed)
    for name, number in counts.most_common():
        print(f"{number:8}  {name}  (first seed {shown[name]})")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
