"""A survey calibrated to new totals, and welfare carried forward: the population of another year or place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import evolve, frozen

from graduasi._typing import Array, Bools, Floats
from graduasi.checks import number, one_of
from graduasi.errors import FitError, InputError
from graduasi.fields import Domain, is_number, refuse
from graduasi.lines import PovertyLine
from graduasi.measures.ranks import fractional_ranks
from graduasi.population.balancing import Margins, Totals, approach, beyond, checked, rake
from graduasi.population.population import Population

if TYPE_CHECKING:
    import pandas as pd


Calibrator = Literal["entropy", "raking"]
OVERTAKEN = 0.01  # of welfare
TOLERANCE = 1e-12  # of each total


@frozen(kw_only=True, eq=False)
class Calibration:
    """A reweighted population and how far its weights had to move.

    effective_before, effective_after : effective sample sizes, (sum w)^2 / sum w^2 (Kish 1965) [records].
    largest, smallest : ratios of new weights to old ones beside the change of all.
    table : a row a target: `before`, `wanted`, `after`, in the target's own unit, and `change`, after / before - 1.
    """

    population: Population
    effective_before: float
    effective_after: float
    largest: float
    smallest: float
    table: pd.DataFrame

    def __repr__(self) -> str:
        change = self.table["change"].to_numpy()
        furthest = int(np.abs(change).argmax())
        return (
            f"Calibration({len(self.table)} targets; effective sample {self.effective_before:,.0f} -> "
            f"{self.effective_after:,.0f} records; weights moved {self.smallest:.3g} to {self.largest:.3g} times; "
            f"{self.table['target'].iloc[furthest]} moved most, by {change[furthest]:+.1%})"
        )


@frozen(kw_only=True)
class _Target:
    """A total that is linear in the families' weights: sum(weight x column) = goal."""

    name: str
    column: Floats
    goal: float
    value: Callable[[Floats], float]
    wanted: float


def reweight(
    population: Population,
    *,
    persons: float | None = None,
    families: float | None = None,
    mean: float | None = None,
    headcounts: Mapping[PovertyLine, float] | None = None,
    groups: Mapping[str, float] | None = None,
    totals: Mapping[str, float | Totals] | None = None,
    method: Calibrator = "entropy",
) -> Calibration:
    """The population with the weights nearest to its own that have new totals; every weight stays above 0.

    persons, families : numbers of them; families stay as many where no number of anything is given.
    mean : welfare per person [currency per person per month].
    headcounts : share of persons below each line (of families, where sizes are not known).
    groups : families of each row of `by`. totals : by column; for a column of numbers the total over families
        (children of an age, say), or the families of each of its values where a mapping is given; `members` counts
        as one.
    method : "entropy" (see `balancing`), or "raking" (iterative proportional fitting) for `groups` and
        columns of words alone.
    Records keep their order, design and columns; welfare is untouched. Raises InputError for targets that the
    population cannot have, FitError where no positive weights meet them together.
    """
    one_of("reweight", "method", method, ("entropy", "raking"))
    if all(each is None for each in (persons, families, mean, headcounts, groups, totals)):
        raise InputError("reweight must have at least one target; got none")
    margins = _margins(population, groups, totals)
    targets = _targets(population, persons, families, mean, headcounts, groups, totals)
    weight = population.weight
    if method == "raking":
        if targets:
            raise InputError(
                f"reweight.method 'raking' meets groups and columns of words alone; got {targets[0].name}: use "
                "'entropy'"
            )
        found = rake(weight, margins)
    else:
        targets = [*targets, *_of_margins(margins)]
        found = _balanced(weight, targets)
    return _calibration(population, found, targets if method == "entropy" else _of_margins(margins))


def _balanced(weight: Floats, targets: list[_Target]) -> Floats:
    columns, wanted = np.array([each.column for each in targets]).T, np.array([each.goal for each in targets])
    start, table, goals, _ = checked(weight, columns, wanted, [each.name for each in targets])
    found, worst = approach(start, table, goals, TOLERANCE)
    if worst is None:
        return found
    missed = targets[worst]
    raise FitError(beyond(len(targets), missed.name, missed.wanted, missed.value(found)))


