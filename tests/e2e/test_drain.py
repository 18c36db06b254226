"""Reports that slipped in while private reporting was on reach the people who take reports."""

from __future__ import annotations

import pytest

from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped

PSRT = {"psrt-member-1", "psrt-member-2"}


async def _ready(bot: Bot) -> None:
    await bot.approve("private-reporting: off")
    await bot.settle()


async def test_every_report_that_slipped_in_is_drained(github: FakeGitHub, bot: Bot) -> None:
    """One switch, three reports: each gets the PSRT's people, and drafts of the maintainers' own get nobody."""
    await _ready(bot)
    pip = github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    reports = [pip.report(f"Report {number}") for number in range(3)]
    own = pip.draft("Found by a maintainer")

    await bot.sweep()
    await bot.later(minutes=1)

    assert [set(report.collaborators) for report in reports] == [PSRT, PSRT, PSRT]
    assert own.collaborators == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


@pytest.mark.slow
async def test_people_and_teams_who_are_there_stay(github: FakeGitHub, bot: Bot) -> None:
    """GitHub replaces the list that we send, so we send those who are there as well, and no list of teams."""
    await _ready(bot)
    github.world.add_team(github.world.organization("pypa"), "pip-helpers", ["pip-maintainer-2"])
    report = github.repo("pypa/pip").report("A report that slipped in")
    report.edit(collaborating_users=["pip-maintainer-1"], collaborating_teams=["pip-helpers"])

    await bot.sweep()
    await bot.settle()

    assert set(report.collaborators) == PSRT | {"pip-maintainer-1"}
    assert report.collaborating_teams == ["pip-helpers"]


@pytest.mark.slow
async def test_a_report_that_the_psrt_sees_already_is_left_alone(github: FakeGitHub, bot: Bot) -> None:
    """Somebody added them by hand. Nothing is to be done, so nothing is written."""
    await _ready(bot)
    report = github.repo("pypa/pip").report("A report that slipped in")
    report.edit(collaborating_users=sorted(PSRT))

    await bot.sweep()
    await bot.settle()

    assert github.writes == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


@pytest.mark.slow
async def test_only_who_is_missing_is_added(github: FakeGitHub, bot: Bot) -> None:
    """The list is compared by account, whatever the case of a login."""
    await _ready(bot)
    report = github.repo("pypa/pip").report("A report that slipped in")
    report.edit(collaborating_users=["PSRT-member-1"])

    await bot.sweep()
    await bot.settle()

    assert sorted(report.collaborators) == sorted(PSRT)
    assert len(github.writes) == 1


@pytest.mark.slow
async def test_a_member_who_took_another_login_after_being_added_stays_who_they_are(
    github: FakeGitHub, bot: Bot
) -> None:
    """The id is who somebody is: under the new login they see the report already."""
    await _ready(bot)
    report = github.repo("pypa/pip").report("A report that slipped in")
    await bot.sweep()
    await bot.settle()
    before = len(github.writes)

    github.rename_user("psrt-member-1", "psrt-member-renamed")
    await bot.sweep()
    await bot.settle()

    assert set(report.collaborators) == {"psrt-member-renamed", "psrt-member-2"}
    assert len(github.writes) == before
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


@pytest.mark.slow
async def test_a_login_that_a_stranger_took_over_sees_no_report(github: FakeGitHub, bot: Bot) -> None:
    """The old login belongs to somebody else now. They are not added, the others are, and people are told."""
    await _ready(bot)
    github.rename_user("psrt-member-1", "psrt-member-renamed")
    github.add_person("psrt-member-1")
    report = github.repo("pypa/pip").report("A report that slipped in")

    await bot.sweep()
    await bot.later(minutes=1)

    assert report.collaborators == ["psrt-member-2"]
    standing = await bot.standing("pypa/pip", "private-reporting")
    assert standing.state == "finding"
    assert "psrt-member-1" in standing.message


@pytest.mark.slow
async def test_switched_on_again_it_is_switched_off_again(github: FakeGitHub, bot: Bot) -> None:
    """The approval stands for later remedies of the same kind."""
    await _ready(bot)
    pip = github.repo("pypa/pip")
    for _ in range(2):
        pip.enable_private_reporting(by="pip-maintainer-1")
        await bot.later(seconds=31)
        assert not pip.private_reporting

    assert len(github.writes) == 2


@pytest.mark.slow
async def test_a_report_after_the_revert_is_drained_too(github: FakeGitHub, bot: Bot) -> None:
    """It was begun while reporting was on and came in a moment after it was off."""
    await _ready(bot)
    pip = github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.later(seconds=31)

    report = pip.report("Begun while it was on")
    assert await bot.deliver(report.reported()) == 202
    await bot.settle()

    assert set(report.collaborators) == PSRT


@pytest.mark.slow
async def test_a_lost_answer_does_not_add_anybody_twice(github: FakeGitHub, bot: Bot) -> None:
    """GitHub adds them and its answer is lost. We look, see them there, and are done."""
    await _ready(bot)
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.lose_answer("PATCH", "/repos/pypa/pip/security-advisories/*", how="timeout")

    await bot.sweep()
    await bot.later(minutes=2)
    await bot.later(minutes=11)

    assert sorted(report.collaborators) == sorted(PSRT)
    assert len(github.writes) == 1
