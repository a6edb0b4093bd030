"""What a draw needs of a run: arrays and descriptions, without household ids; it travels to the workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.projection.statistics import RECORDED, StatisticSet
from graduasi.simulation.weights import Grid
from graduasi.streams import hash_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graduasi.income import IncomeModel
    from graduasi.policy import Policy
    from graduasi.population import Population

    Floats = NDArray[np.float64]

RANDOM_GROUPS = 8  # of the households (Wolter 2007), from which the luck part of the variance is estimated
BLOCK = 131_072  # households; fewer, larger blocks spend less time between array expressions


@frozen(kw_only=True, eq=False)
class Task:
    """One run, apart from the number of the draw. Arrays have shape (household,) unless said otherwise.

    weights : shape (unit, household): families, then persons where sizes are known, each on its grid.
    squared : families times families, on a grid; sizes : members, or one; cell : group x 8 + part by key.
    """

    population: Population
    model: IncomeModel
    policies: tuple[Policy, ...]
    lines: Floats
    months: int
    seed: int
    sustained: int
    block: int
    held: Mapping[str, float]
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
    statistics: StatisticSet = RECORDED

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
    held: Mapping[str, float],
    households: bool = False,
    statistics: StatisticSet = RECORDED,
) -> Task:
    """Weights on their grids, groups as codes."""
    persons = 0.0 if population.members is None else population.persons
    grid = Grid.below(max(population.families, persons))  # one for both: families x members stays on it
    families = grid.snap(population.weight)
    weights, grids = [families], [grid]
    if population.members is not None:
        weights.append(grid.snap(families * population.members))
        grids.append(grid)
    if population.groups is None:
        group, groups = np.zeros(len(population), dtype=np.intp), 1
    else:
        names, group = np.unique(population.groups, return_inverse=True)
        groups = names.size
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
        held=held,
        households=households,
        keys=population.keys,
        group=group.astype(np.intp),
        groups=groups,
        weights=np.array(weights),
        squared=squared_grid.snap(families**2),
        sizes=sizes,
        cell=group.astype(np.intp) * RANDOM_GROUPS + part,
        grids=tuple(grids),
        squared_grid=squared_grid,
        statistics=statistics,
    )


def _sampled_keys(population: Population) -> NDArray[np.uint64]:
    """Hashes of what was sampled: the cluster in its stratum where the survey has clusters, or the household."""
    labels = population.cluster_labels
    if labels is None:
        return population.keys
    names, cluster = np.unique(labels, return_inverse=True)
    return hash_ids(names)[cluster]
