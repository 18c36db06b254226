"""Audit: what was done and by whom, told as far as it may be, and whether the record is whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from app.domain.ids import PolicyKey, RepoName
from app.halting import stop_writes
from app.store import audit
from tests.dashboard.visiting import Visitor, sign_in
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.places import change

LEAD, PIP_ADMIN = "coordinator-1", "pip-maintainer-1"
PIP = RepoName("pypa", "pip")
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def report(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """Pip's switch was on, and a report came in: it was switched off, and the owner's people added to the report."""
    await bot.approve_everything()
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    report = github.repo("pypa/pip").report("Entry points escape from their scheme")
    await bot.sweep()
    await bot.settle()
    return report


def lines(page: Visitor) -> list[tuple[str, ...]]:
    """What each row says: sign and what, where, who."""
    body = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [tuple(" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row[:3]) for row in rows]


@pytest.mark.slow
async def test_who_said_yes_and_what_was_done_stand_in_it(bot: Bot, report: FakeAdvisory) -> None:
    """Newest first: what was announced and what became of it, and whose yes it was."""
    page = await sign_in(bot, LEAD, "/audit")

    told = lines(page)
    assert ("done switch private vulnerability reporting", "pypa/pip#private-reporting", "Greenroom") in told
    assert ("announced switch private vulnerability reporting", "pypa/pip#private-reporting", "Greenroom") in told
    assert any(what.startswith("a person approved private-reporting: off") and who == LEAD for what, _, who in told)
    assert f"All {len(told)} rows are as they were written" in page.html
    assert report.ghsa not in page.html


async def test_what_tells_of_an_advisory_stands_under_a_pseudonym(
    github: FakeGitHub, bot: Bot, report: FakeAdvisory
) -> None:
    """People were added to a report of pip: whose report it was is nothing for a lead of other projects."""
    page = await sign_in(bot, LEAD, "/audit?kind=set-collaborators")

    told = lines(page)
    assert told
    assert {where.partition("/")[0] for _, where, _ in told} <= {"policy", "advisory"}
    assert [canary for canary in github.canaries if canary in page.html] == []
    assert report.ghsa not in page.html


async def test_a_search_finds_rows_by_the_name_that_they_show(bot: Bot, report: FakeAdvisory) -> None:
    """A row that is found by “pypa/pip” is one of pip's: so one that must not say so is found by its pseudonym."""
    del report
    lead = await sign_in(bot, LEAD, "/audit?key=pypa/pip")
    assert lines(lead)
    assert {where for _, where, _ in lines(lead)} == {"pypa/pip#private-reporting"}
    assert not [what for what, _, _ in lines(lead) if "add people" in what]

    hidden = lines(await lead.get("/audit?kind=set-collaborators"))
    found = lines(await lead.get(f"/audit?key={hidden[0][1]}"))
    assert [line for line in hidden if line[1] == hidden[0][1]] == found


async def test_a_lead_who_administers_the_repository_sees_its_name(
    github: FakeGitHub, bot: Bot, report: FakeAdvisory
) -> None:
    """They read the report on GitHub anyway."""
    del report
    github.world.repository("pypa/pip").admins.add(github.person(LEAD).id)

    page = await sign_in(bot, LEAD, "/audit?kind=set-collaborators")

    assert {where.partition("#")[0].partition("/GHSA")[0] for _, where, _ in lines(page)} == {"pypa/pip"}


async def test_it_is_searched_by_who_and_by_day(bot: Bot, report: FakeAdvisory) -> None:
    """Who switched writes off, and what happened on that day?"""
    del report
    await bot.later(days=2)
    await stop_writes(bot.parts.database, by="", now=bot.clock.now())
    today, before = bot.clock.now().date(), bot.clock.now().date() - timedelta(days=1)

    lead = await sign_in(bot, LEAD, "/audit?who=OPERATOR")
    assert [what for what, _, _ in lines(lead)] == ["a person switched all writes off"]
    assert len(lines(await lead.get(f"/audit?since={today}&until={today}"))) == 1
    assert len(lines(await lead.get(f"/audit?until={before}"))) > 1
    assert lines(await lead.get("/audit?who=%25")) == []  # no pattern: it is looked for as it is written


async def test_pages_follow_each_other_without_gap_or_double(bot: Bot) -> None:
    """Each row stands on exactly one of them."""
    await bot.parts.database.write(partial(_many_decisions, many=120))
    lead = await sign_in(bot, LEAD, "/audit")
    rows: list[int] = []
    while True:
        rows += [int(number) for number in re.findall(r'<th scope="row" class="number">(\d+)</th>', lead.html)]
        older = re.search(r'rel="next" href="([^"]*)"', lead.html)
        if older is None:
            break
        await lead.get("/audit" + older[1].replace("&amp;", "&"))

    assert rows == list(range(120, 0, -1))


def _many_decisions(conn: Connection, many: int) -> None:
    for number in range(many):
        key = PolicyKey(PIP, "private-reporting")
        audit.decided(conn, key, kind="acceptance", scope=f"the {number}th", by=LEAD, at=NOON)


async def test_a_row_that_was_altered_is_shown(bot: Bot, report: FakeAdvisory) -> None:
    """Whoever changes what was written down is found out by whoever looks."""
    del report
    change(bot.place, "UPDATE audit SET actor = 'somebody-else' WHERE id = 2")

    page = await sign_in(bot, LEAD, "/audit")

    assert '<span class="state bad">not whole</span> Row 2 is not as it was written' in page.html
    change(bot.place, "UPDATE audit SET actor = :lead WHERE id = 2", lead=LEAD)


async def test_it_is_for_those_who_answer_for_it(bot: Bot, report: FakeAdvisory) -> None:
    """It says who said yes to what, everywhere."""
    del report
    assert (await sign_in(bot, PIP_ADMIN, "/audit")).status == 404


async def test_a_strange_question_is_no_error(bot: Bot, report: FakeAdvisory) -> None:
    """Addresses are typed by hand, and by scanners."""
    del report
    lead = await sign_in(bot, LEAD)

    for query in ("before=x", "before=0", "since=2026-13-01", "until=9999-12-31", "since=0001-01-01",
                  "key=policy/", "key='--", "kind=<b>", "who=\\"):  # fmt: skip
        assert (await lead.get(f"/audit?{query}")).status == 200, query
