"""What does the page of a repository tell, and whom?"""

from __future__ import annotations

import re

import pytest

from tests.dashboard.visiting import Visitor, sign_in
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import switched
from tests.e2e.rewriting import Rewriting, without
from tests.e2e.told import told
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP = "pypa/pip"
PAGE = "/repositories/pypa/pip"
ADMIN = "pip-maintainer-1"
LEAD = "coordinator-1"
OFF = "private-reporting: off"
WHEN = re.compile(r"Last looked at a moment ago \( [^)]* \)|\d+ (?:minutes|hours?) ago")


def words(html: str) -> str:
    """What is read of a page, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("&#39;", "'").replace(" .", ".")


async def look_again(bot: Bot, **amount: float) -> None:
    bot.clock.advance(**amount)
    await bot.sweep()
    await bot.settle()


async def test_its_admins_see_how_it_stands_why_and_what_would_be_done(github: FakeGitHub, looked: Bot) -> None:
    """Whoever installed the app wants to know what it sees, what it would do, and what it did."""
    github.repo(PIP).enable_private_reporting(by=ADMIN)
    await look_again(looked, minutes=1)
    looked.clock.advance(minutes=3)

    page = words((await sign_in(looked, ADMIN, PAGE)).html)

    assert "Its reports go to psrt (security@python.org) since 2024-01-01, says policy. It is of the tool pip" in page
    assert "private vulnerability reporting is on, but psrt takes the reports of pypa/pip" in page
    assert "Next: Greenroom does “private-reporting: off” when a coordinator has said yes to it." in page
    assert "Policy enforces it. So since Tue 2026-12-01 09:01 UTC." in page
    assert "Last looked at 3 minutes ago" in page
    assert "It never wrote anything to this repository." in page


async def test_what_was_done_stands_there_with_who_allowed_it(github: FakeGitHub, looked: Bot) -> None:
    """And between which looks it went wrong, as nobody but GitHub knows who did it."""
    await looked.approve(OFF)
    looked.clock.advance(minutes=5)
    github.repo(PIP).enable_private_reporting(by=ADMIN)
    await look_again(looked, minutes=5)
    assert switched(github) == [PIP]

    page = words((await sign_in(looked, ADMIN, PAGE)).html)

    assert "switch private vulnerability reporting (private-reporting: off) done coordinator-1" in page
    assert "It became so between 2026-12-01 09:00:00 and 09:10:00 UTC. Who did it is unknown." in page
    assert "It is right again since Tue 2026-12-01 09:10 UTC." in page


async def test_the_page_asks_github_nothing(github: FakeGitHub, looked: Bot) -> None:
    """It tells what the last looks left. Loading it costs nobody's budget, and cannot be used to make us ask."""
    admin = await sign_in(looked, ADMIN, PAGE)
    before = len(github.requests)

    await admin.get(PAGE)

    assert admin.status == 200
    assert len(github.requests) == before


async def test_what_was_always_so_did_not_become_wrong_lately(looked: Bot) -> None:
    """It stands above, as how it is. When it became so nobody knows, as nobody looked."""
    admin = await sign_in(looked, ADMIN, PAGE)

    assert "policy names nobody to turn to" in admin.html
    assert "What went wrong" not in admin.html


async def test_a_button_asks_for_another_look(github: FakeGitHub, looked: Bot) -> None:
    """A key is marked, and whoever works on what is due looks: the page waits for nothing."""
    admin = await sign_in(looked, ADMIN, PAGE)
    github.repo(PIP).enable_private_reporting(by=ADMIN)
    looked.clock.advance(minutes=5)

    await admin.post(f"{PAGE}/look")
    assert "Greenroom looks again." in admin.html
    assert "The next is due now." in words(admin.html)
    assert "private vulnerability reporting is on" not in admin.html

    await looked.settle()
    await admin.get(PAGE)
    assert "private vulnerability reporting is on" in admin.html
    assert "Last looked at a moment ago" in words(admin.html)


