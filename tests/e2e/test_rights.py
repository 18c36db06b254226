"""An App that may do more than app.yml asks for is told within the hour, and so is a token that is good for more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.domain.records import Notice
from app.sandbox.registering import HAND, WATCHER
from app.sandbox.state.tokens import install
from app.store.notices import open_notices
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running

CONFIGURATION = "/code-security-configuration"


async def _told(bot: Bot) -> list[Notice]:
    found = await bot.parts.database.read(open_notices)
    return [each for each in found if each.kind == "too-wide"]


async def _an_hour(bot: Bot, minutes: int = 60) -> None:
    for _ in range(minutes):
        bot.clock.advance(minutes=1)
        await bot.parts.vitals.look()


async def test_apps_as_app_yml_describes_them_are_no_news(github: FakeGitHub, bot: Bot) -> None:
    """And each hour costs four requests for each App beside the lists: itself, a token, what is refused, its return."""
    await bot.settle()
    await bot.parts.vitals.look()
    start = len(github.requests)

    await _an_hour(bot)

    assert await _told(bot) == []
    asked = [each for each in github.requests[start:] if each.path != "/app/installations"]
    assert sorted({(each.method, each.path.rsplit("/", 1)[1], each.status) for each in asked}) == [
        ("DELETE", "token", 204),
        ("GET", "app", 200),
        ("GET", "code-security-configuration", 403),
        ("POST", "access_tokens", 201),
    ]
    assert len(asked) == 8


async def test_no_forbidden_write_is_ever_tried(github: FakeGitHub, bot: Bot) -> None:
    """Were the permission too wide, it would be carried out."""
    await bot.settle()

    await _an_hour(bot)

    assert github.writes == []


@pytest.mark.parametrize(
    ("slug", "name", "account"),
    [(WATCHER, "Greenroom", "pypa"), (HAND, "Greenroom Hand", "packaging-security")],
)
async def test_a_permission_that_nobody_asked_for_is_told_within_the_hour_and_no_longer_when_it_is_taken_back(
    github: FakeGitHub, bot: Bot, slug: str, name: str, account: str
) -> None:
    """Whoever gets the key gets all of it. As the App is registered, and as an account accepted it."""
    await bot.settle()
    await bot.parts.vitals.look()
    app, installed = github.world.app(slug), github.installation(slug, account)
    app.permissions["workflows"] = installed.state.permissions["workflows"] = "write"

    await _an_hour(bot)

    [notice] = await _told(bot)
    assert (notice.about, notice.severity) == (name, "warning")
    assert notice.text == (
        f"{name} may do more than app.yml asks for as it is registered: workflows: write; "
        f"{name} may do more than app.yml asks for in {account}: workflows: write"
    )

    del app.permissions["workflows"], installed.state.permissions["workflows"]
    await _an_hour(bot)

    assert await _told(bot) == []


async def test_a_level_that_is_higher_than_what_was_asked_for_is_more_too(github: FakeGitHub, bot: Bot) -> None:
    """The Watcher is installed by everybody because it only reads."""
    await bot.settle()
    github.world.app(WATCHER).permissions["repository_advisories"] = "write"

    await _an_hour(bot)

    assert [each.text for each in await _told(bot)] == [
        "Greenroom may do more than app.yml asks for as it is registered: repository_advisories: write"
    ]


async def test_what_a_stranger_grants_is_no_news(github: FakeGitHub, bot: Bot) -> None:
    """Anybody may install a public App; nothing is done with what policy does not name."""
    await bot.settle()
    account = github.world.add_organization("stranger-org", owners=["stranger-1"])
    install(github.world, github.world.app(WATCHER), account).permissions["workflows"] = "write"

    await _an_hour(bot)

    assert await _told(bot) == []


class _Careless(httpx.AsyncBaseTransport):
    """A GitHub that does not hold tokens to what they were made for."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.is_careless = self.is_generous = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if self.is_careless and request.url.path.endswith(CONFIGURATION) and response.status_code == 403:
            return httpx.Response(200, json={"status": "attached"})
        if self.is_generous and request.url.path.endswith("/access_tokens"):
            given = {**response.json(), "permissions": {"metadata": "read", "contents": "write"}}
            return httpx.Response(201, json=given)
        return response


@pytest.fixture
async def careless(github: FakeGitHub, clock: FakeClock, tmp_path: Path) -> AsyncIterator[tuple[_Careless, Bot]]:
    github.transport = transport = _Careless(github.transport)
    async with running(github, clock, tmp_path) as bot:
        await bot.settle()
        yield transport, bot
        transport.is_careless = transport.is_generous = False
        await bot.later(minutes=20)


async def test_a_token_that_reads_what_it_was_not_made_for_pages_somebody(careless: tuple[_Careless, Bot]) -> None:
    """Then no token is as narrow as we think, and what is written rests on that."""
    transport, bot = careless
    transport.is_careless = True

    await _an_hour(bot)

    assert [(each.about, each.severity, each.text) for each in await _told(bot)] == [
        (
            name,
            "page",
            (
                "GitHub answered GET /repos/{owner}/{repo}/code-security-configuration to a token of "
                f"{name} that was made for metadata alone"
            ),
        )
        for name in ("Greenroom", "Greenroom Hand")
    ]


async def test_a_token_that_is_wider_than_was_asked_for_pages_somebody(careless: tuple[_Careless, Bot]) -> None:
    """GitHub did that once. It is given back, and nothing is read with it."""
    transport, bot = careless
    transport.is_generous = True

    await _an_hour(bot)

    told = await _told(bot)
    assert {each.severity for each in told} == {"page"}
    assert all("gave" in each.text and "a wider token than was asked for" in each.text for each in told)


async def test_what_cannot_be_told_changes_nothing_that_was_told(github: FakeGitHub, bot: Bot) -> None:
    """An outage is no proof that all is well; and it is looked again sooner than in an hour."""
    await bot.settle()
    github.world.app(WATCHER).permissions["workflows"] = "write"
    await _an_hour(bot)
    github.fail("GET", "/app", 502, times=None)
    del github.world.app(WATCHER).permissions["workflows"]

    await _an_hour(bot, minutes=65)
    assert len(await _told(bot)) == 1
    github.clear_faults()
    await _an_hour(bot, minutes=11)

    assert await _told(bot) == []
