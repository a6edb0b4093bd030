"""What each axiom of `graduasi.measures.AXIOMS` asks, on a drawn population: a function of a measure and a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from attrs import evolve, frozen

from graduasi.measures.measure import Measure

LINE = 10.0
NEAR = 1e-9


@frozen(kw_only=True, eq=False)
class Case:
    """A population, a line, and who is moved in it."""

    welfare: np.ndarray
    weight: np.ndarray
    line: float
    first: int  # two households; welfare of `first` is at most that of `second`
    second: int
    share: float

    def of(self, measure: Measure) -> float:
        given = {"line": np.full(self.welfare.size, self.line), **measure.defaults, **measure.example}
        return float(measure.value(self.welfare, *(given[what] for what in measure.arguments), self.weight))

    def moved(self, household: int, amount: float) -> Case:
        welfare = self.welfare.copy()
        welfare[household] += amount
        return evolve(self, welfare=welfare)


def cases(count: int = 150, seed: int = 1) -> Iterator[Case]:
    """Small populations with ties and households on the line; weights of 1 to 3."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        size = int(generator.integers(2, 9))
        welfare = generator.integers(1, 25, size).astype(np.float64)
        first, second = sorted(generator.choice(size, 2, replace=False), key=lambda at: welfare[at])
        yield Case(
            welfare=welfare,
            weight=generator.integers(1, 4, size).astype(np.float64),
            line=LINE,
            first=int(first),
            second=int(second),
            share=float(generator.uniform(0.1, 0.9)),
        )


def alike(one: float, other: float) -> bool:
    return abs(one - other) <= NEAR * max(1.0, abs(one))


def symmetry(measure: Measure, case: Case) -> bool:
    turned = evolve(case, welfare=case.welfare[::-1].copy(), weight=case.weight[::-1].copy())
    return alike(turned.of(measure), case.of(measure))


def replication(measure: Measure, case: Case) -> bool:
    twice = evolve(case, welfare=np.tile(case.welfare, 2), weight=np.tile(case.weight, 2))
    heavy = evolve(case, weight=3.0 * case.weight)
    return alike(twice.of(measure), case.of(measure)) and alike(heavy.of(measure), case.of(measure))


def scale(measure: Measure, case: Case) -> bool:
    other = evolve(case, welfare=7.0 * case.welfare, line=7.0 * case.line)
    return alike(other.of(measure), case.of(measure))


def proportional(measure: Measure, case: Case) -> bool:
    return alike(evolve(case, welfare=2.0 * case.welfare).of(measure), 2.0 * case.of(measure))


def focus(measure: Measure, case: Case) -> bool:
    richer = np.where(case.welfare >= case.line, case.welfare * (1.0 + case.share), case.welfare)
    return alike(evolve(case, welfare=richer).of(measure), case.of(measure))


def monotonicity(measure: Measure, case: Case) -> bool:
    if case.welfare[case.first] >= case.line:
        return True
    poorer = case.moved(case.first, -case.share * case.welfare[case.first])
    return poorer.of(measure) >= case.of(measure) - NEAR


def transfer(measure: Measure, case: Case) -> bool:
    # What one of `first` gives up in all is what those of `second` get in all.
    amount = case.share * case.welfare[case.first]
    given = case.moved(case.first, -amount / case.weight[case.first])
    regressive = given.moved(case.second, amount / case.weight[case.second])
    return regressive.of(measure) >= case.of(measure) - NEAR


def subgroups(measure: Measure, case: Case) -> bool:
    cut = case.welfare.size // 2
    halves = [
        evolve(case, welfare=case.welfare[part], weight=case.weight[part])
        for part in (slice(None, cut), slice(cut, None))
    ]
    total = sum(half.of(measure) * half.weight.sum() for half in halves) / case.weight.sum()
    return alike(float(total), case.of(measure))


def equality(measure: Measure, case: Case) -> bool:
    return alike(evolve(case, welfare=np.full(case.welfare.size, case.welfare[0])).of(measure), 0.0)


CHECKS: dict[str, Callable[[Measure, Case], bool]] = {
    check.__name__: check
    for check in (
        symmetry, replication, scale, proportional, focus, monotonicity, transfer, subgroups, equality,
    )
}  # fmt: skip


def broken(measure: Measure) -> list[str]:
    """The axioms that a drawn case contradicts."""
    return [name for name, check in CHECKS.items() if not all(check(measure, case) for case in cases())]
