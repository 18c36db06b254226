"""A private repository is made public at the worst moment: between our look at it and our write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from app.domain.actions import MIRROR_SCOPES
from app.planning import withdraw
from app.store import notices
from tests.e2e.answers import recover
from tests.e2e.stores import as_issues
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

pytestmark = as_issues

REPO = "packaging-security/private-cases"
ISSUES = f"/repos/{REPO}/issues"


@pytest.fixture
def opening(github: FakeGitHub) -> Through:
    """Requests that open an issue. Ask for it before `bot`, which connects to it."""
    return Through(github, "POST", ISSUES)


@pytest.fixture
def changing(github: FakeGitHub) -> Through:
    """Requests that change one. Ask for it before `bot`."""
    return Through(github, "PATCH", f"{ISSUES}/*")


def _goes_public(github: FakeGitHub) -> Callable[[Any], Any]:
    async def act(request: Any) -> None:
        del request
        github.coordination.make_public()

    return act


async def _accepted(github: FakeGitHub, bot: Bot) -> Any:
    await bot.approve_everything()
    await bot.settle()
    return github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])


async def _mirrored(github: FakeGitHub, bot: Bot) -> tuple[Any, FakeIssue]:
    advisory = await _accepted(github, bot)
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.issues
    return advisory, mirror


def _writes(github: FakeGitHub) -> list[str]:
    return [f"{write.method} {write.path}" for write in github.writes]


async def test_an_issue_that_was_opened_in_public_is_blanked_and_nothing_follows(
    opening: Through, github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """It was private when we looked. One write takes the text out; people are paged, told that history remains."""
    await _accepted(github, bot)
    opening.instead = _goes_public(github)

    await bot.sweep()
    await bot.settle()
    await bot.later(hours=2)

    [mirror] = github.coordination.issues
    assert (mirror.title, mirror.body) == ("Case 1", "")
    assert "Path traversal" in mirror.history[0]  # what GitHub keeps, and people have to delete
    assert _writes(github) == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]
    told = said()
    assert "page" in told
    assert "was made public while case 1 was written" in told
    assert "GitHub keeps the edit history" in told
    told_in_the_outbox = [(each.kind, each.about) for each in await bot.parts.database.read(notices.open_notices)]
    assert ("page", f"{REPO}#coordination-private") in told_in_the_outbox
    assert ("people-must", "case/1") in told_in_the_outbox
    did = [(each["kind"], each["phase"], each["outcome"]) for each in (await bot.explain("case/1"))["did"]]
    assert ("blank-mirror", "conclude", "done") in did
    assert (await bot.standing(REPO, "coordination-private")).state == "finding"


async def test_an_issue_that_was_changed_in_public_is_blanked_and_nothing_follows(
    changing: Through, github: FakeGitHub, bot: Bot
) -> None:
    """What it said before would be public as well."""
    advisory, mirror = await _mirrored(github, bot)
    before = len(github.writes)
    changing.instead = _goes_public(github)

    advisory.edit(severity="critical")
    await bot.later(minutes=3)
    advisory.publish()
    await bot.later(hours=2)

    assert mirror.body == ""
    assert _writes(github)[before:] == [f"PATCH {ISSUES}/1"] * 2
    assert changing.count == 3  # one of them gave the issue its own number


async def test_an_issue_that_was_closed_in_public_is_blanked(changing: Through, github: FakeGitHub, bot: Bot) -> None:
    """The last status and the closing are two writes. It was made public between them."""
    advisory, mirror = await _mirrored(github, bot)
    advisory.publish()

    def after_the_status() -> None:
        changing.afterwards = None
        changing.instead = _goes_public(github)

    changing.afterwards = after_the_status
    await bot.later(minutes=3)
    await bot.later(hours=2)

    assert (mirror.body, mirror.state) == ("", "closed")


@pytest.mark.slow
async def test_the_next_write_of_another_case_is_not_made(opening: Through, github: FakeGitHub, bot: Bot) -> None:
    """A look that is half a minute old would still say private."""
    await _accepted(github, bot)
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])
    opening.instead = _goes_public(github)

    await bot.sweep()
    await bot.settle()
    await bot.later(hours=1)

    there = [write for write in _writes(github) if ISSUES in write]
    assert there == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["timeout", "502"])
async def test_also_where_the_answer_was_lost(github: FakeGitHub, bot: Bot, how: Any) -> None:
    """Nobody said that the issue was opened. It is looked for, found in public, and blanked."""
    await _accepted(github, bot)
    github.lose_answer("POST", ISSUES, how=how)
    opening = Through(github, "POST", ISSUES)
    opening.instead = _goes_public(github)
    await bot.restart()

    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=2)
    await bot.later(minutes=2)

    [mirror] = github.coordination.issues
    assert mirror.body == ""
    assert _writes(github) == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]


@pytest.mark.slow
async def test_a_blanking_that_failed_is_done_again(opening: Through, github: FakeGitHub, bot: Bot) -> None:
    """GitHub was out for a moment. Until the text is gone it is looked at again."""
    await _accepted(github, bot)
    opening.instead = _goes_public(github)
    github.fail("PATCH", f"{ISSUES}/*", 502)

    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=3)

    [mirror] = github.coordination.issues
    assert mirror.body == ""


def _observes(bot: Bot) -> None:
    """Somebody merges a change of policy, and it is in force at once."""
    content = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    content["coordination"]["mode"] = "observe"
    bot.policy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    bot.parts.policy.refresh()


@pytest.mark.parametrize("stopped", ["policy", "approval"])
async def test_the_text_is_taken_out_though_people_stop_everything_at_that_moment(
    opening: Through, github: FakeGitHub, bot: Bot, stopped: str
) -> None:
    """Whoever is paged stops the app first. That must not leave its text where everybody reads it."""
    await _accepted(github, bot)

    async def act(request: Any) -> None:
        del request
        github.coordination.make_public()
        if stopped == "policy":
            _observes(bot)
        else:
            await withdraw(bot.parts, MIRROR_SCOPES["issue"], by="coordinator-1")

    opening.instead = act
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=5)

    [mirror] = github.coordination.issues
    assert mirror.body == ""
    assert _writes(github) == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]


async def test_a_blanking_that_was_refused_is_tried_again_within_minutes(
    opening: Through, github: FakeGitHub, bot: Bot
) -> None:
    """Everybody reads it meanwhile, so a day would be far too long; people are told that they must act."""
    await _accepted(github, bot)
    opening.instead = _goes_public(github)
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
async def test_whether_it_is_private_must_be_seen_after_a_write(opening: Through, github: FakeGitHub, bot: Bot) -> None:
    """The look after the write failed. The next one finds out."""
    await _accepted(github, bot)

    async def and_cannot_be_looked_at(request: Any) -> None:
        del request
        github.coordination.make_public()
        github.fail("GET", f"/repos/{REPO}", 502, times=3)

    opening.instead = and_cannot_be_looked_at
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=1)
    await bot.later(minutes=3)

    [mirror] = github.coordination.issues
    assert mirror.body == ""


@pytest.mark.slow
async def test_a_restored_text_is_followed_again_once_the_repository_is_private(
    opening: Through, github: FakeGitHub, bot: Bot
) -> None:
    """Until then it is frozen, and people are told what to do; whether they delete the revision is theirs."""
    advisory = await _accepted(github, bot)
    opening.instead = _goes_public(github)
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


@pytest.mark.slow
async def test_made_public_at_rest_nothing_is_written_at_all(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """No write of ours is on its way, so none is made: not even one that takes a text out. People are paged."""
    advisory, mirror = await _mirrored(github, bot)
    before, text = len(github.writes), mirror.body
    said()

    github.coordination.make_public()
    await bot.later(seconds=60)
    advisory.edit(severity="critical")
    await bot.later(minutes=10)

    assert len(github.writes) == before
    assert mirror.body == text
    assert f"{REPO} cannot hold embargoed advisories: it is public, so everybody reads every case" in said()
    github.coordination.make_private()
    await bot.later(minutes=3)
    assert "Severity: critical" in mirror.body


@pytest.mark.slow
async def test_public_for_a_moment_is_a_page_too(
    opening: Through, github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """Private again before anything could be taken out: the text stays, and people know that it was to be read."""
    looking = Through(github, "GET", f"/repos/{REPO}")
    await bot.restart()
    await _accepted(github, bot)

    def private_again() -> None:
        looking.afterwards = None
        github.coordination.make_private()

    async def for_a_moment(request: Any) -> None:
        del request
        opening.instead = None
        github.coordination.make_public()
        looking.afterwards = private_again

    opening.instead = for_a_moment
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=3)

    [mirror] = github.coordination.issues
    assert "Path traversal" in mirror.body
    assert "was made public while case 1 was written" in said()
    assert (await bot.standing(REPO, "coordination-private")).state == "pass"
