"""What does an instance not do without, how does each of it break, and how is it as it was?"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from app.sandbox.registering import HAND, WATCHER, _public_key, new_private_key
from app.sandbox.state.tokens import install
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import METRICS_TOKEN, Bot


async def readyz(bot: Bot, authorization: str = f"Bearer {METRICS_TOKEN}") -> tuple[int, dict[str, Any]]:
    transport = httpx.ASGITransport(app=bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        answer = await client.get("/readyz", headers={"Authorization": authorization})
    return answer.status_code, answer.json()


async def minutes_of_running(bot: Bot, minutes: int) -> None:
    """What `serve` runs beside the worker, on a clock whose sleepers move the time."""
    until = bot.clock.now() + timedelta(minutes=minutes)
    running = asyncio.create_task(bot.parts.vitals.run())
    while bot.clock.now() < until:  # noqa: ASYNC110 - nobody but this clock knows that the time has come
        await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def _key(github: FakeGitHub, _bot: Bot) -> None:
    """Somebody deletes the App's key on GitHub."""
    github.world.app(WATCHER).public_key = _public_key(new_private_key())


async def _hands_key(github: FakeGitHub, _bot: Bot) -> None:
    github.world.app(HAND).public_key = _public_key(new_private_key())


async def _clock(github: FakeGitHub, bot: Bot) -> None:
    """This machine's clock is ten minutes behind."""
    github.world.clock = Ahead(bot.clock, timedelta(minutes=10))


async def lose_a_permission(github: FakeGitHub, _bot: Bot) -> None:
    del github.installation(WATCHER, "pypa").state.permissions["repository_advisories"]


async def _hands_permission(github: FakeGitHub, _bot: Bot) -> None:
    github.installation(HAND, "packaging-security").state.permissions["repository_advisories"] = "read"


async def lose_a_table(_github: FakeGitHub, bot: Bot) -> None:
    """A table of it is gone, as after a disk that failed."""
    _change(bot, "ALTER TABLE moments RENAME TO lost")


def _change(bot: Bot, statement: str) -> None:
    engine = create_engine(bot.place.url)
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


async def suspend_hand(github: FakeGitHub, _bot: Bot) -> None:
    """Whoever owns the coordination repository may do that by mistake."""
    github.installation(HAND, "packaging-security").suspend()


async def uninstall_watcher(github: FakeGitHub, _bot: Bot) -> None:
    """An owner of an organization that policy names removes the Watcher: nothing is seen there any more."""
    github.installation(WATCHER, "pypa").uninstall()


async def _hands_uninstalled(github: FakeGitHub, _bot: Bot) -> None:
    """Nothing can be written where mirrors are kept."""
    github.installation(HAND, "packaging-security").uninstall()


async def suspend_watcher(github: FakeGitHub, _bot: Bot) -> None:
    github.installation(WATCHER, "pypa").suspend()


async def find_the_table(bot: Bot) -> None:
    """So that the questions which are asked after every story can be."""
    _change(bot, "ALTER TABLE lost RENAME TO moments")


async def mend_all(github: FakeGitHub, bot: Bot) -> None:
    """Whatever of these broke is as it was."""
    for slug in (WATCHER, HAND):
        github.world.app(slug).public_key = _public_key(github.world.app(slug).private_key)
    github.world.clock = bot.clock
    for slug, org in ((WATCHER, "pypa"), (HAND, "packaging-security")):
        if not any((each.app.slug, each.account.login) == (slug, org) for each in github.world.installations.values()):
            install(github.world, github.world.app(slug), github.world.organization(org))
    github.installation(WATCHER, "pypa").grant("repository_advisories", "read").unsuspend()
    github.installation(HAND, "packaging-security").grant("repository_advisories", "write").unsuspend()
    with suppress(DBAPIError):  # it was not the table that was lost
        await find_the_table(bot)


class Ahead(FakeClock):
    """A clock that goes ahead of another, or behind it."""

    def __init__(self, other: FakeClock, by: timedelta) -> None:
        super().__init__()
        self._other, self._by = other, by

    def now(self) -> Any:
        return self._other.now() + self._by


BREAKS = {
    "the key": (_key, "key"),
    "the Hand's key": (_hands_key, "key"),
    "the clock": (_clock, "clock"),
    "a permission": (lose_a_permission, "permissions"),
    "a permission of the Hand": (_hands_permission, "permissions"),
    "the Hand's installation": (suspend_hand, "permissions"),
    "the Hand's installation is gone": (_hands_uninstalled, "permissions"),
    "the Watcher's installation is gone": (uninstall_watcher, "permissions"),
    "the Watcher's installation is suspended": (suspend_watcher, "permissions"),
    "the database": (lose_a_table, "database"),
}


def marks(name: str) -> list[pytest.MarkDecorator]:
    """A look that needs the lost table ends by what PostgreSQL says of it."""
    return [pytest.mark.looks_fail] if name == "the database" else []
