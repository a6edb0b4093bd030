"""Who is enrolled: quotas, months, money, refusals, and pieces of records."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from graduasi.interventions.doors import DOORS, fade, ramp, spread_over
from hypothesis import given
from hypothesis import strategies as st
from tests.simulation.small_world import fixed_model, people, policy, programme, run

import graduasi as gr
from graduasi.income import CrossSection
from graduasi.interventions import INTERVENTIONS, Intervention, Schedule
from graduasi.policy import GivenList, Lottery, PoorestFirst, Registry
from graduasi.policy.enrolment import Enrolment, cut, enrol
from graduasi.streams import Streams, hash_ids
from graduasi.uncertain import at_quantile

FAMILIES = np.array([2.0, 3.0, 0.0, 4.0, 1.5])
MEMBERS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
RANK = np.array([3.0, 1.0, 2.0, 4.0, np.inf])


def enrolled(months: int = 12, *, candidate: Any = None, rank: Any = RANK, **rest: Any) -> Enrolment:
    interventions = rest.pop("interventions", (gr.CashTransfer(amount=10.0, delivery=2.0, start_up=5.0),))
    return enrol(
        gr.Programme(name="p", interventions=interventions, **rest),
        rank=rank,
        candidate=np.ones(5, dtype=bool) if candidate is None else candidate,
        families=FAMILIES,
        members=MEMBERS,
        months=months,
    )


def by_row(item: Enrolment) -> dict[int, list[tuple[float, float, int]]]:
    found: dict[int, list[tuple[float, float, int]]] = {}
    for row, low, high, month in zip(item.row, item.low, item.high, item.month, strict=True):
        found.setdefault(int(row), []).append((float(low), float(high), int(month)))
    return found


def test_by_rank_and_the_margin_is_split() -> None:
    item = enrolled(rollout=gr.Rollout(households=4.0, start=2))
    assert by_row(item) == {0: [(0.0, 1.0, 2)], 1: [(0.0, 3.0, 2)]}
    np.testing.assert_allclose(item.costs[:, 2], [40.0, 8.0, 5.0])
    assert item.costs.sum() == 53.0


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


@given(families=st.floats(0.0, 12.0), monthly=st.one_of(st.none(), st.floats(0.1, 9.0)), start=st.integers(0, 12))
def test_quotas_are_exact_and_no_family_is_enrolled_twice(
    families: float, monthly: float | None, start: int
) -> None:
    item = enrolled(rollout=gr.Rollout(households=families, monthly=monthly, start=start))
    total = float((item.high - item.low).sum())
    open_months = 13 - start
    allowed = min(families, 9.0, np.inf if monthly is None else monthly * open_months)
    assert total == pytest.approx(allowed, abs=2.0**-9)
    assert total <= allowed
    for row, parts in by_row(item).items():
        assert parts[0][0] == 0.0
        assert all(before[1] == after[0] for before, after in itertools.pairwise(parts))
        assert parts[-1][1] <= FAMILIES[row]
    if monthly is not None and item.row.size:
        assert np.bincount(item.month, weights=item.high - item.low).max() <= monthly + 2.0**-9


@given(amount=st.floats(0.0, 200.0), monthly=st.one_of(st.none(), st.floats(0.5, 9.0)))
def test_a_cap_is_never_exceeded_and_used_up(amount: float, monthly: float | None) -> None:
    item = enrolled(budget=gr.Budget(amount=amount), rollout=gr.Rollout(monthly=monthly))
    spent = item.costs.sum()
    assert spent <= amount * (1 + 1e-12)
    possible = min(9.0, np.inf if monthly is None else 13 * monthly) * 12 + 5.0
    assert spent >= min(amount, possible) - (5.0 if amount < 5.1 else 0.0) - 12 * 2.0**-8


@given(amount=st.floats(5.0, 200.0))
def test_prorating_scales_everything_but_the_start(amount: float) -> None:
    item = enrolled(budget=gr.Budget(amount=amount, when_short="prorate"))
    assert (item.high - item.low).sum() == 9.0
    assert item.dose == pytest.approx(min(1.0, (amount - 5.0) / 108.0))
    assert item.costs.sum() == pytest.approx(min(amount, 113.0))
    assert item.costs.sum() <= amount


def test_members_count_in_costs() -> None:
    item = enrolled(interventions=(gr.CashTransfer(amount=10.0, per="member", payments=2),))
    assert item.costs[0].tolist()[:2] == [10.0 * (2 * 1 + 3 * 2 + 4 * 4)] * 2
    capped = enrolled(
        interventions=(gr.CashTransfer(amount=10.0, per="member", payments=2),), budget=gr.Budget(amount=100.0)
    )
    assert by_row(capped)[1] == [(0.0, 2.5, 0)]


def test_pieces_of_several_programmes() -> None:
    cash = enrolled(rollout=gr.Rollout(households=4.0))
    more = enrolled(rollout=gr.Rollout(households=6.0, monthly=3.5, start=1))
    pieces = cut([cash, more])
    assert pieces.row.tolist() == [0, 0, 0, 1, 3]
    assert pieces.weight.tolist() == [0.5, 0.5, 1.0, 3.0, 1.0]
    assert pieces.month.tolist() == [[0, 0, -1, 0, -1], [1, 2, 2, 1, 2]]
    part = pieces.part(1, 4)
    assert part.row.tolist() == [1, 3]
    assert cut([]).row.size == 0


def test_together_is_known_only_where_months_agree() -> None:
    assert cut([enrolled(rollout=gr.Rollout(start=3))]).together == (3,)
    assert cut([enrolled(rollout=gr.Rollout(monthly=1.0))]).together == (None,)


class Insurance(Intervention):
    """A test's intervention that opens the cover door alone."""

    kind = "insurance"

    def schedule(self, months: int) -> Schedule:
        plan = Schedule.empty(months)
        plan.cover[1:] = 0.5
        return plan


