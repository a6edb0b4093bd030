"""From tables and files to a `Population`: every fault is collected, with its rows, before any is raised."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from graduasi.errors import GraduasiWarning, InputError, NotAvailableError
from graduasi.population.faults import ROWS_SHOWN, rows
from graduasi.population.population import Population
from graduasi.population.units import PER, PERIODS, SCALES, WEIGHTS_OF, equivalent_adults, suspicion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from graduasi.population.line import PovertyLine

    Floats = NDArray[np.float64]

DOTTED, FEWEST_DOTTED = r"[1-9]\d{0,2}\.\d00", 5  # 851.000: thousands in Indonesia, not a share of one
LARGEST_HOUSEHOLD = 60


def read_file(path: Path, id_column: str) -> pd.DataFrame:
    """The table in a .csv, .parquet or .dta file; the id column of a CSV is read as text.

    A CSV has commas between its columns and decimal points, or semicolons and decimal commas.
    """
    import pandas as pd

    suffix = path.suffix.lower()
    if not path.exists():
        raise InputError(f"Population.from_file.path must be a file that exists; got {str(path)!r}")
    if suffix == ".csv":
        return _csv(path, id_column)
    if suffix == ".parquet":
        try:
            return pd.read_parquet(path)
        except ImportError as missing:
            raise NotAvailableError(
                "reading .parquet needs the extra: pip install 'graduasi[parquet]'"
            ) from missing
    if suffix == ".dta":
        return _stata(path)
    raise InputError(f"Population.from_file.path must be a .csv, .parquet or .dta file; got {str(path)!r}")


def _csv(path: Path, id_column: str) -> pd.DataFrame:
    import pandas as pd

    try:
        with path.open(encoding="utf-8-sig") as lines:
            header = lines.readline()
        # Where commas are decimal signs (Indonesia), spreadsheets write semicolons between the columns.
        semicolons = header.count(";") > header.count(",")
        layout: dict[str, Any] = {"sep": ";", "decimal": ","} if semicolons else {"sep": ",", "decimal": "."}
        table: pd.DataFrame = pd.read_csv(path, dtype={id_column: str}, encoding="utf-8-sig", **layout)
        first = pd.read_csv(path, dtype=str, nrows=1_000, encoding="utf-8-sig", **layout)
    except (UnicodeDecodeError, OSError) as fault:
        raise InputError(
            f"Population.from_file.path must be a text file in UTF-8 (save it as 'CSV UTF-8'); {path} is not: "
            f"{fault}"
        ) from fault
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as fault:
        raise InputError(
            f"Population.from_file.path must be a table with one header and as many columns in every row; {path} "
            f"is not: {str(fault).strip()}"
        ) from fault
    for name in first.columns.drop(id_column, errors="ignore"):
        given = first[name].dropna()
        if len(given) >= FEWEST_DOTTED and given.str.fullmatch(DOTTED).all():
            shown = given.iloc[0]
            raise InputError(
                f"Population.from_file.path must have decimal points alone; column {name!r} of {path} looks like "
                f"thousands written with dots: {shown!r} would be {float(shown):g}; write "
                f"{shown.replace('.', '')!r}"
            )
    return table


def _stata(path: Path) -> pd.DataFrame:
    """A Stata file with the words of its value labels; with codes, and a warning, where two codes share a label."""
    import pandas as pd

    try:
        return pd.read_stata(path)
    except (ValueError, struct.error) as broken:
        if "not unique" not in str(broken):
            raise InputError(f"Population.from_file.path must be a Stata file; got {str(path)!r}") from broken
        warnings.warn(
            f"{str(path)!r} has codes that share a label: all of its labelled columns are read as codes",
            GraduasiWarning,
            stacklevel=4,
        )
        return pd.read_stata(path, convert_categoricals=False)


def chosen(frame: pd.DataFrame, where: Callable[[pd.DataFrame], Any] | None) -> pd.DataFrame:
    """The rows for which `where` is true; all where it is None."""
    if where is None:
        return frame
    try:
        rows: pd.DataFrame = frame.loc[where(frame)]
    except KeyError as missing:
        have = ", ".join(repr(str(column)) for column in list(frame.columns)[:ROWS_SHOWN])
        raise InputError(
            f"Population.from_file.where must use columns of the file ({have}); got {missing.args[0]!r}"
        ) from missing
    return rows


class _Columns:
    """Reads columns of a frame and collects what is wrong with them."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.faults: list[str] = []

    def raw(self, field: str, name: str) -> Any:
        if name not in self.frame.columns:
            have = ", ".join(repr(str(column)) for column in list(self.frame.columns)[:ROWS_SHOWN])
            self.faults.append(f"{field} must be the name of a column; got {name!r} (columns: {have})")
            return None
        found = self.frame[name]
        if found.ndim > 1:
            self.faults.append(f"{field} must be the name of one column; {name!r} is the name of {found.shape[1]}")
            return None
        return found

    def numbers(
        self, field: str, name: str, *, low: float = -np.inf, open_low: bool = False, whole: bool = False
    ) -> Any:
        import pandas as pd

        raw = self.raw(field, name)
        if raw is None:
            return None
        values = pd.to_numeric(raw, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        missing = ~np.isfinite(values)
        if missing.any():
            self.faults.append(f"{field} must be a number in every row; missing or not finite in {rows(missing)}")
        below = (values <= low) if open_low else (values < low)
        if below.any():
            need = f"{'above' if open_low else 'at least'} {low:g}"
            self.faults.append(f"{field} must be {need}; it is not in {rows(below)}")
        if whole:
            broken = np.isfinite(values) & (values != np.rint(values))
            if broken.any():
                self.faults.append(f"{field} must be a whole number; it is not in {rows(broken)}")
        return values

    def texts(self, field: str, name: str) -> Any:
        raw = self.raw(field, name)
        if raw is None:
            return None
        missing = raw.isna().to_numpy()
        if missing.any():
            self.faults.append(f"{field} must be given in every row; missing in {rows(missing)}")
        if raw.dtype.kind == "f" and (raw.isna() | (raw == raw.round())).all() and np.isfinite(raw.max()):
            raw = raw.fillna(0).astype(np.int64)  # a code that a file kept as 3216.0 reads "3216"
        return raw.astype(str).to_numpy(dtype=str)


@frozen(kw_only=True, eq=False)
class Mapped:
    """Which column is what, and in which units: the arguments of `Population.from_frame`."""

    welfare: str
    currency: str
    id: str
    members: str | None
    assumed_members: float | None
    weight: str | None
    weight_of: str
    period: str
    per: str
    scale: str | None
    children: str | None
    price_index: str | None
    region: str | None
    region_lines: Mapping[str, float] | None
    line: PovertyLine | None
    groups: str | None
    strata: str | None
    clusters: str | None
    composition: tuple[str, ...]
    columns: tuple[str, ...]
    kind: str

    def faults(self) -> list[str]:
        """What is wrong with the arguments themselves."""
        found = []
        for name, value, choices in (
            ("kind", self.kind, ("consumption", "income")),
            ("period", self.period, tuple(PERIODS)),
            ("per", self.per, PER),
            ("weight_of", self.weight_of, WEIGHTS_OF),
        ):
            if value not in choices:
                found.append(f"{name} must be one of {', '.join(map(repr, choices))}; got {value!r}")
        if self.members is not None and self.assumed_members is not None:
            found.append("assumed_members must be left out where members is given")
        assumed = self.assumed_members
        if assumed is not None and (isinstance(assumed, bool) or not 0 < assumed < np.inf):
            found.append(f"assumed_members must be a number above 0; got {assumed!r}")
        if self.per != "person" and self.members is None:
            found.append(f"members must be given where welfare is per {self.per}; got none")
        if self.weight_of == "person" and self.members is None:
            found.append("members must be given where weights are of persons; got none")
        if (self.per == "adult equivalent") != (self.scale is not None):
            found.append(
                "scale must be given where welfare is per adult equivalent, and nowhere else; got "
                f"{self.scale!r} per {self.per}"
            )
        if self.scale in {"oecd", "oecd_modified"} and self.children is None:
            found.append(f"children must be given for the scale {self.scale!r}; got none")
        return found + self._place_faults()

    def _place_faults(self) -> list[str]:
        found = []
        if self.line is not None and self.line.currency != self.currency:
            found.append(f"line must be in {self.currency}; got {self.line.currency}")
        if (self.region is None) != (self.region_lines is None):
            found.append("region and region_lines must be given together; got one of them")
        if self.region_lines is not None:
            if self.line is None:
                found.append("line must be given where region_lines are: the one at whose prices welfare is told")
            if self.price_index is not None:
                found.append("price_index must be left out where region_lines are given: both are prices")
            for name, amount in self.region_lines.items():
                plain = isinstance(amount, int | float | np.integer) and not isinstance(amount, bool)
                if not plain or not 0 < amount < np.inf:
                    found.append(f"region_lines must be money above 0; got {amount!r} for {name!r}")
        return found


def read_frame(frame: pd.DataFrame, mapped: Mapped) -> Population:
    """See `Population.from_frame`."""
    if len(frame) == 0:
        raise InputError("Population.from_frame.frame must be a table with at least one row; got 0 rows")
    read = _Columns(frame)
    read.faults += mapped.faults()
    ids = read.texts("id", mapped.id)
    welfare = read.numbers("welfare", mapped.welfare)
    weights = np.ones(len(frame)) if mapped.weight is None else read.numbers("weight", mapped.weight, low=0.0)
    sizes = _sizes(read, mapped)
    labels = {
        name: None if column is None else read.texts(name, column)
        for name, column in (("groups", mapped.groups), ("strata", mapped.strata), ("clusters", mapped.clusters))
    }
    counts = {name: _counts(read, "composition", name, sizes) for name in mapped.composition}
    further = {name: read.raw("columns", name) for name in mapped.columns}
    factor = _factor(read, mapped, sizes)
    if ids is not None:
        _, first, repeats = np.unique(ids, return_inverse=True, return_counts=True)
        repeated = repeats[first] > 1
        if repeated.any():
            read.faults.append(f"id must be given once a household; repeated in {rows(repeated)}")
    if weights is not None and not read.faults and not weights.sum() > 0:
        read.faults.append("weight must be above 0 in at least one row; all are 0")
    if read.faults:
        head = f"Population.from_frame: {len(read.faults)} fault{'s' if len(read.faults) > 1 else ''} in the table"
        raise InputError("\n".join([head, *(f"  {fault}" for fault in read.faults)]))
    amounts = welfare if isinstance(factor, float) and factor == 1.0 else welfare * factor
    population = Population(
        ids=ids,
        welfare=amounts,
        weight=weights / sizes if mapped.weight_of == "person" else weights,
        members=sizes,
        assumed_members=mapped.assumed_members,
        **labels,
        columns={**{name: column.to_numpy() for name, column in further.items()}, **counts},
        sampled=mapped.weight is not None,
        kind=mapped.kind,  # type: ignore[arg-type]
        currency=mapped.currency,
        notes=(*_notes(amounts), *_said(mapped)),
    )
    if mapped.line is not None:
        words = suspicion(population.median, mapped.line.amount)
        if words:
            warnings.warn(f"at {mapped.line.label!r} {words}", GraduasiWarning, stacklevel=4)
    return population


def _sizes(read: _Columns, mapped: Mapped) -> Any:
    if mapped.members is None:
        return None
    sizes = read.numbers("members", mapped.members, low=0.0, open_low=True, whole=True)
    if sizes is not None:
        large = sizes > LARGEST_HOUSEHOLD
        if large.any():
            read.faults.append(f"members must be at most {LARGEST_HOUSEHOLD}; it is not in {rows(large)}")
    return sizes


def _counts(read: _Columns, field: str, name: str, sizes: Floats | None) -> Any:
    """Members of a kind: whole numbers, no more than there are."""
    counts = read.numbers(f"{field} {name!r}", name, low=0.0, whole=True)
    if counts is not None and sizes is not None:
        over = counts > sizes
        if over.any():
            read.faults.append(f"{field} {name!r} must be at most the members; it is not in {rows(over)}")
    return counts


def _factor(read: _Columns, mapped: Mapped, sizes: Floats | None) -> Any:
    """What a row's welfare is multiplied by, to be per person per month at the line's prices."""
    factor: Any = PERIODS.get(mapped.period, 1.0)
    if mapped.per == "household" and sizes is not None:
        factor = factor / np.where(sizes > 0, sizes, 1.0)
    if mapped.per == "adult equivalent" and sizes is not None and mapped.scale is not None:
        if mapped.scale in SCALES:
            young = None
            if mapped.children is not None:
                young = _counts(read, "children", mapped.children, sizes)
            adults = equivalent_adults(mapped.scale, np.where(sizes > 0, sizes, 1.0), young)
        else:
            adults = read.numbers("scale", mapped.scale, low=0.0, open_low=True)
            adults = np.ones(sizes.size) if adults is None else adults
        factor = factor * adults / np.where(sizes > 0, sizes, 1.0)
    if mapped.price_index is not None:
        prices = read.numbers("price_index", mapped.price_index, low=0.0, open_low=True)
        if prices is not None:
            with np.errstate(divide="ignore"):
                factor = factor / prices
    if mapped.region is not None and mapped.region_lines is not None and mapped.line is not None:
        regions = read.texts("region", mapped.region)
        if regions is not None:
            known = np.isin(regions, list(mapped.region_lines))
            if not known.all():
                which = sorted(set(regions[~known].tolist()))
                read.faults.append(
                    f"region must be one of region_lines; {', '.join(map(repr, which[:ROWS_SHOWN]))} is not, "
                    f"in {rows(~known)}"
                )
            else:
                own = np.array([mapped.region_lines[name] for name in regions.tolist()], dtype=np.float64)
                factor = factor * mapped.line.amount / own
    return factor


def _said(mapped: Mapped) -> tuple[str, ...]:
    """What was done to welfare, for the notes."""
    words = []
    if mapped.per == "adult equivalent":
        words.append(f"welfare per adult equivalent ({mapped.scale}) was turned into welfare per person")
    if mapped.price_index is not None:
        words.append(f"welfare was divided by the price index {mapped.price_index!r}")
    if mapped.region_lines is not None and mapped.line is not None:
        words.append(f"welfare is told at the prices of {mapped.line.label!r}: x that line / the region's own line")
    return tuple(words)


def _notes(welfare: NDArray[np.float64]) -> tuple[str, ...]:
    """What a reader must know of values that are zero or below."""
    below = int((welfare <= 0).sum())
    if below == 0:
        return ()
    words = (
        f"{below} of {welfare.size} households have zero or negative welfare: they are counted as they are; "
        "where the income model needs a logarithm they stand at its floor"
    )
    warnings.warn(words, GraduasiWarning, stacklevel=5)
    return (words,)
