"""The default income model: luck on ranks, concave technology, saving; each part can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.fields import describe, part
from graduasi.income.luck import RankLuck, RankLuckTables
from graduasi.income.response import ConcaveTechnology, HouseholdResponse, Saving
from graduasi.shown import brief, card, summary_line

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

    def __repr__(self) -> str:
        return summary_line("HouseholdEconomy", *map(brief, self._parts()))

    def _repr_html_(self) -> str:
        rows = [
            [f"{type(part).__name__}.{name}", spec.meaning, brief(getattr(part, name)), spec.unit]
            for part in self._parts()
            for name, spec, _ in describe(type(part))
        ]
        return card(
            "HouseholdEconomy", ("input", "meaning", "value", "unit"), rows, "Doubt: median (90% interval)."
        )

    def _parts(self) -> tuple[RankLuck, ConcaveTechnology, Saving]:
        return self.luck, self.technology, self.saving

    def prepare(self, cross: CrossSection) -> RankLuckTables:
        """The luck of one draw."""
        return self.luck.prepare(cross)

    def respond(
        self, long_run: NDArray[np.float64], keys: NDArray[np.uint64], streams: Streams
    ) -> HouseholdResponse:
        """The response of touched households."""
        return HouseholdResponse(self.technology, self.saving, long_run, keys, streams)
