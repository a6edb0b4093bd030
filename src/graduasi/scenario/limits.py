"""What a scenario from a stranger may ask for: files, sizes, and the work that they lead to."""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from graduasi.errors import InputError
from graduasi.fields import count, number, show, text
from graduasi.scenario.checks import SHOWN, Fault

if TYPE_CHECKING:
    from graduasi.population import Population

LISTS = ("lines", "programmes", "policies", "variants")
# Nanoseconds a household-month, measured on one core (docs/service.md): the walk with its first line, a line
# more, a policy with programmes, and a line more of that.
WALK, LINE, POLICY, POLICY_LINE = 60.0, 15.0, 100.0, 30.0
RECORD_BYTES = 330  # of a record in the population, beside what a run adds


@frozen(kw_only=True)
class Limits:
    """What a scenario may ask for; the defaults are for a public service. Give more where you know who asks.

    Files are off unless there is a `root`; then they must be regular files inside it, links followed. A file
    that is exchanged between this check and its reading is not seen: let nobody write below the root.
    seconds and memory are compared with a rough estimate of one run by `Scenario.run`, made before it.
    """

    root: str | None = text("folder that files must lie in; none: no files", default=None)
    characters: int = count(
        "characters of the scenario: its file, or its texts and eight for each number", unit="characters",
        at_least=1, default=1_000_000,
    )  # fmt: skip
    text: int = count("characters of one text", unit="characters", at_least=1, default=2_000)
    items: int = count("items of any one list", unit="items", at_least=1, default=10_000)
    months: int = count("last month", unit="months", at_least=1, default=240)
    draws: int = count("outer draws", unit="draws", at_least=1, default=1_000)
    records: int = count("records of the population", unit="records", at_least=1, default=100_000)
    payments: int = count("payments of a transfer", unit="payments", at_least=1, default=240)
    lines: int = count("poverty lines", unit="lines", at_least=1, default=10)
    programmes: int = count("programmes", unit="programmes", at_least=1, default=50)
    policies: int = count("policies", unit="policies", at_least=1, default=20)
    variants: int = count("variants", unit="variants", at_least=0, default=10)
    file_bytes: int = count("bytes of a file", unit="bytes", at_least=1, at_most=10**15, default=50_000_000)
    inflated_bytes: int = count(
        "bytes of a Parquet file's columns once they are inflated, as the file says",
        unit="bytes", at_least=1, at_most=10**15, default=500_000_000,
    )  # fmt: skip
    seconds: float = number("estimated CPU time of a run", unit="seconds", low=0, default=300.0, uncertain=False)
    memory: float = number("estimated memory of a run", unit="bytes", low=0, default=2.0 * 2**30, uncertain=False)

    def document_faults(self, document: Mapping[str, object]) -> list[Fault]:
        """What of a document is too long to be looked at any closer."""
        found = []
        for name in LISTS:
            held, most = document.get(name), getattr(self, name)
            if isinstance(held, list | tuple) and len(held) > most:
                found.append((name, f"must be a list of at most {most} here; found {len(held)}"))
        total = 0
        for path, value in walk(document):
            total += 1
            if isinstance(value, str):
                total += len(value)
                if len(value) > self.text:
                    found.append(
                        (path, f"must be a text of at most {self.text} characters here; found {len(value)}")
                    )
            elif isinstance(value, list | tuple):
                if len(value) > self.items:
                    found.append((path, f"must be a list of at most {self.items} here; found {len(value)}"))
            elif isinstance(value, Mapping):
                total += sum(len(key) for key in value if isinstance(key, str))
            else:
                total += 8
            if total > self.characters:
                return [*found, ("", f"must be of at most {self.characters} characters here")]
        return found

    def scenario_faults(self, view: object) -> list[Fault]:
        """What of a scenario is too large, as far as its parts can be read."""
        found = []
        population = getattr(view, "population", None)
        asked = [
            ("months", getattr(view, "months", None), self.months),
            ("draws", getattr(view, "draws", None), self.draws),
            (
                "report.sensitivity_draws",
                getattr(getattr(view, "report", None), "sensitivity_draws", None),
                self.draws,
            ),
            ("population.size", getattr(population, "size", None), self.records),
            *self._payments(view),
        ]
        for path, value, most in asked:
            if value is not None and value > most:
                found.append((path, f"must be at most {most} here; found {value}"))
        if getattr(population, "kind", None) == "file" and self.root is None:
            path = show(getattr(population, "path", None), SHOWN)
            found.append(("population.path", f"must be left out, since files are not read here; found {path}"))
        size = getattr(population, "size", None)
        if not found and size is not None:
            found += self._work_faults(view, size, 1)
        return found

    def _payments(self, view: object) -> Iterator[tuple[str, int | None, int]]:
        for at, programme in enumerate(getattr(view, "programmes", None) or ()):
            for place, intervention in enumerate(getattr(programme, "interventions", None) or ()):
                path = f"programmes[{at}].interventions[{place}].payments"
                yield path, getattr(intervention, "payments", None), self.payments

    def check_file(self, path: Path) -> None:
        """Refuse a file that is outside the root, no regular file, or too large."""
        shown = show(str(path), SHOWN)
        try:
            true = os.path.realpath(path)
            inside = self.root is not None and Path(true).is_relative_to(os.path.realpath(self.root))
            state = Path(true).stat() if inside else None
        except (OSError, ValueError):
            raise InputError(f"FromFile.path must be a file; got {shown}") from None
        if state is None:
            raise InputError(f"FromFile.path must be inside the folder for files; got {shown}")
        if not stat.S_ISREG(state.st_mode):
            raise InputError(f"FromFile.path must be a regular file; got {shown}")
        if state.st_size > self.file_bytes:
            raise InputError(
                f"FromFile.path must be a file of at most {self.file_bytes} bytes here; got {state.st_size}"
            )
        if path.suffix.lower() == ".parquet":  # as the reader tells the kind of a file: by the name it is given
            held = _inflated(true)
            if held > self.inflated_bytes:
                raise InputError(
                    f"FromFile.path must hold at most {self.inflated_bytes} bytes here once inflated; got {held}"
                )

    def run_faults(self, scenario: object, population: Population) -> list[Fault]:
        """What is too large about a run, once its population is known."""
        records = len(population)
        if records > self.records:
            return [("population", f"must be of at most {self.records} records here; found {records}")]
        labels = (population.by, population.distribution_groups)
        groups = math.prod(len(set(each.tolist())) for each in labels if each is not None)
        return self._work_faults(scenario, records, groups)

    def _work_faults(self, view: object, records: int, groups: int) -> list[Fault]:
        months, draws = getattr(view, "months", None), getattr(view, "draws", None)
        lines = len(getattr(view, "lines", None) or ())
        helping = [mix for mix in getattr(view, "policies", None) or () if getattr(mix, "programmes", None)]
        if months is None or draws is None or not lines:
            return []
        found = []
        seconds = run_seconds(records, months, draws, lines, len(helping))
        if seconds > self.seconds:
            found.append(("", f"must need at most {self.seconds:g} s of CPU time here; needs about {seconds:.0f}"))
        need = run_bytes(records, months, draws, lines, len(helping) + 1, groups)
        if need > self.memory:
            found.append(
                (
                    "",
                    f"must need at most {self.memory / 2**30:g} GiB here; needs about {need / 2**30:.1f}",
                )
            )
        return found


