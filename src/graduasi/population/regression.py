"""Regressions of a proxy-means test: weighted least squares, weighted quantiles, and their standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import FitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ALIASED = 1e-7  # a column of which less than this part lies outside the others is a combination of them (as R's lm)


def independent(matrix: Floats, weight: Floats) -> NDArray[np.bool_]:
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
    2005, section 6.2). Raises FitError where the programme is not solved.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    used = weight > 0
    scale = np.sqrt(np.mean(matrix[used] ** 2, axis=0))
    scaled = matrix[used] / scale
    given, mass = outcome[used], weight[used] / weight[used].mean()
    found: Any = linprog(  # type: ignore[call-overload]
        -given,
        A_eq=csr_array(scaled.T),
        b_eq=(1.0 - quantile) * (scaled.T @ mass),
        bounds=np.column_stack([np.zeros(mass.size), mass]),
        method="highs",
    )
    if not found.success:
        raise FitError(f"the quantile regression at {quantile:g} has no solution: {found.message}")
    coefficients = -np.asarray(found.eqlin.marginals)
    # A vertex of the dual goes through as many records as there are coefficients: exactly, not to a tolerance.
    within = (found.x > 1e-9 * mass) & (found.x < mass * (1 - 1e-9))
    if within.sum() == scaled.shape[1] and np.linalg.cond(scaled[within]) < 1e10:
        coefficients = np.linalg.solve(scaled[within], given[within])
    return np.asarray(coefficients / scale, dtype=np.float64)


def check_loss(residual: Floats, weight: Floats, quantile: float) -> float:
    """Weighted sum of the check function: quantile times what lies above, 1 - quantile times what lies below."""
    return float((weight * residual * (quantile - (residual < 0))).sum())


def least_squares_covariance(
    matrix: Floats, residual: Floats, weight: Floats, cluster: NDArray[np.intp], stratum: NDArray[np.intp]
) -> Floats:
    """Design-based covariance of weighted least squares, shape (column, column) (Binder 1983)."""
    bread = np.linalg.inv((matrix * weight[:, None]).T @ matrix)
    return bread @ _meat(matrix * (weight * residual)[:, None], cluster, stratum) @ bread


def quantile_covariance(
    matrix: Floats,
    residual: Floats,
    weight: Floats,
    quantile: float,
    cluster: NDArray[np.intp],
    stratum: NDArray[np.intp],
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
    ahead = np.cumsum(mass[order]) - mass[order] / 2
    low, high = np.interp([quantile - width, quantile + width], ahead, residual[order])
    kernel = ((residual >= low) & (residual <= high)) / (high - low) if high > low else np.ones(residual.size)
    bread = np.linalg.inv((matrix * (weight * kernel)[:, None]).T @ matrix)
    signs = quantile - (residual < 0)
    return bread @ _meat(matrix * (weight * signs)[:, None], cluster, stratum) @ bread


def _meat(scores: Floats, cluster: NDArray[np.intp], stratum: NDArray[np.intp]) -> Floats:
    """Between-cluster covariance of summed scores, within strata; a stratum of one cluster adds nothing."""
    clusters = int(cluster.max()) + 1
    totals = np.column_stack([np.bincount(cluster, weights=own, minlength=clusters) for own in scores.T])
    own = np.empty(clusters, dtype=np.intp)
    own[cluster] = stratum
    count = np.bincount(own)
    means = np.column_stack([np.bincount(own, weights=each) for each in totals.T]) / count[:, None]
    factor = np.where(count > 1, count / np.maximum(count - 1, 1), 0.0)
    apart = (totals - means[own]) * np.sqrt(factor[own])[:, None]
    found: Any = apart.T @ apart
    return np.asarray(found, dtype=np.float64)
