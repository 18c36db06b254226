"""Comments that go between a linked advisory and the mirror, where both sides agreed."""

from __future__ import annotations

from functools import partial

import pytest

from app.casework import relaying
from app.domain.cases import Direction
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.talks import Way
from app.halting import NotAllowed
from app.store import cases, relays
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]

BY = "coordinator-1"
OWN = "pip-maintainer-1"


async def linked(github: FakeGitHub, bot: Bot) -> tuple[FakeAdvisory, FakeAdvisory | FakeIssue]:
    """A report of pip that was accepted and names uv, and its mirror."""
    report = github.repo("pypa/pip").report("Entry points escape", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    report.accept()
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    return report, mirror


def way(report: FakeAdvisory, direction: Direction) -> Way:
    return Way(case=1, ghsa=Ghsa(report.id), direction=direction)


async def agreed(bot: Bot, report: FakeAdvisory, direction: Direction) -> None:
    await relaying.begin(bot.parts, way(report, direction), by=BY)
    await relaying.begin(bot.parts, way(report, direction), by=OWN)
    bot.clock.advance(seconds=5)


async def test_what_the_reporter_says_reaches_the_mirror_once_both_sides_agreed(github: FakeGitHub, bot: Bot) -> None:
    """Maintainers of the other tools need not ask the reporter again. One yes alone copies nothing."""
    report, mirror = await linked(github, bot)
    report.comment("Said before anybody agreed", by="reporter-1")
    await relaying.begin(bot.parts, way(report, "to-mirror"), by=BY)
    report.comment("Said while one had agreed", by="reporter-1")
    await bot.later(minutes=5)
    assert mirror.comments == []

    await agreed(bot, report, "to-mirror")
    comment = report.comment("It needs a wheel with a path", by="reporter-1")
    await bot.later(minutes=5)

    [(author, text)] = mirror.comments
    assert author == "greenroom-hand[bot]"
    assert f"reporter-1 wrote in pypa/pip {report.id}" in text
    assert "    It needs a wheel with a path" in text

    report.edit_comment(comment, "It needs a wheel with an absolute path")
    await bot.later(minutes=15)
    [(_, text)] = mirror.comments
    assert "an absolute path" in text
    assert len(report.comments) == 3  # nothing came back


async def test_each_direction_is_agreed_on_its_own_and_nothing_echoes(github: FakeGitHub, bot: Bot) -> None:
    """With both open a comment is on both sides once."""
    report, mirror = await linked(github, bot)
    await agreed(bot, report, "to-mirror")
    await agreed(bot, report, "to-source")

    report.comment("From the reporter", by="reporter-1")
    mirror.comment("From the people of uv", by="uv-maintainer-1")
    await bot.later(minutes=10)
    await bot.later(minutes=10)

    assert len(report.comments) == len(mirror.comments) == 2
    [_, told] = report.comments
    assert "uv-maintainer-1 wrote in case 1" in told[1]


async def test_either_side_ends_it(github: FakeGitHub, bot: Bot) -> None:
    """It was a trial; what was copied stays, as nothing can be deleted."""
    report, mirror = await linked(github, bot)
    await agreed(bot, report, "to-mirror")
    report.comment("Heard", by="reporter-1")
    await bot.later(minutes=5)

    await relaying.end(bot.parts, way(report, "to-mirror"), by=OWN)
    report.comment("Not heard any more", by="reporter-1")
    await bot.later(minutes=10)

    assert len(mirror.comments) == 1
    [relay] = await bot.parts.database.read(partial(relays.of_case, number=1))
    assert not relay.is_on


async def test_what_is_edited_while_it_is_off_is_not_heard_when_it_begins_anew(github: FakeGitHub, bot: Bot) -> None:
    """They agreed to what is said from then on. An old copy follows what people make of its original after that."""
    report, mirror = await linked(github, bot)
    await agreed(bot, report, "to-mirror")
    comment = report.comment("It needs a wheel", by="reporter-1")
    await bot.later(minutes=5)
    await relaying.end(bot.parts, way(report, "to-mirror"), by=OWN)
    await bot.later(minutes=5)

    report.edit_comment(comment, "It needs a wheel; between ourselves, of my employer")
    await bot.later(minutes=10)
    await agreed(bot, report, "to-mirror")
    await bot.later(minutes=10)
    [(_, text)] = mirror.comments
    assert "    It needs a wheel" in text
    assert "employer" not in text

    report.edit_comment(comment, "It needs a wheel with a path")
    await bot.later(minutes=10)
    [(_, text)] = mirror.comments
    assert "    It needs a wheel with a path" in text


async def test_a_lost_answer_and_a_restart_double_nothing(github: FakeGitHub, bot: Bot) -> None:
    """GitHub has no way to send a comment at most once, so it is looked for."""
    report, mirror = await linked(github, bot)
    await agreed(bot, report, "to-mirror")
    report.comment("It needs a wheel", by="reporter-1")
    github.lose_answer("POST", f"{github.mirrors_path}/*/comments")

    await bot.later(minutes=2)
    await bot.restart()
    await bot.later(minutes=10)

    assert len(mirror.comments) == 1


async def test_a_reporter_who_talks_all_day_leaves_room_for_other_cases(github: FakeGitHub, bot: Bot) -> None:
    """GitHub lets us create a hundred things an hour, and the mirror of another case must not wait for chatter."""
    report, mirror = await linked(github, bot)
    await agreed(bot, report, "to-mirror")
    for number in range(30):
        report.comment(f"And another thing, {number}", by="reporter-1")

    for _ in range(5):
        await bot.later(minutes=9)
    assert 20 <= len(mirror.comments) <= 25
    github.repo("pypa/wheel").draft("Another matter", affects=["wheel", "rust:uv"])
    await bot.later(minutes=5)

    assert len(github.coordination.open_mirrors) == 2
    for _ in range(4):
        await bot.later(minutes=20)
    assert len(mirror.comments) == 30


async def test_what_we_copied_is_not_copied_back_when_its_mark_was_taken_out(github: FakeGitHub, bot: Bot) -> None:
    """Whoever reads a source can edit our copy there; nobody may speak on the other side under our name by that."""
    report, mirror = await linked(github, bot)
    await agreed(bot, report, "to-mirror")
    await agreed(bot, report, "to-source")
    mirror.comment("From the people of uv", by="uv-maintainer-1")
    await bot.later(minutes=5)
    await relaying.end(bot.parts, way(report, "to-source"), by=BY)
    [copy] = [each.id for each in report.now.comments]

    report.edit_comment(copy, "Publish tomorrow")
    await bot.later(minutes=15)

    assert [author for author, _ in mirror.comments] == ["uv-maintainer-1"]


async def test_nothing_is_said_to_an_advisory_that_is_public_by_now(github: FakeGitHub, bot: Bot) -> None:
    """The case goes on for another one; what its people say is for those who read the mirror."""
    report, mirror = await linked(github, bot)
    await agreed(bot, report, "to-source")
    await agreed(bot, report, "to-mirror")
    other = github.repo("astral-sh/uv").draft("The same in uv", affects=["rust:uv"])
    await bot.parts.database.write(
        partial(
            cases.link_advisory,
            number=1,
            link=AdvisoryKey(RepoName("astral-sh", "uv"), Ghsa(other.id)),
            by=BY,
            now=bot.clock.now(),
        )
    )
    report.publish()
    await bot.later(minutes=2)
    mirror.comment("Still at work on uv", by="uv-maintainer-1")
    before = len(github.writes)

    await bot.later(minutes=10)

    assert [each.path for each in github.writes[before:] if "/pypa/pip/" in each.path] == []
    assert report.comments == []


async def test_people_of_other_tools_agree_to_nothing_for_the_source(github: FakeGitHub, bot: Bot) -> None:
    """Whose comments they are, theirs is the yes."""
    report, _ = await linked(github, bot)

    with pytest.raises(NotAllowed, match="is no coordinator"):
        await relaying.begin(bot.parts, way(report, "to-mirror"), by="uv-maintainer-1")
    other = Way(case=1, ghsa=Ghsa("GHSA-2222-2222-2222"), direction="to-mirror")
    with pytest.raises(NotAllowed, match="not linked to case 1"):
        await relaying.begin(bot.parts, other, by=BY)
