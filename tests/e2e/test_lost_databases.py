"""What comes back when the database is lost?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from app.casework import embargoes, linking, offering, opening, taking_part
from app.domain.cases import StoredCase
from app.halting import NotAllowed
from app.store import cases
from tests.e2e.stores import in_both_stores
from tests.e2e.test_cases_opened_by_hand import BY, link_to
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

HOUR = datetime(2027, 1, 12, 16, tzinfo=UTC)


async def case_1(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def a_case_at_work(github: FakeGitHub, bot: Bot) -> StoredCase:
    """Two advisories, three tools of which one answered and one left, an hour and a coordinator."""
    pip = github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    uv = github.repo("astral-sh/uv").draft("Entry points escape in uv", affects=["rust:uv"])
    await linking.link(bot.parts, 1, link_to(uv, "astral-sh/uv"), by=BY, agreed_by=["uv-maintainer-1"])
    await taking_part.invite(bot.parts, 1, "wheel", rsvp=HOUR.date(), by=BY)
    await taking_part.leave(bot.parts, 1, "wheel", by=BY)
    await taking_part.answer(bot.parts, 1, "uv", "fixed", justification=None, by="uv-maintainer-1")
    coordinator = bot.parts.policy.current().file.coordinators.users[0]
    await taking_part.name_coordinator(bot.parts, 1, coordinator, by=BY)
    await embargoes.agree(bot.parts, 1, HOUR, by=BY)
    await bot.later(minutes=10)
    assert pip.is_open
    return await case_1(bot)


@in_both_stores
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_case_comes_back_as_it_was_within_ten_minutes(github: FakeGitHub, bot: Bot) -> None:
    """Its mirror remembers who takes part, what they answered and what is agreed; nothing is opened twice."""
    before = await a_case_at_work(github, bot)
    writes = len(github.writes)

    await bot.lose_database()
    await bot.settle()
    await bot.later(minutes=10)

    assert replace(await case_1(bot), unconfirmed_since=None) == before
    assert (len(github.coordination.mirrors), len(github.writes)) == (1, writes)


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_case_that_no_advisory_tells_of_comes_back_too(github: FakeGitHub, bot: Bot) -> None:
    """It came by mail, so nothing but its mirror is left of it."""
    await opening.open_case(bot.parts, tools=("pip", "uv"), links=(), by=BY)
    await bot.later(minutes=10)
    before = await case_1(bot)

    await bot.lose_database()
    await bot.settle()

    assert replace(await case_1(bot), unconfirmed_since=None) == before
    assert len(github.coordination.mirrors) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_closed_case_keeps_its_number(github: FakeGitHub, bot: Bot) -> None:
    """A new case must never get the number under which people talk about an old one."""
    first = github.repo("pypa/pip").draft("The first", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    first.close()
    await bot.later(minutes=10)

    await bot.lose_database()
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("The second", affects=["wheel", "rust:uv"])
    await bot.later(minutes=10)

    assert [each.number for each in await bot.parts.database.read(cases.all_cases)] == [1, 2]
    assert (await case_1(bot)).state == "closed"
    assert len(github.coordination.mirrors) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_no_case_opens_while_mirrors_cannot_be_read(github: FakeGitHub, bot: Bot) -> None:
    """Else the draft that has a case would get another one, and a second mirror."""
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    github.fail("GET", github.mirrors_path, times=None)

    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=20)
    assert await bot.parts.database.read(cases.all_cases) == ()

    github.clear_faults()
    await bot.later(minutes=10)

    assert [each.number for each in await bot.parts.database.read(cases.all_cases)] == [1]
    assert len(github.coordination.mirrors) == 1


async def a_lost_database_behind_an_old_text(github: FakeGitHub, bot: Bot) -> FakeAdvisory | FakeIssue:
    """A tool left; then somebody put back the text of our own in which it took part, and the database was lost."""
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    await taking_part.invite(bot.parts, 1, "wheel", rsvp=None, by=BY)
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    old = mirror.body
    assert "wheel-maintainer-1" in mirror.readers
    await taking_part.leave(bot.parts, 1, "wheel", by=BY)
    await bot.later(minutes=10)
    assert "wheel-maintainer-1" not in mirror.readers
    mirror.rewrite(old)
    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=10)
    return mirror


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_old_text_of_ours_lets_nobody_in(github: FakeGitHub, bot: Bot) -> None:
    """It is signed, so nothing tells that it is old: a tool that left would be back, and read what came since."""
    mirror = await a_lost_database_behind_an_old_text(github, bot)

    assert "wheel" in {each.tool for each in (await case_1(bot)).present}
    assert "wheel-maintainer-1" not in mirror.readers
    asked = [each for each in (await bot.explain("case/1"))["people_must"] if "came back from its mirror" in each]
    assert "greenroom case restore 1 --by LOGIN" in " ".join(asked)


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_coordinator_confirms_a_case_that_came_back(github: FakeGitHub, bot: Bot) -> None:
    """Who left is taken out of it again first; from then on those who take part are let in as ever."""
    mirror = await a_lost_database_behind_an_old_text(github, bot)
    await taking_part.leave(bot.parts, 1, "wheel", by=BY)
    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)
    assert "wheel-maintainer-1" not in mirror.readers
    assert not any("came back" in each for each in (await bot.explain("case/1"))["people_must"])

    await taking_part.invite(bot.parts, 1, "wheel", rsvp=None, by=BY)
    await bot.later(minutes=10)

    assert "wheel-maintainer-1" in mirror.readers
    with pytest.raises(NotAllowed, match="not frozen"):
        await offering.restore(bot.parts, 1, by=BY)
