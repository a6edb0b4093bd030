"""Who is enrolled: quotas, months, money, refusals, and pieces of records."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulation.small_world import fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.income import CrossSection
from graduasi.interventions.schedule import fade, ramp, spread_over
from graduasi.policy import GivenList, Lottery, PoorestFirst, Registry
from graduasi.policy.enrolment import Enrolment, common_refinement, enrol
from graduasi.policy.lanes import Lanes
from graduasi.policy.offer import Offer
from graduasi.policy.registry import RegistryView
from graduasi.policy.roster import Registries
from graduasi.streams import Streams, hash_ids

HOUSEHOLDS = np.array([2.0, 3.0, 0.0, 4.0, 1.5])
MEMBERS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
RANK = np.array([3.0, 1.0, 2.0, 4.0, np.inf])


def view_of(weight: Any, **columns: Any) -> RegistryView:
    """A registry's view that nothing is asked of but the weights."""
    every = np.arange(weight.size)
    return RegistryView(observed=None, row=every, weight=weight, keys=every.astype(np.uint64), columns=columns)  # type: ignore[arg-type]


def enrolled(
    months: int = 12, *, rank: Any = RANK, weight: Any = HOUSEHOLDS, members: Any = MEMBERS, **rest: Any
) -> Enrolment:
    interventions = rest.pop("interventions", (gr.CashTransfer(amount=10.0, delivery=2.0, start_up=5.0),))
    offer = Offer(programme=gr.Programme(name="p", interventions=interventions, **rest), months=months)
    programme = offer.programme
    return enrol(
        offer,
        view_of(weight),
        rank=rank,
        candidate=np.ones(rank.size, dtype=bool),
        members=members,
        money=None if programme.budget is None else programme.budget.amount - offer.start_up,
        places=programme.rollout.households,
        start=programme.rollout.start,
    )


def by_row(item: Enrolment) -> dict[int, list[tuple[float, float, int]]]:
    found: dict[int, list[tuple[float, float, int]]] = {}
    for row, low, high, month in zip(item.row, item.low, item.high, item.month_in, strict=True):
        found.setdefault(int(row), []).append((float(low), float(high), int(month)))
    return found


def test_by_rank_and_the_margin_is_split() -> None:
    item = enrolled(rollout=gr.Rollout(households=4.0, start=2))
    assert by_row(item) == {0: [(0.0, 1.0, 2)], 1: [(0.0, 3.0, 2)]}
    assert item.committed == 53.0  # four lumps of 10 with 2 of delivery, and the start


def test_who_is_never_ranked_is_never_enrolled() -> None:
    assert by_row(enrolled()) == {0: [(0.0, 2.0, 0)], 1: [(0.0, 3.0, 0)], 3: [(0.0, 4.0, 0)]}


def test_monthly_slots_cut_records() -> None:
    item = enrolled(rollout=gr.Rollout(monthly=2.5))
    assert by_row(item) == {
        0: [(0.0, 2.0, 1)],
        1: [(0.0, 2.5, 0), (2.5, 3.0, 1)],
        3: [(0.0, 2.5, 2), (2.5, 4.0, 3)],
    }
    late = enrolled(rollout=gr.Rollout(monthly=2.5, start=11))
    assert sum(high - low for parts in by_row(late).values() for low, high, _ in parts) == 5.0
    assert by_row(enrolled(rollout=gr.Rollout(start=13))) == {}


@given(households=st.floats(0.0, 12.0), monthly=st.one_of(st.none(), st.floats(0.1, 9.0)), start=st.integers(0, 12))
def test_quotas_are_exact_and_no_household_is_enrolled_twice(
    households: float, monthly: float | None, start: int
) -> None:
    item = enrolled(rollout=gr.Rollout(households=households, monthly=monthly, start=start))
    total = float((item.high - item.low).sum())
    open_months = 13 - start
    allowed = min(households, 9.0, np.inf if monthly is None else monthly * open_months)
    assert total == pytest.approx(allowed, abs=2.0**-9)
    assert total <= allowed
    for row, parts in by_row(item).items():
        assert parts[0][0] == 0.0
        assert all(before[1] == after[0] for before, after in itertools.pairwise(parts))
        assert parts[-1][1] <= HOUSEHOLDS[row]
    if monthly is not None and item.row.size:
        assert np.bincount(item.month_in, weights=item.high - item.low).max() <= monthly + 2.0**-9


