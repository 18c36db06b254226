"""Is docs/moving-pip.md what really comes out?"""

from __future__ import annotations

import pytest

from tests.e2e.moving_pip import BLOCK, DOCUMENT, moved, story
from tests.fake_github import FakeGitHub
from tests.harness import Bot


@pytest.fixture
def documented() -> list[str]:
    return [block for _, block in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))]


@pytest.mark.slow
async def test_the_document_shows_what_comes_out(github: FakeGitHub, bot: Bot, documented: list[str]) -> None:
    """Whoever prepares this move reads it there first. `python -m tests.e2e.moving_pip` writes it anew."""
    for made, written in zip(await story(github, bot), documented, strict=True):
        assert written == made


async def test_nobody_is_taken_off_anything_by_moving(github: FakeGitHub, bot: Bot) -> None:
    """The PSRT goes on reading what it read, in the world and not only on paper."""
    await bot.approve("private-reporting: off", "reports-reach-owner: add the owner's people")
    advisory = github.repo("pypa/pip").draft("Path traversal")
    world = github.world
    world.add_team(world.organization("packaging-security"), "responders", ["responder-1"])
    await bot.sweep()
    await bot.settle()
    before = {*advisory.collaborators}

    bot.policy.write_text(moved(bot.policy.read_text(encoding="utf-8")), encoding="utf-8")
    await bot.later(days=70)
    await bot.sweep()
    await bot.settle()

    assert {*advisory.collaborators} == before | {"responder-1"}
    assert not github.repo("pypa/pip").private_reporting  # nobody said yes to switching it on

    await bot.approve("private-reporting: on")
    await bot.sweep()
    await bot.settle()

    assert github.repo("pypa/pip").private_reporting
