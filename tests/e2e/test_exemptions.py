"""Somebody accepts what a policy finds: that, there, for a while, and nothing else."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.domain.ids import RepoName
from app.store import accepted
from app.store.notices import open_notices
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP = RepoName("pypa", "pip")
REPORTING = ("pypa/pip", "private-reporting")
FRESH = ("pypa/pip", "exemptions-fresh")
READERS = ("pypa/pip", "no-unexpected-readers")


async def accept(bot: Bot, *, until: str = "2027-01-31", repo: str = "pypa/pip", **more: Any) -> None:
    """A coordinator accepts what private-reporting finds."""
    exemption = {
        "policy": "private-reporting",
        "repository": repo,
        "owner": f"coordinator-1:{bot.github.person('coordinator-1').id}",
        "reason": "moving",
        "until": until,
        **more,
    }

    def edit(content: dict[str, Any]) -> None:
        content["exemptions"] = [exemption]
        content["policies"]["private-reporting"]["mode"] = "report"

    await edit_policy(bot, edit)
    await look(bot)


async def look(bot: Bot) -> None:
    """Ten minutes later."""
    await bot.later(minutes=10)
    await bot.later(minutes=1)


async def a_report_slips_in(github: FakeGitHub, bot: Bot) -> None:
    """Somebody switches it on, a report comes in, and somebody switches it off: that is of another kind."""
    github.repo("pypa/pip").report("A report that slipped in")
    github.repo("pypa/pip").disable_private_reporting(by="pip-maintainer-1")
    await look(bot)


@pytest.fixture
async def switched_on(github: FakeGitHub, bot: Bot) -> None:
    """Private reporting of pip is on, which nobody mends."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.settle()


@pytest.mark.slow
@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize("kinds", [{}, {"kinds": ["switched-on"]}], ids=["remembered", "named"])
async def test_a_new_kind_of_breach_is_a_finding_though_another_was_accepted(
    github: FakeGitHub, bot: Bot, kinds: dict[str, Any]
) -> None:
    """Who accepted that it is on did not accept that reports lie there unseen."""
    await accept(bot, **kinds)
    assert (await bot.standing(*REPORTING)).state == "exempt"

    await a_report_slips_in(github, bot)

    standing = await bot.standing(*REPORTING)
    assert standing.state == "finding"
    assert "; not accepted by coordinator-1 until 2027-01-31: reports-unseen" in standing.message
    assert standing.message.endswith("; name kinds") == (not kinds)  # what to do about it, where none were named


@pytest.mark.slow
@pytest.mark.usefixtures("switched_on")
async def test_what_it_covers_is_remembered_over_a_restart_and_a_renaming(github: FakeGitHub, bot: Bot) -> None:
    """It covers what stood when it came into force, whatever process looks and whatever it is called by then."""
    await accept(bot)
    await bot.restart()
    await look(bot)
    github.repo("pypa/pip").rename("pip-ng")
    await look(bot)

    found = await bot.parts.database.read(partial(accepted.taken_up, repo=RepoName("pypa", "pip-ng")))
    assert [each.kinds for each in found.values()] == [frozenset({"switched-on"})]
    assert (await bot.standing("pypa/pip-ng", "private-reporting")).state == "exempt"


async def test_one_that_is_written_while_all_is_well_covers_nothing(github: FakeGitHub, bot: Bot) -> None:
    """Nobody accepted what nobody had found. It says so, and what to do; a restart in between changes nothing."""
    await bot.settle()
    await accept(bot)
    assert (await bot.standing(*REPORTING)).state == "pass"
    await bot.restart()

    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await look(bot)

    standing = await bot.standing(*REPORTING)
    assert standing.state == "finding"
    assert "; not accepted by coordinator-1 until 2027-01-31: switched-on. That exemption covers" in standing.message
    assert standing.message.endswith(
        "covers nothing that was found after it came into force on 2026-12-01 09:00 UTC; name kinds"
    )
    await accept(bot, kinds=["switched-on"])
    assert (await bot.standing(*REPORTING)).state == "exempt"


