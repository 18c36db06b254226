"""What people are told once a day: by the app as it runs, with whatever happens to it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from app.daily import Daily
from app.domain.ids import Person, RepoName
from app.reconcile.digests import Digests
from app.store import schema
from policies.config import Exemption
from policies.policy import all_policies
from tests.e2e.answers import recover
from tests.e2e.mornings import COORDINATOR, PIP_MAINTAINER, digests, failures, switched_on, told_to, until
from tests.e2e.policy_edits import accepted_until, edit_policy, everybody_takes_reports, only_observes
from tests.e2e.told import looks
from tests.fake_github import FakeGitHub
from tests.harness import DIGEST_KEYS, Bot, running


@pytest.mark.slow
async def test_in_a_world_in_order_nobody_is_told_anything(bot: Bot) -> None:
    """Nothing to do, for a week."""
    for _ in range(7):
        await bot.later(days=1)

    assert await digests(bot) == []


@pytest.mark.slow
async def test_a_finding_is_told_the_next_morning_and_then_after_1_3_7_and_14_days(
    github: FakeGitHub, bot: Bot
) -> None:
    """At seven in the morning, UTC, by whatever works first after it; to the coordinators, to pip's people and to the

    PSRT, which takes its reports.
    """
    await switched_on(github, bot)
    await until(bot, 2, hour=6)
    assert await digests(bot) == []

    for day in range(2, 20):
        await until(bot, day, hour=7)

    told = await told_to(bot, PIP_MAINTAINER)
    assert list(told) == ["2026-12-02", "2026-12-03", "2026-12-05", "2026-12-09", "2026-12-16"]
    assert list(await told_to(bot, COORDINATOR)) == list(told)
    assert await told_to(bot, "psrt-member-1") == told
    assert "pypa/pip (new)" in told["2026-12-02"]
    assert "pypa/pip (since 2026-12-01" in told["2026-12-03"]
    assert await told_to(bot, "wheel-maintainer-1") == {}


@pytest.mark.slow
async def test_what_others_undo_is_told_as_contested_to_whoever_has_to_do_with_it(github: FakeGitHub, bot: Bot) -> None:
    """Greenroom leaves it alone, so it stays wrong until one of them acts."""
    await bot.approve_everything()
    await bot.settle()
    for _ in range(4):
        github.repo("pypa/pip").enable_private_reporting()
        await bot.later(seconds=60)

    await until(bot, 2, hour=7)

    for login in (COORDINATOR, PIP_MAINTAINER, "psrt-member-1"):
        [text] = (await told_to(bot, login)).values()
        assert "Contested, others undo it, so it is left alone until a coordinator thaws it: private-reporting" in text
        assert "pypa/pip (new)" in text
    assert await told_to(bot, "wheel-maintainer-1") == {}


async def test_a_finding_that_was_mended_before_the_morning_is_told_to_nobody(github: FakeGitHub, bot: Bot) -> None:
    """Whoever mended it knows."""
    await switched_on(github, bot)
    github.repo("pypa/pip").disable_private_reporting()
    await looks(bot, 1)

    await until(bot, 3)

    assert await digests(bot) == []


@pytest.mark.slow
async def test_a_policy_that_observes_tells_nobody(github: FakeGitHub, bot: Bot) -> None:
    """Counted, and not told."""
    await edit_policy(bot, only_observes)
    github.repo("pypa/pip").enable_private_reporting()

    for day in range(2, 6):
        await until(bot, day, hour=8)

    assert (await bot.standing("pypa/pip", "private-reporting")).state == "finding"
    assert await digests(bot) == []


@pytest.mark.slow
async def test_three_days_without_greenroom_cost_no_reminder_and_double_none(github: FakeGitHub, bot: Bot) -> None:
    """Whoever comes back first tells what was missed, once, however often it starts anew."""
    await switched_on(github, bot)
    await until(bot, 2, hour=8)
    await bot.stop()
    bot.clock.advance(days=3)
    for _ in range(3):
        await bot.start()
        await bot.settle()
        await bot.stop()
    await bot.start()
    await until(bot, 6, hour=8)

    assert list(await told_to(bot, COORDINATOR)) == ["2026-12-02", "2026-12-05"]


@pytest.mark.slow
async def test_two_instances_tell_it_once(github: FakeGitHub, bot: Bot) -> None:
    """Both see that it is time."""
    await switched_on(github, bot)
    async with running(github, bot.clock, bot.folder) as other:
        for day in range(2, 5):
            await until(bot, day, hour=7)
            await other.poll()
            await other.settle()

    made = Counter((each.recipient, each.day) for each in await digests(bot))
    assert set(made.values()) == {1}
    assert list(await told_to(bot, COORDINATOR)) == ["2026-12-02", "2026-12-03"]


async def test_an_outage_of_github_is_told_once_and_not_for_each_repository(github: FakeGitHub, bot: Bot) -> None:
    """The hour of digests comes whether or not GitHub answers."""
    await bot.settle()
    github.fail("GET", "/app/installations", 502, times=None)
    await looks(bot, 6)

    await until(bot, 2, hour=8)

    [said] = (await told_to(bot, COORDINATOR)).values()
    assert said.count("does not answer") == 1
    assert "GitHub as a whole does not answer since 2026-12-01" in said
    assert "pypa/" not in said
    recover(github)
    await looks(bot, 2, minutes=15)


@pytest.mark.slow
async def test_the_end_of_an_exemption_is_announced_and_what_it_accepted_is_told_again(
    github: FakeGitHub, bot: Bot
) -> None:
    """To whoever answers for it, too: 14 days and 3 days before, and when it has come."""
    await switched_on(github, bot)
    await edit_policy(bot, accepted_until("2026-12-20"))

    for day in range(2, 21):
        await until(bot, day, hour=7)
    await until(bot, 21, hour=1)
    await until(bot, 21, hour=7)

    told = await told_to(bot, COORDINATOR)
    assert list(told) == ["2026-12-06", "2026-12-17", "2026-12-21"]
    assert "14 days left" in told["2026-12-06"]
    assert "3 days left" in told["2026-12-17"]
    assert "ended with 2026-12-20" in told["2026-12-21"]
    assert "pypa/pip (new)" in told["2026-12-21"]


async def test_what_is_under_embargo_is_told_under_a_pseudonym_and_only_to_those_who_hear_of_all_tools(
    github: FakeGitHub, bot: Bot
) -> None:
    """Whoever works on pip would know whose report it is; that there is one is not theirs to know by us."""

    def reports(content: dict[str, Any]) -> None:
        content["policies"]["reports-reach-owner"] = {"mode": "report"}

    await edit_policy(bot, reports)
    github.repo("pypa/pip").report("Path traversal", affects=["pip"])
    await looks(bot, 1)
    await until(bot, 2, hour=8)

    [said] = (await told_to(bot, COORDINATOR)).values()
    assert "Under embargo: policy/" in said
    assert "pypa/pip" not in said
    assert await told_to(bot, PIP_MAINTAINER) == {}


@pytest.mark.slow
async def test_what_was_over_before_greenroom_came_is_no_news(bot: Bot) -> None:
    """An exemption that ended last month was announced by nobody, and is nobody's matter today."""
    await edit_policy(bot, accepted_until("2026-11-20"))
    await bot.lose_database()

    await bot.settle()
    await until(bot, 2, hour=8)

    assert await digests(bot) == []


