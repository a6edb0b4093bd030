"""What is published of an area, and what no distribution could have: every contradiction, with its bound."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import attrs
from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import choice, number, part, share, text
from graduasi.lines import PovertyLine

LARGEST_DRAWN = 16  # members of a synthetic household
DECILES = 10
ROUNDS = 300  # of the search for the largest Gini that shares leave
HIGHEST = 0.995  # headcount: above it nothing holds the body of the distribution


@frozen(kw_only=True)
class LineFigures:
    """The poverty figures at one line; shares, not percent (a published P2 of 0.20 is a severity of .0020)."""

    line: PovertyLine = part("the line", PovertyLine)
    headcount: float = share("P0, share of persons below the line", uncertain=False)
    gap: float | None = share("P1, FGT of order one", default=None, uncertain=False)
    severity: float | None = share("P2, FGT of order two", default=None, uncertain=False)

    def faults(self, owner: str) -> list[str]:
        """What no distribution could have, with the bound that it breaks."""
        found = []
        p0, p1, p2 = self.headcount, self.gap, self.severity
        if not 0 < p0 < HIGHEST:
            return [f"{owner}.headcount must be a share in (0, {HIGHEST}); got {p0!r}"]
        if p2 is not None:
            upper, bound = (p0, "headcount") if p1 is None else (p1, "gap")
            if not 0 < p2 < upper:
                found.append(f"{owner}.severity must be above 0 and below the {bound}, {upper:g}; got {p2!r}")
        if p1 is None:
            return found
        if not 0 < p1 < p0:
            found.append(f"{owner}.gap must be above 0 and below the headcount, {p0:g}; got {p1!r}")
        elif p2 is not None and p1**2 >= p0 * p2:
            limit = math.sqrt(p0 * p2)
            found.append(
                f"{owner}.gap must be below sqrt(headcount x severity) = {limit:g}, since the mean square of the "
                f"gaps is at least the square of their mean; got {p1!r}"
            )
        return found


@frozen(kw_only=True)
class Composition:
    """A kind of member that families have: mean numbers a family, of the poor and of all."""

    name: str = text("name of the column, such as 'children_smp'")
    mean_poor: float = number(
        "mean number a poor family", unit="persons", low=0, high=LARGEST_DRAWN, uncertain=False
    )
    mean_all: float = number("mean number a family", unit="persons", low=0, high=LARGEST_DRAWN, uncertain=False)
    source: str = text("where the means come from", default="stated by the user")


def _tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(value)


def _deciles(value: Iterable[float] | None) -> tuple[float, ...] | None:
    return None if value is None else tuple(float(each) for each in value)


def _quantiles(value: Mapping[float, float] | tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    pairs = value.items() if isinstance(value, Mapping) else value
    return tuple(sorted((float(probability), float(amount)) for probability, amount in pairs))


@frozen(kw_only=True)
class Published:
    """Published figures of one area, any consistent part of them; shares, not percent.

    line, headcount, gap, severity : the main line; further : the same at other lines.
    deciles : ten shares of all welfare, the poorest tenth first; quantiles : amounts by share of persons below.
    """

    line: PovertyLine | None = None
    headcount: float | None = share("P0, share of persons below the line", default=None, uncertain=False)
    severity: float | None = share("P2, FGT of order two", default=None, uncertain=False)
    gap: float | None = share("P1, FGT of order one", default=None, uncertain=False)
    further: tuple[LineFigures, ...] = attrs.field(default=(), converter=_tuple)
    mean: float | None = number(
        "mean welfare", unit="currency per person per month", low=1e-6, default=None, uncertain=False
    )
    median: float | None = number(
        "median welfare", unit="currency per person per month", low=1e-6, default=None, uncertain=False
    )
    gini: float | None = share("Gini of welfare between persons", default=None, uncertain=False)
    deciles: tuple[float, ...] | None = attrs.field(default=None, converter=_deciles)
    quantiles: tuple[tuple[float, float], ...] = attrs.field(default=(), converter=_quantiles)
    persons: float = number("persons in the area", unit="persons", low=1, most=1e11, uncertain=False)
    mean_members: float = number(
        "mean household size", unit="persons", low=1, high=LARGEST_DRAWN / 2, uncertain=False
    )
    mean_members_poor: float = number(
        "mean size of poor households", unit="persons", low=1, high=LARGEST_DRAWN / 2, uncertain=False
    )
    composition: tuple[Composition, ...] = attrs.field(default=(), converter=_tuple)
    kind: str = choice("what welfare is", ("consumption", "income"), default="consumption")

    @property
    def lines(self) -> tuple[LineFigures, ...]:
        """The figures at every line, the lowest line first."""
        main = () if self.line is None or self.headcount is None else (self._main(self.headcount, self.line),)
        return tuple(sorted((*main, *self.further), key=lambda each: each.line.amount))

    def _main(self, headcount: float, line: PovertyLine) -> LineFigures:
        return LineFigures(line=line, headcount=headcount, gap=self.gap, severity=self.severity)

    @property
    def poor_at(self) -> LineFigures | None:
        """The figures at the line below which families are poor: the main or the lowest; None without lines."""
        if self.line is not None and self.headcount is not None:
            return self._main(self.headcount, self.line)
        return self.lines[0] if self.lines else None

    @property
    def shares(self) -> tuple[float, ...] | None:
        """Decile shares that add up to one exactly."""
        if self.deciles is None:
            return None
        total = math.fsum(self.deciles)
        return tuple(each / total for each in self.deciles)

    @property
    def currency(self) -> str:
        """Currency of the lines; Indonesian rupiah where there is no line."""
        return self.lines[0].line.currency if self.lines else "IDR"

    @property
    def knows_body(self) -> bool:
        """Whether anything beyond the poor is published."""
        return any(each is not None for each in (self.mean, self.median, self.gini, self.deciles)) or bool(
            self.quantiles or len(self.lines) > 1
        )

    def check(self) -> None:
        """Refuse figures that no distribution has, all of them at once, with the bounds that they break."""
        found = self._line_faults() + self._body_faults()
        if not found:
            found = self._between_faults()
        if len(found) == 1:
            raise InputError(found[0])
        if found:
            raise InputError("\n".join([f"Published: {len(found)} faults", *(f"  {each}" for each in found)]))

    def _line_faults(self) -> list[str]:
        found = []
        if (self.line is None) != (self.headcount is None):
            missing, given = ("headcount", "line") if self.headcount is None else ("line", "headcount")
            found.append(f"Published.{missing} must be given where the {given} is; got none")
        if self.headcount is None and (self.gap is not None or self.severity is not None):
            found.append("Published.headcount must be given where gap or severity is; got none")
        if self.line is not None and self.headcount is not None:
            found += self._main(self.headcount, self.line).faults("Published")
        for place, each in enumerate(self.further):
            found += each.faults(f"Published.further[{place}]")
        currencies = {each.line.currency for each in self.lines}
        if len(currencies) > 1:
            found.append(f"Published.further must have lines of one currency; got {', '.join(sorted(currencies))}")
        return found

    def _body_faults(self) -> list[str]:
        found = []
        if self.gini is not None and not 0 < self.gini < 1:
            found.append(f"Published.gini must be a share in (0, 1); got {self.gini!r}")
        if self.deciles is not None:
            found += _decile_faults(self.deciles, self.gini)
        for probability, amount in self.quantiles:
            if not 0 < probability < 1 or not 0 < amount < math.inf:
                found.append(
                    "Published.quantiles must be shares in (0, 1) with amounts above 0; "
                    f"got {probability!r}: {amount!r}"
                )
        for (low, below), (high, above) in pairwise(self.quantiles):
            if not (low < high and below < above):
                found.append(
                    f"Published.quantiles must rise with the share; got {below:g} at {low:g}, {above:g} at {high:g}"
                )
        if not self.lines and self.mean is None and self.median is None and not self.quantiles:
            found.append(
                "Published must have a line with its headcount, a mean, a median or quantiles, to know how much "
                "money welfare is; got none of them"
            )
        return found

    def _between_faults(self) -> list[str]:
        """Contradictions between figures that are each possible."""
        found = []
        for low, high in pairwise(self.lines):
            found += _rising(low, high)
        points = [*self.quantiles, *(((0.5, self.median),) if self.median is not None else ())]
        for each in self.lines:
            line, p0 = each.line.amount, each.headcount
            for probability, amount in points:
                if (amount - line) * (probability - p0) < 0:
                    side = "at least" if probability > p0 else "at most"
                    found.append(
                        f"Published.headcount {p0:g} at {line:g} puts the amount that a share {probability:g} is "
                        f"below at {side} {line:g}; got {amount:g}"
                    )
            if self.mean is not None:
                gap = each.gap
                if gap is None:
                    gap = p0 if each.severity is None else math.sqrt(p0 * each.severity)
                if self.mean <= line * (1 - gap):
                    found.append(
                        f"Published.mean must be above {line * (1 - gap):g}, since the others have more than the "
                        f"line of {line:g}; got {self.mean!r}"
                    )
                found += self._decile_bounds(line, p0)
        return found

    def _decile_bounds(self, line: float, headcount: float) -> list[str]:
        """A tenth's mean is below its upper end and above its lower one."""
        shares, mean = self.shares, self.mean
        if shares is None or mean is None:
            return []
        found = []
        for place, held in enumerate(shares):
            own = held * DECILES * mean
            if own >= line and headcount >= (place + 1) / DECILES:
                found.append(
                    f"Published.headcount at {line:g} must be below {(place + 1) / DECILES:g}, since tenth "
                    f"{place + 1} has {own:g} on average; got {headcount:g}"
                )
            if own < line and headcount <= place / DECILES:
                found.append(
                    f"Published.headcount at {line:g} must be above {place / DECILES:g}, since tenth {place + 1} "
                    f"has {own:g} on average; got {headcount:g}"
                )
        return found


