"""How things show themselves: numbers that people can read, and HTML in which every text is escaped."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrs import Attribute


def number(value: float) -> str:
    """A number as a planner reads it: three significant figures at most, no false precision."""
    if not math.isfinite(value):
        return "unknown"
    size = abs(value)
    if size >= 100:
        return f"{round(value, 2 - math.floor(math.log10(size))):,.0f}"
    if size >= 1:
        return f"{value:.1f}"
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def short(text: str, most: int = 60) -> str:
    """A text on one line, cut where it is longer than `most`."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def some(names: Iterable[str], most: int = 3) -> str:
    """The first names in quotation marks, and how many more there are."""
    listed = [repr(short(name, 20)) for name in names]
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def amount(value: float) -> str:
    """A number that somebody chose: as given, with thousands separated."""
    return f"{value:,.10g}"


def brief(given: object) -> str:
    """An object by its kind and the fields that are not at their defaults; doubt as its median and spread."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        fields = getattr(type(given), "__attrs_attrs__", None)
        if fields is None:
            return short(repr(given) if isinstance(given, str) else str(given))
        if hasattr(given, "quantile"):
            low, middle, high = (number(given.quantile(probability)) for probability in (0.05, 0.5, 0.95))
            return f"{middle} ({low} to {high})"
        differ = [field for field in fields if field.repr and getattr(given, field.name) != _default(field)]
        told = ", ".join(f"{field.name}={brief(getattr(given, field.name))}" for field in differ)
        return f"{type(given).__name__}({told})"
    return amount(given)


def _default(field: Attribute[object]) -> object:
    """Default of a field, made anew where a factory makes it."""
    factory = getattr(field.default, "factory", None)
    return field.default if factory is None else factory()


def summary_line(kind: str, *parts: str, most: int = 110) -> str:
    """One line on an object; `attrs.asdict` holds all of it."""
    inside = short("; ".join(part for part in parts if part), most - len(kind))
    return f"{kind}({inside})"


class Markup(str):
    """Text that is HTML already; only `tag`, `together` and what is known to be HTML make it."""

    __slots__ = ()


def safe(content: object) -> Markup:
    """HTML as it is; anything else as text, escaped."""
    return content if isinstance(content, Markup) else Markup(html.escape(str(content)))


def together(*parts: object, between: str = "") -> Markup:
    """Parts one after another, each of them HTML or escaped."""
    return Markup(html.escape(between).join(safe(part) for part in parts))


def tag(name: str, *children: object, css: str = "") -> Markup:
    """An element with what is in it, each child HTML or escaped."""
    attribute = f' class="{html.escape(css)}"' if css else ""
    return Markup(f"<{name}{attribute}>{together(*children)}</{name}>")


def table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Markup:
    """A table whose first column names its rows."""
    head = tag("thead", tag("tr", *(tag("th", cell) for cell in header))) if header else Markup()
    body = tag("tbody", *(tag("tr", tag("th", row[0]), *(tag("td", cell) for cell in row[1:])) for row in rows))
    return tag("table", head, body)


def card(title: str, header: Sequence[object], rows: Iterable[Sequence[object]], *notes: str) -> Markup:
    """What a notebook shows of an object: one line on what it is, a table, and notes."""
    return tag(
        "div", tag("p", tag("b", title)), table(header, rows), *(tag("p", tag("small", note)) for note in notes)
    )
