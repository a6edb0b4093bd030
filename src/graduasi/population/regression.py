"""Regressions of a proxy-means test: weighted least squares, weighted quantiles, and their standard errors."""

from __future__ import annotations

import numpy as np

from graduasi._typing import Bools, Floats, Rows
from graduasi.errors import FitError
from graduasi.measures.ranks import middles

ALIASED = 1e-7  # a column of which less than this part lies outside the others is a combination of them (as R's lm)

SMALL = 4000  # records that a linear programme takes at once
PART = 8  # one record in so many is fitted first


def independent(matrix: Floats, weight: Floats) -> Bools:
    """Which columns are no linear combination of those before them, shape (column,)."""
    rows = matrix[weight > 0]
    keep = np.zeros(matrix.shape[1], dtype=bool)
    basis = np.empty((rows.shape[0], 0))
    for column in range(matrix.shape[1]):
        own = rows[:, column]
        rest = own - basis @ (basis.T @ own)
        rest -= basis @ (basis.T @ rest)
        size = float(np.linalg.norm(rest))
        if size > ALIASED * float(np.linalg.norm(own)):
            keep[column] = True
            basis = np.column_stack([basis, rest / size])
    return keep


def least_squares(matrix: Floats, outcome: Floats, weight: Floats) -> Floats:
    """Coefficients that minimise the weighted sum of squared residuals, shape (column,)."""
    root = np.sqrt(weight)
    found = np.linalg.lstsq(matrix * root[:, None], outcome * root, rcond=None)[0]
    return np.asarray(found, dtype=np.float64)


def quantile_regression(matrix: Floats, outcome: Floats, weight: Floats, quantile: float) -> Floats:
    """Coefficients that minimise the weighted sum of the check function at `quantile`, shape (column,).

    Solved in its dual, a linear programme with one bounded variable a record: max y'd subject to
    X'd = (1 - quantile) X'w, 0 <= d <= w; coefficients are its shadow prices (Koenker and Bassett 1978; Koenker
    2005, section 6.2). Records that lie far above or below a first fit to a few are fixed there, and let go where
    the solution turns out to have them on the other side (Portnoy and Koenker 1997): the minimum is the same.
    Raises FitError where the programme is not solved.
    """
    used = weight > 0
    scale = np.sqrt(np.mean(matrix[used] ** 2, axis=0))
    scaled, given, mass = matrix[used] / scale, outcome[used], weight[used] / weight[used].mean()
    wanted = (1.0 - quantile) * (scaled.T @ mass)
    if mass.size <= SMALL:
        found = _vertex(scaled, given, mass, wanted)
        if found is None:
            raise _unsolved(quantile)
        return np.asarray(found / scale, dtype=np.float64)
    few = np.arange(0, mass.size, PART)
    if not independent(scaled[few], mass[few]).all():
        first = least_squares(scaled, given, mass)
    else:
        first = quantile_regression(scaled[few], given[few], mass[few], quantile)
    residual = given - scaled @ first
    size = min(max(SMALL, int(2 * np.sqrt(PART * scaled.size))), mass.size - 1)
    near = np.abs(residual) <= np.partition(np.abs(residual), size)[size]
    while True:
        above = ~near & (residual > 0)
        found = _vertex(scaled[near], given[near], mass[near], wanted - scaled[above].T @ mass[above])
        if found is not None:
            now = given - scaled @ found
            wrong = ~near & ((now > 0) != above)
            if not wrong.any():
                return np.asarray(found / scale, dtype=np.float64)
            near |= wrong
        elif near.all():
            raise _unsolved(quantile)
        else:
            size = min(2 * int(near.sum()), near.size - 1)
            near |= np.abs(residual) <= np.partition(np.abs(residual), size)[size]


def _unsolved(quantile: float) -> FitError:
    return FitError(f"the quantile regression at {quantile:g} has no solution: its linear programme was not solved")


