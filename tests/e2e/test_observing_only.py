"""Somebody chose *Observe only*: one App that reads, and no Hand. Is that whole, and is more than that told?"""

from __future__ import annotations

import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.probing import probe
from app.doctor.reading import read
from app.health.vitals import CHECKS
from app.sandbox.policy import policy_for
from app.sandbox.registering import HAND, WATCHER, unregister
from app.store.notices import open_notices
from tests.e2e.vital_breaks import readyz
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CASES = "packaging-security/cases"
ELSEWHERE = ("not installed", "does not see")  # this small world has not all that policy names


@pytest.fixture
async def observing(github: FakeGitHub, bot: Bot) -> Bot:
    """As the wizard leaves it: with the policy that is shipped, by the modes of which nothing is written."""
    unregister(github.world, github.world.app(HAND))
    ids = {user.login: user.id for user in github.world.users.values()}
    bot.policy.write_text(policy_for(ids.get, mode="observe"), encoding="utf-8")
    await _settings(bot, hand_app_id=None, hand_private_key=None)
    return bot


async def _settings(bot: Bot, **changed: str | None) -> None:
    bot.secrets |= changed
    await bot.restart()
    await bot.settle()


async def _a_while(bot: Bot) -> None:
    for _ in range(13):
        await bot.later(minutes=10)
        await bot.parts.vitals.look()


async def _wrong(bot: Bot) -> dict[str, Line]:
    found = {line.name: line for line in judge(await read(bot.parts)) if line.state == "problem"}
    return {name: line for name, line in found.items() if not line.says.startswith(ELSEWHERE)}


async def test_nothing_is_wrong_with_an_install_that_only_observes(observing: Bot) -> None:
    """It needs no permission to write, so it misses none: it is ready, it beats, and nobody is told to give it more."""
    await _a_while(observing)

    assert set(await _wrong(observing)) == {"channels"}  # of which there is none in this install
    assert await readyz(observing) == (200, {"ready": True, "checks": dict.fromkeys(CHECKS, "ok")})
    standing = await observing.standing(CASES, "app-covers")
    assert (standing.state, standing.message) == ("pass", "visible; no Hand: it observes")
    assert await _told(observing, "too-wide") == []


async def _told(bot: Bot, kind: str) -> list[str]:
    return [each.text for each in await bot.parts.database.read(open_notices) if each.kind == kind]


async def test_what_policy_enforces_without_a_hand_is_told_as_such(observing: Bot, github: FakeGitHub) -> None:
    """Nobody can carry it out. It takes a Hand, or another mode; no permission for the App that reads."""
    await _enforce(observing)
    github.repo("pypa/pip").enable_private_reporting()
    await _a_while(observing)

    line = (await _wrong(observing))["repository"]
    assert line.says == (
        "no Hand: it observes; policy enforces mirrors, private-reporting, reports-reach-owner, "
        "which nobody can carry out"
    )
    assert "greenroom setup --hand" in line.do
    standing = await observing.standing(CASES, "app-covers")
    assert (standing.state, standing.message) == (
        "finding",
        "mirrors are to be kept here, and there is no Greenroom Hand that could: it only observes",
    )
    pip = await observing.standing("pypa/pip", "app-covers")
    assert (pip.state, pip.message) == ("pass", "visible; no Hand: it observes, and what policy enforces is not mended")
    assert (await observing.standing("pypa/pip", "private-reporting")).state == "finding"
    assert (await readyz(observing))[1]["ready"]
    assert github.writes == []


@pytest.mark.parametrize("permission", ["administration", "repository_advisories"])
async def test_an_app_that_only_reads_and_may_write_is_too_wide(
    observing: Bot, github: FakeGitHub, permission: str
) -> None:
    """Everybody installs it because it only reads, and there is no Hand that it would stand in for."""
    github.world.app(WATCHER).permissions[permission] = "write"

    await _a_while(observing)

    assert await _told(observing, "too-wide") == [
        f"Greenroom may do more than app.yml asks for as it is registered: {permission}: write"
    ]
    line = (await _wrong(observing))[f"permission {permission}"]
    assert line.says == "write, and only read is asked for"


async def test_the_probe_of_writes_says_that_nothing_is_written(observing: Bot, github: FakeGitHub) -> None:
    """No token to write is asked for in the name of the App that reads."""
    [line] = [line async for line in probe(observing.parts)]

    assert (line.state, line.says) == ("cannot tell", "no Hand: it observes, and nothing is written")
    assert github.writes == []


async def test_one_app_for_both_says_so_in_its_settings_and_is_asked_for_both(github: FakeGitHub, bot: Bot) -> None:
    """Then what it lacks to write is missing."""
    await _settings(bot, hand_app_id=github.watcher.app_id, hand_private_key=github.watcher.private_key)

    wrong = await _wrong(bot)

    assert wrong["permission issues"].says == "none, but write is needed"
    assert "issues: write" in (await bot.standing(CASES, "app-covers")).message
    assert "repository" not in wrong


async def _enforce(bot: Bot) -> None:
    ids = {user.login: user.id for user in bot.github.world.users.values()}
    bot.policy.write_text(policy_for(ids.get), encoding="utf-8")
    await bot.restart()
    await bot.approve_everything()
