"""Write the files of a run into a folder so that readers see all of the earlier run or all of the new one.

Everything happens inside the folder, so a folder that is a mount of its own, or below a parent that is read-only,
does as well as any other. In `WORK`, a hidden folder there, the new files are written and brought to disk; the
earlier ones get a second name. `current`, a symbolic link, says which of the two is shown. Then

1. each name in the folder becomes a link to `current/<name>`, which still shows the earlier file;
2. **one rename** makes `current` show the new files: the switch, for all of them together;
3. each link gives way to the new file itself, and `WORK` is removed.

So plain files lie there at rest, and only the second step changes what a reader sees. All that needs room is done
before the first step: a full disk stops a run while nothing is changed. After a kill between the steps the links
show one run, whole; the next run brings the files back to their places and clears what is left. A lock on the
folder keeps two runs that write at the same moment apart: the second waits, and its files are the ones that stay.

Where there are no symbolic links (FAT, some network disks, Windows without the privilege) each new file replaces
the earlier one by a rename of its own, and all are taken back where one fails: no file is ever torn, but a kill
between two of the renames leaves files of both runs. Where there are no locks either (Windows), two runs should
not write into one folder at the same moment.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from graduasi.errors import InputError, OutputError

WORK = ".graduasi-writing"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}

Writers = Mapping[str, Callable[[Path], object]]


def check(folder: Path, names: tuple[str, ...], least: int) -> None:
    """Raise InputError for a folder that these files could not be written to; nothing is made or changed.

    least : bytes that the files take at the very least [bytes].
    """
    try:
        if folder.is_symlink() and not folder.exists():
            raise InputError(f"--out must be a folder; {folder} is a link to nothing")
        base = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not base.is_dir():
            raise InputError(f"--out must be a folder; {base} is a file")
        for name in names:
            if (folder / name).exists() and not (folder / name).is_file():
                raise InputError(f"--out must leave the name {name} to a file; {folder / name} is something else")
        if (folder / WORK).is_symlink() or (folder / WORK).is_file():
            raise InputError(f"--out must leave the name {WORK} to this program; {folder / WORK} is in the way")
        with tempfile.TemporaryFile(dir=base) as trial:
            trial.write(b"trial")
        free = shutil.disk_usage(base).free
    except OSError as error:
        raise InputError(f"--out must be a folder that can be written to; {error}") from error
    if free < least:
        raise InputError(f"--out must have room for at least {_size(least)}; {base} has {_size(free)} free")


def write(folder: Path, writers: Writers) -> None:
    """Write each file by its writer, which is given a path, and show all of them at once.

    Raises OutputError where that fails; the folder then shows what it showed before.
    """
    made = [path for path in (folder, *folder.absolute().parents) if not path.exists()]
    try:
        with _locked(folder):
            try:
                _settle(folder, tuple(writers))
                _write(folder, writers)
            finally:
                _put_away(folder, tuple(writers), made)
    except OSError as error:
        raise OutputError(f"nothing was written: {error}; what {folder} held before is as it was") from error


def _put_away(folder: Path, names: tuple[str, ...], made: list[Path]) -> None:
    """Settle, and remove the folders that were made for files that did not come to be."""
    try:
        with suppress(OSError):  # the links show one run, whole; the next run settles them
            _settle(folder, names)
        for path in made:
            with suppress(OSError):  # a folder with the new files in it stays
                path.rmdir()
    except BaseException:  # a signal
        with suppress(OSError):
            _settle(folder, names)
        raise


def _write(folder: Path, writers: Writers) -> None:
    work = folder / WORK
    for name in ("new", "old", "links"):
        (work / name).mkdir(parents=True)
    for name, writer in writers.items():
        writer(work / "new" / name)
        _to_disk(work / "new" / name)
    for name in writers:
        _keep(folder / name, work / "old" / name)
    if not _has_links(work):
        _replace_each(folder, tuple(writers))
        return
    for name in writers:
        (work / "links" / name).symlink_to(_link(name))
    for path in (work / "new", work / "old", work, folder):
        _to_disk(path)
    for name in writers:
        (work / "links" / name).replace(folder / name)
    _to_disk(folder)
    (work / "next").replace(work / "current")
    with suppress(OSError):  # the new files are shown; what fails now does not take them back
        _to_disk(work)


def _replace_each(folder: Path, names: tuple[str, ...]) -> None:
    """One rename a file, all taken back where one fails."""
    done: list[str] = []
    try:
        for name in names:
            (folder / WORK / "new" / name).replace(folder / name)
            done.append(name)
    except BaseException:
        for name in done:
            _put(folder / WORK / "old" / name, folder / name)
        raise


def _settle(folder: Path, names: tuple[str, ...]) -> None:
    """Put the files that are shown in their places, and remove whatever else a run, dead or done, has left."""
    work = folder / WORK
    for name in names:
        place, shown = folder / name, work / "current" / name
        if place.is_symlink() and place.readlink() == _link(name):
            with suppress(OSError):  # a second name, so that who has just read the link still finds its file
                os.link(shown, work / "plain")
                shown = work / "plain"
            _put(shown, place)
    if work.exists():
        _to_disk(folder)
        shutil.rmtree(work)


def _put(file: Path, place: Path) -> None:
    """A file to its place; nothing there where there is no file."""
    if os.path.lexists(file):
        file.replace(place)
    else:
        place.unlink()


def _link(name: str) -> Path:
    return Path(WORK, "current", name)


def _has_links(work: Path) -> bool:
    """Make `current` and the link that will take its place, where the file system has links."""
    try:
        (work / "current").symlink_to("old")
        (work / "next").symlink_to("new")
    except NotImplementedError:
        return False
    except OSError as error:
        if error.errno in NO_ROOM:
            raise
        return False
    return True


def _keep(file: Path, second: Path) -> None:
    """A second name for an earlier file: a hard link takes no room; where there are none, a copy."""
    if file.is_symlink():
        second.symlink_to(os.path.realpath(file))
    elif file.exists():
        try:
            os.link(file, second)
        except OSError:
            shutil.copy2(file, second)
            _to_disk(second)


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    if path.is_dir():
        with suppress(OSError):  # some file systems cannot do it for folders, and keep their order anyway
            _sync(path, os.O_RDONLY)
    else:
        _sync(path, os.O_RDWR)


def _sync(path: Path, mode: int) -> None:
    opened = os.open(path, mode)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make the folder and hold it alone; the lock dies with its process, and has no file that could be left."""
    try:
        import fcntl
    except ImportError:  # Windows, which has no links to switch either
        folder.mkdir(parents=True, exist_ok=True)
        yield
        return
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        opened = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # some network disks know no locks
                fcntl.flock(opened, fcntl.LOCK_EX)
            if not _same(folder, opened):  # another run that failed has removed it while this one waited
                continue
            yield
            return
        finally:
            os.close(opened)


def _same(folder: Path, opened: int) -> bool:
    try:
        return os.path.samestat(folder.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


def _size(number: int) -> str:
    return f"{number / 2**20:,.1f} MiB" if number >= 2**20 else f"{number / 2**10:,.0f} KiB"
