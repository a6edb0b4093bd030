"""Build the source distribution and the wheel, and see that both hold what they should.

`python tools/check_sdist.py FOLDER` builds into FOLDER, and refuses where

- git tracks a file that the source distribution lacks, or the other way round;
- the description in the wheel has a relative link or picture;
- the unpacked tests cannot be collected, or quick ones fail.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email.parser import Parser
from pathlib import Path

ROOT = Path(__file__).parents[1]
WRITTEN = {"PKG-INFO", "setup.cfg"}  # by setuptools
QUICK = ("tests/test_packaging.py", "tests/test_values.py", "tests/test_imports.py", "tests/test_public_names.py")


def tracked() -> set[str]:
    """Return the files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(listed.stdout.split("\0")) - {""}


def packed(sdist: Path) -> set[str]:
    """Return the files of a source distribution, without its folder and what setuptools writes."""
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    return {name for name in names - WRITTEN if ".egg-info/" not in name}


def relative(wheel: Path) -> list[str]:
    """Return the links and pictures of a wheel's description that lead into the repository."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        description = Parser().parsestr(archive.read(name).decode("utf-8")).get_payload()
    return re.findall(r"\]\((?![a-z]+:)[^)]*\)", str(description))


def run_tests(sdist: Path) -> None:
    """Collect every test in an unpacked source distribution, and run the quick ones, with its own sources."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        (unpacked,) = Path(folder).iterdir()
        pytest = [sys.executable, "-m", "pytest", "-q"]
        path = {**os.environ, "PYTHONPATH": str(unpacked / "src")}  # before an installed graduasi
        listing = [*pytest, "--collect-only", "-qq"]
        subprocess.run(listing, cwd=unpacked, env=path, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*pytest, *QUICK], cwd=unpacked, env=path, check=True)


def main(folder: Path) -> None:
    """Build into `folder` and check."""
    shutil.rmtree(folder, ignore_errors=True)
    # From a copy of what is tracked: a build leaves its folders, and a file that lies about is not packed.
    with tempfile.TemporaryDirectory() as clean:
        for name in tracked():
            (Path(clean) / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, Path(clean) / name)
        subprocess.run([sys.executable, "-m", "build", "--outdir", folder.resolve(), clean], check=True)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    if (given := packed(sdist)) != tracked():
        sys.exit(f"lacking: {sorted(tracked() - given)}; not tracked: {sorted(given - tracked())}")
    if links := relative(wheel):
        sys.exit(f"relative in the description: {links}")
    run_tests(sdist)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
