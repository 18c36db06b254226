"""Where does the progress go? To standard error; standard output holds the tables only."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
