"""What a household income model is: luck, which no policy changes, and response, which turns help into welfare.

A model is a frozen description. `prepare` takes one cross-section and returns the luck of one draw; the simulator
then walks block after block of households through the months. A new model implements these three classes in a
file of its own and adds a line to the registry in `graduasi.income`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Rows = NDArray[np.intp]
    Level = Floats | float  # one for all pieces, or shape (piece,)


@frozen(kw_only=True, eq=False)
class CrossSection:
    """One draw's cross-section, as a model needs it.

    welfare : shape (household,) [currency per person per month], observed.
    person_weight : shape (household,) [persons that the record stands for].
    keys : shape (household,), the households' stream keys.
    group : shape (household,), the code of each household's group; groups : how many there are.
    lines : shape (line,) [currency per person per month].
    months : last month that will be simulated.
    """

    welfare: Floats
    person_weight: Floats
    keys: NDArray[np.uint64]
    group: NDArray[np.intp]
    groups: int
    lines: Floats
    months: int


class BlockLuck(Protocol):
    """The luck of a block of households at its current month; month 0 when made."""

    def advance(self) -> None:
        """Go on by a month."""

    def below(self, line: int) -> NDArray[np.bool_]:
        """Who is truly below the line this month without help, shape (household,)."""

    def welfare(self, rows: Rows) -> Floats:
        """True welfare without help this month, shape (row,) [currency per person per month]."""

    def long_run(self, rows: Rows) -> Floats:
        """Long-run level of true welfare, shape (row,) [currency per person per month]."""

    def cells(self) -> NDArray[np.intp]:
        """Cell of `Luck.seen_poor` that each household is in this month, shape (household,)."""

    def seen_below(self, rows: Rows, ratio: Floats | None = None) -> Floats:
        """Chance that a new survey would see these households below each line, shape (line, row), if help had
        multiplied their welfare by `ratio`, shape (row,); without help where it is None."""


class Luck(Protocol):
    """The luck of a draw: tables made once."""

    @property
    def one_group(self) -> bool:
        """Whether scores rank all households alike."""

    @property
    def cell_count(self) -> int:
        """How many cells `seen_poor` has."""

    def begin(self, streams: Streams, part: slice) -> BlockLuck:
        """The block of households in `part`, at month 0: the hidden start given what was observed."""

    def start_scores(self, streams: Streams, part: slice) -> Singles:
        """Normal scores of true welfare at month 0, shape (household,)."""

    def start_below(self, scores: Singles, line: int) -> NDArray[np.bool_]:
        """Who is truly below the line at month 0, by the scores of all households, shape (household,)."""

    def observed_amount(self, scores: Singles) -> Floats:
        """What an observer who gives these scores writes down, shape (household,) [currency per person ...]."""

    def seen_poor(self, month: int, line: int) -> Floats:
        """Chance that a new survey sees a household of each cell below the line, shape (cell,)."""


class Response(Protocol):
    """What the households that a policy touches make of its help; one state a piece of a record."""

    def consume(self, without: Floats, *, skill: Level, gain: Level, cover: Level) -> tuple[Floats, Level]:
        """This month's consumption and what insurance paid [currency per household], shapes (piece,)."""

    def receive(self, *, cash: Level, assets: Level, saving: Level, month: int) -> None:
        """Take in this month's payments and carry the stocks to the next month."""


class IncomeModel(Protocol):
    """A household income model: a frozen description, every number of which may be uncertain."""

    def prepare(self, cross: CrossSection) -> Luck:
        """The luck of one draw; every number must be resolved."""

    def respond(self, long_run: Floats, keys: NDArray[np.uint64], streams: Streams) -> Response:
        """The response of touched households. long_run : shape (piece,) [currency per household per month]."""
