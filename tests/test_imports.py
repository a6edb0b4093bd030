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
        "print(sorted({'numpy', 'scipy', 'pandas', 'matplotlib', 'attrs', 'cattrs', 'xarray'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Methods that make or show by files above their own, and import these when they are called.
UPWARD = {
    ("graduasi.population.population", "graduasi.population.aggregates"),  # Population.from_aggregates
    ("graduasi.projection.projection", "graduasi.plots"),  # Projection.plot
}


class _Runtime(ast.NodeVisitor):
    """Files that a file imports when it runs, late imports included; what only type checkers read is left out."""

    def __init__(self, files: set[str]) -> None:
        self.files, self.found = files, set[str]()

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.found |= self.files & {alias.name for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:  # a file of that name, or a name in a file
            inside = f"{node.module}.{alias.name}"
            self.found |= self.files & {inside if inside in self.files else str(node.module)}


def module_of(path: Path) -> str:
    return ".".join(["graduasi", *path.relative_to(SOURCE).with_suffix("").parts]).removesuffix(".__init__")


def files_imported() -> dict[str, set[str]]:
    """The files that each file imports, by module."""
    paths = {module_of(path): path for path in MODULES}
    found = {}
    for module, path in paths.items():
        visitor = _Runtime(set(paths))
        visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
        found[module] = visitor.found - {module}
    return found


def circles(graph: dict[str, set[str]]) -> set[str]:
    """The files that lead back to themselves."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            new = graph[ahead.pop()] - seen
            seen |= new
            ahead += new
        return seen

    return {module for module in graph if module in reached(module)}


def test_no_file_imports_itself_round_a_circle_late_imports_included() -> None:
    graph = files_imported()
    assert sum(map(len, graph.values())) > 300
    assert (
        circles({module: {to for to in graph[module] if (module, to) not in UPWARD} for module in graph}) == set()
    )
    for upward in UPWARD:  # and each exception is one
        spared = {module: {to for to in graph[module] if (module, to) not in UPWARD - {upward}} for module in graph}
        assert upward[0] in circles(spared), f"{upward} is no exception any more"


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
