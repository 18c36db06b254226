"""What is written to the coordination repository is private only as long as the repository is what it should be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.sandbox.registering import HAND, WATCHER
from app.store import cases, notices
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import as_issues, in_both_stores
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

CASES = "packaging-security/cases"


def _push(repo: FakeRepo) -> None:
    repo.push()


def _wiki(repo: FakeRepo) -> None:
    repo.state.has_wiki = True


def _issues(repo: FakeRepo) -> None:
    repo.state.has_issues = True


def _no_issues(repo: FakeRepo) -> None:
    repo.state.has_issues = False


def _pages(repo: FakeRepo) -> None:
    repo.state.has_pages = True


def _discussions(repo: FakeRepo) -> None:
    repo.state.has_discussions = True


def _private_reporting(repo: FakeRepo) -> None:
    repo.enable_private_reporting(by="coordinator-1")


def _archived(repo: FakeRepo) -> None:
    repo.archive()


def _published(repo: FakeRepo) -> None:
    repo.draft("Somebody tries it out").publish()


LEAKS: dict[str, tuple[Callable[[FakeRepo], None], str]] = {
    "content": (_push, "it is public and has content"),
    "a wiki": (_wiki, "has a wiki"),
    "private reporting": (_private_reporting, "strangers can write into it"),
    "archived": (_archived, "it is archived"),
    "published in": (_published, "an advisory was published in it"),
    "issues": (_issues, "has issues"),
    "Pages": (_pages, "has Pages"),
    "discussions": (_discussions, "has discussions"),
}
RARER = {"issues", "Pages", "discussions", "published in", "a wiki", "private reporting"}


@pytest.mark.parametrize(
    "leak", [pytest.param(name, marks=[pytest.mark.slow] if name in RARER else []) for name in LEAKS]
)
@pytest.mark.slow
async def test_within_a_minute_nothing_is_written_there_any_more(
    github: FakeGitHub, bot: Bot, leak: str, said: Callable[[], str]
) -> None:
    """A case is open when somebody opens the repository up. Its mirror stays as it is, and people are paged."""
    happens, words = LEAKS[leak]
    await bot.approve_everything()
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    before = len(github.writes)
    said()

    happens(github.coordination)
    await bot.later(seconds=60)
    advisory.edit(severity="critical")
    github.repo("python-poetry/poetry").draft("Another", affects=["poetry", "rust:uv"])
    await bot.sweep()
    for _ in range(3):
        await bot.later(minutes=3)

    assert len(github.writes) == before
    standing = await bot.standing(CASES, "coordination-private")
    assert standing.state == "finding"
    assert words in standing.message
    assert f"{CASES} cannot hold embargoed advisories" in said()
    [why] = (await bot.explain("case/1"))["cannot_tell"]
    assert words in why


@pytest.mark.slow
async def test_when_it_is_closed_up_again_work_goes_on(github: FakeGitHub, bot: Bot) -> None:
    """Nothing was lost meanwhile: what was to be written is written then."""
    await bot.approve_everything()
    github.coordination.state.has_wiki = True
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.later(minutes=3)
    assert github.coordination.mirrors == []

    github.coordination.state.has_wiki = False
    await bot.later(minutes=3)

    assert len(github.coordination.drafts) == 1
    assert (await bot.standing(CASES, "coordination-private")).state == "pass"


@pytest.mark.slow
async def test_made_private_where_drafts_cannot_be_it_cannot_be_told(github: FakeGitHub, bot: Bot) -> None:
    """A private repository leaks nothing, but on this plan it has no drafts: the mirror is out of sight."""
    await bot.approve_everything()
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    before = len(github.writes)

    github.coordination.make_private()
    advisory.edit(severity="critical")
    await bot.sweep()
    await bot.later(minutes=5)

    assert len(github.writes) == before
    assert (await bot.explain("case/1"))["cannot_tell"]
    github.coordination.make_public()
    await bot.later(minutes=11)
    assert github.coordination.drafts[0].severity == "critical"


@in_both_stores
@pytest.mark.slow
async def test_it_is_looked_at_again_shortly_before_each_write(github: FakeGitHub, bot: Bot) -> None:
    """The look before a write is at most a minute old, so an hour in between does not matter."""
    await bot.approve_everything()
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()

    for number in range(3):
        await bot.later(hours=1)
        advisory.edit(summary=f"Path traversal, revision {number}")
        await bot.later(minutes=3)

    place = f"/repos/{github.coordination.state.full_name}"
    writes = [write for write in github.writes if write.path.startswith(f"{place}/")]
    looks = [each.at for each in github.requests if each.method == "GET" and each.path == place]
    ages = [min((write.at - look).total_seconds() for look in looks if look <= write.at) for write in writes]
    assert len(writes) >= 5
    assert max(ages) <= 60
    assert all(any(look >= write.at for look in looks) for write in writes if github.store == "issue")


ISSUE_LEAKS: dict[str, tuple[Callable[[FakeRepo], object], Callable[[FakeRepo], object], str]] = {
    "public": (FakeRepo.make_public, FakeRepo.make_private, "it is public, so everybody reads every case"),
    "without issues": (_no_issues, _issues, "its issues are switched off"),
}


@pytest.mark.slow
@as_issues
@pytest.mark.parametrize("leak", ISSUE_LEAKS)
async def test_issues_need_a_private_repository_that_has_them(github: FakeGitHub, bot: Bot, leak: str) -> None:
    """What is wrong stops every write, and what was to be written is written when it is mended."""
    happens, mended, words = ISSUE_LEAKS[leak]
    await bot.approve_everything()
    await bot.settle()
    happens(github.coordination)
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.later(minutes=11)

    assert github.coordination.mirrors == []
    standing = await bot.standing("packaging-security/private-cases", "coordination-private")
    assert (standing.state, words in standing.message) == ("finding", True)

    mended(github.coordination)
    await bot.later(minutes=11)

    assert [mirror.title for mirror in github.coordination.mirrors] == ["Case 1"]
    assert (await bot.standing("packaging-security/private-cases", "coordination-private")).state == "pass"


def _another(github: FakeGitHub, name: str) -> FakeRepo:
    """The organization makes another private repository, and lets the App in."""
    owner = github.world.repository(github.coordination.state.full_name).owner
    github.world.add_repository(owner, name).private = True
    full = f"{owner.login}/{name}"
    for registration in (WATCHER, HAND):
        github.installation(registration, owner.login).add(full)
    return github.repo(full)


@pytest.mark.slow
@as_issues
async def test_a_mirror_stays_where_it_is_when_policy_names_another_repository(github: FakeGitHub, bot: Bot) -> None:
    """The number of the mirror leads to a stranger's closed issue there. No case is closed by that."""
    await bot.approve_everything()
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.later(minutes=5)
    [mirror] = github.coordination.issues
    other = _another(github, "cases-2")
    github.add_person("somebody")
    other.open_issue("hello", "a question", by="somebody").close()

    await edit_policy(bot, lambda content: content["coordination"].update(repository="packaging-security/cases-2"))
    advisory.publish()
    await bot.later(minutes=15)
    await bot.later(minutes=15)

    [case] = await bot.parts.database.read(cases.open_cases)
    assert (case.number, mirror.is_open) == (1, True)
    [why] = (await bot.explain("case/1"))["cannot_tell"]
    assert "its mirror in another repository than packaging-security/cases-2, which policy names now" in why

    await edit_policy(
        bot, lambda content: content["coordination"].update(repository=github.coordination.state.full_name)
    )
    await bot.later(minutes=15)
    assert not mirror.is_open
    assert await bot.parts.database.read(cases.open_cases) == ()


@pytest.mark.slow
@as_issues
async def test_open_cases_are_not_silent_when_policy_names_no_repository_any_more(github: FakeGitHub, bot: Bot) -> None:
    """Nothing can be done for them, which must not look like peace."""
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.later(minutes=5)
    kept: dict[str, Any] = {}

    await edit_policy(bot, lambda content: kept.update(content.pop("coordination")))
    await bot.later(minutes=15)
    await bot.later(minutes=15)

    assert (await bot.explain("case/1"))["cannot_tell"] == ["policy names no coordination repository that we can tell"]
    told = await bot.parts.database.read(notices.open_notices)
    assert [(each.kind, each.about) for each in told] == [("cannot-see", "case/1")]

    await edit_policy(bot, lambda content: content.update(coordination=kept))
    await bot.later(minutes=15)
    assert await bot.parts.database.read(notices.open_notices) == ()
