"""Tables of a projection: lists of rows whose columns say what they hold and in which unit; frames at the edge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from graduasi.policy.enrolment import COMPONENTS
from graduasi.projection.arrays import ResultArrays
from graduasi.projection.axes import AXES, at, read
from graduasi.projection.clocks import MONTH, YEAR, on_clock, periods
from graduasi.projection.intervals import Interval, chance_below_one, chance_unseen
from graduasi.projection.series import Series, select
from graduasi.projection.statistics import HOUSEHOLD, MONTHS_OF_A_YEAR

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Row = dict[str, str | float]

BILLION = 1e9
SMALL_SHARE = 0.001  # of persons: "below 0.1%"
EARLY = 12  # months
COUNTED = ("poor", "exits", "sustained", "self_reliant")
COST_COLUMNS = (
    "policy", "programme", "component", "currency", "households_enrolled", "cost", "cost_low", "cost_high",
)  # fmt: skip


def frame(rows: Sequence[Row], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return rows as a pandas frame."""
    import pandas as pd

    return pd.DataFrame(rows, columns=None if columns is None else list(columns))


def total_cost(projection: ResultArrays, policy: str) -> Floats:
    """Return the whole cost over the horizon by draw, shape (draw,) [currency]."""
    by_draw = read(projection.costs_by_draw, AXES["costs_by_draw"], policy=projection.index.policy(policy))
    return np.asarray(by_draw.sum(axis=(1, 2, 3)), dtype=np.float64)


def _spread(row: Row, name: str, interval: Interval, *, error: bool = False) -> None:
    row[name] = interval.mean
    row[f"{name}_low"] = interval.low
    row[f"{name}_high"] = interval.high
    if error:
        row[f"{name}_mce"] = interval.monte_carlo_error


def summary_rows(projection: ResultArrays, line: str, at: tuple[int, ...]) -> list[Row]:
    """Return a row a policy. Columns end in the month that they answer for; `_low`, `_high`: 90% interval."""
    months = at or tuple(dict.fromkeys((min(EARLY, projection.months), projection.months)))
    return [_summary_row(projection, policy, line, months) for policy in projection.policies]


def _summary_row(projection: ResultArrays, policy: str, line: str, months: tuple[int, ...]) -> Row:
    additional = projection.statistics.additional
    names = (*COUNTED, *additional, "entries", "remeasured")
    series = {name: select(projection, name, policy, line=line) for name in names}
    headline = ("poor", "remeasured", *additional)  # whose Monte Carlo error is told beside the interval
    row: Row = {"policy": policy, "line": line, "unit": "households"}
    _spread(row, "poor_0", series["poor"].at(0).interval(), error=True)
    row["remeasured_0"] = series["remeasured"].at(0).interval().mean
    for month in months:
        for name in names:
            _spread(row, f"{name}_{month}", series[name].at(month).interval(), error=name in headline)
        row[f"chance_below_one_household_{month}"] = below_one_household(projection, policy, month, line)
        row[f"chance_below_0.1_percent_{month}"] = below_small_share(projection, policy, month, line)
    _spread(row, "cost", Interval.of(total_cost(projection, policy)))
    return row | value_for_money(projection, policy, months[-1], line)


def _poor(projection: ResultArrays, policy: str, month: int, line: str, unit: str) -> Series:
    return select(projection, "poor", policy, line=line, unit=unit).at(month)


def below_one_household(projection: ResultArrays, policy: str, month: int, line: str) -> float:
    """Return the probability that not one household is truly poor at the month."""
    poor = _poor(projection, policy, month, line, projection.units[0])
    assert poor.event_weight is not None
    return chance_below_one(poor.simulated[:, 0], float(poor.event_weight[0]))


def one_household_unseen(projection: ResultArrays, policy: str, month: int, line: str) -> float:
    """Return the chance of a draw with less than one household where no draw has it, see `chance_unseen`."""
    return chance_unseen(_poor(projection, policy, month, line, projection.units[0]).simulated[:, 0], 1.0)


def below_small_share(projection: ResultArrays, policy: str, month: int, line: str) -> float:
    """Return the probability that less than 0.1% of persons are truly poor; of households without sizes."""
    return float((_share_poor(projection, policy, month, line) < SMALL_SHARE).mean())


