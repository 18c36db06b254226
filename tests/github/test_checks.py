"""What can be sent to a pull request, and with which token?"""

from __future__ import annotations

import json

import httpx
import pytest

from app.domain.ids import RepoName
from app.domain.pulls import Mark, Told
from app.github.checks import CheckRuns
from app.github.errors import Held
from app.github.registration import Registration
from tests.builders import PIP
from tests.github.conftest import Held as Lease
from tests.github.conftest import Script, installation, token
from tests.github.seats import MINT, bodies

RUNS = "/repos/pypa/pip/check-runs"
TOLD = Told(is_valid=False, title="t", summary="s", marks=(Mark(line=7, message="m"),), fingerprint="f")


@pytest.fixture
def checks(script: Script, registration: Registration) -> CheckRuns:
    """In a repository that granted it, among much more."""
    granted = installation(permissions={"metadata": "read", "checks": "write", "administration": "write"})
    script.on("GET", "/repos/pypa/pip/installation", httpx.Response(200, json=granted))
    script.on("POST", MINT, token(), token(checks="write"))
    script.on("POST", RUNS, httpx.Response(201, json={"id": 1}))
    return CheckRuns(registration, PIP, enabled=True)


async def test_it_is_said_of_that_commit_and_line(checks: CheckRuns, script: Script, lease: Lease) -> None:
    """All of it in one request: nothing is changed afterwards."""
    await checks.say(TOLD, sha="abc", path="greenroom.yml", lease=lease)

    [sent] = script.sent("POST", RUNS)
    said = json.loads(sent.content)
    assert (said["name"], said["head_sha"], said["external_id"]) == ("Greenroom policy", "abc", "f")
    assert (said["status"], said["conclusion"]) == ("completed", "failure")
    [annotation] = said["output"]["annotations"]
    assert (annotation["path"], annotation["start_line"], annotation["message"]) == ("greenroom.yml", 7, "m")


async def test_its_token_may_say_something_there_and_nothing_else(
    checks: CheckRuns, script: Script, lease: Lease
) -> None:
    """One repository and one permission, whatever else was granted; and it is given back."""
    await checks.say(TOLD, sha="abc", path="greenroom.yml", lease=lease)

    assert bodies(script)[-1] == {"permissions": {"metadata": "read", "checks": "write"}, "repository_ids": [1]}
    assert len(script.sent("DELETE", "/installation/token")) == 1


async def test_a_long_list_of_mistakes_is_cut_to_what_github_takes(
    checks: CheckRuns, script: Script, lease: Lease
) -> None:
    """GitHub refuses more than 50 annotations, and then nobody would see any."""
    many = Told(is_valid=False, title="t", summary="s", marks=tuple(Mark(line=n, message="m") for n in range(1, 80)))

    await checks.say(many, sha="abc", path="greenroom.yml", lease=lease)

    [sent] = script.sent("POST", RUNS)
    assert len(json.loads(sent.content)["output"]["annotations"]) == 50


async def test_nothing_is_sent_where_writes_are_off(registration: Registration, script: Script, lease: Lease) -> None:
    """Not even a token is asked for."""
    with pytest.raises(Held, match="switched off"):
        await CheckRuns(registration, PIP, enabled=False).say(TOLD, sha="abc", path="p", lease=lease)

    assert script.requests == []


async def test_nothing_is_sent_where_it_was_not_granted(
    registration: Registration, script: Script, lease: Lease
) -> None:
    """An installation from before this permission goes on without it until its owners grant it."""
    with pytest.raises(Held, match="has not granted checks: write"):
        await CheckRuns(registration, PIP, enabled=True).say(TOLD, sha="abc", path="p", lease=lease)

    assert script.sent("POST", RUNS) == []


async def test_nothing_is_sent_where_the_hand_is_not_installed(
    registration: Registration, script: Script, lease: Lease
) -> None:
    """Installing it there is the consent."""
    script.on("GET", "/repos/pypa/other/installation", httpx.Response(404))

    with pytest.raises(Held, match="pypa/other"):
        await CheckRuns(registration, RepoName.parse("pypa/other"), enabled=True).say(
            TOLD, sha="abc", path="p", lease=lease
        )
