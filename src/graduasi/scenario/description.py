"""What a scenario says: attrs classes that mirror the file, and the objects that they stand for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from attrs import frozen

from graduasi.errors import InputError, NotAvailableError
from graduasi.fields import choice, count, flag, number, share, text
from graduasi.income import HouseholdEconomy
from graduasi.policy import Policy, Programme
from graduasi.population import Composition, LineFigures, Population, PovertyLine, Published, synthesise
from graduasi.population.synthesis import FAMILIES as FITTED
from graduasi.population.units import PER, PERIODS, WEIGHTS_OF

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from graduasi.projection import Projection


def _tuple(kind: type | tuple[type, ...], at_least: int = 0) -> Any:
    def check(instance: Any, attribute: attrs.Attribute[Any], value: tuple[Any, ...]) -> None:
        owner = type(instance).__name__
        if len(value) < at_least:
            raise InputError(f"{owner}.{attribute.name} must be at least {at_least} of them; got {len(value)}")
        for item in value:
            if not isinstance(item, kind) or isinstance(item, bool):
                raise InputError(f"{owner}.{attribute.name} must hold {kind}; got {item!r}")

    return check


@frozen(kw_only=True)
class Synthesis:
    """How a population is made from published figures; see `graduasi.population.synthesise`."""

    family: str | None = choice(
        "family of the body; chosen by what is published where it is left out", tuple(FITTED), default=None
    )
    size: int = count("records to make", unit="records", at_least=200, default=20_000)
    doubt: tuple[float, ...] = attrs.field(
        default=(0.12, 0.35, 1.0), converter=tuple, validator=_tuple((int, float), 3)
    )
    survey_households: float | None = number(
        "households of the survey behind the figures, in place of the first two of doubt",
        unit="households", low=1, low_open=True, default=None, uncertain=False,
    )  # fmt: skip
    design_effect: float = number(
        "variance over that of a simple random sample",
        unit="ratio",
        low=0,
        low_open=True,
        default=2.0,
        uncertain=False,
    )
    known: bool = flag("whether the distribution is taken as known, without a fan", default=False)
    seed: int = count("seed of the household sizes", unit="seed", default=0)

    def made(self, published: Published) -> Population:
        """The synthetic population."""
        if len(self.doubt) != 3:
            raise InputError(f"{type(self).__name__}.doubt must be three numbers; got {len(self.doubt)}")
        first, second, family = self.doubt
        return synthesise(
            published,
            family=self.family,
            size=self.size,
            doubt=None if self.known else (first, second, family),
            survey_households=self.survey_households,
            design_effect=self.design_effect,
            seed=self.seed,
        )


@frozen(kw_only=True)
class FromPublished(Synthesis):
    """A population from a table of published figures that the package ships (`graduasi.evidence.figures`).

    The line, the headcount and the severity (and the gap, where it is given) are read from the row of `period`;
    the table gives them in percent, as statistics offices print them.
    """

    kind: ClassVar[str] = "published"

    table: str = text("name of the shipped table, such as 'kab_bekasi_poverty'")
    period: str = text("row of the table, such as '2023'")
    persons: float = number("persons in the area", unit="persons", low=0, low_open=True, uncertain=False)
    mean: float | None = number(
        "mean welfare", unit="currency per person per month", low=0, low_open=True, default=None, uncertain=False
    )
    gini: float | None = share("Gini of welfare between persons", default=None, uncertain=False)
    mean_members: float = number("mean household size", unit="persons", low=1, uncertain=False)
    mean_members_poor: float = number("mean size of poor households", unit="persons", low=1, uncertain=False)

    def row(self) -> pd.Series[Any]:
        """The published row."""
        from graduasi.evidence import figures

        table = figures(self.table)
        period = table.columns[0]
        rows = table.loc[table[period].astype(str) == self.period]
        if len(rows) != 1:
            have = ", ".join(table[period].astype(str))
            raise NotAvailableError(f"table {self.table!r} has no row {self.period!r}; it has {have}")
        return rows.iloc[0]

    def published(self) -> Published:
        """The figures as shares."""
        row = self.row()
        gap = row.get("p1")
        return Published(
            line=PovertyLine(
                amount=float(row["poverty_line_rp_pc_month"]),
                label=f"local line {self.period}",
                prices=self.period,
                source=str(row["source"]),
            ),
            headcount=float(row["p0_pct"]) / 100,
            severity=float(row["p2"]) / 100,
            gap=None if gap is None or math.isnan(gap) else float(gap) / 100,
            mean=self.mean,
            gini=self.gini,
            persons=self.persons,
            mean_members=self.mean_members,
            mean_members_poor=self.mean_members_poor,
        )

    def build(self, folder: Path) -> Population:
        """The synthetic population."""
        del folder
        return self.made(self.published())


@frozen(kw_only=True)
class FromFigures(Synthesis):
    """A population from figures that are typed in: shares, not percent."""

    kind: ClassVar[str] = "figures"

    line: PovertyLine | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(PovertyLine))
    )
    headcount: float | None = share("P0, share of persons below the line", default=None, uncertain=False)
    severity: float | None = share("P2, FGT of order two", default=None, uncertain=False)
    gap: float | None = share("P1, FGT of order one", default=None, uncertain=False)
    further: tuple[LineFigures, ...] = attrs.field(default=(), converter=tuple, validator=_tuple(LineFigures))
    mean: float | None = number(
        "mean welfare", unit="currency per person per month", low=0, low_open=True, default=None, uncertain=False
    )
    median: float | None = number(
        "median welfare", unit="currency per person per month", low=0, low_open=True, default=None, uncertain=False
    )
    gini: float | None = share("Gini of welfare between persons", default=None, uncertain=False)
    deciles: tuple[float, ...] = attrs.field(default=(), converter=tuple, validator=_tuple((int, float)))
    persons: float = number("persons in the area", unit="persons", low=0, low_open=True, uncertain=False)
    mean_members: float = number("mean household size", unit="persons", low=1, uncertain=False)
    mean_members_poor: float = number("mean size of poor households", unit="persons", low=1, uncertain=False)
    composition: tuple[Composition, ...] = attrs.field(default=(), converter=tuple, validator=_tuple(Composition))

    def published(self) -> Published:
        """The figures."""
        return Published(
            line=self.line,
            headcount=self.headcount,
            severity=self.severity,
            gap=self.gap,
            further=self.further,
            mean=self.mean,
            median=self.median,
            gini=self.gini,
            deciles=self.deciles or None,
            persons=self.persons,
            mean_members=self.mean_members,
            mean_members_poor=self.mean_members_poor,
            composition=self.composition,
        )

    def build(self, folder: Path) -> Population:
        """The synthetic population."""
        del folder
        return self.made(self.published())


@frozen(kw_only=True)
class FromFile:
    """A population from a CSV, Parquet or Stata file, by a path relative to the scenario's folder."""

    kind: ClassVar[str] = "file"

    path: str = text("path of the file")
    welfare: str = text("column of welfare")
    id: str = text("column of household ids, read as text")
    currency: str = text("currency of welfare", default="IDR")
    period: str = choice("period that welfare is for", tuple(PERIODS))
    of: str = choice("whom welfare is of", PER)
    scale: str | None = text(
        "equivalence scale, or column of adult equivalents, where welfare is per adult equivalent", default=None
    )
    children: str | None = text("column of members under 14, for the scales of the OECD", default=None)
    members: str | None = text("column of household sizes", default=None)
    assumed_members: float | None = number(
        "size that stands for all where sizes are not known, for money alone",
        unit="persons", low=0, low_open=True, default=None, uncertain=False,
    )  # fmt: skip
    weight: str | None = text("column of weights", default=None)
    weight_of: str = choice("whom weights count", WEIGHTS_OF, default="household")
    price_index: str | None = text("column of regional prices, by which welfare is divided", default=None)
    groups: str | None = text("column of groups, such as regions", default=None)
    strata: str | None = text("column of the survey's strata", default=None)
    clusters: str | None = text("column of the survey's clusters", default=None)
    composition: tuple[str, ...] = attrs.field(default=(), converter=tuple, validator=_tuple(str))
    columns: tuple[str, ...] = attrs.field(default=(), converter=tuple, validator=_tuple(str))
    welfare_is: str = choice("what welfare is", ("consumption", "income"), default="consumption")

    def build(self, folder: Path) -> Population:
        """The households of the file, with welfare per person per month."""
        return Population.from_file(
            folder / self.path,
            welfare=self.welfare,
            currency=self.currency,
            id=self.id,
            members=self.members,
            assumed_members=self.assumed_members,
            weight=self.weight,
            weight_of=self.weight_of,  # type: ignore[arg-type]
            period=self.period,
            per=self.of,
            scale=self.scale,
            children=self.children,
            price_index=self.price_index,
            groups=self.groups,
            strata=self.strata,
            clusters=self.clusters,
            composition=self.composition,
            columns=self.columns,
            kind=self.welfare_is,  # type: ignore[arg-type]
        )


