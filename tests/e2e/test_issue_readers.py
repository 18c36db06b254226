"""Who reads every case, and which tools are therefore not invited to one?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.issues import REPO, mirrored
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import as_issues
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = as_issues

REFUSED = (
    f"uv is not invited: whoever reads {REPO} reads every case, and policy does not list uv-maintainer-1, "
    "uv-maintainer-2 under always_readers; list them there and give them access to the repository, or use store: "
    "advisory"
)


async def test_explain_tells_everybody_who_reads_every_case(github: FakeGitHub, bot: Bot) -> None:
    """Whoever reads the repository reads every case, whatever tools it concerns."""
    _, mirror = await mirrored(github, bot)

    told = {reader["login"]: reader["why"] for reader in (await bot.explain("case/1"))["readers"]}

    assert told.keys() == mirror.readers.keys() >= {"coordinator-1", "pip-maintainer-1", "uv-maintainer-1"}
    assert set(told.values()) == {"reads every case, as policy says"}


def _uv_does_not_read(content: dict[str, Any]) -> None:
    readers = content["coordination"]["always_readers"]
    readers["users"] = [each for each in readers["users"] if not each.startswith("uv-")]


def _uv_reads_as_a_team(content: dict[str, Any]) -> None:
    content["coordination"]["always_readers"]["teams"] = ["astral-sh/uv-maintainers"]


@pytest.mark.slow
async def test_a_tool_whose_people_do_not_read_every_case_is_not_invited(github: FakeGitHub, bot: Bot) -> None:
    """Inviting it would show its people everything. Policy has to say so first; people are told what would be right."""
    await edit_policy(bot, _uv_does_not_read)
    _, mirror = await mirrored(github, bot)

    assert "| uv | named in the advisory | not invited: not all of its people read this repository |" in mirror.body
    assert "| wheel | named in the advisory | unknown |" in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == [REFUSED]
    assert {"key": "case/1", "matter": REFUSED} in (await bot.plan())["people_must"]
    written = len(github.writes)

    await bot.later(hours=1)

    assert len(github.writes) == written


@pytest.mark.slow
async def test_a_tool_is_told_of_before_its_case_has_an_issue(github: FakeGitHub, bot: Bot) -> None:
    """Whoever reads the first plan decides with it."""
    await edit_policy(bot, _uv_does_not_read)
    await bot.settle()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    plan = await bot.plan()

    assert {"key": "case/1", "matter": REFUSED} in plan["people_must"]
    assert [action["kind"] for action in plan["actions"]] == ["open-mirror"]


@pytest.mark.slow
async def test_a_tool_takes_part_once_policy_lists_its_people(github: FakeGitHub, bot: Bot) -> None:
    """As a team as well: who is in it is looked up."""
    await edit_policy(bot, _uv_does_not_read)
    _, mirror = await mirrored(github, bot)

    await edit_policy(bot, _uv_reads_as_a_team)
    await bot.later(minutes=3)

    assert "| uv | named in the advisory | unknown |" in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == []


@pytest.mark.slow
async def test_nothing_is_written_while_a_team_of_readers_cannot_be_told(github: FakeGitHub, bot: Bot) -> None:
    """Who is not invited stands in the issue, so it waits until that is known."""
    await edit_policy(bot, _uv_does_not_read)
    advisory, mirror = await mirrored(github, bot)
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
    await mirrored(github, bot)

    refused, unconfirmed = (await bot.explain("case/1"))["people_must"]
    assert refused == REFUSED
    assert "cannot be confirmed" in unconfirmed
