"""The table of policies as rows of text, for the page and for the terminal: measures down, policies across."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graduasi.report import words

if TYPE_CHECKING:
    from collections.abc import Hashable

    from graduasi.projection import Projection

MEASURES = (
    ("truly poor", "poor"),
    ("out (gross)", "exits"),
    ("sustained exits", "sustained"),
    ("self-reliant exits", "self_reliant"),
    ("additional gross exits", "additional"),
    ("additional sustained exits", "additional_sustained"),
    ("additional self-reliant exits", "additional_self_reliant"),
    ("new poor", "entries"),
    ("re-measured", "remeasured"),
)


def policy_rows(projection: Projection, at: tuple[int, ...]) -> tuple[list[str], list[list[str]]]:
    """Header and rows at the first line; every number is of families, with its 90% interval."""
    table = projection.summary(line=projection.lines[0].label, at=at).to_dict("records")
    rows = [[f"truly poor, {projection.index.date(0)}", *(_cell(row, "poor_0") for row in table)]]
    for month in at:
        when = projection.index.date(month)
        rows += [
            [f"{label}, {when}", *(_cell(row, f"{name}_{month}") for row in table)] for label, name in MEASURES
        ]
        for label, chance in (
            ("chance that no family is left", words.chance_of_zero),
            (f"chance of less than 0.1% of {projection.units[-1]}", words.chance_of_little),
        ):
            rows.append(
                [f"{label}, {when}", *(chance(projection, policy, month) for policy in projection.policies)]
            )
    currency = projection.currency
    rows.append(["cost", *(words.money(row["cost"], currency) for row in table)])
    rows.append(
        [
            "additional sustained exits per billion",
            *(_cell(row, "additional_sustained_per_billion") for row in table),
        ]
    )
    rows.append(["cost of an additional sustained exit", *(_price(row, currency) for row in table)])
    return ["", *(str(row["policy"]) for row in table)], rows


def _cell(row: dict[Hashable, Any], name: str) -> str:
    if math.isnan(row[name]):
        return "–"
    return words.told(row[name], row[f"{name}_low"], row[f"{name}_high"], row.get(f"{name}_mce", 0.0))


def _price(row: dict[Hashable, Any], currency: str) -> str:
    price = row["cost_per_additional_sustained"]
    return words.money(price, currency) if not math.isnan(price) else f"blank: {row['why_blank']}"
