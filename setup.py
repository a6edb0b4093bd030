"""What `pyproject.toml` cannot say: the description on a package index.

It is the README without what is relative to the repository: there a relative picture is broken and a relative link
leads nowhere. A picture is left out; of a link its words stay, as code.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent
RELATIVE = r"\((?![a-z]+:|#)[^)\s]+\)"


def description(readme: str) -> str:
    """Return the text of a README in Markdown without relative pictures and links."""
    without_pictures = re.sub(rf"!\[[^\]]*\]{RELATIVE}\n*", "", readme)
    return re.sub(rf"\[([^\]]+)\]{RELATIVE}", r"`\1`", without_pictures)


if __name__ == "__main__":
    from setuptools import setup

    setup(
        long_description=description((ROOT / "README.md").read_text(encoding="utf-8")),
        long_description_content_type="text/markdown",
    )
