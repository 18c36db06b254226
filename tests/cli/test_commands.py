"""What does each command answer, and with which exit code?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import Result

from app.domain.ids import parse_key
from tests.cli.conftest import Run, RunningSandbox
from tests.places import InFile, Place

pytestmark = pytest.mark.slow

DONE, FAILED, MISUSED, FOUND, CANNOT_TELL = range(5)


def _only_object(result: Result) -> dict[str, Any]:
    """Standard output is exactly one JSON object."""
    read = json.loads(result.stdout)
    assert isinstance(read, dict)
    assert result.stdout.count("\n") == 1
    return read


def test_a_plan_of_a_world_in_order_is_empty_and_exits_0(greenroom: Run, sandbox: RunningSandbox) -> None:
    """0: nothing to do."""
    before = len(sandbox.writes)

    result = greenroom("plan", "--json")

    plan = _only_object(result)
    assert result.exit_code == DONE, result.stderr
    assert (plan["actions"], plan["cannot_tell"]) == ([], [])
    assert set(plan) >= {"plan_id", "policy_commit", "actions", "cannot_tell"}
    assert len(sandbox.writes) == before


def test_plan_approve_sweep_mends_what_was_planned(greenroom: Run, sandbox: RunningSandbox) -> None:
    """3: a plan that is not empty. Approved, the next sweep does it, and then all is in order."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    before = len(sandbox.writes)

    planned = greenroom("plan", "--json")
    plan = _only_object(planned)
    assert planned.exit_code == FOUND
    [action] = plan["actions"]
    assert (action["key"], action["kind"]) == ("pypa/pip#private-reporting", "set-private-reporting")
    assert action["reason"]
    parse_key(action["key"])
    assert len(sandbox.writes) == before

    unapproved = greenroom("sweep", "--json")
    assert unapproved.exit_code == FOUND
    assert len(sandbox.writes) == before

    approved = greenroom("approve", plan["plan_id"], "--by", "coordinator-1", "--json")
    assert approved.exit_code == DONE
    assert _only_object(approved) == {
        "plan_id": plan["plan_id"],
        "approved": ["private-reporting: off"],
        "wide": False,
        "too_many": [],
    }

    swept = greenroom("sweep", "--json")
    assert swept.exit_code == DONE, swept.stderr
    states = {(each["repository"], each["policy"]): each["state"] for each in _only_object(swept)["standings"]}
    assert states["pypa/pip", "private-reporting"] == "pass"
    assert [write["method"] for write in sandbox.writes[before:]] == ["DELETE"]


@pytest.mark.slow
def test_people_see_the_same_plan_in_words(greenroom: Run, sandbox: RunningSandbox) -> None:
    """Without --json a plan is a table, with the command that approves it."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")

    result = greenroom("plan")

    assert result.exit_code == FOUND
    assert "greenroom approve" in result.stdout
    assert "pypa/pip#private-reporting" in result.stdout


@pytest.mark.slow
def test_approve_says_in_words_what_was_approved(greenroom: Run, sandbox: RunningSandbox) -> None:
    """The coordinator reads the scope that now stands, and who acts on it."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    plan_id = _only_object(greenroom("plan", "--json"))["plan_id"]

    result = greenroom("approve", plan_id, "--by", "coordinator-1")

    assert result.exit_code == DONE
    assert "private-reporting: off" in result.stdout
    assert "greenroom serve" in result.stdout


def test_an_approval_that_is_taken_back_lets_nothing_more_be_done(greenroom: Run, sandbox: RunningSandbox) -> None:
    """A coordinator changes their mind: the same finding waits for a yes again."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    greenroom("approve", _only_object(greenroom("plan", "--json"))["plan_id"], "--by", "coordinator-1")
    before = len(sandbox.writes)

    withdrawn = greenroom("withdraw", "private-reporting: off", "--json")
    swept = greenroom("sweep", "--json")
    again = greenroom("withdraw", "private-reporting: off")

    assert _only_object(withdrawn) == {"withdrawn": "private-reporting: off"}
    assert swept.exit_code == FOUND
    assert len(sandbox.writes) == before
    assert again.exit_code == MISUSED
    assert "is not approved" in again.stderr


def test_approving_a_plan_that_nobody_made_is_misuse(greenroom: Run) -> None:
    """2: the message says how to get an id."""
    result = greenroom("approve", "no-such-plan", "--json")

    assert result.exit_code == MISUSED
    assert result.stdout == ""
    assert "greenroom plan" in result.stderr


@pytest.mark.slow
def test_approving_an_empty_plan_is_misuse(greenroom: Run) -> None:
    """2: there is nothing to say yes to."""
    plan_id = _only_object(greenroom("plan", "--json"))["plan_id"]

    result = greenroom("approve", plan_id, "--by", "coordinator-1")

    assert result.exit_code == MISUSED
    assert "nothing to approve" in result.stderr


SLOWER = [pytest.param(each, marks=pytest.mark.slow) for each in (("sweep",), ("explain", "pypa/pip"))]


@pytest.mark.parametrize("command", [("plan",), *SLOWER])
def test_what_cannot_be_told_exits_4(greenroom: Run, sandbox: RunningSandbox, command: tuple[str, ...]) -> None:
    """4: GitHub does not answer about pip, so nobody may take silence for peace."""
    sandbox.do("fail", method="GET", path="/repos/pypa/pip/private-vulnerability-reporting", status=403, times=50)

    result = greenroom(*command, "--json")

    assert result.exit_code == CANNOT_TELL, result.stdout
    assert "403" in json.dumps(_only_object(result))


@pytest.mark.slow
def test_a_github_that_cannot_be_asked_at_all_exits_4(greenroom: Run, sandbox: RunningSandbox) -> None:
    """4: not even the installations are known. One line says why, and standard output stays empty."""
    sandbox.do("fail", method="GET", path="/app/installations", status=503, times=50)

    result = greenroom("plan", "--json")

    assert result.exit_code == CANNOT_TELL
    assert result.stdout == ""
    assert "cannot tell" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_finding_exits_3(greenroom: Run, sandbox: RunningSandbox) -> None:
    """3: something is not as it should be."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")

    result = greenroom("explain", "pypa/pip#private-reporting", "--json")

    story = _only_object(result)
    assert result.exit_code == FOUND
    assert story["key"] == "pypa/pip#private-reporting"
    assert [each["state"] for each in story["states"]] == ["finding"]
    assert [each["gate"] for each in story["would_do"]] == ["unapproved"]


