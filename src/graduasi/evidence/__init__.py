"""Evidence: published figures, studies, and the benchmark that every programme has the pooled effect."""

from graduasi.evidence.naive import POOLED, naive_benchmark
from graduasi.evidence.published import figures, from_memory

__all__ = ["POOLED", "figures", "from_memory", "naive_benchmark"]
