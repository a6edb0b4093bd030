"""The channels through which help reaches a household: the table, and what passes through them in a month.

A new channel is a row here and a use in a behaviour. What a channel carries that a model does not know is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from attrs import field, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Level = Floats | float  # one for all rows, or shape (row,)

FLOW, LEVEL = "flow", "level"


@frozen
class Channel:
    """A channel. flow : what is handed over in a month; level : what is in force in a month."""

    name: str
    kind: str
    unit: str
    meaning: str
    money: bool = False
    completed: bool = False  # whether it is in force only for those who complete the intervention


CHANNELS: Final[dict[str, Channel]] = {
    channel.name: channel
    for channel in (
        Channel("cash", FLOW, "currency", "money this month (negative: a repayment)", money=True),
        Channel("assets", FLOW, "currency", "productive assets given", money=True),
        Channel("skill", LEVEL, "log points", "gain in the earnings of labour in force", completed=True),
        Channel("income_gain", LEVEL, "share of income", "gain of income in force", completed=True),
        Channel("saving", LEVEL, "share", "shift of the invested share in force"),
        Channel("insured_share", LEVEL, "share", "share of a shortfall made good"),
    )
}


@frozen(eq=False)
class Transfers:
    """What passes through the channels in a month, per person for money: a number for all rows, or shape (row,)."""

    levels: Mapping[str, Level] = field(factory=dict)

    def __getitem__(self, channel: str) -> Level:
        return self.levels.get(channel, 0.0)

    def flows(self, channel: str) -> bool:
        """Whether anything passes through a channel."""
        level = self[channel]
        return level != 0.0 if isinstance(level, float) else bool(np.any(level))


NOTHING: Final = Transfers()
