"""What happens to a case of which something is public before its time?"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs
from uuid import uuid4

import pytest

from app.casework import cve, embargoes, linking, proposing
from app.casework.exporting import exported
from app.domain.cases import GREENROOM, StoredCase
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, RepoName
from app.domain.records import Notice
from app.halting import NotAllowed
from app.sandbox.state.traffic import Delivery
from app.store import audit, cases, notices, proposals, timeline
from tests.e2e.told import ever_told
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

BY = "coordinator-1"
CVE = "CVE-2026-12345"
OLD = "CVE-2020-11111"
PAGE = "case 1 is public, and no hour is agreed; coordinator-1 to settle what follows: greenroom case show 1"

EARLY = "case 1 was public before the agreed hour; coordinator-1 to settle what follows: greenroom case show 1"


async def two_linked(github: FakeGitHub, bot: Bot) -> tuple[FakeAdvisory, FakeAdvisory]:
    """One bug in pip and in uv, each with a draft of its own, is case 1."""
    pip = github.repo("pypa/pip").draft("pip: entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    uv = github.repo("astral-sh/uv").draft("uv: entry points escape", affects=["rust:uv"])
    link = AdvisoryKey(RepoName.parse("astral-sh/uv"), Ghsa.parse(uv.id))
    await linking.link(bot.parts, 1, link, by=BY, agreed_by=["uv-maintainer-1"])
    await bot.later(minutes=10)
    return pip, uv


async def stored(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def pages(bot: Bot) -> list[Notice]:
    return [each for each in await bot.parts.database.read(notices.open_notices) if each.kind == "page"]


async def proposed(bot: Bot) -> list[tuple[int, str, str]]:
    found = await bot.parts.database.read(partial(proposals.open_ones, number=1))
    return [(each.id, each.what, each.value) for each in found if each.asked_by == GREENROOM]


async def what_happened(bot: Bot) -> list[str]:
    return [each.what for each in await bot.parts.database.read(partial(timeline.events, number=1))]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_one_tool_publishes_before_the_other_and_the_others_are_asked_to_follow(
    github: FakeGitHub, bot: Bot
) -> None:
    """As with the entry points of 2026, public in uv 13 days before pip's release. A restart tells nothing again."""
    pip, uv = await two_linked(github, bot)

    uv.publish()
    await bot.later(minutes=2)

    disclosure = (await stored(bot)).disclosure
    assert disclosure is not None
    assert disclosure.by == "published"
    [mirror] = github.coordination.open_mirrors
    assert "Embargo: this is public since" in mirror.body
    assert [(each.about, each.text) for each in await pages(bot)] == [("case/1", PAGE)]
    [(number, what, hour)] = await proposed(bot)
    assert what == "embargo"
    assert (embargoes.hour(hour) - bot.clock.now()).total_seconds() >= 23 * 3600
    told, happened = await ever_told(bot), await what_happened(bot)
    assert (happened.count("disclosed"), happened.count("proposed")) == (1, 1)

    await bot.restart()
    await bot.later(minutes=10)
    await bot.sweep()
    await bot.later(minutes=10)
    assert (await ever_told(bot), await what_happened(bot)) == (told, happened)

    await proposing.confirm(bot.parts, number, by=BY)
    await bot.later(minutes=2)
    assert (await pages(bot), await proposed(bot)) == ([], [])
    assert f"The agreed hour is {embargoes.hour(hour):%Y-%m-%d %H:%M} UTC." in mirror.body
    pip.publish()
    await bot.later(minutes=2)
    assert ((await stored(bot)).state, await pages(bot)) == ("closed", [])


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_id_that_gets_into_the_global_database_discloses_its_case_and_only_ids_were_asked_for(
    github: FakeGitHub, bot: Bot
) -> None:
    """Somebody publishes the CVE record elsewhere. Nothing that the case says is sent anywhere to look for it."""
    pip, _ = await two_linked(github, bot)
    pip.edit(cve_id=CVE)
    await cve.request(bot.parts, 1, "pip", by="pip-maintainer-1")
    await cve.record(bot.parts, 1, "pip", CVE, by=BY)
    await bot.later(minutes=10)
    assert await pages(bot) == []

    github.world.public_cves[CVE] = (github.world.next_ghsa(), github.world.now())
    await bot.later(minutes=11)

    disclosure = (await stored(bot)).disclosure
    assert disclosure is not None
    assert disclosure.by == "listed"
    assert len(await pages(bot)) == 1
    [(number, _, _)] = await proposed(bot)
    await proposing.decline(bot.parts, number, by=BY)
    assert await pages(bot) == []
    asked = [each for each in github.requests if each.path.startswith("/advisories")]
    assert {each.path for each in asked} == {
        "/advisories",
        *(f"/advisories/{link.ghsa}" for link in (await stored(bot)).links),
    }
    words = {name: values for each in asked for name, values in parse_qs(each.query).items()}
    assert words.keys() <= {"cve_id", "type", "per_page"}
    assert words["cve_id"] == [CVE]
    assert len({each.origin for each in github.requests}) == 1
    since = len(asked)
    await bot.later(minutes=30)
    assert len([each for each in github.requests if each.path.startswith("/advisories")]) == since


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_what_a_coordinator_says_pages_whoever_answers_for_the_case(github: FakeGitHub, bot: Bot) -> None:
    """Also where no advisory is linked, so that no repository could be held against an hour."""
    pip, _ = await two_linked(github, bot)
    await embargoes.disclose(bot.parts, 1, by=BY)
    await bot.settle()

    assert [each.text for each in await pages(bot)] == [PAGE]
    assert pip.state == "draft"
    await embargoes.agree(bot.parts, 1, None, by=BY)
    assert (await pages(bot), await proposed(bot)) == ([], [])


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_nobody_is_paged_again_after_a_lost_database(github: FakeGitHub, bot: Bot) -> None:
    """The mirror remembers that it is public."""
    _, uv = await two_linked(github, bot)
    uv.publish()
    await bot.later(minutes=10)
    before = (await stored(bot)).disclosure

    await bot.lose_database()
    await bot.settle()
    await bot.approve_everything()
    await bot.later(minutes=10)

    assert ((await stored(bot)).disclosure, await pages(bot)) == (before, [])


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_old_cve_id_that_a_reporter_types_is_no_disclosure_and_the_real_one_pages(
    github: FakeGitHub, bot: Bot
) -> None:
    """Whoever reported a bug may edit the CVE id of its advisory, and any old id is public."""
    github.world.public_cves[OLD] = (github.world.next_ghsa(), github.world.now() - timedelta(days=2000))
    report = github.repo("pypa/pip").report("Entry points escape", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    report.accept()
    await bot.later(minutes=10)
    await embargoes.agree(bot.parts, 1, bot.clock.now() + timedelta(days=30), by=BY)

    report.edit(cve_id=OLD)
    await bot.later(minutes=15)
    assert ((await stored(bot)).disclosure, await pages(bot)) == (None, [])
    assert not [each for each in github.requests if OLD in each.query]
    with pytest.raises(NotAllowed, match="not published"):
        await exported(bot.parts, 1, "openvex", confirmed=False, by="")

    report.publish()
    await bot.later(minutes=10)
    assert [each.text for each in await pages(bot)] == [EARLY]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_what_was_disclosed_by_mistake_is_taken_back_and_the_real_disclosure_pages(
    github: FakeGitHub, bot: Bot
) -> None:
    """A wrong word, or a wrong id that was recorded, must not open the exports or silence the alarm for ever."""
    pip, _ = await two_linked(github, bot)
    await embargoes.disclose(bot.parts, 1, by=BY)
    await bot.settle()
    assert len(await pages(bot)) == len(await proposed(bot)) == 1

    for nobody in ("", "pip-maintainer-1"):
        with pytest.raises(NotAllowed, match="coordinator"):
            await embargoes.take_back(bot.parts, 1, by=nobody)
    case = await embargoes.take_back(bot.parts, 1, by=BY)
    await bot.later(minutes=10)

    assert (case.disclosure, case.disclosed_at, (await stored(bot)).disclosure) == (None, None, None)
    assert (await pages(bot), await proposed(bot)) == ([], [])
    assert (await what_happened(bot)).count("not-public") == 1
    decided = await bot.parts.database.read(partial(audit.history, key=CaseKey(1)))
    assert ("it is not public after all", BY) in {(each.scope, each.actor) for each in decided}
    [mirror] = github.coordination.open_mirrors
    assert "is public" not in mirror.body.replace("nothing of this is public", "")
    with pytest.raises(NotAllowed, match="2 of 2 advisories"):
        await exported(bot.parts, 1, "openvex", confirmed=False, by="")
    with pytest.raises(NotAllowed, match="nothing to take back"):
        await embargoes.take_back(bot.parts, 1, by=BY)

    pip.publish()
    await bot.later(minutes=2)
    assert [each.text for each in await pages(bot)] == [PAGE]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_publication_pages_though_an_id_was_listed_before(github: FakeGitHub, bot: Bot) -> None:
    """A wrong id was recorded. Its coordinator settled that; publishing weeks early is another alarm."""
    github.world.public_cves[OLD] = (github.world.next_ghsa(), github.world.now() - timedelta(days=2000))
    pip, _ = await two_linked(github, bot)
    await cve.request(bot.parts, 1, "uv", by="uv-maintainer-1")
    await cve.record(bot.parts, 1, "uv", OLD, by=BY)
    await bot.later(minutes=11)
    assert [each.text for each in await pages(bot)] == [PAGE]
    await embargoes.agree(bot.parts, 1, bot.clock.now() + timedelta(days=30), by=BY)
    assert await pages(bot) == []

    pip.publish()
    await bot.later(minutes=2)
    disclosure = (await stored(bot)).disclosure
    assert disclosure is not None
    assert disclosure.by == "published"
    assert [each.text for each in await pages(bot)] == [EARLY]
    await cve.drop(bot.parts, 1, OLD, "rejected", by=BY)


def said_by_github(github: FakeGitHub, *ids: str) -> Delivery:
    """GitHub reviewed an advisory, of whoever's package, and tells every App that asked for it."""
    [installation, *_] = github.world.installations.values()
    about = {"ghsa_id": ids[0], "identifiers": [{"type": each.split("-")[0], "value": each} for each in ids]}
    body = json.dumps({"action": "published", "security_advisory": about}).encode()
    return Delivery(
        guid=str(uuid4()), event="security_advisory", action="published", installation=installation, body=body
    )


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_delivery_about_an_id_of_a_case_says_where_to_look_and_is_not_believed(
    github: FakeGitHub, bot: Bot
) -> None:
    """The database is asked at once instead of within ten minutes. What it does not show is not public."""
    _, uv = await two_linked(github, bot)
    await cve.request(bot.parts, 1, "uv", by="uv-maintainer-1")
    await cve.record(bot.parts, 1, "uv", CVE, by=BY)
    await bot.settle()
    before = len(asked_for(github))

    assert await bot.deliver(said_by_github(github, str(github.world.next_ghsa()), "CVE-2026-99999")) == 202
    await bot.settle()
    assert len(asked_for(github)) == before  # of somebody else's
    assert await bot.deliver(said_by_github(github, uv.id)) == 202
    await bot.settle()
    assert len(asked_for(github)) > before
    assert (await stored(bot)).disclosure is None

    elsewhere = github.world.next_ghsa()
    github.world.public_cves[CVE] = (elsewhere, github.world.now())
    assert await bot.deliver(said_by_github(github, str(elsewhere), CVE)) == 202
    await bot.settle()
    disclosure = (await stored(bot)).disclosure
    assert disclosure is not None
    assert disclosure.by == "listed"
    await cve.drop(bot.parts, 1, CVE, "published-elsewhere", by=BY)


def asked_for(github: FakeGitHub) -> list[str]:
    return [each.path for each in github.requests if each.path.startswith("/advisories")]
