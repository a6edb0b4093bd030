"""A table with where it comes from: how its rows are named, which columns are kept as text, its decimal sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.population.faults import ROWS_SHOWN, numbered, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import NDArray


@frozen(kw_only=True, eq=False)
class Table:
    """Rows of households and what faults must know of them.

    frame : the rows. owner : the function that was asked for them.
    word : what a row is called in faults: "row", or "line" where the file's own lines are counted.
    number : numbers of rows by their place in the file, or None where they count from 1.
    place : each row's place in the file, shape (row,), or None where all of them are here.
    codes : columns that a file gave as text, shape (row,) each.
    decimal : decimal sign of numbers that are written as text; said : whether the caller has named it.
    faults : what is wrong with the file already.
    """

    frame: pd.DataFrame
    owner: str = "Population.from_frame"
    word: str = "row"
    number: Callable[[NDArray[np.intp]], NDArray[np.intp]] | None = None
    place: NDArray[np.intp] | None = None
    codes: Mapping[str, NDArray[np.str_]] = attrs.field(factory=dict)
    decimal: str = "."
    said: bool = False
    faults: tuple[str, ...] = ()

    def rows(self, bad: NDArray[np.bool_]) -> str:
        """The rows that are marked, as a fault names them."""
        place = np.flatnonzero(bad)
        if self.place is not None:
            place = self.place[place]
        return numbered(self.word, place + 1 if self.number is None else self.number(place))

    def row(self, index: int) -> str:
        """One row, as a fault names it."""
        return self.rows(np.arange(len(self.frame)) == index)

    def where(self, condition: Callable[[pd.DataFrame], object] | None) -> Table:
        """The rows for which `condition` is true; all where it is None."""
        if condition is None:
            return self
        kept = np.flatnonzero(self._mask(condition))
        return attrs.evolve(
            self,
            frame=self.frame.iloc[kept],
            place=kept,
            codes={name: texts[kept] for name, texts in self.codes.items()},
        )

    def _mask(self, condition: Callable[[pd.DataFrame], object]) -> NDArray[np.bool_]:
        import pandas as pd

        if not callable(condition):
            raise InputError(f"{self.owner}.where must be a function of the table; got {shown(condition)}")
        try:
            # Codes stay text in what the condition sees.
            mask = condition(
                self.frame.assign(**{name: texts.astype(object) for name, texts in self.codes.items()})
            )
        except KeyError as missing:
            have = ", ".join(repr(str(column)) for column in list(self.frame.columns)[:ROWS_SHOWN])
            raise InputError(
                f"{self.owner}.where must use columns of the file ({have}); got {missing.args[0]!r}"
            ) from missing
        found = pd.Series(mask) if np.asarray(mask).ndim == 1 else pd.Series(dtype=object)
        if len(found) != len(self.frame) or found.isna().any() or not found.map(_is_flag).all():
            raise InputError(f"{self.owner}.where must give True or False for each row; got {_kind(mask)}")
        return found.to_numpy(dtype=bool)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool | np.bool_)


def _kind(mask: object) -> str:
    kind = getattr(mask, "dtype", None)
    return f"a {type(mask).__name__}" + ("" if kind is None else f" of {kind}")
