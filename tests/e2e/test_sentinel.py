"""GitHub may hide drafts from tokens that only read. A draft that people made for the purpose shows whether it does."""

from __future__ import annotations

import re

import pytest

from app.store import advisories, cases
from tests.e2e.answers import recover
from tests.e2e.policy_edits import edit_policy
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped

WATCHER = "greenroom"
SENTINEL_LIST = "/repos/pypa/wheel/security-advisories"
UNSEEN = "drafts are not visible: the sentinel draft of pypa is not in the list of pypa/wheel"
BOTH = ("private-reporting", "reports-reach-owner")


async def _name_sentinel(bot: Bot, sentinel: FakeAdvisory, repo: str = "pypa/wheel") -> None:
    await edit_policy(bot, lambda content: content.update(sentinels=[f"{repo}/{sentinel.ghsa}"]))


async def _guarded(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """Everything is approved, and a maintainer of wheel made a sentinel, which policy names."""
    await bot.approve_everything()
    sentinel = github.repo("pypa/wheel").draft("Sentinel: please leave this draft alone", affects=["wheel", "rust:uv"])
    await _name_sentinel(bot, sentinel)
    return sentinel


async def _sweep(bot: Bot) -> None:
    await bot.later(minutes=6)
    await bot.sweep()
    await bot.later(minutes=2)


def _hide(github: FakeGitHub, *, hidden: bool = True) -> None:
    github.installation(WATCHER, "pypa").hide_drafts(hidden=hidden)


async def _states(bot: Bot, repo: str = "pypa/pip") -> dict[str, str]:
    return {policy: (await bot.standing(repo, policy)).state for policy in BOTH}


async def test_hidden_drafts_look_like_peace_where_nobody_made_a_sentinel(github: FakeGitHub, bot: Bot) -> None:
    """This is the known flaw: a list without drafts is a well-formed answer, and nothing in it says so."""
    await bot.approve_everything()
    _hide(github)
    github.repo("pypa/pip").report("A report that nobody will see")

    await _sweep(bot)

    assert await _states(bot) == {"private-reporting": "pass", "reports-reach-owner": "pass"}


@pytest.mark.slow
async def test_with_a_sentinel_hidden_drafts_are_told_and_nothing_is_done(github: FakeGitHub, bot: Bot) -> None:
    """No policy judges by such a list, nothing is written, and no case is closed for an advisory that is not shown."""
    sentinel = await _guarded(github, bot)
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    report = github.repo("pypa/pip").report("A report")
    await _sweep(bot)
    before = await _states(bot)
    assert set(before.values()) == {"pass"}
    [mirror] = github.coordination.drafts
    writes, readers = len(github.writes), report.collaborators

    _hide(github)
    late = github.repo("pypa/pip").report("Another report")
    await _sweep(bot)

    for repo in ("pypa/pip", "pypa/get-pip"):
        assert set((await _states(bot, repo)).values()) == {"cannot tell"}
        assert (await bot.standing(repo, "reports-reach-owner")).message == UNSEEN
    assert len(github.writes) == writes
    assert (late.collaborators, report.collaborators) == ([], readers)
    assert mirror.now.state == "draft"
    assert [case.state for case in await bot.parts.database.read(cases.open_cases)] == ["open"]

    explained, plan = await bot.explain("pypa/pip"), await bot.plan()
    assert explained["cannot_tell"] == [UNSEEN]
    told = [each["reason"] for each in plan["cannot_tell"]]
    assert UNSEEN in told
    assert sentinel.ghsa not in " ".join([*told, *explained["cannot_tell"]])
    assert plan["actions"] == []

    _hide(github, hidden=False)
    await _sweep(bot)
    assert await _states(bot) == before
    assert set(late.collaborators) == {"psrt-member-1", "psrt-member-2"}
    assert len(github.writes) == writes + 1  # the report that came in meanwhile, and nothing else


@pytest.mark.slow
async def test_the_repository_of_the_sentinel_is_not_taken_at_its_word_either(github: FakeGitHub, bot: Bot) -> None:
    """Its own list is the one that tells: without the sentinel in it, it tells nothing."""
    await bot.approve_everything()
    sentinel = github.repo("pypa/pip").draft("Sentinel: please leave this draft alone", affects=["pip"])
    await _name_sentinel(bot, sentinel, "pypa/pip")
    await _sweep(bot)
    assert set((await _states(bot)).values()) == {"pass"}

    _hide(github)
    await _sweep(bot)

    assert set((await _states(bot)).values()) == {"cannot tell"}


@pytest.mark.slow
async def test_seen_again_everything_is_as_before_without_a_write(github: FakeGitHub, bot: Bot) -> None:
    """What was known stays known while it could not be seen."""
    await _guarded(github, bot)
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.repo("pypa/pip").report("A candidate", affects=["pip", "rust:uv"])
    await _sweep(bot)
    known = await bot.parts.database.read(advisories.open_advisories)
    writes = len(github.writes)

    _hide(github)
    await _sweep(bot)
    _hide(github, hidden=False)
    await _sweep(bot)

    after = await bot.parts.database.read(advisories.open_advisories)
    assert [(each.ghsa, each.state, each.candidate) for each in after] == [
        (each.ghsa, each.state, each.candidate) for each in known
    ]
    assert len(github.writes) == writes
    assert set((await _states(bot)).values()) == {"pass"}


@pytest.mark.slow
async def test_a_sentinel_is_no_case_no_candidate_and_nothing_for_a_policy(github: FakeGitHub, bot: Bot) -> None:
    """It names two tools and is a draft of a repository whose reports the PSRT takes; it is left alone all the same."""
    await bot.approve_everything()
    sentinel = github.repo("pypa/pip").draft("Sentinel", affects=["pip", "rust:uv"])
    await _name_sentinel(bot, sentinel, "pypa/pip")

    await _sweep(bot)
    story = await bot.explain(f"pypa/pip/{sentinel.ghsa}")
    await bot.settle()

    assert (story["state"], story["case"], story["candidate"]) == ("draft", None, False)
    assert sentinel.collaborators == []
    assert github.writes == []
    assert await bot.parts.database.read(cases.open_cases) == ()
    assert await bot.parts.database.read(advisories.open_advisories) == ()
    assert (await bot.standing("pypa/pip", "reports-reach-owner")).message == "no advisory is open"


@pytest.mark.slow
async def test_a_draft_that_becomes_the_sentinel_is_no_longer_watched(github: FakeGitHub, bot: Bot) -> None:
    """Policy names a draft that was remembered as an open advisory before."""
    await bot.approve_everything()
    sentinel = github.repo("astral-sh/uv").draft("Sentinel", affects=["rust:uv"])
    await _sweep(bot)
    assert len(await bot.parts.database.read(advisories.open_advisories)) == 1

    await _name_sentinel(bot, sentinel, "astral-sh/uv")
    await _sweep(bot)

    assert await bot.parts.database.read(advisories.open_advisories) == ()


@pytest.mark.slow
async def test_a_sentinel_costs_one_list_in_a_sweep(github: FakeGitHub, bot: Bot) -> None:
    """One look serves all repositories of the account, and the look at its own repository serves as well."""
    await _guarded(github, bot)
    await bot.later(minutes=6)
    before = len(github.requests)

    await bot.sweep()
    await bot.settle()

    listed = [each for each in github.requests[before:] if each.path == SENTINEL_LIST]
    looked_at = {each.path for each in github.requests[before:] if each.path.endswith("/security-advisories")}
    assert {"/repos/pypa/pip/security-advisories", "/repos/pypa/get-pip/security-advisories"} < looked_at
    assert len(listed) <= 2


@pytest.mark.slow
async def test_drafts_of_another_account_are_another_matter(github: FakeGitHub, bot: Bot) -> None:
    """Each account has its own installation, so each has a sentinel of its own, or none."""
    await _guarded(github, bot)
    await edit_policy(
        bot,
        lambda content: content["tools"]["uv"].update(report_owner=[{"from": "2024-01-01", "owner": "maintainers"}]),
    )
    _hide(github)

    await _sweep(bot)

    assert (await bot.standing("pypa/pip", "reports-reach-owner")).state == "cannot tell"
    assert (await bot.standing("astral-sh/uv", "reports-reach-owner")).state == "pass"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "why"),
    [
        (403, "GitHub refused GET /repos/{owner}/{repo}/security-advisories of pypa/wheel (403), which needs"),
        (502, "GitHub answered 502 to GET /repos/{owner}/{repo}/security-advisories"),
    ],
)
async def test_a_sentinel_that_cannot_be_looked_for_makes_the_account_unclear(
    github: FakeGitHub, bot: Bot, status: int, why: str
) -> None:
    """Its own list fails: neither is it seen nor is it missing, and the reason says which it is."""
    await _guarded(github, bot)
    await _sweep(bot)
    report = github.repo("pypa/pip").report("A report")
    github.fail("GET", SENTINEL_LIST, status, times=None, because="permission" if status == 403 else "outage")

    await _sweep(bot)

    standing = await bot.standing("pypa/pip", "reports-reach-owner")
    assert standing.state == "cannot tell"
    assert standing.message.startswith(f"whether drafts of pypa are visible cannot be told: {why}")
    assert report.collaborators == []
    assert github.writes == []

    recover(github)
    await bot.later(minutes=20)
    assert (await bot.standing("pypa/pip", "reports-reach-owner")).state == "pass"
    assert report.collaborators != []