async def test_what_nobody_looked_at_of_late_is_never_green(looked: Bot) -> None:
    """Two sweeps did not come: what was seen before them says nothing of today."""
    admin = await sign_in(looked, ADMIN, PAGE)
    assert "✓" not in admin.html  # the sheet draws it
    assert 'class="state good">pass' in admin.html

    looked.clock.advance(hours=3)
    await admin.get(PAGE)

    assert 'class="state good">pass' not in admin.html
    assert "stale, was: pass" in admin.html


async def test_a_coordinator_is_not_told_what_would_tell_of_an_unpublished_advisory(
    github: FakeGitHub, looked: Bot
) -> None:
    """Neither by the policies about advisories, nor by what was done to one, nor by how a page differs."""
    lead = await sign_in(looked, LEAD, PAGE)
    before = words(lead.html)
    await looked.approve("reports-reach-owner: add the owner's people")
    github.repo(PIP).draft("Path traversal", affects=["pip"])
    await look_again(looked, minutes=0)
    assert [write.path for write in github.writes]

    await lead.get(PAGE)

    assert words(lead.html) == before
    assert "reports-reach-owner" in lead.html  # among those that are not shown
    assert "Nothing that is yours to see" in before

    admin = words((await sign_in(looked, ADMIN, PAGE)).html)
    assert "add people to an advisory (reports-reach-owner: add the owner's people) done coordinator-1" in admin


async def test_a_switch_that_let_reports_in_looks_to_a_coordinator_as_if_it_had_not(
    github: FakeGitHub, looked: Bot
) -> None:
    """It is off again. That a report came in meanwhile is the business of those who may read it."""
    github.repo(PIP).enable_private_reporting(by=ADMIN)
    github.repo(PIP).report("Path traversal", affects=["pip"])
    github.repo(PIP).disable_private_reporting(by=ADMIN)
    lead = await sign_in(looked, LEAD, PAGE)
    before = words(lead.html)
    await look_again(looked, minutes=0)

    assert (await looked.standing(PIP, "private-reporting")).embargoed
    assert words((await lead.get(PAGE)).html) == before
    admin = await sign_in(looked, ADMIN, PAGE)
    assert "reports came in on GitHub that psrt does not see yet: 1" in admin.html


@pytest.mark.parametrize("hides_people", [False, True], ids=["the team is unreadable", "people are hidden"])
async def test_what_cannot_be_told_only_where_a_report_came_in_looks_to_a_coordinator_as_if_none_had(
    github: FakeGitHub, looked: Bot, *, hides_people: bool
) -> None:
    """Who the owner's people are nobody asks where there is no report, so that it cannot be told would tell of one."""
    if hides_people:
        github.transport = connection = Rewriting(github.transport)
        connection.rewrite(f"/repos/{PIP}/security-advisories", without("collaborating_users"))
        await looked.restart()
    else:
        nobody_known = {"teams": ["out-of-sight/psrt"], "users": []}
        await edit_policy(looked, lambda content: content["report_owners"]["psrt"].update(nobody_known))
    for _ in range(4):
        await look_again(looked, minutes=10)
    lead = await sign_in(looked, LEAD, PAGE)
    before = words(lead.html)
    github.repo(PIP).report("Path traversal", affects=["pip"])
    for _ in range(4):
        await look_again(looked, minutes=10)

    standing = await looked.standing(PIP, "private-reporting")
    assert (standing.state, standing.embargoed) == ("cannot tell", True), standing.message
    later = words((await lead.get(PAGE)).html)
    assert WHEN.sub("", later) == WHEN.sub("", before)
    assert {about.startswith("policy/") for kind, about in await told(looked) if kind == "cannot-see"} == {hides_people}
    plan = await looked.plan()
    unclear = {each["embargoed"] for each in plan["cannot_tell"] if each["reason"] == standing.message}
    assert unclear == {hides_people}  # that a team is out of sight another policy says anyway
    assert (standing.message in words((await lead.get(f"/plans/{plan['plan_id']}")).html)) != hides_people
    admin = await sign_in(looked, ADMIN, PAGE)
    assert standing.message in words(admin.html)


