"""What a simulation returns: every number with its interval, by policy, line, month and unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import NotAvailableError
from graduasi.population import PovertyLine
from graduasi.projection import tables
from graduasi.projection.consistency import check, frozen_ids, frozen_inputs, frozen_numbers
from graduasi.projection.doubt import LEVEL, Interval, chance_of_none, settle
from graduasi.projection.places import Places
from graduasi.projection.statistics import ADDITIONAL, COUNTS, HELPED, HURT, PLACE, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False, repr=False)
class Projection:
    """The result of `simulate`. Tables come as pandas frames; nothing in it names a household.

    values : shape (draw, unit, policy, month, line, statistic, group).
    luck : variance of each total that is simulated luck, shape (unit, policy, month, line, statistic), the
        additional exits last; event_weight : mean families of a record to which it happens, without the unit;
        sampling : variance of each total that is the survey's, shape as `luck`; 0 where records are no sample.
    costs : shape (draw, policy, programme, component, month) [currency].
    enrolled : shape (draw, policy, programme) [families]; flows : shape (draw, policy, month, flow) [currency].
    inputs : drawn values of each uncertain input, shape (draw,).
    poor_records : records truly poor at month 0, shape (draw, line).
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

    def __attrs_post_init__(self) -> None:
        check(self)

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies and pickles are built anew: NumPy forgets on the way that an array is read-only.
        return _rebuilt, ({field.name: getattr(self, field.name) for field in attrs.fields(Projection)},)

    @property
    def draws(self) -> int:
        """Number of outer draws."""
        return int(self.values.shape[0])

    @property
    def months(self) -> int:
        """Last month."""
        return int(self.values.shape[3]) - 1

    @property
    def at(self) -> Places:
        """Where a policy, a line, a month ... stands in the arrays, by its name."""
        return Places(projection=self)

    def __repr__(self) -> str:
        return (
            f"Projection({len(self.policies)} policies, {len(self.lines)} lines, months 0-{self.months} from "
            f"{self.start}, {self.draws} draws, seed {self.seed})"
        )

    def _repr_html_(self) -> str:
        from graduasi.projection.readable import html

        return html(self)

    def series(self, statistic: str, policy: str, *, line: str | None = None, unit: str = "households") -> Floats:
        """Draws of a statistic, shape (draw, month), with the luck of real families.

        statistic : a name in `STATISTICS`, or one of the three additional exits (see docs/estimands.md).
        """
        settled = settle(*self._totals(statistic, policy, line, unit))
        return settled if statistic in ADDITIONAL else np.maximum(settled, 0.0)

    def _totals(
        self, statistic: str, policy: str, line: str | None, unit: str
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Totals as simulated, shape (draw, month); luck, event weight and sampling as `settle` takes them."""
        at, row = self.at.policy(policy), self.at.line(line)
        which = self.at.unit(unit)
        block = self.values[:, which, at, :, row].sum(axis=-1)
        if statistic in ADDITIONAL:
            kind = ADDITIONAL.index(statistic)
            raw = block[..., PLACE[HELPED[kind]]] - block[..., PLACE[HURT[kind]]]
            place = len(STATISTICS) + kind
        elif statistic in PLACE:
            place = PLACE[statistic]
            raw = block[..., place]
        else:
            raise NotAvailableError(
                f"Projection.series.statistic must be one of {', '.join(STATISTICS + ADDITIONAL)}; "
                f"got {statistic!r}"
            )
        own = which, at, slice(None), row, place
        return raw, self.luck[own], self.event_weight[own[1:]], self.sampling[own]

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
        """Mean over draws, interval and Monte Carlo error of one number."""
        at = self.at.month(month)
        draws = self.series(statistic, policy, line=line, unit=unit)[:, at]
        raw = self._totals(statistic, policy, line, unit)[0][:, at]
        none = float(self._chance_of_none(statistic, policy, line=line)[at])
        return Interval.of(draws, level, none=none, raw=raw)

    def _chance_of_none(self, statistic: str, policy: str, *, line: str | None = None) -> Floats:
        """Probability that the event happens to no family, shape (month,); 0 for what is no event of families."""
        parts: tuple[str, ...] = (statistic,)
        if statistic in ADDITIONAL:
            kind = ADDITIONAL.index(statistic)
            parts = (HELPED[kind], HURT[kind])
        elif statistic not in COUNTS + HELPED + HURT:
            return np.zeros(self.months + 1)
        draws, luck = np.zeros((self.draws, self.months + 1)), np.zeros(self.months + 1)
        for part in parts:
            own, own_luck, *_ = self._totals(part, policy, line, self.units[0])
            draws, luck = draws + own, luck + own_luck
        return chance_of_none(draws, luck)

    def summary(self, *, line: str | None = None, at: int | Sequence[int] = ()) -> pd.DataFrame:
        """One row a policy at one line (the first, unless named); `at`: the month or months that it answers for."""
        return tables.summary(self, self.lines[self.at.line(line)].label, self.at.months(at))

    def monthly(self) -> pd.DataFrame:
        """Every statistic by policy, line, unit and month, with its interval; one row each."""
        return tables.monthly(self)

    def compare(self, policy: str, against: str, *, line: str | None = None) -> pd.DataFrame:
        """Effect of a policy against another, for the same households under the same luck, by month."""
        return tables.compare(self, policy, against, self.lines[self.at.line(line)].label)

    def costs(self) -> pd.DataFrame:
        """Cost by policy, programme and component over the horizon [currency], with intervals."""
        return tables.costs(self)

    def targeting(self) -> pd.DataFrame:
        """Who was reached, by policy and line: coverage, leakage, undercoverage, and who leaves anyway."""
        return tables.targeting(self)

    def by(self, statistic: str, *, month: int | None = None, unit: str = "households") -> pd.DataFrame:
        """A statistic by the population's groups, with intervals over draws."""
        return tables.by_group(self, statistic, self.at.month(month), unit)

    def households(self, policy: str) -> pd.DataFrame:
        """One row a household, with its id: shares of draws in which it is poor first and last, out for good at
        the last month, and reached, at the first line. Only where `simulate` was asked for it; never in JSON."""
        if self.household_ids is None:
            raise NotAvailableError("Projection has no table of households; ask for it: simulate(households=True)")
        return tables.households(self, policy)

    def plot(self, *, line: str | None = None, unit: str = "households") -> Figure:
        """Headcount by policy over time, with bands (needs the extra `report`)."""
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
    def load(cls, folder: str | Path, *, at_most: int = 2**30) -> Projection:
        """Return the projection that `save` wrote into a folder.

        at_most : bytes that its file and its arrays, inflated, may take. Parts that do not fit are refused.
        """
        from graduasi.projection.store import load

        return _rebuilt(load(folder, at_most))

    def _answered(self, at: int | Sequence[int]) -> tuple[int, ...]:
        return self.at.months(at) or tuple(dict.fromkeys((min(12, self.months), self.months)))

    def to_json(self, path: str | Path | None = None, *, at: int | Sequence[int] = ()) -> str:
        """Return the whole projection as one JSON text, also written to `path`; `at` is that of `summary`.

        The old way: `answer` is smaller, and `save` keeps the whole in less room.
        """
        from graduasi.projection.text import to_json

        return to_json(self, path, self.at.months(at))

    @classmethod
    def from_json(cls, source: str | Path, *, at_most: int = 2**30) -> Projection:
        """A projection from its JSON: the text, or the path of a file. The old way; `load` reads what `save` wrote.

        at_most : bytes that a file and its arrays, inflated, may take. Parts that do not hold together are refused.
        """
        from graduasi.projection.reading import from_json

        return from_json(source, at_most)


def _rebuilt(fields: dict[str, Any]) -> Projection:
    return Projection(**fields)
