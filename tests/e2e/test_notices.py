"""What people are told, once, for as long as it is so; and what they are not told, because it passes by itself."""

from __future__ import annotations

import random
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import delete, select, update

from app.domain.records import Notice
from app.store import findings as standings
from app.store import notices, schema
from tests.e2e.answers import recover
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP, CASES = "/repos/pypa/pip", "/repos/packaging-security/cases"
SWITCH = f"{PIP}/private-vulnerability-reporting"


async def told(bot: Bot) -> list[tuple[str, str]]:
    """What is open now: kinds, and what they are about."""
    return [(each.kind, each.about) for each in await bot.parts.database.read(notices.open_notices)]


async def only(bot: Bot) -> Notice:
    [notice] = await bot.parts.database.read(notices.open_notices)
    return notice


async def ever_told(bot: Bot) -> int:
    """How many notices there have been, closed ones included."""
    return len(await bot.parts.database.read(lambda conn: conn.execute(select(schema.notices)).all()))


async def _settled(bot: Bot) -> None:
    await bot.approve_everything()
    await bot.settle()
    assert await ever_told(bot) == 0, "there is nothing to tell of a world in order"


async def _looks(bot: Bot, count: int, minutes: float = 10) -> None:
    """Time passes, and each time everything is looked at once."""
    for _ in range(count):
        await bot.later(minutes=minutes)


class Flaky(httpx.AsyncBaseTransport):
    """A connection on which a share of all requests is answered with a server error, by a seed."""

    def __init__(self, inner: httpx.AsyncBaseTransport, seed: int) -> None:
        self._inner, self._random = inner, random.Random(seed)  # noqa: S311 - a story that can be told again
        self.share = 0.0
        self.asked = self.failed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self._random.random() < self.share:
            self.failed += 1
            return httpx.Response(self._random.choice((500, 502, 503, 504)), text="Whoa there!")
        return await self._inner.handle_async_request(request)


@pytest.fixture
def flaky(github: FakeGitHub) -> Flaky:
    """Ask for it before `bot`, which connects to it."""
    github.transport = flaky = Flaky(github.transport, seed=1298)
    return flaky


