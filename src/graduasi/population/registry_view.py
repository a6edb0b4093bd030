"""What an administrator sees of welfare: a registry's view with an error of its own, and tenths of a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve

from graduasi._typing import Array
from graduasi.checks import share
from graduasi.errors import InputError
from graduasi.measures.ranks import deciles, fractional_ranks, middles
from graduasi.streams import Streams

if TYPE_CHECKING:
    from graduasi.population.population import Population


def with_columns(population: Population, owner: str, columns: dict[str, Array]) -> Population:
    """The population with further columns; refused where it has one of the names."""
    for name in columns:
        if name in population.columns:
            raise InputError(f"{owner}.name must be a name that no column of the population has; got {name!r}")
    return evolve(population, columns={**population.columns, **columns})


def registry_view(
    population: Population, *, error_share: float, name: str = "registry", seed: int = 0
) -> Population:
    """The population with a registry's view of welfare as two columns, drawn once.

        z_reg = sqrt(1 - d) z_obs + sqrt(d) eps,  z_obs = Phi^-1 of the rank of observed welfare

    error_share : d, share of error in the variance of the registry's scores, against *observed* welfare. A
        `Registry` of a programme has its error against true welfare instead, and is drawn anew in each draw of
        a simulation: where the survey's own share is d_s and the registry's d_r, d = 1 - (1 - d_s)(1 - d_r).
    name : the column of welfare as the registry has it [currency per person per month]; its tenth of families,
        1 for the poorest (Indonesia's *desil*), is the column `name` followed by ` decile`.

    Registry welfare has the distribution of observed welfare: ranks move, amounts do not. Raises InputError.
    """
    from scipy.special import ndtri

    error = share("registry_view", "error_share", error_share)
    noise = Streams(seed=seed).normals(population.keys, f"registry view: {name}")[0].astype(np.float64)
    weight = population.weight
    known = ndtri(np.clip(fractional_ranks(population.welfare, weight), 1e-12, 1 - 1e-12))
    observed = np.sqrt(1.0 - error) * known + np.sqrt(error) * noise
    order = np.argsort(population.welfare, kind="stable")
    ahead = middles(weight[order]) / weight.sum()
    amounts = np.interp(fractional_ranks(observed, weight), ahead, population.welfare[order])
    if error == 0:
        amounts = population.welfare
    return with_columns(population, "registry_view", {name: amounts, f"{name} decile": deciles(amounts, weight)})
