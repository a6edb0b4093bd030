"""Count how often each room says `Any`, per 1,000 lines: `python tools/count_any.py`.

Names are counted, imports among them, as Python's own tokenizer finds them; text and comments are not.
"""

from __future__ import annotations

import tokenize
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "graduasi"


def said(path: Path) -> int:
    """Return how often a file says `Any`."""
    with path.open("rb") as lines:
        return sum(
            token.type == tokenize.NAME and token.string == "Any" for token in tokenize.tokenize(lines.readline)
        )


def rates(source: Path = SOURCE) -> dict[str, float]:
    """Return the number of `Any` per 1,000 lines by room, and of the whole tree under "all"."""
    count: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for path in sorted(source.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for room in (path.relative_to(source).parts[0].removesuffix(".py"), "all"):
            count[room] += said(path)
            lines[room] += len(text.splitlines())
    return {room: 1000.0 * count[room] / lines[room] for room in lines}


if __name__ == "__main__":
    for room, rate in sorted(rates().items()):
        print(f"{room:16}{rate:6.1f}")
