"""What has to be done about an advisory, and by when? Looked at by sweeps, and told once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.domain.ids import RepoName
from app.domain.records import Finding
from app.store import found
from tests.e2e.policy_edits import edit_policy
from tests.e2e.reach import look
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CLOCKS = ("coordinator-assigned", "triaged-in-time", "finished-in-time", "ready-to-publish")
PIP = RepoName.parse("pypa/pip")
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


def only_clocks(content: dict[str, Any]) -> None:
    """The PSRT is told of what is late, and everything else is counted."""
    content["report_owners"]["psrt"]["clocks"] = {"coordinator": "3d", "triage": "14d", "finish": "90d"}
    content["policies"] = {policy: {"mode": "report"} for policy in CLOCKS}


def all_in_three_days(content: dict[str, Any]) -> None:
    """Whatever there is to do is due after three days; drafts have to be complete after two."""
    content["report_owners"]["psrt"]["clocks"] = {"coordinator": "3d", "triage": "3d", "finish": "3d"}


async def of_pip(bot: Bot) -> dict[str, Finding]:
    return await bot.parts.database.read(partial(found.of_repository, repo=PIP))


async def history(bot: Bot, policy: str) -> list[str]:
    number = (await of_pip(bot))[policy].id or 0
    return [each.what for each in await bot.parts.database.read(partial(found.history, finding=number))]


@pytest.fixture
async def clocked(bot: Bot) -> Bot:
    await edit_policy(bot, only_clocks)
    await bot.settle()
    return bot


@pytest.mark.slow
async def test_three_days_without_a_tick_and_what_became_due_is_found_once(github: FakeGitHub, clocked: Bot) -> None:
    """Nobody ran while four times were up. The first sweep afterwards finds all, and further ones find nothing new."""
    github.repo("pypa/pip").report("Path traversal")
    github.repo("pypa/pip").draft("Found by ourselves")
    await edit_policy(clocked, all_in_three_days)
    await look(clocked)
    assert await of_pip(clocked) == {}

    clocked.clock.advance(days=4)
    await look(clocked)

    opened = await of_pip(clocked)
    assert {policy: each.state for policy, each in opened.items()} == dict.fromkeys(CLOCKS, "open")
    assert "1 day" in opened["coordinator-assigned"].message
    clocked.clock.advance(days=2)
    await look(clocked)
    later = await of_pip(clocked)
    assert "3 days" in later["coordinator-assigned"].message
    assert [(each.id, each.opened_at) for each in later.values()] == [
        (each.id, each.opened_at) for each in opened.values()
    ]
    assert [await history(clocked, policy) for policy in CLOCKS] == [["opened"]] * 4
    assert github.writes == []


@pytest.mark.slow
async def test_a_coordinator_who_is_credited_ends_it(github: FakeGitHub, clocked: Bot) -> None:
    """There is no other field for it: the draft of pip gets a credit of that type, and nobody is added by us."""
    draft = github.repo("pypa/pip").report("Path traversal").accept()
    clocked.clock.advance(days=3)
    await look(clocked)
    assert (await of_pip(clocked))["coordinator-assigned"].state == "open"

    draft.edit(credits=[{"login": "psrt-member-1", "type": "coordinator"}])
    await look(clocked)

    assert (await of_pip(clocked))["coordinator-assigned"].state == "resolved"
    standing = await clocked.standing("pypa/pip", "coordinator-assigned")
    assert (standing.state, standing.message) == ("pass", "1 open advisory with a coordinator")
    assert await history(clocked, "coordinator-assigned") == ["opened", "resolved"]


async def test_from_a_report_that_lies_there_to_a_draft_that_is_ready(github: FakeGitHub, clocked: Bot) -> None:
    """Each policy finds its own, at its own time, and people mend all of it."""
    only_pip = [{"package": {"ecosystem": "pip", "name": "pip"}}]
    report = github.repo("pypa/pip").report("Path traversal", vulnerabilities=only_pip)
    clocked.clock.advance(days=91)
    await look(clocked)
    assert {policy for policy, each in (await of_pip(clocked)).items() if each.state == "open"} == {
        "coordinator-assigned", "triaged-in-time", "finished-in-time",
    }  # fmt: skip

    report.accept()
    await look(clocked)
    lacks = (await of_pip(clocked))["ready-to-publish"]
    assert {"no-range", "no-fixed-version", "no-cwe", "no-cve"} < set(lacks.kinds)
    report.edit(
        credits=[{"login": "psrt-member-1", "type": "coordinator"}],
        cve_id="CVE-2026-12345",
        cwe_ids=["CWE-22"],
        cvss_vector_string=V4,
        vulnerabilities=[
            {
                "package": {"ecosystem": "pip", "name": "pip"},
                "vulnerable_version_range": "< 26.4",
                "patched_versions": "26.4",
            }
        ],
    )
    await look(clocked)

    ends = {policy: each.state for policy, each in (await of_pip(clocked)).items()}
    assert ends == dict.fromkeys(CLOCKS, "resolved")
    assert github.writes == []


def since_today(content: dict[str, Any]) -> None:
    """Until then the maintainers of pip took the reports, and published on GitHub."""
    content["tools"]["pip"]["report_owner"] = [
        {"from": "2024-01-01", "owner": "maintainers"},
        {"from": "2026-12-01", "owner": "psrt"},
    ]
    content["policies"] = {"published-properly": {"mode": "report"}}


@pytest.mark.slow
async def test_what_is_published_where_its_owner_does_not_publish_is_told(github: FakeGitHub, bot: Bot) -> None:
    """The PSRT publishes by mail. What was public before its tenure is left alone, and so is what is closed."""
    await edit_policy(bot, since_today)
    pip = github.repo("pypa/pip")
    assert [each.state for each in pip.advisories if each.state == "published"]
    pip.draft("Not a bug").close()
    await look(bot)
    assert await of_pip(bot) == {}
    assert (await bot.standing("pypa/pip", "published-properly")).state == "pass"

    pip.draft("By mistake").publish()
    await look(bot)

    finding = (await of_pip(bot))["published-properly"]
    assert (
        "1 advisory published on GitHub since 2026-12-01, when psrt took over: psrt does not publish" in finding.message
    )
    assert "published-on-github" in finding.kinds
    assert github.writes == []


@pytest.mark.slow
@pytest.mark.usefixtures("organization_lists")
async def test_what_is_public_is_asked_for_where_the_organization_lists_what_is_open(
    github: FakeGitHub, bot: Bot
) -> None:
    """The organization's list has no published advisories, so each repository is asked about them, in turn."""
    github.repo("pypa/pip").draft("By mistake").publish()
    await bot.settle()
    for _ in range(4):
        await bot.later(minutes=10)

    standings = [await bot.standing(f"pypa/{repo}", "published-properly") for repo in ("pip", "get-pip")]
    assert [each.state for each in standings] == ["finding", "pass"]
    asked = [each for each in github.requests if "state=published" in each.query and each.who == "greenroom"]
    assert sorted(each.path for each in asked) == [
        "/repos/pypa/get-pip/security-advisories",
        "/repos/pypa/pip/security-advisories",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("organization_lists")
async def test_a_restart_is_no_news_of_what_is_asked_in_turn(github: FakeGitHub, bot: Bot) -> None:
    """What a new process did not ask yet stands as it stood, so nothing is told as over and found again."""
    await edit_policy(bot, lambda content: content["policies"].update({"published-properly": {"mode": "report"}}))
    github.repo("pypa/pip").draft("By mistake").publish()
    await bot.settle()
    for _ in range(4):
        await bot.later(minutes=10)
    assert (await bot.standing("pypa/pip", "published-properly")).state == "finding"

    await bot.restart()
    await bot.settle()

    assert (await bot.standing("pypa/pip", "published-properly")).state == "finding"
    assert await history(bot, "published-properly") == ["opened"]
