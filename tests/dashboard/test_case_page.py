"""What does the page of a case show, and to whom?"""

from __future__ import annotations

import gzip
from datetime import timedelta
from functools import partial

import pytest
import yaml

from app.casework import embargoes, opening, taking_part
from app.sandbox.state.traffic import Exchange
from app.store import cases
from app.store.columns import metadata
from tests.dashboard.visiting import Visitor, sign_in
from tests.e2e.names import made_anew
from tests.e2e.stores import as_issues
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot
from tests.places import rows

BY = "coordinator-1"
SECRET = "Entry points escape from their scheme"


@pytest.fixture
async def draft(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """The people of pip accepted a report that names uv, too: case 1, with its mirror."""
    await bot.approve_everything()
    draft = github.repo("pypa/pip").draft(SECRET, affects=["pip", "rust:uv"], severity="high")
    await bot.sweep()
    await bot.settle()
    return draft


def the_mirror(github: FakeGitHub) -> FakeAdvisory | FakeIssue:
    [mirror] = github.coordination.open_mirrors
    return mirror


def shut_out(github: FakeGitHub, login: str) -> None:
    """Somebody takes them out of the mirror by hand; Greenroom has not looked since."""
    mirror = the_mirror(github)
    assert isinstance(mirror, FakeAdvisory)
    mirror.collaborating_users.remove(github.person(login).id)


def everything_in(bot: Bot) -> dict[str, list[tuple[object, ...]]]:
    """But for how much was asked of GitHub."""
    tables = [table.name for table in metadata.sorted_tables if table.name != "lanes"]
    return {name: rows(bot.place, f"SELECT * FROM {name}") for name in tables}  # noqa: S608


def is_by_a_person(exchange: Exchange) -> bool:
    return "-maintainer-" in exchange.who or exchange.who == BY


async def seen_by(bot: Bot, login: str) -> Visitor:
    return await sign_in(bot, login, "/cases/1")


async def test_a_maintainer_reads_the_mirror_with_her_own_token(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """In one request, in her name; and the ids that the mirror tells her may be on her page."""
    uv = await sign_in(bot, "uv-maintainer-1")
    before = len(github.requests)

    await uv.get("/cases/1")

    assert (uv.status, SECRET in uv.html, draft.id in uv.html) == (200, True, True)
    hers = [each for each in github.requests[before:] if is_by_a_person(each)]
    assert [each.path for each in hers] == [
        f"/repos/packaging-security/cases/security-advisories/{the_mirror(github).id}"
    ]
    assert "greenroom:record" not in uv.html  # what is for machines
    assert "| tool |" not in uv.html  # a table is one
    assert '<th scope="row">uv</th><td>' in uv.html


@as_issues
@pytest.mark.slow
async def test_a_mirror_that_is_an_issue_is_a_link(github: FakeGitHub, bot: Bot, draft: FakeAdvisory) -> None:
    """The App in whose name people sign in asks for no permission to read issues, so GitHub shows it none for them."""
    uv = await seen_by(bot, "uv-maintainer-1")

    assert (uv.status, SECRET in uv.html, draft.id in uv.html) == (200, False, False)
    assert "GitHub answered 404" in uv.html
    assert f"/packaging-security/private-cases/issues/{the_mirror(github).number}" in uv.html
    assert "reads every case, as policy says" in uv.html


async def test_whom_github_does_not_show_the_mirror_gets_number_state_and_link(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """Policy names him for uv. What he may read GitHub says, and nobody else's reading counts for him."""
    shut_out(github, "uv-maintainer-2")
    uv = await seen_by(bot, "uv-maintainer-1")
    assert SECRET in uv.html

    other = await seen_by(bot, "uv-maintainer-2")

    assert other.status == 200
    assert (SECRET in other.html, draft.id in other.html) == (False, False)
    assert [canary for canary in github.canaries if canary in other.html] == []
    assert "GitHub answered 404" in other.html
    assert f"/security/advisories/{the_mirror(github).id}" in other.html
    assert "1 advisory is linked. Which is told to those who read the mirror." in other.html
    await bot.sweep()
    await bot.settle()


@pytest.mark.slow
async def test_a_coordinator_who_does_not_read_the_mirror_coordinates_without_its_text(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """Ids, answers and hours are theirs by policy. The text is whose GitHub says it is."""
    policy = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    policy["coordinators"]["users"].append(f"psrt-member-1:{github.person('psrt-member-1').id}")
    bot.policy.write_text(yaml.safe_dump(policy), encoding="utf-8")
    await bot.poll()
    await bot.settle()

    lead = await seen_by(bot, "psrt-member-1")

    assert (lead.status, draft.id in lead.html, "Invite a tool" in lead.html) == (200, True, True)
    assert [canary for canary in github.canaries if canary in lead.html] == []
    assert "The text cannot be shown" in lead.html
    await bot.sweep()
    await bot.settle()


async def test_nothing_that_was_read_is_kept_or_goes_along(github: FakeGitHub, bot: Bot, draft: FakeAdvisory) -> None:
    """No cookie, no address, no header, no row: the text is on the page of this one look, which nobody may keep."""
    uv = await seen_by(bot, "uv-maintainer-1")
    await uv.post("/cases/1/answer", tool="uv", status="affected", justification="")

    assert uv.page.headers["cache-control"] == "no-store"
    outside = [*uv.cookies.values(), uv.at, *uv.page.headers.values(), *(each.path for each in github.requests)]
    assert [canary for canary in github.canaries if any(canary in each for each in outside)] == []
    assert not any(draft.id in each for each in (*uv.cookies.values(), uv.at))
    assert SECRET.encode() not in bot.place.content()
    await bot.settle()


@pytest.mark.slow
async def test_what_people_wrote_is_text_and_nothing_else(github: FakeGitHub, bot: Bot, draft: FakeAdvisory) -> None:
    """A reporter chooses the words that land in everybody's mirror."""
    draft.edit(summary="<b>bold</b> & <img src=x>")
    mirror = the_mirror(github)
    mirror.rewrite(f"{mirror.body}\n\n<form action='/logout'><h1>Press here</h1></form>{{{{ 7 * 7 }}}}")
    await bot.later(minutes=10)

    uv = await seen_by(bot, "uv-maintainer-1")

    assert "Press here" in uv.html
    assert [tag for tag in ("<b>", "<img", "<form action=", "<h1>Press") if tag in uv.html] == []
    assert "{{ 7 * 7 }}" in uv.html


@pytest.mark.slow
async def test_who_reads_a_case_is_told_with_reasons_and_what_cannot_be_told(bot: Bot, draft: FakeAdvisory) -> None:
    """People want to know who reads what they are about to write."""
    uv = await seen_by(bot, "uv-maintainer-1")

    assert all(
        each in uv.html for each in ("takes part for pip", "takes part for uv", "reads every case, as policy says")
    )
    assert "let in by Greenroom" in uv.html
    assert "who manages security in packaging-security" in uv.html  # GitHub does not tell it
    assert draft.is_open


async def test_looking_changes_nothing_and_asks_github_once_a_minute(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """Whoever reloads a page uses up nothing that Greenroom needs for its work, whoever they are."""
    uv, lead = await seen_by(bot, "uv-maintainer-1"), await seen_by(bot, BY)
    kept, before = everything_in(bot), len(github.requests)
    for _ in range(5):
        await uv.get("/cases/1")
        await lead.get("/cases/1")
    asked = github.requests[before:]
    assert [each.path for each in asked if not is_by_a_person(each)] == []
    assert len(asked) == 10  # the text, with the token of whoever looks

    bot.clock.advance(minutes=2)
    await uv.get("/cases/1")
    assert [each.path for each in github.requests[before:] if not is_by_a_person(each)] != []
    assert everything_in(bot) == kept
    assert draft.is_open


@pytest.mark.slow
async def test_the_page_is_there_while_github_is_not(github: FakeGitHub, bot: Bot, draft: FakeAdvisory) -> None:
    """Answers, hours and what happened are ours; what is GitHub's is told as what cannot be told."""
    uv = await seen_by(bot, "uv-maintainer-1")
    bot.clock.advance(minutes=2)
    github.fail("GET", "/repos/*", status=502, times=None)

    await uv.get("/cases/1")

    assert uv.status == 200
    assert "The text cannot be shown" in uv.html
    assert SECRET not in uv.html
    assert "Who takes part, and what they answered" in uv.html
    assert "who is inside the mirror: GitHub" in uv.html
    assert "takes part for uv" not in uv.html
    github.clear_faults()
    bot.clock.advance(seconds=11)
    assert "takes part for uv" in (await uv.get("/cases/1")).html
    await bot.sweep()
    await bot.settle()
    assert draft.is_open


@pytest.mark.slow
async def test_answers_hours_and_what_happened_are_in_words_and_as_pictures(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """The picture has a name for those who hear the page, and the list says the same."""
    await embargoes.agree(bot.parts, 1, bot.clock.now() + timedelta(days=9, hours=5), by=BY)
    await taking_part.answer(
        bot.parts, 1, "uv", "not-affected", justification="component_not_present", by="uv-maintainer-1"
    )
    await bot.later(hours=2)

    lead = await seen_by(bot, BY)

    assert "In 9 days 3 hours" in lead.html
    hour = (await bot.parts.database.read(partial(cases.case, number=1))).embargo_until
    assert hour is not None
    assert f"{hour:%Y-%m-%d %H:%M} UTC" in lead.html
    assert "unknown, no answer yet" in lead.html  # silence stays unknown
    assert "uv is not affected: it does not have the component" in lead.html
    assert 'role="img" aria-labelledby="tl-title tl-desc"' in lead.html
    assert 'class="stretch not-affected"' in lead.html
    assert draft.is_open
    assert github.coordination.open_mirrors != []


@pytest.mark.slow
async def test_ids_of_other_projects_are_for_those_who_may_know_them(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """A coordinator knows all. Who is shut out of the mirror knows how many, and those of repositories of their own."""
    lead = await seen_by(bot, BY)
    assert draft.id in lead.html

    for login in ("uv-maintainer-2", "pip-maintainer-2"):
        shut_out(github, login)
    uv, pip = await seen_by(bot, "uv-maintainer-2"), await seen_by(bot, "pip-maintainer-2")
    assert [draft.id in each.html for each in (uv, pip)] == [False, True]
    await bot.sweep()
    await bot.settle()


@pytest.mark.slow
async def test_pages_of_long_cases_stay_small(bot: Bot) -> None:
    """Under 100 KB, for people on a phone, whatever happened in it."""
    await bot.approve_everything()
    await bot.settle()
    await opening.open_case(bot.parts, tools={"pip", "uv"}, links=(), by=BY)
    await bot.settle()
    for number in range(60):
        hour = bot.clock.now() + timedelta(days=20 + number)
        await embargoes.agree(bot.parts, 1, hour, by=BY)
        bot.clock.advance(minutes=7)
    await bot.settle()

    lead = await seen_by(bot, BY)

    assert "The first " in lead.html
    assert len(lead.html.encode()) < 100_000
    assert len(gzip.compress(lead.html.encode())) < 20_000


@pytest.mark.slow
async def test_whoever_takes_the_name_of_a_repository_gets_no_ids_of_the_one_before_it(
    github: FakeGitHub, bot: Bot, draft: FakeAdvisory
) -> None:
    """A case links advisories by name. That a name is one's own today says nothing of what was reported before."""
    for login in ("uv-maintainer-2", "pip-maintainer-2"):
        shut_out(github, login)
    github.repo("pypa/pip").delete()
    made_anew(github, "pypa/pip")
    github.world.repository("pypa/pip").admins.add(github.person("uv-maintainer-2").id)
    bot.clock.advance(minutes=11)
    await bot.settle()

    uv = await seen_by(bot, "uv-maintainer-2")

    assert uv.status == 200
    assert draft.id not in uv.html
    assert (await uv.get("/repositories/pypa/pip")).status == 200
