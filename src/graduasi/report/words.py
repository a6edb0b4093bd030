"""The answer in sentences: every number in them is read from the projection, with its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graduasi.projection.part import first_draws
from graduasi.projection.tables import (
    below_one_household,
    below_small_share,
    one_household_unseen,
    small_share_unseen,
    total_cost,
)
from graduasi.shown import number as number  # noqa: PLC0414 - rows and pages take it from here

if TYPE_CHECKING:
    from graduasi.projection import Interval, Projection
    from graduasi.simulation import Swing

SHORT = 0.05  # probability below which something is called out of reach


def spread(interval: Interval) -> str:
    """Mean, 90% interval and the simulation's own error, such as `461 (4.7 to 1,540; ± 56)`."""
    return told(interval.mean, interval.low, interval.high, interval.monte_carlo_error)


def told(mean: float, low: float, high: float, error: float = 0.0) -> str:
    """The same from its numbers; one draw has no interval, and an error of 0 goes without saying."""
    if not math.isfinite(mean):
        return "not defined"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{number(mean)} (no interval)"
    own = f"; ± {number(error)}" if math.isfinite(error) and number(error) != "0" else ""
    return f"{number(mean)} ({number(low)} to {number(high)}{own})"


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{share:.0%}" if math.isfinite(share) else "not defined"


def money(value: float, currency: str) -> str:
    """An amount in billions or millions."""
    if not math.isfinite(value):
        return "unknown"
    symbol = "Rp" if currency == "IDR" else currency
    for unit, name in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if abs(value) >= 0.9995 * unit:  # 999.95 million is a billion, to three digits
            return f"{symbol} {value / unit:,.3g} {name}"
    return f"{symbol} {value:,.3g}"


def chance(probability: float, unseen: float) -> str:
    """A probability as words that do not claim more than is known.

    unseen : chance of what no draw showed, see `projection.intervals.chance_unseen`.
    """
    rare = min(probability, 1.0 - probability)
    if rare >= 0.005:
        return f"about {probability:.0%}"
    bound = max(rare, unseen)
    if bound >= 0.5:
        return "not known from so few draws"
    if bound < 0.001:
        return "practically none" if probability < 0.5 else "practically certain"
    bound = max(bound, 0.01)
    return f"less than {bound:.0%}" if probability < 0.5 else f"more than {1 - bound:.0%}"


def chance_of_zero(projection: Projection, policy: str, month: int) -> str:
    """The chance that not one family is left, in words, at the first line."""
    own = policy, month, projection.lines[0].label
    return chance(below_one_household(projection, *own), one_household_unseen(projection, *own))


def chance_of_little(projection: Projection, policy: str, month: int) -> str:
    """The chance that less than 0.1% are left, in words, at the first line."""
    own = policy, month, projection.lines[0].label
    return chance(below_small_share(projection, *own), small_share_unseen(projection, *own))


def answers(
    projection: Projection, naive: Projection | None, swings: list[Swing], at: tuple[int, ...]
) -> list[tuple[str, str]]:
    """Questions and answers, in the order in which an office asks them."""
    early, late = at[0], at[-1]
    found = [_now(projection), _anyway(projection, early, late), _falling_in(projection, early, late)]
    if len(projection.policies) > 1:
        found += [
            _first_policy(projection, early, late),
            _mixes(projection, late),
            _price(projection, late),
            _zero(projection, early),
        ]
        if naive is not None:
            found.append(_naive(projection, naive, late))
        found.append(_list(projection, early))
    if swings:
        found.append(_depends(swings))
    return found


def _now(projection: Projection) -> tuple[str, str]:
    reference = projection.policies[0]
    poor = projection.interval("poor", reference, month=0)
    seen = projection.interval("remeasured", reference, month=0)
    line = projection.lines[0]
    amount = f"{projection.currency} {line.amount:,.0f} per person per month"
    beyond = (
        " If surveys err here as the model's inputs have it (Uganda's, unless stated otherwise), most of those "
        "seen below the line are there by an error of measurement."
        if seen.mean > 2 * poor.mean
        else ""
    )
    return (
        "How many families are poor now?",
        f"{spread(poor)} families are truly below {line.label} ({amount}) in {projection.index.date(0)}, one "
        f"month. A survey of everybody, with the errors that surveys have, would see {spread(seen)}.{beyond}",
    )


