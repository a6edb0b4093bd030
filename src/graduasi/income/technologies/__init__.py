"""Technologies: what productive assets earn. `TECHNOLOGIES` is the registry: one file and one line each."""

from graduasi.income.parts import Technology
from graduasi.income.technologies.concave import ConcaveTechnology
from graduasi.income.technologies.two_technologies import TwoTechnologies

TECHNOLOGIES: dict[str, type[Technology]] = {kind.kind: kind for kind in (ConcaveTechnology, TwoTechnologies)}

__all__ = ["TECHNOLOGIES", "ConcaveTechnology", "TwoTechnologies"]
