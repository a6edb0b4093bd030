"""Policies in time: who leaves, who enters, and when; places; another effort; the same bits however work is cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.time_world import households, policies, programmes
from tests.simulation.small_world import fixed_model, run, told

import graduasi as gr
from graduasi.income import CrossSection
from graduasi.policy import Adaptive, AgedOut, Budget, ObservedAbove, Review, TimeLimit
from graduasi.policy.lanes import Lanes
from graduasi.policy.offer import Offer
from graduasi.policy.roster import FRESH, Registries, Roster, offers_of
from graduasi.streams import Streams

pytestmark = pytest.mark.filterwarnings("ignore::graduasi.GraduasiWarning")

few = settings(max_examples=12)
SURE = gr.Registry(error_share=0.0)
CASH = gr.CashTransfer(amount=10.0, payments=40)
ABOVE_ALL = ObservedAbove(amount=1e-6)


def single(**rest: Any) -> gr.Policy:
    """A policy of one programme, named p."""
    return gr.Policy(name="p", programmes=gr.Programme(**({"name": "p", "interventions": (CASH,)} | rest)))


def received(result: gr.Projection, policy: str = "p") -> Any:
    """Money by month of the first draw."""
    return told(result, "flow", draw=0, policy=policy, flow_name="received").values


def same_bits(one: gr.Projection, other: gr.Projection) -> None:
    """All sums of two runs are the same to the last bit."""
    np.testing.assert_array_equal(one.values, other.values)
    for name in ("flow", "cost", "enrolled"):
        np.testing.assert_array_equal(one.data[name], other.data[name], err_msg=name)


class Registers:
    """The registries of a small population whose true scores are given, and a roster of a policy."""

    def __init__(self, policy: gr.Policy, population: gr.Population, months: int = 24) -> None:
        self.population = population
        self.weight = np.round(population.weight * 2.0**30) / 2.0**30  # on a grid, as in a run
        self.draw = fixed_model().prepare(
            CrossSection(
                welfare=population.welfare,
                person_weight=population.weight * population.sizes,
                keys=population.keys,
                distribution=np.zeros(population.welfare.size, dtype=np.intp),
                distributions=1,
                lines=np.array([100.0]),
                months=months,
            )
        )
        streams = Streams(seed=3, draw=0)
        self.luck = self.draw.process.begin(streams, slice(0, population.welfare.size))
        self.registries = Registries(
            self.draw.process.observe,
            Lanes(streams=streams, keys=population.keys),
            weight=self.weight,
            members=population.sizes,
            keys=population.keys,
            columns=population.columns,
        )
        self.roster = Roster(policy, offers_of([policy], months), self.registries)
        self.look(0)
        self.roster.begin({})

    def look(self, month: int) -> None:
        """Go to a month."""
        self.luck.advance(month)
        self.registries.go_to(month, self.luck.scores())


# --- who is in -------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(mix=policies(), data=st.data())
def test_segments_never_stand_for_more_than_the_record_and_places_hold(mix: gr.Policy, data: st.DataObject) -> None:
    world = Registers(mix, households())
    roster, weight = world.roster, world.weight
    for month in range(25):
        if month and month in roster.months(24):
            world.look(month)
            ratio = np.asarray(data.draw(st.sampled_from([1.0, 1.7]))) * np.ones(roster.segments.row.size)
            before = roster.segments
            parent = roster.review(month, ratio)
            known = parent != FRESH
            np.testing.assert_array_equal(roster.segments.row[known], before.row[parent[known]])
            kept = np.bincount(parent[known], weights=roster.segments.weight[known], minlength=before.row.size)
            np.testing.assert_array_equal(kept, before.weight)  # nobody who was reached is forgotten
        segments = roster.segments
        assert (np.diff(segments.row) >= 0).all()
        assert (segments.weight > 0).all()
        taken = np.bincount(segments.row, weights=segments.weight, minlength=weight.size)
        assert (taken <= weight).all()
        assert (segments.month_out[segments.month_in >= 0] > segments.month_in[segments.month_in >= 0]).all()
        for place, programme in enumerate(mix.programmes):
            inside = (segments.month_in[place] >= 0) & (segments.month_in[place] <= month)
            now = inside & (month < segments.month_out[place])
            rollout = programme.rollout
            if rollout.households is not None:
                assert segments.weight[now].sum() <= rollout.households + 1e-9
            if rollout.monthly is not None:
                entered = segments.weight[segments.month_in[place] == month].sum()
                assert entered <= rollout.monthly + 2.0**-9
            assert not (inside & (segments.month_in[place] < rollout.start)).any()


@few
@given(mix=policies(), block=st.sampled_from([7, 11]), data=st.data())
def test_blocks_leave_the_bits_alone(mix: gr.Policy, block: int, data: st.DataObject) -> None:
    copies = data.draw(st.sampled_from([1, 2]))
    one = run(households(25), [mix], months=13, draws=1, copies=copies)
    same_bits(one, run(households(25), [mix], months=13, draws=1, copies=copies, block=block))


@few
@given(first=programmes("one"), second=programmes("two"))
def test_programmes_that_do_not_compete_commute(first: gr.Programme, second: gr.Programme) -> None:
    results = [
        run(households(40), [gr.Policy(name="mix", programmes=order)], months=13, draws=1)
        for order in ((first, second), (second, first))
    ]
    cost = [told(result, "cost", policy="mix").transpose("programme", ...) for result in results]
    for name in ("one", "two"):
        np.testing.assert_allclose(*(each.sel(programme=name) for each in cost), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(*(each.data["flow"] for each in results), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(*(each.values for each in results), rtol=1e-9, atol=1e-6)


@few
@given(mix=policies())
def test_a_dose_of_zero_changes_nothing_whoever_leaves_and_enters(mix: gr.Policy) -> None:
    nothing = gr.CashTransfer(amount=0.0, payments=3)
    empty = [evolve(each, interventions=(nothing,), staff=None) for each in mix.programmes]
    result = run(households(), [evolve(mix, programmes=empty)], months=13, draws=1)
    for name in ("poor", "gap", "severity", "remeasured", "sustained"):
        np.testing.assert_array_equal(
            told(result, name, policy="mix"), told(result, name, policy="nothing"), err_msg=name
        )
    assert (told(result, "flow", policy="mix", flow_name=["received", "gain"]) == 0.0).all()


@pytest.mark.parametrize("places", [None, 20.0])
def test_a_review_in_which_nobody_leaves_and_nothing_is_free_changes_no_bit(places: float | None) -> None:
    rest: dict[str, Any] = {"rollout": gr.Rollout(households=places), "interventions": (CASH, gr.Coaching())}
    plain = single(**rest)
    seen = single(**rest, review=Review(every=6, re_entry=True), exits=(ObservedAbove(amount=1e17),))
    same_bits(*(run(households(), [plan], months=14) for plan in (plain, seen)))


# --- who leaves ------------------------------------------------------------------------------------------------


@given(months=st.integers(1, 15), start=st.integers(0, 4))
@few
def test_a_time_limit_pays_exactly_so_many_months(months: int, start: int) -> None:
    plan = single(exits=(TimeLimit(months=months),), rollout=gr.Rollout(start=start, households=5.0))
    paid = received(run(households(alike=True), [plan], months=14, draws=1))
    expected = [50.0 if start <= month < start + months else 0.0 for month in range(15)]
    np.testing.assert_array_equal(paid, expected)


def test_who_has_grown_past_an_age_is_paid_until_the_month_before() -> None:
    """Ages of whole months from 16 to 18 1/12; at 18 nobody is paid, and who is 18 already is not enrolled."""
    months_to = np.arange(24, -2, -1)
    population = households(26, alike=True, age=18.0 - months_to / 12.0)
    plan = single(exits=(AgedOut(column="age", age=18.0),))
    result = run(population, [plan], months=26, draws=1)
    np.testing.assert_array_equal(received(result), [10.0 * (months_to > month).sum() for month in range(27)])
    assert told(result, "enrolled", draw=0, policy="p", programme="p") == 24.0


def test_only_those_seen_at_or_above_the_mark_leave() -> None:
    population = households()
    registry = gr.Registry(error_share=0.3)
    plan = single(registry=registry, review=Review(every=6, fills=False), exits=(ObservedAbove(amount=150.0),))
    world = Registers(plan, population)
    world.look(6)
    row = world.roster.segments.row
    amounts = world.registries.view(registry, row, world.roster.segments.weight).amounts
    world.roster.review(6, np.full(row.size, 1.2))
    np.testing.assert_array_equal(world.roster.segments.month_out[0] == 6, amounts * 1.2 >= 150.0)
    assert 0 < (world.roster.segments.month_out[0] == 6).sum() < row.size


@pytest.mark.parametrize("lasting", [0.0, 0.5, 1.0])
def test_two_looks_of_a_registry_have_errors_that_correlate_by_the_lasting_share(lasting: float) -> None:
    size = 40_000
    lanes = Lanes(streams=Streams(seed=1, draw=0), keys=np.arange(size, dtype=np.uint64))
    registry = gr.Registry(error_share=0.3, lasting=lasting)
    errors = [registry.observe(lambda _, noise: noise, lanes, month) for month in (0, 6)]  # type: ignore[arg-type, return-value]
    assert np.corrcoef(*errors)[0, 1] == pytest.approx(lasting, abs=4 / np.sqrt(size))
    np.testing.assert_allclose([np.std(error) for error in errors], 1.0, atol=0.02)


def test_a_registry_sees_how_welfare_has_grown() -> None:
    """Welfare doubles in a year: a mark at twice the highest welfare is passed at month 24 by nobody at month 0."""
    population = households(alike=True)
    mark = float(population.welfare.max()) * 1.5
    plan = single(review=Review(every=12, fills=False), exits=(ObservedAbove(amount=mark),), registry=SURE)
    grown = received(run(population, [plan], months=24, draws=1, model=fixed_model(growth=9.0)))
    still = received(run(population, [plan], months=24, draws=1, model=fixed_model()))
    assert still[13] == 600.0
    assert grown[11] == 600.0
    assert grown[12] < 600.0


def test_tenths_at_a_review_are_of_all_households() -> None:
    """The poorest half is enrolled at once; at a review the other half is not the poorest half of those outside."""
    plan = single(eligibility=gr.Eligibility(decile_at_most=5), review=Review(every=6), registry=SURE)
    world = Registers(plan, households(alike=True))
    before = world.roster.segments.row
    world.registries.go_to(6, world.draw.process.begin(Streams(seed=3, draw=0), slice(0, 60)).scores())
    world.roster.review(6, np.ones(before.size))
    np.testing.assert_array_equal(world.roster.segments.row, before)


def test_a_given_list_is_known_at_every_review() -> None:
    """Who is on the list and enrolled is not missed among those outside."""
    population = households(alike=True)
    plan = single(
        targeting=gr.GivenList(ids=["h0001", "h0002"]), review=Review(every=6), rollout=gr.Rollout(households=1.0)
    )
    assert (received(run(population, [plan], months=13, draws=1)) == 10.0).all()


# --- who enters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("review", "later"),
    [
        (Review(every=6, fills=False), 0.0),
        (Review(every=6), 50.0),
        (Review(every=6, re_entry=True), 50.0),
    ],
)
def test_free_places_are_filled_where_the_review_says_so(review: Review, later: float) -> None:
    plan = single(review=review, exits=(ABOVE_ALL,), rollout=gr.Rollout(households=5.0))
    result = run(households(alike=True), [plan], months=11, draws=1)
    np.testing.assert_array_equal(received(result), [50.0] * 6 + [later] * 6)
    enrolled = told(result, "enrolled", draw=0, policy="p", programme="p")
    assert enrolled == (10.0 if later else 5.0)
    reached = told(result, "reached", draw=0, policy="p", unit="households", month=11, line="line")
    assert reached.sum() == enrolled


@pytest.mark.parametrize(("again", "later"), [(False, 0.0), (True, 600.0)])
def test_who_has_left_comes_back_only_where_re_entry_is_open(again: bool, later: float) -> None:
    """All 60 are enrolled for 6 months; at month 12 they may come back, and the schedule starts anew."""
    plan = single(review=Review(every=6, re_entry=again), exits=(TimeLimit(months=6),))
    result = run(households(alike=True), [plan], months=20, draws=1)
    np.testing.assert_array_equal(received(result), [600.0] * 6 + [0.0] * 6 + [later] * 6 + [0.0] * 3)
    assert told(result, "enrolled", draw=0, policy="p", programme="p") == 60.0


def test_what_is_learned_stays_with_who_leaves_and_is_learned_once() -> None:
    """Coaching gains go on as if nobody had left, whether or not some come back; visits and their saving end."""
    model = fixed_model(error=0.0)
    coaching = gr.Coaching(gain=0.2, visits=12, retained=1.0, saving=0.0)
    stay, leave, back = (
        single(interventions=(coaching,), review=review, exits=exits)
        for review, exits in (
            (None, ()),
            (None, (TimeLimit(months=6),)),
            (Review(every=6, re_entry=True), (TimeLimit(months=6),)),
        )
    )
    stays, leaves, comes = (
        run(households(), [plan], months=20, model=model, draws=1) for plan in (stay, leave, back)
    )
    for other in (leaves, comes):
        np.testing.assert_allclose(other.values, stays.values, rtol=1e-9, atol=1e-9)


def test_slots_of_a_month_hold_at_reviews() -> None:
    """3 a month enter from month 0; at month 6 one look more gives no slot twice, and 12 places bind."""
    plan = single(
        rollout=gr.Rollout(monthly=3.0, households=12.0), exits=(TimeLimit(months=6),), review=Review(every=6)
    )
    paid = received(run(households(alike=True), [plan], months=17, draws=1)) / 10.0
    # 3, 6, 9, 12 until those of month 0 leave at month 6. At month 6, 9 are inside: 3 places, filled at once.
    np.testing.assert_array_equal(paid[:8], [3, 6, 9, 12, 12, 12, 12, 9])


def test_a_review_before_the_first_enrolment_enrols_nobody_early() -> None:
    plan = single(rollout=gr.Rollout(start=8, households=5.0), review=Review(every=6))
    paid = received(run(households(alike=True), [plan], months=13, draws=1))
    np.testing.assert_array_equal(paid, [0.0] * 8 + [50.0] * 6)


def test_who_enters_at_the_last_review_is_paid_and_counted() -> None:
    plan = single(review=Review(every=6), exits=(ABOVE_ALL,), rollout=gr.Rollout(households=5.0))
    result = run(households(alike=True), [plan], months=12, draws=1, households=True)
    assert received(result)[12] == 50.0
    assert told(result, "enrolled", draw=0, policy="p", programme="p") == 15.0
    reached = told(result, "reached", draw=0, policy="p", unit="households", month=12, line="line")
    assert reached.sum() == 15.0


def test_an_exit_at_a_review_ends_payments_for_self_reliance_in_that_month() -> None:
    """Paid in months 0 to 5, out at month 6: twelve months on one's own are months 6 to 17."""
    model = fixed_model(error=0.0, transitory=0.0, persistence=1.0)
    rest: dict[str, Any] = {
        "interventions": (gr.CashTransfer(amount=1e4, payments=30), gr.CapitalGrant(amount=1e5))
    }
    seen = single(**rest, review=Review(every=6, fills=False), exits=(ABOVE_ALL,))
    timed = single(**rest, exits=(TimeLimit(months=6),))
    by_review, by_time = (run(households(), [plan], months=20, model=model, draws=1) for plan in (seen, timed))
    alone = told(by_review, "self_reliant", policy="p")
    np.testing.assert_array_equal(alone, told(by_time, "self_reliant", policy="p"))
    first = np.flatnonzero(alone.sum([name for name in alone.dims if name != "month"]))
    assert first[0] == 17


