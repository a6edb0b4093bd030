"""Print the lowest releases that `pyproject.toml` allows, as constraints for pip.

`make lowest` writes them to `tools/lowest.txt`, and `make test-oldest` runs the tests with them. The bounds of the
library, of its extras for users and of the tests are taken; those for style and documentation are not.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXTRAS = ("report", "parquet", "test")


def lowest(project: dict[str, object]) -> list[str]:
    """Return `name==bound` for each requirement `name>=bound`, in order."""
    extras: dict[str, list[str]] = project["optional-dependencies"]  # type: ignore[assignment]
    needs: list[str] = [*project["dependencies"], *(need for name in EXTRAS for need in extras[name])]  # type: ignore[misc]
    pinned = []
    for need in needs:
        found = re.fullmatch(r"([\w.-]+)>=([\w.]+)", need)
        if found is None:
            raise ValueError(f"a requirement must be written name>=bound, without more; got {need!r}")
        pinned.append(f"{found[1]}=={found[2]}")
    return pinned


if __name__ == "__main__":
    with (ROOT / "pyproject.toml").open("rb") as file:
        print("\n".join(lowest(tomllib.load(file)["project"])))
