"""One draw: resolve what is uncertain, enrol, then take block after block through the months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from graduasi.income import CrossSection
from graduasi.policy.consistency import check_offers
from graduasi.policy.enrolment import Enrolment
from graduasi.policy.lanes import Lanes
from graduasi.policy.roster import Registries, Roster, offers_of
from graduasi.projection.statistics import HOUSEHOLD
from graduasi.simulation.block import Block
from graduasi.simulation.books import Books
from graduasi.simulation.inputs import BAND, programme_names, resolve_all
from graduasi.simulation.records import Records, YearRecords, recorder_of, years_of
from graduasi.simulation.reference import EVERYBODY
from graduasi.simulation.totals import Totals
from graduasi.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graduasi.income import ModelDraw
    from graduasi.simulation.task import Task

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]
    Index = NDArray[np.intp]


@frozen(kw_only=True, eq=False)
class YearSums:
    """Sums of one draw on the clock of years; see `Totals` and `AmountRecorder`."""

    totals: Floats
    squares: Floats
    amounts: tuple[Floats, ...]

    @classmethod
    def of(cls, years: YearRecords) -> YearSums:
        """Close the records of years, and return their sums."""
        years.totals.close(None)
        years.amounts.close()
        return cls(totals=years.totals.totals, squares=years.totals.squares, amounts=tuple(years.amounts.totals))


@frozen(kw_only=True, eq=False)
class DrawResult:
    """Sums of one draw; see `Totals` and `Books`. amounts : by statistic, see `AmountRecorder`.

    enrolled : shape (policy, programme) households, programmes in the order of `programme_names`.
    """

    totals: Floats
    squares: Floats
    flows: Floats
    costs: Floats
    enrolled: Floats
    inputs: dict[str, float]
    poor_records: Floats
    households: Floats
    amounts: tuple[Floats, ...] = ()
    years: YearSums | None = None


def run_draw(task: Task, draw: int) -> DrawResult:
    """Return everything that happens in one draw."""
    inputs = task.sampler.values(Streams(seed=task.settings.seed, draw=draw).scalar)
    run = _Draw(task, draw, inputs)
    run.walk()
    return run.result(inputs)


class _Draw:
    """The work of one draw."""

    def __init__(self, task: Task, draw: int, inputs: dict[str, float]) -> None:
        self.task = task
        model, policies = resolve_all(task.model, task.policies, inputs)
        streams = Streams(seed=task.settings.seed, draw=draw)
        self.lanes = Lanes(streams=streams, keys=task.record_keys, copies=task.settings.copies)
        self.model: ModelDraw = model.prepare(
            CrossSection(
                welfare=task.welfare(inputs.get(BAND, 0.5)),
                person_weight=task.weights[-1],
                keys=task.keys,
                distribution=task.group,
                distributions=task.groups,
                lines=task.lines,
                months=task.months,
            )
        )
        self.offers = offers_of(policies, task.months)
        self.registries = Registries(
            self.model.process.observe,
            self.lanes,
            weight=task.weights[0],
            members=task.sizes,
            keys=task.keys,
            columns=task.columns,
        )
        self.rosters = [Roster(policy, self.offers, self.registries) for policy in policies]
        check_offers(policies, self.offers, self.model.channels)  # what is doubtful may open in this draw alone
        kept = task.records if task.settings.households else 0
        self.records = Records(
            months=Totals(task, task.statistics, periods=task.months + 1, bins=self.model.process.bin_count),
            amounts=recorder_of(task) if task.settings.recorded.amounts else None,
            years=years_of(task) if task.settings.years else None,
            books=Books(task, self.offers, programme_names(task.policies)),
            households=np.zeros((len(policies), len(HOUSEHOLD), kept)),
            poor_records=np.zeros(task.lines.size),
        )

    def walk(self) -> None:
        """Enrol, and go through the months; where registries look again, all blocks wait for each other."""
        task = self.task
        reviews = sorted({month for roster in self.rosters for month in roster.months(task.months)})
        blocks: list[Block] = []
        if self.offers:
            if reviews:
                blocks = [self._block(part) for part in task.blocks()]
                scores = [block.reference.luck.scores() for block in blocks]
            else:
                scores = [self._scores(part) for part in task.blocks()]
            self.registries.go_to(0, np.concatenate(scores))
            known: dict[int, Enrolment] = {}
            for roster in self.rosters:
                roster.begin(known)
        for number, part in enumerate(task.blocks()):
            block = blocks[number] if blocks else self._block(part)
            block.treat(self.rosters, None)
            block.walk(reviews[0] if reviews else task.months)
            if not reviews:
                block.end()
        for month, following in zip(reviews, [*reviews, task.months][1:], strict=True):
            self._review(month, blocks)
            for block in blocks:
                block.walk(following)
        if reviews:
            for block in blocks:
                block.end()

    def result(self, inputs: dict[str, float]) -> DrawResult:
        """Return the sums."""
        records = self.records
        records.months.close(self.model.process)
        records.households[1:] += records.households[:1]
        if records.amounts is not None:
            records.amounts.close()
        return DrawResult(
            enrolled=records.books.close(self.rosters),
            totals=records.months.totals,
            squares=records.months.squares,
            flows=records.books.flows,
            costs=records.books.costs,
            inputs=inputs,
            poor_records=records.poor_records / self.task.settings.copies,
            households=records.households,
            amounts=() if records.amounts is None else tuple(records.amounts.totals),
            years=None if records.years is None else YearSums.of(records.years),
        )

    def _block(self, part: slice) -> Block:
        return Block(self.task, part, self.model, self.lanes, self.offers, self.records)

    def _scores(self, part: slice) -> Singles:
        """True scores of a block at month 0."""
        luck = self.model.process.begin(self.lanes.streams, part, copy=part.start // self.task.records)
        return luck.scores()

    def _review(self, month: int, blocks: Sequence[Block]) -> None:
        """Let the registries look again; who leaves and who enters is known before anybody is paid."""
        without = [block.reference.ratio(EVERYBODY) for block in blocks]
        self.registries.go_to(
            month,
            np.concatenate([block.reference.luck.scores() for block in blocks]),
            np.concatenate([own for own in without if own is not None]) if without[0] is not None else None,
        )
        ratios = [block.ratios(self.rosters) for block in blocks]
        parents = []
        for policy, roster in enumerate(self.rosters):
            ratio = np.concatenate([own[policy] for own in ratios])
            due = month in roster.months(self.task.months)
            parents.append(roster.review(month, ratio) if due else np.arange(ratio.size))
        for block in blocks:
            block.treat(self.rosters, parents)
