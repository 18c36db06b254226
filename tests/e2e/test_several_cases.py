"""Do cases keep apart, and does one repository that cannot be looked at stop the others?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import httpx
import pytest

import policies
from app.domain.mirrors import Store
from app.store import cases
from policies.policy import all_policies
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped

UVS = "/repos/astral-sh/uv/security-advisories"


def _two_at_once(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])


@in_both_stores
async def test_a_plan_numbers_two_new_cases(github: FakeGitHub, bot: Bot) -> None:
    """Both are seen in the same look, when no mirror carries a number yet."""
    await bot.settle()
    _two_at_once(github)

    plan = await bot.plan()

    opened = await bot.parts.database.read(cases.open_cases)
    assert [case.number for case in opened] == [1, 2]
    opening = [action["key"] for action in plan["actions"] if action["kind"] == "open-mirror"]
    assert sorted(opening) == ["case/1", "case/2"]
    assert (plan["cannot_tell"], github.writes) == ([], [])


@in_both_stores
@pytest.mark.slow
async def test_two_cases_have_two_mirrors_that_say_which(github: FakeGitHub, bot: Bot, store: Store) -> None:
    """Each says its number and its own tools. Drafts are not read by the same people, either."""
    await bot.approve_everything()
    _two_at_once(github)

    await bot.sweep()
    await bot.settle()

    wheels, pips = sorted(github.coordination.open_mirrors, key=lambda mirror: "Another" in mirror.text)
    assert "Path traversal" in wheels.text
    assert ("| pip |" in wheels.body, "| wheel |" in pips.body) == (False, False)
    headings = {line for mirror in (wheels, pips) for line in mirror.body.split("\n") if "## Case" in line}
    assert headings == {"## Case 1", "## Case 2"}
    if store == "advisory":
        assert "wheel-maintainer-1" not in pips.collaborators
        assert "pip-maintainer-1" not in wheels.collaborators


class WithoutAccount(httpx.AsyncBaseTransport):
    """Answers with the credits of an account that was deleted since."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if request.method != "GET" or not request.url.path.startswith(UVS):
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


@pytest.mark.slow
@in_both_stores
async def test_a_credit_whose_account_is_gone_hides_nothing(ghostly_github: FakeGitHub, bot: Bot) -> None:
    """GitHub tells no user there; the advisory, and all others of its repository, are read all the same."""
    await bot.approve_everything()
    ghostly_github.repo("astral-sh/uv").draft("An old one", affects=["rust:uv"])
    ghostly_github.repo("astral-sh/uv").draft("Path traversal", affects=["wheel", "rust:uv"])

    await bot.sweep()
    await bot.settle()

    [mirror] = ghostly_github.coordination.open_mirrors
    assert "Credits there: nobody yet." in mirror.body


BREAKS = '''\
"""A policy that somebody is still writing, and that fails at one repository."""

from datetime import datetime

from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict
from policies.config import PolicyFile


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    if str(facts.name) == "pypa/wheel":
        raise ZeroDivisionError
    return Verdict(state="pass", message="fine")
'''


@pytest.fixture
def breaking_policy(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody puts it into the folder."""
    folder = tmp_path_factory.mktemp("policies")
    (folder / "half_done.py").write_text(BREAKS, encoding="utf-8")
    monkeypatch.setattr(policies, "__path__", [*policies.__path__, str(folder)])
    all_policies.cache_clear()
    yield
    sys.modules.pop("policies.half_done", None)
    all_policies.cache_clear()


@pytest.mark.slow
async def test_a_repository_whose_look_fails_does_not_stop_a_plan(
    github: FakeGitHub, bot: Bot, breaking_policy: None
) -> None:
    """What can be told of the others is told, and that this one could not be looked at as well."""
    del breaking_policy
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    plan = await bot.plan()

    assert [action["key"] for action in plan["actions"]] == ["pypa/pip#private-reporting"]
    assert [each["key"] for each in plan["cannot_tell"]] == ["pypa/wheel"]
