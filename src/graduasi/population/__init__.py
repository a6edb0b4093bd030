"""Households: poverty lines, populations read from data, populations built from published figures."""

from graduasi.lines import PovertyLine
from graduasi.population.band import Band
from graduasi.population.column_map import ColumnMap
from graduasi.population.population import Population
from graduasi.population.proxy import ProxyMeans
from graduasi.population.proxy_errors import ProxyErrors
from graduasi.population.registry_view import registry_view
from graduasi.population.reweight import Calibration, reweight, uprate
from graduasi.population.synthesis import Composition, LineFigures, Published, fit, synthesise

__all__ = [
    "Band",
    "Calibration",
    "ColumnMap",
    "Composition",
    "LineFigures",
    "Population",
    "PovertyLine",
    "ProxyErrors",
    "ProxyMeans",
    "Published",
    "fit",
    "registry_view",
    "reweight",
    "synthesise",
    "uprate",
]
