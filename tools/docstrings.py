"""Documentation extension: lines `name : meaning` of a docstring become a list, one entry a name."""

from __future__ import annotations

import re
from typing import Any

import griffe

ENTRY = re.compile(r"^([A-Za-z_]\w*(?:, \w+)*) : ")


def listed(docstring: str) -> str:
    """The docstring with its `name : meaning` lines as a Markdown list."""
    lines: list[str] = []
    inside = False
    for line in docstring.splitlines():
        entry = ENTRY.match(line)
        if entry is not None:
            lines += [] if inside else [""]
            names = ", ".join(f"`{name}`" for name in entry[1].split(", "))
            lines.append(f"- {names}: {line[entry.end() :]}")
        elif inside and line.strip():
            lines.append(f"    {line.strip()}")
        else:
            lines.append(line)
        inside = entry is not None or (inside and bool(line.strip()))
    return "\n".join(lines)


class NamesAsList(griffe.Extension):
    """Rewrites every docstring before it is rendered."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for each module, class and function."""
        if obj.docstring is not None:
            obj.docstring.value = listed(obj.docstring.value)