@pytest.mark.slow
async def test_digests_that_cannot_be_made_hold_up_no_sweep(github: FakeGitHub, bot: Bot) -> None:
    """What watches must not depend on what tells; and the digests are made as soon as they can be."""
    await switched_on(github, bot)
    await bot.parts.database.write(lambda conn: conn.execute(text("ALTER TABLE digests RENAME TO elsewhere")))

    await until(bot, 2, hour=8)
    assert (await bot.standing("pypa/pip", "private-reporting")).observed_at == bot.clock.now()
    assert [text.partition(":")[0] for text in await failures(bot)] == ["no digest could be made on 2026-12-02"]

    await bot.parts.database.write(lambda conn: conn.execute(text("ALTER TABLE elsewhere RENAME TO digests")))
    await bot.later(minutes=10)
    assert list(await told_to(bot, COORDINATOR)) == ["2026-12-02"]
    assert await failures(bot) == []


async def test_a_digest_that_cannot_be_made_is_told_and_holds_up_no_other(github: FakeGitHub, bot: Bot) -> None:
    """Whoever hears nothing takes it for peace. What ails here is an exemption as no policy file can have it."""
    await switched_on(github, bot)
    endless = Exemption.model_construct(
        policy="private-reporting", repository=RepoName("pypa", "wheel"), owner=Person("erin", 5), until=None
    )
    policies = bot.parts.policy.current()
    ailing = replace(policies, file=policies.file.model_copy(update={"exemptions": (endless,)}))
    daily = Daily(
        database=bot.parts.database, clock=bot.clock, policies=lambda: ailing, digests=Digests.parse(DIGEST_KEYS)
    )
    bot.clock.advance(days=1)

    await daily.do()

    assert list(await told_to(bot, PIP_MAINTAINER)) == ["2026-12-02"]
    assert await told_to(bot, COORDINATOR) == {}
    [told] = await failures(bot)
    assert re.match(r"[1-9] of [1-9]\d* digests could not be made on 2026-12-02: ", told)
    await until(bot, 3, hour=8)
    assert list(await told_to(bot, COORDINATOR)) == ["2026-12-03"]
    assert await failures(bot) == []


@pytest.mark.slow
async def test_a_world_that_fails_for_weeks_is_one_digest_a_day_and_one_open_finding_for_each(
    github: FakeGitHub, bot: Bot
) -> None:
    """The app as it runs, sixteen mornings. Each repository is mentioned on its days, to whoever hears of it."""

    def everything_is_told(content: dict[str, Any]) -> None:
        everybody_takes_reports(content)
        content["policies"] = {policy.name: {"mode": "report"} for policy in all_policies()}

    for repository in github.world.repositories.values():
        repository.private_reporting = repository.name == "pip"  # each the other way round than declared
    await edit_policy(bot, everything_is_told)
    await looks(bot, 1)
    for day in range(2, 18):
        await until(bot, day, hour=7)

    made = Counter((each.recipient, each.day) for each in await digests(bot))
    rows = await bot.parts.database.read(lambda conn: conn.execute(select(schema.findings)).all())
    told = await told_to(bot, COORDINATOR)
    wrong = {row.repository for row in rows if row.policy == "private-reporting"}
    assert set(made.values()) == {1}
    assert max(Counter((row.repository, row.policy) for row in rows).values()) == 1
    assert wrong == {"pypa/pip", "pypa/wheel"}
    for repository in wrong:
        mentioned = [day for day, said in told.items() if f"{repository} (" in said]
        assert mentioned == [f"2026-12-{day:02}" for day in (2, 3, 5, 9, 16)], repository
