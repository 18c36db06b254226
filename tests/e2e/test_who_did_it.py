"""Somebody makes the repository of the issues public. Who is named, and who is not?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.sandbox.state.traffic import Delivery
from app.store import schema
from app.store.notices import open_notices
from tests.e2e.stores import as_issues
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = as_issues

REPO = "packaging-security/private-cases"
POLICY = "coordination-private"


async def published(github: FakeGitHub, bot: Bot) -> Delivery:
    """The last look found it private; twenty seconds later its owner makes it public. Gives what GitHub sends."""
    await bot.settle()
    bot.clock.advance(seconds=20)
    github.coordination.make_public()
    return github.deliveries[-1]


async def story(bot: Bot) -> Any:
    """The latest time that it was not private."""
    return (await bot.explain(REPO))["breaches"][-1]


async def page(bot: Bot) -> str:
    [text] = [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "page"]
    return text


async def kept(bot: Bot) -> list[Any]:
    """Every delivery of which we know who did it."""
    query = select(schema.deliveries).where(schema.deliveries.c.repository.is_not(None))
    return list(await bot.parts.database.read(lambda conn: conn.execute(query).all()))


def owner(github: FakeGitHub) -> str:
    return f"{github.coordination.owner.login}:{github.coordination.owner.id}"


def said_otherwise(delivery: Delivery, change: Callable[[Any], None]) -> Delivery:
    """What GitHub would have sent if that had been so, under a GUID of its own."""
    payload = json.loads(delivery.body)
    change(payload)
    return replace(delivery, guid=f"{delivery.guid[:-1]}x", body=json.dumps(payload).encode())


@pytest.mark.slow
async def test_who_made_it_public_is_named_where_github_said_so(github: FakeGitHub, bot: Bot) -> None:
    """Between the last look that found it private and the first that did not, by whom: in the story and in the page."""
    await bot.deliver(await published(github, bot))
    await bot.settle()

    told = await story(bot)

    assert (told["policy"], told["actor"]) == (POLICY, owner(github))
    assert (told["last_good"], told["first_bad"]) == ("2026-12-01T09:00:00+00:00", "2026-12-01T09:00:20+00:00")
    assert (await page(bot)).endswith(
        f"It became so between 2026-12-01 09:00:00 and 09:00:20 UTC. Who did it is {owner(github)}"
    )


async def test_without_a_delivery_it_is_unknown(github: FakeGitHub, bot: Bot) -> None:
    """Deliveries get lost. The sweep finds it, and nobody is guessed."""
    await published(github, bot)
    await bot.later(minutes=11)

    assert (await story(bot))["actor"] == "unknown"
    assert (await page(bot)).endswith("UTC. Who did it is unknown")


def _another_repository(payload: Any) -> None:
    payload["repository"] |= {"id": 1, "full_name": "pypa/wheel"}


def _another_of_that_name(payload: Any) -> None:
    payload["repository"]["id"] = 4_711


def _long_before(payload: Any) -> None:
    payload["repository"]["updated_at"] = "2026-12-01T08:59:59Z"


def _afterwards(payload: Any) -> None:
    payload["repository"]["updated_at"] = "2026-12-01T09:00:21Z"


def _no_time(payload: Any) -> None:
    payload["repository"]["updated_at"] = None


def _nobody(payload: Any) -> None:
    del payload["sender"]


def _something_else(payload: Any) -> None:
    payload["action"] = "edited"


FOREIGN = [
    _another_repository,
    _another_of_that_name,
    _long_before,
    _afterwards,
    _no_time,
    _nobody,
    _something_else,
]


@pytest.mark.slow
@pytest.mark.parametrize("change", FOREIGN)
async def test_a_delivery_about_something_else_names_nobody(
    github: FakeGitHub, bot: Bot, change: Callable[[Any], None]
) -> None:
    """Whoever did something else, elsewhere or at another time did not do this."""
    await bot.deliver(said_otherwise(await published(github, bot), change))
    await bot.settle()
    await bot.explain(REPO)
    await bot.later(minutes=11)

    assert (await story(bot))["actor"] == "unknown"
    assert "Who did it is unknown" in await page(bot)


async def test_a_delivery_that_comes_when_it_is_over_names_nobody(github: FakeGitHub, bot: Bot) -> None:
    """It may be about another time. While it lasts a late one is as good as any."""
    late = await published(github, bot)
    await bot.later(minutes=11)
    assert "Who did it is unknown" in await page(bot)
    await bot.deliver(late)
    await bot.settle()
    assert f"Who did it is {owner(github)}" in await page(bot)
    later = said_otherwise(late, lambda payload: payload.update(sender={"login": "somebody", "id": 99}))

    github.coordination.make_private()
    await bot.later(minutes=11)
    await bot.deliver(later)
    await bot.settle()

    assert (await story(bot))["over_at"] is not None
    assert (await story(bot))["actor"] == owner(github)


@pytest.mark.slow
async def test_whoever_made_it_public_did_not_switch_its_issues_off(github: FakeGitHub, bot: Bot) -> None:
    """What is found first is two things, and GitHub says who did one of them."""
    delivery = await published(github, bot)
    github.coordination.state.has_issues = False
    await bot.deliver(delivery)
    await bot.settle()

    assert (await story(bot))["actor"] == "unknown"
    github.coordination.state.has_issues = True


@pytest.mark.slow
async def test_who_did_it_is_known_as_long_as_it_is_wrong_and_forgotten_a_week_after(
    github: FakeGitHub, bot: Bot
) -> None:
    """Of people nothing more is kept than what has to be explained, and no longer."""
    await bot.deliver(await published(github, bot))
    await bot.settle()
    await bot.later(days=9)
    await bot.later(minutes=11)
    assert f"Who did it is {owner(github)}" in await page(bot)
    assert [each.sender for each in await kept(bot)] == [owner(github)]

    github.coordination.make_private()
    github.delivery_log.line("ping", None, outcome=202)  # else the webhook would seem to be off, which is wrong as well
    await bot.later(minutes=11)
    await bot.later(days=1)  # what is old is forgotten once a day
    await bot.later(minutes=11)

    assert await kept(bot) == []


@pytest.mark.slow
async def test_of_what_can_be_blamed_on_nobody_no_name_is_kept(github: FakeGitHub, bot: Bot) -> None:
    """Reports above all: who reported what is embargoed."""
    await bot.settle()
    github.repo("pypa/wheel").report("A matter")
    github.repo("pypa/wheel").archive()
    github.coordination.make_public()
    github.coordination.make_private()
    for delivery in github.deliveries:
        assert await bot.deliver(delivery) == 202

    assert [(each.action, each.repository) for each in await kept(bot)] == [("publicized", REPO)]
    await bot.later(minutes=11)
    github.repo("pypa/wheel").unarchive()


@pytest.mark.slow
async def test_a_name_that_was_heard_goes_with_its_repository(github: FakeGitHub, bot: Bot) -> None:
    """The repository was renamed after somebody made it public; it is still the same one."""
    await bot.deliver(await published(github, bot))
    await bot.settle()
    somebody = owner(github)
    github.coordination.rename("renamed-cases")
    await bot.later(minutes=11)

    [made] = await kept(bot)

    assert (made.repository, made.sender) == ("packaging-security/renamed-cases", somebody)
