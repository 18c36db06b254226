"""Does doctor say that drafts are shown where somebody looked, and only there?"""

from __future__ import annotations

import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.reading import read
from app.sandbox.registering import WATCHER
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def _drafts(bot: Bot) -> Line:
    [line] = [each for each in judge(await read(bot.parts)) if each.name == "drafts of pypa"]
    return line


async def _with_a_sentinel(github: FakeGitHub, bot: Bot) -> None:
    sentinel = github.repo("pypa/wheel").draft("Sentinel: please leave this draft alone", affects=["wheel"])
    await edit_policy(bot, lambda content: content.update(sentinels=[f"pypa/wheel/{sentinel.ghsa}"]))
    await bot.settle()


@pytest.mark.parametrize("granted", ["read", "write"])
async def test_that_drafts_are_shown_is_seen_by_a_sentinel(github: FakeGitHub, bot: Bot, granted: str) -> None:
    """Lists of projects are read with tokens that only read, whatever else was granted."""
    github.installation(WATCHER, "pypa").grant("repository_advisories", granted)
    await bot.settle()
    assert (await _drafts(bot)).state == "cannot tell"

    await _with_a_sentinel(github, bot)

    assert (await _drafts(bot)).state == "ok"


@pytest.mark.parametrize("granted", ["read", "write"])
async def test_a_permission_to_write_mends_no_draft_that_is_hidden(github: FakeGitHub, bot: Bot, granted: str) -> None:
    """So nobody is told to give it: the line would turn green, and drafts would be hidden as before."""
    await _with_a_sentinel(github, bot)
    installed = github.installation(WATCHER, "pypa").hide_drafts()
    installed.grant("repository_advisories", granted)
    await bot.settle()

    line = await _drafts(bot)

    assert line.state == "problem"
    assert "no permission to write changes that" in line.do
    installed.hide_drafts(hidden=False)
