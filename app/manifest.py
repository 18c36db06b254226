"""What do our two Apps ask for? `app.yml`, as it was shipped."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

import app as package


@functools.cache
def manifest() -> dict[str, Any]:
    """It lies beside the package in a checkout and inside it when installed."""
    inside = Path(package.__file__).parent / "app.yml"
    found = inside if inside.exists() else inside.parent.parent / "app.yml"
    read: dict[str, Any] = yaml.safe_load(found.read_text(encoding="utf-8"))
    return read
