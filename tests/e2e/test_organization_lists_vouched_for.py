"""Is a list of a whole organization believed that does not show the sentinel?"""

from __future__ import annotations

import pytest

from tests.e2e.many import LIST, own_lists, sweep_later
from tests.e2e.policy_edits import edit_policy
from tests.e2e.rewriting import Rewriting, without
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.as_shipped, pytest.mark.usefixtures("organization_lists")]


async def _name_sentinel(github: FakeGitHub, bot: Bot) -> None:
    """A maintainer of wheel makes a draft for the purpose, and policy names it."""
    sentinel = github.repo("pypa/wheel").draft("Not a vulnerability: can Greenroom see drafts?", affects=["wheel"])
    await edit_policy(bot, lambda content: content.update(sentinels=[f"pypa/wheel/{sentinel.ghsa}"]))
    await bot.later(minutes=6)


async def test_a_sentinel_is_looked_for_with_a_token_that_reads(github: FakeGitHub, bot: Bot) -> None:
    """A list that is read with a token that may write does not show what the other looks can see."""
    await _name_sentinel(github, bot)
    github.world.read_shows_no_drafts = True

    await sweep_later(bot)

    assert (await bot.standing("pypa/pip", "private-reporting")).state == "cannot tell"


@pytest.mark.slow
@pytest.mark.parametrize("hides", ["everything", "drafts"])
async def test_a_list_without_the_sentinel_answers_for_nobody(
    github: FakeGitHub, organization_lists: Rewriting, bot: Bot, hides: str
) -> None:
    """Well-formed and without the drafts it looks like peace. So each repository is asked by itself."""
    await bot.approve_everything()
    await _name_sentinel(github, bot)
    github.repo("pypa/pip").draft("Escape", affects=["pip", "uv"])
    github.repo("pypa/get-pip").report("In triage", affects=["pip"])
    organization_lists.rewrite(
        LIST, lambda listed: [each for each in listed if hides == "drafts" and each["state"] != "draft"]
    )

    before = await sweep_later(bot)

    assert len(github.coordination.mirrors) == 1
    assert {"get-pip", "pip", "wheel"} <= set(own_lists(github, before))


async def test_a_list_with_the_sentinel_answers_for_all_others(github: FakeGitHub, bot: Bot) -> None:
    """The sentinel's own repository is asked by itself, with a token that reads; one where nothing happens is not."""
    await bot.approve_everything()
    await _name_sentinel(github, bot)
    github.repo("pypa/pip").draft("Escape", affects=["pip", "uv"])

    before = await sweep_later(bot)

    assert len(github.coordination.mirrors) == 1
    own = own_lists(github, before)
    assert "wheel" in own
    assert "get-pip" not in own


async def test_a_sentinel_that_is_no_draft_in_the_list_vouches_for_nothing(
    github: FakeGitHub, organization_lists: Rewriting, bot: Bot
) -> None:
    """That a report in triage is shown does not say that drafts are."""
    await bot.approve_everything()
    await _name_sentinel(github, bot)
    organization_lists.rewrite(LIST, without("state", value="triage"))

    before = await sweep_later(bot)

    assert {"get-pip", "pip", "wheel"} <= set(own_lists(github, before))
    assert (await bot.standing("pypa/pip", "reports-reach-owner")).state == "pass"
