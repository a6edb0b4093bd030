"""An analysis as data: every run, what it depends on, and what it says, for any face to render."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from graduasi.fields import refuse
from graduasi.projection import Projection
from graduasi.study import tables
from graduasi.study.made import Made, made_of
from graduasi.study.quantity import Quantity
from graduasi.study.sensitivity import Swing
from graduasi.study.statements import Statement, statements

if TYPE_CHECKING:
    from graduasi.study.tables import Table
    from graduasi.uncertain import Uncertain

Kind = TypeVar("Kind")


@frozen(kw_only=True, eq=False)
class Variation:
    """The scenario with something changed, and its run."""

    label: str
    result: Projection


@frozen(kw_only=True)
class InputUsed:
    """Evidence of a run: an uncertain input, where it comes from, and what was drawn of it.

    distribution : its kind; None where it is the population's own band of distributions.
    drawn : mean of the draws with their range; None where a run has not drawn it.
    """

    name: str
    distribution: str | None
    source: str
    drawn: Quantity | None


@frozen(kw_only=True, eq=False)
class Findings:
    """Everything that a report, a table or an answer shows, as data.

    at : the months that it answers for. result : the projection. benchmark : the same policies with the pooled
    effect of trials, at the first line, or None. variations : the scenario with something changed, at that line.
    swings : what the answer depends on, the widest first. inputs : evidence used. tables : by name, rows of
    quantities. statements : what there is to say, in order. made : how it was made.
    """

    title: str
    at: tuple[int, ...]
    result: Projection
    benchmark: Projection | None
    variations: tuple[Variation, ...]
    swings: tuple[Swing, ...]
    inputs: tuple[InputUsed, ...]
    assumptions: tuple[str, ...]
    notes: tuple[str, ...]
    tables: Mapping[str, Table]
    statements: tuple[Statement, ...]
    made: Made

    def answer(self) -> dict[str, object]:
        """The small answer as plain values, ready for JSON: that of the result, and what this study adds."""
        from graduasi.study.answer import answer

        return answer(self)

    @property
    def projection(self) -> Projection:
        """Old name of `result`, until 0.3."""
        return _old("projection", "result", self.result)

    @property
    def naive(self) -> Projection | None:
        """Old name of `benchmark`, until 0.3."""
        return _old("naive", "benchmark", self.benchmark)


def _old(old: str, new: str, value: Kind) -> Kind:
    words = f"Findings.{old} is now Findings.{new}; the old name goes in 0.3"
    warnings.warn(words, DeprecationWarning, stacklevel=3)
    return value


def findings(
    result: Projection,
    *,
    title: str = "",
    at: int | Iterable[int] = (),
    benchmark: Projection | None = None,
    variations: Sequence[Variation] = (),
    swings: Sequence[Swing] = (),
    inputs: Mapping[str, Uncertain | None] | None = None,
    assumptions: Sequence[str] = (),
    made: Made | None = None,
) -> Findings:
    """Draw up the findings of runs that are there already.

    title : of the report; the projection's own words where it is empty. at : months that are answered for; a year
    after the start and the last where none are given. inputs : uncertain inputs by name.
    """
    if not isinstance(result, Projection):
        raise refuse("findings", "result", "a Projection", result)
    months = _months(result, at)
    return Findings(
        title=title or repr(result),
        at=months,
        result=result,
        benchmark=benchmark,
        variations=tuple(variations),
        swings=tuple(swings),
        inputs=tuple(_used(name, value, result) for name, value in (inputs or {}).items()),
        assumptions=tuple(assumptions),
        notes=result.notes,
        tables=_tables(result, benchmark, tuple(variations), months),
        statements=statements(result, benchmark, swings, months),
        made=made_of(result) if made is None else made,
    )


def _months(result: Projection, at: int | Iterable[int]) -> tuple[int, ...]:
    months = result.index.months(at)
    return months or tuple(dict.fromkeys((min(12, result.months), result.months)))


def _tables(
    result: Projection, benchmark: Projection | None, variations: tuple[Variation, ...], months: tuple[int, ...]
) -> dict[str, Table]:
    late = months[-1]
    made = (
        tables.of_policies(result, months),
        tables.of_lines(result, late),
        tables.of_groups(result, late),
        tables.of_benchmark(result, benchmark, late),
        tables.of_variants(result, variations, late),
        tables.of_costs(result),
    )
    return {table.name: table for table in made}


def _used(name: str, value: Uncertain | None, result: Projection) -> InputUsed:
    drawn = result.inputs.get(name)
    numbers = None
    if drawn is not None:
        low, high = float(drawn.min()), float(drawn.max())
        numbers = Quantity(value=float(drawn.mean()), low=low, high=high, unit="", digits=3)
    return InputUsed(
        name=name,
        distribution=None if value is None else value.family,
        source="" if value is None else value.source,
        drawn=numbers,
    )
