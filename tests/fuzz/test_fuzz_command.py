"""A fixed slice of `benchmarks/fuzz/command.py`: kills, signals, several runs at once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(__file__).parents[2] / "benchmarks" / "fuzz" / "command.py"


@pytest.mark.skipif(sys.platform == "win32", reason="signals and locks are those of POSIX")
def test_the_folder_shows_one_run_whole_whatever_happens() -> None:
    done = subprocess.run(
        [sys.executable, str(COMMAND), "--slice"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
    tried = dict(re.findall(r"^(\w+): (\d+) tried, 0 failed$", done.stdout, re.MULTILINE))
    assert int(tried.pop("kills")) > 30
    assert tried == {"command_signals": "4", "at_once": "6"}
