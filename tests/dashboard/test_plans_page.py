"""How does a coordinator review a plan, and what do they allow by it?"""

from __future__ import annotations

import re
from functools import partial

import pytest

from app.store import approvals, audit
from tests.dashboard.visiting import Visitor, sign_in
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import project, projects, psrt_takes, switched
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LEAD = "coordinator-1"
OFF = "private-reporting: off"
UNSEEN = "reports-reach-owner: add the owner's people"
PIP = "pypa/pip"


async def planned(bot: Bot, login: str = LEAD) -> Visitor:
    """A coordinator is signed in, has made a plan, and looks at it."""
    lead = await sign_in(bot, login, "/plans")
    return await lead.post("/plans")


async def lead_who_administers(bot: Bot, repo: str) -> Visitor:
    """The same for a coordinator who may read the advisories of a repository on GitHub."""
    bot.github.world.repository(repo).admins.add(bot.github.person(LEAD).id)
    return await planned(bot)


async def approved(bot: Bot) -> list[str]:
    return sorted(await bot.parts.database.read(approvals.approvals))


async def test_looking_at_plans_asks_github_nothing(github: FakeGitHub, looked: Bot) -> None:
    """Everybody may load a page as often as they like; only the button looks at everything."""
    lead = await sign_in(looked, LEAD, "/plans")
    before = len(github.requests)

    await lead.get("/plans")

    assert "None was made yet" in lead.html
    assert len(github.requests) == before


async def test_a_plan_is_made_by_a_button_and_writes_nothing(github: FakeGitHub, looked: Bot) -> None:
    """What it shows stays at an address of its own, where it can be looked at again."""
    github.repo(PIP).enable_private_reporting(by="pip-maintainer-1")
    lead = await planned(looked)

    assert lead.status == 200
    assert re.fullmatch(r"/plans/[0-9a-f]{12}", lead.at)
    assert 'href="/repositories/pypa/pip">pypa/pip#private-reporting</a>' in lead.html
    assert "switch private vulnerability reporting off" in lead.html
    assert "1 of 7 repositories; at most 3 at once" in lead.html
    assert github.writes == []

    address = lead.at
    await lead.get("/plans")
    assert f'href="{address}"' in lead.html
    assert "1 waiting for a yes" in lead.html


async def test_a_yes_writes_nothing_by_itself_and_lets_the_app_do_it(github: FakeGitHub, looked: Bot) -> None:
    """Whoever works on what is due looks again, and does what is still needed."""
    github.repo(PIP).enable_private_reporting(by="pip-maintainer-1")
    lead = await planned(looked)

    await lead.post(f"{lead.at}/approve")

    assert "Approved." in lead.html
    assert await approved(looked) == [OFF]
    assert "Waits for a yes" not in lead.html
    assert "Approved since: done, or done next" in lead.html
    assert switched(github) == []
    first = (await looked.parts.database.read(approvals.approvals))[OFF].approved_at
    looked.clock.advance(minutes=1)
    await lead.post(f"{lead.at.removesuffix('/approve')}/approve")
    assert (await looked.parts.database.read(approvals.approvals))[OFF].approved_at == first
    await looked.settle()
    assert switched(github) == [PIP]
    [yes] = await looked.parts.database.read(audit.yeses)
    assert yes.actor == str(looked.github.person(LEAD).login) + f":{looked.github.person(LEAD).id}"


async def test_a_yes_is_taken_back_by_whom_the_audit_then_names(github: FakeGitHub, looked: Bot) -> None:
    """Who signed in is known, so nobody stands there as an operator."""
    github.repo(PIP).enable_private_reporting(by="pip-maintainer-1")
    lead = await planned(looked)
    await lead.post(f"{lead.at}/approve")
    await lead.get("/plans")
    assert "Take back" in lead.html

    await lead.post("/plans/withdraw", scope=OFF)

    assert "Taken back." in lead.html
    assert await approved(looked) == []
    said = (await looked.parts.database.read(audit.yeses))[-1]
    assert (said.phase, said.actor) == ("withdraw", f"{LEAD}:{looked.github.person(LEAD).id}")
    await lead.post("/plans/withdraw", scope=OFF)
    assert lead.status == 409
    assert "is not approved" in lead.html


async def test_a_plan_under_another_policy_can_be_looked_at_and_not_approved(github: FakeGitHub, looked: Bot) -> None:
    """What it showed may be otherwise now."""
    github.repo(PIP).enable_private_reporting(by="pip-maintainer-1")
    lead = await planned(looked)
    address = lead.at
    await edit_policy(looked, lambda policy: policy["policies"].pop("reports-reach-owner"))

    await lead.get(address)
    assert "the policy has changed since that plan was made." in lead.html
    assert "/approve" not in lead.html

    await lead.post(f"{address}/approve")
    assert lead.status == 409
    assert await approved(looked) == []


