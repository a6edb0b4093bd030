"""Files of a run are shown all at once, or not at all, whatever kind of folder and disk they meet."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import threading
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import graduasi as gr
from graduasi import output

NAMES = ("page", "table")


def writers(mark: str) -> dict[str, Callable[[Path], object]]:
    return {name: lambda path: path.write_text(mark, encoding="utf-8") for name in NAMES}


def fail(error: BaseException) -> Callable[..., Any]:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    return failing


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


NO_ROOM = OSError(errno.ENOSPC, "No space left on device")
NO_LINKS = OSError(errno.EPERM, "Operation not permitted")


def test_files_are_plain_and_alone_and_what_is_the_users_stays(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    output.write(out, writers("one"))
    assert content(out) == {"page": "one", "table": "one"}
    (out / "mine").write_text("mine", encoding="utf-8")
    (out / "page").unlink()
    output.write(out, writers("two"))
    assert content(out) == {"page": "two", "table": "two", "mine": "mine"}
    assert not any(path.is_symlink() for path in out.iterdir())


@pytest.mark.parametrize("earlier", [True, False])
def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path, earlier: bool) -> None:
    out = tmp_path / "deep" / "out"
    if earlier:
        output.write(out, writers("one"))
    with pytest.raises(gr.OutputError) as caught:
        output.write(out, writers("two") | {"table": fail(NO_ROOM)})
    assert str(caught.value) == (
        f"nothing was written: [Errno 28] No space left on device; what {out} held before is as it was"
    )
    assert content(out) == {"page": "one", "table": "one"} if earlier else not out.parent.exists()


@pytest.mark.parametrize("method", ["replace", "symlink_to"])
def test_a_failure_at_the_last_moments_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    real = getattr(Path, method)
    output.write(tmp_path, writers("one"))

    def failing(path: Path, target: Any) -> Any:
        if target == tmp_path / "table" or path.name == "table":
            monkeypatch.undo()
            raise NO_ROOM
        return real(path, target)

    monkeypatch.setattr(Path, method, failing)
    with pytest.raises(gr.OutputError, match="No space left on device"):
        output.write(tmp_path, writers("two"))
    assert content(tmp_path) == {"page": "one", "table": "one"}


def test_a_failure_of_the_program_itself_passes_through_and_changes_nothing(tmp_path: Path) -> None:
    output.write(tmp_path, writers("one"))
    with pytest.raises(ZeroDivisionError):
        output.write(tmp_path, writers("two") | {"table": fail(ZeroDivisionError())})
    assert content(tmp_path) == {"page": "one", "table": "one"}


@pytest.mark.parametrize("error", [NO_LINKS, NotImplementedError()])
def test_without_links_each_file_is_replaced_and_taken_back_where_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(Path, "symlink_to", fail(error))
    monkeypatch.setattr(os, "link", fail(NO_LINKS))
    output.write(tmp_path, writers("one"))
    output.write(tmp_path, writers("two"))
    assert content(tmp_path) == {"page": "two", "table": "two"}
    (tmp_path / "page").unlink()
    real = Path.replace

    def failing(path: Path, target: Path) -> Path:
        if path.parent.name == "new" and target == tmp_path / "table":
            raise NO_LINKS  # as Windows does where another program has the file open
        return real(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(gr.OutputError, match="Operation not permitted"):
        output.write(tmp_path, writers("three"))
    assert content(tmp_path) == {"table": "two"}


def test_no_room_for_a_link_is_no_want_of_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output.write(tmp_path, writers("one"))
    monkeypatch.setattr(Path, "symlink_to", fail(NO_ROOM))
    with pytest.raises(gr.OutputError, match="No space left on device"):
        output.write(tmp_path, writers("two"))
    assert content(tmp_path) == {"page": "one", "table": "one"}


def test_a_link_of_the_users_own_is_replaced_or_still_shows_its_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (tmp_path / "elsewhere").write_text("published", encoding="utf-8")
    (out / "page").symlink_to("../elsewhere")
    (out / "table").symlink_to("nowhere")
    with pytest.raises(gr.OutputError):
        output.write(out, writers("one") | {"table": fail(NO_ROOM)})
    assert (out / "page").read_text(encoding="utf-8") == "published"
    assert (out / "table").is_symlink()
    output.write(out, writers("one"))
    assert content(out) == {"page": "one", "table": "one"}
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "published"


def test_a_signal_while_files_are_put_away_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(folder: Path) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    output.write(tmp_path, writers("one"))
    monkeypatch.setattr(shutil, "rmtree", stopped)
    with pytest.raises(KeyboardInterrupt):
        output.write(tmp_path, writers("two"))
    assert content(tmp_path) == {"page": "two", "table": "two"}


def test_what_a_dead_run_left_is_shown_whole_and_cleared_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.write(tmp_path, writers("one"))
    monkeypatch.setattr(output, "_put_away", lambda *_: None)  # the process is killed after the switch
    output.write(tmp_path, writers("two"))
    assert [(tmp_path / name).read_text(encoding="utf-8") for name in NAMES] == ["two", "two"]
    assert all((tmp_path / name).is_symlink() for name in NAMES)
    monkeypatch.undo()
    with pytest.raises(gr.OutputError):
        output.write(tmp_path, writers("three") | {"page": fail(NO_ROOM)})
    assert content(tmp_path) == {"page": "two", "table": "two"}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")
@pytest.mark.parametrize("removed", [False, True])
def test_a_second_run_waits_for_the_first(tmp_path: Path, removed: bool) -> None:
    import fcntl

    out = tmp_path / "out"
    out.mkdir()
    first = os.open(out, os.O_RDONLY)
    fcntl.flock(first, fcntl.LOCK_EX)
    second = threading.Thread(target=output.write, args=(out, writers("two")))
    second.start()
    second.join(0.1)
    assert second.is_alive()
    assert list(out.iterdir()) == []
    if removed:  # the first fails, and takes away the folder that it had made
        out.rmdir()
    os.close(first)
    second.join(5)
    assert content(out) == {"page": "two", "table": "two"}


def test_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    output.write(tmp_path / "out", writers("one"))
    assert content(tmp_path / "out") == {"page": "one", "table": "one"}


def refused(folder: Path, least: int = 0) -> str:
    with pytest.raises(gr.InputError) as caught:
        output.check(folder, NAMES, least)
    return str(caught.value)


def test_what_cannot_be_written_to_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.check(tmp_path / "new" / "deep", NAMES, 0)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert refused(tmp_path / "file") == f"--out must be a folder; {tmp_path / 'file'} is a file"
    assert refused(tmp_path / "file" / "out") == f"--out must be a folder; {tmp_path / 'file'} is a file"
    (tmp_path / "gone").symlink_to("nowhere")
    assert refused(tmp_path / "gone") == f"--out must be a folder; {tmp_path / 'gone'} is a link to nothing"
    (tmp_path / "page").mkdir()
    assert refused(tmp_path) == f"--out must leave the name page to a file; {tmp_path / 'page'} is something else"
    (tmp_path / "page").rmdir()
    (tmp_path / output.WORK).write_text("mine", encoding="utf-8")
    assert refused(tmp_path) == (
        "--out must leave the name .graduasi-writing to this program; "
        f"{tmp_path / '.graduasi-writing'} is in the way"
    )
    (tmp_path / output.WORK).unlink()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 2**20 - 1))
    assert (
        refused(tmp_path, 3 * 2**20) == f"--out must have room for at least 3.0 MiB; {tmp_path} has 1,024 KiB free"
    )
    monkeypatch.setattr(output.tempfile, "TemporaryFile", fail(OSError(errno.EROFS, "Read-only file system")))
    assert refused(tmp_path) == ("--out must be a folder that can be written to; [Errno 30] Read-only file system")


def test_a_name_that_is_too_long_is_refused_before_the_work(tmp_path: Path) -> None:
    assert re.fullmatch(
        r"--out must be a folder that can be written to; \[Errno \d+\] File name too long: '.*x'",
        refused(tmp_path / ("x" * 300)),
    )
