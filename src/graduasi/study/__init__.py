"""What is computed beside a projection: the benchmark of one effect for every programme."""

from graduasi.study.naive import naive_benchmark

__all__ = ["naive_benchmark"]