@given(amount=st.floats(0.0, 200.0), monthly=st.one_of(st.none(), st.floats(0.5, 9.0)))
def test_a_cap_is_never_exceeded_and_used_up(amount: float, monthly: float | None) -> None:
    item = enrolled(budget=gr.Budget(amount=amount), rollout=gr.Rollout(monthly=monthly))
    spent = item.committed
    assert spent <= amount * (1 + 1e-12)
    possible = min(9.0, np.inf if monthly is None else 13 * monthly) * 12 + 5.0
    assert spent >= min(amount, possible) - (5.0 if amount < 5.1 else 0.0) - 12 * 2.0**-8


@given(amount=st.floats(5.0, 200.0))
def test_prorating_scales_everything_but_the_start(amount: float) -> None:
    item = enrolled(budget=gr.Budget(amount=amount, when_short="prorate"))
    assert (item.high - item.low).sum() == 9.0
    assert item.dose == pytest.approx(min(1.0, (amount - 5.0) / 108.0))
    assert item.committed == pytest.approx(min(amount, 113.0))
    assert item.committed <= amount


def test_members_count_in_costs() -> None:
    item = enrolled(interventions=(gr.CashTransfer(amount=10.0, per="member", payments=2),))
    assert item.committed == 2 * 10.0 * (2 * 1 + 3 * 2 + 4 * 4)
    capped = enrolled(
        interventions=(gr.CashTransfer(amount=10.0, per="member", payments=2),), budget=gr.Budget(amount=100.0)
    )
    assert by_row(capped)[1] == [(0.0, 2.5, 0)]


def test_segments_of_several_programmes_are_their_common_refinement() -> None:
    cash = enrolled(rollout=gr.Rollout(households=4.0))
    more = enrolled(rollout=gr.Rollout(households=6.0, monthly=3.5, start=1))
    segments = common_refinement([cash, None, more])
    assert segments.row.tolist() == [0, 0, 0, 1, 3]
    assert segments.weight.tolist() == [0.5, 0.5, 1.0, 3.0, 1.0]
    assert segments.month_in.tolist() == [[0, 0, -1, 0, -1], [-1] * 5, [1, 2, 2, 1, 2]]
    assert segments.month_first.tolist() == segments.month_in.tolist()
    assert (segments.month_out == 2**15 - 1).all()
    assert common_refinement([]).row.size == common_refinement([None, None]).row.size == 0


def test_a_policy_pays_programmes_that_share_households_side_by_side() -> None:
    """Households whom both reach get both, month by month, whatever the months in which they enrol."""
    early = programme("early", gr.CashTransfer(amount=10.0, payments=3), rollout=gr.Rollout(households=20.0))
    late = programme("late", gr.CashTransfer(amount=7.0, payments=2), rollout=gr.Rollout(monthly=4.0, start=2))
    result = run(people(60), [policy("both", early, late)], months=6, draws=1)
    transfers = result.data["cost"].sel(policy="both", component="transfer").squeeze("draw")
    np.testing.assert_allclose(transfers.sel(programme="early"), [200.0] * 3 + [0.0] * 4, rtol=1e-8)
    np.testing.assert_allclose(transfers.sel(programme="late"), [0.0, 0.0, 28.0, 56.0, 56.0, 56.0, 56.0], atol=0.05)
    received = result.data["flow"].sel(policy="both", flow_name="received").squeeze("draw")
    np.testing.assert_allclose(received, transfers.sum("programme"), rtol=1e-8)


def test_training_rises_stays_and_fades() -> None:
    plan = gr.SkillsTraining(gain=0.06, stipend=30.0, delivery=9.0).schedule(42)
    assert plan.total("skill")[:7].tolist() == [0.0] * 7
    np.testing.assert_allclose(
        plan.total("skill")[[9, 12, 18, 30, 42]], 0.06 * np.array([0.5, 1, 1, 0.93, 0.93**2])
    )
    assert plan.total("cash")[:4].tolist() == [10.0, 10.0, 10.0, 0.0]
    assert plan.delivery[:4].tolist() == [3.0, 3.0, 3.0, 0.0]


