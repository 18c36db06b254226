"""Is a text that stands in public taken out, whatever else fails or is stopped at that moment?"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from app.domain.actions import MIRROR_SCOPES
from app.planning import withdraw
from app.store import notices
from tests.e2e.answers import recover
from tests.e2e.issues import ISSUES, accepted, goes_public, writes
from tests.e2e.stores import as_issues
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = as_issues


@pytest.mark.slow
@pytest.mark.parametrize("how", ["timeout", "502"])
async def test_an_issue_of_which_the_answer_was_lost_is_found_and_blanked(
    github: FakeGitHub, bot: Bot, how: Any
) -> None:
    """Nobody said that the issue was opened. It is looked for, found in public, and blanked."""
    await accepted(github, bot)
    github.lose_answer("POST", ISSUES, how=how)
    opening = Through(github, "POST", ISSUES)
    opening.instead = goes_public(github)
    await bot.restart()

    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=2)
    await bot.later(minutes=2)

    [mirror] = github.coordination.issues
    assert mirror.body == ""
    assert writes(github) == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]


@pytest.mark.slow
async def test_a_blanking_that_failed_is_done_again(opening: Through, github: FakeGitHub, bot: Bot) -> None:
    """GitHub was out for a moment. Until the text is gone it is looked at again."""
    await accepted(github, bot)
    opening.instead = goes_public(github)
    github.fail("PATCH", f"{ISSUES}/*", 502)

    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=3)

    [mirror] = github.coordination.issues
    assert mirror.body == ""


async def _observes(bot: Bot) -> None:
    """Somebody merges a change of policy, and it is in force at once."""
    content = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    content["coordination"]["mode"] = "observe"
    bot.policy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    await bot.parts.policy.refresh()


@pytest.mark.parametrize("stopped", ["policy", "approval"])
async def test_the_text_is_taken_out_though_people_stop_everything_at_that_moment(
    opening: Through, github: FakeGitHub, bot: Bot, stopped: str
) -> None:
    """Whoever is paged stops the app first. That must not leave its text where everybody reads it."""
    await accepted(github, bot)

    async def act(request: Any) -> None:
        del request
        github.coordination.make_public()
        if stopped == "policy":
            await _observes(bot)
        else:
            await withdraw(bot.parts, MIRROR_SCOPES["issue"], by="coordinator-1")

    opening.instead = act
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=5)

    [mirror] = github.coordination.issues
    assert mirror.body == ""
    assert writes(github) == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]


@pytest.mark.slow
async def test_a_blanking_that_was_refused_is_tried_again_within_minutes(
    opening: Through, github: FakeGitHub, bot: Bot
) -> None:
    """Everybody reads it meanwhile, so a day would be far too long; people are told that they must act."""
    await accepted(github, bot)
    opening.instead = goes_public(github)
    github.refuse_permission("PATCH", f"{ISSUES}/*", times=None)

    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=2)
    [matter] = (await bot.explain("case/1"))["people_must"]
    assert "the text of a public issue is not taken out" in matter
    assert ("people-must", "case/1") in [
        (each.kind, each.about) for each in await bot.parts.database.read(notices.open_notices)
    ]
    recover(github)
    await bot.later(minutes=8)

    [mirror] = github.coordination.issues
    assert mirror.body == ""


@pytest.mark.slow
async def test_a_restored_text_is_followed_again_once_the_repository_is_private(
    opening: Through, github: FakeGitHub, bot: Bot
) -> None:
    """Until then it is frozen, and people are told what to do; whether they delete the revision is theirs."""
    advisory = await accepted(github, bot)
    opening.instead = goes_public(github)
    await bot.sweep()
    await bot.settle()
    opening.instead = None
    [mirror] = github.coordination.issues

    github.coordination.make_private()
    advisory.edit(severity="critical")
    await bot.later(minutes=5)
    [matter] = (await bot.explain("case/1"))["people_must"]
    assert "its text was taken out" in matter
    assert mirror.body == ""

    mirror.rewrite(mirror.history[0])
    await bot.later(minutes=3)
    await bot.later(minutes=3)

    assert "Severity: critical" in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == []
