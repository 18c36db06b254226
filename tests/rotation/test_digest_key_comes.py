"""Does anything that is remembered under the old digest key get lost when a new one goes to the front?"""

from __future__ import annotations

import pytest

from app.domain.ids import PolicyKey, RepoName
from app.halting import thaw
from app.store.freezes import freezes
from app.store.notices import open_notices
from tests.fake_github import FakeGitHub
from tests.harness import DIGEST_KEYS, Bot

NEW = f"new:{'5a' * 32}"
ROTATED = {"digest_keys": f"{NEW},{DIGEST_KEYS}"}


async def _contested(bot: Bot) -> list[str]:
    return [each.about for each in await bot.parts.database.read(open_notices) if each.kind == "contested"]


@pytest.mark.slow
async def test_an_armistice_and_what_was_told_of_it_outlive_a_new_digest_key(github: FakeGitHub, bot: Bot) -> None:
    """Frozen stays frozen, the notice is the same one under its name of today, and a person can end it."""
    await bot.approve_everything()
    report = github.repo("pypa/pip").report("A matter")
    for _ in range(3):
        await bot.later(hours=1)
        report.edit(collaborating_users=["pip-maintainer-1"])
    await bot.later(hours=1)
    [former] = await _contested(bot)
    writes = len(github.writes)

    bot.secrets = ROTATED
    await bot.restart()
    for _ in range(3):
        await bot.sweep()
        await bot.later(hours=1)

    [told] = await _contested(bot)
    assert told != former
    [text] = [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "contested"]
    assert former not in text
    assert len(github.writes) == writes, "a new key ended the armistice"
    [frozen] = await bot.parts.database.read(freezes)
    await thaw(bot.parts, PolicyKey(RepoName.parse("pypa/pip"), frozen.key.policy), "coordinator-1")  # type: ignore[union-attr]
    await bot.later(minutes=11)
    assert await _contested(bot) == []
    assert {"psrt-member-1", "psrt-member-2"} <= set(report.collaborators)
