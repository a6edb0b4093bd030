"""Households: poverty lines, populations read from data, populations built from published figures."""

from graduasi.population.line import PovertyLine
from graduasi.population.population import Population
from graduasi.population.proxy import ProxyMeans
from graduasi.population.proxy_errors import ProxyErrors
from graduasi.population.registry_view import registry_view
from graduasi.population.synthesis import Published, synthesise

__all__ = [
    "Population",
    "PovertyLine",
    "ProxyErrors",
    "ProxyMeans",
    "Published",
    "registry_view",
    "synthesise",
]
