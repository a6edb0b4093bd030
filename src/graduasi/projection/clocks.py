"""Reading of counts and amounts by name, on the clock of months or of years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.errors import NotAvailableError
from graduasi.projection.arrays import ResultArrays
from graduasi.projection.axes import AXES, at, read
from graduasi.projection.statistics import CLOCKS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graduasi.projection.amounts import Amounts
    from graduasi.projection.years import Years

    Floats = NDArray[np.float64]

MONTH, YEAR = CLOCKS


def on_clock(result: ResultArrays, clock: str) -> ResultArrays | Years:
    """Return what is recorded on a clock; refuse clocks that the run does not have."""
    if clock not in CLOCKS:
        told = ", ".join(map(repr, CLOCKS))
        raise NotAvailableError(f"Projection.series.clock must be one of {told}; got {clock!r}")
    if clock == MONTH:
        return result
    if result.years is None:
        raise NotAvailableError("Projection has no clock of years; ask for it: simulate(years=True)")
    return result.years


def periods(result: ResultArrays, clock: str) -> tuple[int, ...]:
    """Return the months, or the years, of a run."""
    own = on_clock(result, clock)
    return tuple(range((own.months if isinstance(own, ResultArrays) else own.last) + 1))


def amounts_on(result: ResultArrays, statistic: str, clock: str) -> Amounts | None:
    """Return the amounts of a name on a clock; None where it is a count, or unknown."""
    return next((each for each in on_clock(result, clock).amounts if each.statistic.name == statistic), None)


@frozen(kw_only=True, eq=False)
class Counted:
    """Totals of records, shape (draw, period), and their variances, shape (period,)."""

    simulated: Floats
    luck: Floats
    event_weight: Floats
    sampling: Floats


def counted(
    result: ResultArrays,
    statistic: str,
    policy: str,
    line: str,
    unit: str,
    group: str | None = None,
    clock: str = MONTH,
) -> Counted:
    """Return the totals of a count by name, or of a difference of two, on a clock."""
    index, arrays = result.index, on_clock(result, clock)
    statistics = arrays.statistics
    own = {"policy": index.policy(policy), "line": index.line(line)}
    of_unit = own | {"unit": index.unit(unit)}
    told = statistics.index(statistic)

    def total(name: str) -> Floats:
        block = arrays.values[at(AXES["values"], statistic=statistics.index(name), **of_unit)]
        whole = block.sum(axis=-1) if group is None else block[..., index.group(group)]
        return np.asarray(whole, dtype=np.float64)

    difference = statistics.difference(statistic)
    return Counted(
        simulated=total(statistic) if difference is None else total(difference.helped) - total(difference.hurt),
        luck=read(arrays.luck, AXES["luck"], told=told, **of_unit),
        event_weight=read(arrays.event_weight, AXES["event_weight"], told=told, **own),
        sampling=read(arrays.sampling, AXES["sampling"], told=told, **of_unit),
    )
