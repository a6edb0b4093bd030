"""Evidence: published figures, studies, pooled effects, and the benchmark of one effect for every programme."""

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
    "figures",
    "from_memory",
    "naive_benchmark",
    "packages",
    "pool",
    "pool_packages",
    "studies",
]
