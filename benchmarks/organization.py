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


def write_policy(path: Path, repositories: int, *, declared: bool) -> None:
    """All are known and watched; `declared`: their maintainers take reports on GitHub. JSON is YAML."""
    tool: dict[str, object] = {"repositories": [f"{LOGIN}/{name}" for name in names(repositories)]}
    if declared:
        tool["report_owner"] = [{"from": "2024-01-01", "owner": "maintainers"}]
    owners = {"maintainers": {"takes_reports": "github"}}
    path.write_text(json.dumps({"version": 1, "report_owners": owners, "tools": {"all": tool}}), encoding="utf-8")


def names(repositories: int) -> list[str]:
    return [f"project-{number:04d}" for number in range(repositories)]
