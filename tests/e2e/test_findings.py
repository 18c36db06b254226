"""What policies find is kept: one finding for a repository and a policy, with a history, until it is mended."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.records import Finding
from app.store import found
from tests.e2e.answers import recover
from tests.e2e.policy_edits import accepted_until, edit_policy, only_observes, only_reports
from tests.e2e.told import looks, told
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP = "/repos/pypa/pip"
SWITCH = f"{PIP}/private-vulnerability-reporting"


async def findings(bot: Bot) -> list[Finding]:
    return list(await bot.parts.database.read(lambda conn: found.all_findings(conn, ("open", "accepted", "resolved"))))


async def the_finding(bot: Bot) -> Finding:
    """The one about the switch: where a name of policy leads nowhere, `app-covers` tells that beside it."""
    [finding] = [each for each in await findings(bot) if each.policy != "app-covers"]
    return finding


async def history(bot: Bot) -> list[str]:
    number = (await the_finding(bot)).id or 0
    return [each.what for each in await bot.parts.database.read(lambda conn: found.history(conn, number))]


async def _switched_on(github: FakeGitHub, bot: Bot) -> None:
    """Somebody switched pip's reporting on, and policy tells people of it."""
    await edit_policy(bot, only_reports)
    await bot.settle()
    github.repo("pypa/pip").enable_private_reporting()
    await looks(bot, 1)


async def test_a_world_in_order_has_no_finding(bot: Bot) -> None:
    """Nothing to do."""
    await bot.settle()

    assert await findings(bot) == []


@pytest.mark.slow
async def test_a_finding_keeps_its_id_from_its_opening_through_its_end_and_its_return(
    github: FakeGitHub, bot: Bot
) -> None:
    """People refer to it by its id, in mails and in talks; and its history tells all of it."""
    await _switched_on(github, bot)
    opened = await the_finding(bot)
    assert (str(opened.repo), opened.policy, opened.state) == ("pypa/pip", "private-reporting", "open")
    assert opened.maybe_older is False, "the first look had found it off"

    await looks(bot, 3)
    still = await the_finding(bot)
    assert (still.id, still.since) == (opened.id, opened.since)
    assert still.observed_at > opened.observed_at

    github.repo("pypa/pip").disable_private_reporting()
    await looks(bot, 1)
    assert (await the_finding(bot)).state == "resolved"

    await bot.later(days=2)
    github.repo("pypa/pip").enable_private_reporting()
    await looks(bot, 1)
    again = await the_finding(bot)
    assert (again.id, again.state, again.opened_at) == (opened.id, "open", opened.opened_at)
    assert again.since > opened.since
    assert await history(bot) == ["opened", "resolved", "reopened"]
    github.repo("pypa/pip").disable_private_reporting()


@pytest.mark.slow
async def test_what_cannot_be_told_neither_opens_nor_resolves(github: FakeGitHub, bot: Bot) -> None:
    """An outage is no news about a repository."""
    await edit_policy(bot, only_reports)
    github.refuse_permission("GET", SWITCH, times=None)
    await looks(bot, 1)
    assert await findings(bot) == []
    recover(github)

    github.repo("pypa/pip").enable_private_reporting()
    await looks(bot, 1)
    opened = await the_finding(bot)
    github.repo("pypa/pip").disable_private_reporting()
    github.refuse_permission("GET", SWITCH, times=None)
    await looks(bot, 5)

    assert await the_finding(bot) == opened
    recover(github)
    await looks(bot, 1)
    assert await history(bot) == ["opened", "resolved"]


