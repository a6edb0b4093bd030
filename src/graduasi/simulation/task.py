"""What a draw needs of a run: arrays and descriptions, without household ids; it travels to the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from graduasi.projection.statistics import RECORDED, StatisticSet
from graduasi.simulation.weights import Grid
from graduasi.streams import hash_ids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.income import IncomeModel
    from graduasi.policy import Policy
    from graduasi.population import Population
    from graduasi.uncertain import InputSampler

    Floats = NDArray[np.float64]

RANDOM_GROUPS = 8  # of the households (Wolter 2007), from which the luck part of the variance is estimated
BLOCK = 131_072  # households; fewer, larger blocks spend less time between array expressions


@frozen(kw_only=True, eq=False)
class Task:
    """One run, apart from the number of the draw. Arrays have shape (household,) unless said otherwise.

    weights : shape (unit, household): families, then persons where sizes are known, each on its grid.
    squared : families times families, on a grid; sizes : members, or one; group : code of the distribution group.
    cell : stratum x 8 + part by key. A stratum is a row of `by` within a distribution group, so that sums over rows
    and sums over distribution groups are both sums over strata. row_of, group_of : shape (stratum,), codes of each.
    """

    population: Population
    model: IncomeModel
    policies: tuple[Policy, ...]
    lines: Floats
    months: int
    seed: int
    sustained: int
    block: int
    sampler: InputSampler
    households: bool
    keys: NDArray[np.uint64]
    group: NDArray[np.intp]
    groups: int
    weights: Floats
    squared: Floats
    sizes: Floats
    cell: NDArray[np.intp]
    grids: tuple[Grid, ...]
    squared_grid: Grid
<<<<<<< HEAD
    statistics: StatisticSet = RECORDED
=======
    rows: int
    row_of: NDArray[np.intp]
    group_of: NDArray[np.intp]

    @property
    def strata(self) -> int:
        """Number of strata."""
        return int(self.row_of.size)
>>>>>>> work-B1

    @property
    def size(self) -> int:
        """Number of records."""
        return int(self.keys.size)

    def parts(self) -> list[slice]:
        """The blocks."""
        return [slice(start, min(start + self.block, self.size)) for start in range(0, self.size, self.block)]


def prepare(
    population: Population,
    model: IncomeModel,
    policies: tuple[Policy, ...],
    *,
    lines: Floats,
    months: int,
    seed: int,
    sustained: int,
    block: int,
    sampler: InputSampler,
    households: bool = False,
    statistics: StatisticSet = RECORDED,
) -> Task:
    """Weights on their grids, rows of `by` and distribution groups as codes."""
    persons = 0.0 if population.members is None else population.persons
    grid = Grid.below(max(population.families, persons))  # one for both: families x members stays on it
    families = grid.snap(population.weight)
    weights, grids = [families], [grid]
    if population.members is not None:
        weights.append(grid.snap(families * population.members))
        grids.append(grid)
    row, rows = _codes(population.by, len(population))
    group, groups = _codes(population.distribution_groups, len(population))
    # rows (2, 2, 0), groups (1, 0, 1) of 2 -> 5, 4, 1 -> strata (2, 1, 0), row_of (0, 2, 2), group_of (1, 0, 1)
    pairs, stratum = np.unique(row * groups + group, return_inverse=True)
    squared_grid = Grid.below(float((families**2).sum()))
    touches = any(policy.programmes for policy in policies)
    sizes = population.sizes if touches or population.members is not None else np.ones(len(population))
    part = (_sampled_keys(population) % np.uint64(RANDOM_GROUPS)).astype(np.intp)
    return Task(
        population=population,
        model=model,
        policies=policies,
        lines=lines,
        months=months,
        seed=seed,
        sustained=sustained,
        block=block,
        sampler=sampler,
        households=households,
        keys=population.keys,
        group=group,
        groups=groups,
        weights=np.array(weights),
        squared=squared_grid.snap(families**2),
        sizes=sizes,
<<<<<<< HEAD
        cell=group.astype(np.intp) * RANDOM_GROUPS + part,
        grids=tuple(grids),
        squared_grid=squared_grid,
        statistics=statistics,
=======
        cell=stratum.astype(np.intp) * HASH_GROUPS + part,
        grids=tuple(grids),
        squared_grid=squared_grid,
        rows=rows,
        row_of=pairs // groups,
        group_of=pairs % groups,
>>>>>>> work-B1
    )


def _codes(labels: NDArray[Any] | None, size: int) -> tuple[NDArray[np.intp], int]:
    """Labels as codes in their order, shape (household,), and how many there are; one for all without labels."""
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