def _anyway(projection: Projection, early: int, late: int) -> tuple[str, str]:
    reference = projection.policies[0]
    poor = projection.interval("poor", reference, month=0).mean
    if poor == 0:
        return "How many leave anyway?", "Nobody is truly poor to begin with: is the line of the right period?"
    shares = []
    for month in (early, late):
        out = projection.interval("exits", reference, month=month).mean
        shares.append(f"{percent(out / poor)} in {projection.index.date(month)}")
    stayed = projection.interval("sustained", reference, month=late)
    return (
        "How many leave anyway?",
        f"Without any programme, {' and '.join(shares)} of them are above the line. In "
        f"{projection.index.date(late)} {spread(stayed)} families have been out for "
        f"{projection.sustained_months} months in a row. These exits are no policy's doing.",
    )


def _falling_in(projection: Projection, early: int, late: int) -> tuple[str, str]:
    reference = projection.policies[0]
    words = [
        f"{spread(projection.interval('entries', reference, month=month))} families in "
        f"{projection.index.date(month)}"
        for month in (early, late)
    ]
    return (
        "How many fall in?",
        f"Not poor at the start and poor later: {', '.join(words)}, without a policy. The model assumes that, "
        "but for growth, as many fall in as climb out; it does not find it.",
    )


def _first_policy(projection: Projection, early: int, late: int) -> tuple[str, str]:
    policy = projection.policies[1]
    soon = projection.interval("additional_self_reliant", policy, month=early)
    then = projection.interval("additional_self_reliant", policy, month=late)
    reached = projection.series("reached", policy).at(projection.months).simulated
    received = projection.flows[:, projection.index.policy(policy), :, projection.index.flow("received")]
    paid = bool(received[:, -projection.sustained_months :].any())
    verdict = (
        "One draw cannot say."
        if projection.draws < 2
        else f"It cannot be said yet: payments run then, or ended within {projection.sustained_months} months."
        if then.mean < 0 and paid
        else "No: it takes more away than it adds."
        if then.high < 0
        else "Next to nobody was graduated for good by it."
        if then.high < 5 and then.mean < 1
        else "It cannot be told from nothing at the end."
        if then.holds_zero
        else "What is left of it at the end is small, but not nothing."
        if then.mean < 0.05 * max(float(reached.mean()), 1.0)
        else "It graduates a visible number of families."
    )
    fading = ""
    if soon.mean > 2 * then.mean and received.any():
        fading = (
            " What is there early on is mostly what is left of the money: a family that lives off it counts too."
        )
    if min(soon.mean, then.mean) < 0 and received.any():
        fading += " A payment in the window takes away self-reliance by definition: the number can be below 0."
    return (
        f"Does “{policy}” graduate anyone for good?",
        f"{verdict} It adds {spread(soon)} self-reliant exits in {projection.index.date(early)} and {spread(then)} "
        f"in {projection.index.date(late)}, beyond those who leave anyway.{fading}",
    )


def _mixes(projection: Projection, late: int) -> tuple[str, str]:
    words = [
        f"{policy}: {spread(projection.interval('additional_sustained', policy, month=late))}"
        for policy in projection.policies[1:]
    ]
    return (
        "What do the mixes add?",
        f"Additional sustained exits in {projection.index.date(late)} (out under the policy and not without it, "
        f"less the reverse, same families, same luck): {'; '.join(words)}.",
    )


def _price(projection: Projection, late: int) -> tuple[str, str]:
    words = []
    for policy in projection.policies[1:]:
        cost = float(total_cost(projection, policy).mean())
        if cost <= 0:
            words.append(f"{policy}: no cost is stated")
            continue
        gained = projection.interval("additional_sustained", policy, month=late)
        if projection.draws < 2:
            words.append(f"{policy}: no price, since one draw has no interval")
        elif gained.mean <= 0:
            words.append(f"{policy}: no price, since it adds no exits")
        elif gained.holds_zero:
            words.append(f"{policy}: no price, since the interval of its additional exits holds 0")
        else:
            words.append(f"{policy}: {money(cost / gained.mean, projection.currency)}")
    return (
        "What does an exit cost?",
        f"Cost over the horizon, divided by the mean number of additional sustained exits: {'; '.join(words)}.",
    )