@pytest.mark.slow
async def test_two_in_a_hundred_answers_that_fail_for_five_hours_tell_nobody_anything(
    flaky: Flaky, github: FakeGitHub, bot: Bot
) -> None:
    """GitHub has bad minutes all the time. What passes by itself is no finding, no notice and no write."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.repo("pypa/get-pip").write_file("SECURITY.md", "Write to security@python.org about vulnerabilities.")
    await _settled(bot)
    await bot.later(minutes=10)
    writes = len(github.writes)
    flaky.share, flaky.asked = 0.02, 0
    findings: set[str] = set()

    for _ in range(30):
        await _looks(bot, 1)
        findings |= {each.state for each in await bot.parts.database.read(standings.standings)} & {
            "finding",
            "blocked",
            "contested",
        }

    assert flaky.failed >= 20
    assert 0.01 < flaky.failed / flaky.asked < 0.03
    assert findings == set()
    assert await ever_told(bot) == 0
    assert len(github.writes) == writes
    flaky.share = 0.0


async def test_three_looks_in_a_row_that_cannot_tell_are_one_notice_however_long_it_lasts(
    github: FakeGitHub, bot: Bot
) -> None:
    """Silence would be a false peace, and a notice each time would be noise. A second outage is news again."""
    await _settled(bot)
    github.refuse_permission("GET", SWITCH, times=None)

    await _looks(bot, 2)
    assert await told(bot) == []
    await _looks(bot, 1)
    assert await told(bot) == [("cannot-see", "pypa/pip")]
    assert (await only(bot)).text == "pypa/pip cannot be seen, or not all of it, since 2026-12-01 09:10 UTC"
    await _looks(bot, 12)
    assert await told(bot) == [("cannot-see", "pypa/pip")]
    assert await ever_told(bot) == 1

    recover(github)
    await _looks(bot, 1)
    assert await told(bot) == []

    github.fail("GET", SWITCH, 502, times=None)
    await _looks(bot, 3)
    assert await told(bot) == [("cannot-see", "pypa/pip")]
    assert await ever_told(bot) == 2
    recover(github)
    await _looks(bot, 3)
    assert await told(bot) == []


async def test_what_could_be_told_in_between_begins_the_count_anew(github: FakeGitHub, bot: Bot) -> None:
    """Two bad looks, a good one, two bad ones: nothing that people could do anything about."""
    await _settled(bot)

    for _ in range(2):
        github.refuse_permission("GET", SWITCH, times=None)
        await _looks(bot, 2)
        recover(github)
        await _looks(bot, 1)

    assert await ever_told(bot) == 0


async def test_half_an_hour_is_enough_where_looks_are_rare(github: FakeGitHub, bot: Bot) -> None:
    """Whoever looks once an hour must not wait for the third look."""
    await _settled(bot)
    github.refuse_permission("GET", SWITCH, times=None)

    await _looks(bot, 1)
    assert await told(bot) == []
    bot.clock.advance(minutes=31)
    await bot.sweep()
    await bot.settle()

    assert await told(bot) == [("cannot-see", "pypa/pip")]
    recover(github)
    await _looks(bot, 1)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_case_and_a_report_that_cannot_be_seen_are_told_without_saying_where_they_are(
    github: FakeGitHub, bot: Bot
) -> None:
    """That wheel has an open advisory is embargoed: a case has its number, a report its pseudonym."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await _settled(bot)
    report = github.repo("pypa/wheel").report("A candidate", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    github.fail("GET", "/repos/pypa/wheel/security-advisories/*", 502, times=None)

    await _looks(bot, 3)

    found = await bot.parts.database.read(notices.open_notices)
    assert {each.about.partition("/")[0] for each in found} == {"case", "advisory"}
    assert all("wheel" not in each.text and report.ghsa not in each.text for each in found)
    recover(github)
    report.edit(state="closed")
    await bot.later(minutes=20)
    await _looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_coordination_repository_that_is_not_private_enough_is_a_page(github: FakeGitHub, bot: Bot) -> None:
    """People must see it at once, and once; when it is mended the page is over."""
    await _settled(bot)
    github.coordination.state.has_wiki = True

    await _looks(bot, 4)

    notice = await only(bot)
    assert (notice.kind, notice.severity) == ("page", "page")
    assert notice.about == "packaging-security/cases#coordination-private"
    assert "a wiki" in notice.text
    github.fail("GET", CASES, 502, times=None)
    await _looks(bot, 1)
    assert ("page", notice.about) in await told(bot), "what cannot be told closes nothing"
    recover(github)
    github.coordination.state.has_wiki = False
    await _looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_remedy_in_vain_is_told_at_once_and_until_it_is_mended(github: FakeGitHub, bot: Bot) -> None:
    """A configuration makes GitHub accept the write and change nothing: only an owner can mend that."""
    await _settled(bot)
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")

    await bot.later(seconds=31)

    assert await told(bot) == [("blocked", "pypa/pip#private-reporting")]
    await _looks(bot, 3)
    assert await ever_told(bot) == 1
    github.repo("pypa/pip").detach_configuration()
    github.repo("pypa/pip").disable_private_reporting(by="pypa-owner-1")
    await _looks(bot, 1)
    assert await told(bot) == []


@pytest.mark.slow
@pytest.mark.parametrize("slipped_in", [False, True], ids=["a draft", "a report where reporting is off"])
async def test_people_who_cannot_be_added_to_an_advisory_are_told_without_saying_where(
    github: FakeGitHub, bot: Bot, said: Callable[[], str], *, slipped_in: bool
) -> None:
    """They are missing only where an advisory is open, and that pip has one is embargoed. Who explains pip sees it."""
    await _settled(bot)
    pip = github.repo("pypa/pip")
    report = pip.report("Path traversal") if slipped_in else pip.draft("Path traversal")
    github.fail("PATCH", f"{PIP}/security-advisories/*", 502, times=1)
    github.refuse_permission("PATCH", f"{PIP}/security-advisories/*", times=None)

    await bot.sweep()
    await _looks(bot, 3)

    found = await bot.parts.database.read(notices.open_notices)
    assert {(each.kind, each.about.partition("/")[0]) for each in found} == {("blocked", "policy")}
    assert all("pip" not in each.text for each in found)
    named = [line for line in said().splitlines() if "pypa/pip" in line]
    assert [line for line in named if "advisor" in line or "reach" in line or "collaborators" in line] == []
    explained = (await bot.explain("pypa/pip"))["notices"]
    assert {each["about"] for each in explained} == {each.about for each in found}

    recover(github)
    report.edit(state="closed")
    await _looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["archived", "renamed"])
