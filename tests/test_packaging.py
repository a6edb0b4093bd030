"""What is told in several files agrees, and what is packed is whole."""

from __future__ import annotations

import re
import runpy
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

import graduasi as gr

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def run(name: str) -> dict[str, Any]:
    return runpy.run_path(str(ROOT / name))


def test_the_version_is_one() -> None:
    assert "version" not in PYPROJECT["project"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "graduasi.version.VERSION"}
    assert f"\n## [{gr.__version__}]" in page("CHANGELOG.md")
    assert f"\nversion: {gr.__version__}\n" in page("CITATION.cff")


def test_the_lowest_releases_are_those_of_the_bounds() -> None:
    """After a change of a bound: `make lowest`."""
    assert page("tools/lowest.txt").splitlines() == run("tools/lowest.py")["lowest"](PYPROJECT["project"])


@pytest.mark.parametrize("need", ["numpy", "numpy>=1.26,<3", "numpy~=1.26", "numpy>=1.26; python_version > '3'"])
def test_a_requirement_without_one_lower_bound_is_refused(need: str) -> None:
    extras: dict[str, list[str]] = {"report": [], "parquet": [], "test": []}
    whole = f"^{re.escape(f'a requirement must be written name>=bound, without more; got {need!r}')}$"
    with pytest.raises(ValueError, match=whole):
        run("tools/lowest.py")["lowest"]({"dependencies": [need], "optional-dependencies": extras})


def test_the_description_on_an_index_has_nothing_relative() -> None:
    shorten = run("setup.py")["description"]
    given = "# A\n\n![in words](docs/a.png)\n\nSee [B.md](B.md), [it](https://a.org/b), [up](#a).\n"
    assert shorten(given) == "# A\n\nSee `B.md`, [it](https://a.org/b), [up](#a).\n"
    text = shorten(page("README.md"))
    assert re.findall(r"\]\((?![a-z]+:)[^)]*\)", text) == []
    assert "`ARCHITECTURE.md`" in text
    assert not re.search(r"<(img|a)\b|^\[[^\]]+\]:", text, re.MULTILINE), "other ways to write links"


def test_links_of_the_readme_lead_to_files() -> None:
    found = re.findall(r"\]\((?![a-z]+:)([^)]*)\)", page("README.md"))
    assert found
    assert [name for name in found if not (ROOT / name).is_file()] == []


def test_all_that_git_tracks_is_packed() -> None:
    """`make sdist-check` builds it and compares the two lists; this tells at once that a pattern is wanting."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a repository: nothing to compare with")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    rules = [line.split() for line in page("MANIFEST.in").splitlines() if not line.startswith("#")]
    names = [pattern for rule, *patterns in rules if rule == "include" for pattern in patterns]
    folders = [folder for rule, *given in rules if rule == "graft" for folder in given]
    always = {"MANIFEST.in", "pyproject.toml", "setup.py"}
    wanting = [
        name
        for name in listed.stdout.splitlines()
        if name.partition("/")[0] not in folders and name not in always and not any(fnmatch(name, p) for p in names)
    ]
    assert wanting == []


def test_the_workflow_tries_the_versions_that_are_promised() -> None:
    workflow = page(".github/workflows/ci.yml")
    (tried,) = re.findall(r"python: \[(.*)\]", workflow)
    promised = [name.rpartition(" :: ")[2] for name in PYPROJECT["project"]["classifiers"] if " :: 3." in name]
    assert re.findall(r'"([\d.]+)"', tried) == promised
    assert PYPROJECT["project"]["requires-python"] == f">={promised[0]}"
    assert f'python-version: "{promised[0]}"' in workflow
