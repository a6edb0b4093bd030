"""The answer in sentences: a question and an answer for each kind of statement; every number is the statement's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from graduasi.report.words import chance, number, percent, shown
from graduasi.study import statements as said
from graduasi.study.quantity import Blank, Cell, Chance

if TYPE_CHECKING:
    from graduasi.study import Findings

SHORT = 0.05  # probability below which something is called out of reach
VERDICTS = {
    "one_draw": "One draw cannot say.",
    "too_early": "It cannot be said yet: payments run then, or ended within {months} months.",
    "takes_away": "No: it takes more away than it adds.",
    "next_to_nobody": "Next to nobody was graduated for good by it.",
    "not_told_from_nothing": "It cannot be told from nothing at the end.",
    "small": "What is left of it at the end is small, but not nothing.",
    "visible": "It graduates a visible number of families.",
}
NO_PRICE = {
    "no_cost": "no cost is stated",
    "one_draw": "no price, since one draw has no interval",
    "no_exits": "no price, since it adds no exits",
    "holds_zero": "no price, since the interval of its additional exits holds 0",
}


def answers(findings: Findings) -> list[tuple[str, str]]:
    """Questions and answers, in the order in which an office asks them."""
    return [SENTENCES[type(statement)](statement, findings) for statement in findings.statements]


def _listed(items: Iterable[said.Of], words: Callable[[Cell], str] = shown) -> str:
    return "; ".join(f"{item.policy}: {words(item.value)}" for item in items)


def _chance(given: Chance) -> str:
    return chance(given.probability, given.unseen)


def _poor_now(given: said.PoorNow, findings: Findings) -> tuple[str, str]:
    line = findings.result.lines[0]
    amount = f"{line.currency} {line.amount:,.0f} per person per month"
    beyond = (
        " If surveys err here as the model's inputs have it (Uganda's, unless stated otherwise), most of those "
        "seen below the line are there by an error of measurement."
        if given.mostly_error
        else ""
    )
    return (
        "How many families are poor now?",
        f"{shown(given.poor)} families are truly below {given.line} ({amount}) in {given.date}, one "
        f"month. A survey of everybody, with the errors that surveys have, would see {shown(given.seen)}.{beyond}",
    )


def _leave_anyway(given: said.LeaveAnyway, _: Findings) -> tuple[str, str]:
    question = "How many leave anyway?"
    if given.stayed is None:
        return question, "Nobody is truly poor to begin with: is the line of the right period?"
    shares = " and ".join(f"{percent(share.value.value)} in {share.date}" for share in given.shares)
    return (
        question,
        f"Without any programme, {shares} of them are above the line. In {given.stayed.date} "
        f"{shown(given.stayed.value)} families have been out for {given.sustained_months} months in a row. These "
        "exits are no policy's doing.",
    )


BALANCED = "The model assumes that, but for growth, as many fall in as climb out; it does not find it."
DRIFTING = "In this model the number of poor moves by itself: as many fall in as its income process makes."


def _fall_in(given: said.FallIn, _: Findings) -> tuple[str, str]:
    words = ", ".join(f"{shown(each.value)} families in {each.date}" for each in given.entries)
    model = BALANCED if given.balanced else DRIFTING
    return (
        "How many fall in?",
        f"Not poor at the start and poor later: {words}, without a policy. {model}",
    )


def _graduates(given: said.GraduatesForGood, _: Findings) -> tuple[str, str]:
    verdict = VERDICTS[given.verdict].replace("{months}", str(given.sustained_months))
    fading = ""
    if given.leftover:
        fading = (
            " What is there early on is mostly what is left of the money: a family that lives off it counts too."
        )
    if given.taken_away:
        fading += " A payment in the window takes away self-reliance by definition: the number can be below 0."
    return (
        f"Does “{given.policy}” graduate anyone for good?",
        f"{verdict} It adds {shown(given.early.value)} self-reliant exits in {given.early.date} and "
        f"{shown(given.late.value)} in {given.late.date}, beyond those who leave anyway.{fading}",
    )


def _mixes(given: said.MixesAdd, _: Findings) -> tuple[str, str]:
    return (
        "What do the mixes add?",
        f"Additional sustained exits in {given.date} (out under the policy and not without it, less "
        f"the reverse, same families, same luck): {_listed(given.gained)}.",
    )


def _price(given: said.PriceOfAnExit, _: Findings) -> tuple[str, str]:
    def words(cell: Cell) -> str:
        return NO_PRICE[cell.why] if isinstance(cell, Blank) else shown(cell)

    return (
        "What does an exit cost?",
        "Cost over the horizon, divided by the mean number of additional sustained exits: "
        f"{_listed(given.prices, words)}.",
    )


def _zero(given: said.ZeroWithinReach, _: Findings) -> tuple[str, str]:
    best, none_left = given.best, given.best.none.probability
    verdict = "No." if none_left < SHORT else "Perhaps." if none_left < 0.5 else "Yes."
    return (
        f"Is zero in {given.date} within reach?",
        f"{verdict} No policy does better than “{best.policy}”: the probability that not one family is left is "
        f"{_chance(best.none)}; that less than 0.1% of {best.unit} are left, "
        f"{_chance(best.few)} (in {given.date_before}, before any payment, {_chance(given.before.few)}).",
    )


def _benchmark(given: said.BesideBenchmark, _: Findings) -> tuple[str, str]:
    own = {item.policy: item.value for item in given.model}

    def value(cell: Cell) -> str:
        return number(getattr(cell, "value", math.nan))

    words = "; ".join(
        f"{item.policy}: {shown(item.value)}, where this model has {value(own[item.policy])}"
        for item in given.benchmark
    )
    return (
        "And if every programme simply gave the pooled effect of the trials?",
        f"Then additional sustained exits in {given.date} would be, in the first {given.draws} draws "
        f"of both: {words}. None of the four structural models that this project tried "
        "has beaten this benchmark out of sample, so read both. "
        "It gives any programme the effect of a full package, and says nothing of a small grant.",
    )


def _list(given: said.OnTheList, _: Findings) -> tuple[str, str]:
    if given.reached is None or given.poor is None:
        return "Who was on the list?", "Nobody was reached."
    reached = number(given.reached.value)
    if given.coverage is None or given.leakage is None:
        return "Who was on the list?", f"{reached} families, none of them truly poor at month 0."
    leaving = (
        "who of those leaves anyway is not defined, since none of them is reached"
        if given.leaving is None
        else f"{percent(given.leaving)} of those leave within {given.leaving_months} months without any help"
    )
    low, high = (math.nan if end is None else end for end in (given.poor.low, given.poor.high))
    return (
        "How much hangs on the list?",
        f"Of {reached} families reached by “{given.policy}”, {number(given.poor.value)} "
        f"({number(low)} to {number(high)}) are truly poor at "
        f"month 0: a leakage of {percent(given.leakage)}. {percent(given.coverage)} of the truly poor are on it, "
        f"and {leaving}.",
    )


def _depends(given: said.DependsOn, _: Findings) -> tuple[str, str]:
    words = []
    for outcome, swings in given.outcomes:
        listed = "; ".join(f"{swing.name}: {number(swing.low)} and {number(swing.high)}" for swing in swings)
        words.append(f"{outcome}: {listed or 'nothing that is uncertain here'}")
    return (
        "What does the answer depend on most?",
        "One input at a time is put at its 10th and then at its 90th percentile (a line at the lowest and the "
        "highest of those given), all others at their medians, in a few draws. " + ". ".join(words) + ".",
    )


SENTENCES: dict[type, Callable[..., tuple[str, str]]] = {
    said.PoorNow: _poor_now,
    said.LeaveAnyway: _leave_anyway,
    said.FallIn: _fall_in,
    said.GraduatesForGood: _graduates,
    said.MixesAdd: _mixes,
    said.PriceOfAnExit: _price,
    said.ZeroWithinReach: _zero,
    said.BesideBenchmark: _benchmark,
    said.OnTheList: _list,
    said.DependsOn: _depends,
}
