"""What if a case changes while nobody knows whether it has a mirror already, or while it has two?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from app.casework import linking, opening
from app.domain.cases import StoredCase
from app.domain.ids import AdvisoryKey, CaseKey
from app.store import cases
from tests.e2e.stores import in_both_stores
from tests.e2e.test_cases_opened_by_hand import BY, link_to
from tests.e2e.test_two_that_write import a_second_mirror, look_on
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.instances import Instance, several_instances

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]


@pytest.fixture
async def two(bot: Bot) -> AsyncIterator[list[Instance]]:
    async with several_instances(bot, 2) as instances:
        yield instances


async def case_1(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def link_uv(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    uv = github.repo("astral-sh/uv").draft("Entry points escape in uv", affects=["rust:uv"])
    await linking.link(bot.parts, 1, link_to(uv, "astral-sh/uv"), by=BY, agreed_by=["uv-maintainer-1"])
    return uv


async def twenty_minutes(bot: Bot) -> None:
    for _ in range(4):
        await bot.later(minutes=5)


@in_both_stores
async def test_a_link_between_a_lost_answer_and_the_next_look_makes_no_second_mirror(
    github: FakeGitHub, bot: Bot
) -> None:
    """The mirror that was opened says what the case was then."""
    github.lose_answer("POST", github.mirrors_path, how="reset")
    github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    assert ((await case_1(bot)).mirror, len(github.coordination.open_mirrors)) == (None, 1)

    uv = await link_uv(github, bot)
    await twenty_minutes(bot)

    [mirror] = github.coordination.open_mirrors
    assert str((await case_1(bot)).mirror) == mirror.id
    assert uv.id in mirror.body
    assert (await bot.explain("case/1"))["people_must"] == []


@pytest.mark.parametrize("stays", [True, False])
async def test_a_case_by_mail_is_known_again_whatever_was_linked_meanwhile(
    github: FakeGitHub, bot: Bot, *, stays: bool
) -> None:
    """Its mirror names no advisory, or one that was taken out since: it is of the same case, opened at that moment."""
    github.lose_answer("POST", github.mirrors_path, how="reset")
    links: tuple[AdvisoryKey, ...] = ()
    if not stays:
        wheel = github.repo("pypa/wheel").draft("Entry points escape in wheel", affects=["wheel"])
        links = (link_to(wheel, "pypa/wheel"),)
    await opening.open_case(bot.parts, tools=("pip", "uv"), links=links, by=BY, agreed_by=["wheel-maintainer-1"])
    await bot.settle()
    for link in links:
        await linking.unlink(bot.parts, 1, link, by=BY)
    uv = await link_uv(github, bot)

    await twenty_minutes(bot)

    [mirror] = github.coordination.open_mirrors
    assert str((await case_1(bot)).mirror) == mirror.id
    assert uv.id in mirror.body


async def test_a_second_mirror_is_told_of_whatever_is_linked_since(
    github: FakeGitHub, bot: Bot, two: list[Instance]
) -> None:
    """Somebody commented in it, so people close it; what the case is now does not make it another's."""
    second = await a_second_mirror(github, bot, two)
    second.comment("I looked into it here", by="coordinator-1")
    await link_uv(github, bot)

    await look_on(bot, two)

    _, plan = await bot.parts.reconciler.glance(CaseKey(1))
    assert len([each for each in plan.people_must if "2 open mirrors" in each]) == 1


async def over(github: FakeGitHub, bot: Bot, two: list[Instance], second: FakeAdvisory) -> FakeAdvisory:
    """The case is over and its own mirror is closed, while GitHub takes nothing that is written to the second."""
    [kept] = [each for each in github.coordination.drafts if each.id != second.id]
    github.fail("PATCH", f"{github.mirrors_path}/{second.id}", 500, times=None)
    github.repo("pypa/wheel").drafts[-1].close()
    await look_on(bot, two)
    assert (kept.is_open, second.is_open) == (False, True)
    assert (await case_1(bot)).state == "open"
    return kept


async def test_a_case_does_not_end_while_a_second_mirror_is_open(
    github: FakeGitHub, bot: Bot, two: list[Instance]
) -> None:
    """Nothing looks at a closed case any more, and its text would stay in an open draft for ever."""
    second = await a_second_mirror(github, bot, two)
    await over(github, bot, two, second)

    github.clear_faults()
    for _ in range(3):
        await look_on(bot, two)

    assert github.coordination.drafts == []
    assert (await case_1(bot)).state == "closed"


async def test_people_are_told_of_a_second_mirror_whose_case_is_over(
    github: FakeGitHub, bot: Bot, two: list[Instance]
) -> None:
    """Somebody said something in it; when they close it the case ends."""
    second = await a_second_mirror(github, bot, two)
    second.comment("I looked into it here", by="coordinator-1")
    github.repo("pypa/wheel").drafts[-1].close()
    await look_on(bot, two)

    assert ([each.id for each in github.coordination.drafts], (await case_1(bot)).state) == ([second.id], "open")
    _, plan = await bot.parts.reconciler.glance(CaseKey(1))
    assert [each for each in plan.people_must if "another mirror of case 1 is open" in each] != []

    second.close()
    await look_on(bot, two)
    assert (await case_1(bot)).state == "closed"
