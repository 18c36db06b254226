"""What is whose? Asked of policy and GitHub when somebody signs in, and again every five minutes.

By numeric id alone: a login can be given up and taken by a stranger. What cannot be told is nobody's, and what was told
five minutes ago is told no more.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.facts import Known
from app.domain.ids import Person, Team
from app.domain.viewers import Viewer
from app.github.client import Unauthenticated
from app.github.errors import RetryLater
from app.github.own_eyes import OwnEyes
from app.main import Greenroom
from app.store import repositories
from policies.config import People

FRESH = timedelta(minutes=5)
AGAIN = timedelta(seconds=30)  # until what could not be told is asked again
PATIENCE = 8.0  # seconds; somebody waits in front of a browser


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    viewer: Viewer
    policy: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Members:
    ids: frozenset[int]
    observed_at: datetime


class Viewing:
    """Remembers for five minutes who is who, and in this process only."""

    def __init__(self, greenroom: Greenroom) -> None:
        self._greenroom = greenroom
        self._seen: dict[str, _Seen] = {}
        self._teams: dict[Team, _Members] = {}
        self._asking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def viewer(self, session: str, person: Person, eyes: OwnEyes) -> Viewer:
        """Raises Unauthenticated where GitHub does not accept their token any more."""
        async with self._asking[session]:
            now, policy = self._greenroom.reconciler.now(), self._greenroom.policy.current().commit
            seen = self._seen.get(session)
            if seen is None or seen.until <= now or seen.policy != policy:
                viewer = await self._ask(person, eyes, now)
                until = now + AGAIN if viewer.unclear else viewer.checked_at + FRESH
                seen = self._seen[session] = _Seen(viewer=viewer, policy=policy, until=until)
        self._forget_old(now)
        return seen.viewer

    def forget(self, session: str) -> None:
        self._seen.pop(session, None)

    def _forget_old(self, now: datetime) -> None:
        self._seen = {session: seen for session, seen in self._seen.items() if seen.until > now}
        for session in [each for each, lock in self._asking.items() if each not in self._seen and not lock.locked()]:
            del self._asking[session]

    async def _ask(self, person: Person, eyes: OwnEyes, now: datetime) -> Viewer:
        unclear: list[str] = []
        try:
            async with asyncio.timeout(PATIENCE):
                who = await eyes.who()
        except Unauthenticated:
            raise
        except (RetryLater, TimeoutError):
            return _nobody(person, now, "GitHub does not say at this moment who you are")
        if who.id != person.id:
            raise Unauthenticated("the token is somebody else's")
        administers = await self._administered(eyes, unclear)
        members = await self._members(unclear, now)
        file = self._greenroom.policy.current().file
        oldest = min([now, *(each.observed_at for each in members.values())])
        return Viewer(
            person=who,
            is_lead=_is_in(file.coordinators, who, members),
            tools=frozenset(name for name, tool in file.tools.items() if _is_in(tool, who, members)),
            administers=administers,
            checked_at=oldest,
            unclear=tuple(dict.fromkeys(unclear)),
        )

    async def _administered(self, eyes: OwnEyes, unclear: list[str]) -> frozenset[int]:
        """Of the repositories that are watched."""
        try:
            async with asyncio.timeout(PATIENCE):
                found = await eyes.administered()
        except Unauthenticated:
            raise
        except (RetryLater, TimeoutError):
            unclear.append("which repositories you administer; GitHub does not say at this moment")
            return frozenset()
        if not isinstance(found, Known):
            unclear.append(f"which repositories you administer: {found.reason}")
            return frozenset()
        return found.value & (await self._greenroom.database.read(repositories.present)).keys()

    async def _members(self, unclear: list[str], now: datetime) -> Mapping[Team, _Members]:
        """Of all teams that policy names, as far as GitHub tells."""
        file = self._greenroom.policy.current().file
        teams = {*file.coordinators.teams, *(team for tool in file.tools.values() for team in tool.teams)}
        fresh = {team: known for team in teams if (known := self._teams.get(team)) and known.observed_at + FRESH > now}
        asked = sorted(teams - fresh.keys())
        for team, found in zip(asked, await asyncio.gather(*map(self._members_of, asked)), strict=True):
            if found is None:
                # Which teams policy names is not for everybody who signs in.
                unclear.append("whether you are in one of the teams that policy names")
            else:
                fresh[team] = found
        self._teams = fresh
        return fresh

    async def _members_of(self, team: Team) -> _Members | None:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._greenroom.reader.team_members(team)
        except (RetryLater, TimeoutError):
            return None
        if not isinstance(found, Known):
            return None
        return _Members(ids=frozenset(each.id for each in found.value), observed_at=found.observed_at)


def _is_in(people: People, who: Person, members: Mapping[Team, _Members]) -> bool:
    if who.id in {each.id for each in people.users}:
        return True
    return any(who.id in members[team].ids for team in people.teams if team in members)


def _nobody(person: Person, now: datetime, why: str) -> Viewer:
    return Viewer(
        person=person, is_lead=False, tools=frozenset(), administers=frozenset(), checked_at=now, unclear=(why,)
    )
