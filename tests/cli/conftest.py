"""The command line against a real sandbox on a port, with nothing of this environment's settings."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from typer.testing import CliRunner, Result

from app.cli.root import app
from tests.places import Place

WORLD = {
    "people": ["reporter-1", "psrt-member-1", "psrt-member-2", "uv-maintainer-1", "pip-maintainer-1"],
    "organizations": [
        {"login": "packaging-security", "owners": ["coordinator-1"], "repositories": [
            {"name": "cases", "commits": 0, "has_issues": False, "has_wiki": False}
        ]},
        {"login": "pypa", "owners": ["pypa-owner-1"], "repositories": [
            {"name": "pip", "files": {"SECURITY.md": "Write to security@python.org about vulnerabilities."}}
        ]},
        {"login": "astral-sh", "owners": ["uv-owner-1"], "repositories": [{"name": "uv", "private_reporting": True}]},
    ],
    "hand": ["packaging-security/cases", "pypa/pip"],
}  # fmt: skip
POLICY = """\
version: 1
coordinators: {{users: ["coordinator-1:{coordinator-1}"]}}
coordination: {{repository: packaging-security/cases, mode: enforce}}
report_owners:
  psrt: {{takes_reports: email, contact: security@python.org, escalation: the board,
         users: ["psrt-member-1:{psrt-member-1}", "psrt-member-2:{psrt-member-2}"]}}
tools:
  pip: {{repositories: [pypa/pip], packages: ["pip:pip"], users: ["pip-maintainer-1:{pip-maintainer-1}"],
        report_owner: [{{from: 2024-01-01, owner: psrt}}]}}
  uv: {{repositories: [astral-sh/uv], packages: ["rust:uv"], users: ["uv-maintainer-1:{uv-maintainer-1}"]}}
policies: {{private-reporting: {{mode: enforce}}, coordination-private: {{mode: report}}}}
"""


@dataclass(frozen=True, slots=True)
class RunningSandbox:
    """A sandbox in a process of its own."""

    ready: dict[str, Any]

    def do(self, verb: str, **arguments: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.ready['url']}/_sandbox/{verb}", json=arguments, trust_env=False)
        answer.raise_for_status()
        return dict(answer.json())

    def look(self, page: str) -> Any:
        return httpx.get(f"{self.ready['url']}/_sandbox/{page}", trust_env=False).json()

    @property
    def writes(self) -> list[dict[str, Any]]:
        return [each for each in self.look("requests") if each["write"]]


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """One for each module: an advisory that a test drafted stays, and no other module's story is about it."""
    world = tmp_path_factory.mktemp("world") / "world.json"
    world.write_text(json.dumps(WORLD), encoding="utf-8")
    command = [sys.executable, "-m", "app", "sandbox", "--world", str(world), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=plain_environment()) as child:  # noqa: S603
        assert child.stdout is not None
        try:
            running = RunningSandbox(json.loads(child.stdout.readline()))
            # Dozens of commands a minute, each with tokens of its own, are no way to use one installation.
            running.do("allow-points", a_minute=100_000)
            yield running
        finally:
            child.kill()


@pytest.fixture
def sandbox(shared_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """In order at the start of each test: private reporting of pip is off."""
    yield shared_sandbox
    shared_sandbox.do("clear-faults")
    shared_sandbox.do("detach-configuration", repository="pypa/pip")
    shared_sandbox.do("disable-private-reporting", repository="pypa/pip")


@pytest.fixture
def settings(sandbox: RunningSandbox, place: Place, tmp_path: Path) -> dict[str, str]:
    """What points a Greenroom at the sandbox."""
    place.make()  # as `greenroom migrate` does: no command that merely looks makes one
    policy = tmp_path / "greenroom.yml"
    policy.write_text(POLICY.format(**sandbox.look("world")["people"]), encoding="utf-8")
    given: dict[str, str] = sandbox.ready["env"]
    return given | {
        "GREENROOM_DATABASE_URL": place.url,
        "GREENROOM_POLICY": str(policy),
        "GREENROOM_LOG_LEVEL": "error",
    }


Run = Callable[..., Result]


@pytest.fixture
def greenroom(settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Type a command: `greenroom("plan", "--json")`. Settings can be changed, or left out with None."""
    handlers, level = list(logging.root.handlers), logging.root.level
    monkeypatch.chdir(tmp_path)  # where there is no .env of somebody

    def run(*arguments: str, **changed: str | None) -> Result:
        environment = settings | {f"GREENROOM_{name.upper()}": value for name, value in changed.items()}
        unset = dict.fromkeys(name for name in os.environ if name.startswith("GREENROOM_"))
        return CliRunner().invoke(app, list(arguments), env={**unset, **environment})

    yield run
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def plain_environment(**settings: str) -> dict[str, str]:
    """This environment without anybody's settings, for a process."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GREENROOM_")} | settings
