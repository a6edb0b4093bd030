"""CSV files: one pass over the file, codes as text, and what is refused rather than guessed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.population.faults import shown
from graduasi.population.table import Table
from graduasi.population.thousands import Evidence, in_thousandths, warned

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

OWNER = "Population.from_file"
SHORT, LONG = 24, 1_000  # bytes of a code: tried first, and allowed
HEADER = 2**20  # bytes in which a header must end
FIRST, CHUNK = 1_000, 100_000  # rows looked at again where a point may be one of thousands
BOM = b"\xef\xbb\xbf"


def read_csv(path: Path, codes: Sequence[str], numbers: Sequence[str] | None, decimal: str | None) -> Table:
    """A table of commas, or of semicolons where the header has more of them.

    codes : columns that are kept as text. numbers : columns that must not hold thousands; None for all others.
    decimal : decimal sign; None for a comma between semicolons and a point between commas.
    """
    text = _Text(path=path, data=_data(path))
    separator, header = text.header()
    layout = _Layout(separator=separator, decimal=decimal or ("," if separator == ";" else "."), header=header)
    text.check_quotes(separator)
    frame, kept = _parse(text, layout, [name for name in dict.fromkeys(codes) if name in header])
    number = _line_numbers(text, layout, len(frame))
    others = [name for name in frame.columns if name not in kept and (numbers is None or name in numbers)]
    faults: tuple[str, ...] = ()
    if decimal is None:
        faults = tuple(_thousands(text, layout, frame, others, lambda row: f"line {number(np.array([row]))[0]}"))
    return Table(
        frame=frame, owner=OWNER, word="line", number=number, codes=kept, decimal=layout.decimal,
        said=decimal is not None, faults=faults,
    )  # fmt: skip


@frozen(kw_only=True)
class _Layout:
    separator: str
    decimal: str
    header: list[str]

    def arguments(self) -> dict[str, Any]:
        return {"sep": self.separator, "decimal": self.decimal, "encoding": "utf-8", "low_memory": False}


@frozen(kw_only=True, eq=False)
class _Text:
    """The bytes of a file, known to be UTF-8 without NUL."""

    path: Path
    data: bytes

    def records(self, separator: str, size: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """Each record (of the first `size` bytes) that is not blank, and the line at which it starts."""
        text = self.data[:size].decode("utf-8", "ignore")  # a letter may be cut at the end
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        start = 1
        for cells in lines:
            if len(cells) > 1 or (cells and cells[0].strip(" \t")):
                yield start, cells
            start = lines.line_num + 1

    def header(self) -> tuple[str, list[str]]:
        """What stands between the columns, and their names, each of which must be there once."""
        try:
            by_comma, by_semicolon = (next(self.records(each, HEADER), (0, []))[1] for each in ",;")
        except csv.Error as fault:
            raise self.no_table(f"its header cannot be read ({fault})") from fault
        # Where commas are decimal signs (Indonesia), spreadsheets write semicolons between the columns.
        separator, header = (";", by_semicolon) if len(by_semicolon) > len(by_comma) else (",", by_comma)
        if not header:
            raise self.no_table("it is empty")
        for name, times in Counter(header).items():
            if name and times > 1:
                raise self.no_table(f"{shown(name)} stands {times} times in the header")
        return separator, header

    def check_quotes(self, separator: str) -> None:
        """Raise InputError for a quotation mark that neither encloses a cell nor stands twice within one."""
        if b'"' not in self.data:
            return
        lines = csv.reader(io.StringIO(self.data.decode("utf-8"), newline=""), delimiter=separator, strict=True)
        start = 1
        try:
            for _ in lines:
                start = lines.line_num + 1
        except csv.Error as fault:
            if "limit" in str(fault):  # a cell of more than 128 KiB: what pandas says of it must do
                return
            if "end of data" in str(fault):
                raise self.no_table(f"line {start} has a quotation mark that is never closed") from fault
            raise self.no_table(
                f"line {lines.line_num} has a quotation mark that is neither around a cell nor doubled within one"
            ) from fault

    def no_table(self, why: str) -> InputError:
        return InputError(
            f"{OWNER}.path must be a table with one header and as many columns in every row; {self.path} is not: "
            f"{why}"
        )

    def ragged(self, layout: _Layout) -> InputError | None:
        """The error that names the first line with more or fewer cells than the header; None where none has."""
        width = len(layout.header)
        for line, cells in self.records(layout.separator):
            if len(cells) != width:
                one = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
                written = layout.separator.join(cells)
                more = ", and thousands need no separator" if len(cells) > width else ""
                return self.no_table(f"line {line} has {one}, the header {width}{more}: {shown(written)}")
        return None


def _data(path: Path) -> bytes:
    need = f"{OWNER}.path must be a text file in UTF-8 (save it as 'CSV UTF-8'); {path} is not: "
    data = path.read_bytes().removeprefix(BOM)
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise InputError(f"{need}{fault}") from fault
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise InputError(f"{need}line {line} has a NUL")
    return data


def _parse(text: _Text, layout: _Layout, codes: Sequence[str]) -> tuple[pd.DataFrame, dict[str, NDArray[np.str_]]]:
    """The table, and its columns of codes as text; pandas reads fixed bytes four times faster than texts."""
    import pandas as pd

    widths = dict.fromkeys(codes, SHORT)
    try:
        frame = _fixed(text, layout, widths)
        cut = [name for name in codes if _full(frame[name], SHORT)]
        if cut:
            widths |= dict.fromkeys(cut, LONG + 1)
            frame = _fixed(text, layout, widths)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OverflowError, csv.Error) as fault:
        raise _first_ragged(text, layout) or text.no_table(str(fault).strip()) from fault
    # A first row with more cells than the header moves the columns: pandas takes its first cells as an index.
    moved = not isinstance(frame.index, pd.RangeIndex) or len(frame.columns) != len(layout.header)
    if moved or _may_be_short(text, layout, frame, widths):
        ragged = _first_ragged(text, layout)
        if ragged is not None or moved:
            raise ragged or text.no_table("its rows have other columns than its header")
    for name in cut:
        if _full(frame[name], LONG + 1):
            raise InputError(
                f"{OWNER}.path must have codes of at most {LONG:,} bytes; {shown(name)} has longer ones"
            )
    return frame, {name: _decoded(_raw(frame[name], widths[name])) for name in codes}


def _fixed(text: _Text, layout: _Layout, widths: dict[str, int]) -> pd.DataFrame:
    import pandas as pd

    kinds: dict[Hashable, str] = {name: f"S{width}" for name, width in widths.items()}
    found: pd.DataFrame = pd.read_csv(io.BytesIO(text.data), dtype=kinds, **layout.arguments())
    return found


def _first_ragged(text: _Text, layout: _Layout) -> InputError | None:
    try:
        return text.ragged(layout)
    except csv.Error:  # a cell of more than 128 KiB: what pandas says of it must do
        return None


def _bytes(column: NDArray[np.bytes_]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(column).view(np.uint8).reshape(column.size, -1)


def _raw(column: pd.Series, width: int) -> NDArray[np.bytes_]:
    """The bytes of a column of codes; pandas before 3 keeps them as objects."""
    values = column.to_numpy()
    return values if values.dtype.kind == "S" else values.astype(f"S{width}")


def _full(column: pd.Series, width: int) -> bool:
    """Whether a code fills its bytes to the last, so that it may have been cut."""
    return bool(len(column)) and bool(_bytes(_raw(column, width))[:, -1].any())


def _decoded(column: NDArray[np.bytes_]) -> NDArray[np.str_]:
    if column.size == 0:
        return np.empty(0, dtype=str)
    matrix = _bytes(column)
    used = np.flatnonzero(matrix.max(axis=0))
    if used.size == 0:
        return np.full(column.size, "", dtype=str)
    matrix = np.ascontiguousarray(matrix[:, : used[-1] + 1])
    if matrix.max() < 128:
        return matrix.astype(np.uint32).view(f"U{matrix.shape[1]}").reshape(-1)
    return np.char.decode(column, "utf-8")


def _may_be_short(text: _Text, layout: _Layout, frame: pd.DataFrame, widths: dict[str, int]) -> bool:
    """Whether a row may have fewer cells than the header: pandas fills the last ones with nothing."""
    if b'"' not in text.data:
        cells = (len(frame) + 1) * (len(layout.header) - 1)
        return int(np.count_nonzero(np.frombuffer(text.data, dtype=np.uint8) == ord(layout.separator))) != cells
    last = frame.iloc[:, -1]
    if last.name in widths:
        return bool((_bytes(_raw(last, widths[str(last.name)]))[:, 0] == 0).any())
    return bool(last.isna().any())


def _line_numbers(text: _Text, layout: _Layout, size: int) -> Callable[[NDArray[np.intp]], NDArray[np.intp]]:
    """The line of the file at which a row starts; looked for when a fault asks."""

    @lru_cache(maxsize=1)
    def lines() -> NDArray[np.intp]:
        try:
            found = np.array([line for line, _ in text.records(layout.separator)][1:], dtype=np.intp)
        except csv.Error:
            found = np.empty(0, dtype=np.intp)
        return found if found.size == size else np.arange(size) + 2

    return lambda rows: lines()[rows]


def _thousands(
    text: _Text, layout: _Layout, frame: pd.DataFrame, names: Sequence[str], line: Callable[[int], str]
) -> Iterator[str]:
    """Faults of columns whose every point (or decimal comma) may be one of thousands, such as 851.000.

    Few columns have none but thousandths; those alone are read again, as text, until a value decides.
    """
    import pandas as pd

    floats = [name for name in names if name in layout.header and frame[name].dtype.kind == "f"]
    suspects = [name for name in floats if in_thousandths(frame[name].to_numpy(dtype=np.float64))]
    if not suspects:
        return
    evidence = {name: Evidence(layout.decimal) for name in suspects}
    start, size = 0, FIRST
    with pd.read_csv(
        io.BytesIO(text.data), usecols=suspects, dtype=str, iterator=True, **layout.arguments()
    ) as reader:
        while start < len(frame) and any(each.open for each in evidence.values()):
            chunk = reader.get_chunk(size)
            for name, each in evidence.items():
                each.see(chunk[name], start)
            start, size = start + size, CHUNK
    for name, each in evidence.items():
        if each.open and each.first is not None:
            row, written = each.first
            yield warned(f"column {name!r}", written, line(row), layout.decimal, file=True)
