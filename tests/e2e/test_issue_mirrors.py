"""How does an issue follow its case: its title, its approval, its number, and what people do to it?"""

from __future__ import annotations

import pytest

from tests.e2e.issues import mirrored
from tests.e2e.stores import as_issues
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = as_issues


async def test_an_accepted_advisory_becomes_an_issue_with_a_neutral_title(github: FakeGitHub, bot: Bot) -> None:
    """A title is in every notification and every list; the rest stands in the body, as text."""
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"], severity="high", cwe_ids=["CWE-22"])

    await bot.sweep()
    await bot.settle()

    [mirror] = github.coordination.mirrors
    assert mirror.title == "Case 1"
    for told in ("Summary: Path traversal", "Severity: high", "CWEs: CWE-22", "Package: rust:uv", "How it happens."):
        assert f"    {told}" in mirror.body


@pytest.mark.slow
async def test_a_yes_to_drafts_is_no_yes_to_issues(github: FakeGitHub, bot: Bot) -> None:
    """An issue has more readers than a draft, so a coordinator approves it by itself."""
    await bot.approve("mirror: open and keep in step")
    await bot.settle()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    await bot.sweep()
    await bot.settle()
    [action] = (await bot.plan())["actions"]

    assert github.coordination.issues == []
    assert action["scope"] == "mirror: open as an issue and keep in step"


@pytest.mark.slow
async def test_a_closed_issue_keeps_its_number(github: FakeGitHub, bot: Bot) -> None:
    """The database is lost after the first case is over. The next case is the second one all the same."""
    advisory, _ = await mirrored(github, bot)
    advisory.publish()
    await bot.later(minutes=3)
    await bot.lose_database()
    await bot.approve_everything()
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])

    await bot.sweep()
    await bot.settle()

    assert {mirror.title: mirror.state for mirror in github.coordination.mirrors} == {
        "Case 1": "closed",
        "Case 2": "open",
    }


@pytest.mark.slow
async def test_an_issue_that_people_closed_is_theirs(github: FakeGitHub, bot: Bot) -> None:
    """It is written no more while it is closed, and people are told; reopened, it follows again."""
    advisory, mirror = await mirrored(github, bot)
    mirror.close()
    before = len(github.writes)
    advisory.edit(severity="critical")
    await bot.later(minutes=3)
    assert len(github.writes) == before
    assert (await bot.explain("case/1"))["people_must"] == [
        "somebody closed the mirror while a linked advisory is open"
    ]

    mirror.reopen()
    await bot.later(minutes=3)

    assert "Severity: critical" in mirror.body


@pytest.mark.slow
async def test_without_the_permission_nothing_is_opened_until_it_is_granted(github: FakeGitHub, bot: Bot) -> None:
    """The organization has not accepted it yet, so which numbers are taken cannot be read, either."""
    await bot.approve_everything()
    granted = github.installation("greenroom-hand", "packaging-security").state.permissions
    level = granted.pop("issues")
    await bot.restart()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.later(minutes=11)
    assert github.coordination.issues == []

    granted["issues"] = level
    await bot.restart()
    await bot.later(minutes=11)

    assert [mirror.title for mirror in github.coordination.mirrors] == ["Case 1"]