def test_insurance_is_charged_and_cannot_have_a_budget() -> None:
    with pytest.raises(gr.InputError) as caught:
        enrolled(interventions=(Insurance(),), budget=gr.Budget(amount=100.0))
    assert str(caught.value) == (
        "Programme.budget must be left out where an intervention opens the cover door, since what it pays depends on "
        "luck; got a budget of 100 in 'p'"
    )
    cover, more = programme("cover", Insurance()), programme("more", Insurance(), rollout=gr.Rollout(start=3))
    result = run(people(80), [policy("one", cover), policy("two", cover, more)], months=8, model=fixed_model())
    transfers = result.data["cost"].sel(component="transfer")
    paid = transfers.sum("programme")
    np.testing.assert_allclose(paid, result.data["flow"].sel(flow_name="received"), rtol=1e-9)
    assert (paid.sel(policy="one", month=slice(1, None)) > 0).all()
    cover, more = (transfers.sel(policy="two", programme=name) for name in ("cover", "more"))
    assert (more.sel(month=slice(0, 3)) == 0).all()
    np.testing.assert_allclose(cover.sel(month=slice(4, None)), more.sel(month=slice(4, None)))


@pytest.mark.parametrize("kind", INTERVENTIONS.values(), ids=lambda kind: kind.kind)
@pytest.mark.parametrize("months", [1, 24])
def test_every_intervention_keeps_the_contract(kind: type[Intervention], months: int) -> None:
    given = {"amount": 100.0} if kind.kind in {"cash_transfer", "capital_grant"} else {}
    each = at_quantile(kind(**given, delivery=12.0, start_up=7.0), 0.5)
    plan = each.schedule(months)
    for door in (*DOORS, "cash_per_member", "delivery"):
        table = getattr(plan, door)
        assert table.shape == (months + 1,)
        assert np.isfinite(table).all()
    assert plan.skill[0] == plan.gain[0] == 0.0
    assert plan.start_up == 7.0
    assert 0.0 <= plan.completion <= 1.0
    assert plan.delivery.sum() <= 12.0 + 1e-9
    assert plan.open_doors == tuple(name for name in (*DOORS, "cash_per_member") if getattr(plan, name).any())


