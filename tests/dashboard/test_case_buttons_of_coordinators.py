"""Do the buttons of a coordinator on the page of a case do what could be typed?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.store import suggestions
from tests.dashboard.casework import BY, answers, mirror_of, the_case
from tests.dashboard.visiting import sign_in
from tests.fake_github import FakeGitHub
from tests.harness import Bot


@pytest.mark.usefixtures("two_cases")
@pytest.mark.slow
async def test_a_coordinator_agrees_on_an_hour_and_on_none(github: FakeGitHub, bot: Bot) -> None:
    """A browser sends day and hour without a zone; the page says that UTC is meant."""
    lead = await sign_in(bot, BY, "/cases/1")

    await lead.post("/cases/1/embargo", until="2027-01-12T16:00")
    assert "Nothing of it is public before Tue 2027-01-12 16:00 UTC" in lead.html
    await bot.settle()
    assert "2027-01-12 16:00 UTC" in mirror_of(github).body

    await lead.post("/cases/1/embargo", until="2020-01-12T16:00")
    assert (lead.status, "agree on an hour that is to come" in lead.html) == (409, True)
    await lead.post("/cases/1/embargo")
    assert lead.status == 409

    await lead.get("/cases/1")
    await lead.post("/cases/1/embargo", none="yes")
    assert "No hour is agreed" in lead.html
    await bot.settle()


@pytest.mark.usefixtures("two_cases")
@pytest.mark.slow
async def test_a_tool_is_invited_with_a_day_and_leaves_again(github: FakeGitHub, bot: Bot) -> None:
    """Its people are let in, and taken out, at the next look."""
    lead = await sign_in(bot, BY, "/cases/1")
    day = (bot.clock.now() + timedelta(days=5)).date()

    await lead.post("/cases/1/invite", tool="poetry", rsvp=str(day))
    assert f"asked until {day}" in lead.html
    await bot.settle()
    assert "poetry-maintainer-1" in mirror_of(github).readers

    await lead.get("/cases/1/leave")
    assert "What it answered stays" in lead.html
    assert "poetry" in await answers(bot)  # looking at the question changes nothing
    await lead.post("/cases/1/leave", tool="poetry")
    assert "poetry takes no part any more" in lead.html
    await bot.settle()
    assert "poetry-maintainer-1" not in mirror_of(github).readers


@pytest.mark.usefixtures("two_cases")
@pytest.mark.slow
async def test_what_is_hard_to_take_back_is_asked_on_a_page_of_its_own(bot: Bot) -> None:
    """The page says what follows, and looking at it does nothing."""
    lead = await sign_in(bot, BY, "/cases/2/close")
    assert "cannot be opened again here" in lead.html
    assert (await the_case(bot, 2)).over_at is None

    await lead.post("/cases/2/close")
    assert (await the_case(bot, 2)).over_at is not None
    await bot.settle()
    assert (await the_case(bot, 2)).state == "closed"

    await lead.get("/cases/1/disclose")
    await lead.post("/cases/1/disclose")
    assert "It is public" in lead.html
    await bot.settle()
    await lead.get("/cases/1/not-public")
    await lead.post("/cases/1/not-public")
    assert (await the_case(bot)).disclosed_at is None
    await lead.get("/cases/1/restore")
    await lead.post("/cases/1/restore")
    assert (lead.status, "is not frozen" in lead.html) == (409, True)
    await bot.settle()


@pytest.mark.usefixtures("two_cases")
@pytest.mark.slow
async def test_a_suggestion_gets_a_yes_or_a_no_with_a_reason(bot: Bot) -> None:
    """Reasons are a closed list, since a free one would be text at rest."""
    found = await bot.parts.database.read(lambda conn: suggestions.suggestions_of(conn, 1))
    first, second = [each.tool for each in found if each.kind != "stranger"][:2]
    lead = await sign_in(bot, BY, "/cases/1")

    await lead.post("/cases/1/suggestions", tool=first, answer="no", reason="because I say so")
    assert (lead.status, "is no reason" in lead.html) == (409, True)
    await lead.get("/cases/1")
    await lead.post("/cases/1/suggestions", tool=first, answer="no", reason="code-not-reachable")
    await lead.post("/cases/1/suggestions", tool=second, answer="yes", rsvp="")

    said = {each.tool: (each.answer, each.reason) for each in await bot.parts.database.read(
        lambda conn: suggestions.suggestions_of(conn, 1))}  # fmt: skip
    assert said[first] == ("no", "code-not-reachable")
    assert second in await answers(bot)
    assert "no, code not reachable, says coordinator-1" in lead.html
    await bot.settle()


@pytest.mark.usefixtures("bot")
@pytest.mark.slow
async def test_a_case_is_opened_by_hand_on_a_page(github: FakeGitHub, bot: Bot) -> None:
    """For a report that came by mail."""
    await bot.approve_everything()
    await bot.settle()
    lead = await sign_in(bot, BY, "/cases/new")

    await lead.post("/cases/new", tools="pip, uvv")
    assert (lead.status, "did you mean &#34;uv&#34;" in lead.html) == (409, True)
    await lead.get("/cases/new")
    await lead.post("/cases/new", tools="pip, uv")

    assert lead.at.startswith("/cases/1?")
    await bot.settle()
    assert [each.title for each in github.coordination.open_mirrors] == ["Case 1"]
