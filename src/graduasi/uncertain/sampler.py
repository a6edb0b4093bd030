"""All uncertain inputs of a draw together: independent, rows of a joint posterior, fixed, or a mix of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import note, refuse
from graduasi.uncertain.distributions import Uncertain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

ROW = "row of the joint posterior"  # name of the uniform that picks it


def _columns(given: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    """Read-only copies of columns, all of one length, of finite numbers."""
    if not hasattr(given, "items") or not len(given):
        raise refuse("Posterior", "columns", "a table with a named column for each input", given)
    columns = {}
    for name, values in given.items():
        if not isinstance(name, str) or not name:
            raise refuse("Posterior", "columns", "a table with texts as names", name)
        raw = np.asarray(values)
        if raw.ndim != 1 or not raw.size or raw.dtype.kind not in "iuf" or not np.isfinite(raw).all():
            raise refuse("Posterior", f"columns[{name!r}]", "finite numbers, one a row", values)
        columns[name] = raw.astype(np.float64)
        columns[name].flags.writeable = False
    lengths = {name: column.size for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise refuse("Posterior", "columns", "as long as each other", lengths)
    return columns


@frozen(kw_only=True, eq=False)
class Posterior:
    """Joint draws of several inputs, such as a calibration gives them: a row is drawn whole.

    columns : by name of the input, shape (row,) [unit of the input]; a data frame will do. Rows count alike.
    source : where they come from.
    """

    columns: Mapping[str, Floats] = attrs.field(converter=_columns)
    source: str = note("where the rows come from")

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(next(iter(self.columns.values())).size)

    def row(self, u: float) -> dict[str, float]:
        """The row at a uniform in (0, 1), by name."""
        index = min(int(u * self.rows), self.rows - 1)
        return {name: float(column[index]) for name, column in self.columns.items()}

    def quantile(self, name: str, probability: float) -> float:
        """The quantile of one column alone: a value that stands in it (the inverse of its distribution)."""
        return float(np.quantile(self.columns[name], probability, method="inverted_cdf"))

    def ends(self) -> tuple[dict[str, float], dict[str, float]]:
        """The lowest and the highest value of each column, by name."""
        low = {name: float(column.min()) for name, column in self.columns.items()}
        return low, {name: float(column.max()) for name, column in self.columns.items()}


def check_inputs(
    owner: str,
    inputs: Mapping[str, Uncertain | None],
    fixed: Mapping[str, float],
    posterior: Posterior | None,
) -> None:
    """Raise InputError where a name is no input, or a fixed probability is not in (0, 1)."""
    if not isinstance(fixed, Mapping):
        raise refuse(owner, "fixed", "a table of names and probabilities", fixed)
    if not (posterior is None or isinstance(posterior, Posterior)):
        raise refuse(owner, "posterior", "a Posterior", posterior)
    joint = {} if posterior is None else posterior.columns
    for argument, names in (("fixed", fixed), ("posterior", joint)):
        for name in names:
            if name not in inputs:
                have = ", ".join(sorted(inputs)) or "there are none"
                raise InputError(f"{owner}.{argument} must name uncertain inputs ({have}); got {name!r}")
    for name in joint:
        if inputs[name] is None and not ((joint[name] > 0) & (joint[name] < 1)).all():
            raise refuse(owner, f"posterior.columns[{name!r}]", "probabilities in (0, 1)", joint[name])
    for name, probability in fixed.items():
        number = isinstance(probability, int | float | np.number) and not isinstance(probability, bool)
        if not number or not 0 < probability < 1:
            raise refuse(owner, f"fixed[{name!r}]", "a probability in (0, 1)", probability)


@frozen(kw_only=True, eq=False)
class InputSampler:
    """What gives all named inputs of a draw together; small, and it travels to the workers.

    inputs : by name, a distribution; None for an input that is itself a probability (the population's band).
    fixed : probabilities by name, in place of drawing. posterior : draws the inputs of its columns together.

    A fixed input stands at the quantile of its distribution, or of its column of the posterior.
    """

    inputs: Mapping[str, Uncertain | None]
    fixed: Mapping[str, float] = attrs.field(factory=dict)
    posterior: Posterior | None = None

    def __attrs_post_init__(self) -> None:
        check_inputs("InputSampler", self.inputs, self.fixed, self.posterior)

    def values(self, uniform: Callable[[str], float]) -> dict[str, float]:
        """Every input of one draw, by name; each quantile is computed once.

        uniform : a number in (0, 1) by name, such as `Streams.scalar`. Points that fill all dimensions evenly would
        come in here, without another change.
        """
        row = self._row(uniform)
        return {
            name: row[name] if name in row else self._alone(name, value, uniform)
            for name, value in self.inputs.items()
        }

    def _row(self, uniform: Callable[[str], float]) -> dict[str, float]:
        if self.posterior is None or not set(self.posterior.columns) - set(self.fixed):
            return {}
        row = self.posterior.row(uniform(ROW))
        return {name: value for name, value in row.items() if name not in self.fixed}

    def _alone(self, name: str, value: Uncertain | None, uniform: Callable[[str], float]) -> float:
        probability = self.fixed[name] if name in self.fixed else uniform(name)
        if self.posterior is not None and name in self.posterior.columns:
            return self.posterior.quantile(name, probability)
        return probability if value is None else value.quantile(probability)
