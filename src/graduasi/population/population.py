"""Who is counted: households with welfare, members, weights, and what else is known of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import GraduasiWarning, InputError, NotAvailableError
from graduasi.population.arrays import array, kept, kept_columns, kept_tails, lock
from graduasi.population.facts import facts
from graduasi.population.identity import check_ids
from graduasi.shown import card
from graduasi.streams import hash_ids

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from graduasi.measures.design import SurveyDesign
    from graduasi.population.line import PovertyLine
    from graduasi.population.synthesis import Composition, LineFigures, Published

    Floats = NDArray[np.float64]

Kind = Literal["consumption", "income"]
WeightOf = Literal["household", "person"]


@frozen(kw_only=True, eq=False)
class Population:
    """Households of one cross-section. Build it with `from_frame`, `from_file` or `from_aggregates`.

    ids : array of text, shape (household,). They stay inside: reports and projections never carry them.
    welfare : array, shape (household,) [currency per person per month]; observed, so with its error.
    weight : array, shape (household,) [families that the record stands for].
    members : array, shape (household,), or None where sizes are not known: person tables are then refused.
    assumed_members : size that turns money per household into money per person where `members` is None.
    groups : array of text, shape (household,), or None; a household's luck regresses to its own group's mean.
    strata, clusters : arrays of text, shape (household,), or None: the survey's design, see `design`.
    columns : further arrays, shape (household,), that eligibility rules may read.
    tails : welfare of the same households at probability .05 and .95 of the doubt about the distribution, or
        None where the cross-section is taken as known. Ranks never change along the fan, only amounts.
    sampled : whether records are a sample, so that another sample would have given other totals.
    """

    ids: NDArray[np.str_] = array("ids")
    welfare: Floats = array("welfare")
    weight: Floats = array("weight")
    members: Floats | None = array("members", optional=True)
    assumed_members: float | None = None
    groups: NDArray[np.str_] | None = array("groups", optional=True)
    strata: NDArray[np.str_] | None = array("strata", optional=True)
    clusters: NDArray[np.str_] | None = array("clusters", optional=True)
    columns: Mapping[str, NDArray[Any]] = attrs.field(factory=dict, converter=kept_columns)
    tails: tuple[Floats, Floats] | None = attrs.field(default=None, converter=kept_tails)
    sampled: bool = False
    kind: Kind = "consumption"
    currency: str = "IDR"
    notes: tuple[str, ...] = ()
    _keys: NDArray[np.uint64] | None = attrs.field(init=False, repr=False, default=None)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_keys", kept("keys", check_ids(self.ids)))

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
            lock(value)  # what pickle and deepcopy make anew can be written to

    @property
    def keys(self) -> NDArray[np.uint64]:
        """Hashes by which the random streams know the households, shape (household,); found once, when asked for.

        Raises InputError where two ids share one (at a million households a chance of about 3e-8).
        """
        if self._keys is None:
            object.__setattr__(self, "_keys", kept("keys", hash_ids(self.ids)))
        keys: Any = self._keys
        return keys  # type: ignore[no-any-return]

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

    def at_tail(self, probability: float) -> Floats:
        """Welfare at a probability of the fan, shape (household,); the given welfare where there is no fan.

        Log welfare moves linearly with the normal score of `probability` between the two tails and the centre,
        and beyond them.
        """
        if self.tails is None:
            return self.welfare
        from scipy.special import ndtri

        score = float(ndtri(probability)) / float(ndtri(0.95))
        outer = self.tails[1] if score > 0 else self.tails[0]
        ratio = np.log(outer / self.welfare)
        moved = self.welfare * np.exp(abs(score) * ratio)
        order = np.argsort(self.welfare, kind="stable")
        moved[order] = np.maximum.accumulate(moved[order])  # ranks stay, beyond the two tails too
        return np.asarray(moved, dtype=np.float64)

    def headcount(self, line: PovertyLine, probability: float = 0.5) -> float:
        """Share of persons (families, where sizes are not known) observed below `line`."""
        from graduasi.measures import headcount

        if not hasattr(line, "currency"):
            raise InputError(f"Population.headcount.line must be a PovertyLine; got {line!r}")
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

        table: dict[str, Any] = {"id": self.ids, "welfare": self.welfare, "weight": self.weight}
        if self.members is not None:
            table["members"] = self.members
        for name in ("groups", "strata", "clusters"):
            if getattr(self, name) is not None:
                table[name] = getattr(self, name)
        return pd.DataFrame({**table, **self.columns})

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        welfare: str,
        currency: str,
        id: str,  # noqa: A002 - the plan of the house names it so
        members: str | None = None,
        assumed_members: float | None = None,
        weight: str | None = None,
        weight_of: WeightOf = "household",
        period: str = "month",
        per: str = "person",
        scale: str | None = None,
        children: str | None = None,
        price_index: str | None = None,
        region: str | None = None,
        region_lines: Mapping[str, float] | None = None,
        line: PovertyLine | None = None,
        groups: str | None = None,
        strata: str | None = None,
        clusters: str | None = None,
        composition: tuple[str, ...] = (),
        columns: tuple[str, ...] = (),
        kind: Kind = "consumption",
    ) -> Population:
        """Households from a table, a row each; every fault is reported with its row. See `docs/data.md`.

        welfare : name of the column of welfare. Zero and negative values are kept; on the log scale of the income
            model they stand at a floor that the model states.
        period : "day", "day of 30", "week", "month", "quarter" or "year" that it is money of.
        per : "person", "household" or "adult equivalent"; the latter by a named `scale` ("per_capita",
            "square_root", "oecd", "oecd_modified", with the column `children` of members under 14) or by the name
            of a column of equivalents. Welfare is kept as [currency per person per month].
        id, members, weight, groups, strata, clusters, composition, columns : names of columns. weight is 1 where no
            column is given; weight_of : "household", or "person" where weights add up to persons. groups : whose
            mean luck returns to. strata, clusters : the survey's design. composition : counts of members of a
            kind, such as children by school level.
        price_index : column by which welfare is divided: prices of the household's region over those of the line.
        region, region_lines : column of regions, and each region's own poverty line; welfare is told at the prices
            of `line`, so that this one line finds the poor of every region.
        line : a line to compare with: a median more than 30 times it, or less than a thirtieth, is warned of.
        assumed_members : see `Population`. Raises InputError with all faults.
        """
        from graduasi.population.mapped import Mapped
        from graduasi.population.readers import read_frame

        mapped = Mapped(
            welfare=welfare, currency=currency, id=id, members=members, assumed_members=assumed_members,
            weight=weight, weight_of=weight_of, period=period, per=per, scale=scale, children=children,
            price_index=price_index, region=region, region_lines=region_lines, line=line, groups=groups,
            strata=strata, clusters=clusters, composition=composition, columns=columns, kind=kind,
        )  # fmt: skip
        return read_frame(frame, mapped)

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        *,
        welfare: str,
        currency: str,
        id: str,  # noqa: A002 - the plan of the house names it so
        members: str | None = None,
        assumed_members: float | None = None,
        weight: str | None = None,
        weight_of: WeightOf = "household",
        period: str = "month",
        per: str = "person",
        scale: str | None = None,
        children: str | None = None,
        price_index: str | None = None,
        region: str | None = None,
        region_lines: Mapping[str, float] | None = None,
        line: PovertyLine | None = None,
        groups: str | None = None,
        strata: str | None = None,
        clusters: str | None = None,
        composition: tuple[str, ...] = (),
        columns: tuple[str, ...] = (),
        kind: Kind = "consumption",
        where: Callable[[pd.DataFrame], pd.Series[bool]] | None = None,
        decimal: Literal[".", ","] | None = None,
    ) -> Population:
        """Households from a regular .csv, .parquet (extra `parquet`) or .dta file. See `docs/data.md`.

        Codes (id, region, groups, strata, clusters) of a CSV are read as text: "01" and "1" are two.

        where : keeps the rows for which it is true, such as `lambda f: f["treatment"] == 0`; it sees codes as text.
        decimal : decimal sign of a CSV, "." or ",". Where it is left out, that is a comma in a file of semicolons,
            else a point, and a column of which every decimal sign may be one of thousands (1.250) is refused.

        The rest is that of `from_frame`. Raises InputError with all faults and the lines of the file they are in.
        """
        from graduasi.population.files import read_file
        from graduasi.population.mapped import Mapped
        from graduasi.population.readers import read_table

        mapped = Mapped(
            welfare=welfare, currency=currency, id=id, members=members, assumed_members=assumed_members,
            weight=weight, weight_of=weight_of, period=period, per=per, scale=scale, children=children,
            price_index=price_index, region=region, region_lines=region_lines, line=line, groups=groups,
            strata=strata, clusters=clusters, composition=composition, columns=columns, kind=kind,
        )  # fmt: skip
        # A condition may read any column.
        numbers = mapped.numbers() if where is None else None
        table = read_file(path, codes=mapped.codes(), numbers=numbers, decimal=decimal)
        return read_table(table.where(where), mapped)

    @classmethod
    def from_aggregates(
        cls,
        *,
        persons: float | None = None,
        line: PovertyLine | None = None,
        headcount: float | None = None,
        gap: float | None = None,
        severity: float | None = None,
        further: tuple[LineFigures, ...] = (),
        mean: float | None = None,
        median: float | None = None,
        gini: float | None = None,
        deciles: Sequence[float] | None = None,
        quantiles: Mapping[float, float] | None = None,
        mean_members: float | None = None,
        mean_members_poor: float | None = None,
        composition: tuple[Composition, ...] = (),
        kind: Kind | None = None,
        areas: Mapping[str, Published] | None = None,
        family: str | None = None,
        size: int = 20_000,
        doubt: tuple[float, float, float] | None = (0.12, 0.35, 1.0),
        survey_households: float | None = None,
        design_effect: float = 2.0,
        deepest: float | None = None,
        seed: int = 0,
    ) -> Population:
        """A synthetic population that has the published figures, any consistent part of them.

        Figures are shares, not percent; amounts are [currency per person per month]. `Published` says what each is,
        `synthesise` what family, size, doubt and the rest are, `synthesise_areas` how several areas are put
        together: areas maps names to their `Published` figures, in place of all other figures but the line.
        mean_members, mean_members_poor : mean sizes of families; those of West Java (3.7 of all, rounded; 4.05 of
        the poor, September 2022) where they are left out, and a note says so.
        kind : what the figures measure, consumption where it is left out; the bands of the fan hang on it.
        """
        from graduasi.population.synthesis import Published, synthesise, synthesise_areas
        from graduasi.population.synthesis.sizes import assumed_sizes

        if line is not None and not hasattr(line, "currency"):
            raise InputError(f"Population.from_aggregates.line must be a PovertyLine; got {line!r}")
        if areas is not None:
            beside = {
                "persons": persons, "headcount": headcount, "gap": gap, "severity": severity,
                "further": further or None, "mean": mean, "median": median, "gini": gini, "deciles": deciles,
                "quantiles": quantiles, "mean_members": mean_members, "mean_members_poor": mean_members_poor,
                "composition": composition or None, "kind": kind,
            }  # fmt: skip
            given = ", ".join(name for name, value in beside.items() if value is not None)
            if given:
                raise InputError(
                    "Population.from_aggregates.areas must stand without other figures, since each area has its "
                    f"own; got {given} beside them"
                )
            return synthesise_areas(
                areas, line=line, family=family, size=size, doubt=doubt, survey_households=survey_households,
                design_effect=design_effect, seed=seed, deepest=deepest,
            )  # fmt: skip
        if persons is None:
            raise InputError("Population.from_aggregates.persons must be a number above 0; got None")
        published = Published(
            line=line, headcount=headcount, severity=severity, gap=gap, further=further, mean=mean, median=median,
            gini=gini, deciles=None if deciles is None else tuple(deciles), quantiles=quantiles or {},
            persons=persons, mean_members=1 if mean_members is None else mean_members,
            mean_members_poor=1 if mean_members_poor is None else mean_members_poor,
            composition=composition, kind="consumption" if kind is None else kind,
        )  # fmt: skip
        own = published.poor_at  # what is assumed of sizes hangs on how many are poor
        share_poor = 0.0 if own is None else own.headcount
        of_all, of_poor, words = assumed_sizes(mean_members, mean_members_poor, share_poor)
        published = attrs.evolve(published, mean_members=of_all, mean_members_poor=of_poor)
        made = synthesise(
            published, family=family, size=size, doubt=doubt, survey_households=survey_households,
            design_effect=design_effect, seed=seed, deepest=deepest,
        )  # fmt: skip
        return made if not words else attrs.evolve(made, notes=(*made.notes, words))
