"""Who is counted: households with welfare, members, weights, and what else is known of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

import attrs
import numpy as np
from attrs import frozen

from graduasi._typing import Array, Columns
from graduasi.checks import instance
from graduasi.errors import GraduasiWarning, InputError, NotAvailableError
from graduasi.evidence.priors import DOUBT
from graduasi.fields import Domain, choice, flag, number, plain_text, several, text
from graduasi.lines import PovertyLine
from graduasi.population.arrays import amounts, array, check_together, codes, kept, kept_columns, kept_tails, lock
from graduasi.population.band import Band
from graduasi.population.column_map import COLUMN_KEYWORDS, ColumnKeywords, ColumnMap, given, old_groups
from graduasi.population.facts import facts
from graduasi.population.figure_keywords import FIGURES, FigureKeywords, Settings
from graduasi.population.identity import check_ids, hashed
from graduasi.population.keywords import check_known, keywords_of
from graduasi.shown import card

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from graduasi.lines import PovertyLine
    from graduasi.measures.design import SurveyDesign
    from graduasi.population.synthesis import Published

    Floats = NDArray[np.float64]

Kind = Literal["consumption", "income"]
KINDS: tuple[Kind, ...] = ("consumption", "income")


@frozen(kw_only=True, eq=False)
class Population:
    """Households of one cross-section. Build it with `from_frame`, `from_file` or `from_aggregates`.

    ids : array of text, shape (household,). They stay inside: reports and projections never carry them.
    welfare : array, shape (household,) [currency per person per month]; observed, so with its error.
    weight : array, shape (household,) [families that the record stands for].
    members : array, shape (household,), or None where sizes are not known: person tables are then refused.
    assumed_members : size that turns money per household into money per person where `members` is None.
    by : labels, texts or whole numbers, shape (household,), or None: rows of tables by group. They move nothing.
    distribution_groups : labels, shape (household,), or None: a household's welfare returns to the distribution of
        its own group, so this changes what is projected. groups : the old name of both, with a warning, until 0.3.
    strata, clusters : arrays of text, shape (household,), or None: the survey's design, see `design`.
    columns : further arrays, shape (household,), that eligibility rules may read.
    tails : welfare of the same households at probability .05 and .95 of the doubt about the distribution, or
        None where the cross-section is taken as known. Ranks never change along the fan, only amounts.
    sampled : whether records are a sample, so that another sample would have given other totals.
    """

    ids: NDArray[np.str_] = array("ids")
    welfare: Floats = amounts("welfare", Domain())
    weight: Floats = amounts("weight", Domain(low=0))
    members: Floats | None = amounts("members", Domain(low=1), optional=True)
    assumed_members: float | None = number(
        "size that stands for all", unit="persons", low=1, high=100, default=None, uncertain=False
    )
    by: Array | None = codes("by")
    distribution_groups: Array | None = codes("distribution_groups")
    strata: Array | None = codes("strata")
    clusters: Array | None = codes("clusters")
    columns: Columns = attrs.field(factory=dict, converter=kept_columns)
    tails: tuple[Floats, Floats] | None = attrs.field(default=None, converter=kept_tails)
    sampled: bool = flag("whether records are a sample", default=False)
    kind: Kind = choice("what welfare is", KINDS, default="consumption")
    currency: str = text("currency of welfare", default="IDR")
    notes: tuple[str, ...] = several("what a reader must know", str, each=plain_text("a note", lines=True))
    _groups: Array | None = codes("groups")
    _keys: NDArray[np.uint64] | None = attrs.field(init=False, repr=False, default=None)

    def __attrs_post_init__(self) -> None:
        if self._groups is not None:
            self._take_groups(self._groups)
        object.__setattr__(self, "_keys", kept("keys", check_ids(self.ids)))
        check_together(self)

    def _take_groups(self, labels: Array) -> None:
        """Take the old `groups` as both `by` and `distribution_groups`."""
        if self.by is not None or self.distribution_groups is not None:
            raise InputError(
                "Population.groups must be left out, since it is the old name of by and distribution_groups, which "
                "are given"
            )
        warnings.warn(old_groups("Population"), GraduasiWarning, stacklevel=4)
        for name, value in (("by", labels), ("distribution_groups", labels), ("_groups", None)):
            object.__setattr__(self, name, value)

    @property
    def groups(self) -> Array | None:
        """The old name of `distribution_groups`; warns."""
        warnings.warn(old_groups("Population"), GraduasiWarning, stacklevel=2)
        return self.distribution_groups

    def __getstate__(self) -> dict[str, object]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
            lock(value)  # what pickle and deepcopy make anew can be written to

    @property
    def keys(self) -> NDArray[np.uint64]:
        """Hashes by which the random streams know the households, shape (household,); found once, when asked for.

        Raises InputError where two ids share one (at a million households a chance of about 3e-8).
        """
        if self._keys is None:
            object.__setattr__(self, "_keys", kept("keys", hashed(self.ids)))
        keys: NDArray[np.uint64] | None = self._keys
        assert keys is not None
        return keys

    def __repr__(self) -> str:
        families = float(self.weight.sum())
        return f"Population({len(self)} records for {families:,.0f} families, {self.kind} in {self.currency})"

    def _repr_html_(self) -> str:
        return card("Population", (), facts(self), *self.notes)

    def __len__(self) -> int:
        return int(self.welfare.size)

    @property
    def person_weight(self) -> Floats:
        """Persons that each record stands for, shape (household,); families where sizes are not known."""
        return self.weight if self.members is None else self.weight * self.members

    @property
    def sizes(self) -> Floats:
        """Members a household, known or assumed, shape (household,); refused where neither is given."""
        if self.members is not None:
            return self.members
        if self.assumed_members is None:
            raise NotAvailableError(
                "Population has no members: money per household cannot be turned into money per person; "
                "give members, or assumed_members if one size must stand for all"
            )
        return np.full(len(self), float(self.assumed_members))

    @property
    def persons(self) -> float:
        """Number of persons; refused where household sizes are not known."""
        if self.members is None:
            raise NotAvailableError("Population has no members: persons cannot be counted; only households can")
        return float(self.person_weight.sum())

    @property
    def families(self) -> float:
        """Number of families that the records stand for."""
        return float(self.weight.sum())

    @property
    def band(self) -> Band:
        """Welfare along the doubt about its distribution."""
        return Band(welfare=self.welfare, tails=self.tails)

    def at_tail(self, probability: float) -> Floats:
        """Welfare at a probability of the band, shape (household,); the given welfare where there is no doubt."""
        return self.band.at(probability)

    def headcount(self, line: PovertyLine, probability: float = 0.5) -> float:
        """Share of persons (families, where sizes are not known) observed below `line`."""
        from graduasi.measures import headcount

        instance("Population.headcount", "line", line, PovertyLine)
        self.check_line(line)
        return headcount(self.at_tail(probability), line.amount, self.person_weight)

    def design(self, lonely: str = "fail") -> SurveyDesign:
        """The survey's design, for `graduasi.measures.estimate`; clusters are numbered within their strata.

        lonely : what a stratum of one cluster does, see `SurveyDesign`.
        """
        from graduasi.measures.design import SurveyDesign

        return SurveyDesign(strata=self.strata, clusters=self.clusters, lonely=lonely, nest=self.strata is not None)

    @property
    def cluster_labels(self) -> NDArray[np.str_] | None:
        """Labels of clusters with their stratum's, which tell them apart, shape (household,); None without."""
        if self.clusters is None:
            return None
        own = self.clusters.astype(str)
        return own if self.strata is None else np.char.add(np.char.add(self.strata.astype(str), "\x1f"), own)

    @property
    def median(self) -> float:
        """Median welfare of persons (of families, where sizes are not known) [currency per person per month]."""
        from graduasi.measures.ranks import weighted_median

        return weighted_median(self.welfare, self.person_weight)

    def check_line(self, line: PovertyLine) -> None:
        """Refuse a line in another currency than the population's; warn of one that looks like another period's."""
        from graduasi.population.units import suspicion

        if line.currency != self.currency:
            raise InputError(
                f"PovertyLine.currency must be the population's, {self.currency!r}; got {line.currency!r}"
            )
        words = suspicion(self.median, line.amount)
        if words:
            warnings.warn(f"at {line.label!r} {words}", GraduasiWarning, stacklevel=3)

    @property
    def frame(self) -> pd.DataFrame:
        """The households as a table: a new copy each time."""
        import pandas as pd

        table: dict[str, object] = {"id": self.ids, "welfare": self.welfare, "weight": self.weight}
        if self.members is not None:
            table["members"] = self.members
        for name in ("by", "distribution_groups", "strata", "clusters"):
            if getattr(self, name) is not None:
                table[name] = getattr(self, name)
        return pd.DataFrame({**table, **self.columns})

    @classmethod
    @keywords_of(COLUMN_KEYWORDS)
    def from_frame(
        cls, frame: pd.DataFrame, column_map: ColumnMap | None = None, **columns: Unpack[ColumnKeywords]
    ) -> Population:
        """Households from a table, a row each; every fault is reported with its row. See `docs/data.md`.

        column_map : which column is what, and in which units; or the same as keywords, where welfare is money per
            person per month unless `period` and `per` say otherwise.
        welfare : name of the column of welfare. Zero and negative values are kept; on the log scale of the income
            model they stand at a floor that the model states.
        period : "day", "day of 30", "week", "month", "quarter" or "year" that it is money of.
        per : "person", "household" or "adult equivalent"; the latter by a named `scale` ("per_capita",
            "square_root", "oecd", "oecd_modified", with the column `children` of members under 14) or by the name
            of a column of equivalents. Welfare is kept as [currency per person per month].
        id, members, weight, by, distribution_groups, strata, clusters, composition, columns : names of columns.
            weight is 1 where no column is given; weight_of : "household", or "person" where weights add up to
            persons. by : the rows of tables by group. distribution_groups : to whose distribution welfare returns.
            groups : the old name of both, with a warning. strata, clusters : the survey's design. composition :
            counts of members of a kind, such as children by school level.
        price_index : column by which welfare is divided: prices of the household's region over those of the line.
        region, region_lines : column of regions, and each region's own poverty line; welfare is told at the prices
            of `line`, so that this one line finds the poor of every region.
        line : a line to compare with: a median more than 30 times it, or less than a thirtieth, is warned of.
        assumed_members : see `Population`. Raises InputError with all faults.
        """
        from graduasi.population.readers import read_frame

        check_known("Population.from_frame", columns, COLUMN_KEYWORDS)
        return read_frame(frame, given("Population.from_frame", column_map, columns), cls)

    @classmethod
    @keywords_of(COLUMN_KEYWORDS)
    def from_file(
        cls,
        path: str | Path,
        column_map: ColumnMap | None = None,
        *,
        where: Callable[[pd.DataFrame], pd.Series[bool]] | None = None,
        decimal: Literal[".", ","] | None = None,
        **columns: Unpack[ColumnKeywords],
    ) -> Population:
        """Households from a regular .csv, .parquet (extra `parquet`) or .dta file. See `docs/data.md`.

        Codes (id, region, by, distribution_groups, strata, clusters) of a CSV are text: "01" and "1" differ.

        where : keeps the rows for which it is true, such as `lambda f: f["treatment"] == 0`; it sees codes as text.
        decimal : decimal sign of a CSV, "." or ",". Where it is left out, that is a comma in a file of semicolons,
            else a point, and a column of which every decimal sign may be one of thousands (1.250) is refused.

        The rest is that of `from_frame`. Raises InputError with all faults and the lines of the file they are in.
        """
        from graduasi.population.files import read_file
        from graduasi.population.readers import read_table

        check_known("Population.from_file", columns, COLUMN_KEYWORDS)
        read = given("Population.from_file", column_map, columns)
        # A condition may read any column.
        numbers = read.numbers() if where is None else None
        table = read_file(path, codes=read.codes(), numbers=numbers, decimal=decimal)
        return read_table(table.where(where), read, cls)

    @classmethod
    @keywords_of(FIGURES)
    def from_aggregates(
        cls,
        published: Published | None = None,
        *,
        areas: Mapping[str, Published] | None = None,
        family: str | None = None,
        size: int = 20_000,
        doubt: tuple[float, float, float] | None = DOUBT,
        survey_households: float | None = None,
        design_effect: float = 2.0,
        deepest: float | None = None,
        seed: int = 0,
        **figures: Unpack[FigureKeywords],
    ) -> Population:
        """A synthetic population that has the published figures, any consistent part of them.

        published : the figures as one object; or the same as keywords.
        Figures are shares, not percent; amounts are [currency per person per month]. `Published` says what each is,
        `synthesise` what family, size, doubt and the rest are, `synthesise_areas` how several areas are put
        together: areas maps names to their `Published` figures, in place of all other figures but the line.
        mean_members, mean_members_poor : mean sizes of families; those of West Java (3.7 of all, rounded; 4.05 of
        the poor, September 2022) where they are left out, and a note says so.
        kind : what the figures measure, consumption where it is left out; the bands of the fan hang on it.
        """
        from graduasi.population.aggregates import households

        check_known("Population.from_aggregates", figures, FIGURES)
        settings = Settings(
            family=family, size=size, doubt=doubt, survey_households=survey_households,
            design_effect=design_effect, deepest=deepest, seed=seed,
        )  # fmt: skip
        return households(published, areas, figures, settings)
