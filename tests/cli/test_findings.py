"""What policies found, as people and their programs read it. None of it needs GitHub."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.cli.conftest import Run, RunningSandbox

pytestmark = pytest.mark.slow

DONE, MISUSED, FOUND, CANNOT_TELL = 0, 2, 3, 4
UNREACHABLE = {"github_url": "http://127.0.0.1:1"}


def _found(greenroom: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = greenroom("findings", "--json", *arguments, **UNREACHABLE)
    return result.exit_code, json.loads(result.stdout)


def test_before_the_first_look_nothing_can_be_told(greenroom: Run) -> None:
    """4: an empty database is no good news."""
    code, shown = _found(greenroom)

    assert (code, shown["looked"], shown["findings"]) == (CANNOT_TELL, False, [])
    assert "nothing can be told" in greenroom("findings", **UNREACHABLE).stdout


def test_a_world_in_order_has_no_findings(greenroom: Run) -> None:
    """0: and it says so in words."""
    assert greenroom("sweep").exit_code == DONE

    code, shown = _found(greenroom)

    assert (code, shown["findings"], shown["cannot_tell"]) == (DONE, [], [])
    assert "none is open" in greenroom("findings", **UNREACHABLE).stdout


def test_a_finding_is_told_to_people_and_to_programs(greenroom: Run, sandbox: RunningSandbox) -> None:
    """3: each of them sees the same finding, with what is next, and GitHub is not asked."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    greenroom("sweep")

    code, shown = _found(greenroom)
    [finding] = shown["findings"]
    written = greenroom("findings", "--csv", **UNREACHABLE)
    [row] = csv.DictReader(io.StringIO(written.stdout))
    said = greenroom("findings", **UNREACHABLE).stdout

    assert code == written.exit_code == FOUND
    assert (finding["repository"], finding["policy"], finding["state"]) == ("pypa/pip", "private-reporting", "open")
    assert [each["what"] for each in finding["history"]] == ["opened"]
    assert "greenroom explain pypa/pip#private-reporting" in finding["next"]
    assert {name: row[name] for name in ("id", "message")} == {"id": str(finding["id"]), "message": finding["message"]}
    assert "pypa/pip#private-reporting" in said
    sandbox.do("disable-private-reporting", repository="pypa/pip")


def test_what_is_asked_for_can_be_narrowed(greenroom: Run, sandbox: RunningSandbox) -> None:
    """What was resolved stays in the record, and what was not asked about decides no exit code."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    greenroom("sweep")
    assert _found(greenroom, "--policy", "coordination-private")[0] == DONE
    assert _found(greenroom, "--repository", "pypa/pip")[0] == FOUND
    assert _found(greenroom, "--repository", "pypa/never-seen")[0] == CANNOT_TELL

    sandbox.do("disable-private-reporting", repository="pypa/pip")
    greenroom("sweep")

    assert _found(greenroom)[1]["findings"] == []
    code, shown = _found(greenroom, "--state", "resolved")
    assert (code, [each["state"] for each in shown["findings"]]) == (DONE, ["resolved"])
    assert [each["what"] for each in shown["findings"][0]["history"]] == ["opened", "resolved"]


@pytest.mark.parametrize(
    "arguments", [("--policy", "no-such"), ("--repository", "pip"), ("--json", "--csv"), ("--state", "closed")]
)
def test_what_cannot_be_meant_is_misuse(greenroom: Run, arguments: tuple[str, ...]) -> None:
    """2: with what would be right."""
    assert greenroom("findings", *arguments, **UNREACHABLE).exit_code == MISUSED
