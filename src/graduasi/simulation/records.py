"""Where the blocks of a draw write what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.simulation.books import Books
from graduasi.simulation.totals import Totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class Records:
    """The record of one draw.

    months : counts and amounts on the clock of months. books : ledger and flows. households : shape (policy,
    number, record), without records where nobody asked. poor_records : poor at month 0, shape (line,).
    """

    months: Totals
    books: Books
    households: Floats
    poor_records: Floats
