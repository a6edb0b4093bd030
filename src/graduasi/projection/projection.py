"""What a simulation returns: every number with its interval, by policy, line, month and unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from attrs import frozen

from graduasi.checks import one_of
from graduasi.errors import NotAvailableError
from graduasi.projection import tables
from graduasi.projection.intervals import LEVEL, Interval
from graduasi.projection.old_names import OldNames
from graduasi.projection.readable import html
from graduasi.projection.series import Series, select
from graduasi.projection.statistics import CLOCKS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure


@frozen(kw_only=True, eq=False, repr=False)
class Projection(OldNames):
    """The result of `simulate`. Tables come as pandas frames; nothing in it names a household.

    Its fields are those of `ResultArrays`; `series` and `data` read them by name.
    """

    def __repr__(self) -> str:
        return (
            f"Projection({len(self.policies)} policies, {len(self.lines)} lines, months 0-{self.months} from "
            f"{self.start}, {self.draws} draws, seed {self.seed})"
        )

    def _repr_html_(self) -> str:
        return html(self)

    @property
    def data(self) -> xr.Dataset:
        """Everything recorded, as simulated: an xarray Dataset, whose variables are read when asked for."""
        from graduasi.projection.dataset import dataset

        return dataset(self)

    def series(
        self,
        statistic: str,
        policy: str,
        *,
        line: str | None = None,
        unit: str = "households",
        label: str | None = None,
        clock: str = "month",
    ) -> Series:
        """Return a statistic by draw and month, or year, with the luck of real households.

        statistic : a name of docs/estimands.md, one of the additional exits, or a statistic that the run was asked
        for. label : of a statistic with an axis of its own, such as bins. clock : "month", or "year" where the run
        was asked for years.
        """
        return select(self, statistic, policy, line=line, unit=unit, label=label, clock=clock)

    def interval(
        self,
        statistic: str,
        policy: str,
        *,
        month: int | None = None,
        line: str | None = None,
        unit: str = "households",
        level: float = LEVEL,
    ) -> Interval:
        """Return mean over draws, interval and Monte Carlo error of one number."""
        at = self.index.month(month)
        return select(self, statistic, policy, line=line, unit=unit).at(at).interval(level)

    def summary(self, *, line: str | None = None, at: int | Sequence[int] = ()) -> pd.DataFrame:
        """Return a row a policy at one line (the first, unless named); `at`: the months that it answers for."""
        return tables.frame(tables.summary_rows(self, self.index.label(line), self.index.months(at)))

    def monthly(self, *, clock: str = "month") -> pd.DataFrame:
        """Return every statistic by policy, line, unit and month, with its interval; one row each.

        clock : "year" for the clock of disjoint years, where the run has it: a row a year.
        """
        one_of("Projection.monthly", "clock", clock, CLOCKS)
        return tables.yearly(self) if clock == "year" else tables.monthly(self)

    def costs(self) -> pd.DataFrame:
        """Return cost by policy, programme and component over the horizon [currency], with intervals."""
        return tables.frame(tables.costs_rows(self), tables.COST_COLUMNS)

    def targeting(self) -> pd.DataFrame:
        """Return who was reached, by policy and line: coverage, leakage, undercoverage, and who leaves anyway."""
        return tables.frame(tables.targeting_rows(self), tables.targeting_columns(self))

    def households(self, policy: str) -> pd.DataFrame:
        """Return a row a household, with its id: shares of draws in which it is poor first and last, out for good
        at the last month, and reached, at the first line. Only where `simulate` was asked for it; never in JSON."""
        if self.household_ids is None:
            raise NotAvailableError("Projection has no table of households; ask for it: simulate(households=True)")
        return tables.households(self, policy)

    def plot(self, *, line: str | None = None, unit: str = "households") -> Figure:
        """Draw the headcount by policy over time, with bands (needs the extra `report`)."""
        from graduasi.plots import headcount_over_time

        return headcount_over_time(self, line=line, unit=unit)

    def answer(self, *, at: int | Sequence[int] = ()) -> dict[str, object]:
        """Return the small answer as plain values, ready for JSON: headline numbers, costs, who was reached.

        at : the months that it answers for, beside month 0; a year after the start and the last unless given.
        """
        from graduasi.projection.answer import answer

        return answer(self, self._answered(at))

    def save(self, folder: str | Path, *, at: int | Sequence[int] = ()) -> None:
        """Write `answer.json` and `arrays.npz` into a folder; `load` gives the projection back, bit for bit.

        Ids of households, and the table by household, are not written.
        """
        from graduasi.projection.store import save

        save(self, folder, self._answered(at))

    @classmethod
    def load(cls, folder: str | Path, *, at_most: int = 2**30) -> Self:
        """Return the projection that `save` wrote into a folder.

        at_most : bytes that its file and its arrays, inflated, may take. Parts that do not fit are refused.
        """
        from graduasi.projection.store import load

        return cls(**load(folder, at_most))  # type: ignore[arg-type]  # the constructor checks them

    def _answered(self, at: int | Sequence[int]) -> tuple[int, ...]:
        return self.index.months(at) or tuple(dict.fromkeys((min(12, self.months), self.months)))
