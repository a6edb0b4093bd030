"""Priors: one row a figure, and the defaults that name their rows."""

from __future__ import annotations

import attrs
import pytest

import graduasi as gr
from graduasi.evidence import constant, prior, priors, source_of, studies
from graduasi.evidence.priors import DOUBT, KNOWN
from graduasi.fields import describe
from graduasi.scenario import FromFigures
from graduasi.study import uncertain_inputs
from graduasi.uncertain import CONSTRUCTORS, Uncertain

OWNERS = (gr.RankProcess, gr.ConcaveTechnology, gr.Saving, gr.Coaching, gr.SkillsTraining, gr.Registry)
# Columns of the points that fill all dimensions: numbers are never used again, new ones stand at the end.
DIMENSIONS = [
    "population tail", "survey error share", "permanent share", "transitory share", "yearly persistence",
    "return to capital", "saved share of gains", "invested share", "sold share of assets", "coaching effect",
    "coaching retention", "training effect", "registry error share", "pooled effect of a full package",
]  # fmt: skip


def test_a_prior_is_a_value_with_doubt_that_names_its_row() -> None:
    assert prior("return to capital") == Uncertain.log_normal(
        median=0.028,
        sd_log=0.4,
        name="return to capital",
        source="fitted to the open trial evidence (prototype of the project, 2026)",
    )
    assert prior("coaching effect") == Uncertain.effect(
        mean=0.04, se=0.025, between=0.05, name="coaching effect", source=source_of("coaching effect")
    )


def test_every_row_says_what_it_is_and_how_it_is_known() -> None:
    known_studies = {study.id for study in studies()}
    names = [each.name for each in priors()]
    assert len(names) == len(set(names))
    for each in priors():
        assert each.distribution in {*CONSTRUCTORS, "constant", "percentile"}
        assert each.known in KNOWN
        assert each.unit
        assert each.source
        assert set(each.studies) <= known_studies
        assert (each.dimension is None) == (each.distribution == "constant")
        assert not isinstance(each.value, Uncertain) or (each.value.name, each.value.source) == (
            each.name,
            each.source,
        )


def test_what_rests_on_a_recalled_figure_says_so() -> None:
    recalled = {study.id for study in studies() if study.from_memory}
    for each in priors():
        assert each.from_memory or not recalled & set(each.studies)
    assert [each.name for each in priors() if each.from_memory] == ["training effect"]


def test_a_dimension_keeps_its_number() -> None:
    assert [each.name for each in priors() if each.dimension is not None] == DIMENSIONS
    assert [each.dimension for each in priors() if each.dimension is not None] == list(range(len(DIMENSIONS)))


@pytest.mark.parametrize("owner", OWNERS, ids=lambda owner: owner.__name__)
def test_every_default_with_doubt_is_that_of_its_row(owner: type) -> None:
    defaults = [default for _, _, default in describe(owner) if isinstance(default, Uncertain)]
    assert owner in {gr.ConcaveTechnology, gr.Saving} or defaults
    for default in defaults:
        assert default == prior(default.name)


def test_every_input_of_the_default_run_has_a_dimension(small_population: gr.Population) -> None:
    programme = gr.Programme(name="all", interventions=[gr.Coaching(), gr.SkillsTraining()])
    policy = gr.Policy(name="all", programmes=[programme])
    names = uncertain_inputs(small_population, gr.HouseholdEconomy(), policy)
    dimensions = {each.name: each.dimension for each in priors()}
    assert names
    assert None not in [dimensions[name] for name in names]


@pytest.fixture
def small_population() -> gr.Population:
    return gr.Population.from_aggregates(
        persons=1e5, line=gr.PovertyLine(amount=1e6, label="local"), headcount=0.1, gini=0.3, mean=2e6,
        mean_members=4.0, mean_members_poor=5.0, size=200,
    )  # fmt: skip


def test_the_doubt_of_published_figures_stands_in_one_place() -> None:
    assert DOUBT == (0.12, 0.35, 1.0)
    assert attrs.fields(FromFigures).doubt.default is DOUBT


def test_rows_that_are_not_there_and_rows_of_another_kind() -> None:
    with pytest.raises(gr.NotAvailableError) as caught:
        prior("luck")
    have = ", ".join(repr(each.name) for each in priors())
    assert str(caught.value) == f"there is no prior 'luck'; there are {have}"
    with pytest.raises(gr.InputError) as refused:
        prior("own assets")
    assert str(refused.value) == "prior.name must be a row with a distribution; got 'own assets', which has 3.0"
    with pytest.raises(gr.InputError) as refused:
        constant("population tail")
    assert str(refused.value) == (
        "constant.name must be a row with a plain number; got 'population tail', which has None"
    )
