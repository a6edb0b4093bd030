"""One draw: resolve what is uncertain, enrol, then walk block after block through months and policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from graduasi.income.protocol import CrossSection
from graduasi.policy.enrolment import COMPONENTS, Pieces, cut, enrol
from graduasi.simulation.spells import SpellTracker
from graduasi.simulation.totals import Totals
from graduasi.simulation.touched import Touched, WithoutHelp
from graduasi.streams import Streams
from graduasi.uncertain import certain, resolve, uncertainties

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from graduasi.income import IncomeModel, Luck
    from graduasi.income.protocol import BlockLuck
    from graduasi.policy import Policy, Programme
    from graduasi.policy.enrolment import Enrolment
    from graduasi.policy.registry import View
    from graduasi.population import Population
    from graduasi.simulation.task import Task
    from graduasi.uncertain import Uncertain

    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

TAIL = "population tail"


@frozen(kw_only=True, eq=False)
class DrawResult:
    """Sums of one draw; see `Totals`. costs : shape (policy, programme, component, month), programmes in the order
    of `programme_names`; enrolled : shape (policy, programme) families."""

    totals: Floats
    squares: Floats
    flows: Floats
    costs: Floats
    enrolled: Floats
    inputs: dict[str, float]
    poor_records: Floats
    households: Floats


def programme_names(policies: tuple[Policy, ...]) -> tuple[str, ...]:
    """Names of all programmes, in order of first mention."""
    return tuple(dict.fromkeys(programme.name for policy in policies for programme in policy.programmes))


def input_names(
    population: Population, model: IncomeModel, policies: Sequence[Policy]
) -> dict[str, Uncertain | None]:
    """Every uncertain input of a run by name, with its distribution (None for the population's fan)."""
    found: dict[str, Uncertain | None] = {} if population.tails is None else {TAIL: None}
    found |= dict(uncertainties(model, "model"))
    for policy in policies:
        for programme in policy.programmes:
            found |= dict(uncertainties(programme, f"programme {programme.name}"))
    return found


def run_draw(task: Task, draw: int) -> DrawResult:
    """Everything that happens in one draw."""
    streams = Streams(seed=task.seed, draw=draw)
    inputs: dict[str, float] = {}

    def uniform(name: str) -> float:
        return task.held[name] if name in task.held else streams.scalar(name)

    for name, value in input_names(task.population, task.model, task.policies).items():
        inputs[name] = uniform(name) if value is None else value.quantile(uniform(name))
    cross = CrossSection(
        welfare=task.population.at_tail(uniform(TAIL)),
        person_weight=task.weights[-1],
        keys=task.keys,
        group=task.group,
        groups=task.groups,
        lines=task.lines,
        months=task.months,
    )
    model = resolve(task.model, uniform, "model")
    luck = model.prepare(cross)
    policies = [_resolved(policy, uniform) for policy in task.policies]
    pieces = _enrol_all(task, policies, luck, streams)
    tally = Totals(task, luck.cell_count)
    poor_records = np.zeros(task.lines.size)
    for part in task.parts():
        _walk_block(task, part, model, luck, streams, pieces, tally, poor_records)
    tally.close(luck)
    names = programme_names(task.policies)
    costs = np.zeros((len(policies), len(names), len(COMPONENTS), task.months + 1))
    enrolled = np.zeros((len(policies), len(names)))
    for policy, own in enumerate(pieces):
        for position, item in enumerate(own.enrolments):
            costs[policy, names.index(item.programme)] = item.costs
            costs[policy, names.index(item.programme), 0] += tally.covered[policy, position]
            enrolled[policy, names.index(item.programme)] = (item.high - item.low).sum()
    return DrawResult(
        totals=tally.totals,
        squares=tally.squares,
        flows=tally.flows,
        costs=costs,
        enrolled=enrolled,
        inputs=inputs,
        poor_records=poor_records,
        households=tally.households,
    )


def _resolved(policy: Policy, uniform: Callable[[str], float]) -> Policy:
    """Programmes of one name are resolved alike, whatever policy they are in."""
    programmes: list[Programme] = [resolve(each, uniform, f"programme {each.name}") for each in policy.programmes]
    return evolve(policy, programmes=tuple(programmes))


def _enrol_all(task: Task, policies: list[Policy], luck: Luck, streams: Streams) -> list[Pieces]:
    """The touched pieces of every policy; a programme that several policies share is enrolled once."""
    if not any(policy.programmes for policy in policies):
        return [cut(()) for _ in policies]
    parts = task.parts()
    scores = np.concatenate([luck.start_scores(streams, part) for part in parts])
    views: dict[str, View] = {}
    known: list[tuple[Programme, Enrolment]] = []

    def enrolment(programme: Programme) -> Enrolment:
        for other, done in known:
            if other == programme:
                return done
        registry = programme.registry
        if registry.name not in views:
            views[registry.name] = registry.look(
                scores, task.keys, luck, streams, families=task.weights[0], columns=task.population.columns
            )
        view = views[registry.name]
        candidate = programme.eligibility.holds(view, task.population.columns)
        take_up = certain(programme.take_up)
        if take_up < 1.0:
            accepts = streams.uniforms(task.keys, f"take-up: {programme.name}") < take_up
            candidate &= accepts
        done = enrol(
            programme,
            rank=programme.targeting.rank(view, task.keys, streams, programme.name),
            candidate=candidate,
            families=task.weights[0],
            members=task.sizes,
            months=task.months,
        )
        known.append((programme, done))
        return done

    return [
        cut([enrolment(each) for each in sorted(policy.programmes, key=lambda each: each.name)])
        for policy in policies
    ]


def _walk_block(
    task: Task,
    part: slice,
    model: IncomeModel,
    luck: Luck,
    streams: Streams,
    pieces: list[Pieces],
    tally: Totals,
    poor_records: Floats,
) -> None:
    """All months of one block, for every policy."""
    block = luck.begin(streams, part)
    untouched = _Untouched(task, part, block, tally)
    poor_records += [start.size for start in untouched.start]
    own = [(policy, each.part(part.start, part.stop)) for policy, each in enumerate(pieces)]
    own = [(policy, each) for policy, each in own if each.row.size]
    rows = np.unique(np.concatenate([each.row - part.start for _, each in own])) if own else None
    without = None if rows is None else WithoutHelp(task, rows, block, tally.codes)
    touched = [
        Touched(task, part, policy, each, model, without, streams, tally)
        for policy, each in own
        if without is not None
    ]
    for month in range(task.months + 1):
        if month:
            block.advance()
            untouched.record()
            if without is not None:
                without.step()
        for each in touched:
            each.month(month)


class _Untouched:
    """What happens without any programme, recorded as the first policy's totals; the others add differences."""

    def __init__(self, task: Task, part: slice, block: BlockLuck, tally: Totals) -> None:
        self.task, self.block, self.tally = task, block, tally
        self.weights = task.weights[:, part]
        self.squared = task.squared[part]
        self.cell = task.cell[part]
        self.now, self.part = 0, part
        lines = range(task.lines.size)
        self.poor0 = [block.below(line) for line in lines]
        self.start = [np.flatnonzero(poor) for poor in self.poor0]
        self.spells = [
            SpellTracker(np.ones(start.size, dtype=bool), sustained=task.sustained) for start in self.start
        ]
        self.entered = tally.codes.entered()
        self._record(self.poor0)

    def record(self) -> None:
        """The next month."""
        self.now += 1
        self._record([self.block.below(line) for line in range(self.task.lines.size)])

    def _record(self, below: list[NDArray[np.bool_]]) -> None:
        poor_now = []
        for line, poor in enumerate(below):
            start, spells = self.start[line], self.spells[line]
            spells.step(poor[start])
            stays = spells.sustained
            rows = np.flatnonzero(poor)
            entered = rows[~self.poor0[line][rows]]
            at = np.concatenate([start, entered])
            kind = np.concatenate(
                [self.tally.codes.encode(spells.state(stays, stays)), np.repeat(self.entered, entered.size)]
            )
            self.tally.change(
                0,
                self.now,
                kind[None],
                self.tally.counted,
                self.cell[at],
                self.weights.take(at, axis=1),
                self.squared[at],
                line,
            )
            poor_now.append(rows)
            if line == 0 and self.task.households:
                self._households(rows, start[stays])
        self._gaps(poor_now)
        cells = self.block.cells()
        seen = self.tally.seen[:, self.now]
        for unit, weight in enumerate(self.weights):
            seen[unit] += np.bincount(cells, weights=weight, minlength=seen.shape[1])

    def _households(self, poor: Rows, stayed: Rows) -> None:
        """One for every household of the block that is poor first or last, or out for good, without help."""
        table = self.tally.households[0, :, self.part]
        if self.now == 0:
            table[0, poor] = 1.0
        if self.now == self.task.months:
            table[1, poor] = 1.0
            table[2, stayed] = 1.0

    def _gaps(self, poor_now: list[Rows]) -> None:
        line = np.repeat(np.arange(len(poor_now)), [rows.size for rows in poor_now])
        rows = np.concatenate(poor_now)
        gap = np.maximum(1.0 - self.block.welfare(rows) / self.task.lines[line], 0.0)
        power = np.array([gap, gap * gap])
        amounts = [
            grid.snap(weight[rows] * power) for grid, weight in zip(self.task.grids, self.weights, strict=True)
        ]
        self.tally.gaps(self.now, line, self.cell[rows], amounts)
