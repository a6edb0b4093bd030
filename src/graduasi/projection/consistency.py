"""Whether the parts of a projection hold together: names, shapes and numbers, whoever made it."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from graduasi.checks import matches
from graduasi.fields import MONTH, MONTH_NOUN, UNWRITABLE, UNWRITABLE_IN_NOTES, refuse
from graduasi.policy.enrolment import COMPONENTS
from graduasi.population import PovertyLine
from graduasi.projection.axes import AMOUNT_AXES, AXES, read
from graduasi.projection.statistics import FLOWS, HOUSEHOLD, MONTHS_OF_A_YEAR, RECORDED, UNITS, StatisticSet

if TYPE_CHECKING:
    from numpy.typing import NDArray


Facts = Mapping[str, Any]  # the fields of a projection by name

OWNER = "Projection"
KINDS = ("consumption", "income")
LARGEST = 1e100  # of any number: squares and sums of such numbers are still finite
ROUNDING = 1e-9
LONGEST = 80

_short = reprlib.Repr()
_short.maxstring = _short.maxother = _short.maxlong = LONGEST
_short.maxlevel, _short.maxlist, _short.maxtuple, _short.maxdict = 2, 4, 7, 4


class Shown:
    """A value as a message shows it: short, however long or deep it is."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return _short.repr(self.value)


def problem(name: str, need: str, got: object, owner: str = OWNER) -> Exception:
    """The house's error, with the value cut short."""
    return refuse(owner, name, need, Shown(got))


def check_text(name: str, value: object, *, prose: bool = False, owner: str = OWNER) -> None:
    """Refuse what is no text, blank, or cannot be drawn; prose may have line ends and tabs."""
    odd = UNWRITABLE_IN_NOTES if prose else UNWRITABLE
    if not isinstance(value, str) or not value.strip() or odd.search(value):
        raise problem(name, "a text that is not empty, without control characters", value, owner)


def check_names(name: str, values: object, *, least: int, owner: str = OWNER) -> None:
    """Refuse what is no tuple of texts of their own."""
    if not isinstance(values, tuple) or len(values) < least:
        raise problem(name, f"a tuple of {'names' if least == 0 else 'at least one name'}", values, owner)
    seen: set[str] = set()
    for place, value in enumerate(values):
        check_text(f"{name}[{place}]", value, owner=owner)
        if value in seen:
            raise problem(name, "names that differ", value, owner)
        seen.add(value)


def check_lines(lines: object, currency: str) -> None:
    """Refuse what are no poverty lines with labels of their own, in the currency of the projection."""
    if not isinstance(lines, tuple) or not lines or not all(isinstance(line, PovertyLine) for line in lines):
        raise problem("lines", "a tuple of at least one PovertyLine", lines)
    check_names("lines", tuple(line.label for line in lines), least=1)
    for place, line in enumerate(lines):
        if line.currency != currency:
            raise problem(f"lines[{place}].currency", f"the projection's, {currency!r}", line.currency)
        for field, value in attrs.asdict(line).items():
            if isinstance(value, str):
                check_text(f"lines[{place}].{field}", value, prose=True)