# --- another effort --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fall", "added"), [(0.999, True), (-9.0, False)])
def test_another_programme_begins_where_the_count_has_not_fallen(fall: float, added: bool) -> None:
    second = gr.Programme(name="second", interventions=(CASH,), rollout=gr.Rollout(households=5.0))
    rule = Adaptive(programme=second, month=6, fall=fall, below=150.0)
    result = run(households(alike=True), [gr.Policy(name="p", adaptive=(rule,))], months=12, draws=1)
    np.testing.assert_array_equal(received(result), [0.0] * 6 + [50.0 if added else 0.0] * 7)


def test_the_count_is_one_look_and_help_counts() -> None:
    """Everybody gets a thousand times the line: none is seen below it at month 6, and nothing is added."""
    first = gr.Programme(name="first", interventions=(gr.CashTransfer(amount=1e6, payments=40),))
    second = gr.Programme(name="second", interventions=(CASH,))
    rule = Adaptive(programme=second, month=6, fall=0.9, below=150.0)
    helped = gr.Policy(name="p", programmes=first, adaptive=(rule,))
    alone = gr.Policy(name="q", adaptive=(rule,))
    result = run(households(alike=True), [helped, alone], months=6, draws=1)
    second_cost = told(result, "cost", draw=0, programme="second", component="transfer").sum("month")
    assert second_cost.sel(policy="p") == 0.0
    assert second_cost.sel(policy="q") == 600.0


