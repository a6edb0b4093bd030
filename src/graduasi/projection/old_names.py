"""What a projection was asked by before 0.2: it still answers, in this minor version."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Self

from attrs import frozen

from graduasi.projection import tables, text
from graduasi.projection.arrays import ResultArrays
from graduasi.projection.reading import fields_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from graduasi.projection.index import AxisIndex


def warn(old: str, new: str) -> None:
    """Warn the caller's caller of a name that has another since 0.2."""
    warnings.warn(f"{old} goes in 0.3: write {new}", DeprecationWarning, stacklevel=3)


@frozen(kw_only=True, eq=False, repr=False)
class OldNames(ResultArrays):
    """Names that `Projection` loses in 0.3."""

    @property
    def at(self) -> AxisIndex:
        """Positions along the axes of the arrays, by name; `index` since 0.2."""
        warn("Projection.at", "Projection.index")
        return self.index

    def by(self, statistic: str, *, month: int | None = None, unit: str = "households") -> pd.DataFrame:
        """Return a statistic by the population's groups, with intervals over draws; `Series.by` since 0.2."""
        warn("Projection.by(statistic)", "Projection.series(statistic, policy).by(group)")
        return tables.frame(tables.group_rows(self, statistic, self.index.month(month), unit))

    def compare(self, policy: str, against: str, *, line: str | None = None) -> pd.DataFrame:
        """Return the effect of a policy against another by month; `Series.minus` since 0.2."""
        warn("Projection.compare(policy, against)", "Projection.series(statistic, policy).minus(against)")
        return tables.frame(tables.compare_rows(self, policy, against, self.index.label(line)))

    def to_json(self, path: str | Path | None = None, *, at: int | Sequence[int] = ()) -> str:
        """Return the whole projection as JSON text, also written to `path`; `at` is that of `summary`."""
        return text.to_json(self, path, self.index.months(at))

    @classmethod
    def from_json(cls, source: str | Path, *, at_most: int = 2**30) -> Self:
        """Return a projection from its JSON: the text, or the path of a file.

        at_most : bytes that a file and its arrays, inflated, may take. Parts that do not hold together are refused.
        """
        return cls(**fields_of(source, at_most))
