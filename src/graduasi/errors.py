"""The library's own errors; each can also be caught as the built-in error that it resembles."""

from __future__ import annotations

from collections.abc import Sequence

LISTED = 50  # faults in a message


class GraduasiError(Exception):
    """Base of every error that this library raises on purpose."""


class InputError(GraduasiError, ValueError):
    """A value that the caller gave is outside what its field needs."""


class NotAvailableError(GraduasiError, LookupError):
    """Something was asked for that this object does not hold (a policy, a line, person counts)."""


class FitError(GraduasiError, ArithmeticError):
    """No distribution or calibration meets the given figures."""


class MemoryLimitError(GraduasiError, MemoryError):
    """The work asked for would not fit in memory; raised before it starts."""


class OutputError(GraduasiError, OSError):
    """The files of a run could not be written; what their folder held before is as it was."""


class Cancelled(GraduasiError):
    """A run was stopped by its progress callback, which returned False."""


class ScenarioError(InputError):
    """One or more faults in a scenario file, all of them, each with the path to its field.

    faults : all of them. The message lists the first fifty.
    """

    def __init__(self, faults: Sequence[str], where: str = "scenario") -> None:
        self.faults = tuple(faults)
        self.where = where
        count = len(self.faults)
        head = f"{where}: {count} fault{'' if count == 1 else 's'}"
        more = [f"  and {count - LISTED} more"] if count > LISTED else []
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults[:LISTED]), *more]))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[str, ...], str]]:
        """Copy and pickle from the faults: an exception is otherwise made anew from its message."""
        return type(self), (self.faults, self.where)


class GraduasiWarning(UserWarning):
    """Something worth knowing that does not stop the work (a programme that reached no one)."""