def test_an_added_programme_that_prorates_keeps_its_budget() -> None:
    second = gr.Programme(name="second", interventions=(CASH,), budget=Budget(amount=350.0, when_short="prorate"))
    rule = Adaptive(programme=second, month=6, fall=0.999, below=150.0)
    result = run(households(alike=True), [gr.Policy(name="p", adaptive=(rule,))], months=12, draws=1)
    np.testing.assert_allclose(received(result), [0.0] * 6 + [50.0] * 7)


# --- edges -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rest",
    [
        {"eligibility": gr.Eligibility(below=1e-3)},
        {"rollout": gr.Rollout(households=0.0)},
        {"rollout": gr.Rollout(households=0.0, monthly=2.0)},
        {"rollout": gr.Rollout(start=99)},
        {"take_up": 0.0},
    ],
)
def test_a_programme_that_reaches_nobody_costs_nothing_in_time(rest: dict[str, Any]) -> None:
    cash = gr.CashTransfer(amount=10.0, payments=40, start_up=9.0)
    plan = single(**rest, interventions=(cash,), review=Review(every=6, re_entry=True), exits=(ABOVE_ALL,))
    result = run(households(), [plan], months=13, draws=1)
    assert (result.costs_by_draw == 0.0).all()
    assert (result.enrolled == 0.0).all()


