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
from graduasi.fields import KEY, Spec, describe, spec_of
from graduasi.income import MODELS, CrossSection
from graduasi.interventions import DOORS, INTERVENTIONS
from graduasi.policy import TARGETING
from graduasi.scenario import FromPublished, ReportPlan, schema
from graduasi.scenario.files import CONVERTER, TAGGED
from graduasi.scenario.populations import SOURCES
from graduasi.streams import Streams, hash_ids
from graduasi.uncertain import DISTRIBUTIONS, as_number, at_quantile, uncertainties

REGISTRIES: dict[str, Mapping[str, type]] = {
    "INTERVENTIONS": INTERVENTIONS,
    "MODELS": MODELS,
    "TARGETING": TARGETING,
    "DISTRIBUTIONS": DISTRIBUTIONS,
    "SOURCES": SOURCES,
}
PARTS = (gr.RankLuck, gr.ConcaveTechnology, gr.Saving, gr.Registry, gr.Rollout, gr.Budget, gr.Eligibility)
DEFINITIONS = schema()["$defs"]
VARIANTS = [(registry, name) for registry, kinds in REGISTRIES.items() for name in kinds]
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
    tags = set() if registry == "MODELS" else {"family" if registry == "DISTRIBUTIONS" else "kind"}
    assert set(definition["properties"]) == {item.name for item in attrs.fields(kind) if item.init} | tags
    assert definition["additionalProperties"] is False
    needed = {item.name for item in attrs.fields(kind) if item.default is attrs.NOTHING}
    assert set(definition["required"]) == needed | tags
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
    for door in (*DOORS, "cash_per_member", "delivery"):
        table = getattr(plan, door)
        assert table.shape == (months + 1,)
        assert table.dtype == np.float64
        assert np.isfinite(table).all()
        np.testing.assert_array_equal(table, getattr(longer, door)[: months + 1], err_msg="the horizon moves it")
    assert plan.start_up == as_number(each.start_up)
    assert 0.0 <= plan.completion <= 1.0
    assert (plan.delivery >= 0.0).all()
    assert plan.delivery.sum() <= as_number(each.delivery) * (1 + 1e-9)
    assert (plan.cover >= 0.0).all()
    assert (plan.cover <= 1.0).all()
    assert plan.open_doors == tuple(door for door in (*DOORS, "cash_per_member") if getattr(plan, door).any())


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=INTERVENTIONS)
@pytest.mark.parametrize("start", [0, 3])
def test_nothing_passes_before_enrolment(kind: type[gr.Intervention], start: int) -> None:
    from graduasi.policy.enrolment import cut, door_levels, enrol

    each = at_quantile(kind(**least(kind), delivery=6.0), 0.5)
    one = gr.Programme(name="one", interventions=[each], rollout=gr.Rollout(start=start))
    members, weight = np.array([2.0, 5.0]), np.array([1.0, 3.5])
    enrolled = enrol(
        one, rank=np.arange(2.0), candidate=np.ones(2, dtype=bool), families=weight, members=members, months=30
    )
    pieces = cut([enrolled])
    assert pieces.weight.tolist() == weight.tolist()
    opened = False
    for month in range(31):
        levels = door_levels(pieces, month, members[pieces.row], [None])
        assert set(levels) == set(DOORS)
        flows = any(np.any(np.asarray(level) != 0.0) for level in levels.values())
        assert not flows or month >= start
        opened |= flows
    assert opened
    assert (enrolled.costs[:, :start] == 0.0).all()
    assert enrolled.costs.sum() > 0.0


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=INTERVENTIONS)
def test_an_unresolved_intervention_has_no_schedule(kind: type[gr.Intervention]) -> None:
    doubt = gr.Uncertain.triangular(low=0.0, mode=1.0, high=2.0)
    with pytest.raises(gr.InputError) as caught:
        kind(**least(kind), start_up=doubt).schedule(3)
    assert str(caught.value) == f"a plain number is needed here: resolve the object first; got {doubt!r}"


SIZE, MONTHS = 60, 5
KEYS = hash_ids([f"h{number}" for number in range(SIZE)])


