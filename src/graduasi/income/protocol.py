"""What a household income model is: luck, which no policy changes, stocks, which help moves, and a step.

A model is a frozen description. `prepare` takes one cross-section and returns a `ModelDraw`: tables, made once a
draw. Its `begin` gives the `Luck` of a block of households, which the simulator advances month by month; `consume`
and `receive` are pure functions from luck, stocks and what was handed over to welfare and to the stocks of the next
month. The reference path is the same functions with nothing handed over, or luck alone where no stock moves there.

A new model, process, technology or behaviour is one file and one line in its registry; see `graduasi.income`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol

import numpy as np
from attrs import evolve, field, frozen

from graduasi.channels import Level, Transfers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.streams import Streams

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Bools = NDArray[np.bool_]
    Index = NDArray[np.intp]
    Rows = Index | slice

HISTORY = 11  # months before month 0 of which the year before it is made
MONTHS_A_CALL = 4  # of words: one call of a stream serves four months
SCALE = 2.0**32


@frozen(kw_only=True, eq=False)
class CrossSection:
    """One draw's cross-section, as a model needs it.

    welfare : shape (household,) [currency per person per month], observed.
    person_weight : shape (household,) [persons that the record stands for].
    keys : shape (household,), the households' stream keys.
    distribution : shape (household,), the code of the distribution that a household's luck returns to;
        distributions : how many there are.
    lines : shape (line,) [currency per person per month].
    months : last month that will be simulated.
    """

    welfare: Floats
    person_weight: Floats
    keys: NDArray[np.uint64]
    distribution: Index
    distributions: int
    lines: Floats
    months: int


class Words:
    """Random 32-bit words by household, purpose and month: luck beyond welfare itself (a loss, a job that ends)."""

    def __init__(self, streams: Streams, keys: NDArray[np.uint64], copy: int) -> None:
        self._streams, self._keys, self._lane = streams, keys, 2 * copy
        self._kept: dict[str, tuple[int, Rows, NDArray[np.uint32]]] = {}

    def at(self, purpose: str, month: int, rows: Rows) -> NDArray[np.uint32]:
        """A word for each row, shape (row,); `word < chance * 2**32` happens with that chance."""
        step, place = divmod(month + HISTORY, MONTHS_A_CALL)
        kept = self._kept.get(purpose)
        if kept is None or kept[0] != step or kept[1] is not rows:
            words = self._streams.words(self._keys[rows], purpose, step, self._lane)
            kept = self._kept[purpose] = step, rows, words
        return np.asarray(kept[2][place])


def strikes(words: NDArray[np.uint32], chance: Level) -> Bools:
    """Whether an event of this chance happens, shape (row,)."""
    return np.asarray(words < np.asarray(chance) * SCALE)


class Luck(ABC):
    """The households of a block at a month, without help. `advance` moves them; nothing else changes them."""

    words: Words

    @property
    @abstractmethod
    def month(self) -> int:
        """The month that the block has come to."""

    @abstractmethod
    def advance(self, to: int) -> None:
        """Go on to a month; a jump over knots gives the bits of a walk."""

    @abstractmethod
    def below(self) -> Bools:
        """Who is below each line, shape (line, household): welfare < line, exactly."""

    @abstractmethod
    def welfare(self, rows: Rows) -> Floats:
        """True welfare, shape (row,) [currency per person per month]."""

    @abstractmethod
    def level(self, rows: Rows) -> Floats:
        """Long-run level of true welfare, shape (row,) [currency per person per month]."""

    @abstractmethod
    def chance_below(self, rows: Rows, ratio: Floats | None = None) -> Floats:
        """Chance that a new survey sees these households below each line, shape (line, row).

        ratio : what help multiplied their welfare by, shape (row,); one where it is None.
        """

    @abstractmethod
    def scores(self) -> Singles:
        """What `ProcessDraw.observe` takes of true welfare, shape (household,)."""

    def bins(self) -> Index | None:
        """The bin of `ProcessDraw.chances` of each household, shape (household,); None without such bins."""
        return None


@frozen(kw_only=True, eq=False)
class Observed:
    """What an observer writes down of all households.

    order : shape (household,), the lowest for the poorest. ranks_alike : whether `order` compares households of all
    distributions; amounts do otherwise. `amount` turns `order` into money, when it is asked for.
    """

    order: Singles
    amount: Callable[[Singles], Floats]
    ranks_alike: bool = True


class ProcessDraw(Protocol):
    """One draw of an income process: tables, small and without ids."""

    @property
    def knot(self) -> int:
        """Months between points that every household passes through; a jump may end there at no cost."""

    @property
    def bin_count(self) -> int:
        """How many bins `Luck.bins` has; 0 without bins."""

    def begin(self, streams: Streams, block: slice, *, first: int = 0, copy: int = 0) -> Luck:
        """The households of a block at month `first`: 0, or -HISTORY; the start is hidden, given what was seen."""

    def chances(self, month: int, line: int) -> Floats:
        """Chance that a new survey sees a household of each bin below the line, shape (bin,)."""

    def observe(self, scores: Singles, error_share: float, noise: Singles, month: int = 0) -> Observed:
        """What an observer with errors of its own writes down of all households; scores are of this month."""


class IncomeProcess(Protocol):
    """How welfare moves without help: a frozen description, every number of which may be uncertain."""

    kind: ClassVar[str]

    @property
    def stationary(self) -> bool:
        """Whether the headcount at every line stays where it was without policies."""

    def prepare(self, cross: CrossSection) -> ProcessDraw:
        """The tables of one draw; every number must be resolved."""


@frozen(kw_only=True, eq=False)
class Here:
    """Households that are followed, in one month, along their path without help.

    welfare : without help by luck alone, shape (row,); level : its long-run level [currency per person per month].
    words : random words of the month by purpose, shape (row,) each; see `ModelDraw.purposes`.
    """

    month: int
    welfare: Floats
    level: Floats
    words: Mapping[str, NDArray[np.uint32]] = field(factory=dict)

    def take(self, at: Rows) -> Here:
        """The same for rows of these rows."""
        if isinstance(at, slice) and at == slice(None):
            return self
        words = {purpose: word[at] for purpose, word in self.words.items()}
        return evolve(self, welfare=self.welfare[at], level=self.level[at], words=words)


@frozen(kw_only=True, eq=False)
class Flows:
    """What a month brings. welfare : shape (row,). gained : income beyond the path without help, before saving.

    insured : what insurance paid. All per person, shape (row,) or one number for all.
    """

    welfare: Floats
    gained: Level = 0.0
    insured: Level = 0.0


class BehaviourDraw(Protocol):
    """What households make of help in one draw."""

    @property
    def stocks(self) -> tuple[str, ...]:
        """Names of what help moves."""

    @property
    def purposes(self) -> tuple[str, ...]:
        """Purposes of the random words that a step reads."""

    @property
    def reference_needs_stocks(self) -> bool:
        """Whether stocks move without help too, so that the reference path must be stepped."""

    def first(self, here: Here) -> Floats:
        """Return stocks before any help, shape (stock, row)."""

    def consume(self, here: Here, stocks: Floats, got: Transfers) -> Flows:
        """Return this month's welfare; with zero stocks and nothing in force the path without help, to the bit."""

    def receive(self, here: Here, stocks: Floats, flows: Flows, got: Transfers) -> Floats:
        """Return stocks of the next month, after this month's payments, shape (stock, row)."""


class ModelDraw(BehaviourDraw, Protocol):
    """One draw of a household income model: a process, and what households make of help."""

    @property
    def process(self) -> ProcessDraw:
        """How welfare moves without help."""

    @property
    def channels(self) -> frozenset[str]:
        """The channels that the model knows."""


class IncomeModel(Protocol):
    """A household income model: a frozen description, every number of which may be uncertain."""

    kind: ClassVar[str]

    @property
    def stationary(self) -> bool:
        """Whether the headcount at every line stays where it was without policies."""

    @property
    def channels(self) -> frozenset[str]:
        """The channels that the model knows."""

    def prepare(self, cross: CrossSection) -> ModelDraw:
        """One draw of the model; every number must be resolved."""
