"""What an administrator knows: the registry's own view of welfare, at month 0 and whenever it looks again."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, field, frozen

from graduasi._typing import Columns
from graduasi.evidence import prior
from graduasi.fields import share, text
from graduasi.income import Observed
from graduasi.measures.ranks import deciles
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from graduasi.policy.lanes import Lanes

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Index = NDArray[np.intp]
    Observe = Callable[[float, Singles], Observed]


@frozen(kw_only=True)
class Registry:
    """How the registry sees welfare: with an error of its own, independent of the survey's.

        z_reg = sqrt(1 - d_r) z_t + sqrt(d_r) (sqrt(l) eps + sqrt(1 - l) eps_t)

    A share l of its error lasts from one look to the next. Two programmes whose registries have one name see the
    same view.
    """

    name: str = text("name of the registry", default="registry")
    error_share: Value = share(
        "d_r: share of error in the variance of the registry's scores",
        default=prior("registry error share"),
    )
    lasting: Value = share(
        "l: share of the error that is the same at the next look",
        source="assumed: no published figure",
        default=0.5,
    )

    def observe(self, observe: Observe, lanes: Lanes, month: int) -> Observed:
        """Return what the registry writes down of all households in a month.

        observe : `ProcessDraw.observe` with the true scores of the month.
        """
        lasting = as_number(self.lasting)
        noise = lanes.normals(f"registry view: {self.name}") * np.float32(math.sqrt(lasting))
        if lasting < 1.0:
            noise += lanes.normals(f"one look of registry: {self.name}", step=month) * np.float32(
                math.sqrt(1.0 - lasting)
            )
        return observe(as_number(self.error_share), noise)


@frozen(kw_only=True, eq=False, slots=False)
class RegistryView:
    """A registry's view of units: records, or parts of them that help has treated alike.

    observed : of all households. row : shape (unit,), the household of each unit. weight : households that each
    unit stands for. ratio : what help, and stocks that move without it, multiply the welfare of luck alone by,
    shape (unit,), or None where neither has moved anything.
    columns : what else is known, shape (unit,) each. keys : stream keys, shape (unit,).
    """

    observed: Observed
    row: Index
    weight: Floats
    keys: NDArray[np.uint64]
    ratio: Floats | None = None
    columns: Columns = field(factory=dict)

    @property
    def order(self) -> Singles:
        """The registry's own order without help, shape (unit,), the lowest for the poorest."""
        return self.observed.order[self.row]

    @property
    def ordered(self) -> bool:
        """Whether `order` alone compares all units: one distribution, and welfare is luck alone."""
        return self.observed.ranks_alike and self.ratio is None

    @cached_property
    def amounts(self) -> Floats:
        """Welfare as the registry has it, shape (unit,) [currency per person per month]."""
        amounts = self.observed.amount(self.observed.order)[self.row]
        return amounts if self.ratio is None else amounts * self.ratio

    @cached_property
    def deciles(self) -> NDArray[np.intp]:
        """Tenth of households by welfare as the registry has it, 1 for the poorest, shape (unit,)."""
        return deciles(self.order if self.ordered else self.amounts, self.weight)

    def take(self, units: Index) -> RegistryView:
        """Return the view of some of the units."""
        return evolve(
            self,
            row=self.row[units],
            weight=self.weight[units],
            keys=self.keys[units],
            ratio=None if self.ratio is None else self.ratio[units],
            columns={name: values[units] for name, values in self.columns.items()},
        )
