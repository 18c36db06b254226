"""What do answers about pull requests and checks mean?"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.domain.facts import CannotTell
from app.domain.pulls import Pull, Said
from app.github.errors import RetryLater
from app.github.pulls import Pulls
from app.github.registration import Registration
from tests.builders import PIP
from tests.clock import FakeClock
from tests.github.conftest import Script, installation, token
from tests.github.seats import MINT, bodies

LIST = "/repos/pypa/pip/pulls"
RUNS = "/repos/pypa/pip/commits/abc/check-runs"
SUITES = "/repos/pypa/pip/commits/abc/check-suites"
OURS, OTHERS = {"id": 42}, {"id": 43}


@pytest.fixture
def pulls(script: Script, registration: Registration, clock: FakeClock) -> Pulls:
    """Asked as an App that may read them, and more."""
    permissions = {"metadata": "read", "checks": "write", "pull_requests": "read", "administration": "write"}
    granted = installation(permissions=permissions, app_id=42)
    script.on("GET", "/repos/pypa/pip/installation", httpx.Response(200, json=granted))
    script.on("POST", MINT, token(), token(pull_requests="read"))
    return Pulls(registration, clock)


def pull(head_repository: int | None = 1, base: str = "main") -> dict[str, Any]:
    head = None if head_repository is None else {"id": head_repository, "default_branch": "main"}
    return {
        "number": 3,
        "head": {"ref": "change", "sha": "abc", "repo": head},
        "base": {"ref": base, "sha": "def", "repo": {"id": 1, "default_branch": "main"}},
    }


@pytest.mark.parametrize(
    ("json", "is_fork", "is_to_default"),
    [
        (pull(), False, True),
        (pull(head_repository=2), True, True),
        (pull(head_repository=None), True, True),  # its fork was deleted
        (pull(base="release"), False, False),
    ],
)
async def test_where_a_pull_request_comes_from_and_goes_to(
    json: dict[str, Any],
    is_fork: bool,  # noqa: FBT001 pytest's
    is_to_default: bool,  # noqa: FBT001 pytest's
    pulls: Pulls,
    script: Script,
) -> None:
    """By ids: a fork may have the same name, and a branch too."""
    script.on("GET", LIST, httpx.Response(200, json=[json]))

    found = await pulls.open_pulls(PIP)

    assert found == (Pull(number=3, head_sha="abc", is_fork=is_fork, is_to_default=is_to_default),)
    assert bodies(script)[-1] == {"permissions": {"metadata": "read", "pull_requests": "read"}, "repository_ids": [1]}


@pytest.mark.parametrize("status", [403, 404, 451])
async def test_a_refusal_is_no_empty_list(status: int, pulls: Pulls, script: Script) -> None:
    """Nobody waits for an answer, or nobody may see who does: those are two things."""
    script.on("GET", LIST, httpx.Response(status, json={"message": "no"}))

    assert isinstance(await pulls.open_pulls(PIP), CannotTell)


@pytest.mark.parametrize("body", [{}, [{"number": "3"}], [{"number": 3, "head": None}], None])
async def test_garbage_is_asked_for_again(body: Any, pulls: Pulls, script: Script) -> None:
    """It says nothing of pull requests."""
    script.on("GET", LIST, httpx.Response(200, json=body))

    with pytest.raises(RetryLater):
        await pulls.open_pulls(PIP)


async def test_a_moved_file_is_changed_under_both_names(pulls: Pulls, script: Script) -> None:
    """Moving the policy file away takes it from where it counts."""
    files = [{"filename": "b.yml", "previous_filename": "a.yml"}, {"filename": "c.yml"}]
    script.on("GET", f"{LIST}/3/files", httpx.Response(200, json=files))

    assert await pulls.paths(PIP, 3) == frozenset({"a.yml", "b.yml", "c.yml"})


async def test_only_what_this_app_said_counts_and_the_newest_of_it(pulls: Pulls, script: Script) -> None:
    """Others may use our name and our reference; only the id of the App cannot be chosen."""
    script.on("POST", MINT, token(), token(checks="read"))
    runs = [
        {"id": 5, "name": "Greenroom policy", "external_id": "old", "app": OURS},
        {"id": 9, "name": "Greenroom policy", "external_id": "theirs", "app": OTHERS},
        {"id": 7, "name": "Greenroom policy", "external_id": "new", "app": OURS},
        {"id": 8, "name": "Greenroom policy", "external_id": "nobody's", "app": None},
    ]
    script.on("GET", RUNS, httpx.Response(200, json={"total_count": 4, "check_runs": runs}))

    assert await pulls.said(PIP, "abc") == Said(newest="new", times=2)


@pytest.mark.parametrize(
    ("suites", "is_asked_again"),
    [
        ([], False),
        ([{"status": "completed", "app": OURS}], False),
        ([{"status": "queued", "app": OURS}], True),
        ([{"status": "queued", "app": OTHERS}, {"status": "completed", "app": OURS}], False),
        ([{"status": "queued", "app": None}], False),
    ],
)
async def test_a_queued_suite_of_ours_was_asked_for_again(
    suites: list[dict[str, Any]],
    is_asked_again: bool,  # noqa: FBT001 pytest's
    pulls: Pulls,
    script: Script,
) -> None:
    """GitHub, "Rerequest a check run": the status of its suite is reset to queued, the run is not updated."""
    script.on("POST", MINT, token(), token(checks="read"))
    script.on("GET", SUITES, httpx.Response(200, json={"total_count": len(suites), "check_suites": suites}))

    assert await pulls.is_asked_again(PIP, "abc") is is_asked_again
