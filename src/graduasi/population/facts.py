"""What a notebook shows of a population, without any household."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.shown import number, some

if TYPE_CHECKING:
    from graduasi.population.population import Population


def facts(population: Population) -> list[tuple[str, str]]:
    """Name and value of what there is to know of all households together."""
    persons = "not known" if population.members is None else number(population.persons)
    found = [
        ("records", f"{len(population):,}{', a sample' if population.sampled else ''}"),
        ("families", number(population.families)),
        ("persons", persons),
        ("welfare", f"{population.kind} [{population.currency} per person per month]"),
        ("median welfare", number(population.median)),
        ("fan of doubt about the distribution", "no" if population.tails is None else "yes"),
    ]
    for name in ("by", "distribution_groups", "strata", "clusters"):
        labels = getattr(population, name)
        if labels is not None:
            own = np.unique(labels)
            listed = f": {some(map(str, own))}" if own.size < 10 else ""
            found.append((name, f"{own.size:,}{listed}"))
    if population.columns:
        found.append(("columns", some(population.columns, 8)))
    return found
