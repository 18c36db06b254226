"""How often is a switch read that policy enforces, while GitHub answers and while it does not?"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from app.sandbox.registering import WATCHER
from app.sandbox.state.traffic import Delivery
from tests.e2e.policy_repository import HEAD, REPOSITORY, moved_in, told_last
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")

PATH = "/repos/pypa/pip/private-vulnerability-reporting"


async def _polls(github: FakeGitHub, bot: Bot, minutes: int) -> int:
    """How often pip's switch was asked for while that time passed, with a poll each half minute."""
    before = len(github.requests)
    for _ in range(2 * minutes):
        await bot.later(seconds=30)
    return sum(each.path == PATH for each in github.requests[before:])


async def test_a_quiet_switch_is_read_every_half_minute(github: FakeGitHub, bot: Bot) -> None:
    """GitHub sends nothing when it is flipped, and people were promised a minute."""
    assert await _polls(github, bot, 5) == 10


@pytest.mark.slow
async def test_in_an_outage_it_is_asked_less_and_less(github: FakeGitHub, bot: Bot) -> None:
    """Asking helps nobody. Once GitHub answers, a flip is found within minutes, and the next one within one again."""
    await _polls(github, bot, 1)
    github.fail("GET", PATH, 502, times=None)
    first, second = await _polls(github, bot, 5), await _polls(github, bot, 5)
    assert second < first

    github.verify()
    github.clear_faults()
    pip = github.repo("pypa/pip").enable_private_reporting()
    await _polls(github, bot, 6)
    assert not pip.private_reporting

    github.fail("GET", PATH, 502, times=None)
    await bot.later(seconds=31)
    github.verify()
    github.clear_faults()
    pip.enable_private_reporting()
    await bot.later(seconds=31)
    assert not pip.private_reporting


@pytest.mark.slow
async def test_a_refusal_is_not_asked_for_again_and_again(github: FakeGitHub, bot: Bot) -> None:
    """A 403 that is no limit does not pass by asking."""
    github.refuse_permission("GET", PATH, times=None)
    await _polls(github, bot, 10)

    assert await _polls(github, bot, 9) <= 4
    github.verify()
    github.clear_faults()
    await bot.later(minutes=11)


@pytest.mark.slow
async def test_inside_a_ban_it_asks_nothing_and_after_it_at_once(github: FakeGitHub, bot: Bot) -> None:
    """GitHub said for how long. Other questions of the installation wait too."""
    github.rate_limit("GET", PATH, seconds=300, secondary=True)
    await bot.later(seconds=30)
    github.verify()
    pip = github.repo("pypa/pip").enable_private_reporting()

    assert await _polls(github, bot, 4) == 0
    await bot.later(seconds=90)

    assert not pip.private_reporting


@pytest.mark.slow
async def test_a_failing_switch_does_not_hide_another(github: FakeGitHub, bot: Bot) -> None:
    """Each repository is asked on its own."""
    github.fail("GET", PATH, 502, times=None)
    await _polls(github, bot, 3)
    other = github.repo("pypa/get-pip").enable_private_reporting()

    await bot.later(seconds=31)

    assert (await bot.standing("pypa/get-pip", "private-reporting")).state == "finding"
    github.verify()
    github.clear_faults()
    other.disable_private_reporting()
    await bot.later(minutes=11)


@pytest.mark.slow
async def test_a_switch_that_is_back_is_read_as_before(github: FakeGitHub, bot: Bot) -> None:
    """A repository that somebody unarchives has a switch again."""
    pip = github.repo("pypa/pip").archive()
    await _polls(github, bot, 1)

    pip.unarchive().enable_private_reporting()
    await bot.later(seconds=31)

    assert not pip.private_reporting


def _push(github: FakeGitHub, policy: FakeRepo, whose: str) -> Delivery:
    """One registration is both, and GitHub tells it of pushes. `whose` repository it is about."""
    github.world.app(WATCHER).events.append("push")
    github.installation(WATCHER, "packaging-security").grant("contents", "read")
    policy.push_files({"README.md": "Our policy."})
    push = told_last(github, "push")
    return replace(
        push, body=push.body.replace(f'"full_name":"{REPOSITORY}"'.encode(), f'"full_name":"{whose}"'.encode())
    )


@pytest.mark.slow
@pytest.mark.parametrize(("whose", "looks"), [(REPOSITORY, 24), ("strangers/lure", 4)])
async def test_deliveries_make_it_read_no_switch_more_often(
    github: FakeGitHub, bot: Bot, whose: str, looks: int
) -> None:
    """They ask for a look at the policy file. Two switches of each account a time would use up what GitHub allows."""
    push = _push(github, await moved_in(github, bot), whose)
    assert whose.encode() in push.body
    await bot.later(seconds=30)
    before = len(github.requests)

    for _ in range(400):
        await bot.deliver(replace(push, guid=str(uuid4())))
        await bot.later(seconds=0.3)

    asked = [each.path for each in github.requests[before:]]
    assert asked.count(PATH) == 4  # as without them
    assert abs(asked.count(HEAD) - looks) <= 1
