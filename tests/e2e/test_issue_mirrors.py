"""Mirrors as issues of a private repository: what holds for this store alone."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.store import cases
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import as_issues
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

pytestmark = as_issues

REPO = "packaging-security/private-cases"


async def _mirrored(github: FakeGitHub, bot: Bot) -> tuple[Any, FakeIssue]:
    """An advisory of wheel that concerns uv, and its issue."""
    await bot.approve_everything()
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.issues
    return advisory, mirror


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


async def test_explain_tells_everybody_who_reads_every_case(github: FakeGitHub, bot: Bot) -> None:
    """Whoever reads the repository reads every case, whatever tools it concerns."""
    _, mirror = await _mirrored(github, bot)

    told = {reader["login"]: reader["why"] for reader in (await bot.explain("case/1"))["readers"]}

    assert told.keys() == mirror.readers.keys() >= {"coordinator-1", "pip-maintainer-1", "uv-maintainer-1"}
    assert set(told.values()) == {"reads every case, as policy says"}


# who is not among the readers

REFUSED = (
    f"uv is not invited: whoever reads {REPO} reads every case, and policy does not list uv-maintainer-1, "
    "uv-maintainer-2 under always_readers; list them there and give them access to the repository, or use store: "
    "advisory"
)


def _uv_does_not_read(content: dict[str, Any]) -> None:
    readers = content["coordination"]["always_readers"]
    readers["users"] = [each for each in readers["users"] if not each.startswith("uv-")]


def _uv_reads_as_a_team(content: dict[str, Any]) -> None:
    content["coordination"]["always_readers"]["teams"] = ["astral-sh/uv-maintainers"]


async def test_a_tool_whose_people_do_not_read_every_case_is_not_invited(github: FakeGitHub, bot: Bot) -> None:
    """Inviting it would show its people everything. Policy has to say so first; people are told what would be right."""
    await edit_policy(bot, _uv_does_not_read)
    _, mirror = await _mirrored(github, bot)

    assert "| uv | named in the advisory | not invited: not all of its people read this repository |" in mirror.body
    assert "| wheel | named in the advisory | unknown |" in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == [REFUSED]
    assert {"key": "case/1", "matter": REFUSED} in (await bot.plan())["people_must"]
    written = len(github.writes)

    await bot.later(hours=1)

    assert len(github.writes) == written


async def test_a_tool_is_told_of_before_its_case_has_an_issue(github: FakeGitHub, bot: Bot) -> None:
    """Whoever reads the first plan decides with it."""
    await edit_policy(bot, _uv_does_not_read)
    await bot.settle()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    plan = await bot.plan()

    assert {"key": "case/1", "matter": REFUSED} in plan["people_must"]
    assert [action["kind"] for action in plan["actions"]] == ["open-mirror"]


async def test_a_tool_takes_part_once_policy_lists_its_people(github: FakeGitHub, bot: Bot) -> None:
    """As a team as well: who is in it is looked up."""
    await edit_policy(bot, _uv_does_not_read)
    _, mirror = await _mirrored(github, bot)

    await edit_policy(bot, _uv_reads_as_a_team)
    await bot.later(minutes=3)

    assert "| uv | named in the advisory | unknown |" in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == []


@pytest.mark.slow
async def test_nothing_is_written_while_a_team_of_readers_cannot_be_told(github: FakeGitHub, bot: Bot) -> None:
    """Who is not invited stands in the issue, so it waits until that is known."""
    await edit_policy(bot, _uv_does_not_read)
    advisory, mirror = await _mirrored(github, bot)
    await edit_policy(bot, _uv_reads_as_a_team)
    github.refuse_permission("GET", "/orgs/astral-sh/teams/uv-maintainers/members", times=None)
    before = len(github.writes)

    advisory.edit(severity="critical")
    await bot.later(minutes=3)

    assert len(github.writes) == before
    [why] = (await bot.explain("case/1"))["cannot_tell"]
    assert why.startswith("who reads every case: ")
    github.clear_faults()
    await bot.later(minutes=3)
    assert "Severity: critical" in mirror.body


@pytest.mark.slow
async def test_a_login_that_a_stranger_took_over_is_no_reader(github: FakeGitHub, bot: Bot) -> None:
    """The tool names an account whose login another one has by now, so not all of its people are known to read."""
    await edit_policy(bot, _uv_does_not_read)
    github.rename_user("uv-maintainer-1", "uv-maintainer-renamed")
    github.add_person("uv-maintainer-1")
    await _mirrored(github, bot)

    refused, unconfirmed = (await bot.explain("case/1"))["people_must"]
    assert refused == REFUSED
    assert "cannot be confirmed" in unconfirmed


# whose issue it is


@pytest.mark.slow
async def test_what_others_copy_is_nobodys_mirror(github: FakeGitHub, bot: Bot) -> None:
    """Everybody who reads the repository can paste our text into an issue. Only what our App opened is ours."""
    advisory, mirror = await _mirrored(github, bot)
    fresh = mirror.body.replace('"mirror": "#1"', '"mirror": null')
    copies = [
        github.coordination.open_issue("Case 1", mirror.body, by="pip-maintainer-1"),
        github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-1"),
        github.coordination.open_issue("Case 7", fresh, by="uv-maintainer-1"),
        github.coordination.open_issue("A fix", mirror.history[0], by="uv-maintainer-2", is_pull_request=True),
    ]
    through_the_app = github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-2")
    through_the_app.now.via = github.world.app("greenroom-hand").id  # on behalf of a person, as GitHub Apps can
    another_app = github.coordination.open_issue("Case 1", mirror.history[0], by="greenroom[bot]")

    await bot.lose_database()
    await bot.approve_everything()
    advisory.edit(severity="critical")
    await bot.later(minutes=5)

    case = await bot.parts.database.read(partial(cases.case, number=1))
    assert str(case.mirror) == mirror.id
    untouched = [*copies, through_the_app, another_app]
    assert [copy.history for copy in untouched] == [[] for _ in untouched]
    assert (await bot.explain("case/1"))["people_must"] == [
        "the mirror says something else than its source, and is kept: source"
    ]


@pytest.mark.slow
async def test_look_alikes_alone_do_not_keep_a_case_from_its_mirror(github: FakeGitHub, bot: Bot) -> None:
    """Somebody copies the text just written, and an owner deletes the issue: it is out of sight, and not replaced."""
    _, mirror = await _mirrored(github, bot)
    copy = github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-1")
    mirror.delete()
    before = len(github.writes)

    await bot.later(minutes=5)

    assert len(github.writes) == before
    assert (copy.history, github.coordination.mirrors) == ([], [])
    assert "410" in (await bot.explain("case/1"))["cannot_tell"][0]


@pytest.mark.slow
async def test_a_look_alike_is_not_found_again_in_place_of_ours(github: FakeGitHub, bot: Bot) -> None:
    """The database is lost, our issue was deleted, and a genuine copy of its first text is there: it is nobody's."""
    _, mirror = await _mirrored(github, bot)
    copy = github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-1")
    mirror.delete()

    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=11)

    [anew] = github.coordination.mirrors
    assert (anew.title, anew.id) == ("Case 1", "#3")
    assert copy.history == []
    assert (await bot.explain("case/1"))["people_must"] == []


