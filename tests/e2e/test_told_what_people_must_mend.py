"""What is told because only people can mend it, and is it over when they did?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update

from app.store import notices, schema
from tests.e2e.answers import recover
from tests.e2e.policy_edits import edit_policy
from tests.e2e.told import ever_told, looks, only, settled, told
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP, CASES = "/repos/pypa/pip", "/repos/packaging-security/cases"


@pytest.mark.slow
async def test_a_coordination_repository_that_is_not_private_enough_is_a_page(github: FakeGitHub, bot: Bot) -> None:
    """People must see it at once, and once; when it is mended the page is over."""
    await settled(bot)
    github.coordination.state.has_wiki = True

    await looks(bot, 4)

    notice = await only(bot)
    assert (notice.kind, notice.severity) == ("page", "page")
    assert notice.about == "packaging-security/cases#coordination-private"
    assert "a wiki" in notice.text
    github.fail("GET", CASES, 502, times=None)
    await looks(bot, 1)
    assert ("page", notice.about) in await told(bot), "what cannot be told closes nothing"
    recover(github)
    github.coordination.state.has_wiki = False
    await looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_remedy_in_vain_is_told_at_once_and_until_it_is_mended(github: FakeGitHub, bot: Bot) -> None:
    """A configuration makes GitHub accept the write and change nothing: only an owner can mend that."""
    await settled(bot)
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")

    await bot.later(seconds=31)

    assert await told(bot) == [("blocked", "pypa/pip#private-reporting")]
    await looks(bot, 3)
    assert await ever_told(bot) == 1
    github.repo("pypa/pip").detach_configuration()
    github.repo("pypa/pip").disable_private_reporting(by="pypa-owner-1")
    await looks(bot, 1)
    assert await told(bot) == []


@pytest.mark.slow
@pytest.mark.parametrize("slipped_in", [False, True], ids=["a draft", "a report where reporting is off"])
async def test_people_who_cannot_be_added_to_an_advisory_are_told_without_saying_where(
    github: FakeGitHub, bot: Bot, said: Callable[[], str], *, slipped_in: bool
) -> None:
    """They are missing only where an advisory is open, and that pip has one is embargoed. Who explains pip sees it."""
    await settled(bot)
    pip = github.repo("pypa/pip")
    report = pip.report("Path traversal") if slipped_in else pip.draft("Path traversal")
    github.fail("PATCH", f"{PIP}/security-advisories/*", 502, times=1)
    github.refuse_permission("PATCH", f"{PIP}/security-advisories/*", times=None)

    await bot.sweep()
    await looks(bot, 3)

    found = await bot.parts.database.read(notices.open_notices)
    assert {(each.kind, each.about.partition("/")[0]) for each in found} == {("blocked", "policy")}
    assert all("pip" not in each.text for each in found)
    named = [line for line in said().splitlines() if "pypa/pip" in line]
    assert [line for line in named if "advisor" in line or "reach" in line or "collaborators" in line] == []
    explained = (await bot.explain("pypa/pip"))["notices"]
    assert {each["about"] for each in explained} == {each.about for each in found}

    recover(github)
    report.edit(state="closed")
    await looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_case_that_waits_for_people_says_how_many_matters_and_not_which(github: FakeGitHub, bot: Bot) -> None:
    """What is to be settled belongs to those who may read the case."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await settled(bot)
    advisory.edit(summary="Path traversal in wheels")
    github.coordination.drafts[-1].edit(summary="Something else")

    await looks(bot, 2)

    notice = await only(bot)
    assert (notice.kind, notice.about) == ("people-must", "case/1")
    assert notice.text == "case/1 waits for people: 1 matter to settle"
    github.coordination.drafts[-1].edit(summary="Path traversal in wheels")
    await looks(bot, 1)
    assert await told(bot) == []


@pytest.mark.slow
async def test_each_mistake_in_the_policy_file_is_told_once(github: FakeGitHub, bot: Bot) -> None:
    """The last good policy stays in force, and whoever made the mistake is told where and what would be right."""
    del github
    await settled(bot)

    await edit_policy(bot, lambda content: content.update(tolls={}))
    await looks(bot, 2)
    first = await only(bot)
    assert (first.kind, first.about) == ("policy-invalid", "greenroom.yml")
    assert 'did you mean "tools"?' in first.text
    assert "line" in first.text

    await edit_policy(bot, lambda content: content.update(tolls={}, extra=1))
    assert (await only(bot)).text != first.text
    await edit_policy(bot, lambda content: [content.pop("tolls"), content.pop("extra")])

    assert await told(bot) == []
    assert await ever_told(bot) == 2


@pytest.mark.slow
async def test_a_policy_file_that_is_gone_is_told_and_over_when_it_is_back(github: FakeGitHub, bot: Bot) -> None:
    """The same file back again is as good as a new one, for an app that was restarted in between too."""
    del github
    await settled(bot)
    text = bot.policy.read_text(encoding="utf-8")
    bot.policy.unlink()
    await looks(bot, 1)
    assert await told(bot) == [("policy-invalid", "greenroom.yml")]

    bot.policy.write_text(text, encoding="utf-8")
    await bot.restart()
    await bot.settle()

    assert await told(bot) == []


@pytest.mark.slow
async def test_an_audit_that_somebody_changed_is_a_page_within_a_day(github: FakeGitHub, bot: Bot) -> None:
    """Who hides what was done has to be seen, without anybody thinking of asking."""
    await bot.approve_everything()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.later(seconds=31)
    audit = schema.audit
    row = select(audit.c.id).where(audit.c.phase == "conclude").limit(1).scalar_subquery()
    await bot.parts.database.write(
        lambda conn: conn.execute(update(audit).where(audit.c.id == row).values(outcome="refused"))
    )

    await looks(bot, 1)
    assert await told(bot) == []
    await bot.restart()
    await bot.settle()

    notice = await only(bot)
    assert (notice.kind, notice.severity) == ("audit-broken", "page")
    assert "is not as it was written" in notice.text
    await bot.parts.database.write(lambda conn: conn.execute(delete(audit)))
    await looks(bot, 1, minutes=24 * 60 + 1)
    assert await told(bot) == []
