"""The default income model: luck on ranks, concave technology, saving; each part can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from graduasi.income.luck import RankLuck, RankLuckTables
from graduasi.income.response import ConcaveTechnology, HouseholdResponse, Saving

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income.protocol import CrossSection
    from graduasi.streams import Streams


@frozen(kw_only=True)
class HouseholdEconomy:
    """Welfare without help moves on the ranks of the cross-section; help becomes skills, assets and a buffer."""

    luck: RankLuck = attrs.field(factory=RankLuck, validator=attrs.validators.instance_of(RankLuck))
    technology: ConcaveTechnology = attrs.field(
        factory=ConcaveTechnology, validator=attrs.validators.instance_of(ConcaveTechnology)
    )
    saving: Saving = attrs.field(factory=Saving, validator=attrs.validators.instance_of(Saving))

    def prepare(self, cross: CrossSection) -> RankLuckTables:
        """The luck of one draw."""
        return self.luck.prepare(cross)

    def respond(
        self, long_run: NDArray[np.float64], keys: NDArray[np.uint64], streams: Streams
    ) -> HouseholdResponse:
        """The response of touched households."""
        return HouseholdResponse(self.technology, self.saving, long_run, keys, streams)