def test_coaching_lasts_while_visits_do() -> None:
    plan = gr.Coaching(gain=0.04, retained=0.5, visits=18).schedule(30)
    np.testing.assert_allclose(plan.total("income_gain")[[0, 5, 10, 18, 30]], [0.0, 0.02, 0.04, 0.04, 0.02])
    assert plan.total("saving")[[0, 17, 18]].tolist() == [0.25, 0.25, 0.0]


def test_grants_and_transfers() -> None:
    assert gr.CapitalGrant(amount=5.0, after=2).schedule(3).total("assets").tolist() == [0.0, 0.0, 5.0, 0.0]
    assert gr.CapitalGrant(amount=5.0, in_kind=False).schedule(1).total("cash").tolist() == [5.0, 0.0]
    assert not gr.CapitalGrant(amount=5.0, after=4).schedule(3).total("assets").any()
    plan = gr.CashTransfer(amount=2.0, payments=3, every=2, delivery=3.0).schedule(4)
    assert plan.total("cash").tolist() == [2.0, 0.0, 2.0, 0.0, 2.0]
    assert plan.delivery.tolist() == [1.0, 0.0, 1.0, 0.0, 1.0]


def test_profiles() -> None:
    assert ramp(4, 1, 3).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert ramp(3, 0, 0).tolist() == [0.0, 1.0, 1.0, 1.0]
    np.testing.assert_allclose(fade(24, 12, 0.5)[[0, 12, 24]], [1.0, 1.0, 0.5])
    assert spread_over(1, 12.0, 3).tolist() == [4.0, 4.0]


