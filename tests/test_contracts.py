"""What every variant of every registry keeps, tried on objects drawn from the declarations of their fields."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

import attrs
import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import bad, built, fields_of

import graduasi as gr
from graduasi.channels import CHANNELS, NOTHING
from graduasi.fields import KEY, Spec, describe, spec_of
from graduasi.income import BEHAVIOURS, MODELS, PROCESSES, TECHNOLOGIES, CrossSection, Here
from graduasi.interventions import INTERVENTIONS, Amount, Schedule
from graduasi.policy import EXITS, RANKINGS
from graduasi.policy.enrolment import common_refinement, enrol
from graduasi.policy.lanes import Lanes
from graduasi.policy.offer import Offer
from graduasi.policy.registry import RegistryView
from graduasi.policy.roster import Registries
from graduasi.scenario import FromPublished, ReportPlan, schema
from graduasi.scenario.files import CONVERTER, TAGGED
from graduasi.scenario.populations import SOURCES
from graduasi.simulation.arms import Arms, Deliveries
from graduasi.streams import Streams, hash_ids
from graduasi.uncertain import DISTRIBUTIONS, as_number, at_quantile, uncertainties

REGISTRIES: dict[str, Mapping[str, type]] = {
    "INTERVENTIONS": INTERVENTIONS,
    "MODELS": MODELS,
    "PROCESSES": PROCESSES,
    "TECHNOLOGIES": TECHNOLOGIES,
    "BEHAVIOURS": BEHAVIOURS,
    "RANKINGS": RANKINGS,
    "EXITS": EXITS,
    "DISTRIBUTIONS": DISTRIBUTIONS,
    "SOURCES": SOURCES,
}
PARTS = (gr.Registry, gr.Rollout, gr.Budget, gr.Eligibility)
DEFINITIONS = schema()["$defs"]
VARIANTS = [(registry, name) for registry, kinds in REGISTRIES.items() for name in kinds]
# What stands where a file names no kind.
DEFAULT = gr.HouseholdEconomy()
IMPLIED = {type(each) for each in (DEFAULT, DEFAULT.process, DEFAULT.technology, DEFAULT.behaviour)}
# Constraints between their fields: their own tests draw them.
TIED = {DISTRIBUTIONS["beta"], DISTRIBUTIONS["triangular"]}
SINGLE = [kind for kinds in REGISTRIES.values() for kind in kinds.values() if kind not in TIED] + [*PARTS]
DECLARED = [
    pytest.param(kind, name, id=f"{kind.__name__}.{name}")
    for kind in (*SINGLE, gr.PovertyLine, *TIED)
    for name, _, _ in describe(kind)
]


def variant(registry: str, name: str) -> type:
    return REGISTRIES[registry][name]


def least(kind: type) -> dict[str, Any]:
    """A plain value for each field that must be given."""
    plain: dict[str, Any] = {"label": "x", "line": gr.PovertyLine(amount=1.0, label="x"), "ids": ("a",)}
    plain |= {"low": 0.0, "mode": 0.5, "high": 1.0, "sd": 0.1}
    found = {}
    for item in attrs.fields(kind):
        if item.default is attrs.NOTHING:
            spec = spec_of(item)
            words = {"text": "x", "choice": spec.choices[0] if spec and spec.choices else ""}
            found[item.name] = plain.get(item.name, words.get(spec.kind, 0.5) if spec else None)
            if spec and spec.domain.low >= 1:
                found[item.name] = spec.domain.low
    return found


@pytest.mark.parametrize(("registry", "name"), VARIANTS)
def test_a_variant_is_named_documented_and_built_from_the_least(registry: str, name: str) -> None:
    kind = variant(registry, name)
    tag = getattr(kind, "family" if registry == "DISTRIBUTIONS" else "kind", name)
    assert tag == name
    assert not inspect.isabstract(kind)
    assert kind.__doc__
    assert kind.__module__.startswith("graduasi.")
    one, two = kind(**least(kind)), kind(**least(kind))
    assert one == two
    assert one is not two
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.nothing_of_the_kind = 1


@pytest.mark.parametrize(("registry", "name"), VARIANTS)
def test_a_variant_is_in_the_schema_with_its_fields(registry: str, name: str) -> None:
    kind = variant(registry, name)
    definition = DEFINITIONS[kind.__name__]
    tags = {"family" if registry == "DISTRIBUTIONS" else "kind"}
    assert set(definition["properties"]) == {item.name for item in attrs.fields(kind) if item.init} | tags
    assert definition["additionalProperties"] is False
    needed = {item.name for item in attrs.fields(kind) if item.default is attrs.NOTHING}
    assert set(definition["required"]) == needed | (set() if kind in IMPLIED else tags)
    assert definition["description"]
    for tag in tags:
        assert definition["properties"][tag]["const"] == name


@pytest.mark.parametrize(("kind", "name"), DECLARED)
def test_a_declared_field_says_what_it_means_and_in_what_unit(kind: type, name: str) -> None:
    spec = getattr(attrs.fields(kind), name).metadata[KEY]
    assert isinstance(spec, Spec)
    assert spec.meaning.strip() == spec.meaning != ""
    assert bool(spec.unit) == (spec.kind in {"number", "count"})
    assert bool(spec.choices) == (spec.kind == "choice")
    assert spec.need().startswith(("a ", "an ", "one of ", "money ", "True "))


def base(kind: type) -> Any:
    """The type by which a scenario's field names it."""
    return next((base for base, kinds, _ in TAGGED if kind in kinds.values()), kind)


