"""Is it told when a plan cannot be made, whether somebody still waits for it or not?"""

from __future__ import annotations

import pytest

from app.dashboard import planmaking
from tests.dashboard.visiting import Visitor, sign_in
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LEAD, GIVEN_UP = "coordinator-1", 1_000
SECRET = "what nobody may read"


async def ended(lead: Visitor) -> Visitor:
    """They load the page until no plan is being made any more."""
    for _ in range(GIVEN_UP):
        await lead.get("/plans")
        if "One is being made" not in lead.html:
            break
    return lead


async def test_a_plan_that_fails_while_somebody_waits_is_told(looked: Bot) -> None:
    """In words of ours: what went wrong may hold what is not theirs to know. It is no error of the page."""
    lead = await sign_in(looked, LEAD, "/plans")
    looked.place.refuse("plans", SECRET)

    await lead.post("/plans")

    assert (lead.status, "an error that stands in the log" in lead.html) == (409, True)
    assert SECRET not in lead.html
    looked.place.accept("plans")


async def test_a_plan_that_fails_later_is_told_on_the_page_until_another_is_made(
    looked: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for it any more, and a plan that never comes says nothing by itself."""
    monkeypatch.setattr(planmaking, "PATIENCE", 0.0)
    lead = await sign_in(looked, LEAD, "/plans")
    looked.place.refuse("plans", SECRET)
    await lead.post("/plans")
    assert "The plan is being made" in lead.html
    assert ("One is being made" in lead.html) == ('<a href="/plans">look again</a>' in lead.html)

    await ended(lead)

    assert "When a plan was last asked for: no plan could be made" in lead.html
    assert SECRET not in lead.html
    looked.place.accept("plans")
    await lead.post("/plans")
    await ended(lead)
    assert ("was last asked for" in lead.html, "None was made yet" in lead.html) == (False, False)


async def test_that_github_did_not_answer_is_told_later_too(
    github: FakeGitHub, looked: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that they try again, and look into no log."""
    monkeypatch.setattr(planmaking, "PATIENCE", 0.0)
    lead = await sign_in(looked, LEAD, "/plans")
    github.fail("GET", "/app/installations", times=None)
    await lead.post("/plans")

    await ended(lead)

    assert "GitHub does not answer at this moment" in lead.html
    github.clear_faults()
