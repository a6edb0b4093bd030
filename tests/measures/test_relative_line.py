"""A line that is a share of a median or mean, for a part of the population: whose median it is, and its error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import graduasi as gr
from graduasi.measures import RelativeLine, estimate, fgt, headcount
from graduasi.measures.influence import density
from graduasi.measures.ranks import weighted_quantile

DATA = pd.read_csv(Path(__file__).parent / "reference" / "estimate_input.csv")
WELFARE, WEIGHT = DATA["welfare"].to_numpy(), DATA["weight"].to_numpy()
FEMALE = DATA["female"].to_numpy() == 1
DESIGN = gr.SurveyDesign(strata=DATA["stratum"], clusters=DATA["cluster"])
ORDERS = {"headcount": 0.0, "poverty_gap": 1.0, "poverty_severity": 2.0}
OF = ("median", "mean")


def rate(name: str, line: Any, **changes: Any) -> Any:
    return estimate(name, WELFARE, WEIGHT, **({"line": line, "domain": FEMALE, "design": DESIGN} | changes))


def test_the_median_is_that_of_all() -> None:
    """As laeken's arpr(breakdown=) and convey have it: 2 of 3 live below .8 of the median of all six, 1 below their own."""
    welfare, domain = [1.0, 2.0, 3.0, 4.0, 10.0, 20.0], np.arange(6) < 3
    everybody = estimate("headcount", welfare, line=RelativeLine(share=0.8), domain=domain)
    assert everybody.estimate == pytest.approx(2 / 3)
    own = estimate("headcount", welfare, line=RelativeLine(share=0.8, among="domain"), domain=domain)
    assert own.estimate == pytest.approx(1 / 3)


@pytest.mark.parametrize("of", OF)
@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("method", ["linearisation", "bootstrap"])
def test_the_rate_is_that_at_the_line_of_all(name: str, of: Any, method: Any) -> None:
    line = RelativeLine(share=0.6, of=of)
    found = rate(name, line, method=method, draws=5)
    amount = line.amount(WELFARE, WEIGHT)
    assert found.estimate == pytest.approx(fgt(WELFARE[FEMALE], amount, ORDERS[name], WEIGHT[FEMALE]), rel=1e-12)
    assert found.estimate == rate(name, amount).estimate


def test_domains_add_up_to_all() -> None:
    line = RelativeLine(share=0.6)
    share = WEIGHT[FEMALE].sum() / WEIGHT.sum()
    women, men = rate("headcount", line), rate("headcount", line, domain=~FEMALE)
    whole = rate("headcount", line, domain=None)
    assert share * women.estimate + (1 - share) * men.estimate == pytest.approx(whole.estimate, rel=1e-12)
    everybody = rate("headcount", line, domain=np.ones(WELFARE.size, dtype=bool))
    assert (everybody.estimate, everybody.se) == (whole.estimate, whole.se)


@pytest.mark.parametrize("among", ["everybody", "domain"])
@pytest.mark.parametrize("name", ["poverty_gap", "poverty_severity"])
def test_influence_is_the_derivative_where_the_line_is_of_the_mean(name: str, among: Any) -> None:
    """Of all households, those outside the domain too: by differences of the measure itself when weights move."""
    line = RelativeLine(share=0.6, of="mean", among=among)
    parts = rate(name, line).parts
    rng = np.random.default_rng(1)
    step = 1e-6
    for _ in range(3):
        moved = rng.uniform(-1, 1, WEIGHT.size)
        up, down = (
            estimate(
                name, WELFARE, WEIGHT * (1 + side * step * moved), line=line, domain=FEMALE, design=DESIGN
            ).estimate
            for side in (1, -1)
        )
        assert (parts * moved).sum() == pytest.approx((up - down) / (2 * step), rel=1e-4)
    outside = np.abs(parts[~FEMALE]).max()
    assert (outside > 0) == (among == "everybody")


@pytest.mark.parametrize("rule", ["sample", "convey"])
def test_a_headcount_at_the_median_of_all_is_as_convey_has_it(rule: Any) -> None:
    """svyarpr of a subset: (1{x < L} - P) / N of the domain + the domain's density at L x influence on L of all."""
    domain = WEIGHT * FEMALE
    median = weighted_quantile(WELFARE, WEIGHT, 0.5)
    line = 0.6 * median
    share = headcount(WELFARE, line, domain)
    of_line = 0.6 * (0.5 - (median >= WELFARE)) / (WEIGHT.sum() * density(WELFARE, WEIGHT, median, rule))
    parts = (
        domain * ((line > WELFARE) - share) / domain.sum() + density(WELFARE, domain, line, rule) * of_line * WEIGHT
    )
    wanted = np.sqrt(DESIGN.variance(parts, DESIGN.layout(WEIGHT.size)))
    assert rate("headcount", RelativeLine(share=0.6), density=rule).se == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("of", OF)
@pytest.mark.parametrize("name", ["poverty_gap", "poverty_severity"])
def test_linearisation_and_bootstrap_are_of_one_size(name: str, of: Any) -> None:
    """Not the headcount: a density from 74 households is too rough for it."""
    line = RelativeLine(share=0.6, of=of)
    assert 0.8 < rate(name, line, method="bootstrap", draws=300, seed=1).se / rate(name, line).se < 1.3


@pytest.mark.parametrize(("name", "too_large"), [("headcount", 1.3), ("poverty_gap", 1.03)])
def test_the_error_is_the_spread_of_samples(name: str, too_large: float) -> None:
    """400 samples of 1,000 from a population of two unlike groups: the mean error against the spread of estimates.

    With the line taken as given it is too large (of the headcount by a third or more), as a large group pulls the median with it.
    """
    rng = np.random.default_rng(4)
    size, line = 1000, RelativeLine(share=0.8)
    found, errors, fixed = [], [], []
    for _ in range(400):
        domain = rng.random(size) < 0.8
        welfare = np.exp(np.where(domain, -0.3, 0.0) + 0.8 * rng.standard_normal(size))
        one = estimate(name, welfare, line=line, domain=domain)
        found.append(one.estimate)
        errors.append(one.se)
        fixed.append(estimate(name, welfare, line=line.amount(welfare, np.ones(size)), domain=domain).se)
    spread = float(np.std(found, ddof=1))
    # The standard error of a standard deviation of 400 is 3.5%.
    assert float(np.mean(errors)) / spread == pytest.approx(1.0, abs=0.11)
    assert float(np.mean(fixed)) / spread > too_large


def test_replicates_move_the_line_of_all() -> None:
    """In each replicate the line is that of all its households, not of the domain alone."""
    rng = np.random.default_rng(2)
    replicates = WEIGHT[:, None] * rng.uniform(0.5, 1.5, (WEIGHT.size, 12))
    line = RelativeLine(share=0.6, of="mean")
    values = np.array(
        [headcount(WELFARE[FEMALE], line.amount(WELFARE, column), column[FEMALE]) for column in replicates.T]
    )
    for combined, matrix in ((True, replicates), (False, replicates / WEIGHT[:, None])):
        design = gr.SurveyDesign(replicate_weights=matrix, combined=combined)
        found = rate("headcount", line, design=design)
        assert found.se == pytest.approx(float(values.std() * np.sqrt(12 / 11)), rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"among": "women"}, "RelativeLine.among must be one of 'everybody', 'domain'; got 'women'"),
        ({"share": "half"}, "RelativeLine.share must be a number above 0; got 'half'"),
        ({"share": float("nan")}, "RelativeLine.share must be a number above 0; got nan"),
    ],
)
def test_lines_that_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        RelativeLine(**({"share": 0.6} | changes))
    assert str(caught.value) == message
