"""Figures of a projection (extra `report`); each function returns a matplotlib figure and no global is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graduasi.errors import NotAvailableError
from graduasi.projection.statistics import PLACE
from graduasi.projection.tables import total_cost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from graduasi.projection import Projection
    from graduasi.simulation import Swing

INK, QUIET, GRID = "#1f2933", "#6b7785", "#e4e7eb"
COLOURS = ("#6b7785", "#0072b2", "#009e73", "#d55e00", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b")
ANYWAY, BECAUSE, MISSED = "#a9b4c0", "#009e73", "#d55e00"


def _figure(
    width: float, height: float, columns: int = 1, ratios: Sequence[float] | None = None
) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as missing:
        raise NotAvailableError("figures need the extra: pip install 'graduasi[report]'") from missing
    figure = Figure(figsize=(width, height), layout="constrained")
    grid = {"width_ratios": ratios} if ratios else {}
    return figure, np.atleast_1d(np.asarray(figure.subplots(1, columns, gridspec_kw=grid), dtype=object))


def _dress(axes: Axes, title: str, x: str = "", y: str = "") -> None:
    axes.set_title(title, loc="left", fontsize=10.5, color=INK, fontweight="bold")
    axes.set_xlabel(x, color=QUIET, fontsize=9)
    axes.set_ylabel(y, color=QUIET, fontsize=9)
    axes.tick_params(colors=QUIET, labelsize=8.5, length=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GRID)
    axes.grid(True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _wrapped(name: str, width: int = 24) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(name, width)) or name


def _bands(axes: Axes, draws: Any, colour: str, label: str) -> None:
    month = np.arange(draws.shape[1])
    axes.plot(month, draws.mean(axis=0), color=colour, linewidth=1.8, label=label)
    if draws.shape[0] > 1:
        low, high = np.quantile(draws, [0.05, 0.95], axis=0)
        axes.fill_between(month, low, high, color=colour, alpha=0.13, linewidth=0)


def _beside(axes: Axes, end: float, place: int, words: str) -> None:
    """Words to the right of a bar."""
    axes.annotate(
        words, (end, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.5, color=INK
    )


def headcount_over_time(projection: Projection, *, line: str | None = None, unit: str = "households") -> Figure:
    """Truly poor by policy and month with 90% bands; beside it, how many fewer than under the first policy."""
    figure, (left, right) = _figure(9.2, 3.9, 2)
    for place, policy in enumerate(projection.policies):
        draws = projection.series("poor", policy, line=line, unit=unit)
        if place == 0:
            _bands(left, draws, _colour(place), policy)
        else:
            left.plot(draws.mean(axis=0), color=_colour(place), linewidth=1.3, label=policy)
            _bands(right, _fewer(projection, policy, line, unit), _colour(place), policy)
    label = projection.lines[projection.at.line(line)].label
    noun = "families" if unit == "households" else unit
    months = f"months from {projection.start}"
    _dress(left, f"Truly poor {noun} at {label}", months, noun)
    _dress(right, "Fewer than without a policy", months, noun)
    left.set_ylim(bottom=0)
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8.5, frameon=False
    )
    return figure  # type: ignore[no-any-return]


def _fewer(projection: Projection, policy: str, line: str | None, unit: str) -> Any:
    """Draws of how many fewer are poor than under the first policy, under the same luck; shape (draw, month)."""
    which, row = projection.at.unit(unit), projection.at.line(line)
    poor = projection.values[:, which, :, :, row, PLACE["poor"]].sum(axis=-1)
    return poor[:, 0] - poor[:, projection.at.policy(policy)]


def exits_split(projection: Projection, *, month: int | None = None, line: str | None = None) -> Figure:
    """Sustained exits by policy: those who leave anyway, and those who leave because of the policy."""
    at = projection.at.month(month)
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
    axes.set_yticks(range(len(projection.policies)), [_wrapped(name) for name in projection.policies])
    axes.invert_yaxis()
    axes.set_xlim(0, largest * 1.75 if largest > 0 else 1)
    _dress(axes, f"Sustained exits at month {at} ({projection.at.date(at)})", "families")
    axes.grid(False, axis="y")
    return figure  # type: ignore[no-any-return]


def cost_against_exits(projection: Projection, *, month: int | None = None, line: str | None = None) -> Figure:
    """Additional sustained exits against cost, with 90% intervals."""
    at = projection.at.month(month)
    figure, (axes,) = _figure(9.2, 3.6)
    for place, policy in enumerate(projection.policies[1:], start=1):
        gained = projection.interval("additional_sustained", policy, month=at, line=line)
        cost = float(total_cost(projection, policy).mean()) / 1e9
        spread = [[max(gained.mean - gained.low, 0.0)], [max(gained.high - gained.mean, 0.0)]]
        axes.errorbar(
            cost, gained.mean, yerr=None if np.isnan(spread).any() else spread, fmt="o", color=_colour(place),
            capsize=3, markersize=6, label=policy,
        )  # fmt: skip
    axes.axhline(0.0, color=QUIET, linewidth=0.8)
    _dress(
        axes, f"Additional sustained exits at month {at}, against cost", f"cost [{projection.currency} billion]",
        "families",
    )  # fmt: skip
    if len(projection.policies) > 1:
        axes.legend(fontsize=8.5, frameon=False, loc="upper left")
    return figure  # type: ignore[no-any-return]


def who_was_reached(projection: Projection, *, line: str | None = None) -> Figure:
    """Families reached, truly poor or not at month 0, and truly poor families not reached."""
    table = projection.targeting()
    label = projection.lines[projection.at.line(line)].label
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
    axes.set_yticks(range(len(rows)), [_wrapped(str(name)) for name in rows["policy"]] if len(rows) else [])
    axes.invert_yaxis()
    axes.set_xlim(0, max(axes.get_xlim()[1] * 1.25, 1.0))
    for colour, words in (
        (BECAUSE, "reached, truly poor"),
        (ANYWAY, "reached, not truly poor"),
        (MISSED, "truly poor, not reached"),
    ):
        axes.barh(0, 0, color=colour, label=words)
    _dress(axes, f"Who was reached, by the truth at month 0 ({label})", "families")
    axes.grid(False, axis="y")
    figure.legend(loc="outside lower center", ncols=3, fontsize=8.5, frameon=False)
    return figure  # type: ignore[no-any-return]


def tornado(swings: Sequence[Swing], outcome: str, *, most: int = 10) -> Figure:
    """Bars from the 10th to the 90th percentile of each input, the widest on top."""
    own = [swing for swing in swings if swing.outcome == outcome and swing.width > 0][:most]
    figure, (axes,) = _figure(9.2, 0.42 * max(len(own), 1) + 1.4)
    for place, swing in enumerate(own):
        for value, colour in ((swing.low, COLOURS[1]), (swing.high, COLOURS[3])):
            axes.barh(place, value - swing.middle, left=swing.middle, color=colour, height=0.62)
    if own:
        axes.axvline(own[0].middle, color=INK, linewidth=0.9)
    axes.set_yticks(range(len(own)), [_wrapped(swing.name, 34) for swing in own])
    axes.invert_yaxis()
    axes.barh(0, 0, color=COLOURS[1], label="input at its 10th percentile, or the lowest line")
    axes.barh(0, 0, color=COLOURS[3], label="at its 90th percentile, or the highest")
    _dress(axes, outcome, "the other inputs at their medians")
    axes.grid(False, axis="y")
    figure.legend(loc="outside lower center", ncols=2, fontsize=8.5, frameon=False)
    return figure  # type: ignore[no-any-return]
