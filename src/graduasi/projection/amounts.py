"""Amounts that a run was asked to record, such as mean welfare, each on axes of its own."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from graduasi.projection.consistency import frozen_numbers
from graduasi.projection.statistics import Statistic

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Amounts:
    """Sums of one statistic over everybody.

    units : those in which it is told. everybody : how many there are of each, by which a mean is divided.
    values : shape (draw, unit, policy, month, line, label, group); one line, one label where it has none.
    luck, sampling : variance of each total that is simulated luck, and the survey's, shape
        (unit, policy, month, line, label); luck_of_effect, sampling_of_effect : the same of the difference to the
        first policy.
    """

    statistic: Statistic
    units: tuple[str, ...]
    everybody: dict[str, float]
    values: Floats = attrs.field(converter=frozen_numbers)
    luck: Floats = attrs.field(converter=frozen_numbers)
    sampling: Floats = attrs.field(converter=frozen_numbers)
    luck_of_effect: Floats = attrs.field(converter=frozen_numbers)
    sampling_of_effect: Floats = attrs.field(converter=frozen_numbers)
