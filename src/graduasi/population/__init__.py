"""Households: poverty lines, populations read from data, populations built from published figures."""

from graduasi.population.line import PovertyLine
from graduasi.population.population import Population
from graduasi.population.synthesis import Published, synthesise

__all__ = ["Population", "PovertyLine", "Published", "synthesise"]
