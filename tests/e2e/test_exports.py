"""Does a case let out what is public, and nothing else?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.casework import cve, embargoes, opening, taking_part
from app.casework.exporting import NotTold, exported
from app.domain.ids import AdvisoryKey, parse_key
from app.exports.documents import FORMATS, OF_STATUS, Format
from app.halting import NotAllowed
from app.store import timeline
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

BY = "coordinator-1"
PEOPLE = ("pip-maintainer-1", "uv-maintainer-1")
CVE = "CVE-2026-12345"
OLD = "CVE-2020-11111"


def key(draft: FakeAdvisory, repo: str) -> AdvisoryKey:
    read = parse_key(f"{repo}/{draft.id}")
    assert isinstance(read, AdvisoryKey)
    return read


async def said(bot: Bot, form: Format, *, confirmed: bool = False) -> str:
    return str(await exported(bot.parts, 1, form, confirmed=confirmed, by=BY if confirmed else ""))


async def opened(bot: Bot, *links: AdvisoryKey) -> None:
    await opening.open_case(bot.parts, tools=["pip", "uv"], links=links, by=BY, agreed_by=PEOPLE)
    await taking_part.answer(bot.parts, 1, "pip", "fixed", justification=None, by=BY)
    await bot.settle()


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_documents_follow_what_is_published_and_hold_no_word_of_the_rest(github: FakeGitHub, bot: Bot) -> None:
    """Two tools, of which one publishes days before the other: until then its draft is under embargo, mirror included.

    A mirror has words that people wrote there. Documents never have them, neither before nor after.
    """
    pip = github.repo("pypa/pip").draft("pip: entry points escape", affects=["pip"])
    uv = github.repo("astral-sh/uv").draft("uv: entry points escape", affects=["rust:uv"])
    await opened(bot, key(pip, "pypa/pip"), key(uv, "astral-sh/uv"))
    [mirror] = github.coordination.open_mirrors
    mirror.rewrite(f"{mirror.body}\n\nWords of the people of the mirror.")
    canaries = github.canaries | {"entry points escape", "Words of the people"}

    for form in FORMATS:
        with pytest.raises(NotAllowed, match="2 of 2 advisories of case 1 are not published"):
            await said(bot, form)
    for form in OF_STATUS:
        text = await said(bot, form, confirmed=True)
        assert (pip.id in text, uv.id in text) == (True, True)
        assert not any(canary in text for canary in canaries)

    pip.publish()
    await bot.settle()
    with pytest.raises(NotAllowed, match="1 of 2"):
        await said(bot, "openvex")
    half = await said(bot, "csaf-vex", confirmed=True)
    assert (pip.id in half, "uv: entry points" in half) == (True, False)

    uv.publish()
    await bot.later(minutes=10)
    made = {form: await said(bot, form) for form in FORMATS}
    assert all("pip: entry points escape" in made[form] for form in ("csaf-advisory", "osv", "openvex"))
    assert not any("Words of the people" in text for text in made.values())
    events = await bot.parts.database.read(lambda conn: timeline.events(conn, 1))
    assert [(each.detail, each.by) for each in events if each.what == "exported"] == [
        ("openvex", BY),
        ("csaf-vex", BY),
        ("csaf-vex", BY),
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_what_a_person_says_is_public_lets_answers_go_and_no_text_of_the_draft(
    github: FakeGitHub, bot: Bot
) -> None:
    """Somebody blogged. The answers are needed now; the draft's own words and ids are still its maintainers'."""
    draft = github.repo("pypa/pip").draft("Blogged about", affects=["pip"])
    await opened(bot, key(draft, "pypa/pip"))
    await embargoes.disclose(bot.parts, 1, by=BY)
    await bot.settle()

    text = await said(bot, "openvex")
    assert "pkg:pypi/pip" in text
    assert not any(each in text for each in github.canaries | {"Blogged about", draft.id})
    with pytest.raises(NotAllowed, match="made of published advisories"):
        await said(bot, "osv")


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_advisory_that_cannot_be_read_is_not_taken_for_a_published_one(github: FakeGitHub, bot: Bot) -> None:
    """Cannot-tell is never a yes, whoever says yes."""
    draft = github.repo("pypa/pip").draft("Not to be read", affects=["pip"])
    await opened(bot, key(draft, "pypa/pip"))
    draft.publish()
    await bot.later(minutes=10)
    github.fail("GET", f"/repos/pypa/pip/security-advisories/{draft.id}", status=403)

    with pytest.raises(NotTold, match="does not show one of them"):
        await said(bot, "openvex")
    assert draft.id in await said(bot, "openvex")


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_cve_record_that_is_public_lets_its_id_go_and_not_that_of_the_draft(
    github: FakeGitHub, bot: Bot
) -> None:
    """Somebody published the record elsewhere: the case is public, the draft is not."""
    draft = github.repo("pypa/pip").draft("Listed elsewhere", affects=["pip"])
    draft.edit(cve_id=CVE)
    await opened(bot, key(draft, "pypa/pip"))
    await cve.request(bot.parts, 1, "pip", by="pip-maintainer-1")
    await cve.record(bot.parts, 1, "pip", CVE, by=BY)
    with pytest.raises(NotAllowed, match="1 of 1"):
        await said(bot, "openvex")

    github.world.public_cves[CVE] = (github.world.next_ghsa(), github.world.now())
    text = await said(bot, "openvex")
    assert (CVE in text, draft.id in text, "Listed elsewhere" in text) == (True, False, False)

    draft.publish()
    await bot.later(minutes=11)
    assert draft.id in await said(bot, "openvex")


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_old_cve_id_that_a_reporter_types_into_a_draft_lets_nothing_go(github: FakeGitHub, bot: Bot) -> None:
    """It is public, and about another bug: nobody recorded it for this case."""
    draft = github.repo("pypa/pip").draft("Not that one", affects=["pip"])
    github.world.public_cves[OLD] = (github.world.next_ghsa(), github.world.now() - timedelta(days=2000))
    draft.edit(cve_id=OLD)
    await opened(bot, key(draft, "pypa/pip"))

    for form in FORMATS:
        with pytest.raises(NotAllowed, match="1 of 1 advisories of case 1 are not published"):
            await said(bot, form)
    assert not [each for each in github.requests if OLD in each.query]
    await bot.later(minutes=10)
