"""Can writes be stopped, and let go on, from a command line? It works while GitHub is down."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Run, RunningSandbox

pytestmark = pytest.mark.slow

DONE, MISUSED, FOUND = 0, 2, 3
UNREACHABLE = {"github_url": "http://127.0.0.1:1"}


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

    assert (off["writes"], off["by"]) == ("off", "coordinator-1")
    assert _writes(greenroom) == off
    assert sandbox.writes == []
    assert json.loads(greenroom("plan", "--json").stdout)["writes_off"].startswith("coordinator-1 switched writes off")
    assert _writes(greenroom, "on", "--by", "coordinator-1")["writes"] == "on"
    greenroom("sweep")
    assert [each["status"] for each in sandbox.writes] == [204]
    rows = json.loads(greenroom("audit", "list", "--json", **UNREACHABLE).stdout)["rows"]
    switched = [(row["scope"], row["actor"]) for row in rows if row["phase"] == "switch"]
    assert switched == [("off", "coordinator-1"), ("on", "coordinator-1")]


def test_what_is_not_frozen_cannot_be_thawed(greenroom: Run) -> None:
    """2: the message says what is frozen."""
    result = greenroom("thaw", "pypa/pip#private-reporting", "--by", "coordinator-1")

    assert result.exit_code == MISUSED
    assert "pypa/pip#private-reporting is not frozen; frozen is nothing" in result.stderr
