"""The channels through which help reaches a household: the table, and what passes through them in a month.

A new channel is a row here and a use in a behaviour. What a channel carries that a model does not know is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

Level = NDArray[np.float64] | float  # one for all rows, or shape (row,)

FLOW, LEVEL = "flow", "level"


@frozen
class Channel:
    """A channel.

    kind : "flow", handed over in a month, or "level", in force in a month. money : an amount of money. learned :
    what comes into force only for those who complete the intervention, and stays with who leaves.
    """

    name: str
    kind: str
    unit: str
    meaning: str
    money: bool = False
    learned: bool = False


CHANNELS: Final[dict[str, Channel]] = {
    channel.name: channel
    for channel in (
        Channel("cash", FLOW, "currency", "money this month (negative: a repayment)", money=True),
        Channel("assets", FLOW, "currency", "productive assets given", money=True),
        Channel("skill", LEVEL, "log points", "gain in the earnings of labour in force", learned=True),
        Channel("income_gain", LEVEL, "share of income", "gain of income in force", learned=True),
        Channel("saving", LEVEL, "share", "shift of the invested share in force"),
        Channel("insured_share", LEVEL, "share", "share of a shortfall made good"),
        Channel("insured_most", LEVEL, "currency", "most that insurance pays in a month", money=True),
    )
}


@frozen(eq=False)
class Transfers:
    """What passes through the channels in a month, per person for money: a number for all rows, or shape (row,).

    `insured_most` is infinite where insurance states no ceiling; without it nothing is capped.
    """

    levels: Mapping[str, Level] = field(factory=dict)

    def __getitem__(self, channel: str) -> Level:
        return self.levels.get(channel, 0.0)

    def flows(self, channel: str) -> bool:
        """Whether anything passes through a channel."""
        level = self[channel]
        return level != 0.0 if isinstance(level, float) else bool(np.any(level))


NOTHING: Final = Transfers()
