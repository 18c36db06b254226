"""What happens until the hour of a case, and at it?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from app.casework import cve, embargoes
from app.domain.ids import CaseKey
from app.domain.records import Notice
from app.halting import NotAllowed
from app.store import audit, cases, notices
from tests.e2e.told import ever_told, settled
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.secrecy import whose

WHEEL = ("pypa/wheel", "embargo-kept")
DAY = timedelta(days=1)
CVE = "CVE-2026-12345"
EARLY = "case 1 was public before the agreed hour; coordinator-1 to settle what follows: greenroom case show 1"


async def pages(bot: Bot) -> list[Notice]:
    return [each for each in await bot.parts.database.read(notices.open_notices) if each.kind == "page"]


async def a_case(github: FakeGitHub, bot: Bot, *, until: datetime | None) -> FakeAdvisory:
    """A draft of wheel that names uv and pip is case 1, and its tools agreed on an hour."""
    await settled(bot)
    draft = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv", "pip"])
    await bot.later(minutes=10)
    if until is not None:
        await embargoes.agree(bot.parts, 1, until, by="coordinator-1")
    await bot.later(minutes=1)
    return draft


async def recorded(bot: Bot) -> None:
    """The people of pip asked for an id and got one."""
    await cve.request(bot.parts, 1, "pip", by="pip-maintainer-1")
    await cve.record(bot.parts, 1, "pip", CVE, by="pip-maintainer-1")


@pytest.mark.slow
async def test_what_is_published_early_pages_once_by_the_number_of_its_case(github: FakeGitHub, bot: Bot) -> None:
    """Which advisory, whose, and until when stays with those who read the case. Nobody is told again and again."""
    draft = await a_case(github, bot, until=bot.clock.now() + 7 * DAY)
    draft.edit(cve_id=CVE)
    await bot.later(minutes=10)
    assert (await bot.standing(*WHEEL)).state == "pass"

    draft.publish()
    await bot.later(minutes=10)

    [page] = await pages(bot)
    assert page.text == EARLY
    assert page.about == "case/1"
    assert (await bot.standing(*WHEEL)).state == "finding"
    told = await ever_told(bot)
    for _ in range(5):
        await bot.later(minutes=10)
    assert (await pages(bot), await ever_told(bot)) == ([page], told)


@pytest.mark.slow
async def test_when_the_hour_came_and_it_is_public_all_is_well(github: FakeGitHub, bot: Bot) -> None:
    """Published at the very hour is in time."""
    until = bot.clock.now() + DAY
    draft = await a_case(github, bot, until=until)
    await bot.later(seconds=(until - bot.clock.now()).total_seconds())
    draft.publish()

    await bot.later(minutes=10)

    standing = await bot.standing(*WHEEL)
    assert (standing.state, standing.message) == ("pass", "what was agreed for case 1 is kept")
    assert await pages(bot) == []


@pytest.mark.slow
async def test_what_is_still_private_after_the_hour_is_a_finding_until_it_is_public(
    github: FakeGitHub, bot: Bot
) -> None:
    """The others published and wait; that pages nobody, and ends by itself."""
    until = bot.clock.now() + DAY
    draft = await a_case(github, bot, until=until)

    await bot.later(days=1, minutes=10)

    standing = await bot.standing(*WHEEL)
    assert (standing.state, standing.message) == ("finding", "case 1 is not public, though the agreed hour has come")
    assert await pages(bot) == []
    draft.publish()
    await bot.later(minutes=10)
    assert (await bot.standing(*WHEEL)).state == "pass"


@pytest.mark.slow
async def test_a_cve_record_that_somebody_publishes_elsewhere_is_noticed(github: FakeGitHub, bot: Bot) -> None:
    """Its advisory is a draft as before. GitHub sends nothing, and took the record over unreviewed."""
    draft = await a_case(github, bot, until=bot.clock.now() + 7 * DAY)
    await recorded(bot)
    await bot.later(minutes=10)

    github.world.public_cves[CVE] = (github.world.next_ghsa(), github.world.now())
    await bot.later(minutes=20)

    [page] = await pages(bot)
    assert page.text == EARLY
    assert draft.state == "draft"


@pytest.mark.slow
async def test_without_an_agreed_hour_only_ids_of_open_cases_are_asked_for(github: FakeGitHub, bot: Bot) -> None:
    """Nothing was promised, but the others have to know. Once it is public, or over, nothing is asked any more."""
    draft = await a_case(github, bot, until=None)
    asked = [each.path for each in github.requests if each.path.startswith("/advisories")]
    assert asked == [f"/advisories/{draft.id}"]
    draft.publish()

    await bot.later(minutes=10)
    await bot.later(minutes=10)

    assert len([each for each in github.requests if each.path.startswith("/advisories")]) <= 2
    assert (await bot.standing(*WHEEL)).state == "not applicable"
    assert await pages(bot) == []


@pytest.mark.slow
async def test_the_global_database_is_asked_every_ten_minutes_at_most(github: FakeGitHub, bot: Bot) -> None:
    """Three requests in ten minutes for a case with a CVE id, however often its repository is looked at."""
    await a_case(github, bot, until=bot.clock.now() + 7 * DAY)
    await recorded(bot)
    await bot.later(minutes=30)
    start = len(github.requests)

    for _ in range(6):
        await bot.sweep()
        await bot.later(minutes=1)

    asked = [each for each in github.requests[start:] if each.path.startswith("/advisories")]
    assert len(asked) <= 3


@pytest.mark.slow
@pytest.mark.parametrize("status", [404, 403, 500])
async def test_a_repository_that_does_not_tell_is_neither_early_nor_late(
    github: FakeGitHub, bot: Bot, status: int
) -> None:
    """The list of a repository is refused at the hour: nobody is paged by silence."""
    until = bot.clock.now() + DAY
    await a_case(github, bot, until=until)
    github.fail("GET", "/repos/pypa/wheel/security-advisories*", status, times=None)

    await bot.later(days=1, minutes=10)

    assert (await bot.standing(*WHEEL)).state == "cannot tell"
    assert await pages(bot) == []
    github.clear_faults()


async def test_a_global_database_that_does_not_answer_is_no_proof_of_privacy(github: FakeGitHub, bot: Bot) -> None:
    """404 says that an id is not there; nothing else does."""
    until = bot.clock.now() + 7 * DAY
    await a_case(github, bot, until=until)
    github.fail("GET", "/advisories/*", 403, times=None, because="permission")

    await bot.later(minutes=20)

    standing = await bot.standing(*WHEEL)
    assert standing.state == "cannot tell"
    assert "GHSA" not in standing.message
    github.clear_faults()


@pytest.mark.slow
async def test_nobody_looked_for_three_days_in_which_the_hour_came(github: FakeGitHub, bot: Bot) -> None:
    """Early is early, however late we see it; and it is told once."""
    until = bot.clock.now() + 2 * DAY
    draft = await a_case(github, bot, until=until)
    await bot.stop()
    bot.clock.advance(hours=1)
    draft.publish()
    bot.clock.advance(days=3)

    await bot.start()
    await bot.settle()

    [page] = await pages(bot)
    assert page.text == EARLY


@pytest.mark.slow
async def test_what_a_person_says_is_public_is(github: FakeGitHub, bot: Bot) -> None:
    """A blog post is on no page of GitHub. The mirror says it then, and the audit who said so."""
    await a_case(github, bot, until=bot.clock.now() + 7 * DAY)

    await embargoes.disclose(bot.parts, 1, by="coordinator-1")
    await bot.settle()

    assert len(await pages(bot)) == 1
    [mirror] = github.coordination.drafts
    assert "a coordinator says that this is public" in mirror.body
    said = [each for each in await bot.parts.database.read(partial(audit.history, key=CaseKey(1))) if each.actor]
    assert [(each.actor, each.scope) for each in said][-1] == ("coordinator-1", "it is public")
    await embargoes.agree(bot.parts, 1, None, by="coordinator-1")
    await bot.settle()
    assert await pages(bot) == []


@pytest.mark.slow
async def test_the_mirror_says_the_hour_and_that_it_was_taken_back(github: FakeGitHub, bot: Bot) -> None:
    """Everybody who reads a case has to know until when it is kept, in UTC."""
    until = bot.clock.now().replace(hour=16, minute=0) + 14 * DAY
    await a_case(github, bot, until=until)
    [mirror] = github.coordination.drafts
    assert f"Embargo: nothing of this is public before {until:%Y-%m-%d} 16:00 UTC." in mirror.body
    assert (await bot.explain("case/1"))["case"]["embargo_until"] == until.isoformat()

    await embargoes.agree(bot.parts, 1, None, by="coordinator-1")
    await bot.settle()

    assert "Embargo: no date is agreed yet." in mirror.body


async def test_only_a_coordinator_agrees_on_an_hour_that_is_to_come(github: FakeGitHub, bot: Bot) -> None:
    """Whoever answers for it is named in policy; a slip of the pen must not make all that is private late."""
    await a_case(github, bot, until=None)
    soon = bot.clock.now() + DAY

    with pytest.raises(NotAllowed, match="reporter-1 is no coordinator"):
        await embargoes.agree(bot.parts, 1, soon, by="reporter-1")
    with pytest.raises(NotAllowed, match="which coordinator"):
        await embargoes.agree(bot.parts, 1, soon, by="")
    with pytest.raises(NotAllowed, match="is over"):
        await embargoes.agree(bot.parts, 1, bot.clock.now(), by="coordinator-1")
    with pytest.raises(cases.NoSuchCase, match="no case 2"):
        await embargoes.agree(bot.parts, 2, soon, by="coordinator-1")


@pytest.mark.parametrize("text", ["2026-12-15", "2026-12-15T16:00", "2026-12-15T16:00+01:00", "tomorrow"])
def test_an_hour_is_written_in_utc(text: str) -> None:
    """In local time it is another hour for everybody else."""
    with pytest.raises(NotAllowed, match="2026-12-15T16:00Z"):
        embargoes.hour(text)


@pytest.mark.parametrize(("day", "warned"), [(14, False), (17, False), (18, True), (19, True), (20, True), (21, False)])
def test_fridays_and_weekends_are_warned_of(day: int, *, warned: bool) -> None:
    """In December 2026 the 18th is a Friday."""
    assert bool([*embargoes.doubts(embargoes.hour(f"2026-12-{day}T16:00Z"))]) == warned


async def test_a_page_in_the_log_does_not_say_whose_case_it_is(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """A log goes to more people than the outbox: beside a repository it would say that a case is open there."""
    draft = await a_case(github, bot, until=bot.clock.now() + 7 * DAY)

    draft.publish()
    await bot.later(minutes=10)

    [line] = {line for line in said().splitlines() if "public before the agreed hour" in line}
    [page] = await pages(bot)
    assert page.about in line
    assert "wheel" not in line
    assert "embargo-kept" not in line


def test_a_log_that_names_a_repository_beside_a_case_is_noticed(github: FakeGitHub) -> None:
    """Every story ends by looking for that."""
    bad = ["page policy=embargo-kept repository=pypa/wheel", "case 1 of PyPA/wheel", "case/1 pypa/pip"]
    good = [
        "page key=policy/0123456789ab message='case 1 was public'",
        f"{github.coordination.state.full_name}: case 1",
    ]

    assert whose(github, "\n".join([*bad, *good])) == bad


async def test_a_repository_that_is_archived_keeps_what_was_promised_about_it(github: FakeGitHub, bot: Bot) -> None:
    """Archiving shows no draft any more; that it was public early does not end by that."""
    draft = await a_case(github, bot, until=bot.clock.now() + 7 * DAY)
    draft.publish()
    await bot.later(minutes=10)
    [page] = await pages(bot)

    github.repo("pypa/wheel").archive()
    for _ in range(3):
        await bot.later(minutes=10)

    assert await pages(bot) == [page]
    assert (await bot.standing(*WHEEL)).state == "finding"
