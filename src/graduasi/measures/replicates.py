"""Variance by replicates: the survey's own weights, or a bootstrap of clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from graduasi._typing import Floats
from graduasi.errors import InputError
from graduasi.measures.design import ALL_DRAWN, Layout, SurveyDesign


def bootstrap_weights(design: SurveyDesign, layout: Layout, draws: int, seed: int) -> Iterator[Floats]:
    """Factors of the weights, shape (household,), one array a draw.

    Rao and Wu (1988, JASA 83), in weights by Rao, Wu and Yue (1992, Survey Methodology 18): n - 1 of the n clusters
    of a stratum are drawn with replacement, and a cluster that was drawn r times counts 1 - c + c r n / (n - 1),
    with c = sqrt(1 - f). NumPy's PCG64 at `seed`. A stratum of one cluster keeps its weight.
    """
    if design.lonely == "adjust" and layout.lonely.any():
        raise InputError("SurveyDesign.lonely 'adjust' has no bootstrap; use 'remove', 'average' or 'certainty'")
    layout.refuse_lonely(design.lonely)
    generator = np.random.default_rng(seed)
    order = np.argsort(layout.stratum, kind="stable")
    ends = np.cumsum(layout.clusters)
    groups = [order[end - count : end] for end, count in zip(ends, layout.clusters, strict=True)]
    kept = np.sqrt(layout.undrawn)
    for _ in range(draws):
        factor = np.ones(layout.stratum.size)
        for stratum, group in enumerate(groups):
            size = group.size
            if size > 1 and layout.undrawn[stratum] >= ALL_DRAWN:
                times = np.bincount(generator.integers(size, size=size - 1), minlength=size)
                factor[group] = 1.0 - kept[stratum] + kept[stratum] * times * (size / (size - 1.0))
        yield factor[layout.cluster]


def bootstrap(
    statistic: Callable[[Floats], float],
    weight: Floats,
    design: SurveyDesign,
    layout: Layout,
    draws: int,
    seed: int,
) -> Floats:
    """Deviations from the mean of draws, shape (draw,), whose squares add up to the variance."""
    values = np.array([statistic(weight * factor) for factor in bootstrap_weights(design, layout, draws, seed)])
    scale = np.sqrt(layout.inflation(design.lonely) / (draws - 1))
    return np.asarray((values - values.mean()) * scale, dtype=np.float64)


def given(statistic: Callable[[Floats], float], estimate: float, weight: Floats, design: SurveyDesign) -> Floats:
    """Deviations of the survey's own replicates, shape (replicate,), whose squares add up to the variance."""
    matrix = _checked(design, weight.size)
    scale, rscales = _scales(design, matrix.shape[1])
    start = np.ones(weight.size) if design.combined else weight
    values = np.array([statistic(start * column) for column in matrix.T])
    middle = estimate if design.around_estimate else float(values[rscales > 0].mean())
    return (values - middle) * np.sqrt(scale * rscales)


def degrees(design: SurveyDesign, weight: Floats) -> float:
    """Rank of the replicate weights less one (R's degf), or as stated."""
    if design.degrees is not None:
        return float(design.degrees)
    matrix = _matrix(design) if design.combined else _matrix(design) * weight[:, None]
    lengths = np.sqrt((matrix**2).sum(0))
    upper = np.linalg.qr(matrix / np.where(lengths > 0, lengths, 1.0), mode="r")
    return float(np.linalg.matrix_rank(upper, tol=1e-5) - 1)


def _matrix(design: SurveyDesign) -> Floats:
    """Replicate weights of a design that has some."""
    assert design.replicate_weights is not None
    return design.replicate_weights


def _checked(design: SurveyDesign, size: int) -> Floats:
    matrix = _matrix(design)
    if matrix.shape[0] != size or matrix.shape[1] < 2:
        raise InputError(
            f"SurveyDesign.replicate_weights must have {size} rows and two columns or more; got shape "
            f"{matrix.shape}"
        )
    if not (np.isfinite(matrix) & (matrix >= 0)).all():
        bad = matrix[~(np.isfinite(matrix) & (matrix >= 0))]
        raise InputError(
            f"SurveyDesign.replicate_weights must be finite and at least 0; got {bad[0]} ({bad.size} in all)"
        )
    return matrix


def _scales(design: SurveyDesign, count: int) -> tuple[float, Floats]:
    rscales = np.ones(count) if design.rscales is None else design.rscales
    if rscales.size != count:
        raise InputError(f"SurveyDesign.rscales must have {count} values, one a replicate; got {rscales.size}")
    if not (np.isfinite(rscales) & (rscales >= 0)).all() or not rscales.any():
        raise InputError("SurveyDesign.rscales must be finite, at least 0 and not all 0")
    if design.kind == "jkn" and design.rscales is None:
        raise InputError("SurveyDesign.rscales must be given for kind 'jkn'")
    if design.scale is not None:
        return design.scale, rscales
    if design.kind == "other":
        raise InputError("SurveyDesign.scale must be given for kind 'other'")
    scales = {
        "bootstrap": 1.0 / (count - 1),
        "brr": 1.0 / count,
        "fay": 1.0 / (count * (1.0 - design.fay) ** 2),
        "jk1": (count - 1) / count,
        "jkn": 1.0,
    }
    return scales[design.kind], rscales
