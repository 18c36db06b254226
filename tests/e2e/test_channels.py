"""What reaches people outside, from the app as it runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.mornings import until
from tests.e2e.policy_edits import edit_policy, only_reports
from tests.e2e.told import looks
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running
from tests.notify.receiver import Receiver, receiving

pytestmark = pytest.mark.slow


@pytest.fixture
def coordinators() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def pip() -> Iterator[Receiver]:
    """The channel that pip's people share."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def wheel() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


async def _connected(bot: Bot, **channels: Receiver) -> None:
    routes = {"coordinators": "coordinators", "pip": "tool/pip", "wheel": "tool/wheel"}
    bot.notify_urls = " ".join(f"{routes[name]}={channel.url}" for name, channel in channels.items())
    await bot.restart()


async def test_a_tools_people_hear_of_their_repositories_and_of_no_report(
    github: FakeGitHub, bot: Bot, coordinators: Receiver, pip: Receiver, wheel: Receiver
) -> None:
    """That there is a report is told under a pseudonym, and only to those who hear of everything."""

    def reports(content: dict[str, Any]) -> None:
        only_reports(content)
        content["policies"]["reports-reach-owner"] = {"mode": "report"}

    await edit_policy(bot, reports)
    await _connected(bot, coordinators=coordinators, pip=pip, wheel=wheel)
    github.repo("pypa/pip").enable_private_reporting().report("Path traversal", affects=["pip"])
    await looks(bot, 1)
    for hour in (7, 8, 12):
        await until(bot, 2, hour=hour)
        await bot.notify()

    [all_of_it], [of_pip] = coordinators.texts, pip.texts
    assert "pypa/pip (new)" in of_pip
    assert "pypa/pip (new)" in all_of_it
    assert "Under embargo: policy/" in all_of_it
    assert "mbargo" not in of_pip
    assert wheel.texts == []


async def test_a_repository_of_cases_that_is_open_to_all_pages_at_once(
    github: FakeGitHub, bot: Bot, coordinators: Receiver, pip: Receiver
) -> None:
    """Not at seven in the morning; and to those who can do something about it."""
    await _connected(bot, coordinators=coordinators, pip=pip)
    await bot.approve_everything()
    await bot.settle()
    github.coordination.state.has_wiki = True
    await looks(bot, 1)

    await bot.notify()
    await looks(bot, 3)
    await bot.notify()

    [page] = coordinators.texts
    assert page.startswith("Greenroom, at once: a notice")
    assert "packaging-security/cases" in page
    assert pip.texts == []


async def test_a_channel_that_hangs_holds_up_no_look_and_no_delivery(
    github: FakeGitHub, bot: Bot, coordinators: Receiver
) -> None:
    """Somebody's chat is down on the day on which something happens."""
    coordinators.hangs = threading.Event()
    await edit_policy(bot, only_reports)
    await _connected(bot, coordinators=coordinators)
    github.repo("pypa/pip").enable_private_reporting()
    await looks(bot, 1)
    await until(bot, 2, hour=7)
    telling = asyncio.create_task(bot.notify())
    await asyncio.to_thread(coordinators.arrived.wait)

    draft = github.repo("pypa/wheel").report("A report", affects=["wheel"])
    assert await bot.deliver(draft.reported()) == 202
    await looks(bot, 1)

    assert (await bot.standing("pypa/pip", "private-reporting")).observed_at == bot.clock.now()
    assert not telling.done()
    coordinators.hangs.set()
    assert await telling == 0


async def test_of_two_instances_one_tells(github: FakeGitHub, bot: Bot, coordinators: Receiver) -> None:
    """Sixteen mornings on which both are awake."""
    await edit_policy(bot, only_reports)
    await _connected(bot, coordinators=coordinators)
    github.repo("pypa/pip").enable_private_reporting()
    await looks(bot, 1)
    async with running(github, bot.clock, bot.folder) as other:
        other.notify_urls = bot.notify_urls
        await other.restart()
        for day in range(2, 18):
            await until(bot, day, hour=7)
            await asyncio.gather(bot.notify(), other.notify())

    headlines = [text.partition(":")[0] for text in coordinators.texts]
    assert headlines == [f"Greenroom, 2026-12-{day:02}" for day in (2, 3, 5, 9, 16)]
