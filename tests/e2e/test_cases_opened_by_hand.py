"""What of a report that came by mail, of which no advisory tells?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.casework import embargoes, linking, opening, taking_part
from app.domain.ids import AdvisoryKey, parse_key
from app.domain.mirrors import Store
from app.halting import NotAllowed
from app.store import cases, timeline
from tests.e2e.stores import in_both_stores
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

BY = "coordinator-1"


async def by_hand(bot: Bot, *tools: str) -> int:
    case = await opening.open_case(bot.parts, tools=tools, links=(), by=BY)
    await bot.settle()
    return case.number


def link_to(draft: FakeAdvisory, repo: str) -> AdvisoryKey:
    key = parse_key(f"{repo}/{draft.id}")
    assert isinstance(key, AdvisoryKey)
    return key


@in_both_stores
@pytest.mark.usefixtures("approved")
async def test_a_report_by_mail_gets_a_mirror_whose_text_people_write(
    github: FakeGitHub, bot: Bot, store: Store
) -> None:
    """Reports about pip come to security@python.org: nothing of them is on GitHub until people write it there."""
    assert await by_hand(bot, "pip", "uv") == 1

    [mirror] = github.coordination.open_mirrors
    assert mirror.title == "Case 1"
    assert "| pip | named by a coordinator | unknown |" in mirror.body
    assert "- none yet" in mirror.body
    if store == "advisory":
        assert {"pip-maintainer-1", "uv-maintainer-1"} <= set(mirror.collaborators)

    if (
        store == "advisory"
    ):  # the title of an issue is told to everybody who watches the repository, so it stays neutral
        mirror.retitle("Entry points escape")
    mirror.rewrite(f"{mirror.body}\n\nA wheel can write outside of its scheme.")
    await bot.sweep()
    await bot.settle()

    [mirror] = github.coordination.open_mirrors
    assert mirror.title == {"advisory": "Entry points escape", "issue": "Case 1"}[store]
    assert "A wheel can write" in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_draft_that_is_linked_later_is_copied_and_ends_the_case(github: FakeGitHub, bot: Bot) -> None:
    """The mail came first, and pip's draft a day later: from then on the mirror follows it."""
    number = await by_hand(bot, "pip", "uv")
    draft = github.repo("pypa/pip").draft("Entry points escape", affects=["pip"], severity="high")

    await linking.link(bot.parts, number, link_to(draft, "pypa/pip"), by=BY, agreed_by=["pip-maintainer-1"])
    await bot.settle()
    await bot.later(minutes=10)

    [mirror] = github.coordination.open_mirrors
    assert (mirror.title.startswith("Entry points escape"), mirror.severity) == (True, "high")
    assert draft.id in mirror.body
    assert "- none yet" not in mirror.body

    draft.close()
    await bot.later(minutes=10)

    assert github.coordination.open_mirrors == []
    assert (await bot.parts.database.read(lambda conn: cases.case(conn, number))).state == "closed"


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_two_advisories_of_one_bug_are_one_case_that_ends_with_the_last(github: FakeGitHub, bot: Bot) -> None:
    """Whoever reads the mirror reads both texts. One tool publishes days before the other, for which it stays open."""
    pip = github.repo("pypa/pip").draft("pip: entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    uv = github.repo("astral-sh/uv").draft("uv: entry points escape", affects=["rust:uv"], cwe_ids=["CWE-22"])

    await linking.link(bot.parts, 1, link_to(uv, "astral-sh/uv"), by=BY, agreed_by=["uv-maintainer-1"])
    await bot.settle()
    await bot.later(minutes=10)

    [mirror] = github.coordination.open_mirrors
    assert mirror.title.startswith("pip: entry points escape")
    assert all(each.id in mirror.body for each in (pip, uv))
    assert mirror.cwe_ids == ["CWE-22"]

    uv.publish()
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    assert f"astral-sh/uv {uv.id}: published" in mirror.body

    pip.close()
    await bot.later(minutes=10)
    assert github.coordination.open_mirrors == []


@pytest.mark.usefixtures("approved")
async def test_what_a_tool_answers_stands_in_the_mirror_with_its_reason(github: FakeGitHub, bot: Bot) -> None:
    """Everybody else asks themselves whether they are affected, too."""
    number = await by_hand(bot, "pip", "uv")

    await taking_part.answer(
        bot.parts, number, "uv", "not-affected", justification="vulnerable_code_not_present", by="uv-maintainer-1"
    )
    await bot.settle()

    [mirror] = github.coordination.open_mirrors
    assert "| uv | named by a coordinator | not affected (vulnerable_code_not_present) |" in mirror.body
    events = await bot.parts.database.read(lambda conn: timeline.events(conn, number))
    assert [(each.what, each.tool, each.by) for each in events][-1] == ("answered", "uv", "uv-maintainer-1")


@pytest.mark.usefixtures("approved")
async def test_nobody_speaks_for_another_tool(bot: Bot) -> None:
    """A wrong “not affected” would send its people home."""
    number = await by_hand(bot, "pip", "uv")

    with pytest.raises(NotAllowed, match="uv-maintainer-1 is not known to speak for pip"):
        await taking_part.answer(bot.parts, number, "pip", "fixed", justification=None, by="uv-maintainer-1")


@pytest.mark.usefixtures("approved")
async def test_silence_stays_unknown_and_is_told_when_the_day_is_over(github: FakeGitHub, bot: Bot) -> None:
    """Nobody is said to be unaffected because they were on holiday."""
    number = await by_hand(bot, "pip")
    day = bot.clock.now().date()
    await taking_part.invite(bot.parts, number, "uv", rsvp=day, by=BY)
    await bot.settle()
    assert (await bot.explain("case/1"))["people_must"] == []

    await bot.later(days=1)

    [mirror] = github.coordination.open_mirrors
    assert f"| uv | named by a coordinator | unknown, asked until {day} |" in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == [f"uv was asked to answer until {day}, and did not"]


@pytest.mark.usefixtures("approved")
async def test_a_case_without_advisories_ends_by_a_coordinators_word(github: FakeGitHub, bot: Bot) -> None:
    """It was a false alarm. One with advisories ends with them, and with nothing else."""
    number = await by_hand(bot, "pip", "uv")

    await opening.close_case(bot.parts, number, by=BY)
    await bot.settle()

    assert (github.coordination.open_mirrors, len(github.coordination.mirrors)) == ([], 1)
    with pytest.raises(NotAllowed, match="is closed"):
        await taking_part.invite(bot.parts, number, "wheel", rsvp=None, by=BY)


@pytest.mark.usefixtures("approved")
async def test_what_cannot_be_meant_is_refused_with_what_would_be_right(github: FakeGitHub, bot: Bot) -> None:
    """Nothing of it is half done."""
    number = await by_hand(bot, "pip")
    other = github.repo("pypa/wheel").draft("Not policy's business", affects=["wheel"])
    ago = date(2020, 1, 1)

    for refused, words in (
        (taking_part.invite(bot.parts, number, "uvv", rsvp=None, by=BY), 'did you mean "uv"'),
        (taking_part.invite(bot.parts, number, "uv", rsvp=ago, by=BY), "2020-01-01 is over"),
        (taking_part.invite(bot.parts, number, "uv", rsvp=None, by="stranger"), "is no coordinator"),
        (opening.open_case(bot.parts, tools=(), links=(), by=BY), "name at least one tool"),
        (embargoes.agree(bot.parts, number, datetime(2020, 1, 1, tzinfo=UTC), by=BY), "is over"),
        (
            taking_part.answer(bot.parts, number, "pip", "not-affected", justification=None, by=BY),
            "component_not_present",
        ),
        (
            taking_part.answer(bot.parts, number, "pip", "fixed", justification="vulnerable_code_not_present", by=BY),
            "only not-affected",
        ),
    ):
        with pytest.raises(NotAllowed, match=words):
            await refused
    assert other.is_open
    case = await bot.parts.database.read(lambda conn: cases.case(conn, number))
    assert [(each.tool, each.status) for each in case.participants] == [("pip", "unknown")]
