"""Every record of a measure: its axioms are drawn, its influence is its derivative, its page names it; and a new one."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from tests.measures.axioms import CHECKS, Case, broken, cases

import graduasi as gr
from graduasi.measures import MEASURES, Measure, estimate, influence
from graduasi.measures.measure import AXIOMS

DOCS = Path(__file__).parents[2] / "docs"
# What holds is declared, but for axioms that say nothing of a measure: lines, for those without; 0 where all are equal.
VACUOUS = {
    "none": {"focus", "monotonicity"},
    "fixed": {"equality", "proportional"},
    "moving": {"equality", "proportional"},
}


def squared_log_gap(welfare: np.ndarray, line: np.ndarray, weights: np.ndarray) -> float:
    """A throw-away measure: mean squared log shortfall of the poor."""
    return float((weights * squared(welfare, line)).sum() / weights.sum())


def squared(welfare: np.ndarray, line: np.ndarray) -> np.ndarray:
    return np.maximum(np.log(line / welfare), 0.0) ** 2


NEW = Measure(
    name="squared_log_gap",
    function=squared_log_gap,
    arguments=("line",),
    influence=lambda welfare, weights, line: influence.mean(squared(welfare, line), weights),
    axioms=("symmetry", "replication", "scale", "focus", "monotonicity", "transfer", "subgroups"),
    page="measures.md#poverty",
)
EVERY = [*MEASURES.values(), NEW]


def test_every_axiom_has_a_meaning_and_a_check() -> None:
    assert list(CHECKS) == list(AXIOMS)


@pytest.mark.parametrize("measure", EVERY, ids=lambda measure: measure.name)
def test_axioms_that_are_declared_hold_and_no_other_does(measure: Measure) -> None:
    assert set(broken(measure)) - VACUOUS[measure.line] == set(AXIOMS) - measure.axioms - VACUOUS[measure.line]


# The influence of a quantile needs a density, and no weight moves it continuously.
@pytest.mark.parametrize(
    "measure", [measure for measure in EVERY if not measure.density], ids=lambda measure: measure.name
)
def test_the_influence_is_the_derivative_to_each_weight(measure: Measure) -> None:
    assert measure.influence is not None
    step = 1e-6
    for drawn in cases(count=6, seed=3):
        # Uneven weights, so that no quantile lies on the edge of a household, where there is no derivative.
        case = evolve(drawn, weight=drawn.weight * np.sqrt(2.0 + np.arange(drawn.weight.size)))
        given = {"line": np.full(case.welfare.size, case.line), **measure.defaults, **measure.example}
        arguments = [given[what] for what in measure.arguments]
        by_formula = measure.influence(case.welfare, case.weight, *arguments)
        for household in range(case.welfare.size):
            more, less = case.weight.copy(), case.weight.copy()
            more[household] += step
            less[household] -= step
            up, down = (measure.value(case.welfare, *arguments, weight) for weight in (more, less))
            assert by_formula[household] == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.name)
def test_every_measure_has_its_page(measure: Measure) -> None:
    page, _, section = measure.page.partition("#")
    text = (DOCS / page).read_text(encoding="utf-8")
    if section:
        heading = re.compile(rf"^#+ {section}$", re.IGNORECASE | re.MULTILINE)
        (found,) = heading.finditer(text)
        text = re.split(r"^#+ ", text[found.end() :], flags=re.MULTILINE)[0]
    assert f"`{measure.name}`" in text


def test_the_page_tells_the_axioms_of_every_measure() -> None:
    text = (DOCS / "measures.md").read_text(encoding="utf-8").split("## Axioms")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in row.strip("|").split("|")] for row in text.splitlines() if row.startswith("|")
    ]
    assert rows[0] == ["measure", *AXIOMS]
    assert rows[2:] == [
        [f"`{measure.name}`", *("yes" if axiom in measure.axioms else "" for axiom in AXIOMS)]
        for measure in MEASURES.values()
    ]
    for axiom, meaning in AXIOMS.items():
        assert f"- **{axiom}**: {meaning}" in text


@pytest.fixture(scope="module")
def survey() -> tuple[np.ndarray, np.ndarray, gr.SurveyDesign]:
    generator = np.random.default_rng(2)
    size = 240
    design = gr.SurveyDesign(
        clusters=np.arange(size) // 6,
        replicate_weights=generator.uniform(0.5, 1.5, (size, 20)),
        combined=False,
    )
    return np.exp(generator.normal(2.3, 0.6, size)), generator.uniform(1.0, 3.0, size), design


def test_a_new_measure_gets_its_errors_from_every_method(survey) -> None:  # type: ignore[no-untyped-def]
    welfare, weight, design = survey
    own = {
        method: estimate(NEW, welfare, weight, line=10.0, design=design, method=method, draws=60)
        for method in ("linearisation", "bootstrap", "replicates")
    }
    plain = squared_log_gap(welfare, np.full(welfare.size, 10.0), weight)
    as_function = estimate(
        lambda values, weights: squared_log_gap(values, np.full(values.size, 10.0), weights),
        welfare, weight, design=design, method="replicates",
    )  # fmt: skip
    assert {found.measure for found in own.values()} == {"squared_log_gap"}
    assert all(found.estimate == pytest.approx(plain, rel=1e-12) for found in own.values())
    assert own["replicates"].se == pytest.approx(as_function.se, rel=1e-12)
    assert own["bootstrap"].se == pytest.approx(own["linearisation"].se, rel=0.4)
    assert estimate(NEW, welfare, weight, line=10.0).method == "linearisation"


def test_one_line_of_the_registry_makes_a_name(survey, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    welfare, weight, design = survey
    given = {"line": 10.0, "design": design, "method": "linearisation"}
    by_record = estimate(NEW, welfare, weight, **given)
    monkeypatch.setitem(MEASURES, NEW.name, NEW)
    for measure in ("squared_log_gap", squared_log_gap):
        named = estimate(measure, welfare, weight, **given)
        assert (named.measure, named.estimate, named.se) == ("squared_log_gap", by_record.estimate, by_record.se)


def test_what_a_new_measure_does_not_declare_it_does_not_get(survey) -> None:  # type: ignore[no-untyped-def]
    welfare, weight, _ = survey
    with pytest.raises(
        gr.InputError, match="^" + re.escape("estimate.alpha is not an argument of squared_log_gap; got 2") + "$"
    ):
        estimate(NEW, welfare, weight, line=10.0, alpha=2)
    with pytest.raises(
        gr.InputError, match="^" + re.escape("estimate.line must be given for squared_log_gap; got none") + "$"
    ):
        estimate(NEW, welfare, weight)
    message = "estimate.line of squared_log_gap must be an amount for linearisation; use method='bootstrap'"
    with pytest.raises(gr.InputError, match="^" + re.escape(message) + "$"):
        estimate(NEW, welfare, weight, line=gr.measures.RelativeLine(share=0.6))
    bare = Measure(name="bare", function=lambda welfare, weights: 1.0)
    assert estimate(bare, welfare, weight, draws=2).method == "bootstrap"
    message = "estimate.method 'linearisation' needs a measure with an influence function; got bare"
    with pytest.raises(gr.InputError, match="^" + re.escape(message) + "$"):
        estimate(bare, welfare, weight, method="linearisation")


def test_a_record_of_unknown_words_is_refused() -> None:
    message = f"Measure.axioms must be some of {', '.join(AXIOMS)}; got 'fairness'"
    with pytest.raises(gr.InputError, match="^" + re.escape(message) + "$"):
        Measure(name="x", function=squared_log_gap, axioms=("fairness",))  # type: ignore[arg-type]
    with pytest.raises(
        gr.InputError, match=r"^Measure.arguments must be some of line, alpha, epsilon, quantile; got 'beta'$"
    ):
        Measure(name="x", function=squared_log_gap, arguments=("beta",))  # type: ignore[arg-type]


def test_a_declaration_that_is_wrong_is_found() -> None:
    """The drawn cases tell: a headcount does not mind a transfer from the poorest, nor is a Gini a mean."""
    assert "transfer" in broken(MEASURES["headcount"])
    assert "subgroups" in broken(MEASURES["gini"])
    assert any(case.welfare.min() < case.line <= case.welfare.max() for case in cases())
    assert isinstance(next(cases()), Case)
