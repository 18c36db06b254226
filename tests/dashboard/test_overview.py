"""What does Overview show, and to whom?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update

from app.casework import embargoes, opening
from app.store import grid as stored
from app.store import participants
from app.store.grid import Sight
from app.store.schema import standings
from policies.policy import about_advisories, all_policies
from tests.dashboard.grids import grid, looks
from tests.dashboard.visiting import sign_in
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LEAD, PIP_ADMIN, UV = "coordinator-1", "pip-maintainer-1", "uv-maintainer-1"


def only_reported(*policies: str) -> Callable[[dict[str, Any]], None]:
    """Nothing is mended, and only these are told."""

    def edit(content: dict[str, Any]) -> None:
        content["policies"] = {policy: {"mode": "report"} for policy in policies}

    return edit


def repo_id(github: FakeGitHub) -> int:
    found = github.world.find_repository("pypa/pip")
    assert found is not None
    return found.id


async def look(bot: Bot) -> None:
    await bot.sweep()
    await bot.settle()


async def test_a_lead_sees_every_repository_and_of_unpublished_advisories_nothing(
    github: FakeGitHub, looked: Bot
) -> None:
    """A lead who administers no project knows how its switches stand, and not whether an advisory is open there."""
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    github.repo("pypa/pip").report("Entry points escape from their scheme")
    await edit_policy(looked, only_reported("private-reporting"))
    await look(looked)

    page = await sign_in(looked, LEAD, "/")

    shown = grid(page.html)
    assert {"pypa/pip", "pypa/wheel", "astral-sh/uv"} <= shown.keys()
    assert shown["pypa/pip"]["private-reporting"] == ("find", "finding", "0m")
    assert shown["pypa/pip"]["app-covers"] == ("pass", "pass", "0m")
    assert {shown["pypa/pip"][policy] for policy in about_advisories()} == {("no", "not shown", "")}
    assert [canary for canary in github.canaries if canary in page.html] == []


async def test_an_admin_sees_their_own_repository_and_all_of_it(github: FakeGitHub, looked: Bot) -> None:
    """Who reads all of its advisories on GitHub may know how they stand; other repositories are not theirs."""
    github.repo("pypa/pip").draft("Entry points escape from their scheme")
    await look(looked)

    page = await sign_in(looked, PIP_ADMIN, "/")

    shown = grid(page.html)
    assert set(shown) == {"pypa/pip"}
    assert not [policy for policy, cell in shown["pypa/pip"].items() if cell[0] == "no"]
    assert shown["pypa/pip"]["reports-reach-owner"][1] == "finding"
    assert [canary for canary in github.canaries if canary in page.html] == []


async def test_a_blank_cell_says_in_words_that_it_is_not_theirs(looked: Bot) -> None:
    """Who hears the page hears it, and who sees it finds it in the legend."""
    page = await sign_in(looked, LEAD, "/")

    assert "not yours to see" in page.html
    assert '<td class="no"><i>not shown</i></td>' in page.html


async def test_a_report_that_slipped_in_is_drawn_for_those_who_may_read_it(github: FakeGitHub, looked: Bot) -> None:
    """A blank cell among others would tell a lead that there is a report; for them the switch is as it should be."""
    await edit_policy(looked, only_reported("private-reporting"))
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    github.repo("pypa/pip").report("A report that slipped in")
    github.repo("pypa/pip").disable_private_reporting(by=PIP_ADMIN)
    await look(looked)
    assert (await looked.standing("pypa/pip", "private-reporting")).state == "finding"

    lead, admin = await sign_in(looked, LEAD, "/"), await sign_in(looked, PIP_ADMIN, "/")

    assert grid(lead.html)["pypa/pip"]["private-reporting"][1] == "pass"
    assert grid(admin.html)["pypa/pip"]["private-reporting"][1] == "finding"
    others = frozenset(policy.name for policy in all_policies()) - {"private-reporting"}
    for administers, state in ((frozenset[int](), "pass"), (frozenset({repo_id(github)}), "finding")):
        sight = Sight(all_rows=True, administers=administers, hidden=others)
        found = await looked.parts.database.read(partial(stored.where_it_is, sight=sight, state=state))
        assert ("pypa/pip" in found) == (state == "pass" or bool(administers))
    unseen = Sight(all_rows=True, administers=frozenset(), hidden=others)
    assert not await looked.parts.database.read(partial(stored.where_it_is, sight=unseen, state="finding"))


@pytest.mark.parametrize("state", ["finding", "exempt", "blocked", "contested"])
async def test_a_row_of_before_it_was_kept_is_found_under_what_it_is_drawn_as(
    github: FakeGitHub, looked: Bot, state: str
) -> None:
    """Nobody knows whether it tells of an advisory, so for those who may not know it is "cannot tell" everywhere."""

    def older(conn: Connection) -> None:
        theirs = standings.c.repository == "pypa/pip"
        conn.execute(delete(standings).where(theirs, standings.c.policy != "private-reporting"))
        conn.execute(update(standings).where(theirs).values(state=state, embargoed=None))

    await looked.parts.database.write(older)

    for administers, told in ((frozenset[int](), "cannot tell"), (frozenset({repo_id(github)}), state)):
        sight = Sight(all_rows=True, administers=administers, hidden=about_advisories())
        for asked in (state, "cannot tell", "pass"):
            found = await looked.parts.database.read(partial(stored.where_it_is, sight=sight, state=asked))
            assert ("pypa/pip" in found) == (asked == told), (administers, asked)


async def test_what_is_stale_is_never_green(looked: Bot) -> None:
    """Three sweeps without a look: what was seen before is drawn as old, with its age, whatever it was."""
    fresh = await sign_in(looked, LEAD, "/")
    assert "pass" in looks(fresh.html)
    assert "old" not in looks(fresh.html)

    looked.clock.advance(seconds=3 * looked.parts.settings.sweep_seconds)
    stale = await sign_in(looked, LEAD, "/")

    assert looks(stale.html) == {"old", "no"}
    assert grid(stale.html)["pypa/pip"]["app-covers"] == ("old", "stale, was: pass", "30m")
    assert '<span class="state stale">30 minutes ago</span>' in stale.html


async def test_what_is_stale_is_found_by_its_own_filter(github: FakeGitHub, looked: Bot) -> None:
    """One repository of which GitHub says nothing any more stands out among those that are looked at."""
    lead = await sign_in(looked, LEAD, "/?state=stale")
    assert grid(lead.html) == {}

    github.fail("GET", "/repos/pypa/wheel*", times=None)
    for _ in range(3):
        await looked.later(minutes=10)
    await lead.get("/?state=stale")
    github.clear_faults()

    assert "pypa/pip" not in grid(lead.html)
    await look(looked)


async def test_an_outsider_gets_no_page(looked: Bot) -> None:
    """To whom nothing belongs here nothing is shown, not even how many repositories there are."""
    page = await sign_in(looked, "psrt-member-2", "/")

    assert page.status == 404
    assert grid(page.html) == {}
    assert 'href="/"' not in page.html  # nor are they led back to where nothing is theirs
    assert 'href="/access"' in page.html


@pytest.fixture
async def with_a_case(looked: Bot) -> Bot:
    """Case 1 of pip and uv; uv is asked until the 8th, and it becomes public on the 15th at 16:00."""
    await looked.approve_everything()
    await opening.open_case(looked.parts, tools={"pip", "uv"}, links=(), by=LEAD)
    await embargoes.agree(looked.parts, 1, datetime(2026, 12, 15, 16, 0, tzinfo=UTC), by=LEAD)
    await looked.parts.database.write(partial(participants.ask_until, number=1, tool="uv", day=date(2026, 12, 8)))
    await looked.settle()
    return looked


async def test_deadlines_have_a_case_an_hour_and_a_zone(with_a_case: Bot) -> None:
    """Who has to act knows what is due, at which hour of which zone, the next first."""
    page = await sign_in(with_a_case, UV, "/")

    told = re.sub(r"<[^>]*>|\s+", " ", page.html.split('class="deadlines"')[1].split("</ol>")[0])
    assert " ".join(told.split()) == (
        "> Tue 2026-12-08 24:00 UTC Case 1 : uv asked to answer (in 7 days) "
        "Tue 2026-12-15 16:00 UTC Case 1 : becomes public (in 14 days)"
    )


async def test_whose_tool_takes_no_part_hears_of_no_deadline(with_a_case: Bot) -> None:
    """That there is a case at all is not theirs to know."""
    page = await sign_in(with_a_case, "wheel-maintainer-1", "/")

    assert page.status == 200
    assert "/cases/1" not in page.html
    assert "No case of yours" in page.html


async def test_who_only_speaks_for_a_tool_sees_their_cases_and_no_grid(github: FakeGitHub, with_a_case: Bot) -> None:
    """Findings are for those who run repositories; a participant has an answer to give."""
    uv = github.world.find_repository("astral-sh/uv")
    assert uv is not None
    uv.admin_teams.clear()

    page = await sign_in(with_a_case, UV, "/")

    assert page.status == 200
    assert "/cases/1" in page.html
    assert grid(page.html) == {}
    assert "findings are open" not in page.html


async def test_a_number_of_findings_counts_what_is_theirs_to_see(github: FakeGitHub, looked: Bot) -> None:
    """A count that includes what is hidden tells of it as well as a list would."""
    github.repo("pypa/pip").report("Entry points escape from their scheme")
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    await edit_policy(looked, only_reported("private-reporting", "coordinator-assigned"))
    await looked.later(days=4)
    await look(looked)

    lead, admin = await sign_in(looked, LEAD, "/"), await sign_in(looked, PIP_ADMIN, "/")

    assert '<span class="figure">1</span></a><span class="label">finding is open' in lead.html
    assert '<span class="figure">2</span></a><span class="label">findings are open' in admin.html


async def test_what_is_only_observed_is_counted_too(github: FakeGitHub, looked: Bot) -> None:
    """A fresh install observes: no finding is open, and the grid is not all green. The page says what that means."""
    github.repo("pypa/pip").enable_private_reporting(by=PIP_ADMIN)
    await edit_policy(looked, only_reported())
    await look(looked)

    page = await sign_in(looked, LEAD, "/")

    bad = {name for name, cells in grid(page.html).items() if any(word == "finding" for _, word, _ in cells.values())}
    assert "pypa/pip" in bad
    assert f'<span class="figure">{len(bad)}</span></a><span class="label">' in page.html
    assert "not as policy says, also where it only observes" in page.html
    assert '<span class="figure">0</span></a><span class="label">findings are open' in page.html
    counted = page.html.partition("policies that only observe make none: ")[2].split()[0]
    assert int(counted) >= 1
    listed = await sign_in(looked, LEAD, "/findings")
    assert f"policies that only observe make no findings: {counted} " in listed.html
    stranger = await sign_in(looked, UV, "/findings")
    assert "Nothing is open, 0 accepted, 0 resolved.\n" in stranger.html  # what is so of pip is not theirs to count


async def test_filters_show_one_owner_or_one_state(looked: Bot) -> None:
    """A grid of hundreds is looked at by parts."""
    lead = await sign_in(looked, LEAD, "/?owner=pypa")
    assert {name.partition("/")[0] for name in grid(lead.html)} == {"pypa"}

    await lead.get("/?state=unmanaged&owner=pypa")
    assert "pypa/wheel" in grid(lead.html)
    assert "pypa/pip" not in grid(lead.html)


async def test_a_strange_question_is_no_error(looked: Bot) -> None:
    """Addresses are typed by hand, and by scanners."""
    lead = await sign_in(looked, LEAD, "/")

    for query in ("page=99999", "page=-1", "page=٣", "state=<script>", "owner=%27%20OR%201=1--", "owner=%25"):
        await lead.get(f"/?{query}")
        assert lead.status == 200, query
        assert "<script>" not in lead.html
