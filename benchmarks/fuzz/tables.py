"""Fuzz tables and files: valid ones are written in several ways, spoilt in one way each, and read.

    python benchmarks/fuzz/tables.py FIRST LAST

reads the tables of seeds FIRST to LAST - 1, prints how many of each class were taken, refused and failed, and ends
with status 1 where any failed. The oracle: a GraduasiError, or every value taken equals what stands in its cell.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import graduasi as gr

COLUMNS = ("id", "w", "m", "k", "g", "c")  # id, welfare, members, weight, by, clusters
NUMBERS, CODES = (1, 2, 3), (0, 4, 5)
BAD_NUMBERS = (
    "x", "", " ", "nan", "inf", "-1", "1e400", "1_000", "0x10", "TRUE", "2020-01-01", "1,5", "1.500.000", "1,500",
    "1 500", "--1", "1e", "\u0661", "1.250", "NA", "1\u00a0500", "'5", "5 ", " 5", "+5", "1.5e1", ".5", "5.",
)  # fmt: skip
ODD_CODES = (
    "", " ", "NA", "null", "nan", "1e1", "10", "01", "1", "1.10", "1.1", "32160110010000001", "32160110010000002",
    "a b", " a", "a ", "a", "\u00e9", "\u65e5\u672c", "x" * 30, "x" * 1500, "a\tb", "True", "1,5", "a;b", 'q"q',
    "a\nb", "\u200b", "-0", "inf", "0" * 20,
)  # fmt: skip
ODD_OBJECTS = (
    True, np.bool_(True), datetime.date(2020, 1, 1), pd.Timestamp("2020-01-01"), pd.Timedelta("1D"),
    pd.Period("2020-01", "M"), 3 + 1j, b"5", [5], {"a": 5}, None, float("nan"), float("inf"), Decimal("5"), 10**400,
    np.timedelta64(5, "D"), "5", "1.250", object(), (5,), pd.NA, pd.Interval(0, 1), np.int8(5), "x\0", "\ud800",
    -5, 0,
)  # fmt: skip
ODD_NAMES: tuple[Any, ...] = (
    ["w"],
    "nothing",
    5,
    None,
    ("w",),
    {"w"},
    {},
    b"w",
    "\0",
    float("nan"),
    True,
    "w" * 5_000,
)
ODD_ARGUMENTS: tuple[tuple[str, Any], ...] = (
    ("assumed_members", "4"), ("assumed_members", [4]), ("period", ["month"]), ("period", 5), ("per", None),
    ("scale", ["oecd"]), ("kind", {}), ("currency", 5), ("currency", ""), ("composition", "m"), ("composition", 5),
    ("columns", "m"), ("columns", (["m"],)), ("columns", ("m", "g")), ("composition", ("m", None)), ("line", 5),
    ("region_lines", [1]), ("region_lines", {"a": "x"}), ("weight_of", "both"), ("weight_of", ["person"]),
)  # fmt: skip
Cells = list[list[str]]


class Case:
    """A table of a seed: cells as text, how numbers are read from them, and what has been spoilt."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        rows = int(self.rng.integers(1, 9))
        style = self.pick((".2f", ".1f", ".3f", "d"))
        self.cells: Cells = [
            [
                f"{row:0{int(self.rng.integers(1, 5))}d}h" if self.rng.random() < 0.3 else f"{row + 1:04d}",
                self.number(style), str(self.rng.integers(1, 9)), self.number(style),
                self.pick(("01", "1", "a", "b", "10", "1e1")), self.pick(("0012", "12", "3", "NA")),
            ]
            for row in range(rows)
        ]  # fmt: skip
        self.given: dict[str, Any] = {
            "id": "id", "welfare": "w", "currency": "IDR", "members": "m", "weight": "k", "by": "g",
            "clusters": "c",
        }  # fmt: skip
        self.what = "as it is"
        self.must_refuse = False

    def number(self, style: str) -> str:
        return format(int(self.rng.integers(1, 9e5)) if style == "d" else self.rng.uniform(100, 9e5), style)

    def pick(self, choices: Any) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def spoil_cell(self) -> None:
        row = int(self.rng.integers(len(self.cells)))
        column = int(self.rng.integers(len(COLUMNS)))
        self.what = "an odd number" if column in NUMBERS else "an odd code"
        self.cells[row][column] = self.pick(BAD_NUMBERS if column in NUMBERS else ODD_CODES)

    def thousands(self, sign: str) -> None:
        self.what = f"thousands with {sign!r}"
        column = self.pick((1, 3))
        for each in self.cells:
            each[column] = f"{int(self.rng.integers(1, 9e6)):,}".replace(",", sign)
        self.must_refuse = any(sign in each[column] for each in self.cells)


