"""How much memory a run will need: one formula, for the run itself and for those who ask before it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from graduasi.projection.statistics import MONTHS_OF_A_YEAR, UNITS, Statistic, StatisticSet
from graduasi.simulation.asked import Asked
from graduasi.simulation.task import RANDOM_GROUPS

NUMBER = 8  # bytes of a double
KEPT = 4 * RANDOM_GROUPS  # arrays as large as a draw's totals: sums by random group, and their squares
HOUSEHOLD_BYTES = 170  # of a household, copies of records counted: arrays of the task and of one draw, measured


@frozen(kw_only=True)
class RunSize:
    """What the memory of a run depends on. households : records times copies; strata : of tables, at least one."""

    draws: int
    policies: int
    months: int
    lines: int
    households: int
    strata: int = 1
    units: int = len(UNITS)
    years: bool = False
    recorded: Asked = Asked()

    @property
    def numbers(self) -> int:
        """Numbers of one draw and stratum."""
        recorded = self.recorded
        found = self._numbers(self.months + 1, recorded.counts, recorded.amounts)
        if self.years:
            years = self.months // MONTHS_OF_A_YEAR + 1
            found += self._numbers(years, recorded.yearly, recorded.yearly_amounts)
        return found

    @property
    def results(self) -> int:
        """Bytes of what is kept of all draws and of their luck."""
        return self.numbers * self.strata * (self.draws + KEPT) * NUMBER

    @property
    def whole(self) -> int:
        """Bytes of the results, and of the households on their way."""
        return self.results + self.households * HOUSEHOLD_BYTES

    def _numbers(self, periods: int, counts: StatisticSet, amounts: Iterable[Statistic]) -> int:
        units = UNITS[: self.units]
        cells = self.units * self.lines * len(counts.names)
        for each in amounts:
            told = sum(unit in each.counted for unit in units)
            cells += told * (self.lines if each.by_line else 1) * max(len(each.labels), 1)
        return cells * self.policies * periods
