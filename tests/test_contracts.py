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
from graduasi.income import BEHAVIOURS, HISTORY, MODELS, PROCESSES, TECHNOLOGIES, CrossSection, Here
from graduasi.interventions import INTERVENTIONS
from graduasi.policy import EXITS, RANKINGS
from graduasi.policy.lanes import Lanes
from graduasi.policy.roster import Registries
from graduasi.scenario import FromPublished, ReportPlan, schema
from graduasi.scenario.files import CONVERTER, TAGGED
from graduasi.scenario.populations import SOURCES
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
# Constraints between their fields: their own tests draw them.
TIED = (DISTRIBUTIONS["beta"], DISTRIBUTIONS["triangular"])
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
    by_default = {gr.HouseholdEconomy, gr.RankProcess, gr.ConcaveTechnology, gr.Saving}
    known = {item.name for item in attrs.fields(kind) if item.init} | tags
    old = {name for name, field in definition["properties"].items() if field.get("deprecated")} - known
    assert set(definition["properties"]) - old == known
    assert definition["additionalProperties"] is False
    needed = {item.name for item in attrs.fields(kind) if item.default is attrs.NOTHING}
    required = set(definition["required"])
    either = needed - required  # a field that has an old name may come by that one
    assert len(either) <= len(old)
    assert required | either == needed | (set() if kind in by_default else tags)
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
    assert len(plan.amounts) == len(longer.amounts) > 0
    for amount, later in zip(plan.amounts, longer.amounts, strict=True):
        assert amount.channel == later.channel in CHANNELS
        assert amount.by_month.shape == (months + 1,)
        assert amount.by_month.dtype == np.float64
        assert np.isfinite(amount.by_month).all()
        np.testing.assert_array_equal(amount.by_month, later.by_month[: months + 1], err_msg="the horizon moves it")
    np.testing.assert_array_equal(plan.delivery, longer.delivery[: months + 1])
    assert plan.start_up == as_number(each.start_up)
    assert 0.0 <= plan.completion <= 1.0
    assert (plan.delivery >= 0.0).all()
    assert plan.delivery.sum() <= as_number(each.delivery) * (1 + 1e-9)
    insured = plan.total("insured_share")
    assert (insured >= 0.0).all()
    assert (insured <= 1.0).all()
    assert plan.channels == {name for name in CHANNELS if any(plan.total(name))}


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=INTERVENTIONS)
@pytest.mark.parametrize("start", [0, 3])
def test_nothing_passes_before_enrolment(kind: type[gr.Intervention], start: int) -> None:
    """No money and no change of a household before the month of enrolment, and something from it on."""
    each = at_quantile(kind(**least(kind), delivery=6.0), 0.5)
    one = gr.Programme(name="one", interventions=[each], rollout=gr.Rollout(start=start))
    crowd = gr.Population(
        ids=["a", "b", "c"], welfare=np.array([60.0, 90.0, 200.0]), weight=np.array([1.0, 3.5, 2.0]),
        members=np.array([2.0, 5.0, 1.0]),
    )  # fmt: skip
    result = gr.simulate(
        crowd, at_quantile(gr.HouseholdEconomy(), 0.5), [gr.Policy(name="one", programmes=[one])],
        lines=[gr.PovertyLine(amount=100.0, label="line")], months=24, draws=1, seed=1, progress=False,
    )  # fmt: skip
    cost = result.data["cost"].sel(policy="one").sum(["programme", "component", "draw"])
    flows = result.data["flow"].sel(policy="one", flow_name=["received", "gain"]).sum("draw")
    assert (cost.sel(month=slice(0, start - 1)) == 0.0).all()
    assert (flows.sel(month=slice(0, start)).sel(flow_name="gain") == 0.0).all()
    assert cost.sum() > 0.0
    assert (flows != 0.0).any()


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=INTERVENTIONS)
def test_an_unresolved_intervention_has_no_schedule(kind: type[gr.Intervention]) -> None:
    doubt = gr.Uncertain.triangular(low=0.0, mode=1.0, high=2.0)
    each = attrs.evolve(at_quantile(kind(**least(kind)), 0.5), start_up=doubt)
    with pytest.raises(gr.InputError) as caught:
        each.schedule(3)
    assert str(caught.value) == f"a plain number is needed here: resolve the object first; got {doubt!r}"


SIZE, MONTHS = 60, 5
KEYS = hash_ids([f"h{number}" for number in range(SIZE)])


def cross(distributions: int) -> CrossSection:
    return CrossSection(
        welfare=np.exp(np.random.default_rng(4).normal(5.0, 0.5, SIZE)), person_weight=np.ones(SIZE), keys=KEYS,
        distribution=np.arange(SIZE) % distributions, distributions=distributions, lines=np.array([80.0, 150.0]),
        months=MONTHS,
    )  # fmt: skip


EVERY = slice(None)
WITH_EACH_PART = [
    *(pytest.param(kind(), id=name) for name, kind in MODELS.items()),
    *(pytest.param(gr.HouseholdEconomy(process=kind()), id=name) for name, kind in PROCESSES.items()),
    *(pytest.param(gr.HouseholdEconomy(technology=kind()), id=name) for name, kind in TECHNOLOGIES.items()),
    *(pytest.param(gr.HouseholdEconomy(behaviour=kind()), id=name) for name, kind in BEHAVIOURS.items()),
]


