"""What a study has to say, in the order in which an office asks: facts with their numbers, without words.

Each statement is a record; a face has a sentence for each kind (`graduasi.report.words` has English ones).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from graduasi.projection.part import first_draws
from graduasi.projection.tables import total_cost
from graduasi.simulation.gathered import DRIFTS
from graduasi.study.chances import ChancesLeft, best_chances, chances_left
from graduasi.study.quantity import Blank, Cell, Money, Quantity
from graduasi.study.sensitivity import Swing
from graduasi.study.tables import gained

if TYPE_CHECKING:
    from graduasi.projection import Projection

Verdict = Literal[
    "one_draw", "too_early", "takes_away", "next_to_nobody", "not_told_from_nothing", "small", "visible"
]
WIDEST = 3  # swings of an outcome that are told


@frozen(kw_only=True)
class At:
    """A number of a calendar month."""

    date: str
    value: Quantity


@frozen(kw_only=True)
class Of:
    """A number of a policy."""

    policy: str
    value: Cell


@frozen(kw_only=True)
class PoorNow:
    """Truly poor households at month 0, and how many a survey of everybody would see."""

    line: str
    date: str
    poor: Quantity
    seen: Quantity
    mostly_error: bool


@frozen(kw_only=True)
class LeaveAnyway:
    """Shares of the poor who are out without a policy, and the sustained exits; nothing where none is poor."""

    shares: tuple[At, ...] = ()
    stayed: At | None = None
    sustained_months: int = 12


@frozen(kw_only=True)
class FallIn:
    """Households not poor at the start and poor later, without a policy.

    balanced : whether the model assumes that, but for growth, as many fall in as climb out.
    """

    entries: tuple[At, ...]
    balanced: bool = True


@frozen(kw_only=True)
class GraduatesForGood:
    """What the first policy adds in self-reliant exits early and late, and what that comes to.

    leftover : early exits are mostly what is left of the money. taken_away : payments take self-reliance away.
    """

    policy: str
    verdict: Verdict
    early: At
    late: At
    sustained_months: int
    leftover: bool
    taken_away: bool


@frozen(kw_only=True)
class MixesAdd:
    """Additional sustained exits of every policy."""

    date: str
    gained: tuple[Of, ...]


@frozen(kw_only=True)
class PriceOfAnExit:
    """Cost by additional sustained exit, or why there is none."""

    prices: tuple[Of, ...]


@frozen(kw_only=True)
class ZeroWithinReach:
    """Chances of the policy that does best, and of the reference before any payment."""

    best: ChancesLeft
    before: ChancesLeft
    date: str
    date_before: str


@frozen(kw_only=True)
class BesideBenchmark:
    """Additional sustained exits by the benchmark and by this model, in the same draws."""

    date: str
    draws: int
    benchmark: tuple[Of, ...]
    model: tuple[Of, ...]


@frozen(kw_only=True)
class OnTheList:
    """Who was reached, by the truth at month 0; shares are None where they are not defined."""

    policy: str = ""
    reached: Quantity | None = None
    poor: Quantity | None = None
    coverage: float | None = None
    leakage: float | None = None
    leaving: float | None = None
    leaving_months: int = 0


@frozen(kw_only=True)
class DependsOn:
    """The widest swings by outcome."""

    outcomes: tuple[tuple[str, tuple[Swing, ...]], ...]


Statement = (
    PoorNow | LeaveAnyway | FallIn | GraduatesForGood | MixesAdd | PriceOfAnExit | ZeroWithinReach | BesideBenchmark
    | OnTheList | DependsOn
)  # fmt: skip


def statements(
    result: Projection, benchmark: Projection | None, swings: Sequence[Swing], at: Sequence[int]
) -> tuple[Statement, ...]:
    """Everything that there is to say, in order."""
    return tuple(_said(result, benchmark, swings, at[0], at[-1]))


def _said(
    result: Projection, benchmark: Projection | None, swings: Sequence[Swing], early: int, late: int
) -> Iterator[Statement]:
    yield _poor_now(result)
    yield _leave_anyway(result, early, late)
    entries = tuple(_at(result, "entries", result.policies[0], month) for month in (early, late))
    yield FallIn(entries=entries, balanced=not any(DRIFTS in note for note in result.notes))
    if len(result.policies) > 1:
        yield _graduates(result, result.policies[1], early, late)
        yield MixesAdd(date=result.index.date(late), gained=_gained(result, late))
        yield PriceOfAnExit(prices=tuple(_price(result, policy, late) for policy in result.policies[1:]))
        yield ZeroWithinReach(
            best=best_chances(result, early),
            before=chances_left(result, result.policies[0], 0),
            date=result.index.date(early),
            date_before=result.index.date(0),
        )
        if benchmark is not None:
            same = first_draws(result, benchmark.draws)
            yield BesideBenchmark(
                date=result.index.date(late),
                draws=benchmark.draws,
                benchmark=_gained(benchmark, late),
                model=_gained(same, late),
            )
        yield _on_the_list(result)
    if swings:
        yield _depends(swings)


def _of(result: Projection, statistic: str, policy: str, month: int) -> Quantity:
    return Quantity.of(result.interval(statistic, policy, month=month))


def _at(result: Projection, statistic: str, policy: str, month: int) -> At:
    return At(date=result.index.date(month), value=_of(result, statistic, policy, month))


def _gained(result: Projection, month: int) -> tuple[Of, ...]:
    return tuple(Of(policy=policy, value=gained(result, policy, month)) for policy in result.policies[1:])


def _poor_now(result: Projection) -> PoorNow:
    poor, seen = (_of(result, statistic, result.policies[0], 0) for statistic in ("poor", "remeasured"))
    return PoorNow(
        line=result.lines[0].label,
        date=result.index.date(0),
        poor=poor,
        seen=seen,
        mostly_error=seen.value > 2 * poor.value,
    )


def _leave_anyway(result: Projection, early: int, late: int) -> LeaveAnyway:
    reference = result.policies[0]
    poor = _of(result, "poor", reference, 0).value
    if poor == 0:
        return LeaveAnyway()
    out = (_at(result, "exits", reference, month) for month in (early, late))
    return LeaveAnyway(
        shares=tuple(
            At(date=each.date, value=Quantity(value=each.value.value / poor, unit="share")) for each in out
        ),
        stayed=_at(result, "sustained", reference, late),
        sustained_months=result.sustained_months,
    )


def _graduates(result: Projection, policy: str, early: int, late: int) -> GraduatesForGood:
    soon, then = (_at(result, "additional_self_reliant", policy, month) for month in (early, late))
    received = result.flows[:, result.index.policy(policy), :, result.index.flow("received")]
    paid = bool(received.any())
    negative = min(soon.value.value, then.value.value) < 0
    return GraduatesForGood(
        policy=policy,
        verdict=_verdict(result, policy, then.value, bool(received[:, -result.sustained_months :].any())),
        early=soon,
        late=then,
        sustained_months=result.sustained_months,
        leftover=paid and soon.value.value > 2 * then.value.value,
        taken_away=paid and negative,
    )


def _verdict(result: Projection, policy: str, then: Quantity, paid_lately: bool) -> Verdict:
    reached = result.interval("reached", policy).mean
    high = math.nan if then.high is None else then.high
    cases: tuple[tuple[bool, Verdict], ...] = (
        (result.draws < 2, "one_draw"),
        (then.value < 0 and paid_lately, "too_early"),
        (high < 0, "takes_away"),
        (high < 5 and then.value < 1, "next_to_nobody"),
        (then.holds_zero, "not_told_from_nothing"),
        (then.value < 0.05 * max(reached, 1.0), "small"),
    )
    return next((verdict for holds, verdict in cases if holds), "visible")


def _price(result: Projection, policy: str, month: int) -> Of:
    cost = float(total_cost(result, policy).mean())
    added = gained(result, policy, month)
    cases = (
        (cost <= 0, "no_cost"),
        (result.draws < 2, "one_draw"),
        (added.value <= 0, "no_exits"),
        (added.holds_zero, "holds_zero"),
    )
    why = next((why for holds, why in cases if holds), None)
    if why is not None:
        return Of(policy=policy, value=Blank(why=why))
    return Of(policy=policy, value=Money(amount=cost / added.value, currency=result.currency))


def _on_the_list(result: Projection) -> OnTheList:
    """The first policy that reached anybody, at the first line."""
    table = result.targeting()
    rows = table.loc[table["line"] == result.lines[0].label].to_dict("records")
    if not rows:
        return OnTheList()
    row = rows[0]
    leaving = next(str(name) for name in table.columns if str(name).startswith("share_leaving_anyway_by_"))
    reached, poor = (
        Quantity(value=float(row[name]), low=float(row[f"{name}_low"]), high=float(row[f"{name}_high"]))
        for name in ("reached", "reached_truly_poor")
    )
    return OnTheList(
        policy=str(row["policy"]),
        reached=reached,
        poor=poor,
        coverage=_known(row["coverage"]),
        leakage=_known(row["leakage"]),
        leaving=_known(row[leaving]),
        leaving_months=int(leaving.rsplit("_", 1)[-1]),
    )


def _known(share: float) -> float | None:
    return None if math.isnan(share) else float(share)


def _depends(swings: Sequence[Swing]) -> DependsOn:
    outcomes = dict.fromkeys(swing.outcome for swing in swings)
    moving = [swing for swing in swings if swing.width > 0]
    return DependsOn(
        outcomes=tuple(
            (outcome, tuple(swing for swing in moving if swing.outcome == outcome)[:WIDEST]) for outcome in outcomes
        )
    )


__all__ = [
    "At", "BesideBenchmark", "DependsOn", "FallIn", "GraduatesForGood", "LeaveAnyway", "MixesAdd", "Of",
    "OnTheList", "PoorNow", "PriceOfAnExit", "Statement", "ZeroWithinReach", "statements",
]  # fmt: skip