def cross(groups: int) -> CrossSection:
    return CrossSection(
        welfare=np.exp(np.random.default_rng(4).normal(5.0, 0.5, SIZE)), person_weight=np.ones(SIZE), keys=KEYS,
        group=np.arange(SIZE) % groups, groups=groups, lines=np.array([80.0, 150.0]), months=MONTHS,
    )  # fmt: skip


@pytest.mark.parametrize("kind", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("groups", [1, 3])
def test_a_model_keeps_the_protocol(kind: type, groups: int) -> None:
    model = at_quantile(kind(), 0.5)
    luck = model.prepare(cross(groups))
    streams = Streams(seed=3, draw=0)
    block, half = luck.begin(streams, slice(0, SIZE)), luck.begin(streams, slice(SIZE // 2, SIZE))
    rows, later = np.arange(SIZE), np.arange(SIZE - SIZE // 2)
    assert luck.one_group is (groups == 1)
    for month in range(MONTHS + 1):
        if month:
            block.advance()
            half.advance()
        welfare = block.welfare(rows)
        assert welfare.shape == block.long_run(rows).shape == block.cells().shape == (SIZE,)
        assert np.isfinite(welfare).all()
        assert (welfare > 0).all()
        assert np.array_equal(half.welfare(later), welfare[SIZE // 2 :])
        seen = block.seen_below(rows, np.ones(SIZE))
        assert seen.shape == (2, SIZE)
        assert ((seen >= 0) & (seen <= 1)).all()
        for place, line in enumerate((80.0, 150.0)):
            clear = np.abs(welfare / line - 1) > 1e-4
            np.testing.assert_array_equal(block.below(place)[clear], (welfare < line)[clear])
            table = luck.seen_poor(month, place)
            assert table.shape == (luck.cell_count,)
            np.testing.assert_allclose(table[block.cells()], seen[place], atol=0.02)
    response = model.respond(block.long_run(rows) * 4.0, KEYS, streams)
    without = block.welfare(rows) * 4.0
    consumed, paid = response.consume(without, skill=0.0, gain=0.0, cover=0.0)
    np.testing.assert_array_equal(consumed, without)
    assert np.all(np.asarray(paid) == 0.0)


@pytest.mark.parametrize("kind", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("ratio", [0.01, 0.6, 1.0, 1.8, 100.0])
def test_nobody_is_seen_below_what_help_lifts_all_over(kind: type, groups: int, ratio: float) -> None:
    block = at_quantile(kind(), 0.5).prepare(cross(groups)).begin(Streams(seed=3, draw=0), slice(0, SIZE))
    seen = block.seen_below(np.arange(SIZE), np.full(SIZE, ratio))
    given = cross(groups)
    for code in range(groups):
        own = given.group == code
        for place, line in enumerate(given.lines):
            if (given.welfare[own] * ratio > line).all():
                assert (seen[place, own] == 0.0).all()
            elif (given.welfare[own] * ratio < line).all():
                assert (seen[place, own] == 1.0).all()
            else:
                assert (seen[place, own] > 0.0).all()


@pytest.mark.parametrize("kind", TARGETING.values(), ids=TARGETING)
def test_a_method_of_targeting_ranks_each_household_by_itself(kind: type) -> None:
    luck = at_quantile(gr.HouseholdEconomy(), 0.5).prepare(cross(1))
    streams = Streams(seed=3, draw=0)
    scores = luck.start_scores(streams, slice(0, SIZE))
    known = {"proxy": np.arange(SIZE) // 2}
    view = gr.Registry(error_share=0.2).look(scores, KEYS, luck, streams, columns=known)
    needs = {"given_list": {"ids": ("h5", "h1", "h7")}, "by_column": {"column": "proxy"}}
    method = kind(**needs.get(kind.kind, {}))
    rank = method.rank(view, KEYS, streams, "one")
    assert rank.shape == (SIZE,)
    assert not np.isnan(rank).any()
    ranked = rank[np.isfinite(rank)]
    assert np.unique(ranked).size == ranked.size
    np.testing.assert_array_equal(method.rank(view, KEYS, streams, "one"), rank)
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
                lambda month=month: gr.RankLuck(growth_path=((month, 1.0),)),
                "RankLuck.growth_path must be pairs (month, index) of rising months in [1, 1200] and indices in "
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
