"""What if one of two instances goes on when it should not any more?

Each story is one order, and the one that matters; `test_three_instances` throws dice for them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from app.casework import taking_part
from app.domain.ids import CaseKey
from app.reconcile.decide_case import SETTLING
from app.store import audit, cases, work
from app.worker import LEASE
from tests.e2e.test_cases_opened_by_hand import BY
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.instances import MINT, WRITE, Instance, several_instances
from tests.which_database import on_both

pytestmark = [on_both, pytest.mark.usefixtures("approved")]
CASE = CaseKey(1)


@pytest.fixture
async def two(bot: Bot) -> AsyncIterator[list[Instance]]:
    async with several_instances(bot, 2) as instances:
        yield instances


async def _mark(bot: Bot) -> None:
    await bot.parts.database.write(partial(work.mark, keys=[CASE], due=bot.clock.now(), priority=work.PROMPT))


async def _until(one: Instance, is_there: Callable[[], bool]) -> None:
    """Take up work, and go on until then."""
    if one.rests():
        await one.begin()
    while not one.rests() and not is_there():
        await one.go_on()
    assert not one.rests(), "it never came to that"


async def _to_the_end(one: Instance) -> None:
    while not one.rests():
        await one.go_on()


def _past_the_lease(bot: Bot) -> None:
    bot.clock.advance(seconds=LEASE.total_seconds() + 1)


async def _open_intents(bot: Bot) -> list[str]:
    return [each.kind for each in await bot.parts.database.read(lambda conn: audit.unresolved(conn, CASE))]


async def _a_case(github: FakeGitHub, bot: Bot) -> None:
    bot.secrets = {"poll_seconds": 3600, "sweep_seconds": 86400}
    await bot.restart()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()


async def test_who_was_relieved_between_two_steps_announces_nothing(
    github: FakeGitHub, bot: Bot, two: list[Instance]
) -> None:
    """It did the first step of its plan. By the time it comes to the second, another does that."""
    one, other = two
    await _a_case(github, bot)
    await taking_part.invite(bot.parts, 1, "poetry", rsvp=None, by=BY)
    github.repo("pypa/wheel").drafts[-1].edit(summary="Path traversal in sdists")
    await _mark(bot)
    before = len(github.writes)
    await _until(one, lambda: len(github.writes) > before)  # and now it reads back what it wrote
    _past_the_lease(bot)

    await _until(other, lambda: other.held.kind == MINT)  # it announced the second step
    while not one.rests():
        assert len(await _open_intents(bot)) == 1
        await one.go_on()

    assert len(await _open_intents(bot)) == 1
    assert one.gate.unleased == []
    await _to_the_end(other)
    [mirror] = github.coordination.drafts
    assert {"poetry-maintainer-1", "poetry-maintainer-2"} <= set(mirror.collaborators)
    assert mirror.title.endswith("Path traversal in sdists")


async def test_who_asks_for_a_token_for_too_long_writes_nothing(
    github: FakeGitHub, bot: Bot, two: list[Instance]
) -> None:
    """The lease is looked at just before the write is sent, and nothing else would keep it back then."""
    one, other = two
    await _a_case(github, bot)
    github.repo("pypa/wheel").drafts[-1].edit(summary="Path traversal in sdists")
    await _mark(bot)
    await _until(one, lambda: one.held.kind == MINT)
    _past_the_lease(bot)

    await _to_the_end(one)

    assert one.gate.unleased == []
    await other.finish()
    [mirror] = github.coordination.drafts
    assert mirror.title.endswith("Path traversal in sdists")


async def a_second_mirror(github: FakeGitHub, bot: Bot, two: list[Instance]) -> FakeAdvisory:
    """It came when nobody waited for it any more: GitHub knows nothing of leases."""
    one, other = two
    bot.secrets = {"poll_seconds": 3600, "sweep_seconds": 86400}
    await bot.restart()
    await bot.settle()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await _until(one, lambda: one.held.kind == WRITE and one.held.opens)
    bot.clock.advance(seconds=(SETTLING + timedelta(seconds=5)).total_seconds())
    await other.finish()
    assert len(github.coordination.drafts) == 1

    await _until(one, lambda: len(github.coordination.drafts) == 2)
    kept = str((await bot.parts.database.read(partial(cases.case, number=1))).mirror)
    [second] = [each for each in github.coordination.drafts if each.id != kept]
    return second


async def look_on(bot: Bot, two: list[Instance]) -> None:
    for one in (*two, two[0]):
        await _to_the_end(one)
        bot.clock.advance(seconds=100)
        await _mark(bot)
        await one.finish()


async def test_a_mirror_that_came_when_nobody_waited_for_it_is_closed(
    github: FakeGitHub, bot: Bot, two: list[Instance]
) -> None:
    """Nobody looked into it yet. The one that the case knows stays, with its people in it."""
    second = await a_second_mirror(github, bot, two)

    await look_on(bot, two)

    [kept] = github.coordination.drafts
    assert kept.id != second.id
    assert set(kept.collaborators) == {f"{tool}-maintainer-{each}" for tool in ("wheel", "uv") for each in (1, 2)}
    assert await _open_intents(bot) == []


async def test_an_answer_that_is_lost_closes_it_once(github: FakeGitHub, bot: Bot, two: list[Instance]) -> None:
    """It is closed, and no second request says so."""
    second = await a_second_mirror(github, bot, two)
    github.lose_answer("PATCH", f"/repos/packaging-security/cases/security-advisories/{second.id}")
    before = len(github.writes)

    await look_on(bot, two)

    assert [each.id for each in github.coordination.drafts] != [second.id]
    assert len(github.coordination.drafts) == 1
    assert len([each for each in github.writes[before:] if second.id in each.path]) == 1
    assert await _open_intents(bot) == []


@pytest.mark.parametrize(
    "touch",
    [
        lambda mirror: mirror.comment("I looked into it here", by="coordinator-1"),
        lambda mirror: mirror.edit(severity="critical"),
        lambda mirror: mirror.edit(collaborating_users=["pip-maintainer-1"]),
    ],
    ids=["comment", "edit", "reader"],
)
async def test_one_with_which_somebody_did_something_is_left_to_people(
    github: FakeGitHub, bot: Bot, two: list[Instance], touch: Callable[[FakeAdvisory], Any]
) -> None:
    """What they wrote would vanish from their list of open drafts."""
    second = await a_second_mirror(github, bot, two)
    bot.clock.advance(seconds=2)
    touch(second)

    await look_on(bot, two)

    assert len(github.coordination.drafts) == 2
    _, plan = await bot.parts.reconciler.glance(CASE)
    assert len([each for each in plan.people_must if "2 open mirrors" in each]) == 1


async def test_what_ends_while_another_looks_leaves_nothing_in_doubt(
    github: FakeGitHub, bot: Bot, two: list[Instance]
) -> None:
    """The mirror is further than the other knew as it began to look, and no backup was put back."""
    one, other = two
    await _a_case(github, bot)
    await taking_part.invite(bot.parts, 1, "poetry", rsvp=None, by=BY)  # the record of the case tells of it
    await _mark(bot)
    await _until(one, lambda: one.held.kind == WRITE)
    _past_the_lease(bot)
    await _until(other, lambda: True)  # it remembers the case, and asks GitHub for the source

    written = len(github.writes)
    await _until(one, lambda: len(github.writes) > written)
    await one.go_on()  # it reads back, and writes down that it is done
    await _to_the_end(other)

    case = await bot.parts.database.read(partial(cases.case, number=1))
    assert case.unconfirmed_since is None
    await _to_the_end(one)
    bot.clock.advance(seconds=100)
    await _mark(bot)
    await other.finish()
    assert "poetry-maintainer-1" in github.coordination.drafts[0].collaborators
