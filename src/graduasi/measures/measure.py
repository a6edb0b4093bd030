"""A measure as a record: its function, what it reads, its influence function, the axioms it obeys, its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

from attrs import field, frozen

from graduasi._typing import Floats
from graduasi.errors import InputError
from graduasi.measures.checks import above_line
from graduasi.measures.relative_line import Line, RelativeLine, Sample

# Each holds weakly, with weights, at the arguments of `Measure.example`; `tests/measures/axioms.py` draws them all.
AXIOMS = {
    "symmetry": "the order of households does not matter",
    "replication": "a population beside a copy of itself measures the same",
    "scale": "welfare in another unit, with the line, measures the same",
    "proportional": "twice the welfare measures twice as much",
    "focus": "what those above the line have does not matter",
    "monotonicity": "a poor household that loses welfare never lowers it",
    "transfer": "what a poorer household gives to a richer one never lowers it",
    "subgroups": "it is the mean of subgroups, weighted by population",
    "equality": "it is 0 where all are equal",
}
Axiom: TypeAlias = Literal[
    "symmetry", "replication", "scale", "proportional", "focus", "monotonicity", "transfer", "subgroups", "equality"
]
Argument: TypeAlias = Literal["line", "alpha", "epsilon", "quantile"]
ARGUMENTS: tuple[Argument, ...] = ("line", "alpha", "epsilon", "quantile")


def _axioms(given: Iterable[Axiom]) -> frozenset[Axiom]:
    return frozenset(given)


@frozen(kw_only=True, eq=False)
class Measure:
    """A measure that `estimate` can give a standard error to.

    function : what a user calls. arguments : what it reads beside welfare and weights, in its order.
    value : (welfare, *arguments, weights) to a float, where `function` has another order.
    influence : (welfare, weights, *arguments) to an array, shape (household,); `density` says that it takes the
        rule for a density as one more. None: standard errors by bootstrap and replicates alone.
    order : of a measure that is FGT, a number or the name of the argument, which a moving line needs.
    defaults : of arguments that may be left out. example : arguments but the line, at which axioms are drawn.
    axioms : of `AXIOMS`, those that hold. page : where it is explained, in `docs/`.
    """

    name: str
    function: Callable[..., float]
    arguments: tuple[Argument, ...] = ()
    value: Callable[..., float] = field()
    influence: Callable[..., Floats] | None = None
    density: bool = False
    order: float | Literal["alpha"] | None = None
    defaults: Mapping[str, float] = field(factory=dict)
    example: Mapping[str, float] = field(factory=dict)
    axioms: frozenset[Axiom] = field(default=(), converter=_axioms)
    page: str = ""

    @value.default
    def _value(self) -> Callable[..., float]:
        return self.function

    def __attrs_post_init__(self) -> None:
        for what, given, known in (("arguments", self.arguments, ARGUMENTS), ("axioms", self.axioms, AXIOMS)):
            other = [name for name in given if name not in known]
            if other:
                raise InputError(f"Measure.{what} must be some of {', '.join(known)}; got {other[0]!r}")

    @property
    def line(self) -> Literal["none", "fixed", "moving"]:
        """Kind of line that it needs: "moving" ones may be a share of the sample's own median or mean."""
        if "line" not in self.arguments:
            return "none"
        return "fixed" if self.order is None else "moving"

    @property
    def unitless(self) -> bool:
        """Whether it does not depend on the unit of welfare, the line being in the same."""
        return "scale" in self.axioms

    @property
    def in_money(self) -> bool:
        """Whether it is in the unit of welfare."""
        return "proportional" in self.axioms


@frozen(kw_only=True, eq=False)
class Options:
    """The arguments of a measure as they were given. rule : for densities, see `influence.density`."""

    line: Line
    alpha: float | None
    epsilon: float | None
    quantile: float | None
    rule: str

    def refuse_unused(self, measure: Measure) -> None:
        """Refuse an argument that the measure would not read."""
        for what in ARGUMENTS:
            given = getattr(self, what)
            if given is not None and what not in measure.arguments:
                raise InputError(f"estimate.{what} is not an argument of {measure.name}; got {given!r}")

    def of(self, measure: Measure, values: Floats, sample: Sample) -> list[Floats | float]:
        """Return the arguments of a measure in its order, the line being each household's."""
        return [
            self.lines(measure, values, sample) if what == "line" else self.number(measure, what)
            for what in measure.arguments
        ]

    def lines(self, measure: Measure, values: Floats, sample: Sample) -> Floats:
        """Return each household's line, shape (household,)."""
        line = self.line
        if line is None:
            raise InputError(f"estimate.line must be given for {measure.name}; got none")
        if isinstance(line, RelativeLine):
            line = line.amount(values, sample.of_line(line))
        return above_line("estimate", line, values.size)

    def number(self, measure: Measure, what: str) -> float:
        """Return a parameter of the measure."""
        value: float | None = getattr(self, what)
        value = measure.defaults.get(what) if value is None else value
        if value is None:
            raise InputError(f"estimate.{what} must be given for {measure.name}; got none")
        return value
