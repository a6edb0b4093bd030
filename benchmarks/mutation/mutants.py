"""List the mutants of a room: `python benchmarks/mutation/mutants.py measures` prints one a line.

A mutant is one small fault in one place of one file: a comparison turned or moved by its equality, an operator
changed, a condition or sign dropped, a constant moved, a statement deleted, a value not returned, arguments or
branches swapped, a reduction replaced by another. Docstrings, annotations, imports and the words of messages stay.
"""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = "src/graduasi"

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
NAMES = {
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "amax": "amin",
    "argmax": "argmin",
    "argmin": "argmax",
    "sum": "mean",
    "mean": "sum",
    "fsum": "max",
    "any": "all",
    "all": "any",
    "floor": "ceil",
    "ceil": "floor",
    "cumsum": "cumprod",
    "exp": "expm1",
    "expm1": "exp",
    "log": "log1p",
    "log1p": "log",
    "zeros": "ones",
    "ones": "zeros",
    "append": "extend",
    "sorted": "list",
}
ALONE = {"pass", "break", "continue", "return None"}  # statements that are no expression
SYMMETRIC = {"max", "min", "maximum", "minimum", "hypot"}
WORDS = {"left": "right", "right": "left", "stable": "quicksort"}


class Mutant(NamedTuple):
    """One fault: the file, the line, the function, the kind of change, the two texts, and the whole new file."""

    path: str
    line: int
    owner: str
    kind: str
    before: str
    after: str
    nth: int  # among mutants of the same owner and texts
    loaded: bool  # runs when the file is imported, not when a function is called
    source: str

    @property
    def key(self) -> str:
        """A name that stays when lines move: the file, the function, the two texts."""
        place = f" #{self.nth}" if self.nth else ""
        return f"{self.path.removeprefix(PACKAGE + '/')}::{self.owner}: {self.before} => {self.after}{place}"


class Change(NamedTuple):
    """A node and the text that takes its place."""

    node: ast.expr | ast.stmt
    kind: str
    after: str


def _text(node: ast.AST) -> str:
    return ast.unparse(node)


def _copy(node: ast.AST, **fields: object) -> str:
    """The text of `node` with some of its fields replaced."""
    kept = dict(ast.iter_fields(node))
    return _text(type(node)(**{**kept, **fields}))


def _comparison(node: ast.Compare) -> Iterator[Change]:
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            turned = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield Change(node, "comparison", f"({_copy(node, ops=turned)})")


def _arithmetic(node: ast.BinOp) -> Iterator[Change]:
    other = OPERATORS.get(type(node.op))
    words = isinstance(node.left, ast.JoinedStr) or (
        isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    )
    if other is not None and not words:
        yield Change(node, "arithmetic", f"({_copy(node, op=other())})")