def spoilt_csv(case: Case, lines: list[str], separator: str) -> str:
    """The text of a file, with one of its lines or its bytes spoilt."""
    way = case.pick(("none",) * 4 + ("more", "fewer", "twice", "blank", "all more", "quote", "nul", "end", "crlf"))
    if way == "none":
        return "\n".join(lines) + "\n"
    case.what = f"csv: {way}"
    at = int(case.rng.integers(1, len(lines)))
    case.must_refuse |= way in {"more", "fewer", "twice", "all more", "nul"}
    if way == "more":
        lines[at] += separator + case.pick(("", "5"))
    elif way == "all more":
        lines[1:] = [line + separator + case.pick(("", "5")) for line in lines[1:]]
    elif way == "fewer":
        lines[at] = lines[at][: lines[at].rindex(separator)] if '"' not in lines[at] else "5"
    elif way == "twice":
        lines[0] = lines[0].replace("k", case.pick(("w", "id", "m")), 1)
    elif way == "blank":
        lines.insert(at, case.pick(("", "  ")))
    elif way == "quote":
        lines[at] = '"' + lines[at]
    elif way == "nul":
        lines[at] += "\0"
    return ("\r\n" if way == "crlf" else "\n").join(lines) + ("" if way == "end" else "\n")


def through_csv(case: Case, folder: Path) -> tuple[gr.Population, str]:
    separator, decimal = case.pick(((",", "."), (";", ","), (";", ","), (",", ".")))
    if decimal == ",":
        for each in case.cells:
            for column in NUMBERS:
                if case.what.startswith("thousands"):
                    continue
                if case.rng.random() < 0.97:
                    each[column] = each[column].replace(".", ",")
                elif "." in each[column]:
                    case.what = "a point among commas"
    quote = lambda cell: '"' + cell.replace('"', '""') + '"' if any(c in cell for c in f'{separator}"\n') else cell  # noqa: E731
    lines = [separator.join(COLUMNS), *(separator.join(quote(cell) for cell in each) for each in case.cells)]
    text = spoilt_csv(case, lines, separator)
    path = folder / "t.csv"
    path.write_bytes((b"\xef\xbb\xbf" if case.rng.random() < 0.2 else b"") + text.encode("utf-8"))
    return gr.Population.from_file(path, **case.given), decimal


def typed(case: Case) -> pd.DataFrame:
    """The cells as a frame with numbers; some columns or cells of other types."""
    case.must_refuse = False  # what becomes a number here is one in the frame
    frame = pd.DataFrame(case.cells, columns=list(COLUMNS), dtype=object)
    for column in NUMBERS:
        try:
            frame[COLUMNS[column]] = frame[COLUMNS[column]].astype(float)
        except ValueError:
            continue
    way = case.pick(("none", "none", "object", "object", "bool", "date", "category", "period", "complex", "int"))
    name = case.pick(COLUMNS)
    if way == "object":
        frame[name] = frame[name].astype(object)
        frame.at[int(case.rng.integers(len(frame))), name] = case.pick(ODD_OBJECTS)
    elif way == "bool":
        frame[name] = True
    elif way == "date":
        frame[name] = pd.Timestamp("2020-01-01")
    elif way == "category":
        frame[name] = frame[name].astype("category")
    elif way == "period":
        frame[name] = pd.period_range("2020-01", periods=len(frame), freq="M")
    elif way == "complex":
        frame[name] = 3 + 1j
    elif way == "int":
        frame[name] = np.arange(len(frame), dtype=case.pick((np.int64, np.uint8, np.float64))) + 1
    if way != "none":
        case.what = f"frame: {way}"
        case.must_refuse = False  # the column with thousands may have gone
    case.must_refuse |= way in {"bool", "date", "period", "complex"} and name in {"w", "m", "k"}
    return frame


def through_frame(case: Case, folder: Path) -> tuple[gr.Population, str]:
    frame = typed(case)
    case.cells = [[_written(each) for each in row] for row in frame.itertuples(index=False)]
    return gr.Population.from_frame(frame, **case.given), "."


def _as_stata(cell: object) -> object:
    """A cell as Stata keeps it: NUL fills a text, and True is 1."""
    if isinstance(cell, bool | np.bool_):
        return int(cell)
    return cell.rstrip("\0") if isinstance(cell, str) else cell


class NotWritable(Exception):
    """The other library could not write the table."""


