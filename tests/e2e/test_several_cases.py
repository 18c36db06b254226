"""Do cases keep apart, and does one repository that cannot be looked at stop the others?"""

from __future__ import annotations

import json

import httpx
import pytest

from app.store import cases
from tests.fake_github import FakeGitHub
from tests.harness import Bot

WHEELS = "/repos/pypa/wheel/security-advisories"


def _two_at_once(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])


async def test_a_plan_numbers_two_new_cases(github: FakeGitHub, bot: Bot) -> None:
    """Both are seen in the same look, when no mirror carries a number yet."""
    await bot.settle()
    _two_at_once(github)

    plan = await bot.plan()

    opened = await bot.parts.database.read(cases.open_cases)
    assert [case.number for case in opened] == [1, 2]
    assert [action["kind"] for action in plan["actions"]] == ["open-mirror", "open-mirror"]
    assert (plan["cannot_tell"], github.writes) == ([], [])


async def test_two_cases_have_two_mirrors_that_say_which(github: FakeGitHub, bot: Bot) -> None:
    """Their people are not the same."""
    await bot.approve_everything()
    _two_at_once(github)

    await bot.sweep()
    await bot.settle()

    mirrors = {mirror.summary.split(" ")[0]: mirror for mirror in github.coordination.drafts}
    assert {"Path", "Another"} == mirrors.keys()
    assert "wheel-maintainer-1" not in mirrors["Another"].collaborators
    assert "pip-maintainer-1" not in mirrors["Path"].collaborators
    headings = {line for mirror in mirrors.values() for line in mirror.description.split("\n") if "## Case" in line}
    assert headings == {"## Case 1", "## Case 2"}


class WithoutAccount(httpx.AsyncBaseTransport):
    """Answers with the credits of an account that was deleted since."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if request.method != "GET" or not request.url.path.startswith(WHEELS):
            return response
        body = json.loads(await response.aread())
        for advisory in body if isinstance(body, list) else [body]:
            for credit in advisory["credits_detailed"]:
                credit["user"] = None
        return httpx.Response(response.status_code, json=body)


@pytest.fixture
def ghostly_github(github: FakeGitHub) -> FakeGitHub:
    """Ask for it before `bot`, which connects to it."""
    github.transport = WithoutAccount(github.transport)
    return github


async def test_a_credit_whose_account_is_gone_hides_nothing(ghostly_github: FakeGitHub, bot: Bot) -> None:
    """GitHub tells no user there; the advisory, and all others of its repository, are read all the same."""
    await bot.approve_everything()
    ghostly_github.repo("pypa/wheel").draft("An old one", affects=["wheel"])
    ghostly_github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    await bot.sweep()
    await bot.settle()

    [mirror] = ghostly_github.coordination.drafts
    assert "Credits there: nobody yet." in mirror.description
