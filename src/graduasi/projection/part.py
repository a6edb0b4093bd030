"""The first draws of a projection, so that two runs are compared under the same shocks."""

from __future__ import annotations

from typing import TypeVar

import attrs

from graduasi.projection.arrays import ResultArrays
from graduasi.projection.axes import AXES

Result = TypeVar("Result", bound=ResultArrays)


def first_draws(projection: Result, draws: int) -> Result:
    """Return the projection of its first draws; what is known of luck and sampling stays that of all."""
    if draws >= projection.draws:
        return projection
    cut = {name: getattr(projection, name)[:draws] for name, axes in AXES.items() if "draw" in axes}
    inputs = {name: drawn[:draws] for name, drawn in projection.inputs.items()}
    amounts = tuple(attrs.evolve(each, values=each.values[:draws]) for each in projection.amounts)
    years = projection.years
    if years is not None:
        own = tuple(attrs.evolve(each, values=each.values[:draws]) for each in years.amounts)
        years = attrs.evolve(years, values=years.values[:draws], amounts=own)
    return attrs.evolve(projection, **cut, inputs=inputs, amounts=amounts, years=years)
