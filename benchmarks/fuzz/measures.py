"""Hostile arguments for every public measure: each call must return a value or raise a GraduasiError.

python benchmarks/fuzz/measures.py FIRST LAST   (seeds, LAST not included; some 200 calls a second)

A call starts from good arguments, of which one or two are replaced by what a measure cannot use (None, text,
masked, complex, truth values, empty, 2-D, 1e308, 1e-308, NaN, negative, objects). It fails where another error, a
warning (NumPy's overflow, say), or a float that is not finite where the measure's page does not name NaN.
"""

from __future__ import annotations

import inspect
import math
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from attrs import asdict, has

import graduasi as gr
from graduasi import measures as m

# NaN has a meaning: nobody poor, nobody reached, no degrees of freedom, no sure quantile.
SOME = ["gini", "headcount", "mean", "median", "theil", "sen"]  # of those that estimate knows
MAY_BE_NAN = {
    "coverage", "undercoverage", "leakage", "adequacy", "growth_of_the_poor", "decompose_fgt", "duration_adjusted",
    "transition_matrix", "estimate", "hazards",
}  # fmt: skip
NOT_FUNCTIONS_OF_ARRAYS = {"change_of_sen_shorrocks_thon"}
NAMES = sorted(
    name for name in m.__all__ if inspect.isfunction(getattr(m, name)) and name not in NOT_FUNCTIONS_OF_ARRAYS
)