async def test_whom_greenroom_added_to_a_report_that_slipped_in_is_told_to_its_admins(
    github: FakeGitHub, looked: Bot
) -> None:
    """It stands under the switch, which is no secret, and is about an advisory, which is one."""
    lead = await sign_in(looked, LEAD, PAGE)
    await looked.approve(OFF)
    before = words((await lead.get(PAGE)).html)
    github.repo(PIP).report("Path traversal", affects=["pip"])
    await look_again(looked, minutes=0)
    assert github.writes

    assert words((await lead.get(PAGE)).html) == before
    admin = await sign_in(looked, ADMIN, PAGE)
    assert "add people to an advisory (private-reporting: off) done" in words(admin.html)


async def test_what_greenroom_may_do_there_is_told_as_it_was_listed_last(looked: Bot) -> None:
    """Which permissions were granted, what each is used for, and whether anybody consented to writes."""
    pip = words((await sign_in(looked, ADMIN, PAGE)).html)
    assert "Greenroom installed It is installed in pypa, on all repositories. Listed a moment ago." in pip
    assert "administration read read reads the code security configuration that is attached" in pip
    assert "switches private reporting, where policy enforces it and a coordinator said yes" in pip

    uv = words((await sign_in(looked, "uv-maintainer-1", "/repositories/astral-sh/uv")).html)
    assert "Greenroom Hand not installed Not in astral-sh. No consent to writes: nothing is written here." in uv


async def test_what_was_listed_days_ago_is_stale_whatever_it_was(looked: Bot) -> None:
    """Somebody may have uninstalled it since: what nobody looked at for three days is not drawn as good."""
    admin = await sign_in(looked, ADMIN, PAGE)
    assert '<h3>Greenroom <span class="state good">installed</span></h3>' in admin.html

    looked.clock.advance(days=3)
    admin = await sign_in(looked, ADMIN, PAGE)

    assert '<h3>Greenroom <span class="state stale">stale, was: installed</span></h3>' in admin.html
    assert '<h3>Greenroom Hand <span class="state stale">stale, was: ' in admin.html
    assert "Listed 3 days ago" in words(admin.html)


async def test_after_a_restart_what_was_not_listed_yet_is_not_made_up(looked: Bot) -> None:
    """What this process did not read it cannot tell. The rest is in the database."""
    await looked.restart()
    admin = await sign_in(looked, ADMIN, PAGE)

    assert "Cannot tell: where Greenroom is installed: not asked yet" in words(admin.html)
    assert "Last looked at a moment ago" in words(admin.html)
    await looked.settle()


@pytest.mark.parametrize("login", ["uv-maintainer-1", "reporter-1"])
async def test_it_is_nobody_elses(looked: Bot, login: str) -> None:
    """As if it were not there, and there is nothing to press."""
    visitor = await sign_in(looked, login, PAGE)
    assert visitor.status == 404
    assert (await visitor.get("/repositories/pypa/nothing-of-that-name")).html == visitor.html

    assert (await visitor.send(f"{PAGE}/look", {"csrf": "x"})).status == 404


async def test_who_was_renamed_is_found_by_todays_name_with_all_that_was_done(github: FakeGitHub, looked: Bot) -> None:
    """GitHub's id is the identity: its history goes along."""
    await looked.approve(OFF)
    github.repo(PIP).enable_private_reporting(by=ADMIN)
    await look_again(looked, minutes=5)
    github.repo(PIP).rename("pip-ng")
    await look_again(looked, minutes=5)

    admin: Visitor = await sign_in(looked, ADMIN, "/repositories/pypa/pip-ng")

    assert admin.status == 200
    assert "It was called pypa/pip before." in words(admin.html)
    assert "switch private vulnerability reporting (private-reporting: off) done" in words(admin.html)