@pytest.mark.slow
async def test_an_issue_among_many_is_found_again(github: FakeGitHub, bot: Bot) -> None:
    """The database was lost. All states and all pages are read, and what people wrote and proposed is none of ours."""
    for number in range(60):
        github.coordination.open_issue(f"Notes {number}", "…", by="pip-maintainer-1").close()
        github.coordination.open_issue(f"Patch {number}", "…", by="uv-maintainer-1", is_pull_request=True)
    advisory, mirror = await _mirrored_among_others(github, bot)
    before = len(github.writes)

    await bot.lose_database()
    await bot.settle()
    await bot.later(minutes=5)

    assert mirror.id == "#121"
    assert len(github.writes) == before
    case = await bot.parts.database.read(partial(cases.case, number=1))
    assert (str(case.mirror), str(case.links[0].ghsa)) == (mirror.id, advisory.ghsa)


async def _mirrored_among_others(github: FakeGitHub, bot: Bot) -> tuple[Any, Any]:
    await bot.approve_everything()
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.mirrors
    return advisory, mirror


@pytest.mark.slow
async def test_a_closed_issue_keeps_its_number(github: FakeGitHub, bot: Bot) -> None:
    """The database is lost after the first case is over. The next case is the second one all the same."""
    advisory, _ = await _mirrored(github, bot)
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
    advisory, mirror = await _mirrored(github, bot)
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
