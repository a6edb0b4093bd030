"""Figures of a projection (extra `report`): matplotlib figures that notebooks show, and no global is touched.

Names are drawn as they stand: dollar signs in them are dollars, never mathematics.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.errors import NotAvailableError
from graduasi.fields import tuple_of
from graduasi.projection.tables import total_cost
from graduasi.study import Swing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.container import Container
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from numpy.typing import NDArray

    from graduasi.figure import ShownFigure
    from graduasi.projection import Projection

    Floats = NDArray[np.float64]

INK, QUIET, GRID = "#1f2933", "#6b7785", "#e4e7eb"
COLOURS = ("#6b7785", "#0072b2", "#009e73", "#d55e00", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b")
ANYWAY, BECAUSE, MISSED = "#a9b4c0", "#009e73", "#d55e00"


def _figure(
    width: float, height: float, columns: int = 1, ratios: Sequence[float] | None = None
) -> tuple[ShownFigure, tuple[Axes, ...]]:
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as missing:
        raise NotAvailableError("figures need the extra: pip install 'graduasi[report]'") from missing
    from graduasi.figure import ShownFigure

    figure = ShownFigure(figsize=(width, height), layout="constrained")
    grid = {"width_ratios": ratios} if ratios else {}
    drawn: NDArray[np.object_] = figure.subplots(1, columns, squeeze=False, gridspec_kw=grid)
    return figure, tuple(drawn.ravel())


def _dress(axes: Axes, title: str, x: str = "", y: str = "") -> None:
    words = _wrapped(title, 46 if len(axes.figure.axes) > 1 else 74)
    axes.set_title(words, loc="left", fontsize=10.5, color=INK, fontweight="bold", parse_math=False)
    axes.set_xlabel(x, color=QUIET, fontsize=9, parse_math=False)
    axes.set_ylabel(y, color=QUIET, fontsize=9, parse_math=False)
    axes.tick_params(colors=QUIET, labelsize=8.5, length=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GRID)
    axes.grid(True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def _in_full(axis: Axis) -> None:
    """Numbers along an axis in full, with thousands separated and without an offset in the corner."""
    from matplotlib.ticker import StrMethodFormatter

    axis.set_major_formatter(StrMethodFormatter("{x:,.10g}"))


def _whole_months(axis: Axis) -> None:
    from matplotlib.ticker import MaxNLocator

    locator = axis.get_major_locator()
    if isinstance(locator, MaxNLocator):
        locator.set_params(integer=True)


def _rows(axes: Axes, names: Sequence[str], width: int = 24) -> None:
    """Names down the side, the first on top."""
    axes.set_yticks(range(len(names)), [_wrapped(name, width) for name in names], parse_math=False)
    axes.invert_yaxis()
    _in_full(axes.xaxis)


def _legend(figure: Figure, handles: Sequence[Artist | Container], names: Sequence[str], columns: int = 1) -> None:
    """A legend with the names as they stand; matplotlib would leave out those that begin with an underscore."""
    labels = [str(place) for place in range(len(names))]
    # matplotlib's types leave out containers, such as bars.
    legend = figure.legend(  # type: ignore[call-overload]
        handles, labels, loc="outside lower center", ncols=columns, fontsize=8.5, frameon=False
    )
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_parse_math(False)
        text.set_text(_wrapped(name, 34))


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _wrapped(name: str, width: int = 24) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(name, width, max_lines=4, placeholder=" …")) or name


def _bands(axes: Axes, draws: Floats, colour: str) -> Line2D:
    month = np.arange(draws.shape[1])
    (line,) = axes.plot(month, draws.mean(axis=0), color=colour, linewidth=1.8)
    if draws.shape[0] > 1:
        low, high = np.quantile(draws, [0.05, 0.95], axis=0)
        axes.fill_between(month, low, high, color=colour, alpha=0.13, linewidth=0)
    return line


def _beside(axes: Axes, end: float, place: int, words: str) -> None:
    """Words to the right of a bar."""
    axes.annotate(
        words, (end, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK,
        parse_math=False,
    )  # fmt: skip


def headcount_over_time(projection: Projection, *, line: str | None = None, unit: str = "households") -> Figure:
    """Truly poor by policy and month with 90% bands; beside it, how many fewer than under the first policy."""
    figure, (left, right) = _figure(9.2, 3.9, 2)
    drawn = []
    for place, policy in enumerate(projection.policies):
        draws = projection.series("poor", policy, line=line, unit=unit).draws
        if place == 0:
            drawn.append(_bands(left, draws, _colour(place)))
        else:
            drawn += left.plot(draws.mean(axis=0), color=_colour(place), linewidth=1.3)
            _bands(right, _fewer(projection, policy, line, unit), _colour(place))
    label = projection.lines[projection.index.line(line)].label
    noun = "families" if unit == "households" else unit
    months = f"months from {projection.start}"
    _dress(left, f"Truly poor {noun} at {label}", months, noun)
    _dress(right, "Fewer than without a policy", months, noun)
    left.set_ylim(bottom=0)
    for axes in (left, right):
        _in_full(axes.yaxis)
        _whole_months(axes.xaxis)
    _legend(figure, drawn, projection.policies, 3)
    return figure


def _fewer(projection: Projection, policy: str, line: str | None, unit: str) -> Floats:
    """Draws of how many fewer are poor than under the first policy, under the same luck; shape (draw, month)."""
    reference = projection.series("poor", projection.policies[0], line=line, unit=unit)
    return reference.simulated - projection.series("poor", policy, line=line, unit=unit).simulated


def exits_split(projection: Projection, *, month: int | None = None, line: str | None = None) -> Figure:
    """Sustained exits by policy: those who leave anyway, and those who leave because of the policy."""
    at = projection.index.month(month)
    figure, (axes,) = _figure(9.2, 0.62 * len(projection.policies) + 1.3)
    largest = 0.0
    for place, policy in enumerate(projection.policies):
        anyway = projection.interval("sustained", projection.policies[0], month=at, line=line)
        because = projection.interval("additional_sustained", policy, month=at, line=line)
        axes.barh(place, anyway.mean, color=ANYWAY, height=0.6)
        axes.barh(place, because.mean, left=anyway.mean, color=BECAUSE, height=0.6)
        end = anyway.mean + max(because.mean, 0.0)
        largest = max(largest, end)
        words = f"{anyway.mean:,.0f} anyway"
        if place:
            words += f"  {because.mean:+,.1f} because of it ({because.low:,.1f} to {because.high:,.1f})"
        _beside(axes, end, place, words)
    _rows(axes, projection.policies)
    axes.set_xlim(0, largest * 1.75 if largest > 0 else 1)
    _dress(axes, f"Sustained exits at month {at} ({projection.index.date(at)})", "families")
    axes.grid(False, axis="y")
    return figure


def cost_against_exits(projection: Projection, *, month: int | None = None, line: str | None = None) -> Figure:
    """Additional sustained exits against cost, with 90% intervals."""
    at = projection.index.month(month)
    figure, (axes,) = _figure(9.2, 3.6)
    drawn, paid = [], []
    for place, policy in enumerate(projection.policies[1:], start=1):
        gained = projection.interval("additional_sustained", policy, month=at, line=line)
        cost = float(total_cost(projection, policy).mean()) / 1e9
        spread = [[max(gained.mean - gained.low, 0.0)], [max(gained.high - gained.mean, 0.0)]]
        known = None if np.isnan(spread).any() else spread
        paid.append(cost)
        drawn.append(
            axes.errorbar(cost, gained.mean, yerr=known, fmt="o", color=_colour(place), capsize=3, markersize=6)
        )
    axes.axhline(0.0, color=QUIET, linewidth=0.8)
    _dress(
        axes, f"Additional sustained exits at month {at}, against cost", f"cost [{projection.currency} billion]",
        "families",
    )  # fmt: skip
    for axis in (axes.xaxis, axes.yaxis):
        _in_full(axis)
    if paid:
        axes.set_xlim(*_around(paid))
        _legend(figure, drawn, projection.policies[1:], 3)
    return figure


def _around(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis around some numbers of zero or more: equal ones stand in the middle, not a rounding apart."""
    low, high = min(values), max(values)
    beyond = max(0.08 * (high - low), 0.1 * high) or 1.0
    return low - beyond, high + beyond


