"""Evidence: published figures, studies, pooled effects, and the benchmark of one effect for every programme."""

from graduasi.evidence.lines import dollar_line, lines, move_by_prices, move_like, published_line
from graduasi.evidence.naive import POOLED, naive_benchmark
from graduasi.evidence.packages import PackageEffect, packages, pool_packages
from graduasi.evidence.pooling import PooledEffect, pool
from graduasi.evidence.published import figures, from_memory
from graduasi.evidence.studies import Study, studies

__all__ = [
    "POOLED",
    "PackageEffect",
    "PooledEffect",
    "Study",
    "dollar_line",
    "figures",
    "from_memory",
    "lines",
    "move_by_prices",
    "move_like",
    "naive_benchmark",
    "packages",
    "pool",
    "pool_packages",
    "published_line",
    "studies",
]
