"""What does each command give away? Of what an advisory says: nothing. Of its id: only to whoever asks about it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from app.cli.root import app
from tests.cli.conftest import Run, RunningSandbox

TEXTS = {
    "summary": "canary-of-the-summary",
    "description": "canary-of-the-description",
    "cwe_ids": ["CWE-22"],
}
SECRETS = ("ghs_", "PRIVATE KEY", "Bearer")
# Each command, what is typed after it, and a word that is surely among what it says: a check that reads nothing fails.
# Those that do not come back of themselves, or show the sandbox's own invented world, have stories of their own.
AGREED = ("--agreed-by", "uv-maintainer-1")
ALONE = {"serve", "setup", "sandbox", "demo"}
TYPED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "migrate": ((), "shape"),
    "plan": (("--json",), "open-mirror"),
    "approve": (("PLAN", "--by", "coordinator-1"), "mirror"),
    "sweep": (("--json",), "standings"),
    "notices": (("--json",), "notices"),
    "explain": (("ADVISORY", "--json"), "case/"),
    "audit verify": (("--json",), "head"),
    "audit list": (("--json",), "rows"),
    "withdraw": (("mirror: open and keep in step",), "mirror"),
    "doctor": (("--probe-writes", "--json"), "packaging-security"),
    "findings": (("--state", "all", "--json"), "findings"),
    "case open": (("--tool", "pip", "--by", "coordinator-1", "--json"), "participants"),
    "case list": (("--json",), "participants"),
    "case show": (("1", "--json"), "history"),
    "case invite": (("1", "uv", "--by", "coordinator-1", "--json"), "participants"),
    "case status": (("1", "uv", "fixed", "--by", "coordinator-1", "--json"), "participants"),
    "case link": (("2", "ADVISORY", *AGREED, "--by", "coordinator-1", "--json"), "case 1"),
    "case unlink": (("2", "ADVISORY", "--by", "coordinator-1", "--json"), "not linked"),
    "case coordinator": (("1", "COORDINATOR", "--by", "coordinator-1", "--json"), "coordinator"),
    "case leave": (("2", "pip", "--by", "coordinator-1", "--json"), "pip"),
    "case close": (("2", "--by", "coordinator-1", "--json"), "participants"),
    "case suggest": (("1", "virtualenv", "no", "other", "--by", "coordinator-1", "--json"), "virtualenv"),
    "case confirm": (("1", "--by", "coordinator-1", "--json"), "proposal"),
    "case decline": (("1", "--by", "coordinator-1", "--json"), "proposal"),
    "case offer": (("1", "severity", "--to-mirror", "--by", "coordinator-1", "--json"), "severity"),
    "case restore": (("1", "--by", "coordinator-1", "--json"), "case"),
    "case relay": (("1", "GHSA", "to-mirror", "on", "--by", "coordinator-1", "--json"), "participants"),
    "case cve": (("1", "request", "uv", "--by", "uv-maintainer-1", "--json"), "uv"),
    "vendoring": (("--json",), "pip"),
    "export": (("case/1", "openvex", "--json"), "case"),
    "case embargo": (("1", "2031-01-01T14:00Z", "--by", "coordinator-1", "--json"), "embargo_until"),
    "case disclosed": (("1", "--by", "coordinator-1", "--json"), "disclosed_at"),
    "thaw": (("case/1", "--by", "coordinator-1", "--json"), "not frozen"),
    "writes": (("off", "--by", "coordinator-1", "--json"), "coordinator-1"),
    "survey": (("--org", "astral-sh", "--json"), "astral-sh/uv"),
    "policy check": (("POLICY", "--json"), "commit"),
    "policy schema": ((), "report_owners"),
    "policy docs": ((), "private-reporting"),
    "policy diff": (("POLICY", "CHANGED", "--json"), "set-private-reporting"),
    "retention": (("--json",), "deliveries"),
    "rotate webhook-secret": (("--json",), "webhook"),
    "rotate app-key": (("--json",), "key"),
    "rotate hand-key": (("--json",), "key"),
    "rotate encryption-key": (("--json",), "key"),
    "rotate digest-key": (("--json",), "key"),
    "backup": (("BACKUP", "--json"), "migration"),
    "restore": (("BACKUP", "--replace", "--json"), "migration"),  # last: writes are off, and nobody is trusted
}
# The operator's own terminal, asked about what is to be done.
MAY_NAME_IDS = {"plan", "approve", "explain", "policy diff", "case show", "case cve"}


def every_command(typed: Any, before: str = "") -> set[str]:
    """Every command there is, as it is typed."""
    group = typer.main.get_command(typed)
    found: set[str] = set()
    for name, command in getattr(group, "commands", {}).items():
        inner = getattr(command, "commands", None)
        found |= {f"{before}{name} {each}" for each in inner} if inner else {f"{before}{name}"}
    return found


def test_the_table_of_commands_is_whole() -> None:
    """A new command says nothing by accident: it is looked at like the others."""
    assert every_command(app) == {*TYPED} | ALONE


@pytest.mark.slow
def test_no_command_says_what_an_advisory_says(
    greenroom: Run, sandbox: RunningSandbox, settings: Mapping[str, str], tmp_path: Path
) -> None:
    """In words and as JSON, on both outputs, with everything logged; before a mirror is there and after."""
    reported = sandbox.do("draft", repository="astral-sh/uv", affects=["rust:uv", "pip"], **_fields())
    ghsa = reported["advisory"]["ghsa_id"]
    planned = greenroom("plan", "--json")
    plan_id = next(line for line in planned.stdout.split('"') if len(line) == 12 and line.isalnum())

    policy, changed = Path(settings["GREENROOM_POLICY"]), tmp_path / "changed.yml"
    changed.write_text(policy.read_text(encoding="utf-8").replace("takes_reports: email", "takes_reports: github"))
    coordinator = f"coordinator-1:{sandbox.look('world')['people']['coordinator-1']}"
    meant = {
        "PLAN": plan_id,
        "COORDINATOR": coordinator,
        "GHSA": ghsa,
        "ADVISORY": f"astral-sh/uv/{ghsa}",
        "POLICY": str(policy),
        "CHANGED": str(changed),
        "BACKUP": str(tmp_path / "backup.db"),
    }

    for name, (typed, surely) in TYPED.items():
        arguments = [meant.get(each, each) for each in typed]
        told = ""
        for each in ([each for each in arguments if each != "--json"], arguments):
            result = greenroom(*name.split(), *each, log_level="debug")
            assert "Traceback" not in result.output, name
            assert [text for text in ("canary-of", *SECRETS) if text in result.output] == [], name
            assert ghsa not in result.stderr, name
            assert name in MAY_NAME_IDS or ghsa not in result.stdout, name
            told += result.output
        assert surely in told, name
    assert [write["path"] for write in sandbox.writes if "/cases/" in write["path"]], "no mirror was opened"


def _fields() -> dict[str, Any]:
    return {"summary": TEXTS["summary"], "description": TEXTS["description"], "fields": {"cwe_ids": TEXTS["cwe_ids"]}}


@pytest.mark.slow
def test_what_stops_a_command_is_told_without_what_it_was_about(greenroom: Run, sandbox: RunningSandbox) -> None:
    """GitHub answers nonsense that quotes an advisory; the command says what it could not read, and not what."""
    sandbox.do("draft", repository="astral-sh/uv", affects=["rust:uv", "pip"], **_fields())
    for path in ("/repos/astral-sh/uv/*", "/installation/repositories", "/app/installations"):
        sandbox.do("garbage", method="GET", path=path, times=3)
        for command in (("sweep",), ("plan",), ("explain", "astral-sh/uv")):
            result = greenroom(*command, log_level="debug")
            assert "canary-of" not in result.output
            assert "Traceback" not in result.output
        sandbox.do("clear-faults")


def test_help_of_every_command_names_no_secret() -> None:
    """Help shows defaults, and a default must never be a secret that somebody has set."""
    for name in sorted(every_command(app)):
        told = CliRunner().invoke(app, [*name.split(), "--help"], env={"GREENROOM_WEBHOOK_SECRET": "canary-of-env" * 4})
        assert told.exit_code == 0
        assert "canary-of-env" not in told.output
