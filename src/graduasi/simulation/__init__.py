"""The simulator: blocks of households through months, policies and draws."""

from graduasi.simulation.simulate import simulate

__all__ = ["simulate"]