def _logic(node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield Change(node, "and/or", f"({_copy(node, op=other)})")
    for place in range(len(node.values)):
        rest = node.values[:place] + node.values[place + 1 :]
        left = _copy(node, values=rest) if len(rest) > 1 else _text(rest[0])
        yield Change(node, "condition dropped", f"({left})")


def _sign(node: ast.UnaryOp) -> Iterator[Change]:
    if not isinstance(node.op, ast.UAdd):
        yield Change(node, "sign dropped", f"({_text(node.operand)})")


def _constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield Change(node, "constant", repr(not value))
    elif isinstance(value, int):
        yield Change(node, "constant", f"({value + 1})")
        yield Change(node, "constant", f"({value - 1})")
    elif isinstance(value, float):
        yield Change(node, "constant", repr(value * 1.1) if value else "1.0")
        yield Change(node, "constant", repr(value + 1.0))
    elif isinstance(value, str) and value in WORDS:
        yield Change(node, "side", repr(WORDS[value]))


def _name_of(function: ast.expr) -> str:
    match function:
        case ast.Attribute():
            return function.attr
        case ast.Name():
            return function.id
    return ""


def _call(node: ast.Call) -> Iterator[Change]:
    name = _name_of(node.func)
    other = NAMES.get(name)
    if other is not None:
        if isinstance(node.func, ast.Attribute):
            renamed: ast.expr = ast.Attribute(value=node.func.value, attr=other, ctx=ast.Load())
        else:
            renamed = ast.Name(id=other if other != "mean" else "max", ctx=ast.Load())
        yield Change(node, "reduction", _copy(node, func=renamed))
    if (
        len(node.args) > 1
        and name not in SYMMETRIC
        and not any(isinstance(item, ast.Starred) for item in node.args[:2])
    ):
        swapped = [node.args[1], node.args[0], *node.args[2:]]
        yield Change(node, "arguments swapped", _copy(node, args=swapped))
    for place, keyword in enumerate(node.keywords):
        if keyword.arg in {"axis", "ddof", "kind", "side", "initial", "where", "strict"}:
            rest = node.keywords[:place] + node.keywords[place + 1 :]
            yield Change(node, "keyword dropped", _copy(node, keywords=rest))


def _expression(node: ast.expr) -> Iterator[Change]:
    match node:
        case ast.Compare():
            yield from _comparison(node)
        case ast.BinOp():
            yield from _arithmetic(node)
        case ast.BoolOp():
            yield from _logic(node)
        case ast.UnaryOp():
            yield from _sign(node)
        case ast.Constant():
            yield from _constant(node)
        case ast.Call():
            yield from _call(node)
        case ast.IfExp():
            yield Change(node, "branches swapped", f"({_copy(node, body=node.orelse, orelse=node.body)})")
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            yield from _filters(node)


def _filters(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Iterator[Change]:
    """A comprehension that leaves nothing out."""
    if any(clause.ifs for clause in node.generators):
        open_ = [
            ast.comprehension(target=item.target, iter=item.iter, ifs=[], is_async=item.is_async)
            for item in node.generators
        ]
        yield Change(node, "condition dropped", _copy(node, generators=open_))


def _statement(node: ast.stmt) -> Iterator[Change]:
    match node:
        case ast.Return(value=value) if value is not None and _text(value) != "None":
            yield Change(node, "nothing returned", "return None")
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield Change(node, "statement deleted", "pass")
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield Change(node, "statement deleted", "pass")
        case ast.Continue():
            yield Change(node, "statement deleted", "break")
        case ast.Break():
            yield Change(node, "statement deleted", "continue")
    if isinstance(node, ast.AugAssign):
        other = OPERATORS.get(type(node.op))
        if other is not None:
            yield Change(node, "arithmetic", _copy(node, op=other()))
        plain = ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno)
        yield Change(node, "arithmetic", _text(plain))


class _Walk(ast.NodeVisitor):
    """Gather the changes of a file, each with the name of the function or class that it stands in."""

    def __init__(self) -> None:
        self.owners: list[str] = []
        self.depth = 0  # of functions
        self.changes: list[tuple[str, bool, Change]] = []

    def note(self, found: Iterator[Change]) -> None:
        owner = ".".join(self.owners) or "module"
        self.changes += [(owner, not self.depth, change) for change in found]

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            self.note(_expression(node))
        elif isinstance(node, ast.stmt):
            self.note(_statement(node))
        super().generic_visit(node)

    def _inside(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        self.owners.append(node.name)
        for child in node.body:
            self.visit(child)
        self.owners.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in (*node.args.defaults, *(item for item in node.args.kw_defaults if item is not None)):
            self.visit(default)
        self.depth += 1
        self._inside(node)
        self.depth -= 1

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._inside(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if _text(node.test) == "TYPE_CHECKING":
            return
        self.note(iter([Change(node.test, "condition turned", f"(not ({_text(node.test)}))")]))
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.note(_statement(node))  # not its words

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not (isinstance(node.value, ast.Name) and node.value.id[:1].isupper()):  # a type
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        pass

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        pass

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        pass


def _offsets(source: str) -> list[int]:
    """Where each line begins, in bytes."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def mutants_of(path: Path, root: Path = ROOT) -> list[Mutant]:
    """Every mutant of a file; those that mean the same text, or no Python, are left out."""
    source = path.read_text(encoding="utf-8")
    walk = _Walk()
    walk.visit(ast.parse(source))
    raw, starts = source.encode(), _offsets(source)
    made: dict[str, Mutant] = {}
    count: dict[tuple[str, str, str], int] = {}
    for owner, loaded, change in walk.changes:
        node = change.node
        first = starts[node.lineno - 1] + node.col_offset
        last = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        mutated = (raw[:first] + change.after.encode() + raw[last:]).decode()
        before = " ".join(raw[first:last].decode().split())
        name = (owner, before, change.after)
        if mutated in made or (change.after not in ALONE and _same(node, change.after)):
            continue
        made[mutated] = Mutant(
            path=path.relative_to(root).as_posix(), line=node.lineno, owner=owner, kind=change.kind,
            before=before, after=change.after, nth=count.get(name, 0),
            loaded=loaded, source=mutated,
        )  # fmt: skip
        count[name] = count.get(name, 0) + 1
    return list(made.values())


def _same(node: ast.AST, after: str) -> bool:
    """Whether a text says what a node says, or is no Python."""
    try:
        return ast.unparse(ast.parse(after)) == ast.unparse(node)
    except SyntaxError:
        return True


def files_of(room: str, root: Path = ROOT) -> list[Path]:
    """The files of a room: a folder, a file, or a folder in a folder (`population/synthesis`)."""
    place = root / PACKAGE / room
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    if not files or not files[0].exists():
        raise SystemExit(f"no room {room} under {PACKAGE}")
    return files


def sample(room: str, number: int, seed: int, root: Path = ROOT) -> list[Mutant]:
    """A random sample of the mutants of a room, in the order of the files."""
    found = [mutant for path in files_of(room, root) for mutant in mutants_of(path, root)]
    places = random.Random(seed).sample(range(len(found)), min(number, len(found)))
    return [found[place] for place in sorted(places)]


if __name__ == "__main__":
    for room in sys.argv[1:]:
        for path in files_of(room):
            for mutant in mutants_of(path):
                print(f"{mutant.line}\t{mutant.kind}\t{mutant.key}")