@pytest.mark.parametrize("kind", PROCESSES.values(), ids=PROCESSES)
@pytest.mark.parametrize("distributions", [1, 3])
@pytest.mark.parametrize("first", [0, -HISTORY])
def test_a_process_keeps_the_protocol(kind: type, distributions: int, first: int) -> None:
    """A part of a block is the block's; poor is welfare below the line, exactly; a jump is a walk, bit for bit."""
    draw = at_quantile(kind(), 0.5).prepare(cross(distributions))
    streams = Streams(seed=3, draw=0)
    luck = draw.begin(streams, slice(0, SIZE), first=first)
    half = draw.begin(streams, slice(SIZE // 2, SIZE), first=first)
    assert luck.month == half.month == first
    for month in range(first, MONTHS + 1):
        luck.advance(month)
        half.advance(month)
        assert luck.month == month
        welfare = luck.welfare(EVERY)
        assert welfare.shape == luck.level(EVERY).shape == luck.scores().shape == (SIZE,)
        assert np.isfinite(welfare).all()
        assert (welfare > 0).all()
        assert half.welfare(EVERY).tobytes() == welfare[SIZE // 2 :].tobytes()
        np.testing.assert_array_equal(luck.below(), welfare < np.array([[80.0], [150.0]]))
        seen = luck.chance_below(EVERY)
        assert seen.shape == (2, SIZE)
        assert ((seen >= 0) & (seen <= 1)).all()
        np.testing.assert_allclose(luck.chance_below(EVERY, np.ones(SIZE)), seen, atol=1e-3)
        bins = luck.bins()
        assert (bins is None) == (draw.bin_count == 0)
        for line in (0, 1):
            table = draw.chances(month, line)
            assert table.shape == (draw.bin_count,)
            if bins is not None:
                np.testing.assert_allclose(table[bins], seen[line], atol=0.02)
    jump = draw.begin(streams, slice(0, SIZE), first=first)
    jump.advance(MONTHS)
    assert jump.scores().tobytes() == luck.scores().tobytes()
    assert jump.welfare(EVERY).tobytes() == luck.welfare(EVERY).tobytes()


@pytest.mark.parametrize("model", WITH_EACH_PART)
def test_without_help_a_model_leaves_the_path_of_its_process_or_steps_it(model: Any) -> None:
    """With stocks of before help and nothing handed over, welfare is that of luck to the bit, month after month."""
    draw = at_quantile(model, 0.5).prepare(cross(1))
    assert draw.channels == model.channels <= set(CHANNELS)
    luck = draw.process.begin(Streams(seed=3, draw=0), slice(0, SIZE))
    level = luck.level(EVERY)

    def here() -> Here:
        words = {purpose: luck.words.at(purpose, luck.month, EVERY) for purpose in draw.purposes}
        return Here(month=luck.month, welfare=luck.welfare(EVERY), level=level, words=words)

    stocks = draw.first(here())
    assert stocks.shape == (len(draw.stocks), SIZE)
    for month in range(MONTHS + 1):
        luck.advance(month)
        flows = draw.consume(here(), stocks, NOTHING)
        if not draw.reference_needs_stocks:
            assert flows.welfare.tobytes() == luck.welfare(EVERY).tobytes()
        assert (flows.welfare > 0).all()
        before = stocks.copy()
        after = draw.receive(here(), stocks, flows, NOTHING)
        assert stocks.tobytes() == before.tobytes()
        stocks = after
        assert stocks.shape == before.shape
        assert np.isfinite(stocks).all()


@pytest.mark.parametrize("kind", PROCESSES.values(), ids=PROCESSES)
@pytest.mark.parametrize("distributions", [1, 3])
@pytest.mark.parametrize("ratio", [0.01, 0.6, 1.0, 1.8, 100.0])
def test_nobody_is_seen_below_what_help_lifts_all_over(kind: type, distributions: int, ratio: float) -> None:
    draw = at_quantile(kind(), 0.5).prepare(cross(distributions))
    luck = draw.begin(Streams(seed=3, draw=0), slice(0, SIZE))
    seen = luck.chance_below(EVERY, np.full(SIZE, ratio))
    given = cross(distributions)
    for code in range(distributions):
        own = given.distribution == code
        for place, line in enumerate(given.lines):
            if (given.welfare[own] * ratio > line).all():
                assert (seen[place, own] == 0.0).all()
            elif (given.welfare[own] * ratio < line).all():
                assert (seen[place, own] == 1.0).all()
            else:
                assert 0.0 < seen[place, own].mean() < 1.0


@pytest.mark.parametrize("kind", RANKINGS.values(), ids=RANKINGS)
def test_a_ranking_ranks_each_household_by_itself(kind: type) -> None:
    process = at_quantile(gr.HouseholdEconomy(), 0.5).prepare(cross(1)).process
    lanes, every = Lanes(streams=Streams(seed=3, draw=0), keys=KEYS), np.arange(SIZE)
    registries = Registries(
        process.observe, lanes, weight=np.ones(SIZE), members=np.ones(SIZE), keys=KEYS,
        columns={"proxy": every // 2},
    )  # fmt: skip
    registries.go_to(0, process.begin(lanes.streams, slice(0, SIZE)).scores())
    view = registries.view(gr.Registry(error_share=0.2, lasting=0.5), every, np.ones(SIZE))
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