@pytest.mark.parametrize("kind", SINGLE, ids=lambda kind: kind.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_what_a_declaration_allows_is_built_drawn_written_and_read(kind: type, data: st.DataObject) -> None:
    one = data.draw(built(kind))
    u = data.draw(st.floats(1e-9, 1 - 1e-9))
    assert CONVERTER.structure(CONVERTER.unstructure(one), base(kind)) == one
    if isinstance(one, gr.Uncertain):
        low, high = one.support()
        drawn = one.quantile(u)
        assert at_quantile((one,), u)[0] == pytest.approx(drawn, rel=0, abs=0)
        assert low <= drawn <= high or drawn == pytest.approx(low, rel=1e-12)
        return
    known = at_quantile(one, u)
    assert list(uncertainties(known, "x")) == []
    assert at_quantile(known, u) is known
    for name, spec, default in describe(kind):
        drawn = getattr(known, name)
        if spec.kind == "number" and not (drawn is None and default is None):
            ends = attrs.evolve(spec.domain, low_open=False, high_open=False)
            # An infinite support is cut by rounding at the very end: a share of 1 - 1e-17 is 1.
            assert ends.holds(as_number(drawn)), (name, drawn)


@pytest.mark.parametrize("kind", SINGLE, ids=lambda kind: kind.__name__)
@settings(max_examples=10)
@given(data=st.data())
def test_what_is_written_is_in_the_schema(kind: type, data: st.DataObject) -> None:
    document = CONVERTER.unstructure(data.draw(built(kind)))
    plain = {key: list(item) if isinstance(item, tuple) else item for key, item in document.items()}
    found = jsonschema.Draft202012Validator({"$defs": DEFINITIONS, "$ref": f"#/$defs/{kind.__name__}"})
    assert [error.message for error in found.iter_errors(plain)] == []


@pytest.mark.parametrize(("kind", "name"), DECLARED)
@settings(max_examples=15)
@given(data=st.data())
def test_what_a_declaration_does_not_allow_is_refused_in_its_words(
    kind: type, name: str, data: st.DataObject
) -> None:
    spec = getattr(attrs.fields(kind), name).metadata[KEY]
    value = data.draw(bad(spec))
    with pytest.raises(gr.InputError) as caught:
        kind(**(least(kind) | {name: value}))
    shown = (
        float(value) if isinstance(value, int) and not isinstance(value, bool) and spec.kind == "number" else value
    )
    assert str(caught.value) == f"{kind.__name__}.{name} must be {spec.need()}; got {shown!r}"


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=INTERVENTIONS)
@settings(max_examples=40)
@given(data=st.data(), months=st.integers(1, 60), u=st.floats(0.001, 0.999))
def test_a_schedule_is_a_table_by_month(
    kind: type[gr.Intervention], data: st.DataObject, months: int, u: float
) -> None:
    each = at_quantile(data.draw(built(kind)), u)
    plan, longer = each.schedule(months), each.schedule(months + 7)
    tables, further = tables_of(plan), tables_of(longer)
    assert len(tables) <= len(further)
    for table in tables:
        assert table.shape == (months + 1,)
        assert table.dtype == np.float64
        assert np.isfinite(table).all()
    # a channel that opens after the horizon is not named within it
    for amount in plan.amounts:
        same = [own for own in longer.amounts if told(own) == told(amount)]
        assert any(np.array_equal(amount.by_month, own.by_month[: months + 1]) for own in same), "the horizon"
    np.testing.assert_array_equal(plan.delivery, longer.delivery[: months + 1], err_msg="the horizon moves it")
    assert plan.start_up == as_number(each.start_up)
    assert 0.0 <= plan.completion <= 1.0
    assert (plan.delivery >= 0.0).all()
    assert plan.delivery.sum() <= as_number(each.delivery) * (1 + 1e-9)
    assert (plan.total("insured_share") >= 0.0).all()
    assert (plan.total("insured_share") <= 1.0).all()
    assert plan.channels == {name for name in CHANNELS if plan.total(name).any()}


