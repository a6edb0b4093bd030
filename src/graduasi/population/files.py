"""Files of households: regular .csv, .parquet and .dta files; whatever is wrong with them is an InputError."""

from __future__ import annotations

import stat
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from graduasi import checks
from graduasi.errors import GraduasiWarning, InputError, NotAvailableError
from graduasi.population.csv_files import OWNER, read_csv
from graduasi.population.faults import shown
from graduasi.population.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def read_file(
    path: str | Path, *, codes: Sequence[str], numbers: Sequence[str] | None, decimal: str | None = None
) -> Table:
    """The table in a .csv, .parquet or .dta file.

    codes, numbers, decimal : see `read_csv`; the other kinds of file know the types of their columns.
    """
    if decimal is not None:
        checks.one_of(OWNER, "decimal", decimal, (".", ","))
    found = _regular(path)
    suffix = found.suffix.lower()
    if suffix not in {".csv", ".parquet", ".dta"}:
        raise InputError(f"{OWNER}.path must be a .csv, .parquet or .dta file; got {shown(str(found))}")
    try:
        if suffix == ".csv":
            return read_csv(found, codes, numbers, decimal)
        frame = _parquet(found) if suffix == ".parquet" else _stata(found)
    except OSError as fault:
        raise InputError(
            f"{OWNER}.path must be a file that can be read; got {shown(str(found))}: {fault.strerror}"
        ) from fault
    return Table(frame=frame.reset_index(drop=True), owner=OWNER)


def _regular(path: object) -> Path:
    """The path of a regular file, links followed: a pipe would wait for ever, a device never ends."""
    found = checks.path(OWNER, "path", path)
    try:
        mode = found.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as missing:
        raise InputError(f"{OWNER}.path must be a file that exists; got {shown(str(found))}") from missing
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise InputError(f"{OWNER}.path must be a file that can be read; got {shown(str(found))}: {why}") from fault
    if not stat.S_ISREG(mode):
        kind = next((words for holds, words in KINDS if holds(mode)), "something else")
        raise InputError(f"{OWNER}.path must be a regular file; got {shown(str(found))}, which is {kind}")
    return found


def _parquet(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        frame: pd.DataFrame = pd.read_parquet(path)
        for column in (frame[name] for name in frame.columns):
            if isinstance(column.dtype, pd.StringDtype):
                column.to_numpy(dtype=object)  # letters that are damaged are found only when they are looked at
        return frame
    except ImportError as missing:
        raise NotAvailableError("reading .parquet needs the extra: pip install 'graduasi[parquet]'") from missing
    except Exception as broken:  # pyarrow raises a dozen kinds, depending on the byte that is damaged
        raise InputError(f"{OWNER}.path must be a Parquet file; got {shown(str(path))}") from broken


def _stata(path: Path) -> pd.DataFrame:
    """A Stata file with the words of its value labels; with codes, and a warning, where two codes share a label."""
    import pandas as pd

    need = f"{OWNER}.path must be a Stata file; got {shown(str(path))}"
    try:
        return pd.read_stata(path)
    except Exception as broken:  # KeyError, MemoryError, struct.error ...: pandas checks little
        if "not unique" not in str(broken):
            raise InputError(need) from broken
    warnings.warn(
        f"{str(path)!r} has codes that share a label: all of its labelled columns are read as codes",
        GraduasiWarning,
        stacklevel=4,
    )
    try:
        return pd.read_stata(path, convert_categoricals=False)
    except Exception as broken:
        raise InputError(need) from broken
