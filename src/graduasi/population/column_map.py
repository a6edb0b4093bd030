"""Which column of a table is what, and in which units: declared once, for Python and for scenario files."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, TypedDict

import attrs
from attrs import frozen

from graduasi.errors import GraduasiWarning, InputError
from graduasi.fields import (
    PART,
    Domain,
    Part,
    choice,
    fault,
    is_number,
    number,
    part,
    plain_text,
    several,
    spec_of,
    text,
)
from graduasi.lines import PovertyLine
from graduasi.population.faults import shown
from graduasi.population.units import PER, PERIODS, SCALES, WEIGHTS_OF

COLUMN = plain_text("name of a column")
KINDS = ("consumption", "income")
# Columns that a file keeps as text, and those that are read as numbers; a fault of them is one of the table.
CODES = ("id", "region", "by", "distribution_groups", "strata", "clusters")
NUMBERS = ("welfare", "members", "weight", "children", "scale", "price_index")
LISTS = ("composition", "columns")
RENAMED = {"kind": "welfare_is"}  # keywords of the readers whose name in a map is another
MONEY = Domain(low=0, low_open=True)


@frozen(kw_only=True)
class ColumnMap:
    """Which column is what, and in which units; see `docs/data.md`.

    Read by `Population.from_frame`, `Population.from_file` and, with a path, the `[population]` of a scenario file.
    Raises InputError for what does not go together.
    """

    welfare: str = text("column of welfare")
    id: str = text("column of household ids, read as text")
    currency: str = text("currency of welfare")
    period: str = choice("period that welfare is for", tuple(PERIODS))
    per: str = choice("whom welfare is of", PER)
    scale: str | None = text(
        "equivalence scale, or column of adult equivalents, where welfare is per adult equivalent", default=None
    )
    children: str | None = text("column of members under 14, for the scales of the OECD", default=None)
    members: str | None = text("column of household sizes", default=None)
    assumed_members: float | None = number(
        "size that stands for all where sizes are not known, for money alone",
        unit="persons", low=1, high=100, default=None, uncertain=False,
    )  # fmt: skip
    weight: str | None = text("column of weights", default=None)
    weight_of: str = choice("whom weights count", WEIGHTS_OF, default="household")
    price_index: str | None = text("column of regional prices, by which welfare is divided", default=None)
    region: str | None = text("column of regions with poverty lines of their own", default=None)
    region_lines: Mapping[str, float] | None = attrs.field(
        default=None,
        hash=False,
        metadata={PART: Part(meaning="poverty line of each region", unit="currency per person per month")},
    )
    line: PovertyLine | None = part(
        "line at whose prices welfare is told where regions have lines of their own", PovertyLine, default=None
    )
    by: str | None = text("column of the rows of tables by group; they move nothing", default=None)
    distribution_groups: str | None = text(
        "column of groups, such as provinces, whose own distribution households return to", default=None
    )
    strata: str | None = text("column of the survey's strata", default=None)
    clusters: str | None = text("column of the survey's clusters", default=None)
    composition: tuple[str, ...] = several("columns that count kinds of members", str, each=COLUMN)
    columns: tuple[str, ...] = several("further columns, for rules and rankings", str, each=COLUMN)
    welfare_is: str = choice("what welfare is", KINDS, default="consumption")

    def __attrs_post_init__(self) -> None:
        owner, found = type(self).__name__, list(between(self))
        if len(found) == 1:
            raise InputError(f"{owner}.{found[0]}")
        if found:
            raise InputError("\n".join([f"{owner}: {len(found)} faults", *(f"  {owner}.{each}" for each in found)]))


class ColumnKeywords(TypedDict, total=False):
    """The fields of a `ColumnMap` as keywords of the readers, for type checkers; a test holds that they agree."""

    welfare: str
    id: str
    currency: str
    period: str
    per: str
    scale: str | None
    children: str | None
    members: str | None
    assumed_members: float | None
    weight: str | None
    weight_of: str
    price_index: str | None
    region: str | None
    region_lines: Mapping[str, float] | None
    line: PovertyLine | None
    by: str | None
    distribution_groups: str | None
    groups: str | None
    strata: str | None
    clusters: str | None
    composition: tuple[str, ...]
    columns: tuple[str, ...]
    kind: str


def _defaults() -> dict[str, object]:
    """Keywords of the readers with their defaults, in the order of `ColumnMap`."""
    own = {field.name: field.default for field in attrs.fields(ColumnMap)}
    named = {name: own.get(RENAMED.get(name, name)) for name in ColumnKeywords.__annotations__}
    required = {name: inspect.Parameter.empty for name, value in named.items() if value is attrs.NOTHING}
    return named | required | {"period": "month", "per": "person"}


COLUMN_KEYWORDS = _defaults()


@frozen(kw_only=True, eq=False)
class Given:
    """A column map as its caller gave it, right or wrong: what is wrong is told with the faults of the table.

    columns : a ColumnMap, or a namespace with its names. faults : what is wrong with it.
    """

    columns: Any
    faults: tuple[str, ...] = ()

    def names(self, field: str) -> tuple[Hashable, ...]:
        """Names of columns in a list; none where there is no list, which is a fault of its own."""
        listed = getattr(self.columns, field)
        return tuple(listed) if _is_list(listed) else ()

    def has_lines(self) -> bool:
        """Whether welfare can be told at the prices of `line`."""
        return isinstance(self.columns.region_lines, Mapping) and isinstance(self.columns.line, PovertyLine)

    def codes(self) -> list[str]:
        """Columns that are codes, and read as text."""
        return [name for name in (getattr(self.columns, each) for each in CODES) if isinstance(name, str)]

    def numbers(self) -> list[str]:
        """Columns that are read as numbers, or as they are."""
        single = [getattr(self.columns, each) for each in NUMBERS]
        further = [name for each in LISTS for name in self.names(each)]
        return [name for name in (*single, *further) if isinstance(name, str)]


def old_groups(owner: str) -> str:
    """What is said of the old word `groups`."""
    return (
        f"{owner}.groups is called `by` (the rows of tables) and `distribution_groups` (whose distribution "
        "households return to) now: the old name stands for both until 0.3"
    )


def given(owner: str, column_map: ColumnMap | None, keywords: Mapping[str, object]) -> Given:
    """A column map, or keywords of the same meaning; raises InputError for both, or neither."""
    if column_map is None:
        return _of_keywords(owner, keywords)
    if not isinstance(column_map, ColumnMap):
        raise InputError(f"{owner}.column_map must be a ColumnMap; got {shown(column_map)}")
    if keywords:
        raise InputError(
            f"{owner}.column_map must stand without the keywords that it holds; got {', '.join(keywords)} beside it"
        )
    return Given(columns=column_map)


def _of_keywords(owner: str, keywords: Mapping[str, object]) -> Given:
    """Keywords as they are, with the defaults of `ColumnMap`; welfare is per person per month unless said."""
    named = {RENAMED.get(name, name): value for name, value in keywords.items()}
    labels = named.pop("groups", None)
    if labels is not None:
        if named.get("by") is not None or named.get("distribution_groups") is not None:
            raise InputError(f"{owner}.groups must be left out: it is the old name of by and distribution_groups")
        warnings.warn(old_groups(owner), GraduasiWarning, stacklevel=4)
        named |= {"by": labels, "distribution_groups": labels}
    values = {"period": "month", "per": "person"} | named
    fields = attrs.fields_dict(ColumnMap)
    missing = [name for name, field in fields.items() if field.default is attrs.NOTHING and name not in values]
    if missing:
        raise InputError(f"{owner}.{missing[0]} must be given, or a column_map; got none")
    for name, field in fields.items():
        values.setdefault(name, field.default)
    view = SimpleNamespace(**values)
    return Given(columns=view, faults=(*_alone(view), *between(view)))


def _alone(view: SimpleNamespace) -> Iterator[str]:
    """What is wrong with single values of a view; names of columns are for the table to judge."""
    for field in attrs.fields(ColumnMap):
        spec, value = spec_of(field), getattr(view, field.name)
        if spec is None or field.name in (*CODES, *NUMBERS) or (value is None and field.default is None):
            continue
        need = fault(spec, value)
        if need is not None:
            old = next((old for old, new in RENAMED.items() if new == field.name), field.name)
            yield f"{old} must be {need}; got {shown(value)}"
    for name in LISTS:
        listed = getattr(view, name)
        if not _is_list(listed):
            yield f"{name} must be a tuple of names of columns; got {shown(listed)}"
    if view.line is not None and not isinstance(view.line, PovertyLine):
        yield f"line must be a PovertyLine; got {shown(view.line)}"


def between(view: object) -> Iterator[str]:
    """What does not go together in a view: a ColumnMap, or a namespace with those of its fields that are read."""
    known = SimpleNamespace(**{field.name: getattr(view, field.name, None) for field in attrs.fields(ColumnMap)})
    if known.members is not None and known.assumed_members is not None:
        yield "assumed_members must be left out where members is given"
    if known.members is None and hasattr(view, "members"):
        if known.per not in {None, "person"}:
            yield f"members must be given where welfare is per {known.per}; got none"
        if known.weight_of == "person":
            yield "members must be given where weights are of persons; got none"
    if known.per is not None and hasattr(view, "scale"):
        if (known.per == "adult equivalent") != (known.scale is not None):
            yield (
                "scale must be given where welfare is per adult equivalent, and nowhere else; got "
                f"{known.scale!r} per {known.per}"
            )
        if known.scale in SCALES[2:] and known.children is None and hasattr(view, "children"):
            yield f"children must be given for the scale {known.scale!r}; got none"
    yield from _places(known, view)


def _places(known: SimpleNamespace, view: object) -> Iterator[str]:
    if isinstance(known.line, PovertyLine) and known.currency is not None and known.line.currency != known.currency:
        yield f"line must be in {known.currency}; got {known.line.currency}"
    if hasattr(view, "region") and (known.region is None) != (known.region_lines is None):
        yield "region and region_lines must be given together; got one of them"
    if known.region_lines is None:
        return
    if known.line is None and hasattr(view, "line"):
        yield "line must be given where region_lines are: the one at whose prices welfare is told"
    if known.price_index is not None:
        yield "price_index must be left out where region_lines are given: both are prices"
    if not isinstance(known.region_lines, Mapping):
        yield f"region_lines must map regions to money; got {shown(known.region_lines)}"
        return
    for name, amount in known.region_lines.items():
        if not is_number(amount) or not MONEY.holds(float(amount)):
            yield f"region_lines must be money above 0; got {shown(amount)} for {shown(name)}"


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
