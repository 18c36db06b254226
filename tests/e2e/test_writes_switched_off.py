"""People can stop everything that is written to GitHub, at once and on every instance."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator

import pytest

from app import halting
from app.store import audit, switches
from tests.clock import FakeClock
from tests.e2e.projects import switched
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running

pytestmark = pytest.mark.usefixtures("approved")

PIP = "pypa/pip"
SOMEBODY = f"operator {getpass.getuser()} as coordinator-1"  # stopping is not checked


@pytest.fixture
async def other(github: FakeGitHub, bot: Bot, clock: FakeClock) -> AsyncIterator[Bot]:
    """A second instance on the same database."""
    async with running(github, clock, bot.folder) as other:
        yield other


async def _switch(bot: Bot, *, is_on: bool) -> None:
    if is_on:
        await halting.let_write(bot.parts, by="coordinator-1")
    else:
        await halting.stop_writes(bot.parts.database, by="coordinator-1", now=bot.clock.now())


async def test_no_instance_writes_after_one_was_told_to_stop(github: FakeGitHub, bot: Bot, other: Bot) -> None:
    """The row is read before each request, so nobody has to be restarted; mirrors stop too."""
    await _switch(bot, is_on=False)
    pip = github.repo(PIP).enable_private_reporting()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    for each in (bot, other, bot, other):
        each.clock.advance(seconds=95)
        await each.sweep()
        await each.settle()

    assert github.writes == []
    assert (await bot.plan())["writes_off"].startswith(f"{SOMEBODY} switched writes off at 2026-")
    [step] = (await other.explain(f"{PIP}#private-reporting"))["would_do"]
    assert step["gate"] == "off"
    assert step["why_not"].endswith("greenroom writes on --by LOGIN ends it")
    await _switch(other, is_on=True)
    await other.settle()
    await bot.later(seconds=91)
    assert not pip.private_reporting
    assert len(github.coordination.drafts) == 1


@pytest.mark.slow
async def test_a_write_that_was_decided_already_is_not_sent(github: FakeGitHub, bot: Bot) -> None:
    """Between deciding and sending lie tokens and budgets; what counts is the moment of sending."""
    reached = bot.parts.database
    github.repo(PIP).enable_private_reporting()
    snapshot = await bot.plan()
    assert [action["gate"] for action in snapshot["actions"]] == ["go"]
    await _switch(bot, is_on=False)

    await bot.later(minutes=11)

    assert switched(github) == []
    assert await reached.read(switches.why_off) is not None
    await _switch(bot, is_on=True)
    await bot.settle()
    assert switched(github) == [PIP]


@pytest.mark.slow
async def test_the_audit_knows_who_switched_writes_off_and_on(bot: Bot) -> None:
    """Whoever asks later why nothing was done finds the answer."""
    await _switch(bot, is_on=False)
    await _switch(bot, is_on=True)

    rows = await bot.parts.database.read(lambda conn: audit.latest(conn, 2))
    assert [(row.phase, row.scope, row.actor) for row in rows] == [
        ("switch", "off", SOMEBODY),
        ("switch", "on", "coordinator-1"),
    ]
    assert (await bot.parts.database.read(audit.inspect)).broken is None
