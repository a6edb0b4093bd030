"""Files are read as they are written, or refused with what was seen and the file's own line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import graduasi as gr

NO_TABLE = "path must be a table with one header and as many columns in every row; {path} is not: "
NO_TEXT = "path must be a text file in UTF-8 (save it as 'CSV UTF-8'); {path} is not: "
LOOKS = "looks like thousands written with {signs}, as all of them do, and would be {value}: write {plain!r}"


def read(path: Any, content: str | bytes | None = None, **changes: Any) -> gr.Population:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return gr.Population.from_file(path, **({"welfare": "w", "id": "id", "currency": "IDR"} | changes))


def refusal(path: Any, content: str | bytes | None = None, **changes: Any) -> str:
    with pytest.raises(gr.InputError) as caught:
        read(path, content, **changes)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", NO_TABLE + "it is empty"),
        (b"id,w\n1,2,3\n4,5\n6,7,8,9\n",
         NO_TABLE + "line 2 has 3 cells, the header 2, and thousands need no separator: '1,2,3'"),
        (b"id,w,m\n1,851,000,4\n",
         NO_TABLE + "line 2 has 4 cells, the header 3, and thousands need no separator: '1,851,000,4'"),
        (b"id,w,m\n1,5,2\n\n2,5\n", NO_TABLE + "line 4 has 2 cells, the header 3: '2,5'"),
        (b'id,w,m\n1,5,"2"\n"2",5\n', NO_TABLE + "line 3 has 2 cells, the header 3: '2,5'"),
        (b'id,w,g\n1,5,"2"\n"2",5\n', NO_TABLE + "line 3 has 2 cells, the header 3: '2,5'"),
        (b"id,w,w,m\n1,2,3,4\n", NO_TABLE + "'w' stands 2 times in the header"),
        (b'id,w\n1,"2\n3,4\n', NO_TABLE + "line 2 has a quotation mark that is never closed"),
        (b'id,w\n1,2\n""q""q",4\n',
         NO_TABLE + "line 3 has a quotation mark that is neither around a cell nor doubled within one"),
        ("id,w,désa\n1,2,3\n".encode("latin-1"),
         NO_TEXT + "'utf-8' codec can't decode byte 0xe9 in position 6: invalid continuation byte"),
        (b"id,w\n1,2\n2\0,3\n", NO_TEXT + "line 3 has a NUL"),
        (b"id,w\n", "path must be a table with at least one row; got 0 rows"),
        (b"id,w\n" + b"x" * 1200 + b",5\n", "path must have codes of at most 1,000 bytes; 'id' has longer ones"),
    ],
)  # fmt: skip
def test_files_that_are_no_tables(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "h.csv"
    assert refusal(path, content, by="g" if b"g" in content else None) == (
        f"Population.from_file.{message.format(path=path)}"
    )


@pytest.mark.parametrize(
    ("content", "changes", "fault"),
    [
        # Thousands, with few rows, among whole numbers, and where a point is no decimal sign.
        ("id,w\n1,850.000\n2,999\n3,851.000\n", {},
         "column 'w' must be numbers without separators of thousands; '850.000' in line 2 "
         + LOOKS.format(signs="dots", value="850", plain="850000") + "; give decimal='.' where 850 is meant"),
        ("id,w,m\n1,5,1.250\n", {"members": "m"},
         "column 'm' must be numbers without separators of thousands; '1.250' in line 2 "
         + LOOKS.format(signs="dots", value="1.25", plain="1250") + "; give decimal='.' where 1.25 is meant\n"
         "  members must be a whole number; it is not in line 2"),
        ("id;w\n1;1,250\n", {},
         "column 'w' must be numbers without separators of thousands; '1,250' in line 2 "
         + LOOKS.format(signs="commas", value="1.25", plain="1250") + "; give decimal=',' where 1.25 is meant"),
        ("id;w\n1;2,5\n2;1.250\n", {},
         "welfare must be a number in every row; missing or not finite in line 3; line 3 has '1.250', which looks like "
         "thousands: write '1250'"),
        ("id;w\n1;1.250,5\n", {},
         "welfare must be a number in every row; missing or not finite in line 2; line 2 has '1.250,5', which looks "
         "like thousands: write '1250,5'"),
        ("id,w\n1,1.500.000\n", {},
         "welfare must be a number in every row; missing or not finite in line 2; line 2 has '1.500.000', which looks "
         "like thousands: write '1500000'"),
        ('id,w\n1,"1,500"\n', {},
         "welfare must be a number in every row; missing or not finite in line 2; line 2 has '1,500', which looks like "
         "thousands: write '1500'"),
        ("id;w\n1;1.5\n2;3\n", {},
         "welfare must be a number in every row; missing or not finite in line 2; line 2 has '1.5', where the decimal "
         "sign is ',': give decimal='.' if it is not"),
        ("id,w\n1,5\n\n  \n2,x\n", {},
         "welfare must be a number in every row; missing or not finite in line 5; line 5 has 'x'"),
        ('id,w,g\n1,5,"a\nb"\n2,,b\n', {},
         "welfare must be a number in every row; missing or not finite in line 4"),
        ("id,w\n1,5\n2,TRUE\n3,5\n", {},
         "welfare must be a number in every row; missing or not finite in line 3; line 3 has 'TRUE'"),
        ("id,w\n1,TRUE\n", {}, "welfare must be numbers; got bool"),
        ("id,w,g\n1,1,\n2,2,1\n3,2, \n", {"by": "g"}, "by must be given in every row; missing in lines 2, 4"),
        ("id,w\n 1,1\n2,5\n1,2\n", {},
         "id must differ in more than the blanks around it; ' 1' and '1' do not, in lines 2, 4"),
        ("id,w\n1,1\na\tb,1\n", {},
         "id must be without control characters and lone surrogates; it is not in line 3"),
        ("id,w\n1,1\n2,2\n1,3\n", {}, "id must be given once a household; repeated in lines 2, 4"),
        ("id,w,t\n1,1,0\n2,2,1\n1,3,1\n3,x,1\n", {"where": lambda table: table["t"] == 1},
         "welfare must be a number in every row; missing or not finite in line 5; line 5 has 'x'"),
    ],
)  # fmt: skip
def test_faults_name_the_line_of_the_file(
    tmp_path: Path, content: str, changes: dict[str, Any], fault: str
) -> None:
    faults = fault.count("\n") + 1
    words = f"Population.from_file: {faults} fault{'s' if faults > 1 else ''} in the table\n  {fault}"
    assert refusal(tmp_path / "h.csv", content, **changes) == words


@pytest.mark.parametrize(
    ("content", "changes", "welfare"),
    [
        ("id,w\n1,1.250\n2,0.873\n", {}, [1.25, 0.873]),  # no thousands start with 0
        ("id,w\n1,1.250\n2,2.5\n", {}, [1.25, 2.5]),
        ("id,w\n1,5000.000\n", {}, [5000.0]),  # thousands would be 5.000.000
        ("id,w\n1,1.250\n", {"decimal": "."}, [1.25]),
        ("id;w\n1;1,250\n", {"decimal": ","}, [1.25]),
        ("id;w\n1;1.5\n2;3\n", {"decimal": "."}, [1.5, 3.0]),
        ("id;w\n1;1,5\n2;3\n", {}, [1.5, 3.0]),
        ('id,w\n1,"1,5"\n', {"decimal": ","}, [1.5]),
        ("id,w,x\n1,5,851.000\n", {}, [5.0]),  # a column that nobody asks for
        ("\ufeffid,w\r\n1,5\r\n", {}, [5.0]),
        ("id,w\n1,5", {}, [5.0]),
        ("id,w,,\n1,5,,\n", {}, [5.0]),
        ("\nid,w\n1,5\n", {}, [5.0]),
        ("id,w,m\n1,5,2\n", {"members": "m", "by": "m"}, [5.0]),
    ],
)
def test_honest_files_are_read(tmp_path: Path, content: str, changes: dict[str, Any], welfare: list[float]) -> None:
    assert read(tmp_path / "h.csv", content, **changes).welfare.tolist() == welfare


def test_codes_are_text(tmp_path: Path) -> None:
    content = (
        "id,w,g,c,s,r\n"
        "NA,1,01,32160110010000001,1.10,1e1\n"
        "null,2,1,32160110010000002,1.1,10\n"
        "é,3,NA,3.0,01,10\n"
        f"{'x' * 36},3,nan,3,1,1e1\n"
    )
    found = read(
        tmp_path / "h.csv", content, by="g", clusters="c", strata="s", region="r", columns=("r", "g"),
        region_lines={"1e1": 1, "10": 2}, line=gr.PovertyLine(amount=2, label="x"),
    )  # fmt: skip
    assert found.ids.tolist() == ["NA", "null", "é", "x" * 36]
    assert found.by is not None
    assert found.clusters is not None
    assert found.strata is not None
    assert found.by.tolist() == ["01", "1", "NA", "nan"]
    assert found.clusters.tolist() == ["32160110010000001", "32160110010000002", "3.0", "3"]
    assert found.strata.tolist() == ["1.10", "1.1", "01", "1"]
    assert found.columns["r"].tolist() == ["1e1", "10", "10", "1e1"]
    np.testing.assert_array_equal(found.welfare, [2.0, 2.0, 3.0, 6.0])


def test_conditions_see_codes_as_text(tmp_path: Path) -> None:
    content = "id,w,g\n1,5,01\n2,6,1\n"
    assert read(tmp_path / "h.csv", content, by="g", where=lambda f: f["g"] == "01").ids.tolist() == ["1"]
    for where, got in (
        (lambda f: 5, "a int"),
        (lambda f: f["w"], "a Series of int64"),
        (lambda f: [True], "a list"),
    ):
        assert refusal(tmp_path / "h.csv", where=where) == (
            f"Population.from_file.where must give True or False for each row; got {got}"
        )
    assert refusal(tmp_path / "h.csv", where="g == 1") == (
        "Population.from_file.where must be a function of the table; got 'g == 1'"
    )


def test_paths_that_are_no_regular_files(tmp_path: Path) -> None:
    folder, pipe, link = tmp_path / "folder.csv", tmp_path / "pipe.csv", tmp_path / "link.csv"
    folder.mkdir()
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    for path, kind in ((folder, "a folder"), (pipe, "a named pipe"), (link, "a device")):
        assert (
            refusal(path) == f"Population.from_file.path must be a regular file; got {str(path)!r}, which is {kind}"
        )
    for path, why in (
        ("x" * 5_000, f"got '{'x' * 96}...: File name too long"),
        ("a\0.csv", "got 'a\\x00.csv': embedded null byte"),
    ):
        assert refusal(path) == f"Population.from_file.path must be a file that can be read; {why}"
    for path in (5, b"h.csv", None):
        assert refusal(path) == f"Population.from_file.path must be the path of a file; got {path!r}"
    (tmp_path / "real.csv").write_text("id,w\n1,5\n")
    (tmp_path / "good.csv").symlink_to(tmp_path / "real.csv")
    assert read(tmp_path / "good.csv").ids.tolist() == ["1"]
    assert refusal(tmp_path / "good.csv", decimal=";") == (
        "Population.from_file.decimal must be one of '.', ','; got ';'"
    )


@pytest.mark.parametrize(("suffix", "kind"), [("parquet", "Parquet"), ("dta", "Stata")])
def test_damaged_files(tmp_path: Path, suffix: str, kind: str) -> None:
    path = tmp_path / f"h.{suffix}"
    table = pd.DataFrame({"id": ["a", "b"], "w": [1.0, 2.0]})
    _ = table.to_parquet(path) if suffix == "parquet" else table.to_stata(path, write_index=False)
    whole = path.read_bytes()
    for content in (b"", whole[:30], whole[: len(whole) // 2], b"\xff" * len(whole)):
        assert refusal(path, content) == f"Population.from_file.path must be a {kind} file; got {str(path)!r}"
    # Missing text in Stata is '', and is missing.
    table = pd.DataFrame({"id": ["a", "b"], "w": [1.0, 2.0], "g": ["x", ""]})
    _ = table.to_parquet(path) if suffix == "parquet" else table.to_stata(path, write_index=False)
    assert refusal(path, by="g") == (
        "Population.from_file: 1 fault in the table\n  by must be given in every row; missing in row 2"
    )
    # Rows keep the numbers that they have in the file.
    assert refusal(path, by="g", where=lambda f: f["id"] == "b").endswith("missing in row 2")
