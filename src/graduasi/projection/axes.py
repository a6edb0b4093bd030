"""The axes of each array of a projection, by name, in their order; every read goes through these names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Where = int | slice | list[int]

# `told` is the statistic axis with the additional exits at its end.
AXES: Mapping[str, tuple[str, ...]] = {
    "values": ("draw", "unit", "policy", "month", "line", "statistic", "group"),
    "luck": ("unit", "policy", "month", "line", "told"),
    "event_weight": ("policy", "month", "line", "told"),
    "sampling": ("unit", "policy", "month", "line", "told"),
    "costs_by_draw": ("draw", "policy", "programme", "component", "month"),
    "enrolled": ("draw", "policy", "programme"),
    "flows": ("draw", "policy", "month", "flow"),
    "poor_records": ("draw", "line"),
}
AMOUNT_AXES: Mapping[str, tuple[str, ...]] = {
    "values": ("draw", "unit", "policy", "month", "line", "label", "group"),
    "luck": ("unit", "policy", "month", "line", "label"),
    "sampling": ("unit", "policy", "month", "line", "label"),
    "luck_of_effect": ("unit", "policy", "month", "line", "label"),
    "sampling_of_effect": ("unit", "policy", "month", "line", "label"),
}


def at(axes: tuple[str, ...], **where: Where) -> tuple[Where, ...]:
    """Return an index of an array with these axes: positions along those named, everything along the others."""
    unknown = set(where) - set(axes)
    assert not unknown, f"no axis {unknown} in {axes}"
    return tuple(where.get(axis, slice(None)) for axis in axes)


def read(array: Floats, axes: tuple[str, ...], **where: int) -> Floats:
    """Return the part of an array at positions along the axes that are named."""
    return np.asarray(array[at(axes, **where)], dtype=np.float64)