def _vertex(matrix: Floats, outcome: Floats, mass: Floats, wanted: Floats) -> Floats | None:
    """Shadow prices of the dual programme; None where it is not solved."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    found = linprog(  # type: ignore[call-overload]
        -outcome,
        A_eq=csr_array(matrix.T),
        b_eq=wanted,
        bounds=np.column_stack([np.zeros(mass.size), mass]),
        method="highs",
    )
    if not found.success:
        return None
    coefficients = -np.asarray(found.eqlin.marginals)
    # A vertex of the dual goes through as many records as there are coefficients: exactly, not to a tolerance.
    within = (found.x > 1e-9 * mass) & (found.x < mass * (1 - 1e-9))
    if within.sum() == matrix.shape[1] and np.linalg.cond(matrix[within]) < 1e10:
        coefficients = np.linalg.solve(matrix[within], outcome[within])
    return np.asarray(coefficients, dtype=np.float64)


def check_loss(residual: Floats, weight: Floats, quantile: float) -> float:
    """Weighted sum of the check function: quantile times what lies above, 1 - quantile times what lies below."""
    return float((weight * residual * (quantile - (residual < 0))).sum())


def least_squares_covariance(
    matrix: Floats, residual: Floats, weight: Floats, cluster: Rows, stratum: Rows
) -> Floats:
    """Design-based covariance of weighted least squares, shape (column, column) (Binder 1983)."""
    bread = np.linalg.inv((matrix * weight[:, None]).T @ matrix)
    return bread @ _meat(matrix * (weight * residual)[:, None], cluster, stratum) @ bread


def quantile_covariance(
    matrix: Floats,
    residual: Floats,
    weight: Floats,
    quantile: float,
    cluster: Rows,
    stratum: Rows,
) -> Floats:
    """Covariance of a quantile regression by Powell's (1991) kernel, shape (column, column).

    The kernel is flat between the residuals' quantiles at `quantile` less and plus Hall and Sheather's (1988)
    bandwidth for the effective number of records, so that the mean density is Siddiqui's (1960) estimate. (A
    Gaussian kernel of that bandwidth, as R's quantreg has it, made standard errors 16% too large at 300 records.)
    """
    from scipy.special import ndtri

    mass = weight / weight.sum()
    score = float(ndtri(quantile))
    density = float(np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi))
    effective = 1.0 / float((mass**2).sum())
    curve = (1.5 * density**2 / (2 * score**2 + 1)) ** (1 / 3)
    width = effective ** (-1 / 3) * float(ndtri(0.975)) ** (2 / 3) * curve
    width = min(width, quantile / 2, (1 - quantile) / 2)
    order = np.argsort(residual)
    ends = [quantile - width, quantile + width]
    low, high = np.interp(ends, middles(mass[order]), residual[order])
    kernel = ((residual >= low) & (residual <= high)) / (high - low) if high > low else np.ones(residual.size)
    bread = np.linalg.inv((matrix * (weight * kernel)[:, None]).T @ matrix)
    signs = quantile - (residual < 0)
    return bread @ _meat(matrix * (weight * signs)[:, None], cluster, stratum) @ bread


def _meat(scores: Floats, cluster: Rows, stratum: Rows) -> Floats:
    """Between-cluster covariance of summed scores, within strata; a stratum of one cluster adds nothing."""
    clusters = int(cluster.max()) + 1
    totals = np.column_stack([np.bincount(cluster, weights=own, minlength=clusters) for own in scores.T])
    own = np.empty(clusters, dtype=np.intp)
    own[cluster] = stratum
    count = np.bincount(own)
    means = np.column_stack([np.bincount(own, weights=each) for each in totals.T]) / count[:, None]
    factor = np.where(count > 1, count / np.maximum(count - 1, 1), 0.0)
    apart = (totals - means[own]) * np.sqrt(factor[own])[:, None]
    return np.asarray(apart.T @ apart, dtype=np.float64)
