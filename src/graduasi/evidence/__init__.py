"""Evidence: published figures and lines, studies, pooled effects, priors."""

from __future__ import annotations

import importlib
import warnings

from graduasi.evidence.lines import dollar_line, lines, published_line
from graduasi.evidence.packages import PackageEffect, packages, pool_packages
from graduasi.evidence.pooling import PooledEffect, pool
from graduasi.evidence.priors import POOLED, Prior, constant, prior, priors, source_of
from graduasi.evidence.published import figures, from_memory
from graduasi.evidence.studies import Study, studies
from graduasi.lines import move_by_prices, move_like

__all__ = [
    "POOLED",
    "PackageEffect",
    "PooledEffect",
    "Prior",
    "Study",
    "constant",
    "dollar_line",
    "figures",
    "from_memory",
    "lines",
    "move_by_prices",
    "move_like",
    "packages",
    "pool",
    "pool_packages",
    "prior",
    "priors",
    "published_line",
    "source_of",
    "studies",
]


def __getattr__(name: str) -> object:
    """Names that moved to another room, for one minor version."""
    if name == "naive_benchmark":
        warnings.warn(
            "graduasi.evidence.naive_benchmark is now graduasi.study.naive_benchmark; the old name goes in 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        # By name: an import would put every room between `evidence` and `study` into one circle.
        return importlib.import_module("graduasi.study").naive_benchmark
    raise AttributeError(f"module 'graduasi.evidence' has no attribute {name!r}")
