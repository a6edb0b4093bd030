"""What a scenario says: attrs classes that mirror the file, and the objects that they stand for."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from graduasi.errors import Cancelled, GraduasiError, InputError, MemoryLimitError, ScenarioError
from graduasi.fields import (
    LONGEST_RUN,
    PART,
    Part,
    count,
    flag,
    month,
    open_part,
    part,
    plain_count,
    plain_text,
    refuse,
    several,
    text,
)
from graduasi.income import MODELS, HouseholdEconomy, IncomeModel
from graduasi.policy import Adaptive, Budget, Policy, Programme
from graduasi.policy.programme import AnotherEffort
from graduasi.population import Population, PovertyLine
from graduasi.scenario.checks import located, rule_faults, scenario_faults
from graduasi.scenario.files import current, merged, structure, unstructure
from graduasi.scenario.kinds import all_parts, given_parts, parts_of
from graduasi.scenario.limits import RECORD_BYTES, Limits
from graduasi.scenario.populations import SOURCE, FromFile, Source
from graduasi.scenario.reading import read

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from graduasi.projection import Projection
    from graduasi.simulation.simulate import Progress
    from graduasi.uncertain import Posterior

MOST_DRAWS = 1_000_000
MONTH = plain_count("month", unit="months", at_least=1, at_most=LONGEST_RUN)
PROGRAMME = plain_text("name of a programme")
ASSUMPTION = plain_text("one assumption", lines=True)


@frozen(kw_only=True)
class AdaptiveMix(AnotherEffort):
    """A programme, by its name, that is added at a month if a count has not fallen; see `AnotherEffort`."""

    programme: str = text("name of the programme that is added")


@frozen(kw_only=True)
class Mix:
    """A policy by the names of its programmes; without any it is *nothing*."""

    name: str = text("name of the policy")
    programmes: tuple[str, ...] = several("names of programmes", str, each=PROGRAMME)
    budget: Budget | None = part(
        "what there is to spend on all its programmes, in their order; no limit where it is left out",
        Budget,
        default=None,
    )
    adaptive: tuple[AdaptiveMix, ...] = several("programmes that are added if a count has not fallen", AdaptiveMix)

    def policy(self, programmes: Mapping[str, Programme]) -> Policy:
        """Return the policy with its programmes."""
        return Policy(
            name=self.name,
            programmes=[programmes[name] for name in self.programmes],
            budget=self.budget,
            adaptive=tuple(
                Adaptive(programme=programmes[each.programme], month=each.month, fall=each.fall, below=each.below)
                for each in self.adaptive
            ),
        )


@frozen(kw_only=True)
class Variant:
    """The same scenario with some of its tables changed, run with few draws beside it."""

    label: str = text("what is different")
    changes: Mapping[str, Any] = attrs.field(
        factory=dict,
        converter=copy.deepcopy,
        hash=False,
        metadata={PART: Part(meaning="a table in the shape of the scenario, with what differs alone")},
    )


@frozen(kw_only=True)
class ReportPlan:
    """What the report answers for, and how many draws it spends on what the answer depends on.

    at : months; a year after the start and the last month where none are given.
    """

    at: tuple[int, ...] = several("months that are answered for", int, each=MONTH)
    sensitivity_draws: int = count(
        "draws of each bar of the tornado; 0 for none", unit="draws", at_most=MOST_DRAWS, default=20
    )
    benchmark: bool = flag("whether the naive benchmark is computed beside it", default=True)


@frozen(kw_only=True)
class Scenario:
    """A whole question: who, which lines, which policies, how long, how many draws."""

    title: str = text("what is asked")
    start: str = month("calendar month of month 0, such as '2023-12'")
    months: int = count("last month", unit="months", at_least=1, at_most=LONGEST_RUN)
    draws: int = count("outer draws", unit="draws", at_least=1, at_most=MOST_DRAWS, default=100)
    seed: int = count("seed of every random stream", unit="seed", at_most=2**64 - 1)
    sustained: int = count(
        "months out in a row that make an exit sustained",
        unit="months",
        at_least=1,
        at_most=LONGEST_RUN,
        default=12,
    )
    population: Source = part("who: where the households come from", SOURCE)
    lines: tuple[PovertyLine, ...] = several("poverty lines; the first is the headline", PovertyLine, at_least=1)
    model: IncomeModel = open_part(
        "the income model", MODELS, needs=("kind", "stationary", "channels", "prepare"), default=HouseholdEconomy
    )
    programmes: tuple[Programme, ...] = several("who gets what, when, at what cost", Programme)
    policies: tuple[Mix, ...] = several("policies, each a set of programmes by name", Mix, at_least=1)
    variants: tuple[Variant, ...] = several("the scenario with something changed, each beside it", Variant)
    report: ReportPlan = part("what the report answers for", ReportPlan, default=ReportPlan)
    assumptions: tuple[str, ...] = several("what is assumed, for the report", str, each=ASSUMPTION)
    folder: Path = attrs.field(default=Path(), eq=False, repr=False)
    limits: Limits | None = attrs.field(default=None, eq=False, repr=False)
    parts: tuple[type, ...] = attrs.field(default=(), converter=given_parts, eq=False, repr=False)

    _view_faults = staticmethod(scenario_faults)  # read by the converter

    def __attrs_post_init__(self) -> None:
        found = scenario_faults(self)
        if len(found) == 1:
            raise InputError(f"Scenario.{found[0][0]} {found[0][1]}")
        if found:
            lines = [f"  {path} {words}" for path, words in found]
            raise InputError("\n".join([f"Scenario: {len(found)} faults", *lines]))

    @classmethod
    def from_file(cls, path: str | Path, *, limits: Limits | None = None, parts: Iterable[type] = ()) -> Scenario:
        """Read a .toml or .json file; all of its faults are raised at once as a ScenarioError.

        limits : what it may ask for, see `Limits`; nothing is limited where they are left out.
        parts : classes of your own that the file can name by their `kind`, beside those that installed packages
            offer under the entry points `graduasi.parts`.
        """
        return read(cls, path, limits, all_parts(parts))

    @classmethod
    def from_dict(
        cls,
        document: Mapping[str, object],
        folder: str | Path = ".",
        *,
        limits: Limits | None = None,
        parts: Iterable[type] = (),
    ) -> Scenario:
        """The same from what a JSON service was sent; `folder` is where relative paths start."""
        if not isinstance(folder, str | Path):
            raise refuse("Scenario.from_dict", "folder", "the path of a folder", folder)
        return structure(cls, document, Path(folder), "scenario", limits, parts=all_parts(parts))

    def to_dict(self) -> dict[str, Any]:
        """The scenario as plain values, as its file has them."""
        return unstructure(self)

    @property
    def answers_at(self) -> tuple[int, ...]:
        """The months that the report answers for, each once, rising."""
        return tuple(sorted(set(self.report.at))) or tuple(dict.fromkeys((min(12, self.months), self.months)))

    def with_changes(self, variant: Variant) -> Scenario:
        """The scenario of a variant."""
        base = self.to_dict() | {"variants": []}
        parts = tuple(dict.fromkeys((*self.parts, *parts_of((self.model, self.programmes)))))
        changed = merged(base, current(variant.changes, base, parts))
        where = f"variant {variant.label!r}"
        return structure(type(self), changed, self.folder, where, self.limits, parts=parts)

    def policy_objects(self) -> tuple[Policy, ...]:
        """The policies with their programmes."""
        by_name = {programme.name: programme for programme in self.programmes}
        return tuple(mix.policy(by_name) for mix in self.policies)

    def build(self) -> Population:
        """Make or read the population.

        Raises ScenarioError, with the paths of the fields, for figures that nobody has and tables with faults; its
        `__cause__` is the error of the population (FitError, InputError, NotAvailableError).
        """
        with _told_as("population"):
            if self.limits is not None and isinstance(self.population, FromFile):
                self.limits.check_file(self.folder / self.population.path)
            self._check_size()
            return self.population.build(self.folder)

    def _check_size(self) -> None:
        """Refuse records that would not fit in memory, before they are made."""
        from graduasi.simulation.memory import available

        need, have = RECORD_BYTES * getattr(self.population, "size", 0), available()
        if have is not None and need > have:
            raise MemoryLimitError(
                f"the population needs about {need / 2**30:,.1f} GiB and {have / 2**30:,.1f} GiB are free: use a "
                "smaller size"
            )

    def run(
        self,
        *,
        executor: Executor | None = None,
        progress: Progress = True,
        draws: int | None = None,
        population: Population | None = None,
        policies: Policy | tuple[Policy, ...] | None = None,
        lines: PovertyLine | tuple[PovertyLine, ...] | None = None,
        fixed: Mapping[str, float] | None = None,
        posterior: Posterior | None = None,
        held: Mapping[str, float] | None = None,
    ) -> Projection:
        """Simulate it. What is given replaces what the scenario says.

        Raises ScenarioError, with paths, for what the scenario says and cannot be; MemoryLimitError before work
        that would not fit in memory.
        """
        from graduasi.simulation import simulate

        people = self.build() if population is None else population
        found = [] if policies is not None else rule_faults(self, people)
        if self.limits is not None:
            found += self.limits.run_faults(self, people)
        if found:
            raise ScenarioError([f"{path}: {words}" for path, words in found])
        own: list[BaseException] = []
        with _told_as("", own):
            return simulate(
                people,
                self.model,
                self.policy_objects() if policies is None else policies,
                lines=self.lines if lines is None else lines,
                months=self.months,
                draws=self.draws if draws is None else draws,
                seed=self.seed,
                start=self.start,
                sustained=self.sustained,
                executor=executor,
                progress=_heard(progress, own),
                fixed=fixed,
                posterior=posterior,
                held=held,
            )


def _heard(progress: Progress, own: list[BaseException]) -> Progress:
    """The same callback, whose own errors are kept apart from the scenario's."""
    if not callable(progress):
        return progress

    def heard(done: int, total: int) -> object:
        try:
            return progress(done, total)
        except BaseException as error:
            own.append(error)
            raise

    return heard


@contextmanager
def _told_as(path: str, own: Sequence[BaseException] = ()) -> Iterator[None]:
    """Errors of objects as faults of the scenario that described them; memory that runs out as a limit.

    own : errors of a callback, which pass through.
    """
    try:
        yield
    except (Cancelled, MemoryLimitError, ScenarioError):
        raise
    except GraduasiError as error:
        called = str(error).startswith("simulate.")  # an argument of the call, not a field of the scenario
        if called or any(error is each for each in own):
            raise
        found = located(str(error), path)
        raise ScenarioError([f"{where or 'scenario'}: {words}" for where, words in found]) from error
    except MemoryError as error:
        raise MemoryLimitError(f"{path or 'the run'} does not fit in memory: use a smaller one") from error