def _decile_faults(deciles: tuple[float, ...], gini: float | None) -> list[str]:
    if len(deciles) != DECILES:
        return [f"Published.deciles must be ten shares; got {len(deciles)}"]
    if not all(0 < each < 1 for each in deciles):
        return [f"Published.deciles must be shares in (0, 1); got {deciles!r}"]
    found = []
    if any(high < low for low, high in pairwise(deciles)):
        found.append(f"Published.deciles must not fall; got {deciles!r}")
    total = math.fsum(deciles)
    if abs(total - 1) > 5e-3:
        found.append(f"Published.deciles must add up to 1; got {total:g}")
    if gini is not None and not found:
        least, most = gini_range([each / total for each in deciles])
        if not least - 1e-9 <= gini <= most + 1e-9:
            found.append(
                f"Published.gini must be in [{least:g}, {most:g}], what the deciles have between them and the most "
                f"that they leave inside; got {gini!r}"
            )
    return found


def gini_range(shares: Sequence[float]) -> tuple[float, float]:
    """Return the least and the largest Gini of distributions with these shares of equal groups, the poorest first.

    The least has everybody at the mean of the group. The largest has the persons of each group at its two ends (the
    top group's upper end is free), and each end where it leaves most inequality between the two means beside it
    (Gastwirth 1972, Review of Economics and Statistics 54; Mehran 1975, JASA 70).
    """
    count = len(shares)
    means = [each * count for each in shares]
    points = [math.fsum(shares[:place]) for place in range(count + 1)]
    least = 1.0 - math.fsum((low + high) / count for low, high in pairwise(points))
    ends = [0.0, *((low + high) / 2 for low, high in pairwise(means)), math.inf]
    for _ in range(ROUNDS):  # one end at a time; the sum is concave in all of them
        for place in range(1, count):
            below, above = means[place - 1] - ends[place - 1], ends[place + 1] - means[place]
            if place == count - 1:
                ends[place] = means[place - 1]
            elif below + above > 0:
                ends[place] = (below * means[place] + above * means[place - 1]) / (below + above)
    within = means[-1] - ends[-2]
    for place, mean in enumerate(means[:-1]):
        below, above = mean - ends[place], ends[place + 1] - mean
        within += below * above / (below + above) if below + above > 0 else 0.0
    return least, least + within / count**2


def _rising(low: LineFigures, high: LineFigures) -> list[str]:
    """Between two lines: F rises, and its integral lies between the rectangles of the two headcounts."""
    first, second = low.line.amount, high.line.amount
    words = f"at {first:g} and {second:g}"
    if first == second:
        return [f"Published.further must have lines of different amounts; got {first:g} twice"]
    if not low.headcount < high.headcount:
        return [
            f"Published.headcount must rise with the line {words}; got {low.headcount!r} and {high.headcount!r}"
        ]
    if low.gap is None or high.gap is None:
        return []
    held = second * high.gap - first * low.gap
    least, most = low.headcount * (second - first), high.headcount * (second - first)
    if not least <= held <= most:
        bounds = [(first * low.gap + bound) / second for bound in (least, most)]
        return [
            f"Published.gap at {second:g} must be in [{bounds[0]:g}, {bounds[1]:g}], since the share of persons "
            f"below rises from {low.headcount:g} to {high.headcount:g}; got {high.gap!r}"
        ]
    return []


def shifted(published: Published, headcount: float, gap: float | None, severity: float | None) -> Published:
    """The same area with other figures at its main line."""
    return attrs.evolve(published, headcount=headcount, gap=gap, severity=severity)
