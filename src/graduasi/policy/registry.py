"""What an administrator knows: the registry's own view of welfare, and rules on it and on known columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from graduasi.errors import InputError
from graduasi.evidence import prior
from graduasi.fields import LARGE, PART, Part, count, money, number, refuse, several, share, text, unwritable
from graduasi.population.registry_view import tenths
from graduasi.uncertain import Value, as_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graduasi.income import Luck
    from graduasi.streams import Streams

    Floats = NDArray[np.float64]


@frozen(kw_only=True)
class Registry:
    """How the registry sees welfare: with an error of its own, independent of the survey's.

        z_reg = sqrt(1 - d_r) z_0 + sqrt(d_r) eps_r

    Two programmes whose registries have one name see the same view.
    """

    name: str = text("name of the registry", default="registry")
    error_share: Value = share(
        "d_r: share of error in the variance of the registry's scores",
        default=prior("registry error share"),
    )

    def look(
        self,
        scores: NDArray[np.float32],
        keys: NDArray[np.uint64],
        luck: Luck,
        streams: Streams,
        *,
        families: Floats | None = None,
        columns: Mapping[str, NDArray[Any]] | None = None,
    ) -> View:
        """The view of all households, by the scores of their true welfare at month 0.

        families : that each record stands for, shape (household,); one each where it is left out.
        columns : what else is known of them, shape (household,) each.
        """
        error = as_number(self.error_share)
        noise = streams.normals(keys, f"registry view: {self.name}")[0]
        seen = np.float32(np.sqrt(1.0 - error)) * scores + np.float32(np.sqrt(error)) * noise
        return View(
            scores=seen,
            luck=luck,
            families=np.ones(seen.size) if families is None else families,
            columns=columns or {},
        )


@frozen(kw_only=True, eq=False)
class View:
    """A registry's view of all households; see `Registry.look`."""

    scores: NDArray[np.float32]
    luck: Luck
    families: Floats
    columns: Mapping[str, NDArray[Any]]
    _amounts: list[Any] = attrs.field(factory=list, init=False, repr=False)

    @property
    def amounts(self) -> Floats:
        """Welfare as the registry has it, shape (household,) [currency per person per month]; made once."""
        if not self._amounts:
            self._amounts.append(self.luck.observed_amount(self.scores))
        return np.asarray(self._amounts[0])

    @property
    def deciles(self) -> NDArray[np.intp]:
        """Tenth of families by welfare as the registry has it, 1 for the poorest, shape (household,)."""
        return tenths(self.scores if self.luck.one_group else self.amounts, self.families)


@frozen(kw_only=True)
class Condition:
    """A rule on a column that the population carries; give exactly one of the three."""

    column: str = text("name of the column")
    at_least: float | None = number("lowest value", unit="of the column", default=None, uncertain=False)
    at_most: float | None = number("highest value", unit="of the column", default=None, uncertain=False)
    equals: str | float | bool | None = attrs.field(
        default=None, metadata={PART: Part(meaning="the value: a text, a number, or true or false")}
    )

    @equals.validator
    def _is_plain(self, _: object, value: Any) -> None:
        need = None
        if isinstance(value, str):
            need = unwritable(value)
        elif isinstance(value, int | float | np.integer | np.floating):
            need = None if -LARGE <= value <= LARGE else "a finite number"
        elif value is not None:
            need = "a text, a number, or true or false"
        if need is not None:
            raise refuse("Condition", "equals", need, value)

    def __attrs_post_init__(self) -> None:
        given = [value for value in (self.at_least, self.at_most, self.equals) if value is not None]
        if len(given) != 1:
            raise InputError(
                f"Condition must have exactly one of at_least, at_most, equals; got {len(given)} "
                f"for column {self.column!r}"
            )

    def holds(self, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
        """Which households meet it, shape (household,)."""
        if self.column not in columns:
            have = ", ".join(repr(name) for name in columns) or "none"
            raise InputError(f"Condition.column must be a column of the population ({have}); got {self.column!r}")
        values = columns[self.column]
        if self.at_least is not None:
            return np.asarray(values >= self.at_least)
        if self.at_most is not None:
            return np.asarray(values <= self.at_most)
        return np.asarray(values == self.equals)


@frozen(kw_only=True)
class Eligibility:
    """Who may be offered the programme; by default everybody.

    below : the registry's view of welfare must be below this [currency per person per month].
    decile_at_most : the family must be in this tenth of the registry's view or a poorer one (Indonesia's *desil*).
    conditions : all must hold.
    """

    below: float | None = money(
        "the registry sees less than this",
        per="person per month",
        above_zero=True,
        default=None,
        uncertain=False,
    )
    decile_at_most: int | None = count(
        "highest tenth of families by the registry's view, 1 for the poorest",
        unit="tenths",
        at_least=1,
        at_most=10,
        default=None,
    )
    conditions: tuple[Condition, ...] = several("rules on known columns; all must hold", Condition)

    def holds(self, view: View, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.bool_]:
        """Who is eligible, shape (household,)."""
        eligible = np.ones(view.scores.size, dtype=bool)
        if self.below is not None:
            eligible &= view.amounts < self.below
        if self.decile_at_most is not None:
            eligible &= view.deciles <= self.decile_at_most
        for condition in self.conditions:
            eligible &= condition.holds(columns)
        return eligible