def check_whole(name: str, value: object, low: int, high: int) -> None:
    """Refuse what is no whole number in a range."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
        raise problem(name, f"a whole number in [{low}, {high}]", value)


def check_facts(facts: Facts) -> None:
    """Refuse plain fields that cannot be those of one run; arrays are not looked at."""
    for name, least in (("policies", 1), ("programmes", 0), ("groups", 1), ("units", 1)):
        check_names(name, facts[name], least=least)
    if facts["units"] not in {UNITS[: count + 1] for count in range(len(UNITS))}:
        raise problem("units", "('households',) or ('households', 'persons')", facts["units"])
    for name in ("version", "currency"):
        check_text(name, facts[name])
    check_lines(facts["lines"], facts["currency"])
    if not matches(MONTH, facts["start"]):
        raise problem("start", MONTH_NOUN, facts["start"])
    check_whole("sustained_months", facts["sustained_months"], 1, 2**63 - 1)
    check_whole("seed", facts["seed"], 0, 2**64 - 1)
    if facts["kind"] not in KINDS:
        raise problem("kind", "'consumption' or 'income'", facts["kind"])
    _check_totals(facts["totals"], facts["units"])
    if not isinstance(facts["notes"], tuple):
        raise problem("notes", "a tuple of texts", facts["notes"])
    for place, note in enumerate(facts["notes"]):
        check_text(f"notes[{place}]", note, prose=True)


def _check_totals(totals: object, units: tuple[str, ...]) -> None:
    if not isinstance(totals, dict) or set(totals) != set(units):
        raise problem("totals", f"a number for each of {', '.join(units)}", totals)
    for unit, total in totals.items():
        plain = isinstance(total, int | float | np.number) and not isinstance(total, bool)
        if not plain or not 0 < total <= LARGEST:
            raise problem(f"totals[{unit!r}]", f"a number above 0, at most {LARGEST:g}", total)


def expected_shapes(facts: Facts, draws: int, months: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array that a projection with these names has; months counts month 0 too."""
    statistics = facts.get("statistics", RECORDED)
    names = {
        "policy": facts["policies"],
        "programme": facts["programmes"],
        "line": facts["lines"],
        "unit": facts["units"],
        "group": facts["groups"],
        "statistic": statistics.names,
        "told": statistics.told,
        "component": COMPONENTS,
        "flow": FLOWS,
    }
    sizes = {axis: len(known) for axis, known in names.items()} | {"draw": draws, "month": months}
    return {name: tuple(sizes[axis] for axis in axes) for name, axes in AXES.items()}


def frame_of(shape: tuple[int, ...], name: str = "values.shape") -> tuple[int, int]:
    """Return the draws and months of a shape of values; refuse less than a draw and two months."""
    axes = AXES["values"]
    sizes = dict(zip(axes, shape, strict=False))
    if len(shape) != len(axes) or sizes["draw"] < 1 or sizes["month"] < 2:
        raise problem(name, f"({', '.join(axes)}), with a draw and months 0 and 1 at least", shape)
    return sizes["draw"], sizes["month"]


def check(facts: Facts) -> None:
    """Refuse fields of a projection that do not hold together."""
    check_facts(facts)
    if not isinstance(facts["statistics"], StatisticSet):
        raise problem("statistics", "a StatisticSet", facts["statistics"])
    draws, months = frame_of(facts["values"].shape)
    for name, shape in expected_shapes(facts, draws, months).items():
        if facts[name].shape != shape:
            raise problem(f"{name}.shape", f"{shape}, as the names and the other arrays say", facts[name].shape)
        _check_numbers(name, facts[name], unknown=name in {"luck", "event_weight", "sampling"})
    _check_counts(facts)
    _check_inputs(facts["inputs"], draws)
    _check_households(facts)
    _check_amounts(facts, draws, months)
    if facts["years"] is not None:
        _check_years(facts, draws, months)


def _check_years(facts: Facts, draws: int, months: int) -> None:
    """Refuse years that are not by the axes of the other arrays; months counts month 0 too."""
    years = facts["years"]
    own = {**facts, "statistics": years.statistics, "amounts": years.amounts}
    periods = (months - 1) // MONTHS_OF_A_YEAR + 1
    expected = expected_shapes(own, draws, periods)
    for name in ("values", "luck", "event_weight", "sampling"):
        array = getattr(years, name)
        if array.shape != expected[name]:
            raise problem(f"years.{name}.shape", f"{expected[name]}, as the other arrays say", array.shape)
        _check_numbers(f"years.{name}", array, unknown=name != "values")
    _check_amounts(own, draws, periods, "years.amounts")


