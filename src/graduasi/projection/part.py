"""The first draws of a projection, so that two runs are compared under the same shocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from graduasi.projection.projection import Projection

BY_DRAW = ("values", "costs_by_draw", "enrolled", "flows", "poor_records")


def first_draws(projection: Projection, draws: int) -> Projection:
    """The projection of its first `draws` draws; what is known of luck and sampling stays that of all."""
    if draws >= projection.draws:
        return projection
    cut = {name: getattr(projection, name)[:draws] for name in BY_DRAW}
    inputs = {name: drawn[:draws] for name, drawn in projection.inputs.items()}
    return attrs.evolve(projection, **cut, inputs=inputs)
