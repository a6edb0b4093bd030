"""Hypothesis strategies read from the declarations on the fields: what a field takes, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import attrs
from hypothesis import strategies as st

import graduasi as gr
from graduasi.fields import Domain, Spec, spec_of
from graduasi.population import ColumnMap
from graduasi.scenario import FromFigures

LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn"))
FAR = 1e6  # open intervals of numbers are tried this far
NEAR = 1e-3  # and an open end this near

# Fields without a declaration of their own, and spreads that a computer's numbers hold, by class and name.
OTHERS: dict[tuple[type, str], st.SearchStrategy[Any]] = {
    (gr.GivenList, "ids"): st.lists(st.sampled_from(["0012", "12", "é", "r-3"]), min_size=1, unique=True),
    (FromFigures, "line"): st.builds(
        gr.PovertyLine, amount=st.floats(1.0, FAR), label=st.sampled_from(["local", "extreme"])
    ),
}


def inside(domain: Domain, far: float = FAR) -> st.SearchStrategy[float]:
    """Numbers of a domain, both ends among them where they are closed."""
    low, high = max(domain.low, -far), min(domain.high, far)
    room = (high - low) * NEAR
    low += room if domain.low_open else 0.0
    high -= room if domain.high_open else 0.0
    return st.sampled_from([low, high]) | st.floats(low, high, allow_subnormal=False)


def outside(domain: Domain) -> st.SearchStrategy[float]:
    """Numbers that a domain does not hold: beyond its ends, at an open end, and none at all."""
    beyond = [math.nan, math.inf, -math.inf]
    if math.isfinite(domain.low):
        beyond += [
            domain.low - NEAR - abs(domain.low) * NEAR,
            domain.low - FAR - abs(domain.low),
            *([domain.low] if domain.low_open else []),
        ]
    if math.isfinite(domain.high):
        beyond += [
            domain.high * (1 + NEAR) + NEAR,
            2 * domain.high + FAR,
            *([domain.high] if domain.high_open else []),
        ]
    return st.sampled_from(beyond)


def doubtful(domain: Domain) -> st.SearchStrategy[gr.Uncertain]:
    """Distributions whose draws stay inside a domain."""
    narrow = inside(domain, far=100.0)
    kinds: list[st.SearchStrategy[gr.Uncertain]] = [
        st.tuples(narrow, narrow, narrow).map(sorted).map(
            lambda ends: gr.Uncertain.triangular(low=ends[0], mode=ends[1], high=ends[2])
        ),
        st.builds(gr.Uncertain.normal, mean=narrow, sd=st.just(0.0)),
    ]  # fmt: skip
    if domain.low <= 0 and domain.high >= 1:
        kinds.append(
            st.builds(gr.Uncertain.logit_normal, median=st.floats(0.01, 0.99), sd_logit=st.floats(0.01, 2.0))
        )
        kinds.append(st.builds(gr.Uncertain.beta, mean=st.floats(0.1, 0.9), sd=st.floats(0.01, 0.29)))
    if (domain.low <= 0 or domain.low_soft) and domain.high_soft and domain.high > 1e6:
        kinds.append(st.builds(gr.Uncertain.log_normal, median=st.floats(0.01, 100.0), sd_log=st.floats(0.01, 1.0)))
    if domain.low_soft and domain.low <= -20 and domain.high_soft:
        kinds.append(st.builds(gr.Uncertain.normal, mean=st.floats(-1.0, 1.0), sd=st.floats(0.01, 2.0)))
    return st.one_of(kinds)


def good(spec: Spec) -> st.SearchStrategy[Any]:
    """What a declared field takes."""
    match spec.kind:
        case "text":
            return st.text(LETTERS, min_size=1, max_size=12).filter(lambda words: bool(words.strip()))
        case "flag":
            return st.booleans()
        case "choice":
            return st.sampled_from(spec.choices)
        case "count":
            low = int(spec.domain.low)
            return st.integers(low, int(min(spec.domain.high, low + 40)))
    plain = inside(spec.domain)
    return plain | doubtful(spec.domain) if spec.uncertain else plain


def bad(spec: Spec) -> st.SearchStrategy[Any]:
    """What a declared field refuses: other types, and numbers outside its domain."""
    match spec.kind:
        case "text":
            return st.sampled_from(["", "  ", 3, True, b"x"])
        case "flag":
            return st.sampled_from([0, 1, "true", 1.0])
        case "choice":
            return st.text(max_size=6).filter(lambda word: word not in spec.choices) | st.sampled_from([1, True])
        case "count":
            return st.sampled_from(["3", True, 1.9, math.nan, int(spec.domain.low) - 1])
    return st.sampled_from(["0.5", True, False, 1j]) | outside(spec.domain)


def fields_of(kind: type) -> dict[str, st.SearchStrategy[Any]]:
    """A strategy for each field of `kind` that is declared, or that must be given."""
    found: dict[str, st.SearchStrategy[Any]] = {}
    for attribute in attrs.fields(kind):
        spec = spec_of(attribute)
        if spec is not None:
            own = OTHERS.get((kind, attribute.name), good(spec))
            found[attribute.name] = own | st.none() if attribute.default is None else own
        elif attribute.default is attrs.NOTHING:
            found[attribute.name] = OTHERS[kind, attribute.name]
    return found


def built(kind: type) -> st.SearchStrategy[Any]:
    """Objects of `kind`: what must be given, and any of the rest."""
    each = fields_of(kind)
    needed = {item.name for item in attrs.fields(kind) if item.default is attrs.NOTHING}
    return st.fixed_dictionaries(
        {name: each[name] for name in needed}, optional={name: each[name] for name in each.keys() - needed}
    ).map(lambda given: kind(**(_fitting(given) if issubclass(kind, ColumnMap) else given)))


def _fitting(given: dict[str, Any]) -> dict[str, Any]:
    """A column map whose fields go together: what one asks for is there, what it excludes is not."""
    needs_sizes = given["per"] != "person" or given.get("weight_of") == "person"
    sizes = {"members": given.get("members") or "size"} if needs_sizes else {}
    fit = {name: value for name, value in given.items() if name not in {"region", "scale"}} | sizes
    if fit.get("members") is not None:
        fit.pop("assumed_members", None)
    if given["per"] == "adult equivalent":
        fit["scale"] = given.get("scale") or "oecd"
        fit["children"] = given.get("children") or "young"
    if given.get("region") is not None:
        lines = {"region": given["region"], "region_lines": {"a": 80.0, "b": 100.0}}
        fit |= lines | {"line": gr.PovertyLine(amount=90.0, label="both", currency=given.get("currency", "IDR"))}
        fit.pop("price_index", None)
    return fit