def test_training_rises_stays_and_fades() -> None:
    plan = gr.SkillsTraining(gain=0.06, stipend=30.0, delivery=9.0).schedule(42)
    assert plan.skill[:7].tolist() == [0.0] * 7
    np.testing.assert_allclose(plan.skill[[9, 12, 18, 30, 42]], 0.06 * np.array([0.5, 1, 1, 0.93, 0.93**2]))
    assert plan.cash[:4].tolist() == [10.0, 10.0, 10.0, 0.0]
    assert plan.delivery[:4].tolist() == [3.0, 3.0, 3.0, 0.0]


def test_coaching_lasts_while_visits_do() -> None:
    plan = gr.Coaching(gain=0.04, retained=0.5, visits=18).schedule(30)
    np.testing.assert_allclose(plan.gain[[0, 5, 10, 18, 30]], [0.0, 0.02, 0.04, 0.04, 0.02])
    assert plan.saving[[0, 17, 18]].tolist() == [0.25, 0.25, 0.0]


def test_grants_and_transfers() -> None:
    assert gr.CapitalGrant(amount=5.0, after=2).schedule(3).assets.tolist() == [0.0, 0.0, 5.0, 0.0]
    assert gr.CapitalGrant(amount=5.0, in_kind=False).schedule(1).cash.tolist() == [5.0, 0.0]
    assert not gr.CapitalGrant(amount=5.0, after=4).schedule(3).assets.any()
    plan = gr.CashTransfer(amount=2.0, payments=3, every=2, delivery=3.0).schedule(4)
    assert plan.cash.tolist() == [2.0, 0.0, 2.0, 0.0, 2.0]
    assert plan.delivery.tolist() == [1.0, 0.0, 1.0, 0.0, 1.0]


def test_profiles() -> None:
    assert ramp(4, 1, 3).tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert ramp(3, 0, 0).tolist() == [0.0, 1.0, 1.0, 1.0]
    np.testing.assert_allclose(fade(24, 12, 0.5)[[0, 12, 24]], [1.0, 1.0, 0.5])
    assert spread_over(1, 12.0, 3).tolist() == [4.0, 4.0]


def look(groups: int = 1, error: float = 0.3, size: int = 400) -> Any:
    welfare = np.exp(np.random.default_rng(1).normal(5, 0.6, size))
    keys = hash_ids([f"h{number}" for number in range(size)])
    luck = fixed_model().luck.prepare(
        CrossSection(
            welfare=welfare, person_weight=np.ones(size), keys=keys, group=np.arange(size) % groups, groups=groups,
            lines=np.array([100.0]), months=2,
        )
    )  # fmt: skip
    streams = Streams(seed=2)
    scores = luck.start_scores(streams, slice(0, size))
    columns = {"school": np.arange(size) % 3}
    return Registry(error_share=error).look(scores, keys, luck, streams, columns=columns), keys, streams, scores


def test_a_registry_without_error_sees_the_truth() -> None:
    view, _, _, scores = look(error=0.0)
    np.testing.assert_allclose(view.scores, scores, atol=1e-6)
    view, _, _, scores = look(error=0.9, size=4000)
    expected = np.sqrt(0.1)  # z_reg = sqrt(1 - d) z_0 + sqrt(d) eps
    assert np.corrcoef(view.scores, scores)[0, 1] == pytest.approx(expected, abs=4 * 0.9 / np.sqrt(4000))