def who_was_reached(projection: Projection, *, line: str | None = None) -> Figure:
    """Families reached, truly poor or not at month 0, and truly poor families not reached."""
    table = projection.targeting()
    label = projection.lines[projection.index.line(line)].label
    rows = table.loc[table["line"] == label]
    figure, (axes,) = _figure(9.2, 0.62 * max(len(rows), 1) + 1.6)
    for place, row in enumerate(rows.to_dict("records")):
        poor, reached = row["reached_truly_poor"], row["reached"]
        missed = poor / row["coverage"] - poor if row["coverage"] and row["coverage"] == row["coverage"] else 0.0
        left = 0.0
        for width, colour in ((poor, BECAUSE), (reached - poor, ANYWAY), (missed, MISSED)):
            axes.barh(place, width, left=left, color=colour, height=0.6)
            left += width
        _beside(axes, left, place, f"{poor:,.0f} of {reached:,.0f} truly poor")
    _rows(axes, [str(name) for name in rows["policy"]])
    axes.set_xlim(0, max(axes.get_xlim()[1] * 1.25, 1.0))
    kinds = (
        (BECAUSE, "reached, truly poor"),
        (ANYWAY, "reached, not truly poor"),
        (MISSED, "truly poor, not reached"),
    )
    drawn = [axes.barh(0, 0, color=colour) for colour, _ in kinds]
    _dress(axes, f"Who was reached, by the truth at month 0 ({label})", "families")
    axes.grid(False, axis="y")
    _legend(figure, drawn, [words for _, words in kinds], 3)
    return figure


def tornado(swings: Swing | Sequence[Swing], outcome: str, *, most: int = 10) -> Figure:
    """Bars from the 10th to the 90th percentile of each input, the widest on top."""
    own = [
        swing
        for swing in tuple_of("tornado", "swings", Swing, swings)
        if swing.outcome == outcome and swing.width > 0
    ][:most]
    figure, (axes,) = _figure(9.2, 0.42 * max(len(own), 1) + 1.4)
    for place, swing in enumerate(own):
        for value, colour in ((swing.low, COLOURS[1]), (swing.high, COLOURS[3])):
            axes.barh(place, value - swing.middle, left=swing.middle, color=colour, height=0.62)
    if own:
        axes.axvline(own[0].middle, color=INK, linewidth=0.9)
    _rows(axes, [swing.name for swing in own], 34)
    drawn = [axes.barh(0, 0, color=COLOURS[place]) for place in (1, 3)]
    ends = ("input at its 10th percentile, or the lowest line", "at its 90th percentile, or the highest")
    _dress(axes, outcome, "the other inputs at their medians")
    axes.grid(False, axis="y")
    _legend(figure, drawn, ends, 2)
    return figure
