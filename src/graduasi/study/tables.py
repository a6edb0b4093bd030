"""Tables of findings: rows of quantities under heads that say what they are of; faces find the words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from graduasi.projection.part import first_draws
from graduasi.study.chances import chances_left
from graduasi.study.quantity import Blank, Cell, Money, Quantity, known

if TYPE_CHECKING:
    from graduasi.projection import Projection, Series
    from graduasi.study.findings import Variation

MEASURES = (
    "poor", "exits", "sustained", "self_reliant", "additional", "additional_sustained", "additional_self_reliant",
    "entries", "remeasured",
)  # fmt: skip
GAINED = "additional_sustained"


@frozen(kw_only=True)
class Head:
    """What a row or a column is of: a measure, a policy or line or group by its name, a calendar month."""

    measure: str
    subject: str = ""
    date: str = ""


@frozen(kw_only=True)
class Row:
    """A row of cells, one a column."""

    head: Head
    cells: tuple[Cell, ...]


@frozen(kw_only=True)
class Table:
    """Rows under the heads of their columns."""

    name: str
    columns: tuple[Head, ...]
    rows: tuple[Row, ...]


def of_policies(result: Projection, at: Sequence[int]) -> Table:
    """Measures down, policies across, at the first line and each month of `at`."""
    frame = result.summary(line=result.lines[0].label, at=tuple(at))
    records: list[dict[str, float]] = [{str(key): row[key] for key in row} for row in frame.to_dict("records")]
    rows = [_measured("poor", 0, result, records)]
    for month in at:
        rows += [_measured(measure, month, result, records) for measure in MEASURES]
        rows += list(_chances(result, month))
    rate, price = f"{GAINED}_per_billion", f"cost_per_{GAINED}"
    costs = tuple(Money(amount=record["cost"], currency=result.currency) for record in records)
    rows.append(Row(head=Head(measure="cost"), cells=costs))
    rates = tuple(_quantity(record, rate, f"households per billion {result.currency}") for record in records)
    rows.append(Row(head=Head(measure=rate), cells=rates))
    rows.append(
        Row(head=Head(measure=price), cells=tuple(_price(record, price, result.currency) for record in records))
    )
    return Table(name="policies", columns=_heads("policy", result.policies), rows=tuple(rows))


def _heads(measure: str, subjects: Iterable[str], date: str = "") -> tuple[Head, ...]:
    return tuple(Head(measure=measure, subject=subject, date=date) for subject in subjects)


def _measured(measure: str, month: int, result: Projection, records: Sequence[Mapping[str, float]]) -> Row:
    head = Head(measure=measure, date=result.index.date(month))
    return Row(head=head, cells=tuple(_quantity(record, f"{measure}_{month}") for record in records))


def _quantity(record: Mapping[str, float], name: str, unit: str = "households") -> Cell:
    low, high, error = record[f"{name}_low"], record[f"{name}_high"], record.get(f"{name}_mce", 0.0)
    return known(Quantity(value=record[name], low=low, high=high, error=error, unit=unit))


def _chances(result: Projection, month: int) -> Iterator[Row]:
    """That no family is left, and that few are."""
    found = [chances_left(result, policy, month) for policy in result.policies]
    date = result.index.date(month)
    yield Row(head=Head(measure="chance_none_left", date=date), cells=tuple(each.none for each in found))
    few = Head(measure="chance_few_left", subject=result.units[-1], date=date)
    yield Row(head=few, cells=tuple(each.few for each in found))


def _price(record: Mapping[str, object], name: str, currency: str) -> Cell:
    price = record[name]
    if isinstance(price, float) and not math.isnan(price):
        return Money(amount=price, currency=currency)
    return Blank(why=str(record["why_blank"]))


def gained(result: Projection, policy: str, month: int, line: str | None = None) -> Quantity:
    """Additional sustained exits of a policy."""
    return Quantity.of(result.interval(GAINED, policy, month=month, line=line))


def of_lines(result: Projection, month: int) -> Table:
    """Lines down: truly poor and seen poor at month 0, and what each policy adds by `month`."""
    reference = result.policies[0]
    rows = []
    for line in result.lines:
        now = (
            Quantity.of(result.interval(measure, reference, month=0, line=line.label))
            for measure in ("poor", "remeasured")
        )
        added = (gained(result, policy, month, line.label) for policy in result.policies[1:])
        rows.append(Row(head=Head(measure="line", subject=line.label), cells=(*now, *added)))
    now_heads = (Head(measure="poor_now"), Head(measure="seen_poor_now"))
    return Table(name="lines", columns=(*now_heads, *_heads(GAINED, result.policies[1:])), rows=tuple(rows))


def of_groups(result: Projection, month: int) -> Table:
    """Groups of the population down, at the first line; without rows where there are no groups."""
    date, line = result.index.date(month), result.lines[0].label
    added = _heads(GAINED, result.policies[1:], date)
    columns = (Head(measure="poor_now"), *added)
    if len(result.groups) < 2:
        return Table(name="groups", columns=columns, rows=())
    shown = [("poor", result.policies[0], 0), *((GAINED, policy, month) for policy in result.policies[1:])]
    rows = (
        Row(
            head=Head(measure="group", subject=group),
            cells=tuple(
                _of_group(result.series(name, policy, line=line).by(group).at(when)) for name, policy, when in shown
            ),
        )
        for group in result.groups
    )
    return Table(name="groups", columns=columns, rows=tuple(rows))


def _of_group(series: Series) -> Quantity:
    """A mean with its interval over draws as simulated; a group has too few records for an error of its own."""
    found = series.interval()
    return Quantity(value=found.mean, low=found.low, high=found.high)


def of_benchmark(result: Projection, benchmark: Projection | None, month: int) -> Table:
    """Policies down: what each adds by this model and by the benchmark, both of the benchmark's draws."""
    columns = (Head(measure=GAINED, subject="model"), Head(measure=GAINED, subject="benchmark"))
    if benchmark is None:
        return Table(name="benchmark", columns=columns, rows=())
    same = first_draws(result, benchmark.draws)
    rows = (
        Row(
            head=Head(measure="policy", subject=policy),
            cells=(gained(same, policy, month), gained(benchmark, policy, month)),
        )
        for policy in result.policies[1:]
    )
    return Table(name="benchmark", columns=columns, rows=tuple(rows))