@pytest.mark.slow
@pytest.mark.usefixtures("switched_on")
async def test_a_look_that_cannot_tell_settles_nothing(github: FakeGitHub, bot: Bot) -> None:
    """GitHub was out when the exemption came into force; what stood then is seen by the first look that can tell."""
    github.fail("GET", "/repos/pypa/pip/private-vulnerability-reporting", times=None)
    await accept(bot)
    await bot.restart()
    await look(bot)
    assert (await bot.standing(*REPORTING)).state == "cannot tell"
    github.clear_faults()

    await look(bot)
    assert (await bot.standing(*REPORTING)).state == "exempt"

    await a_report_slips_in(github, bot)
    assert (await bot.standing(*REPORTING)).state == "finding"


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [{}, {"kinds": ["unexpected-people"]}], ids=["remembered", "named"])
async def test_one_from_no_unexpected_readers_is_for_those_who_read_it_then(
    github: FakeGitHub, bot: Bot, kinds: dict[str, Any]
) -> None:
    """Somebody accepted that one account reads reports of pip. Another is another matter, also after a restart."""
    await bot.settle()
    draft = github.repo("pypa/pip").draft("Found by a maintainer")
    draft.edit(collaborating_users=["psrt-member-1", github.add_person("One").login])
    await look(bot)
    await accept(bot, policy="no-unexpected-readers", **kinds)
    assert (await bot.standing(*READERS)).state == "exempt"
    await bot.restart()
    github.rename_user("One", "Uno")
    await look(bot)
    assert (await bot.standing(*READERS)).state == "exempt"

    draft.edit(collaborating_users=["psrt-member-1", "Uno", github.add_person("Two").login])
    await look(bot)

    standing = await bot.standing(*READERS)
    assert standing.state == "finding"
    assert "; not accepted by coordinator-1 until 2027-01-31: Two. That exemption covers only" in standing.message
    draft.edit(collaborating_users=["psrt-member-1", "Uno"])
    await look(bot)
    assert (await bot.standing(*READERS)).state == "exempt"


@pytest.mark.slow
@pytest.mark.usefixtures("switched_on")
async def test_one_that_ends_too_late_accepts_nothing_until_its_end_is_near(github: FakeGitHub, bot: Bot) -> None:
    """Ninety days, and somebody looks at it again; that it is not in force is told. Nobody has to do anything."""
    await accept(bot, until="2027-03-11")  # the hundredth day
    assert (await bot.standing(*REPORTING)).state == "finding"
    assert (await bot.standing(*FRESH)).state == "finding"

    await bot.later(days=11)
    await look(bot)

    assert (await bot.standing(*REPORTING)).state == "exempt"
    assert (await bot.standing(*FRESH)).state == "pass"
    assert github.repo("pypa/pip").private_reporting


@pytest.mark.slow
@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize(
    ("repo", "policy"), [("pypa/get-pip", "private-reporting"), ("pypa/pip", "reports-reach-owner")]
)
async def test_one_for_something_else_does_nothing_here(bot: Bot, repo: str, policy: str) -> None:
    """It is for one policy at one repository."""
    await accept(bot, repo=repo, policy=policy)

    assert (await bot.standing(*REPORTING)).state == "finding"


@pytest.mark.slow
async def test_what_pages_somebody_cannot_be_exempt(github: FakeGitHub, bot: Bot) -> None:
    """The coordination repository got content; whoever wrote an exemption, cases stand still and somebody is paged."""
    await accept(bot, repo="packaging-security/cases", policy="coordination-private")
    github.coordination.push()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    await look(bot)

    assert (await bot.standing("packaging-security/cases", "coordination-private")).state == "finding"
    notices = await bot.parts.database.read(open_notices)
    assert [each.about for each in notices if each.kind == "page"] == ["packaging-security/cases#coordination-private"]
    assert github.coordination.drafts == []


async def test_one_that_lapses_is_over_within_one_sweep(github: FakeGitHub, bot: Bot) -> None:
    """Nothing happens at midnight but that the day is over."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await accept(bot, until="2026-12-01")
    assert (await bot.standing(*REPORTING)).state == "exempt"
    bot.clock.advance(hours=15)

    await look(bot)

    assert (await bot.standing(*REPORTING)).state == "finding"
