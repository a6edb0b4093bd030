"""What a draw needs of a run: arrays and descriptions, without household ids; it travels once to each worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from graduasi._typing import Array, Columns
from graduasi.population import Band
from graduasi.projection.statistics import MONTHS_OF_A_YEAR, StatisticSet
from graduasi.simulation.asked import Asked
from graduasi.simulation.weights import Grid
from graduasi.streams import hash_ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import IncomeModel
    from graduasi.policy import Policy
    from graduasi.population import Population
    from graduasi.uncertain import InputSampler

    Floats = NDArray[np.float64]
    Index = NDArray[np.intp]

RANDOM_GROUPS = 8  # of the households (Wolter 2007), from which the luck part of the variance is estimated
BLOCK = 131_072  # households; fewer, larger blocks spend less time between array expressions


@frozen(kw_only=True, eq=False)
class Settings:
    """How a run is made; see `simulate`. lines : amounts, shape (line,) [currency per person per month].

    recorded : the statistics of each clock; years : whether the clock of years runs.
    """

    lines: Floats
    months: int
    seed: int
    sustained: int
    block: int
    copies: int = 1
    households: bool = False
    recorded: Asked = field(factory=Asked)
    years: bool = False


@frozen(kw_only=True, eq=False)
class Task:
    """One run, apart from the number of the draw. Arrays have shape (household,) unless said otherwise.

    A household is a copy of a record: row = copy x records + record. band : welfare along the doubt about its
    distribution. record_keys : shape (record,). weights : shape (unit, household): households, then persons where
    sizes are known, each on its grid. squared : households times households, on a grid; sizes : members, or one;
    group : code of the distribution group. stratum : stratum of tables x random groups + random group by key; a
    stratum of tables is a row of `by` within a distribution group, so that sums over rows and sums over
    distribution groups are both sums over strata. row_of, group_of : shape (stratum of tables,), codes of each.
    """

    band: Band
    model: IncomeModel
    policies: tuple[Policy, ...]
    settings: Settings
    sampler: InputSampler
    record_keys: NDArray[np.uint64]
    columns: Columns
    keys: NDArray[np.uint64]
    group: Index
    groups: int
    weights: Floats
    squared: Floats
    sizes: Floats
    stratum: Index
    grids: tuple[Grid, ...]
    squared_grid: Grid
    rows: int
    row_of: Index
    group_of: Index

    @property
    def lines(self) -> Floats:
        """Amounts of the lines, shape (line,)."""
        return self.settings.lines

    @property
    def months(self) -> int:
        """Last month."""
        return self.settings.months

    @property
    def years(self) -> int:
        """Number of whole years, the history before month 0 included."""
        return self.months // MONTHS_OF_A_YEAR + 1

    @property
    def statistics(self) -> StatisticSet:
        """What is recorded month by month."""
        return self.settings.recorded.counts

    @property
    def strata(self) -> int:
        """Number of strata of tables."""
        return int(self.row_of.size)

    @property
    def records(self) -> int:
        """Number of records."""
        return int(self.record_keys.size)

    @property
    def size(self) -> int:
        """Number of households: copies of records."""
        return int(self.keys.size)

    def welfare(self, probability: float) -> Floats:
        """Observed welfare at a probability of the doubt about the distribution, shape (household,)."""
        return np.tile(self.band.at(probability), self.settings.copies)

    def blocks(self) -> list[slice]:
        """Blocks of households, none of which holds two copies of a record."""
        step, size = self.settings.block, self.records
        return [
            slice(first + start, first + min(start + step, size))
            for first in range(0, self.size, size)
            for start in range(0, size, step)
        ]


def prepare(
    population: Population,
    model: IncomeModel,
    policies: tuple[Policy, ...],
    *,
    settings: Settings,
    sampler: InputSampler,
) -> Task:
    """Put weights on their grids, and rows of `by` and distribution groups in codes."""
    persons = 0.0 if population.members is None else population.persons
    grid = Grid.below(max(population.families, persons))  # one for both: households x members stays on it
    copies = settings.copies
    households = _shared(grid.snap(population.weight), copies, grid)
    weights, grids = [households], [grid]
    if population.members is not None:
        weights.append(grid.snap(households * np.tile(population.members, copies)))
        grids.append(grid)
    row, rows = _codes(population.by, len(population))
    group, groups = _codes(population.distribution_groups, len(population))
    # rows (2, 2, 0), groups (1, 0, 1) of 2 -> 5, 4, 1 -> strata (2, 1, 0), row_of (0, 2, 2), group_of (1, 0, 1)
    pairs, stratum = np.unique(row * groups + group, return_inverse=True)
    squared_grid = Grid.below(float((households**2).sum()))
    known = population.members is not None or population.assumed_members is not None
    sizes = population.sizes if known else np.ones(len(population))
    random_group = (_sampled_keys(population) % np.uint64(RANDOM_GROUPS)).astype(np.intp)
    return Task(
        band=population.band,
        model=model,
        policies=policies,
        settings=settings,
        sampler=sampler,
        record_keys=population.keys,
        columns={name: np.tile(values, copies) for name, values in population.columns.items()},
        keys=np.tile(population.keys, copies),
        group=np.tile(group, copies),
        groups=groups,
        weights=np.array(weights),
        squared=squared_grid.snap(households**2),
        sizes=np.tile(sizes, copies),
        stratum=np.tile(stratum.astype(np.intp) * RANDOM_GROUPS + random_group, copies),
        grids=tuple(grids),
        squared_grid=squared_grid,
        rows=rows,
        row_of=pairs // groups,
        group_of=pairs % groups,
    )


def _shared(weight: Floats, copies: int, grid: Grid) -> Floats:
    """Weights of the copies of each record, shape (copy x record,); they add up to the record's exactly."""
    if copies == 1:
        return weight
    part = grid.snap(weight / copies)
    return np.concatenate([np.tile(part, copies - 1), weight - (copies - 1) * part])


def _codes(labels: Array | None, size: int) -> tuple[Index, int]:
    """Labels as codes in their order, shape (record,), and how many there are; one for all without labels."""
    if labels is None:
        return np.zeros(size, dtype=np.intp), 1
    names, code = np.unique(labels, return_inverse=True)
    return code.astype(np.intp), int(names.size)


def _sampled_keys(population: Population) -> NDArray[np.uint64]:
    """Hashes of what was sampled: the cluster in its stratum where the survey has clusters, or the household."""
    labels = population.cluster_labels
    if labels is None:
        return population.keys
    names, cluster = np.unique(labels, return_inverse=True)
    return hash_ids(names)[cluster]