def _check_amounts(facts: Facts, draws: int, months: int, owner: str = "amounts") -> None:
    """Refuse amounts that are not by the axes of the other arrays."""
    told = list(facts["statistics"].told)
    for amounts in facts["amounts"]:
        name = amounts.statistic.name
        if name in told:
            raise problem(owner, "statistics with names of their own", name)
        told.append(name)
        sizes = {"draw": draws, "month": months, "unit": len(amounts.units)}
        sizes |= {"policy": len(facts["policies"]), "group": len(facts["groups"])}
        sizes |= {"line": len(facts["lines"]) if amounts.statistic.by_line else 1}
        sizes |= {"label": max(len(amounts.statistic.labels), 1)}
        for part, axes in AMOUNT_AXES.items():
            shape, found = tuple(sizes[axis] for axis in axes), getattr(amounts, part).shape
            if found != shape:
                raise problem(f"{owner}[{name!r}].{part}.shape", f"{shape}, as the other arrays say", found)


def _check_numbers(name: str, array: NDArray[np.float64], *, unknown: bool = False) -> None:
    """Numbers of zero or more; NaN only where something may be unknown."""
    if not array.size:
        return
    # Twice, not a mask as large as the array: `min` and `max` tell NaN by being NaN.
    low, high = (np.fmin.reduce, np.fmax.reduce) if unknown else (np.minimum.reduce, np.maximum.reduce)
    ends = float(low(array, axis=None)), float(high(array, axis=None))
    most = LARGEST**2 if name.removeprefix("years.") in {"luck", "sampling"} else LARGEST
    # Re-measured totals of a policy are differences of smooth curves, and may fall short of zero by a little.
    least = -LARGEST if name.removeprefix("years.") in {"flows", "values"} else 0.0
    nothing_known = unknown and np.isnan(ends[0])
    if not nothing_known and not (least <= ends[0] and ends[1] <= most):
        raise problem(name, f"numbers in [{least:g}, {most:g}]", ends)


def _check_counts(facts: Facts) -> None:
    """No fewer families in an event than none, and no more than there are."""
    statistics = facts["statistics"]
    for place, unit in enumerate(facts["units"]):
        most = facts["totals"][unit]
        for name in statistics.counts:
            found = read(facts["values"], AXES["values"], unit=place, statistic=statistics.index(name))
            ends = float(found.min()), float(found.sum(axis=-1).max())
            if not (-ROUNDING * most <= ends[0] and ends[1] <= most * (1 + ROUNDING)):
                raise problem(f"values[{name!r}]", f"numbers of {unit} in [0, {most:g}]", ends)


def _check_inputs(inputs: object, draws: int) -> None:
    if not isinstance(inputs, dict):
        raise problem("inputs", "arrays by name", inputs)
    for name, drawn in inputs.items():
        check_text("inputs", name)
        if drawn.shape != (draws,) or not np.isfinite(drawn).all():
            raise problem(f"inputs[{Shown(name)!r}]", f"{draws} finite numbers, one a draw", drawn)


def _check_households(facts: Facts) -> None:
    ids, values = facts["household_ids"], facts["household_values"]
    if ids is None:
        return
    shape = (len(facts["policies"]), len(HOUSEHOLD), ids.size)
    if ids.ndim != 1 or values.shape != shape:
        raise problem("household_values.shape", str(shape), values.shape)
    _check_numbers("household_values", values)


def frozen_numbers(value: object) -> NDArray[np.float64]:
    """Numbers that nobody can write to by this name; not a copy, since a projection may fill half of the memory."""
    array = np.asarray(value, dtype=np.float64).view()
    array.flags.writeable = False
    return array


def frozen_inputs(given: Any) -> Any:
    """Drawn values by name, each read-only; what is no mapping is left for the check."""
    return {name: frozen_numbers(drawn) for name, drawn in given.items()} if isinstance(given, Mapping) else given


def frozen_ids(given: object) -> NDArray[np.str_] | None:
    """Ids that nobody can write to by this name, or None."""
    if given is None:
        return None
    array = np.asarray(given).view()
    array.flags.writeable = False
    return array