Source = FromPublished | FromFigures | FromFile
SOURCES: dict[str, type] = {kind.kind: kind for kind in (FromPublished, FromFigures, FromFile)}


@frozen(kw_only=True)
class Mix:
    """A policy by the names of its programmes; without any it is *nothing*."""

    name: str = text("name of the policy")
    programmes: tuple[str, ...] = attrs.field(default=(), converter=tuple, validator=_tuple(str))


@frozen(kw_only=True)
class Variant:
    """The same scenario with some of its tables changed, run with few draws beside it."""

    label: str = text("what is different")
    changes: Mapping[str, Any] = attrs.field(factory=dict)


@frozen(kw_only=True)
class ReportPlan:
    """What the report answers for, and how many draws it spends on what the answer depends on.

    at : months; a year after the start and the last month where none are given.
    """

    at: tuple[int, ...] = attrs.field(default=(), converter=tuple, validator=_tuple(int))
    sensitivity_draws: int = count("draws of each bar of the tornado; 0 for none", unit="draws", default=20)
    benchmark: bool = attrs.field(default=True, validator=attrs.validators.instance_of(bool))


@frozen(kw_only=True)
class Scenario:
    """A whole question: who, which lines, which policies, how long, how many draws."""

    title: str = text("what is asked")
    start: str = text("calendar month of month 0, such as '2023-12'")
    months: int = count("last month", unit="months", at_least=1)
    draws: int = count("outer draws", unit="draws", at_least=1, default=100)
    seed: int = count("seed of every random stream", unit="seed")
    sustained: int = count("months out in a row that make an exit sustained", unit="months", at_least=1, default=12)
    population: Source
    lines: tuple[PovertyLine, ...] = attrs.field(converter=tuple, validator=_tuple(PovertyLine, 1))
    model: HouseholdEconomy = attrs.field(factory=HouseholdEconomy)
    programmes: tuple[Programme, ...] = attrs.field(converter=tuple, validator=_tuple(Programme), default=())
    policies: tuple[Mix, ...] = attrs.field(converter=tuple, validator=_tuple(Mix, 1))
    variants: tuple[Variant, ...] = attrs.field(converter=tuple, validator=_tuple(Variant), default=())
    report: ReportPlan = attrs.field(factory=ReportPlan)
    assumptions: tuple[str, ...] = attrs.field(converter=tuple, validator=_tuple(str), default=())
    folder: Path = attrs.field(default=Path(), eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", self.start):
            raise InputError(f"Scenario.start must be a month such as '2023-12'; got {self.start!r}")
        names = [programme.name for programme in self.programmes]
        for what, given in (("programmes", names), ("policies", [mix.name for mix in self.policies])):
            for name in given:
                if given.count(name) > 1:
                    raise InputError(f"Scenario.{what} must have names of their own; got {name!r} twice")
        for mix in self.policies:
            for name in mix.programmes:
                if name not in names:
                    have = ", ".join(repr(known) for known in names) or "none"
                    raise InputError(
                        f"Scenario.policies[{mix.name}] must name programmes of the scenario ({have}); got {name!r}"
                    )
        for month in self.report.at:
            if not 0 < month <= self.months:
                raise InputError(f"Scenario.report.at must be months in [1, {self.months}]; got {month!r}")

    @classmethod
    def from_file(cls, path: str | Path) -> Scenario:
        """Read a .toml or .json file; all of its faults are raised at once as a ScenarioError."""
        from graduasi.scenario.files import read

        return read(Path(path))

    @classmethod
    def from_dict(cls, document: Mapping[str, Any], folder: str | Path = ".") -> Scenario:
        """The same from what a JSON service was sent; `folder` is where relative paths start."""
        from graduasi.scenario.files import structure

        return structure(document, Path(folder), "scenario")

    def to_dict(self) -> dict[str, Any]:
        """The scenario as plain values, as its file has them."""
        from graduasi.scenario.files import unstructure

        return unstructure(self)

    @property
    def answers_at(self) -> tuple[int, ...]:
        """The months that the report answers for."""
        return self.report.at or tuple(dict.fromkeys((min(12, self.months), self.months)))

    def with_changes(self, variant: Variant) -> Scenario:
        """The scenario of a variant."""
        from graduasi.scenario.files import merged, structure

        changed = merged(self.to_dict() | {"variants": []}, variant.changes)
        return structure(changed, self.folder, f"variant {variant.label!r}")

    def policy_objects(self) -> tuple[Policy, ...]:
        """The policies with their programmes."""
        by_name = {programme.name: programme for programme in self.programmes}
        return tuple(
            Policy(name=mix.name, programmes=[by_name[name] for name in mix.programmes]) for mix in self.policies
        )

    def run(
        self,
        *,
        executor: Executor | None = None,
        progress: bool = True,
        draws: int | None = None,
        population: Population | None = None,
        policies: Policy | tuple[Policy, ...] | None = None,
        lines: PovertyLine | tuple[PovertyLine, ...] | None = None,
        held: Mapping[str, float] | None = None,
    ) -> Projection:
        """Simulate it. What is given replaces what the scenario says."""
        from graduasi.simulation import simulate

        return simulate(
            self.population.build(self.folder) if population is None else population,
            self.model,
            self.policy_objects() if policies is None else policies,
            lines=self.lines if lines is None else lines,
            months=self.months,
            draws=self.draws if draws is None else draws,
            seed=self.seed,
            start=self.start,
            sustained=self.sustained,
            executor=executor,
            progress=progress,
            held=held,
        )
