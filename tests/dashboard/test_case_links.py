"""Advisories, comments, ids and files of a case: what do their buttons do, and for whom?"""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import partial

import pytest

from app.casework import cve, opening
from app.dashboard.case_export import UNTOLD
from app.domain.cases import Relay, StoredCase
from app.store import cases, relays
from tests.dashboard.visiting import Visitor, sign_in
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

BY = "coordinator-1"


@pytest.fixture
async def draft(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """The people of pip accepted a report that names uv, too: case 1, with its mirror."""
    await bot.approve_everything()
    draft = github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"], severity="high")
    await bot.sweep()
    await bot.settle()
    return draft


async def the_case(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def the_relays(bot: Bot) -> tuple[Relay, ...]:
    return await bot.parts.database.read(partial(relays.of_case, number=1))


def proof_of(visitor: Visitor) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', visitor.html)
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("draft")
async def test_an_advisory_is_linked_with_the_word_of_its_own_people(github: FakeGitHub, bot: Bot) -> None:
    """A maintainer asks for hers, a coordinator confirms: both words are there. It is copied at the next look."""
    other = github.repo("astral-sh/uv").draft("uv escapes, too", affects=["rust:uv"])
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    await uv.post("/cases/1/ask", what="link", value=f"astral-sh/uv {other.id}")
    assert other.id in uv.html  # she wrote it
    pip = await sign_in(bot, "pip-maintainer-1", "/cases/1")
    assert other.id not in pip.html.partition("What the mirror says")[2].partition("What happened")[0]

    lead = await sign_in(bot, BY, "/cases/1")
    [confirm] = re.findall(r'action="(/cases/1/proposals/\d+/confirm)"', lead.html)
    await lead.post(confirm)
    await bot.settle()
    await bot.later(minutes=10)

    assert [str(link.ghsa) for link in (await the_case(bot)).links][1:] == [other.id]
    [mirror] = github.coordination.open_mirrors
    assert other.id in mirror.body

    await uv.get("/cases/1")
    await uv.post("/cases/1/unlink", ghsa=other.id)
    assert len((await the_case(bot)).links) == 1
    await bot.later(minutes=10)


@pytest.mark.slow
async def test_a_coordinators_word_alone_links_nothing(github: FakeGitHub, bot: Bot, draft: FakeAdvisory) -> None:
    """Whatever is linked is copied for people of other tools to read."""
    other = github.repo("astral-sh/uv").draft("uv escapes, too", affects=["rust:uv"])
    lead = await sign_in(bot, BY, "/cases/1")

    await lead.post("/cases/1/link", advisory=f"astral-sh/uv {other.id}", agreed_by="")
    assert (lead.status, "somebody who speaks for uv agrees; policy names uv-maintainer-1" in lead.html) == (409, True)
    await lead.post("/cases/1/link", advisory="astral-sh/uv", agreed_by="uv-maintainer-1")
    assert lead.status == 409

    await lead.post("/cases/1/link", advisory=f"astral-sh/uv/{other.id}", agreed_by="uv-maintainer-1")
    assert lead.status == 200
    assert [str(link.ghsa) for link in (await the_case(bot)).links] == [draft.id, other.id]
    await bot.settle()
    await bot.later(minutes=10)


@pytest.mark.slow
async def test_comments_go_where_two_people_said_yes_on_the_page(bot: Bot, draft: FakeAdvisory) -> None:
    """A coordinator and one of the source's own people. Somebody of another tool says neither."""
    way = {"ghsa": draft.id, "direction": "to-mirror"}
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    await uv.send("/cases/1/relay", {"csrf": proof_of(uv), "switch": "on"} | way)
    await uv.send("/cases/1/unlink", {"csrf": proof_of(await uv.get("/cases/1")), "ghsa": draft.id})
    assert (uv.status, await the_relays(bot), len((await the_case(bot)).links)) == (404, (), 1)

    lead, pip = await sign_in(bot, BY, "/cases/1"), await sign_in(bot, "pip-maintainer-1", "/cases/1")
    await lead.post("/cases/1/relay", switch="on", **way)
    assert "waits for somebody of its own tool" in lead.html
    await pip.post("/cases/1/relay", switch="on", **way)
    assert "comments go into the mirror" in pip.html
    assert [each.is_on for each in await the_relays(bot)] == [True]

    await pip.post("/cases/1/relay", switch="off", **way)
    assert [each.is_on for each in await the_relays(bot)] == [False]
    await pip.post("/cases/1/relay", switch="off", ghsa=draft.id, direction="sideways")
    assert pip.status == 409
    await bot.settle()


@pytest.mark.slow
async def test_an_id_is_asked_for_recorded_and_written_on_the_page(bot: Bot, draft: FakeAdvisory) -> None:
    """People ask the CNA; the page keeps who did, and for whom the number is no secret."""
    pip, uv = await sign_in(bot, "pip-maintainer-1", "/cases/1"), await sign_in(bot, "uv-maintainer-1", "/cases/1")

    await uv.post("/cases/1/cve/request", tool="pip")
    assert (uv.status, "not known to speak for pip" in uv.html) == (409, True)
    await pip.post("/cases/1/cve/request", tool="pip")
    assert pip.status == 200, pip.html
    await pip.post("/cases/1/cve/record", tool="pip", id="CVE-2026-77001")
    await uv.get("/cases/1")

    assert ["CVE-2026-77001" in each.html for each in (pip, uv)] == [True, False]
    assert "recorded" in uv.html
    await pip.post("/cases/1/cve/write", tool="pip")
    assert "to be written" in pip.html

    lead = await sign_in(bot, BY, "/cases/1")
    await lead.post("/cases/1/cve/drop", what="CVE-2026-77001", reason="rejected")
    assert [each.ended_why for each in (await the_case(bot)).cves] == ["rejected"]
    await bot.settle()
    assert draft.cve_id is None


@pytest.mark.slow
async def test_an_id_of_another_case_tells_nothing_of_it(bot: Bot, draft: FakeAdvisory) -> None:
    """Who tries ids learns at most that one cannot be recorded, and only who asked a CNA for one. A lead knows more."""
    number = (await opening.open_case(bot.parts, tools={"poetry"}, links=(), by=BY)).number
    await cve.request(bot.parts, number, "poetry", by="poetry-maintainer-1")
    await cve.record(bot.parts, number, "poetry", "CVE-2026-77002", by="poetry-maintainer-1")
    pip = await sign_in(bot, "pip-maintainer-1", "/cases/1")
    for tried in ("CVE-2026-77002", "CVE-2026-77003"):
        await pip.post("/cases/1/cve/record", tool="pip", id=tried)
        assert (pip.status, "No id for pip was asked for" in pip.html) == (409, True), tried
        await pip.get("/cases/1")
    await pip.post("/cases/1/cve/request", tool="pip")

    await pip.post("/cases/1/cve/record", tool="pip", id="CVE-2026-77002")

    assert (pip.status, "That id cannot be recorded here; ask a coordinator" in pip.html) == (409, True)
    assert ("another case" in pip.html, f"case {number}" in pip.html) == (False, False)
    await pip.get("/cases/1")
    lead = await sign_in(bot, BY, "/cases/1")
    await lead.post("/cases/1/cve/record", tool="pip", id="CVE-2026-77002")
    assert (lead.status, f"belongs to case {number} already" in lead.html) == (409, True)
    await lead.get("/cases/1")
    await lead.post("/cases/1/cve/drop", what="pip", reason="rejected")
    await lead.get(f"/cases/{number}")
    await lead.post(f"/cases/{number}/cve/drop", what="CVE-2026-77002", reason="rejected")
    await bot.settle()
    assert draft.is_open


@pytest.mark.slow
async def test_what_differs_is_for_those_who_read_the_mirror(github: FakeGitHub, bot: Bot, draft: FakeAdvisory) -> None:
    """Trying names of fields tells nobody else what was changed."""
    [mirror] = github.coordination.open_mirrors
    assert isinstance(mirror, FakeAdvisory)
    mirror.edit(severity="critical")
    await bot.later(minutes=10)
    mirror.collaborating_users.remove(github.person("pip-maintainer-2").id)
    pip = await sign_in(bot, "pip-maintainer-2", "/cases/1")
    assert "Where the mirror and its sources differ" not in pip.html

    for field in ("severity", "summary", "nothing"):
        await pip.post("/cases/1/offer", field=field, direction="to-source")
        assert (pip.status, "GitHub does not show you the mirror" in pip.html) == (409, True)
    await bot.sweep()
    await bot.settle()
    assert draft.is_open


@pytest.mark.slow
async def test_a_field_that_people_changed_in_the_mirror_is_settled_on_the_page(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """By a coordinator the one way, by the source's own people the other."""
    [mirror] = github.coordination.open_mirrors
    assert isinstance(mirror, FakeAdvisory)
    mirror.edit(severity="critical")
    await bot.later(minutes=10)
    pip, uv = await sign_in(bot, "pip-maintainer-1", "/cases/1"), await sign_in(bot, "uv-maintainer-1", "/cases/1")
    assert "Where the mirror and its sources differ" in pip.html

    await uv.post("/cases/1/offer", field="severity", direction="to-source")
    assert (uv.status, "only its own people change" in uv.html) == (409, True)
    await uv.post("/cases/1/offer", field="severity", direction="to-mirror")
    assert uv.status == 409
    await pip.post("/cases/1/offer", field="severity", direction="to-source")
    assert pip.status == 200, pip.html
    await bot.approve_everything()
    await bot.settle()
    assert mirror.severity == "critical"
    assert draft.is_open


async def test_answers_and_ids_leave_with_a_coordinators_yes(bot: Bot, draft: FakeAdvisory) -> None:
    """Before it is public nobody else takes anything out, and no text leaves at all."""
    pip, lead = await sign_in(bot, "pip-maintainer-1", "/cases/1"), await sign_in(bot, BY, "/cases/1")

    await pip.post("/cases/1/export", format="openvex", confirm="yes")
    assert (pip.status, "a coordinator can" in pip.html) == (409, True)
    await lead.post("/cases/1/export", format="retrospective", confirm="yes")
    assert (lead.status, "only openvex and csaf-vex leave" in lead.html) == (409, True)
    await lead.post("/cases/1/export", format="everything")
    assert lead.status == 409

    await lead.post("/cases/1/export", format="openvex", confirm="yes")
    assert lead.page.headers["content-disposition"] == 'attachment; filename="case-1.openvex.json"'
    assert "Entry points" not in lead.page.text
    assert json.loads(lead.page.content)["@context"].startswith("https://openvex.dev/")
    assert draft.is_open


@pytest.mark.slow
async def test_several_files_come_as_one_archive(bot: Bot, draft: FakeAdvisory) -> None:
    """Once it is published, everybody in the case may take everything."""
    draft.publish()
    await bot.later(minutes=10)
    pip = await sign_in(bot, "pip-maintainer-1", "/cases/1")

    await pip.post("/cases/1/export", format="osv")

    names = zipfile.ZipFile(io.BytesIO(pip.page.content)).namelist()
    assert {*names} == {f"{draft.id}.json", UNTOLD}
    await bot.settle()
