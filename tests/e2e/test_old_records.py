"""What may a case do that came back from a record which may be an old one, before a coordinator confirms it?"""

from __future__ import annotations

from functools import partial

import pytest

from app.casework import cve, embargoes, linking, offering
from app.casework.exporting import exported
from app.domain.actions import WRITES_CVE
from app.domain.cases import StoredCase
from app.halting import NotAllowed
from app.store import cases
from tests.e2e.test_cases_opened_by_hand import BY, link_to
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]
CVE = "CVE-2026-12345"


async def stored(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def people_must(bot: Bot) -> str:
    return "\n".join((await bot.explain("case/1"))["people_must"])


async def a_case(github: FakeGitHub, bot: Bot) -> tuple[FakeAdvisory, FakeAdvisory | FakeIssue]:
    """A draft of pip that names uv, and its mirror."""
    await bot.approve(WRITES_CVE)
    draft = github.repo("pypa/pip").draft("Path traversal", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    return draft, mirror


async def with_an_id(bot: Bot) -> None:
    """That a CNA assigned to pip, and that is written nowhere yet."""
    await cve.request(bot.parts, 1, "pip", by="psrt-member-1")
    await cve.record(bot.parts, 1, "pip", CVE, by=BY)
    await bot.later(minutes=2)


async def lost_behind(bot: Bot, mirror: FakeAdvisory | FakeIssue, old: str) -> None:
    """Somebody puts back a text that we had signed, and the database is lost."""
    mirror.rewrite(old)
    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=10)


async def test_an_id_that_was_dropped_is_written_to_no_project_by_an_old_record(github: FakeGitHub, bot: Bot) -> None:
    """The CNA rejected it since; the project's advisory would show it to everybody."""
    draft, mirror = await a_case(github, bot)
    await with_an_id(bot)
    github.fail("PATCH", "/repos/pypa/pip/security-advisories/*", 422)
    await cve.write(bot.parts, 1, "pip", by="pip-maintainer-1")
    await bot.later(minutes=4)
    old = mirror.body
    await cve.drop(bot.parts, 1, CVE, "rejected", by=BY)
    await bot.later(minutes=4)

    await lost_behind(bot, mirror, old)
    assert ((await stored(bot)).unconfirmed_since is not None, draft.cve_id) == (True, None)

    await cve.drop(bot.parts, 1, CVE, "rejected", by=BY)
    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)
    assert draft.cve_id is None
    assert "came back from its mirror" not in await people_must(bot)


async def test_no_answer_leaves_by_an_old_record_that_says_it_is_public(github: FakeGitHub, bot: Bot) -> None:
    """A coordinator had said so by mistake, and took it back."""
    _, mirror = await a_case(github, bot)
    await embargoes.disclose(bot.parts, 1, by=BY)
    await bot.later(minutes=4)
    old = mirror.body
    await embargoes.take_back(bot.parts, 1, by=BY)
    await bot.later(minutes=4)

    await lost_behind(bot, mirror, old)

    assert (await stored(bot)).disclosed_at is not None
    with pytest.raises(NotAllowed, match="came back from its mirror, which may be old"):
        await exported(bot.parts, 1, "openvex", confirmed=False, by="")
    await exported(bot.parts, 1, "openvex", confirmed=True, by=BY)


async def test_what_an_old_record_links_is_copied_for_nobody(github: FakeGitHub, bot: Bot) -> None:
    """The people of pip took their advisory out of the case; what they write in it since is theirs."""
    draft, mirror = await a_case(github, bot)
    old = mirror.body
    uv = github.repo("astral-sh/uv").draft("uv's own", affects=["rust:uv"])
    await linking.link(bot.parts, 1, link_to(uv, "astral-sh/uv"), by=BY, agreed_by=["uv-maintainer-1"])
    await linking.unlink(bot.parts, 1, link_to(draft, "pypa/pip"), by="pip-maintainer-1")
    await bot.later(minutes=4)

    await lost_behind(bot, mirror, old)
    draft.edit(description="Only for the people of pip")
    await bot.later(minutes=10)

    assert "Only for the people of pip" not in f"{mirror.summary} {mirror.body}"
    assert "greenroom case restore 1 --by LOGIN confirms" in await people_must(bot)


async def test_ids_of_a_case_come_back_though_its_mirror_was_unreadable_for_a_while(
    github: FakeGitHub, bot: Bot
) -> None:
    """An id that nobody knows of any more is orphaned: its CNA waits, and the case ends without it."""
    _, mirror = await a_case(github, bot)
    await with_an_id(bot)
    good = mirror.body
    mirror.rewrite(good.replace('"mac": "', '"mac": "0'))
    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=10)
    mirror.rewrite(good)
    await bot.later(minutes=10)

    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)

    assert [each.cve_id for each in (await stored(bot)).cves] == [CVE]
    assert CVE in mirror.body


async def test_an_id_that_another_advisory_shows_is_not_taken_for_written(github: FakeGitHub, bot: Bot) -> None:
    """Whoever may edit that draft, its reporter included, typed it there. pip's own goes out without it."""
    pip, _ = await a_case(github, bot)
    uv = github.repo("astral-sh/uv").draft("uv's own", affects=["rust:uv"])
    await linking.link(bot.parts, 1, link_to(uv, "astral-sh/uv"), by=BY, agreed_by=["uv-maintainer-1"])
    await with_an_id(bot)
    uv.edit(cve_id=CVE)
    await bot.later(minutes=4)
    elsewhere = "another advisory of the case shows the CVE id that is recorded for pip, and its own does not"
    assert elsewhere in await people_must(bot)

    uv.publish()
    pip.publish()
    await bot.later(minutes=20)
    assert (await stored(bot)).state == "open"
    assert elsewhere in await people_must(bot)
    await cve.drop(bot.parts, 1, CVE, "published-elsewhere", by=BY)
    await bot.later(minutes=4)
    assert (await stored(bot)).state == "closed"
