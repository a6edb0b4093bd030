"""Single faults of the small scenario, of form and of meaning: what to change, and the fault that tells it."""

from __future__ import annotations

import copy
import math
from typing import Any

from graduasi.scenario.files import merged

PLAIN: dict[str, Any] = {
    "title": "A small question",
    "start": "2023-12",
    "months": 13,
    "draws": 2,
    "seed": 5,
    "report": {"at": [12, 13], "sensitivity_draws": 1},
    "population": {
        "kind": "figures",
        "line": {"label": "local", "amount": 632811},
        "headcount": 0.0493,
        "severity": 0.002,
        "persons": 100_000,
        "gini": 0.373,
        "mean_members": 3.7,
        "mean_members_poor": 4.05,
        "size": 400,
    },
    "lines": [{"label": "local", "amount": 632811}, {"label": "extreme", "amount": 434108.5}],
    "programmes": [
        {
            "name": "cash",
            "interventions": [{"kind": "cash_transfer", "amount": 1_500_000}],
            "rollout": {"households": 500},
        },
        {
            "name": "training",
            "interventions": [{"kind": "skills_training", "delivery": 3_500_000, "completion": 0.8}],
            "rollout": {"households": 300, "monthly": 100},
            "take_up": {"family": "beta", "mean": 0.8, "sd": 0.1},
        },
    ],
    "policies": [{"name": "nothing"}, {"name": "both", "programmes": ["cash", "training"]}],
}
SMALL = PLAIN | {"variants": [{"label": "more", "changes": {"draws": 3}}]}

# Where, what it becomes, and the whole fault.
FAULTS: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("start",), "2023-13", "start: must be a month such as '2023-12'; found '2023-13'"),
    (("months",), "13", "months: must be a whole number in [1, 1200]; found '13'"),
    (("draws",), 10**9, "draws: must be a whole number in [1, 1000000]; found 1000000000"),
    (("seed",), 2**64, "seed: must be a whole number in [0, 18446744073709551615]; found 18446744073709551616"),
    (("title",), " ", "title: must be a text that is not empty; found ' '"),
    (("colour",), 1, "colour: no such field; the fields here are assumptions, draws, lines, model, months, policies, "
     "population, programmes, report, seed, start, sustained, title, variants"),
    (("report", "at", 1), 400, "report.at[1]: must be a month up to the last, 13; found 400"),
    (("lines", 1, "label"), "local", "lines[1].label: must be its own; 'local' stands before it"),
    (("lines", 0, "currency"), "USD", "lines[0].currency: must be that of the population, 'IDR'; found 'USD'"),
    (("lines", 1, "amount"), 1e300, "lines[1].amount: must be money in [1e-06, 1e+18]; found 1e+300"),
    (("programmes", 1, "name"), "cash", "programmes[1].name: must be its own; 'cash' stands before it"),
    (("programmes", 0, "interventions"), [], "programmes[0].interventions: must be a list of at least 1; found 0"),
    (("programmes", 1, "take_up", "mean"), "high",
     "programmes[1].take_up.mean: must be a number in [1e-06, 0.999999]; found 'high'"),
    (("policies", 1, "programmes", 1), "cahs",
     "policies[1].programmes[1]: must be a programme of the scenario ('cash', 'training'); found 'cahs'"),
    (("policies", 0, "name"), "both", "policies[1].name: must be its own; 'both' stands before it"),
    (("population", "headcount"), 0, "population.headcount: must be a share in (0, 0.995); found 0"),
    (("population", "persons"), 1e300, "population.persons: must be a number in [1, 1e+11]; found 1e+300"),
    (("population", "gini"), 1.0, "population.gini: must be a share in [0.05, 0.85]; found 1.0"),
    (("population", "mean_members"), 9, "population.mean_members: must be a number in [1, 8]; found 9"),
    (("population", "doubt"), [math.nan, 0.1, 1], "population.doubt[0]: must be a number in [0, 5]; found nan"),
    (("population", "deciles"), [math.nan], "population.deciles[0]: must be a number in (0, 1]; found nan"),
    (("model",), {"process": {"growth": -2}},
     "model.process.growth: must be a number in [-0.9, 9]; found -2"),
    (("variants", 0, "changes"), {"sustained": 0},
     "variants[0].changes.sustained: must be a whole number in [1, 1200]; found 0"),
]  # fmt: skip


def document(**changes: Any) -> dict[str, Any]:
    """The small scenario without variants, with other values anywhere."""
    return merged(copy.deepcopy(PLAIN), changes)


def small(**changes: Any) -> dict[str, Any]:
    """A copy of the small scenario with other values at the top."""
    return copy.deepcopy(SMALL) | changes


def changed(document: dict[str, Any], where: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The document with another value somewhere; itself."""
    inside: Any = document
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = value
    return document