def small_share_unseen(projection: ResultArrays, policy: str, month: int, line: str) -> float:
    """Return the chance of a draw on the side of 0.1% on which no draw is, see `chance_unseen`."""
    return chance_unseen(_share_poor(projection, policy, month, line), SMALL_SHARE)


def _share_poor(projection: ResultArrays, policy: str, month: int, line: str) -> Floats:
    unit = projection.units[-1]
    poor = _poor(projection, policy, month, line, unit).draws[:, 0]
    return np.asarray(poor / projection.totals[unit], dtype=np.float64)


def value_for_money(projection: ResultArrays, policy: str, month: int, line: str) -> Row:
    """Return additional sustained exits per billion, and what one costs, or why that is blank."""
    cost = total_cost(projection, policy)
    row: Row = {}
    name = "additional_sustained_per_billion"
    if not (cost > 0).all():
        row |= {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
        return row | {"cost_per_additional_sustained": np.nan, "why_blank": "no cost"}
    gained = select(projection, "additional_sustained", policy, line=line).at(month)
    interval = gained.interval()
    none = 1.0 if interval.holds_zero else 0.0
    rate, raw = (draws[:, 0] / cost * BILLION for draws in (gained.draws, gained.simulated))
    _spread(row, name, Interval.of(rate, none=none, raw=raw))
    blank = interval.holds_zero or interval.mean <= 0
    row["cost_per_additional_sustained"] = np.nan if blank else float(cost.mean()) / interval.mean
    why = "adds no sustained exits" if interval.mean <= 0 else "interval of additional sustained exits holds 0"
    row["why_blank"] = why if blank else ""
    return row


def monthly(projection: ResultArrays) -> pd.DataFrame:
    """Return a frame with a row a policy, line, unit, statistic and month."""
    return _by_period(projection, MONTH, {month: month for month in periods(projection, MONTH)})


def yearly(projection: ResultArrays) -> pd.DataFrame:
    """Return a frame with a row a policy, line, unit, statistic and year; its date is that of the year's end."""
    return _by_period(projection, YEAR, {year: MONTHS_OF_A_YEAR * year for year in periods(projection, YEAR)})


def _by_period(projection: ResultArrays, clock: str, ends: Mapping[int, int]) -> pd.DataFrame:
    """Return a frame of every series on a clock. ends : the month of each period's end."""
    import pandas as pd

    dates = [projection.index.date(month) for month in ends.values()]
    frames = []
    for series in every_series(projection, clock):
        low, high = series.bounds()
        columns = {
            "policy": series.policy,
            "line": series.line,
            "unit": series.unit,
            "statistic": series.statistic if series.label is None else f"{series.statistic}: {series.label}",
            clock: np.array(list(ends)),
            "date": dates,
            "mean": series.mean(),
            "low": low,
            "high": high,
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def every_series(projection: ResultArrays, clock: str = MONTH) -> Iterator[Series]:
    """Yield every statistic by policy, line and unit, then the amounts that the run was asked for."""
    recorded = on_clock(projection, clock)
    for policy in projection.policies:
        for line in projection.lines:
            for unit in projection.units:
                for statistic in recorded.statistics.told:
                    yield select(projection, statistic, policy, line=line.label, unit=unit, clock=clock)
        for amounts in recorded.amounts:
            lines = projection.lines if amounts.statistic.by_line else projection.lines[:1]
            for line in lines:
                for unit in amounts.units:
                    for label in amounts.statistic.labels or (None,):
                        name = amounts.statistic.name
                        yield select(projection, name, policy, line=line.label, unit=unit, label=label, clock=clock)


def compare_rows(projection: ResultArrays, policy: str, against: str, line: str) -> list[Row]:
    """Return the effect of a policy against another by exit and month.

    Helped and hurt are known only against the reference policy.
    """
    reference = projection.index.policy(against) == 0
    rows: list[Row] = []
    for event in projection.statistics.events:
        effect = event.differences
        assert effect is not None
        difference = select(projection, event.name, policy, line=line).minus(against)
        known = {"helped": effect.helped, "hurt": effect.hurt}
        means = {name: select(projection, told, policy, line=line) for name, told in known.items()}
        for month in difference.months:
            row: Row = {
                "policy": policy, "against": against, "line": line, "unit": "households",
                "exit": effect.additional.removeprefix("additional").removeprefix("_") or "gross", "month": month,
            }  # fmt: skip
            for name, series in means.items():
                row[name] = float(series.draws[:, month].mean()) if reference else np.nan
            _spread(row, "additional", difference.at(month).interval())
            rows.append(row)
    return rows


def costs_rows(projection: ResultArrays) -> list[Row]:
    """Return cost by policy, programme and component over the horizon [currency]."""
    rows: list[Row] = []
    for policy in projection.policies:
        for programme in projection.programmes:
            own = {"policy": projection.index.policy(policy), "programme": projection.index.programme(programme)}
            households = read(projection.enrolled, AXES["enrolled"], **own)
            if not households.any():
                continue
            for component in COMPONENTS:
                where = at(AXES["costs_by_draw"], component=COMPONENTS.index(component), **own)
                row: Row = {
                    "policy": policy, "programme": programme, "component": component,
                    "currency": projection.currency, "households_enrolled": float(households.mean()),
                }  # fmt: skip
                _spread(row, "cost", Interval.of(projection.costs_by_draw[where].sum(axis=-1)))
                rows.append(row)
    return rows


def targeting_rows(projection: ResultArrays) -> list[Row]:
    """Return who was reached by policy and line. Shares are ratios of sums over draws, of households."""
    rows: list[Row] = []
    early, last = min(EARLY, projection.months), projection.months
    names = ("poor", "reached", "reached_poor", "reached_anyway")
    for policy in projection.policies:
        for line in projection.lines:
            series = {name: select(projection, name, policy, line=line.label) for name in names}
            reached, found, poor = series["reached"].at(), series["reached_poor"].at(), series["poor"].at(0)
            if not reached.simulated.any():
                continue
            row: Row = {"policy": policy, "line": line.label, "unit": "households"}
            _spread(row, "reached", Interval.of(reached.simulated[:, 0]))
            _spread(row, "reached_truly_poor", Interval.of(found.simulated[:, 0]))
            _spread(row, "coverage", (found / poor).interval())
            _spread(row, "undercoverage", found.missing_from(poor).interval())
            _spread(row, "leakage", found.missing_from(reached).interval())
            for month in dict.fromkeys((early, last)):
                share = series["reached_anyway"].at(month) / found
                _spread(row, f"share_leaving_anyway_by_{month}", share.interval())
            rows.append(row)
    return rows


def targeting_columns(projection: ResultArrays) -> list[str]:
    """Return the columns of the table of targeting, which may have no row."""
    early = min(EARLY, projection.months)
    names = (
        "reached", "reached_truly_poor", "coverage", "undercoverage", "leakage", f"share_leaving_anyway_by_{early}",
        f"share_leaving_anyway_by_{projection.months}",
    )  # fmt: skip
    spread = [f"{name}{end}" for name in dict.fromkeys(names) for end in ("", "_low", "_high")]
    return ["policy", "line", "unit", *spread]


def households(projection: ResultArrays, policy: str) -> pd.DataFrame:
    """Return a frame with a row a household, see `Projection.households`."""
    import pandas as pd

    values = projection.household_values[projection.index.policy(policy)]
    columns = dict(zip(HOUSEHOLD, values, strict=True))
    return pd.DataFrame({"id": projection.household_ids, **columns})


def group_rows(projection: ResultArrays, statistic: str, month: int, unit: str) -> list[Row]:
    """Return a statistic by group. Intervals are over draws as simulated, see `Series.by`."""
    rows: list[Row] = []
    for policy in projection.policies:
        for line in projection.lines:
            for group in projection.groups:
                series = select(projection, statistic, policy, line=line.label, unit=unit, group=group)
                row: Row = {
                    "policy": policy, "line": line.label, "unit": unit, "group": group, "month": month,
                    "statistic": statistic,
                }  # fmt: skip
                _spread(row, "value", series.at(month).interval())
                rows.append(row)
    return rows
