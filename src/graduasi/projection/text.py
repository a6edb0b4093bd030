"""A projection as JSON: null for what is not a number, arrays packed, no household ids."""

from __future__ import annotations

import base64
import json
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np

from graduasi.errors import NotAvailableError, OutputError
from graduasi.projection import tables
from graduasi.projection.arrays import ResultArrays
from graduasi.projection.axes import AXES
from graduasi.projection.statistics import RECORDED

if TYPE_CHECKING:
    from numpy.typing import NDArray


FORMAT = "graduasi projection 1"
ARRAYS = tuple(AXES)
PLAIN = (
    "policies", "programmes", "groups", "units", "start", "sustained_months", "seed", "version", "kind",
    "currency", "totals", "notes",
)  # fmt: skip


def _pack(array: NDArray[np.float64]) -> dict[str, object]:
    """Little-endian doubles, deflated, in base 64."""
    data = zlib.compress(np.ascontiguousarray(array, dtype="<f8").tobytes(), 6)
    return {"shape": list(array.shape), "type": "float64", "deflated_base64": base64.b64encode(data).decode()}


def plain(value: object) -> object:
    """The same value with null for NaN and infinities, as JSON can say it."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def to_json(projection: ResultArrays, path: str | Path | None = None, at: tuple[int, ...] = ()) -> str:
    """See `Projection.to_json`. The tables are there to be read; the arrays are the projection itself."""
    if projection.amounts or projection.statistics.names != RECORDED.names:
        raise NotAvailableError(
            f"Projection.to_json has no place for statistics beside {', '.join(RECORDED.names)}"
        )
    if projection.years is not None:
        raise NotAvailableError("Projection.to_json has no place for the clock of years; got a run with years=True")
    document: dict[str, object] = {"format": FORMAT}
    document |= {name: getattr(projection, name) for name in PLAIN}
    document["lines"] = [attrs.asdict(line) for line in projection.lines]
    document["inputs"] = {name: list(map(float, drawn)) for name, drawn in projection.inputs.items()}
    document["summary"] = [
        row for line in projection.lines for row in tables.summary_rows(projection, line.label, at)
    ]
    document["costs"] = tables.costs_rows(projection)
    document["targeting"] = tables.targeting_rows(projection)
    document["arrays"] = {name: _pack(getattr(projection, name)) for name in ARRAYS}
    text = json.dumps(plain(document), allow_nan=False, ensure_ascii=False, indent=1)
    if path is not None:
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"Projection.to_json.path could not be written; {error}") from error
    return text
