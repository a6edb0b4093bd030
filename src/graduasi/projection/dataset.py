"""A projection as an xarray Dataset: one variable a statistic, on named axes, read where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from graduasi.policy.enrolment import COMPONENTS
from graduasi.projection.arrays import ResultArrays
from graduasi.projection.axes import AMOUNT_AXES, AXES, at
from graduasi.projection.clocks import MONTH, YEAR
from graduasi.projection.statistics import FLOWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.projection.amounts import Amounts
    from graduasi.projection.years import Years

    Floats = NDArray[np.float64]

# What the axes of the arrays are called in the Dataset: an axis of one variable has its variable's name too.
CALLED = {"group": "by"}
OF_YEARS = "_by_year"  # ending of the names of what is recorded by year


class _Difference(BackendArray):
    """One array less another, computed where it is read."""

    def __init__(self, one: Floats, other: Floats) -> None:
        self.one, self.other = one, other
        self.shape, self.dtype = one.shape, one.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Floats:
        found = indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._read)
        return np.asarray(found, dtype=np.float64)

    def _read(self, key: tuple[int | slice, ...]) -> Floats:
        return np.asarray(self.one[key] - self.other[key], dtype=np.float64)


def dataset(result: ResultArrays) -> xr.Dataset:
    """Return the Dataset of a projection: totals as simulated, costs, flows, numbers enrolled, and drawn inputs."""
    variables = _on_clock(result)
    if result.years is not None:
        variables |= {f"{name}{OF_YEARS}": by_year for name, by_year in _on_clock(result.years).items()}
    money = {"unit": result.currency}
    variables |= {
        "cost": _variable(AXES["costs_by_draw"], result.costs_by_draw, {**money, "meaning": "spent in the month"}),
        "flow": _variable(AXES["flows"], result.flows, {**money, "meaning": "money of the reached in the month"}),
        "enrolled": _variable(AXES["enrolled"], result.enrolled, {"unit": "households", "meaning": "enrolled"}),
        "poor_records": _variable(
            AXES["poor_records"], result.poor_records, {"unit": "records", "meaning": "truly poor at month 0"}
        ),
        "input": _inputs(result),
    }
    facts = {"start": result.start, "currency": result.currency, "welfare": result.kind, "seed": result.seed}
    facts |= {"sustained_months": result.sustained_months, "graduasi": result.version}
    return xr.Dataset(variables, coords=_coordinates(result), attrs=facts)


def _on_clock(result: ResultArrays | Years) -> dict[str, xr.Variable]:
    variables = {name: _recorded(result, name) for name in result.statistics.names}
    variables |= {name: _difference(result, name) for name in result.statistics.additional}
    return variables | {each.statistic.name: _amount(each) for each in result.amounts}


def _coordinates(result: ResultArrays) -> dict[str, object]:
    months = np.arange(result.months + 1)
    coordinates: dict[str, object] = {
        "draw": np.arange(result.draws),
        "unit": list(result.units),
        "policy": list(result.policies),
        "month": months,
        "date": ("month", [result.index.date(int(month)) for month in months]),
        "line": [line.label for line in result.lines],
        "line_amount": ("line", [line.amount for line in result.lines], {"unit": result.currency}),
        "by": list(result.groups),
        "programme": np.array(result.programmes, dtype=str),
        "component": list(COMPONENTS),
        "flow_name": list(FLOWS),
        "input_name": np.array(list(result.inputs), dtype=str),
    }
    recorded = list(result.amounts)
    if result.years is not None:
        coordinates["year"] = np.arange(result.years.last + 1)
        recorded += result.years.amounts
    for amounts in recorded:
        if amounts.statistic.labels:
            coordinates[_label_axis(amounts)] = list(amounts.statistic.labels)
    return coordinates


def _variable(axes: tuple[str, ...], values: object, attributes: dict[str, str]) -> xr.Variable:
    called = {"flow": "flow_name", **CALLED}
    if attributes.get("clock") == YEAR:
        called["month"] = YEAR
    return xr.Variable([called.get(axis, axis) for axis in axes], values, attributes)


def _recorded(result: ResultArrays | Years, name: str) -> xr.Variable:
    axes = AXES["values"]
    values = result.values[at(axes, statistic=result.statistics.index(name))]
    return _variable(_without(axes, "statistic"), values, _words(result, name))


def _difference(result: ResultArrays | Years, name: str) -> xr.Variable:
    of, axes = result.statistics.difference(name), AXES["values"]
    assert of is not None
    one, other = (result.values[at(axes, statistic=result.statistics.index(part))] for part in (of.helped, of.hurt))
    lazy = indexing.LazilyIndexedArray(_Difference(one, other))
    return _variable(_without(axes, "statistic"), lazy, _words(result, name))


def _words(result: ResultArrays | Years, name: str) -> dict[str, str]:
    kinds = {each.name: each for each in result.statistics.statistics}
    unit = kinds[name].unit if name in kinds else "count"
    clock = MONTH if isinstance(result, ResultArrays) else YEAR
    return {"meaning": result.statistics.meaning[name], "unit": unit, "clock": clock}


def _label_axis(amounts: Amounts) -> str:
    ending = OF_YEARS if amounts.statistic.clock == YEAR else ""
    return f"{amounts.statistic.name}{ending}_label"


def _amount(amounts: Amounts) -> xr.Variable:
    """Return an amount without the axes that it has none of; a mean is one already, so its groups add up."""
    statistic, axes = amounts.statistic, AMOUNT_AXES["values"]
    values = np.asarray(amounts.values)
    if statistic.mean:
        whole = np.array([amounts.everybody[unit] for unit in amounts.units])
        shape = [whole.size if axis == "unit" else 1 for axis in axes]
        values = values / whole.reshape(shape)
    dropped = [axis for axis, has in (("line", statistic.by_line), ("label", bool(statistic.labels))) if not has]
    if tuple(amounts.units) != tuple(amounts.everybody):
        dropped.append("unit")
    values = values[at(axes, **dict.fromkeys(dropped, 0))]
    kept = tuple(axis for axis in axes if axis not in dropped)
    named = tuple(_label_axis(amounts) if axis == "label" else axis for axis in kept)
    return _variable(
        named, values, {"meaning": statistic.meaning, "unit": statistic.unit, "clock": statistic.clock}
    )


def _inputs(result: ResultArrays) -> xr.Variable:
    drawn = np.array(list(result.inputs.values())).reshape(len(result.inputs), result.draws)
    return xr.Variable(("input_name", "draw"), drawn, {"meaning": "drawn value of an uncertain input"})


def _without(axes: tuple[str, ...], dropped: str) -> tuple[str, ...]:
    return tuple(axis for axis in axes if axis != dropped)
