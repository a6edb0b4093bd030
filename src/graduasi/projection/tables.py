"""Tables of a projection: pandas frames whose columns say what they hold and in which unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.projection.doubt import (
    LEVEL,
    Interval,
    bounds,
    chance_below_one,
    chance_unseen,
    ratio_of_sums,
)
from graduasi.projection.statistics import ADDITIONAL, HELPED, HOUSEHOLD, HURT, PLACE, RECORDED

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from graduasi.projection.projection import Projection

    Floats = NDArray[np.float64]

BILLION = 1e9
HEADLINE = ("poor", "remeasured", *ADDITIONAL)  # whose Monte Carlo error is told beside the interval
SMALL_SHARE = 0.001  # of persons: "below 0.1%"


def total_cost(projection: Projection, policy: str) -> Floats:
    """Whole cost over the horizon by draw, shape (draw,) [currency]."""
    by_draw = projection.costs_by_draw[:, projection.at.policy(policy)]
    return np.asarray(by_draw.sum(axis=(1, 2, 3)), dtype=np.float64)


def _spread(row: dict[str, Any], name: str, interval: Interval, *, error: bool = False) -> None:
    row[name] = interval.mean
    row[f"{name}_low"] = interval.low
    row[f"{name}_high"] = interval.high
    if error:
        row[f"{name}_mce"] = interval.monte_carlo_error


def summary(projection: Projection, line: str, at: tuple[int, ...]) -> pd.DataFrame:
    """See `Projection.summary`. Columns end in the month that they answer for; `_low`, `_high`: 90% interval."""
    import pandas as pd

    months = at or tuple(dict.fromkeys((min(12, projection.months), projection.months)))
    rows = [_summary_row(projection, policy, line, months) for policy in projection.policies]
    return pd.DataFrame(rows)


def _summary_row(projection: Projection, policy: str, line: str, months: tuple[int, ...]) -> dict[str, Any]:
    def interval(statistic: str, month: int, unit: str = "households") -> Interval:
        return projection.interval(statistic, policy, month=month, line=line, unit=unit)

    row: dict[str, Any] = {"policy": policy, "line": line, "unit": "households"}
    _spread(row, "poor_0", interval("poor", 0), error=True)
    row["remeasured_0"] = interval("remeasured", 0).mean
    for month in months:
        for statistic in ("poor", "exits", "sustained", "self_reliant", *ADDITIONAL, "entries", "remeasured"):
            _spread(row, f"{statistic}_{month}", interval(statistic, month), error=statistic in HEADLINE)
        row[f"chance_below_one_household_{month}"] = below_one_household(projection, policy, month, line)
        row[f"chance_below_0.1_percent_{month}"] = below_small_share(projection, policy, month, line)
    _spread(row, "cost", Interval.of(total_cost(projection, policy)))
    last = months[-1]
    row |= value_for_money(projection, policy, last, line)
    return row


def below_one_household(projection: Projection, policy: str, month: int, line: str) -> float:
    """Probability that not one family is truly poor at the month."""
    poor, _, weight, _ = projection._totals("poor", policy, line, projection.units[0])
    return chance_below_one(poor[:, month], float(weight[month]))


def one_household_unseen(projection: Projection, policy: str, month: int, line: str) -> float:
    """Chance of a draw with less than one family where no draw has it, see `chance_unseen`."""
    poor, *_ = projection._totals("poor", policy, line, projection.units[0])
    return chance_unseen(poor[:, month], 1.0)


def below_small_share(projection: Projection, policy: str, month: int, line: str) -> float:
    """Probability that less than 0.1% of persons are truly poor; of households where sizes are not known."""
    return float((_share_poor(projection, policy, month, line) < SMALL_SHARE).mean())


def small_share_unseen(projection: Projection, policy: str, month: int, line: str) -> float:
    """Chance of a draw on the side of 0.1% on which no draw is, see `chance_unseen`."""
    return chance_unseen(_share_poor(projection, policy, month, line), SMALL_SHARE)


def _share_poor(projection: Projection, policy: str, month: int, line: str) -> Floats:
    unit = projection.units[-1]
    poor = projection.series("poor", policy, line=line, unit=unit)[:, month]
    return np.asarray(poor / projection.totals[unit], dtype=np.float64)


def value_for_money(projection: Projection, policy: str, month: int, line: str) -> dict[str, Any]:
    """Additional sustained exits per billion, and the cost of one as a ratio of means, or why it is blank."""
    cost = total_cost(projection, policy)
    gained = projection.series("additional_sustained", policy, line=line)[:, month]
    row: dict[str, Any] = {}
    name = "additional_sustained_per_billion"
    if not (cost > 0).all():
        row |= {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
        return row | {"cost_per_additional_sustained": np.nan, "why_blank": "no cost"}
    interval = projection.interval("additional_sustained", policy, month=month, line=line)
    raw = projection._totals("additional_sustained", policy, line, "households")[0][:, month]
    none = 1.0 if interval.holds_zero else 0.0
    rate = Interval.of(gained / cost * BILLION, none=none, raw=raw / cost * BILLION)
    _spread(row, name, rate)
    blank = interval.holds_zero or interval.mean <= 0
    row["cost_per_additional_sustained"] = np.nan if blank else float(cost.mean()) / interval.mean
    why = "adds no sustained exits" if interval.mean <= 0 else "interval of additional sustained exits holds 0"
    row["why_blank"] = why if blank else ""
    return row


def monthly(projection: Projection) -> pd.DataFrame:
    """See `Projection.monthly`."""
    import pandas as pd

    frames = []
    month = np.arange(projection.months + 1)
    dates = [projection.at.date(int(each)) for each in month]
    for policy in projection.policies:
        for line in projection.lines:
            for unit in projection.units:
                for statistic in RECORDED.told:
                    draws = projection.series(statistic, policy, line=line.label, unit=unit)
                    low, high = np.full(month.size, np.nan), np.full(month.size, np.nan)
                    if draws.shape[0] > 1:
                        raw = projection._totals(statistic, policy, line.label, unit)[0]
                        none = projection._chance_of_none(statistic, policy, line=line.label)
                        low, high = bounds(draws, raw, LEVEL, none)
                    columns = {
                        "policy": policy,
                        "line": line.label,
                        "unit": unit,
                        "statistic": statistic,
                        "month": month,
                        "date": dates,
                        "mean": draws.mean(axis=0),
                        "low": low,
                        "high": high,
                    }
                    frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def compare(projection: Projection, policy: str, against: str, line: str) -> pd.DataFrame:
    """See `Projection.compare`. Helped and hurt are known only against the reference policy."""
    import pandas as pd

    reference = projection.at.policy(against) == 0
    rows = []
    for helped, hurt, additional in zip(HELPED, HURT, ADDITIONAL, strict=True):
        draws = projection.series(additional, policy, line=line)
        raw = projection._totals(additional, policy, line, "households")[0]
        if not reference:
            draws = draws - projection.series(additional, against, line=line)
            raw = raw - projection._totals(additional, against, line, "households")[0]
        for month in range(projection.months + 1):
            row: dict[str, Any] = {
                "policy": policy, "against": against, "line": line, "unit": "households",
                "exit": additional.removeprefix("additional_") if "_" in additional else "gross", "month": month,
            }  # fmt: skip
            for name, statistic in (("helped", helped), ("hurt", hurt)):
                known = projection.series(statistic, policy, line=line)[:, month].mean() if reference else np.nan
                row[name] = known
            interval = Interval.of(draws[:, month], raw=raw[:, month])
            if reference:
                interval = projection.interval(additional, policy, month=month, line=line)
            _spread(row, "additional", interval)
            rows.append(row)
    return pd.DataFrame(rows)


def costs(projection: Projection) -> pd.DataFrame:
    """See `Projection.costs`."""
    import pandas as pd

    from graduasi.policy.enrolment import COMPONENTS

    rows = []
    for at, policy in enumerate(projection.policies):
        for place, programme in enumerate(projection.programmes):
            families = projection.enrolled[:, at, place]
            if not families.any():
                continue
            for component, name in enumerate(COMPONENTS):
                amount = projection.costs_by_draw[:, at, place, component].sum(axis=-1)
                row: dict[str, Any] = {
                    "policy": policy, "programme": programme, "component": name,
                    "currency": projection.currency, "households_enrolled": float(families.mean()),
                }  # fmt: skip
                _spread(row, "cost", Interval.of(amount))
                rows.append(row)
    columns = [
        "policy",
        "programme",
        "component",
        "currency",
        "households_enrolled",
        "cost",
        "cost_low",
        "cost_high",
    ]
    return pd.DataFrame(rows, columns=columns)


def targeting(projection: Projection) -> pd.DataFrame:
    """See `Projection.targeting`. Shares are ratios of sums over draws, of households."""
    import pandas as pd

    rows = []
    early = min(12, projection.months)
    for at, policy in enumerate(projection.policies):
        for place, line in enumerate(projection.lines):
            values = projection.values[:, 0, at, :, place].sum(axis=-1)
            reached = values[:, -1, PLACE["reached"]]
            if not reached.any():
                continue
            poor, found = values[:, 0, PLACE["poor"]], values[:, -1, PLACE["reached_poor"]]
            row: dict[str, Any] = {"policy": policy, "line": line.label, "unit": "households"}
            _spread(row, "reached", Interval.of(reached))
            _spread(row, "reached_truly_poor", Interval.of(found))
            _spread(row, "coverage", ratio_of_sums(found, poor))
            _spread(row, "undercoverage", ratio_of_sums(poor - found, poor))
            _spread(row, "leakage", ratio_of_sums(reached - found, reached))
            anyway = values[:, :, PLACE["reached_anyway"]]
            _spread(row, f"share_leaving_anyway_by_{early}", ratio_of_sums(anyway[:, early], found))
            _spread(row, f"share_leaving_anyway_by_{projection.months}", ratio_of_sums(anyway[:, -1], found))
            rows.append(row)
    names = (
        "reached", "reached_truly_poor", "coverage", "undercoverage", "leakage", f"share_leaving_anyway_by_{early}",
        f"share_leaving_anyway_by_{projection.months}",
    )  # fmt: skip
    spread = [f"{name}{end}" for name in dict.fromkeys(names) for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["policy", "line", "unit", *spread])


def households(projection: Projection, policy: str) -> pd.DataFrame:
    """See `Projection.households`."""
    import pandas as pd

    values = projection.household_values[projection.at.policy(policy)]
    columns = {name: values[place] for place, name in enumerate(HOUSEHOLD)}
    return pd.DataFrame({"id": projection.household_ids, **columns})


def by_group(projection: Projection, statistic: str, month: int, unit: str) -> pd.DataFrame:
    """See `Projection.by`. Intervals are over draws as simulated: a group has too few records to settle them."""
    import pandas as pd

    which = projection.at.unit(unit)
    if statistic not in PLACE:
        projection.series(statistic, projection.policies[0])  # refuses an unknown name in its own words
    rows = []
    for at, policy in enumerate(projection.policies):
        for place, line in enumerate(projection.lines):
            block = projection.values[:, which, at, month, place]
            for number, group in enumerate(projection.groups):
                if statistic in PLACE:
                    draws = block[:, PLACE[statistic], number]
                else:
                    kind = ADDITIONAL.index(statistic)
                    draws = block[:, PLACE[HELPED[kind]], number] - block[:, PLACE[HURT[kind]], number]
                row: dict[str, Any] = {
                    "policy": policy, "line": line.label, "unit": unit, "group": group, "month": month,
                    "statistic": statistic,
                }  # fmt: skip
                _spread(row, "value", Interval.of(draws))
                rows.append(row)
    return pd.DataFrame(rows)
