"""How faults in a table are told: by the numbers of their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS_SHOWN = 20


def rows(bad: NDArray[np.bool_]) -> str:
    """Row numbers, counted from 1 below the header: the first twenty, then how many more."""
    numbers = np.flatnonzero(bad) + 1
    shown = ", ".join(str(number) for number in numbers[:ROWS_SHOWN])
    more = numbers.size - ROWS_SHOWN
    return f"{'row' if numbers.size == 1 else 'rows'} {shown}" + (f" and {more} more" if more > 0 else "")
