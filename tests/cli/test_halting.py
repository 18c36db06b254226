"""Can writes be stopped, and let go on, from a command line? It works while GitHub is down."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.cli.conftest import Run, RunningSandbox

pytestmark = pytest.mark.slow

DONE, MISUSED, FOUND = 0, 2, 3
UNREACHABLE = {"github_url": "http://127.0.0.1:1"}
SOMEBODY = f"operator {getpass.getuser()} as coordinator-1"  # stopping is not checked


def _writes(greenroom: Run, *arguments: str) -> dict[str, Any]:
    result = greenroom("writes", *arguments, "--json", **UNREACHABLE)
    assert result.exit_code == DONE
    shown: dict[str, Any] = json.loads(result.stdout)
    return shown


def test_writes_that_are_off_stop_a_sweep_in_another_process(greenroom: Run, sandbox: RunningSandbox) -> None:
    """Each command here is a process of its own as far as the switch goes: all they share is the database."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    plan = json.loads(greenroom("plan", "--json").stdout)
    assert greenroom("approve", plan["plan_id"], "--by", "coordinator-1").exit_code == DONE

    off = _writes(greenroom, "off", "--by", "coordinator-1")
    greenroom("sweep")

    assert (off["writes"], off["by"]) == ("off", SOMEBODY)
    assert _writes(greenroom) == off
    assert sandbox.writes == []
    assert json.loads(greenroom("plan", "--json").stdout)["writes_off"].startswith(f"{SOMEBODY} switched writes off")
    assert _writes(greenroom, "on", "--by", "coordinator-1")["writes"] == "on"
    greenroom("sweep")
    assert [each["status"] for each in sandbox.writes] == [204]
    rows = json.loads(greenroom("audit", "list", "--json", **UNREACHABLE).stdout)["rows"]
    switched = [(row["scope"], row["actor"]) for row in rows if row["phase"] == "switch"]
    assert switched == [("off", SOMEBODY), ("on", "coordinator-1")]


def test_what_is_not_frozen_cannot_be_thawed(greenroom: Run) -> None:
    """2: the message says what is frozen."""
    result = greenroom("thaw", "pypa/pip#private-reporting", "--by", "coordinator-1")

    assert result.exit_code == MISUSED
    assert "pypa/pip#private-reporting is not frozen; nothing is" in result.stderr


def test_anybody_may_stop_and_only_a_coordinator_lets_writes_go_on(greenroom: Run, tmp_path: Path) -> None:
    """Stopping needs no name, no GitHub and no good policy file; what it stopped begins again by somebody's word."""
    policy = tmp_path / "greenroom.yml"
    good = policy.read_text(encoding="utf-8")
    policy.write_text("tolls: {}", encoding="utf-8")
    assert _writes(greenroom, "off", "--by", "mallory")["writes"] == "off"
    policy.write_text(good, encoding="utf-8")

    unnamed, stranger = greenroom("writes", "on"), greenroom("writes", "on", "--by", "mallory")

    assert (unnamed.exit_code, stranger.exit_code) == (MISUSED, MISUSED)
    assert "say with --by which coordinator answers for this; policy names coordinator-1" in _line(unnamed)
    assert "mallory is no coordinator; policy names coordinator-1" in _line(stranger)
    assert _writes(greenroom)["writes"] == "off"
    assert _writes(greenroom, "on", "--by", "coordinator-1")["writes"] == "on"


def _line(result: Result) -> str:
    return " ".join(result.stderr.split())
