"""What becomes of CVE ids from the day on which somebody asks for one?"""

from __future__ import annotations

from functools import partial

import pytest

from app.casework import cve
from app.domain.actions import WRITES_CVE
from app.domain.cases import CveRequest, StoredCase
from app.halting import NotAllowed
from app.store import cases, notices, timeline
from app.store.participants import NotInIt
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CVE = "CVE-2026-12345"
BY = "coordinator-1"
NOWHERE = ("people-must", "case/1 waits for people: 1 matter to settle")


async def a_case(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """A draft of pip that names uv is case 1, and a coordinator let ids be written."""
    await bot.approve(WRITES_CVE)
    draft = github.repo("pypa/pip").draft("Path traversal", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    return draft


async def told(bot: Bot) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in await bot.parts.database.read(notices.open_notices)]


async def stored(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def recorded(bot: Bot) -> None:
    await cve.request(bot.parts, 1, "pip", by="psrt-member-1")
    await cve.record(bot.parts, 1, "pip", CVE, by=BY)
    await bot.settle()


async def the_request(bot: Bot) -> CveRequest:
    [only] = (await stored(bot)).cves
    return only


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_id_is_recorded_first_and_written_where_the_people_of_its_tool_say_so(
    github: FakeGitHub, bot: Bot
) -> None:
    """Whoever takes pip's reports asks PSF; the mirror follows the advisory, and GitHub is asked for no id."""
    draft = await a_case(github, bot)
    await recorded(bot)
    request = await the_request(bot)
    assert (request.cna, request.proof) == (
        "PSF",
        f"policy names {request.asked_by} for psrt, which takes its reports",
    )
    assert (request.cve_id, draft.cve_id) == (CVE, None)

    with pytest.raises(NotAllowed, match="uv-maintainer-1 is not known to speak for pip"):
        await cve.write(bot.parts, 1, "pip", by="uv-maintainer-1")
    with pytest.raises(NotAllowed, match="coordinator-1 is not known to speak for pip"):
        await cve.write(bot.parts, 1, "pip", by=BY)
    await cve.write(bot.parts, 1, "pip", by="pip-maintainer-1")
    await bot.settle()
    await bot.later(minutes=2)

    [mirror] = github.coordination.drafts
    assert (draft.cve_id, mirror.cve_id) == (CVE, CVE)
    assert (await the_request(bot)).written_at is not None
    assert [each.path for each in github.requests if each.path.endswith("/cve")] == []
    history = await bot.parts.database.read(partial(timeline.events, number=1))
    assert [each.detail for each in history if each.what == "cve"] == [
        "asked PSF",
        f"recorded {CVE}",
        "to be written",
        "written",
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_id_that_is_written_nowhere_keeps_its_case_open_until_somebody_says_why(
    github: FakeGitHub, bot: Bot
) -> None:
    """Its CNA waits for what it is for. People are told by the number of the case, and of neither tool nor id."""
    draft = await a_case(github, bot)
    await recorded(bot)

    draft.close()
    await bot.later(minutes=10)
    await bot.later(minutes=10)

    assert github.coordination.open_mirrors == []
    assert ((await stored(bot)).state, await told(bot)) == ("open", [NOWHERE])
    await cve.drop(bot.parts, 1, CVE, "returned-to-cna", by=BY)
    await bot.later(minutes=2)
    assert ((await stored(bot)).state, await told(bot)) == ("closed", [])


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_id_that_github_refuses_is_shown_as_blocked(github: FakeGitHub, bot: Bot) -> None:
    """Whether it takes one id twice is not documented. Nothing is tried again and again."""
    draft = await a_case(github, bot)
    await recorded(bot)
    github.fail("PATCH", "/repos/pypa/pip/security-advisories/*", 422)

    await cve.write(bot.parts, 1, "pip", by="pip-maintainer-1")
    await bot.settle()
    await bot.later(minutes=10)

    assert draft.cve_id is None
    assert ("blocked", "case/1: 1 change tried, and GitHub refused it or changed nothing") in await told(bot)
    [blocked] = (await bot.plan())["blocked"]
    assert (blocked["kind"], blocked["key"]) == ("set-cve", "case/1")
    await cve.drop(bot.parts, 1, CVE, "duplicate", by=BY)
    await bot.later(minutes=2)
    assert await told(bot) == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_where_the_hand_is_not_installed_the_write_is_held_with_the_reason(github: FakeGitHub, bot: Bot) -> None:
    """Installing it is the consent. Nobody wrote anything, and that is shown where plans are."""
    await bot.approve(WRITES_CVE)
    draft = github.repo("astral-sh/uv").draft("Path traversal", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    await cve.request(bot.parts, 1, "uv", by="uv-maintainer-1")
    await cve.record(bot.parts, 1, "uv", CVE, by="uv-maintainer-1")

    await cve.write(bot.parts, 1, "uv", by="uv-maintainer-1")
    await bot.settle()

    assert (await the_request(bot)).cna == "GitHub"
    assert draft.cve_id is None
    [held] = (await bot.plan())["held"]
    assert held["kind"] == "set-cve"
    assert "not installed on astral-sh/uv; installing it is the consent" in held["reason"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_ids_come_back_with_their_case_after_a_lost_database(github: FakeGitHub, bot: Bot) -> None:
    """Else an id that was assigned would be forgotten silently."""
    await a_case(github, bot)
    await recorded(bot)
    before = await the_request(bot)
    await bot.later(minutes=2)

    await bot.lose_database()
    await bot.settle()
    await bot.approve_everything()
    await bot.later(minutes=2)

    after = await the_request(bot)
    assert (after.cve_id, after.cna, after.proof, after.asked_at) == (CVE, before.cna, before.proof, before.asked_at)


async def test_what_cannot_be_right_is_refused_with_what_would_be(github: FakeGitHub, bot: Bot) -> None:
    """Nothing of it is written down."""
    await bot.settle()
    await a_case(github, bot)
    parts = bot.parts

    with pytest.raises(NotInIt, match="wheel takes no part in case 1"):
        await cve.request(parts, 1, "wheel", by="wheel-maintainer-1")
    with pytest.raises(NotAllowed, match="say with --by who you are"):
        await cve.request(parts, 1, "pip", by="")
    with pytest.raises(NotAllowed, match="GitHub knows nobody called nobody-at-all"):
        await cve.request(parts, 1, "pip", by="nobody-at-all")
    with pytest.raises(NotAllowed, match="say greenroom case cve 1 request pip first"):
        await cve.record(parts, 1, "pip", CVE, by=BY)
    await cve.request(parts, 1, "pip", by="pip-maintainer-1")
    with pytest.raises(NotAllowed, match="asked for already"):
        await cve.request(parts, 1, "pip", by="pip-maintainer-1")
    for spelled in ("2026-12345", "CVE-2026-123", "CVE-26-12345", "CVE-2026-12345 ", "GHSA-2222-2222-2222"):
        with pytest.raises(NotAllowed, match="is no CVE id"):
            await cve.record(parts, 1, "pip", spelled, by=BY)
    with pytest.raises(NotAllowed, match="no id waits that is recorded for pip"):
        await cve.write(parts, 1, "pip", by="pip-maintainer-1")
    await cve.record(parts, 1, "pip", CVE.lower(), by="pip-maintainer-1")
    await cve.request(parts, 1, "uv", by="uv-maintainer-1")
    with pytest.raises(NotAllowed, match="belongs to case 1 already"):
        await cve.record(parts, 1, "uv", CVE, by=BY)
    await cve.record(parts, 1, "uv", "CVE-2026-12346", by=BY)
    with pytest.raises(NotAllowed, match="no advisory of uv is linked"):
        await cve.write(parts, 1, "uv", by="uv-maintainer-1")
    with pytest.raises(NotAllowed, match="rejected, duplicate, returned-to-cna"):
        await cve.drop(parts, 1, CVE, "because", by=BY)
    with pytest.raises(NotAllowed, match="open is CVE-2026-12345, CVE-2026-12346"):
        await cve.drop(parts, 1, "CVE-2026-1", "rejected", by=BY)
    with pytest.raises(NotAllowed, match="pip-maintainer-1 is no coordinator"):
        await cve.drop(parts, 1, CVE, "rejected", by="pip-maintainer-1")
    assert [each.cve_id for each in (await stored(bot)).cves] == [CVE, "CVE-2026-12346"]


async def test_a_login_that_is_somebody_elses_by_now_proves_nothing(github: FakeGitHub, bot: Bot) -> None:
    """A maintainer of pip gave the name up, and a stranger took it."""
    await bot.settle()
    await a_case(github, bot)
    github.rename_user("pip-maintainer-1", "pip-maintainer-renamed")
    github.add_person("pip-maintainer-1")

    with pytest.raises(NotAllowed, match="pip-maintainer-1 is not known to speak for pip"):
        await cve.request(bot.parts, 1, "pip", by="pip-maintainer-1")
