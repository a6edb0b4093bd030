"""Imports run one way, and `import graduasi` is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from tests.rooms import ROOMS, SOURCE

# A method that plots or reads, and imports what it needs when it is called (DESIGN section 2).
LAZY = {("projection", "plots")}


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.ImportFrom) or node.level == 0, "imports name their room"
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        if isinstance(node, ast.ImportFrom) and node.module == "graduasi":
            names += [f"graduasi.{alias.name}" for alias in node.names]
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("graduasi.")}
    return found


MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.name != "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_room_imports_only_rooms_above_it(path: Path) -> None:
    own = room_of(path)
    assert own in ROOMS, f"{own} has no place in the order of rooms"
    for other in imports(path) - {own}:
        above = ROOMS.index(other) < ROOMS.index(own)
        assert above or (own, other) in LAZY, f"{own} imports {other}, which is below it"


def test_income_and_interventions_never_import_each_other() -> None:
    for path in MODULES:
        if room_of(path) == "interventions":
            assert "income" not in imports(path)
        if room_of(path) == "income":
            assert "interventions" not in imports(path)


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = (
        "import sys, graduasi; "
        "print(sorted({'numpy', 'scipy', 'pandas', 'matplotlib', 'attrs', 'cattrs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_test_imports_another() -> None:
    """What tests share stands in a module of its own (`strategies`, `small_world`, `cases` ...), which holds no test."""
    here = Path(__file__).parent
    for path in sorted(here.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            found = [name for name in names if name.rpartition(".")[2].startswith("test_")]
            assert found == [], path.relative_to(here)