async def test_what_was_told_under_a_pseudonym_ends_with_what_it_was_about(
    github: FakeGitHub, bot: Bot, gone: str
) -> None:
    """Nobody looks at an archived repository, and under another name everything has another pseudonym."""
    await _settled(bot)
    pip = github.repo("pypa/pip")
    draft = pip.draft("Path traversal")
    github.refuse_permission("PATCH", "/repos/pypa/*/security-advisories/*", times=None)
    await bot.sweep()
    await _looks(bot, 1)
    [before] = await told(bot)

    _ = pip.archive() if gone == "archived" else pip.rename("pip-ng")
    await _looks(bot, 2)

    after = [each for each in await told(bot) if each[0] == "blocked"]
    assert before not in after
    assert len(after) == (gone == "renamed")
    recover(github)
    draft.edit(state="closed")


@pytest.mark.slow
async def test_a_case_that_waits_for_people_says_how_many_matters_and_not_which(github: FakeGitHub, bot: Bot) -> None:
    """What is to be settled belongs to those who may read the case."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await _settled(bot)
    advisory.edit(summary="Path traversal in wheels")
    github.coordination.drafts[-1].edit(summary="Something else")

    await _looks(bot, 2)

    notice = await only(bot)
    assert (notice.kind, notice.about) == ("people-must", "case/1")
    assert notice.text == "case/1 waits for people: 1 matter to settle"
    github.coordination.drafts[-1].edit(summary="Path traversal in wheels")
    await _looks(bot, 1)
    assert await told(bot) == []


@pytest.mark.slow
async def test_each_mistake_in_the_policy_file_is_told_once(github: FakeGitHub, bot: Bot) -> None:
    """The last good policy stays in force, and whoever made the mistake is told where and what would be right."""
    del github
    await _settled(bot)

    await edit_policy(bot, lambda content: content.update(tolls={}))
    await _looks(bot, 2)
    first = await only(bot)
    assert (first.kind, first.about) == ("policy-invalid", "greenroom.yml")
    assert 'did you mean "tools"?' in first.text
    assert "line" in first.text

    await edit_policy(bot, lambda content: content.update(tolls={}, extra=1))
    assert (await only(bot)).text != first.text
    await edit_policy(bot, lambda content: [content.pop("tolls"), content.pop("extra")])

    assert await told(bot) == []
    assert await ever_told(bot) == 2


@pytest.mark.slow
async def test_a_policy_file_that_is_gone_is_told_and_over_when_it_is_back(github: FakeGitHub, bot: Bot) -> None:
    """The same file back again is as good as a new one, for an app that was restarted in between too."""
    del github
    await _settled(bot)
    text = bot.policy.read_text(encoding="utf-8")
    bot.policy.unlink()
    await _looks(bot, 1)
    assert await told(bot) == [("policy-invalid", "greenroom.yml")]

    bot.policy.write_text(text, encoding="utf-8")
    await bot.restart()
    await bot.settle()

    assert await told(bot) == []


@pytest.mark.slow
async def test_a_sweep_that_can_list_nothing_for_half_an_hour_is_one_notice(github: FakeGitHub, bot: Bot) -> None:
    """Where not even the installations are known, no key fails: nothing is looked at. That must not look like peace."""
    await _settled(bot)
    github.fail("GET", "/app/installations", 503, times=None)

    await _looks(bot, 2)
    assert await told(bot) == []
    await _looks(bot, 6)
    assert await told(bot) == [("cannot-see", "sweep")]
    assert await ever_told(bot) == 1

    recover(github)
    await _looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
async def test_what_is_looked_at_no_more_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """An archived repository is left alone, so no look would ever say that it can be seen again."""
    await _settled(bot)
    github.fail("GET", "/repos/pypa/wheel/security-advisories", 403, times=None)
    await _looks(bot, 3)
    assert await told(bot) == [("cannot-see", "pypa/wheel")]

    github.repo("pypa/wheel").archive()
    await _looks(bot, 2)

    assert await told(bot) == []
    recover(github)


@pytest.mark.slow
async def test_a_report_that_is_decided_elsewhere_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """The list of the repository says that it is closed, so nobody looks at the report itself any more."""
    await _settled(bot)
    report = github.repo("pypa/wheel").report("A candidate", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    github.fail("GET", f"/repos/pypa/wheel/security-advisories/{report.ghsa}", 502, times=None)
    await _looks(bot, 3)
    [(kind, about)] = await told(bot)
    assert (kind, about.partition("/")[0]) == ("cannot-see", "advisory")

    report.edit(state="closed")
    await _looks(bot, 2)

    assert await told(bot) == []
    recover(github)


@pytest.mark.slow
async def test_a_report_of_one_tool_that_is_listed_again_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """It is looked at by itself only while it is in no list; in the list again, it can be seen."""
    await _settled(bot)
    report = github.repo("pypa/wheel").report("A matter of wheel", affects=["wheel"])
    await bot.sweep()
    await bot.settle()
    state = github.repo("pypa/wheel").state
    hidden = state.advisories.pop(report.ghsa)
    github.fail("GET", f"/repos/pypa/wheel/security-advisories/{report.ghsa}", 502, times=None)
    await _looks(bot, 3)
    assert [kind for kind, _ in await told(bot)] == ["cannot-see"]

    state.advisories[report.ghsa] = hidden
    await _looks(bot, 2)

    assert await told(bot) == []
    recover(github)


@pytest.mark.slow
async def test_a_look_that_fails_before_it_saw_anything_could_not_tell_either(github: FakeGitHub, bot: Bot) -> None:
    """A fault of our own must not look like peace: whatever ends a look, after three in a row people are told."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await _settled(bot)
    links = await bot.parts.database.read(lambda conn: [*conn.execute(select(schema.case_links)).mappings()])
    await bot.parts.database.write(lambda conn: conn.execute(delete(schema.case_links)))

    await _looks(bot, 4)

    assert await told(bot) == [("cannot-see", "case/1")]
    await bot.parts.database.write(lambda conn: conn.execute(schema.case_links.insert(), [dict(row) for row in links]))
    await _looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_person_who_asks_again_and_again_is_told_as_much(github: FakeGitHub, bot: Bot) -> None:
    """An explanation shows what is open, since when it cannot be seen, and the age of what was known before."""
    await _settled(bot)
    github.refuse_permission("GET", SWITCH, times=None)
    await _looks(bot, 3)

    story = await bot.explain("pypa/pip")

    assert [each["kind"] for each in story["notices"]] == ["cannot-see"]
    assert story["unseen"] == {"since": "2026-12-01T09:10:00+00:00", "looks": 4}
    [standing] = [each for each in story["states"] if each["policy"] == "private-reporting"]
    assert (standing["state"], standing["since"]) == ("cannot tell", "2026-12-01T09:10:00+00:00")
    assert standing["seen_at"] == "2026-12-01T09:00:00+00:00"
    assert any("403" in reason for reason in story["cannot_tell"])
    recover(github)


@pytest.mark.slow
async def test_an_audit_that_somebody_changed_is_a_page_within_a_day(github: FakeGitHub, bot: Bot) -> None:
    """Who hides what was done has to be seen, without anybody thinking of asking."""
    await bot.approve_everything()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.later(seconds=31)
    audit = schema.audit
    row = select(audit.c.id).where(audit.c.phase == "conclude").limit(1).scalar_subquery()
    await bot.parts.database.write(
        lambda conn: conn.execute(update(audit).where(audit.c.id == row).values(outcome="refused"))
    )

    await _looks(bot, 1)
    assert await told(bot) == []
    await bot.restart()
    await bot.settle()

    notice = await only(bot)
    assert (notice.kind, notice.severity) == ("audit-broken", "page")
    assert "is not as it was written" in notice.text
    await bot.parts.database.write(lambda conn: conn.execute(delete(audit)))
    await _looks(bot, 1, minutes=24 * 60 + 1)
    assert await told(bot) == []
