"""Progress over several runs as over one: draws done of all their draws, one bar, one callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graduasi.errors import Cancelled
from graduasi.fields import refuse

if TYPE_CHECKING:
    from types import TracebackType

    from graduasi.simulation.simulate import Progress


class WholeProgress:
    """Counts draws over all runs of a study, and passes them on; a context, so that its bar is put away.

    progress : as in `simulate`. total : draws of all runs.
    """

    def __init__(self, progress: Progress, total: int) -> None:
        if not (isinstance(progress, bool) or callable(progress)):
            raise refuse("study", "progress", "True, False or a function", progress)
        self.progress, self.total, self.done = progress, total, 0
        self._bar = None
        if progress is True:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total, desc="studying", unit="draw")

    def __enter__(self) -> WholeProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def of_a_run(self) -> Progress:
        """The `progress` to give to one of the runs."""
        return self._heard if self.progress is not False else False

    def _heard(self, done: int, total: int) -> None:
        del done, total  # of the run alone
        self.done += 1
        if self._bar is not None:
            self._bar.update()
        elif callable(self.progress):
            answer = self.progress(self.done, self.total)
            if isinstance(answer, bool | np.bool_) and not answer:
                raise Cancelled(
                    f"study.progress returned False after {self.done} of {self.total} draws: the work was stopped"
                )