def _margins(
    population: Population,
    groups: Mapping[str, float] | None,
    totals: Mapping[str, float | Totals] | None,
) -> Margins:
    found: dict[str, tuple[Array, Totals]] = {}
    if groups is not None:
        if population.by is None:
            raise InputError("reweight.groups must be left out where the population has no labels `by`; got some")
        found["groups"] = (population.by, groups)
    columns = _columns(population)
    for name, wanted in (totals or {}).items():
        if name not in columns:
            have = ", ".join(repr(each) for each in columns) or "none"
            raise InputError(f"reweight.totals must name columns of the population ({have}); got {name!r}")
        if isinstance(wanted, Mapping):
            found[name] = (columns[name], wanted)
    for name, (values, wanted) in found.items():
        levels = np.unique(values).tolist()
        for level, goal in wanted.items():
            if level not in levels:
                shown = ", ".join(repr(each) for each in levels[:20])
                raise InputError(f"reweight.{name} must name values that families have ({shown}); got {level!r}")
            number("reweight", f"{name}[{level!r}]", goal, low=0)
    return found


def _columns(population: Population) -> dict[str, Array]:
    """What totals may be of: the population's columns, and sizes where they are known."""
    sizes = {} if population.members is None else {"members": population.members}
    return {**sizes, **population.columns}


def _of_margins(margins: Margins) -> list[_Target]:
    found = []
    for name, (values, wanted) in margins.items():
        for level, goal in wanted.items():
            column = np.asarray(values == level, dtype=np.float64)
            found.append(_total(f"families of {name} {level!r}", column, float(goal)))
    return found


def _total(name: str, column: Floats, goal: float) -> _Target:
    return _Target(name=name, column=column, goal=goal, value=lambda weight: float(weight @ column), wanted=goal)


def _share(name: str, argument: str, base: Floats, column: Floats, wanted: float, used: Bools) -> _Target:
    """sum(w base column) / sum(w base) = wanted, as a total that must vanish; used : which records have weight."""
    low, high = float(column[used].min()), float(column[used].max())
    if not (low < wanted < high or low == wanted == high):
        need = f"between {low:g} and {high:g}, the range of the records" if low < high else f"{low:g}, as of all"
        raise FitError(f"reweight.{argument} must be {need}; got {wanted:g}")
    return _Target(
        name=name,
        column=base * (column - wanted),
        goal=0.0,
        value=lambda weight: float(weight @ (base * column) / (weight @ base)),
        wanted=wanted,
    )


def _targets(
    population: Population,
    persons: float | None,
    families: float | None,
    mean: float | None,
    headcounts: Mapping[PovertyLine, float] | None,
    groups: Mapping[str, float] | None,
    totals: Mapping[str, float | Totals] | None,
) -> list[_Target]:
    found = []
    used = population.weight > 0
    sizes = np.ones(len(population)) if population.members is None else population.members
    if persons is not None:
        number("reweight", "persons", persons, low=0)
        _ = population.persons  # refuses where sizes are not known
        found.append(_total("persons", sizes, float(persons)))
    if families is None and persons is None and groups is None and not totals:
        families = population.families  # means and shares alone would be met by nobody at all
    if families is not None:
        number("reweight", "families", families, low=0)
        found.append(_total("families", np.ones(len(population)), float(families)))
    if mean is not None:
        number("reweight", "mean", mean)
        found.append(_share("mean welfare", "mean", sizes, population.welfare, float(mean), used))
    for line, share in (headcounts or {}).items():
        population.check_line(line)
        argument = f"headcounts[{line.label!r}]"
        number("reweight", argument, share, low=0, high=1)
        below = (population.welfare < line.amount).astype(np.float64)
        found.append(_share(f"the headcount at {line.label!r}", argument, sizes, below, float(share), used))
    return [*found, *_of_totals(population, totals or {})]


