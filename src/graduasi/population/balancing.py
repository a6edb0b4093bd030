"""Calibration of weights: entropy balancing to exact totals, and raking to margins. Weights stay above zero.

Entropy balancing finds the weights nearest to the given ones, in the sense of Kullback and Leibler, that have the
wanted totals (Deville and Sarndal 1992, multiplicative distance; Hainmueller 2012): w = w0 exp(A l). The dual is
convex and smooth, and solved by Newton's method with a line search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from graduasi._typing import Array, ArrayLike, Floats, Rows
from graduasi.checks import numbers
from graduasi.errors import FitError, InputError
from graduasi.fields import Domain

Totals: TypeAlias = Mapping[Any, float]  # wanted totals by category, which is a label of any kind
Margins: TypeAlias = Mapping[str, tuple[Array, Totals]]  # for each name, the category of every record

STEPS = 200
LONGEST_STEP = 60.0  # of the exponent in one step, so that nothing overflows


def entropy_balance(
    weight: Floats,
    columns: Floats,
    targets: Floats,
    *,
    names: Sequence[str] | None = None,
    tolerance: float = 1e-12,
) -> Floats:
    """Weights with sum(weight x column) = target for every column, nearest to those given; shape (record,).

    weight : shape (record,), above 0 (records of weight 0 keep it). columns : shape (record, target).
    targets : shape (target,). names : of the targets, for messages.
    tolerance : of each new total, relative to what its column then holds in absolute value. Redundant targets are
    allowed where they agree. Raises FitError with the target that is missed most where no positive weights meet
    them all.
    """
    start, table, wanted, labels = checked(weight, columns, targets, names)
    found, worst = approach(start, table, wanted, tolerance)
    if worst is None:
        return found
    came = float(found @ table[:, worst])
    raise FitError(beyond(wanted.size, labels[worst], float(wanted[worst]), came))


def beyond(count: int, name: str, wanted: float, came: float) -> str:
    """What to say of targets that cannot be met together."""
    digits = next((each for each in range(6, 17) if f"{wanted:.{each}g}" != f"{came:.{each}g}"), 17)
    return (
        f"no positive weights meet all {count} targets: {name} should be {wanted:.{digits}g} and comes to "
        f"{came:.{digits}g}; no mix of the records reaches it with the others"
    )


def approach(start: Floats, table: Floats, wanted: Floats, tolerance: float) -> tuple[Floats, int | None]:
    """The balanced weights, shape (record,), and None; or the last ones found, and the target missed most."""
    scale = start @ np.abs(table)
    unit = np.where(scale > 0, scale, 1.0)
    matrix, goal = table / unit, wanted / unit
    size = np.abs(matrix)  # found @ size : new totals of what is positive and negative, taken together
    strength = np.zeros(goal.size)
    found = start
    value = _dual(start, matrix, goal, strength)[0]
    for _ in range(STEPS):
        miss = goal - found @ matrix
        if (np.abs(miss) <= tolerance * (found @ size)).all():
            return found, None
        curvature = matrix.T @ (matrix * found[:, None])
        step = np.linalg.lstsq(curvature, miss, rcond=1e-13)[0]
        reach = np.abs(matrix @ step).max(initial=0.0)
        length = min(1.0, LONGEST_STEP / reach) if reach > 0 else 1.0
        slope = float(miss @ step)
        better = False
        for _ in range(40):
            trial = strength + length * step
            new_value, new = _dual(start, matrix, goal, trial)
            # Near the end the value is flat to its last digits, and the miss tells what a step is worth.
            flat = abs(new_value - value) <= 1e-12 * abs(value)
            halved = np.abs(goal - new @ matrix).max(initial=0.0) < 0.5 * np.abs(miss).max(initial=0.0)
            if new_value <= value - 1e-4 * length * slope or (flat and halved):
                better = True
                break
            length /= 2
        if not better:
            break
        strength, value, found = trial, new_value, new
    gross = found @ size
    missed = np.abs(goal - found @ matrix)
    # Where nothing fits, weights may have gone far off: what is missed most is told by the scale of the old totals.
    return found, None if (missed <= max(tolerance, 1e-11) * gross).all() else int(missed.argmax())


def _dual(start: Floats, matrix: Floats, goal: Floats, strength: Floats) -> tuple[float, Floats]:
    """Value of the dual (to be made small), and the weights."""
    weight = start * np.exp(np.minimum(matrix @ strength, 700.0))
    return float(weight.sum() - goal @ strength), weight


def checked(
    weight: ArrayLike, columns: ArrayLike, targets: ArrayLike, names: Sequence[str] | None
) -> tuple[Floats, Floats, Floats, list[str]]:
    """Weights, columns, targets and names as arrays; refused where no weights could meet one of them alone."""
    start = numbers("entropy_balance", "weight", weight, domain=Domain(low=0))
    table = np.asarray(columns, dtype=np.float64)
    wanted = numbers("entropy_balance", "targets", targets)
    if table.shape != (start.size, wanted.size):
        raise InputError(
            f"entropy_balance.columns must have shape (record, target) = ({start.size}, {wanted.size}); "
            f"got {table.shape}"
        )
    if not np.isfinite(table).all():
        raise InputError("entropy_balance.columns must be finite; it is not")
    if not start.sum() > 0:
        raise InputError("entropy_balance.weight must be above 0 somewhere; all are 0")
    labels = [f"target {place}" for place in range(wanted.size)] if names is None else list(names)
    for number, label in enumerate(labels):
        _check_reach(label, table[start > 0, number], float(wanted[number]), float(start.sum()))
    return start, table, wanted, labels


def _check_reach(label: str, held: Floats, wanted: float, total: float) -> None:
    """Refuse a total whose sign the column of records with weight cannot give. total : of the weights now."""
    low, high = held.min(), held.max()
    below, above = low >= 0 and wanted <= 0, high <= 0 and wanted >= 0
    if (below or above) and not low == high == wanted == 0:
        raise FitError(
            f"no positive weights give {label} the total {wanted:g}: its column runs from {low:g} to "
            f"{high:g} (the weights now add up to {total:g})"
        )


def rake(
    weight: Floats,
    margins: Margins,
    *,
    tolerance: float = 1e-12,
    rounds: int = 2_000,
) -> Floats:
    """Iterative proportional fitting (Deming and Stephan 1940); shape (record,).

    margins : for each name, the category of every record and the wanted total of each category. Margins must
    agree on the grand total. Raises InputError for categories without a target or without weight, FitError where
    the margins cannot be met together.
    """
    found = np.array(weight, dtype=np.float64)
    fits = [_margin(name, *margin, found) for name, margin in margins.items()]
    grand = {name: float(totals.sum()) for name, (_, totals) in zip(margins, fits, strict=True)}
    sums = list(grand.values())
    if sums and max(sums) - min(sums) > 1e-9 * max(sums):
        raise InputError(f"rake.margins must add up to one total; got {grand}")
    miss = 0.0
    for _ in range(rounds):
        for code, totals in fits:
            held = np.bincount(code, weights=found, minlength=totals.size)
            found *= np.divide(totals, held, out=np.zeros_like(totals), where=held > 0)[code]
        miss = max((_miss(found, code, totals) for code, totals in fits), default=0.0)
        if miss <= tolerance:
            return found
    raise FitError(
        f"raking did not meet its margins in {rounds} rounds; the largest miss is {miss:.2g} of the total"
    )


def _margin(name: str, categories: Array, wanted: Totals, weight: Floats) -> tuple[Rows, Floats]:
    """Category of each record as a number, shape (record,), and the wanted total of each category."""
    levels, code = np.unique(np.asarray(categories), return_inverse=True)
    missing = [level for level in levels.tolist() if level not in wanted]
    absent = [level for level in wanted if level not in set(levels.tolist())]
    if missing or absent:
        which, what = (missing, "a target") if missing else (absent, "a record")
        raise InputError(f"rake.margins[{name!r}] must give every category {what}; {which[0]!r} has none")
    totals = np.array([float(wanted[level]) for level in levels.tolist()])
    held = np.bincount(code, weights=weight, minlength=levels.size)
    if (totals < 0).any() or ((held == 0) & (totals > 0)).any():
        raise InputError(f"rake.margins[{name!r}] must be totals of at least 0, of categories with weight")
    return code.astype(np.intp), totals


def _miss(weight: Floats, code: Rows, totals: Floats) -> float:
    """The largest miss of a margin, as a share of its total."""
    held = np.bincount(code, weights=weight, minlength=totals.size)
    return float(np.abs(held - totals).max() / totals.sum())
