"""The arrays of a projection with the names along their axes, checked against each other."""

from __future__ import annotations

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from graduasi.population import PovertyLine
from graduasi.projection.amounts import Amounts
from graduasi.projection.consistency import check, frozen_ids, frozen_inputs, frozen_numbers
from graduasi.projection.index import AxisIndex
from graduasi.projection.statistics import RECORDED, StatisticSet
from graduasi.projection.years import Years

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False, repr=False)
class ResultArrays:
    """What a simulation recorded; nothing in it names a household unless it was asked to.

    values : shape (draw, unit, policy, month, line, statistic, group); statistics : the names along
        its statistic axis.
    luck : variance of each total that is simulated luck, shape (unit, policy, month, line, statistic), the
        additional exits last; event_weight : mean households of a record to which it happens, without the unit;
        sampling : variance of each total that is the survey's, shape as `luck`; 0 where records are no sample.
    costs_by_draw : shape (draw, policy, programme, component, month) [currency].
    enrolled : shape (draw, policy, programme) [households]; flows : shape (draw, policy, month, flow) [currency].
    inputs : drawn values of each uncertain input, shape (draw,).
    poor_records : records truly poor at month 0, shape (draw, line).
    amounts : statistics that the run was asked for, each on its own axes. years : the clock of years, where the run
        has it.
    household_ids, household_values : only where asked for; shapes (household,), (policy, number, household).
    """

    policies: tuple[str, ...]
    programmes: tuple[str, ...]
    lines: tuple[PovertyLine, ...]
    groups: tuple[str, ...]
    units: tuple[str, ...]
    start: str
    sustained_months: int
    seed: int
    version: str
    kind: str
    currency: str
    totals: dict[str, float]
    notes: tuple[str, ...]
    values: Floats = attrs.field(converter=frozen_numbers)
    luck: Floats = attrs.field(converter=frozen_numbers)
    event_weight: Floats = attrs.field(converter=frozen_numbers)
    sampling: Floats = attrs.field(converter=frozen_numbers)
    costs_by_draw: Floats = attrs.field(converter=frozen_numbers)
    enrolled: Floats = attrs.field(converter=frozen_numbers)
    flows: Floats = attrs.field(converter=frozen_numbers)
    poor_records: Floats = attrs.field(converter=frozen_numbers)
    inputs: dict[str, Floats] = attrs.field(factory=dict, converter=frozen_inputs)
    household_ids: NDArray[np.str_] | None = attrs.field(default=None, converter=frozen_ids)
    household_values: Floats = attrs.field(factory=lambda: np.empty((0, 0, 0)), converter=frozen_numbers)
    statistics: StatisticSet = RECORDED
    amounts: tuple[Amounts, ...] = ()
    years: Years | None = None

    def __attrs_post_init__(self) -> None:
        check({field.name: getattr(self, field.name) for field in attrs.fields(type(self))})

    def __reduce__(self) -> tuple[object, ...]:
        # Copies and pickles are built anew: NumPy forgets on the way that an array is read-only.
        return _rebuilt, (type(self), {field.name: getattr(self, field.name) for field in attrs.fields(type(self))})

    @property
    def draws(self) -> int:
        """Number of outer draws."""
        return int(self.values.shape[0])

    @property
    def months(self) -> int:
        """Last month."""
        return int(self.flows.shape[2]) - 1

    @property
    def index(self) -> AxisIndex:
        """Positions of a policy, a line, a month ... along the axes of the arrays, by name."""
        return AxisIndex(
            policies=self.policies,
            programmes=self.programmes,
            units=self.units,
            groups=self.groups,
            lines=self.lines,
            last=self.months,
            start=self.start,
        )


def _rebuilt(kind: type[ResultArrays], fields: dict[str, object]) -> ResultArrays:
    return kind(**fields)  # type: ignore[arg-type]