@pytest.mark.slow
async def test_a_sentinel_that_somebody_closed_is_told_as_that(github: FakeGitHub, bot: Bot) -> None:
    """It is shown, but a closed advisory says nothing about drafts."""
    sentinel = await _guarded(github, bot)
    sentinel.close()

    await _sweep(bot)

    standing = await bot.standing("pypa/pip", "reports-reach-owner")
    assert standing.state == "cannot tell"
    assert standing.message.endswith("the sentinel draft of pypa in pypa/wheel is closed")
    assert not re.search("GHSA", standing.message)


@pytest.mark.slow
async def test_a_limit_met_while_looking_for_a_sentinel_is_kept_to_the_second(github: FakeGitHub, bot: Bot) -> None:
    """GitHub named a time, and nothing is asked in that account before."""
    await _guarded(github, bot)
    await bot.later(minutes=6)
    github.rate_limit("GET", SENTINEL_LIST, seconds=90, secondary=True)
    await bot.sweep()
    await bot.settle()
    asked = len([each for each in github.requests if each.path == SENTINEL_LIST])

    await bot.later(seconds=80)
    assert len([each for each in github.requests if each.path == SENTINEL_LIST]) == asked

    await bot.later(seconds=15)
    assert (await bot.standing("pypa/pip", "reports-reach-owner")).state == "pass"
