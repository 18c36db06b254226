"""What is written where the repository of the issues turns out to be public: before, during and after a write?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.store import notices
from tests.e2e.issues import ISSUES, REPO, accepted, goes_public, mirrored, writes
from tests.e2e.stores import as_issues
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = as_issues


@pytest.fixture
def changing(github: FakeGitHub) -> Through:
    """Requests that change one. Ask for it before `bot`."""
    return Through(github, "PATCH", f"{ISSUES}/*")


async def test_an_issue_that_was_opened_in_public_is_blanked_and_nothing_follows(
    opening: Through, github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """It was private when we looked. One write takes the text out; people are paged, told that history remains."""
    await accepted(github, bot)
    opening.instead = goes_public(github)

    await bot.sweep()
    await bot.settle()
    await bot.later(hours=2)

    [mirror] = github.coordination.issues
    assert (mirror.title, mirror.body) == ("Case 1", "")
    assert "Path traversal" in mirror.history[0]  # what GitHub keeps, and people have to delete
    assert writes(github) == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]
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


@pytest.mark.slow
async def test_an_issue_that_was_changed_in_public_is_blanked_and_nothing_follows(
    changing: Through, github: FakeGitHub, bot: Bot
) -> None:
    """What it said before would be public as well."""
    advisory, mirror = await mirrored(github, bot)
    before = len(github.writes)
    changing.instead = goes_public(github)

    advisory.edit(severity="critical")
    await bot.later(minutes=3)
    advisory.publish()
    await bot.later(hours=2)

    assert mirror.body == ""
    assert writes(github)[before:] == [f"PATCH {ISSUES}/1"] * 2
    assert changing.count == 3  # one of them gave the issue its own number


@pytest.mark.slow
async def test_an_issue_that_was_closed_in_public_is_blanked(changing: Through, github: FakeGitHub, bot: Bot) -> None:
    """The last status and the closing are two writes. It was made public between them."""
    advisory, mirror = await mirrored(github, bot)
    advisory.publish()

    def after_the_status() -> None:
        changing.afterwards = None
        changing.instead = goes_public(github)

    changing.afterwards = after_the_status
    await bot.later(minutes=3)
    await bot.later(hours=2)

    assert (mirror.body, mirror.state) == ("", "closed")


@pytest.mark.slow
async def test_the_next_write_of_another_case_is_not_made(opening: Through, github: FakeGitHub, bot: Bot) -> None:
    """A look that is half a minute old would still say private."""
    await accepted(github, bot)
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])
    opening.instead = goes_public(github)

    await bot.sweep()
    await bot.settle()
    await bot.later(hours=1)

    there = [write for write in writes(github) if ISSUES in write]
    assert there == [f"POST {ISSUES}", f"PATCH {ISSUES}/1"]


@pytest.mark.slow
async def test_whether_it_is_private_must_be_seen_after_a_write(opening: Through, github: FakeGitHub, bot: Bot) -> None:
    """The look after the write failed. The next one finds out."""
    await accepted(github, bot)

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
async def test_made_public_at_rest_nothing_is_written_at_all(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """No write of ours is on its way, so none is made: not even one that takes a text out. People are paged."""
    advisory, mirror = await mirrored(github, bot)
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
    await accepted(github, bot)

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
