"""Which organization is swept? As many repositories as asked for, all quiet, and a policy that knows each."""

from __future__ import annotations

import json
from pathlib import Path

LOGIN = "pypa"


def write_world(path: Path, repositories: int) -> None:
    """A world file for the sandbox."""
    described = [{"name": name, "private_reporting": True} for name in names(repositories)]
    organization = {"login": LOGIN, "owners": ["owner-1"], "repositories": described}
    path.write_text(json.dumps({"organizations": [organization]}), encoding="utf-8")


def write_policy(path: Path, repositories: int) -> None:
    """They are known and watched; nobody has declared yet who takes their reports. JSON is YAML."""
    tool = {"repositories": [f"{LOGIN}/{name}" for name in names(repositories)]}
    path.write_text(json.dumps({"version": 1, "tools": {"all": tool}}), encoding="utf-8")


def names(repositories: int) -> list[str]:
    return [f"project-{number:04d}" for number in range(repositories)]
