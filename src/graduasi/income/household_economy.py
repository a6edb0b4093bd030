"""The default income model: luck on ranks, concave technology, saving; each part can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.fields import part
from graduasi.income.luck import RankLuck, RankLuckTables
from graduasi.income.response import ConcaveTechnology, HouseholdResponse, Saving

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income.protocol import CrossSection
    from graduasi.streams import Streams


@frozen(kw_only=True)
class HouseholdEconomy:
    """Welfare without help moves on the ranks of the cross-section; help becomes skills, assets and a buffer."""

    luck: RankLuck = part("how welfare moves without help", RankLuck, default=RankLuck)
    technology: ConcaveTechnology = part("what assets earn", ConcaveTechnology, default=ConcaveTechnology)
    saving: Saving = part("how gains and payments are split between use and assets", Saving, default=Saving)

    def prepare(self, cross: CrossSection) -> RankLuckTables:
        """The luck of one draw."""
        return self.luck.prepare(cross)

    def respond(
        self, long_run: NDArray[np.float64], keys: NDArray[np.uint64], streams: Streams
    ) -> HouseholdResponse:
        """The response of touched households."""
        return HouseholdResponse(self.technology, self.saving, long_run, keys, streams)
