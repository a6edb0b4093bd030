"""Published figures as keywords of `Population.from_aggregates`, and how a population is made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from attrs import frozen

from graduasi.lines import PovertyLine

if TYPE_CHECKING:
    from graduasi.population.synthesis import Composition, LineFigures


class FigureKeywords(TypedDict, total=False):
    """The fields of `Published` as keywords, for type checkers; a test holds that they agree."""

    persons: float | None
    line: PovertyLine | None
    headcount: float | None
    gap: float | None
    severity: float | None
    further: tuple[LineFigures, ...]
    mean: float | None
    median: float | None
    gini: float | None
    deciles: Sequence[float] | None
    quantiles: Mapping[float, float] | None
    mean_members: float | None
    mean_members_poor: float | None
    composition: tuple[Composition, ...]
    kind: str | None


FIGURES: dict[str, object] = dict.fromkeys(FigureKeywords.__annotations__) | {"further": (), "composition": ()}


@frozen(kw_only=True)
class Settings:
    """How households are made from figures; see `graduasi.population.synthesise`, which checks them."""

    family: str | None
    size: int
    doubt: tuple[float, float, float] | None
    survey_households: float | None
    design_effect: float
    deepest: float | None
    seed: int