@pytest.mark.parametrize("key", ["pypa/pip", "pypa/pip#private-reporting", "astral-sh/uv"])
def test_a_story_of_what_is_in_order_exits_0(greenroom: Run, key: str) -> None:
    """0: pass, or nobody's business."""
    assert greenroom("explain", key, "--json").exit_code == DONE
    assert key in greenroom("explain", key).stdout


@pytest.mark.parametrize("key", ["pip", "pypa/pip/GHSA-nonsense", "pypa/pip#", "https://x/y", ""])
def test_a_key_that_is_none_is_misuse(greenroom: Run, key: str) -> None:
    """2: the message says how keys are written."""
    result = greenroom("explain", key, "--json")

    assert result.exit_code == MISUSED
    assert "OWNER/REPO" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("key", ["case/x", "case/0", "case/1/2"])
def test_what_begins_like_a_case_and_is_none_is_said_so(greenroom: Run, key: str) -> None:
    """2: it is not a repository of somebody called “case”, which would be looked for in vain."""
    result = greenroom("explain", key, "--json")

    assert (result.exit_code, result.stdout) == (MISUSED, "")
    assert "that is not a case; write case/N" in result.stderr


def test_a_policy_that_does_not_exist_is_misuse(greenroom: Run) -> None:
    """2: with the names of those that do."""
    result = greenroom("explain", "pypa/pip#private-reprting", "--json")

    assert result.exit_code == MISUSED
    assert "private-reporting" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("timer", ["poll", "sweep"])
def test_a_timer_has_no_story(greenroom: Run, timer: str) -> None:
    """2: it is a key, but not one that people ask about."""
    assert greenroom("explain", timer).exit_code == MISUSED


def test_a_case_that_there_is_none_of_is_said_so(greenroom: Run) -> None:
    """0: nothing to look at."""
    result = greenroom("explain", "case/4711", "--json")

    assert result.exit_code == DONE
    assert "there is no case 4711" in result.stderr


def test_a_story_of_an_advisory_has_its_id_and_none_of_its_text(greenroom: Run, sandbox: RunningSandbox) -> None:
    """Who types an id knows it; what the advisory says is read on GitHub."""
    text = {"summary": "canary-of-the-summary", "description": "canary-of-the-description"}
    told = sandbox.do("draft", repository="astral-sh/uv", affects=["rust:uv", "pip"], **text)
    ghsa = told["advisory"]["ghsa_id"]

    swept, planned = greenroom("sweep", "--json", log_level="debug"), greenroom("plan", "--json", log_level="debug")
    story = greenroom("explain", f"astral-sh/uv/{ghsa}", "--json", log_level="debug")
    case = greenroom("explain", "case/1", log_level="debug")

    assert _only_object(story)["case"] == "case/1"
    assert [action["kind"] for action in _only_object(planned)["actions"]] == ["open-mirror"]
    for result in (swept, planned, story, case):
        assert "canary" not in result.output
        assert ghsa not in result.stderr
        assert "ghs_" not in result.output
    sandbox.do("close", repository="astral-sh/uv", ghsa=ghsa)


def test_migrate_makes_a_database(greenroom: Run, place: Place) -> None:
    """0, as often as it is typed, and a file is nobody else's."""
    place.lose()
    place.make_bare()
    assert greenroom("migrate").exit_code == DONE
    assert greenroom("migrate").exit_code == DONE
    assert place.exists()
    if isinstance(place, InFile):
        assert place.file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("arguments", [(), ("--help",), ("plan", "--help"), ("sandbox", "--help")])
def test_help_is_there(greenroom: Run, arguments: tuple[str, ...]) -> None:
    """Whoever types nothing is told what there is."""
    result = greenroom(*arguments)

    assert "Usage" in result.output


@pytest.mark.parametrize("arguments", [("plans",), ("plan", "--jsn"), ("approve",), ("sandbox", "--port", "many")])
def test_what_is_not_understood_is_misuse(greenroom: Run, arguments: tuple[str, ...]) -> None:
    """2: as for every command line."""
    assert greenroom(*arguments).exit_code == MISUSED


@pytest.mark.slow
def test_writes_that_are_off_write_nothing(greenroom: Run, sandbox: RunningSandbox) -> None:
    """The kill switch of a whole install is one setting."""
    sandbox.do("enable-private-reporting", repository="pypa/pip")
    plan_id = _only_object(greenroom("plan", "--json"))["plan_id"]
    greenroom("approve", plan_id, "--by", "coordinator-1")
    before = len(sandbox.writes)

    result = greenroom("sweep", "--json", writes="off")

    assert result.exit_code == FOUND
    assert len(sandbox.writes) == before


def test_writes_that_are_neither_on_nor_off_stop_the_start(greenroom: Run) -> None:
    """A word that we do not know must not silently mean “on”."""
    result = greenroom("sweep", writes="false")

    assert result.exit_code == MISUSED
    assert "GREENROOM_WRITES" in result.stderr