def tables_of(plan: Schedule) -> list[Any]:
    return [*(amount.by_month for amount in plan.amounts), plan.delivery]


def told(amount: Amount) -> tuple[str, str, str]:
    return amount.channel, amount.per, amount.holds


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=INTERVENTIONS)
@pytest.mark.parametrize("start", [0, 3])
def test_nothing_passes_before_enrolment(kind: type[gr.Intervention], start: int) -> None:
    each = at_quantile(kind(**least(kind), delivery=6.0), 0.5)
    one = gr.Programme(name="one", interventions=[each], rollout=gr.Rollout(start=start))
    offer, members, weight = Offer(programme=one, months=30), np.array([2.0, 5.0]), np.array([1.0, 3.5])
    keys = hash_ids(["a", "b"])
    view = RegistryView(observed=None, row=np.arange(2), weight=weight, keys=keys)  # type: ignore[arg-type]
    enrolled = enrol(
        offer, view, rank=np.arange(2.0), candidate=np.ones(2, dtype=bool), members=members, money=None,
        places=None, start=start,
    )  # fmt: skip
    segments = common_refinement([enrolled])
    assert segments.weight.tolist() == weight.tolist()
    arms = Arms(
        policy=np.zeros(2, dtype=np.intp), row=segments.row, weight=segments.weight, members=members[segments.row],
        weights=weight[None], squared=weight**2, stratum=np.zeros(2, dtype=np.intp), columns={},
        month_in=segments.month_in, month_out=segments.month_out, month_first=segments.month_first,
        shift=np.zeros(1, dtype=np.intp),
    )  # fmt: skip
    lanes = Lanes(streams=Streams(seed=3, draw=0), keys=keys)
    deliveries = Deliveries(arms, [offer], np.ones((1, 1)), lanes, slice(0, 2))
    opened, spent = False, 0.0
    for month in range(31):
        got, handed = deliveries.month(month)
        cost = sum(float((own.transfer + own.delivery + own.staff).sum()) for own in handed)
        assert set(got.levels) <= set(CHANNELS)
        flows = any(got.flows(channel) for channel in CHANNELS)
        assert month >= start or (not flows and cost == 0.0)
        opened |= flows
        spent += cost
    assert opened
    assert spent > 0.0


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=INTERVENTIONS)
def test_an_unresolved_intervention_has_no_schedule(kind: type[gr.Intervention]) -> None:
    doubt = gr.Uncertain.triangular(low=0.0, mode=1.0, high=2.0)
    with pytest.raises(gr.InputError) as caught:
        attrs.evolve(at_quantile(kind(**least(kind)), 0.5), start_up=doubt).schedule(3)
    assert str(caught.value) == f"a plain number is needed here: resolve the object first; got {doubt!r}"


SIZE, MONTHS = 60, 5
KEYS = hash_ids([f"h{number}" for number in range(SIZE)])


