"""Columns of a table as numbers or as codes; what cannot be read as it is written is a fault with its rows."""

from __future__ import annotations

import numbers
from decimal import Decimal
from typing import TYPE_CHECKING, Any, SupportsFloat, TypeVar

import numpy as np

from graduasi._typing import Array
from graduasi.fields import UNWRITABLE
from graduasi.population.faults import ROWS_SHOWN, shown
from graduasi.population.thousands import AMBIGUOUS, WHOLE, number_of, warned, without_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from graduasi.population.table import Table

    Floats = NDArray[np.float64]
    Texts = NDArray[np.str_]

Found = TypeVar("Found")
EXACT = 2.0**53  # floats tell whole numbers apart below it
NO_CODE = (bytes, bytearray, memoryview, complex, list, tuple, dict, set, frozenset, np.ndarray)


class Columns:
    """Reads columns of a table and collects what is wrong with them."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.faults: list[str] = list(table.faults)

    def raw(self, field: str, name: Hashable) -> pd.Series | None:
        """A column as the table has it; None, with a fault, where there is none of that name."""
        frame = self.table.frame
        try:
            known = name in frame.columns
        except TypeError:
            known = False
        if not known:
            have = ", ".join(repr(str(column)) for column in list(frame.columns)[:ROWS_SHOWN])
            self.faults.append(f"{field} must be the name of a column; got {shown(name)} (columns: {have})")
            return None
        found: Any = frame[name]
        if found.ndim > 1:
            self.faults.append(f"{field} must be the name of one column; {name!r} is the name of {found.shape[1]}")
            return None
        return found  # type: ignore[no-any-return]

    def further(self, field: str, name: Hashable) -> Array | None:
        """A column for rules, as it is; text where it is a code elsewhere."""
        raw = self.raw(field, name)
        if raw is None:
            return None
        kept = self._kept(name)
        return self._converted(field, raw, lambda: np.asarray(raw.to_numpy())) if kept is None else kept

    def numbers(
        self, field: str, name: Hashable, *, low: float = -np.inf, open_low: bool = False, whole: bool = False
    ) -> Floats | None:
        """A column as numbers, shape (row,); None where it is not there or is of another kind."""
        raw = self.raw(field, name)
        values = None if raw is None else self._values(field, name, raw)
        if values is None:
            return None
        below = (values <= low) if open_low else (values < low)
        if below.any():
            need = f"{'above' if open_low else 'at least'} {low:g}"
            self._fault(f"{field} must be {need}; it is not in", below)
        if whole:
            broken = np.isfinite(values) & (values != np.rint(values))
            if broken.any():
                self._fault(f"{field} must be a whole number; it is not in", broken)
        return values

    def texts(self, field: str, name: Hashable) -> Texts | None:
        """A column of codes as text, shape (row,); None where it is not there or is of another kind."""
        raw = self.raw(field, name)
        if raw is None:
            return None
        kept = self._kept(name)
        if kept is not None:
            return kept if _plain(kept) else self._checked(field, kept.tolist(), kept == "", kept)
        read = self._converted(field, raw, lambda: self._codes(field, raw))
        return None if read is None else self._checked(field, *read)

    def _kept(self, name: Hashable) -> Texts | None:
        """The text that a file gave for a column; None where it is no code."""
        return self.table.codes.get(name) if isinstance(name, str) else None

    def _fault(self, words: str, bad: NDArray[np.bool_]) -> None:
        self.faults.append(f"{words} {self.table.rows(bad)}")

    def _converted(self, field: str, raw: pd.Series, convert: Callable[[], Found]) -> Found | None:
        """What `convert` gives; a fault where a damaged file shows only now."""
        try:
            return convert()
        except (ValueError, TypeError, NotImplementedError) as broken:
            self.faults.append(f"{field} must be a column that can be read; got {raw.dtype}: {shown(str(broken))}")
            return None

    def _values(self, field: str, name: Hashable, raw: pd.Series) -> Floats | None:
        kind = getattr(raw.dtype, "kind", "O")
        if name not in self.table.codes and kind in "iuf":
            values = raw.to_numpy(dtype=np.float64, na_value=np.nan)
            self._missing(field, ~np.isfinite(values), "")
            return values
        if name not in self.table.codes and kind in "bMmc":
            self.faults.append(f"{field} must be numbers; got {raw.dtype}")
            return None
        kept = self._kept(name)
        objects = self._converted(field, raw, lambda: np.asarray(raw if kept is None else kept, dtype=object))
        return None if objects is None else self._of_objects(field, objects)

    def _of_objects(self, field: str, objects: Array) -> Floats | None:
        import pandas as pd

        gone = np.asarray(pd.isna(objects), dtype=bool)
        is_text = np.array([isinstance(each, str) for each in objects.tolist()], dtype=bool)
        other = ~gone & ~is_text & ~np.array([_is_real(each) for each in objects], dtype=bool)
        if other.any():
            kinds = ", ".join(sorted({type(each).__name__ for each in objects[other]}))
            self._fault(f"{field} must be numbers; got {kinds} in", other)
            return None
        values = np.full(objects.size, np.nan)
        decimal = self.table.decimal
        for index in np.flatnonzero(~gone):
            each = objects[index]
            found = number_of(each, decimal) if is_text[index] else _float(each)
            values[index] = np.nan if found is None else found
        unread = is_text & np.isnan(values)
        first = int(np.argmax(unread))
        self._missing(field, ~np.isfinite(values), self._seen(objects[first], first) if unread.any() else "")
        self._grouped(field, objects, is_text)
        return values

    def _missing(self, field: str, missing: NDArray[np.bool_], seen: str) -> None:
        if missing.any():
            self._fault(f"{field} must be a number in every row; missing or not finite in", missing)
            self.faults[-1] += seen

    def _seen(self, text: str, index: int) -> str:
        """What stands in a cell that is no number, and how to write it."""
        if not text.strip():
            return ""
        words = f"; {self.table.row(index)} has {shown(text)}"
        plain = without_groups(text)
        if plain is not None:
            return f"{words}, which looks like thousands: write {plain.replace('.', self.table.decimal)!r}"
        other = "." if self.table.decimal == "," else ","
        if number_of(text, other) is not None and self.table.word == "line":
            return f"{words}, where the decimal sign is {self.table.decimal!r}: give decimal={other!r} if it is not"
        return words

    def _grouped(self, field: str, objects: Array, is_text: NDArray[np.bool_]) -> None:
        """A fault where every text with a decimal sign looks like thousands."""
        decimal = self.table.decimal
        if self.table.said:
            return
        texts = [(index, objects[index].strip()) for index in np.flatnonzero(is_text)]
        grouped = [(int(index), text) for index, text in texts if AMBIGUOUS[decimal].fullmatch(text)]
        grouped = [each for each in grouped if each[1].count(decimal) == 1]
        if not grouped or any(
            number_of(text, decimal) is not None
            and not WHOLE.fullmatch(text)
            and not AMBIGUOUS[decimal].fullmatch(text)
            for _, text in texts
        ):
            return
        index, text = grouped[0]
        self.faults.append(warned(field, text, self.table.row(index), decimal, file=self.table.word == "line"))

    def _codes(self, field: str, raw: pd.Series) -> tuple[list[str], NDArray[np.bool_], None] | None:
        """Codes of a frame: texts as they are, whole numbers without a decimal point."""
        import pandas as pd

        kind = getattr(raw.dtype, "kind", "O")
        if kind in "iu" and not raw.hasnans:
            return [str(each) for each in raw.tolist()], np.zeros(len(raw), dtype=bool), None
        objects = raw.to_numpy(dtype=object)
        gone = np.asarray(pd.isna(objects), dtype=bool)
        wrong = np.array([isinstance(each, NO_CODE) for each in objects], dtype=bool)
        if wrong.any():
            kinds = ", ".join(sorted({type(each).__name__ for each in objects[wrong]}))
            self._fault(f"{field} must be texts or whole numbers; got {kinds} in", wrong)
            return None
        floats = np.array([isinstance(each, float | np.floating) for each in objects], dtype=bool) & ~gone
        sized = np.where(floats, objects, 0.0).astype(np.float64)
        vague = ~(np.abs(sized) < EXACT)
        if vague.any():
            self._fault(
                f"{field} must be texts or whole numbers below 2**53, above which floats lose digits; it is not in",
                vague,
            )
            return None
        # A code that a file kept as 3216.0 reads "3216".
        whole = bool((floats | gone).all()) and bool((sized == np.rint(sized)).all())
        texts = ["" if no else str(int(each) if whole else each) for each, no in zip(objects, gone, strict=True)]
        return texts, gone, None

    def _checked(
        self, field: str, texts: list[str], missing: NDArray[np.bool_], kept: Texts | None
    ) -> Texts | None:
        """Codes without missing, unseen or confusable ones; the rest are faults."""
        joined = "".join(texts)
        blank = " " in joined or not joined.isascii() or not joined.isprintable()
        if "" in texts or blank:
            missing = missing | np.array([not each.strip() for each in texts], dtype=bool)
        if missing.any():
            self._fault(f"{field} must be given in every row; missing in", missing)
        # NumPy drops a NUL at the end, and UTF-8 has no surrogates.
        if not (joined.isascii() and joined.isprintable()) and UNWRITABLE.search(joined):
            unseen = np.array([UNWRITABLE.search(each) is not None for each in texts], dtype=bool)
            self._fault(f"{field} must be without control characters and lone surrogates; it is not in", unseen)
            return None
        found = np.array(texts, dtype=str) if kept is None else kept
        if blank:
            self._blanks(field, texts)
        return found

    def _blanks(self, field: str, texts: Sequence[str]) -> None:
        """A fault where two codes differ only in the blanks around them: one was meant."""
        plain: dict[str, set[str]] = {}
        for each in set(texts):
            plain.setdefault(each.strip(), set()).add(each)
        double = {each for group in plain.values() if len(group) > 1 for each in group if each.strip()}
        if double:
            alike = np.array([each in double for each in texts], dtype=bool)
            pair = " and ".join(shown(each) for each in sorted(double)[:2])
            self._fault(f"{field} must differ in more than the blanks around it; {pair} do not, in", alike)


def _plain(texts: Texts) -> bool:
    """Whether all are of visible ASCII letters without blanks, and none is empty: nothing more to ask."""
    if texts.dtype.itemsize == 0 or texts.size == 0:
        return False
    letters = np.ascontiguousarray(texts).view(np.uint32).reshape(texts.size, -1)
    # Below "!" unsigned subtraction wraps to the largest numbers; 0 fills what is left of a text.
    odd = (letters - np.uint32(ord("!")) > ord("~") - ord("!")) & (letters != 0)
    return bool((letters[:, 0] != 0).all()) and not odd.any()


def _is_real(value: object) -> bool:
    return isinstance(value, numbers.Real | Decimal) and not isinstance(value, bool | np.bool_ | np.timedelta64)


def _float(value: SupportsFloat) -> float:
    try:
        return float(value)
    except (OverflowError, ValueError):
        return float("nan")
