"""Random numbers of all households of a run, copies of records included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.streams import Streams


@frozen(kw_only=True, eq=False)
class Lanes:
    """keys : stream keys of the records, shape (record,). copies : of each record, one lane each.

    Rows are copy by copy: row = copy x records + record.
    """

    streams: Streams
    keys: NDArray[np.uint64]
    copies: int = 1

    def normals(self, purpose: str, step: int = 0) -> NDArray[np.float32]:
        """A normal a household, shape (household,)."""
        drawn = [self.streams.normals(self.keys, purpose, step, copy=copy)[0] for copy in range(self.copies)]
        return np.concatenate(drawn)

    def uniforms(self, purpose: str) -> NDArray[np.float64]:
        """A uniform a household, shape (household,)."""
        drawn = [self.streams.uniforms(self.keys, purpose, copy=copy) for copy in range(self.copies)]
        return np.concatenate(drawn)

    def uniforms_of(self, purpose: str, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """A uniform for each of some households that are all of one copy, shape (row,)."""
        copy = int(rows[0]) // self.keys.size if rows.size else 0
        return self.streams.uniforms(self.keys[rows % self.keys.size], purpose, copy=copy)
