"""How findings were made: enough to make them again, and to see that two were not made from one scenario."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from graduasi.projection import Projection
    from graduasi.scenario import Scenario

PACKAGES = ("numpy", "scipy", "pandas")


@frozen(kw_only=True)
class Made:
    """Provenance of findings.

    version : of graduasi. scenario : SHA-256 of the scenario's own values, in hexadecimal; "" where there was none.
    date : day on which it was made [UTC]. command : what was called. packages : versions of what it rests on.
    """

    version: str
    seed: int
    draws: int
    scenario: str = ""
    date: str = ""
    command: str = ""
    packages: tuple[tuple[str, str], ...] = ()


def made_of(result: Projection, scenario: Scenario | None = None, command: str = "") -> Made:
    """Record how a result was made, here and now."""
    return Made(
        version=result.version,
        seed=result.seed,
        draws=result.draws,
        scenario="" if scenario is None else scenario_hash(scenario),
        date=datetime.now(UTC).date().isoformat(),
        command=command,
        packages=tuple((name, version(name)) for name in PACKAGES),
    )


def scenario_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of what a scenario says, however its file is laid out; without the tables it reads."""
    plain = json.dumps(scenario.to_dict(), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