def base(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Good arguments of a measure, by their names."""
    size = int(rng.integers(2, 8))
    welfare = np.round(rng.lognormal(1.0, 0.8, size), 2) + 0.01
    weights = rng.choice([0.5, 1.0, 2.0], size)
    panel = np.round(rng.lognormal(1.0, 0.8, (size, 3)), 2) + 0.01
    panels = name in {*m.dynamics.__all__}
    good = {
        "measure": rng.choice(SOME) if name == "estimate" else m.watts,
        "welfare": panel if panels else welfare, "weights": weights, "line": 3.0, "alpha": 2.0, "epsilon": 0.5,
        "quantile": 0.2, "convention": "population", "groups": list("abcdefgh"[:size]), "before": welfare,
        "after": welfare[::-1] * 1.1, "line_after": 3.3, "weights_before": weights, "weights_after": weights,
        "reference": "mean", "amounts": [1.0, 2.0, 5.0], "first": welfare, "second": welfare * 1.1, "low": 0.5,
        "high": 9.0, "weights_first": weights, "weights_second": weights, "order": 2, "shares": [0.2, 0.5],
        "years": 2.0, "rate": "log", "cuts": [2.0, 5.0] if panels else (0.2, 0.5), "labels": None, "step": 1,
        "of": "row", "state": "poor", "event": "exit", "left_censored": "keep", "correct": False, "tau": 0.5,
        "reached": rng.random(size) < 0.5, "benefit": rng.choice([0.1, 1.1], size), "target": 0.4,
        "cost": np.ones(size), "design": None, "domain": np.ones(size, dtype=bool), "method": "auto",
        "interval": "t",
        "level": 0.9, "draws": 5, "seed": 1, "density": "sample",
    }  # fmt: skip
    wanted = inspect.signature(getattr(m, name)).parameters
    chosen = {key: good[key] for key in wanted if key in good}
    if name == "estimate":
        for key in ("line", "alpha", "epsilon", "quantile"):
            chosen[key] = None
        if chosen["measure"] in {"headcount", "sen"}:
            chosen["line"] = 3.0
    if name in {"quantile_share_ratio"}:
        chosen["convention"] = rng.choice(["divided", "laeken"])
    return chosen


def extreme(numbers: Any, rng: np.random.Generator) -> Any:
    """Numbers at the ends of floats, some or all."""
    ends = np.array([1e308, 1e-308, 5e-324, 1e155, 1e-155, 1e200, 1e100, 1e-100, 1e16, 0.0, -1.0, -1e308, 1.7e308])
    with np.errstate(over="ignore"):
        moved = numbers * rng.choice(ends)
    moved[~np.isfinite(moved)] = 1.7e308
    some = rng.random(numbers.shape) < rng.choice([0.3, 1.0])
    return np.where(some, rng.choice(ends, numbers.shape) if rng.random() < 0.5 else moved, numbers)


def hostile(good: Any, rng: np.random.Generator) -> Any:
    """Something else in the place of a good argument."""
    shape = np.shape(good) if isinstance(good, np.ndarray) else (3,)
    numbers = np.array(good, dtype=np.float64) if isinstance(good, np.ndarray) else np.ones(3)
    one = numbers.copy()
    one.flat[0] = rng.choice([np.nan, np.inf, -np.inf, 1e308, -1e308, 1e-308, 0.0, -1.0, 5e-324, 1e155, -1e-155])
    if isinstance(good, np.ndarray) and good.dtype.kind == "f" and rng.random() < 0.8:
        return extreme(numbers, rng)
    choices: list[Callable[[], Any]] = [
        lambda: None, lambda: "text", lambda: b"bytes", lambda: True, lambda: ...,
        lambda: {"a": 1.0}, lambda: {1: 2},
        lambda: (), lambda: np.array([]), lambda: {1.0}, lambda: [None], lambda: [[1.0], [2.0, 3.0]],
        lambda: np.ma.masked_array(numbers, mask=np.arange(numbers.size).reshape(shape) == 0),
        lambda: np.ma.masked, lambda: numbers.astype(np.complex128), lambda: numbers > 0,
        lambda: numbers[..., None], lambda: np.ones((2, 2)), lambda: one, lambda: -numbers,
        lambda: numbers * 0.0,
        lambda: numbers.astype(str), lambda: numbers.astype(object),
        lambda: numbers.astype(np.float16), lambda: numbers.astype(np.int64),
        lambda: numbers.astype("datetime64[s]"),
        lambda: pd.Series(numbers.ravel(), index=np.arange(numbers.size)[::-1]),
        lambda: pd.DataFrame({"a": [1.0, 2.0]}),
        lambda: float("nan"), lambda: float("inf"), lambda: -1.0, lambda: 0.0, lambda: 1e308, lambda: 1e-308,
        lambda: 5e-324, lambda: 10**400, lambda: 1 + 2j, lambda: np.float32(0.3), lambda: np.int8(2),
        lambda: 1e-17,
        lambda: np.datetime64("2020-01-01"), lambda: range(3), lambda: iter([1.0]), lambda: lambda *_: 1.0,
        lambda: m.RelativeLine(share=0.6), lambda: 1000.0, lambda: [1e308, 1e308, 1e308],
        lambda: [-1e308, 1e308, 1.0],
        lambda: list(numbers.ravel()), lambda: pd.array([1, None, 3], dtype="Int64"), lambda: ["a", 1, None],
    ]  # fmt: skip
    return choices[int(rng.integers(len(choices)))]()


def numbers_of(value: Any) -> Iterator[float]:
    """Every number of a result."""
    if isinstance(value, pd.DataFrame):
        yield from value.select_dtypes("number").to_numpy(dtype=np.float64).ravel()
    elif isinstance(value, m.Estimate):
        yield from (value.estimate, value.se)
    elif has(type(value)):
        for part in asdict(value, recurse=False).values():
            yield from numbers_of(part)
    elif isinstance(value, np.ndarray | tuple | list):
        for part in value:
            yield from numbers_of(part)
    elif isinstance(value, float | int | np.number):
        yield float(value)


def one(seed: int) -> tuple[str, str, str | None]:
    """Name of the measure, what came of it, and a fault or None."""
    rng = np.random.default_rng(seed)
    name = NAMES[int(rng.integers(len(NAMES)))]
    arguments = base(name, rng)
    changed = [str(key) for key in rng.choice(list(arguments), size=int(rng.choice([1, 1, 2])), replace=False)]
    for key in changed:
        arguments[key] = hostile(arguments[key], rng)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = getattr(m, name)(**arguments)
    except gr.GraduasiError:
        return name, "refused", None
    except Exception as error:
        shown = {key: arguments[key] for key in changed}
        return name, "failed", f"seed {seed}: {name}({shown!r:.300}) {type(error).__name__}: {error!s:.200}"
    if name not in MAY_BE_NAN and not all(math.isfinite(number) for number in numbers_of(found)):
        shown = {key: arguments[key] for key in changed}
        return name, "failed", f"seed {seed}: {name}({shown!r:.300}) gave {found!r:.200}"
    return name, "taken", None


def main(first: int, last: int) -> int:
    """Print faults and counts; the number of faults."""
    counts: Counter[str] = Counter()
    for seed in range(first, last):
        _, outcome, fault = one(seed)
        counts[outcome] += 1
        if fault is not None:
            print(fault)
    print(", ".join(f"{count:,} {outcome}" for outcome, count in counts.most_common()))
    return counts["failed"]


if __name__ == "__main__":
    sys.exit(1 if main(int(sys.argv[1]), int(sys.argv[2])) else 0)
