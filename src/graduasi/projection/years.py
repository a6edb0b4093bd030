"""What a projection holds on the clock of years, on the axes of its months: a period is a year."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from graduasi.projection.amounts import Amounts
from graduasi.projection.consistency import frozen_numbers
from graduasi.projection.statistics import StatisticSet

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Years:
    """Counts and amounts by year: year 0 are months -11 to 0, year k months 12 k - 11 to 12 k.

    Arrays have the axes of `ResultArrays`, with years in the place of months.
    """

    statistics: StatisticSet
    values: Floats = attrs.field(converter=frozen_numbers)
    luck: Floats = attrs.field(converter=frozen_numbers)
    event_weight: Floats = attrs.field(converter=frozen_numbers)
    sampling: Floats = attrs.field(converter=frozen_numbers)
    amounts: tuple[Amounts, ...] = ()

    @property
    def last(self) -> int:
        """The last year."""
        return int(self.event_weight.shape[1]) - 1