def test_one_household_leaves_and_comes_back() -> None:
    plan = single(review=Review(every=6, re_entry=True), exits=(ABOVE_ALL,))
    paid = received(run(households(1, alike=True), [plan], months=25, draws=1))
    np.testing.assert_array_equal(paid, ([10.0] * 6 + [0.0] * 6) * 2 + [10.0] * 2)


def test_a_review_after_the_horizon_never_comes() -> None:
    same_bits(
        run(households(), [single()], months=5, draws=1),
        run(households(), [single(review=Review(every=6), exits=(ABOVE_ALL,))], months=5, draws=1),
    )


def test_start_up_above_the_budget_enrols_nobody_ever() -> None:
    cash = gr.CashTransfer(amount=10.0, start_up=9.0)
    plan = single(interventions=(cash,), budget=Budget(amount=8.0), review=Review(every=6))
    result = run(households(), [plan], months=13, draws=1)
    assert (result.costs_by_draw == 0.0).all()


def test_an_offer_knows_how_long_it_lasts() -> None:
    offer = Offer(programme=single(exits=(TimeLimit(months=3),)).programmes[0], months=10)
    nobody: dict[str, Any] = {}
    month_in = np.array([0, 9, 10])
    cost = offer.commitment(np.ones(3), nobody, month_in, month_in + 3)
    np.testing.assert_array_equal(cost, [30.0, 20.0, 10.0])
