"""How a programme ranks the eligible. `RANKINGS` is the registry of methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import frozen

from graduasi._typing import Array, Reals
from graduasi.errors import InputError
from graduasi.fields import plain_text, several, text
from graduasi.streams import hash_ids

if TYPE_CHECKING:
    from graduasi.policy.lanes import Lanes
    from graduasi.policy.registry import RegistryView


ID = plain_text("id of a household")


@frozen(kw_only=True)
class Targeting(ABC):
    """A method of ranking: the lowest comes first, infinity never."""

    kind: ClassVar[str]

    @abstractmethod
    def rank(self, view: RegistryView, lanes: Lanes, programme: str) -> Reals:
        """Return sort keys, shape (unit,)."""


@frozen(kw_only=True)
class PoorestFirst(Targeting):
    """By the registry's view of welfare, the poorest first."""

    kind: ClassVar[str] = "poorest_first"

    def rank(self, view: RegistryView, lanes: Lanes, programme: str) -> Reals:
        """The registry's scores; between groups its amounts, and its scores where amounts are equal."""
        del lanes, programme
        if view.ordered:
            return view.order
        return _places(view.amounts, view.order)


@frozen(kw_only=True)
class ByColumn(Targeting):
    """By a column of numbers that the population carries, the lowest first: a proxy-means score, a given decile."""

    kind: ClassVar[str] = "by_column"

    column: str = text("name of the column")

    def rank(self, view: RegistryView, lanes: Lanes, programme: str) -> Reals:
        """Places in the order of the column; equals in random order, by the programme's own stream."""
        values = view.columns.get(self.column)
        if values is None:
            have = ", ".join(repr(name) for name in view.columns) or "none"
            raise InputError(
                f"ByColumn.column must be a column of the population ({have}); got {self.column!r}, "
                f"in programme {programme!r}"
            )
        if values.dtype.kind not in "biuf" or not np.isfinite(values).all():
            raise InputError(
                f"ByColumn.column must hold a number in every row; {self.column!r} does not, "
                f"in programme {programme!r}"
            )
        return _places(values, lanes.uniforms(f"equals: {programme}")[view.row])


@frozen(kw_only=True)
class Lottery(Targeting):
    """In random order."""

    kind: ClassVar[str] = "lottery"

    def rank(self, view: RegistryView, lanes: Lanes, programme: str) -> Reals:
        """Uniforms of the programme's own stream."""
        return lanes.uniforms(f"lottery: {programme}")[view.row]


@frozen(kw_only=True)
class GivenList(Targeting):
    """In the order of a list of household ids; who is not on it is never reached."""

    kind: ClassVar[str] = "given_list"

    ids: tuple[str, ...] = several("household ids, the first served first", str, at_least=1, each=ID)

    def rank(self, view: RegistryView, lanes: Lanes, programme: str) -> Reals:
        """Positions in the list."""
        del lanes
        listed = hash_ids(self.ids)
        order = np.argsort(listed)
        place = np.searchsorted(listed[order], view.keys)
        place = np.minimum(place, listed.size - 1)
        found = listed[order][place] == view.keys
        known = np.unique(view.keys[found]).size
        if known < listed.size:
            raise InputError(
                f"GivenList.ids must be ids of the population; {listed.size - known} of "
                f"{listed.size} are not, in programme {programme!r}"
            )
        return np.where(found, order[place].astype(np.float64), np.inf)


def _places(first: Array, second: Array) -> Reals:
    """Places in the order of `first`, and of `second` where it is equal, shape (unit,)."""
    order = np.lexsort((second, first))
    place = np.empty(first.size)
    place[order] = np.arange(first.size)
    return place


RANKINGS: dict[str, type[Targeting]] = {kind.kind: kind for kind in (PoorestFirst, ByColumn, Lottery, GivenList)}
