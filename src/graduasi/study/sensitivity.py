"""What an answer depends on: one input at a time to its 10th and 90th percentile, the others at their medians."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import tuple_of
from graduasi.policy import Policy
from graduasi.simulation.inputs import input_names

if TYPE_CHECKING:
    from graduasi.income import IncomeModel
    from graduasi.population import Population
    from graduasi.projection import Projection

LOW, HIGH = 0.1, 0.9


@frozen(kw_only=True)
class Swing:
    """How far one input moves one outcome: its mean with the input at `LOW`, at its median, and at `HIGH`."""

    name: str
    outcome: str
    low: float
    middle: float
    high: float

    @property
    def width(self) -> float:
        """Distance between the two ends."""
        return abs(self.high - self.low)


def uncertain_inputs(
    population: Population, model: IncomeModel, policies: Policy | Sequence[Policy]
) -> tuple[str, ...]:
    """Names of everything uncertain in a run, in order of first mention."""
    return tuple(input_names(population, model, tuple_of("uncertain_inputs", "policies", Policy, policies)))


def one_at_a_time(
    run: Callable[[Mapping[str, float]], Projection],
    names: str | Sequence[str],
    outcomes: Mapping[str, Callable[[Projection], float]],
    *,
    reported: Callable[[Sequence[str]], Iterator[str]] = iter,
) -> list[Swing]:
    """Swings of every outcome, the widest first.

    run : simulates with the inputs fixed at given probabilities, under the same luck each time.
    outcomes : by name, a number read from a projection. reported : wraps the loop, for a progress bar.
    """
    if not outcomes:
        raise InputError("one_at_a_time.outcomes must be at least one outcome; got none")
    names = tuple_of("one_at_a_time", "names", str, names, "names of uncertain inputs, or one alone")
    medians = dict.fromkeys(names, 0.5)
    middle = run(medians)
    swings = []
    for name in reported(list(names)):
        ends = [run(medians | {name: probability}) for probability in (LOW, HIGH)]
        for outcome, read in outcomes.items():
            low, high = (read(end) for end in ends)
            swings.append(Swing(name=name, outcome=outcome, low=low, middle=read(middle), high=high))
    return sorted(swings, key=lambda swing: -swing.width)