class World:
    """A registry's view of a log-normal cross-section at month 0."""

    def __init__(self, distributions: int = 1, error: float = 0.3, size: int = 400) -> None:
        welfare = np.exp(np.random.default_rng(1).normal(5, 0.6, size))
        keys = hash_ids([f"h{number}" for number in range(size)])
        process = fixed_model().process.prepare(
            CrossSection(
                welfare=welfare, person_weight=np.ones(size), keys=keys, distribution=np.arange(size) % distributions,
                distributions=distributions, lines=np.array([100.0]), months=2,
            )
        )  # fmt: skip
        self.lanes = Lanes(streams=Streams(seed=2), keys=keys)
        self.scores = process.begin(self.lanes.streams, slice(0, size)).scores()
        self.registries = Registries(
            process.observe, self.lanes, weight=np.ones(size), members=np.ones(size), keys=keys,
            columns={"school": np.arange(size) % 3, "region": np.array(["e", "w"] * (size // 2))},
        )  # fmt: skip
        self.registries.go_to(0, self.scores)
        self.view = self.registries.view(Registry(error_share=error), np.arange(size), np.ones(size))


def test_a_registry_without_error_sees_the_truth() -> None:
    world = World(error=0.0)
    np.testing.assert_allclose(world.view.order, world.scores, atol=1e-6)
    world = World(error=0.9, size=4000)
    expected = np.sqrt(0.1)  # z_reg = sqrt(1 - d) z_0 + sqrt(d) eps
    correlation = np.corrcoef(world.view.order, world.scores)[0, 1]
    assert correlation == pytest.approx(expected, abs=4 * 0.9 / np.sqrt(4000))


@pytest.mark.parametrize("distributions", [1, 2])
def test_the_poorest_come_first(distributions: int) -> None:
    world = World(distributions)
    rank = PoorestFirst().rank(world.view, world.lanes, "p")
    assert (np.diff(world.view.amounts[np.argsort(rank)]) >= -1e-9).all()


def test_a_lottery_is_the_programmes_own() -> None:
    world = World()
    first, second = (Lottery().rank(world.view, world.lanes, name) for name in ("p", "q"))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2
    assert abs(np.corrcoef(first, world.scores)[0, 1]) < 0.2


def test_a_given_list() -> None:
    world = World()
    rank = GivenList(ids=("h7", "h3")).rank(world.view, world.lanes, "p")
    assert np.argsort(rank)[:2].tolist() == [7, 3]
    assert np.isinf(rank).sum() == 398
    with pytest.raises(gr.InputError) as caught:
        GivenList(ids=("h7", "nobody")).rank(world.view, world.lanes, "p")
    assert str(caught.value) == "GivenList.ids must be ids of the population; 1 of 2 are not, in programme 'p'"
    with pytest.raises(gr.InputError) as caught:
        GivenList(ids=())
    assert str(caught.value) == "GivenList.ids must be a list of at least 1; got 0"


def test_a_view_holds_what_else_is_known() -> None:
    view = World().view
    assert view.columns["school"].tolist() == (np.arange(400) % 3).tolist()
    assert view.weight.tolist() == [1.0] * 400
    some = view.take(np.array([7, 3]))
    assert some.columns["school"].tolist() == [1, 0]
    assert some.amounts.tolist() == view.amounts[[7, 3]].tolist()


def test_eligibility() -> None:
    view = World().view
    columns = view.columns
    every = gr.Eligibility().holds(view)
    assert every.all()
    rule = gr.Eligibility(
        below=150.0,
        conditions=(
            gr.Condition(column="school", at_least=1), gr.Condition(column="school", at_most=1),
            gr.Condition(column="region", equals="e"),
        ),
    )  # fmt: skip
    expected = (view.amounts < 150.0) & (columns["school"] == 1) & (columns["region"] == "e")
    assert (rule.holds(view) == expected).all()
    with pytest.raises(gr.InputError) as caught:
        gr.Condition(column="age", at_least=3).holds(columns)
    assert (
        str(caught.value) == "Condition.column must be a column of the population ('school', 'region'); got 'age'"
    )
    with pytest.raises(gr.InputError) as caught:
        gr.Condition(column="age", at_least=3, at_most=4)
    assert (
        str(caught.value) == "Condition must have exactly one of at_least, at_most, equals; got 2 for column 'age'"
    )


def test_refusals_pass_the_place_on() -> None:
    cash = programme("cash", gr.CashTransfer(amount=1.0), take_up=0.5, rollout=gr.Rollout(households=20.0))
    result = run(people(200), [policy("cash", cash)], months=2)
    assert (result.data["enrolled"].sel(policy="cash") == 20.0).all()
    nobody = programme("cash", gr.CashTransfer(amount=1.0), take_up=0.0)
    with pytest.warns(gr.GraduasiWarning, match="programme 'cash' of policy 'cash' reached no one"):
        run(people(50), [policy("cash", nobody)], months=2)


def test_names_and_kinds() -> None:
    cash = gr.CashTransfer(amount=1.0)
    with pytest.raises(gr.InputError) as caught:
        gr.Programme(name="empty", interventions=())
    assert str(caught.value) == "Programme.interventions must be a list of at least 1; got 0"
    twice = gr.Programme(name="a", interventions=(cash,))
    with pytest.raises(gr.InputError) as caught:
        gr.Policy(name="p", programmes=(twice, twice))
    assert str(caught.value) == "Policy.programmes must have names of their own; got 'a' twice in 'p'"


def test_a_budget_counts_every_intervention() -> None:
    """A lump of 100 and two payments of 50 are 200 a household: 1,000 pays for five."""
    item = enrolled(
        interventions=(gr.CashTransfer(amount=100.0), gr.CashTransfer(amount=50.0, payments=2)),
        budget=gr.Budget(amount=1000.0, when_short="cap"),
    )
    assert item.committed == pytest.approx(1000.0)
    assert (item.high - item.low).sum() == pytest.approx(5.0)


@pytest.mark.parametrize("quota", [20.0, 1300.0, 2900.0])
def test_equal_ranks_come_in_the_order_of_the_records(quota: float) -> None:
    """Whether some of many are picked or nearly all; the first record, lowest, stands for nobody."""
    rank = np.append(0.0, np.tile([2.0, 1.0, 2.0, 9.0], 1000))
    weight, members = np.append(0.0, np.ones(4000)), np.ones(rank.size)
    lump = (gr.CashTransfer(amount=1.0),)
    item = enrolled(
        1, rank=rank, weight=weight, members=members, interventions=lump, rollout=gr.Rollout(households=quota)
    )
    expected = sorted(range(1, rank.size), key=lambda row: (rank[row], row))[: int(quota)]
    assert item.row.tolist() == sorted(expected)


def test_an_income_and_a_tenth_must_both_hold() -> None:
    view = World().view
    income = float(np.quantile(view.amounts, 0.2))
    for tenth in (1, 4):
        rule = gr.Eligibility(below=income, decile_at_most=tenth)
        both = (view.amounts < income) & (view.deciles <= tenth)
        assert (rule.holds(view) == both).all()
        assert both.any()


def test_a_ramp_of_no_length_is_a_step() -> None:
    assert ramp(8, 6, 6).tolist() == [0.0] * 6 + [1.0] * 3
