"""How faults in a table are told: by the numbers of their rows, or of the lines of their file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.fields import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROWS_SHOWN = 20
LETTERS_SHOWN = 100


def rows(bad: NDArray[np.bool_]) -> str:
    """Row numbers, counted from 1 below the header: the first twenty, then how many more."""
    return numbered("row", np.flatnonzero(bad) + 1)


def numbered(word: str, numbers: NDArray[np.intp]) -> str:
    """The first twenty numbers after their word ("row", "line"), then how many more."""
    shown = ", ".join(str(number) for number in numbers[:ROWS_SHOWN])
    more = numbers.size - ROWS_SHOWN
    return f"{word if numbers.size == 1 else f'{word}s'} {shown}" + (f" and {more} more" if more > 0 else "")


def shown(value: object) -> str:
    """A value as an error shows it: cut where it is long."""
    return show(value, LETTERS_SHOWN)


def told(owner: str, faults: Sequence[str]) -> str:
    """All faults in a table, one a line."""
    head = f"{owner}: {len(faults)} fault{'s' if len(faults) > 1 else ''} in the table"
    return "\n".join([head, *(f"  {fault}" for fault in faults)])
