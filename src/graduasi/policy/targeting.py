"""How a programme ranks the eligible. `TARGETING` is the registry of methods."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.streams import hash_ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.policy.registry import View
    from graduasi.streams import Streams

    Floats = NDArray[np.floating[Any]]


@frozen(kw_only=True)
class Targeting(ABC):
    """A method of ranking: the lowest comes first, infinity never."""

    kind: ClassVar[str]

    @abstractmethod
    def rank(self, view: View, keys: NDArray[np.uint64], streams: Streams, programme: str) -> Floats:
        """Sort keys, shape (household,)."""


@frozen(kw_only=True)
class PoorestFirst(Targeting):
    """By the registry's view of welfare, the poorest first."""

    kind: ClassVar[str] = "poorest_first"

    def rank(self, view: View, keys: NDArray[np.uint64], streams: Streams, programme: str) -> Floats:
        """The registry's scores; between groups its amounts, and its scores where amounts are equal."""
        del keys, streams, programme
        if view.luck.one_group:
            return view.scores
        amounts = view.amounts
        order = np.lexsort((view.scores, amounts))
        place = np.empty(amounts.size)
        place[order] = np.arange(amounts.size)
        return place


@frozen(kw_only=True)
class Lottery(Targeting):
    """In random order."""

    kind: ClassVar[str] = "lottery"

    def rank(self, view: View, keys: NDArray[np.uint64], streams: Streams, programme: str) -> Floats:
        """Uniforms of the programme's own stream."""
        del view
        return streams.uniforms(keys, f"lottery: {programme}")


@frozen(kw_only=True)
class GivenList(Targeting):
    """In the order of a list of household ids; who is not on it is never reached."""

    kind: ClassVar[str] = "given_list"

    ids: tuple[str, ...] = attrs.field(converter=tuple, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.ids:
            raise InputError("GivenList.ids must be at least one household id; got none")

    def rank(self, view: View, keys: NDArray[np.uint64], streams: Streams, programme: str) -> Floats:
        """Positions in the list."""
        del view, streams
        listed = hash_ids(self.ids)
        order = np.argsort(listed)
        place = np.searchsorted(listed[order], keys)
        place = np.minimum(place, listed.size - 1)
        found = listed[order][place] == keys
        if found.sum() < listed.size:
            raise InputError(
                f"GivenList.ids must be ids of the population; {listed.size - int(found.sum())} of "
                f"{listed.size} are not, in programme {programme!r}"
            )
        return np.where(found, order[place].astype(np.float64), np.inf)


TARGETING: dict[str, type[Targeting]] = {kind.kind: kind for kind in (PoorestFirst, Lottery, GivenList)}
