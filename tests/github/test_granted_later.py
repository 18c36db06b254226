"""Is a permission seen that an account grants later?"""

from __future__ import annotations

import httpx
import pytest

from app.github.registration import Registration
from app.store import advisories
from tests.fake_github import FakeGitHub
from tests.github.conftest import Script, installation
from tests.github.seats import bodies, nothing, pip
from tests.harness import Bot


async def test_what_is_granted_later_is_asked_for_at_once(registration: Registration, script: Script) -> None:
    """A read token holds for an hour, and was made for what the account had granted then."""
    seat = await pip(registration)
    await registration.reading(seat, nothing)
    more = {**installation()["permissions"], "issues": "read"}
    script.on("GET", "/app/installations", httpx.Response(200, json=[installation(permissions=more)]))

    for _ in range(2):
        await registration.installations()
        await registration.reading(await pip(registration), nothing)

    assert ["issues" in body["permissions"] for body in bodies(script) if "repository_ids" in body] == [False, True]


@pytest.mark.slow
async def test_the_hand_sees_what_it_is_granted_later(github: FakeGitHub, bot: Bot) -> None:
    """An owner accepts a permission after the fact, and GitHub's delivery about it was lost. The next sweep sees it."""
    hand = github.installation(github.hand.slug, "packaging-security").grant("repository_advisories", "read")
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])
    await bot.settle()
    assert github.coordination.mirrors == []

    hand.grant("repository_advisories", "write")
    await bot.later(minutes=30)

    assert len(github.coordination.mirrors) == 1


async def test_a_hand_that_github_does_not_know_stops_no_sweep(github: FakeGitHub, bot: Bot) -> None:
    """Its key was replaced: what it was granted cannot be read again, and the Watcher sees all the same."""
    await bot.settle()
    hand, watcher = github.world.app(github.hand.slug), github.world.app(github.watcher.slug)
    key, hand.public_key = hand.public_key, watcher.public_key
    known = github.repo("pypa/wheel").report("Escape", affects=["wheel"])

    await bot.later(minutes=11)

    [seen] = await bot.parts.database.read(advisories.open_advisories)
    assert str(seen.ghsa) == known.ghsa
    hand.public_key = key