def _of_totals(population: Population, totals: Mapping[str, float | Totals]) -> list[_Target]:
    """Totals of columns of numbers."""
    found = []
    for name, wanted in totals.items():
        if isinstance(wanted, Mapping):
            continue
        values = _columns(population)[name]
        if values.dtype.kind not in "biuf" or not np.isfinite(values).all():
            raise InputError(f"reweight.totals[{name!r}] must be of a column of numbers, or give a total a value")
        number("reweight", f"totals[{name!r}]", wanted)
        found.append(_total(f"total of {name}", values.astype(np.float64), float(wanted)))
    return found


def _calibration(population: Population, weight: Floats, targets: list[_Target]) -> Calibration:
    import pandas as pd

    old = population.weight
    used = old > 0
    ratio = weight[used] / old[used] / (weight.sum() / old.sum())
    table = pd.DataFrame(
        {
            "target": [each.name for each in targets],
            "before": [each.value(old) for each in targets],
            "wanted": [each.wanted for each in targets],
            "after": [each.value(weight) for each in targets],
        }
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        table["change"] = (table["after"] / table["before"] - 1.0).fillna(0.0)
    return Calibration(
        population=evolve(
            population, weight=weight, notes=(*population.notes, f"reweighted to {len(targets)} totals")
        ),
        effective_before=float(old.sum() ** 2 / (old**2).sum()),
        effective_after=float(weight.sum() ** 2 / (weight**2).sum()),
        largest=float(ratio.max()),
        smallest=float(ratio.min()),
        table=table,
    )


def uprate(
    population: Population,
    *,
    growth: float = 0.0,
    inflation: float = 0.0,
    curve: Mapping[float, float] | None = None,
) -> Population:
    """Welfare carried to another year: x (1 + growth) (1 + inflation) (1 + curve at the household's rank).

    growth : of real welfare; inflation : of prices, where the line moves with them too; shares.
    curve : a growth-incidence curve: growth by share of persons below, straight between its points and flat beyond.
    Ranks stay: where neighbours would overtake each other by less than 1% they change amounts, a curve that turns
    more round is refused. The fan moves with the centre.
    """
    growth = number("uprate", "growth", growth, low=-1, low_open=True, noun="a share")
    inflation = number("uprate", "inflation", inflation, low=-1, low_open=True, noun="a share")
    factor = np.full(len(population), (1.0 + growth) * (1.0 + inflation))
    if curve is not None:
        pairs = list(curve.items()) if isinstance(curve, Mapping) else []
        if not pairs or not all(_is_growth(at) and 0 <= at <= 1 and _is_growth(rate) for at, rate in pairs):
            raise refuse("uprate", "curve", "growth above -1 by shares in [0, 1]", curve)
        points = sorted((float(at), float(rate)) for at, rate in pairs)
        order = np.argsort(population.welfare, kind="stable")
        rank = fractional_ranks(population.welfare, population.person_weight)
        at, rate = zip(*points, strict=True)
        factor *= 1.0 + np.interp(rank, at, rate)
        factor[order] *= _in_order(population.welfare[order] * factor[order])
    tails = population.tails
    words = f"welfare uprated: growth {growth:g}, inflation {inflation:g}{', by a curve' if curve else ''}"
    return evolve(
        population,
        welfare=population.welfare * factor,
        tails=None if tails is None else (tails[0] * factor, tails[1] * factor),
        notes=(*population.notes, words),
    )


def _is_growth(value: object) -> bool:
    return is_number(value) and Domain(low=-1, low_open=True).holds(float(value))


def _in_order(moved: Floats) -> Floats:
    """What brings amounts into rising order, as a ratio; refused where it is more than a trifle."""
    positive = np.maximum(np.abs(moved), 1e-300)
    ratio = np.asarray(np.sort(moved) / np.where(moved != 0, moved, positive), dtype=np.float64)
    ratio[moved == 0] = 1.0
    if (np.abs(ratio - 1.0) > OVERTAKEN).any():
        raise FitError("uprate.curve must leave the order of households as it is; it makes some overtake others")
    return ratio
