"""Which cases does each person see?"""

from __future__ import annotations

import pytest
import yaml

from app.casework import opening, taking_part
from tests.dashboard.visiting import sign_in
from tests.harness import Bot

BY = "coordinator-1"


@pytest.fixture
async def two_cases(bot: Bot) -> None:
    """Case 1 is of pip and uv, case 2 of pip alone."""
    await bot.approve_everything()
    await bot.settle()
    await opening.open_case(bot.parts, tools={"pip", "uv"}, links=(), by=BY)
    await opening.open_case(bot.parts, tools={"pip"}, links=(), by=BY)
    await bot.settle()


@pytest.mark.usefixtures("two_cases")
async def test_coordinators_see_all_cases_and_what_waits_for_them(bot: Bot) -> None:
    """Who answers for embargoes has to know of each."""
    lead = await sign_in(bot, BY, "/cases")

    assert lead.status == 200
    assert [f"/cases/{number}" in lead.html for number in (1, 2)] == [True, True]
    assert "pip: unknown" in lead.html
    assert "for a coordinator" in lead.html
    assert "No hour is agreed" in lead.html


@pytest.mark.usefixtures("two_cases")
async def test_maintainers_see_the_cases_of_their_tools_and_no_others(bot: Bot) -> None:
    """No embargo list for every project: uv's people learn of case 1, and of case 2 not even that it is there."""
    uv = await sign_in(bot, "uv-maintainer-1", "/cases")
    assert 'href="/cases/1"' in uv.html
    assert "/cases/2" not in uv.html
    assert "1 open" in uv.html
    assert "An answer for uv is asked of you" in uv.html
    assert "for a coordinator" not in uv.html

    await uv.get("/cases/2")
    assert uv.status == 404
    there = uv.html
    await uv.get("/cases/77")
    assert (uv.status, uv.html) == (404, there)  # one that is not theirs is as one that is not there


@pytest.mark.usefixtures("two_cases")
async def test_whose_tool_left_sees_the_case_no_more(bot: Bot) -> None:
    """From the next request on, though they are still signed in."""
    uv = await sign_in(bot, "uv-maintainer-1", "/cases/1")
    assert uv.status == 200

    await taking_part.leave(bot.parts, 1, "uv", by=BY)

    assert (await uv.get("/cases/1")).status == 404
    assert "No case is open" in (await uv.get("/cases")).html
    await bot.settle()


@pytest.mark.usefixtures("two_cases")
async def test_admins_of_repositories_and_strangers_see_none(bot: Bot) -> None:
    """Owning PyPA is no reason to read a case, and a stranger is not told that there are any."""
    owner = await sign_in(bot, "pypa-owner-1", "/cases")
    assert "No case is open" in owner.html
    assert (await owner.get("/cases/1")).status == 404

    stranger = await sign_in(bot, "reporter-1", "/cases")
    assert stranger.status == 404
    assert (await stranger.get("/cases/1")).status == 404


@pytest.mark.usefixtures("two_cases")
@pytest.mark.slow
async def test_cases_that_are_over_are_a_click_away(bot: Bot) -> None:
    """The list is of what is to be done."""
    await opening.close_case(bot.parts, 2, by=BY)
    await bot.settle()

    lead = await sign_in(bot, BY, "/cases")
    assert ("/cases/2" in lead.html, "Those that are over (1)" in lead.html) == (False, True)

    await lead.get("/cases?show=over")
    assert ("/cases/2" in lead.html, "Those that are open (1)" in lead.html) == (True, True)


@pytest.mark.usefixtures("two_cases")
async def test_what_is_written_into_the_address_breaks_nothing(bot: Bot) -> None:
    """Anybody can write an address."""
    lead = await sign_in(bot, BY, "/cases")
    for query in ("page=0", "page=x", "page=9999999", "page=²", "show=<b>", "said=<b>"):
        await lead.get(f"/cases?{query}")
        assert (lead.status, "<b>" in lead.html) == (200, False)


@pytest.mark.slow
@pytest.mark.usefixtures("two_cases")
async def test_where_it_cannot_be_told_whose_they_are_nobody_is_told_that_there_are_none(bot: Bot) -> None:
    """An empty list would be a lie, and a full one somebody else's."""
    policy = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    policy["tools"]["uv"] |= {"users": [], "teams": ["astral-sh/uv-maintainers"]}
    bot.policy.write_text(yaml.safe_dump(policy), encoding="utf-8")
    await bot.poll()
    await bot.settle()
    bot.github.fail("GET", "/orgs/astral-sh/teams/*", times=None)

    uv = await sign_in(bot, "uv-maintainer-1", "/cases")

    assert (uv.status, "Cases of yours may be missing here" in uv.html) == (200, True)
    assert (await uv.get("/cases/1")).status == 404
    bot.github.clear_faults()
    bot.clock.advance(minutes=5)
    assert (await uv.get("/cases/1")).status == 200
    await bot.sweep()
    await bot.settle()
