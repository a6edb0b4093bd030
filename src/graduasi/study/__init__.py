"""What is computed beside a projection: the benchmark of one effect for every programme."""

from graduasi.study.naive import naive_benchmark, naive_policies

__all__ = ["naive_benchmark", "naive_policies"]
