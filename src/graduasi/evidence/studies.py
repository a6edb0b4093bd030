"""Study results as data: one `Study` for each row of the shipped table `evidence`.

A cell is a number only where it is written as a plain one. "0.83 to 4.14", "~10-18" or "1,874" stay the text that
they are: a range is not its middle, and "about" is not a digit.
"""

from __future__ import annotations

import csv
import re
from importlib.resources import files

from attrs import frozen

from graduasi.evidence.published import from_memory

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


@frozen(kw_only=True)
class Study:
    """One result of one study, as the table has it; None where the cell is blank.

    effect, se, control_mean : in `unit`; price bases differ from row to row.
    horizon : [months] since `horizon_ref`; the origin differs from row to row too.
    pct_of_control : effect [percent of the control group's mean], as compiled.
    cost : [cost_unit] per household, unless the text says otherwise.
    confidence : how the figure is known ("found", "from memory: high", ...); role : what it may be used for.
    """

    id: str
    country: str
    arm: str
    components: str
    outcome: str
    horizon: float | str | None
    horizon_ref: str
    effect: float | str | None
    se: float | str | None
    unit: str
    control_mean: float | str | None
    pct_of_control: float | str | None
    cost: float | str | None
    cost_unit: str
    n: float | str | None
    source: str
    where_found: str
    confidence: str
    role: str
    notes: str

    @property
    def from_memory(self) -> bool:
        """Whether the effect or its standard error is recalled, not read: show it as such."""
        return from_memory(self.confidence)

    @property
    def recalled(self) -> tuple[str, ...]:
        """The fields that say of something in the row that it is from memory (a cost, a remark)."""
        fields = ("confidence", "where_found", "cost", "cost_unit", "notes")
        return tuple(name for name in fields if from_memory(str(getattr(self, name))))

    @property
    def parts(self) -> frozenset[str]:
        """The components of the programme, one word each; "asset|cash_grant" is one."""
        return frozenset(part for part in self.components.split("+") if part)


def studies(role: str | None = None, arm: str | None = None, outcome: str | None = None) -> tuple[Study, ...]:
    """The rows of the table, in its order, whose role, arm and outcome are those given (exactly; None: any)."""
    wanted = {"role": role, "arm": arm, "outcome": outcome}
    return tuple(
        study
        for study in map(_study, _rows())
        if all(value is None or getattr(study, name) == value for name, value in wanted.items())
    )


def _rows() -> list[dict[str, str]]:
    table = files("graduasi") / "data" / "evidence" / "evidence.csv"
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def _cell(text: str) -> float | str | None:
    text = text.strip()
    if not text:
        return None
    return float(text) if _PLAIN.fullmatch(text) else text


def _study(row: dict[str, str]) -> Study:
    return Study(
        id=row["study_id"],
        country=row["country"],
        arm=row["arm"],
        components=row["components"],
        outcome=row["outcome"],
        horizon=_cell(row["horizon_months"]),
        horizon_ref=row["horizon_ref"],
        effect=_cell(row["effect"]),
        se=_cell(row["se"]),
        unit=row["unit"],
        control_mean=_cell(row["control_mean"]),
        pct_of_control=_cell(row["pct_of_control"]),
        cost=_cell(row["cost_per_hh"]),
        cost_unit=row["cost_unit"],
        n=_cell(row["n"]),
        source=row["source"],
        where_found=row["where_found"],
        confidence=row["confidence"],
        role=row["suggested_role"],
        notes=row["notes"],
    )
