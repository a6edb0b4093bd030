"""Priors: the values with doubt, and the constants, that models and interventions start from, a row each.

The rows are the shipped table `priors` (data/evidence/priors.csv). A default of a field names its row, so that a
figure stands in one place, beside how it is known.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from attrs import frozen

from graduasi.errors import InputError, NotAvailableError
from graduasi.evidence.published import from_memory
from graduasi.uncertain import CONSTRUCTORS, Uncertain, Value

KNOWN = ("fitted", "published", "assumed", "from memory")


@frozen(kw_only=True)
class Prior:
    """One row of the table.

    distribution : a constructor of `Uncertain`; "constant" for a plain number; "percentile" for an input whose
        distribution is the population's own. parameters : of the distribution, as (name, number) [unit].
    dimension : column of the input among points that fill all dimensions evenly; None for a constant. A new prior
        takes the next number and none is ever used again, so that adding one moves no other's draws.
    known : how the centre is known: one of `KNOWN`. studies : ids in the table `evidence` (see `studies`).
    """

    name: str
    distribution: str
    parameters: tuple[tuple[str, float], ...]
    unit: str
    dimension: int | None
    known: str
    studies: tuple[str, ...]
    source: str
    note: str

    @property
    def value(self) -> Value | None:
        """The distribution, which carries name and source; a constant's number; None for a percentile."""
        parameters = dict(self.parameters)
        if self.distribution in CONSTRUCTORS:
            return CONSTRUCTORS[self.distribution](**parameters, name=self.name, source=self.source)
        return parameters.get("value")

    @property
    def from_memory(self) -> bool:
        """Whether something in the row is recalled, not read: show it as such."""
        return from_memory(f"{self.known} {self.source} {self.note}")


@cache
def priors() -> tuple[Prior, ...]:
    """Every prior, in the table's order."""
    table = files("graduasi") / "data" / "evidence" / "priors.csv"
    return tuple(map(_prior, csv.DictReader(table.read_text(encoding="utf-8").splitlines())))


def prior(name: str) -> Uncertain:
    """The value with doubt of a row, with its name and its source.

    Raises NotAvailableError for a name that has no row, InputError for one that has no doubt.
    """
    value = _row(name).value
    if not isinstance(value, Uncertain):
        raise InputError(f"prior.name must be a row with a distribution; got {name!r}, which has {value!r}")
    return value


def constant(name: str) -> float:
    """The plain number of a row.

    Raises NotAvailableError for a name that has no row, InputError for one that is not a constant.
    """
    value = _row(name).value
    if not isinstance(value, float):
        raise InputError(f"constant.name must be a row with a plain number; got {name!r}, which has {value!r}")
    return value


def source_of(name: str) -> str:
    """Where the figures of a row come from. Raises NotAvailableError for a name that has no row."""
    return _row(name).source


def _row(name: str) -> Prior:
    for each in priors():
        if each.name == name:
            return each
    have = ", ".join(repr(each.name) for each in priors())
    raise NotAvailableError(f"there is no prior {name!r}; there are {have}")


def _prior(row: dict[str, str]) -> Prior:
    pairs = (each.split() for each in row["parameters"].split(";") if each)
    return Prior(
        name=row["name"],
        distribution=row["distribution"],
        parameters=tuple((name, float(number)) for name, number in pairs),
        unit=row["unit"],
        dimension=int(row["dimension"]) if row["dimension"] else None,
        known=row["known"],
        studies=tuple(row["studies"].split()),
        source=row["source"],
        note=row["note"],
    )


POOLED = prior("pooled effect of a full package")
# Of published figures: sampling errors of log P0 and log P2, and a factor on the bands of the distribution.
DOUBT = (
    constant("sampling error of log headcount"),
    constant("sampling error of log severity"),
    constant("factor on doubt about the distribution"),
)