@pytest.mark.parametrize("groups", [1, 2])
def test_the_poorest_come_first(groups: int) -> None:
    view, keys, streams, _ = look(groups)
    rank = PoorestFirst().rank(view, keys, streams, "p")
    assert (np.diff(view.amounts[np.argsort(rank)]) >= -1e-9).all()


def test_a_lottery_is_the_programmes_own() -> None:
    view, keys, streams, scores = look()
    first, second = (Lottery().rank(view, keys, streams, name) for name in ("p", "q"))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2
    assert abs(np.corrcoef(first, scores)[0, 1]) < 0.2


def test_a_given_list() -> None:
    view, keys, streams, _ = look()
    rank = GivenList(ids=("h7", "h3")).rank(view, keys, streams, "p")
    assert np.argsort(rank)[:2].tolist() == [7, 3]
    assert np.isinf(rank).sum() == 398
    with pytest.raises(gr.InputError) as caught:
        GivenList(ids=("h7", "nobody")).rank(view, keys, streams, "p")
    assert str(caught.value) == "GivenList.ids must be ids of the population; 1 of 2 are not, in programme 'p'"
    with pytest.raises(gr.InputError) as caught:
        GivenList(ids=())
    assert str(caught.value) == "GivenList.ids must be a list of at least 1; got 0"


def test_a_view_holds_what_else_is_known() -> None:
    view, *_ = look()
    assert view.columns["school"].tolist() == (np.arange(400) % 3).tolist()
    assert view.families.tolist() == [1.0] * 400


def test_eligibility() -> None:
    view, *_ = look()
    columns = {"school": np.arange(400) % 3, "region": np.array(["e", "w"] * 200)}
    every = gr.Eligibility().holds(view, columns)
    assert every.all()
    rule = gr.Eligibility(
        below=150.0,
        conditions=(
            gr.Condition(column="school", at_least=1), gr.Condition(column="school", at_most=1),
            gr.Condition(column="region", equals="e"),
        ),
    )  # fmt: skip
    expected = (view.amounts < 150.0) & (columns["school"] == 1) & (columns["region"] == "e")
    assert (rule.holds(view, columns) == expected).all()
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
    """A lump of 100 and two payments of 50 are 200 a family: 1,000 pays for five."""
    item = enrolled(
        interventions=(gr.CashTransfer(amount=100.0), gr.CashTransfer(amount=50.0, payments=2)),
        budget=gr.Budget(amount=1000.0, when_short="cap"),
    )
    assert item.costs.sum() == pytest.approx(1000.0)
    assert (item.high - item.low).sum() == pytest.approx(5.0)


@pytest.mark.parametrize("quota", [20.0, 1300.0, 2900.0])
def test_equal_ranks_come_in_the_order_of_the_records(quota: float) -> None:
    """Whether some of many are picked or nearly all; the first record, lowest, stands for nobody."""
    rank = np.append(0.0, np.tile([2.0, 1.0, 2.0, 9.0], 1000))
    item = enrol(
        gr.Programme(
            name="p", interventions=(gr.CashTransfer(amount=1.0),), rollout=gr.Rollout(households=quota)
        ),
        rank=rank,
        candidate=np.ones(rank.size, dtype=bool),
        families=np.append(0.0, np.ones(4000)),
        members=np.ones(rank.size),
        months=1,
    )  # fmt: skip
    expected = sorted(range(1, rank.size), key=lambda row: (rank[row], row))[: int(quota)]
    assert item.row.tolist() == sorted(expected)


def test_an_income_and_a_tenth_must_both_hold() -> None:
    view, *_ = look()
    income = float(np.quantile(view.amounts, 0.2))
    for tenth in (1, 4):
        rule = gr.Eligibility(below=income, decile_at_most=tenth)
        both = (view.amounts < income) & (view.deciles <= tenth)
        assert (rule.holds(view, {}) == both).all()
        assert both.any()


def test_a_ramp_of_no_length_is_a_step() -> None:
    assert ramp(8, 6, 6).tolist() == [0.0] * 6 + [1.0] * 3