async def test_what_concerns_an_advisory_is_shown_to_whoever_may_read_it(github: FakeGitHub, looked: Bot) -> None:
    """A coordinator who administers pip sees where its reports wait, and at how many places. Another sees the kind."""
    github.repo(PIP).draft("Path traversal", affects=["pip"])
    others = await planned(looked)

    assert UNSEEN in others.html.replace("&#39;", "'")
    assert "not yours to see" in others.html
    assert "add people to an advisory" not in others.html
    assert "GHSA-" not in others.html
    assert "reports-reach-owner</a>" not in others.html

    theirs = await lead_who_administers(looked, PIP)
    assert "add people to an advisory" in theirs.html
    assert "GHSA-" in theirs.html
    assert "at most 3 at once" in theirs.html


async def test_more_at_once_than_usual_takes_a_yes_of_its_own_to_all_that_was_shown(looked: Bot) -> None:
    """The page before it names each place, and the tick is theirs."""
    everywhere = await _owned_by_psrt(looked)
    for repo in everywhere:
        looked.github.repo(repo).enable_private_reporting()
    await looked.sweep()
    await looked.settle()
    lead = await planned(looked)
    address = lead.at
    assert "more than usual" in lead.html

    await lead.post(f"{address}/approve")
    await looked.settle()
    assert switched(looked.github) == []

    await lead.get(f"{address}/wide")
    assert all(f"{repo}#private-reporting" in lead.html for repo in everywhere)
    await lead.post(f"{address}/wide")
    assert lead.status == 409

    await lead.get(f"{address}/wide")
    await lead.post(f"{address}/wide", wide="yes")
    await looked.settle()
    assert sorted(switched(looked.github)) == sorted(everywhere)


async def test_nobody_says_yes_to_all_of_what_they_were_not_shown(looked: Bot) -> None:
    """Four reports that their owner does not see: where they are, an ordinary coordinator is not told."""
    for repo in await _owned_by_psrt(looked):
        looked.github.repo(repo).draft("Path traversal", affects=["pip"])
    await looked.sweep()
    await looked.settle()
    lead = await planned(looked)
    address = lead.at

    await lead.get(f"{address}/wide")
    assert lead.status == 409
    assert "nor is a yes to all of it at once" in lead.html
    await lead.post(f"{address}/wide", wide="yes")
    assert await approved(looked) == []


@pytest.mark.parametrize("path", ["/plans/nothing-of-ours", "/plans/000000000000", "/plans/nothing-of-ours/wide"])
async def test_a_plan_that_was_never_made_is_not_there(looked: Bot, path: str) -> None:
    """An address is only an address."""
    lead = await sign_in(looked, LEAD, "/plans")

    assert (await lead.get(path)).status == 404


async def test_where_github_does_not_answer_no_plan_is_made(github: FakeGitHub, looked: Bot) -> None:
    """It is said, and nothing is taken for peace."""
    lead = await sign_in(looked, LEAD, "/plans")
    github.fail("GET", "/app/installations", times=None)

    await lead.post("/plans")

    assert lead.status == 409
    assert "GitHub does not answer" in lead.html
    github.clear_faults()


async def _owned_by_psrt(bot: Bot) -> list[str]:
    """Four projects more whose reports the PSRT takes, and which agreed to be written to."""
    projects(bot.github, 4)
    await edit_policy(bot, psrt_takes(4))
    await bot.sweep()
    await bot.settle()
    return [project(number) for number in range(4)]


async def test_a_plan_of_very_much_is_a_page_that_can_be_read(looked: Bot) -> None:
    """Of thousands of things that could not be told a hundred are shown; the terminal prints them all."""
    untold = [{"key": f"pypa/tool-{number}", "reason": "GitHub did not answer"} for number in range(6000)]
    plan = approvals.StoredPlan(
        id="0123456789ab",
        made_at=looked.clock.now(),
        policy_commit=looked.parts.policy.current().commit,
        rules_version=1,
        actions=(),
        beside={"cannot_tell": untold},
    )
    await looked.parts.database.write(partial(approvals.save_plan, shown=plan))
    lead = await sign_in(looked, LEAD, "/plans/0123456789ab")

    assert lead.html.count("GitHub did not answer") == 100
    assert "These are the first 100." in lead.html
    assert len(lead.html) < 100_000
