"""The simulator: blocks of households through months, policies and draws."""

from graduasi.simulation.sensitivity import Swing, one_at_a_time, uncertain_inputs
from graduasi.simulation.simulate import simulate

__all__ = ["Swing", "one_at_a_time", "simulate", "uncertain_inputs"]
