"""What is estimated: a measure of a sample, or of a domain of it, at its arguments."""

from __future__ import annotations

from typing import cast

import numpy as np
from attrs import frozen

from graduasi._typing import Floats
from graduasi.errors import InputError
from graduasi.measures import checks, influence
from graduasi.measures.measure import Measure, Options
from graduasi.measures.relative_line import RelativeLine, Sample


@frozen(kw_only=True, eq=False)
class Estimand:
    """A measure of a sample.

    values : welfare over `unit`, a power of two, 1 unless squares of welfare are no floats; shape (household,).
    """

    measure: Measure
    values: Floats
    unit: float
    sample: Sample
    options: Options

    @classmethod
    def of(cls, measure: Measure, values: Floats, sample: Sample, options: Options) -> Estimand:
        """Choose the unit of welfare. Gaps under a line that is given are in lines, which needs none."""
        free = options.line is None or isinstance(options.line, RelativeLine)
        unit = checks.unit_of(values) if free and (measure.unitless or measure.in_money) else 1.0
        scaled = values if unit == 1.0 else values / unit
        return cls(measure=measure, values=scaled, unit=unit, sample=sample, options=options)

    @property
    def money(self) -> float:
        """What a result in `unit` is multiplied by."""
        return self.unit if self.measure.in_money else 1.0

    def plain(self, sample: Sample) -> float:
        """Return the measure of the sample with these weights, in `unit`."""
        arguments = self.options.of(self.measure, self.values, sample)
        return float(self.measure.value(self.values, *arguments, sample.held))

    def value(self, weight: Floats) -> float:
        """Return the measure with other weights of the sample, shape (household,)."""
        drawn = Sample(weight=weight, keep=self.sample.keep)
        if not drawn.held.any():
            raise InputError(
                "estimate.domain must hold a household with weight in every draw and replicate; one holds none"
            )
        return checks.finite("estimate", self.money * self.plain(drawn))

    def linearised(self) -> Floats:
        """Return weight times influence, shape (household,): the sum that the measure is, to first order.

        Households outside the domain have none, but for a line that they help to make: where the line is of
        everybody, FGT of the domain moves with the weight of each household by (slope of the domain's FGT in the
        line) x (influence on the line), Deville (1999) and Osier (2009, Survey Research Methods 3).
        """
        held, line = self.sample.held, self.options.line
        parts = held * self._influence()
        if isinstance(line, RelativeLine):
            whose = self.sample.of_line(line)
            parts = parts + self._slope() * whose * line.influence(self.values, whose, self.options.rule)
        return self.money * np.asarray(parts, dtype=np.float64)

    def _influence(self) -> Floats:
        """Return the influence function within the domain at the line as it is, shape (household,)."""
        measure = self.measure
        assert measure.influence is not None
        if isinstance(self.options.line, RelativeLine) and measure.line != "moving":
            raise InputError(
                f"estimate.line of {measure.name} must be an amount for linearisation; use method='bootstrap'"
            )
        arguments = self.options.of(measure, self.values, self.sample)
        rule = [self.options.rule] if measure.density else []
        return np.asarray(measure.influence(self.values, self.sample.held, *arguments, *rule), dtype=np.float64)

    def _slope(self) -> float:
        """Return how FGT of the domain moves with the line."""
        measure, options = self.measure, self.options
        order = options.number(measure, "alpha") if measure.order == "alpha" else cast(float, measure.order)
        amount = options.lines(measure, self.values, self.sample)
        return influence.fgt_slope(self.values, self.sample.held, amount, order, options.rule)
