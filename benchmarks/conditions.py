"""Under which conditions was it measured? Without what would name the machine."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

OURS = ("uvicorn", "uvloop", "httptools", "starlette", "msgspec", "sqlalchemy", "httpx")


def report() -> str:
    """A paragraph for the top of the figures."""
    versions = ", ".join(f"{name} {version(name)}" for name in OURS)
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {_memory()} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, Node {_node()}; {versions}. "
        f"Load of the machine before: {load:.1f}."
    )


def _memory() -> int:
    first = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()[0]
    return round(int(first.split()[1]) / 2**20)


def _node() -> str:
    try:
        told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return told.stdout.strip().removeprefix("v")