def _zero(projection: Projection, early: int) -> tuple[str, str]:
    line = projection.lines[0].label

    def order(policy: str) -> tuple[float, float, float]:
        poor = projection.interval("poor", policy, month=early).mean
        none = below_one_household(projection, policy, early, line)
        return none, below_small_share(projection, policy, early, line), -poor

    best = max(projection.policies, key=order)
    none_left = below_one_household(projection, best, early, line)
    unit, first = projection.units[-1], projection.policies[0]
    verdict = "No." if none_left < SHORT else "Perhaps." if none_left < 0.5 else "Yes."
    return (
        f"Is zero in {projection.index.date(early)} within reach?",
        f"{verdict} No policy does better than “{best}”: the probability that not one family is left is "
        f"{chance_of_zero(projection, best, early)}; that less than 0.1% of {unit} are left, "
        f"{chance_of_little(projection, best, early)} (in {projection.index.date(0)}, before any payment, "
        f"{chance_of_little(projection, first, 0)}).",
    )


def _naive(projection: Projection, naive: Projection, late: int) -> tuple[str, str]:
    same = first_draws(projection, naive.draws)
    words = [
        f"{policy}: {spread(naive.interval('additional_sustained', policy, month=late))}, where this model has "
        f"{number(same.interval('additional_sustained', policy, month=late).mean)}"
        for policy in projection.policies[1:]
    ]
    return (
        "And if every programme simply gave the pooled effect of the trials?",
        f"Then additional sustained exits in {projection.index.date(late)} would be, in the first {naive.draws} "
        f"draws of both: {'; '.join(words)}. None of the four structural models that this project tried "
        "has beaten this benchmark out of sample, so read both. "
        "It gives any programme the effect of a full package, and says nothing of a small grant.",
    )


def _list(projection: Projection, early: int) -> tuple[str, str]:
    table = projection.targeting()
    rows = table.loc[table["line"] == projection.lines[0].label]
    if not len(rows):
        return "Who was on the list?", "Nobody was reached."
    row = rows.iloc[0]
    if np.isnan(row["coverage"]):
        return "Who was on the list?", f"{number(row['reached'])} families, none of them truly poor at month 0."
    first = next(name for name in table.columns if name.startswith("share_leaving_anyway_by_"))
    leaving = (
        "who of those leaves anyway is not defined, since none of them is reached"
        if np.isnan(row[first])
        else f"{percent(row[first])} of those leave within {first.rsplit('_', 1)[-1]} months without any help"
    )
    return (
        "How much hangs on the list?",
        f"Of {number(row['reached'])} families reached by “{row['policy']}”, {number(row['reached_truly_poor'])} "
        f"({number(row['reached_truly_poor_low'])} to {number(row['reached_truly_poor_high'])}) are truly poor at "
        f"month 0: a leakage of {percent(row['leakage'])}. {percent(row['coverage'])} of the truly poor are on it, "
        f"and {leaving}.",
    )


def _depends(swings: list[Swing]) -> tuple[str, str]:
    outcomes = list(dict.fromkeys(swing.outcome for swing in swings))
    words = []
    for outcome in outcomes:
        top = [swing for swing in swings if swing.outcome == outcome and swing.width > 0][:3]
        listed = "; ".join(f"{swing.name}: {number(swing.low)} and {number(swing.high)}" for swing in top)
        words.append(f"{outcome}: {listed or 'nothing that is uncertain here'}")
    return (
        "What does the answer depend on most?",
        "One input at a time is put at its 10th and then at its 90th percentile (a line at the lowest and the "
        "highest of those given), all others at their medians, in a few draws. " + ". ".join(words) + ".",
    )