def cross(distributions: int) -> CrossSection:
    return CrossSection(
        welfare=np.exp(np.random.default_rng(4).normal(5.0, 0.5, SIZE)), person_weight=np.ones(SIZE), keys=KEYS,
        distribution=np.arange(SIZE) % distributions, distributions=distributions, lines=np.array([80.0, 150.0]),
        months=MONTHS,
    )  # fmt: skip


@pytest.mark.parametrize("kind", PROCESSES.values(), ids=PROCESSES)
@pytest.mark.parametrize("distributions", [1, 3])
def test_a_process_keeps_the_protocol_in_several_distributions(kind: type, distributions: int) -> None:
    draw = at_quantile(kind(), 0.5).prepare(cross(distributions))
    streams = Streams(seed=3, draw=0)
    block, half = draw.begin(streams, slice(0, SIZE)), draw.begin(streams, slice(SIZE // 2, SIZE))
    rows, later = np.arange(SIZE), np.arange(SIZE - SIZE // 2)
    assert draw.observe(block.scores(), 0.2, np.zeros(SIZE, dtype=np.float32)).ranks_alike is (distributions == 1)
    for month in range(MONTHS + 1):
        block.advance(month)
        half.advance(month)
        welfare = block.welfare(rows)
        assert welfare.shape == block.level(rows).shape == block.scores().shape == (SIZE,)
        assert np.isfinite(welfare).all()
        assert (welfare > 0).all()
        assert np.array_equal(half.welfare(later), welfare[SIZE // 2 :])
        np.testing.assert_array_equal(block.below(), welfare < np.array([[80.0], [150.0]]))
        seen = block.chance_below(rows, np.ones(SIZE))
        assert seen.shape == (2, SIZE)
        assert ((seen >= 0) & (seen <= 1)).all()
        bins = block.bins()
        assert (bins is not None) is (draw.bin_count > 0)
        for line in range(2 if bins is not None else 0):
            table = draw.chances(month, line)
            assert table.shape == (draw.bin_count,)
            np.testing.assert_allclose(table[bins], seen[line], atol=0.02)


@pytest.mark.parametrize("kind", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("distributions", [1, 3])
def test_a_model_without_help_leaves_the_process_alone(kind: type, distributions: int) -> None:
    draw = at_quantile(kind(), 0.5).prepare(cross(distributions))
    luck = draw.process.begin(Streams(seed=3, draw=0), slice(0, SIZE))
    rows = np.arange(SIZE)
    words = {purpose: luck.words.at(purpose, 0, rows) for purpose in draw.purposes}
    here = Here(month=0, welfare=luck.welfare(rows), level=luck.level(rows), words=words)
    flows = draw.consume(here, draw.first(here), NOTHING)
    np.testing.assert_array_equal(flows.welfare, here.welfare)
    assert np.all(np.asarray(flows.gained) == 0.0)
    assert np.all(np.asarray(flows.insured) == 0.0)


@pytest.mark.parametrize("kind", PROCESSES.values(), ids=PROCESSES)
@pytest.mark.parametrize("distributions", [1, 3])
@pytest.mark.parametrize("ratio", [0.01, 0.6, 1.0, 1.8, 100.0])
def test_nobody_is_seen_below_what_help_lifts_all_over(kind: type, distributions: int, ratio: float) -> None:
    block = at_quantile(kind(), 0.5).prepare(cross(distributions)).begin(Streams(seed=3, draw=0), slice(0, SIZE))
    seen = block.chance_below(np.arange(SIZE), np.full(SIZE, ratio))
    given = cross(distributions)
    # A survey with errors sees anybody anywhere in the distribution; one without sees the truth.
    alone = block.chance_below(np.arange(SIZE))
    sees_all = bool(((alone > 0.0) & (alone < 1.0)).any())
    for code in range(distributions):
        own = given.distribution == code
        for line, amount in enumerate(given.lines):
            if (given.welfare[own] * ratio > amount).all():
                assert (seen[line, own] == 0.0).all()
            elif (given.welfare[own] * ratio < amount).all():
                assert (seen[line, own] == 1.0).all()
            elif sees_all:
                assert (seen[line, own] > 0.0).all()
            else:
                assert set(seen[line, own]) == {0.0, 1.0}


@pytest.mark.parametrize("kind", RANKINGS.values(), ids=RANKINGS)
def test_a_ranking_ranks_each_household_by_itself(kind: type) -> None:
    process = at_quantile(gr.RankProcess(), 0.5).prepare(cross(1))
    streams = Streams(seed=3, draw=0)
    lanes, every = Lanes(streams=streams, keys=KEYS), np.arange(SIZE)
    registries = Registries(
        process.observe, lanes, weight=np.ones(SIZE), members=np.ones(SIZE), keys=KEYS,
        columns={"proxy": np.arange(SIZE) // 2},
    )  # fmt: skip
    registries.go_to(0, process.begin(streams, slice(0, SIZE)).scores())
    view = registries.view(at_quantile(gr.Registry(error_share=0.2), 0.5), every, np.ones(SIZE))
    needs = {"given_list": {"ids": ("h5", "h1", "h7")}, "by_column": {"column": "proxy"}}
    method = kind(**needs.get(kind.kind, {}))
    rank = method.rank(view, lanes, "one")
    assert rank.shape == (SIZE,)
    assert not np.isnan(rank).any()
    ranked = rank[np.isfinite(rank)]
    assert np.unique(ranked).size == ranked.size
    np.testing.assert_array_equal(method.rank(view, lanes, "one"), rank)
    if kind is gr.GivenList:
        assert np.argsort(rank)[:3].tolist() == [5, 1, 7]


@pytest.mark.parametrize("kind", SINGLE, ids=lambda kind: kind.__name__)
def test_the_strategies_reach_every_field(kind: type) -> None:
    declared = {name for name, _, _ in describe(kind)}
    needed = {item.name for item in attrs.fields(kind) if item.default is attrs.NOTHING}
    assert set(fields_of(kind)) == declared | needed


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_sure_value_at_an_open_end_is_refused(value: float) -> None:
    sure = gr.Uncertain.normal(mean=value, sd=0.0)
    with pytest.raises(gr.InputError) as caught:
        gr.ConcaveTechnology(curvature=sure)
    assert str(caught.value) == (
        f"ConcaveTechnology.curvature must be an exponent in [0.01, 0.99] at every draw; got {sure!r}"
    )
    assert gr.ConcaveTechnology(curvature=gr.Uncertain.beta(mean=0.6, sd=0.1)).monthly_return is not None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: gr.Condition(column="a", at_least=math.nan),
            "Condition.at_least must be a number in [-1e+18, 1e+18]; got nan",
        ),
        (
            lambda: gr.Condition(column="a", at_most="3"),
            "Condition.at_most must be a number in [-1e+18, 1e+18]; got '3'",
        ),  # type: ignore[arg-type]
        (
            lambda: gr.Eligibility(conditions=("a",)),
            "Eligibility.conditions[0] must be a Condition; got 'a'",
        ),
        *(
            (
                lambda month=month: gr.RankProcess(growth_path=((month, 1.0),)),
                "RankProcess.growth_path must be pairs (month, index) of rising months in [1, 1200] and indices in "
                f"[1e-06, 1e+06]; got (({month!r}, 1.0),)",
            )
            for month in (1.9, True)
        ),
        (lambda: ReportPlan(at=(True,)), "ReportPlan.at[0] must be a whole number in [1, 1200]; got True"),
        (
            lambda: published(doubt=("a", "b", "c")),
            "FromPublished.doubt[0] must be a number in [0, 5]; got 'a'",
        ),
        (lambda: published(known="no"), "FromPublished.known must be True or False; got 'no'"),
    ],
)
def test_fields_without_a_declaration_are_checked_too(make: Any, message: str) -> None:
    with pytest.raises(gr.InputError) as caught:
        make()
    assert str(caught.value) == message


def published(**rest: Any) -> FromPublished:
    return FromPublished(
        table="kab_bekasi_poverty",
        period="2023",
        persons=1e6,
        gini=0.3,
        mean_members=3.7,
        mean_members_poor=4.0,
        **rest,
    )
