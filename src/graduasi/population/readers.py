"""From tables and files to a `Population`: every fault is collected, with its rows, before any is raised."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import GraduasiWarning, InputError, NotAvailableError
from graduasi.population.population import Kind, Population

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ROWS_SHOWN = 20


def read_file(path: Path, id_column: str) -> pd.DataFrame:
    """The table in a .csv, .parquet or .dta file; the id column of a CSV is read as text."""
    import pandas as pd

    suffix = path.suffix.lower()
    if not path.exists():
        raise InputError(f"Population.from_file.path must be a file that exists; got {str(path)!r}")
    if suffix == ".csv":
        return pd.read_csv(path, dtype={id_column: str})
    if suffix == ".parquet":
        try:
            return pd.read_parquet(path)
        except ImportError as missing:
            raise NotAvailableError(
                "reading .parquet needs the extra: pip install 'graduasi[parquet]'"
            ) from missing
    if suffix == ".dta":
        return pd.read_stata(path)
    raise InputError(f"Population.from_file.path must be a .csv, .parquet or .dta file; got {str(path)!r}")


def _rows(bad: NDArray[np.bool_]) -> str:
    """Row numbers, counted from 1 below the header: the first twenty, then how many more."""
    numbers = np.flatnonzero(bad) + 1
    shown = ", ".join(str(number) for number in numbers[:ROWS_SHOWN])
    more = numbers.size - ROWS_SHOWN
    return f"{'row' if numbers.size == 1 else 'rows'} {shown}" + (f" and {more} more" if more > 0 else "")


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
        return self.frame[name]

    def numbers(self, field: str, name: str, *, low: float = -np.inf, open_low: bool = False) -> Any:
        import pandas as pd

        raw = self.raw(field, name)
        if raw is None:
            return None
        values = pd.to_numeric(raw, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        missing = ~np.isfinite(values)
        if missing.any():
            self.faults.append(f"{field} must be a number in every row; missing or not finite in {_rows(missing)}")
        below = (values <= low) if open_low else (values < low)
        if below.any():
            need = f"{'above' if open_low else 'at least'} {low:g}"
            self.faults.append(f"{field} must be {need}; it is not in {_rows(below)}")
        return values

    def texts(self, field: str, name: str) -> Any:
        raw = self.raw(field, name)
        if raw is None:
            return None
        missing = raw.isna().to_numpy()
        if missing.any():
            self.faults.append(f"{field} must be given in every row; missing in {_rows(missing)}")
        return raw.astype(str).to_numpy(dtype=str)


def read_frame(
    frame: pd.DataFrame,
    *,
    welfare: str,
    currency: str,
    id_column: str,
    members: str | None,
    assumed_members: float | None,
    weight: str | None,
    groups: str | None,
    columns: tuple[str, ...],
    kind: Kind,
) -> Population:
    """See `Population.from_frame`."""
    if len(frame) == 0:
        raise InputError("Population.from_frame.frame must be a table with at least one row; got 0 rows")
    if kind not in {"consumption", "income"}:
        raise InputError(f"Population.kind must be one of 'consumption', 'income'; got {kind!r}")
    read = _Columns(frame)
    ids = read.texts("id", id_column)
    amounts = read.numbers("welfare", welfare)
    weights = np.ones(len(frame)) if weight is None else read.numbers("weight", weight, low=0.0)
    sizes = None if members is None else read.numbers("members", members, low=0.0, open_low=True)
    labels = None if groups is None else read.texts("groups", groups)
    further = {name: read.raw("columns", name) for name in columns}
    if members is not None and assumed_members is not None:
        read.faults.append("assumed_members must be left out where members is given")
    if assumed_members is not None and not assumed_members > 0:
        read.faults.append(f"assumed_members must be a number above 0; got {assumed_members!r}")
    if ids is not None:
        _, first, counts = np.unique(ids, return_inverse=True, return_counts=True)
        repeated = counts[first] > 1
        if repeated.any():
            read.faults.append(f"id must be given once a household; repeated in {_rows(repeated)}")
    if weights is not None and not read.faults and not weights.sum() > 0:
        read.faults.append("weight must be above 0 in at least one row; all are 0")
    if read.faults:
        head = f"Population.from_frame: {len(read.faults)} fault{'s' if len(read.faults) > 1 else ''} in the table"
        raise InputError("\n".join([head, *(f"  {fault}" for fault in read.faults)]))
    notes = _notes(amounts)
    return Population(
        ids=ids,
        welfare=amounts,
        weight=weights,
        members=sizes,
        assumed_members=assumed_members,
        groups=labels,
        columns={name: column.to_numpy() for name, column in further.items()},
        sampled=weight is not None,
        kind=kind,
        currency=currency,
        notes=notes,
    )


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