def through_other(case: Case, folder: Path, suffix: str) -> tuple[gr.Population, str]:
    frame = typed(case)
    path = folder / f"t.{suffix}"
    if suffix == "dta":  # Stata has no booleans: they are written as 0 and 1
        true = [name for name in frame if frame[name].dtype == bool]
        frame = frame.astype(dict.fromkeys(true, np.int8))
        case.must_refuse &= not true
    try:
        if suffix == "parquet":
            frame.to_parquet(path)
            frame = pd.read_parquet(path)  # Parquet has no True among numbers: it is written as 1
        else:
            frame = frame.map(_as_stata)
            frame.to_stata(path, write_index=False)
    except Exception as fault:
        raise NotWritable from fault
    case.cells = [[_written(each) for each in row] for row in frame.itertuples(index=False)]
    if case.rng.random() < 0.3:
        case.what = f"{suffix}: damaged"
        data = bytearray(path.read_bytes())
        for _ in range(int(case.rng.integers(1, 9))):
            data[int(case.rng.integers(len(data)))] = int(case.rng.integers(256))
        path.write_bytes(data[: int(case.rng.integers(1, len(data)))] if case.rng.random() < 0.4 else data)
    return gr.Population.from_file(path, **case.given), "."


def _written(value: object) -> str:
    if (
        isinstance(value, float | np.floating)
        and not np.isnan(value)
        and value == np.rint(value)
        and abs(value) < 1e15
    ):
        return str(int(value))
    return str(value)


def value_of(text: str, decimal: str) -> float:
    """The number that a cell says, thousands and all; NaN where it says none."""
    plain = text.strip()
    if decimal == ",":
        plain = "x" if "." in plain else plain.replace(",", ".")
    return (
        float(plain) if plain.isascii() and "_" not in plain and plain.lower() not in {"true", "false"} else np.nan
    )


def differs(case: Case, people: gr.Population, decimal: str) -> str:
    """What was taken otherwise than it is written; empty where nothing was."""
    if case.what.endswith("damaged"):
        return ""  # a byte of a value may be another value
    if case.must_refuse:
        return "taken, and should have been refused"
    if len(people) != len(case.cells):
        return "another number of rows"
    for column, taken in ((1, people.welfare), (2, people.members), (3, people.weight)):
        for row, cells in enumerate(case.cells):
            try:
                wanted = value_of(cells[column], decimal)
            except ValueError:
                wanted = np.nan
            if not np.isclose(taken[row], wanted, rtol=1e-14, atol=0):
                return f"{cells[column]!r} became {taken[row]!r}"
    for column, codes in ((0, people.ids), (4, people.by), (5, people.clusters)):
        for row, cells in enumerate(case.cells):
            if codes[row] != cells[column]:
                return f"{cells[column]!r} became {codes[row]!r}"
    return ""


def arguments(case: Case) -> None:
    if case.rng.random() < 0.5:
        case.what = "a name of a column"
        case.given[case.pick(("id", "welfare", "members", "weight", "by", "clusters"))] = case.pick(ODD_NAMES)
    else:
        case.what = "an argument"
        case.given.update([case.pick(ODD_ARGUMENTS)])


WAYS: tuple[Callable[[Case, Path], tuple[gr.Population, str]], ...] = (
    through_csv, through_csv, through_csv, through_frame, through_frame,
    lambda case, folder: through_other(case, folder, "parquet"),
    lambda case, folder: through_other(case, folder, "dta"),
)  # fmt: skip


def run(seed: int, folder: Path) -> tuple[str, str, str]:
    """Class, outcome ("taken", "refused", "failed" or "not writable") and what went wrong of one seed."""
    case = Case(seed)
    draw = case.rng.random()
    if draw < 0.35:
        case.spoil_cell()
    elif draw < 0.45:
        case.thousands(case.pick((".", ",", " ")))
    elif draw < 0.55:
        arguments(case)
    spoilt_arguments = case.what in {"an argument", "a name of a column"}
    way = case.pick(WAYS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            people, decimal = way(case, folder)
    except NotWritable:
        return "not writable", "not writable", ""
    except gr.GraduasiError as refused:
        honest = (
            case.what == "as it is" and "thousands" not in str(refused) and "once a household" not in str(refused)
        )
        return case.what, "failed" if honest else "refused", f"honest, and refused: {refused}" if honest else ""
    except Exception as fault:
        return case.what, "failed", f"{type(fault).__name__}: {fault}"
    if spoilt_arguments:
        return case.what, "taken", ""
    wrong = differs(case, people, decimal)
    return case.what, "failed" if wrong else "taken", wrong


def count(first: int, last: int, shown: int = 20) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Outcomes by class, and the first failures in words."""
    counts: Counter[tuple[str, str]] = Counter()
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, last):
            what, outcome, words = run(seed, Path(folder))
            counts[what, outcome] += 1
            if outcome == "failed" and len(failures) < shown:
                failures.append(f"seed {seed}, {what}: {words}")
    return counts, failures


def main() -> int:
    counts, failures = count(int(sys.argv[1]), int(sys.argv[2]))
    for what in sorted({each for each, _ in counts}):
        print(
            f"{what:28} "
            + "  ".join(f"{n:6} {o}" for o in ("taken", "refused", "failed") if (n := counts[what, o]))
        )
    print(*failures, sep="\n")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
