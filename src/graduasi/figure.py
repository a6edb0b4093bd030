"""A figure that shows itself in a notebook (needs the extra `report`), without pyplot and its global state."""

from __future__ import annotations

import io

from matplotlib.figure import Figure

DOTS = 144  # per inch: sharp on dense screens


class ShownFigure(Figure):
    """A matplotlib figure that a notebook draws where a cell ends with it.

    Where `%matplotlib inline` is in force, its own way of drawing comes first, and the figure is shown once too.
    """

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=DOTS, facecolor="white")
        return stream.getvalue()