def of_variants(result: Projection, variants: Sequence[Variation], month: int) -> Table:
    """The scenario and its variants down, all of the same draws."""
    added = _heads(GAINED, result.policies[1:])
    columns = (Head(measure="households"), Head(measure="poor_now"), *added, Head(measure="draws"))
    if not variants:
        return Table(name="variants", columns=columns, rows=())
    fewest = min(other.result.draws for other in variants)
    rows = [_variant(Head(measure="as_given"), first_draws(result, fewest), month)]
    rows += [_variant(Head(measure="variant", subject=other.label), other.result, month) for other in variants]
    return Table(name="variants", columns=columns, rows=tuple(rows))


def _variant(head: Head, other: Projection, month: int) -> Row:
    poor = Quantity.of(other.interval("poor", other.policies[0], month=0))
    added = (gained(other, policy, month) for policy in other.policies[1:])
    return Row(head=head, cells=(Quantity(value=other.totals["households"]), poor, *added, other.draws))


def of_costs(result: Projection) -> Table:
    """Policies down, a row a programme and component that costs something."""
    columns = tuple(Head(measure=name) for name in ("programme", "component", "households_enrolled", "cost"))
    rows = (
        Row(
            head=Head(measure="policy", subject=str(record["policy"])),
            cells=(
                str(record["programme"]),
                str(record["component"]),
                Quantity(value=float(record["households_enrolled"])),
                Money(amount=float(record["cost"]), currency=result.currency),
            ),
        )
        for record in result.costs().to_dict("records")
        if record["cost"]
    )
    return Table(name="costs", columns=columns, rows=tuple(rows))
