"""What happens in the world of thousands, and what of it was not as it is meant to be?

The same story for a few hours and for a day: whoever plays it says how long. It says what was missed and stops at
nothing, so that a day that goes wrong is told whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

from app.domain.tiers import NAMED, REST, Freshness, in_words
from app.store import freshness
from tests.dashboard.visiting import sign_in
from tests.fake_advisories import FakeAdvisory
from tests.thousands import HOUR, MINUTE, NAMES, Thousands

SHARE = 0.15  # of GitHub's limit is what routine work may use
POINTS = 300  # a minute
BANNED, FLIPPED, NEWCOMER = "some", NAMES[0], "many/newcomer"
LEAD = "coordinator-1"
AGAIN = 4 * HOUR  # somebody flips a switch, edits a draft, adds a repository


async def live(there: Thousands, length: timedelta, say: Callable[[str], None]) -> list[str]:
    """Play it for so long. Gives what was missed, in sentences."""
    await there.until(10 * MINUTE)
    case = there.bot.github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    missed = []
    for number in range(math.ceil((length - there.lived) / AGAIN)):
        start = there.lived
        missed += await _edit(there, case, f"version {number}")
        missed += await _flip(there)
        if number == 0:
            there.quiet[BANNED].ban(_ban(length))
        missed += await _restart(there, first=number == 0)
        missed += await _grow(there, f"{NEWCOMER}-{number}")
        await _go_on(there, min(start + AGAIN, length), say)
    return [*missed, *_too_old(there), *_too_much(there, length), *await _told_otherwise(there)]


async def _edit(there: Thousands, case: FakeAdvisory, text: str) -> list[str]:
    await there.until(there.lived + 15 * MINUTE)
    case.edit(summary=f"Path traversal in wheels, {text}")
    await there.until(there.lived + 3 * MINUTE)
    if any(text in mirror.text for mirror in there.bot.github.coordination.open_mirrors):
        return []
    return [f"the edit of a draft was not in its mirror three minutes later: {text}"]


async def _grow(there: Thousands, newcomer: str) -> list[str]:
    many = there.quiet["many"]
    many.add(newcomer)
    await there.until(there.lived + 15 * MINUTE)
    return [] if many.lists[newcomer] else [f"{newcomer} was not looked at within fifteen minutes"]


async def _go_on(there: Thousands, length: timedelta, say: Callable[[str], None]) -> None:
    while there.lived < length:
        await there.until(min(there.lived + HOUR, length))
        say(f"{there.lived / HOUR:.1f} h, {sum(len(each.asked_at) for each in there.quiet.values()):,} requests")


def _ban(length: timedelta) -> timedelta:
    """Two hours of a day, forty minutes of two hours."""
    return min(2 * HOUR, length / 3)


async def _flip(there: Thousands) -> list[str]:
    switches = there.quiet["many"].off
    switches.add(FLIPPED)
    took = await there.until_found_wrong(FLIPPED)
    switches.clear()
    return [f"a switch was found wrong after {took} only"] if took > MINUTE else []


async def _restart(there: Thousands, *, first: bool) -> list[str]:
    """The round goes on where it was, which is seen where nothing else had a second look yet."""
    many = there.quiet["many"]
    seen = dict(many.lists)
    await there.bot.restart()
    await there.until(there.lived + 15 * MINUTE)
    if not first:
        return []
    again = [name for name, times in many.lists.items() if times > seen.get(name, 0) > 0 and name not in NAMES]
    return [f"{len(again)} repositories were looked at again after a restart"] if again else []


def _too_old(there: Thousands) -> list[str]:
    """Where GitHub bans nobody. A ban is no fault of ours, and what it costs is told beside."""
    return [
        f"{tier.of}: 19 of 20 within {p95}, meant to be {tier.target}"
        for tier, (_, p95, _, _) in there.ages(without=BANNED).items()
        if p95 > tier.target
    ]


def _too_much(there: Thousands, length: timedelta) -> list[str]:
    missed = []
    for account, github in there.quiet.items():
        if (most := there.most(account, MINUTE)) > POINTS:
            missed.append(f"{account}: {most} requests in a minute")
        allowed = SHARE * github.limit * (length / HOUR + 1)  # an hour's worth was saved up when it all began
        if len(github.asked_at) > allowed:
            missed.append(f"{account}: {len(github.asked_at)} requests, meant to be {allowed:.0f} at most")
    if (inside := there.quiet[BANNED].inside_ban) > 5:  # what was under way
        missed.append(f"{inside} requests while GitHub asked to wait")
    return missed


async def _told_otherwise(there: Thousands) -> list[str]:
    """Does the overview tell what was measured from outside?"""
    found = await there.bot.parts.database.read(lambda conn: freshness.freshness(conn, there.now))
    page, missed = (await sign_in(there.bot, LEAD, "/")).html, []
    for each in found:
        if each.tier in (NAMED, REST) and each.now is not None and each.at is not None and each.day is not None:
            row = f"{each.tier.of}</th><td>{in_words(each.tier.target)}</td><td>{in_words(each.day)}</td>"
            if f"{row}<td>{in_words(each.now.p95)}</td>" not in page:
                missed.append(f"the overview does not tell how fresh {each.tier.of} are")
        if each.tier == REST:
            missed += _differs(there, each)
    return missed


def _differs(there: Thousands, told: Freshness) -> list[str]:
    """The few repositories of the sandbox are in what is told, and not in what was measured."""
    if told.now is None or told.at is None or told.day is None:
        return [f"{told.tier.of}: nothing is told"]
    outside, day = there.at(REST, told.at), there.ages()[REST][1]
    if abs(told.now.p95 - outside) > max(MINUTE, 0.02 * outside):
        return [f"{told.tier.of}: {told.now.p95} is told of {told.at}, and it was {outside}"]
    if not 0.95 * day <= told.day <= 1.3 * day:  # it is counted in steps of a fifth
        return [f"{told.tier.of}: {told.day} is told of the last day, and it was {day}"]
    return []
