"""Where the population of a scenario comes from: published figures, figures that are typed in, or a file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from attrs import frozen

from graduasi.errors import FitError, NotAvailableError
from graduasi.evidence.priors import DOUBT
from graduasi.fields import (
    choice,
    count,
    flag,
    number,
    part,
    plain_number,
    several,
    share,
    text,
)
from graduasi.population import ColumnMap, Composition, LineFigures, Population, PovertyLine, Published, synthesise
from graduasi.population.column_map import between
from graduasi.population.synthesis import DISTRIBUTIONS as FITTED
from graduasi.population.synthesis.figures import LARGEST_DRAWN

if TYPE_CHECKING:
    import pandas as pd

DecimalSign = Literal[".", ","]
DECIMAL_SIGNS: tuple[DecimalSign, ...] = (".", ",")
MOST_PERSONS, MOST_MEMBERS = 1e11, LARGEST_DRAWN // 2
TENTH = plain_number("share of all welfare", unit="share", low=0, high=1, low_open=True)
LOG_ERROR = plain_number("standard deviation of a log, or a factor on one", unit="log points", low=0, high=5)


@frozen(kw_only=True)
class Synthesis:
    """How a population is made from published figures; see `graduasi.population.synthesise`."""

    family: str | None = choice(
        "family of the body; chosen by what is published where it is left out", tuple(FITTED), default=None
    )
    size: int = count("records to make", unit="records", at_least=200, at_most=10_000_000, default=20_000)
    doubt: tuple[float, ...] = several(
        "sampling errors of log headcount and log severity, and a factor on the doubt about the family",
        float,
        at_least=3,
        at_most=3,
        each=LOG_ERROR,
        default=DOUBT,
    )
    survey_households: float | None = number(
        "households of the survey behind the figures, in place of the first two of doubt",
        unit="households", low=30, most=1e9, default=None, uncertain=False,
    )  # fmt: skip
    design_effect: float = number(
        "variance over that of a simple random sample",
        unit="ratio",
        low=0.01,
        most=1e3,
        default=2.0,
        uncertain=False,
    )
    known: bool = flag("whether the distribution is taken as known, without a fan", default=False)
    seed: int = count("seed of the household sizes", unit="seed", at_most=2**64 - 1, default=0)

    def made(self, published: Published) -> Population:
        """The synthetic population."""
        first, second, family = self.doubt
        try:
            return synthesise(
                published,
                family=self.family,
                size=self.size,
                doubt=None if self.known else (first, second, family),
                survey_households=self.survey_households,
                design_effect=self.design_effect,
                seed=self.seed,
            )
        except (ZeroDivisionError, OverflowError) as error:
            raise FitError(f"no distribution is found with figures so far apart; {error}") from error


@frozen(kw_only=True)
class FromPublished(Synthesis):
    """A population from a table of published figures that the package ships (`graduasi.evidence.figures`).

    The line, the headcount and the severity (and the gap, where it is given) are read from the row of `period`;
    the table gives them in percent, as statistics offices print them.
    """

    kind: ClassVar[str] = "published"

    table: str = text("name of the shipped table, such as 'kab_bekasi_poverty'")
    period: str = text("row of the table, such as '2023'")
    persons: float = number("persons in the area", unit="persons", low=1, most=MOST_PERSONS, uncertain=False)
    mean: float | None = number(
        "mean welfare", unit="currency per person per month", low=1e-6, default=None, uncertain=False
    )
    gini: float | None = number(
        "Gini of welfare between persons",
        unit="share",
        low=0.05,
        high=0.85,
        noun="a share",
        default=None,
        uncertain=False,
    )
    mean_members: float = number("mean household size", unit="persons", low=1, high=MOST_MEMBERS, uncertain=False)
    mean_members_poor: float = number(
        "mean size of poor households", unit="persons", low=1, high=MOST_MEMBERS, uncertain=False
    )

    def row(self) -> pd.Series:
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

    line: PovertyLine | None = part("the line of the headcount", PovertyLine, default=None)
    headcount: float | None = number(
        "P0, share of persons below the line", unit="share", low=0, high=0.995, low_open=True, high_open=True,
        noun="a share", default=None, uncertain=False,
    )  # fmt: skip
    severity: float | None = share("P2, FGT of order two", default=None, uncertain=False)
    gap: float | None = share("P1, FGT of order one", default=None, uncertain=False)
    further: tuple[LineFigures, ...] = several("poverty figures at other lines", LineFigures)
    mean: float | None = number(
        "mean welfare", unit="currency per person per month", low=1e-6, default=None, uncertain=False
    )
    median: float | None = number(
        "median welfare", unit="currency per person per month", low=1e-6, default=None, uncertain=False
    )
    gini: float | None = number(
        "Gini of welfare between persons",
        unit="share",
        low=0.05,
        high=0.85,
        noun="a share",
        default=None,
        uncertain=False,
    )
    deciles: tuple[float, ...] = several("ten shares of all welfare, the poorest first", float, each=TENTH)
    persons: float = number("persons in the area", unit="persons", low=1, most=MOST_PERSONS, uncertain=False)
    mean_members: float = number("mean household size", unit="persons", low=1, high=MOST_MEMBERS, uncertain=False)
    mean_members_poor: float = number(
        "mean size of poor households", unit="persons", low=1, high=MOST_MEMBERS, uncertain=False
    )
    composition: tuple[Composition, ...] = several("kinds of member that families have", Composition)
    welfare_is: str = choice("what the figures measure", ("consumption", "income"), default="consumption")

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
            kind=self.welfare_is,
        )

    def build(self, folder: Path) -> Population:
        """The synthetic population."""
        del folder
        return self.made(self.published())


@frozen(kw_only=True)
class FromFile(ColumnMap):
    """A population from a CSV, Parquet or Stata file, by a path relative to the scenario's folder."""

    kind: ClassVar[str] = "file"

    currency: str = text("currency of welfare", default="IDR")
    path: str = text("path of the file")
    decimal: DecimalSign | None = choice(
        "decimal sign of a CSV, to say that its numbers are no thousands", DECIMAL_SIGNS, default=None
    )

    @staticmethod
    def _view_faults(view: object) -> list[tuple[str, str]]:
        """What does not go together, for the converter: (field, words)."""
        return [(name, words) for name, _, words in (fault.partition(" ") for fault in between(view))]

    def build(self, folder: Path) -> Population:
        """The households of the file, with welfare per person per month."""
        return Population.from_file(folder / self.path, self, decimal=self.decimal)


Source = FromPublished | FromFigures | FromFile
SOURCE = (FromPublished, FromFigures, FromFile)
SOURCES: dict[str, type] = {kind.kind: kind for kind in SOURCE}
