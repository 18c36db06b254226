"""A GitHub, and a Greenroom that is set up, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli.conftest import plain_environment


@contextmanager
def bare_github(folder: Path) -> Iterator[str]:
    """Its address. Nobody registered our Apps there."""
    with typed("sandbox", "--no-apps", "--world", "empty", "--json", cwd=folder) as child:
        assert child.stdout is not None
        ready: dict[str, Any] = json.loads(child.stdout.readline())
        assert set(ready["env"]) == {"GREENROOM_GITHUB_URL", "GREENROOM_GITHUB_WEB_URL"}
        yield str(ready["url"])


@contextmanager
def typed(*arguments: str, cwd: Path, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """A command that does not outlive its story, whatever becomes of that."""
    command = [sys.executable, "-m", "app", *arguments]
    environment = plain_environment(**settings)
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def at(github: str) -> dict[str, str]:
    return {"GREENROOM_GITHUB_URL": github, "GREENROOM_GITHUB_WEB_URL": github}


def address_in(running: subprocess.Popen[str]) -> str:
    """What is to be opened in a browser."""
    assert running.stderr is not None
    told = []
    for line in running.stderr:
        told.append(line)
        if "token=" in line:
            return line.strip()
    raise AssertionError("".join(told))