def run_seconds(records: int, months: int, draws: int, lines: int, helping: int) -> float:
    """Estimate the CPU time of a run, helping : policies with programmes. Right within a factor of about three."""
    each = WALK + LINE * (lines - 1) + helping * (POLICY + POLICY_LINE * (lines - 1))
    return records * (months + 1.0) * draws * each * 1e-9


def run_bytes(records: int, months: int, draws: int, lines: int, policies: int, groups: int) -> float:
    """Estimate the memory of a run: what is kept of each draw, what is kept of luck, and the records."""
    from graduasi.simulation.need import RunSize

    size = RunSize(
        draws=draws, policies=policies, months=months, lines=lines, households=records, strata=max(groups, 1)
    )
    return size.whole + records * RECORD_BYTES


def walk(document: object) -> Iterator[tuple[str, object]]:
    """Every value of a document with its path, tables and lists first, without recursion."""
    left: list[tuple[str, object]] = [("", document)]
    while left:
        path, value = left.pop()
        yield path, value
        if isinstance(value, Mapping):
            left += [(f"{path}.{show_key(key)}" if path else show_key(key), item) for key, item in value.items()]
        elif isinstance(value, list | tuple):
            left += [(f"{path}[{place}]", item) for place, item in enumerate(value)]


def show_key(key: object) -> str:
    """A key in a path: as it is where it is short and plain."""
    plain = isinstance(key, str) and len(key) <= SHOWN and key.isprintable() and key != ""
    return str(key) if plain else show(key, SHOWN)


def _inflated(path: str) -> int:
    """Bytes of a Parquet file's columns as its metadata has them; 0 where it cannot be read (reading tells why)."""
    try:
        from pyarrow import parquet  # type: ignore[import-untyped]

        metadata = parquet.ParquetFile(path).metadata
        groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
        return sum(int(group.total_byte_size) for group in groups)
    except Exception:
        return 0