async def test_a_policy_that_observes_counts_and_tells_nobody(github: FakeGitHub, bot: Bot) -> None:
    """Standings know; there is no finding, and no notice."""
    await edit_policy(bot, only_observes)
    github.repo("pypa/pip").enable_private_reporting()
    await looks(bot, 3)

    assert (await bot.standing("pypa/pip", "private-reporting")).state == "finding"
    assert await findings(bot) == []
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_policy_that_observes_again_closes_its_findings_and_says_why(github: FakeGitHub, bot: Bot) -> None:
    """Nothing was mended, and the history must not look as if it was."""
    await _switched_on(github, bot)

    await edit_policy(bot, only_observes)
    await looks(bot, 1)

    finding = await the_finding(bot)
    said = await bot.parts.database.read(lambda conn: found.history(conn, finding.id or 0))
    assert finding.state == "resolved"
    assert [(each.what, each.message) for each in said[1:]] == [("resolved", "policy observes")]
    assert said[0].commit != said[1].commit


async def test_what_must_be_seen_at_once_is_told_in_every_mode(github: FakeGitHub, bot: Bot) -> None:
    """A coordination repository that leaks is no matter of taste."""

    def observe(content: dict[str, Any]) -> None:
        content["policies"]["coordination-private"] = {"mode": "observe"}

    await edit_policy(bot, observe)
    github.coordination.state.has_wiki = True
    await looks(bot, 1)

    assert await told(bot) == [("page", "packaging-security/cases#coordination-private")]
    assert ((await the_finding(bot)).state, (await the_finding(bot)).pages) == ("open", True)

    github.coordination.state.has_wiki = False
    await looks(bot, 1)
    assert (await the_finding(bot)).state == "resolved"
    assert await told(bot) == []


@pytest.mark.slow
async def test_an_accepted_finding_is_open_again_within_one_sweep_after_its_exemption(
    github: FakeGitHub, bot: Bot
) -> None:
    """It lapses at the end of its last day, in UTC, whatever else happens."""
    await _switched_on(github, bot)
    await edit_policy(bot, accepted_until("2026-12-02"))
    await looks(bot, 1)
    accepted = await the_finding(bot)
    assert (accepted.state, accepted.accepted_by, str(accepted.accepted_until)) == (
        "accepted",
        "pip-watcher",
        "2026-12-02",
    )

    bot.clock.advance(hours=38)  # close to midnight
    while bot.clock.now().day == 2:
        assert (await the_finding(bot)).state == "accepted"
        await looks(bot, 1)
    await looks(bot, 1)

    lapsed = await the_finding(bot)
    assert (lapsed.state, lapsed.id, lapsed.accepted_by) == ("open", accepted.id, None)
    assert await history(bot) == ["opened", "accepted", "reopened"]


@pytest.mark.slow
async def test_findings_follow_a_repository_to_its_new_name(github: FakeGitHub, bot: Bot) -> None:
    """It is the same repository, and what is wrong with it is as old as it was."""
    await _switched_on(github, bot)
    before = await the_finding(bot)

    github.repo("pypa/pip").rename("pip-next")
    await looks(bot, 2)

    after = await the_finding(bot)
    assert (str(after.repo), after.id, after.since) == ("pypa/pip-next", before.id, before.since)
    assert await history(bot) == ["opened"]


@pytest.mark.slow
async def test_findings_of_a_repository_that_is_gone_do_not_stay_open(github: FakeGitHub, bot: Bot) -> None:
    """What is archived has no private reporting any more, so nobody can do anything about it."""
    await _switched_on(github, bot)

    github.repo("pypa/pip").archive()
    await looks(bot, 2)

    assert (await the_finding(bot)).state == "resolved"


@pytest.mark.slow
async def test_after_a_lost_database_findings_are_opened_now_and_say_that_they_may_be_older(
    github: FakeGitHub, bot: Bot
) -> None:
    """When it began is lost with the history, and nobody is told otherwise."""
    await _switched_on(github, bot)
    await looks(bot, 2)

    await bot.lose_database()
    await bot.settle()

    finding = await the_finding(bot)
    assert (finding.state, finding.opened_at, finding.maybe_older) == ("open", bot.clock.now(), True)
    assert await history(bot) == ["opened"]
